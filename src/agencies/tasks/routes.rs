//! `/agency-tasks`: who may, read or end, answer.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{AgencyTask, Wanted};
use super::rules::{AgencyTaskStatus, Verb, allowed};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::{AgencyId, AgencyTaskId};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{IfMatch, Path, Query, ok, versioned};
use crate::platform::page::{self, Cursor, Page};
use crate::problems;

/// The operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_agency_tasks).service(finish_agency_task).service(drop_agency_task);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AgencyTaskFilter {
    /// Standing so; open without one.
    #[param(inline)]
    status: Option<AgencyTaskStatus>,
    /// About this agency.
    agency: Option<AgencyId>,
    /// Only mine.
    mine: Option<bool>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// A task about an agency, and what you may do with it.
#[derive(Debug, Serialize, ToSchema)]
struct AgencyTaskView {
    #[serde(flatten)]
    task: AgencyTask,
    /// What you may do with it now.
    allowed: Vec<Verb>,
}

impl From<AgencyTask> for AgencyTaskView {
    fn from(task: AgencyTask) -> AgencyTaskView {
        AgencyTaskView { allowed: allowed(task.status), task }
    }
}

/// What is to be done about agencies, the soonest first: calls where mail does not arrive, corrections they asked for.
#[utoipa::path(tag = "agencies", params(AgencyTaskFilter), responses((status = 200, body = Page<AgencyTaskView>)))]
#[get("/agency-tasks")]
async fn list_agency_tasks(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<AgencyTaskFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let Query(filter) = filter;
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let wanted = Wanted {
        status: filter.status.unwrap_or(AgencyTaskStatus::Open),
        agency: filter.agency,
        owner: filter.mine.unwrap_or(false).then_some(actor.staff),
    };
    let page = app.db.read(&actor, async |conn| AgencyTask::page(conn, &wanted, after, limit).await).await?;
    Ok(ok(page.map(AgencyTaskView::from)))
}

/// Says that a task about an agency is done.
#[utoipa::path(tag = "agencies", params(("id" = AgencyTaskId, Path), IfMatch),
    responses((status = 200, body = AgencyTaskView)))]
#[post("/agency-tasks/{id}/done")]
async fn finish_agency_task(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyTaskId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Error> {
    end(&app, &actor, id.0, if_match, AgencyTaskStatus::Done).await
}

/// Says that a task about an agency is not wanted any more.
#[utoipa::path(tag = "agencies", params(("id" = AgencyTaskId, Path), IfMatch),
    responses((status = 200, body = AgencyTaskView)))]
#[post("/agency-tasks/{id}/drop")]
async fn drop_agency_task(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyTaskId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Error> {
    end(&app, &actor, id.0, if_match, AgencyTaskStatus::Dropped).await
}

/// Ends a task. One that stands so already is left as it is.
async fn end(
    app: &App,
    actor: &Actor,
    id: AgencyTaskId,
    if_match: IfMatch,
    status: AgencyTaskStatus,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let now = app.now();
    let action = if status == AgencyTaskStatus::Done { "agency.task_done" } else { "agency.task_dropped" };
    let task = app
        .db
        .write(actor, async |tx| {
            let task = AgencyTask::lock(tx, id).await?;
            if task.status == status {
                return Ok(task);
            }
            if_match.check(task.version, AgencyTaskView::from(task.clone()))?;
            if task.status != AgencyTaskStatus::Open {
                return Err((&problems::TASK_ENDED).into());
            }
            let task = task.end(tx, status, actor.staff, now).await?;
            let event = Event::new(action).about("agency", task.agency_id);
            event.facts(json!({ "task": task.id, "kind": task.kind })).record(tx, actor, now).await?;
            Ok(task)
        })
        .await?;
    Ok(versioned(task.version, AgencyTaskView::from(task)))
}
