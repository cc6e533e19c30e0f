//! Reading a body about a person: complaints and codes are gathered, so that all are told at once.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::ids::{MigrantId, StaffId};
use crate::offices::model::Office;
use crate::offices::rules::country_of;
use crate::platform::patch::Patch;
use crate::platform::validate;
use crate::reference::choices::Choices;

/// The most years between a person's birth and today.
pub const LONGEST_LIFE: i32 = 120;

/// What the rules must be told of the world around.
#[derive(Debug, Clone)]
pub struct Setting {
    /// ISO 3166-1 alpha-2 of the office, assumed for phones without a country code.
    pub country: String,
    /// The day it is at the office.
    pub today: NaiveDate,
    /// Now.
    pub now: DateTime<Utc>,
    /// Who writes it down.
    pub by: Option<StaffId>,
}

impl Setting {
    /// The world at a desk.
    pub fn at(office: &Office, by: StaffId, now: DateTime<Utc>) -> Setting {
        Setting { country: country_of(&office.territory), today: office.today(now), now, by: Some(by) }
    }
}

/// What reading a body about a person needs: where complaints and codes go, and what they are measured against.
pub struct Reading<'a> {
    /// Whose file.
    pub owner: MigrantId,
    /// The world around.
    pub setting: &'a Setting,
    /// Where complaints and codes go.
    pub choices: &'a mut Choices,
    /// Where in the body the part that is read stands, such as `contact_points/0/`; empty for the body itself.
    pub at: String,
}

impl<'a> Reading<'a> {
    /// Of a body that is about one file.
    pub fn of(owner: MigrantId, setting: &'a Setting, choices: &'a mut Choices) -> Reading<'a> {
        Reading { owner, setting, choices, at: String::new() }
    }

    fn place(&self, field: &str) -> String {
        format!("{}{field}", self.at)
    }

    /// Notes a complaint.
    pub fn complain(&mut self, field: &str, code: &'static str, detail: &str) {
        let place = self.place(field);
        self.choices.errors.add(place, code, detail);
    }

    /// Notes a code of a list, to be looked up.
    pub fn code(&mut self, field: &str, list: &'static str, code: Option<&String>) {
        if let Some(code) = code {
            self.choices.code(&self.place(field), list, code);
        }
    }

    /// Notes a country, to be looked up.
    pub fn country(&mut self, field: &str, code: Option<&String>) {
        if let Some(code) = code {
            self.choices.country(&self.place(field), code);
        }
    }

    /// Notes a language, to be looked up.
    pub fn language(&mut self, field: &str, code: Option<&String>) {
        if let Some(code) = code {
            self.choices.language(&self.place(field), code);
        }
    }

    /// Reads a text of at most `longest` characters.
    pub fn text(&mut self, field: &str, value: Option<String>, longest: usize) -> Option<String> {
        let place = self.place(field);
        validate::text(&mut self.choices.errors, &place, value, longest)
    }

    /// Reads the change of a text.
    pub fn changed_text(
        &mut self,
        field: &str,
        value: Patch<String>,
        longest: usize,
    ) -> Option<Option<String>> {
        value.into_change().map(|value| self.text(field, value, longest))
    }

    /// Reads the change of several one-line texts; null leaves none.
    pub fn changed_lines(
        &mut self,
        field: &str,
        values: Patch<Vec<String>>,
        most: usize,
    ) -> Option<Vec<String>> {
        let (place, values) = (self.place(field), values.into_change()?.unwrap_or_default());
        Some(validate::lines(&mut self.choices.errors, &place, values, most))
    }

    /// Complains about a day that has not come yet.
    pub fn not_future(&mut self, field: &str, day: Option<NaiveDate>) {
        if day.is_some_and(|day| day > self.setting.today) {
            self.complain(field, "in_future", "Must not lie in the future.");
        }
    }

    /// Complains about a day from which something holds, when it cannot be in the life of a person.
    pub fn in_a_life(&mut self, field: &str, day: NaiveDate) {
        self.not_future(field, Some(day));
        if day.year() < self.setting.today.year() - LONGEST_LIFE {
            self.complain(field, "out_of_range", "Must lie in the last 120 years.");
        }
    }

    /// Complains when `until` lies before `from`.
    pub fn in_order(&mut self, field: &str, from: Option<NaiveDate>, until: Option<NaiveDate>) {
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            self.complain(field, "before_start", "Must not lie before its beginning.");
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A desk in the Philippines at noon UTC.
    pub fn setting() -> Setting {
        let now: DateTime<Utc> = "2026-11-24T12:00:00Z".parse().expect("instant");
        Setting { country: "PH".into(), today: now.date_naive(), now, by: None }
    }
}
