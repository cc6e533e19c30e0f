//! Services the desk gave on a case: write down, list, withdraw.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Assistance, AssistanceView};
use super::rules::{self, Assist};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::acts::Act;
use crate::cases::checks;
use crate::cases::model::Case;
use crate::cases::needs::model::Need;
use crate::cases::view::Hidden;
use crate::ids::{AssistanceId, CaseId, MigrantId};
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Asked, Body, Path, created, ok};
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate::{self, PROSE};
use crate::problems;
use crate::reference::model::Code;

/// The operations on assistance.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_assistance).service(assist).service(withdraw_assistance);
}

#[derive(Debug, Serialize, ToSchema)]
struct AssistanceGiven {
    items: Vec<AssistanceView>,
}

/// What the desk gave on a case, the newest first.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), responses((status = 200, body = AssistanceGiven)))]
#[get("/cases/{id}/assistance")]
async fn list_assistance(app: web::Data<App>, actor: Actor, id: Path<CaseId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadCases)?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let case = Case::find(tx, &actor, id.0).await?;
            case.require_open_file(tx, &actor).await?;
            let given = Assistance::of_case(tx, case.id).await?;
            let event = Event::new("assistance.read").about("case", case.id).at(case.office_id);
            event.record(tx, &actor, now).await?;
            views(tx, &actor, &case, given).await
        })
        .await?;
    Ok(ok(AssistanceGiven { items }))
}

/// What `actor` sees of services given: those for restricted needs or of restricted codes are masked.
async fn views(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    given: Vec<Assistance>,
) -> Result<Vec<AssistanceView>, Error> {
    let hidden = Hidden::of(tx, actor, case).await?;
    let mut people = Assistance::people(tx, given.iter().map(|one| one.id).collect()).await?;
    let view = |one: Assistance| {
        if hidden.is_assistance(one.need_id, &one.service) {
            return AssistanceView::Masked { id: one.id, restricted: true, given_at: one.given_at };
        }
        let people = people.remove(&one.id).unwrap_or_default();
        AssistanceView::Whole { given: Box::new(one), people }
    };
    Ok(given.into_iter().map(view).collect())
}

async fn view(tx: &mut Conn, actor: &Actor, case: &Case, one: Assistance) -> Result<AssistanceView, Error> {
    let mut seen = views(tx, actor, case, vec![one]).await?;
    seen.pop().ok_or_else(|| (&problems::NOT_FOUND).into())
}

/// Writes down a service the desk gave.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), request_body = Assist,
    responses((status = 201, body = AssistanceView),
        (status = 200, body = AssistanceView, description = "Made by an earlier try.")))]
#[post("/cases/{id}/assistance")]
async fn assist(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    body: Body<Assist>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let (body, asked) = body.into_parts();
    let (client_id, made) = (body.id.map(|id| id.0), body.id.unwrap_or_else(AssistanceId::new));
    let now = app.now();
    let (first, seen) = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let claimed = receipts::claim(tx, actor.staff.0, "assist", &asked, client_id, made.0).await?;
            if let Receipt::Again(known) = claimed {
                let (case, given) = Assistance::find(tx, &actor, AssistanceId(known)).await?;
                return Ok((false, view(tx, &actor, &case, given).await?));
            }
            case.require_open()?;
            let (given, people, restricted) = checked(tx, &actor, &case, made, body, now).await?;
            given.insert(tx, &people).await?;
            Act::new("assistance.given", "assistance", given.id)
                .restricted(restricted)
                .facts(json!({ "service": given.service, "people": people.len() }))
                .at(given.given_at)
                .record(tx, &actor, &case, now)
                .await?;
            Ok((true, view(tx, &actor, &case, given).await?))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/cases/{}/assistance", id.0), 1, seen))
}

async fn checked(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    id: AssistanceId,
    body: Assist,
    now: DateTime<Utc>,
) -> Result<(Assistance, Vec<MigrantId>, bool), Error> {
    let mut errors = FieldErrors::new();
    let office = Office::find(tx, case.office_id).await?;
    let detail = validate::text(&mut errors, "detail", body.detail, PROSE);
    let given_at = checks::check_past(&mut errors, "given_at", body.given_at, now);
    checks::check_code(tx, &mut errors, "service", "service", &body.service).await?;
    rules::check_amount(&mut errors, body.amount_minor, body.currency.as_deref(), &office.currency);
    rules::check_people(&mut errors, &body.people, &case.people_ids(tx).await?);
    let mut restricted = Code::restricted_services(tx).await?.contains(&body.service);
    if let Some(wanted) = body.need_id {
        let needs = Need::of_case(tx, case.id).await?;
        match needs.iter().find(|need| need.id == wanted) {
            Some(need) => restricted |= need.restricted,
            None => errors.add("need_id", "unknown", "Is no need of this case."),
        }
    }
    let given = Assistance {
        id,
        case_id: case.id,
        office_id: case.office_id,
        need_id: body.need_id,
        service: body.service,
        detail,
        amount_minor: body.amount_minor,
        currency: body.currency,
        given_at,
        given_by: Some(actor.staff),
        recorded_at: now,
        withdrawn_at: None,
    };
    errors.finish((given, body.people, restricted))
}

/// Takes a service that was entered in error out of all counts.
#[utoipa::path(tag = "cases", params(("id" = AssistanceId, Path)),
    responses((status = 200, body = AssistanceView)))]
#[post("/assistance/{id}/withdraw")]
async fn withdraw_assistance(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AssistanceId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let now = app.now();
    let seen = app
        .db
        .write(&actor, async |tx| {
            let (case, given) = Assistance::lock(tx, &actor, id.0).await?;
            let claimed =
                receipts::claim(tx, actor.staff.0, "withdraw_assistance", &asked, None, given.id.0).await?;
            if claimed != Receipt::First {
                return view(tx, &actor, &case, given).await;
            }
            case.require_open()?;
            if given.withdrawn_at.is_some() {
                return Err((&problems::ASSISTANCE_WITHDRAWN).into());
            }
            let given = given.withdraw(tx, now).await?;
            let act = Act::new("assistance.withdrawn", "assistance", given.id);
            act.record(tx, &actor, &case, now).await?;
            view(tx, &actor, &case, given).await
        })
        .await?;
    Ok(ok(seen))
}
