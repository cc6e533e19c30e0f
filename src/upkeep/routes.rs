//! `/jobs`: who may, write, answer.

use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{self, JobView};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::JobId;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Path, Query, ok};
use crate::platform::page::{self, Cursor, Page};
use crate::problems;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_jobs).service(retry_job);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct JobFilter {
    /// Only those given up, or only the others.
    failed: Option<bool>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// Background work that is not done yet, newest first.
#[utoipa::path(tag = "oversight", params(JobFilter), responses((status = 200, body = Page<JobView>)))]
#[get("/jobs")]
async fn list_jobs(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<JobFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageJobs)?;
    let Query(filter) = filter;
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let page = app.db.read(&actor, async |conn| model::page(conn, filter.failed, after, limit).await).await?;
    Ok(ok(page))
}

/// Tries failed work again.
#[utoipa::path(tag = "oversight", params(("id" = JobId, Path)), responses((status = 200, body = JobView)))]
#[post("/jobs/{id}/retry")]
async fn retry_job(app: web::Data<App>, actor: Actor, id: Path<JobId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageJobs)?;
    let now = app.now();
    let job = app
        .db
        .write(&actor, async |tx| {
            let job = model::lock(tx, id.0).await?;
            if job.failed_at.is_none() {
                return Err((&problems::JOB_NOT_FAILED).into());
            }
            let event = Event::new("job.retried").about("job", job.id);
            event.facts(json!({ "name": job.name })).record(tx, &actor, now).await?;
            model::try_again(tx, job.id, now).await
        })
        .await?;
    Ok(ok(job))
}
