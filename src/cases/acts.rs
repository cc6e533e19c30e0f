//! An act on a part of a case: written into the history of the case and into the audit trail, and the stage derived anew.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::events::CaseEvent;
use super::model::Case;
use crate::audit::Event;
use crate::auth::Actor;
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// Something done on a part of a case: `Act::new("need.raised", "need", id).record(tx, &actor, &case, now)`.
#[derive(Debug)]
pub struct Act {
    kind: &'static str,
    subject: (&'static str, Uuid),
    restricted: bool,
    facts: Value,
    at: Option<DateTime<Utc>>,
}

impl Act {
    /// `kind` is noun.past; `noun` and `id` say what it is about.
    pub fn new(kind: &'static str, noun: &'static str, id: impl Into<Uuid>) -> Act {
        Act { kind, subject: (noun, id.into()), restricted: false, facts: json!({}), at: None }
    }

    /// Its subject is a restricted fact: its facts stay out of the audit trail.
    pub fn restricted(mut self, restricted: bool) -> Act {
        self.restricted = restricted;
        self
    }

    /// Codes and ids.
    pub fn facts(mut self, facts: Value) -> Act {
        self.facts = facts;
        self
    }

    /// When it happened, if not now.
    pub fn at(mut self, at: DateTime<Utc>) -> Act {
        self.at = Some(at);
        self
    }

    /// Writes it down.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(
        self,
        tx: &mut Conn,
        actor: &Actor,
        case: &Case,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (noun, id) = self.subject;
        let audited = if self.restricted { json!({ "restricted": true }) } else { self.facts.clone() };
        CaseEvent::new(self.kind, case.id)
            .subject(id)
            .restricted(self.restricted)
            .facts(self.facts)
            .record(tx, Some(actor.staff), self.at.unwrap_or(now), now)
            .await?;
        Event::new(self.kind)
            .about(noun, id)
            .at(case.office_id)
            .facts(audited)
            .record(tx, actor, now)
            .await?;
        Case::refresh_stage(tx, case.id, now).await?;
        Ok(())
    }
}
