//! What is asked for, and who decides.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::rules::check_days;
use super::model::SealRequest;
use crate::auth::Actor;
use crate::ids::{OfficeId, SealRequestId, StaffId};
use crate::platform::error::{Error, FieldErrors};
use crate::platform::validate::{self, LINE, PROSE};
use crate::problems;

crate::words! {
    /// What a second person decided.
    SealDecision {
        /// Somebody is let in.
        Granted = "granted",
        /// Nobody is.
        Refused = "refused",
    }
}

/// So long a request can be granted.
pub const WAITS: TimeDelta = TimeDelta::days(7);

/// Asks for a way into a sealed case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestSealedAccess {
    /// The office that is thought to hold the case.
    pub office_id: OfficeId,
    /// The number of the case. Whether there is such a case is looked up only when somebody else grants it.
    #[schema(example = "PIC-2026-000412")]
    pub case_number: String,
    /// Who is to be let in.
    pub staff_id: StaffId,
    /// Why.
    #[schema(example = "The worker has left; the person asks for help again")]
    pub reason: String,
    /// For how many days; 180 at most.
    #[schema(example = 30)]
    pub days: i64,
}

impl RequestSealedAccess {
    /// The request it makes.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self, actor: &Actor, now: DateTime<Utc>) -> Result<SealRequest, Error> {
        let mut errors = FieldErrors::new();
        if !actor.offices.contains(&self.office_id) {
            errors.add("office_id", "unknown", "Is no office of yours.");
        }
        let number = validate::required(&mut errors, "case_number", Some(self.case_number), LINE);
        let reason = validate::required(&mut errors, "reason", Some(self.reason), PROSE);
        let days = check_days(&mut errors, self.days);
        errors.finish(SealRequest {
            id: SealRequestId::new(),
            office_id: self.office_id,
            case_number: number.to_uppercase(),
            staff_id: self.staff_id,
            reason,
            days,
            asked_by: actor.staff,
            asked_at: now,
            outcome: None,
            decided_by: None,
            decided_at: None,
        })
    }
}

/// Refuses to decide on one's own wish, on being let in oneself, or twice.
///
/// # Errors
/// `grant_own` or `grant_reviewed`
pub fn decide(actor: &Actor, request: &SealRequest) -> Result<(), Error> {
    if [request.asked_by, request.staff_id].contains(&actor.staff) {
        return Err((&problems::GRANT_OWN).into());
    }
    if request.outcome.is_some() { Err((&problems::GRANT_REVIEWED).into()) } else { Ok(()) }
}
