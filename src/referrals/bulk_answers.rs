//! `/inbox/answers`: one answer to several referrals, each judged alone.

use std::collections::HashSet;

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::commands::MakeMove;
use super::model::Referral;
use super::moves::{self, By};
use super::moving::check_named;
use super::rules::{Who, is_seen_by_partner};
use super::views::InboxRow;
use crate::auth::{Actor, Permission};
use crate::ids::ReferralId;
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::db::{Conn, attempt};
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, IfMatch, ok};
use crate::platform::receipts;
use crate::problems;

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(answer_several);
}

/// Most referrals answered at once.
const MOST: usize = 100;

/// One answer to several referrals.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerSeveral {
    /// Which, each with the version that was on the screen; 1 to 100.
    pub referrals: Vec<AnsweredVersion>,
    /// The answer to each: acknowledge, accept, decline, hold and so on, with what the move must come with.
    pub answer: MakeMove,
}

/// A referral as it was on the screen.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnsweredVersion {
    /// Which.
    pub id: ReferralId,
    /// Its version.
    pub version: i32,
}

/// What came of each, in the order asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnsweredSeveral {
    /// One for each.
    pub results: Vec<AnswerResult>,
}

/// What came of one.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerResult {
    /// Which.
    pub id: ReferralId,
    /// Whether it stands as answered now, by this or by the same answer before.
    pub answered: bool,
    /// Why not: a code of the catalogue, such as `stale_version`, `referral_already_answered` or `not_found`.
    #[schema(example = "stale_version")]
    pub code: Option<&'static str>,
    /// The same in words.
    pub title: Option<&'static str>,
    /// As it stands now; null when there is no such referral.
    pub referral: Option<InboxRow>,
}

impl AnswerSeveral {
    fn check(&self) -> Result<(), Error> {
        let mut errors = FieldErrors::new();
        if self.referrals.is_empty() || self.referrals.len() > MOST {
            errors.add("referrals", "out_of_range", format!("From 1 to {MOST}."));
        }
        let mut known = HashSet::new();
        for (at, asked) in self.referrals.iter().enumerate() {
            if !known.insert(asked.id) {
                errors.add(format!("referrals/{at}/id"), "doubled", "Is among them already.");
            }
        }
        errors.check()
    }
}

/// Gives one answer to several referrals of the own agency. Each is judged alone: those that can, make the move; of the
/// others it is said why not. What the answer lacks is refused before anything happens.
#[utoipa::path(tag = "inbox", request_body = AnswerSeveral, responses((status = 200, body = AnsweredSeveral)))]
#[post("/inbox/answers")]
async fn answer_several(
    app: web::Data<App>,
    actor: Actor,
    body: Body<AnswerSeveral>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::AnswerReferrals)?;
    let agency = actor.require_agency()?;
    let (body, asked) = body.into_parts();
    body.check()?;
    let now = app.now();
    let answered = app
        .db
        .write(&actor, async |tx| {
            // Asked again it is judged again: what was answered so stands so, and a version that moved on is refused.
            receipts::claim(tx, actor.staff.0, "answer_several", &asked, None, agency.0).await?;
            let mut results = vec![];
            // Always in the same order, so that two who answer at once do not wait for each other.
            let mut ordered = body.referrals.clone();
            ordered.sort_by_key(|asked| asked.id);
            for one in ordered {
                let done = attempt(tx, async |tx| answer(tx, &actor, one, &body.answer, now).await).await?;
                results.push(result(tx, &actor, one.id, done, now).await?);
            }
            let place = |id: ReferralId| body.referrals.iter().position(|asked| asked.id == id);
            results.sort_by_key(|result| place(result.id));
            Ok(AnsweredSeveral { results })
        })
        .await?;
    Ok(ok(answered))
}

async fn answer(
    tx: &mut Conn,
    actor: &Actor,
    asked: AnsweredVersion,
    answer: &MakeMove,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let referral = Referral::lock(tx, actor, asked.id).await?;
    let today = Office::find(tx, referral.office_id).await?.today(now);
    let command = answer.clone().validate(Who::Partner, now, today)?;
    check_named(tx, &command.details).await?;
    let check = |referral: &Referral| IfMatch(asked.version).check(referral.version, ());
    moves::make(tx, By::Account(actor), referral, &command, now, check).await?;
    Ok(())
}

/// The same complaints, each pointing into the body.
fn within_answer(errors: FieldErrors) -> Error {
    let mut all = FieldErrors::new();
    for error in errors.0 {
        all.add(format!("answer{}", error.pointer), error.code, error.detail);
    }
    Error::Invalid(all)
}

/// What is said of one. What is wrong with the answer itself is wrong for all of them.
async fn result(
    tx: &mut Conn,
    actor: &Actor,
    id: ReferralId,
    done: Result<(), Error>,
    now: DateTime<Utc>,
) -> Result<AnswerResult, Error> {
    let refusal = match done {
        Ok(()) => None,
        Err(Error::Problem(problem)) => Some(problem.kind()),
        Err(Error::Invalid(errors)) => return Err(within_answer(errors)),
        Err(error) => return Err(error),
    };
    let referral = match Referral::find(tx, actor, id).await {
        Ok(referral) if is_seen_by_partner(&referral.standing, now) => {
            Some(InboxRow::read(tx, &referral, now).await?)
        }
        _ => None,
    };
    // What is seen no more is told of as if there were no such referral.
    let refusal = if referral.is_none() { Some(&problems::NOT_FOUND) } else { refusal };
    Ok(AnswerResult {
        id,
        answered: refusal.is_none(),
        code: refusal.map(|kind| kind.code),
        title: refusal.map(|kind| kind.title),
        referral,
    })
}
