//! Sessions and what is read of them at every request.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Actor, Role};
use crate::ids::{AgencyId, OfficeId, SessionId, StaffId};
use crate::platform::crypto::random_token;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::tokens::Bearer;
use crate::problems;
use crate::schema::{refresh_tokens, sessions, staff};

/// After this a password is asked again, however often the session was renewed.
const SESSION_LIFETIME: TimeDelta = TimeDelta::hours(12);
/// A refresh token used twice within this is a client that tried again, not a thief.
const REUSE_GRACE: TimeDelta = TimeDelta::seconds(10);

#[derive(Queryable)]
struct LiveRow {
    role: Role,
    name: String,
    language: String,
    agency: Option<AgencyId>,
    reads_restricted: bool,
    disabled_at: Option<DateTime<Utc>>,
    expires_on: Option<NaiveDate>,
    ended_at: Option<DateTime<Utc>>,
    session_expires_at: DateTime<Utc>,
    offices: Vec<Uuid>,
    own_cases_only: Vec<Uuid>,
}

/// The actor of a session that lives at `now`, in one query.
///
/// # Errors
/// Those of the database.
pub async fn live(conn: &mut Conn, bearer: Bearer, now: DateTime<Utc>) -> Result<Option<Actor>, Error> {
    let offices = sql::<Array<SqlUuid>>(
        "ARRAY(SELECT o.office_id FROM staff_offices o WHERE o.staff_id = staff.id ORDER BY o.office_id)",
    );
    let narrowed = sql::<Array<SqlUuid>>(
        "ARRAY(SELECT o.office_id FROM staff_offices o JOIN offices f ON f.id = o.office_id \
         WHERE o.staff_id = staff.id AND f.own_cases_only)",
    );
    let row: Option<LiveRow> = sessions::table
        .inner_join(staff::table)
        .filter(sessions::id.eq(bearer.session).and(sessions::staff_id.eq(bearer.staff)))
        .select((
            staff::role,
            staff::name,
            staff::language,
            staff::agency_id,
            staff::reads_restricted,
            staff::disabled_at,
            staff::expires_on,
            sessions::ended_at,
            sessions::expires_at,
            offices,
            narrowed,
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(row.filter(|row| row.lives(now)).map(|row| row.into_actor(bearer)))
}

impl LiveRow {
    fn lives(&self, now: DateTime<Utc>) -> bool {
        self.disabled_at.is_none()
            && self.ended_at.is_none()
            && self.session_expires_at > now
            && self.expires_on.is_none_or(|day| now.date_naive() <= day)
    }

    fn into_actor(self, bearer: Bearer) -> Actor {
        // An administrator and an auditor see no files, whatever offices they are listed at.
        let blind = matches!(self.role, Role::SystemAdmin | Role::Auditor | Role::Partner);
        let seen =
            |offices: Vec<Uuid>| if blind { vec![] } else { offices.into_iter().map(OfficeId).collect() };
        Actor {
            staff: StaffId(bearer.staff),
            session: SessionId(bearer.session),
            role: self.role,
            name: self.name,
            language: self.language,
            agency: self.agency,
            offices: seen(self.offices),
            own_cases_only: seen(self.own_cases_only),
            reads_restricted: self.reads_restricted,
        }
    }
}

/// Opens a session and gives its first refresh token.
///
/// # Errors
/// Those of the database.
pub async fn open(tx: &mut Conn, staff: StaffId, now: DateTime<Utc>) -> Result<(SessionId, String), Error> {
    let id = SessionId::new();
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::staff_id.eq(staff),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(now + SESSION_LIFETIME),
        ))
        .execute(tx)
        .await?;
    let token = new_refresh_token(tx, id, now).await?;
    Ok((id, token))
}

async fn new_refresh_token(tx: &mut Conn, session: SessionId, now: DateTime<Utc>) -> Result<String, Error> {
    let (token, hash) = random_token();
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(hash.as_slice()),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::created_at.eq(now),
        ))
        .execute(tx)
        .await?;
    Ok(token)
}

/// What came of a refresh token.
pub enum Renewal {
    /// The next token of a live session.
    Renewed(Bearer, String),
    /// Used a moment ago; the newer one counts.
    Superseded,
    /// Used before: somebody else has it. The session was ended.
    Reused(StaffId),
    /// Unknown, ended or expired.
    Refused,
}

/// Exchanges a refresh token for the next one.
///
/// # Errors
/// Those of the database.
pub async fn renew(tx: &mut Conn, token_hash: &[u8], now: DateTime<Utc>) -> Result<Renewal, Error> {
    let found: Option<(SessionId, StaffId, Option<DateTime<Utc>>)> = refresh_tokens::table
        .inner_join(sessions::table)
        .filter(refresh_tokens::token_hash.eq(token_hash))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)))
        .for_update()
        .select((sessions::id, sessions::staff_id, refresh_tokens::used_at))
        .first(tx)
        .await
        .optional()?;
    match found {
        None => Ok(Renewal::Refused),
        Some((session, staff, None)) => {
            diesel::update(refresh_tokens::table.find(token_hash))
                .set(refresh_tokens::used_at.eq(now))
                .execute(tx)
                .await?;
            let next = new_refresh_token(tx, session, now).await?;
            Ok(Renewal::Renewed(Bearer { staff: staff.0, session: session.0 }, next))
        }
        Some((_, _, Some(used))) if now - used <= REUSE_GRACE => Ok(Renewal::Superseded),
        Some((session, staff, Some(_))) => {
            end(tx, session, "token_reused", now).await?;
            Ok(Renewal::Reused(staff))
        }
    }
}

/// Ends one session; it counts no more from the next request on.
///
/// # Errors
/// Those of the database.
pub async fn end(tx: &mut Conn, session: SessionId, because: &str, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(sessions::table.find(session).filter(sessions::ended_at.is_null()))
        .set((sessions::ended_at.eq(now), sessions::ended_because.eq(because)))
        .execute(tx)
        .await?;
    Ok(())
}

/// Ends every session of an account but `except`.
///
/// # Errors
/// Those of the database.
pub async fn end_all(
    tx: &mut Conn,
    staff: StaffId,
    except: Option<SessionId>,
    because: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(sessions::table)
        .filter(sessions::staff_id.eq(staff).and(sessions::ended_at.is_null()))
        .filter(sessions::id.ne(except.unwrap_or(SessionId(Uuid::nil()))))
        .set((sessions::ended_at.eq(now), sessions::ended_because.eq(because)))
        .execute(tx)
        .await?;
    Ok(())
}

/// Refuses a renewal that does not count.
///
/// # Errors
/// Always one of the sign-in problems.
pub fn refuse<T>(renewal: &Renewal) -> Result<T, Error> {
    Err(match renewal {
        Renewal::Superseded => (&problems::REFRESH_SUPERSEDED).into(),
        _ => (&problems::SIGN_IN_REQUIRED).into(),
    })
}
