//! What an office must be before it is written down.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{NewOffice, OfficeChanges};
use crate::ids::OfficeId;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE};

/// Most days somebody is closed that are kept: some years of holidays.
const MOST_HOLIDAYS: usize = 500;

crate::words! {
    /// What kind of desk.
    OfficeKind {
        /// A place with a door.
        Fixed = "fixed",
        /// A team that goes out.
        MobileUnit = "mobile_unit",
        /// Reached from afar only.
        Online = "online",
    }
}

/// Opening hours of one day of the week.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct DayHours {
    /// 1 is Monday, 7 is Sunday.
    #[schema(minimum = 1, maximum = 7)]
    pub day: u8,
    /// Opens, HH:MM in the office's zone.
    #[schema(example = "08:00")]
    pub from: String,
    /// Closes, HH:MM.
    #[schema(example = "16:30")]
    pub until: String,
}

/// A day the office is closed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day.
    pub day_on: NaiveDate,
    /// What is celebrated.
    #[schema(example = "Fiestas de Quito")]
    pub name: String,
}

/// A new office.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOffice {
    /// Made by the client, or left out.
    pub id: Option<OfficeId>,
    /// Three capital letters; begins every number the office gives.
    #[schema(example = "PIC")]
    pub code: String,
    /// The name on the door.
    #[schema(example = "Unidad de Movilidad Humana, Pichincha")]
    pub name: String,
    /// What kind of desk.
    pub kind: OfficeKind,
    /// The fixed office a mobile unit belongs to.
    pub parent_id: Option<OfficeId>,
    /// IANA zone.
    #[schema(example = "America/Guayaquil")]
    pub time_zone: String,
    /// ISO 639-3 codes spoken at the desk, its own first.
    #[schema(example = json!(["spa", "qvi"]))]
    pub languages: Vec<String>,
    /// en, es, fr or fil.
    #[schema(example = "es")]
    pub interface_language: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    /// Where it stands.
    #[schema(example = "EC-170150")]
    pub territory: String,
    /// One line for people.
    pub address: Option<String>,
    /// Phone, with the country's code or as written there.
    pub phone: Option<String>,
    /// The desk's public mailbox.
    pub email: Option<String>,
    /// Weekly hours.
    #[serde(default)]
    pub hours: Vec<DayHours>,
    /// Narrows its case workers to the cases they own.
    #[serde(default)]
    pub own_cases_only: bool,
}

impl CreateOffice {
    /// Checks everything that needs no database.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self) -> Result<NewOffice, Error> {
        let mut errors = FieldErrors::new();
        if self.code.len() != 3 || !self.code.chars().all(|c| c.is_ascii_uppercase()) {
            errors.add("code", "invalid_office_code", "Must be three capital letters.");
        }
        if (self.kind == OfficeKind::MobileUnit) != self.parent_id.is_some() {
            errors.add(
                "parent_id",
                "parent_mismatch",
                "A mobile unit, and only it, belongs to a fixed office.",
            );
        }
        check_hours(&mut errors, &self.hours);
        check_currency(&mut errors, &self.currency);
        let country = country_of(&self.territory);
        let new = NewOffice {
            id: self.id.unwrap_or_else(OfficeId::new),
            name: validate::required(&mut errors, "name", Some(self.name), LINE),
            time_zone: validate::time_zone(&mut errors, "time_zone", self.time_zone),
            languages: spoken(&mut errors, self.languages),
            interface_language: validate::interface_language(
                &mut errors,
                "interface_language",
                self.interface_language,
            ),
            address: validate::text(&mut errors, "address", self.address, LINE),
            phone: validate::phone(&mut errors, "phone", self.phone, &country),
            email: validate::email(&mut errors, "email", self.email),
            hours: serde_json::json!(self.hours),
            code: self.code,
            kind: self.kind,
            parent_id: self.parent_id,
            currency: self.currency,
            territory: self.territory,
            own_cases_only: self.own_cases_only,
        };
        errors.finish(new)
    }
}

/// What an edit of an office says. Code and kind stay what they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateOffice {
    /// The name on the door.
    pub name: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// ISO 639-3 codes spoken at the desk, its own first.
    pub languages: Option<Vec<String>>,
    /// en, es, fr or fil.
    pub interface_language: Option<String>,
    /// One line for people.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub address: Patch<String>,
    /// Phone.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub phone: Patch<String>,
    /// Public mailbox.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub email: Patch<String>,
    /// Weekly hours.
    pub hours: Option<Vec<DayHours>>,
    /// Narrows its case workers to the cases they own.
    pub own_cases_only: Option<bool>,
    /// The day it ceases to take cases; null opens it again.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub closed_on: Patch<NaiveDate>,
}

impl UpdateOffice {
    /// Checks everything that needs no database. `country` is where the office stands.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self, country: &str) -> Result<OfficeChanges, Error> {
        let mut errors = FieldErrors::new();
        if let Some(hours) = &self.hours {
            check_hours(&mut errors, hours);
        }
        let changes = OfficeChanges {
            name: self.name.map(|name| validate::required(&mut errors, "name", Some(name), LINE)),
            time_zone: self.time_zone.map(|zone| validate::time_zone(&mut errors, "time_zone", zone)),
            languages: self.languages.map(|languages| spoken(&mut errors, languages)),
            interface_language: self
                .interface_language
                .map(|language| validate::interface_language(&mut errors, "interface_language", language)),
            address: self
                .address
                .into_change()
                .map(|address| validate::text(&mut errors, "address", address, LINE)),
            phone: self
                .phone
                .into_change()
                .map(|phone| validate::phone(&mut errors, "phone", phone, country)),
            email: self.email.into_change().map(|email| validate::email(&mut errors, "email", email)),
            hours: self.hours.map(|hours| serde_json::json!(hours)),
            own_cases_only: self.own_cases_only,
            closed_on: self.closed_on.into_change(),
        };
        errors.finish(changes)
    }
}

/// The country a territory code begins with.
pub fn country_of(territory: &str) -> String {
    territory.split('-').next().unwrap_or_default().to_owned()
}

fn spoken(errors: &mut FieldErrors, languages: Vec<String>) -> Vec<String> {
    if languages.is_empty() {
        errors.add("languages", "required", "At least one language is spoken at a desk.");
    }
    validate::lines(errors, "languages", languages, 20)
}

fn check_currency(errors: &mut FieldErrors, currency: &str) {
    if currency.len() != 3 || !currency.chars().all(|c| c.is_ascii_uppercase()) {
        errors.add("currency", "unknown_currency", "Must be an ISO 4217 code such as PHP.");
    }
}

/// Checks the days somebody is closed.
///
/// # Errors
/// All days that need another value.
pub fn check_holidays(days: Vec<Holiday>) -> Result<Vec<Holiday>, Error> {
    let mut errors = FieldErrors::new();
    if days.len() > MOST_HOLIDAYS {
        errors.add("", "too_many", format!("At most {MOST_HOLIDAYS}."));
    }
    let mut seen = BTreeSet::new();
    let days = days
        .into_iter()
        .enumerate()
        .map(|(index, day)| {
            if !seen.insert(day.day_on) {
                errors.add(format!("{index}/day_on"), "duplicate", "Is named already.");
            }
            let name = validate::required(&mut errors, &format!("{index}/name"), Some(day.name), LINE);
            Holiday { name, ..day }
        })
        .collect();
    errors.finish(days)
}

/// Checks weekly hours of an office, an agency or a service.
pub fn check_hours(errors: &mut FieldErrors, hours: &[DayHours]) {
    for (index, day) in hours.iter().enumerate() {
        let time = |text: &str| chrono::NaiveTime::parse_from_str(text, "%H:%M").ok();
        let in_order =
            matches!((time(&day.from), time(&day.until)), (Some(from), Some(until)) if from < until);
        if !(1..=7).contains(&day.day) || !in_order {
            errors.add(
                format!("hours/{index}"),
                "invalid_hours",
                "Day 1 to 7, and from before until as HH:MM.",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> serde_json::Value {
        serde_json::json!({
            "code": "TST", "name": "Test desk", "kind": "fixed", "time_zone": "Asia/Manila", "languages": ["eng"],
            "interface_language": "en", "currency": "PHP", "territory": "PH-0501701000",
            "hours": [{"day": 1, "from": "08:00", "until": "17:00"}]
        })
    }

    fn faults(change: impl FnOnce(&mut serde_json::Value)) -> Vec<String> {
        let mut body = office();
        change(&mut body);
        match serde_json::from_value::<CreateOffice>(body).expect("shape").validate() {
            Err(Error::Invalid(errors)) => errors.0.into_iter().map(|e| e.pointer).collect(),
            _ => vec![],
        }
    }

    #[test]
    fn every_fault_of_an_office_is_told_at_once() {
        assert!(faults(|_| ()).is_empty());
        let found = faults(|o| {
            o["code"] = "tst1".into();
            o["kind"] = "mobile_unit".into();
            o["time_zone"] = "Nowhere".into();
            o["currency"] = "peso".into();
            o["hours"][0]["until"] = "07:00".into();
            o["languages"] = serde_json::json!([]);
        });
        assert_eq!(found, ["/code", "/parent_id", "/hours/0", "/currency", "/time_zone", "/languages"]);
    }
}
