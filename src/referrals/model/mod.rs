//! Rows of referrals and their moves, and what of a case, a need and a service a referral stands on.

mod chain;
mod grounds;
mod moved;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

pub use chain::Try;
pub use grounds::{CaseFacts, NeedFacts, agency_of, is_of_agency};
pub use moved::Moved;

use super::Priority;
use super::clocks::rules::ReferralClock;
use super::rules::{ConfirmedBy, ReferralOutcome, ReferralState};
pub use super::visibility::{ReferralQuery, visible_to_agency, visible_to_desk};
use crate::auth::{Actor, Role};
use crate::ids::{AgencyId, CaseId, ConsentId, NeedId, OfficeId, ReferralId, ServiceId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint, field};
use crate::problems;
use crate::schema::referrals;

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
