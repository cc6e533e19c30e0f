//! Rows and queries of one-time codes.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::rules;
use super::Holder;
use crate::ids::{AnswerCodeId, AnswerLinkId};
use crate::notices::links::CODE_LIFETIME;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{answer_codes, answer_links};

/// Codes that were mailed before.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs)]
pub struct SentCodes {
    pub last_for_link: Option<DateTime<Utc>>,
    pub for_link_in_hour: i64,
    pub for_link_in_day: i64,
    pub for_agency_in_hour: i64,
    pub for_agency_in_day: i64,
}

impl SentCodes {
    /// Counts those of a day, for the link and for its agency. Ask as the system: a holder knows of one referral only.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn before(conn: &mut Conn, holder: &Holder, now: DateTime<Utc>) -> Result<SentCodes, Error> {
        let sent: Vec<(AnswerLinkId, DateTime<Utc>)> = answer_codes::table
            .inner_join(answer_links::table)
            .filter(answer_links::agency_id.eq(holder.agency))
            .filter(answer_codes::made_at.gt(now - TimeDelta::days(1)))
            .select((answer_links::id, answer_codes::made_at))
            .load(conn)
            .await?;
        let lately = |at: DateTime<Utc>| i64::from(at > now - TimeDelta::hours(1));
        let mut counts = SentCodes::default();
        for (link, at) in sent {
            counts.for_agency_in_day += 1;
            counts.for_agency_in_hour += lately(at);
            if link == holder.link {
                counts.for_link_in_day += 1;
                counts.for_link_in_hour += lately(at);
                counts.last_for_link = counts.last_for_link.max(Some(at));
            }
        }
        Ok(counts)
    }
}

/// Writes down that a code is asked for; its digits are made when its mail is written.
///
/// # Errors
/// Those of the database.
pub async fn new_code(tx: &mut Conn, link: AnswerLinkId, now: DateTime<Utc>) -> Result<AnswerCodeId, Error> {
    let id = AnswerCodeId::new();
    diesel::insert_into(answer_codes::table)
        .values((
            answer_codes::id.eq(id),
            answer_codes::link_id.eq(link),
            answer_codes::made_at.eq(now),
            answer_codes::expires_at.eq(now + CODE_LIFETIME),
        ))
        .execute(tx)
        .await?;
    Ok(id)
}

/// Codes of a link that may still open it.
///
/// # Errors
/// Those of the database.
pub async fn live_codes(
    conn: &mut Conn,
    link: AnswerLinkId,
    now: DateTime<Utc>,
) -> Result<Vec<AnswerCodeId>, Error> {
    Ok(answer_codes::table
        .filter(answer_codes::link_id.eq(link).and(answer_codes::used_at.is_null()))
        .filter(answer_codes::expires_at.gt(now))
        .filter(answer_codes::wrong_tries.lt(rules::WRONG_PER_CODE))
        .order(answer_codes::id)
        .select(answer_codes::id)
        .load(conn)
        .await?)
}

/// Counts a wrong try against every code it might have been meant for.
///
/// # Errors
/// Those of the database.
pub async fn wear_codes(tx: &mut Conn, codes: &[AnswerCodeId]) -> Result<(), Error> {
    diesel::update(answer_codes::table.filter(answer_codes::id.eq_any(codes)))
        .set(answer_codes::wrong_tries.eq(answer_codes::wrong_tries + 1))
        .execute(tx)
        .await?;
    Ok(())
}

/// Uses a code up.
///
/// # Errors
/// Those of the database.
pub async fn use_code(tx: &mut Conn, code: AnswerCodeId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(answer_codes::table.find(code)).set(answer_codes::used_at.eq(now)).execute(tx).await?;
    Ok(())
}
