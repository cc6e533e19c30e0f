//! Registering a person, the same for everybody who brings one: checked whole, written whole, left in the trail.

use chrono::{DateTime, Utc};

use super::model::{self, Migrant};
use super::rules::{RegisterMigrant, Setting};
use crate::audit::Event;
use crate::auth::Actor;
use crate::offices::model::Office;
use crate::offices::rules::country_of;
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};

/// What the rules are told of the office and the moment.
pub fn setting(office: &Office, actor: &Actor, now: DateTime<Utc>) -> Setting {
    Setting { country: country_of(&office.territory), today: office.today(now), now, by: Some(actor.staff) }
}

/// Registers a person at an office that takes new records. `external_key` is the person's key in the system they come
/// from.
///
/// # Errors
/// `office_closed`, `id_already_used`, or all fields that need another value.
pub async fn register(
    tx: &mut Conn,
    (actor, vault): (&Actor, &Vault),
    office: &Office,
    body: RegisterMigrant,
    external_key: Option<String>,
    now: DateTime<Utc>,
) -> Result<Migrant, Error> {
    office.require_open(now)?;
    let mut errors = FieldErrors::new();
    let mut registration = body.validate(&setting(office, actor, now), &mut errors);
    model::complain_of_unknown(tx, &registration.named, &mut errors).await?;
    errors.check()?;
    registration.migrant.external_key = external_key;
    let migrant = model::register(tx, vault, office, registration, now).await?;
    let event = Event::new("migrant.registered").about("migrant", migrant.id).at(office.id);
    event.record(tx, actor, now).await?;
    Ok(migrant)
}
