//! What a form of the page says: read leniently where a browser may differ, told in the reader's words where it is wrong.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::super::commands::{Command, MakeMove};
use super::super::rules::{ReferralMove, ReferralState, Who};
use super::rules::ANSWERS;
use crate::platform::error::{Error, FieldError, FieldErrors};
use crate::platform::html::{Complaint, Entered};
use crate::platform::text::{Language, Text, say, texts};

impl Entered {
    /// Which answer it is; `None` for a word no page offers.
    pub fn by(&self) -> Option<ReferralMove> {
        self.get("move")?.parse().ok().filter(|by| ANSWERS.contains(by))
    }

    /// In which state the page showed the referral.
    pub fn shown(&self) -> Option<ReferralState> {
        self.get("state")?.parse().ok()
    }

    /// The move it asks for, checked as any other; `zone` is the agency's, whose people typed days and times.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn command(&self, by: ReferralMove, zone: Tz, now: DateTime<Utc>) -> Result<Command, Error> {
        let mut errors = FieldErrors::new();
        let today = now.with_timezone(&zone).date_naive();
        let asked = MakeMove {
            by,
            at: None,
            reason: self.owned("reason"),
            reason_text: self.owned("reason_text"),
            suggested_service_id: self.parsed(&mut errors, "suggested_service_id"),
            appointment_at: self.appointment(&mut errors, zone, now),
            appointment_place: self.owned("appointment_place"),
            began_on: self.parsed(&mut errors, "began_on"),
            review_on: self.parsed(&mut errors, "review_on"),
            outcome: self.parsed(&mut errors, "outcome"),
            confirmed_by: None,
            on_word_of: None,
            word_given_by: None,
            channel: None,
            override_reason: None,
        };
        match (asked.validate(Who::Partner, now, today), errors.0.is_empty()) {
            (Err(Error::Invalid(more)), _) => {
                // A day that cannot be read was left out above; that it is missing says the same less well.
                let unread: Vec<String> = errors.0.iter().map(|error| error.pointer.clone()).collect();
                errors.0.extend(more.0.into_iter().filter(|error| !unread.contains(&error.pointer)));
                Err(Error::Invalid(errors))
            }
            (Ok(_), false) => Err(Error::Invalid(errors)),
            (checked, _) => checked,
        }
    }

    /// Day and time of an appointment on the agency's clock; both or neither.
    fn appointment(&self, errors: &mut FieldErrors, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let day: Option<NaiveDate> = self.parsed(errors, "appointment_on");
        let time = self.get("appointment_time").map(|typed| NaiveTime::parse_from_str(typed, "%H:%M"));
        let time = match time {
            Some(Err(_)) => {
                errors.add("appointment_time", "unreadable", "Cannot be read.");
                return None;
            }
            Some(Ok(time)) => Some(time),
            None => None,
        };
        match (day, time) {
            (Some(day), Some(time)) => {
                let at = match zone.from_local_datetime(&day.and_time(time)) {
                    // Of an hour that comes twice, the first; a client too early waits, one too late is turned away.
                    LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
                    LocalResult::None => {
                        errors.add("appointment_time", "no_such_hour", "The clock jumps over this hour.");
                        return None;
                    }
                };
                if at < now {
                    errors.add("appointment_on", "in_the_past", "Is over.");
                }
                Some(at)
            }
            (Some(_), None) => {
                errors.add("appointment_time", "required", "Needed with the day.");
                None
            }
            (None, Some(_)) if self.get("appointment_on").is_none() => {
                errors.add("appointment_on", "required", "Needed with the time.");
                None
            }
            _ => None,
        }
    }
}

/// Complaints in the reader's words; each field once.
pub fn complaints(language: Language, errors: &[FieldError]) -> Vec<Complaint> {
    let mut told: Vec<Complaint> = Vec::new();
    for error in errors {
        let field = error.pointer.trim_start_matches('/').to_owned();
        if told.iter().all(|complaint| complaint.field != field) {
            let words = say(language, complaint(&field, error.code), &[]);
            told.push(Complaint { field, words });
        }
    }
    told
}

fn complaint(field: &str, code: &str) -> Text {
    match (field, code) {
        ("reason", _) => texts::ANSWER_ERROR_REASON,
        ("reason_text", "required") => texts::ANSWER_ERROR_REASON_TEXT,
        ("outcome", _) => texts::ANSWER_ERROR_OUTCOME,
        ("review_on", _) => texts::ANSWER_ERROR_REVIEW_ON,
        ("began_on", "in_the_future") => texts::ANSWER_ERROR_BEGAN_ON,
        ("appointment_on", "in_the_past") => texts::ANSWER_ERROR_APPOINTMENT_PAST,
        ("appointment_on" | "began_on", _) => texts::ANSWER_ERROR_DAY,
        ("appointment_time", _) => texts::ANSWER_ERROR_TIME,
        (_, "too_long") => texts::ANSWER_ERROR_TOO_LONG,
        _ => texts::ANSWER_ERROR_OTHER,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 24, 15, 0, 0).single().expect("a moment")
    }

    fn entered(fields: &[(&str, &str)]) -> Entered {
        Entered::new(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn complains(by: ReferralMove, fields: &[(&str, &str)]) -> Vec<(String, &'static str)> {
        match entered(fields).command(by, chrono_tz::Asia::Manila, now()) {
            Err(Error::Invalid(errors)) => {
                errors.0.into_iter().map(|error| (error.pointer.replace('/', ""), error.code)).collect()
            }
            Ok(_) => vec![],
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn an_appointment_is_told_on_the_agencys_clock() {
        let form = entered(&[("appointment_on", "2026-11-25"), ("appointment_time", "08:30")]);
        let at = |zone| {
            let command = form.command(ReferralMove::Accept, zone, now()).expect("a command");
            command.details.appointment_at.map(|at| at.to_rfc3339())
        };
        assert_eq!(at(chrono_tz::Asia::Manila).as_deref(), Some("2026-11-25T00:30:00+00:00"));
        assert_eq!(at(chrono_tz::America::Guayaquil).as_deref(), Some("2026-11-25T13:30:00+00:00"));
    }

    #[test]
    fn an_hour_the_clock_skips_is_no_appointment_and_one_it_repeats_is_its_first() {
        let madrid = chrono_tz::Europe::Madrid;
        let skipped = entered(&[("appointment_on", "2027-03-28"), ("appointment_time", "02:30")]);
        assert!(matches!(skipped.command(ReferralMove::Accept, madrid, now()), Err(Error::Invalid(_))));
        let twice = entered(&[("appointment_on", "2027-10-31"), ("appointment_time", "02:30")]);
        let command = twice.command(ReferralMove::Accept, madrid, now()).expect("a command");
        let first = Utc.with_ymd_and_hms(2027, 10, 31, 0, 30, 0).single();
        assert_eq!(command.details.appointment_at, first);
    }

    #[test]
    fn each_answer_says_what_it_lacks_all_at_once() {
        use ReferralMove::{Accept, Begin, Complete, Decline, Hold};
        let named = |pairs: &[(&str, &'static str)]| {
            pairs.iter().map(|(field, code)| ((*field).to_owned(), *code)).collect::<Vec<_>>()
        };
        assert_eq!(complains(Accept, &[]), []);
        assert_eq!(
            complains(Accept, &[("appointment_on", "2026-11-25")]),
            named(&[("appointment_time", "required")])
        );
        assert_eq!(
            complains(Accept, &[("appointment_time", "09:00")]),
            named(&[("appointment_on", "required")])
        );
        assert_eq!(
            complains(Accept, &[("appointment_on", "tomorrow"), ("appointment_time", "9")]),
            named(&[("appointment_on", "unreadable"), ("appointment_time", "unreadable")])
        );
        assert_eq!(
            complains(Accept, &[("appointment_on", "2026-11-24"), ("appointment_time", "08:00")]),
            named(&[("appointment_on", "in_the_past")])
        );
        assert_eq!(complains(Decline, &[]), named(&[("reason", "required")]));
        assert_eq!(complains(Decline, &[("reason", "other")]), named(&[("reason_text", "required")]));
        assert_eq!(complains(Hold, &[]), named(&[("reason", "required"), ("review_on", "required")]));
        assert_eq!(complains(Begin, &[("began_on", "25/11/2026")]), named(&[("began_on", "unreadable")]));
        assert_eq!(complains(Complete, &[("outcome", "splendid")]), named(&[("outcome", "unreadable")]));
    }

    #[test]
    fn every_complaint_has_words() {
        let error = |pointer: &str, code| FieldError { pointer: pointer.into(), code, detail: String::new() };
        let errors = [error("/reason", "required"), error("/reason", "unknown_code"), error("/x", "odd")];
        for language in Language::ALL {
            let told = complaints(language, &errors);
            assert_eq!(told.iter().map(|told| told.field.as_str()).collect::<Vec<_>>(), ["reason", "x"]);
            assert!(told.iter().all(|told| told.words.len() > 8));
        }
    }
}
