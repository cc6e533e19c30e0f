//! Who may open what, for how long, and who looks at it afterwards.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::Grant;
use crate::auth::Actor;
use crate::ids::StaffId;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::validate::{self, PROSE};
use crate::problems;

crate::words! {
    /// Why an account may see a case that its office alone does not open to it.
    GrantKind {
        /// Works on a sealed case.
        Sealed = "sealed",
        /// Opened a file outside its scope in an emergency.
        Emergency = "emergency",
        /// A manager reads a file.
        Reason = "reason",
    }
}

/// How long a file stays open to one who wrote down a reason.
pub const OPENED_FOR: TimeDelta = TimeDelta::hours(4);
/// Within so long somebody else looks at a file opened in an emergency.
pub const REVIEW_WITHIN: TimeDelta = TimeDelta::hours(48);
/// The longest a grant to a sealed case lasts, in days.
pub const MOST_DAYS: i32 = 180;

/// Seals a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SealCase {
    /// Why.
    #[schema(example = "The person is threatened")]
    pub reason: String,
    /// Who works on it, beside the one who seals it and its worker.
    #[serde(default)]
    pub staff_ids: Vec<StaffId>,
    /// For how many days; 180 at most.
    #[schema(example = 90)]
    pub days: i64,
}

/// Lets one more account work on a sealed case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantAccess {
    /// Who.
    pub staff_id: StaffId,
    /// Why.
    #[schema(example = "Takes over the accompaniment")]
    pub reason: String,
    /// For how many days; 180 at most.
    #[schema(example = 30)]
    pub days: i64,
}

/// Opens a file with a written reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenWithReason {
    /// Why.
    #[schema(example = "The police phone about a missing person")]
    pub reason: String,
}

/// A reason and until when it counts.
#[derive(Debug)]
pub struct Term {
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// The term of a grant to a sealed case.
///
/// # Errors
/// All fields that need another value.
pub fn term(reason: String, days: i64, now: DateTime<Utc>) -> Result<Term, Error> {
    let mut errors = FieldErrors::new();
    let reason = validate::required(&mut errors, "reason", Some(reason), PROSE);
    let until = now + TimeDelta::days(check_days(&mut errors, days).into());
    errors.finish(Term { reason, until })
}

/// Complains about a grant that lasts too long or not at all.
pub fn check_days(errors: &mut FieldErrors, days: i64) -> i32 {
    if !(1..=MOST_DAYS.into()).contains(&days) {
        errors.add("days", "out_of_range", format!("Between 1 and {MOST_DAYS}."));
    }
    i32::try_from(days).unwrap_or(MOST_DAYS).clamp(1, MOST_DAYS)
}

/// The term of a file opened with a reason.
///
/// # Errors
/// All fields that need another value.
pub fn opening(reason: String, now: DateTime<Utc>) -> Result<Term, Error> {
    let mut errors = FieldErrors::new();
    let reason = validate::required(&mut errors, "reason", Some(reason), PROSE);
    errors.finish(Term { reason, until: now + OPENED_FOR })
}

/// By when somebody else must have looked at it: only what was opened in an emergency has such a moment.
pub fn review_by(grant: &Grant) -> Option<DateTime<Utc>> {
    (grant.kind == GrantKind::Emergency).then(|| grant.granted_at + REVIEW_WITHIN)
}

/// Refuses to review one's own opening, or twice.
///
/// # Errors
/// `grant_own` or `grant_reviewed`
pub fn review(actor: &Actor, grant: &Grant) -> Result<(), Error> {
    if grant.staff_id == actor.staff {
        return Err((&problems::GRANT_OWN).into());
    }
    if grant.reviewed_at.is_some() { Err((&problems::GRANT_REVIEWED).into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_has_a_reason_and_an_end_within_half_a_year() {
        let now = Utc::now();
        assert_eq!(term("Threatened".into(), 180, now).expect("fine").until, now + TimeDelta::days(180));
        for (reason, days) in [("Threatened", 181), ("Threatened", 0), (" ", 10), ("x", i64::MAX)] {
            let refused = term(reason.into(), days, now);
            assert_eq!(refused.is_err(), reason != "x" || days > 180, "{reason} {days}");
        }
        assert_eq!(opening("Missing".into(), now).expect("fine").until, now + TimeDelta::hours(4));
    }
}
