//! `/agencies/{id}/holidays`: who may, validate, write, answer.

use actix_web::{HttpResponse, get, put, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::agencies::model::Agency;
use crate::agencies::rules::sees_whole;
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::AgencyId;
use crate::offices::rules::{Holiday, check_holidays};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Body, Path, ok};
use crate::problems;

/// The operations on agencies' holidays.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_agency_holidays).service(set_agency_holidays);
}

#[derive(Debug, Serialize, ToSchema)]
struct AgencyHolidays {
    items: Vec<Holiday>,
}

/// The days an agency is closed. Where it has told none ahead, clocks take those of the office that refers.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path)), responses((status = 200, body = AgencyHolidays)))]
#[get("/agencies/{id}/holidays")]
async fn list_agency_holidays(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAgencies)?;
    let items =
        app.db.read(&actor, async |conn| Agency::find(conn, id.0).await?.holidays(conn).await).await?;
    Ok(ok(AgencyHolidays { items }))
}

/// Replaces the days an agency is closed: by a manager, or by the agency itself.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path)), request_body = Vec<Holiday>,
    responses((status = 200, body = AgencyHolidays)))]
#[put("/agencies/{id}/holidays")]
async fn set_agency_holidays(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
    body: Body<Vec<Holiday>>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies).or_else(|_| actor.require(Permission::KeepOwnEntry))?;
    let days = check_holidays(body.into_inner())?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let agency = Agency::lock(tx, id.0).await?;
            if !sees_whole(&actor, agency.id) {
                return Err((&problems::FORBIDDEN).into());
            }
            agency.set_holidays(tx, &days).await?;
            let event = Event::new("agency.holidays_set").about("agency", agency.id);
            event.facts(json!({ "days": days.len() })).record(tx, &actor, now).await?;
            agency.holidays(tx).await
        })
        .await?;
    Ok(ok(AgencyHolidays { items }))
}
