//! `/bounces`: what became of mail that came back.

use actix_web::{HttpResponse, get, web};
use chrono::Days;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::BounceTally;
use crate::auth::{Actor, Permission};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::ok;

/// So many days are shown.
const DAYS: u64 = 30;

/// The operation of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(count_bounces);
}

#[derive(Debug, Serialize, ToSchema)]
struct BounceCounts {
    items: Vec<BounceTally>,
}

/// How many mails came back in the last 30 days and what was made of them, the newest day first. Many that are unknown
/// are forged, or sent by somebody else in our name.
#[utoipa::path(tag = "oversight", responses((status = 200, body = BounceCounts)))]
#[get("/bounces")]
async fn count_bounces(app: web::Data<App>, actor: Actor) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadNotices)?;
    let first = app.now().date_naive() - Days::new(DAYS);
    let items = app.db.read(&actor, async |conn| BounceTally::since(conn, first).await).await?;
    Ok(ok(BounceCounts { items }))
}
