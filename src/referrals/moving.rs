//! `/referrals/{id}/moves`: the move itself serves desk and agency alike.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use utoipa_actix_web::service_config::ServiceConfig;

use super::commands::{Details, MakeMove};
use super::model::Referral;
use super::moves::{self, By};
use super::routes::{check_codes, shown};
use super::rules::{ReferralMove, Who};
use super::views::MovedReferral;
use crate::auth::{Actor, Permission, Role};
use crate::ids::ReferralId;
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::{Asked, Body, IfMatch, Path, versioned};
use crate::platform::receipts::{self, Receipt};

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(move_referral);
}

/// Who the account is to a referral, for this move.
fn who(actor: &Actor, by: ReferralMove) -> Result<Who, Error> {
    if actor.role == Role::Partner {
        actor.require(Permission::AnswerReferrals)?;
        Ok(Who::Partner)
    } else if by == ReferralMove::MarkInError {
        actor.require(Permission::MarkInError)?;
        Ok(Who::Manager)
    } else {
        actor.require(Permission::Refer)?;
        Ok(Who::Staff)
    }
}

/// Makes a move: the desk sends, cancels or writes down what somebody said; the agency answers. The same answer given
/// twice is told kindly; a move the present state does not know is refused with the moves allowed now.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path), IfMatch), request_body = MakeMove,
    responses((status = 200, body = MovedReferral)))]
#[post("/referrals/{id}/moves")]
async fn move_referral(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    if_match: IfMatch,
    body: Body<MakeMove>,
) -> Result<HttpResponse, Error> {
    let (body, asked) = body.into_parts();
    let who = who(&actor, body.by)?;
    let now = app.now();
    let (version, view) = app
        .db
        .write(&actor, async |tx| {
            let referral = moved(tx, &actor, id.0, if_match, (who, body, &asked), now).await?;
            Ok((referral.version, shown(tx, &actor, referral, now).await?))
        })
        .await?;
    Ok(versioned(version, view))
}

/// Refuses codes that a move names and that may not be chosen.
pub(super) async fn check_named(conn: &mut Conn, details: &Details) -> Result<(), Error> {
    let reason = details.reason.as_deref().map(|code| ("referral_reason", code, "reason".to_owned()));
    let channel = details.channel.as_deref().map(|code| ("channel", code, "channel".to_owned()));
    check_codes(conn, reason.into_iter().chain(channel).collect()).await
}

async fn moved(
    tx: &mut Conn,
    actor: &Actor,
    id: ReferralId,
    if_match: IfMatch,
    (who, body, asked): (Who, MakeMove, &Asked),
    now: DateTime<Utc>,
) -> Result<Referral, Error> {
    let referral = Referral::lock(tx, actor, id).await?;
    if let Receipt::Again(_) = receipts::claim(tx, actor.staff.0, "move_referral", asked, None, id.0).await? {
        return Ok(referral);
    }
    let today = Office::find(tx, referral.office_id).await?.today(now);
    let command = body.validate(who, now, today)?;
    check_named(tx, &command.details).await?;
    // What a refusal of a stale version shows is read before the move, and only then.
    let stale = match if_match.0 == referral.version {
        true => None,
        false => Some(shown(tx, actor, referral.clone(), now).await?),
    };
    moves::make(tx, By::Account(actor), referral, &command, now, |referral| match stale {
        Some(current) => if_match.check(referral.version, current),
        None => Ok(()),
    })
    .await
}
