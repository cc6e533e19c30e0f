//! Which texts of `mail.ftl` make up which mail.

use super::Mail;
use crate::platform::text::{Text, texts as t};

/// The texts of one mail. `action` is the label of its button.
pub(super) struct Wording {
    pub subject: Text,
    pub heading: Text,
    pub lines: &'static [Text],
    pub action: Option<Text>,
}

const fn worded(subject: Text, heading: Text, lines: &'static [Text], action: Text) -> Wording {
    Wording { subject, heading, lines, action: Some(action) }
}

/// Whether the mail goes to a partner, who knows its own name but not whose referral it is.
pub(super) fn is_for_agency(mail: &Mail) -> bool {
    matches!(
        mail,
        Mail::ReferralSent { .. }
            | Mail::ReferralReminder { .. }
            | Mail::ReferralDigest { .. }
            | Mail::AnswerLink { .. }
            | Mail::AnswerCode { .. }
            | Mail::ReferralCancelled { .. }
            | Mail::ConsentWithdrawn { .. }
            | Mail::ReferralAmended { .. }
            | Mail::DirectoryToConfirm { .. }
            | Mail::ReferralsWaiting { asks: true, .. }
            | Mail::ReferralMessage { asks: true, .. }
            | Mail::ServiceMarkedFull { .. }
    )
}

pub(super) fn of(mail: &Mail) -> &'static Wording {
    match mail {
        Mail::StaffInvitation { .. } => &STAFF_INVITATION,
        Mail::PasswordReset { .. } => &PASSWORD_RESET,
        Mail::PasswordChanged { .. } => &PASSWORD_CHANGED,
        Mail::WebhookDisabled { .. } => &WEBHOOK_DISABLED,
        Mail::ReferralSent { .. } => &REFERRAL_SENT,
        Mail::ReferralReminder { .. } => &REFERRAL_REMINDER,
        Mail::ReferralDigest { .. } => &REFERRAL_DIGEST,
        Mail::AnswerLink { .. } => &ANSWER_LINK,
        Mail::AnswerCode { .. } => &ANSWER_CODE,
        Mail::ReferralCancelled { .. } => &REFERRAL_CANCELLED,
        Mail::ConsentWithdrawn { .. } => &CONSENT_WITHDRAWN,
        Mail::ReferralAmended { .. } => &REFERRAL_AMENDED,
        Mail::DirectoryToConfirm { .. } => &DIRECTORY_TO_CONFIRM,
        Mail::ServiceMarkedFull { .. } => &SERVICE_MARKED_FULL,
        Mail::ReferralAccepted { .. } => &REFERRAL_ACCEPTED,
        Mail::ReferralDeclined { .. } => &REFERRAL_DECLINED,
        Mail::ReferralOnHold { .. } => &REFERRAL_ON_HOLD,
        Mail::ReferralInService { .. } => &REFERRAL_IN_SERVICE,
        Mail::ReferralCompleted { .. } => &REFERRAL_COMPLETED,
        Mail::ReferralFailed { .. } => &REFERRAL_FAILED,
        Mail::ReferralWithdrawnByPartner { .. } => &REFERRAL_WITHDRAWN_BY_PARTNER,
        Mail::ReferralOverdue { .. } => &REFERRAL_OVERDUE,
        Mail::ReferralExpired { .. } => &REFERRAL_EXPIRED,
        Mail::ReferralUnseen { .. } => &REFERRAL_UNSEEN,
        Mail::ReferralContactOverdue { .. } => &REFERRAL_CONTACT_OVERDUE,
        Mail::ReferralReviewDue { .. } => &REFERRAL_REVIEW_DUE,
        Mail::ReferralVerifyDue { .. } => &REFERRAL_VERIFY_DUE,
        Mail::ReferralsWaiting { asks: false, .. } => &REFERRALS_WAITING,
        Mail::ReferralsWaiting { asks: true, .. } => &REFERRALS_WAITING_FOR_PARTNER,
        Mail::ReferralMessage { asks: true, .. } => &MESSAGE_FROM_DESK,
        Mail::ReferralMessage { asks: false, .. } => &MESSAGE_FROM_AGENCY,
        Mail::NoticeUndeliverable { .. } => &NOTICE_UNDELIVERABLE,
        Mail::FileOpenedByManager { .. } => &FILE_OPENED,
        Mail::EmergencyAccess { .. } => &EMERGENCY_ACCESS,
        Mail::CaseAssigned { .. } => &CASE_ASSIGNED,
        Mail::CaseReopened { .. } => &CASE_REOPENED,
        Mail::CaseEmergency { .. } => &CASE_EMERGENCY,
        Mail::AccessReviewDue { .. } => &ACCESS_REVIEW_DUE,
        Mail::AgencyTask { .. } => &AGENCY_TASK,
    }
}

const STAFF_INVITATION: Wording = worded(
    t::MAIL_STAFF_INVITATION_SUBJECT,
    t::MAIL_STAFF_INVITATION_HEADING,
    &[t::MAIL_STAFF_INVITATION_ASKED, t::MAIL_STAFF_INVITATION_HOW, t::MAIL_STAFF_INVITATION_UNEXPECTED],
    t::MAIL_STAFF_INVITATION_ACTION,
);
const PASSWORD_RESET: Wording = worded(
    t::MAIL_PASSWORD_RESET_SUBJECT,
    t::MAIL_PASSWORD_RESET_HEADING,
    &[t::MAIL_PASSWORD_RESET_HOW, t::MAIL_PASSWORD_RESET_UNEXPECTED],
    t::MAIL_PASSWORD_RESET_ACTION,
);
const PASSWORD_CHANGED: Wording = worded(
    t::MAIL_PASSWORD_CHANGED_SUBJECT,
    t::MAIL_PASSWORD_CHANGED_HEADING,
    &[t::MAIL_PASSWORD_CHANGED_WHAT, t::MAIL_PASSWORD_CHANGED_UNEXPECTED],
    t::MAIL_PASSWORD_CHANGED_ACTION,
);
const REFERRAL_SENT: Wording = worded(
    t::MAIL_REFERRAL_SENT_SUBJECT,
    t::MAIL_REFERRAL_SENT_HEADING,
    &[t::MAIL_REFERRAL_SENT_ASKED, t::MAIL_REFERRAL_SENT_SAFE, t::MAIL_REFERRAL_SENT_EITHER_WAY],
    t::MAIL_REFERRAL_SENT_ACTION,
);
const REFERRAL_REMINDER: Wording = worded(
    t::MAIL_REFERRAL_REMINDER_SUBJECT,
    t::MAIL_REFERRAL_REMINDER_HEADING,
    &[t::MAIL_REFERRAL_REMINDER_WHAT, t::MAIL_REFERRAL_SENT_SAFE],
    t::MAIL_REFERRAL_SENT_ACTION,
);
const REFERRAL_DIGEST: Wording = worded(
    t::MAIL_REFERRAL_DIGEST_SUBJECT,
    t::MAIL_REFERRAL_DIGEST_HEADING,
    &[t::MAIL_REFERRAL_DIGEST_WHAT, t::MAIL_REFERRAL_SENT_SAFE],
    t::MAIL_REFERRAL_DIGEST_ACTION,
);
const ANSWER_LINK: Wording = worded(
    t::MAIL_ANSWER_LINK_SUBJECT,
    t::MAIL_ANSWER_LINK_HEADING,
    &[t::MAIL_ANSWER_LINK_WHAT, t::MAIL_REFERRAL_SENT_SAFE],
    t::MAIL_REFERRAL_SENT_ACTION,
);
/// No button: the page is open already, and a link beside its code would undo the point of the code.
const ANSWER_CODE: Wording = Wording {
    subject: t::MAIL_ANSWER_CODE_SUBJECT,
    heading: t::MAIL_ANSWER_CODE_HEADING,
    lines: &[t::MAIL_ANSWER_CODE_HOW, t::MAIL_ANSWER_CODE_UNEXPECTED],
    action: None,
};
const REFERRAL_CANCELLED: Wording = worded(
    t::MAIL_REFERRAL_CANCELLED_SUBJECT,
    t::MAIL_REFERRAL_CANCELLED_HEADING,
    &[t::MAIL_REFERRAL_CANCELLED_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const CONSENT_WITHDRAWN: Wording = worded(
    t::MAIL_CONSENT_WITHDRAWN_SUBJECT,
    t::MAIL_CONSENT_WITHDRAWN_HEADING,
    &[t::MAIL_CONSENT_WITHDRAWN_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_AMENDED: Wording = worded(
    t::MAIL_REFERRAL_AMENDED_SUBJECT,
    t::MAIL_REFERRAL_AMENDED_HEADING,
    &[t::MAIL_REFERRAL_AMENDED_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const DIRECTORY_TO_CONFIRM: Wording = worded(
    t::MAIL_DIRECTORY_TO_CONFIRM_SUBJECT,
    t::MAIL_DIRECTORY_TO_CONFIRM_HEADING,
    &[t::MAIL_DIRECTORY_TO_CONFIRM_WHAT],
    t::MAIL_DIRECTORY_TO_CONFIRM_ACTION,
);
const WEBHOOK_DISABLED: Wording = worded(
    t::MAIL_WEBHOOK_DISABLED_SUBJECT,
    t::MAIL_WEBHOOK_DISABLED_HEADING,
    &[t::MAIL_WEBHOOK_DISABLED_WHAT, t::MAIL_WEBHOOK_DISABLED_NEXT],
    t::MAIL_WEBHOOK_DISABLED_ACTION,
);
const SERVICE_MARKED_FULL: Wording = worded(
    t::MAIL_SERVICE_MARKED_FULL_SUBJECT,
    t::MAIL_SERVICE_MARKED_FULL_HEADING,
    &[t::MAIL_SERVICE_MARKED_FULL_WHAT, t::MAIL_SERVICE_MARKED_FULL_NEXT],
    t::MAIL_DIRECTORY_TO_CONFIRM_ACTION,
);
const MESSAGE_FROM_DESK: Wording = worded(
    t::MAIL_REFERRAL_MESSAGE_SUBJECT,
    t::MAIL_MESSAGE_FROM_DESK_HEADING,
    &[t::MAIL_MESSAGE_FROM_DESK_WHAT],
    t::MAIL_REFERRAL_MESSAGE_ACTION,
);
const MESSAGE_FROM_AGENCY: Wording = worded(
    t::MAIL_REFERRAL_MESSAGE_SUBJECT,
    t::MAIL_MESSAGE_FROM_AGENCY_HEADING,
    &[t::MAIL_MESSAGE_FROM_AGENCY_WHAT],
    t::MAIL_REFERRAL_MESSAGE_ACTION,
);
const REFERRAL_ACCEPTED: Wording = worded(
    t::MAIL_REFERRAL_ACCEPTED_SUBJECT,
    t::MAIL_REFERRAL_ACCEPTED_HEADING,
    &[t::MAIL_REFERRAL_ACCEPTED_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_DECLINED: Wording = worded(
    t::MAIL_REFERRAL_DECLINED_SUBJECT,
    t::MAIL_REFERRAL_DECLINED_HEADING,
    &[t::MAIL_REFERRAL_DECLINED_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_ON_HOLD: Wording = worded(
    t::MAIL_REFERRAL_ON_HOLD_SUBJECT,
    t::MAIL_REFERRAL_ON_HOLD_HEADING,
    &[t::MAIL_REFERRAL_ON_HOLD_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_IN_SERVICE: Wording = worded(
    t::MAIL_REFERRAL_IN_SERVICE_SUBJECT,
    t::MAIL_REFERRAL_IN_SERVICE_HEADING,
    &[t::MAIL_REFERRAL_IN_SERVICE_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_COMPLETED: Wording = worded(
    t::MAIL_REFERRAL_COMPLETED_SUBJECT,
    t::MAIL_REFERRAL_COMPLETED_HEADING,
    &[t::MAIL_REFERRAL_COMPLETED_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_FAILED: Wording = worded(
    t::MAIL_REFERRAL_FAILED_SUBJECT,
    t::MAIL_REFERRAL_FAILED_HEADING,
    &[t::MAIL_REFERRAL_FAILED_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_WITHDRAWN_BY_PARTNER: Wording = worded(
    t::MAIL_REFERRAL_WITHDRAWN_BY_PARTNER_SUBJECT,
    t::MAIL_REFERRAL_WITHDRAWN_BY_PARTNER_HEADING,
    &[t::MAIL_REFERRAL_WITHDRAWN_BY_PARTNER_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_OVERDUE: Wording = worded(
    t::MAIL_REFERRAL_OVERDUE_SUBJECT,
    t::MAIL_REFERRAL_OVERDUE_HEADING,
    &[t::MAIL_REFERRAL_OVERDUE_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_EXPIRED: Wording = worded(
    t::MAIL_REFERRAL_EXPIRED_SUBJECT,
    t::MAIL_REFERRAL_EXPIRED_HEADING,
    &[t::MAIL_REFERRAL_EXPIRED_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const NOTICE_UNDELIVERABLE: Wording = worded(
    t::MAIL_NOTICE_UNDELIVERABLE_SUBJECT,
    t::MAIL_NOTICE_UNDELIVERABLE_HEADING,
    &[t::MAIL_NOTICE_UNDELIVERABLE_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const FILE_OPENED: Wording = worded(
    t::MAIL_FILE_OPENED_SUBJECT,
    t::MAIL_FILE_OPENED_HEADING,
    &[t::MAIL_FILE_OPENED_WHAT],
    t::MAIL_OPEN_CASE,
);
const EMERGENCY_ACCESS: Wording = worded(
    t::MAIL_EMERGENCY_ACCESS_SUBJECT,
    t::MAIL_EMERGENCY_ACCESS_HEADING,
    &[t::MAIL_EMERGENCY_ACCESS_WHAT, t::MAIL_EMERGENCY_ACCESS_REVIEW],
    t::MAIL_OPEN_CASE,
);
const CASE_ASSIGNED: Wording = worded(
    t::MAIL_CASE_ASSIGNED_SUBJECT,
    t::MAIL_CASE_ASSIGNED_HEADING,
    &[t::MAIL_CASE_ASSIGNED_WHAT],
    t::MAIL_OPEN_CASE,
);
const CASE_REOPENED: Wording = worded(
    t::MAIL_CASE_REOPENED_SUBJECT,
    t::MAIL_CASE_REOPENED_HEADING,
    &[t::MAIL_CASE_REOPENED_WHAT],
    t::MAIL_OPEN_CASE,
);
const REFERRAL_UNSEEN: Wording = worded(
    t::MAIL_REFERRAL_UNSEEN_SUBJECT,
    t::MAIL_REFERRAL_UNSEEN_HEADING,
    &[t::MAIL_REFERRAL_UNSEEN_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_CONTACT_OVERDUE: Wording = worded(
    t::MAIL_REFERRAL_CONTACT_OVERDUE_SUBJECT,
    t::MAIL_REFERRAL_CONTACT_OVERDUE_HEADING,
    &[t::MAIL_REFERRAL_CONTACT_OVERDUE_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_REVIEW_DUE: Wording = worded(
    t::MAIL_REFERRAL_REVIEW_DUE_SUBJECT,
    t::MAIL_REFERRAL_REVIEW_DUE_HEADING,
    &[t::MAIL_REFERRAL_REVIEW_DUE_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRAL_VERIFY_DUE: Wording = worded(
    t::MAIL_REFERRAL_VERIFY_DUE_SUBJECT,
    t::MAIL_REFERRAL_VERIFY_DUE_HEADING,
    &[t::MAIL_REFERRAL_VERIFY_DUE_WHAT],
    t::MAIL_OPEN_REFERRAL,
);
const REFERRALS_WAITING: Wording = worded(
    t::MAIL_REFERRALS_WAITING_SUBJECT,
    t::MAIL_REFERRALS_WAITING_HEADING,
    &[t::MAIL_REFERRALS_WAITING_WHAT],
    t::MAIL_REFERRALS_WAITING_ACTION,
);
const REFERRALS_WAITING_FOR_PARTNER: Wording = worded(
    t::MAIL_REFERRALS_WAITING_SUBJECT,
    t::MAIL_REFERRALS_WAITING_HEADING,
    &[t::MAIL_REFERRALS_WAITING_FOR_PARTNER],
    t::MAIL_REFERRALS_WAITING_ACTION,
);
const CASE_EMERGENCY: Wording = worded(
    t::MAIL_CASE_EMERGENCY_SUBJECT,
    t::MAIL_CASE_EMERGENCY_HEADING,
    &[t::MAIL_CASE_EMERGENCY_WHAT],
    t::MAIL_OPEN_CASE,
);
const ACCESS_REVIEW_DUE: Wording = worded(
    t::MAIL_ACCESS_REVIEW_DUE_SUBJECT,
    t::MAIL_ACCESS_REVIEW_DUE_HEADING,
    &[t::MAIL_ACCESS_REVIEW_DUE_WHAT],
    t::MAIL_OPEN_CASE,
);
const AGENCY_TASK: Wording = worded(
    t::MAIL_AGENCY_TASK_SUBJECT,
    t::MAIL_AGENCY_TASK_HEADING,
    &[t::MAIL_AGENCY_TASK_WHAT],
    t::MAIL_AGENCY_TASK_ACTION,
);
