//! `/migrants/{id}/consents`: what a person agreed to. Taking one back is among the referrals, which it stops.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::Consent;
use super::rules::GiveConsent;
use crate::auth::{Actor, Permission};
use crate::ids::{ConsentId, MigrantId};
use crate::migrants::acts::{self, Act};
use crate::migrants::model::Migrant;
use crate::migrants::reading::Reading;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Body, Path, created, versioned};
use crate::platform::page::Page;
use crate::platform::receipts::{self, Receipt};
use crate::reference::choices::Choices;

/// The operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_consents).service(give_consent);
}

/// What a person agreed to, newest first, withdrawn ones too.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)), responses((status = 200, body = Page<Consent>)))]
#[get("/migrants/{id}/consents")]
async fn list_consents(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let now = app.now();
    let (version, items) = app
        .db
        .write(&actor, async |tx| {
            let migrant = acts::read(tx, &actor, id.0, "consents.read", now).await?;
            Ok((migrant.version, Consent::of(tx, migrant.id).await?))
        })
        .await?;
    Ok(versioned(version, Page { items, next: None }))
}

/// Writes down what a person agreed to.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)), request_body = GiveConsent,
    responses((status = 201, body = Consent), (status = 200, body = Consent, description = "Made by an earlier try.")))]
#[post("/migrants/{id}/consents")]
async fn give_consent(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
    body: Body<GiveConsent>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (mut body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let consent_id = *body.id.get_or_insert_with(ConsentId::new);
    let now = app.now();
    let (first, version, consent) = app
        .db
        .write(&actor, async |tx| {
            let staff = actor.staff.0;
            let mut migrant = Migrant::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, staff, "give_consent", &asked, client_id, consent_id.0).await?;
            if let Receipt::Again(known) = receipt {
                let consent = Consent::find(tx, migrant.id, ConsentId(known)).await?;
                return Ok((false, migrant.version, consent));
            }
            let setting = acts::setting(tx, &actor, &migrant, now).await?;
            let mut choices = Choices::new();
            let new = body.validate(&mut Reading::of(migrant.id, &setting, &mut choices));
            choices.check(tx).await?;
            let consent = new.insert(tx).await?;
            Act::new("consent.given")
                .on(consent.id)
                .changed((), &consent)
                .facts(json!({ "purpose": consent.purpose }))
                .record(tx, &actor, &mut migrant, now)
                .await?;
            Ok((true, migrant.version, consent))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/migrants/{}", consent.migrant_id), version, consent))
}
