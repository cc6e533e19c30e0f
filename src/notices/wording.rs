//! From a notice and what stands around it to the mail that says it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;

use super::letters::{AboutCase, AboutReferral, ListedReferral, Mail, Moment, compose};
use super::links::CODE_LIFETIME;
use super::model::{Notice, NoticeKind, Surroundings};
use super::{digest, standing};
use crate::platform::mail::Paragraphs;
use crate::platform::text::{Language, Text, texts};

/// The words of a notice. `carried` is the address its button leads to; of a code, the code.
pub fn words(notice: &Notice, around: &Surroundings, carried: String, now: DateTime<Utc>) -> Paragraphs {
    let language: Language = notice.language.parse().unwrap_or_default();
    compose(&mail(notice, around, carried, now), language)
}

pub(super) fn field<T: serde::de::DeserializeOwned>(notice: &Notice, name: &str) -> Option<T> {
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
    let listed = |item: &digest::Item| ListedReferral {
        number: item.number.clone(),
        service: item.category.clone(),
        answer_by: item.answer_by.map(|at| Moment { at, zone }),
        again: item.again,
        link: item.link.clone(),
    };
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
        NoticeKind::ReferralDigest => Mail::ReferralDigest {
            agency: around.recipient_name.clone(),
            office: office(),
            items: around.gathered.iter().map(listed).collect(),
            link: link.clone(),
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
        NoticeKind::ReferralMessage => {
            Mail::ReferralMessage { referral: referral(), asks: notice.to_agency_id.is_some() }
        }
        NoticeKind::ReferralsWaiting => Mail::ReferralsWaiting {
            office: office(),
            asks: notice.to_agency_id.is_some(),
            count: u32::try_from(around.waits.len()).unwrap_or(u32::MAX),
            lists: match notice.to_agency_id {
                Some(_) => vec![],
                None => standing::lists(&around.waits),
            },
            items: match notice.to_agency_id {
                Some(_) => around.waits.iter().map(|waits| listed(&waits.item)).collect(),
                None => vec![],
            },
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
        NoticeKind::AgencyTask => Mail::AgencyTask {
            agency: field::<String>(notice, "agency_name").unwrap_or_default(),
            office: office(),
            service: field::<String>(notice, "service"),
            task: text("agency-task", "task"),
            link: link.clone(),
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
