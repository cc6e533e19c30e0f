//! Writing a registration down.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::rules::{RegisterMigrant, Registration};
use crate::audit::Event;
use crate::auth::Actor;
use crate::ids::{MigrantId, OfficeId, StaffId};
use crate::migrants::contact_points::model::keep_contact_keys;
use crate::migrants::history::model::NewEntry;
use crate::migrants::identity_documents::model::{insert_paper, keep_document_keys};
use crate::migrants::model::Migrant;
use crate::migrants::reading::Setting;
use crate::migrants::rules::{BirthPrecision, StayStatus};
use crate::migrants::search::model::replace_keys;
use crate::migrants::search::rules::normalised_number;
use crate::offices::model::Office;
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::reference::choices::Choices;
use crate::schema::migrants;

/// A checked new file.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = migrants)]
#[allow(missing_docs)]
pub struct NewMigrant {
    pub id: MigrantId,
    pub office_id: OfficeId,
    pub given_names: Option<String>,
    pub family_names: Option<String>,
    pub name_suffix: Option<String>,
    pub code_name: Option<String>,
    pub other_names: Vec<String>,
    pub sex: i16,
    pub gender_identity: Option<String>,
    pub birth_on: Option<NaiveDate>,
    pub birth_precision: Option<BirthPrecision>,
    pub nationality: Option<String>,
    pub second_nationality: Option<String>,
    pub birth_country: Option<String>,
    pub languages: Vec<String>,
    pub interpreter_needed: bool,
    pub territory: Option<String>,
    pub landmark: Option<String>,
    pub occupation: Option<String>,
    pub skills: Vec<String>,
    pub stay_status: Option<StayStatus>,
    pub unverified: bool,
    pub remarks: Option<String>,
    pub external_key: Option<String>,
    pub registered_at: DateTime<Utc>,
    pub registered_by: Option<StaffId>,
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
    let mut choices = Choices::new();
    let mut registration = body.validate(&Setting::at(office, actor.staff, now), &mut choices);
    choices.check(tx).await?;
    registration.migrant.external_key = external_key;
    let migrant = write(tx, vault, office, registration, now).await?;
    NewEntry::registered(&migrant, now).insert(tx).await?;
    let event = Event::new("migrant.registered").about("migrant", migrant.id).at(office.id);
    event.record(tx, actor, now).await?;
    Ok(migrant)
}

/// Number, row, all that hangs on it, and the keys to find the person by.
async fn write(
    tx: &mut Conn,
    vault: &Vault,
    office: &Office,
    registration: Registration,
    now: DateTime<Utc>,
) -> Result<Migrant, Error> {
    let number = office.next_number(tx, "M", now).await?;
    let new = &registration.migrant;
    let migrant: Migrant = diesel::insert_into(migrants::table)
        .values((
            new,
            migrants::number.eq(&number),
            migrants::office_ids.eq(vec![new.office_id.0]),
            migrants::recorded_at.eq(now),
            migrants::updated_at.eq(now),
        ))
        .returning(Migrant::as_returning())
        .get_result(tx)
        .await
        .on_constraint("migrants_pkey", || (&problems::ID_ALREADY_USED).into())?;
    migrant.keep_name_keys(tx).await?;
    replace_keys(tx, migrant.id, &["number"], &[("number", normalised_number(&number))]).await?;
    for point in &registration.contact_points {
        point.insert(tx).await?;
    }
    for paper in registration.papers {
        insert_paper(tx, vault, paper).await?;
    }
    for period in &registration.mobility {
        period.insert(tx).await?;
    }
    for need in &registration.specific_needs {
        need.insert(tx).await?;
    }
    for consent in &registration.consents {
        consent.insert(tx).await?;
    }
    keep_contact_keys(tx, migrant.id).await?;
    keep_document_keys(tx, vault, migrant.id).await?;
    Ok(migrant)
}
