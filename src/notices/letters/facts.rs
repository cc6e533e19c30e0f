//! What a mail lists beside its sentences: the small table, and the lines of a digest.

use super::{ListedReferral, Mail, Moment, wording};
use crate::platform::text::{Language, Text, Value, say, texts};

/// So many referrals are listed in a mail, each with its link; of the others it says how many there are.
pub const LONGEST_LIST: usize = 60;
/// So many numbers are written out in a mail; of the others it says how many there are.
const NUMBERS_IN_A_MAIL: usize = 40;

impl Mail {
    /// A line for each referral of a mail about several, with the address where it is answered.
    pub(super) fn listed(&self, language: Language) -> Vec<(String, Option<String>)> {
        let (Mail::ReferralDigest { items, .. } | Mail::ReferralsWaiting { items, .. }) = self else {
            return vec![];
        };
        let line = |item: &ListedReferral| {
            let named = [("number", Value::from(&item.number)), ("service", Value::from(&item.service))];
            let text = match (item.answer_by, item.again) {
                (None, _) => texts::MAIL_REFERRAL_DIGEST_LINE_OPEN,
                (Some(_), false) => texts::MAIL_REFERRAL_DIGEST_LINE,
                (Some(_), true) => texts::MAIL_REFERRAL_DIGEST_LINE_AGAIN,
            };
            let due = item.answer_by.map(|due| ("moment", due.into()));
            let values: Vec<_> = named.into_iter().chain(due).collect();
            (say(language, text, &values), item.link.clone())
        };
        let mut lines: Vec<_> = items.iter().take(LONGEST_LIST).map(line).collect();
        if let Some(more) = items.len().checked_sub(LONGEST_LIST).filter(|more| *more > 0) {
            let count = Value::from(u32::try_from(more).unwrap_or(u32::MAX));
            lines.push((say(language, texts::MAIL_REFERRAL_DIGEST_MORE, &[("count", count)]), None));
        }
        lines
    }

    /// The rows of the small table: what the mail is about, then what is new.
    pub(super) fn facts(&self, language: Language) -> Vec<(Text, Value<'_>)> {
        let mut facts = Vec::new();
        if let Some(about) = self.referral() {
            facts.push((texts::MAIL_FACT_REFERRAL, Value::from(&about.number)));
            facts.push((texts::MAIL_FACT_SERVICE, Value::from(&about.service)));
            facts.push((texts::MAIL_FACT_OFFICE, Value::from(&about.office)));
            if !wording::is_for_agency(self) {
                facts.push((texts::MAIL_FACT_AGENCY, Value::from(&about.agency)));
            }
        }
        if let Some(about) = self.case() {
            facts.push((texts::MAIL_FACT_CASE, Value::from(&about.number)));
            facts.push((texts::MAIL_FACT_OFFICE, Value::from(&about.office)));
        }
        if let Mail::ReferralsWaiting { lists, .. } = self {
            facts.extend(
                lists.iter().map(|(wants, numbers)| (*wants, Value::from(listed(numbers, language)))),
            );
        }
        if let Mail::AgencyTask { agency, service, task, .. } = self {
            facts.push((texts::MAIL_FACT_AGENCY, Value::from(agency)));
            facts.extend(service.iter().map(|name| (texts::MAIL_FACT_SERVICE, Value::from(name))));
            facts.push((texts::MAIL_FACT_TO_DO, Value::from(*task)));
        }
        facts.extend(self.news());
        facts
    }

    fn news(&self) -> Vec<(Text, Value<'_>)> {
        let when = |label: Text, moment: &Option<Moment>| moment.map(|it| (label, it.into()));
        let first = match self {
            Mail::ReferralSent { priority, .. }
            | Mail::ReferralReminder { priority, .. }
            | Mail::ReferralOverdue { priority, .. }
            | Mail::ReferralUnseen { priority, .. }
            | Mail::ReferralContactOverdue { priority, .. }
            | Mail::CaseAssigned { priority, .. } => {
                Some((texts::MAIL_FACT_PRIORITY, Value::from(*priority)))
            }
            Mail::ReferralDeclined { reason, .. }
            | Mail::ReferralOnHold { reason, .. }
            | Mail::ReferralFailed { reason, .. }
            | Mail::ReferralWithdrawnByPartner { reason, .. } => {
                Some((texts::MAIL_FACT_REASON, Value::from(*reason)))
            }
            Mail::ReferralCompleted { outcome, .. } => {
                Some((texts::MAIL_FACT_OUTCOME, Value::from(*outcome)))
            }
            Mail::AnswerCode { code, .. } => Some((texts::MAIL_FACT_CODE, Value::from(code))),
            Mail::ServiceMarkedFull { service, .. } => Some((texts::MAIL_FACT_SERVICE, Value::from(service))),
            _ => None,
        };
        let second = match self {
            Mail::ReferralSent { answer_by, .. } | Mail::ReferralReminder { answer_by, .. } => {
                when(texts::MAIL_FACT_ANSWER_BY, answer_by)
            }
            Mail::ReferralOverdue { answer_by, .. } => Some((texts::MAIL_FACT_DUE, (*answer_by).into())),
            Mail::ReferralUnseen { due, .. } | Mail::ReferralContactOverdue { due, .. } => {
                Some((texts::MAIL_FACT_DUE, (*due).into()))
            }
            Mail::CaseAssigned { due, .. } | Mail::CaseEmergency { due, .. } => {
                when(texts::MAIL_FACT_DUE, due)
            }
            Mail::ReferralAccepted { appointment, .. } => when(texts::MAIL_FACT_APPOINTMENT, appointment),
            Mail::ReferralOnHold { review_on, .. } | Mail::ReferralReviewDue { review_on, .. } => {
                Some((texts::MAIL_FACT_REVIEW_ON, Value::from(*review_on)))
            }
            Mail::EmergencyAccess { until, .. } => Some((texts::MAIL_FACT_ACCESS_UNTIL, (*until).into())),
            Mail::PasswordChanged { at, .. }
            | Mail::FileOpenedByManager { at, .. }
            | Mail::AccessReviewDue { at, .. } => Some((texts::MAIL_FACT_AT, (*at).into())),
            Mail::DirectoryToConfirm { confirmed_on, .. } => {
                confirmed_on.map(|day| (texts::MAIL_FACT_CONFIRMED_ON, day.into()))
            }
            _ => None,
        };
        first.into_iter().chain(second).collect()
    }
}

/// Numbers, one after the other.
fn listed(numbers: &[String], language: Language) -> String {
    let shown = &numbers[..numbers.len().min(NUMBERS_IN_A_MAIL)];
    let more = u32::try_from(numbers.len() - shown.len()).unwrap_or(u32::MAX);
    let shown = shown.join(", ");
    if more == 0 {
        return shown;
    }
    say(language, texts::WAITING_AND_MORE, &[("numbers", Value::from(&shown)), ("more", Value::from(more))])
}
