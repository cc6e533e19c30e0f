//! What closing and reopening must come with.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::OpenNeed;
use crate::cases::rules::Settle;
use crate::ids::NeedId;
use crate::platform::error::FieldErrors;

/// How a case ends.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseCase {
    /// A code of list closure.
    #[schema(example = "MET")]
    pub closure: String,
    /// When it ended, when written down later; now without.
    pub closed_at: Option<DateTime<Utc>>,
    /// By need, a code of list need_outcome; for every need that has none yet.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    pub need_outcomes: BTreeMap<Uuid, String>,
    /// How open tasks end.
    pub settle_tasks: Option<Settle>,
    /// A code of list referral_reason, with which open referrals are cancelled; each partner is told.
    #[schema(example = "client_declined")]
    pub settle_referrals: Option<String>,
    /// Words kept as a note.
    pub note: Option<String>,
}

/// Why work resumes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenCase {
    /// In words; kept as a note.
    pub reason: String,
}

/// Why a case should not exist.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkCaseInError {
    /// In words; kept as a note.
    #[schema(example = "Opened for the wrong person")]
    pub reason: String,
}

/// A checked closing.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Closing {
    pub closure: String,
    pub at: DateTime<Utc>,
    pub outcomes: Vec<(OpenNeed, String)>,
    pub settle_tasks: Option<Settle>,
    pub settle_referrals: Option<String>,
    pub note: Option<String>,
}

impl CloseCase {
    /// Codes to check: pointer, list, code.
    pub fn codes(&self) -> Vec<(String, &'static str, String)> {
        let closure = ("closure".to_owned(), "closure", self.closure.clone());
        let reason = self.settle_referrals.clone();
        let reason = reason.map(|code| ("settle_referrals".to_owned(), "referral_reason", code));
        let outcomes = self.need_outcomes.iter();
        let outcomes =
            outcomes.map(|(need, code)| (format!("need_outcomes/{need}"), "need_outcome", code.clone()));
        [closure].into_iter().chain(reason).chain(outcomes).collect()
    }
}

/// Complains of an end before the case was opened, or before one of its needs was raised.
pub fn check_end(errors: &mut FieldErrors, at: DateTime<Utc>, began: DateTime<Utc>, open: &[OpenNeed]) {
    if at < began {
        errors.add("closed_at", "before_opening", "Cannot lie before the case was opened.");
    } else if open.iter().any(|need| at < need.raised_at) {
        errors.add("closed_at", "before_need", "Cannot lie before a need was raised that ends with it.");
    }
}

/// The reason `other` needs words the partner may read; those belong to the referral itself.
pub fn check_cancel_reason(errors: &mut FieldErrors, reason: Option<&str>) {
    if reason == Some("other") {
        errors.add("settle_referrals", "needs_words", "Cancel the referral itself, and say why.");
    }
}

/// Each open need that was given an outcome. Complains of outcomes for anything else.
pub fn outcomes(
    errors: &mut FieldErrors,
    open: &[OpenNeed],
    given: &BTreeMap<Uuid, String>,
) -> Vec<(OpenNeed, String)> {
    for id in given.keys().filter(|id| !open.iter().any(|need| need.id.0 == **id)) {
        errors.add(format!("need_outcomes/{id}"), "unknown", "Is not an open need of this case.");
    }
    let with_outcome = |need: &OpenNeed| Some((need.clone(), given.get(&need.id.0)?.clone()));
    open.iter().filter_map(with_outcome).collect()
}

/// Open needs without an outcome.
pub fn lacking(open: &[OpenNeed], outcomes: &[(OpenNeed, String)]) -> Vec<NeedId> {
    let has = |id: NeedId| outcomes.iter().any(|(need, _)| need.id == id);
    open.iter().map(|need| need.id).filter(|id| !has(*id)).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn need(raised_at: DateTime<Utc>) -> OpenNeed {
        OpenNeed { id: NeedId::new(), restricted: false, raised_at }
    }

    fn told(check: impl FnOnce(&mut FieldErrors)) -> Vec<&'static str> {
        let mut errors = FieldErrors::new();
        check(&mut errors);
        errors.0.into_iter().map(|error| error.code).collect()
    }

    #[test]
    fn a_case_ends_after_its_opening_and_after_its_last_need_was_raised() {
        let (began, hour) = (Utc::now(), TimeDelta::hours(1));
        let open = [need(began), need(began + hour)];
        assert_eq!(told(|e| check_end(e, began - hour, began, &open)), ["before_opening"]);
        assert_eq!(told(|e| check_end(e, began, began, &open)), ["before_need"]);
        assert!(told(|e| check_end(e, began + hour, began, &open)).is_empty());
    }

    #[test]
    fn every_open_need_wants_its_outcome_and_nothing_else_takes_one() {
        let open = [need(Utc::now()), need(Utc::now())];
        let mut given = BTreeMap::from([(open[0].id.0, "met".to_owned())]);
        let found = outcomes(&mut FieldErrors::new(), &open, &given);
        assert_eq!(lacking(&open, &found), [open[1].id]);
        given.insert(Uuid::now_v7(), "met".into());
        assert_eq!(told(|e| drop(outcomes(e, &open, &given))), ["unknown"]);
    }
}
