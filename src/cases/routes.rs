//! `/cases`: lists and files, opening, editing, people.

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::checks;
use super::edits::UpdateCase;
use super::emergency;
use super::filter::CaseFilter;
use super::model::{Case, CaseEvent};
use super::opening::{self, OpenCase};
use super::view::{self, CaseHistoryEvent, CaseRow, CaseView};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::CaseId;
use crate::notices::model::NoticeKind;
use crate::offices::model::Office;
use crate::offices::rules::country_of;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, IfMatch, Path, Query, created, ok, versioned};
use crate::platform::page::Page;
use crate::platform::receipts::{self, Receipt};

/// The operations on cases themselves.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_cases)
        .service(count_cases)
        .service(open_case)
        .service(show_case)
        .service(update_case)
        .service(show_case_history);
    super::people::routes::routes(config);
    super::assignment::routes::routes(config);
    super::closing::routes::routes(config);
}

#[derive(Debug, Serialize, ToSchema)]
struct CaseCount {
    /// How many.
    count: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct CaseHistory {
    items: Vec<CaseHistoryEvent>,
}

/// Cases one may know of, by page.
#[utoipa::path(tag = "cases", params(CaseFilter), responses((status = 200, body = Page<CaseRow>)))]
#[get("/cases")]
async fn list_cases(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<CaseFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadCases)?;
    let now = app.now();
    let page = app
        .db
        .write(&actor, async |tx| {
            let Page { items, next } = filter.0.page(tx, &actor, now).await?;
            let facts = json!({ "filters": filter.0.named(), "found": items.len() });
            let event = Event::new("cases.listed").facts(facts);
            event.record(tx, &actor, now).await?;
            Ok(Page { items: view::rows(tx, &actor, items, now).await?, next })
        })
        .await?;
    Ok(ok(page))
}

/// How many cases a list has; paging is not looked at.
#[utoipa::path(tag = "cases", params(CaseFilter), responses((status = 200, body = CaseCount)))]
#[get("/cases/count")]
async fn count_cases(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<CaseFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadCases)?;
    let now = app.now();
    let count = app.db.read(&actor, async |conn| filter.0.count(conn, &actor, now).await).await?;
    Ok(ok(CaseCount { count }))
}

/// Opens a case.
#[utoipa::path(tag = "cases", request_body = OpenCase,
    responses((status = 201, body = CaseView), (status = 200, body = CaseView, description = "Made by an earlier try.")))]
#[post("/cases")]
async fn open_case(app: web::Data<App>, actor: Actor, body: Body<OpenCase>) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let (body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let id = body.id.unwrap_or_else(CaseId::new);
    let now = app.now();
    let (first, case) = app
        .db
        .write(&actor, async |tx| {
            let receipt = receipts::claim(tx, actor.staff.0, "open_case", &asked, client_id, id.0).await?;
            if let Receipt::Again(id) = receipt {
                let case = Case::find(tx, &actor, CaseId(id)).await?;
                return Ok((false, CaseView::of(tx, &actor, case, now).await?));
            }
            let case = opening::open(tx, &actor, body, id, now).await?;
            case.tell_owner(tx, &actor, NoticeKind::CaseAssigned, now).await?;
            emergency::tell_supervisors(tx, &actor, &case, now).await?;
            Ok((true, CaseView::of(tx, &actor, case, now).await?))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/cases/{}", case.case.id), case.case.version, case))
}

/// The whole file of a case.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), responses((status = 200, body = CaseView)))]
#[get("/cases/{id}")]
async fn show_case(app: web::Data<App>, actor: Actor, id: Path<CaseId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadCases)?;
    let now = app.now();
    let case = app
        .db
        .write(&actor, async |tx| {
            let case = Case::find(tx, &actor, id.0).await?;
            case.require_open_file(tx, &actor).await?;
            Event::new("case.read").about("case", case.id).at(case.office_id).record(tx, &actor, now).await?;
            CaseView::of(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(case.case.version, case))
}

/// Edits a case's own fields.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path), IfMatch), request_body = UpdateCase,
    responses((status = 200, body = CaseView)))]
#[patch("/cases/{id}")]
async fn update_case(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    if_match: IfMatch,
    body: Body<UpdateCase>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let body = body.into_inner();
    let now = app.now();
    let case = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            CaseView::require_current(tx, &actor, if_match, &case, now).await?;
            case.require_open()?;
            let case = edit(tx, &actor, &case, body, now).await?;
            CaseView::of(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(case.case.version, case))
}

async fn edit(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    body: UpdateCase,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    let country = country_of(&Office::find(tx, case.office_id).await?.territory);
    let mut errors = FieldErrors::new();
    checks::check_codes(tx, &mut errors, &body.codes()).await?;
    let (territory, country_of_work) =
        (body.territory.as_set().cloned(), body.country_of_work.as_set().cloned());
    checks::check_places(tx, &mut errors, &territory, &country_of_work).await?;
    let (named, priority) = (body.named(), body.priority);
    let changes = body.changes(&mut errors, &country);
    errors.check()?;
    if let Some(priority) = priority.filter(|priority| *priority != case.priority) {
        case.set_priority(tx, priority, now).await?;
        let facts = json!({ "from": case.priority, "to": priority });
        let event = CaseEvent::new("case.priority_set", case.id).facts(facts);
        event.record(tx, Some(actor.staff), now, now).await?;
    }
    let edited = case.update(tx, &changes, now).await?;
    if edited.priority != case.priority {
        emergency::tell_supervisors(tx, actor, &edited, now).await?;
    }
    let facts = json!({ "fields": named });
    CaseEvent::new("case.edited", case.id)
        .facts(facts.clone())
        .record(tx, Some(actor.staff), now, now)
        .await?;
    let event = Event::new("case.edited").about("case", case.id).at(case.office_id);
    event.facts(facts).record(tx, actor, now).await?;
    Ok(edited)
}

/// What happened on a case, in order.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), responses((status = 200, body = CaseHistory)))]
#[get("/cases/{id}/history")]
async fn show_case_history(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadCases)?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let case = Case::find(tx, &actor, id.0).await?;
            case.require_open_file(tx, &actor).await?;
            let event = Event::new("case.history_read").about("case", case.id).at(case.office_id);
            event.record(tx, &actor, now).await?;
            view::history(tx, &actor, &case).await
        })
        .await?;
    Ok(ok(CaseHistory { items }))
}
