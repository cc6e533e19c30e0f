//! `/seal-requests`: two persons open a sealed case that nobody is let into any more.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::routes::{check_colleague, grant};
use super::super::rules::{GrantKind, Term};
use super::model::SealRequest;
use super::rules::{self, RequestSealedAccess, SealDecision};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::acts::Act;
use crate::ids::SealRequestId;
use crate::platform::app::App;
use crate::platform::db::{Conn, acting_as};
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Asked, Body, Path, ok};
use crate::platform::jobs::System;
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The operations on such wishes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_seal_requests)
        .service(request_sealed_access)
        .service(grant_seal_request)
        .service(refuse_seal_request);
}

#[derive(Debug, Serialize, ToSchema)]
struct SealRequests {
    items: Vec<SealRequest>,
}

/// Wishes of the last week to be let into sealed cases of the own offices, the newest first.
#[utoipa::path(tag = "cases", responses((status = 200, body = SealRequests)))]
#[get("/seal-requests")]
async fn list_seal_requests(app: web::Data<App>, actor: Actor) -> Result<HttpResponse, Error> {
    actor.require(Permission::OpenLapsedSeals)?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let items = SealRequest::list(tx, &actor, now).await?;
            let event = Event::new("seal_requests.read").facts(json!({ "found": items.len() }));
            event.record(tx, &actor, now).await?;
            Ok(items)
        })
        .await?;
    Ok(ok(SealRequests { items }))
}

/// Asks to let somebody into a sealed case that nobody is let into any more. Nothing tells whether there is such a case;
/// somebody else decides.
#[utoipa::path(tag = "cases", request_body = RequestSealedAccess, responses((status = 200, body = SealRequest)))]
#[post("/seal-requests")]
async fn request_sealed_access(
    app: web::Data<App>,
    actor: Actor,
    body: Body<RequestSealedAccess>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::OpenLapsedSeals)?;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let new = body.validate(&actor, now)?;
    let request = app
        .db
        .write(&actor, async |tx| {
            let claimed =
                receipts::claim(tx, actor.staff.0, "request_sealed_access", &asked, None, new.id.0).await?;
            if let Receipt::Again(id) = claimed {
                return SealRequest::find(tx, &actor, SealRequestId(id), now).await;
            }
            let mut errors = FieldErrors::new();
            check_colleague(tx, &actor, &mut errors, "staff_id", new.staff_id).await?;
            errors.check()?;
            new.insert(tx).await?;
            record(tx, &actor, "seal_request.made", &new, now).await?;
            Ok(new)
        })
        .await?;
    Ok(ok(request))
}

async fn record(
    tx: &mut Conn,
    actor: &Actor,
    action: &'static str,
    request: &SealRequest,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let event = Event::new(action).about("seal_request", request.id).at(request.office_id);
    event
        .facts(json!({ "staff": request.staff_id, "asked_by": request.asked_by }))
        .record(tx, actor, now)
        .await
}

/// Lets somebody into the sealed case that another one asked for. Only while nobody is let in: whoever is names others.
#[utoipa::path(tag = "cases", params(("id" = SealRequestId, Path)), responses((status = 200, body = SealRequest)))]
#[post("/seal-requests/{id}/grant")]
async fn grant_seal_request(
    app: web::Data<App>,
    actor: Actor,
    id: Path<SealRequestId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    decide(&app, &actor, id.0, &asked, SealDecision::Granted).await
}

/// Lets nobody in.
#[utoipa::path(tag = "cases", params(("id" = SealRequestId, Path)), responses((status = 200, body = SealRequest)))]
#[post("/seal-requests/{id}/refuse")]
async fn refuse_seal_request(
    app: web::Data<App>,
    actor: Actor,
    id: Path<SealRequestId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    decide(&app, &actor, id.0, &asked, SealDecision::Refused).await
}

async fn decide(
    app: &App,
    actor: &Actor,
    id: SealRequestId,
    asked: &Asked,
    decision: SealDecision,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::OpenLapsedSeals)?;
    let (action, operation) = match decision {
        SealDecision::Granted => ("seal_request.granted", "grant_seal_request"),
        SealDecision::Refused => ("seal_request.refused", "refuse_seal_request"),
    };
    let now = app.now();
    let decided = app
        .db
        .write(actor, async |tx| {
            let request = SealRequest::lock(tx, actor, id, now).await?;
            let claimed = receipts::claim(tx, actor.staff.0, operation, asked, None, id.0).await?;
            if claimed != Receipt::First {
                return Ok(request);
            }
            rules::decide(actor, &request)?;
            if decision == SealDecision::Granted {
                let_in(tx, actor, &request, now).await?;
            }
            record(tx, actor, action, &request, now).await?;
            request.decide(tx, actor, decision, now).await
        })
        .await?;
    Ok(ok(decided))
}

async fn let_in(
    tx: &mut Conn,
    actor: &Actor,
    request: &SealRequest,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut errors = FieldErrors::new();
    check_colleague(tx, actor, &mut errors, "staff_id", request.staff_id).await?;
    errors.check()?;
    // Neither of the two sees the case: the system looks which it is.
    acting_as(tx, &System, actor, async |tx| {
        let case = request.lapsed_case(tx, now).await?.ok_or(&problems::SEAL_NOT_LAPSED)?;
        let until = now + TimeDelta::days(request.days.into());
        let term = Term { reason: request.reason.clone(), until };
        let place = (case.id, case.office_id);
        let new = grant(place, request.staff_id, actor.staff, GrantKind::Sealed, &term, now);
        new.insert(tx).await?;
        let facts = json!({ "staff": request.staff_id, "asked_by": request.asked_by });
        Act::new("grant.given", "grant", new.id).facts(facts).record(tx, actor, &case, now).await
    })
    .await
}
