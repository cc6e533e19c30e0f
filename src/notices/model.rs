//! Rows and queries of notices.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{Eq, Or, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::digest::{self, SendDigest};
use super::jobs::SendNotice;
use super::rules;
use super::standing::{Place, Waits};
use crate::auth::{Actor, Permission, Role};
use crate::ids::{AgencyId, CaseId, InvitationId, NoticeId, OfficeId, ReferralId, StaffId};
use crate::platform::crypto::random_token;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::jobs;
use crate::platform::page::{Cursor, Page};
use crate::schema::{agencies, cases, codes, invitations, notices, offices, referrals, staff};

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
        /// To whoever registered it: a webhook was switched off.
        WebhookDisabled = "webhook_disabled",
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

/// A notice about to be promised: `NewNotice::to_staff(kind, id).about_case(…).fields(…).send(tx, now)`.
#[derive(Debug, Clone)]
pub struct NewNotice {
    kind: NoticeKind,
    to_staff: Option<StaffId>,
    to_agency: Option<AgencyId>,
    office: Option<OfficeId>,
    referral: Option<ReferralId>,
    case: Option<CaseId>,
    fields: Value,
}

impl NewNotice {
    /// To an account.
    pub fn to_staff(kind: NoticeKind, staff: StaffId) -> NewNotice {
        let fields = json!({});
        NewNotice {
            kind,
            to_staff: Some(staff),
            to_agency: None,
            office: None,
            referral: None,
            case: None,
            fields,
        }
    }

    /// To an agency's registered mailbox.
    pub fn to_agency(kind: NoticeKind, agency: AgencyId) -> NewNotice {
        let fields = json!({});
        NewNotice {
            kind,
            to_staff: None,
            to_agency: Some(agency),
            office: None,
            referral: None,
            case: None,
            fields,
        }
    }

    /// The referral it is about, and the office it speaks for.
    pub fn about_referral(mut self, referral: ReferralId, case: CaseId, office: OfficeId) -> NewNotice {
        (self.referral, self.case, self.office) = (Some(referral), Some(case), Some(office));
        self
    }

    /// The case it is about, and the office it speaks for.
    pub fn about_case(mut self, case: CaseId, office: OfficeId) -> NewNotice {
        (self.case, self.office) = (Some(case), Some(office));
        self
    }

    /// The office it speaks for, when it is about several records.
    pub fn from_office(mut self, office: OfficeId) -> NewNotice {
        self.office = Some(office);
        self
    }

    /// What its words need: `priority`, `answer_by`, `reason`, `outcome`, `review_on`, `appointment_at`, `at`, `until`,
    /// `due_at`, `invitation`, `answer_code`. Codes, moments and ids; never personal data of migrants.
    pub fn fields(mut self, fields: Value) -> NewNotice {
        self.fields = fields;
        self
    }

    /// Writes it down with the job that sends it, in the caller's transaction: at once, or with the one mail a day that
    /// its agency has chosen.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn send(self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        let (language, gather_until) = self.language_and_time(tx, now).await?;
        let id = NoticeId::new();
        diesel::insert_into(notices::table)
            .values((
                (
                    notices::id.eq(id),
                    notices::kind.eq(self.kind),
                    notices::to_staff_id.eq(self.to_staff),
                    notices::to_agency_id.eq(self.to_agency),
                    notices::language.eq(language),
                ),
                notices::office_id.eq(self.office),
                notices::referral_id.eq(self.referral),
                notices::case_id.eq(self.case),
                notices::fields.eq(self.fields),
                notices::gather_until.eq(gather_until),
                notices::created_at.eq(now),
            ))
            .execute(tx)
            .await?;
        match (self.to_agency, gather_until) {
            (Some(agency), Some(at)) => jobs::enqueue_at(tx, &SendDigest { agency }, at).await?,
            _ => jobs::enqueue_at(tx, &SendNotice { notice: id }, now).await?,
        };
        Ok(())
    }

    /// The recipient's language, and until when the notice is gathered.
    async fn language_and_time(
        &self,
        tx: &mut Conn,
        now: DateTime<Utc>,
    ) -> Result<(String, Option<DateTime<Utc>>), Error> {
        if let Some(id) = self.to_staff {
            return Ok((staff::table.find(id).select(staff::language).first(tx).await?, None));
        }
        let id = self.to_agency.ok_or_else(|| anyhow::anyhow!("a notice without a recipient"))?;
        let (language, hour, zone): (String, Option<i16>, String) = agencies::table
            .find(id)
            .select((agencies::language, agencies::digest_hour, agencies::time_zone))
            .first(tx)
            .await?;
        let zone = zone.parse().unwrap_or(chrono_tz::Tz::UTC);
        Ok((language, rules::gather_until(self.kind, &self.fields, hour, zone, now)))
    }
}

/// A notice, as it is listed.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = notices)]
pub struct Notice {
    /// Its id; the mail's Message-ID begins with it.
    pub id: NoticeId,
    /// Which mail.
    pub kind: NoticeKind,
    /// The account it goes to.
    pub to_staff_id: Option<StaffId>,
    /// The agency it goes to.
    pub to_agency_id: Option<AgencyId>,
    /// en, es, fr or fil.
    pub language: String,
    /// The office it speaks for.
    pub office_id: Option<OfficeId>,
    /// The referral it is about.
    pub referral_id: Option<ReferralId>,
    /// The case it is about.
    pub case_id: Option<CaseId>,
    /// What its words need.
    pub fields: Value,
    /// How far it got.
    pub state: NoticeState,
    /// How often it was handed to the mail server.
    pub attempts: i32,
    /// The mail server's last words.
    pub last_reply: Option<String>,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// When its recipient marked it as read.
    pub read_at: Option<DateTime<Utc>>,
    /// When the digest it waits for is due; null when it goes by itself.
    pub gather_until: Option<DateTime<Utc>>,
    /// The digest it went in; its delivery is that mail's.
    pub digest_id: Option<NoticeId>,
}

/// Which notices are wanted.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct Wanted {
    pub mine: bool,
    pub state: Option<NoticeState>,
    pub kind: Option<NoticeKind>,
    pub referral: Option<ReferralId>,
    pub case: Option<CaseId>,
}

impl Notice {
    /// Notices the actor may see: those to oneself and to one's agency; of the own offices for a supervisor; all for
    /// an administrator.
    fn visible(actor: &Actor) -> notices::BoxedQuery<'static, diesel::pg::Pg> {
        let query = notices::table.into_boxed();
        let own = notices::to_staff_id.eq(Some(actor.staff));
        if actor.role == Role::SystemAdmin {
            query
        } else if let Some(agency) = actor.agency {
            query.filter(notices::to_agency_id.eq(Some(agency)).or(own))
        } else if actor.may(Permission::ReadNotices) {
            query.filter(notices::office_id.eq_any(actor.offices.clone()).or(own))
        } else {
            query.filter(own)
        }
    }

    /// A page, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        actor: &Actor,
        wanted: Wanted,
        after: Option<Cursor<DateTime<Utc>>>,
        limit: i64,
    ) -> Result<Page<Notice>, Error> {
        let mut query = Notice::visible(actor);
        if wanted.mine {
            query = query.filter(notices::to_staff_id.eq(Some(actor.staff)));
        }
        if let Some(state) = wanted.state {
            query = query.filter(notices::state.eq(state));
        }
        if let Some(kind) = wanted.kind {
            query = query.filter(notices::kind.eq(kind));
        }
        if let Some(referral) = wanted.referral {
            query = query.filter(notices::referral_id.eq(referral));
        }
        if let Some(case) = wanted.case {
            query = query.filter(notices::case_id.eq(case));
        }
        if let Some(cursor) = after {
            let id = NoticeId(cursor.id);
            query = query.filter(
                notices::created_at
                    .lt(cursor.key)
                    .or(notices::created_at.eq(cursor.key).and(notices::id.lt(id))),
            );
        }
        let rows = query
            .order((notices::created_at.desc(), notices::id.desc()))
            .limit(limit + 1)
            .select(Notice::as_select())
            .load(conn)
            .await?;
        Ok(Page::cut(rows, limit, |row: &Notice| (row.created_at, row.id.0)))
    }

    /// One notice the actor may see.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: NoticeId) -> Result<Notice, Error> {
        let query = Notice::visible(actor).filter(notices::id.eq(id));
        Ok(query.select(Notice::as_select()).first(conn).await?)
    }

    /// One notice, as the worker that sends it reads it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lock(tx: &mut Conn, id: NoticeId) -> Result<Option<Notice>, Error> {
        Ok(notices::table.find(id).for_update().select(Notice::as_select()).first(tx).await.optional()?)
    }

    /// Writes down what a try came to, for it and for what it gathered.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_state(
        &self,
        tx: &mut Conn,
        state: NoticeState,
        reply: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let sent_at = if state == NoticeState::Sent { Some(now) } else { self.sent_at };
        diesel::update(notices::table.filter(self.and_gathered()))
            .set((
                notices::state.eq(state),
                notices::attempts.eq(self.attempts + 1),
                notices::last_reply.eq(reply),
                notices::sent_at.eq(sent_at),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Writes down what another server said later, for it and for what it gathered.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn return_to(&self, tx: &mut Conn, state: NoticeState, words: &str) -> Result<(), Error> {
        diesel::update(notices::table.filter(self.and_gathered()))
            .set((notices::state.eq(state), notices::last_reply.eq(words)))
            .execute(tx)
            .await?;
        Ok(())
    }

    fn and_gathered(&self) -> OwnOrGathered {
        notices::id.eq(self.id).or(notices::digest_id.eq(Some(self.id)))
    }

    /// The notices about a referral that this mail carries: itself or those it gathered.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn with_gathered(&self, conn: &mut Conn) -> Result<Vec<NoticeId>, Error> {
        Ok(notices::table
            .filter(self.and_gathered())
            .filter(notices::referral_id.is_not_null())
            .order(notices::id)
            .select(notices::id)
            .load(conn)
            .await?)
    }

    /// Those that wait to be sent with no job left to send them, locked. Ask as the system.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lock_stranded(tx: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Notice>, Error> {
        let no_job = sql::<Bool>(
            "NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.name = 'SendNotice' AND jobs.failed_at IS NULL
                         AND jobs.payload->>'notice' = notices.id::text)",
        );
        Ok(notices::table
            .filter(notices::state.eq_any([NoticeState::Queued, NoticeState::Deferred]))
            .filter(notices::sent_at.is_null().and(notices::digest_id.is_null()))
            // The job that gathers is tried for less than a day.
            .filter(notices::gather_until.is_null().or(notices::gather_until.lt(now - TimeDelta::days(1))))
            .filter(no_job)
            .limit(500)
            .for_update()
            .skip_locked()
            .select(Notice::as_select())
            .load(tx)
            .await?)
    }

    /// Queues it again after it failed, by itself when it had gone in a digest.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn queue_again(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::update(notices::table.filter(self.and_gathered()))
            .set((notices::state.eq(NoticeState::Queued), notices::sent_at.eq(None::<DateTime<Utc>>)))
            .execute(tx)
            .await?;
        diesel::update(notices::table.find(self.id))
            .set((notices::digest_id.eq(None::<NoticeId>), notices::gather_until.eq(None::<DateTime<Utc>>)))
            .execute(tx)
            .await?;
        jobs::enqueue_at(tx, &SendNotice { notice: self.id }, now).await?;
        Ok(())
    }

    /// Marks it as read by its recipient.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_read(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::update(notices::table.find(self.id).filter(notices::read_at.is_null()))
            .set(notices::read_at.eq(now))
            .execute(tx)
            .await?;
        Ok(())
    }
}

/// One notice, or what it gathered.
type OwnOrGathered = Or<Eq<notices::id, NoticeId>, Eq<notices::digest_id, Option<NoticeId>>>;

/// What the words of a notice need beyond its own fields.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct Surroundings {
    /// Where it goes; `None` when the account or agency is gone.
    pub address: Option<String>,
    pub recipient_name: String,
    pub recipient_zone: String,
    pub office: String,
    pub office_code: String,
    pub office_zone: String,
    pub agency: String,
    pub referral_number: String,
    pub service_category: String,
    pub case_number: String,
    /// Where the referral stands.
    pub place: Place,
    /// The case is open and an emergency.
    pub is_emergency: bool,
    /// Of a notice about several referrals.
    pub waits: Vec<Waits>,
    /// What a digest gathered.
    pub gathered: Vec<digest::Item>,
}

impl Surroundings {
    /// Reads them, with labels in the notice's language.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, notice: &Notice) -> Result<Surroundings, Error> {
        let mut around = Surroundings::default();
        if let Some(id) = notice.office_id {
            let office = (offices::name, offices::code, offices::time_zone);
            (around.office, around.office_code, around.office_zone) =
                offices::table.find(id).select(office).first(conn).await?;
        }
        if let Some(id) = notice.referral_id {
            let (number, service, agency, place): (String, String, String, Place) = referrals::table
                .find(id)
                .inner_join(agencies::table)
                .select((
                    referrals::number,
                    referrals::service,
                    agencies::name,
                    (referrals::state, referrals::due_clock),
                ))
                .first(conn)
                .await?;
            around.service_category = category(conn, &service, &notice.language).await?;
            (around.referral_number, around.agency, around.place) = (number, agency, place);
        }
        if let Some(id) = notice.case_id {
            let emergency = cases::status.eq("open").and(cases::priority.eq("emergency"));
            (around.case_number, around.is_emergency) =
                cases::table.find(id).select((cases::number, emergency)).first(conn).await?;
        }
        around.waits = Waits::of(conn, notice).await?;
        if notice.kind == NoticeKind::ReferralDigest {
            let offices;
            (around.gathered, offices) = digest::items(conn, notice).await?;
            around.office = offices.join(", ");
        }
        around.read_recipient(conn, notice).await?;
        Ok(around)
    }

    /// Whether the notice still says something true; of several referrals those that have moved on are left out.
    pub fn still_holds(&mut self, notice: &Notice) -> bool {
        self.waits.retain(|waits| waits.place.holds(waits.kind));
        match notice.kind {
            NoticeKind::ReferralsWaiting => !self.waits.is_empty(),
            NoticeKind::ReferralDigest => !self.gathered.is_empty(),
            NoticeKind::CaseEmergency => self.is_emergency,
            kind => self.place.holds(kind),
        }
    }

    async fn read_recipient(&mut self, conn: &mut Conn, notice: &Notice) -> Result<(), Error> {
        if let Some(id) = notice.to_staff_id {
            let (email, name, disabled): (String, String, Option<DateTime<Utc>>) = staff::table
                .find(id)
                .select((staff::email, staff::name, staff::disabled_at))
                .first(conn)
                .await?;
            (self.address, self.recipient_name) = (disabled.is_none().then_some(email), name);
            self.recipient_zone = self.office_zone.clone();
        }
        if let Some(id) = notice.to_agency_id {
            let row: (String, String, String, Option<chrono::NaiveDate>) = agencies::table
                .find(id)
                .select((agencies::mailbox, agencies::name, agencies::time_zone, agencies::retired_on))
                .first(conn)
                .await?;
            (self.recipient_name, self.recipient_zone) = (row.1, row.2);
            self.address = row.3.is_none().then_some(row.0);
        }
        Ok(())
    }
}

/// The label of a service code's top category: all that a mail may say of a need.
pub(super) async fn category(conn: &mut Conn, service: &str, language: &str) -> Result<String, Error> {
    let top = service.split('-').next().unwrap_or(service).to_owned();
    let labels: Option<(String, String, String, String)> = codes::table
        .find(("service", top))
        .select((codes::label_en, codes::label_es, codes::label_fr, codes::label_fil))
        .first(conn)
        .await
        .optional()?;
    Ok(labels.map_or_else(String::new, |(en, es, fr, fil)| match language {
        "es" => es,
        "fr" => fr,
        "fil" => fil,
        _ => en,
    }))
}

/// Makes the secret of an invitation's link, at the moment its mail is written: the secret is in no row and no job.
///
/// # Errors
/// Those of the database.
pub async fn mint_invitation(
    tx: &mut Conn,
    id: InvitationId,
    now: DateTime<Utc>,
) -> Result<Option<(String, DateTime<Utc>)>, Error> {
    let (token, hash) = random_token();
    let expires: Option<DateTime<Utc>> = diesel::update(invitations::table.find(id))
        .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
        .filter(invitations::expires_at.gt(now))
        .set(invitations::token_hash.eq(hash.as_slice()))
        .returning(invitations::expires_at)
        .get_result(tx)
        .await
        .optional()?;
    Ok(expires.map(|expires| (token, expires)))
}
