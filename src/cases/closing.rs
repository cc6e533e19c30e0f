//! Closing a case: refused while tasks or referrals are open or a need has no outcome, unless settled in the same act.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::bodies::CloseCase;
use super::changes::{self, OpenNeed, write_note};
use super::model::Case;
use super::rules::{self, CaseVerb};
use crate::audit::Event;
use crate::auth::Actor;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::validate::{self, PROSE};
use crate::problems;

/// Closes an open case the actor may close: settles what is open, as the body says, or refuses.
///
/// # Errors
/// `case_closed`, `forbidden`, `case_has_open_referrals`, `case_has_open_tasks`, `case_has_open_needs`, or fields that
/// need another value.
pub async fn close(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    body: CloseCase,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    case.require_open()?;
    if !rules::may(actor, case, false, CaseVerb::Close) {
        return Err((&problems::FORBIDDEN).into());
    }
    let at = body.closed_at.unwrap_or(now);
    let note = check_closing(tx, case, &body, at, now).await?;
    let open = case.unsettled(tx).await?;
    if !open.referrals.is_empty() {
        return Err(problems::CASE_HAS_OPEN_REFERRALS.problem().with("referrals", &open.referrals).into());
    }
    match body.settle_tasks {
        Some(settle) => case.settle_tasks(tx, actor, (&open.tasks, settle), (at, now)).await?,
        None if open.tasks.is_empty() => {}
        None => return Err(problems::CASE_HAS_OPEN_TASKS.problem().with("tasks", &open.tasks).into()),
    }
    let outcomes = outcomes(&open.needs, &body)?;
    case.settle_needs(tx, actor, &outcomes, (at, now)).await?;
    if let Some(note) = note {
        write_note(tx, actor, case.id, &note, now).await?;
    }
    let closed = case.close(tx, actor, &body.closure, (at, now)).await?;
    let event = Event::new("case.closed").about("case", case.id).at(case.office_id);
    event.facts(json!({ "closure": body.closure })).record(tx, actor, now).await?;
    Ok(closed)
}

async fn check_closing(
    tx: &mut Conn,
    case: &Case,
    body: &CloseCase,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<String>, Error> {
    let mut errors = FieldErrors::new();
    let (_, began) = case.span_began(tx).await?;
    if at > now {
        errors.add("closed_at", "in_future", "Cannot lie in the future.");
    } else if at < began {
        errors.add("closed_at", "before_opening", "Cannot lie before the case was opened.");
    }
    let mut codes = vec![("closure".to_owned(), "closure", body.closure.clone())];
    for (need, outcome) in &body.need_outcomes {
        codes.push((format!("need_outcomes/{need}"), "need_outcome", outcome.clone()));
    }
    changes::check_codes(tx, &mut errors, &codes).await?;
    let note = validate::text(&mut errors, "note", body.note.clone(), PROSE);
    errors.finish(note)
}

/// Each open need with its outcome.
fn outcomes(open: &[OpenNeed], body: &CloseCase) -> Result<Vec<(OpenNeed, String)>, Error> {
    let mut errors = FieldErrors::new();
    for id in body.need_outcomes.keys().filter(|id| !open.iter().any(|need| need.id.0 == **id)) {
        errors.add(format!("need_outcomes/{id}"), "unknown", "Is not an open need of this case.");
    }
    errors.check()?;
    let settled: Vec<_> = open
        .iter()
        .filter_map(|need| Some((need.clone(), body.need_outcomes.get(&need.id.0)?.clone())))
        .collect();
    let lacking: Vec<_> = open.iter().filter(|need| !body.need_outcomes.contains_key(&need.id.0)).collect();
    if lacking.is_empty() {
        return Ok(settled);
    }
    let ids: Vec<_> = lacking.iter().map(|need| need.id).collect();
    Err(problems::CASE_HAS_OPEN_NEEDS.problem().with("needs", ids).into())
}
