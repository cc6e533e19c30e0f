//! Sealing, grants, and opening a file with a written reason.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::jobs::UnsealPeople;
use super::model::{self, Grant, GrantView};
use super::rules::{self, GrantAccess, GrantKind, SealCase, Term};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::acts::Act;
use crate::cases::model::Case;
use crate::cases::tasks::model::free_tasks;
use crate::ids::{CaseGrantId, CaseId, OfficeId, StaffId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Asked, Body, Path, ok};
use crate::platform::jobs::enqueue_at;
use crate::platform::receipts::{self, Receipt};
use crate::problems;
use crate::staff::model::Staff;

/// The operations on access.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(seal_case)
        .service(unseal_case)
        .service(list_grants)
        .service(grant_access)
        .service(list_grants_to_review)
        .service(end_grant)
        .service(review_grant);
    super::opening::routes(config);
}

#[derive(Debug, Serialize, ToSchema)]
struct CaseGrants {
    items: Vec<GrantView>,
}

fn shown(grants: Vec<Grant>) -> HttpResponse {
    ok(CaseGrants { items: grants.into_iter().map(GrantView::from).collect() })
}

/// A grant about to be written down.
pub(super) fn grant(
    case: (CaseId, OfficeId),
    to: StaffId,
    by: StaffId,
    kind: GrantKind,
    term: &Term,
    now: DateTime<Utc>,
) -> Grant {
    Grant {
        id: CaseGrantId::new(),
        case_id: case.0,
        office_id: case.1,
        staff_id: to,
        kind,
        reason: term.reason.clone(),
        granted_by: by,
        granted_at: now,
        expires_at: term.until,
        reviewed_by: None,
        reviewed_at: None,
    }
}

/// Complains about an account that is no colleague.
pub(super) async fn check_colleague(
    tx: &mut Conn,
    actor: &Actor,
    errors: &mut FieldErrors,
    pointer: &str,
    id: StaffId,
) -> Result<(), Error> {
    let fits = match Staff::find(tx, actor, id).await {
        Ok(found) => found.disabled_at.is_none() && found.role.may(Permission::WorkCases),
        Err(Error::Problem(_)) => false,
        Err(other) => return Err(other),
    };
    if !fits {
        errors.add(pointer, "not_a_colleague", "Is no colleague who works on cases.");
    }
    Ok(())
}

/// Seals a case and the files of its people: only those named see it from now on.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), request_body = SealCase,
    responses((status = 200, body = CaseGrants)))]
#[post("/cases/{id}/seal")]
async fn seal_case(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    body: Body<SealCase>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::SealCases)?;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let term = rules::term(body.reason, body.days, now)?;
    let items = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let claimed = receipts::claim(tx, actor.staff.0, "seal_case", &asked, None, case.id.0).await?;
            if claimed != Receipt::First {
                return Grant::of_case(tx, &actor, case.id).await;
            }
            if case.sealed {
                return Err((&problems::CASE_SEALED).into());
            }
            let mut errors = FieldErrors::new();
            for (index, staff) in body.staff_ids.iter().enumerate() {
                check_colleague(tx, &actor, &mut errors, &format!("staff_ids/{index}"), *staff).await?;
            }
            errors.check()?;
            seal(tx, &actor, &case, body.staff_ids, &term, now).await?;
            Grant::of_case(tx, &actor, case.id).await
        })
        .await?;
    Ok(shown(items))
}

async fn seal(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    named: Vec<StaffId>,
    term: &Term,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut named: Vec<StaffId> = named.into_iter().chain([actor.staff]).chain(case.assigned_to).collect();
    named.sort_unstable();
    named.dedup();
    let place = (case.id, case.office_id);
    // Grants first: row-level security lets nobody write a sealed case without one.
    for staff in &named {
        grant(place, *staff, actor.staff, GrantKind::Sealed, term, now).insert(tx).await?;
    }
    model::end_others(tx, actor, case.id, &named, now).await?;
    model::set_sealed(tx, case, true).await?;
    model::seal_people(tx, case.id).await?;
    free_tasks(tx, case.id, named.clone()).await?;
    Act::new("case.sealed", "case", case.id)
        .facts(json!({ "staff": named }))
        .record(tx, actor, case, now)
        .await
}

/// Unseals a case, and soon after the files of its people who are on no other sealed case.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), responses((status = 200, body = CaseGrants)))]
#[post("/cases/{id}/unseal")]
async fn unseal_case(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::SealCases)?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let claimed = receipts::claim(tx, actor.staff.0, "unseal_case", &asked, None, case.id.0).await?;
            if claimed != Receipt::First {
                return Grant::of_case(tx, &actor, case.id).await;
            }
            if !case.sealed {
                return Err((&problems::CASE_NOT_SEALED).into());
            }
            model::set_sealed(tx, &case, false).await?;
            Act::new("case.unsealed", "case", case.id).record(tx, &actor, &case, now).await?;
            enqueue_at(tx, &UnsealPeople { case: case.id }, now).await?;
            model::end_sealed(tx, &actor, case.id, now).await?;
            Grant::of_case(tx, &actor, case.id).await
        })
        .await?;
    Ok(shown(items))
}

/// The grants to a case, the newest first.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), responses((status = 200, body = CaseGrants)))]
#[get("/cases/{id}/grants")]
async fn list_grants(app: web::Data<App>, actor: Actor, id: Path<CaseId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::SealCases)?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let case = Case::find(tx, &actor, id.0).await?;
            let event = Event::new("grants.read").about("case", case.id).at(case.office_id);
            event.record(tx, &actor, now).await?;
            Grant::of_case(tx, &actor, case.id).await
        })
        .await?;
    Ok(shown(items))
}

/// Lets one more account work on a sealed case.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), request_body = GrantAccess,
    responses((status = 200, body = CaseGrants)))]
#[post("/cases/{id}/grants")]
async fn grant_access(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    body: Body<GrantAccess>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::SealCases)?;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let term = rules::term(body.reason, body.days, now)?;
    let items = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let claimed = receipts::claim(tx, actor.staff.0, "grant_access", &asked, None, case.id.0).await?;
            if claimed != Receipt::First {
                return Grant::of_case(tx, &actor, case.id).await;
            }
            if !case.sealed {
                return Err((&problems::CASE_NOT_SEALED).into());
            }
            let mut errors = FieldErrors::new();
            check_colleague(tx, &actor, &mut errors, "staff_id", body.staff_id).await?;
            errors.check()?;
            let place = (case.id, case.office_id);
            let new = grant(place, body.staff_id, actor.staff, GrantKind::Sealed, &term, now);
            new.insert(tx).await?;
            let act = Act::new("grant.given", "grant", new.id).facts(json!({ "staff": body.staff_id }));
            act.record(tx, &actor, &case, now).await?;
            Grant::of_case(tx, &actor, case.id).await
        })
        .await?;
    Ok(shown(items))
}

/// Files opened with a reason that somebody else has yet to look at, the oldest first.
#[utoipa::path(tag = "cases", responses((status = 200, body = CaseGrants)))]
#[get("/grants/to-review")]
async fn list_grants_to_review(app: web::Data<App>, actor: Actor) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReviewAccess)?;
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let items = Grant::to_review(tx, &actor).await?;
            let event = Event::new("grants.read").facts(json!({ "found": items.len() }));
            event.record(tx, &actor, now).await?;
            Ok(items)
        })
        .await?;
    Ok(shown(items))
}

/// Ends a grant before its time.
#[utoipa::path(tag = "cases", params(("id" = CaseGrantId, Path)), responses((status = 200, body = GrantView)))]
#[post("/grants/{id}/end")]
async fn end_grant(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseGrantId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::SealCases)?;
    let now = app.now();
    let ended = app
        .db
        .write(&actor, async |tx| {
            let (case, grant) = Grant::lock(tx, &actor, id.0).await?;
            let claimed = receipts::claim(tx, actor.staff.0, "end_grant", &asked, None, grant.id.0).await?;
            if claimed != Receipt::First {
                return Ok(grant);
            }
            if grant.expires_at <= now {
                return Err((&problems::GRANT_ENDED).into());
            }
            let act = Act::new("grant.ended", "grant", grant.id).facts(json!({ "staff": grant.staff_id }));
            act.record(tx, &actor, &case, now).await?;
            grant.end(tx, &actor, now).await
        })
        .await?;
    Ok(ok(GrantView::from(ended)))
}

/// Notes that an opening with a reason was looked at, by somebody else than its holder.
#[utoipa::path(tag = "cases", params(("id" = CaseGrantId, Path)), responses((status = 200, body = GrantView)))]
#[post("/grants/{id}/review")]
async fn review_grant(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseGrantId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReviewAccess)?;
    let now = app.now();
    let reviewed = app
        .db
        .write(&actor, async |tx| {
            let (case, grant) = Grant::lock(tx, &actor, id.0).await?;
            let claimed =
                receipts::claim(tx, actor.staff.0, "review_grant", &asked, None, grant.id.0).await?;
            if claimed != Receipt::First {
                return Ok(grant);
            }
            rules::review(&actor, &grant)?;
            let act = Act::new("grant.reviewed", "grant", grant.id).facts(json!({ "staff": grant.staff_id }));
            act.record(tx, &actor, &case, now).await?;
            grant.review(tx, &actor, now).await
        })
        .await?;
    Ok(ok(GrantView::from(reviewed)))
}
