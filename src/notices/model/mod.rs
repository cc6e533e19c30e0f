//! Rows and queries of notices.

mod kinds;
mod promise;
mod surroundings;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub use self::kinds::{NoticeKind, NoticeState};
pub use self::promise::NewNotice;
pub use self::surroundings::Surroundings;
pub(super) use self::surroundings::category;
use crate::auth::{Actor, Permission, Role};
use crate::ids::{AgencyId, CaseId, NoticeId, OfficeId, ReferralId, StaffId};
use crate::platform::db::{Conn, app_now};
use crate::platform::error::Error;
use crate::platform::page::{Cursor, Page};
use crate::schema::{case_grants, notices};

/// A notice, as it is listed.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = notices)]
pub struct Notice {
    /// Its id; the mail's Message-ID begins with it.
    pub id: NoticeId,
    /// Which mail.
    pub kind: NoticeKind,
    /// The account it goes to.
    pub to_staff_id: Option<StaffId>,
    /// The agency it goes to.
    pub to_agency_id: Option<AgencyId>,
    /// en, es, fr or fil.
    pub language: String,
    /// The office it speaks for.
    pub office_id: Option<OfficeId>,
    /// The referral it is about.
    pub referral_id: Option<ReferralId>,
    /// The case it is about.
    pub case_id: Option<CaseId>,
    /// What its words need.
    pub fields: Value,
    /// How far it got.
    pub state: NoticeState,
    /// How often it was handed to the mail server.
    pub attempts: i32,
    /// The mail server's last words.
    pub last_reply: Option<String>,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// When its recipient marked it as read.
    pub read_at: Option<DateTime<Utc>>,
    /// When the digest it waits for is due; null when it goes by itself.
    pub gather_until: Option<DateTime<Utc>>,
    /// The digest it went in; its delivery is that mail's.
    pub digest_id: Option<NoticeId>,
}

/// Which notices are wanted.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct Wanted {
    pub mine: bool,
    pub state: Option<NoticeState>,
    pub kind: Option<NoticeKind>,
    pub referral: Option<ReferralId>,
    pub case: Option<CaseId>,
}

impl Notice {
    /// Notices the actor may see: those to oneself and to one's agency; of the own offices for a supervisor; all for
    /// an administrator. Those about a sealed case only its agency, and whoever was let in; those about a restricted
    /// need no supervisor who may not read it.
    fn visible(actor: &Actor) -> notices::BoxedQuery<'static, diesel::pg::Pg> {
        let query = notices::table.into_boxed();
        let let_in = case_grants::table
            .filter(case_grants::staff_id.eq(actor.staff).and(case_grants::kind.eq("sealed")))
            .filter(case_grants::expires_at.gt(app_now()))
            .select(case_grants::case_id.nullable());
        let told = notices::behind_seal.eq(false).nullable().or(notices::case_id.eq_any(let_in));
        let own = notices::to_staff_id.eq(Some(actor.staff));
        if actor.role == Role::SystemAdmin {
            query.filter(told)
        } else if let Some(agency) = actor.agency {
            query.filter(notices::to_agency_id.eq(Some(agency)).or(own.and(told)))
        } else if actor.may(Permission::ReadNotices) {
            // Which agency was written to tells what a restricted need is. A value and not EXISTS, which PostgreSQL may
            // answer by reading every case first.
            let known = sql::<Bool>("COALESCE((SELECT NOT n.restricted OR c.assigned_to = ")
                .bind::<SqlUuid, _>(actor.staff.0)
                .sql(" OR c.office_id = ANY(")
                .bind::<Array<SqlUuid>, _>(
                    actor.restricted_offices().iter().map(|it| it.0).collect::<Vec<_>>(),
                )
                .sql(
                    ") FROM referrals r JOIN needs n ON n.id = r.need_id JOIN cases c ON c.id = n.case_id
                     WHERE r.id = notices.referral_id), true)",
                );
            let of_office = notices::office_id.eq_any(actor.offices.clone());
            query.filter(told.and(of_office.and(known).or(own)))
        } else {
            query.filter(told.and(own))
        }
    }

    /// A page, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        actor: &Actor,
        wanted: Wanted,
        after: Option<Cursor<DateTime<Utc>>>,
        limit: i64,
    ) -> Result<Page<Notice>, Error> {
        let mut query = Notice::visible(actor);
        if wanted.mine {
            query = query.filter(notices::to_staff_id.eq(Some(actor.staff)));
        }
        if let Some(state) = wanted.state {
            query = query.filter(notices::state.eq(state));
        }
        if let Some(kind) = wanted.kind {
            query = query.filter(notices::kind.eq(kind));
        }
        if let Some(referral) = wanted.referral {
            query = query.filter(notices::referral_id.eq(referral));
        }
        if let Some(case) = wanted.case {
            query = query.filter(notices::case_id.eq(case));
        }
        if let Some(cursor) = after {
            let id = NoticeId(cursor.id);
            query = query.filter(
                notices::created_at
                    .lt(cursor.key)
                    .or(notices::created_at.eq(cursor.key).and(notices::id.lt(id))),
            );
        }
        let rows = query
            .order((notices::created_at.desc(), notices::id.desc()))
            .limit(limit + 1)
            .select(Notice::as_select())
            .load(conn)
            .await?;
        Ok(Page::cut(rows, limit, |row: &Notice| (row.created_at, row.id.0)))
    }

    /// One notice the actor may see.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: NoticeId) -> Result<Notice, Error> {
        let query = Notice::visible(actor).filter(notices::id.eq(id));
        Ok(query.select(Notice::as_select()).first(conn).await?)
    }

    /// One notice, as the worker that sends it reads it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lock(tx: &mut Conn, id: NoticeId) -> Result<Option<Notice>, Error> {
        Ok(notices::table.find(id).for_update().select(Notice::as_select()).first(tx).await.optional()?)
    }

    /// Marks it as read by its recipient.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_read(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::update(notices::table.find(self.id).filter(notices::read_at.is_null()))
            .set(notices::read_at.eq(now))
            .execute(tx)
            .await?;
        Ok(())
    }
}

/// How many notices stand so, for each state that any is in.
///
/// # Errors
/// Those of the database.
pub async fn count_by_state(conn: &mut Conn) -> Result<Vec<(NoticeState, i64)>, Error> {
    let counted = (notices::state, diesel::dsl::count_star());
    Ok(notices::table.group_by(notices::state).select(counted).load(conn).await?)
}
