//! Tasks: the lists people work from, and planning, editing and ending them.

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{NewTask, Task, TaskChanges, TaskLine, create};
use super::rules::{self, PlanTask, TaskKind, TaskStatus, TaskView, UpdateTask};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::acts::Act;
use crate::cases::checks;
use crate::cases::model::Case;
use crate::ids::{CaseId, OfficeId, StaffId, TaskId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Asked, Body, IfMatch, Path, Query, created, ok, versioned};
use crate::platform::page::{self, Cursor, Page};
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate::{self, LINE};
use crate::staff::model::Staff;

/// The operations on tasks.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_tasks)
        .service(list_tasks_of_case)
        .service(plan_task)
        .service(update_task)
        .service(finish_task)
        .service(drop_task);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TaskFilter {
    /// Which list; mine without one.
    #[param(inline)]
    view: Option<TaskView>,
    /// On cases of this office.
    office: Option<OfficeId>,
    /// How many; 50 without, 200 at most.
    limit: Option<i64>,
    /// Where the page begins.
    after: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TasksOfCase {
    items: Vec<TaskLine>,
}

/// Open tasks of visible cases, the soonest first.
#[utoipa::path(tag = "cases", params(TaskFilter), responses((status = 200, body = Page<TaskLine>)))]
#[get("/tasks")]
async fn list_tasks(
    app: web::Data<App>,
    actor: Actor,
    query: Query<TaskFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let (limit, after) = (page::limit(query.0.limit)?, Cursor::read(query.0.after.as_deref())?);
    let wanted = (query.0.view.unwrap_or(TaskView::Mine), query.0.office);
    let now = app.now();
    let found = app
        .db
        .write(&actor, async |tx| {
            let found = Task::page(tx, &actor, wanted, after, limit, now).await?;
            let facts = json!({ "view": wanted.0, "office": wanted.1, "found": found.items.len() });
            let event = Event::new("tasks.listed").facts(facts);
            event.record(tx, &actor, now).await?;
            Ok(found)
        })
        .await?;
    Ok(ok(found))
}

/// The tasks of a case, the soonest first.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), responses((status = 200, body = TasksOfCase)))]
#[get("/cases/{id}/tasks")]
async fn list_tasks_of_case(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadCases)?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let case = Case::find(tx, &actor, id.0).await?;
            case.require_open_file(tx, &actor).await?;
            let found = Task::of_case(tx, case.id).await?;
            Event::new("tasks.read")
                .about("case", case.id)
                .at(case.office_id)
                .record(tx, &actor, now)
                .await?;
            Ok(found.into_iter().map(|task| TaskLine::of(&actor, &case, task)).collect())
        })
        .await?;
    Ok(ok(TasksOfCase { items }))
}

/// Plans a task.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), request_body = PlanTask,
    responses((status = 201, body = TaskLine), (status = 200, body = TaskLine, description = "Made by an earlier try.")))]
#[post("/cases/{id}/tasks")]
async fn plan_task(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    body: Body<PlanTask>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let (body, asked) = body.into_parts();
    let (client_id, task) = (body.id.map(|id| id.0), body.id.unwrap_or_else(TaskId::new));
    let now = app.now();
    let (first, line) = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let claimed = receipts::claim(tx, actor.staff.0, "plan_task", &asked, client_id, task.0).await?;
            if let Receipt::Again(known) = claimed {
                let (case, task) = Task::find(tx, &actor, TaskId(known)).await?;
                return Ok((false, TaskLine::of(&actor, &case, task)));
            }
            case.require_open()?;
            let task = checked(tx, &actor, &case, task, body, now).await?;
            let task = create(tx, &task).await?;
            Act::new("task.planned", "task", task.id)
                .facts(json!({ "due_on": task.due_on, "owner": task.owner_id }))
                .record(tx, &actor, &case, now)
                .await?;
            Ok((true, TaskLine::of(&actor, &case, task)))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/tasks/{}", line.task.id), line.task.version, line))
}

async fn checked(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    id: TaskId,
    body: PlanTask,
    now: DateTime<Utc>,
) -> Result<NewTask, Error> {
    let mut errors = FieldErrors::new();
    let title = validate::required(&mut errors, "title", Some(body.title), LINE);
    checks::check_day(&mut errors, "due_on", body.due_on, now);
    check_owner(tx, actor, &mut errors, case, body.owner_id).await?;
    errors.finish(NewTask {
        id,
        case_id: case.id,
        kind: body.kind.unwrap_or(TaskKind::Other),
        title,
        due_on: body.due_on,
        owner_id: body.owner_id,
        referral_id: None,
        created_by: Some(actor.staff),
        created_at: now,
    })
}

async fn check_owner(
    tx: &mut Conn,
    actor: &Actor,
    errors: &mut FieldErrors,
    case: &Case,
    owner: Option<StaffId>,
) -> Result<(), Error> {
    let Some(owner) = owner else { return Ok(()) };
    let fits = match Staff::find(tx, actor, owner).await {
        Ok(found) => rules::can_own(case, &found.offices, found.disabled_at.is_some()),
        Err(Error::Problem(_)) => false,
        Err(other) => return Err(other),
    };
    if !fits {
        errors.add("owner_id", "not_a_colleague", "Is no colleague of the case's office.");
    }
    Ok(())
}

/// Edits an open task.
#[utoipa::path(tag = "cases", params(("id" = TaskId, Path), IfMatch), request_body = UpdateTask,
    responses((status = 200, body = TaskLine)))]
#[patch("/tasks/{id}")]
async fn update_task(
    app: web::Data<App>,
    actor: Actor,
    id: Path<TaskId>,
    if_match: IfMatch,
    body: Body<UpdateTask>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let body = body.into_inner();
    let now = app.now();
    let line = app
        .db
        .write(&actor, async |tx| {
            let (case, task) = Task::lock(tx, &actor, id.0).await?;
            if_match.check(task.version, TaskLine::of(&actor, &case, task.clone()))?;
            case.require_open()?;
            rules::check(&actor, case.status, &task)?;
            let mut errors = FieldErrors::new();
            let title = body.title.map(|title| validate::required(&mut errors, "title", Some(title), LINE));
            if let Some(day) = body.due_on {
                checks::check_day(&mut errors, "due_on", day, now);
            }
            check_owner(tx, &actor, &mut errors, &case, body.owner_id.as_set().copied()).await?;
            errors.check()?;
            let (due_on, owner_id) = (body.due_on, body.owner_id.into_change());
            let changes = TaskChanges { title, due_on, owner_id, ..TaskChanges::default() };
            let task = task.update(tx, &changes).await?;
            Act::new("task.edited", "task", task.id)
                .facts(json!({ "due_on": task.due_on, "owner": task.owner_id }))
                .record(tx, &actor, &case, now)
                .await?;
            Ok(TaskLine::of(&actor, &case, task))
        })
        .await?;
    Ok(versioned(line.task.version, line))
}

/// Says that a task is done.
#[utoipa::path(tag = "cases", params(("id" = TaskId, Path)), responses((status = 200, body = TaskLine)))]
#[post("/tasks/{id}/done")]
async fn finish_task(
    app: web::Data<App>,
    actor: Actor,
    id: Path<TaskId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    end(&app, &actor, id.0, &asked, (TaskStatus::Done, "task.done")).await
}

/// Says that a task is no longer wanted.
#[utoipa::path(tag = "cases", params(("id" = TaskId, Path)), responses((status = 200, body = TaskLine)))]
#[post("/tasks/{id}/drop")]
async fn drop_task(
    app: web::Data<App>,
    actor: Actor,
    id: Path<TaskId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    end(&app, &actor, id.0, &asked, (TaskStatus::Dropped, "task.dropped")).await
}

async fn end(
    app: &App,
    actor: &Actor,
    id: TaskId,
    asked: &Asked,
    (status, kind): (TaskStatus, &'static str),
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let now = app.now();
    let line = app
        .db
        .write(actor, async |tx| {
            let (case, task) = Task::lock(tx, actor, id).await?;
            if receipts::claim(tx, actor.staff.0, kind, asked, None, task.id.0).await? != Receipt::First {
                return Ok(TaskLine::of(actor, &case, task));
            }
            case.require_open()?;
            rules::check(actor, case.status, &task)?;
            let (ended_at, ended_by) = (Some(now), Some(actor.staff));
            let changes = TaskChanges { status: Some(status), ended_at, ended_by, ..TaskChanges::default() };
            let task = task.update(tx, &changes).await?;
            Act::new(kind, "task", task.id).record(tx, actor, &case, now).await?;
            Ok(TaskLine::of(actor, &case, task))
        })
        .await?;
    Ok(versioned(line.task.version, line))
}
