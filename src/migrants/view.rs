//! How a file is shown: whole, with what is restricted masked for those who may not read it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::consents::model::Consent;
use super::contact_points::model::ContactPoint;
use super::identity_documents::model::IdentityDocumentView;
use super::mobility::model::MobilityPeriod;
use super::model::{Migrant, reads_restricted};
use super::relations::model::{Relation, RelationView};
use super::rules::{BirthPrecision, MigrantStatus, StayStatus, allowed};
use super::specific_needs::model::SpecificNeedView;
use crate::auth::Actor;
use crate::ids::{MigrantId, OfficeId};
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::IfMatch;

/// A file in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct MigrantSummary {
    /// Its id.
    pub id: MigrantId,
    /// Said on the phone.
    #[schema(example = "M-PIC-2026-000412")]
    pub number: String,
    /// The office that registered the person.
    pub office_id: OfficeId,
    /// The whole name.
    pub name: String,
    /// ISO 5218.
    pub sex: i16,
    /// Birth.
    pub birth_on: Option<NaiveDate>,
    /// How well it is known.
    pub birth_precision: Option<BirthPrecision>,
    /// ISO 3166-1 alpha-2.
    pub nationality: Option<String>,
    /// Where the person stays.
    pub territory: Option<String>,
    /// Not checked by staff yet.
    pub unverified: bool,
    /// When the person was met.
    pub registered_at: DateTime<Utc>,
}

impl From<Migrant> for MigrantSummary {
    fn from(m: Migrant) -> Self {
        MigrantSummary {
            name: m.name(),
            id: m.id,
            number: m.number,
            office_id: m.office_id,
            sex: m.sex,
            birth_on: m.birth_on,
            birth_precision: m.birth_precision,
            nationality: m.nationality,
            territory: m.territory,
            unverified: m.unverified,
            registered_at: m.registered_at,
        }
    }
}

/// A restricted fact: `restricted` is true where its content is hidden from the one who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestrictedStay {
    /// Hidden.
    pub restricted: bool,
    /// The fact, when it may be read.
    pub value: Option<StayStatus>,
}

/// A person's whole file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MigrantFileView)]
#[allow(missing_docs)]
pub struct MigrantFile {
    pub id: MigrantId,
    pub number: String,
    pub office_id: OfficeId,
    pub office_ids: Vec<Uuid>,
    pub sealed: bool,
    pub status: MigrantStatus,
    pub merged_into: Option<MigrantId>,
    pub name: String,
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
    /// Null when not known.
    pub stay_status: Option<RestrictedStay>,
    pub unverified: bool,
    pub remarks: Option<String>,
    pub version: i32,
    pub registered_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Who must not learn of the person's dealings with the desk. Where somebody is named, talk only to the person.
    pub must_not_know: Vec<String>,
    pub contact_points: Vec<ContactPoint>,
    pub identity_documents: Vec<IdentityDocumentView>,
    pub mobility: Vec<MobilityPeriod>,
    pub specific_needs: Vec<SpecificNeedView>,
    pub relations: Vec<RelationView>,
    pub consents: Vec<Consent>,
    /// The moves the one who asks may make now.
    pub allowed: Vec<&'static str>,
}

/// Refuses an edit of a file, or of what hangs on it, that somebody else edited meanwhile; the answer holds the file as it
/// is now.
///
/// # Errors
/// `stale_version`
pub async fn check_version(
    conn: &mut Conn,
    actor: &Actor,
    vault: &Vault,
    migrant: &Migrant,
    if_match: IfMatch,
) -> Result<(), Error> {
    if if_match.0 == migrant.version {
        return Ok(());
    }
    if_match.check(migrant.version, whole(conn, actor, vault, migrant.clone()).await?)
}

/// Who must not learn of the person's dealings, from all contact points: a danger does not end with a phone.
fn must_not_know(points: &[ContactPoint]) -> Vec<String> {
    let mut named: Vec<String> = points.iter().filter_map(|point| point.must_not_know.clone()).collect();
    named.sort_unstable();
    named.dedup();
    named
}

/// The whole file as `actor` may see it.
///
/// # Errors
/// Those of the database and of the vault.
pub async fn whole(conn: &mut Conn, actor: &Actor, vault: &Vault, m: Migrant) -> Result<MigrantFile, Error> {
    let reads = reads_restricted(conn, actor, m.id).await?;
    let contact_points = ContactPoint::of(conn, m.id).await?;
    Ok(MigrantFile {
        must_not_know: must_not_know(&contact_points),
        contact_points,
        identity_documents: IdentityDocumentView::of(conn, vault, m.id).await?,
        mobility: MobilityPeriod::of(conn, m.id).await?,
        specific_needs: SpecificNeedView::of(conn, actor, m.id).await?,
        relations: Relation::views(conn, actor, m.id).await?,
        consents: Consent::of(conn, m.id).await?,
        allowed: allowed(actor, m.status),
        stay_status: m
            .stay_status
            .map(|status| RestrictedStay { restricted: !reads, value: reads.then_some(status) }),
        name: m.name(),
        id: m.id,
        number: m.number,
        office_id: m.office_id,
        office_ids: m.office_ids,
        sealed: m.sealed,
        status: m.status,
        merged_into: m.merged_into,
        given_names: m.given_names,
        family_names: m.family_names,
        name_suffix: m.name_suffix,
        code_name: m.code_name,
        other_names: m.other_names,
        sex: m.sex,
        gender_identity: m.gender_identity,
        birth_on: m.birth_on,
        birth_precision: m.birth_precision,
        nationality: m.nationality,
        second_nationality: m.second_nationality,
        birth_country: m.birth_country,
        languages: m.languages,
        interpreter_needed: m.interpreter_needed,
        territory: m.territory,
        landmark: m.landmark,
        occupation: m.occupation,
        skills: m.skills,
        unverified: m.unverified,
        remarks: m.remarks,
        version: m.version,
        registered_at: m.registered_at,
        updated_at: m.updated_at,
    })
}
