//! What may be said of a person: with gaps, but nothing that cannot be true.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::consents::model::NewConsent;
use super::consents::rules::GiveConsent;
use super::file::model::{NewContactPoint, NewMobilityPeriod, NewSpecificNeed};
use super::file::rules::{AddContactPoint, AddIdentityDocument, AddMobility, AddSpecificNeed, Paper};
use super::model::{MigrantChanges, NewMigrant};
pub use super::names::{display_name, search_keys};
use crate::ids::{MigrantId, OfficeId, StaffId};
use crate::platform::error::FieldErrors;
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE, PROSE};

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

/// What the rules must be told of the world around.
#[derive(Debug, Clone)]
pub struct Setting {
    /// ISO 3166-1 alpha-2 of the office, assumed for phones without a country code.
    pub country: String,
    /// The day it is at the office.
    pub today: NaiveDate,
    /// Now.
    pub now: DateTime<Utc>,
    /// Who writes it down; nobody for imports by command.
    pub by: Option<StaffId>,
}

/// Codes a body names, with where it names them; checked against the reference tables in one go.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// (pointer, list, code)
    pub codes: Vec<(String, &'static str, String)>,
    /// (pointer, ISO 3166-1 alpha-2)
    pub countries: Vec<(String, String)>,
    /// (pointer, ISO 639-3)
    pub languages: Vec<(String, String)>,
    /// (pointer, code of territories)
    pub territories: Vec<(String, String)>,
}

impl Named {
    /// Notes a code of a list.
    pub fn code(&mut self, pointer: impl Into<String>, list: &'static str, code: Option<&String>) {
        self.codes.extend(code.map(|code| (pointer.into(), list, code.clone())));
    }

    /// Notes a country.
    pub fn country(&mut self, pointer: impl Into<String>, code: Option<&String>) {
        self.countries.extend(code.map(|code| (pointer.into(), code.clone())));
    }

    /// Notes a language.
    pub fn language(&mut self, pointer: impl Into<String>, code: Option<&String>) {
        self.languages.extend(code.map(|code| (pointer.into(), code.clone())));
    }
}

/// A person to register. Required are only some name (or code name) and the sex.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterMigrant {
    /// Made by the client when it works offline.
    pub id: Option<MigrantId>,
    /// The office that registers.
    pub office_id: OfficeId,
    /// When the person was met; now when absent.
    pub registered_at: Option<DateTime<Utc>>,
    /// As the person writes them.
    #[schema(example = "Ma. Luz")]
    pub given_names: Option<String>,
    /// With particles.
    #[schema(example = "dela Peña")]
    pub family_names: Option<String>,
    /// Jr., Sr., III.
    #[schema(example = "Jr.")]
    pub name_suffix: Option<String>,
    /// What to call a person who gives no name.
    #[schema(example = "Luna")]
    pub code_name: Option<String>,
    /// Further spellings and nicknames.
    #[serde(default)]
    pub other_names: Vec<String>,
    /// ISO 5218: 0 not known, 1 male, 2 female.
    #[schema(example = 2)]
    pub sex: i16,
    /// A code of list gender_identity.
    pub gender_identity: Option<String>,
    /// Day of birth; with precision `year` any day of it.
    #[schema(example = "1991-04-17")]
    pub birth_on: Option<NaiveDate>,
    /// `day` when absent.
    pub birth_precision: Option<BirthPrecision>,
    /// Years of age, instead of a birth date.
    #[schema(example = 27)]
    pub age: Option<i32>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "PH")]
    pub nationality: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub second_nationality: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub birth_country: Option<String>,
    /// ISO 639-3, best first.
    #[serde(default)]
    #[schema(example = json!(["bik", "fil"]))]
    pub languages: Vec<String>,
    /// An interpreter is wanted.
    #[serde(default)]
    pub interpreter_needed: bool,
    /// Where the person stays; a code of territories.
    pub territory: Option<String>,
    /// One line to find the place.
    pub landmark: Option<String>,
    /// What the person does for a living.
    pub occupation: Option<String>,
    /// What the person can do.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Restricted.
    pub stay_status: Option<StayStatus>,
    /// Not checked by staff yet.
    #[serde(default)]
    pub unverified: bool,
    /// What colleagues should know when meeting the person.
    pub remarks: Option<String>,
    /// Ways to reach the person.
    #[serde(default)]
    pub contact_points: Vec<AddContactPoint>,
    /// Papers.
    #[serde(default)]
    pub identity_documents: Vec<AddIdentityDocument>,
    /// Mobility categories.
    #[serde(default)]
    pub mobility: Vec<AddMobility>,
    /// Vulnerabilities.
    #[serde(default)]
    pub specific_needs: Vec<AddSpecificNeed>,
    /// What the person agreed to.
    #[serde(default)]
    pub consents: Vec<GiveConsent>,
}

/// A checked registration. Codes in [`Registration::named`] are still to be checked against the reference tables.
#[derive(Debug)]
pub struct Registration {
    /// The file’s row, without number.
    pub migrant: NewMigrant,
    /// Ways to reach the person.
    pub contact_points: Vec<NewContactPoint>,
    /// Papers with their numbers in clear.
    pub papers: Vec<Paper>,
    /// Mobility categories.
    pub mobility: Vec<NewMobilityPeriod>,
    /// Vulnerabilities; `restricted` is set from the code when written.
    pub specific_needs: Vec<NewSpecificNeed>,
    /// Consents.
    pub consents: Vec<NewConsent>,
    /// Codes to check.
    pub named: Named,
}

/// Most parts of one kind in one registration.
const MOST_PARTS: usize = 50;

impl RegisterMigrant {
    /// Checks everything that needs no database. Complaints go to `errors`; with any, the result is not to be used.
    pub fn validate(self, setting: &Setting, errors: &mut FieldErrors) -> Registration {
        let id = self.id.unwrap_or_else(MigrantId::new);
        let mut named = Named::default();
        named.code("gender_identity", "gender_identity", self.gender_identity.as_ref());
        named.country("nationality", self.nationality.as_ref());
        named.country("second_nationality", self.second_nationality.as_ref());
        named.country("birth_country", self.birth_country.as_ref());
        named.territories.extend(self.territory.iter().map(|code| ("territory".into(), code.clone())));
        check_sex(errors, self.sex);
        let (birth_on, birth_precision) =
            birth(errors, self.birth_on, self.birth_precision, self.age, setting.today);
        let registered_at = self.registered_at.unwrap_or(setting.now);
        if registered_at > setting.now {
            errors.add("registered_at", "in_future", "Must not lie in the future.");
        }
        let migrant = NewMigrant {
            id,
            office_id: self.office_id,
            given_names: validate::text(errors, "given_names", self.given_names, LINE),
            family_names: validate::text(errors, "family_names", self.family_names, LINE),
            name_suffix: validate::text(errors, "name_suffix", self.name_suffix, 20),
            code_name: validate::text(errors, "code_name", self.code_name, LINE),
            other_names: validate::lines(errors, "other_names", self.other_names, 20),
            sex: self.sex,
            gender_identity: self.gender_identity,
            birth_on,
            birth_precision,
            nationality: self.nationality,
            second_nationality: self.second_nationality,
            birth_country: self.birth_country,
            languages: languages(errors, &mut named, self.languages),
            interpreter_needed: self.interpreter_needed,
            territory: self.territory,
            landmark: validate::text(errors, "landmark", self.landmark, LINE),
            occupation: validate::text(errors, "occupation", self.occupation, LINE),
            skills: validate::lines(errors, "skills", self.skills, 50),
            stay_status: self.stay_status,
            unverified: self.unverified,
            remarks: validate::text(errors, "remarks", self.remarks, PROSE),
            external_key: None,
            registered_at,
            registered_by: setting.by,
        };
        require_name(errors, &migrant);
        let mut ctx = Reading { owner: id, setting, errors, named: &mut named };
        let contact_points =
            parts(&mut ctx, "contact_points", self.contact_points, AddContactPoint::validate);
        let papers =
            parts(&mut ctx, "identity_documents", self.identity_documents, AddIdentityDocument::validate);
        let mobility = parts(&mut ctx, "mobility", self.mobility, AddMobility::validate);
        let specific_needs =
            parts(&mut ctx, "specific_needs", self.specific_needs, AddSpecificNeed::validate);
        let consents = parts(&mut ctx, "consents", self.consents, GiveConsent::validate);
        Registration { migrant, contact_points, papers, mobility, specific_needs, consents, named }
    }
}

/// What reading a part of a file needs.
pub struct Reading<'a> {
    /// Whose file.
    pub owner: MigrantId,
    /// The world around.
    pub setting: &'a Setting,
    /// Where complaints go.
    pub errors: &'a mut FieldErrors,
    /// Where codes go.
    pub named: &'a mut Named,
}

fn parts<T, U>(
    ctx: &mut Reading<'_>,
    pointer: &str,
    bodies: Vec<T>,
    read: impl Fn(T, &str, i16, &mut Reading<'_>) -> U,
) -> Vec<U> {
    if bodies.len() > MOST_PARTS {
        ctx.errors.add(pointer, "too_many", format!("At most {MOST_PARTS}."));
        return vec![];
    }
    let number = |index: usize| i16::try_from(index).unwrap_or(i16::MAX);
    let read_one = |(index, body)| read(body, &format!("{pointer}/{index}/"), number(index), ctx);
    bodies.into_iter().enumerate().map(read_one).collect()
}

fn require_name(errors: &mut FieldErrors, migrant: &NewMigrant) {
    let complained = ["/given_names", "/family_names", "/code_name"];
    let names = [&migrant.given_names, &migrant.family_names, &migrant.code_name];
    if names.iter().all(|name| name.is_none())
        && !errors.0.iter().any(|error| complained.contains(&error.pointer.as_str()))
    {
        errors.add("given_names", "required", "Some name, or a code name, is needed.");
    }
}

fn check_sex(errors: &mut FieldErrors, sex: i16) {
    if !(0..=2).contains(&sex) {
        errors.add("sex", "unknown_code", "Must be 0 (not known), 1 or 2.");
    }
}

fn languages(errors: &mut FieldErrors, named: &mut Named, codes: Vec<String>) -> Vec<String> {
    let codes = validate::lines(errors, "languages", codes, 20);
    for (index, code) in codes.iter().enumerate() {
        named.language(format!("languages/{index}"), Some(code));
    }
    codes
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
        if !(0..=120).contains(&age) {
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
    if on > today || on.year() < today.year() - 120 {
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
    /// Further spellings and nicknames.
    pub other_names: Option<Vec<String>>,
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
    /// ISO 639-3, best first.
    pub languages: Option<Vec<String>>,
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
    /// What the person can do.
    pub skills: Option<Vec<String>>,
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
    /// The names of the fields the edit speaks of, for the audit trail.
    pub fn fields(&self) -> Vec<&'static str> {
        let patched = [
            ("given_names", self.given_names.is_named()),
            ("family_names", self.family_names.is_named()),
            ("name_suffix", self.name_suffix.is_named()),
            ("code_name", self.code_name.is_named()),
            ("other_names", self.other_names.is_some()),
            ("sex", self.sex.is_some()),
            ("gender_identity", self.gender_identity.is_named()),
            ("birth", self.birth_on.is_named() || self.age.is_some()),
            ("nationality", self.nationality.is_named()),
            ("second_nationality", self.second_nationality.is_named()),
            ("birth_country", self.birth_country.is_named()),
            ("languages", self.languages.is_some()),
            ("interpreter_needed", self.interpreter_needed.is_some()),
            ("territory", self.territory.is_named()),
            ("landmark", self.landmark.is_named()),
            ("occupation", self.occupation.is_named()),
            ("skills", self.skills.is_some()),
            ("stay_status", self.stay_status.is_named()),
            ("unverified", self.unverified.is_some()),
            ("remarks", self.remarks.is_named()),
        ];
        patched.into_iter().filter(|(_, named)| *named).map(|(name, _)| name).collect()
    }

    /// Checks everything that needs no database. `kept` says which of given, family and code name the file has.
    pub fn validate(
        self,
        setting: &Setting,
        kept: [bool; 3],
        errors: &mut FieldErrors,
        named: &mut Named,
    ) -> MigrantChanges {
        let line = |errors: &mut FieldErrors, pointer: &str, patch: Patch<String>, longest: usize| {
            patch.into_change().map(|value| validate::text(errors, pointer, value, longest))
        };
        named.code("gender_identity", "gender_identity", self.gender_identity.as_set());
        named.country("nationality", self.nationality.as_set());
        named.country("second_nationality", self.second_nationality.as_set());
        named.country("birth_country", self.birth_country.as_set());
        named.territories.extend(self.territory.as_set().map(|code| ("territory".to_owned(), code.clone())));
        if let Some(sex) = self.sex {
            check_sex(errors, sex);
        }
        let (birth_on, birth_precision) = match (self.birth_on, self.age) {
            (Patch::Keep, None) => {
                if self.birth_precision.is_some() {
                    errors.add("birth_on", "required", "A precision needs a date.");
                }
                (None, None)
            }
            (Patch::Clear, None) => (Some(None), Some(None)),
            (on, age) => {
                let (on, precision) =
                    birth(errors, on.into_change().flatten(), self.birth_precision, age, setting.today);
                (Some(on), Some(precision))
            }
        };
        let changes = MigrantChanges {
            given_names: line(errors, "given_names", self.given_names, LINE),
            family_names: line(errors, "family_names", self.family_names, LINE),
            name_suffix: line(errors, "name_suffix", self.name_suffix, 20),
            code_name: line(errors, "code_name", self.code_name, LINE),
            other_names: self.other_names.map(|names| validate::lines(errors, "other_names", names, 20)),
            sex: self.sex,
            gender_identity: self.gender_identity.into_change(),
            birth_on,
            birth_precision,
            nationality: self.nationality.into_change(),
            second_nationality: self.second_nationality.into_change(),
            birth_country: self.birth_country.into_change(),
            languages: self.languages.map(|codes| languages(errors, named, codes)),
            interpreter_needed: self.interpreter_needed,
            territory: self.territory.into_change(),
            landmark: line(errors, "landmark", self.landmark, LINE),
            occupation: line(errors, "occupation", self.occupation, LINE),
            skills: self.skills.map(|skills| validate::lines(errors, "skills", skills, 50)),
            stay_status: self.stay_status.into_change(),
            unverified: self.unverified,
            remarks: line(errors, "remarks", self.remarks, PROSE),
        };
        let left = |change: &Option<Option<String>>, kept: bool| {
            change.as_ref().map_or(kept, |value| value.is_some())
        };
        if !left(&changes.given_names, kept[0])
            && !left(&changes.family_names, kept[1])
            && !left(&changes.code_name, kept[2])
        {
            errors.add("given_names", "required", "Some name, or a code name, is needed.");
        }
        changes
    }
}

/// A person to be compared with the files there are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhoIsThis {
    /// The office that asks; phones are read as its country writes them.
    pub office_id: OfficeId,
    /// As the person writes them.
    #[schema(example = "Jhon")]
    pub given_names: Option<String>,
    /// With particles.
    #[schema(example = "dela Cruz")]
    pub family_names: Option<String>,
    /// Jr., Sr., III.
    pub name_suffix: Option<String>,
    /// What to call a person who gives no name.
    pub code_name: Option<String>,
    /// ISO 5218; 0 when absent.
    #[serde(default)]
    pub sex: i16,
    /// Day of birth.
    pub birth_on: Option<NaiveDate>,
    /// `day` when absent.
    pub birth_precision: Option<BirthPrecision>,
    /// Years of age, instead of a birth date.
    pub age: Option<i32>,
    /// Phones, in any writing.
    #[serde(default)]
    #[schema(example = json!(["0917 555 0123"]))]
    pub phones: Vec<String>,
    /// Numbers of documents.
    #[serde(default)]
    pub document_numbers: Vec<String>,
}

/// The letters and digits of a document or file number, in capitals: what it is compared by.
pub fn normalised_number(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// What a phone in E.164 is found by: the whole, and its last eight digits, which are the same in every writing.
pub fn phone_keys(e164: &str) -> Vec<String> {
    let digits: String = e164.chars().filter(char::is_ascii_digit).collect();
    let tail = digits.get(digits.len().saturating_sub(8)..).unwrap_or_default().to_owned();
    vec![format!("+{digits}"), tail]
}

/// The moves an actor may make on a file now.
pub fn allowed(may_edit: bool, status: MigrantStatus) -> Vec<&'static str> {
    if may_edit && status == MigrantStatus::Active {
        vec![
            "edit",
            "add_contact_point",
            "add_document",
            "add_mobility",
            "add_specific_need",
            "relate",
            "consent",
        ]
    } else {
        vec![]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting() -> Setting {
        let now: DateTime<Utc> = "2026-11-24T12:00:00Z".parse().expect("instant");
        Setting { country: "PH".into(), today: now.date_naive(), now, by: None }
    }

    fn faults(body: serde_json::Value) -> Vec<String> {
        let mut errors = FieldErrors::new();
        let body: RegisterMigrant = serde_json::from_value(body).expect("shape");
        body.validate(&setting(), &mut errors);
        errors.0.into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn a_name_or_a_code_and_the_sex_are_enough() {
        let office = uuid::Uuid::now_v7();
        assert!(faults(serde_json::json!({ "office_id": office, "sex": 0, "code_name": "Luna" })).is_empty());
        let bad = serde_json::json!({ "office_id": office, "sex": 3, "age": 130,
            "registered_at": "2027-01-01T00:00:00Z",
            "contact_points": [{ "kind": "phone", "value": "12" }],
            "consents": [{ "purpose": "share_with_agency", "given_by": "self", "how": "spoken" }] });
        let found = faults(bad);
        let wanted = [
            "/sex",
            "/age",
            "/registered_at",
            "/given_names",
            "/contact_points/0/value",
            "/consents/0/facts",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn an_age_becomes_an_estimated_year() {
        let mut errors = FieldErrors::new();
        let (on, precision) = birth(&mut errors, None, None, Some(27), setting().today);
        assert_eq!(on, NaiveDate::from_ymd_opt(1999, 1, 1));
        assert_eq!(precision, Some(BirthPrecision::Estimated));
    }

    #[test]
    fn numbers_and_phones_are_compared_without_their_writing() {
        assert_eq!(normalised_number("p-000 1a"), "P0001A");
        assert_eq!(phone_keys("+639175550123"), ["+639175550123", "75550123"]);
    }
}
