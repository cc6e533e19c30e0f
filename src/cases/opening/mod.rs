//! Opening a case: what the body must hold, what the database must know, and everything that is written at once.

mod check;
mod write;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::Case;
use super::rules::{PersonRole, Priority};
use crate::audit::Event;
use crate::auth::Actor;
use crate::ids::{AssociationId, CaseId, MigrantId, NeedId, OfficeId, StaffId};
use crate::offices::model::Office;
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// Who made contact, when not the person concerned.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseCaller {
    /// As they gave it.
    #[schema(example = "Rosa Ficticia")]
    pub name: Option<String>,
    /// A code of list caller_relation.
    #[schema(example = "PAR")]
    pub relation: Option<String>,
    /// With the country's code, or as written in the office's country.
    pub phone: Option<String>,
    /// Contact only the client; tell the caller nothing.
    #[serde(default)]
    pub must_not_learn: bool,
}

/// A person to put on a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddCasePerson {
    /// The person.
    pub migrant_id: MigrantId,
    /// As what.
    pub role: PersonRole,
    /// The person the case is named after.
    #[serde(default)]
    pub principal: bool,
}

/// A need to raise with a new case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCaseNeed {
    /// Made by the client, or left out.
    pub id: Option<NeedId>,
    /// Whose; none for the whole client.
    pub migrant_id: Option<MigrantId>,
    /// A code of list service.
    #[schema(example = "HOU")]
    pub service: String,
    /// What exactly.
    pub detail: Option<String>,
    /// Seen only by the case's worker and those who may read restricted facts. True for codes that are restricted.
    #[serde(default)]
    pub restricted: bool,
}

/// A new case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    /// Made by the client, or left out.
    pub id: Option<CaseId>,
    /// The desk.
    pub office_id: OfficeId,
    /// A code of list client_kind.
    #[schema(example = "HH")]
    pub client_kind: String,
    /// The client, when the kind is ASC.
    pub association_id: Option<AssociationId>,
    /// Who it concerns.
    #[serde(default)]
    pub people: Vec<AddCasePerson>,
    /// What is wanted; one at least.
    pub needs: Vec<OpenCaseNeed>,
    /// A code of list channel.
    #[schema(example = "WLK")]
    pub channel: String,
    /// How soon something must happen; normal without.
    pub priority: Option<Priority>,
    /// Who made contact, when not the person concerned.
    pub caller: Option<CaseCaller>,
    /// Where the client is.
    #[schema(example = "EC-170150")]
    pub territory: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "KW")]
    pub country_of_work: Option<String>,
    /// Agency, employer or vessel complained of.
    pub employer: Option<String>,
    /// One plain line; no restricted facts.
    pub summary: Option<String>,
    /// A worker of the office; oneself without, unless one is a supervisor.
    pub assigned_to: Option<StaffId>,
    /// When it was opened, for cases written down later; now without.
    pub opened_at: Option<DateTime<Utc>>,
}

/// A checked new case.
#[derive(Debug)]
pub struct Opening {
    /// Its id.
    pub id: CaseId,
    office: Office,
    body: OpenCase,
    caller_phone: Option<String>,
    opened_at: DateTime<Utc>,
    priority: Priority,
    restricted: Vec<bool>,
}

/// Opens a case at one of the actor's offices: checked whole, written whole, left in the trail. Whoever must know is
/// told by the caller.
///
/// # Errors
/// `office_closed`, `id_already_used`, or all fields that need another value.
pub async fn open(
    tx: &mut Conn,
    actor: &Actor,
    body: OpenCase,
    id: CaseId,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    let mut office = None;
    if actor.offices.contains(&body.office_id) {
        let own = Office::find(tx, body.office_id).await?;
        own.require_open(now)?;
        office = Some(own);
    }
    let opening = body.check(tx, actor, office, id, now).await?;
    let case = opening.write(tx, actor, now).await?;
    Event::new("case.opened").about("case", case.id).at(case.office_id).record(tx, actor, now).await?;
    Ok(case)
}
