//! What may be said of a need, and who may read it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::Need;
use crate::auth::{Actor, Permission};
use crate::cases::model::Case;
use crate::cases::rules::reads_restricted;
use crate::ids::{MigrantId, NeedId};
use crate::platform::error::{Error, FieldErrors};
use crate::platform::patch::Patch;
use crate::problems;

crate::words! {
    /// Whether the outcome of a need is known.
    NeedStatus {
        /// Not yet.
        Open = "open",
        /// It has an outcome.
        Settled = "settled",
    }

    /// What may be done with a need.
    NeedVerb {
        /// Change what is wanted.
        Edit = "edit",
        /// Give it an outcome.
        Settle = "settle",
        /// Take the outcome back.
        Reopen = "reopen",
    }
}

/// A new need.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RaiseNeed {
    /// Made by the client, or left out.
    pub id: Option<NeedId>,
    /// A code of list service.
    #[schema(example = "HOU")]
    pub service: String,
    /// Whose need it is; none for the whole client.
    pub migrant_id: Option<MigrantId>,
    /// Seen only by the case's worker and those who may read restricted facts. True for codes that are restricted.
    #[serde(default)]
    pub restricted: bool,
    /// What exactly.
    #[schema(example = "A place for one adult and three children")]
    pub detail: Option<String>,
    /// The open need of the case that this one is a part of. A part has no parts; it is counted within that need.
    pub parent_id: Option<NeedId>,
    /// When it was raised; now without one.
    pub raised_at: Option<DateTime<Utc>>,
}

/// What an edit of a need says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateNeed {
    /// A code of list service.
    #[schema(example = "HOU")]
    pub service: Option<String>,
    /// Whose need it is; null for the whole client.
    #[serde(default)]
    #[schema(value_type = Option<MigrantId>)]
    pub migrant_id: Patch<MigrantId>,
    /// Whether it is restricted.
    pub restricted: Option<bool>,
    /// What exactly.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "For two nights")]
    pub detail: Patch<String>,
}

/// What came of a need.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleNeed {
    /// A code of list need_outcome.
    #[schema(example = "met")]
    pub outcome: String,
    /// When it was known; now without one.
    pub settled_at: Option<DateTime<Utc>>,
}

/// Complains of a need that takes no parts: not there or not for these eyes, a part itself, or settled.
pub fn check_parent(errors: &mut FieldErrors, parent: Option<&Need>, readable: bool) {
    match parent.filter(|_| readable) {
        None => errors.add("parent_id", "unknown", "The case has no such need."),
        Some(parent) if parent.parent_id.is_some() => {
            errors.add("parent_id", "is_a_part", "A part of a need has no parts.");
        }
        Some(parent) if parent.status == NeedStatus::Settled => {
            errors.add("parent_id", "settled", "That need has its outcome; reopen it first.");
        }
        Some(_) => {}
    }
}

/// Whether the actor may know what a need is about.
pub fn readable(actor: &Actor, case: &Case, restricted: bool) -> bool {
    !restricted || reads_restricted(actor, case)
}

/// The verbs the actor may use on a need now.
pub fn allowed(actor: &Actor, case: &Case, need: &Need) -> Vec<NeedVerb> {
    NeedVerb::ALL.iter().copied().filter(|verb| check(actor, case, need, *verb).is_ok()).collect()
}

/// Refuses a verb the actor may not use now.
///
/// # Errors
/// `forbidden`, `case_closed`, `case_entered_in_error`, `need_settled` or `need_open`
pub fn check(actor: &Actor, case: &Case, need: &Need, verb: NeedVerb) -> Result<(), Error> {
    if !actor.may(Permission::WorkCases) || !readable(actor, case, need.restricted) {
        return Err((&problems::FORBIDDEN).into());
    }
    case.require_open()?;
    match (verb, need.status) {
        (NeedVerb::Edit | NeedVerb::Settle, NeedStatus::Settled) => Err((&problems::NEED_SETTLED).into()),
        (NeedVerb::Reopen, NeedStatus::Open) => Err((&problems::NEED_OPEN).into()),
        _ => Ok(()),
    }
}
