//! What may be said of a person: with gaps, but nothing that cannot be true.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{Migrant, MigrantChanges};
use super::reading::{LONGEST_LIFE, Reading};
use crate::auth::{Actor, Permission};
use crate::platform::error::FieldErrors;
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE, PROSE};
use crate::reference::choices::Choices;

crate::words! {
    /// How well a birth date is known.
    BirthPrecision {
        /// To the day.
        Day = "day",
        /// Only the year.
        Year = "year",
        /// Reckoned from an age.
        Estimated = "estimated",
    }
    /// Whether a stay is regular. Restricted, and never a condition of help.
    StayStatus {
        /// Regular.
        Regular = "regular",
        /// Irregular.
        Irregular = "irregular",
        /// Being regularised.
        InProcess = "in_process",
    }
    /// What has become of a file.
    MigrantStatus {
        /// In use.
        Active = "active",
        /// Goes on in another file.
        Merged = "merged",
        /// Should not exist.
        EnteredInError = "entered_in_error",
    }
}

/// Complains about a sex that ISO 5218 does not know here.
pub fn check_sex(errors: &mut FieldErrors, sex: i16) {
    if !(0..=2).contains(&sex) {
        errors.add("sex", "unknown_code", "Must be 0 (not known), 1 or 2.");
    }
}

/// Reads the languages a person speaks.
pub fn languages(choices: &mut Choices, codes: Vec<String>) -> Vec<String> {
    let codes = validate::lines(&mut choices.errors, "languages", codes, 20);
    choices.languages("languages", &codes);
    codes
}

/// Complains when neither of given, family and code name is there.
pub fn require_name(errors: &mut FieldErrors, names: [bool; 3]) {
    let complained = ["/given_names", "/family_names", "/code_name"];
    if names == [false; 3] && !errors.0.iter().any(|error| complained.contains(&error.pointer.as_str())) {
        errors.add("given_names", "required", "Some name, or a code name, is needed.");
    }
}

/// The birth date as it is kept: with a coarser precision the first day it can be; an age gives 1 January of the year.
pub fn birth(
    errors: &mut FieldErrors,
    on: Option<NaiveDate>,
    precision: Option<BirthPrecision>,
    age: Option<i32>,
    today: NaiveDate,
) -> (Option<NaiveDate>, Option<BirthPrecision>) {
    if let Some(age) = age {
        if on.is_some() {
            errors.add("age", "birth_twice", "Give either a birth date or an age.");
        }
        if !(0..=LONGEST_LIFE).contains(&age) {
            errors.add("age", "out_of_range", "Must be 0 to 120 years.");
            return (None, None);
        }
        return (NaiveDate::from_ymd_opt(today.year() - age, 1, 1), Some(BirthPrecision::Estimated));
    }
    let Some(on) = on else {
        if precision.is_some() {
            errors.add("birth_on", "required", "A precision needs a date.");
        }
        return (None, None);
    };
    if on > today || on.year() < today.year() - LONGEST_LIFE {
        errors.add("birth_on", "out_of_range", "Must lie in the last 120 years.");
    }
    let precision = precision.unwrap_or(BirthPrecision::Day);
    let kept =
        if precision == BirthPrecision::Day { Some(on) } else { NaiveDate::from_ymd_opt(on.year(), 1, 1) };
    (kept, Some(precision))
}

/// An edit of a person's file; absent fields stay, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMigrant {
    /// As the person writes them.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub given_names: Patch<String>,
    /// With particles.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub family_names: Patch<String>,
    /// Jr., Sr., III.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub name_suffix: Patch<String>,
    /// What to call a person who gives no name.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub code_name: Patch<String>,
    /// Further spellings and nicknames; null for none.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub other_names: Patch<Vec<String>>,
    /// ISO 5218.
    pub sex: Option<i16>,
    /// A code of list gender_identity.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub gender_identity: Patch<String>,
    /// Day of birth; null clears it with its precision.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub birth_on: Patch<NaiveDate>,
    /// Goes with `birth_on`; `day` when absent.
    pub birth_precision: Option<BirthPrecision>,
    /// Years of age, instead of a birth date.
    pub age: Option<i32>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub nationality: Patch<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub second_nationality: Patch<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub birth_country: Patch<String>,
    /// ISO 639-3, best first; null for none.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub languages: Patch<Vec<String>>,
    /// An interpreter is wanted.
    pub interpreter_needed: Option<bool>,
    /// A code of territories.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub territory: Patch<String>,
    /// One line to find the place.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub landmark: Patch<String>,
    /// What the person does for a living.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub occupation: Patch<String>,
    /// What the person can do; null for nothing known.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub skills: Patch<Vec<String>>,
    /// Restricted.
    #[serde(default)]
    #[schema(value_type = Option<StayStatus>)]
    pub stay_status: Patch<StayStatus>,
    /// Not checked by staff yet.
    pub unverified: Option<bool>,
    /// What colleagues should know when meeting the person.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub remarks: Patch<String>,
}

impl UpdateMigrant {
    /// Checks everything that needs no database, against the file as it is.
    /// `reads` says whether the actor may read restricted facts of the person.
    pub fn validate(self, file: &Migrant, reads: bool, ctx: &mut Reading<'_>) -> MigrantChanges {
        if self.stay_status.is_named() && file.stay_status.is_some() && !reads {
            ctx.complain("stay_status", "restricted", "Only who may read it may change it.");
        }
        ctx.code("gender_identity", "gender_identity", self.gender_identity.as_set());
        ctx.country("nationality", self.nationality.as_set());
        ctx.country("second_nationality", self.second_nationality.as_set());
        ctx.country("birth_country", self.birth_country.as_set());
        if let Some(code) = self.territory.as_set() {
            ctx.choices.territory("territory", code);
        }
        if let Some(sex) = self.sex {
            check_sex(&mut ctx.choices.errors, sex);
        }
        let (birth_on, birth_precision) = self.birth(ctx);
        let changes = MigrantChanges {
            given_names: ctx.changed_text("given_names", self.given_names, LINE),
            family_names: ctx.changed_text("family_names", self.family_names, LINE),
            name_suffix: ctx.changed_text("name_suffix", self.name_suffix, 20),
            code_name: ctx.changed_text("code_name", self.code_name, LINE),
            other_names: ctx.changed_lines("other_names", self.other_names, 20),
            sex: self.sex,
            gender_identity: self.gender_identity.into_change(),
            birth_on,
            birth_precision,
            nationality: self.nationality.into_change(),
            second_nationality: self.second_nationality.into_change(),
            birth_country: self.birth_country.into_change(),
            languages: self
                .languages
                .into_change()
                .map(|codes| languages(ctx.choices, codes.unwrap_or_default())),
            interpreter_needed: self.interpreter_needed,
            territory: self.territory.into_change(),
            landmark: ctx.changed_text("landmark", self.landmark, LINE),
            occupation: ctx.changed_text("occupation", self.occupation, LINE),
            skills: ctx.changed_lines("skills", self.skills, 50),
            stay_status: self.stay_status.into_change(),
            unverified: self.unverified,
            remarks: ctx.changed_text("remarks", self.remarks, PROSE),
        };
        let left = |change: &Option<Option<String>>, kept: &Option<String>| {
            change.as_ref().unwrap_or(kept).is_some()
        };
        let names = [
            left(&changes.given_names, &file.given_names),
            left(&changes.family_names, &file.family_names),
            left(&changes.code_name, &file.code_name),
        ];
        require_name(&mut ctx.choices.errors, names);
        changes
    }

    /// What becomes of birth date and precision.
    fn birth(&self, ctx: &mut Reading<'_>) -> (Option<Option<NaiveDate>>, Option<Option<BirthPrecision>>) {
        match (&self.birth_on, self.age) {
            (Patch::Keep, None) => {
                if self.birth_precision.is_some() {
                    ctx.complain("birth_on", "required", "A precision needs a date.");
                }
                (None, None)
            }
            (Patch::Clear, None) => (Some(None), Some(None)),
            (on, age) => {
                let (errors, today) = (&mut ctx.choices.errors, ctx.setting.today);
                let (on, precision) = birth(errors, on.as_set().copied(), self.birth_precision, age, today);
                (Some(on), Some(precision))
            }
        }
    }
}

/// The moves an actor may make on a file now.
pub fn allowed(actor: &Actor, status: MigrantStatus) -> Vec<&'static str> {
    let mut allowed = vec![];
    if actor.may(Permission::EditMigrants) && status == MigrantStatus::Active {
        allowed.extend([
            "edit",
            "add_contact_point",
            "add_document",
            "add_mobility",
            "add_specific_need",
            "relate",
            "consent",
        ]);
    }
    if actor.may(Permission::ReadDocumentNumbers) {
        allowed.push("read_document_number");
    }
    allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrants::reading::tests::setting;

    #[test]
    fn an_age_becomes_an_estimated_year() {
        let mut errors = FieldErrors::new();
        let (on, precision) = birth(&mut errors, None, None, Some(27), setting().today);
        assert_eq!(on, NaiveDate::from_ymd_opt(1999, 1, 1));
        assert_eq!(precision, Some(BirthPrecision::Estimated));
    }
}
