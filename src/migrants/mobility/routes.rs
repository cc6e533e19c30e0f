//! `/migrants/{id}/mobility`: as what a person moved, and from when until when. Several categories may hold at once.

use actix_web::{HttpResponse, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::MobilityPeriod;
use super::rules::{AddMobility, CorrectMobility, Span, no_overlap};
use crate::auth::{Actor, Permission};
use crate::ids::{MigrantId, MobilityPeriodId};
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
    config.service(list_mobility).service(add_mobility).service(correct_mobility).service(end_mobility);
}

/// The mobility categories of a person and the days they hold, newest first.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)),
    responses((status = 200, body = Page<MobilityPeriod>)))]
#[get("/migrants/{id}/mobility")]
async fn list_mobility(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let now = app.now();
    let (version, items) = app
        .db
        .write(&actor, async |tx| {
            let migrant = acts::read(tx, &actor, id.0, "mobility.read", now).await?;
            Ok((migrant.version, MobilityPeriod::of(tx, migrant.id).await?))
        })
        .await?;
    Ok(versioned(version, Page { items, next: None }))
}

/// Adds a category from a day on, beside those that hold. What it takes the place of is ended by its own operation.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)), request_body = AddMobility,
    responses((status = 201, body = MobilityPeriod), (status = 200, body = MobilityPeriod, description = "Made by an earlier try.")))]
#[post("/migrants/{id}/mobility")]
async fn add_mobility(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
    body: Body<AddMobility>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (mut body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let new_id = body.id.get_or_insert_with(MobilityPeriodId::new).0;
    let now = app.now();
    let (first, version, period) = app
        .db
        .write(&actor, async |tx| {
            let mut migrant = Migrant::lock(tx, &actor, id.0).await?;
            let staff = actor.staff.0;
            let receipt = receipts::claim(tx, staff, "add_mobility", &asked, client_id, new_id).await?;
            if let Receipt::Again(known) = receipt {
                let period = MobilityPeriod::find(tx, migrant.id, MobilityPeriodId(known)).await?;
                return Ok((false, migrant.version, period));
            }
            let setting = acts::setting(tx, &actor, &migrant, now).await?;
            let mut choices = Choices::new();
            let mut reading = Reading::of(migrant.id, &setting, &mut choices);
            let new = body.validate(&mut reading);
            no_overlap(&MobilityPeriod::spans(tx, migrant.id).await?, &new.span(), &mut reading);
            choices.check(tx).await?;
            let period = new.insert(tx).await?;
            let act = Act::new("mobility.added").on(period.id).changed((), &period);
            act.record(tx, &actor, &mut migrant, now).await?;
            Ok((true, migrant.version, period))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/migrants/{}/mobility/{}", id.0, period.id), version, period))
}

/// Corrects what was written down wrongly; the history keeps both. A category that never held gets its first day as its
/// end, and holds on no day. `If-Match` is the file’s version.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("mid" = MobilityPeriodId, Path), IfMatch),
    request_body = CorrectMobility, responses((status = 200, body = MobilityPeriod)))]
#[patch("/migrants/{id}/mobility/{mid}")]
async fn correct_mobility(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, MobilityPeriodId)>,
    if_match: IfMatch,
    body: Body<CorrectMobility>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (id, period_id) = ids.0;
    let now = app.now();
    let (version, period) = app
        .db
        .write(&actor, async |tx| {
            let mut migrant = Migrant::lock(tx, &actor, id).await?;
            let before = MobilityPeriod::find(tx, migrant.id, period_id).await?;
            view::check_version(tx, &actor, &app.vault, &migrant, if_match).await?;
            let setting = acts::setting(tx, &actor, &migrant, now).await?;
            let mut choices = Choices::new();
            let mut reading = Reading::of(migrant.id, &setting, &mut choices);
            let changes = body.into_inner().validate(&before, &mut reading);
            let spans = MobilityPeriod::spans(tx, migrant.id).await?;
            no_overlap(&spans, &Span::after(&before, &changes), &mut reading);
            choices.check(tx).await?;
            let period = before.correct(tx, &changes).await?;
            let act = Act::new("mobility.corrected").on(period.id).changed(&before, &period);
            act.record(tx, &actor, &mut migrant, now).await?;
            Ok((migrant.version, period))
        })
        .await?;
    Ok(versioned(version, period))
}

/// Ends a category: the world changed. What was wrong from the beginning is corrected instead.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("mid" = MobilityPeriodId, Path)),
    request_body = EndPart, responses((status = 200, body = MobilityPeriod)))]
#[post("/migrants/{id}/mobility/{mid}/end")]
async fn end_mobility(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, MobilityPeriodId)>,
    body: Body<EndPart>,
) -> Result<HttpResponse, Error> {
    let (migrant, period) = ending::end::<MobilityPeriod>(&app, &actor, ids.0, body).await?;
    Ok(versioned(migrant.version, period))
}
