//! Rows and queries of sessions: browsers in which a code was entered.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::rules;
use crate::ids::{AnswerLinkId, AnswerSessionId};
use crate::platform::crypto::{random_token, sha256};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::answer_sessions;

/// A browser in which a code was entered.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = answer_sessions)]
#[allow(missing_docs)]
pub struct Session {
    pub id: AnswerSessionId,
    pub opened_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

impl Session {
    /// Opens one and gives the secret for its cookie.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(tx: &mut Conn, link: AnswerLinkId, now: DateTime<Utc>) -> Result<String, Error> {
        let (secret, hash) = random_token();
        diesel::insert_into(answer_sessions::table)
            .values((
                answer_sessions::id.eq(AnswerSessionId::new()),
                answer_sessions::link_id.eq(link),
                answer_sessions::secret_hash.eq(hash.as_slice()),
                answer_sessions::opened_at.eq(now),
                answer_sessions::last_used_at.eq(now),
            ))
            .execute(tx)
            .await?;
        Ok(secret)
    }

    /// The session of a cookie, if it is one of this link and counts at `now`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn live(
        conn: &mut Conn,
        link: AnswerLinkId,
        secret: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Error> {
        let session: Option<Session> = answer_sessions::table
            .filter(answer_sessions::secret_hash.eq(sha256(secret.as_bytes()).as_slice()))
            .filter(answer_sessions::link_id.eq(link).and(answer_sessions::ended_at.is_null()))
            .select(Session::as_select())
            .first(conn)
            .await
            .optional()?;
        Ok(session.filter(|session| rules::session_lives(session.opened_at, session.last_used_at, now)))
    }

    /// Notes that it is in use.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn touch(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::update(answer_sessions::table.find(self.id))
            .set(answer_sessions::last_used_at.eq(now))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Ends it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::update(answer_sessions::table.find(self.id))
            .set(answer_sessions::ended_at.eq(now))
            .execute(tx)
            .await?;
        Ok(())
    }
}
