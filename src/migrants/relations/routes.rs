//! `/migrants/{id}/relations`: family and household. A relation stands in both files, and changes both.

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Relation, RelationView};
use super::rules::{RelateMigrant, UpdateRelation};
use crate::auth::{Actor, Permission};
use crate::ids::{MigrantId, RelationId};
use crate::migrants::acts::{self, Act};
use crate::migrants::ending::EndPart;
use crate::migrants::model::Migrant;
use crate::migrants::reading::Reading;
use crate::migrants::view;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::{Body, IfMatch, Path, created, versioned};
use crate::platform::page::Page;
use crate::platform::receipts::{self, Receipt};
use crate::problems;
use crate::reference::choices::Choices;

/// The operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_relations).service(relate).service(update_relation).service(end_relation);
}

/// Who belongs to a person, seen from their file. Persons the one who asks may not see are left out.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)),
    responses((status = 200, body = Page<RelationView>)))]
#[get("/migrants/{id}/relations")]
async fn list_relations(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let now = app.now();
    let (version, items) = app
        .db
        .write(&actor, async |tx| {
            let migrant = acts::read(tx, &actor, id.0, "relations.read", now).await?;
            Ok((migrant.version, Relation::views(tx, &actor, migrant.id).await?))
        })
        .await?;
    Ok(versioned(version, Page { items, next: None }))
}

/// Writes down how a person and another belong together; it stands in both files.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)), request_body = RelateMigrant,
    responses((status = 201, body = RelationView), (status = 200, body = RelationView, description = "Made by an earlier try.")))]
#[post("/migrants/{id}/relations")]
async fn relate(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
    body: Body<RelateMigrant>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (body, asked) = body.into_parts();
    let (client_id, new_id) = (body.id.map(|id| id.0), body.id.unwrap_or_else(RelationId::new));
    let now = app.now();
    let (first, version, relation) = app
        .db
        .write(&actor, async |tx| {
            let (migrant, other) = Migrant::lock_two(tx, &actor, id.0, body.other_id).await?;
            let staff = actor.staff.0;
            let receipt = receipts::claim(tx, staff, "relate", &asked, client_id, new_id.0).await?;
            if let Receipt::Again(known) = receipt {
                let (relation, [migrant, other]) =
                    Relation::lock(tx, &actor, migrant.id, RelationId(known)).await?;
                return Ok((false, migrant.version, relation.view(migrant.id, other.name())));
            }
            let setting = acts::setting(tx, &actor, &migrant, now).await?;
            let mut choices = Choices::new();
            let mut reading = Reading::of(migrant.id, &setting, &mut choices);
            let new = body.validate(new_id, other.is_some(), &mut reading);
            choices.check(tx).await?;
            let mut files = [migrant, other.ok_or(&problems::NOT_FOUND)?];
            let relation = new.insert(tx).await?;
            record(tx, &actor, "relation.added", &mut files, (None, &relation), now).await?;
            Ok((true, files[0].version, relation.view(files[0].id, files[1].name())))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/migrants/{}/relations/{}", id.0, relation.id), version, relation))
}

/// Edits a relation, as said in this file. `If-Match` is this file’s version.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("rid" = RelationId, Path), IfMatch),
    request_body = UpdateRelation, responses((status = 200, body = RelationView)))]
#[patch("/migrants/{id}/relations/{rid}")]
async fn update_relation(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, RelationId)>,
    if_match: IfMatch,
    body: Body<UpdateRelation>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (id, relation_id) = ids.0;
    let now = app.now();
    let (version, relation) = app
        .db
        .write(&actor, async |tx| {
            let (before, mut files) = Relation::lock(tx, &actor, id, relation_id).await?;
            view::check_version(tx, &actor, &app.vault, &files[0], if_match).await?;
            let setting = acts::setting(tx, &actor, &files[0], now).await?;
            let mut choices = Choices::new();
            let changed = body.into_inner().validate(&before, &mut Reading::of(id, &setting, &mut choices));
            choices.check(tx).await?;
            let relation = changed.update(tx).await?;
            record(tx, &actor, "relation.edited", &mut files, (Some(&before), &relation), now).await?;
            Ok((files[0].version, relation.view(id, files[1].name())))
        })
        .await?;
    Ok(versioned(version, relation))
}

/// Ends a relation: it is no longer true.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("rid" = RelationId, Path)),
    request_body = EndPart, responses((status = 200, body = RelationView)))]
#[post("/migrants/{id}/relations/{rid}/end")]
async fn end_relation(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, RelationId)>,
    body: Body<EndPart>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (id, relation_id) = ids.0;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let (version, relation) = app
        .db
        .write(&actor, async |tx| {
            let (before, mut files) = Relation::lock(tx, &actor, id, relation_id).await?;
            let staff = actor.staff.0;
            let receipt = receipts::claim(tx, staff, "relation.ended", &asked, None, relation_id.0).await?;
            let setting = acts::setting(tx, &actor, &files[0], now).await?;
            let first = receipt == Receipt::First;
            let day = if first { body.day((None, before.ended_on), setting.today)? } else { None };
            let Some(day) = day else { return Ok((files[0].version, before.view(id, files[1].name()))) };
            let relation = Relation { ended_on: Some(day), ..before.clone() }.update(tx).await?;
            record(tx, &actor, "relation.ended", &mut files, (Some(&before), &relation), now).await?;
            Ok((files[0].version, relation.view(id, files[1].name())))
        })
        .await?;
    Ok(versioned(version, relation))
}

/// Writes an act on a relation into the history of both files, in the words of each.
async fn record(
    tx: &mut Conn,
    actor: &Actor,
    kind: &'static str,
    files: &mut [Migrant; 2],
    (before, after): (Option<&Relation>, &Relation),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for file in files {
        let before = before.map(|relation| relation.side(file.id));
        let act = Act::new(kind).on(after.id).changed(before, after.side(file.id));
        act.record(tx, actor, file, now).await?;
    }
    Ok(())
}
