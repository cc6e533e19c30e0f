//! The history of a case.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::hidden::Hidden;
use crate::auth::Actor;
use crate::cases::model::Case;
use crate::cases::rules;
use crate::ids::StaffId;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::case_events;

/// An event in the history of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseHistoryEvent {
    /// noun.past; null for something restricted that is not for these eyes.
    #[schema(example = "need.raised")]
    pub kind: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// When it reached the server.
    pub recorded_at: DateTime<Utc>,
    /// Who; null for the system.
    pub staff_id: Option<StaffId>,
    /// What it is about.
    pub subject_id: Option<Uuid>,
    /// It is about a restricted fact.
    pub restricted: bool,
    /// Codes and ids.
    pub facts: Value,
}

type EventRow = (String, DateTime<Utc>, DateTime<Utc>, Option<StaffId>, Option<Uuid>, bool, Value);

/// Everything that happened on a case, in order.
///
/// # Errors
/// Those of the database.
pub async fn history(conn: &mut Conn, actor: &Actor, case: &Case) -> Result<Vec<CaseHistoryEvent>, Error> {
    let readable = rules::reads_restricted(actor, case);
    let hidden = Hidden::of(conn, actor, case).await?.subjects(conn, case).await?;
    let events: Vec<EventRow> = case_events::table
        .filter(case_events::case_id.eq(case.id))
        .order((case_events::at, case_events::id))
        .select((
            case_events::kind,
            case_events::at,
            case_events::recorded_at,
            case_events::staff_id,
            case_events::subject_id,
            case_events::restricted,
            case_events::facts,
        ))
        .load(conn)
        .await?;
    let line = |(kind, at, recorded_at, staff_id, subject_id, restricted, facts): EventRow| {
        let restricted = restricted || subject_id.is_some_and(|id| hidden.contains(&id));
        let shown = readable || !restricted;
        CaseHistoryEvent {
            kind: Some(kind).filter(|_| shown),
            at,
            recorded_at,
            staff_id,
            subject_id: subject_id.filter(|_| shown),
            restricted,
            facts: if shown { facts } else { serde_json::json!({}) },
        }
    };
    Ok(events.into_iter().map(line).collect())
}
