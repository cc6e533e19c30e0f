//! An act on a person's file: its version counted, written into its history and into the audit trail.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::history::model::NewEntry;
use super::history::rules::{Change, changes};
use super::model::Migrant;
use super::reading::Setting;
use crate::audit::Event;
use crate::auth::Actor;
use crate::ids::MigrantId;
use crate::offices::model::Office;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::problems;

/// Something done on a file or a part of it:
/// `Act::new("contact_point.added").on(point.id).changed((), &point).record(tx, &actor, &mut migrant, now)`.
#[derive(Debug)]
pub struct Act {
    kind: &'static str,
    part: Option<Uuid>,
    changes: Vec<Change>,
    facts: Value,
}

impl Act {
    /// `kind` is noun.past.
    pub fn new(kind: &'static str) -> Act {
        Act { kind, part: None, changes: vec![], facts: json!({}) }
    }

    /// The part it is about.
    pub fn on(mut self, part: impl Into<Uuid>) -> Act {
        self.part = Some(part.into());
        self
    }

    /// What the record was, `()` when it is new, and what it became.
    pub fn changed(mut self, before: impl Serialize, after: impl Serialize) -> Act {
        let value = |record: Result<Value, serde_json::Error>| record.unwrap_or(Value::Null);
        let (before, after) = (value(serde_json::to_value(before)), value(serde_json::to_value(after)));
        self.changes = changes(&before, &after);
        self
    }

    /// Few may read the values of this field.
    pub fn restrict(mut self, field: &str, restricted: bool) -> Act {
        for change in self.changes.iter_mut().filter(|change| change.field == field) {
            change.restricted = restricted;
        }
        self
    }

    /// This field changed too, and its values are kept nowhere but in their own place.
    pub fn untold(mut self, field: &str, changed: bool) -> Act {
        self.changes.extend(changed.then(|| Change::untold(field)));
        self
    }

    /// Further codes and ids for the audit trail.
    pub fn facts(mut self, facts: Value) -> Act {
        self.facts = facts;
        self
    }

    /// Writes it down, unless nothing changed by it. The trail is told the names of the fields, never their values.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(
        mut self,
        tx: &mut Conn,
        actor: &Actor,
        migrant: &mut Migrant,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if self.changes.is_empty() {
            return Ok(());
        }
        migrant.touch(tx, now).await?;
        let fields: Vec<&str> = self.changes.iter().map(|change| change.field.as_str()).collect();
        self.facts["fields"] = json!(fields);
        if let Some(part) = self.part {
            self.facts["part"] = json!(part);
        }
        let entry = NewEntry {
            id: Uuid::now_v7(),
            migrant_id: migrant.id,
            kind: self.kind,
            at: now,
            staff_id: Some(actor.staff),
            part_id: self.part,
            version: migrant.version,
            changes: json!(self.changes),
        };
        entry.insert(tx).await?;
        let event = Event::new(self.kind).about("migrant", migrant.id).at(migrant.office_id);
        event.facts(self.facts).record(tx, actor, now).await
    }
}

/// Finds a file to read a part of it, and leaves the trace.
///
/// # Errors
/// `not_found`
pub async fn read(
    tx: &mut Conn,
    actor: &Actor,
    id: MigrantId,
    action: &'static str,
    now: DateTime<Utc>,
) -> Result<Migrant, Error> {
    let migrant = Migrant::find(tx, actor, id).await?;
    let event = Event::new(action).about("migrant", migrant.id).at(migrant.office_id);
    event.record(tx, actor, now).await?;
    Ok(migrant)
}

/// What the rules are told of the world around a file that is in use.
///
/// # Errors
/// `file_not_in_use`
pub async fn setting(
    tx: &mut Conn,
    actor: &Actor,
    migrant: &Migrant,
    now: DateTime<Utc>,
) -> Result<Setting, Error> {
    if !migrant.is_in_use() {
        return Err(problems::FILE_NOT_IN_USE.problem().with("merged_into", migrant.merged_into).into());
    }
    let office = Office::find(tx, migrant.office_id).await?;
    Ok(Setting::at(&office, actor.staff, now))
}
