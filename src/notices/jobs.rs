//! Sending a notice: the row becomes a letter, the letter is handed to the mail server once a try.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::letters::{AboutCase, AboutReferral, Mail, Moment, compose};
use super::model::{Notice, NoticeKind, NoticeState, Surroundings, mint_invitation};
use crate::ids::{InvitationId, NoticeId};
use crate::platform::app::App;
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
        let link = match secret_link(run.app, run.tx, &notice, run.now).await? {
            Link::Dead => None,
            Link::To(address) => Some(address),
        };
        let (Some(address), Some(link)) = (around.address.clone(), link) else {
            notice.set_state(run.tx, NoticeState::Dropped, None, run.now).await?;
            return Ok(Verdict::Done);
        };
        let language = notice.language.parse().unwrap_or_default();
        let words = words(&notice, &around, link, run.now);
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

enum Link {
    To(String),
    /// What it would lead to is over.
    Dead,
}

async fn secret_link(
    app: &App,
    tx: &mut crate::platform::db::Conn,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<Link, Error> {
    if notice.kind != NoticeKind::StaffInvitation {
        return Ok(Link::To(plain_link(&app.settings.public_url, notice)));
    }
    let Some(invitation) = field::<InvitationId>(notice, "invitation") else { return Ok(Link::Dead) };
    Ok(match mint_invitation(tx, invitation, now).await? {
        // In the fragment, so that it reaches no server's log.
        Some((token, _)) => Link::To(format!("{}/invitation#{token}", app.settings.public_url)),
        None => Link::Dead,
    })
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

/// What a notice says, to one who may read it; a secret link is left out.
pub fn readable(notice: &Notice, around: &Surroundings, public_url: &str) -> Paragraphs {
    let link = if notice.kind == NoticeKind::StaffInvitation {
        format!("{public_url}/invitation")
    } else {
        plain_link(public_url, notice)
    };
    words(notice, around, link, notice.created_at)
}

fn words(notice: &Notice, around: &Surroundings, link: String, now: DateTime<Utc>) -> Paragraphs {
    let language: Language = notice.language.parse().unwrap_or_default();
    compose(&mail(notice, around, link, now), language)
}

fn field<T: serde::de::DeserializeOwned>(notice: &Notice, name: &str) -> Option<T> {
    serde_json::from_value(notice.fields.get(name).cloned().unwrap_or(Value::Null)).ok()
}

/// Finds the mail of a notice and gives it its fields.
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
        NoticeKind::DirectoryToConfirm => Mail::DirectoryToConfirm {
            agency: around.recipient_name.clone(),
            office: office(),
            confirmed_on: field::<NaiveDate>(notice, "confirmed_on"),
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
