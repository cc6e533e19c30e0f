//! `/agencies/import` and `/services/import`: who may, read the table, plan, write, answer.

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::import::{Report, import};
use super::services::import::{self as services, Report as ServiceReport};
use crate::auth::{Actor, Permission};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Query, ok};
use crate::platform::receipts::{self, Receipt};
use crate::platform::table::TableBody;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(import_agencies).service(import_services);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImportFilter {
    /// true writes; without it nothing is written and the answer says what would be.
    write: Option<bool>,
}

/// Takes agencies from a table with the columns of the list's CSV. An agency is known by `key`, or else by its mailbox;
/// asked again, nothing changes. A column that is not there is left as it is, an empty cell clears it.
#[utoipa::path(tag = "agencies", params(ImportFilter),
    request_body(content = String, content_type = "text/csv", description = "UTF-8 with commas or semicolons; the first line names the columns."),
    responses((status = 200, body = Report)))]
#[post("/agencies/import")]
async fn import_agencies(
    app: web::Data<App>,
    actor: Actor,
    asked: Query<ImportFilter>,
    body: TableBody,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let write = asked.0.write.unwrap_or(false);
    let now = app.now();
    let report = app
        .db
        .write(&actor, async |tx| {
            let mut write = write;
            if write {
                let id = uuid::Uuid::now_v7();
                let receipt =
                    receipts::claim(tx, actor.staff.0, "import_agencies", &body.asked, None, id).await?;
                // What was written before is found unchanged.
                write = receipt == Receipt::First;
            }
            import(tx, &actor, &body.table, write, now).await
        })
        .await?;
    Ok(ok(report))
}

/// Takes services from a table with the columns of the list's CSV. An agency is known by `agency_key`, or else by its name;
/// a service by its agency and its name. What the service notes by itself (`capacity_at`, `last_confirmed_on`, `stale`) is
/// left as it is, and so is how full it is. A column that is not there is left as it is, an empty cell clears it.
#[utoipa::path(tag = "agencies", params(ImportFilter),
    request_body(content = String, content_type = "text/csv", description = "UTF-8 with commas or semicolons; the first line names the columns."),
    responses((status = 200, body = ServiceReport)))]
#[post("/services/import")]
async fn import_services(
    app: web::Data<App>,
    actor: Actor,
    asked: Query<ImportFilter>,
    body: TableBody,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let write = asked.0.write.unwrap_or(false);
    let now = app.now();
    let report = app
        .db
        .write(&actor, async |tx| {
            let mut write = write;
            if write {
                let id = uuid::Uuid::now_v7();
                let receipt =
                    receipts::claim(tx, actor.staff.0, "import_services", &body.asked, None, id).await?;
                // What was written before is found unchanged.
                write = receipt == Receipt::First;
            }
            services::import(tx, &actor, &body.table, write, now).await
        })
        .await?;
    Ok(ok(report))
}
