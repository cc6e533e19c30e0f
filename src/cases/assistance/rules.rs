//! What is said of a service given, and who may read it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids::{AssistanceId, MigrantId, NeedId};
use crate::platform::error::FieldErrors;

/// A service the desk gave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assist {
    /// Made by the client, or left out.
    pub id: Option<AssistanceId>,
    /// A code of list service.
    #[schema(example = "FOO")]
    pub service: String,
    /// The need of the case it helped with.
    pub need_id: Option<NeedId>,
    /// What exactly.
    #[schema(example = "Food for a week")]
    pub detail: Option<String>,
    /// Money or value given, in the currency's minor unit.
    #[schema(example = 2500)]
    pub amount_minor: Option<i64>,
    /// ISO 4217 code of the amount: the office's currency.
    #[schema(example = "USD")]
    pub currency: Option<String>,
    /// When; now without one.
    pub given_at: Option<DateTime<Utc>>,
    /// Who benefited: people on the case.
    #[serde(default)]
    pub people: Vec<MigrantId>,
}

/// Complains about an amount that is none, or in a currency the office does not pay in.
pub fn check_amount(
    errors: &mut FieldErrors,
    amount: Option<i64>,
    currency: Option<&str>,
    office_currency: &str,
) {
    match (amount, currency) {
        (Some(_), None) => errors.add("currency", "required", "An amount has a currency."),
        (None, Some(_)) => errors.add("amount_minor", "required", "A currency has an amount."),
        (_, Some(currency)) if currency != office_currency => {
            errors.add("currency", "other_currency", format!("The office gives {office_currency}."));
        }
        _ => {}
    }
    if amount.is_some_and(|amount| amount < 0) {
        errors.add("amount_minor", "negative", "Must not be below zero.");
    }
}

/// Complains about people who are not on the case. An association's case may have nobody on it.
pub fn check_people(errors: &mut FieldErrors, people: &[MigrantId], on_case: &[MigrantId]) {
    if people.is_empty() && !on_case.is_empty() {
        errors.add("people", "required", "Say who benefited.");
    }
    for (index, person) in people.iter().enumerate() {
        if !on_case.contains(person) {
            errors.add(format!("people/{index}"), "not_on_case", "Is not on this case.");
        } else if people[..index].contains(person) {
            errors.add(format!("people/{index}"), "twice", "Is named twice.");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_in_the_currency_of_the_office_and_not_below_zero() {
        let complaints = |amount, currency| {
            let mut errors = FieldErrors::new();
            check_amount(&mut errors, amount, currency, "USD");
            errors.0.into_iter().map(|error| error.code).collect::<Vec<_>>()
        };
        assert!(complaints(None, None).is_empty());
        assert!(complaints(Some(2500), Some("USD")).is_empty());
        assert_eq!(complaints(Some(2500), None), ["required"]);
        assert_eq!(complaints(None, Some("USD")), ["required"]);
        assert_eq!(complaints(Some(2500), Some("usd")), ["other_currency"]);
        assert_eq!(complaints(Some(-1), Some("PHP")), ["other_currency", "negative"]);
    }

    #[test]
    fn only_people_of_the_case_benefit_and_each_once() {
        let complaints = |people: &[MigrantId], on_case: &[MigrantId]| {
            let mut errors = FieldErrors::new();
            check_people(&mut errors, people, on_case);
            errors.0.into_iter().map(|error| (error.pointer, error.code)).collect::<Vec<_>>()
        };
        let (ana, luz) = (MigrantId::new(), MigrantId::new());
        assert!(complaints(&[ana], &[ana, luz]).is_empty());
        assert!(complaints(&[], &[]).is_empty());
        assert_eq!(complaints(&[], &[ana]), [("/people".to_owned(), "required")]);
        assert_eq!(complaints(&[luz], &[ana]), [("/people/0".to_owned(), "not_on_case")]);
        assert_eq!(complaints(&[ana, ana], &[ana]), [("/people/1".to_owned(), "twice")]);
    }
}
