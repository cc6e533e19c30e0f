//! What the lines, buckets and measures of a report are called in the reader's language.

use chrono::{Datelike, NaiveDate};

use super::caseload::rules::Definition;
use super::period::{Bucket, BucketView};
use super::referrals::model::shared;
use super::referrals::rules::Definition as ReferralDefinition;
use crate::cases::counting::{Dimension, Measure};
use crate::platform::text::{self, Language, Text, say, texts};
use crate::referrals::counting::{ReferralDimension, ReferralMeasure};

/// A bucket with its name.
pub fn bucket(language: Language, kind: Bucket, from: NaiveDate, to: NaiveDate) -> BucketView {
    let numbered = |text, number: u32, year: i32| {
        say(language, text, &[("number", number.to_string().into()), ("year", year.to_string().into())])
    };
    let week = from.iso_week();
    let label = match kind {
        Bucket::Day => text::day(language, from),
        Bucket::Week => numbered(texts::REPORT_WEEK, week.week(), week.year()),
        Bucket::Month => text::month(language, from),
        Bucket::Quarter => numbered(texts::REPORT_QUARTER, from.month0() / 3 + 1, from.year()),
        Bucket::Year => from.year().to_string(),
        Bucket::None => {
            let last = to.pred_opt().unwrap_or(from);
            say(language, texts::REPORT_DAYS, &[("from", from.into()), ("until", last.into())])
        }
    };
    BucketView { from, to, label }
}

/// What a breakdown is called.
pub fn dimension(language: Language, dimension: Dimension) -> String {
    let text = match dimension {
        Dimension::ServiceWithin => Some(texts::BY_SERVICE),
        Dimension::TerritoryWithin => Some(texts::BY_TERRITORY),
        other => Text::of("by", other.word()),
    };
    text.map_or_else(|| dimension.word().to_owned(), |text| say(language, text, &[]))
}

/// Codes that stand in no table: their order and name.
pub fn own_code(language: Language, dimension: Dimension, code: &str) -> Option<(i32, String)> {
    let (last, text) = match (dimension, code) {
        (_, "none") => (true, Some(texts::WORDS_NONE)),
        (_, "restricted") => (true, Some(texts::REPORT_RESTRICTED)),
        (_, "not_applicable") => (true, Some(texts::SEX_NOT_APPLICABLE)),
        (Dimension::AgeBand, _) => (false, Text::of("age", code)),
        (_, "unknown") => (true, Some(texts::WORDS_UNKNOWN)),
        (Dimension::Sex, _) => (false, Text::of("sex", code)),
        (Dimension::Priority, _) => (false, Text::of("priority", code)),
        _ => (false, None),
    };
    let order = [
        "female",
        "male",
        "not_known",
        "0-4",
        "5-11",
        "12-17",
        "18-59",
        "60-plus",
        "unknown",
        "emergency",
        "urgent",
        "normal",
    ];
    let place =
        order.iter().position(|known| *known == code).and_then(|at| i32::try_from(at).ok()).unwrap_or(0);
    Some((if last { i32::MAX } else { place }, say(language, text?, &[])))
}

/// The key of a measure in the catalogue.
fn key(measure: Measure) -> &'static str {
    match measure {
        Measure::ClosedCases => "closed_distinct",
        Measure::Assistance => "assistance_given",
        other => other.word(),
    }
}

/// What a measure is called, and what exactly it counts.
pub fn definition(language: Language, measure: Measure) -> Definition {
    let words =
        |key: String| Text::of("measure", &key).map(|text| say(language, text, &[])).unwrap_or_default();
    let label = words(key(measure).to_owned());
    let mut definition = words(format!("{}_definition", key(measure)));
    let mut add = |text| {
        definition.push(' ');
        definition.push_str(&say(language, text, &[]));
    };
    if matches!(measure, Measure::PersonsServed | Measure::PeopleBenefiting) {
        add(texts::REPORT_DEFINITION_PERSONS);
    }
    if !measure.is_of_cases() || matches!(measure, Measure::Closed | Measure::Reopened) {
        add(texts::REPORT_DEFINITION_LIST);
    }
    Definition { measure, label, definition }
}

/// What a breakdown of referrals is called.
pub fn referral_dimension(language: Language, dimension: ReferralDimension) -> String {
    let text = match dimension {
        ReferralDimension::ServiceWithin => Some(texts::BY_SERVICE),
        ReferralDimension::TerritoryWithin => Some(texts::BY_TERRITORY),
        other => Text::of("by", other.word()),
    };
    text.map_or_else(|| dimension.word().to_owned(), |text| say(language, text, &[]))
}

/// Codes of referrals that stand in no table: their order and name.
pub fn own_referral_code(
    language: Language,
    dimension: ReferralDimension,
    code: &str,
) -> Option<(i32, String)> {
    match dimension {
        ReferralDimension::Reason if code != "none" => {
            Some((0, say(language, Text::of("reason", code)?, &[])))
        }
        other => own_code(language, shared(other).unwrap_or(Dimension::Office), code),
    }
}

/// What every count, share and time of referrals tells, in the order of a table's columns.
pub fn referral_definitions(language: Language) -> Vec<ReferralDefinition> {
    let counts = ReferralMeasure::ALL.iter().map(|measure| (measure.word(), format!("referrals_{measure}")));
    let others = [
        ("acceptance", "acceptance_rate"),
        ("completion", "completion_rate"),
        ("need_met", "need_met_rate"),
        ("loop_closed", "loop_closed_rate"),
        ("median_to_acknowledge", "time_to_acknowledge"),
        ("median_to_answer", "median_to_answer"),
        ("ninetieth_to_answer", "slowest_to_answer"),
    ];
    let all = counts.chain(others.into_iter().map(|(name, key)| (name, key.to_owned())));
    let words =
        |key: String| Text::of("measure", &key).map(|text| say(language, text, &[])).unwrap_or_default();
    all.map(|(name, key)| ReferralDefinition {
        name: name.to_owned(),
        label: words(key.clone()),
        definition: words(format!("{key}_definition")),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_and_breakdown_has_its_words_in_every_language() {
        for language in Language::ALL {
            for measure in Measure::ALL {
                let words = definition(language, *measure);
                assert!(!words.label.is_empty() && words.definition.len() > 10, "{language} {measure}");
            }
            for known in Dimension::ALL {
                assert_ne!(dimension(language, *known), known.word(), "{language} {known}");
            }
        }
    }

    #[test]
    fn every_figure_of_referrals_has_its_words_in_every_language() {
        for language in Language::ALL {
            for told in referral_definitions(language) {
                assert!(!told.label.is_empty() && told.definition.len() > 10, "{language} {}", told.name);
            }
            for known in ReferralDimension::ALL {
                assert_ne!(referral_dimension(language, *known), known.word(), "{language} {known}");
            }
        }
    }

    #[test]
    fn codes_without_a_table_are_named_too() {
        let named = |dimension, code| own_code(Language::En, dimension, code).map(|(_, name)| name);
        assert_eq!(named(Dimension::Sex, "female").as_deref(), Some("Female"));
        assert_eq!(named(Dimension::AgeBand, "60-plus").as_deref(), Some("60 and over"));
        assert_eq!(named(Dimension::AgeBand, "0-4").as_deref(), Some("0–4"));
        assert_eq!(named(Dimension::Service, "restricted").as_deref(), Some("Restricted"));
        assert_eq!(named(Dimension::Service, "LAB"), None);
    }
}
