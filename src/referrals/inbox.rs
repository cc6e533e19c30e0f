//! `/inbox/referrals`: what was sent to the agency of the account, and who there looks after it. Answers are moves.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::commands::AssignReferral;
use super::disclosure::frozen::mark_seen;
use super::lists::{self, InboxFilter};
use super::model::{Referral, ReferralChanges, is_of_agency, visible_to_agency};
use super::rules;
use super::views::{InboxReferral, InboxRow, ReferralCount};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::ReferralId;
use crate::platform::app::App;
use crate::platform::error::{Error, field};
use crate::platform::http::{Body, Path, Query, ok, versioned};
use crate::platform::page::{Cursor, Page, limit};
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The operations of the inbox.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_inbox)
        .service(count_inbox)
        .service(show_inbox_referral)
        .service(assign_inbox_referral);
}

/// What was sent to the own agency, what is due soonest first, without personal facts.
#[utoipa::path(tag = "inbox", params(InboxFilter), responses((status = 200, body = Page<InboxRow>)))]
#[get("/inbox/referrals")]
async fn list_inbox(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<InboxFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::AnswerReferrals)?;
    let (agency, filter, now) = (actor.require_agency()?, filter.0, app.now());
    let (limit, after) = (limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let page = app
        .db
        .read(&actor, async |conn| {
            let query = filter.narrow(visible_to_agency(agency), &actor, now)?;
            let page = lists::page(conn, query, filter.sort(), after, limit).await?;
            InboxRow::all(conn, page, now).await
        })
        .await?;
    Ok(ok(page))
}

/// How many the inbox would show: due, overdue, unassigned, mine.
#[utoipa::path(tag = "inbox", params(InboxFilter), responses((status = 200, body = ReferralCount)))]
#[get("/inbox/referrals/count")]
async fn count_inbox(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<InboxFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::AnswerReferrals)?;
    let (agency, filter, now) = (actor.require_agency()?, filter.0, app.now());
    let count = app
        .db
        .read(&actor, async |conn| {
            lists::count(conn, filter.narrow(visible_to_agency(agency), &actor, now)?).await
        })
        .await?;
    Ok(ok(ReferralCount { count }))
}

/// What was disclosed, as it was when it was sent: while the referral is open and 30 days after its end.
#[utoipa::path(tag = "inbox", params(("id" = ReferralId, Path)), responses((status = 200, body = InboxReferral)))]
#[get("/inbox/referrals/{id}")]
async fn show_inbox_referral(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::AnswerReferrals)?;
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::find(tx, &actor, id.0).await?;
            if !rules::is_seen_by_partner(&referral.standing, now) {
                return Err((&problems::NOT_FOUND).into());
            }
            mark_seen(tx, referral.id, Some(actor.staff), now).await?;
            let event = Event::new("disclosure.read").about("referral", referral.id).at(referral.office_id);
            let view = InboxReferral::read(tx, &actor, &referral, now).await?;
            // What was taken back is no more read.
            let read = if view.disclosures.is_empty() { &[][..] } else { &referral.facts };
            event.facts(json!({ "facts": read })).record(tx, &actor, now).await?;
            Ok(view)
        })
        .await?;
    Ok(versioned(view.row.version, view))
}

/// Gives a referral to somebody of the own agency, or to nobody.
#[utoipa::path(tag = "inbox", params(("id" = ReferralId, Path)), request_body = AssignReferral,
    responses((status = 200, body = InboxRow)))]
#[post("/inbox/referrals/{id}/assignee")]
async fn assign_inbox_referral(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    body: Body<AssignReferral>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::AnswerReferrals)?;
    let agency = actor.require_agency()?;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let row = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "assign_referral", &asked, None, id.0.0).await?;
            if receipt != Receipt::First {
                return InboxRow::read(tx, &referral, now).await;
            }
            if let Some(person) = body.staff_id
                && !is_of_agency(tx, person, agency).await?
            {
                return Err(field("staff_id", "unknown", "Your agency has no such account."));
            }
            if !referral.standing.state.is_with_partner() {
                return Err(problems::REFERRAL_MOVE_NOT_ALLOWED.problem().with("allowed", [""; 0]).into());
            }
            let changes =
                ReferralChanges { agency_assignee_id: Some(body.staff_id), ..ReferralChanges::default() };
            let referral = referral.update(tx, &changes, now).await?;
            let event = Event::new("referral.assigned").about("referral", referral.id).at(referral.office_id);
            event.facts(json!({ "to": body.staff_id })).record(tx, &actor, now).await?;
            InboxRow::read(tx, &referral, now).await
        })
        .await?;
    Ok(versioned(row.version, row))
}
