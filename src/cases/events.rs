//! The events of a case: what history shows and reports count.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ids::{CaseId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::case_events;

/// An event about to be recorded: `CaseEvent::new("need.raised", case).subject(need).record(tx, staff, at, now)`.
#[derive(Debug, Clone)]
pub struct CaseEvent {
    kind: &'static str,
    case: CaseId,
    subject: Option<Uuid>,
    restricted: bool,
    facts: Value,
}

impl CaseEvent {
    /// `kind` is noun.past, such as `need.raised`.
    pub fn new(kind: &'static str, case: CaseId) -> CaseEvent {
        CaseEvent { kind, case, subject: None, restricted: false, facts: json!({}) }
    }

    /// The need, note, task, assistance, referral or person it is about.
    pub fn subject(mut self, id: impl Into<Uuid>) -> CaseEvent {
        self.subject = Some(id.into());
        self
    }

    /// Its subject is a restricted fact.
    pub fn restricted(mut self, restricted: bool) -> CaseEvent {
        self.restricted = restricted;
        self
    }

    /// Codes and ids; never words about a person.
    pub fn facts(mut self, facts: Value) -> CaseEvent {
        self.facts = facts;
        self
    }

    /// Records that it happened at `at`; it reaches the server `now`. No `staff`: the system did it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(
        self,
        tx: &mut Conn,
        staff: Option<StaffId>,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        CaseEvent::record_all(vec![self], tx, staff, at, now).await
    }

    /// Records several that happened at once, in one statement.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_all(
        events: Vec<CaseEvent>,
        tx: &mut Conn,
        staff: Option<StaffId>,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let row = |event: CaseEvent| {
            (
                case_events::id.eq(Uuid::now_v7()),
                case_events::case_id.eq(event.case),
                case_events::kind.eq(event.kind),
                case_events::at.eq(at),
                case_events::recorded_at.eq(now),
                case_events::staff_id.eq(staff),
                case_events::subject_id.eq(event.subject),
                case_events::restricted.eq(event.restricted),
                case_events::facts.eq(event.facts),
            )
        };
        let rows: Vec<_> = events.into_iter().map(row).collect();
        if rows.is_empty() {
            return Ok(());
        }
        diesel::insert_into(case_events::table).values(rows).execute(tx).await?;
        Ok(())
    }
}
