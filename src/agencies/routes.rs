//! `/agencies`: who may, validate, write, answer.

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Agency, AgencyChanges, AgencyContact, Wanted};
use super::rules::{
    Capacity, CreateAgency, CreateContact, UpdateAgency, UpdateContact, Verb, allowed, sees_whole,
};
use super::services::model::{Service, code_and_wider, lineage};
use super::{holidays, services};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::{AgencyContactId, AgencyId, ServiceId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, IfMatch, Path, Query, created, ok, versioned};
use crate::platform::page::{self, Cursor, Page};
use crate::platform::receipts::{self, Receipt};
use crate::reference::choices::Choices;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
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

/// What everybody may know of an agency.
#[derive(Debug, Serialize, ToSchema)]
struct AgencyCard {
    id: AgencyId,
    name: String,
    /// How people call it.
    acronym: Option<String>,
    /// A code of list `partner_type`.
    #[serde(rename = "type")]
    type_: String,
    /// Where it stands.
    territory: Option<String>,
    /// The day it ceased to be a partner.
    retired_on: Option<NaiveDate>,
    /// What it offers now.
    services: Vec<ServiceCard>,
    allowed: Vec<Verb>,
}

/// What everybody may know of a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgencyServiceCard)]
struct ServiceCard {
    id: ServiceId,
    name: String,
    /// Codes of list `service`.
    codes: Vec<String>,
    capacity: Capacity,
}

/// All of an agency, for desk staff and its own partners.
#[derive(Debug, Serialize, ToSchema)]
struct AgencyView {
    id: AgencyId,
    name: String,
    /// How people call it.
    acronym: Option<String>,
    /// A code of list `partner_type`.
    #[serde(rename = "type")]
    type_: String,
    /// The one registered mailbox.
    mailbox: String,
    /// en, es, fr or fil: the language of its notices.
    language: String,
    /// E.164.
    phone: Option<String>,
    website: Option<String>,
    address: Option<String>,
    /// Where it stands.
    territory: Option<String>,
    /// IANA zone of its hours.
    time_zone: String,
    /// Weekly hours.
    #[schema(value_type = Vec<crate::offices::rules::DayHours>)]
    hours: serde_json::Value,
    /// What desks know about working with it; always null for a partner.
    notes: Option<String>,
    /// Hour in its zone of the one mail a day it wants; null when each goes at once.
    digest_hour: Option<i16>,
    /// The day it ceased to be a partner.
    retired_on: Option<NaiveDate>,
    version: i32,
    updated_at: DateTime<Utc>,
    contacts: Vec<AgencyContact>,
    /// All of them, retired ones too.
    services: Vec<Service>,
    allowed: Vec<Verb>,
}

/// All of an agency, or for a partner of another one its card.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum AgencyFile {
    Whole(Box<AgencyView>),
    Card(AgencyCard),
}

impl AgencyCard {
    fn new(actor: &Actor, agency: Agency, services: impl Iterator<Item = Service>) -> AgencyCard {
        let card = |service: Service| ServiceCard {
            id: service.id,
            name: service.name,
            codes: service.codes,
            capacity: service.capacity,
        };
        AgencyCard {
            id: agency.id,
            name: agency.name,
            acronym: agency.acronym,
            type_: agency.type_,
            territory: agency.territory,
            retired_on: agency.retired_on,
            services: services.map(card).collect(),
            allowed: allowed(actor),
        }
    }
}

impl AgencyView {
    async fn read(conn: &mut Conn, actor: &Actor, agency: Agency) -> Result<AgencyView, Error> {
        let contacts = agency.contacts(conn).await?;
        let services = Service::of_agencies(conn, &[agency.id], true).await?;
        Ok(AgencyView {
            id: agency.id,
            name: agency.name,
            acronym: agency.acronym,
            type_: agency.type_,
            mailbox: agency.mailbox,
            language: agency.language,
            phone: agency.phone,
            website: agency.website,
            address: agency.address,
            territory: agency.territory,
            time_zone: agency.time_zone,
            hours: agency.hours,
            notes: agency.notes.filter(|_| actor.agency.is_none()),
            digest_hour: agency.digest_hour,
            retired_on: agency.retired_on,
            version: agency.version,
            updated_at: agency.updated_at,
            contacts,
            services,
            allowed: allowed(actor),
        })
    }
}

/// Agencies with what they offer, by name.
#[utoipa::path(tag = "agencies", params(AgencyFilter), responses((status = 200, body = Page<AgencyCard>)))]
#[get("/agencies")]
async fn list_agencies(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<AgencyFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAgencies)?;
    let Query(filter) = filter;
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let page = app
        .db
        .read(&actor, async |conn| {
            let mut wanted = Wanted {
                q: filter.q.clone(),
                type_: filter.type_.clone(),
                retired: filter.retired.unwrap_or(false),
                ..Wanted::default()
            };
            if let Some(code) = &filter.service {
                wanted.service = Some(code_and_wider(conn, code).await?);
            }
            if let Some(place) = &filter.territory {
                wanted.territory = Some(lineage(conn, place).await?);
            }
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
