//! The recurring work: whatever is due on any referral, each step once.
//!
//! A step and what it causes are written in one transaction that holds the referral, so a crash does neither, a second
//! worker waits for nothing and finds nothing, and a retry begins anew. After a standstill all that came due is done in
//! one run, which is why one mail can tell of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::model::{self, Armed};
use super::post::{Letter, Post, To};
use super::rules::{self, Acts, ReferralStep, StepOutcome, Telling, Whom};
use super::winding::wind_late;
use crate::cases::tasks::rules::TaskKind;
use crate::ids::StaffId;
use crate::notices::NoticeKind;
use crate::offices::model::Office;
use crate::platform::db::{Conn, attempt};
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, Verdict};
use crate::referrals::commands::{Command, Details};
use crate::referrals::follow_ups::{have_called, set_task};
use crate::referrals::model::{CaseFacts, Referral};
use crate::referrals::moves::{self, By};
use crate::referrals::rules::{ReferralMove, Who};

/// So many referrals are held at once. More than that wait for the next run.
const MOST: i64 = 2_000;

/// Does what the clocks have made due.
#[derive(Debug, Serialize, Deserialize)]
pub struct RunClocks;

impl Job for RunClocks {
    const NAME: &'static str = "RunClocks";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        let (tx, now) = (run.tx, run.now);
        if !model::run_alone(tx).await? {
            return Ok(Verdict::Done);
        }
        for referral in model::lock_unwound(tx, MOST).await? {
            let wound = attempt(tx, async |tx| wind_late(tx, &referral, now).await).await?;
            complain(&referral, wound);
        }
        let mut post = Post::default();
        for (referral, due) in model::lock_due(tx, now, MOST).await? {
            let done = attempt(tx, async |tx| advance(tx, &referral, &due, now).await).await?;
            post.add(complain(&referral, done).unwrap_or_default());
        }
        post.send(tx, now).await?;
        Ok(Verdict::Done)
    }
}

/// One referral that cannot be dealt with must not stop the clocks of the others; it is tried again at every run.
fn complain<T>(referral: &Referral, done: Result<T, Error>) -> Option<T> {
    done.inspect_err(|error| tracing::error!(referral.id = %referral.id, %error, "its clock stands still"))
        .ok()
}

async fn advance(
    tx: &mut Conn,
    referral: &Referral,
    due: &[Armed],
    now: DateTime<Utc>,
) -> Result<Vec<Letter>, Error> {
    let case = CaseFacts::find(tx, referral.case_id).await?;
    let steps: Vec<ReferralStep> = due.iter().map(|armed| armed.step).collect();
    match rules::acts(&referral.standing, &steps, now) {
        Acts::Expires => {
            let letters = expire(tx, referral, &case, now).await?;
            for armed in due.iter().filter(|armed| armed.step == ReferralStep::Expire) {
                model::finish(tx, referral.id, armed, StepOutcome::Acted, now).await?;
            }
            Ok(letters)
        }
        Acts::Tells(tellings) => {
            for (place, armed) in due.iter().enumerate() {
                let again = due[place + 1..].iter().any(|later| later.step == armed.step);
                let told = !again && tellings.iter().any(|telling| telling.step == armed.step);
                let outcome = if told { StepOutcome::Acted } else { StepOutcome::Passed };
                model::finish(tx, referral.id, armed, outcome, now).await?;
            }
            let mut letters = vec![];
            for telling in tellings {
                // A mail is read and forgotten; the task stays until the agency was reached or has answered.
                if telling.whom == Whom::Worker && waits_for_agency(telling.kind) {
                    have_called(tx, referral, &case, now).await?;
                }
                letters.extend(letters_of(tx, referral, &case, &telling, now).await?);
            }
            Ok(letters)
        }
    }
}

/// Whether what the worker is told is that the agency has not done what was waited for.
fn waits_for_agency(kind: NoticeKind) -> bool {
    use NoticeKind::{ReferralContactOverdue, ReferralOverdue, ReferralReviewDue, ReferralUnseen};
    matches!(kind, ReferralUnseen | ReferralOverdue | ReferralContactOverdue | ReferralReviewDue)
}

/// Ends it without an answer, and gives the need to somebody to refer elsewhere.
async fn expire(
    tx: &mut Conn,
    referral: &Referral,
    case: &CaseFacts,
    now: DateTime<Utc>,
) -> Result<Vec<Letter>, Error> {
    let command =
        Command { by: ReferralMove::Expire, who: Who::System, at: now, details: Details::default() };
    moves::make(tx, By::Service, referral.clone(), &command, now, |_| Ok(())).await?;
    let today = Office::find(tx, referral.office_id).await?.today(now);
    let told = case.whom_to_tell(tx).await?;
    set_task(tx, referral, TaskKind::ReferElsewhere, today, told.first().copied(), now).await?;
    let kind = NoticeKind::ReferralExpired;
    Ok(told.into_iter().map(|person| letter(referral, To::Staff(person), kind, None)).collect())
}

async fn letters_of(
    tx: &mut Conn,
    referral: &Referral,
    case: &CaseFacts,
    telling: &Telling,
    now: DateTime<Utc>,
) -> Result<Vec<Letter>, Error> {
    let people: Vec<StaffId> = match telling.whom {
        Whom::Agency => {
            return Ok(vec![letter(referral, To::Agency(referral.agency_id), telling.kind, telling.due)]);
        }
        Whom::Worker => case.whom_to_tell(tx).await?,
        Whom::Managers => case.whom_to_warn(tx, now).await?,
    };
    Ok(people
        .into_iter()
        .map(|person| letter(referral, To::Staff(person), telling.kind, telling.due))
        .collect())
}

fn letter(referral: &Referral, to: To, kind: NoticeKind, due: Option<DateTime<Utc>>) -> Letter {
    let standing = &referral.standing;
    Letter {
        to,
        kind,
        referral: referral.id,
        case: referral.case_id,
        office: referral.office_id,
        fields: json!({ "priority": standing.priority, "answer_by": due, "review_on": standing.hold_review_on }),
    }
}
