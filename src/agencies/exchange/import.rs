//! Carrying out a table of agencies: find those it names, plan every row, and write all of it or nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::rules::{Plan, Row, plan, rows};
use crate::agencies::model::Agency;
use crate::audit::Event;
use crate::auth::Actor;
use crate::ids::AgencyId;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldError, FieldErrors};
use crate::platform::table::Table;
use crate::reference::choices::Choices;
use crate::schema::agencies;

crate::words! {
    /// What became or would become of a row.
    RowVerdict {
        /// A new agency.
        Added = "added",
        /// A known one, changed.
        Changed = "changed",
        /// A known one as it was.
        Unchanged = "unchanged",
        /// It has faults.
        Refused = "refused",
    }
}

/// A row and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgencyImportRow)]
pub struct ReportedRow {
    /// The line of the table it begins at.
    pub line: u64,
    /// What became or would become of it.
    pub verdict: RowVerdict,
    /// The agency; null for one that is not written yet.
    pub agency_id: Option<AgencyId>,
}

/// A cell that needs another value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgencyImportFault)]
pub struct Fault {
    /// `/rows/<line>/<column>`, or `/columns/<index>`.
    #[schema(example = "/rows/3/mailbox")]
    pub pointer: String,
    /// Stable word.
    #[schema(example = "invalid_email")]
    pub code: &'static str,
    /// A sentence for people; never repeats the value.
    pub detail: String,
}

impl From<FieldError> for Fault {
    fn from(FieldError { pointer, code, detail }: FieldError) -> Fault {
        Fault { pointer, code, detail }
    }
}

/// What a table of agencies came to.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = AgencyImport)]
pub struct Report {
    /// Whether anything was written; false for a trial.
    pub written: bool,
    /// New agencies.
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

/// Plans every row, and writes the agencies when `write` is asked for and no row has a fault.
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
    if !faults.0.is_empty() {
        return refuse_or_show(Report::default(), faults, write);
    }
    let known = Known::of(tx, &rows).await?;
    let mut planned = Vec::new();
    for row in &rows {
        let mut choices = Choices::new();
        let found = known.find(row, &mut choices.errors);
        let plan = plan(row, found, &mut choices);
        planned.push((row.line, plan, choices));
    }
    let (plans, mut faults) = check(tx, planned).await?;
    taken_mailboxes(&known, &plans, &mut faults);
    let mut report = Report::default();
    for (line, plan) in &plans {
        let prefix = format!("/rows/{line}/");
        let refused = faults.0.iter().any(|fault| fault.pointer.starts_with(&prefix));
        report.add(*line, plan, refused);
    }
    if !write {
        Event::new("agency.import_tried").record(tx, actor, now).await?;
    }
    if !faults.0.is_empty() || !write {
        return refuse_or_show(report, faults, write);
    }
    for ((_, plan), row) in plans.into_iter().zip(&mut report.rows) {
        row.agency_id = Some(carry_out(tx, actor, plan, now).await?);
    }
    report.written = true;
    let facts = json!({ "added": report.added, "changed": report.changed, "unchanged": report.unchanged });
    Event::new("agency.imported").facts(facts).record(tx, actor, now).await?;
    Ok(report)
}

/// A trial shows the faults; what was to be written is refused with them.
fn refuse_or_show(mut report: Report, faults: FieldErrors, write: bool) -> Result<Report, Error> {
    if write {
        return faults.finish(report);
    }
    report.faults = faults.0.into_iter().map(Fault::from).collect();
    Ok(report)
}

impl Report {
    fn add(&mut self, line: u64, plan: &Plan, refused: bool) {
        let (verdict, agency_id) = match plan {
            _ if refused => (RowVerdict::Refused, None),
            Plan::Add(_) => (RowVerdict::Added, None),
            Plan::Change(agency, _) => (RowVerdict::Changed, Some(agency.id)),
            Plan::Same(id) => (RowVerdict::Unchanged, Some(*id)),
        };
        match verdict {
            RowVerdict::Added => self.added += 1,
            RowVerdict::Changed => self.changed += 1,
            RowVerdict::Unchanged => self.unchanged += 1,
            RowVerdict::Refused => {}
        }
        self.rows.push(ReportedRow { line, verdict, agency_id });
    }
}

/// Looks up every code of every row together, and points each complaint into its row.
async fn check(
    conn: &mut Conn,
    planned: Vec<(u64, Plan, Choices)>,
) -> Result<(Vec<(u64, Plan)>, FieldErrors), Error> {
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

/// A mailbox that another live agency has, which the table does not name or leaves as it is.
fn taken_mailboxes(known: &Known, plans: &[(u64, Plan)], faults: &mut FieldErrors) {
    for (line, plan) in plans {
        let (own, mailbox) = match plan {
            Plan::Add(new) => (None, Some(&new.mailbox)),
            Plan::Change(agency, changes) => (Some(agency.id), changes.mailbox.as_ref()),
            Plan::Same(_) => continue,
        };
        let holder = mailbox.and_then(|mailbox| known.by_mailbox.get(mailbox));
        if holder.is_some_and(|holder| Some(holder.id) != own) {
            faults.add(
                format!("rows/{line}/mailbox"),
                "already_used",
                "Another agency receives its mail there.",
            );
        }
    }
}

async fn carry_out(tx: &mut Conn, actor: &Actor, plan: Plan, now: DateTime<Utc>) -> Result<AgencyId, Error> {
    let (id, event) = match plan {
        Plan::Same(id) => return Ok(id),
        Plan::Add(new) => (new.insert(tx).await?.id, "agency.added"),
        Plan::Change(agency, changes) => (agency.update(tx, &changes, now).await?.id, "agency.edited"),
    };
    Event::new(event).about("agency", id).facts(json!({ "imported": true })).record(tx, actor, now).await?;
    Ok(id)
}

/// The agencies a table names.
struct Known {
    by_key: BTreeMap<String, Agency>,
    /// Only live ones: the mailbox of a retired one may be given to another.
    by_mailbox: BTreeMap<String, Agency>,
}

impl Known {
    /// Finds and locks them, so that nobody edits one between the plan and the writing.
    async fn of(tx: &mut Conn, rows: &[Row<'_>]) -> Result<Known, Error> {
        let keys: Vec<Option<String>> = rows.iter().map(Row::key).filter(Option::is_some).collect();
        let mailboxes: Vec<String> = rows.iter().filter_map(Row::mailbox).collect();
        let all: Vec<Agency> = agencies::table
            .filter(
                agencies::external_key
                    .eq_any(keys)
                    .or((agencies::mailbox.eq_any(mailboxes).and(agencies::retired_on.is_null())).nullable()),
            )
            .order(agencies::id)
            .for_update()
            .select(Agency::as_select())
            .load(tx)
            .await?;
        let live = all.iter().filter(|agency| agency.retired_on.is_none());
        Ok(Known {
            by_mailbox: live.map(|agency| (agency.mailbox.clone(), agency.clone())).collect(),
            by_key: all
                .into_iter()
                .filter_map(|agency| Some((agency.external_key.clone()?, agency)))
                .collect(),
        })
    }

    /// The agency a row names: by its key, or else by its mailbox.
    fn find(&self, row: &Row<'_>, errors: &mut FieldErrors) -> Option<&Agency> {
        let key = row.key();
        if let Some(agency) = key.as_ref().and_then(|key| self.by_key.get(key)) {
            if agency.merged_into.is_some() {
                errors.add("key", "merged", "This agency went into another one.");
            }
            return Some(agency);
        }
        let agency = self.by_mailbox.get(&row.mailbox()?)?;
        if key.is_some() && agency.external_key.is_some() {
            errors.add("key", "another_key", "The agency of this mailbox has another key.");
        }
        Some(agency)
    }
}
