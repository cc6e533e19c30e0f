//! `/agencies`: who may, validate, write, answer.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::exchange::columns;
use super::model::{Agency, AgencyChanges, AgencyContact, Wanted};
use super::rules::{CreateAgency, CreateContact, UpdateAgency, UpdateContact, sees_whole};
use super::services::model::{Service, code_and_wider, lineage};
use super::views::{AgencyCard, AgencyFile, AgencyView};
use super::{holidays, services};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::{AgencyContactId, AgencyId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, IfMatch, Path, Query, created, ok, versioned};
use crate::platform::page::{self, Cursor, Page};
use crate::platform::receipts::{self, Receipt};
use crate::platform::table;
use crate::reference::choices::Choices;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    // Before `/agencies/{id}`, which would take their names for ids.
    super::duplicates::routes::routes(config);
    super::exchange::routes::routes(config);
    config
        .service(list_agencies)
        .service(create_agency)
        .service(show_agency)
        .service(update_agency)
        .service(retire_agency)
        .service(create_contact)
        .service(update_contact);
    services::routes::routes(config);
    holidays::routes::routes(config);
    super::publication::routes::routes(config);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AgencyFilter {
    /// Part of the name or acronym, however spelt.
    q: Option<String>,
    /// A code of list `partner_type`.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    type_: Option<String>,
    /// With a service that covers this code of list `service`.
    service: Option<String>,
    /// With a service that covers this place.
    territory: Option<String>,
    /// Retired ones too.
    retired: Option<bool>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

impl AgencyFilter {
    async fn wanted(&self, conn: &mut Conn) -> Result<Wanted, Error> {
        let mut wanted = Wanted {
            q: self.q.clone(),
            type_: self.type_.clone(),
            retired: self.retired.unwrap_or(false),
            ..Wanted::default()
        };
        if let Some(code) = &self.service {
            wanted.service = Some(code_and_wider(conn, code).await?);
        }
        if let Some(place) = &self.territory {
            wanted.territory = Some(lineage(conn, place).await?);
        }
        Ok(wanted)
    }
}

/// Agencies with what they offer, by name. With `Accept: text/csv` all of them as a table, in the columns that an import takes.
#[utoipa::path(tag = "agencies", params(AgencyFilter), responses((status = 200, body = Page<AgencyCard>)))]
#[get("/agencies")]
async fn list_agencies(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<AgencyFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAgencies)?;
    let Query(filter) = filter;
    if table::is_wanted(&request) {
        return export_agencies(&app, &actor, &filter).await;
    }
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let page = app
        .db
        .read(&actor, async |conn| {
            let wanted = filter.wanted(conn).await?;
            let page = Agency::page(conn, wanted, after.clone(), limit).await?;
            let ids: Vec<AgencyId> = page.items.iter().map(|agency| agency.id).collect();
            let offered = Service::of_agencies(conn, &ids, false).await?;
            Ok(page.map(|agency| {
                let id = agency.id;
                AgencyCard::new(&actor, agency, offered.iter().filter(|s| s.agency_id == id).cloned())
            }))
        })
        .await?;
    Ok(ok(page))
}

async fn export_agencies(app: &App, actor: &Actor, filter: &AgencyFilter) -> Result<HttpResponse, Error> {
    let now = app.now();
    let all = app
        .db
        .write(actor, async |tx| {
            let wanted = filter.wanted(tx).await?;
            Event::new("agency.exported").record(tx, actor, now).await?;
            Agency::all(tx, wanted).await
        })
        .await?;
    let desk = actor.agency.is_none();
    let rows = all.iter().map(|agency| columns::agency_row(agency, sees_whole(actor, agency.id), desk));
    table::csv("agencies", columns::AGENCY, rows)
}

/// Adds an agency.
#[utoipa::path(tag = "agencies", request_body = CreateAgency,
    responses((status = 201, body = AgencyView), (status = 200, body = AgencyView, description = "Made by an earlier try.")))]
#[post("/agencies")]
async fn create_agency(
    app: web::Data<App>,
    actor: Actor,
    body: Body<CreateAgency>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let (body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let mut choices = Choices::new();
    let new = body.validate(&mut choices);
    let now = app.now();
    let (first, view) = app
        .db
        .write(&actor, async |tx| {
            choices.check(tx).await?;
            let receipt =
                receipts::claim(tx, actor.staff.0, "create_agency", &asked, client_id, new.id.0).await?;
            let (first, agency) = match receipt {
                Receipt::Again(id) => (false, Agency::find(tx, AgencyId(id)).await?),
                Receipt::First => {
                    let agency = new.insert(tx).await?;
                    Event::new("agency.added").about("agency", agency.id).record(tx, &actor, now).await?;
                    (true, agency)
                }
            };
            Ok((first, AgencyView::read(tx, &actor, agency).await?))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/agencies/{}", view.id), view.version, view))
}

/// One agency: all of it, or for a partner of another one its name and services.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path)), responses((status = 200, body = AgencyFile)))]
#[get("/agencies/{id}")]
async fn show_agency(app: web::Data<App>, actor: Actor, id: Path<AgencyId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAgencies)?;
    let (version, file) = app
        .db
        .read(&actor, async |conn| {
            let agency = Agency::find(conn, id.0).await?;
            let version = agency.version;
            let file = if sees_whole(&actor, agency.id) {
                AgencyFile::Whole(Box::new(AgencyView::read(conn, &actor, agency).await?))
            } else {
                let offered = Service::of_agencies(conn, &[agency.id], false).await?;
                AgencyFile::Card(AgencyCard::new(&actor, agency, offered.into_iter()))
            };
            Ok((version, file))
        })
        .await?;
    Ok(versioned(version, file))
}

/// Edits an agency.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path), IfMatch), request_body = UpdateAgency,
    responses((status = 200, body = AgencyView)))]
#[patch("/agencies/{id}")]
async fn update_agency(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
    if_match: IfMatch,
    body: Body<UpdateAgency>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let body = body.into_inner();
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let agency = lock_version(tx, &actor, id.0, if_match).await?;
            let mut choices = Choices::new();
            let changes = body.validate(&agency, &mut choices);
            choices.check(tx).await?;
            let agency = agency.update(tx, &changes, now).await?;
            Event::new("agency.edited").about("agency", agency.id).record(tx, &actor, now).await?;
            AgencyView::read(tx, &actor, agency).await
        })
        .await?;
    Ok(versioned(view.version, view))
}

/// Ends the partnership today. An edit of `retired_on` to null takes it back.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path), IfMatch),
    responses((status = 200, body = AgencyView)))]
#[post("/agencies/{id}/retire")]
async fn retire_agency(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let agency = lock_version(tx, &actor, id.0, if_match).await?;
            let changes = AgencyChanges { retired_on: Some(Some(agency.today(now))), ..Default::default() };
            let agency = agency.update(tx, &changes, now).await?;
            Event::new("agency.retired").about("agency", agency.id).record(tx, &actor, now).await?;
            AgencyView::read(tx, &actor, agency).await
        })
        .await?;
    Ok(versioned(view.version, view))
}

/// Adds a person to phone at an agency.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path)), request_body = CreateContact,
    responses((status = 201, body = AgencyContact), (status = 200, body = AgencyContact, description = "Made by an earlier try.")))]
#[post("/agencies/{id}/contacts")]
async fn create_contact(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
    body: Body<CreateContact>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let (first, contact, version) = app
        .db
        .write(&actor, async |tx| {
            let agency = Agency::lock(tx, id.0).await?;
            let client_id = body.id.map(|id| id.0);
            let mut errors = FieldErrors::new();
            let new = body.validate(&agency, &mut errors);
            errors.check()?;
            let receipt =
                receipts::claim(tx, actor.staff.0, "create_contact", &asked, client_id, new.id.0).await?;
            if let Receipt::Again(made) = receipt {
                let contact = AgencyContact::find(tx, agency.id, AgencyContactId(made)).await?;
                return Ok((false, contact, agency.version));
            }
            let contact = new.insert(tx).await?;
            let agency = agency.touch(tx, now).await?;
            let event = Event::new("agency.contact_added").about("agency", agency.id);
            event.facts(json!({ "contact_id": contact.id })).record(tx, &actor, now).await?;
            Ok((true, contact, agency.version))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/agencies/{}", contact.agency_id), version, contact))
}

/// Edits a person to phone at an agency. The version is the agency's.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path), ("cid" = AgencyContactId, Path), IfMatch),
    request_body = UpdateContact, responses((status = 200, body = AgencyContact)))]
#[patch("/agencies/{id}/contacts/{cid}")]
async fn update_contact(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(AgencyId, AgencyContactId)>,
    if_match: IfMatch,
    body: Body<UpdateContact>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let (id, contact_id) = ids.0;
    let body = body.into_inner();
    let now = app.now();
    let (version, contact) = app
        .db
        .write(&actor, async |tx| {
            let agency = lock_version(tx, &actor, id, if_match).await?;
            let contact = AgencyContact::find(tx, agency.id, contact_id).await?;
            let mut errors = FieldErrors::new();
            let changes = body.validate(&agency, &mut errors);
            errors.check()?;
            let contact = contact.update(tx, changes).await?;
            let agency = agency.touch(tx, now).await?;
            let event = Event::new("agency.contact_edited").about("agency", agency.id);
            event.facts(json!({ "contact_id": contact.id })).record(tx, &actor, now).await?;
            Ok((agency.version, contact))
        })
        .await?;
    Ok(versioned(version, contact))
}

/// Locks the version the client edited.
async fn lock_version(
    tx: &mut Conn,
    actor: &Actor,
    id: AgencyId,
    if_match: IfMatch,
) -> Result<Agency, Error> {
    let agency = Agency::lock(tx, id).await?;
    if if_match.0 != agency.version {
        if_match.check(agency.version, AgencyView::read(tx, actor, agency.clone()).await?)?;
    }
    Ok(agency)
}
