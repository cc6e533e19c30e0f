//! Carrying out a table of services: find agencies and services it names, plan every row, and write all of it or nothing.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::dsl::today;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::rules::{Plan, plan, rows};
use crate::agencies::exchange::import::{Fault, RowVerdict};
use crate::agencies::exchange::rules::Row;
use crate::agencies::services::model::Service;
use crate::audit::Event;
use crate::auth::Actor;
use crate::ids::{AgencyId, ServiceId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::table::Table;
use crate::reference::choices::Choices;
use crate::schema::{agencies, agency_services};

/// A row and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceImportRow)]
pub struct ReportedRow {
    /// The line of the table it begins at.
    pub line: u64,
    /// What became or would become of it.
    pub verdict: RowVerdict,
    /// The service; null for one that is not written yet.
    pub service_id: Option<ServiceId>,
}

/// What a table of services came to.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ServiceImport)]
pub struct Report {
    /// Whether anything was written; false for a trial.
    pub written: bool,
    /// New services.
    pub added: usize,
    /// Known ones that change.
    pub changed: usize,
    /// Known ones as they were.
    pub unchanged: usize,
    /// Every row, in order.
    pub rows: Vec<ReportedRow>,
    /// Every fault of every row. With one, nothing is written.
    pub faults: Vec<Fault>,
}

/// A row, what it comes to unless it is at fault, and what it chose.
type Planned = (u64, Option<Plan>, Choices);

/// Plans every row, and writes the services when `write` is asked for and no row has a fault.
///
/// # Errors
/// Every fault at once when it was to be written.
pub async fn import(
    tx: &mut Conn,
    actor: &Actor,
    table: &Table,
    write: bool,
    now: DateTime<Utc>,
) -> Result<Report, Error> {
    let mut faults = FieldErrors::new();
    let rows = rows(table, &mut faults);
    let mut planned = vec![];
    if faults.0.is_empty() {
        let known = Known::of(tx, &rows).await?;
        planned = known.plan(&rows);
    }
    let (plans, more) = check(tx, planned).await?;
    faults.0.extend(more.0);
    let mut report = Report::default();
    for (line, plan) in &plans {
        let prefix = format!("/rows/{line}/");
        let refused = faults.0.iter().any(|fault| fault.pointer.starts_with(&prefix));
        report.add(*line, plan.as_ref().filter(|_| !refused));
    }
    if !write {
        Event::new("agency.service_import_tried").record(tx, actor, now).await?;
        report.faults = faults.0.into_iter().map(Fault::from).collect();
        return Ok(report);
    }
    faults.check()?;
    for ((_, plan), row) in plans.into_iter().zip(&mut report.rows) {
        if let Some(plan) = plan {
            row.service_id = Some(carry_out(tx, actor, plan, now).await?);
        }
    }
    report.written = true;
    let facts = json!({ "added": report.added, "changed": report.changed, "unchanged": report.unchanged });
    Event::new("agency.services_imported").facts(facts).record(tx, actor, now).await?;
    Ok(report)
}

impl Report {
    fn add(&mut self, line: u64, plan: Option<&Plan>) {
        let (verdict, service_id) = match plan {
            None => (RowVerdict::Refused, None),
            Some(Plan::Add(_)) => (RowVerdict::Added, None),
            Some(Plan::Change(service, _)) => (RowVerdict::Changed, Some(service.id)),
            Some(Plan::Same(id)) => (RowVerdict::Unchanged, Some(*id)),
        };
        match verdict {
            RowVerdict::Added => self.added += 1,
            RowVerdict::Changed => self.changed += 1,
            RowVerdict::Unchanged => self.unchanged += 1,
            RowVerdict::Refused => {}
        }
        self.rows.push(ReportedRow { line, verdict, service_id });
    }
}

/// Looks up every code of every row together, and points each complaint into its row.
async fn check(
    conn: &mut Conn,
    planned: Vec<Planned>,
) -> Result<(Vec<(u64, Option<Plan>)>, FieldErrors), Error> {
    let mut all = Choices::new();
    let mut plans = Vec::new();
    for (line, plan, choices) in planned {
        all.absorb(&format!("rows/{line}"), choices);
        plans.push((line, plan));
    }
    match all.check(conn).await {
        Ok(()) => Ok((plans, FieldErrors::new())),
        Err(Error::Invalid(faults)) => Ok((plans, faults)),
        Err(other) => Err(other),
    }
}

async fn carry_out(tx: &mut Conn, actor: &Actor, plan: Plan, now: DateTime<Utc>) -> Result<ServiceId, Error> {
    let (service, event) = match plan {
        Plan::Same(id) => return Ok(id),
        Plan::Add(new) => (new.insert(tx).await?, "agency.service_added"),
        Plan::Change(service, changes) => (service.update(tx, &changes, now).await?, "agency.service_edited"),
    };
    let facts = json!({ "service_id": service.id, "imported": true });
    Event::new(event).about("agency", service.agency_id).facts(facts).record(tx, actor, now).await?;
    Ok(service.id)
}

/// The agencies and services a table names.
struct Known {
    by_key: BTreeMap<String, AgencyId>,
    by_name: BTreeMap<String, Vec<AgencyId>>,
    services: Vec<Service>,
}

impl Known {
    /// Finds them and locks the services, so that nobody edits one between the plan and the writing. What was retired is
    /// not known.
    async fn of(tx: &mut Conn, rows: &[Row<'_>]) -> Result<Known, Error> {
        let cells =
            |column: &str| -> Vec<String> { rows.iter().filter_map(|row| row.filled(column)).collect() };
        let keys: Vec<Option<String>> = cells("agency_key").into_iter().map(Some).collect();
        let named = agencies::external_key.eq_any(keys).or(agencies::name.eq_any(cells("agency")).nullable());
        let all: Vec<(AgencyId, String, Option<String>)> = agencies::table
            .filter(named)
            .filter(agencies::retired_on.is_null().or(agencies::retired_on.gt(today.nullable())))
            .order(agencies::id)
            .select((agencies::id, agencies::name, agencies::external_key))
            .load(tx)
            .await?;
        let ids: Vec<AgencyId> = all.iter().map(|(id, ..)| *id).collect();
        let live = agency_services::retired_on.is_null();
        let services = agency_services::table
            .filter(agency_services::agency_id.eq_any(ids))
            .filter(live.or(agency_services::retired_on.gt(today.nullable())))
            .order(agency_services::id)
            .for_update()
            .select(Service::as_select())
            .load(tx)
            .await?;
        let mut known = Known { by_key: BTreeMap::new(), by_name: BTreeMap::new(), services };
        for (id, name, key) in all {
            known.by_name.entry(name).or_default().push(id);
            known.by_key.extend(key.map(|key| (key, id)));
        }
        Ok(known)
    }

    fn plan(&self, rows: &[Row<'_>]) -> Vec<Planned> {
        let mut seen = HashSet::new();
        let plan_row = |row: &Row<'_>| {
            let mut choices = Choices::new();
            let plan = self
                .find(row, &mut seen, &mut choices.errors)
                .map(|(agency, service)| plan(row, agency, service, &mut choices));
            (row.line, plan, choices)
        };
        rows.iter().map(plan_row).collect()
    }

    /// The agency of a row and the service it names, if that has one.
    fn find(
        &self,
        row: &Row<'_>,
        seen: &mut HashSet<(AgencyId, String)>,
        errors: &mut FieldErrors,
    ) -> Option<(AgencyId, Option<&Service>)> {
        let agency = self.agency(row, errors)?;
        let Some(name) = row.filled("name") else {
            errors.add("name", "required", "A service is known by its name.");
            return None;
        };
        let mut named = self.services.iter().filter(|one| one.agency_id == agency && one.name == name);
        let (service, other) = (named.next(), named.next());
        if other.is_some() {
            errors.add("name", "ambiguous", "The agency has several services of this name.");
        }
        if !seen.insert((agency, name)) {
            errors.add("name", "named_twice", "A row before names the same.");
        }
        Some((agency, service))
    }

    fn agency(&self, row: &Row<'_>, errors: &mut FieldErrors) -> Option<AgencyId> {
        if let Some(key) = row.filled("agency_key") {
            let found = self.by_key.get(&key).copied();
            if found.is_none() {
                errors.add("agency_key", "unknown", "No partner has this key.");
            }
            return found;
        }
        let found = self.by_name.get(&row.filled("agency").unwrap_or_default());
        match found.map(Vec::as_slice) {
            Some([id]) => return Some(*id),
            Some(_) => errors.add("agency", "ambiguous", "Several partners have this name: give the key."),
            None => errors.add("agency", "unknown", "No partner has this name."),
        }
        None
    }
}
