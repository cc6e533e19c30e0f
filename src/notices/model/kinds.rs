//! Which mails there are, and how far one got.

crate::words! {
    /// Which mail.
    NoticeKind {
        /// An account was made for you.
        StaffInvitation = "staff_invitation",
        /// Your password was changed.
        PasswordChanged = "password_changed",
        /// To the agency: a new referral.
        ReferralSent = "referral_sent",
        /// To the agency, once a day: its new referrals.
        ReferralDigest = "referral_digest",
        /// To the agency: a new link to the referral, because the desk was asked for one.
        AnswerLink = "answer_link",
        /// To the agency: the one-time code for a link.
        AnswerCode = "answer_code",
        /// To the agency: the desk cancelled.
        ReferralCancelled = "referral_cancelled",
        /// To the agency: the person took consent back.
        ConsentWithdrawn = "consent_withdrawn",
        /// To the agency: what was disclosed has an amendment.
        ReferralAmended = "referral_amended",
        /// To the worker: the partner will act.
        ReferralAccepted = "referral_accepted",
        /// To the worker: the partner will not act.
        ReferralDeclined = "referral_declined",
        /// To the worker: waiting.
        ReferralOnHold = "referral_on_hold",
        /// To the worker: the service began.
        ReferralInService = "referral_in_service",
        /// To the worker: the partner's work is over.
        ReferralCompleted = "referral_completed",
        /// To the worker: tried, not delivered.
        ReferralFailed = "referral_failed",
        /// To the worker: the partner withdrew after accepting.
        ReferralWithdrawnByPartner = "referral_withdrawn_by_partner",
        /// To the worker: a mail to the agency did not arrive.
        NoticeUndeliverable = "notice_undeliverable",
        /// To the worker: a manager opened the file.
        FileOpenedByManager = "file_opened_by_manager",
        /// To worker and supervisor: somebody opened the file in an emergency.
        EmergencyAccess = "emergency_access",
        /// To the worker: the case is yours.
        CaseAssigned = "case_assigned",
        /// To the worker: the case was reopened.
        CaseReopened = "case_reopened",
        /// To the agency: an answer is waited for.
        ReferralReminder = "referral_reminder",
        /// To the worker, of an emergency to the manager too: nobody at the partner has seen it.
        ReferralUnseen = "referral_unseen",
        /// To the worker, later to the manager: the decision is overdue.
        ReferralOverdue = "referral_overdue",
        /// To the worker: nobody answered by the hard limit.
        ReferralExpired = "referral_expired",
        /// To the worker: accepted, and the person was not reached in time.
        ReferralContactOverdue = "referral_contact_overdue",
        /// To the worker: the day to look again at what is on hold is over.
        ReferralReviewDue = "referral_review_due",
        /// To the worker: completed, and the person was not asked.
        ReferralVerifyDue = "referral_verify_due",
        /// To anybody: several of the clocks' notices in one mail.
        ReferralsWaiting = "referrals_waiting",
        /// To the agency: is its entry in the directory still right?
        DirectoryToConfirm = "directory_to_confirm",
        /// To the supervisors: a case is an emergency.
        CaseEmergency = "case_emergency",
        /// To the supervisors: nobody has reviewed an emergency access in time.
        AccessReviewDue = "access_review_due",
        /// To the agency: its refusals say that a service is full; is it?
        ServiceMarkedFull = "service_marked_full",
        /// To the agency or the worker: the other side wrote a message.
        ReferralMessage = "referral_message",
        /// To whoever registered it: a webhook was switched off.
        WebhookDisabled = "webhook_disabled",
        /// To a manager: something is to be done about an agency.
        AgencyTask = "agency_task",
    }

    /// How far a notice got.
    NoticeState {
        /// Waits to be sent.
        Queued = "queued",
        /// The mail server took it.
        Sent = "sent",
        /// The mail server or the line said not now; it is tried again.
        Deferred = "deferred",
        /// It came back.
        Bounced = "bounced",
        /// It was given up.
        Failed = "failed",
        /// The account or agency is gone and there is nobody to tell, or what it asked for is over.
        Dropped = "dropped",
    }
}

impl NoticeState {
    /// Whether it will not arrive unless somebody does something.
    pub fn is_undelivered(self) -> bool {
        matches!(self, NoticeState::Bounced | NoticeState::Failed | NoticeState::Dropped)
    }
}
