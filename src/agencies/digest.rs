//! `/agencies/{id}/digest`: whether an agency wants its mail at once or once a day.

use actix_web::{HttpResponse, put, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::Agency;
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::AgencyId;
use crate::platform::app::App;
use crate::platform::error::{Error, field};
use crate::platform::http::{Body, IfMatch, Path, versioned};
use crate::problems;

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(choose_digest);
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChooseDigest {
    /// The hour of the day, 0 to 23, on the agency's clock; null for each mail at once.
    #[schema(example = 8)]
    hour: Option<i16>,
}

/// When an agency gets its mail.
#[derive(Debug, Serialize, ToSchema)]
struct AgencyDigest {
    /// The agency.
    agency_id: AgencyId,
    /// The hour of the day on its clock; null for each mail at once.
    hour: Option<i16>,
    /// Counts edits of the agency; send it as If-Match.
    version: i32,
}

impl From<&Agency> for AgencyDigest {
    fn from(agency: &Agency) -> AgencyDigest {
        AgencyDigest { agency_id: agency.id, hour: agency.digest_hour, version: agency.version }
    }
}

/// Chooses one mail a day, at an hour of the agency's clock, instead of one for each new referral; for the agency itself
/// and for those who keep the directory. What is an emergency or urgent, and what stops or corrects a referral, always
/// goes at once.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path), IfMatch), request_body = ChooseDigest,
    responses((status = 200, body = AgencyDigest)))]
#[put("/agencies/{id}/digest")]
async fn choose_digest(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
    if_match: IfMatch,
    body: Body<ChooseDigest>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies).or_else(|_| actor.require(Permission::KeepOwnEntry))?;
    let hour = body.into_inner().hour;
    if hour.is_some_and(|hour| !(0..24).contains(&hour)) {
        return Err(field("hour", "out_of_range", "From 0 to 23."));
    }
    let now = app.now();
    let agency = app
        .db
        .write(&actor, async |tx| {
            let agency = Agency::lock(tx, id.0).await?;
            if actor.agency.is_some_and(|own| own != agency.id) {
                return Err((&problems::FORBIDDEN).into());
            }
            if_match.check(agency.version, AgencyDigest::from(&agency))?;
            let agency = agency.set_digest_hour(tx, hour, now).await?;
            let event = Event::new("agency.digest_chosen").about("agency", agency.id);
            event.facts(json!({ "hour": hour })).record(tx, &actor, now).await?;
            Ok(agency)
        })
        .await?;
    Ok(versioned(agency.version, AgencyDigest::from(&agency)))
}
