//! What clients send to act on a case.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::changes::CaseChanges;
use super::opening::CaseCaller;
use super::rules::{Priority, Settle};
use crate::ids::{CaseId, OfficeId, StaffId};
use crate::platform::error::FieldErrors;
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE};

/// An edit of a case's own fields: absent leaves, null clears.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCase {
    /// How soon something must happen; sets a new due moment.
    pub priority: Option<Priority>,
    /// A code of list channel.
    #[schema(example = "PHO")]
    pub channel: Option<String>,
    /// One plain line; no restricted facts.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub summary: Patch<String>,
    /// Where the client was when it opened.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub territory: Patch<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub country_of_work: Patch<String>,
    /// Agency, employer or vessel complained of.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub employer: Patch<String>,
    /// Who made contact; replaced as a whole.
    #[serde(default)]
    #[schema(value_type = Option<CaseCaller>)]
    pub caller: Patch<CaseCaller>,
}

impl UpdateCase {
    /// Codes to check: pointer, list, code.
    pub fn codes(&self) -> Vec<(String, &'static str, String)> {
        let channel = self.channel.clone().map(|code| ("channel".to_owned(), "channel", code));
        let relation = self.caller.as_set().and_then(|caller| caller.relation.clone());
        let relation = relation.map(|code| ("caller/relation".to_owned(), "caller_relation", code));
        channel.into_iter().chain(relation).collect()
    }

    /// Names of the fields it says something on.
    pub fn named(&self) -> Vec<&'static str> {
        [
            ("priority", self.priority.is_some()),
            ("channel", self.channel.is_some()),
            ("summary", self.summary.is_named()),
            ("territory", self.territory.is_named()),
            ("country_of_work", self.country_of_work.is_named()),
            ("employer", self.employer.is_named()),
            ("caller", self.caller.is_named()),
        ]
        .into_iter()
        .filter_map(|(name, named)| named.then_some(name))
        .collect()
    }

    /// The checked edit. `country` is where the office stands.
    pub fn changes(self, errors: &mut FieldErrors, country: &str) -> CaseChanges {
        let mut line = |pointer: &str, patch: Patch<String>| {
            patch.into_change().map(|value| validate::text(errors, pointer, value, LINE))
        };
        let mut changes = CaseChanges {
            channel: self.channel,
            territory: self.territory.into_change(),
            country_of_work: self.country_of_work.into_change(),
            employer: line("employer", self.employer),
            summary: line("summary", self.summary),
            ..CaseChanges::default()
        };
        if let Some(caller) = self.caller.into_change() {
            let caller = caller.unwrap_or_default();
            changes.caller_name = Some(validate::text(errors, "caller/name", caller.name, LINE));
            changes.caller_phone = Some(validate::phone(errors, "caller/phone", caller.phone, country));
            changes.caller_relation = Some(caller.relation);
            changes.caller_must_not_learn = Some(caller.must_not_learn);
        }
        changes
    }
}

/// Who is to own a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignCase {
    /// A worker of the office; null takes it from everybody.
    #[serde(default)]
    #[schema(value_type = Option<StaffId>)]
    pub staff_id: Patch<StaffId>,
    /// Another office, for those responsible for both.
    pub office_id: Option<OfficeId>,
}

/// Who is to own several cases.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignCases {
    /// All of them, or none; 200 at most.
    pub case_ids: Vec<CaseId>,
    /// A worker of each case's office.
    pub staff_id: StaffId,
}

/// How a case ends.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseCase {
    /// A code of list closure.
    #[schema(example = "MET")]
    pub closure: String,
    /// When it ended, when written down later; now without.
    pub closed_at: Option<DateTime<Utc>>,
    /// By need, a code of list need_outcome; for every need that has none yet.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    pub need_outcomes: BTreeMap<Uuid, String>,
    /// How open tasks end.
    pub settle_tasks: Option<Settle>,
    /// Words kept as a note.
    pub note: Option<String>,
}

/// Why work resumes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenCase {
    /// In words; kept as a note.
    pub reason: String,
}
