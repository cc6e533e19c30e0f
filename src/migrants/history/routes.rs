//! `/migrants/{id}/history`: what changed in a file, when and by whom.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{self, Entry};
use crate::auth::{Actor, Permission};
use crate::ids::MigrantId;
use crate::migrants::acts;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Path, Query, ok};
use crate::platform::page::{self, Cursor, Page};

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(show_migrant_history);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryPage {
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// What changed in a file, newest first. Of restricted facts the values are told only to those who may read them.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), HistoryPage),
    responses((status = 200, body = Page<Entry>)))]
#[get("/migrants/{id}/history")]
async fn show_migrant_history(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
    query: Query<HistoryPage>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let (limit, after) = (page::limit(query.0.limit)?, Cursor::read(query.0.after.as_deref())?);
    let now = app.now();
    let page = app
        .db
        .write(&actor, async |tx| {
            let migrant = acts::read(tx, &actor, id.0, "migrant.history_read", now).await?;
            model::page(tx, &actor, &migrant, after, limit).await
        })
        .await?;
    Ok(ok(page))
}
