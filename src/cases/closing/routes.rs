//! `/cases/{id}/close`, `/reopen` and `/mark-in-error`.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{OpenNeed, write_note};
use super::rules::{CloseCase, ReopenCase};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::checks;
use crate::cases::model::Case;
use crate::cases::routes::check_version;
use crate::cases::rules::{self, CaseStatus, CaseVerb};
use crate::cases::view::{self, CaseRow, CaseView};
use crate::ids::CaseId;
use crate::notices::model::NoticeKind;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, IfMatch, Path, versioned};
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate::{self, PROSE};
use crate::problems;

/// The operations that end a case or take it up again.
pub fn routes(config: &mut ServiceConfig) {
    config.service(close_case).service(reopen_case).service(mark_case_in_error);
}

/// Closes a case. Refused while tasks or referrals are open or a need has no outcome, unless settled in this act.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path), IfMatch), request_body = CloseCase,
    responses((status = 200, body = CaseView)))]
#[post("/cases/{id}/close")]
async fn close_case(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    if_match: IfMatch,
    body: Body<CloseCase>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::CloseCases)?;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let case = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "close_case", &asked, None, case.id.0).await?;
            let case = match receipt {
                Receipt::First => {
                    check_version(tx, &actor, if_match, &case, now).await?;
                    close(tx, &actor, &case, body, now).await?
                }
                Receipt::Again(_) => case,
            };
            CaseView::of(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(case.case.version, case))
}

async fn close(
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
    checks::check_codes(tx, &mut errors, &codes).await?;
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

/// Reopens a case: the same case, with a new span and a new due moment.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path), IfMatch), request_body = ReopenCase,
    responses((status = 200, body = CaseView)))]
#[post("/cases/{id}/reopen")]
async fn reopen_case(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    if_match: IfMatch,
    body: Body<ReopenCase>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::CloseCases)?;
    let (body, asked) = body.into_parts();
    let mut errors = FieldErrors::new();
    let reason = validate::required(&mut errors, "reason", Some(body.reason), PROSE);
    errors.check()?;
    let now = app.now();
    let case = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "reopen_case", &asked, None, case.id.0).await?;
            let case = match receipt {
                Receipt::First => {
                    check_version(tx, &actor, if_match, &case, now).await?;
                    reopen(tx, &actor, &case, &reason, now).await?
                }
                Receipt::Again(_) => case,
            };
            CaseView::of(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(case.case.version, case))
}

async fn reopen(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    if case.status == CaseStatus::Open {
        return Err((&problems::CASE_OPEN).into());
    }
    if !rules::may(actor, case, false, CaseVerb::Reopen) {
        return Err((&problems::FORBIDDEN).into());
    }
    write_note(tx, actor, case.id, reason, now).await?;
    let reopened = case.reopen(tx, actor, now).await?;
    Event::new("case.reopened").about("case", case.id).at(case.office_id).record(tx, actor, now).await?;
    reopened.tell_owner(tx, actor, NoticeKind::CaseReopened, now).await?;
    Ok(reopened)
}

/// Takes a case that should not exist out of all counts.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path), IfMatch), responses((status = 200, body = CaseRow)))]
#[post("/cases/{id}/mark-in-error")]
async fn mark_case_in_error(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::MarkInError)?;
    let now = app.now();
    let rows = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            if case.version != if_match.0 {
                let current = view::rows(tx, &actor, vec![case.clone()], now).await?;
                if_match.check(case.version, current.into_iter().next())?;
            }
            let case = case.mark_in_error(tx, &actor, now).await?;
            let event = Event::new("case.marked_in_error").about("case", case.id).at(case.office_id);
            event.record(tx, &actor, now).await?;
            view::rows(tx, &actor, vec![case], now).await
        })
        .await?;
    rows.into_iter().next().map(|row| versioned(row.version, row)).ok_or((&problems::NOT_FOUND).into())
}
