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
use crate::platform::db::{Conn, acting_as};
use crate::platform::error::{Error, field};
use crate::platform::http::{Body, Path, ok, versioned};
use crate::platform::jobs::System;
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
    let row = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "assign_case", &asked, None, case.id.0).await?;
            let case = match receipt {
                Receipt::First => assign(tx, &actor, case, &body, now).await?,
                Receipt::Again(_) => case,
            };
            view::row(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(row.version, row))
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
        let was_faster = worker == Some(actor.staff) && case.assigned_to.is_some_and(|id| id != actor.staff);
        let refusal = if was_faster { &problems::CASE_TAKEN } else { &problems::FORBIDDEN };
        return Err(refusal.into());
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
    give(tx, actor, &case, (office, worker), now).await
}

async fn give(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    (office, worker): (OfficeId, Option<StaffId>),
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    if (office, worker) == (case.office_id, case.assigned_to) {
        return Ok(case.clone());
    }
    if let Some(staff) = worker {
        if !is_colleague(tx, staff, office).await? {
            return Err(field("staff_id", "not_of_office", "Is not a worker of this office."));
        }
        // Whom else a case is open to, nobody sees for themselves.
        let let_in = acting_as(tx, &System, actor, async |tx| case.is_granted(tx, staff).await).await?;
        if case.sealed && !let_in {
            return Err(field("staff_id", "not_granted", "Must be named on the sealed case first."));
        }
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
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let receipt =
                receipts::claim(tx, actor.staff.0, "assign_cases", &asked, None, body.staff_id.0).await?;
            let mut cases = Case::lock_all(tx, &actor, &body.case_ids).await?;
            for case in cases.iter_mut().filter(|_| receipt == Receipt::First) {
                case.require_open()?;
                *case = give(tx, &actor, case, (case.office_id, Some(body.staff_id)), now).await?;
            }
            view::rows(tx, &actor, cases, now).await
        })
        .await?;
    Ok(ok(AssignedCases { items }))
}
