//! What refusals say of a service: two within a week for want of room, and it is full until it says otherwise.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::count;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::model::Referral;
use super::rules::ReferralState;
use crate::agencies::confirmation::model::new_link;
use crate::agencies::services::model::Service;
use crate::agencies::services::rules::refusals_count_from;
use crate::audit::Event;
use crate::ids::ServiceId;
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{referral_moves, referrals};

/// The coded reason that counts.
pub const NO_ROOM: &str = "no_capacity";
/// Within so many days …
const WITHIN_DAYS: i64 = 7;
/// … so many refusals say that a service is full.
const ENOUGH: i64 = 2;

/// Marks the service of a referral that was just refused for want of room as full when it was the second within a week,
/// and asks the agency whether it is. Ask as the system: the refusals may be of different offices.
///
/// # Errors
/// Those of the database.
pub async fn weigh(tx: &mut Conn, referral: &Referral, now: DateTime<Utc>) -> Result<(), Error> {
    let service = Service::lock(tx, referral.service_id).await?;
    let since = now - TimeDelta::days(WITHIN_DAYS);
    let Some(since) = refusals_count_from(&service, since) else { return Ok(()) };
    let refusals = count_since(tx, service.id, since).await?;
    if refusals < ENOUGH {
        return Ok(());
    }
    let service = service.conclude_full(tx, now).await?;
    let event = Event::new("agency.full_concluded").about("agency", service.agency_id);
    let facts = json!({ "service_id": service.id, "refusals": refusals });
    event.facts(facts).record_unknown(tx, now).await?;
    let link = new_link(tx, service.agency_id, now).await?;
    let notice = NewNotice::to_agency(NoticeKind::ServiceMarkedFull, service.agency_id);
    notice.fields(json!({ "confirmation": link, "service": service.name })).send(tx, now).await
}

async fn count_since(conn: &mut Conn, service: ServiceId, since: DateTime<Utc>) -> Result<i64, Error> {
    Ok(referral_moves::table
        .inner_join(referrals::table)
        .filter(referrals::service_id.eq(service).and(referrals::state.ne(ReferralState::EnteredInError)))
        .filter(referral_moves::to_state.eq(ReferralState::Declined))
        .filter(referral_moves::reason.eq(NO_ROOM).and(referral_moves::at.gt(since)))
        .select(count(referral_moves::referral_id).aggregate_distinct())
        .first(conn)
        .await?)
}
