//! `/referrals/{id}/re-refer`: what did not help is tried elsewhere, in one act. The old referral ends, the new one names
//! it, and what is disclosed is frozen anew under a consent of its own.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::Priority;
use super::commands::{Command, CreateReferral, Details, Draft};
use super::drafting::prepare;
use super::model::Referral;
use super::moves::{self, By};
use super::routes::{check_codes, check_version};
use super::rules::{ReferralMove, ReferralState, Who};
use super::views::ReferralView;
use crate::auth::{Actor, Permission};
use crate::ids::{ReferralId, ServiceId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, IfMatch, Path, created};
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate::{self, LINE};
use crate::problems;

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(re_refer);
}

/// The same need, to another service. What is left out is as it was in the referral that did not help.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReRefer {
    /// Id of the new referral, made by the client, or left out.
    pub id: Option<ReferralId>,
    /// The service that is asked now.
    pub service_id: ServiceId,
    /// How soon an answer is needed.
    pub priority: Option<Priority>,
    /// What the partner is asked for, in words; it is disclosed.
    pub message: Option<String>,
    /// How the client may be contacted; it is disclosed.
    pub contact_how: Option<String>,
    /// Codes of list disclosure_fact to disclose.
    pub facts: Option<Vec<String>>,
    /// true: it is sent in the same act, or nothing happens at all; else it is a draft.
    #[serde(default)]
    pub send: bool,
    /// Why it is sent without a consent; needs a permission of its own and is audited.
    pub override_reason: Option<String>,
    /// While the old one is open: why it is cancelled, a code of list referral_reason. It may be read by its agency.
    #[schema(example = "no_capacity")]
    pub reason: Option<String>,
    /// In words; must be there with reason `other`.
    pub reason_text: Option<String>,
}

/// What is asked, checked.
struct Again {
    draft: Draft,
    send: bool,
    override_reason: Option<String>,
    reason: Option<String>,
    reason_text: Option<String>,
}

impl ReRefer {
    /// Checks everything that needs no database.
    fn validate(self, old: &Referral) -> Result<Again, Error> {
        let mut errors = FieldErrors::new();
        let override_reason = validate::text(&mut errors, "override_reason", self.override_reason, 2_000);
        if override_reason.is_some() && !self.send {
            errors.add("override_reason", "not_for_this_move", "Belongs to sending.");
        }
        let reason = validate::text(&mut errors, "reason", self.reason, LINE);
        let reason_text = validate::text(&mut errors, "reason_text", self.reason_text, 2_000);
        let open = !old.standing.state.is_terminal();
        if open && reason.is_none() {
            errors.add("reason", "required", "It is open: say why it is cancelled.");
        }
        if !open && (reason.is_some() || reason_text.is_some()) {
            errors.add("reason", "not_for_this_move", "It has ended, and has its reason.");
        }
        if reason.as_deref() == Some("other") && reason_text.is_none() {
            errors.add("reason_text", "required", "The reason other needs words.");
        }
        errors.check()?;
        let draft = CreateReferral {
            id: None,
            need_id: old.need_id,
            service_id: self.service_id,
            priority: Some(self.priority.unwrap_or(old.standing.priority)),
            message: self.message.or_else(|| old.message.clone()),
            contact_how: self.contact_how.or_else(|| old.contact_how.clone()),
            facts: self.facts.unwrap_or_else(|| old.facts.clone()),
            replaces_id: Some(old.id),
        };
        Ok(Again { draft: draft.validate()?, send: self.send, override_reason, reason, reason_text })
    }
}

/// Tries elsewhere what did not help: the old referral, if it is still open, is cancelled and its agency told; the new one
/// replaces it, as a draft or sent at once. All of it happens, or nothing.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path), IfMatch), request_body = ReRefer,
    responses((status = 201, body = ReferralView), (status = 200, body = ReferralView, description = "Made by an earlier try.")))]
#[post("/referrals/{id}/re-refer")]
async fn re_refer(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    if_match: IfMatch,
    body: Body<ReRefer>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let (body, asked) = body.into_parts();
    let (client_id, new_id) = (body.id.map(|id| id.0), body.id.unwrap_or_else(ReferralId::new));
    let now = app.now();
    let (first, view) = app
        .db
        .write(&actor, async |tx| {
            let old = Referral::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "re_refer", &asked, client_id, new_id.0).await?;
            let (first, referral) = match receipt {
                Receipt::Again(id) => (false, Referral::find(tx, &actor, ReferralId(id)).await?),
                Receipt::First => {
                    check_version(tx, &actor, if_match, &old, now).await?;
                    let again = body.validate(&old)?;
                    (true, refer_again(tx, &actor, old, new_id, again, now).await?)
                }
            };
            Ok((first, ReferralView::read(tx, &actor, referral, now).await?))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/referrals/{}", view.row.id), view.row.version, view))
}

async fn refer_again(
    tx: &mut Conn,
    actor: &Actor,
    old: Referral,
    new_id: ReferralId,
    again: Again,
    now: DateTime<Utc>,
) -> Result<Referral, Error> {
    if old.standing.state == ReferralState::EnteredInError {
        return Err(problems::REFERRAL_MOVE_NOT_ALLOWED.problem().with("allowed", [""; 0]).into());
    }
    if let Some(other) = old.live_successor(tx).await? {
        return Err(problems::REFERRAL_ALREADY_REPLACED.problem().with("referral_id", other).into());
    }
    let case = old.case_id;
    if let Some(reason) = again.reason {
        check_codes(tx, vec![("referral_reason", &reason, "reason".to_owned())]).await?;
        let details = Details { reason: Some(reason), reason_text: again.reason_text, ..Details::default() };
        make(tx, actor, old, (ReferralMove::Cancel, details), now).await?;
    }
    let referral = prepare(tx, actor, case, new_id, &again.draft, now).await?;
    if !again.send {
        return Ok(referral);
    }
    let details = Details { override_reason: again.override_reason, ..Details::default() };
    make(tx, actor, referral, (ReferralMove::Send, details), now).await
}

async fn make(
    tx: &mut Conn,
    actor: &Actor,
    referral: Referral,
    (by, details): (ReferralMove, Details),
    now: DateTime<Utc>,
) -> Result<Referral, Error> {
    let command = Command { by, who: Who::Staff, at: now, details };
    moves::make(tx, By::Account(actor), referral, &command, now, |_| Ok(())).await
}
