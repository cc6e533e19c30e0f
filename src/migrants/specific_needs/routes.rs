//! `/migrants/{id}/specific-needs`: vulnerabilities. Of restricted ones others learn that there is one, not which.

use actix_web::{HttpResponse, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{SpecificNeed, SpecificNeedView};
use super::rules::{AddSpecificNeed, CorrectSpecificNeed, known_once};
use crate::auth::{Actor, Permission};
use crate::ids::{MigrantId, SpecificNeedId};
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
        .service(list_specific_needs)
        .service(add_specific_need)
        .service(correct_specific_need)
        .service(end_specific_need);
}

/// The vulnerabilities of a person, newest first.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)),
    responses((status = 200, body = Page<SpecificNeedView>)))]
#[get("/migrants/{id}/specific-needs")]
async fn list_specific_needs(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let now = app.now();
    let (version, items) = app
        .db
        .write(&actor, async |tx| {
            let migrant = acts::read(tx, &actor, id.0, "specific_needs.read", now).await?;
            Ok((migrant.version, SpecificNeedView::of(tx, &actor, migrant.id).await?))
        })
        .await?;
    Ok(versioned(version, Page { items, next: None }))
}

/// Writes down a vulnerability. Whether it is restricted is decided by its code.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)), request_body = AddSpecificNeed,
    responses((status = 201, body = SpecificNeedView), (status = 200, body = SpecificNeedView, description = "Made by an earlier try.")))]
#[post("/migrants/{id}/specific-needs")]
async fn add_specific_need(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
    body: Body<AddSpecificNeed>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (mut body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let new_id = body.id.get_or_insert_with(SpecificNeedId::new).0;
    let now = app.now();
    let (first, version, need) = app
        .db
        .write(&actor, async |tx| {
            let mut migrant = Migrant::lock(tx, &actor, id.0).await?;
            let staff = actor.staff.0;
            let receipt = receipts::claim(tx, staff, "add_specific_need", &asked, client_id, new_id).await?;
            if let Receipt::Again(known) = receipt {
                let need = SpecificNeed::find(tx, migrant.id, SpecificNeedId(known)).await?;
                return Ok((false, migrant.version, need.seen_by(tx, &actor, migrant.id).await?));
            }
            let setting = acts::setting(tx, &actor, &migrant, now).await?;
            let mut choices = Choices::new();
            let mut reading = Reading::of(migrant.id, &setting, &mut choices);
            let new = body.validate(&mut reading);
            let readable = SpecificNeed::readable(tx, &actor, migrant.id).await?;
            known_once(&readable, new.id, &new.code, &mut reading);
            choices.check(tx).await?;
            let need = new.insert(tx).await?;
            Act::new("specific_need.added")
                .on(need.id)
                .changed((), &need)
                .restrict("code", need.restricted)
                .record(tx, &actor, &mut migrant, now)
                .await?;
            Ok((true, migrant.version, need.seen_by(tx, &actor, migrant.id).await?))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/migrants/{}/specific-needs/{}", id.0, need.id), version, need))
}

/// Corrects what was written down wrongly; the history keeps both. `If-Match` is the file’s version.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("nid" = SpecificNeedId, Path), IfMatch),
    request_body = CorrectSpecificNeed, responses((status = 200, body = SpecificNeedView)))]
#[patch("/migrants/{id}/specific-needs/{nid}")]
async fn correct_specific_need(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, SpecificNeedId)>,
    if_match: IfMatch,
    body: Body<CorrectSpecificNeed>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (id, need_id) = ids.0;
    let now = app.now();
    let (version, need) = app
        .db
        .write(&actor, async |tx| {
            let mut migrant = Migrant::lock(tx, &actor, id).await?;
            let before = SpecificNeed::find(tx, migrant.id, need_id).await?;
            before.require_known(tx, &actor, migrant.id).await?;
            view::check_version(tx, &actor, &app.vault, &migrant, if_match).await?;
            let setting = acts::setting(tx, &actor, &migrant, now).await?;
            let mut choices = Choices::new();
            let mut reading = Reading::of(migrant.id, &setting, &mut choices);
            let changes = body.into_inner().validate(&before, &mut reading);
            let readable = SpecificNeed::readable(tx, &actor, migrant.id).await?;
            known_once(&readable, before.id, changes.code.as_ref().unwrap_or(&before.code), &mut reading);
            choices.check(tx).await?;
            let need = before.correct(tx, &changes).await?;
            Act::new("specific_need.corrected")
                .on(need.id)
                .changed(&before, &need)
                .restrict("code", need.restricted || before.restricted)
                .record(tx, &actor, &mut migrant, now)
                .await?;
            Ok((migrant.version, need.seen_by(tx, &actor, migrant.id).await?))
        })
        .await?;
    Ok(versioned(version, need))
}

/// Ends a vulnerability: it is no longer true.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("nid" = SpecificNeedId, Path)),
    request_body = EndPart, responses((status = 200, body = SpecificNeedView)))]
#[post("/migrants/{id}/specific-needs/{nid}/end")]
async fn end_specific_need(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, SpecificNeedId)>,
    body: Body<EndPart>,
) -> Result<HttpResponse, Error> {
    let (migrant, need) = ending::end::<SpecificNeed>(&app, &actor, ids.0, body).await?;
    // Whoever may end it may read it.
    Ok(versioned(migrant.version, SpecificNeedView::shown(need, true)))
}
