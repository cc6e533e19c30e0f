//! Which verb an operation asks for, and which refusals it has of its own: **one line for each operation**.
//!
//! TO ADD AN OPERATION, add its line beside its neighbours: the name of its handler; the verbs of `auth/permission.rs`
//! that open it (any of them suffices; none: every account, or everybody where [`super::is_public`]); behind the
//! arrow the refusals that its handler and what it calls can answer with. Leave out what follows from its shape, which
//! `refusals.rs` adds: an unreadable body or query, missing and stale versions, an id that is not there, fields
//! that need another value, a verb the account does not have. `KEY_ALREADY_USED` says that it honours the
//! Idempotency-Key (`receipts::claim`), and documents that header.
//!
//! The API's tests refuse an answer with a code that is not declared, and `tests/openapi.rs` a line that is missing, that
//! nobody needs, or whose verbs are not those of `tests/api/authorization/policy.txt`.

use crate::auth::{Permission, Role};
use crate::platform::error::Kind;
use crate::problems;

/// What is declared of an operation.
pub struct Operation {
    /// The name of its handler, as `operationId`.
    pub name: &'static str,
    /// Any of these verbs opens it; none: every account may.
    pub verbs: &'static [Permission],
    /// Refusals that do not follow from its shape.
    pub own: &'static [&'static Kind],
}

impl Operation {
    /// The line of an operation.
    pub fn named(name: &str) -> Option<&'static Operation> {
        ALL.iter().find(|operation| operation.name == name)
    }

    /// Roles that may use it; whether on a given record is decided by whose it is.
    pub fn roles(&self) -> Vec<Role> {
        let may = |role: &Role| self.verbs.is_empty() || self.verbs.iter().any(|verb| role.may(*verb));
        Role::ALL.iter().copied().filter(may).collect()
    }
}

macro_rules! operations {
    ($($name:ident: $($verb:ident)* => $($kind:ident)*;)*) => {
        /// Every line.
        pub static ALL: &[Operation] = &[$(Operation {
            name: stringify!($name),
            verbs: &[$(Permission::$verb),*],
            own: &[$(&problems::$kind),*],
        }),*];
    };
}

operations! {
    // --- session
    login: => SIGN_IN_FAILED SLOW_DOWN;
    refresh: => SIGN_IN_REQUIRED REFRESH_SUPERSEDED;
    accept_invitation: => INVITATION_SPENT;
    logout: =>;
    change_password: =>;
    me: =>;
    // --- reference
    list_code_lists: ReadReference =>;
    show_code_list: ReadReference =>;
    create_code: ManageCodes => CODE_ALREADY_EXISTS CODE_LIST_FIXED KEY_ALREADY_USED;
    update_code: ManageCodes => CODE_LIST_FIXED;
    list_countries: ReadReference =>;
    list_languages: ReadReference =>;
    list_territories: ReadReference =>;
    show_territory: ReadReference =>;
    // --- offices and staff
    list_offices: ReadReference =>;
    create_office: ManageOffices => KEY_ALREADY_USED;
    show_office: ReadReference =>;
    update_office: ManageOffices =>;
    list_holidays: ReadReference =>;
    set_holidays: ManageOffices =>;
    list_staff: ReadStaff =>;
    invite_staff: InviteStaff => KEY_ALREADY_USED;
    show_staff: ReadStaff =>;
    update_staff: ManageStaff => STAFF_OWN_ACCOUNT;
    invite_again: InviteStaff => STAFF_DISABLED;
    // --- agencies
    list_agencies: ReadAgencies =>;
    create_agency: ManageAgencies => KEY_ALREADY_USED;
    show_agency: ReadAgencies =>;
    update_agency: ManageAgencies =>;
    show_publication: ReadAgencies =>;
    publish_agency: ManageAgencies KeepOwnEntry =>;
    send_confirmation_link: ManageAgencies => AGENCY_RETIRED;
    revoke_confirmation_links: ManageAgencies =>;
    list_agency_tasks: ManageAgencies =>;
    finish_agency_task: ManageAgencies => TASK_ENDED;
    drop_agency_task: ManageAgencies => TASK_ENDED;
    propose_merges: ManageAgencies =>;
    import_agencies: ManageAgencies => KEY_ALREADY_USED;
    merge_agency: ManageAgencies => AGENCY_NOT_MERGEABLE KEY_ALREADY_USED;
    retire_agency: ManageAgencies =>;
    create_contact: ManageAgencies => KEY_ALREADY_USED;
    choose_digest: ManageAgencies KeepOwnEntry =>;
    update_contact: ManageAgencies =>;
    create_service: ManageAgencies => KEY_ALREADY_USED;
    update_service: ManageAgencies =>;
    list_agency_holidays: ReadAgencies =>;
    set_agency_holidays: ManageAgencies KeepOwnEntry =>;
    import_services: ManageAgencies => KEY_ALREADY_USED;
    list_services: ReadAgencies =>;
    count_services: ReadAgencies =>;
    suggest_services: Refer => NOT_FOUND;
    tell_capacity: ManageAgencies KeepOwnEntry =>;
    confirm_service: ManageAgencies KeepOwnEntry =>;
    retire_service: ManageAgencies =>;
    // --- persons
    list_migrants: ReadMigrants =>;
    register_migrant: EditMigrants => OFFICE_CLOSED NOT_FOUND KEY_ALREADY_USED;
    match_migrants: ReadMigrants =>;
    show_migrant: ReadMigrants =>;
    update_migrant: EditMigrants => FILE_NOT_IN_USE;
    show_migrant_history: ReadMigrants =>;
    list_contact_points: ReadMigrants =>;
    add_contact_point: EditMigrants => FILE_NOT_IN_USE KEY_ALREADY_USED;
    update_contact_point: EditMigrants => FILE_NOT_IN_USE;
    end_contact_point: EditMigrants => FILE_NOT_IN_USE PART_ALREADY_ENDED;
    list_identity_documents: ReadMigrants =>;
    add_identity_document: EditMigrants => FILE_NOT_IN_USE KEY_ALREADY_USED;
    update_identity_document: EditMigrants => FILE_NOT_IN_USE;
    end_identity_document: EditMigrants => FILE_NOT_IN_USE PART_ALREADY_ENDED;
    read_document_number: ReadDocumentNumbers =>;
    list_mobility: ReadMigrants =>;
    add_mobility: EditMigrants => FILE_NOT_IN_USE KEY_ALREADY_USED;
    correct_mobility: EditMigrants => FILE_NOT_IN_USE;
    end_mobility: EditMigrants => FILE_NOT_IN_USE PART_ALREADY_ENDED;
    list_specific_needs: ReadMigrants =>;
    add_specific_need: EditMigrants => FILE_NOT_IN_USE KEY_ALREADY_USED;
    correct_specific_need: EditMigrants => FILE_NOT_IN_USE;
    end_specific_need: EditMigrants => FILE_NOT_IN_USE PART_ALREADY_ENDED;
    list_relations: ReadMigrants =>;
    relate: EditMigrants => FILE_NOT_IN_USE RELATION_ALREADY_EXISTS KEY_ALREADY_USED;
    update_relation: EditMigrants => FILE_NOT_IN_USE RELATION_ALREADY_EXISTS;
    end_relation: EditMigrants => FILE_NOT_IN_USE PART_ALREADY_ENDED KEY_ALREADY_USED;
    list_consents: ReadMigrants =>;
    give_consent: EditMigrants => FILE_NOT_IN_USE KEY_ALREADY_USED;
    take_consent_back: EditMigrants => CONSENT_ALREADY_WITHDRAWN;
    // --- associations
    list_associations: ReadAssociations =>;
    create_association: EditAssociations => OFFICE_CLOSED NOT_FOUND KEY_ALREADY_USED;
    show_association: ReadAssociations =>;
    update_association: EditAssociations =>;
    list_members: ReadMigrants =>;
    add_member: EditAssociations => MEMBER_ALREADY_JOINED KEY_ALREADY_USED;
    leave_association: EditAssociations => MEMBER_ALREADY_LEFT KEY_ALREADY_USED;
    // --- cases
    list_cases: ReadCases =>;
    count_cases: ReadCases =>;
    open_case: WorkCases => OFFICE_CLOSED NOT_FOUND KEY_ALREADY_USED;
    assign_cases: AssignCases => CASE_CLOSED CASE_ENTERED_IN_ERROR NOT_FOUND KEY_ALREADY_USED;
    show_case: ReadCases => REASON_REQUIRED;
    update_case: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR;
    show_case_history: ReadCases => REASON_REQUIRED;
    add_case_person: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR PERSON_ALREADY_ON_CASE KEY_ALREADY_USED;
    remove_case_person: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR PRINCIPAL_STAYS KEY_ALREADY_USED;
    assign_case: AssignCases TakeCases =>
        CASE_CLOSED CASE_ENTERED_IN_ERROR CASE_TAKEN OFFICE_CLOSED KEY_ALREADY_USED;
    close_case: CloseCases =>
        CASE_CLOSED CASE_ENTERED_IN_ERROR CASE_HAS_OPEN_TASKS CASE_HAS_OPEN_REFERRALS CASE_HAS_OPEN_NEEDS KEY_ALREADY_USED;
    reopen_case: CloseCases => CASE_OPEN CASE_ENTERED_IN_ERROR KEY_ALREADY_USED;
    mark_case_in_error: MarkInError => CASE_ENTERED_IN_ERROR CASE_HAS_OPEN_REFERRALS KEY_ALREADY_USED;
    list_needs: ReadCases => REASON_REQUIRED;
    raise_need: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR KEY_ALREADY_USED;
    update_need: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR NEED_SETTLED;
    settle_need: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR NEED_SETTLED NEED_HAS_OPEN_PARTS KEY_ALREADY_USED;
    reopen_need: WorkCases =>
        CASE_CLOSED CASE_ENTERED_IN_ERROR NEED_OPEN NEED_OF_A_SETTLED_ONE KEY_ALREADY_USED;
    list_notes: ReadCases => REASON_REQUIRED;
    write_note: WorkCases => CASE_ENTERED_IN_ERROR KEY_ALREADY_USED;
    list_tasks: WorkCases =>;
    list_tasks_of_case: ReadCases => REASON_REQUIRED;
    plan_task: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR KEY_ALREADY_USED;
    update_task: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR TASK_ENDED;
    finish_task: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR TASK_ENDED;
    drop_task: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR TASK_ENDED;
    list_assistance: ReadCases => REASON_REQUIRED;
    assist: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR KEY_ALREADY_USED;
    withdraw_assistance: WorkCases => CASE_CLOSED CASE_ENTERED_IN_ERROR ASSISTANCE_WITHDRAWN KEY_ALREADY_USED;
    // --- access to cases
    seal_case: SealCases => CASE_SEALED KEY_ALREADY_USED;
    unseal_case: SealCases => CASE_NOT_SEALED KEY_ALREADY_USED;
    open_with_reason: OpenWithReason => FILE_OPEN_ALREADY KEY_ALREADY_USED;
    list_grants: SealCases =>;
    grant_access: SealCases => CASE_NOT_SEALED KEY_ALREADY_USED;
    list_grants_to_review: ReviewAccess =>;
    end_grant: SealCases => GRANT_ENDED KEY_ALREADY_USED;
    review_grant: ReviewAccess => GRANT_OWN GRANT_REVIEWED KEY_ALREADY_USED;
    list_seal_requests: OpenLapsedSeals =>;
    request_sealed_access: OpenLapsedSeals => KEY_ALREADY_USED;
    grant_seal_request: OpenLapsedSeals => SEAL_NOT_LAPSED GRANT_OWN GRANT_REVIEWED KEY_ALREADY_USED;
    refuse_seal_request: OpenLapsedSeals => GRANT_OWN GRANT_REVIEWED KEY_ALREADY_USED;
    // --- referrals
    create_referral: Refer => CASE_CLOSED CASE_ENTERED_IN_ERROR NEED_SETTLED SERVICE_RETIRED KEY_ALREADY_USED;
    list_referrals: ReadReferrals =>;
    count_referrals: ReadReferrals =>;
    show_referral: ReadReferrals =>;
    update_referral: Refer => REFERRAL_NOT_A_DRAFT SERVICE_RETIRED;
    preview_referral: Refer => REFERRAL_NOT_A_DRAFT;
    move_referral: Refer MarkInError AnswerReferrals =>
        REFERRAL_MOVE_NOT_ALLOWED REFERRAL_ALREADY_ANSWERED CONSENT_MISSING CASE_CLOSED SERVICE_RETIRED KEY_ALREADY_USED;
    read_answer: Refer =>;
    log_call: Refer => REFERRAL_MOVE_NOT_ALLOWED KEY_ALREADY_USED;
    list_clocks: ReadReference =>;
    update_clocks: ManageSettings =>;
    tell_client: Refer => REFERRAL_MOVE_NOT_ALLOWED KEY_ALREADY_USED;
    send_answer_link: Refer => REFERRAL_NOT_WITH_PARTNER;
    revoke_answer_links: Refer =>;
    re_refer: Refer =>
        REFERRAL_MOVE_NOT_ALLOWED REFERRAL_ALREADY_REPLACED CONSENT_MISSING CASE_CLOSED CASE_ENTERED_IN_ERROR NEED_SETTLED
        SERVICE_RETIRED KEY_ALREADY_USED;
    show_appointment: ReadReferrals AnswerReferrals =>;
    list_messages: ReadReferrals AnswerReferrals =>;
    write_message: Refer AnswerReferrals => REFERRAL_NOT_WITH_PARTNER KEY_ALREADY_USED;
    mark_messages_read: Refer AnswerReferrals =>;
    answer_several: AnswerReferrals => KEY_ALREADY_USED;
    count_inbox: AnswerReferrals =>;
    list_inbox: AnswerReferrals =>;
    show_inbox_referral: AnswerReferrals =>;
    assign_inbox_referral: AnswerReferrals => REFERRAL_MOVE_NOT_ALLOWED KEY_ALREADY_USED;
    // --- figures and oversight
    report_caseload: ReadReports => NOT_ACCEPTABLE NOT_FOUND;
    report_referrals: ReadReports => NOT_ACCEPTABLE NOT_FOUND;
    show_scorecard: ReadScorecards =>;
    list_audit_events: ReadAudit =>;
    list_notices: ReadOwnNotices =>;
    show_notice: ReadOwnNotices =>;
    read_notice: ReadOwnNotices =>;
    retry_notice: RetryNotices => NOTICE_NOT_FAILED;
    count_bounces: ReadNotices =>;
    list_jobs: ManageJobs =>;
    retry_job: ManageJobs => JOB_NOT_FAILED;
    // --- other systems
    hsds_metadata: =>;
    hsds_list_services: => NOT_ACCEPTABLE;
    hsds_show_service: =>;
    hsds_list_organizations: => NOT_ACCEPTABLE;
    hsds_show_organization: =>;
    hsds_list_service_at_locations: => NOT_ACCEPTABLE;
    hsds_show_service_at_location: =>;
    hsds_list_taxonomies: => NOT_ACCEPTABLE;
    hsds_show_taxonomy: =>;
    hsds_list_taxonomy_terms: => NOT_ACCEPTABLE;
    hsds_show_taxonomy_term: =>;
    show_metadata: => NOT_ACCEPTABLE;
    show_service_request: ReadReferrals AnswerReferrals => NOT_ACCEPTABLE;
    show_task: ReadReferrals AnswerReferrals => NOT_ACCEPTABLE;
    search_tasks: AnswerReferrals => NOT_ACCEPTABLE;
    create_webhook: ManageWebhooks => WEBHOOKS_TOO_MANY KEY_ALREADY_USED;
    list_webhooks: ManageWebhooks =>;
    show_webhook: ManageWebhooks =>;
    update_webhook: ManageWebhooks =>;
    remove_webhook: ManageWebhooks =>;
    rotate_secret: ManageWebhooks => KEY_ALREADY_USED;
    ping_webhook: ManageWebhooks => WEBHOOK_DISABLED KEY_ALREADY_USED;
    list_deliveries: ManageWebhooks =>;
    retry_delivery: ManageWebhooks => WEBHOOK_DISABLED WEBHOOK_DELIVERY_UNDER_WAY KEY_ALREADY_USED;
}
