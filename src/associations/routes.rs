//! `/associations`: who may, validate, write, answer.

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Association, Member};
use super::rules::{
    AddMember, CreateAssociation, LeaveAssociation, UpdateAssociation, Verb, allowed, check_stay,
};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::{AssociationId, MigrantId, OfficeId};
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::error::{Error, FieldErrors, field};
use crate::platform::http::{Body, IfMatch, Path, Query, created, ok, versioned};
use crate::platform::page::{self, Cursor, Page};
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate::{self, LINE};
use crate::problems;
use crate::reference::choices::Choices;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_associations)
        .service(create_association)
        .service(show_association)
        .service(update_association)
        .service(list_members)
        .service(add_member)
        .service(leave_association);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AssociationFilter {
    /// Part of the name, however spelt, or of the number.
    q: Option<String>,
    /// Registered by this office.
    office: Option<OfficeId>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// An association in a list.
#[derive(Debug, Serialize, ToSchema)]
struct AssociationCard {
    id: AssociationId,
    #[schema(example = "A-SED-2026-000012")]
    number: String,
    office_id: OfficeId,
    name: String,
    country: Option<String>,
    territory: Option<String>,
    /// How many members it says it has.
    members: Option<i32>,
    retired_on: Option<NaiveDate>,
}

impl From<Association> for AssociationCard {
    fn from(association: Association) -> AssociationCard {
        AssociationCard {
            id: association.id,
            number: association.number,
            office_id: association.office_id,
            name: association.name,
            country: association.country,
            territory: association.territory,
            members: association.members,
            retired_on: association.retired_on,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct AssociationView {
    #[serde(flatten)]
    association: Association,
    /// What you may do to it now.
    allowed: Vec<Verb>,
}

impl AssociationView {
    fn new(actor: &Actor, association: Association) -> AssociationView {
        AssociationView { association, allowed: allowed(actor) }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct AssociationMembers {
    items: Vec<Member>,
}

/// Associations of the own offices, by name.
#[utoipa::path(tag = "associations", params(AssociationFilter),
    responses((status = 200, body = Page<AssociationCard>)))]
#[get("/associations")]
async fn list_associations(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<AssociationFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAssociations)?;
    let Query(filter) = filter;
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let wanted = (filter.q.as_deref(), filter.office);
    let now = app.now();
    let page = app
        .db
        .write(&actor, async |tx| {
            let page = Association::page(tx, &actor, wanted, after, limit).await?;
            let event = Event::new("associations.listed").facts(json!({ "found": page.items.len() }));
            event.record(tx, &actor, now).await?;
            Ok(page)
        })
        .await?;
    Ok(ok(page.map(AssociationCard::from)))
}

/// Registers an association.
#[utoipa::path(tag = "associations", request_body = CreateAssociation,
    responses((status = 201, body = AssociationView), (status = 200, body = AssociationView, description = "Made by an earlier try.")))]
#[post("/associations")]
async fn create_association(
    app: web::Data<App>,
    actor: Actor,
    body: Body<CreateAssociation>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditAssociations)?;
    actor.require_office(body.office_id)?;
    let (body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let mut choices = Choices::new();
    let new = body.validate(&mut choices);
    let now = app.now();
    let (first, association) = app
        .db
        .write(&actor, async |tx| {
            choices.check(tx).await?;
            let receipt =
                receipts::claim(tx, actor.staff.0, "create_association", &asked, client_id, new.id.0).await?;
            if let Receipt::Again(id) = receipt {
                return Ok((false, Association::find(tx, &actor, AssociationId(id)).await?));
            }
            let office = Office::find(tx, new.office_id).await?;
            office.require_open(now)?;
            let number = office.next_number(tx, "A", now).await?;
            let association = new.insert(tx, &number, now).await?;
            Event::new("association.registered")
                .about("association", association.id)
                .at(association.office_id)
                .record(tx, &actor, now)
                .await?;
            Ok((true, association))
        })
        .await?;
    let path = format!("/api/v1/associations/{}", association.id);
    Ok(created(first, &path, association.version, AssociationView::new(&actor, association)))
}

/// One association.
#[utoipa::path(tag = "associations", params(("id" = AssociationId, Path)),
    responses((status = 200, body = AssociationView)))]
#[get("/associations/{id}")]
async fn show_association(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AssociationId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAssociations)?;
    let now = app.now();
    let association = app
        .db
        .write(&actor, async |tx| {
            let association = Association::find(tx, &actor, id.0).await?;
            Event::new("association.read")
                .about("association", association.id)
                .at(association.office_id)
                .record(tx, &actor, now)
                .await?;
            Ok(association)
        })
        .await?;
    Ok(versioned(association.version, AssociationView::new(&actor, association)))
}

/// Edits an association.
#[utoipa::path(tag = "associations", params(("id" = AssociationId, Path), IfMatch),
    request_body = UpdateAssociation, responses((status = 200, body = AssociationView)))]
#[patch("/associations/{id}")]
async fn update_association(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AssociationId>,
    if_match: IfMatch,
    body: Body<UpdateAssociation>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditAssociations)?;
    let body = body.into_inner();
    let now = app.now();
    let association = app
        .db
        .write(&actor, async |tx| {
            let association = Association::lock(tx, &actor, id.0).await?;
            if_match.check(association.version, &association)?;
            let mut choices = Choices::new();
            let changes = body.validate(&association, &mut choices);
            choices.check(tx).await?;
            let association = association.update(tx, &changes, now).await?;
            Event::new("association.edited")
                .about("association", association.id)
                .at(association.office_id)
                .record(tx, &actor, now)
                .await?;
            Ok(association)
        })
        .await?;
    Ok(versioned(association.version, AssociationView::new(&actor, association)))
}

/// Members who also have a file that the own offices may see.
#[utoipa::path(tag = "associations", params(("id" = AssociationId, Path)),
    responses((status = 200, body = AssociationMembers)))]
#[get("/associations/{id}/members")]
async fn list_members(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AssociationId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAssociations)?;
    actor.require(Permission::ReadMigrants)?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let association = Association::find(tx, &actor, id.0).await?;
            Event::new("association.members_read")
                .about("association", association.id)
                .at(association.office_id)
                .record(tx, &actor, now)
                .await?;
            Member::list(tx, &actor, association.id).await
        })
        .await?;
    Ok(ok(AssociationMembers { items }))
}

/// Lets a person with a file join an association, or join again.
#[utoipa::path(tag = "associations", params(("id" = AssociationId, Path)), request_body = AddMember,
    responses((status = 201, body = Member), (status = 200, body = Member, description = "Made by an earlier try.")))]
#[post("/associations/{id}/members")]
async fn add_member(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AssociationId>,
    body: Body<AddMember>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditAssociations)?;
    let (body, asked) = body.into_parts();
    let mut errors = FieldErrors::new();
    let office_held = validate::text(&mut errors, "office_held", body.office_held, LINE);
    errors.check()?;
    let person = body.migrant_id;
    let now = app.now();
    let (first, member, version) = app
        .db
        .write(&actor, async |tx| {
            let association = Association::lock(tx, &actor, id.0).await?;
            if !Member::has_file(tx, &actor, person).await? {
                return Err(field("migrant_id", "unknown", "There is no such person."));
            }
            let receipt =
                receipts::claim(tx, actor.staff.0, "add_member", &asked, None, association.id.0).await?;
            let first = receipt == Receipt::First;
            if first {
                let facts = (office_held.as_deref(), body.joined_on);
                if !Member::join(tx, association.id, person, facts).await? {
                    return Err((&problems::MEMBER_ALREADY_JOINED).into());
                }
                let event = Event::new("association.member_added").about("association", association.id);
                let event = event.at(association.office_id).facts(json!({ "migrant_id": person }));
                event.record(tx, &actor, now).await?;
            }
            Ok((first, Member::find(tx, &actor, association.id, person).await?, association.version))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/associations/{}/members", id.0), version, member))
}

/// Notes that a member left.
#[utoipa::path(tag = "associations",
    params(("id" = AssociationId, Path), ("migrant_id" = MigrantId, Path)), request_body = LeaveAssociation,
    responses((status = 200, body = Member)))]
#[post("/associations/{id}/members/{migrant_id}/leave")]
async fn leave_association(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(AssociationId, MigrantId)>,
    body: Body<LeaveAssociation>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditAssociations)?;
    let (id, person) = ids.0;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let member = app
        .db
        .write(&actor, async |tx| {
            let association = Association::lock(tx, &actor, id).await?;
            let member = Member::find(tx, &actor, association.id, person).await?;
            let receipt =
                receipts::claim(tx, actor.staff.0, "leave_association", &asked, None, person.0).await?;
            if let Receipt::Again(_) = receipt {
                return Ok(member);
            }
            let today = Office::find(tx, association.office_id).await?.today(now);
            let left_on = body.left_on.unwrap_or(today);
            let mut errors = FieldErrors::new();
            check_stay(&mut errors, member.joined_on, left_on);
            errors.check()?;
            if !Member::leave(tx, association.id, person, left_on).await? {
                return Err((&problems::MEMBER_ALREADY_LEFT).into());
            }
            let event = Event::new("association.member_left").about("association", association.id);
            let event = event.at(association.office_id).facts(json!({ "migrant_id": person }));
            event.record(tx, &actor, now).await?;
            Member::find(tx, &actor, association.id, person).await
        })
        .await?;
    Ok(ok(member))
}
