//! What the desk does about the link to an entry: sends one now, takes all of them back.

use actix_web::{HttpResponse, delete, post, web};
use chrono::TimeDelta;
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::asking::ask;
use super::links::{promised_since, revoke};
use crate::agencies::model::{Agency, Service};
use crate::agencies::views::AgencyView;
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::AgencyId;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Path, versioned};
use crate::problems;

/// Asked twice within this, one mail is sent.
const ONE_WISH: TimeDelta = TimeDelta::minutes(1);

/// The operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(send_confirmation_link).service(revoke_confirmation_links);
}

/// Mails the agency a link by which it confirms or corrects its entry without an account. Links of earlier mails lead
/// nowhere once it has gone out. Asked again within a minute, it is sent once.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path)), responses((status = 200, body = AgencyView)))]
#[post("/agencies/{id}/confirmation-links")]
async fn send_confirmation_link(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let agency = Agency::lock(tx, id.0).await?;
            if agency.is_retired(now) {
                return Err((&problems::AGENCY_RETIRED).into());
            }
            if !promised_since(tx, agency.id, now - ONE_WISH).await? {
                let offered = Service::of_agencies(tx, &[agency.id], false).await?;
                let oldest = offered.iter().map(|service| service.last_confirmed_on).min().flatten();
                ask(tx, agency.id, oldest, now).await?.record(tx, &actor, now).await?;
            }
            AgencyView::read(tx, &actor, agency).await
        })
        .await?;
    Ok(versioned(view.version, view))
}

/// Takes back every link to the agency's entry. A later mail carries a new one.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path)), responses((status = 200, body = AgencyView)))]
#[delete("/agencies/{id}/confirmation-links")]
async fn revoke_confirmation_links(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let agency = Agency::lock(tx, id.0).await?;
            let count = revoke(tx, agency.id, Some(actor.staff), now).await?;
            let event = Event::new("confirmation_link.revoked").about("agency", agency.id);
            event.facts(json!({ "links": count })).record(tx, &actor, now).await?;
            AgencyView::read(tx, &actor, agency).await
        })
        .await?;
    Ok(versioned(view.version, view))
}
