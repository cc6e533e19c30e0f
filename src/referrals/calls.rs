//! `/referrals/{id}/calls`: the desk phoned the agency. An emergency is phoned through, whatever the mail does.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::follow_ups::end_calls;
use super::model::Referral;
use super::moves::note_in_case;
use super::routes::check_codes;
use super::rules::{self, Who};
use super::views::ReferralView;
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::ReferralId;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, field};
use crate::platform::http::{Body, Path, versioned};
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(log_call);
}

/// The desk tried to reach the agency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogCall {
    /// Whether somebody there was reached. What they answered is a move, on the word of the partner.
    pub reached: bool,
    /// When, if not now.
    pub at: Option<DateTime<Utc>>,
    /// How; a code of list channel, PHO when left out.
    #[schema(example = "PHO")]
    pub channel: Option<String>,
}

/// Notes a call to the agency about a referral. Once somebody was reached the task to phone is done.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)), request_body = LogCall,
    responses((status = 200, body = ReferralView)))]
#[post("/referrals/{id}/calls")]
async fn log_call(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    body: Body<LogCall>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let now = app.now();
    let (body, asked) = body.into_parts();
    if body.at.is_some_and(|at| at > now) {
        return Err(field("at", "in_the_future", "Has not happened yet."));
    }
    let view = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "log_call", &asked, None, id.0.0).await?;
            if receipt == Receipt::First {
                note(tx, &actor, &referral, &body, now).await?;
            }
            ReferralView::read(tx, &actor, referral, now).await
        })
        .await?;
    Ok(versioned(view.row.version, view))
}

async fn note(
    tx: &mut Conn,
    actor: &Actor,
    referral: &Referral,
    call: &LogCall,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let channel = call.channel.clone().unwrap_or_else(|| "PHO".into());
    check_codes(tx, vec![("channel", &channel, "channel".to_owned())]).await?;
    if referral.standing.sent_at.is_none() {
        let allowed = rules::words(&rules::allowed(&referral.standing, Who::Staff));
        return Err(problems::REFERRAL_MOVE_NOT_ALLOWED.problem().with("allowed", allowed).into());
    }
    if call.reached {
        end_calls(tx, referral, true, Some(actor.staff), now).await?;
    }
    let facts = json!({ "number": referral.number, "channel": channel, "reached": call.reached });
    let at = call.at.unwrap_or(now);
    let event = Event::new("referral.agency_called").about("referral", referral.id).at(referral.office_id);
    event.facts(json!({ "reached": call.reached })).record(tx, actor, now).await?;
    note_in_case(tx, referral, "referral.agency_called", Some(actor.staff), (at, now), facts).await
}
