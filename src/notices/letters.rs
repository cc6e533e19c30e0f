//! Every mail the service sends: what it must be given, and how it becomes paragraphs in a language.
//!
//! The types have no place for a migrant's name, nationality, document or story, so that no mail can carry one. Links
//! and codes are secrets: nothing here prints itself.

mod wording;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::platform::mail::Paragraphs;
use crate::platform::text::{Language, Text, Value, say, texts};

/// An instant, to be told on the clock of `zone`: the office's in mails to staff, the agency's in mails to partners.
#[derive(Clone, Copy)]
pub struct Moment {
    pub at: DateTime<Utc>,
    pub zone: Tz,
}

/// What any mail about a referral may tell.
#[derive(Clone)]
pub struct AboutReferral {
    /// `PIC-2026-000412`
    pub number: String,
    /// The label of the service category in the recipient's language, such as "Legal advice and representation". For
    /// a restricted need the label of its parent category: never violence, trafficking or health in detail.
    pub service: String,
    /// Name of the sending office.
    pub office: String,
    /// Name of the partner agency.
    pub agency: String,
    /// Absolute address of the referral for this recipient.
    pub link: String,
}

/// What any mail about a case may tell.
#[derive(Clone)]
pub struct AboutCase {
    pub number: String,
    pub office: String,
    pub link: String,
}

/// What a digest tells of one referral.
#[derive(Clone)]
pub struct DigestItem {
    /// `PIC-2026-000412`
    pub number: String,
    /// As [`AboutReferral::service`].
    pub service: String,
    /// By when the agency decides.
    pub answer_by: Option<Moment>,
}

/// So many referrals are listed in a digest; of the others it says how many there are.
const LONGEST_DIGEST: usize = 60;

/// A mail and its fields. `reason`, `outcome` and `priority` are texts of `words.ftl`, found by [`Text::of`].
#[derive(Clone)]
pub enum Mail {
    /// To a new member of staff, who is greeted by name.
    StaffInvitation {
        name: String,
        office: String,
        valid_hours: u32,
        link: String,
    },
    PasswordReset {
        office: String,
        valid_minutes: u32,
        link: String,
    },
    /// To whoever registered it. `host` is where it leads.
    WebhookDisabled {
        office: String,
        host: String,
        link: String,
    },
    /// `link` leads to sign-in.
    PasswordChanged {
        office: String,
        at: Moment,
        link: String,
    },

    /// To the agency. `answer_by` is when a decision is due.
    ReferralSent {
        referral: AboutReferral,
        priority: Text,
        answer_by: Option<Moment>,
    },
    ReferralReminder {
        referral: AboutReferral,
        priority: Text,
        answer_by: Option<Moment>,
    },
    /// To the agency, once a day, when it has chosen so. Speaks for all offices of its items.
    ReferralDigest {
        agency: String,
        office: String,
        items: Vec<DigestItem>,
        link: String,
    },
    /// To the agency, which could not use the link it had.
    AnswerLink {
        referral: AboutReferral,
    },
    /// To the agency's registered mailbox, while someone is answering without an account. Holds no link.
    AnswerCode {
        number: String,
        office: String,
        code: String,
        valid_minutes: u32,
    },
    ReferralCancelled {
        referral: AboutReferral,
    },
    /// The person took consent back; the agency must stop and delete.
    ConsentWithdrawn {
        referral: AboutReferral,
    },
    ReferralAmended {
        referral: AboutReferral,
    },
    /// The agency's directory entry has not been confirmed for long. `office` asks.
    DirectoryToConfirm {
        agency: String,
        office: String,
        confirmed_on: Option<NaiveDate>,
        link: String,
    },
    /// A service of the agency was marked as full because it refused twice. `service` is its name in the directory.
    ServiceMarkedFull {
        agency: String,
        office: String,
        service: String,
        link: String,
    },

    /// To the case worker, as are those below. The place of an appointment is not told.
    ReferralAccepted {
        referral: AboutReferral,
        appointment: Option<Moment>,
    },
    ReferralDeclined {
        referral: AboutReferral,
        reason: Text,
    },
    ReferralOnHold {
        referral: AboutReferral,
        reason: Text,
        review_on: NaiveDate,
    },
    ReferralInService {
        referral: AboutReferral,
    },
    ReferralCompleted {
        referral: AboutReferral,
        outcome: Text,
    },
    ReferralFailed {
        referral: AboutReferral,
        reason: Text,
    },
    ReferralWithdrawnByPartner {
        referral: AboutReferral,
        reason: Text,
    },
    /// Also to the manager, when the escalation is due.
    ReferralOverdue {
        referral: AboutReferral,
        priority: Text,
        answer_by: Moment,
    },
    ReferralExpired {
        referral: AboutReferral,
    },
    /// Nobody at the partner has seen it by `due`. Of an emergency also to the manager.
    ReferralUnseen {
        referral: AboutReferral,
        priority: Text,
        due: Moment,
    },
    /// Accepted, and the person was not reached by `due`.
    ReferralContactOverdue {
        referral: AboutReferral,
        priority: Text,
        due: Moment,
    },
    /// The day to look again at what is on hold is over.
    ReferralReviewDue {
        referral: AboutReferral,
        review_on: NaiveDate,
    },
    /// Completed, and the person was not asked whether the need is met.
    ReferralVerifyDue {
        referral: AboutReferral,
    },
    /// Several referrals in one mail: `lists` holds what each wants and the numbers. To a partner `asks` is set: all of
    /// them wait for its answer.
    ReferralsWaiting {
        office: String,
        asks: bool,
        count: u32,
        lists: Vec<(Text, Vec<String>)>,
        link: String,
    },
    /// A mail to the agency came back or could not be handed over: phone them.
    NoticeUndeliverable {
        referral: AboutReferral,
    },

    /// A manager opened a file with a written reason; the reason is in the case's history, not in the mail.
    FileOpenedByManager {
        case: AboutCase,
        at: Moment,
    },
    /// To the worker and the supervisor.
    EmergencyAccess {
        case: AboutCase,
        until: Moment,
        review_within_hours: u32,
    },
    CaseAssigned {
        case: AboutCase,
        priority: Text,
        due: Option<Moment>,
    },
    CaseReopened {
        case: AboutCase,
    },
    /// To the supervisors, at once.
    CaseEmergency {
        case: AboutCase,
        due: Option<Moment>,
    },
    /// To the supervisors, when nobody but its holder looked at an emergency access in time.
    AccessReviewDue {
        case: AboutCase,
        at: Moment,
    },
}

/// So many numbers are written out in a mail; of the others it says how many there are.
const NUMBERS_IN_A_MAIL: usize = 40;

/// The mail in `language`. Pure: the same mail gives the same words.
pub fn compose(mail: &Mail, language: Language) -> Paragraphs {
    let wording = wording::of(mail);
    let fields = mail.fields(language);
    let told = |text: Text| say(language, text, &fields);
    let facts = mail.facts(language);
    Paragraphs {
        subject: told(wording.subject),
        heading: told(wording.heading),
        lines: wording.lines.iter().map(|line| told(*line)).chain(mail.listed(language)).collect(),
        facts: facts.into_iter().map(|(label, value)| (told(label), value.in_words(language))).collect(),
        action: mail.link().zip(wording.action).map(|(link, label)| (told(label), link.to_owned())),
        footer: told(texts::MAIL_FOOTER),
    }
}

impl Mail {
    fn referral(&self) -> Option<&AboutReferral> {
        match self {
            Mail::ReferralSent { referral, .. }
            | Mail::ReferralReminder { referral, .. }
            | Mail::AnswerLink { referral }
            | Mail::ReferralCancelled { referral }
            | Mail::ConsentWithdrawn { referral }
            | Mail::ReferralAmended { referral }
            | Mail::ReferralAccepted { referral, .. }
            | Mail::ReferralDeclined { referral, .. }
            | Mail::ReferralOnHold { referral, .. }
            | Mail::ReferralInService { referral }
            | Mail::ReferralCompleted { referral, .. }
            | Mail::ReferralFailed { referral, .. }
            | Mail::ReferralWithdrawnByPartner { referral, .. }
            | Mail::ReferralOverdue { referral, .. }
            | Mail::ReferralExpired { referral }
            | Mail::ReferralUnseen { referral, .. }
            | Mail::ReferralContactOverdue { referral, .. }
            | Mail::ReferralReviewDue { referral, .. }
            | Mail::ReferralVerifyDue { referral }
            | Mail::NoticeUndeliverable { referral } => Some(referral),
            _ => None,
        }
    }

    fn case(&self) -> Option<&AboutCase> {
        match self {
            Mail::FileOpenedByManager { case, .. }
            | Mail::EmergencyAccess { case, .. }
            | Mail::CaseAssigned { case, .. }
            | Mail::CaseReopened { case }
            | Mail::CaseEmergency { case, .. }
            | Mail::AccessReviewDue { case, .. } => Some(case),
            _ => None,
        }
    }

    fn link(&self) -> Option<&str> {
        match self {
            Mail::StaffInvitation { link, .. }
            | Mail::PasswordReset { link, .. }
            | Mail::PasswordChanged { link, .. }
            | Mail::WebhookDisabled { link, .. }
            | Mail::ReferralDigest { link, .. }
            | Mail::DirectoryToConfirm { link, .. }
            | Mail::ServiceMarkedFull { link, .. }
            | Mail::ReferralsWaiting { link, .. } => Some(link),
            _ => self
                .referral()
                .map(|about| about.link.as_str())
                .or_else(|| self.case().map(|about| about.link.as_str())),
        }
    }

    /// The values for the texts' variables.
    fn fields(&self, language: Language) -> Vec<(&str, Value<'_>)> {
        if let Some(about) = self.referral() {
            return vec![
                ("number", Value::from(&about.number)),
                ("office", Value::from(&about.office)),
                ("agency", Value::from(&about.agency)),
            ];
        }
        let mut fields = match self.case() {
            Some(about) => {
                vec![("number", Value::from(&about.number)), ("office", Value::from(&about.office))]
            }
            None => Vec::new(),
        };
        let span = |text: Text, count: u32| Value::from(say(language, text, &[("count", count.into())]));
        match self {
            Mail::StaffInvitation { name, office, valid_hours, .. } => fields.extend([
                ("name", Value::from(name)),
                ("office", Value::from(office)),
                ("span", span(texts::WORDS_HOURS, *valid_hours)),
            ]),
            Mail::PasswordReset { office, valid_minutes, .. } => {
                let span = span(texts::WORDS_MINUTES, *valid_minutes);
                fields.extend([("office", Value::from(office)), ("span", span)]);
            }
            Mail::PasswordChanged { office, .. } => fields.push(("office", Value::from(office))),
            Mail::WebhookDisabled { office, host, .. } => {
                fields.extend([("office", Value::from(office)), ("host", Value::from(host))]);
            }
            Mail::AnswerCode { number, office, valid_minutes, .. } => fields.extend([
                ("number", Value::from(number)),
                ("office", Value::from(office)),
                ("span", span(texts::WORDS_MINUTES, *valid_minutes)),
            ]),
            Mail::ReferralDigest { agency, office, items, .. } => fields.extend([
                ("agency", Value::from(agency)),
                ("office", Value::from(office)),
                ("count", Value::from(u32::try_from(items.len()).unwrap_or(u32::MAX))),
            ]),
            Mail::DirectoryToConfirm { agency, office, .. }
            | Mail::ServiceMarkedFull { agency, office, .. } => {
                fields.extend([("agency", Value::from(agency)), ("office", Value::from(office))]);
            }
            Mail::ReferralsWaiting { office, count, .. } => {
                fields.extend([("office", Value::from(office)), ("count", Value::from(*count))]);
            }
            Mail::EmergencyAccess { review_within_hours, .. } => {
                fields.push(("span", span(texts::WORDS_HOURS, *review_within_hours)));
            }
            _ => {}
        }
        fields
    }

    /// A line for each referral of a digest.
    fn listed(&self, language: Language) -> Vec<String> {
        let Mail::ReferralDigest { items, .. } = self else { return vec![] };
        let line = |item: &DigestItem| {
            let (number, service) =
                (("number", Value::from(&item.number)), ("service", Value::from(&item.service)));
            match item.answer_by {
                Some(due) => say(
                    language,
                    texts::MAIL_REFERRAL_DIGEST_LINE,
                    &[number, service, ("moment", due.into())],
                ),
                None => say(language, texts::MAIL_REFERRAL_DIGEST_LINE_OPEN, &[number, service]),
            }
        };
        let mut lines: Vec<String> = items.iter().take(LONGEST_DIGEST).map(line).collect();
        if let Some(more) = items.len().checked_sub(LONGEST_DIGEST).filter(|more| *more > 0) {
            let count = Value::from(u32::try_from(more).unwrap_or(u32::MAX));
            lines.push(say(language, texts::MAIL_REFERRAL_DIGEST_MORE, &[("count", count)]));
        }
        lines
    }

    /// The rows of the small table: what the mail is about, then what is new.
    fn facts(&self, language: Language) -> Vec<(Text, Value<'_>)> {
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

impl From<Moment> for Value<'_> {
    fn from(moment: Moment) -> Self {
        Value::Moment(moment.at, moment.zone)
    }
}

#[cfg(test)]
mod tests;
