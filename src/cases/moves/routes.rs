//! `/cases/{id}/assign`, `/close`, `/reopen`, `/mark-in-error` and `/cases/assignments`.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::audit::Event;
use crate::auth::{Actor, Permission, Role};
use crate::cases::bodies::{AssignCase, AssignCases, CloseCase, ReopenCase};
use crate::cases::changes::{is_colleague, write_note};
use crate::cases::model::Case;
use crate::cases::routes::check_version;
use crate::cases::rules::{self, CaseStatus, CaseVerb};
use crate::cases::view::{self, CaseRow, CaseView};
use crate::cases::{closing, emergency};
use crate::ids::{CaseId, OfficeId, StaffId};
use crate::notices::model::NoticeKind;
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors, field};
use crate::platform::http::{Body, IfMatch, Path, ok, versioned};
use crate::platform::patch::Patch;
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate::{self, PROSE};
use crate::problems;

/// The operations that move a case.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(assign_case)
        .service(assign_cases)
        .service(close_case)
        .service(reopen_case)
        .service(mark_case_in_error);
}

#[derive(Debug, Serialize, ToSchema)]
struct AssignedCases {
    items: Vec<CaseRow>,
}

/// Gives a case to a worker or to another office, or takes one that nobody owns.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), request_body = AssignCase,
    responses((status = 200, body = CaseRow)))]
#[post("/cases/{id}/assign")]
async fn assign_case(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    body: Body<AssignCase>,
) -> Result<HttpResponse, Error> {
    if !actor.may(Permission::AssignCases) {
        actor.require(Permission::TakeCases)?;
    }
    let (body, asked) = body.into_parts();
    let now = app.now();
    let rows = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "assign_case", &asked, None, case.id.0).await?;
            let case = match receipt {
                Receipt::First => assign(tx, &actor, case, &body, now).await?,
                Receipt::Again(_) => case,
            };
            view::rows(tx, &actor, vec![case], now).await
        })
        .await?;
    rows.into_iter().next().map(|row| versioned(row.version, row)).ok_or((&problems::NOT_FOUND).into())
}

async fn assign(
    tx: &mut Conn,
    actor: &Actor,
    case: Case,
    body: &AssignCase,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    case.require_open()?;
    let office = body.office_id.unwrap_or(case.office_id);
    let worker = match body.staff_id {
        Patch::Set(staff) => Some(staff),
        Patch::Clear => None,
        Patch::Keep if office != case.office_id => None,
        Patch::Keep => return Err(field("staff_id", "required", "Say to whom, or to which office.")),
    };
    let takes = worker == Some(actor.staff)
        && office == case.office_id
        && rules::may(actor, &case, false, CaseVerb::Take);
    if !takes && !rules::may(actor, &case, false, CaseVerb::Assign) {
        return Err((&problems::FORBIDDEN).into());
    }
    if office != case.office_id {
        if actor.role != Role::Manager {
            return Err((&problems::FORBIDDEN).into());
        }
        if !actor.offices.contains(&office) {
            return Err(field("office_id", "unknown", "No such office."));
        }
        Office::find(tx, office).await?.require_open(now)?;
    }
    give(tx, actor, &case, (office, worker), "staff_id", now).await
}

async fn give(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    (office, worker): (OfficeId, Option<StaffId>),
    pointer: &str,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    if let Some(staff) = worker
        && !is_colleague(tx, staff, office).await?
    {
        return Err(field(pointer, "not_of_office", "Is not a worker of this office."));
    }
    if (office, worker) == (case.office_id, case.assigned_to) {
        return Ok(case.clone());
    }
    let given = case.hand_over(tx, actor, (office, worker), now).await?;
    let facts = json!({ "from": case.assigned_to, "to": worker, "from_office": case.office_id });
    let event = Event::new("case.assigned").about("case", case.id).at(office);
    event.facts(facts).record(tx, actor, now).await?;
    Ok(given)
}

/// Gives several cases to one worker: all of them, or none.
#[utoipa::path(tag = "cases", request_body = AssignCases, responses((status = 200, body = AssignedCases)))]
#[post("/cases/assignments")]
async fn assign_cases(
    app: web::Data<App>,
    actor: Actor,
    body: Body<AssignCases>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::AssignCases)?;
    let (body, asked) = body.into_parts();
    if body.case_ids.is_empty() || body.case_ids.len() > 200 {
        return Err(field("case_ids", "out_of_range", "Name 1 to 200 cases."));
    }
    let mut ids = body.case_ids.clone();
    // Two movers lock in the same order, so neither waits for the other for ever.
    ids.sort_unstable();
    ids.dedup();
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let receipt =
                receipts::claim(tx, actor.staff.0, "assign_cases", &asked, None, body.staff_id.0).await?;
            let mut moved = vec![];
            for id in ids {
                let mut case = Case::lock(tx, &actor, id).await?;
                if receipt == Receipt::First {
                    case.require_open()?;
                    let to = (case.office_id, Some(body.staff_id));
                    case = give(tx, &actor, &case, to, "staff_id", now).await?;
                }
                moved.push(case);
            }
            view::rows(tx, &actor, moved, now).await
        })
        .await?;
    Ok(ok(AssignedCases { items }))
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
                    closing::close(tx, &actor, &case, body, now).await?
                }
                Receipt::Again(_) => case,
            };
            CaseView::of(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(case.case.version, case))
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
    emergency::tell_supervisors(tx, actor, &reopened, now).await?;
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
