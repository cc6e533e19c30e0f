//! What a note says, and who may read it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::Note;
use crate::auth::Actor;
use crate::cases::model::Case;
use crate::cases::rules::reads_restricted;
use crate::ids::NoteId;

/// A new note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteNote {
    /// Made by the client, or left out.
    pub id: Option<NoteId>,
    /// The note.
    #[schema(example = "Came with her sister; will bring the lease on Monday.")]
    pub body: String,
    /// Seen only by its author, the case's worker and those who may read restricted facts.
    #[serde(default)]
    pub restricted: bool,
    /// The earlier note of the same case that this one corrects.
    pub corrects_id: Option<NoteId>,
    /// When it was written; now without one.
    pub written_at: Option<DateTime<Utc>>,
}

/// Whether the actor may read a note: a restricted one its author, the case's worker and those who may read
/// restricted facts of the office.
pub fn readable(actor: &Actor, case: &Case, note: &Note) -> bool {
    !note.restricted || note.written_by == actor.staff || reads_restricted(actor, case)
}
