//! What of a case, a need and a service a referral stands on.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::auth::{Actor, Role};
use crate::cases::model::Case;
use crate::cases::rules::reads_restricted_of;
use crate::ids::{AgencyId, CaseId, MigrantId, NeedId, OfficeId, ServiceId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, field};
use crate::problems;
use crate::referrals::Priority;
use crate::schema::{
    agencies, agency_services, case_grants, case_people, cases, needs, staff, staff_offices,
};

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
