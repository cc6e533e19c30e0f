//! What the desk does about the link of a referral: sends a new one when the agency asks, takes it back when it went astray.

use actix_web::{HttpResponse, delete, post, web};
use chrono::TimeDelta;
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::model::Referral;
use super::super::rules::is_seen_by_partner;
use super::super::views::ReferralView;
use super::model::{link_promised_since, revoke_links};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::ReferralId;
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Path, versioned};
use crate::problems;

/// Asked twice within this, one link is sent.
const ONE_WISH: TimeDelta = TimeDelta::minutes(1);

/// The operations.
pub fn routes(config: &mut ServiceConfig) {
    config.service(send_answer_link).service(revoke_answer_links);
}

/// Mails the agency a new link by which it can answer without an account. Links of earlier mails lead nowhere once it has
/// gone out. Asked again within a minute, it is sent once.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)),
    responses((status = 200, body = ReferralView)))]
#[post("/referrals/{id}/answer-links")]
async fn send_answer_link(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::lock(tx, &actor, id.0).await?;
            if !is_seen_by_partner(&referral.standing, now) {
                return Err((&problems::REFERRAL_NOT_WITH_PARTNER).into());
            }
            if !link_promised_since(tx, referral.id, now - ONE_WISH).await? {
                NewNotice::to_agency(NoticeKind::AnswerLink, referral.agency_id)
                    .about_referral(referral.id, referral.case_id, referral.office_id)
                    .send(tx, now)
                    .await?;
                let event =
                    Event::new("answer_link.sent").about("referral", referral.id).at(referral.office_id);
                event.record(tx, &actor, now).await?;
            }
            ReferralView::read(tx, &actor, referral, now).await
        })
        .await?;
    Ok(versioned(view.row.version, view))
}

/// Takes back every link of the referral: nobody opens or answers it without an account any more, not even where a code
/// was entered already. A later mail about the referral carries a new link.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)),
    responses((status = 200, body = ReferralView)))]
#[delete("/referrals/{id}/answer-links")]
async fn revoke_answer_links(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::lock(tx, &actor, id.0).await?;
            let count = revoke_links(tx, referral.id, actor.staff, now).await?;
            let event =
                Event::new("answer_link.revoked").about("referral", referral.id).at(referral.office_id);
            event.facts(json!({ "links": count })).record(tx, &actor, now).await?;
            ReferralView::read(tx, &actor, referral, now).await
        })
        .await?;
    Ok(versioned(view.row.version, view))
}
