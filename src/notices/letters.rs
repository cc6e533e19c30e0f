//! Every mail the service sends: what it must be given, and how it becomes paragraphs in a language.
//!
//! The types have no place for a migrant's name, nationality, document or story, so that no mail can carry one. Links
//! and codes are secrets: nothing here prints itself.

mod facts;
mod wording;

pub use self::facts::LONGEST_LIST;

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

/// What a mail that lists several referrals tells of one.
#[derive(Clone)]
pub struct ListedReferral {
    /// `PIC-2026-000412`
    pub number: String,
    /// As [`AboutReferral::service`].
    pub service: String,
    /// By when the agency decides.
    pub answer_by: Option<Moment>,
    /// It was told of before.
    pub again: bool,
    /// Where it is answered without an account.
    pub link: Option<String>,
}

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
        items: Vec<ListedReferral>,
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
    /// The other side wrote; the words stay inside. `asks` the agency, else the desk.
    ReferralMessage {
        referral: AboutReferral,
        asks: bool,
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
    /// Several referrals in one mail. To the desk `lists` holds what each wants and the numbers; to a partner `asks` is set:
    /// all of `items` wait for its answer.
    ReferralsWaiting {
        office: String,
        asks: bool,
        count: u32,
        lists: Vec<(Text, Vec<String>)>,
        items: Vec<ListedReferral>,
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
    /// To a manager: `task` is to be done about an agency, `service` names the one it is about.
    AgencyTask {
        agency: String,
        office: String,
        service: Option<String>,
        task: Text,
        link: String,
    },
    /// To the supervisors, when nobody but its holder looked at an emergency access in time.
    AccessReviewDue {
        case: AboutCase,
        at: Moment,
    },
}

/// The mail in `language`. Pure: the same mail gives the same words.
pub fn compose(mail: &Mail, language: Language) -> Paragraphs {
    let wording = wording::of(mail);
    let fields = mail.fields(language);
    let told = |text: Text| say(language, text, &fields);
    let facts = mail.facts(language);
    Paragraphs {
        subject: told(wording.subject),
        heading: told(wording.heading),
        lines: wording.lines.iter().map(|line| told(*line)).collect(),
        listed: mail.listed(language),
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
            | Mail::ReferralMessage { referral, .. }
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
            | Mail::AgencyTask { link, .. }
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
            | Mail::ServiceMarkedFull { agency, office, .. }
            | Mail::AgencyTask { agency, office, .. } => {
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
}

impl From<Moment> for Value<'_> {
    fn from(moment: Moment) -> Self {
        Value::Moment(moment.at, moment.zone)
    }
}

#[cfg(test)]
mod tests;
