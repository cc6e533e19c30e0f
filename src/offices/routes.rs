//! `/offices`: who may, validate, write, answer.

use actix_web::{HttpResponse, get, patch, post, put, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::Office;
use super::rules::{CreateOffice, Holiday, UpdateOffice, check_holidays, country_of};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::OfficeId;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Body, IfMatch, Path, created, ok, versioned};
use crate::platform::receipts::{self, Receipt};

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_offices)
        .service(create_office)
        .service(show_office)
        .service(update_office)
        .service(list_holidays)
        .service(set_holidays);
}

#[derive(Debug, Serialize, ToSchema)]
struct Offices {
    items: Vec<Office>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Holidays {
    items: Vec<Holiday>,
}

/// Every office, by code.
#[utoipa::path(tag = "offices", responses((status = 200, body = Offices)))]
#[get("/offices")]
async fn list_offices(app: web::Data<App>, actor: Actor) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReference)?;
    let items = app.db.read(&actor, async |conn| Office::list(conn).await).await?;
    Ok(ok(Offices { items }))
}

/// Opens an office.
#[utoipa::path(tag = "offices", request_body = CreateOffice,
    responses((status = 201, body = Office), (status = 200, body = Office, description = "Made by an earlier try.")))]
#[post("/offices")]
async fn create_office(
    app: web::Data<App>,
    actor: Actor,
    body: Body<CreateOffice>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageOffices)?;
    let (body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let new = body.validate()?;
    let now = app.now();
    let (first, office) = app
        .db
        .write(&actor, async |tx| {
            let receipt =
                receipts::claim(tx, actor.staff.0, "create_office", &asked, client_id, new.id.0).await?;
            if let Receipt::Again(id) = receipt {
                return Ok((false, Office::find(tx, OfficeId(id)).await?));
            }
            let office = new.insert(tx).await?;
            Event::new("office.opened")
                .about("office", office.id)
                .at(office.id)
                .record(tx, &actor, now)
                .await?;
            Ok((true, office))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/offices/{}", office.id), office.version, office))
}

/// One office.
#[utoipa::path(tag = "offices", params(("id" = OfficeId, Path)), responses((status = 200, body = Office)))]
#[get("/offices/{id}")]
async fn show_office(app: web::Data<App>, actor: Actor, id: Path<OfficeId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReference)?;
    let office = app.db.read(&actor, async |conn| Office::find(conn, id.0).await).await?;
    Ok(versioned(office.version, office))
}

/// Edits or closes an office.
#[utoipa::path(tag = "offices", params(("id" = OfficeId, Path), IfMatch), request_body = UpdateOffice,
    responses((status = 200, body = Office)))]
#[patch("/offices/{id}")]
async fn update_office(
    app: web::Data<App>,
    actor: Actor,
    id: Path<OfficeId>,
    if_match: IfMatch,
    body: Body<UpdateOffice>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageOffices)?;
    let body = body.into_inner();
    let now = app.now();
    let office = app
        .db
        .write(&actor, async |tx| {
            let office = Office::lock(tx, id.0).await?;
            if_match.check(office.version, &office)?;
            let changes = body.validate(&country_of(&office.territory))?;
            let office = office.update(tx, &changes, now).await?;
            Event::new("office.edited")
                .about("office", office.id)
                .at(office.id)
                .record(tx, &actor, now)
                .await?;
            Ok(office)
        })
        .await?;
    Ok(versioned(office.version, office))
}

/// The days an office is closed.
#[utoipa::path(tag = "offices", params(("id" = OfficeId, Path)), responses((status = 200, body = Holidays)))]
#[get("/offices/{id}/holidays")]
async fn list_holidays(app: web::Data<App>, actor: Actor, id: Path<OfficeId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReference)?;
    let items =
        app.db.read(&actor, async |conn| Office::find(conn, id.0).await?.holidays(conn).await).await?;
    Ok(ok(Holidays { items }))
}

/// Replaces the days an office is closed.
#[utoipa::path(tag = "offices", params(("id" = OfficeId, Path)), request_body = Vec<Holiday>,
    responses((status = 200, body = Holidays)))]
#[put("/offices/{id}/holidays")]
async fn set_holidays(
    app: web::Data<App>,
    actor: Actor,
    id: Path<OfficeId>,
    body: Body<Vec<Holiday>>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageOffices)?;
    let days = check_holidays(body.into_inner())?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let office = Office::lock(tx, id.0).await?;
            office.set_holidays(tx, &days).await?;
            let event = Event::new("office.holidays_set").about("office", office.id).at(office.id);
            event.facts(json!({ "days": days.len() })).record(tx, &actor, now).await?;
            office.holidays(tx).await
        })
        .await?;
    Ok(ok(Holidays { items }))
}
