//! Rows and queries of tasks about agencies. Ask as a manager or as the system.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{AgencyTaskKind, AgencyTaskStatus, Candidate};
use crate::agencies::model::Agency;
use crate::auth::Role;
use crate::ids::{AgencyId, AgencyTaskId, ConfirmationLinkId, ServiceId, StaffId};
use crate::offices::rules::country_of;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::page::{Cursor, Page};
use crate::schema::{agency_tasks, offices, staff, staff_offices};

/// Something to do about an agency.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = agency_tasks)]
pub struct AgencyTask {
    /// Its id.
    pub id: AgencyTaskId,
    /// The agency.
    pub agency_id: AgencyId,
    /// The service it is about, if about one.
    pub service_id: Option<ServiceId>,
    /// What is to be done.
    pub kind: AgencyTaskKind,
    /// What the agency wrote.
    #[schema(example = "We have moved to Calle Inventada 12.")]
    pub words: Option<String>,
    /// By which day, where the agency is.
    pub due_on: NaiveDate,
    /// The manager who does it.
    pub owner_id: Option<StaffId>,
    /// Whether it is still to do.
    pub status: AgencyTaskStatus,
    /// When it came up.
    pub created_at: DateTime<Utc>,
    /// When it was done or dropped.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who did.
    pub ended_by: Option<StaffId>,
    /// Counts edits.
    pub version: i32,
}

/// A task about to be set.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = agency_tasks)]
#[allow(missing_docs)]
pub struct NewAgencyTask {
    pub id: AgencyTaskId,
    pub agency_id: AgencyId,
    pub service_id: Option<ServiceId>,
    pub kind: AgencyTaskKind,
    pub words: Option<String>,
    pub due_on: NaiveDate,
    pub owner_id: Option<StaffId>,
    pub link_id: Option<ConfirmationLinkId>,
    pub created_at: DateTime<Utc>,
}

/// Which tasks are wanted.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Wanted {
    pub status: AgencyTaskStatus,
    pub agency: Option<AgencyId>,
    pub owner: Option<StaffId>,
}

impl NewAgencyTask {
    /// Writes it down, unless the agency is to be phoned already.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(&self, tx: &mut Conn) -> Result<bool, Error> {
        let written = diesel::insert_into(agency_tasks::table)
            .values(self)
            .on_conflict_do_nothing()
            .execute(tx)
            .await?;
        Ok(written == 1)
    }

    /// Whether the same is to be done already.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_known(&self, conn: &mut Conn) -> Result<bool, Error> {
        let same = agency_tasks::table
            .filter(agency_tasks::agency_id.eq(self.agency_id).and(agency_tasks::kind.eq(self.kind)))
            .filter(agency_tasks::service_id.is_not_distinct_from(self.service_id))
            .filter(agency_tasks::words.is_not_distinct_from(self.words.clone()))
            .filter(agency_tasks::status.eq(AgencyTaskStatus::Open));
        Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn).await?)
    }
}

impl AgencyTask {
    /// A page, the soonest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        wanted: &Wanted,
        after: Option<Cursor<NaiveDate>>,
        limit: i64,
    ) -> Result<Page<AgencyTask>, Error> {
        let mut query = agency_tasks::table.filter(agency_tasks::status.eq(wanted.status)).into_boxed();
        if let Some(agency) = wanted.agency {
            query = query.filter(agency_tasks::agency_id.eq(agency));
        }
        if let Some(owner) = wanted.owner {
            query = query.filter(agency_tasks::owner_id.eq(owner));
        }
        if let Some(Cursor { key, id }) = after {
            let later = agency_tasks::due_on.gt(key);
            query = query
                .filter(later.or(agency_tasks::due_on.eq(key).and(agency_tasks::id.gt(AgencyTaskId(id)))));
        }
        let rows = query
            .order((agency_tasks::due_on, agency_tasks::id))
            .limit(limit + 1)
            .select(AgencyTask::as_select())
            .load(conn)
            .await?;
        Ok(Page::cut(rows, limit, |row: &AgencyTask| (row.due_on, row.id.0)))
    }

    /// One task, locked.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, id: AgencyTaskId) -> Result<AgencyTask, Error> {
        Ok(agency_tasks::table.find(id).for_update().select(AgencyTask::as_select()).first(tx).await?)
    }

    /// Ends it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end(
        &self,
        tx: &mut Conn,
        status: AgencyTaskStatus,
        by: StaffId,
        now: DateTime<Utc>,
    ) -> Result<AgencyTask, Error> {
        Ok(diesel::update(agency_tasks::table.find(self.id))
            .set((
                agency_tasks::status.eq(status),
                agency_tasks::ended_at.eq(now),
                agency_tasks::ended_by.eq(by),
                agency_tasks::version.eq(self.version + 1),
            ))
            .returning(AgencyTask::as_returning())
            .get_result(tx)
            .await?)
    }
}

/// Managers who might take a task about an agency.
///
/// # Errors
/// Those of the database.
pub async fn candidates(conn: &mut Conn, agency: &Agency) -> Result<Vec<Candidate>, Error> {
    let managers: Vec<(StaffId, Option<String>)> = staff::table
        .left_join(staff_offices::table.inner_join(offices::table))
        .filter(staff::role.eq(Role::Manager).and(staff::disabled_at.is_null()))
        .select((staff::id, offices::territory.nullable()))
        .load(conn)
        .await?;
    let busy: BTreeMap<StaffId, i64> = agency_tasks::table
        .filter(agency_tasks::status.eq(AgencyTaskStatus::Open).and(agency_tasks::owner_id.is_not_null()))
        .group_by(agency_tasks::owner_id)
        .select((agency_tasks::owner_id.assume_not_null(), count_star()))
        .load::<(StaffId, i64)>(conn)
        .await?
        .into_iter()
        .collect();
    let mut near: BTreeMap<StaffId, bool> = BTreeMap::new();
    for (manager, territory) in managers {
        let here = territory.is_some_and(|place| country_of(&place) == agency.country());
        *near.entry(manager).or_default() |= here;
    }
    let candidate = |(staff, near)| Candidate { staff, near, open: busy.get(&staff).copied().unwrap_or(0) };
    Ok(near.into_iter().map(candidate).collect())
}
