//! Kinds of tasks, and who takes one.

use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::StaffId;

crate::words! {
    /// What has to be done about an agency.
    AgencyTaskKind {
        /// Mail about its entry does not arrive.
        PhoneAgency = "phone_agency",
        /// It says what is wrong in its entry.
        CorrectEntry = "correct_entry",
        /// It says that it offers a service no longer.
        RetireService = "retire_service",
    }

    /// Whether it is still to do.
    AgencyTaskStatus {
        /// To do.
        Open = "open",
        /// Done.
        Done = "done",
        /// Not wanted any more.
        Dropped = "dropped",
    }
}

/// What may be done with a task about an agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AgencyTaskVerb)]
pub enum Verb {
    /// Say that it is done.
    Done,
    /// Say that it is not wanted any more.
    Drop,
}

/// What may be done with one that stands so.
pub fn allowed(status: AgencyTaskStatus) -> Vec<Verb> {
    if status == AgencyTaskStatus::Open { vec![Verb::Done, Verb::Drop] } else { vec![] }
}

/// A manager who might take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub staff: StaffId,
    /// Whether one of their offices is in the agency's country.
    pub near: bool,
    /// How many of these tasks they have to do already.
    pub open: i64,
}

/// Who takes it: somebody in the agency's country before others, then whoever has least to do.
pub fn owner(candidates: &[Candidate]) -> Option<StaffId> {
    candidates.iter().min_by_key(|one| (!one.near, one.open, one.staff)).map(|one| one.staff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_goes_to_somebody_near_with_little_to_do() {
        let (first, second, third) = (StaffId::new(), StaffId::new(), StaffId::new());
        let one = |staff, near, open| Candidate { staff, near, open };
        for (candidates, expected) in [
            (vec![], None),
            (vec![one(first, false, 0)], Some(first)),
            (vec![one(first, false, 0), one(second, true, 9)], Some(second)),
            (vec![one(first, true, 2), one(second, true, 1)], Some(second)),
            (vec![one(third, true, 1), one(second, true, 1)], Some(second)),
        ] {
            assert_eq!(owner(&candidates), expected, "{candidates:?}");
        }
    }
}
