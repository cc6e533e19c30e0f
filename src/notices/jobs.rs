//! Sending a notice: the row becomes a letter, the letter is handed to the mail server once a try.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::letters::{AboutCase, AboutReferral, DigestItem, Mail, Moment, compose};
use super::links::{CODE_LIFETIME, answer_code, mint_answer_link};
use super::model::{Notice, NoticeKind, NoticeState, Surroundings, mint_invitation};
use super::{bounces, delivery, digest, standing};
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
        if notice.kind == NoticeKind::ReferralDigest {
            digest::drop_past(run.tx, &notice).await?;
        }
        let mut around = Surroundings::of(run.tx, &notice).await?;
        let Some(address) = around.address.clone() else {
            delivery::tried(run.tx, &notice, NoticeState::Dropped, None, run.now).await?;
            return Ok(Verdict::Done);
        };
        // A secret is made only for a mail that goes.
        let carried = match around.still_holds(&notice) {
            true => carried(run.app, run.tx, &notice, &around, run.now).await?,
            false => None,
        };
        let Some(carried) = carried else {
            notice.set_state(run.tx, NoticeState::Dropped, None, run.now).await?;
            return Ok(Verdict::Done);
        };
        let letter = letter(run.app, &notice, address, &words(&notice, &around, carried, run.now))?;
        let (state, reply) = match run.app.mailer.send(&letter).await {
            Sent::Accepted { reply } => (NoticeState::Sent, reply),
            Sent::Deferred { reply } if !run.is_last() => (NoticeState::Deferred, reply),
            Sent::Deferred { reply } | Sent::Refused { reply } => (NoticeState::Failed, reply),
        };
        delivery::tried(run.tx, &notice, state, Some(&reply), run.now).await?;
        Ok(if state == NoticeState::Deferred { Verdict::Later(reply) } else { Verdict::Done })
    }
}

fn letter(app: &App, notice: &Notice, address: String, words: &Paragraphs) -> Result<Letter, Error> {
    let language = notice.language.parse().unwrap_or_default();
    let mut letter = Letter::lay_out(message_id(notice, &app.settings.public_url), address, language, words)?;
    let way_back = app.settings.bounce_address.as_deref();
    letter.return_path = way_back.map(|setting| bounces::rules::return_path(setting, notice.id));
    Ok(letter)
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
    if notice.kind == NoticeKind::ReferralsWaiting {
        let list = if notice.to_agency_id.is_some() { "inbox" } else { "referrals?overdue=true" };
        return format!("{public_url}/{list}");
    }
    match (notice.referral_id, notice.case_id, notice.to_agency_id) {
        (Some(referral), _, Some(_)) => format!("{public_url}/inbox/{referral}"),
        (Some(referral), _, None) => format!("{public_url}/referrals/{referral}"),
        (None, Some(case), _) => format!("{public_url}/cases/{case}"),
        (None, None, Some(_)) => format!("{public_url}/inbox"),
        (None, None, None) => format!("{public_url}/"),
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
    let due = || moment("answer_by").unwrap_or(Moment { at: notice.created_at, zone });
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
        NoticeKind::ReferralDigest => {
            let item = |item: &digest::Item| DigestItem {
                number: item.number.clone(),
                service: item.category.clone(),
                answer_by: item.answer_by.map(|at| Moment { at, zone }),
            };
            Mail::ReferralDigest {
                agency: around.recipient_name.clone(),
                office: office(),
                items: around.gathered.iter().map(item).collect(),
                link: link.clone(),
            }
        }
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
        NoticeKind::NoticeUndeliverable => Mail::NoticeUndeliverable { referral: referral() },
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
        NoticeKind::CaseEmergency => Mail::CaseEmergency { case: case(), due: moment("due_at") },
        NoticeKind::ReferralReminder => Mail::ReferralReminder {
            referral: referral(),
            priority: text("priority", "priority"),
            answer_by: moment("answer_by"),
        },
        NoticeKind::ReferralUnseen => {
            Mail::ReferralUnseen { referral: referral(), priority: text("priority", "priority"), due: due() }
        }
        NoticeKind::ReferralOverdue => Mail::ReferralOverdue {
            referral: referral(),
            priority: text("priority", "priority"),
            answer_by: due(),
        },
        NoticeKind::ReferralExpired => Mail::ReferralExpired { referral: referral() },
        NoticeKind::ReferralContactOverdue => Mail::ReferralContactOverdue {
            referral: referral(),
            priority: text("priority", "priority"),
            due: due(),
        },
        NoticeKind::ReferralReviewDue => Mail::ReferralReviewDue {
            referral: referral(),
            review_on: field::<NaiveDate>(notice, "review_on").unwrap_or_else(|| now.date_naive()),
        },
        NoticeKind::ReferralVerifyDue => Mail::ReferralVerifyDue { referral: referral() },
        NoticeKind::ReferralsWaiting => Mail::ReferralsWaiting {
            office: office(),
            asks: notice.to_agency_id.is_some(),
            count: u32::try_from(around.waits.len()).unwrap_or(u32::MAX),
            lists: standing::lists(&around.waits),
            link: link.clone(),
        },
        NoticeKind::DirectoryToConfirm => Mail::DirectoryToConfirm {
            agency: around.recipient_name.clone(),
            office: office(),
            confirmed_on: field::<NaiveDate>(notice, "confirmed_on"),
            link: link.clone(),
        },
        NoticeKind::AccessReviewDue => Mail::AccessReviewDue {
            case: case(),
            at: moment("at").unwrap_or(Moment { at: notice.created_at, zone }),
        },
        NoticeKind::WebhookDisabled => Mail::WebhookDisabled {
            office: office(),
            host: field::<String>(notice, "host").unwrap_or_default(),
            link: link.clone(),
        },
        NoticeKind::ServiceMarkedFull => Mail::ServiceMarkedFull {
            agency: around.recipient_name.clone(),
            office: office(),
            service: field::<String>(notice, "service").unwrap_or_default(),
            link: link.clone(),
        },
    }
}
