//! When a partner can be reached.

use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use serde_json::Value;

use crate::ids::{OfficeId, ServiceId};
use crate::offices::hours::OpenHours;
use crate::offices::model::Office;
use crate::offices::rules::country_of;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{agencies, agency_holidays, agency_services};

#[derive(Queryable)]
struct Partner {
    service_hours: Value,
    agency_hours: Value,
    time_zone: String,
    territory: Option<String>,
}

/// When a service can be reached: its own hours, else its agency's, without the agency's holidays. An agency that has
/// told none ahead of `from` is taken to keep those of the office that refers, if it stands in the same country.
///
/// # Errors
/// Those of the database.
pub async fn partner_hours(
    conn: &mut Conn,
    service: ServiceId,
    office: OfficeId,
    from: DateTime<Utc>,
) -> Result<OpenHours, Error> {
    let partner: Partner = agency_services::table
        .find(service)
        .inner_join(agencies::table)
        .select((agency_services::hours, agencies::hours, agencies::time_zone, agencies::territory))
        .first(conn)
        .await?;
    let zone = partner.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let told = |hours: &Value| Vec::deserialize(hours).unwrap_or_default();
    let mut hours = told(&partner.service_hours);
    if hours.is_empty() {
        hours = told(&partner.agency_hours);
    }
    // The day before, because no zone is further ahead than that.
    let since = from.date_naive() - Days::new(1);
    let mut closed: Vec<NaiveDate> = agency_holidays::table
        .inner_join(agency_services::table.on(agency_services::agency_id.eq(agency_holidays::agency_id)))
        .filter(agency_services::id.eq(service).and(agency_holidays::day_on.ge(since)))
        .select(agency_holidays::day_on)
        .load(conn)
        .await?;
    if closed.is_empty() {
        let office = Office::find(conn, office).await?;
        let abroad = partner.territory.is_some_and(|it| country_of(&it) != country_of(&office.territory));
        if !abroad {
            closed = office.holidays(conn).await?.into_iter().map(|holiday| holiday.day_on).collect();
        }
    }
    Ok(OpenHours::new(zone, &hours, closed))
}
