//! `/staff`: who works where, invitations, roles and ending access.

use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{self, Staff, StaffChanges};
use super::rules::{self, InviteStaff, UpdateStaff};
use crate::audit::Event;
use crate::auth::{Actor, Permission, Role, session};
use crate::ids::{OfficeId, StaffId};
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, IfMatch, Path, Query, created, ok, versioned};
use crate::platform::page::{self, Cursor, Page};
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate::{self, LINE};
use crate::problems;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_staff)
        .service(invite_staff)
        .service(show_staff)
        .service(update_staff)
        .service(invite_again);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StaffFilter {
    /// Members of this office.
    office: Option<OfficeId>,
    /// Of this role.
    role: Option<Role>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// Accounts by name: all for an administrator, colleagues of the own offices else.
#[utoipa::path(tag = "staff", params(StaffFilter), responses((status = 200, body = Page<Staff>)))]
#[get("/staff")]
async fn list_staff(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<StaffFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadStaff)?;
    let Query(filter) = filter;
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let page = app
        .db
        .read(&actor, async |conn| Staff::page(conn, &actor, filter.office, filter.role, after, limit).await)
        .await?;
    Ok(ok(page))
}

/// Makes an account and mails its invitation, a link that works once within 72 hours.
#[utoipa::path(tag = "staff", request_body = InviteStaff,
    responses((status = 201, body = Staff), (status = 200, body = Staff, description = "Made by an earlier try.")))]
#[post("/staff")]
async fn invite_staff(
    app: web::Data<App>,
    actor: Actor,
    body: Body<InviteStaff>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::InviteStaff)?;
    let (body, asked) = body.into_parts();
    let (client_id, offices) = (body.id.map(|id| id.0), body.offices.clone());
    let now = app.now();
    let new = body.validate(&actor, now.date_naive())?;
    let (first, staff) = app
        .db
        .write(&actor, async |tx| {
            let receipt =
                receipts::claim(tx, actor.staff.0, "invite_staff", &asked, client_id, new.id.0).await?;
            if let Receipt::Again(id) = receipt {
                return Ok((false, Staff::find(tx, &actor, StaffId(id)).await?));
            }
            new.insert(tx, &offices).await?;
            send_invitation(tx, &actor, new.id, now).await?;
            let event = Event::new("staff.invited").about("staff", new.id);
            event.facts(json!({ "role": new.role, "offices": offices })).record(tx, &actor, now).await?;
            Ok((true, Staff::find(tx, &actor, new.id).await?))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/staff/{}", staff.id), staff.version, staff))
}

async fn send_invitation(
    tx: &mut Conn,
    actor: &Actor,
    id: StaffId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), Error> {
    let invitation = model::invite(tx, id, Some(actor.staff), now).await?;
    let notice = NewNotice::to_staff(NoticeKind::StaffInvitation, id);
    notice.fields(json!({ "invitation": invitation })).send(tx, now).await
}

/// One account.
#[utoipa::path(tag = "staff", params(("id" = StaffId, Path)), responses((status = 200, body = Staff)))]
#[get("/staff/{id}")]
async fn show_staff(app: web::Data<App>, actor: Actor, id: Path<StaffId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadStaff)?;
    let staff = app.db.read(&actor, async |conn| Staff::find(conn, &actor, id.0).await).await?;
    Ok(versioned(staff.version, staff))
}

/// Changes role, offices or access. What is taken away is gone at the next request.
#[utoipa::path(tag = "staff", params(("id" = StaffId, Path), IfMatch), request_body = UpdateStaff,
    responses((status = 200, body = Staff)))]
#[patch("/staff/{id}")]
async fn update_staff(
    app: web::Data<App>,
    actor: Actor,
    id: Path<StaffId>,
    if_match: IfMatch,
    body: Body<UpdateStaff>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageStaff)?;
    let body = body.into_inner();
    let now = app.now();
    let staff = app
        .db
        .write(&actor, async |tx| {
            let staff = Staff::lock(tx, &actor, id.0).await?;
            if_match.check(staff.version, &staff)?;
            let offices = body.offices.clone();
            let disabled = body.disabled;
            let fields = json!({ "role": body.role, "offices": offices, "disabled": disabled });
            let changes = edit(&actor, &staff, body, now)?;
            staff.update(tx, &changes, now).await?;
            if let Some(offices) = offices {
                model::set_offices(tx, staff.id, &offices).await?;
            }
            if disabled == Some(true) {
                session::end_all(tx, staff.id, None, "disabled", now).await?;
            }
            Event::new("staff.edited").about("staff", staff.id).facts(fields).record(tx, &actor, now).await?;
            Staff::find(tx, &actor, staff.id).await
        })
        .await?;
    Ok(versioned(staff.version, staff))
}

/// Checks an edit against the account as it is.
fn edit(
    actor: &Actor,
    staff: &Staff,
    body: UpdateStaff,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<StaffChanges, Error> {
    if staff.id == actor.staff && (body.disabled == Some(true) || body.role.is_some()) {
        return Err((&problems::STAFF_OWN_ACCOUNT).into());
    }
    let mut errors = FieldErrors::new();
    let role = body.role.unwrap_or(staff.role);
    if (role == Role::Partner) != (staff.role == Role::Partner) {
        errors.add("role", "agency_mismatch", "An account does not change between desk and partner.");
    }
    let none_left = body.offices.as_ref().map_or(staff.offices.is_empty(), Vec::is_empty);
    if rules::needs_office(role) && none_left {
        errors.add("offices", "required", "This role works at one office at least.");
    }
    let expires_on = body.expires_on.into_change();
    rules::check_expiry(&mut errors, role, expires_on.unwrap_or(staff.expires_on), now.date_naive());
    let changes = StaffChanges {
        name: body.name.map(|name| validate::required(&mut errors, "name", Some(name), LINE)),
        role: body.role,
        language: body
            .language
            .map(|language| validate::interface_language(&mut errors, "language", language)),
        reads_restricted: body.reads_restricted,
        expires_on,
        disabled_at: body.disabled.map(|disabled| disabled.then_some(now)),
    };
    errors.finish(changes)
}

/// Mails a new invitation; the link before it works no more.
#[utoipa::path(tag = "staff", params(("id" = StaffId, Path)), responses((status = 202)))]
#[post("/staff/{id}/invitations")]
async fn invite_again(app: web::Data<App>, actor: Actor, id: Path<StaffId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::InviteStaff)?;
    let now = app.now();
    app.db
        .write(&actor, async |tx| {
            let staff = Staff::lock(tx, &actor, id.0).await?;
            let offices: Vec<OfficeId> = staff.offices.iter().copied().map(OfficeId).collect();
            if !rules::may_invite(&actor, staff.role, &offices, staff.reads_restricted) {
                return Err((&problems::FORBIDDEN).into());
            }
            if staff.disabled_at.is_some() {
                return Err((&problems::STAFF_DISABLED).into());
            }
            send_invitation(tx, &actor, staff.id, now).await?;
            Event::new("staff.invited_again").about("staff", staff.id).record(tx, &actor, now).await
        })
        .await?;
    Ok(HttpResponse::Accepted().finish())
}
