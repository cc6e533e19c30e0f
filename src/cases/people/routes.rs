//! `/cases/{id}/people`.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::visible_people;
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::access::jobs::UnsealPeople;
use crate::cases::access::model::seal_people;
use crate::cases::model::{Case, CaseEvent};
use crate::cases::opening::AddCasePerson;
use crate::cases::view::CaseView;
use crate::ids::{CaseId, MigrantId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, field};
use crate::platform::http::{Asked, Body, Path, versioned};
use crate::platform::jobs::enqueue_at;
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The operations on the people of a case.
pub fn routes(config: &mut ServiceConfig) {
    config.service(add_case_person).service(remove_case_person);
}

/// Puts a person on a case.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), request_body = AddCasePerson,
    responses((status = 200, body = CaseView)))]
#[post("/cases/{id}/people")]
async fn add_case_person(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    body: Body<AddCasePerson>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let (body, asked) = body.into_parts();
    if body.principal {
        return Err(field("principal", "one_principal", "The case keeps its principal person."));
    }
    let now = app.now();
    let case = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let receipt =
                receipts::claim(tx, actor.staff.0, "add_case_person", &asked, None, case.id.0).await?;
            if receipt == Receipt::First {
                case.require_open()?;
                put_on(tx, &actor, &case, &body, now).await?;
            }
            let case = Case::find(tx, &actor, case.id).await?;
            CaseView::of(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(case.case.version, case))
}

async fn put_on(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    body: &AddCasePerson,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if visible_people(tx, actor, &[body.migrant_id]).await?.is_empty() {
        return Err(field("migrant_id", "unknown", "No such person."));
    }
    if !case.add_person(tx, body.migrant_id, body.role, now).await? {
        return Err((&problems::PERSON_ALREADY_ON_CASE).into());
    }
    if case.sealed {
        seal_people(tx, case.id).await?;
    }
    person_changed(tx, actor, case, "case.person_added", body.migrant_id, now).await
}

/// Takes a person off a case.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path), ("migrant_id" = MigrantId, Path)),
    responses((status = 200, body = CaseView)))]
#[post("/cases/{id}/people/{migrant_id}/remove")]
async fn remove_case_person(
    app: web::Data<App>,
    actor: Actor,
    path: Path<(CaseId, MigrantId)>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let Path((id, person)) = path;
    let now = app.now();
    let case = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id).await?;
            let receipt =
                receipts::claim(tx, actor.staff.0, "remove_case_person", &asked, None, person.0).await?;
            if receipt == Receipt::First {
                case.require_open()?;
                take_off(tx, &actor, &case, person, now).await?;
            }
            let case = Case::find(tx, &actor, id).await?;
            CaseView::of(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(case.case.version, case))
}

async fn take_off(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    person: MigrantId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match case.is_principal(tx, person).await? {
        None => return Err((&problems::NOT_FOUND).into()),
        Some(true) => return Err((&problems::PRINCIPAL_STAYS).into()),
        Some(false) => case.remove_person(tx, person, now).await?,
    }
    if case.sealed {
        enqueue_at(tx, &UnsealPeople { case: case.id }, now).await?;
    }
    person_changed(tx, actor, case, "case.person_removed", person, now).await
}

async fn person_changed(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    kind: &'static str,
    person: MigrantId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    CaseEvent::new(kind, case.id).subject(person).record(tx, Some(actor.staff), now, now).await?;
    Case::touch(tx, case.id, now).await?;
    let event = Event::new(kind).about("case", case.id).at(case.office_id);
    event.facts(json!({ "migrant_id": person })).record(tx, actor, now).await
}
