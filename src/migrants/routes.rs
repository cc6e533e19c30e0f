//! `/migrants`: registration and the file.

use actix_web::{HttpResponse, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::acts::{self, Act};
use super::intake::register;
use super::intake::rules::RegisterMigrant;
use super::model::{Migrant, reads_restricted};
use super::reading::Reading;
use super::rules::UpdateMigrant;
use super::view::{self, MigrantFile};
use crate::auth::{Actor, Permission};
use crate::ids::MigrantId;
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Body, IfMatch, Path, created, versioned};
use crate::platform::receipts::{self, Receipt};
use crate::reference::choices::Choices;

/// The operations on a file as a whole.
pub fn routes(config: &mut ServiceConfig) {
    config.service(register_migrant).service(show_migrant).service(update_migrant);
}

/// Registers a person, with all that is known at intake, in one call.
#[utoipa::path(tag = "migrants", request_body = RegisterMigrant,
    responses((status = 201, body = MigrantFile), (status = 200, body = MigrantFile, description = "Made by an earlier try.")))]
#[post("/migrants")]
async fn register_migrant(
    app: web::Data<App>,
    actor: Actor,
    body: Body<RegisterMigrant>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (mut body, asked) = body.into_parts();
    actor.require_office(body.office_id)?;
    let client_id = body.id.map(|id| id.0);
    let id = *body.id.get_or_insert_with(MigrantId::new);
    let now = app.now();
    let (first, file) = app
        .db
        .write(&actor, async |tx| {
            let staff = actor.staff.0;
            let receipt = receipts::claim(tx, staff, "register_migrant", &asked, client_id, id.0).await?;
            if let Receipt::Again(id) = receipt {
                let migrant = Migrant::find(tx, &actor, MigrantId(id)).await?;
                return Ok((false, view::whole(tx, &actor, &app.vault, migrant).await?));
            }
            let office = Office::find(tx, body.office_id).await?;
            let migrant = register(tx, (&actor, &app.vault), &office, body, None, now).await?;
            Ok((true, view::whole(tx, &actor, &app.vault, migrant).await?))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/migrants/{}", file.id), file.version, file))
}

/// A person's whole file. Reading it leaves a trace.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)), responses((status = 200, body = MigrantFile)))]
#[get("/migrants/{id}")]
async fn show_migrant(app: web::Data<App>, actor: Actor, id: Path<MigrantId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let now = app.now();
    let file = app
        .db
        .write(&actor, async |tx| {
            let migrant = acts::read(tx, &actor, id.0, "migrant.read", now).await?;
            view::whole(tx, &actor, &app.vault, migrant).await
        })
        .await?;
    Ok(versioned(file.version, file))
}

/// Edits a person's file.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), IfMatch), request_body = UpdateMigrant,
    responses((status = 200, body = MigrantFile)))]
#[patch("/migrants/{id}")]
async fn update_migrant(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
    if_match: IfMatch,
    body: Body<UpdateMigrant>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let body = body.into_inner();
    let now = app.now();
    let file = app
        .db
        .write(&actor, async |tx| {
            let before = Migrant::lock(tx, &actor, id.0).await?;
            view::check_version(tx, &actor, &app.vault, &before, if_match).await?;
            let setting = acts::setting(tx, &actor, &before, now).await?;
            let reads = reads_restricted(tx, &actor, before.id).await?;
            let mut choices = Choices::new();
            let changes = body.validate(&before, reads, &mut Reading::of(before.id, &setting, &mut choices));
            choices.check(tx).await?;
            let mut migrant = before.update(tx, &changes).await?;
            Act::new("migrant.edited")
                .changed(before.facts(), migrant.facts())
                .restrict("stay_status", true)
                .record(tx, &actor, &mut migrant, now)
                .await?;
            view::whole(tx, &actor, &app.vault, migrant).await
        })
        .await?;
    Ok(versioned(file.version, file))
}
