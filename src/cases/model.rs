//! Rows and queries of cases themselves.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::rules::GrantKind;
pub use super::events::CaseEvent;
pub use super::rules::CaseFacts;
use super::rules::{self, CaseStatus, Priority, Stage};
use crate::auth::{Actor, Role};
use crate::ids::{AssociationId, CaseId, OfficeId, StaffId};
use crate::platform::db::{Conn, app_now};
use crate::platform::error::Error;
use crate::problems;
use crate::schema::{assistance, case_grants, cases, needs, notes, referrals, tasks};

/// A condition on cases; `.filter(predicate)` on any query from `cases`.
pub type Predicate = Box<dyn BoxableExpression<cases::table, Pg, SqlType = Nullable<Bool>>>;

/// A case as it is today.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = cases)]
#[schema(as = CaseRecord)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// Said on the phone.
    #[schema(example = "PIC-2026-000412")]
    pub number: String,
    /// The office that holds it now.
    pub office_id: OfficeId,
    /// A code of list client_kind.
    #[schema(example = "HH")]
    pub client_kind: String,
    /// The client, when it is an association.
    pub association_id: Option<AssociationId>,
    /// Seen only by those with a grant.
    pub sealed: bool,
    /// Should not exist; leaves all counts.
    pub entered_in_error: bool,
    /// Whether work goes on.
    pub status: CaseStatus,
    /// How far work has come.
    pub stage: Stage,
    /// How it came in; a code of list channel.
    #[schema(example = "WLK")]
    pub channel: String,
    /// How soon something must happen.
    pub priority: Priority,
    /// By when something must have happened.
    pub due_at: DateTime<Utc>,
    /// The worker who owns it now.
    pub assigned_to: Option<StaffId>,
    /// Where the client was when it opened.
    #[schema(example = "EC-170150")]
    pub territory: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "KW")]
    pub country_of_work: Option<String>,
    /// Agency, employer or vessel complained of.
    pub employer: Option<String>,
    /// One plain line on the matter.
    pub summary: Option<String>,
    /// Who made contact, when not the person concerned.
    pub caller_name: Option<String>,
    /// A code of list caller_relation.
    #[schema(example = "PAR")]
    pub caller_relation: Option<String>,
    /// E.164.
    pub caller_phone: Option<String>,
    /// Contact only the client; tell the caller nothing.
    pub caller_must_not_learn: bool,
    /// First opened.
    pub opened_at: DateTime<Utc>,
    /// Last closed; empty while open.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was closed; a code of list closure.
    #[schema(example = "MET")]
    pub closure: Option<String>,
    /// When it reached the server.
    pub recorded_at: DateTime<Utc>,
    /// The last thing staff did on it.
    pub last_action_at: DateTime<Utc>,
    /// The account that opened it.
    pub opened_by: Option<StaffId>,
    /// Counts edits.
    pub version: i32,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Cases the actor may know of. In the own offices: all that are not sealed, or only the own ones for field workers
/// and where an office narrows its case workers. Everywhere: those opened by a live grant; a sealed one only by a grant
/// that was given for it.
pub fn visible(actor: &Actor) -> Predicate {
    let live = || {
        case_grants::table
            .filter(case_grants::case_id.eq(cases::id))
            .filter(case_grants::staff_id.eq(actor.staff))
            .filter(case_grants::expires_at.gt(app_now()))
    };
    let let_in = exists(live().filter(case_grants::kind.eq(GrantKind::Sealed)));
    let unsealed = cases::sealed.eq(false);
    let granted = let_in.or(unsealed.and(exists(live())));
    let own = cases::assigned_to.eq(actor.staff);
    let office = cases::office_id.eq_any(actor.offices.clone()).and(unsealed);
    match actor.role {
        Role::Supervisor | Role::Manager => Box::new(office.or(granted).nullable()),
        Role::CaseWorker if actor.own_cases_only.is_empty() => Box::new(office.or(granted).nullable()),
        Role::CaseWorker => {
            let wide = cases::office_id.ne_all(actor.own_cases_only.clone());
            Box::new(office.and(wide.or(own)).or(granted))
        }
        Role::FieldWorker => Box::new(office.and(own).or(granted)),
        _ => Box::new(false.into_sql::<Bool>().nullable()),
    }
}

impl Case {
    /// One case the actor may know of. Reading a file asks [`Case::require_open_file`] too.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: CaseId) -> Result<Case, Error> {
        let found = cases::table.filter(cases::id.eq(id)).filter(visible(actor)).select(Case::as_select());
        Ok(found.first(conn).await?)
    }

    /// One case the actor may know of, locked.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, actor: &Actor, id: CaseId) -> Result<Case, Error> {
        let found = cases::table.filter(cases::id.eq(id)).filter(visible(actor)).select(Case::as_select());
        Ok(found.for_update().first(tx).await?)
    }

    /// Whether an account holds a live grant to it, of whatever kind.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_granted(&self, conn: &mut Conn, staff: StaffId) -> Result<bool, Error> {
        let grants = case_grants::table
            .filter(case_grants::case_id.eq(self.id))
            .filter(case_grants::staff_id.eq(staff))
            .filter(case_grants::expires_at.gt(app_now()));
        Ok(diesel::select(exists(grants)).get_result(conn).await?)
    }

    /// Several cases the actor may know of, locked in the order of their ids, so that two who lock the same never wait
    /// for each other.
    ///
    /// # Errors
    /// `not_found` when one of them is not there.
    pub async fn lock_all(tx: &mut Conn, actor: &Actor, ids: &[CaseId]) -> Result<Vec<Case>, Error> {
        let wanted: HashSet<CaseId> = ids.iter().copied().collect();
        let found = cases::table.filter(cases::id.eq_any(ids)).filter(visible(actor)).order(cases::id);
        let found: Vec<Case> = found.select(Case::as_select()).for_update().load(tx).await?;
        if found.len() == wanted.len() { Ok(found) } else { Err((&problems::NOT_FOUND).into()) }
    }

    /// Refuses a manager who has not written down a reason for reading this file.
    ///
    /// # Errors
    /// `reason_required`
    pub async fn require_open_file(&self, conn: &mut Conn, actor: &Actor) -> Result<(), Error> {
        if rules::opens_without_grant(actor) || self.is_granted(conn, actor.staff).await? {
            return Ok(());
        }
        Err((&problems::REASON_REQUIRED).into())
    }

    /// Refuses work on a case that is closed or should not exist.
    ///
    /// # Errors
    /// `case_closed` or `case_entered_in_error`
    pub fn require_open(&self) -> Result<(), Error> {
        self.require_valid()?;
        match self.status {
            CaseStatus::Open => Ok(()),
            CaseStatus::Closed => Err((&problems::CASE_CLOSED).into()),
        }
    }

    /// Refuses acts on a case that should not exist.
    ///
    /// # Errors
    /// `case_entered_in_error`
    pub fn require_valid(&self) -> Result<(), Error> {
        if self.entered_in_error { Err((&problems::CASE_ENTERED_IN_ERROR).into()) } else { Ok(()) }
    }

    /// Notes that staff did something on it, and derives its stage anew.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn refresh_stage(tx: &mut Conn, id: CaseId, now: DateTime<Utc>) -> Result<Stage, Error> {
        let stage = Case::facts(tx, id).await?.stage();
        diesel::update(cases::table.find(id))
            .set((cases::stage.eq(stage), cases::last_action_at.eq(now), cases::updated_at.eq(now)))
            .execute(tx)
            .await?;
        Ok(stage)
    }

    /// Notes that staff did something on it that cannot change its stage.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn touch(tx: &mut Conn, id: CaseId, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::update(cases::table.find(id))
            .set((cases::last_action_at.eq(now), cases::updated_at.eq(now)))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// What its stage depends on, in one query.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn facts(conn: &mut Conn, id: CaseId) -> Result<CaseFacts, Error> {
        let of_case = || referrals::table.filter(referrals::case_id.eq(id));
        let with_partner = of_case().filter(referrals::state.eq_any(WITH_PARTNER));
        let sent = of_case()
            .filter(referrals::sent_at.is_not_null())
            .filter(referrals::state.ne("entered_in_error"));
        let given =
            assistance::table.filter(assistance::case_id.eq(id)).filter(assistance::withdrawn_at.is_null());
        let settled = needs::table.filter(needs::case_id.eq(id)).filter(needs::status.eq("settled"));
        let noted = notes::table.filter(notes::case_id.eq(id));
        let planned = tasks::table.filter(tasks::case_id.eq(id));
        let (status, with_partner, acted, looked_at): (CaseStatus, bool, bool, bool) = cases::table
            .find(id)
            .select((
                cases::status,
                exists(with_partner),
                exists(sent).or(exists(given)).or(exists(settled)),
                exists(noted).or(exists(planned)).or(exists(of_case())),
            ))
            .first(conn)
            .await?;
        Ok(CaseFacts { closed: status == CaseStatus::Closed, with_partner, acted, looked_at })
    }
}

/// States of a referral in which a partner has it in hand.
pub const WITH_PARTNER: [&str; 5] = ["sent", "acknowledged", "accepted", "in_service", "on_hold"];
