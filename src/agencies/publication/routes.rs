//! `/agencies/{id}/publication`: who may, validate, write, answer.

use actix_web::{HttpResponse, get, put, web};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::rules::{AgencyPublication, PublishAgency};
use crate::agencies::model::{Agency, Service};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::{AgencyId, ServiceId};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Body, Path, ok};
use crate::problems;

/// The operations on what is published of an agency.
pub fn routes(config: &mut ServiceConfig) {
    config.service(show_publication).service(publish_agency);
}

/// What of an agency the whole world sees in the open directory.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path)), responses((status = 200, body = AgencyPublication)))]
#[get("/agencies/{id}/publication")]
async fn show_publication(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAgencies)?;
    let shown =
        app.db.read(&actor, async |conn| Agency::find(conn, id.0).await?.publication(conn).await).await?;
    Ok(ok(shown))
}

/// Shows an agency in the open directory, with as much of it as is named, or no more; for the agency itself and for those who
/// keep the directory. What was read there before cannot be called back.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path)), request_body = PublishAgency,
    responses((status = 200, body = AgencyPublication)))]
#[put("/agencies/{id}/publication")]
async fn publish_agency(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
    body: Body<PublishAgency>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies).or_else(|_| actor.require(Permission::KeepOwnEntry))?;
    let body = body.into_inner();
    let now = app.now();
    let shown = app
        .db
        .write(&actor, async |tx| {
            let agency = Agency::lock(tx, id.0).await?;
            if actor.agency.is_some_and(|own| own != agency.id) {
                return Err((&problems::FORBIDDEN).into());
            }
            let services = Service::of_agencies(tx, &[agency.id], true).await?;
            let services: Vec<ServiceId> = services.iter().map(|service| service.id).collect();
            let shown = body.validate(&services)?;
            agency.publish(tx, shown.as_ref(), now).await?;
            let action = if shown.is_some() { "agency.published" } else { "agency.unpublished" };
            let facts = json!({ "facts": shown.map(|shown| shown.facts) });
            Event::new(action).about("agency", agency.id).facts(facts).record(tx, &actor, now).await?;
            agency.publication(tx).await
        })
        .await?;
    Ok(ok(shown))
}
