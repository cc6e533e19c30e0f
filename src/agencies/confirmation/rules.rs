//! When an agency is asked, how far a link leads, and what its answers come to.

use chrono::{DateTime, NaiveDate, Utc};

use super::links::ConfirmationLink;
use crate::agencies::model::Service;
use crate::agencies::services::model::ServiceChanges;
use crate::agencies::services::rules::{
    CONFIRM_AFTER_DAYS, Capacity, CapacityFrom, Freshness, LONGEST_WAIT_DAYS,
};
use crate::agencies::tasks::rules::AgencyTaskKind;
use crate::platform::crypto::sha256;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::html::Entered;
use crate::platform::validate;

/// Asked once without an answer, it is asked again after so many days; later once a quarter, so that a mailbox nobody reads is
/// not filled.
const AGAIN_AFTER_DAYS: i64 = 30;
/// How long the link in the mail opens the page.
pub const LINK_DAYS: i64 = 45;

/// Whether to ask today. `freshness` is that of its oldest service.
pub fn is_to_be_asked(freshness: Freshness) -> bool {
    let Freshness { asked, asked_days, .. } = freshness;
    let pause = match asked {
        0 => 0,
        1 => AGAIN_AFTER_DAYS,
        _ => CONFIRM_AFTER_DAYS,
    };
    freshness.is_due() && asked_days.is_none_or(|days| asked == 0 || days >= pause)
}

/// The longest correction, in characters.
pub const LONGEST_WORDS: usize = 2_000;

crate::words! {
    /// What an agency says of one service.
    Answer {
        /// All of it is right.
        Right = "right",
        /// It is right, and there is room.
        Room = "room",
        /// It is right, and there is a waiting list.
        Waiting = "waiting",
        /// It is right, and takes nobody now.
        Full = "full",
        /// Something in it is wrong.
        Wrong = "wrong",
        /// It is offered no longer.
        Gone = "gone",
    }
}

/// What decides whether a link leads anywhere.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Way<'a> {
    pub link: &'a ConfirmationLink,
    /// A newer mail with a link has gone out.
    pub superseded: bool,
    /// The agency has ceased to be a partner, or went into another.
    pub agency_retired: bool,
}

/// Whether a link leads to its entry.
pub fn leads(way: &Way<'_>, now: DateTime<Utc>) -> bool {
    way.link.revoked_at.is_none() && way.link.expires_at > now && !way.superseded && !way.agency_retired
}

/// A checked answer about one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it says.
    pub answer: Answer,
    /// How long a person waits.
    pub waiting_days: Option<i16>,
    /// What is wrong, or anything to add, in the agency's words.
    pub words: Option<String>,
}

/// Reads the form about one service.
///
/// # Errors
/// All fields that need another value.
pub fn read(form: &Entered) -> Result<Told, Error> {
    let mut errors = FieldErrors::new();
    let answer = form.get("answer").and_then(|word| word.parse().ok());
    if answer.is_none() {
        errors.add("answer", "required", "Must be chosen.");
    }
    let waiting_days = match form.get("days").filter(|_| answer == Some(Answer::Waiting)).map(str::parse) {
        Some(Ok(days)) if (1..=LONGEST_WAIT_DAYS).contains(&days) => Some(days),
        Some(_) => {
            errors.add("days", "out_of_range", format!("From 1 to {LONGEST_WAIT_DAYS}."));
            None
        }
        None => None,
    };
    let words = validate::text(&mut errors, "words", form.owned("words"), LONGEST_WORDS);
    if answer == Some(Answer::Wrong) && words.is_none() && errors.0.is_empty() {
        errors.add("words", "required", "Must say what is wrong.");
    }
    match answer {
        Some(answer) if errors.0.is_empty() => Ok(Told { answer, waiting_days, words }),
        _ => Err(Error::Invalid(errors)),
    }
}

impl Told {
    /// What of it can be written down at once, by the same right as with an account: that the entry is true, and how full
    /// the service is. A service that is said to be gone takes nobody until the desk has ended it.
    pub fn changes(&self, today: NaiveDate, now: DateTime<Utc>) -> Option<ServiceChanges> {
        let capacity = match self.answer {
            Answer::Right | Answer::Wrong => None,
            Answer::Room => Some(Capacity::Open),
            Answer::Waiting => Some(Capacity::Limited),
            Answer::Full | Answer::Gone => Some(Capacity::Full),
        };
        let is_true = !matches!(self.answer, Answer::Wrong | Answer::Gone);
        (capacity.is_some() || is_true).then(|| ServiceChanges {
            capacity,
            capacity_from: capacity.map(|_| CapacityFrom::Told),
            capacity_at: capacity.map(|_| now),
            waiting_days: capacity.map(|_| self.waiting_days),
            last_confirmed_on: is_true.then_some(today),
            ..ServiceChanges::default()
        })
    }

    /// What of it the desk has to do.
    pub fn task(&self) -> Option<AgencyTaskKind> {
        match self.answer {
            Answer::Gone => Some(AgencyTaskKind::RetireService),
            _ if self.words.is_some() => Some(AgencyTaskKind::CorrectEntry),
            _ => None,
        }
    }

    /// Whether the service stands so already, so that the same answer given twice changes nothing.
    pub fn stands(&self, service: &Service, today: NaiveDate) -> bool {
        let Some(changes) = self.changes(today, DateTime::<Utc>::MIN_UTC) else { return true };
        changes.last_confirmed_on.is_none_or(|day| service.last_confirmed_on == Some(day))
            && changes.capacity.is_none_or(|capacity| {
                (service.capacity, service.capacity_from) == (capacity, CapacityFrom::Told)
                    && service.waiting_days == self.waiting_days
            })
    }
}

/// Whether every service was confirmed today already.
pub fn all_stand(services: &[Service], today: NaiveDate) -> bool {
    services.iter().all(|service| service.last_confirmed_on == Some(today))
}

/// What a page showed, in a few letters: another entry, or the same after an edit, gives others.
pub fn fingerprint(services: &[Service]) -> String {
    let shown: Vec<String> =
        services.iter().map(|service| format!("{}:{}", service.id, service.version)).collect();
    sha256(shown.join(";").as_bytes()).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agency_is_asked_once_a_quarter_and_reminded_once() {
        for (days, asked, asked_days, expected) in [
            (90, 0, None, false),
            (91, 0, None, true),
            // Confirmed after it was asked last.
            (91, 0, Some(91), true),
            (120, 1, Some(29), false),
            (121, 1, Some(30), true),
            (210, 2, Some(89), false),
            (211, 2, Some(90), true),
            (800, 7, Some(30), false),
        ] {
            let freshness = Freshness { days, asked, asked_days };
            assert_eq!(is_to_be_asked(freshness), expected, "{freshness:?}");
        }
    }

    fn form(fields: &[(&str, &str)]) -> Entered {
        Entered::new(fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    fn complains(fields: &[(&str, &str)]) -> Vec<String> {
        match read(&form(fields)) {
            Err(Error::Invalid(errors)) => errors.0.into_iter().map(|error| error.pointer).collect(),
            Ok(_) => vec![],
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn an_answer_says_all_that_it_lacks_at_once() {
        let long = "x".repeat(LONGEST_WORDS + 1);
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);
        let table: &[Case] = &[
            (&[("answer", "right")], &[]),
            (&[("answer", "waiting"), ("days", "30")], &[]),
            (&[("answer", "waiting")], &[]),
            // Days typed before another answer was chosen do not count.
            (&[("answer", "full"), ("days", "many")], &[]),
            (&[], &["/answer"]),
            (&[("answer", "splendid")], &["/answer"]),
            (&[("answer", "waiting"), ("days", "0")], &["/days"]),
            (&[("answer", "waiting"), ("days", "731"), ("words", &long)], &["/days", "/words"]),
            (&[("answer", "wrong"), ("words", "  ")], &["/words"]),
        ];
        for (fields, expected) in table {
            assert_eq!(complains(fields), *expected, "{fields:?}");
        }
    }

    #[test]
    fn what_an_answer_writes_down_and_what_it_leaves_to_the_desk() {
        use AgencyTaskKind::{CorrectEntry, RetireService};
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day");
        let table = [
            (Answer::Right, None, None, true, None),
            (Answer::Right, Some("New phone"), None, true, Some(CorrectEntry)),
            (Answer::Room, None, Some(Capacity::Open), true, None),
            (Answer::Waiting, None, Some(Capacity::Limited), true, None),
            (Answer::Full, None, Some(Capacity::Full), true, None),
            (Answer::Wrong, Some("New phone"), None, false, Some(CorrectEntry)),
            (Answer::Gone, None, Some(Capacity::Full), false, Some(RetireService)),
            (Answer::Gone, Some("Since May"), Some(Capacity::Full), false, Some(RetireService)),
        ];
        for (answer, words, capacity, confirms, task) in table {
            let told = Told { answer, waiting_days: None, words: words.map(str::to_owned) };
            let changes = told.changes(today, DateTime::<Utc>::MIN_UTC);
            assert_eq!(changes.as_ref().and_then(|it| it.capacity), capacity, "{answer}");
            let confirmed = changes.and_then(|it| it.last_confirmed_on);
            assert_eq!((confirmed.is_some(), told.task()), (confirms, task), "{answer}");
        }
    }

    #[test]
    fn a_link_leads_somewhere_until_anything_ends_it() {
        let now: DateTime<Utc> = "2026-11-24T15:00:00Z".parse().expect("a moment");
        let link = ConfirmationLink {
            id: crate::ids::ConfirmationLinkId::new(),
            agency_id: crate::ids::AgencyId::new(),
            notice_id: None,
            created_at: now,
            expires_at: now + chrono::TimeDelta::days(1),
            revoked_at: None,
            used_at: Some(now),
        };
        let revoked = ConfirmationLink { revoked_at: Some(now), ..link.clone() };
        let expired = ConfirmationLink { expires_at: now, ..link.clone() };
        for (link, superseded, agency_retired, expected) in [
            (&link, false, false, true),
            (&link, true, false, false),
            (&link, false, true, false),
            (&revoked, false, false, false),
            (&expired, false, false, false),
        ] {
            assert_eq!(leads(&Way { link, superseded, agency_retired }, now), expected);
        }
    }
}
