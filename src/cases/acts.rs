//! An act on a part of a case: written into the history of the case and into the audit trail, and the stage derived anew.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use uuid::Uuid;

use super::events::CaseEvent;
use super::model::Case;
use crate::audit::Event;
use crate::auth::Actor;
use crate::ids::{CaseId, MigrantId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::reference::model::unknown_codes;
use crate::schema::case_people;

/// Clocks of tablets run ahead by no more than this.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

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

/// Who is on a case now.
///
/// # Errors
/// Those of the database.
pub async fn people_on(conn: &mut Conn, case: CaseId) -> Result<Vec<MigrantId>, Error> {
    Ok(case_people::table
        .filter(case_people::case_id.eq(case).and(case_people::removed_at.is_null()))
        .select(case_people::migrant_id)
        .load(conn)
        .await?)
}

/// Complains about a code that may not be chosen.
///
/// # Errors
/// Those of the database.
pub async fn check_code(
    conn: &mut Conn,
    errors: &mut FieldErrors,
    pointer: &str,
    list: &str,
    code: &str,
) -> Result<(), Error> {
    if !unknown_codes(conn, &[(list, code)]).await?.is_empty() {
        errors.add(pointer, "unknown_code", format!("Is not a code of list {list}."));
    }
    Ok(())
}

/// Complains about a moment that has not come yet.
pub fn check_past(
    errors: &mut FieldErrors,
    pointer: &str,
    at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    if at.is_some_and(|at| at > now + CLOCK_SKEW) {
        errors.add(pointer, "in_the_future", "Has not come yet.");
    }
    at.unwrap_or(now).min(now)
}
