//! Making one agency of two: all that belongs to the one goes on at the other, and nothing is deleted.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;

use crate::agencies::model::Agency;
use crate::ids::AgencyId;
use crate::platform::db::Conn;
use crate::platform::error::{Error, field};
use crate::problems;
use crate::schema::{
    agencies, agency_contacts, agency_services, confirmation_links, consents, notices, referrals, staff,
};

/// How much went over, for the audit trail.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Moved {
    pub services: usize,
    pub contacts: usize,
    pub accounts: usize,
    pub referrals: usize,
    pub consents: usize,
    pub notices: usize,
}

/// Locks both, in the order of their ids so that two merges never wait for each other; the one to go first.
///
/// # Errors
/// `not_found` for the one to go, a field for the one to stay.
pub async fn lock(tx: &mut Conn, gone: AgencyId, into: AgencyId) -> Result<(Agency, Agency), Error> {
    let locked: Vec<Agency> = agencies::table
        .filter(agencies::id.eq_any([gone, into]))
        .order(agencies::id)
        .for_update()
        .select(Agency::as_select())
        .load(tx)
        .await?;
    let find = |id: AgencyId| locked.iter().find(|agency| agency.id == id).cloned();
    let gone = find(gone).ok_or_else(|| Error::from(&problems::NOT_FOUND))?;
    let into = find(into).ok_or_else(|| field("into", "unknown", "No such agency."))?;
    Ok((gone, into))
}

/// Lets `into` go on as both. Ask as the system: referrals and consents of every office are among what goes over.
///
/// # Errors
/// Those of the database.
pub async fn merge(
    tx: &mut Conn,
    gone: &Agency,
    into: &Agency,
    now: DateTime<Utc>,
) -> Result<(Agency, Moved), Error> {
    macro_rules! hand_over {
        ($table:ident, $column:ident) => {
            diesel::update($table::table.filter($table::$column.eq(gone.id)))
                .set($table::$column.eq(into.id))
                .execute(tx)
                .await?
        };
    }
    let moved = Moved {
        services: hand_over!(agency_services, agency_id),
        contacts: hand_over!(agency_contacts, agency_id),
        accounts: hand_over!(staff, agency_id),
        referrals: hand_over!(referrals, agency_id),
        consents: hand_over!(consents, agency_id),
        // Those that wait go to the mailbox of the one that stays, those that went are its history.
        notices: hand_over!(notices, to_agency_id),
    };
    // Nobody is left to confirm the entry of the one that goes.
    diesel::update(confirmation_links::table.filter(confirmation_links::agency_id.eq(gone.id)))
        .filter(confirmation_links::used_at.is_null().and(confirmation_links::expires_at.gt(now)))
        .set(confirmation_links::expires_at.eq(now))
        .execute(tx)
        .await?;
    diesel::update(agencies::table.find(gone.id))
        .set((
            agencies::merged_into.eq(into.id),
            agencies::retired_on.eq(gone.retired_on.unwrap_or_else(|| gone.today(now))),
            agencies::version.eq(gone.version + 1),
            agencies::updated_at.eq(now),
        ))
        .execute(tx)
        .await?;
    Ok((into.touch(tx, now).await?, moved))
}
