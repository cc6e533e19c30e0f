//! Closing a case: here, because it may stop referrals in the same act.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use utoipa_actix_web::service_config::ServiceConfig;

use super::commands::{Command, Details};
use super::model::Referral;
use super::moves::{By, make};
use super::rules::{ReferralMove, Who};
use crate::auth::{Actor, Permission};
use crate::cases::closing::rules::CloseCase;
use crate::cases::model::Case;
use crate::cases::view::CaseView;
use crate::ids::CaseId;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::{Body, IfMatch, Path, versioned};
use crate::platform::receipts::{self, Receipt};

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(close_case);
}

/// Closes a case. Refused while tasks or referrals are open or a need has no outcome, unless settled in this act.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path), IfMatch), request_body = CloseCase,
    responses((status = 200, body = CaseView)))]
#[post("/cases/{id}/close")]
async fn close_case(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    if_match: IfMatch,
    body: Body<CloseCase>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::CloseCases)?;
    let (body, asked) = body.into_parts();
    let now = app.now();
    let case = app
        .db
        .write(&actor, async |tx| {
            // Before the case, as every move of a referral locks them, so that neither waits for the other for ever.
            let referrals = Referral::lock_open_of(tx, id.0).await?;
            let case = Case::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "close_case", &asked, None, case.id.0).await?;
            let case = match receipt {
                Receipt::First => {
                    CaseView::require_current(tx, &actor, if_match, &case, now).await?;
                    close(tx, &actor, &case, referrals, body, now).await?
                }
                Receipt::Again(_) => case,
            };
            CaseView::of(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(case.case.version, case))
}

async fn close(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    referrals: Vec<Referral>,
    body: CloseCase,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    let closing = body.check(tx, actor, case, now).await?;
    if let Some(reason) = &closing.settle_referrals {
        cancel(tx, actor, referrals, reason, now).await?;
    }
    closing.carry_out(tx, actor, case, now).await
}

async fn cancel(
    tx: &mut Conn,
    actor: &Actor,
    referrals: Vec<Referral>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let details = Details { reason: Some(reason.to_owned()), ..Details::default() };
    let command = Command { by: ReferralMove::Cancel, who: Who::Staff, at: now, details };
    for referral in referrals {
        make(tx, By::Account(actor), referral, &command, now, |_| Ok(())).await?;
    }
    Ok(())
}
