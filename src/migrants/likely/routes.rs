//! `/migrants/matches`: who might this be?

use actix_web::{HttpResponse, post, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{MigrantMatch, offices_to_ask};
use super::rules::Description;
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::OfficeId;
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Body, ok};
use crate::platform::jobs::System;

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(match_migrants);
}

/// Who this might be.
#[derive(Debug, Serialize, ToSchema)]
struct Matches {
    /// Files the one who asks may see, likeliest first. Nothing is merged.
    items: Vec<MigrantMatch>,
    /// Offices that may know the person: ask them. Nothing of their file is told.
    known_elsewhere: Vec<OfficeId>,
}

/// Who might this be? Asked before a record is made; a person decides, nothing merges by itself.
#[utoipa::path(tag = "migrants", request_body = Description, responses((status = 200, body = Matches)))]
#[post("/migrants/matches")]
async fn match_migrants(
    app: web::Data<App>,
    actor: Actor,
    body: Body<Description>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let now = app.now();
    let offices = app.db.read(&actor, async |conn| Office::among(conn, &actor.offices).await).await?;
    let sought = body.into_inner().validate(&offices, now)?;
    // As the system, because the answer is about files the actor may not see; only their offices leave it.
    let anywhere = app.db.read(&System, async |conn| sought.anywhere(conn, &app.vault).await).await?;
    let matches = app
        .db
        .write(&actor, async |tx| {
            let items = sought.among_own(tx, &actor, &app.vault).await?;
            let known_elsewhere = offices_to_ask(tx, &actor, &anywhere).await?;
            let facts = json!({ "found": items.len(), "known_elsewhere": known_elsewhere });
            let mut event = Event::new("migrants.matched").facts(facts);
            if let Some(office) = actor.offices.first() {
                event = event.at(*office);
            }
            event.record(tx, &actor, now).await?;
            Ok(Matches { items, known_elsewhere })
        })
        .await?;
    Ok(ok(matches))
}
