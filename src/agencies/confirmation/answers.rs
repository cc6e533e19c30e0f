//! What an answer by link comes to, in one transaction: the entry, the tasks it leaves to the desk, and the trail.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::links::{Entry, Holder};
use super::model::note_answered;
use super::rules::{self, Told};
use crate::agencies::model::Service;
use crate::agencies::services::model::ServiceChanges;
use crate::agencies::tasks::setting::{Wish, set_wish};
use crate::audit::Event;
use crate::ids::ServiceId;
use crate::platform::db::{Conn, acting_as};
use crate::platform::error::Error;
use crate::platform::jobs::System;
use crate::problems;

/// What came of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is written down.
    Taken,
    /// It stood so already.
    Again,
}

/// Says that everything offered is as the page showed it.
///
/// # Errors
/// `stale_version` when it is not as it was shown.
pub async fn confirm_all(
    tx: &mut Conn,
    entry: &Entry,
    shown: &str,
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let entry = entry.lock(tx, now).await?;
    let today = entry.agency.today(now);
    if rules::all_stand(&entry.services, today) {
        return Ok(Outcome::Again);
    }
    if rules::fingerprint(&entry.services) != shown {
        return Err((&problems::STALE_VERSION).into());
    }
    let changes = ServiceChanges { last_confirmed_on: Some(today), ..ServiceChanges::default() };
    for service in &entry.services {
        let service = service.update(tx, &changes, now).await?;
        record(tx, &entry, "agency.service_confirmed", &service, now).await?;
    }
    answered(tx, &entry, now).await?;
    Ok(Outcome::Taken)
}

/// Says how one service stands. `shown` is the version the page showed.
///
/// # Errors
/// `not_found` for a service that is not offered there, `stale_version` when it is not as it was shown.
pub async fn tell(
    tx: &mut Conn,
    entry: &Entry,
    (service, shown): (ServiceId, Option<i32>),
    told: &Told,
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let entry = entry.lock(tx, now).await?;
    let found = entry.services.iter().find(|known| known.id == service);
    let service = found.ok_or_else(|| Error::from(&problems::NOT_FOUND))?;
    let stands = told.stands(service, entry.agency.today(now));
    if !stands && shown != Some(service.version) {
        return Err((&problems::STALE_VERSION).into());
    }
    if !stands {
        write(tx, &entry, service, told, now).await?;
    }
    let wished = wish(tx, &entry, service, told, now).await?;
    if stands && !wished {
        return Ok(Outcome::Again);
    }
    answered(tx, &entry, now).await?;
    Ok(Outcome::Taken)
}

async fn write(
    tx: &mut Conn,
    entry: &Entry,
    service: &Service,
    told: &Told,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(changes) = told.changes(entry.agency.today(now), now) else { return Ok(()) };
    let service = service.update(tx, &changes, now).await?;
    if changes.last_confirmed_on.is_some() {
        record(tx, entry, "agency.service_confirmed", &service, now).await?;
    }
    if changes.capacity.is_some() {
        record(tx, entry, "agency.capacity_told", &service, now).await?;
    }
    Ok(())
}

/// Leaves to the desk what it alone may write down; whether there was anything new.
async fn wish(
    tx: &mut Conn,
    entry: &Entry,
    service: &Service,
    told: &Told,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let Some(kind) = told.task() else { return Ok(false) };
    let wish = Wish { kind, service, words: told.words.clone(), link: entry.link.id };
    let holder: Holder = entry.link.holder();
    acting_as(tx, &System, &holder, async |tx| set_wish(tx, &entry.agency, wish, now).await).await
}

/// Whoever says how one service stands has heard the question after all of them.
async fn answered(tx: &mut Conn, entry: &Entry, now: DateTime<Utc>) -> Result<(), Error> {
    note_answered(tx, entry.agency.id).await?;
    entry.link.note_used(tx, now).await
}

async fn record(
    tx: &mut Conn,
    entry: &Entry,
    action: &'static str,
    service: &Service,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let facts = json!({ "service_id": service.id, "confirmation_link": entry.link.id });
    let event = Event::new(action).about("agency", entry.agency.id).facts(facts);
    event.record_by_link(tx, entry.agency.id, now).await
}
