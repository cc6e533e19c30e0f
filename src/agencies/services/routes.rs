//! `/agencies/{id}/services` and `/services`: who may, validate, write, answer.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Offerer, Service, ServiceChanges, Wanted, code_and_wider, lineage};
use super::rules::{Capacity, CapacityFrom, CreateService, UpdateService, Verb, allowed, check_wait};
use crate::agencies::confirmation::model::note_answered;
use crate::agencies::exchange::columns;
use crate::agencies::model::Agency;
use crate::agencies::rules::sees_whole;
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::{AgencyId, ServiceId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::{Asked, Body, IfMatch, Path, Query, created, ok, versioned};
use crate::platform::page::{self, Cursor, Page};
use crate::platform::receipts::{self, Receipt};
use crate::platform::table;
use crate::problems;
use crate::reference::choices::Choices;

/// The operations of services.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_service)
        .service(update_service)
        .service(list_services)
        .service(count_services)
        .service(tell_capacity)
        .service(confirm_service)
        .service(retire_service);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ServiceFilter {
    /// Covering this code of list `service`: listing it or a wider one.
    code: Option<String>,
    /// Covering this place: listing it or one it lies in.
    territory: Option<String>,
    /// Part of the name, however spelt.
    q: Option<String>,
    /// So full.
    capacity: Option<Capacity>,
    /// Of this agency.
    agency: Option<AgencyId>,
    /// Only those whose entry is stale, or only the others: not confirmed for half a year, or asked for twice in vain.
    stale: Option<bool>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// How full a service is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TellCapacity {
    capacity: Capacity,
    /// How many days a person waits, when it is limited.
    #[schema(minimum = 1, maximum = 730)]
    waiting_days: Option<i16>,
}

/// A service with its agency's name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgencyServiceView)]
struct ServiceView {
    #[serde(flatten)]
    service: Service,
    /// Who offers it.
    agency_name: String,
    /// Its entry was not confirmed for half a year, or asked for twice in vain; it ranks lower.
    stale: bool,
    /// What you may do to it now.
    allowed: Vec<Verb>,
}

/// How many services a list would show.
#[derive(Debug, Serialize, ToSchema)]
struct ServiceCount {
    /// So many.
    count: i64,
}

impl ServiceView {
    fn new(actor: &Actor, service: Service, agency: Offerer, now: DateTime<Utc>) -> ServiceView {
        let allowed = allowed(actor, service.agency_id);
        let stale = service.freshness(&agency, now).is_stale();
        ServiceView { service, agency_name: agency.name, stale, allowed }
    }
}

impl ServiceFilter {
    async fn wanted(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<Wanted, Error> {
        let mut wanted = Wanted {
            q: self.q.clone(),
            capacity: self.capacity,
            agency: self.agency,
            stale: self.stale.map(|stale| (stale, now)),
            ..Wanted::default()
        };
        if let Some(code) = &self.code {
            wanted.codes = Some(code_and_wider(conn, code).await?);
        }
        if let Some(place) = &self.territory {
            wanted.territories = Some(lineage(conn, place).await?);
        }
        Ok(wanted)
    }
}

/// Services offered now, by name. With `Accept: text/csv` all of them as a table.
#[utoipa::path(tag = "agencies", params(ServiceFilter), responses((status = 200, body = Page<ServiceView>)))]
#[get("/services")]
async fn list_services(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<ServiceFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAgencies)?;
    let (Query(filter), now) = (filter, app.now());
    if table::is_wanted(&request) {
        return export_services(&app, &actor, &filter).await;
    }
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let page = app
        .db
        .read(&actor, async |conn| {
            let wanted = filter.wanted(conn, now).await?;
            Service::page(conn, wanted, after.clone(), limit).await
        })
        .await?;
    Ok(ok(page.map(|(service, agency)| ServiceView::new(&actor, service, agency, now))))
}

/// How many services a list would show; `stale=true` says how much of the directory has to be looked after.
#[utoipa::path(tag = "agencies", params(ServiceFilter), responses((status = 200, body = ServiceCount)))]
#[get("/services/count")]
async fn count_services(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<ServiceFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAgencies)?;
    let (Query(filter), now) = (filter, app.now());
    let count = app
        .db
        .read(&actor, async |conn| {
            let wanted = filter.wanted(conn, now).await?;
            Service::count(conn, wanted).await
        })
        .await?;
    Ok(ok(ServiceCount { count }))
}

async fn export_services(app: &App, actor: &Actor, filter: &ServiceFilter) -> Result<HttpResponse, Error> {
    let now = app.now();
    let all = app
        .db
        .write(actor, async |tx| {
            let wanted = filter.wanted(tx, now).await?;
            Event::new("agency.services_exported").record(tx, actor, now).await?;
            Service::list(tx, wanted).await
        })
        .await?;
    let rows = all.iter().map(|(service, agency)| {
        let stale = service.freshness(agency, now).is_stale();
        let key = agency.external_key.as_deref().filter(|_| sees_whole(actor, service.agency_id));
        columns::service_row(service, &agency.name, key, stale)
    });
    table::csv("services", columns::SERVICE, rows)
}

/// Adds a service of an agency.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path)), request_body = CreateService,
    responses((status = 201, body = ServiceView), (status = 200, body = ServiceView, description = "Made by an earlier try.")))]
#[post("/agencies/{id}/services")]
async fn create_service(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
    body: Body<CreateService>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let (body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let mut choices = Choices::new();
    let new = body.validate(id.0, &mut choices);
    let now = app.now();
    let (first, view) = app
        .db
        .write(&actor, async |tx| {
            let agency = Agency::find(tx, id.0).await?;
            choices.check(tx).await?;
            let receipt =
                receipts::claim(tx, actor.staff.0, "create_service", &asked, client_id, new.id.0).await?;
            let (first, service) = match receipt {
                Receipt::Again(id) => (false, Service::find(tx, ServiceId(id)).await?),
                Receipt::First => {
                    let service = new.insert(tx).await?;
                    record(tx, &actor, "agency.service_added", &service, now).await?;
                    (true, service)
                }
            };
            Ok((first, ServiceView::new(&actor, service, agency.offerer(), now)))
        })
        .await?;
    let path = format!("/api/v1/services?agency={}", view.service.agency_id);
    Ok(created(first, &path, view.service.version, view))
}

/// Edits a service of an agency.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path), ("sid" = ServiceId, Path), IfMatch),
    request_body = UpdateService, responses((status = 200, body = ServiceView)))]
#[patch("/agencies/{id}/services/{sid}")]
async fn update_service(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(AgencyId, ServiceId)>,
    if_match: IfMatch,
    body: Body<UpdateService>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let (agency_id, service_id) = ids.0;
    let body = body.into_inner();
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let service = Service::lock(tx, service_id).await?;
            if service.agency_id != agency_id {
                return Err((&problems::NOT_FOUND).into());
            }
            if_match.check(service.version, &service)?;
            let mut choices = Choices::new();
            let changes = body.validate(&service, &mut choices);
            choices.check(tx).await?;
            let service = service.update(tx, &changes, now).await?;
            record(tx, &actor, "agency.service_edited", &service, now).await?;
            let agency = Agency::find(tx, service.agency_id).await?;
            Ok(ServiceView::new(&actor, service, agency.offerer(), now))
        })
        .await?;
    Ok(versioned(view.service.version, view))
}

/// Says how full a service is: the agency itself, or who manages agencies.
#[utoipa::path(tag = "agencies", params(("id" = ServiceId, Path), IfMatch), request_body = TellCapacity,
    responses((status = 200, body = ServiceView)))]
#[post("/services/{id}/capacity")]
async fn tell_capacity(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ServiceId>,
    if_match: IfMatch,
    body: Body<TellCapacity>,
) -> Result<HttpResponse, Error> {
    let (body, asked) = body.into_parts();
    check_wait(body.capacity, body.waiting_days)?;
    let now = app.now();
    let changes = |_: &Agency| ServiceChanges {
        capacity: Some(body.capacity),
        capacity_from: Some(CapacityFrom::Told),
        capacity_at: Some(now),
        waiting_days: Some(body.waiting_days),
        ..ServiceChanges::default()
    };
    let act = Act { verb: Verb::TellCapacity, event: "agency.capacity_told", asked: Some(asked), now };
    let view = keep(&app, &actor, id.0, if_match, act, changes).await?;
    Ok(versioned(view.service.version, view))
}

/// Says that a service's entry is true today: the agency itself, or who manages agencies.
#[utoipa::path(tag = "agencies", params(("id" = ServiceId, Path), IfMatch),
    responses((status = 200, body = ServiceView)))]
#[post("/services/{id}/confirm")]
async fn confirm_service(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ServiceId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Error> {
    let now = app.now();
    let changes = |agency: &Agency| ServiceChanges {
        last_confirmed_on: Some(agency.today(now)),
        ..ServiceChanges::default()
    };
    let act = Act { verb: Verb::Confirm, event: "agency.service_confirmed", asked: None, now };
    let view = keep(&app, &actor, id.0, if_match, act, changes).await?;
    Ok(versioned(view.service.version, view))
}

/// Ceases to offer a service today. An edit of `retired_on` to null takes it back.
#[utoipa::path(tag = "agencies", params(("id" = ServiceId, Path), IfMatch),
    responses((status = 200, body = ServiceView)))]
#[post("/services/{id}/retire")]
async fn retire_service(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ServiceId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Error> {
    let now = app.now();
    let changes = |agency: &Agency| ServiceChanges {
        retired_on: Some(Some(agency.today(now))),
        ..ServiceChanges::default()
    };
    let act = Act { verb: Verb::Edit, event: "agency.service_retired", asked: None, now };
    let view = keep(&app, &actor, id.0, if_match, act, changes).await?;
    Ok(versioned(view.service.version, view))
}

/// One act on a service.
struct Act {
    verb: Verb,
    event: &'static str,
    asked: Option<Asked>,
    now: DateTime<Utc>,
}

/// Does an act on a service by somebody who may do it.
async fn keep(
    app: &App,
    actor: &Actor,
    id: ServiceId,
    if_match: IfMatch,
    act: Act,
    changes: impl Fn(&Agency) -> ServiceChanges,
) -> Result<ServiceView, Error> {
    if act.verb == Verb::Edit || !actor.may(Permission::KeepOwnEntry) {
        actor.require(Permission::ManageAgencies)?;
    }
    app.db
        .write(actor, async |tx| {
            let service = Service::lock(tx, id).await?;
            let agency = Agency::find(tx, service.agency_id).await?;
            if !allowed(actor, agency.id).contains(&act.verb) {
                return Err((&problems::FORBIDDEN).into());
            }
            if let Some(asked) = &act.asked
                && let Receipt::Again(_) =
                    receipts::claim(tx, actor.staff.0, act.event, asked, None, id.0).await?
            {
                return Ok(ServiceView::new(actor, service, agency.offerer(), act.now));
            }
            if_match.check(service.version, &service)?;
            let service = service.update(tx, &changes(&agency), act.now).await?;
            record(tx, actor, act.event, &service, act.now).await?;
            // Whoever says how one service stands has heard the question after all of them.
            let agency = if act.verb == Verb::Edit { agency } else { note_answered(tx, agency.id).await? };
            Ok(ServiceView::new(actor, service, agency.offerer(), act.now))
        })
        .await
}

async fn record(
    tx: &mut Conn,
    actor: &Actor,
    event: &'static str,
    service: &Service,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let event = Event::new(event).about("agency", service.agency_id);
    event.facts(json!({ "service_id": service.id })).record(tx, actor, now).await
}
