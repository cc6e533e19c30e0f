//! The story of an import: who asks, what the file and the map say, then row after row in batches.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::map::Map;
use super::model;
use super::plan::Plan;
use super::report::{Counts, Outcome, Report};
use super::rules::{self, Draft, Fault};
use super::seen::Seen;
use super::sheet::{Row, Sheet};
use crate::audit::Event;
use crate::auth::{Actor, Permission, session};
use crate::ids::StaffId;
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::db::{Conn, attempt};
use crate::platform::error::Error;
use crate::platform::jobs::System;
use crate::platform::text::Language;
use crate::platform::tokens::Bearer;
use crate::problems;
use crate::staff::model::Credentials;

/// Rows that are written in one transaction. Numbers of cases are given one by one, so that nobody else of the office
/// opens a case while a batch is under way: this many take less than a second.
const BATCH: usize = 50;
/// What is to be imported, and by whom.
#[derive(Debug, Clone)]
pub struct Order {
    /// The spreadsheet, as CSV.
    pub file: PathBuf,
    /// What its columns mean.
    pub map: PathBuf,
    /// The e-mail of the account that does it.
    pub account: String,
    /// Writes; without, everything is tried and taken back.
    pub write: bool,
}

/// Imports cases, and tells what is wrong as it goes.
///
/// # Errors
/// When the account may not, the map or the file cannot be used, or the database went away; rows of batches before
/// that are written.
pub async fn cases(app: &App, order: &Order, out: impl Write) -> anyhow::Result<Counts> {
    let actor = enter(app, &order.account).await?;
    let done = read_all(app, &actor, order, out).await;
    let now = app.now();
    let ended =
        app.db.write(&System, async |tx| session::end(tx, actor.session, "signed_out", now).await).await;
    ended.map_err(told)?;
    done
}

/// The account, as it would be after signing in: its role, its offices, its access as they are now.
async fn enter(app: &App, email: &str) -> anyhow::Result<Actor> {
    let now = app.now();
    let entered = app
        .db
        .write(&System, async |tx| {
            let Some(account) = Credentials::by_email(tx, &email.to_lowercase()).await? else {
                return Ok(None);
            };
            let (id, _) = session::open(tx, account.id, now).await?;
            session::live(tx, Bearer { staff: account.id.0, session: id.0 }, now).await
        })
        .await;
    let actor = entered.map_err(told)?;
    let Some(actor) = actor else { bail!("no account {email} with access") };
    for permission in [Permission::EditMigrants, Permission::WorkCases] {
        if !actor.may(permission) {
            bail!("the account {email} is a {}, which may not register persons and open cases", actor.role);
        }
    }
    Ok(actor)
}

async fn read_all(app: &App, actor: &Actor, order: &Order, out: impl Write) -> anyhow::Result<Counts> {
    let map = std::fs::read_to_string(&order.map)
        .with_context(|| format!("cannot open {}", order.map.display()))?;
    let map: Map = toml::from_str(&map).with_context(|| format!("cannot read {}", order.map.display()))?;
    let sheet = Sheet::open(&order.file, &map.file)?;
    let plan = Plan::new(map, &sheet.columns)
        .map_err(|all| anyhow::anyhow!("the map does not fit:\n  {}", all.join("\n  ")))?;
    let rows = sheet.survey()?;
    let mut import = Import::begin(app, actor, plan, order.write).await.map_err(told)?;
    import.note("cases.import_began", json!({ "rows": rows, "write": order.write })).await.map_err(told)?;
    let mut report = Report::new(actor.language.parse().unwrap_or(Language::En), &sheet.columns, out);
    let mut body = sheet.body()?;
    loop {
        let batch: Vec<Row> = body.by_ref().take(BATCH).collect::<Result<_, _>>()?;
        let Some(first) = batch.first().map(|row| row.line) else { break };
        let outcomes = import.batch(&batch).await.map_err(told);
        let outcomes = outcomes.with_context(|| {
            format!("stopped at line {first}: nothing from there on was written. The same command goes on from there")
        })?;
        for (row, (draft, outcome)) in batch.iter().zip(&outcomes) {
            report.tell(row.line, draft, outcome)?;
        }
    }
    let counts = report.finish(order.write)?;
    let action = if order.write { "cases.imported" } else { "cases.import_tried" };
    import.note(action, json!(counts)).await.map_err(told)?;
    Ok(counts)
}

/// A refusal for people at a terminal.
fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(cause) => cause,
        Error::Problem(problem) => anyhow::anyhow!("{}", problem.kind().title),
        Error::Invalid(_) => anyhow::anyhow!("{error}"),
    }
}

/// An import under way.
pub struct Import<'a> {
    /// The application.
    pub app: &'a App,
    /// In whose name.
    pub actor: &'a Actor,
    /// What is read from where.
    pub plan: Plan,
    write: bool,
    offices: HashMap<String, Office>,
    /// Accounts by e-mail, as far as rows have named them.
    pub workers: HashMap<String, Option<StaffId>>,
    /// What earlier rows said.
    pub seen: Seen,
}

impl<'a> Import<'a> {
    async fn begin(app: &'a App, actor: &'a Actor, plan: Plan, write: bool) -> Result<Import<'a>, Error> {
        let all = app.db.read(actor, async |conn| Office::list(conn).await).await?;
        let own = all.into_iter().filter(|office| actor.offices.contains(&office.id));
        let offices = own.map(|office| (office.code.clone(), office)).collect();
        Ok(Import { app, actor, plan, write, offices, workers: HashMap::new(), seen: Seen::default() })
    }

    async fn note(&self, action: &'static str, facts: Value) -> Result<(), Error> {
        let now = self.app.now();
        let event = Event::new(action).facts(facts);
        self.app.db.write(self.actor, async |tx| event.record(tx, self.actor, now).await).await
    }

    /// Some rows in one transaction; a row that is refused takes nothing back but itself.
    async fn batch(&mut self, rows: &[Row]) -> Result<Vec<(Draft, Outcome)>, Error> {
        let (db, actor, write) = (self.app.db.clone(), self.actor, self.write);
        let now = self.app.now();
        let act = async |tx: &mut Conn| {
            let mut outcomes = Vec::with_capacity(rows.len());
            for row in rows {
                outcomes.push(self.row(tx, row, now).await?);
            }
            Ok(outcomes)
        };
        if write { db.write(actor, act).await } else { db.rehearse(actor, act).await }
    }

    async fn row(&mut self, tx: &mut Conn, row: &Row, now: DateTime<Utc>) -> Result<(Draft, Outcome), Error> {
        let mut draft = rules::draft(&self.plan, row);
        if draft.key.is_empty() {
            return Ok((draft, Outcome::Refused));
        }
        let Some(office) = self.offices.get(&draft.office).cloned() else {
            draft.complain(vec![Fault::new("/office", "unknown_office")]);
            return Ok((draft, Outcome::Refused));
        };
        if let Some(line) = self.seen.key(office.id, &draft.key, row.line) {
            draft.complain(vec![Fault::new("/key", "key_repeated").about(line)]);
            return Ok((draft, Outcome::Refused));
        }
        let fingerprint = self.app.vault.index(&draft.canonical());
        if let Some(known) = model::known(tx, office.id, &draft.key).await? {
            draft.faults.clear();
            if known.fingerprint == fingerprint {
                return Ok((draft, Outcome::Unchanged));
            }
            draft.faults.push(Fault::new("", "case_changed").about(known.number.unwrap_or_default()));
            return Ok((draft, Outcome::Changed));
        }
        let written =
            attempt(tx, async |tx| self.case(tx, &mut draft, &office, &fingerprint, now).await).await?;
        let settled = match written {
            Ok(settled) => settled,
            Err(error) => {
                refused(error, row, &mut draft)?;
                return Ok(held_or_refused(draft));
            }
        };
        let mut registered = 0;
        for (description, has_key) in settled.into_iter().filter_map(|person| person.new) {
            registered += 1;
            self.seen.person(&description, has_key, row.line);
        }
        Ok((draft, Outcome::New(registered)))
    }
}

/// Notes in the draft why the row cannot be written. A database that went away is passed on.
fn refused(error: Error, row: &Row, draft: &mut Draft) -> Result<(), Error> {
    match error {
        Error::Problem(problem) if problem.kind().code == problems::UNAVAILABLE.code => {
            return Err(Error::Problem(problem));
        }
        Error::Problem(problem) => {
            let kind = problem.kind();
            draft.complain(vec![Fault { detail: kind.title.into(), ..Fault::new("", kind.code) }]);
        }
        Error::Internal(cause) => {
            tracing::error!(line = row.line, error = %cause, "a row could not be imported");
            draft.complain(vec![Fault::new("", "internal")]);
        }
        Error::Invalid(errors) => {
            draft.complain(errors.0.into_iter().map(|error| Fault::of("", error)).collect());
        }
    }
    Ok(())
}

fn held_or_refused(draft: Draft) -> (Draft, Outcome) {
    let held = draft.faults.iter().all(|fault| fault.code.starts_with("likely_"));
    (draft, if held { Outcome::Held } else { Outcome::Refused })
}
