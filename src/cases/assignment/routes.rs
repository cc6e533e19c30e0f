//! `/cases/{id}/assign` and `/cases/assignments`.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::is_colleague;
use super::rules::{AssignCase, AssignCases};
use crate::audit::Event;
use crate::auth::{Actor, Permission, Role};
use crate::cases::model::Case;
use crate::cases::rules::{self, CaseVerb};
use crate::cases::view::{self, CaseRow};
use crate::ids::{CaseId, OfficeId, StaffId};
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, field};
use crate::platform::http::{Body, Path, ok, versioned};
use crate::platform::patch::Patch;
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The operations that give a case to somebody.
pub fn routes(config: &mut ServiceConfig) {
    config.service(assign_case).service(assign_cases);
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
