//! What may be done with a case, when it is due, and at which stage it stands.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::Case;
use crate::auth::{Actor, Permission, Role};
use crate::ids::{OfficeId, StaffId};

crate::words! {
    /// Whether work goes on.
    CaseStatus {
        /// Work goes on.
        Open = "open",
        /// Work has ended.
        Closed = "closed",
    }

    /// How far work has come; derived from facts, never typed.
    Stage {
        /// Nothing was done since it was opened.
        New = "new",
        /// Somebody wrote a note, planned a task or prepared a referral.
        Assessed = "assessed",
        /// Something was given or settled.
        InProgress = "in_progress",
        /// A partner has a referral in hand.
        WaitingOnPartner = "waiting_on_partner",
        /// Work has ended.
        Closed = "closed",
    }

    /// How soon something must happen.
    Priority {
        /// Within 24 hours, at night and on holidays too.
        Emergency = "emergency",
        /// Within 72 hours.
        Urgent = "urgent",
        /// Within 14 days.
        Normal = "normal",
    }

    /// As what a person is on a case.
    PersonRole {
        /// The one who asks for help.
        Client = "client",
        /// Of the client's household.
        Household = "household",
        /// One of several who complain together.
        Complainant = "complainant",
        /// Depends on the client.
        Dependant = "dependant",
    }

    /// How open tasks end when their case is closed.
    Settle {
        /// They were done.
        Done = "done",
        /// They are not needed any more.
        Dropped = "dropped",
    }

    /// What may be done on a case.
    CaseVerb {
        /// Read the whole file.
        Open = "open",
        /// Edit its own fields and priority.
        Edit = "edit",
        /// Raise and settle needs.
        AddNeed = "add_need",
        /// Write a note.
        WriteNote = "write_note",
        /// Plan and end tasks.
        AddTask = "add_task",
        /// Write down a service the desk gave.
        Assist = "assist",
        /// Prepare and send referrals.
        Refer = "refer",
        /// Put a person on it and take one off.
        ChangePeople = "change_people",
        /// Give it to a worker.
        Assign = "assign",
        /// Take it oneself.
        Take = "take",
        /// Close it.
        Close = "close",
        /// Reopen it.
        Reopen = "reopen",
        /// Seal it.
        Seal = "seal",
        /// Unseal it.
        Unseal = "unseal",
        /// Open the file with a written reason.
        OpenWithReason = "open_with_reason",
        /// Take it out of all counts.
        MarkInError = "mark_in_error",
    }
}

/// By when something must have happened. Plain hours. Source: the desks' own rule, 24 h, 72 h and 14 days.
pub fn due(priority: Priority, set_at: DateTime<Utc>) -> DateTime<Utc> {
    set_at
        + match priority {
            Priority::Emergency => TimeDelta::hours(24),
            Priority::Urgent => TimeDelta::hours(72),
            Priority::Normal => TimeDelta::days(14),
        }
}

/// What happened on a case, as far as its stage depends on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct CaseFacts {
    /// It is closed.
    pub closed: bool,
    /// A referral is sent, acknowledged, accepted, in service or on hold.
    pub with_partner: bool,
    /// A service was given, a referral was sent once, or a need has its outcome.
    pub acted: bool,
    /// A note, a task or a drafted referral exists.
    pub looked_at: bool,
}

impl CaseFacts {
    /// The stage these facts make.
    pub fn stage(self) -> Stage {
        match self {
            CaseFacts { closed: true, .. } => Stage::Closed,
            CaseFacts { with_partner: true, .. } => Stage::WaitingOnPartner,
            CaseFacts { acted: true, .. } => Stage::InProgress,
            CaseFacts { looked_at: true, .. } => Stage::Assessed,
            _ => Stage::New,
        }
    }
}

/// Whether restricted facts of the case may be shown: to its own worker, and to those of its office who may read them.
pub fn reads_restricted(actor: &Actor, case: &Case) -> bool {
    reads_restricted_of(actor, case.office_id, case.assigned_to)
}

/// The same of a case held by this office and owned by this worker.
pub fn reads_restricted_of(actor: &Actor, office: OfficeId, worker: Option<StaffId>) -> bool {
    worker == Some(actor.staff) || actor.restricted_offices().contains(&office)
}

/// Whether the file is shown without a grant: managers list cases, but read one only with a written reason.
pub fn opens_without_grant(actor: &Actor) -> bool {
    actor.role != Role::Manager
}

/// The verbs the actor may use on a visible case now. `granted`: a live grant to this case is held.
pub fn allowed(actor: &Actor, case: &Case, granted: bool) -> Vec<CaseVerb> {
    CaseVerb::ALL.iter().copied().filter(|verb| may(actor, case, granted, *verb)).collect()
}

/// Whether the actor may use one verb on a visible case now.
pub fn may(actor: &Actor, case: &Case, granted: bool, verb: CaseVerb) -> bool {
    let open = case.status == CaseStatus::Open;
    let file = opens_without_grant(actor) || granted;
    let works = actor.may(Permission::WorkCases) && !case.entered_in_error;
    match verb {
        CaseVerb::Open => actor.may(Permission::ReadCases) && file,
        // A closed case takes notes too: what is learnt later belongs to its file.
        CaseVerb::WriteNote => works,
        CaseVerb::Edit
        | CaseVerb::AddNeed
        | CaseVerb::AddTask
        | CaseVerb::Assist
        | CaseVerb::ChangePeople => works && open,
        CaseVerb::Refer => actor.may(Permission::Refer) && open && !case.entered_in_error,
        CaseVerb::Assign => actor.may(Permission::AssignCases) && open && !case.entered_in_error,
        CaseVerb::Take => {
            actor.may(Permission::TakeCases) && open && case.assigned_to.is_none() && !case.entered_in_error
        }
        CaseVerb::Close => closes(actor, case) && open,
        CaseVerb::Reopen => closes(actor, case) && !open,
        CaseVerb::Seal => actor.may(Permission::SealCases) && !case.sealed,
        CaseVerb::Unseal => actor.may(Permission::SealCases) && case.sealed,
        CaseVerb::OpenWithReason => actor.may(Permission::OpenWithReason) && !file,
        CaseVerb::MarkInError => actor.may(Permission::MarkInError) && !case.entered_in_error,
    }
}

/// A supervisor closes and reopens any, a worker the own ones.
fn closes(actor: &Actor, case: &Case) -> bool {
    actor.may(Permission::CloseCases)
        && !case.entered_in_error
        && (actor.role == Role::Supervisor || case.assigned_to == Some(actor.staff))
}
