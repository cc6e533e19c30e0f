//! How far notices got, in the database: a notice and those it gathered move together.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{Eq, Or, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;

use crate::ids::NoticeId;
use crate::notices::jobs::SendNotice;
use crate::notices::model::{Notice, NoticeState};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::jobs;
use crate::schema::notices;

/// One notice, or what it gathered.
type OwnOrGathered = Or<Eq<notices::id, NoticeId>, Eq<notices::digest_id, Option<NoticeId>>>;

impl Notice {
    /// Writes down what a try came to, for it and for what it gathered.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_state(
        &self,
        tx: &mut Conn,
        state: NoticeState,
        reply: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let sent_at = if state == NoticeState::Sent { Some(now) } else { self.sent_at };
        diesel::update(notices::table.filter(self.and_gathered()))
            .set((
                notices::state.eq(state),
                notices::attempts.eq(self.attempts + 1),
                notices::last_reply.eq(reply),
                notices::sent_at.eq(sent_at),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Writes down what another server said later, for it and for what it gathered.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn return_to(&self, tx: &mut Conn, state: NoticeState, words: &str) -> Result<(), Error> {
        diesel::update(notices::table.filter(self.and_gathered()))
            .set((notices::state.eq(state), notices::last_reply.eq(words)))
            .execute(tx)
            .await?;
        Ok(())
    }

    fn and_gathered(&self) -> OwnOrGathered {
        notices::id.eq(self.id).or(notices::digest_id.eq(Some(self.id)))
    }

    /// The notices about a referral that this mail carries: itself or those it gathered.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn with_gathered(&self, conn: &mut Conn) -> Result<Vec<NoticeId>, Error> {
        Ok(notices::table
            .filter(self.and_gathered())
            .filter(notices::referral_id.is_not_null())
            .order(notices::id)
            .select(notices::id)
            .load(conn)
            .await?)
    }

    /// Those that wait to be sent with no job left to send them, locked. Ask as the system.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lock_stranded(tx: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Notice>, Error> {
        let no_job = sql::<Bool>(
            "NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.name = 'SendNotice' AND jobs.failed_at IS NULL
                         AND jobs.payload->>'notice' = notices.id::text)",
        );
        Ok(notices::table
            .filter(notices::state.eq_any([NoticeState::Queued, NoticeState::Deferred]))
            .filter(notices::sent_at.is_null().and(notices::digest_id.is_null()))
            // The job that gathers is tried for less than a day.
            .filter(notices::gather_until.is_null().or(notices::gather_until.lt(now - TimeDelta::days(1))))
            .filter(no_job)
            .limit(500)
            .for_update()
            .skip_locked()
            .select(Notice::as_select())
            .load(tx)
            .await?)
    }

    /// Queues it again after it failed, by itself when it had gone in a digest.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn queue_again(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::update(notices::table.filter(self.and_gathered()))
            .set((notices::state.eq(NoticeState::Queued), notices::sent_at.eq(None::<DateTime<Utc>>)))
            .execute(tx)
            .await?;
        diesel::update(notices::table.find(self.id))
            .set((notices::digest_id.eq(None::<NoticeId>), notices::gather_until.eq(None::<DateTime<Utc>>)))
            .execute(tx)
            .await?;
        jobs::enqueue_at(tx, &SendNotice { notice: self.id }, now).await?;
        Ok(())
    }
}
