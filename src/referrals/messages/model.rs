//! Rows and queries of messages.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::Side;
use crate::ids::{ReferralId, ReferralMessageId, StaffId};
use crate::notices::NoticeKind;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint, field};
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::schema::{notices, referral_messages};

/// A message.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = referral_messages)]
#[allow(missing_docs)]
pub struct Message {
    pub id: ReferralMessageId,
    pub referral_id: ReferralId,
    pub from_side: Side,
    pub written_by: StaffId,
    pub body: String,
    pub written_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

/// A message about to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = referral_messages)]
#[allow(missing_docs)]
pub struct NewMessage {
    pub id: ReferralMessageId,
    pub referral_id: ReferralId,
    pub from_side: Side,
    pub written_by: StaffId,
    pub body: String,
    pub written_at: DateTime<Utc>,
}

/// A message as one side is shown it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReferralMessage)]
pub struct MessageView {
    /// Its id.
    pub id: ReferralMessageId,
    /// desk or agency.
    pub from: Side,
    /// The words; null when they are not for these eyes.
    pub body: Option<String>,
    /// The words are left out: the need is restricted, a manager looks, or the referral was taken back.
    pub hidden: bool,
    /// The account, to its own side alone.
    pub written_by: Option<StaffId>,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// When the other side marked it as read.
    pub read_at: Option<DateTime<Utc>>,
}

impl MessageView {
    /// What `reader` is shown of a message; `shown`: the words too.
    pub fn of(message: Message, reader: Side, shown: bool) -> MessageView {
        MessageView {
            id: message.id,
            from: message.from_side,
            body: Some(message.body).filter(|_| shown),
            hidden: !shown,
            written_by: Some(message.written_by).filter(|_| message.from_side == reader),
            written_at: message.written_at,
            read_at: message.read_at,
        }
    }
}

impl NewMessage {
    /// Writes it down.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn insert(&self, tx: &mut Conn) -> Result<Message, Error> {
        diesel::insert_into(referral_messages::table)
            .values(self)
            .returning(Message::as_returning())
            .get_result(tx)
            .await
            .on_constraint("referral_messages_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

impl Message {
    /// One of a referral.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(
        conn: &mut Conn,
        referral: ReferralId,
        id: ReferralMessageId,
    ) -> Result<Message, Error> {
        let found = referral_messages::table.find(id).filter(referral_messages::referral_id.eq(referral));
        Ok(found.select(Message::as_select()).first(conn).await?)
    }

    /// A page of those of a referral, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        referral: ReferralId,
        after: Option<Cursor<DateTime<Utc>>>,
        limit: i64,
    ) -> Result<Page<Message>, Error> {
        let mut query = referral_messages::table
            .filter(referral_messages::referral_id.eq(referral))
            .select(Message::as_select())
            .into_boxed();
        if let Some(cursor) = after {
            let (at, id) = (cursor.key, ReferralMessageId(cursor.id));
            let older = referral_messages::written_at.lt(at);
            query = query
                .filter(older.or(referral_messages::written_at.eq(at).and(referral_messages::id.lt(id))));
        }
        let order = (referral_messages::written_at.desc(), referral_messages::id.desc());
        let rows = query.order(order).limit(limit + 1).load(conn).await?;
        Ok(Page::cut(rows, limit, |message: &Message| (message.written_at, message.id.0)))
    }

    /// How many of one side's the other has not read, by referral; those without any are absent.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unread(
        conn: &mut Conn,
        of: &[ReferralId],
        from: Side,
    ) -> Result<HashMap<ReferralId, i64>, Error> {
        let counted: Vec<(ReferralId, i64)> = referral_messages::table
            .filter(referral_messages::referral_id.eq_any(of))
            .filter(referral_messages::from_side.eq(from).and(referral_messages::read_at.is_null()))
            .group_by(referral_messages::referral_id)
            .select((referral_messages::referral_id, count_star()))
            .load(conn)
            .await?;
        Ok(counted.into_iter().collect())
    }

    /// How many of one side's about one referral the other has not read.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unread_of(conn: &mut Conn, referral: ReferralId, from: Side) -> Result<i64, Error> {
        Ok(Message::unread(conn, &[referral], from).await?.remove(&referral).unwrap_or_default())
    }

    /// Marks what the other side wrote as read, up to the newest that was on the screen. Answers how many.
    ///
    /// # Errors
    /// A field when the referral has no such message.
    pub async fn mark_read(
        tx: &mut Conn,
        referral: ReferralId,
        (from, up_to): (Side, Option<ReferralMessageId>),
        by: StaffId,
        now: DateTime<Utc>,
    ) -> Result<usize, Error> {
        let unread = referral_messages::table
            .filter(referral_messages::referral_id.eq(referral).and(referral_messages::from_side.eq(from)))
            .filter(referral_messages::read_at.is_null());
        let read = (referral_messages::read_at.eq(now), referral_messages::read_by.eq(by));
        let Some(id) = up_to else {
            return Ok(diesel::update(unread).set(read).execute(tx).await?);
        };
        let newest = Message::find(tx, referral, id)
            .await
            .map_err(|_| field("up_to", "unknown", "The referral has no such message."))?;
        let at = newest.written_at;
        let seen = referral_messages::written_at
            .lt(at)
            .or(referral_messages::written_at.eq(at).and(referral_messages::id.le(id)));
        Ok(diesel::update(unread.filter(seen)).set(read).execute(tx).await?)
    }
}

/// When a mail about messages of a referral was last promised to the agency, or to somebody of the desk. Ask as the
/// system.
///
/// # Errors
/// Those of the database.
pub async fn last_mail(
    conn: &mut Conn,
    referral: ReferralId,
    to: Side,
) -> Result<Option<DateTime<Utc>>, Error> {
    let about = notices::table
        .filter(notices::referral_id.eq(referral).and(notices::kind.eq(NoticeKind::ReferralMessage)))
        .select(diesel::dsl::max(notices::created_at));
    Ok(match to {
        Side::Agency => about.filter(notices::to_agency_id.is_not_null()).first(conn).await?,
        Side::Desk => about.filter(notices::to_staff_id.is_not_null()).first(conn).await?,
    })
}
