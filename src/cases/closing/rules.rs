//! What closing and reopening must come with.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::cases::rules::Settle;

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
