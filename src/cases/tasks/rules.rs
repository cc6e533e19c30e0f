//! What may be done with a task.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::Task;
use crate::auth::{Actor, Permission};
use crate::cases::model::Case;
use crate::cases::rules::CaseStatus;
use crate::ids::{StaffId, TaskId};
use crate::platform::error::Error;
use crate::platform::patch::Patch;
use crate::problems;

crate::words! {
    /// Whether a task is still to do.
    TaskStatus {
        /// To do.
        Open = "open",
        /// Done.
        Done = "done",
        /// No longer wanted.
        Dropped = "dropped",
    }

    /// What a task is about.
    TaskKind {
        /// Anything.
        Other = "other",
        /// Ask the client something.
        AskClient = "ask_client",
        /// Phone an agency that does not answer.
        PhoneAgency = "phone_agency",
        /// Send the need to another agency.
        ReferElsewhere = "refer_elsewhere",
        /// Find out which agency it was.
        FindAgency = "find_agency",
    }

    /// What may be done with a task.
    TaskVerb {
        /// Change title, day and owner.
        Edit = "edit",
        /// Say that it is done.
        Done = "done",
        /// Say that it is no longer wanted.
        Drop = "drop",
    }

    /// The lists of open tasks people work from.
    TaskView {
        /// One's own, and those without an owner on one's own cases.
        Mine = "mine",
        /// Past their day in the office's zone.
        Overdue = "overdue",
        /// Due on this day in the office's zone.
        DueToday = "due_today",
        /// Without an owner, on cases without a worker.
        Unassigned = "unassigned",
    }
}

/// A new task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanTask {
    /// Made by the client, or left out.
    pub id: Option<TaskId>,
    /// What it is about; other without.
    pub kind: Option<TaskKind>,
    /// What to do; without restricted facts.
    #[schema(example = "Phone the landlord")]
    pub title: String,
    /// By which day, in the office's zone.
    #[schema(example = "2026-12-01")]
    pub due_on: NaiveDate,
    /// Who does it: a colleague of the case's office. Nobody: the case's worker or, without one, the office.
    pub owner_id: Option<StaffId>,
}

/// What an edit of a task says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateTask {
    /// What to do.
    #[schema(example = "Phone the landlord again")]
    pub title: Option<String>,
    /// By which day.
    #[schema(example = "2026-12-04")]
    pub due_on: Option<NaiveDate>,
    /// Who does it; null for nobody.
    #[serde(default)]
    #[schema(value_type = Option<StaffId>)]
    pub owner_id: Patch<StaffId>,
}

/// The verbs the actor may use on a task now.
pub fn allowed(actor: &Actor, case: CaseStatus, task: &Task) -> Vec<TaskVerb> {
    if check(actor, case, task).is_ok() { TaskVerb::ALL.to_vec() } else { vec![] }
}

/// Refuses work on a task that is over or whose case is closed.
///
/// # Errors
/// `forbidden`, `case_closed` or `task_ended`
pub fn check(actor: &Actor, case: CaseStatus, task: &Task) -> Result<(), Error> {
    if !actor.may(Permission::WorkCases) {
        return Err((&problems::FORBIDDEN).into());
    }
    if case == CaseStatus::Closed {
        return Err((&problems::CASE_CLOSED).into());
    }
    if task.status == TaskStatus::Open { Ok(()) } else { Err((&problems::TASK_ENDED).into()) }
}

/// Whether an account works at the case's office and can own a task of it.
pub fn can_own(case: &Case, offices: &[uuid::Uuid], disabled: bool) -> bool {
    !disabled && offices.contains(&case.office_id.0)
}
