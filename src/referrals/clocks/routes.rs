//! `/settings/clocks`: how long each step of a referral may take.

use actix_web::{HttpResponse, get, patch, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::ClockSettings;
use super::rules::UpdateClocks;
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Body, IfMatch, Path, ok, versioned};
use crate::problems;
use crate::referrals::Priority;

/// The operations on clocks.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_clocks).service(update_clocks);
}

#[derive(Debug, Serialize, ToSchema)]
struct ClocksOfPriorities {
    items: Vec<ClockSettings>,
}

/// How long each step of a referral may take, by priority.
#[utoipa::path(tag = "referrals", responses((status = 200, body = ClocksOfPriorities)))]
#[get("/settings/clocks")]
async fn list_clocks(app: web::Data<App>, actor: Actor) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReference)?;
    let items = app.db.read(&actor, async |conn| ClockSettings::list(conn).await).await?;
    Ok(ok(ClocksOfPriorities { items }))
}

/// Changes how long steps may take. Referrals that were sent keep the moments they were given.
#[utoipa::path(tag = "referrals", params(("priority" = Priority, Path), IfMatch), request_body = UpdateClocks,
    responses((status = 200, body = ClockSettings)))]
#[patch("/settings/clocks/{priority}")]
async fn update_clocks(
    app: web::Data<App>,
    actor: Actor,
    priority: Path<String>,
    if_match: IfMatch,
    body: Body<UpdateClocks>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageSettings)?;
    let priority: Priority = priority.0.parse().map_err(|_| Error::from(&problems::NOT_FOUND))?;
    let body = body.into_inner();
    let now = app.now();
    let settings = app
        .db
        .write(&actor, async |tx| {
            let before = ClockSettings::lock(tx, priority).await?;
            if_match.check(before.version, &before)?;
            let changes = body.validate(&before)?;
            let after = before.update(tx, &changes, now).await?;
            let facts = json!({ "priority": priority, "before": before, "after": after });
            Event::new("clocks.edited").facts(facts).record(tx, &actor, now).await?;
            Ok(after)
        })
        .await?;
    Ok(versioned(settings.version, settings))
}
