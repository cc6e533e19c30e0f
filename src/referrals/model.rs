//! Rows of referrals and their moves, and what of a case, a need and a service a referral stands on.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Priority;
use super::clocks::rules::ReferralClock;
use super::rules::{ConfirmedBy, ReferralOutcome, ReferralState};
pub use super::visibility::{ReferralQuery, visible_to_agency, visible_to_desk};
use crate::auth::{Actor, Role};
use crate::cases::model::Case;
use crate::cases::rules::reads_restricted_of;
use crate::ids::{AgencyId, CaseId, ConsentId, MigrantId, NeedId, OfficeId, ReferralId, ServiceId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint, field};
use crate::problems;
use crate::schema::{
    agencies, agency_services, case_grants, case_people, cases, needs, referral_moves, referrals, staff,
    staff_offices,
};

/// All that moves change.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = referrals, treat_none_as_null = true)]
#[allow(missing_docs)]
pub struct Standing {
    pub state: ReferralState,
    pub priority: Priority,
    pub sent_at: Option<DateTime<Utc>>,
    pub decide_by: Option<DateTime<Utc>>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub appointment_at: Option<DateTime<Utc>>,
    pub appointment_place: Option<String>,
    pub began_on: Option<NaiveDate>,
    pub hold_review_on: Option<NaiveDate>,
    pub outcome: Option<ReferralOutcome>,
    pub confirmed_by: Option<ConfirmedBy>,
    pub ended_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub reason_text: Option<String>,
    pub suggested_service_id: Option<ServiceId>,
    pub answer_read_at: Option<DateTime<Utc>>,
    pub acknowledge_by: Option<DateTime<Utc>>,
    pub contact_by: Option<DateTime<Utc>>,
    pub verify_on: Option<NaiveDate>,
    pub due_clock: Option<ReferralClock>,
    pub due_at: Option<DateTime<Utc>>,
}

/// A referral.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = referrals)]
#[allow(missing_docs)]
pub struct Referral {
    pub id: ReferralId,
    pub number: String,
    pub case_id: CaseId,
    pub need_id: NeedId,
    pub office_id: OfficeId,
    pub agency_id: AgencyId,
    pub service_id: ServiceId,
    pub service: String,
    #[diesel(embed)]
    pub standing: Standing,
    pub message: Option<String>,
    pub contact_how: Option<String>,
    pub facts: Vec<String>,
    pub consent_id: Option<ConsentId>,
    pub override_reason: Option<String>,
    pub replaces_id: Option<ReferralId>,
    pub client_told_at: Option<DateTime<Utc>>,
    pub agency_assignee_id: Option<StaffId>,
    pub created_by: Option<StaffId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
}

/// A new draft.
#[derive(Debug, Insertable)]
#[diesel(table_name = referrals)]
#[allow(missing_docs)]
pub struct NewReferral {
    pub id: ReferralId,
    pub number: String,
    pub case_id: CaseId,
    pub need_id: NeedId,
    pub office_id: OfficeId,
    pub agency_id: AgencyId,
    pub service_id: ServiceId,
    pub service: String,
    pub priority: Priority,
    pub message: Option<String>,
    pub contact_how: Option<String>,
    pub facts: Vec<String>,
    pub replaces_id: Option<ReferralId>,
    pub created_by: Option<StaffId>,
    pub created_at: DateTime<Utc>,
}

/// A checked edit of a draft.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = referrals)]
#[allow(missing_docs)]
pub struct ReferralChanges {
    pub agency_id: Option<AgencyId>,
    pub service_id: Option<ServiceId>,
    pub priority: Option<Priority>,
    pub message: Option<Option<String>>,
    pub contact_how: Option<Option<String>>,
    pub facts: Option<Vec<String>>,
    pub consent_id: Option<Option<ConsentId>>,
    pub override_reason: Option<Option<String>>,
    pub client_told_at: Option<Option<DateTime<Utc>>>,
    pub answer_read_at: Option<Option<DateTime<Utc>>>,
    pub agency_assignee_id: Option<Option<StaffId>>,
}

impl NewReferral {
    /// Writes it down.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn insert(&self, tx: &mut Conn) -> Result<Referral, Error> {
        diesel::insert_into(referrals::table)
            .values(self)
            .returning(Referral::as_returning())
            .get_result(tx)
            .await
            .on_constraint("referrals_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

impl Referral {
    fn visible(actor: &Actor) -> Result<ReferralQuery, Error> {
        match actor.role {
            Role::Partner => Ok(visible_to_agency(actor.require_agency()?)),
            _ => Ok(visible_to_desk(actor)),
        }
    }

    /// One that the actor may see.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: ReferralId) -> Result<Referral, Error> {
        let query = Referral::visible(actor)?.filter(referrals::id.eq(id));
        Ok(query.select(Referral::as_select()).first(conn).await?)
    }

    /// One that the actor may see, locked for a move or an edit.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, actor: &Actor, id: ReferralId) -> Result<Referral, Error> {
        let locked: ReferralId =
            referrals::table.find(id).for_update().select(referrals::id).first(tx).await?;
        Referral::find(tx, actor, locked).await
    }

    /// One of any office, locked. Ask as the system.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock_any(tx: &mut Conn, id: ReferralId) -> Result<Referral, Error> {
        Ok(referrals::table.find(id).for_update().select(Referral::as_select()).first(tx).await?)
    }

    /// Every open one that was sent under a consent, locked. Ask as the system: the consent covers more than one office.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lock_open_under(tx: &mut Conn, consent: ConsentId) -> Result<Vec<Referral>, Error> {
        let states: Vec<ReferralState> =
            ReferralState::ALL.iter().copied().filter(|state| state.is_with_partner()).collect();
        Ok(referrals::table
            .filter(referrals::consent_id.eq(consent).and(referrals::state.eq_any(states)))
            .order(referrals::id)
            .for_update()
            .select(Referral::as_select())
            .load(tx)
            .await?)
    }

    /// Every open one of a case, drafts too, locked.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lock_open_of(tx: &mut Conn, case: CaseId) -> Result<Vec<Referral>, Error> {
        Ok(referrals::table
            .filter(referrals::case_id.eq(case).and(referrals::state.eq_any(ReferralState::open())))
            .order(referrals::id)
            .for_update()
            .select(Referral::as_select())
            .load(tx)
            .await?)
    }

    /// Edits it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(
        &self,
        tx: &mut Conn,
        changes: &ReferralChanges,
        now: DateTime<Utc>,
    ) -> Result<Referral, Error> {
        Ok(diesel::update(referrals::table.find(self.id))
            .set((changes, referrals::version.eq(self.version + 1), referrals::updated_at.eq(now)))
            .returning(Referral::as_returning())
            .get_result(tx)
            .await?)
    }

    /// Lets it stand as a move says, together with what the move changes beside.
    ///
    /// # Errors
    /// A field when the suggested service does not exist.
    pub async fn stand(
        &self,
        tx: &mut Conn,
        standing: &Standing,
        changes: &ReferralChanges,
        now: DateTime<Utc>,
    ) -> Result<Referral, Error> {
        let beside = (
            changes.consent_id.map(|consent| referrals::consent_id.eq(consent)),
            changes.override_reason.as_ref().map(|reason| referrals::override_reason.eq(reason)),
        );
        diesel::update(referrals::table.find(self.id))
            .set((standing, beside, referrals::version.eq(self.version + 1), referrals::updated_at.eq(now)))
            .returning(Referral::as_returning())
            .get_result(tx)
            .await
            .on_constraint("referrals_suggested_service_id_fkey", || {
                field("suggested_service_id", "unknown", "No such service.")
            })
    }
}

impl Referral {
    /// Writes down when its clocks run out; no move, so nobody's version is stale.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_clocks(&self, tx: &mut Conn, standing: &Standing) -> Result<(), Error> {
        diesel::update(referrals::table.find(self.id))
            .set((
                referrals::acknowledge_by.eq(standing.acknowledge_by),
                referrals::decide_by.eq(standing.decide_by),
                referrals::contact_by.eq(standing.contact_by),
                referrals::due_clock.eq(standing.due_clock),
                referrals::due_at.eq(standing.due_at),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }
}

/// A move, as it was made.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = referral_moves)]
#[schema(as = ReferralHistoryMove)]
pub struct Moved {
    /// 1 for the first move.
    pub ordinal: i16,
    /// The state before; null for its creation.
    pub from_state: Option<ReferralState>,
    /// The state after.
    pub to_state: ReferralState,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When it reached the service.
    pub recorded_at: DateTime<Utc>,
    /// The account; null for the system.
    pub actor_id: Option<StaffId>,
    /// staff, partner or system.
    #[schema(example = "partner")]
    pub actor_kind: String,
    /// On whose word staff wrote it down: partner or client.
    pub on_word_of: Option<String>,
    /// Who at the partner said so.
    pub word_given_by: Option<String>,
    /// How the word came.
    pub channel: Option<String>,
    /// A code of list referral_reason.
    pub reason: Option<String>,
    /// In words.
    pub reason_text: Option<String>,
    /// What else came with it: outcome, days, appointment.
    pub facts: Value,
}

impl Moved {
    /// All moves of a referral, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, referral: ReferralId) -> Result<Vec<Moved>, Error> {
        Ok(referral_moves::table
            .filter(referral_moves::referral_id.eq(referral))
            .order(referral_moves::ordinal)
            .select(Moved::as_select())
            .load(conn)
            .await?)
    }

    /// Appends it. The referral is locked, so its ordinals are given one by one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn append(&self, tx: &mut Conn, referral: ReferralId) -> Result<(), Error> {
        let last: Option<i16> = referral_moves::table
            .filter(referral_moves::referral_id.eq(referral))
            .select(diesel::dsl::max(referral_moves::ordinal))
            .first(tx)
            .await?;
        diesel::insert_into(referral_moves::table)
            .values((
                (
                    referral_moves::id.eq(Uuid::now_v7()),
                    referral_moves::referral_id.eq(referral),
                    referral_moves::ordinal.eq(last.unwrap_or(0) + 1),
                    referral_moves::from_state.eq(self.from_state),
                    referral_moves::to_state.eq(self.to_state),
                    referral_moves::at.eq(self.at),
                    referral_moves::recorded_at.eq(self.recorded_at),
                ),
                referral_moves::actor_id.eq(self.actor_id),
                referral_moves::actor_kind.eq(&self.actor_kind),
                referral_moves::on_word_of.eq(&self.on_word_of),
                referral_moves::word_given_by.eq(&self.word_given_by),
                referral_moves::channel.eq(&self.channel),
                referral_moves::reason.eq(&self.reason),
                referral_moves::reason_text.eq(&self.reason_text),
                referral_moves::facts.eq(&self.facts),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }
}

/// What of a case a referral stands on.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = cases)]
#[allow(missing_docs)]
pub struct CaseFacts {
    pub id: CaseId,
    pub office_id: OfficeId,
    pub priority: Priority,
    pub status: String,
    pub assigned_to: Option<StaffId>,
    pub sealed: bool,
}

impl CaseFacts {
    /// One that row-level security shows; for those who have come by a visible referral, and for the system.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, id: CaseId) -> Result<CaseFacts, Error> {
        Ok(cases::table.find(id).select(CaseFacts::as_select()).first(conn).await?)
    }

    /// One the actor may work on.
    ///
    /// # Errors
    /// `not_found`
    pub async fn visible(conn: &mut Conn, actor: &Actor, id: CaseId) -> Result<CaseFacts, Error> {
        Case::find(conn, actor, id).await?;
        CaseFacts::find(conn, id).await
    }

    /// Whether the actor reads the restricted facts of this case.
    pub fn shows_restricted_to(&self, actor: &Actor) -> bool {
        reads_restricted_of(actor, self.office_id, self.assigned_to)
    }

    /// Whom at the desk to tell: its worker, or the supervisors of the office while nobody owns it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn whom_to_tell(&self, conn: &mut Conn) -> Result<Vec<StaffId>, Error> {
        match self.assigned_to {
            Some(worker) => Ok(vec![worker]),
            None => self.of_office(conn, Role::Supervisor).await,
        }
    }

    /// To whom to escalate: the managers responsible for its office, or its supervisors where there is none. That a
    /// sealed case exists is told to nobody who does not hold a live grant to it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn whom_to_warn(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<StaffId>, Error> {
        if self.sealed {
            return Ok(case_grants::table
                .inner_join(staff::table.on(staff::id.eq(case_grants::staff_id)))
                .filter(case_grants::case_id.eq(self.id).and(case_grants::expires_at.gt(now)))
                .filter(staff::disabled_at.is_null())
                .order(staff::id)
                .select(staff::id)
                .distinct()
                .load(conn)
                .await?);
        }
        let managers = self.of_office(conn, Role::Manager).await?;
        if managers.is_empty() { self.of_office(conn, Role::Supervisor).await } else { Ok(managers) }
    }

    async fn of_office(&self, conn: &mut Conn, role: Role) -> Result<Vec<StaffId>, Error> {
        Ok(staff::table
            .inner_join(staff_offices::table)
            .filter(staff_offices::office_id.eq(self.office_id))
            .filter(staff::role.eq(role).and(staff::disabled_at.is_null()))
            .order(staff::id)
            .select(staff::id)
            .load(conn)
            .await?)
    }

    /// The person the case is about, when it is about one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn principal(&self, conn: &mut Conn) -> Result<Option<MigrantId>, Error> {
        Ok(case_people::table
            .filter(case_people::case_id.eq(self.id).and(case_people::removed_at.is_null()))
            .filter(case_people::principal)
            .select(case_people::migrant_id)
            .first(conn)
            .await
            .optional()?)
    }
}

/// What of a need a referral stands on.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = needs)]
#[allow(missing_docs)]
pub struct NeedFacts {
    pub id: NeedId,
    pub case_id: CaseId,
    pub migrant_id: Option<MigrantId>,
    pub service: String,
    pub restricted: bool,
    pub detail: Option<String>,
    pub status: String,
}

impl NeedFacts {
    /// One that row-level security shows.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, id: NeedId) -> Result<NeedFacts, Error> {
        Ok(needs::table.find(id).select(NeedFacts::as_select()).first(conn).await?)
    }
}

/// The agency of a service that is offered on `today`.
///
/// # Errors
/// A field when there is no such service; `service_retired` when it or its agency has ended.
pub async fn agency_of(conn: &mut Conn, service: ServiceId, today: NaiveDate) -> Result<AgencyId, Error> {
    let found: Option<(AgencyId, Option<NaiveDate>, Option<NaiveDate>)> = agency_services::table
        .inner_join(agencies::table)
        .filter(agency_services::id.eq(service))
        .select((agencies::id, agencies::retired_on, agency_services::retired_on))
        .first(conn)
        .await
        .optional()?;
    let (agency, ended, service_ended) =
        found.ok_or_else(|| field("service_id", "unknown", "No such service."))?;
    let over = |day: Option<NaiveDate>| day.is_some_and(|day| day <= today);
    if over(ended) || over(service_ended) { Err((&problems::SERVICE_RETIRED).into()) } else { Ok(agency) }
}

/// Whether an account is a live one of the agency.
///
/// # Errors
/// Those of the database.
pub async fn is_of_agency(conn: &mut Conn, account: StaffId, agency: AgencyId) -> Result<bool, Error> {
    let query = staff::table
        .filter(staff::id.eq(account).and(staff::agency_id.eq(agency)))
        .filter(staff::disabled_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(query)).get_result(conn).await?)
}
