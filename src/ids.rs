//! The typed ids of everything a desk speaks of. In one place, so that features need not know each other for a key.

crate::ids! {
    /// A desk.
    OfficeId,
    /// An account.
    StaffId,
    /// One sign-in.
    SessionId,
    /// An invitation to an account.
    InvitationId,
    /// A partner organisation.
    AgencyId,
    /// A person to phone at an agency.
    AgencyContactId,
    /// Something an agency offers.
    ServiceId,
    /// A link by which an agency confirms its entry.
    ConfirmationLinkId,
    /// Something to do about an agency.
    AgencyTaskId,
    /// A person.
    MigrantId,
    /// A way to reach a person.
    ContactPointId,
    /// A paper a person has or lacks.
    IdentityDocumentId,
    /// A mobility category and its days.
    MobilityPeriodId,
    /// A vulnerability and its days.
    SpecificNeedId,
    /// How two persons belong together.
    RelationId,
    /// What a person agreed to.
    ConsentId,
    /// A migrants’ association.
    AssociationId,
    /// A case.
    CaseId,
    /// A time a case was open.
    CaseSpanId,
    /// A permission to one case.
    CaseGrantId,
    /// A wish to be let into a sealed case that nobody is let into any more.
    SealRequestId,
    /// Something wanted.
    NeedId,
    /// What was written down.
    NoteId,
    /// Something to do.
    TaskId,
    /// A service the desk gave.
    AssistanceId,
    /// A need sent to a service.
    ReferralId,
    /// What desk or agency wrote to the other about a referral.
    ReferralMessageId,
    /// A mail to one recipient.
    NoticeId,
    /// Work to do later.
    JobId,
    /// A line of the audit trail.
    AuditEventId,
    /// The link of one mail to one referral.
    AnswerLinkId,
    /// A one-time code for such a link.
    AnswerCodeId,
    /// A browser in which such a code was entered.
    AnswerSessionId,
    /// An address that is told what happens to referrals.
    WebhookId,
    /// A message to one.
    WebhookDeliveryId,
}
