//! How the twelve states of a referral are told in the states FHIR knows, and what a search may ask for.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use crate::platform::error::Error;
use crate::problems;
use crate::referrals::Priority;
use crate::referrals::rules::ReferralState;

/// The state of a referral as `ServiceRequest.status`: whether what was asked for still stands. Each referral goes to one
/// agency, so a refusal ends it.
pub fn request_status(state: ReferralState) -> &'static str {
    use ReferralState as S;
    match state {
        S::Draft => "draft",
        S::Sent | S::Acknowledged | S::Accepted | S::InService => "active",
        S::OnHold => "on-hold",
        S::Completed => "completed",
        S::Declined | S::Failed | S::Cancelled | S::Expired => "revoked",
        S::EnteredInError => "entered-in-error",
    }
}

/// The state of a referral as `Task.status`: what the agency does about it. FHIR has no word for what nobody answered in
/// time; it is `cancelled`, and `businessStatus` says `expired`.
pub fn task_status(state: ReferralState) -> &'static str {
    use ReferralState as S;
    match state {
        S::Draft => "draft",
        S::Sent => "requested",
        S::Acknowledged => "received",
        S::Accepted => "accepted",
        S::Declined => "rejected",
        S::InService => "in-progress",
        S::OnHold => "on-hold",
        S::Completed => "completed",
        S::Failed => "failed",
        S::Cancelled | S::Expired => "cancelled",
        S::EnteredInError => "entered-in-error",
    }
}

/// How soon, as `priority`.
pub fn request_priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Emergency => "stat",
        Priority::Urgent => "urgent",
        Priority::Normal => "routine",
    }
}

/// ISO 5218 as `administrative-gender`.
pub fn gender(sex: i16) -> &'static str {
    match sex {
        1 => "male",
        2 => "female",
        9 => "other",
        _ => "unknown",
    }
}

/// The states that a list of `Task.status` asks for.
///
/// # Errors
/// `malformed_query` for a word that is none.
pub fn states(status: Option<&str>) -> Result<Vec<ReferralState>, Error> {
    let Some(status) = status else { return Ok(ReferralState::ALL.to_vec()) };
    let mut wanted = vec![];
    for word in status.split(',') {
        let before = wanted.len();
        wanted.extend(ReferralState::ALL.iter().filter(|state| task_status(**state) == word));
        // A status of FHIR that no referral ever has finds nothing, and is no mistake.
        if wanted.len() == before && word != "ready" {
            return Err(problems::MALFORMED_QUERY.problem().with("parameter", "status").into());
        }
    }
    Ok(wanted)
}

/// From when (included) until when (excluded) something was changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Changed {
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

impl Changed {
    /// Reads a `_lastUpdated`: a day or moment after `ge`, `gt`, `le`, `lt`, `eq` or nothing.
    ///
    /// # Errors
    /// `malformed_query`
    pub fn read(asked: Option<&str>) -> Result<Changed, Error> {
        let Some(asked) = asked else { return Ok(Changed::default()) };
        let bad = || Error::from(problems::MALFORMED_QUERY.problem().with("parameter", "_lastUpdated"));
        let (prefix, value) = match asked.split_at_checked(2) {
            Some((prefix @ ("ge" | "gt" | "le" | "lt" | "eq"), value)) => (prefix, value),
            _ => ("eq", asked),
        };
        let (first, after) = span(value).ok_or_else(bad)?;
        let (from, until) = match prefix {
            "ge" => (Some(first), None),
            "gt" => (Some(after), None),
            "le" => (None, Some(after)),
            "lt" => (None, Some(first)),
            _ => (Some(first), Some(after)),
        };
        Ok(Changed { from, until })
    }
}

/// The first instant of a day or moment, and the first after it. A moment is as long as the database can tell.
fn span(value: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    if let Ok(day) = value.parse::<NaiveDate>() {
        let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        return Some((start(day), start(day.checked_add_days(Days::new(1))?)));
    }
    let at = DateTime::parse_from_rfc3339(value).ok()?.to_utc();
    Some((at, at.checked_add_signed(chrono::TimeDelta::microseconds(1))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_word_in_fhir() {
        use ReferralState as S;
        let table = [
            (S::Draft, "draft", "draft"),
            (S::Sent, "active", "requested"),
            (S::Acknowledged, "active", "received"),
            (S::Accepted, "active", "accepted"),
            (S::Declined, "revoked", "rejected"),
            (S::InService, "active", "in-progress"),
            (S::OnHold, "on-hold", "on-hold"),
            (S::Completed, "completed", "completed"),
            (S::Failed, "revoked", "failed"),
            (S::Cancelled, "revoked", "cancelled"),
            (S::Expired, "revoked", "cancelled"),
            (S::EnteredInError, "entered-in-error", "entered-in-error"),
        ];
        assert_eq!(table.len(), S::ALL.len());
        for (state, request, task) in table {
            assert_eq!((request_status(state), task_status(state)), (request, task), "{state}");
        }
    }

    #[test]
    fn a_search_finds_every_state_its_status_stands_for() {
        use ReferralState::{Cancelled, Expired, Sent};
        let found = |status| states(Some(status)).expect("known");
        assert_eq!(found("requested"), [Sent]);
        assert_eq!(found("requested,cancelled"), [Sent, Cancelled, Expired]);
        assert_eq!(found("ready"), []);
        assert_eq!(states(None).expect("all").len(), ReferralState::ALL.len());
        assert!(states(Some("sent")).is_err() && states(Some("")).is_err());
    }

    #[test]
    fn a_day_is_all_of_the_day() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        let (start, end) = (at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z"));
        let read = |asked| {
            Changed::read(Some(asked)).map(|changed| (changed.from, changed.until)).expect("readable")
        };
        assert_eq!(read("2026-11-24"), (Some(start), Some(end)));
        assert_eq!(read("ge2026-11-24"), (Some(start), None));
        assert_eq!(read("gt2026-11-24"), (Some(end), None));
        assert_eq!(read("le2026-11-24"), (None, Some(end)));
        assert_eq!(read("lt2026-11-24"), (None, Some(start)));
        assert_eq!(read("ge2026-11-24T05:00:00-05:00"), (Some(at("2026-11-24T10:00:00Z")), None));
        for bad in ["", "ge", "ap2026-11-24", "2026-13-01", "yesterday", "ñ"] {
            assert!(Changed::read(Some(bad)).is_err(), "{bad}");
        }
    }
}
