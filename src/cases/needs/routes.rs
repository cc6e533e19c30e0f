//! Needs of a case: raise, edit, settle, reopen.

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Need, NeedChanges, NeedView, NewNeed};
use super::rules::{self, NeedStatus, NeedVerb, RaiseNeed, SettleNeed, UpdateNeed};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::acts::Act;
use crate::cases::checks;
use crate::cases::model::Case;
use crate::ids::{CaseId, MigrantId, NeedId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Asked, Body, IfMatch, Path, created, ok, versioned};
use crate::platform::patch::Patch;
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate::{self, PROSE};
use crate::problems;
use crate::reference::model::Code;

/// The operations on needs.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_needs)
        .service(raise_need)
        .service(update_need)
        .service(settle_need)
        .service(reopen_need);
}

#[derive(Debug, Serialize, ToSchema)]
struct Needs {
    items: Vec<NeedView>,
}

/// The needs of a case, in the order they were raised.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), responses((status = 200, body = Needs)))]
#[get("/cases/{id}/needs")]
async fn list_needs(app: web::Data<App>, actor: Actor, id: Path<CaseId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadCases)?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let case = Case::find(tx, &actor, id.0).await?;
            case.require_open_file(tx, &actor).await?;
            let found = Need::of_case(tx, case.id).await?;
            Event::new("needs.read")
                .about("case", case.id)
                .at(case.office_id)
                .record(tx, &actor, now)
                .await?;
            Ok(found.into_iter().map(|need| NeedView::of(&actor, &case, need)).collect())
        })
        .await?;
    Ok(ok(Needs { items }))
}

/// Raises a need.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), request_body = RaiseNeed,
    responses((status = 201, body = NeedView), (status = 200, body = NeedView, description = "Made by an earlier try.")))]
#[post("/cases/{id}/needs")]
async fn raise_need(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    body: Body<RaiseNeed>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let (body, asked) = body.into_parts();
    let (client_id, need) = (body.id.map(|id| id.0), body.id.unwrap_or_else(NeedId::new));
    let now = app.now();
    let (first, version, need, view) = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let claimed = receipts::claim(tx, actor.staff.0, "raise_need", &asked, client_id, need.0).await?;
            if let Receipt::Again(known) = claimed {
                let (case, need) = Need::find(tx, &actor, NeedId(known)).await?;
                return Ok((false, need.version, need.id, NeedView::of(&actor, &case, need)));
            }
            case.require_open()?;
            let need = checked(tx, &actor, &case, need, body, now).await?.insert(tx).await?;
            Act::new("need.raised", "need", need.id)
                .restricted(need.restricted)
                .facts(json!({ "service": need.service, "part_of": need.parent_id }))
                .at(need.raised_at)
                .record(tx, &actor, &case, now)
                .await?;
            Ok((true, need.version, need.id, NeedView::of(&actor, &case, need)))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/needs/{need}"), version, view))
}

async fn checked(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    id: NeedId,
    body: RaiseNeed,
    now: DateTime<Utc>,
) -> Result<NewNeed, Error> {
    let mut errors = FieldErrors::new();
    let detail = validate::text(&mut errors, "detail", body.detail, PROSE);
    let raised_at = checks::check_past(&mut errors, "raised_at", body.raised_at, now);
    checks::check_code(tx, &mut errors, "service", "service", &body.service).await?;
    check_person(tx, &mut errors, case, body.migrant_id).await?;
    let parent = match body.parent_id {
        Some(id) => {
            let parent = Need::held(tx, case.id, id).await?;
            let readable = parent.as_ref().is_some_and(|need| rules::readable(actor, case, need.restricted));
            rules::check_parent(&mut errors, parent.as_ref(), readable);
            parent
        }
        None => None,
    };
    // What is a part tells what the whole is about.
    let of_restricted = parent.is_some_and(|parent| parent.restricted);
    let restricted = body.restricted || of_restricted || is_restricted(tx, &body.service).await?;
    let (case_id, migrant_id, service) = (case.id, body.migrant_id, body.service);
    errors.finish(NewNeed {
        id,
        case_id,
        migrant_id,
        service,
        restricted,
        detail,
        raised_at,
        recorded_at: now,
        parent_id: body.parent_id,
    })
}

/// Knowing of a need for such a service can endanger the person.
async fn is_restricted(tx: &mut Conn, service: &str) -> Result<bool, Error> {
    Ok(Code::restricted_services(tx).await?.contains(service))
}

async fn check_person(
    tx: &mut Conn,
    errors: &mut FieldErrors,
    case: &Case,
    person: Option<MigrantId>,
) -> Result<(), Error> {
    if let Some(person) = person
        && !case.people_ids(tx).await?.contains(&person)
    {
        errors.add("migrant_id", "not_on_case", "Is not on this case.");
    }
    Ok(())
}

/// Edits an open need.
#[utoipa::path(tag = "cases", params(("id" = NeedId, Path), IfMatch), request_body = UpdateNeed,
    responses((status = 200, body = NeedView)))]
#[patch("/needs/{id}")]
async fn update_need(
    app: web::Data<App>,
    actor: Actor,
    id: Path<NeedId>,
    if_match: IfMatch,
    body: Body<UpdateNeed>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let body = body.into_inner();
    let now = app.now();
    let (version, view) = app
        .db
        .write(&actor, async |tx| {
            let (case, need) = Need::lock(tx, &actor, id.0).await?;
            if_match.check(need.version, NeedView::of(&actor, &case, need.clone()))?;
            rules::check(&actor, &case, &need, NeedVerb::Edit)?;
            let changes = changes(tx, &case, &need, body).await?;
            let before = need.restricted;
            let need = need.update(tx, &changes).await?;
            if need.restricted {
                need.restrict_parts(tx).await?;
            }
            Act::new("need.edited", "need", need.id)
                .restricted(need.restricted || before)
                .facts(json!({ "service": need.service }))
                .record(tx, &actor, &case, now)
                .await?;
            Ok((need.version, NeedView::of(&actor, &case, need)))
        })
        .await?;
    Ok(versioned(version, view))
}

async fn changes(tx: &mut Conn, case: &Case, need: &Need, body: UpdateNeed) -> Result<NeedChanges, Error> {
    let mut errors = FieldErrors::new();
    let detail = match body.detail {
        Patch::Set(detail) => Some(validate::text(&mut errors, "detail", Some(detail), PROSE)),
        other => other.into_change(),
    };
    if let Some(service) = &body.service {
        checks::check_code(tx, &mut errors, "service", "service", service).await?;
    }
    check_person(tx, &mut errors, case, body.migrant_id.as_set().copied()).await?;
    let by_code = is_restricted(tx, body.service.as_ref().unwrap_or(&need.service)).await?;
    let of_restricted = match need.parent_id {
        Some(id) => Need::held(tx, case.id, id).await?.is_some_and(|whole| whole.restricted),
        None => false,
    };
    let restricted = Some(body.restricted.unwrap_or(need.restricted) || by_code || of_restricted);
    let (service, migrant_id) = (body.service, body.migrant_id.into_change());
    errors.finish(NeedChanges { service, migrant_id, restricted, detail, ..NeedChanges::default() })
}

/// Gives a need its outcome.
#[utoipa::path(tag = "cases", params(("id" = NeedId, Path)), request_body = SettleNeed,
    responses((status = 200, body = NeedView)))]
#[post("/needs/{id}/settle")]
async fn settle_need(
    app: web::Data<App>,
    actor: Actor,
    id: Path<NeedId>,
    body: Body<SettleNeed>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let (version, view) = app
        .db
        .write(&actor, async |tx| {
            let (case, need) = Need::lock(tx, &actor, id.0).await?;
            let claimed = receipts::claim(tx, actor.staff.0, "settle_need", &asked, None, need.id.0).await?;
            if claimed != Receipt::First {
                return Ok((need.version, NeedView::of(&actor, &case, need)));
            }
            rules::check(&actor, &case, &need, NeedVerb::Settle)?;
            let parts = need.open_parts(tx).await?;
            if !parts.is_empty() {
                return Err(problems::NEED_HAS_OPEN_PARTS.problem().with("needs", parts).into());
            }
            let need = settle(tx, &actor, &case, &need, body, now).await?;
            Ok((need.version, NeedView::of(&actor, &case, need)))
        })
        .await?;
    Ok(versioned(version, view))
}

async fn settle(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    need: &Need,
    body: SettleNeed,
    now: DateTime<Utc>,
) -> Result<Need, Error> {
    let mut errors = FieldErrors::new();
    let settled_at = checks::check_past(&mut errors, "settled_at", body.settled_at, now);
    if settled_at < need.raised_at {
        errors.add("settled_at", "too_early", "Lies before the need was raised.");
    }
    checks::check_code(tx, &mut errors, "outcome", "need_outcome", &body.outcome).await?;
    errors.check()?;
    let need = set_outcome(tx, need, Some((body.outcome, settled_at))).await?;
    Act::new("need.settled", "need", need.id)
        .restricted(need.restricted)
        .facts(json!({ "service": need.service, "outcome": need.outcome }))
        .at(settled_at)
        .record(tx, actor, case, now)
        .await?;
    Ok(need)
}

async fn set_outcome(
    tx: &mut Conn,
    need: &Need,
    settled: Option<(String, DateTime<Utc>)>,
) -> Result<Need, Error> {
    let status = if settled.is_some() { NeedStatus::Settled } else { NeedStatus::Open };
    let (outcome, settled_at) = settled.unzip();
    let (status, outcome, settled_at) = (Some(status), Some(outcome), Some(settled_at));
    need.update(tx, &NeedChanges { status, outcome, settled_at, ..NeedChanges::default() }).await
}

/// Takes the outcome of a need back.
#[utoipa::path(tag = "cases", params(("id" = NeedId, Path)), responses((status = 200, body = NeedView)))]
#[post("/needs/{id}/reopen")]
async fn reopen_need(
    app: web::Data<App>,
    actor: Actor,
    id: Path<NeedId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let now = app.now();
    let (version, view) = app
        .db
        .write(&actor, async |tx| {
            let (case, need) = Need::lock(tx, &actor, id.0).await?;
            let claimed = receipts::claim(tx, actor.staff.0, "reopen_need", &asked, None, need.id.0).await?;
            if claimed != Receipt::First {
                return Ok((need.version, NeedView::of(&actor, &case, need)));
            }
            rules::check(&actor, &case, &need, NeedVerb::Reopen)?;
            if let Some(id) = need.parent_id
                && let Some(whole) = Need::held(tx, case.id, id).await?
                && whole.status == NeedStatus::Settled
            {
                return Err(problems::NEED_OF_A_SETTLED_ONE.problem().with("need_id", id).into());
            }
            let need = set_outcome(tx, &need, None).await?;
            Act::new("need.reopened", "need", need.id)
                .restricted(need.restricted)
                .record(tx, &actor, &case, now)
                .await?;
            Ok((need.version, NeedView::of(&actor, &case, need)))
        })
        .await?;
    Ok(versioned(version, view))
}
