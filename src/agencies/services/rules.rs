//! What a service must be before it is written down, and who may keep its entry.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{NewService, Service, ServiceChanges};
use crate::auth::{Actor, Permission};
use crate::ids::{AgencyId, ServiceId};
use crate::offices::rules::{DayHours, check_hours};
use crate::platform::error::{Error, FieldErrors, field};
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE, PROSE};
use crate::reference::choices::Choices;

/// The oldest age a service may name, in years.
const OLDEST: i16 = 130;
/// The most codes, places or languages one service may list.
const MOST: usize = 200;

crate::words! {
    /// How full a service is.
    Capacity {
        /// Takes people.
        Open = "open",
        /// Takes few.
        Limited = "limited",
        /// Takes nobody now.
        Full = "full",
        /// Nobody said.
        Unknown = "unknown",
    }
}

crate::words! {
    /// Where the word on how full a service is comes from.
    CapacityFrom {
        /// Somebody said so.
        Told = "told",
        /// It refused twice within a week for want of room.
        Declines = "declines",
    }
}

/// After so many days without a confirmation an agency is asked whether its entry is still true: once a quarter.
pub const CONFIRM_AFTER_DAYS: i64 = 90;
/// After so many an entry is stale: two quarters.
pub const STALE_AFTER_DAYS: i64 = 180;
/// So long an agency has to answer before asking counts as in vain.
pub const ANSWER_WITHIN_DAYS: i64 = 14;
/// Asked so often in vain, an entry is stale however young it is.
pub const ASKED_IN_VAIN: i16 = 2;

/// How far the entry of a service can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// Days since it was confirmed; since it was entered when nobody ever did, for who entered it knew it.
    pub days: i64,
    /// How often its agency was asked since, without an answer.
    pub asked: i16,
    /// Days since it was asked last.
    pub asked_days: Option<i64>,
}

impl Freshness {
    /// That of a service entered and confirmed then, of an agency that was asked so often and then last.
    pub fn new(
        confirmed_on: Option<NaiveDate>,
        created_at: DateTime<Utc>,
        (asked, asked_at): (i16, Option<DateTime<Utc>>),
        now: DateTime<Utc>,
    ) -> Freshness {
        let known_on = confirmed_on.unwrap_or_else(|| created_at.date_naive());
        Freshness {
            days: (now.date_naive() - known_on).num_days().max(0),
            asked,
            asked_days: asked_at.map(|at| (now - at).num_days()),
        }
    }

    /// Whether it is time to ask.
    pub fn is_due(self) -> bool {
        self.days > CONFIRM_AFTER_DAYS
    }

    /// Whether it ranks lower and is reported.
    pub fn is_stale(self) -> bool {
        let in_vain = if self.asked_days.is_some_and(|days| days < ANSWER_WITHIN_DAYS) {
            self.asked - 1
        } else {
            self.asked
        };
        self.days > STALE_AFTER_DAYS || in_vain >= ASKED_IN_VAIN
    }
}

/// From when on refusals for want of room say that a service is full, at the earliest from `since`; `None` when it is full
/// already. What its agency said meanwhile counts more than refusals before that.
pub fn refusals_count_from(service: &Service, since: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if service.capacity == Capacity::Full {
        return None;
    }
    let told = service.capacity_at.filter(|_| service.capacity_from == CapacityFrom::Told);
    Some(told.map_or(since, |at| at.max(since)))
}

/// The longest wait a service may name, in days.
pub const LONGEST_WAIT_DAYS: i16 = 730;

/// A wait is told only of a service that takes few, and within two years.
///
/// # Errors
/// The field that needs another value.
pub fn check_wait(capacity: Capacity, waiting_days: Option<i16>) -> Result<(), Error> {
    match waiting_days {
        Some(_) if capacity != Capacity::Limited => {
            Err(field("waiting_days", "not_limited", "Only with limited."))
        }
        Some(days) if !(1..=LONGEST_WAIT_DAYS).contains(&days) => {
            Err(field("waiting_days", "out_of_range", "From 1 to 730."))
        }
        _ => Ok(()),
    }
}

/// What an actor may do to a service now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AgencyServiceVerb)]
pub enum Verb {
    /// Change any field, or retire it.
    Edit,
    /// Say how full it is.
    TellCapacity,
    /// Say that the entry is true.
    Confirm,
}

/// What `actor` may do to a service of `agency`: those who manage agencies everything, a partner keeps its own entry.
pub fn allowed(actor: &Actor, agency: AgencyId) -> Vec<Verb> {
    if actor.may(Permission::ManageAgencies) {
        vec![Verb::Edit, Verb::TellCapacity, Verb::Confirm]
    } else if actor.may(Permission::KeepOwnEntry) && actor.agency == Some(agency) {
        vec![Verb::TellCapacity, Verb::Confirm]
    } else {
        vec![]
    }
}

/// A new service of an agency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateAgencyService)]
pub struct CreateService {
    /// Made by the client, or left out.
    pub id: Option<ServiceId>,
    /// Its name in the agency's language.
    #[schema(example = "Asesoría legal")]
    pub name: String,
    /// What a person can expect.
    pub description: Option<String>,
    /// Codes of list `service`; a parent covers its children.
    #[schema(example = json!(["LEG"]))]
    pub codes: Vec<String>,
    /// Codes of territories; a place covers all below it.
    #[schema(example = json!(["EC-17"]))]
    pub territories: Vec<String>,
    /// ISO 5218 sexes served (1 male, 2 female, 9 not applicable, 0 not known); empty means all.
    #[serde(default)]
    #[schema(example = json!([2]))]
    pub sexes: Vec<i16>,
    /// Youngest age served, in years.
    #[schema(example = 18)]
    pub min_age: Option<i16>,
    /// Oldest age served, in years.
    pub max_age: Option<i16>,
    /// Codes of list `mobility` served; empty means all.
    #[serde(default)]
    pub mobility: Vec<String>,
    /// ISO 639-3 codes it can work in.
    #[serde(default)]
    #[schema(example = json!(["spa"]))]
    pub languages: Vec<String>,
    /// Weekly hours; empty means the agency's.
    #[serde(default)]
    pub hours: Vec<DayHours>,
    /// Codes of list `document` that the person must bring.
    #[serde(default)]
    pub required_documents: Vec<String>,
    /// What it costs the person; left out when free.
    pub cost: Option<String>,
}

impl CreateService {
    /// Checks everything that needs no database and notes what does.
    pub fn validate(self, agency_id: AgencyId, choices: &mut Choices) -> NewService {
        let errors = &mut choices.errors;
        check_hours(errors, &self.hours);
        check_sexes(errors, &self.sexes);
        check_ages(errors, self.min_age, self.max_age);
        let new = NewService {
            id: self.id.unwrap_or_else(ServiceId::new),
            agency_id,
            name: validate::required(errors, "name", Some(self.name), LINE),
            description: validate::text(errors, "description", self.description, PROSE),
            codes: listed(errors, "codes", self.codes),
            territories: listed(errors, "territories", self.territories),
            sexes: self.sexes,
            min_age: self.min_age,
            max_age: self.max_age,
            mobility: bounded(errors, "mobility", self.mobility),
            languages: bounded(errors, "languages", self.languages),
            hours: serde_json::json!(self.hours),
            required_documents: bounded(errors, "required_documents", self.required_documents),
            cost: validate::text(errors, "cost", self.cost, LINE),
        };
        choices.codes("codes", "service", &new.codes, &[]);
        choices.codes("mobility", "mobility", &new.mobility, &[]);
        choices.codes("required_documents", "document", &new.required_documents, &[]);
        choices.territories("territories", &new.territories);
        choices.languages("languages", &new.languages);
        new
    }
}

/// What an edit of a service says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateAgencyService)]
pub struct UpdateService {
    /// Its name in the agency's language.
    pub name: Option<String>,
    /// What a person can expect.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub description: Patch<String>,
    /// Codes of list `service`. Those it has already may have been retired since.
    pub codes: Option<Vec<String>>,
    /// Codes of territories.
    pub territories: Option<Vec<String>>,
    /// ISO 5218 sexes served; empty means all.
    pub sexes: Option<Vec<i16>>,
    /// Youngest age served, in years.
    #[serde(default)]
    #[schema(value_type = Option<i16>)]
    pub min_age: Patch<i16>,
    /// Oldest age served, in years.
    #[serde(default)]
    #[schema(value_type = Option<i16>)]
    pub max_age: Patch<i16>,
    /// Codes of list `mobility` served; empty means all.
    pub mobility: Option<Vec<String>>,
    /// ISO 639-3 codes it can work in.
    pub languages: Option<Vec<String>>,
    /// Weekly hours; empty means the agency's.
    pub hours: Option<Vec<DayHours>>,
    /// Codes of list `document` that the person must bring.
    pub required_documents: Option<Vec<String>>,
    /// What it costs the person; null means free.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub cost: Patch<String>,
    /// The day it ceases to be offered; null offers it again.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub retired_on: Patch<NaiveDate>,
}

impl UpdateService {
    /// Checks everything that needs no database and notes what does.
    pub fn validate(self, service: &Service, choices: &mut Choices) -> ServiceChanges {
        let errors = &mut choices.errors;
        if let Some(hours) = &self.hours {
            check_hours(errors, hours);
        }
        check_sexes(errors, self.sexes.as_deref().unwrap_or_default());
        let (min_age, max_age) = (self.min_age.into_change(), self.max_age.into_change());
        check_ages(errors, min_age.unwrap_or(service.min_age), max_age.unwrap_or(service.max_age));
        let changes = ServiceChanges {
            name: self.name.map(|name| validate::required(errors, "name", Some(name), LINE)),
            description: self
                .description
                .into_change()
                .map(|text| validate::text(errors, "description", text, PROSE)),
            codes: self.codes.map(|codes| listed(errors, "codes", codes)),
            territories: self.territories.map(|codes| listed(errors, "territories", codes)),
            sexes: self.sexes,
            min_age,
            max_age,
            mobility: self.mobility.map(|codes| bounded(errors, "mobility", codes)),
            languages: self.languages.map(|codes| bounded(errors, "languages", codes)),
            hours: self.hours.map(|hours| serde_json::json!(hours)),
            required_documents: self
                .required_documents
                .map(|codes| bounded(errors, "required_documents", codes)),
            cost: self.cost.into_change().map(|cost| validate::text(errors, "cost", cost, LINE)),
            retired_on: self.retired_on.into_change(),
            ..ServiceChanges::default()
        };
        let named = |codes: &Option<Vec<String>>| codes.clone().unwrap_or_default();
        choices.codes("codes", "service", &named(&changes.codes), &service.codes);
        choices.codes("mobility", "mobility", &named(&changes.mobility), &service.mobility);
        let (documents, had) = (named(&changes.required_documents), &service.required_documents);
        choices.codes("required_documents", "document", &documents, had);
        choices.territories("territories", &named(&changes.territories));
        choices.languages("languages", &named(&changes.languages));
        changes
    }
}

/// Codes of which there must be one.
fn listed(errors: &mut FieldErrors, pointer: &str, codes: Vec<String>) -> Vec<String> {
    if codes.is_empty() {
        errors.add(pointer, "required", "At least one.");
    }
    bounded(errors, pointer, codes)
}

/// Codes as they came, so that complaints point where the client wrote them.
fn bounded(errors: &mut FieldErrors, pointer: &str, codes: Vec<String>) -> Vec<String> {
    if codes.len() > MOST {
        errors.add(pointer, "too_many", format!("At most {MOST}."));
        return vec![];
    }
    codes
}

fn check_sexes(errors: &mut FieldErrors, sexes: &[i16]) {
    for (index, _) in sexes.iter().enumerate().filter(|(_, sex)| ![0, 1, 2, 9].contains(*sex)) {
        errors.add(format!("sexes/{index}"), "unknown_code", "Is not a sex of ISO 5218: 0, 1, 2 or 9.");
    }
}

fn check_ages(errors: &mut FieldErrors, min: Option<i16>, max: Option<i16>) {
    for (pointer, age) in [("min_age", min), ("max_age", max)] {
        if age.is_some_and(|age| !(0..=OLDEST).contains(&age)) {
            errors.add(pointer, "out_of_range", format!("Between 0 and {OLDEST} years."));
        }
    }
    if matches!((min, max), (Some(min), Some(max)) if min > max) {
        errors.add("max_age", "before_min_age", "Must not be below the youngest age.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(body: serde_json::Value) -> Vec<String> {
        let mut choices = Choices::new();
        let body: CreateService = serde_json::from_value(body).expect("shape");
        body.validate(AgencyId::new(), &mut choices);
        choices.errors.0.into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn a_service_names_a_need_and_a_place() {
        let empty = serde_json::json!({ "name": " ", "codes": [], "territories": [] });
        assert_eq!(faults(empty), ["/name", "/codes", "/territories"]);
    }

    #[test]
    fn an_entry_is_stale_after_two_quarters_or_two_questions_without_an_answer() {
        for (days, asked, asked_days, due, stale) in [
            (90, 0, None, false, false),
            (91, 0, None, true, false),
            (180, 1, Some(60), true, false),
            (181, 0, None, true, true),
            (130, 2, Some(13), true, false),
            (130, 2, Some(14), true, true),
            (130, 3, Some(1), true, true),
        ] {
            let freshness = Freshness { days, asked, asked_days };
            assert_eq!((freshness.is_due(), freshness.is_stale()), (due, stale), "{freshness:?}");
        }
    }

    #[test]
    fn ages_stand_in_order_and_sexes_are_those_of_the_standard() {
        for (min, max, sexes, expected) in [
            (Some(0), Some(17), vec![1, 2], vec![]),
            (Some(18), Some(17), vec![], vec!["/max_age"]),
            (Some(-1), None, vec![3], vec!["/sexes/0", "/min_age"]),
            (None, Some(131), vec![2, 7], vec!["/sexes/1", "/max_age"]),
        ] {
            let body = serde_json::json!({ "name": "x", "codes": ["LEG"], "territories": ["EC-17"],
                "min_age": min, "max_age": max, "sexes": sexes });
            assert_eq!(faults(body), expected, "{min:?} {max:?}");
        }
    }
}
