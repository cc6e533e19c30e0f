//! How a file is shown: whole, with what is restricted masked for those who may not read it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::consents::model::Consent;
use super::file::model::{ContactPoint, IdentityDocument, MobilityPeriod, SpecificNeed};
use super::model::{self, Migrant};
use super::relations::model::Relation;
use super::relations::rules::inverse;
use super::rules::{BirthPrecision, MigrantStatus, StayStatus, allowed};
use crate::auth::{Actor, Permission};
use crate::ids::{IdentityDocumentId, MigrantId, OfficeId, RelationId, SpecificNeedId};
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::Error;

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

/// A paper with its number in clear.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityDocumentView {
    /// Its id.
    pub id: IdentityDocumentId,
    /// A code of list document.
    #[serde(rename = "type")]
    pub type_: String,
    /// Who issued it.
    pub country: Option<String>,
    /// Its number.
    pub number: Option<String>,
    /// Day of issue.
    pub issued_on: Option<NaiveDate>,
    /// Day it lapses.
    pub expires_on: Option<NaiveDate>,
    /// Who holds it when the person does not.
    pub held_by: Option<String>,
    /// The day it was withdrawn from the file.
    pub ended_on: Option<NaiveDate>,
}

/// A vulnerability; `code` is null where it is hidden from the one who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecificNeedView {
    /// Its id.
    pub id: SpecificNeedId,
    /// Something that few may read.
    pub restricted: bool,
    /// A code of list specific_need.
    pub code: Option<String>,
    /// Known since.
    pub from_on: NaiveDate,
    /// No longer true from this day.
    pub until_on: Option<NaiveDate>,
}

/// A relation seen from this file.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationView {
    /// Its id.
    pub id: RelationId,
    /// The other.
    pub other_id: MigrantId,
    /// The other’s name.
    pub other_name: String,
    /// What this person is to the other; null where the list has no word.
    pub relation: Option<String>,
    /// What the other is to this person; null where the list has no word.
    pub other_is: Option<String>,
    /// They live together.
    pub same_household: bool,
    /// The day it ceased to be true.
    pub ended_on: Option<NaiveDate>,
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
    pub contact_points: Vec<ContactPoint>,
    pub identity_documents: Vec<IdentityDocumentView>,
    pub mobility: Vec<MobilityPeriod>,
    pub specific_needs: Vec<SpecificNeedView>,
    pub relations: Vec<RelationView>,
    pub consents: Vec<Consent>,
    /// The moves the one who asks may make now.
    pub allowed: Vec<&'static str>,
}

impl SpecificNeedView {
    /// Hides the code of a restricted need unless `reads`.
    pub fn masked(need: SpecificNeed, reads: bool) -> SpecificNeedView {
        let code = (reads || !need.restricted).then_some(need.code);
        let SpecificNeed { id, restricted, from_on, until_on, .. } = need;
        SpecificNeedView { id, restricted, code, from_on, until_on }
    }
}

impl IdentityDocumentView {
    /// With its number in clear.
    ///
    /// # Errors
    /// When it was sealed under another key.
    pub fn opened(paper: IdentityDocument, vault: &Vault) -> Result<IdentityDocumentView, Error> {
        Ok(IdentityDocumentView {
            number: paper.number(vault)?,
            id: paper.id,
            type_: paper.type_,
            country: paper.country,
            issued_on: paper.issued_on,
            expires_on: paper.expires_on,
            held_by: paper.held_by,
            ended_on: paper.ended_on,
        })
    }
}

/// Relations of a file; those to persons the walls hide are left out.
async fn relations(conn: &mut Conn, id: MigrantId) -> Result<Vec<RelationView>, Error> {
    let rows = Relation::of(conn, id).await?;
    let other = |row: &Relation| if row.migrant_id == id { row.other_id } else { row.migrant_id };
    let others: Vec<MigrantId> = rows.iter().map(other).collect();
    let names = model::names(conn, &others).await?;
    let view = |row: Relation| {
        let other_id = other(&row);
        let (own, back) = (Some(row.relation.clone()), inverse(&row.relation).map(str::to_owned));
        let (relation, other_is) = if row.migrant_id == id { (own, back) } else { (back, own) };
        let other_name = names.get(&other_id)?.clone();
        let (id, same_household, ended_on) = (row.id, row.same_household, row.ended_on);
        Some(RelationView { id, other_id, other_name, relation, other_is, same_household, ended_on })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

/// The whole file as `actor` may see it.
///
/// # Errors
/// Those of the database and of the vault.
pub async fn whole(conn: &mut Conn, actor: &Actor, vault: &Vault, m: Migrant) -> Result<MigrantFile, Error> {
    let reads = model::reads_restricted(conn, actor, m.id).await?;
    let papers = IdentityDocument::of(conn, m.id).await?;
    let needs = SpecificNeed::of(conn, m.id).await?;
    Ok(MigrantFile {
        contact_points: ContactPoint::of(conn, m.id).await?,
        identity_documents: papers
            .into_iter()
            .map(|paper| IdentityDocumentView::opened(paper, vault))
            .collect::<Result<_, _>>()?,
        mobility: MobilityPeriod::of(conn, m.id).await?,
        specific_needs: needs.into_iter().map(|need| SpecificNeedView::masked(need, reads)).collect(),
        relations: relations(conn, m.id).await?,
        consents: Consent::of(conn, m.id).await?,
        allowed: allowed(actor.may(Permission::EditMigrants), m.status),
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
