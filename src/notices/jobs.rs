//! Sending a notice: the row becomes a letter, the letter is handed to the mail server once a try.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::letters::{AboutCase, AboutReferral, Mail, Moment, compose};
use super::links::{CODE_LIFETIME, answer_code, mint_answer_link};
use super::model::{Notice, NoticeKind, NoticeState, Surroundings, mint_invitation};
use crate::ids::{AnswerCodeId, InvitationId, NoticeId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, Verdict};
use crate::platform::mail::{Letter, Paragraphs, Sent};
use crate::platform::text::{Language, Text, texts};

/// Hands one notice to the mail server.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendNotice {
    /// Which.
    pub notice: NoticeId,
}

impl Job for SendNotice {
    const NAME: &'static str = "SendNotice";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        let Some(notice) = Notice::lock(run.tx, self.notice).await? else { return Ok(Verdict::Done) };
        if !matches!(notice.state, NoticeState::Queued | NoticeState::Deferred) {
            return Ok(Verdict::Done);
        }
        let around = Surroundings::of(run.tx, &notice).await?;
        let carried = carried(run.app, run.tx, &notice, &around, run.now).await?;
        let (Some(address), Some(carried)) = (around.address.clone(), carried) else {
            notice.set_state(run.tx, NoticeState::Dropped, None, run.now).await?;
            return Ok(Verdict::Done);
        };
        let language = notice.language.parse().unwrap_or_default();
        let words = words(&notice, &around, carried, run.now);
        let letter =
            Letter::lay_out(message_id(&notice, &run.app.settings.public_url), address, language, &words)?;
        match run.app.mailer.send(&letter).await {
            Sent::Accepted { reply } => {
                notice.set_state(run.tx, NoticeState::Sent, Some(&reply), run.now).await?;
                Ok(Verdict::Done)
            }
            Sent::Deferred { reply } => {
                let state = if run.is_last() { NoticeState::Failed } else { NoticeState::Deferred };
                notice.set_state(run.tx, state, Some(&reply), run.now).await?;
                if run.is_last() { Ok(Verdict::Done) } else { Ok(Verdict::Later(reply)) }
            }
            Sent::Refused { reply } => {
                notice.set_state(run.tx, NoticeState::Failed, Some(&reply), run.now).await?;
                Ok(Verdict::Done)
            }
        }
    }
}

/// The same at every try, so that a mail sent twice is known as one.
fn message_id(notice: &Notice, public_url: &str) -> String {
    let host = public_url.split("//").nth(1).unwrap_or_default();
    let host = host.split(['/', ':']).next().filter(|host| !host.is_empty()).unwrap_or("localhost");
    format!("{}@{host}", notice.id)
}

/// What the mail carries: the address behind its button, or the code in it. `None` when what it would lead to is over.
async fn carried(
    app: &App,
    tx: &mut Conn,
    notice: &Notice,
    around: &Surroundings,
    now: DateTime<Utc>,
) -> Result<Option<String>, Error> {
    let public_url = &app.settings.public_url;
    match notice.kind {
        NoticeKind::StaffInvitation => {
            let Some(invitation) = field::<InvitationId>(notice, "invitation") else { return Ok(None) };
            let minted = mint_invitation(tx, invitation, now).await?;
            // In the fragment, so that it reaches no server's log.
            Ok(minted.map(|(token, _)| format!("{public_url}/invitation#{token}")))
        }
        NoticeKind::AnswerCode => {
            let Some(code) = field::<AnswerCodeId>(notice, "answer_code") else { return Ok(None) };
            answer_code(tx, &app.vault, code, now).await
        }
        _ => {
            let lifetime = TimeDelta::days(app.settings.answer_link_days.into());
            let token = mint_answer_link(tx, &app.vault, notice, lifetime, now).await?;
            // Language and office stand in the address, so that a link that is over can still say whom to phone.
            Ok(Some(token.map_or_else(
                || plain_link(public_url, notice),
                |token| {
                    let (language, office) = (&notice.language, &around.office_code);
                    format!("{public_url}/r/{token}?lang={language}&office={office}")
                },
            )))
        }
    }
}

/// Where a recipient who signs in finds what the notice is about.
fn plain_link(public_url: &str, notice: &Notice) -> String {
    match (notice.referral_id, notice.case_id, notice.to_agency_id) {
        (Some(referral), _, Some(_)) => format!("{public_url}/inbox/{referral}"),
        (Some(referral), _, None) => format!("{public_url}/referrals/{referral}"),
        (None, Some(case), _) => format!("{public_url}/cases/{case}"),
        (None, None, _) => format!("{public_url}/"),
    }
}

/// What a notice says, to one who may read it; the secret of a link or code is left out.
pub fn readable(notice: &Notice, around: &Surroundings, public_url: &str) -> Paragraphs {
    let carried = match notice.kind {
        NoticeKind::StaffInvitation => format!("{public_url}/invitation"),
        NoticeKind::AnswerCode => "••• •••".to_owned(),
        _ => plain_link(public_url, notice),
    };
    words(notice, around, carried, notice.created_at)
}

fn words(notice: &Notice, around: &Surroundings, carried: String, now: DateTime<Utc>) -> Paragraphs {
    let language: Language = notice.language.parse().unwrap_or_default();
    compose(&mail(notice, around, carried, now), language)
}

fn field<T: serde::de::DeserializeOwned>(notice: &Notice, name: &str) -> Option<T> {
    serde_json::from_value(notice.fields.get(name).cloned().unwrap_or(Value::Null)).ok()
}

/// Whole minutes, for a mail that may have waited a while.
fn minutes_left(time: TimeDelta) -> u32 {
    u32::try_from(time.num_minutes()).unwrap_or(0).max(1)
}

/// Finds the mail of a notice and gives it its fields. `link` is the address it leads to; of a code, the code.
fn mail(notice: &Notice, around: &Surroundings, link: String, now: DateTime<Utc>) -> Mail {
    let zone = around.recipient_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let moment = |name: &str| field::<DateTime<Utc>>(notice, name).map(|at| Moment { at, zone });
    let text = |family: &str, name: &str| {
        let code = field::<String>(notice, name).unwrap_or_default();
        Text::of(family, &code).unwrap_or(texts::REASON_OTHER)
    };
    let referral = || AboutReferral {
        number: around.referral_number.clone(),
        service: around.service_category.clone(),
        office: around.office.clone(),
        agency: around.agency.clone(),
        link: link.clone(),
    };
    let case = || AboutCase {
        number: around.case_number.clone(),
        office: around.office.clone(),
        link: link.clone(),
    };
    let office = || if around.office.is_empty() { "Migrant Desk".to_owned() } else { around.office.clone() };
    let reason = || text("reason", "reason");
    match notice.kind {
        NoticeKind::StaffInvitation => Mail::StaffInvitation {
            name: around.recipient_name.clone(),
            office: office(),
            valid_hours: 72,
            link: link.clone(),
        },
        NoticeKind::PasswordChanged => Mail::PasswordChanged {
            office: office(),
            at: Moment { at: notice.created_at, zone },
            link: link.clone(),
        },
        NoticeKind::ReferralSent => Mail::ReferralSent {
            referral: referral(),
            priority: text("priority", "priority"),
            answer_by: moment("answer_by"),
        },
        NoticeKind::AnswerLink => Mail::AnswerLink { referral: referral() },
        NoticeKind::AnswerCode => Mail::AnswerCode {
            number: around.referral_number.clone(),
            office: office(),
            code: link.clone(),
            valid_minutes: minutes_left(notice.created_at + CODE_LIFETIME - now),
        },
        NoticeKind::ReferralCancelled => Mail::ReferralCancelled { referral: referral() },
        NoticeKind::ConsentWithdrawn => Mail::ConsentWithdrawn { referral: referral() },
        NoticeKind::ReferralAmended => Mail::ReferralAmended { referral: referral() },
        NoticeKind::ReferralAccepted => {
            Mail::ReferralAccepted { referral: referral(), appointment: moment("appointment_at") }
        }
        NoticeKind::ReferralDeclined => Mail::ReferralDeclined { referral: referral(), reason: reason() },
        NoticeKind::ReferralOnHold => Mail::ReferralOnHold {
            referral: referral(),
            reason: reason(),
            review_on: field::<NaiveDate>(notice, "review_on").unwrap_or_else(|| now.date_naive()),
        },
        NoticeKind::ReferralInService => Mail::ReferralInService { referral: referral() },
        NoticeKind::ReferralCompleted => {
            Mail::ReferralCompleted { referral: referral(), outcome: text("outcome", "outcome") }
        }
        NoticeKind::ReferralFailed => Mail::ReferralFailed { referral: referral(), reason: reason() },
        NoticeKind::ReferralWithdrawnByPartner => {
            Mail::ReferralWithdrawnByPartner { referral: referral(), reason: reason() }
        }
        NoticeKind::FileOpenedByManager => {
            Mail::FileOpenedByManager { case: case(), at: Moment { at: notice.created_at, zone } }
        }
        NoticeKind::EmergencyAccess => Mail::EmergencyAccess {
            case: case(),
            until: moment("until").unwrap_or(Moment { at: notice.created_at, zone }),
            review_within_hours: 48,
        },
        NoticeKind::CaseAssigned => {
            Mail::CaseAssigned { case: case(), priority: text("priority", "priority"), due: moment("due_at") }
        }
        NoticeKind::CaseReopened => Mail::CaseReopened { case: case() },
    }
}
