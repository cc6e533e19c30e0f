//! Rows and queries of asking: whose entries are old, and the links that were sent.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::rules::LINK_DAYS;
use crate::agencies::model::Agency;
use crate::agencies::services::rules::Freshness;
use crate::ids::{AgencyId, ConfirmationLinkId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{agencies, agency_services, confirmation_links};

/// An agency and the oldest confirmation among what it offers.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Oldest {
    pub agency: AgencyId,
    pub freshness: Freshness,
    /// `None` when nobody ever confirmed it.
    pub confirmed_on: Option<NaiveDate>,
}

/// Every partner that offers something, with its oldest entry.
///
/// # Errors
/// Those of the database.
pub async fn oldest_entries(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Oldest>, Error> {
    type Row = (AgencyId, i16, Option<DateTime<Utc>>, Option<NaiveDate>, DateTime<Utc>);
    let today = now.date_naive();
    let rows: Vec<Row> = agency_services::table
        .inner_join(agencies::table)
        .filter(agency_services::retired_on.is_null().or(agency_services::retired_on.gt(today)))
        .filter(agencies::retired_on.is_null().or(agencies::retired_on.gt(today)))
        .select((
            agencies::id,
            agencies::confirm_asks,
            agencies::confirm_asked_at,
            agency_services::last_confirmed_on,
            agency_services::created_at,
        ))
        .load(conn)
        .await?;
    let mut oldest: BTreeMap<AgencyId, Oldest> = BTreeMap::new();
    for (agency, asked, asked_at, confirmed_on, created_at) in rows {
        let freshness = Freshness::new(confirmed_on, created_at, (asked, asked_at), now);
        let entry = Oldest { agency, freshness, confirmed_on };
        let known = oldest.remove(&agency).filter(|known| known.freshness.days >= freshness.days);
        oldest.insert(agency, known.unwrap_or(entry));
    }
    Ok(oldest.into_values().collect())
}

/// Makes a link, whose secret comes into being when its mail is written.
///
/// # Errors
/// Those of the database.
pub async fn new_link(
    tx: &mut Conn,
    agency: AgencyId,
    now: DateTime<Utc>,
) -> Result<ConfirmationLinkId, Error> {
    let id = ConfirmationLinkId::new();
    diesel::insert_into(confirmation_links::table)
        .values((
            confirmation_links::id.eq(id),
            confirmation_links::agency_id.eq(agency),
            confirmation_links::created_at.eq(now),
            confirmation_links::expires_at.eq(now + TimeDelta::days(LINK_DAYS)),
        ))
        .execute(tx)
        .await?;
    Ok(id)
}

/// Counts that it was asked.
///
/// # Errors
/// Those of the database.
pub async fn note_asked(tx: &mut Conn, agency: AgencyId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(agencies::table.find(agency))
        .set((agencies::confirm_asks.eq(agencies::confirm_asks + 1), agencies::confirm_asked_at.eq(now)))
        .execute(tx)
        .await?;
    Ok(())
}

/// An answer came, however it came: what was asked is answered.
///
/// # Errors
/// Those of the database.
pub async fn note_answered(tx: &mut Conn, agency: AgencyId) -> Result<Agency, Error> {
    Ok(diesel::update(agencies::table.find(agency))
        .set(agencies::confirm_asks.eq(0))
        .returning(Agency::as_returning())
        .get_result(tx)
        .await?)
}
