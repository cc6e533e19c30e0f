//! The catalogue of refusals: every way the service says no that a client can act on.
//! Codes are stable; titles are for people who read logs and the OpenAPI page.

use crate::platform::error::Kind;

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $code:literal, $title:literal;)*) => {
        $($(#[$doc])* pub static $name: Kind = Kind { code: $code, status: $status, title: $title };)*

        /// Every kind of refusal, for the OpenAPI document and its test.
        pub static ALL: &[&Kind] = &[$(&$name),*];
    };
}

catalogue! {
    // --- shape of the request
    /// The body is not JSON, not UTF-8, or not of the documented shape.
    MALFORMED_BODY = 400, "malformed_body", "The body cannot be read";
    /// A field the operation does not know.
    UNKNOWN_FIELD = 400, "unknown_field", "The body has a field this operation does not know";
    /// A query parameter the operation does not know, or with an unreadable value.
    MALFORMED_QUERY = 400, "malformed_query", "The query cannot be read";
    /// A header with an unreadable value.
    MALFORMED_HEADER = 400, "malformed_header", "A header cannot be read";
    /// NUL or another character no text may hold.
    FORBIDDEN_CHARACTER = 400, "forbidden_character", "The body holds a character that no text may hold";
    /// A day or moment thousands of years away.
    MOMENT_OUT_OF_RANGE = 400, "moment_out_of_range", "A day or moment lies beyond what can be kept";
    /// The body is larger than the service takes.
    BODY_TOO_LARGE = 413, "body_too_large", "The body is too large";
    /// The body is not declared as JSON.
    UNSUPPORTED_MEDIA_TYPE = 415, "unsupported_media_type", "Send application/json";
    /// The path exists, the method does not.
    METHOD_NOT_ALLOWED = 405, "method_not_allowed", "This path has no such method";
    /// None of the wanted formats can be given.
    NOT_ACCEPTABLE = 406, "not_acceptable", "None of the wanted formats can be given";
    /// Some values do not make sense; all of them are listed.
    INVALID_FIELDS = 422, "invalid_fields", "Some fields need another value";

    // --- who asks
    /// No token, or one that does not count any more.
    SIGN_IN_REQUIRED = 401, "sign_in_required", "Sign in first";
    /// Wrong e-mail or password, or no such account.
    SIGN_IN_FAILED = 401, "sign_in_failed", "E-mail or password is wrong";
    /// The refresh token was used before and a newer one exists.
    REFRESH_SUPERSEDED = 409, "refresh_superseded", "Use the newer refresh token";
    /// The account may not do this.
    FORBIDDEN = 403, "forbidden", "Your account may not do this";
    /// Does not exist, or is not for these eyes.
    NOT_FOUND = 404, "not_found", "There is no such record";
    /// Too many tries; wait.
    SLOW_DOWN = 429, "slow_down", "Too many tries, wait a little";
    /// The link was used, has expired or was replaced.
    INVITATION_SPENT = 410, "invitation_spent", "This invitation can no longer be used";

    // --- editing
    /// A write without If-Match.
    VERSION_REQUIRED = 428, "version_required", "Say which version you edited (If-Match)";
    /// Somebody else edited meanwhile.
    STALE_VERSION = 412, "stale_version", "Somebody else edited this meanwhile";
    /// The id is taken by a record with other content.
    ID_ALREADY_USED = 409, "id_already_used", "This id belongs to a record with other content";
    /// The Idempotency-Key was used for something else.
    KEY_ALREADY_USED = 409, "idempotency_key_already_used", "This Idempotency-Key was used for another request";

    // --- features
    /// The code is retired and cannot be used any more.
    CODE_ALREADY_EXISTS = 409, "code_already_exists", "The list has this code already";
    /// The service itself decides by the codes of this list.
    CODE_LIST_FIXED = 409, "code_list_fixed", "Only the labels of this list can be changed";
    /// The person is a member already.
    MEMBER_ALREADY_JOINED = 409, "member_already_joined", "The person is a member already";
    /// The person is a member no more.
    MEMBER_ALREADY_LEFT = 409, "member_already_left", "The person has left already";
    /// The office is closed and takes no new records.
    OFFICE_CLOSED = 409, "office_closed", "The office is closed";
    /// An account cannot end its own access.
    STAFF_OWN_ACCOUNT = 409, "staff_own_account", "You cannot change your own access";
    /// The account was disabled.
    STAFF_DISABLED = 409, "staff_disabled", "The account is disabled";
    /// The file goes on in another one, or should not exist; the other one is named.
    FILE_NOT_IN_USE = 409, "file_not_in_use", "This file is no longer in use";
    /// It ended on another day; a wrong day is corrected.
    PART_ALREADY_ENDED = 409, "part_already_ended", "This has ended already";
    /// The relation exists already.
    RELATION_ALREADY_EXISTS = 409, "relation_already_exists", "This relation is recorded already";
    /// The consent was withdrawn before.
    CONSENT_ALREADY_WITHDRAWN = 409, "consent_already_withdrawn", "This consent was withdrawn already";
    /// A manager reads a file only with a written reason.
    REASON_REQUIRED = 403, "reason_required", "Write down why you open this file";
    /// The case is closed; reopen it first.
    CASE_CLOSED = 409, "case_closed", "The case is closed";
    /// The case should not exist; nothing more is done on it.
    CASE_ENTERED_IN_ERROR = 409, "case_entered_in_error", "The case was entered in error";
    /// The case is open already.
    CASE_OPEN = 409, "case_open", "The case is open";
    /// A colleague took the case first.
    CASE_TAKEN = 409, "case_taken", "Somebody else owns this case already";
    /// Tasks are open and were not settled in the same act.
    CASE_HAS_OPEN_TASKS = 409, "case_has_open_tasks", "The case has open tasks";
    /// Referrals are open and were not settled in the same act.
    CASE_HAS_OPEN_REFERRALS = 409, "case_has_open_referrals", "The case has open referrals";
    /// Needs have no outcome.
    CASE_HAS_OPEN_NEEDS = 409, "case_has_open_needs", "The case has needs without an outcome";
    /// The person is on the case already.
    PERSON_ALREADY_ON_CASE = 409, "person_already_on_case", "The person is on the case already";
    /// The case needs a principal person.
    PRINCIPAL_STAYS = 409, "principal_stays", "The principal person cannot be taken off the case";
    /// The case is sealed already.
    CASE_SEALED = 409, "case_sealed", "The case is sealed";
    /// The case is not sealed.
    CASE_NOT_SEALED = 409, "case_not_sealed", "The case is not sealed";
    /// The need has its outcome.
    NEED_SETTLED = 409, "need_settled", "The need is settled";
    /// The need has no outcome yet.
    NEED_OPEN = 409, "need_open", "The need is open";
    /// The assistance was withdrawn before.
    ASSISTANCE_WITHDRAWN = 409, "assistance_withdrawn", "This assistance was withdrawn already";
    /// The account can read the file without a reason.
    FILE_OPEN_ALREADY = 409, "file_open_already", "You can read this file already";
    /// The permission has ended.
    GRANT_ENDED = 409, "grant_ended", "This permission has ended already";
    /// Somebody reviewed it before.
    GRANT_REVIEWED = 409, "grant_reviewed", "This was reviewed already";
    /// Nobody reviews what they opened themselves.
    GRANT_OWN = 409, "grant_own", "Somebody else must review this";
    /// There is no such case, it is not sealed, or somebody is let into it who can name others.
    SEAL_NOT_LAPSED = 409, "seal_not_lapsed", "The office has no sealed case of this number that nobody is let into";
    /// The task is done or dropped.
    TASK_ENDED = 409, "task_ended", "The task is done or dropped";
    /// The state table does not know this move; the moves allowed now are listed.
    REFERRAL_MOVE_NOT_ALLOWED = 409, "referral_move_not_allowed", "The referral cannot make this move now";
    /// Answered before in another way.
    REFERRAL_ALREADY_ANSWERED = 409, "referral_already_answered", "The referral was answered in another way";
    /// No live consent covers this agency and these facts.
    CONSENT_MISSING = 409, "consent_missing", "No live consent covers this agency and these facts";
    /// The draft is not a draft any more.
    REFERRAL_NOT_A_DRAFT = 409, "referral_not_a_draft", "What was sent is not edited";
    /// Not sent yet, or over for so long that the partner sees it no more.
    REFERRAL_NOT_WITH_PARTNER = 409, "referral_not_with_partner", "The partner does not see this referral now";
    /// Parts of the need have no outcome yet; the answer names them.
    NEED_HAS_OPEN_PARTS = 409, "need_has_open_parts", "Parts of this need have no outcome yet";
    /// The need is a part of one that has its outcome; that one is reopened first.
    NEED_OF_A_SETTLED_ONE = 409, "need_of_a_settled_one", "The need it is a part of has its outcome";
    /// Another try replaces it already; the answer names it.
    REFERRAL_ALREADY_REPLACED = 409, "referral_already_replaced", "Another referral replaces this one already";
    /// The agency or its service was retired.
    SERVICE_RETIRED = 409, "service_retired", "The service is no longer offered";
    /// The agency is no partner any more, so it is not asked.
    AGENCY_RETIRED = 409, "agency_retired", "The agency is no partner any more";
    /// The agency went into another one before, or the other one is no partner any more.
    AGENCY_NOT_MERGEABLE = 409, "agency_not_mergeable", "These agencies cannot be made one";
    /// The notice is not one that failed.
    NOTICE_NOT_FAILED = 409, "notice_not_failed", "Only a notice that did not arrive can be sent again";
    /// The job is not one that failed.
    JOB_NOT_FAILED = 409, "job_not_failed", "Only a failed job can be tried again";
    /// The webhook is off; switch it on first.
    WEBHOOK_DISABLED = 409, "webhook_disabled", "The webhook is switched off";
    /// There are as many as there may be.
    WEBHOOKS_TOO_MANY = 409, "webhooks_too_many", "There may be no more webhooks";
    /// The message is still being delivered.
    WEBHOOK_DELIVERY_UNDER_WAY = 409, "webhook_delivery_under_way", "The message is still on its way";

    // --- the service itself
    /// Something broke on our side; the request_id finds it in the log.
    INTERNAL = 500, "internal", "Something went wrong on our side";
    /// Too busy or the database is away; try again.
    UNAVAILABLE = 503, "unavailable", "Too busy, try again shortly";
    /// What watches over the service is told which part is not as it should be.
    NOT_READY = 503, "not_ready", "The service is not ready";
}
