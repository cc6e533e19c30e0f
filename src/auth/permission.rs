//! One table: which role may use which verb. What a verb may be used on is decided by visibility in the queries,
//! by the rules of each feature, and once more by row-level security.

use serde::Serialize;
use utoipa::ToSchema;

crate::words! {
    /// What an account is for. Source of scopes: docs/PRIVACY.md.
    Role {
        /// Accounts, offices, settings; no case content at all.
        SystemAdmin = "system_admin",
        /// Figures of the network; a file only with a written reason.
        Manager = "manager",
        /// Everything of the own offices.
        Supervisor = "supervisor",
        /// Intake, cases, consent and referrals of the own offices.
        CaseWorker = "case_worker",
        /// Intake on a mobile unit; the own cases.
        FieldWorker = "field_worker",
        /// Referrals to the own agency.
        Partner = "partner",
        /// Who did and saw what; no content. The account ends by itself.
        Auditor = "auditor",
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $word:literal: $($role:ident)*;)*) => {
        /// A verb. Deny by default: a role that is not listed beside it may not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
        pub enum Permission {
            $($(#[$doc])* #[serde(rename = $word)] #[schema(rename = $word)] $name),*
        }

        impl Permission {
            /// Every verb.
            pub const ALL: &'static [Permission] = &[$(Permission::$name),*];

            /// Which roles have it.
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Permission::$name => &[$(Role::$role),*]),* }
            }
        }
    };
}

permissions! {
    /// Code lists, countries, languages, territories, offices.
    ReadReference = "read_reference": SystemAdmin Manager Supervisor CaseWorker FieldWorker Partner Auditor;
    /// Add, relabel and retire codes.
    ManageCodes = "manage_codes": SystemAdmin;
    /// Open, edit and close offices and their holidays.
    ManageOffices = "manage_offices": SystemAdmin;
    /// Change what holds for the whole network, such as how long a partner has to answer.
    ManageSettings = "manage_settings": SystemAdmin;
    /// See who works where.
    ReadStaff = "read_staff": SystemAdmin Manager Supervisor CaseWorker FieldWorker;
    /// Invite: anybody for an administrator, workers of the own offices for a supervisor.
    InviteStaff = "invite_staff": SystemAdmin Supervisor;
    /// Change roles, offices and access.
    ManageStaff = "manage_staff": SystemAdmin;
    /// Search and open persons' files.
    ReadMigrants = "read_migrants": Supervisor CaseWorker FieldWorker;
    /// Register persons, edit files, write down consents.
    EditMigrants = "edit_migrants": Supervisor CaseWorker FieldWorker;
    /// Read the number of an identity document in clear; each reading leaves a trace.
    ReadDocumentNumbers = "read_document_numbers": Supervisor CaseWorker;
    /// See associations.
    ReadAssociations = "read_associations": Manager Supervisor CaseWorker FieldWorker;
    /// Register and edit associations.
    EditAssociations = "edit_associations": Supervisor CaseWorker FieldWorker;
    /// List cases; open a file (a manager with a written reason).
    ReadCases = "read_cases": Manager Supervisor CaseWorker FieldWorker;
    /// Open cases; write needs, notes, tasks and assistance.
    WorkCases = "work_cases": Supervisor CaseWorker FieldWorker;
    /// Give a case to a worker or to another office.
    AssignCases = "assign_cases": Manager Supervisor;
    /// Take a case oneself that nobody owns.
    TakeCases = "take_cases": Supervisor CaseWorker FieldWorker;
    /// Close and reopen: any for a supervisor, the own ones for a worker.
    CloseCases = "close_cases": Supervisor CaseWorker;
    /// Seal and unseal cases, and name who works on them.
    SealCases = "seal_cases": Supervisor;
    /// Open a file outside the own scope with a written reason; others are told and review it.
    OpenWithReason = "open_with_reason": Manager Supervisor CaseWorker;
    /// Look at who opened files with a reason, and confirm it.
    ReviewAccess = "review_access": Manager Supervisor;
    /// Ask for a way into a sealed case that nobody is let into any more, or give it to somebody else who asks.
    OpenLapsedSeals = "open_lapsed_seals": Manager Supervisor;
    /// Take a case or referral that should not exist out of all counts.
    MarkInError = "mark_in_error": Manager;
    /// See partner agencies and their services.
    ReadAgencies = "read_agencies": SystemAdmin Manager Supervisor CaseWorker FieldWorker Partner;
    /// Add and edit partner agencies.
    ManageAgencies = "manage_agencies": Manager;
    /// Tell the own agency's capacity and confirm its entry.
    KeepOwnEntry = "keep_own_entry": Partner;
    /// See referrals of visible cases.
    ReadReferrals = "read_referrals": Manager Supervisor CaseWorker FieldWorker;
    /// Prepare, send and follow referrals.
    Refer = "refer": Supervisor CaseWorker;
    /// Send without a consent, with a reason.
    OverrideConsent = "override_consent": Supervisor;
    /// See and answer the referrals of the own agency.
    AnswerReferrals = "answer_referrals": Partner;
    /// Figures over what one may see.
    ReadReports = "read_reports": Manager Supervisor CaseWorker FieldWorker;
    /// How an agency answers: a partner its own, the desk what its referrals came to.
    ReadScorecards = "read_scorecards": Manager Supervisor CaseWorker Partner;
    /// The mail addressed to oneself or to the own agency.
    ReadOwnNotices = "read_own_notices": SystemAdmin Manager Supervisor CaseWorker FieldWorker Partner Auditor;
    /// Mail and its delivery: of the own offices, or all for an administrator.
    ReadNotices = "read_notices": SystemAdmin Supervisor;
    /// Send again what did not arrive.
    RetryNotices = "retry_notices": SystemAdmin Supervisor;
    /// Have other systems told what happens to referrals: to all for an administrator, to those of the own agency for a partner.
    ManageWebhooks = "manage_webhooks": SystemAdmin Partner;
    /// Background work and trying it again.
    ManageJobs = "manage_jobs": SystemAdmin;
    /// The audit trail.
    ReadAudit = "read_audit": Auditor;
}

impl Role {
    /// Whether the role has the verb.
    pub fn may(self, permission: Permission) -> bool {
        permission.roles().contains(&self)
    }

    /// The verbs of the role.
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.iter().copied().filter(|permission| self.may(*permission)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_and_an_auditor_have_no_verb_on_people() {
        for role in [Role::SystemAdmin, Role::Auditor] {
            for permission in [Permission::ReadMigrants, Permission::ReadCases, Permission::ReadReferrals] {
                assert!(!role.may(permission), "{role} {permission:?}");
            }
        }
    }

    #[test]
    fn only_partners_answer_referrals() {
        assert_eq!(Permission::AnswerReferrals.roles(), [Role::Partner]);
    }
}
