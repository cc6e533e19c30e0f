//! `/migrants/{id}/contact-points`: ways to reach a person, and who must not learn of it.

use actix_web::{HttpResponse, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{ContactPoint, keep_contact_keys};
use super::rules::{AddContactPoint, UpdateContactPoint};
use crate::auth::{Actor, Permission};
use crate::ids::{ContactPointId, MigrantId};
use crate::migrants::acts::{self, Act};
use crate::migrants::ending::{self, EndPart, Ends};
use crate::migrants::model::Migrant;
use crate::migrants::reading::Reading;
use crate::migrants::view;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Body, IfMatch, Path, created, versioned};
use crate::platform::page::Page;
use crate::platform::receipts::{self, Receipt};
use crate::reference::choices::Choices;

/// The operations.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_contact_points)
        .service(add_contact_point)
        .service(update_contact_point)
        .service(end_contact_point);
}

/// Ways to reach a person, preferred first, ended ones too.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)),
    responses((status = 200, body = Page<ContactPoint>)))]
#[get("/migrants/{id}/contact-points")]
async fn list_contact_points(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let now = app.now();
    let (version, items) = app
        .db
        .write(&actor, async |tx| {
            let migrant = acts::read(tx, &actor, id.0, "contact_points.read", now).await?;
            Ok((migrant.version, ContactPoint::of(tx, migrant.id).await?))
        })
        .await?;
    Ok(versioned(version, Page { items, next: None }))
}

/// Adds a way to reach a person, after those there are.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)), request_body = AddContactPoint,
    responses((status = 201, body = ContactPoint), (status = 200, body = ContactPoint, description = "Made by an earlier try.")))]
#[post("/migrants/{id}/contact-points")]
async fn add_contact_point(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
    body: Body<AddContactPoint>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (mut body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let new_id = body.id.get_or_insert_with(ContactPointId::new).0;
    let now = app.now();
    let (first, version, point) = app
        .db
        .write(&actor, async |tx| {
            let mut migrant = Migrant::lock(tx, &actor, id.0).await?;
            let staff = actor.staff.0;
            let receipt = receipts::claim(tx, staff, "add_contact_point", &asked, client_id, new_id).await?;
            if let Receipt::Again(known) = receipt {
                let point = ContactPoint::find(tx, migrant.id, ContactPointId(known)).await?;
                return Ok((false, migrant.version, point));
            }
            let setting = acts::setting(tx, &actor, &migrant, now).await?;
            let position = ContactPoint::next_position(tx, migrant.id).await?;
            let mut choices = Choices::new();
            let new = body.validate(position, &mut Reading::of(migrant.id, &setting, &mut choices));
            choices.check(tx).await?;
            let point = new.insert(tx).await?;
            keep_contact_keys(tx, migrant.id).await?;
            let act = Act::new("contact_point.added").on(point.id).changed((), &point);
            act.record(tx, &actor, &mut migrant, now).await?;
            Ok((true, migrant.version, point))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/migrants/{}/contact-points/{}", id.0, point.id), version, point))
}

/// Edits a way to reach a person. `If-Match` is the file’s version.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("pid" = ContactPointId, Path), IfMatch),
    request_body = UpdateContactPoint, responses((status = 200, body = ContactPoint)))]
#[patch("/migrants/{id}/contact-points/{pid}")]
async fn update_contact_point(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, ContactPointId)>,
    if_match: IfMatch,
    body: Body<UpdateContactPoint>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (id, point_id) = ids.0;
    let now = app.now();
    let (version, point) = app
        .db
        .write(&actor, async |tx| {
            let mut migrant = Migrant::lock(tx, &actor, id).await?;
            let before = ContactPoint::find(tx, migrant.id, point_id).await?;
            view::check_version(tx, &actor, &app.vault, &migrant, if_match).await?;
            let setting = acts::setting(tx, &actor, &migrant, now).await?;
            let mut choices = Choices::new();
            let mut reading = Reading::of(migrant.id, &setting, &mut choices);
            let changes = body.into_inner().validate(&before, &mut reading);
            choices.check(tx).await?;
            let point = before.update(tx, &changes).await?;
            keep_contact_keys(tx, migrant.id).await?;
            let act = Act::new("contact_point.edited").on(point.id).changed(&before, &point);
            act.record(tx, &actor, &mut migrant, now).await?;
            Ok((migrant.version, point))
        })
        .await?;
    Ok(versioned(version, point))
}

/// Notes that a way to reach a person ceased to work. It still finds them.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("pid" = ContactPointId, Path)),
    request_body = EndPart, responses((status = 200, body = ContactPoint)))]
#[post("/migrants/{id}/contact-points/{pid}/end")]
async fn end_contact_point(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, ContactPointId)>,
    body: Body<EndPart>,
) -> Result<HttpResponse, Error> {
    let (migrant, point) = ending::end::<ContactPoint>(&app, &actor, ids.0, body).await?;
    Ok(versioned(migrant.version, point))
}
