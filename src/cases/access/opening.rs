//! `/cases/{id}/access`: a file outside one's scope is opened with a written reason, told and reviewed.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::jobs::RemindOfReview;
use super::model::{self, Grant, GrantView, Whereabouts};
use super::routes::grant;
use super::rules::{self, GrantKind, OpenWithReason};
use crate::audit::Event;
use crate::auth::{Actor, Permission, Role};
use crate::cases::model::Case;
use crate::ids::{CaseGrantId, CaseId, StaffId};
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::{Body, Path, ok};
use crate::platform::jobs::{System, enqueue_at};
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(open_with_reason);
}

/// Opens a file for four hours with a written reason. Its worker is told, in an emergency its supervisors too.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), request_body = OpenWithReason,
    responses((status = 200, body = GrantView)))]
#[post("/cases/{id}/access")]
async fn open_with_reason(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    body: Body<OpenWithReason>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::OpenWithReason)?;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let term = rules::opening(body.reason, now)?;
    let manager = actor.role == Role::Manager;
    // A case outside the scope is behind both walls; the system looks whether it is there to be opened.
    let place = app.db.read(&System, async |conn| model::whereabouts(conn, id.0).await).await?;
    let outside = manager && !actor.offices.contains(&place.office_id);
    if place.sealed || outside {
        return Err((&problems::NOT_FOUND).into());
    }
    let kind = if manager { GrantKind::Reason } else { GrantKind::Emergency };
    let new = grant((id.0, place.office_id), actor.staff, actor.staff, kind, &term, now);
    let opened = app
        .db
        .write(&actor, async |tx| {
            let claimed =
                receipts::claim(tx, actor.staff.0, "open_with_reason", &asked, None, new.id.0).await?;
            if let Receipt::Again(known) = claimed {
                return Ok(Grant::lock(tx, &actor, CaseGrantId(known)).await?.1);
            }
            open(tx, &actor, &place, new, now).await
        })
        .await?;
    Ok(ok(GrantView::from(opened)))
}

async fn open(
    tx: &mut Conn,
    actor: &Actor,
    place: &Whereabouts,
    new: Grant,
    now: DateTime<Utc>,
) -> Result<Grant, Error> {
    let id = new.case_id;
    let readable = match Case::find(tx, actor, id).await {
        Ok(case) => new.kind == GrantKind::Emergency || case.is_granted(tx, actor.staff).await?,
        Err(Error::Problem(_)) => false,
        Err(other) => return Err(other),
    };
    if readable {
        return Err((&problems::FILE_OPEN_ALREADY).into());
    }
    new.insert(tx).await?;
    // The grant opens the walls to it; sealed or moved meanwhile, it stays shut.
    let case = Case::lock(tx, actor, id).await?;
    if case.sealed || case.office_id != place.office_id {
        return Err((&problems::NOT_FOUND).into());
    }
    let event = Event::new("case.opened_with_reason").about("case", id).at(case.office_id);
    event.facts(json!({ "kind": new.kind, "grant": new.id })).record(tx, actor, now).await?;
    tell(tx, actor, &case, &new, now).await?;
    if let Some(review_by) = rules::review_by(&new) {
        enqueue_at(tx, &RemindOfReview { grant: new.id }, review_by).await?;
    }
    Ok(new)
}

async fn tell(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    grant: &Grant,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut told: Vec<StaffId> = case.assigned_to.into_iter().collect();
    let mut notice = NoticeKind::FileOpenedByManager;
    if grant.kind == GrantKind::Emergency {
        told.extend(model::supervisors(tx, case.office_id).await?);
        notice = NoticeKind::EmergencyAccess;
    }
    told.sort_unstable();
    told.dedup();
    for staff in told.into_iter().filter(|staff| *staff != actor.staff) {
        let new = NewNotice::to_staff(notice, staff).about_case(case.id, case.office_id);
        new.fields(json!({ "until": grant.expires_at })).send(tx, now).await?;
    }
    Ok(())
}
