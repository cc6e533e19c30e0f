//! A mail to an agency that will not arrive: somebody has to phone, and is told so.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::follow_ups::have_called;
use super::model::{CaseFacts, Moved, Referral};
use super::moves::note_in_case;
use super::rules::ReferralState;
use crate::agencies::tasks::setting::have_phoned as have_phoned_about_entry;
use crate::audit::Event;
use crate::cases::tasks::model::Task;
use crate::cases::tasks::rules::TaskKind;
use crate::ids::{NoticeId, ReferralId};
use crate::notices::delivery::FOLLOW_UNDELIVERED;
use crate::notices::model::Notice;
use crate::notices::standing::{self, Waiting};
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, Verdict};

/// Has the agency phoned about a notice that will not arrive.
#[derive(Debug, Serialize, Deserialize)]
pub struct FollowUndelivered {
    /// Which notice.
    pub notice: NoticeId,
}

impl Job for FollowUndelivered {
    const NAME: &'static str = FOLLOW_UNDELIVERED;

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        let (tx, now) = (run.tx, run.now);
        let Some(notice) = Notice::lock(tx, self.notice).await? else { return Ok(Verdict::Done) };
        // Somebody may have had it sent again meanwhile.
        if !notice.state.is_undelivered() {
            return Ok(Verdict::Done);
        }
        match (notice.kind, notice.to_agency_id) {
            (NoticeKind::DirectoryToConfirm | NoticeKind::ServiceMarkedFull, Some(agency)) => {
                have_phoned_about_entry(tx, agency, now).await?;
            }
            (NoticeKind::ReferralsWaiting, Some(_)) => {
                for Waiting { referral, kind } in standing::waiting(&notice) {
                    follow(tx, &notice, referral, kind, now).await?;
                }
            }
            (kind, Some(_)) => {
                if let Some(referral) = notice.referral_id {
                    follow(tx, &notice, referral, kind, now).await?;
                }
            }
            (_, None) => {}
        }
        Ok(Verdict::Done)
    }
}

/// What an undelivered mail means for one referral that it told of.
async fn follow(
    tx: &mut Conn,
    notice: &Notice,
    referral: ReferralId,
    kind: NoticeKind,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let referral = Referral::lock_any(tx, referral).await?;
    let answered = Moved::of(tx, referral.id).await?.iter().any(|made| made.actor_kind == "partner");
    if !needs_call(kind, referral.standing.state, answered) {
        return Ok(());
    }
    let event = Event::new("notice.undelivered").about("notice", notice.id).at(referral.office_id);
    let facts = json!({ "state": notice.state, "referral": referral.id });
    event.facts(facts).record_unknown(tx, now).await?;
    have_phoned(tx, &referral, notice, now).await
}

/// Whether the agency has to hear by phone what the mail did not tell. `answered`: it has made a move of its own, so it
/// knows the referral.
fn needs_call(kind: NoticeKind, state: ReferralState, answered: bool) -> bool {
    match kind {
        NoticeKind::ReferralSent => state.is_with_partner() && !answered,
        // It knows the referral, and is waited for all the same.
        NoticeKind::ReferralReminder => ReferralState::undecided().contains(&state),
        // It stands at the door and cannot come in.
        NoticeKind::AnswerLink | NoticeKind::AnswerCode => state.is_with_partner(),
        // To stop, to correct, to delete: it matters whatever the state.
        _ => true,
    }
}

/// Puts the call on the desk's list and tells its people, once for each referral that waits for a call.
async fn have_phoned(
    tx: &mut Conn,
    referral: &Referral,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let case = CaseFacts::find(tx, referral.case_id).await?;
    let facts = json!({ "number": referral.number, "agency": referral.agency_id, "notice": notice.kind });
    note_in_case(tx, referral, "referral.mail_undelivered", None, (now, now), facts).await?;
    if Task::is_open_for(tx, referral.id, TaskKind::PhoneAgency).await? {
        return Ok(());
    }
    let people = case.whom_to_tell(tx).await?;
    // A closed case takes no tasks; its people are told all the same.
    have_called(tx, referral, &case, now).await?;
    for person in people {
        NewNotice::to_staff(NoticeKind::NoticeUndeliverable, person)
            .about_referral(referral.id, referral.case_id, referral.office_id)
            .send(tx, now)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_phoned_about_what_is_known_or_over() {
        use ReferralState::{Accepted, Acknowledged, Cancelled, Completed, Sent};
        let table = [
            (NoticeKind::ReferralSent, Sent, false, true),
            (NoticeKind::ReferralSent, Accepted, false, true),
            (NoticeKind::ReferralSent, Accepted, true, false),
            (NoticeKind::ReferralSent, Completed, false, false),
            (NoticeKind::ReferralSent, Cancelled, false, false),
            (NoticeKind::ReferralReminder, Sent, false, true),
            (NoticeKind::ReferralReminder, Acknowledged, true, true),
            (NoticeKind::ReferralReminder, Accepted, true, false),
            (NoticeKind::AnswerLink, Accepted, true, true),
            (NoticeKind::AnswerLink, Cancelled, true, false),
            (NoticeKind::AnswerCode, Sent, false, true),
            (NoticeKind::AnswerCode, Completed, true, false),
            (NoticeKind::ReferralCancelled, Cancelled, true, true),
            (NoticeKind::ConsentWithdrawn, Cancelled, true, true),
            (NoticeKind::ReferralAmended, Accepted, true, true),
        ];
        for (kind, state, answered, calls) in table {
            assert_eq!(needs_call(kind, state, answered), calls, "{kind} {state} {answered}");
        }
    }
}
