//! What may be said of a mobility category.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{MobilityChanges, MobilityPeriod, NewMobilityPeriod};
use crate::ids::MobilityPeriodId;
use crate::migrants::reading::Reading;
use crate::platform::patch::Patch;

/// A mobility category.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMobility {
    /// Made by the client when it works offline.
    pub id: Option<MobilityPeriodId>,
    /// A code of list mobility.
    #[schema(example = "RET")]
    pub category: String,
    /// Country of work or of stay.
    #[schema(example = "KW")]
    pub country: Option<String>,
    /// First day; today when absent.
    pub from_on: Option<NaiveDate>,
    /// First day it no longer holds.
    pub until_on: Option<NaiveDate>,
}

impl AddMobility {
    /// Checks everything that needs no database.
    pub fn validate(self, ctx: &mut Reading<'_>) -> NewMobilityPeriod {
        ctx.code("category", "mobility", Some(&self.category));
        ctx.country("country", self.country.as_ref());
        let from_on = self.from_on.unwrap_or(ctx.setting.today);
        ctx.in_a_life("from_on", from_on);
        ctx.in_order("until_on", Some(from_on), self.until_on);
        NewMobilityPeriod {
            id: self.id.unwrap_or_else(MobilityPeriodId::new),
            migrant_id: ctx.owner,
            category: self.category,
            country: self.country,
            from_on,
            until_on: self.until_on,
            recorded_by: ctx.setting.by,
        }
    }
}

/// A correction of what was written down wrongly.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectMobility {
    /// A code of list mobility.
    #[schema(example = "ASY")]
    pub category: Option<String>,
    /// Country of work or of stay.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub country: Patch<String>,
    /// First day.
    pub from_on: Option<NaiveDate>,
    /// First day it no longer holds; null when it holds still.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub until_on: Patch<NaiveDate>,
}

impl CorrectMobility {
    /// Checks everything that needs no database, against the category as it is.
    pub fn validate(self, before: &MobilityPeriod, ctx: &mut Reading<'_>) -> MobilityChanges {
        ctx.code("category", "mobility", self.category.as_ref());
        ctx.country("country", self.country.as_set());
        if let Some(day) = self.from_on {
            ctx.in_a_life("from_on", day);
        }
        let until_on = self.until_on.into_change();
        let from_on = self.from_on.unwrap_or(before.from_on);
        ctx.in_order("until_on", Some(from_on), until_on.unwrap_or(before.until_on));
        let (category, country) = (self.category, self.country.into_change());
        MobilityChanges { category, country, from_on: self.from_on, until_on }
    }
}

/// The days a category holds, from the first on until the first no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Whose days.
    pub id: MobilityPeriodId,
    /// A code of list mobility.
    pub category: String,
    /// First day.
    pub from_on: NaiveDate,
    /// First day no more.
    pub until_on: Option<NaiveDate>,
}

impl Span {
    /// As it becomes by `changes`.
    pub fn after(before: &MobilityPeriod, changes: &MobilityChanges) -> Span {
        Span {
            id: before.id,
            category: changes.category.as_ref().unwrap_or(&before.category).clone(),
            from_on: changes.from_on.unwrap_or(before.from_on),
            until_on: changes.until_on.unwrap_or(before.until_on),
        }
    }

    fn ends_after(&self, day: NaiveDate) -> bool {
        self.until_on.is_none_or(|until| until > day)
    }

    /// Whether a day lies in both. What was written down by mistake holds on no day.
    fn meets(&self, other: &Span) -> bool {
        let first = self.from_on.max(other.from_on);
        self.ends_after(first) && other.ends_after(first)
    }
}

/// Complains when the same category holds already on one of the days. Different ones may hold at once.
pub fn no_overlap(known: &[Span], new: &Span, ctx: &mut Reading<'_>) {
    let clashes = |span: &&Span| span.id != new.id && span.category == new.category && span.meets(new);
    if known.iter().any(|span| clashes(&span)) {
        ctx.complain("category", "already_holds", "Holds on some of these days already.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_holds_once_a_day_and_what_never_held_is_in_nobodys_way() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let span = |from: &str, until: Option<&str>| Span {
            id: MobilityPeriodId::new(),
            category: "TRA".into(),
            from_on: day(from),
            until_on: until.map(day),
        };
        let held = span("2026-03-01", Some("2026-06-01"));
        assert!(held.meets(&span("2026-05-31", None)));
        assert!(held.meets(&span("2026-01-01", Some("2026-03-02"))));
        assert!(held.meets(&span("2026-04-01", Some("2026-05-01"))), "inside");
        assert!(!held.meets(&span("2026-06-01", None)), "the day it ends is free");
        assert!(!held.meets(&span("2026-01-01", Some("2026-03-01"))));
        assert!(!held.meets(&span("2026-04-01", Some("2026-04-01"))), "held on no day");
        assert!(span("2026-03-01", None).meets(&span("2026-08-01", None)));
    }
}
