//! Rows and queries of grants, and sealing.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{self, GrantKind};
use crate::auth::{Actor, Role};
use crate::cases::model::{Case, visible};
use crate::ids::{CaseGrantId, CaseId, OfficeId, StaffId};
use crate::platform::db::{Conn, acting_as};
use crate::platform::error::Error;
use crate::platform::jobs::System;
use crate::schema::{case_grants, case_people, cases, migrants, staff, staff_offices};

/// A named, expiring permission to one case.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = case_grants)]
#[schema(as = CaseGrant)]
pub struct Grant {
    /// Its id.
    pub id: CaseGrantId,
    /// The case.
    pub case_id: CaseId,
    /// The office of the case when granted.
    pub office_id: OfficeId,
    /// Who may see it.
    pub staff_id: StaffId,
    /// Why in kind.
    pub kind: GrantKind,
    /// Why in words.
    pub reason: String,
    /// Who gave it; the holder in an emergency.
    pub granted_by: StaffId,
    /// From.
    pub granted_at: DateTime<Utc>,
    /// Until.
    pub expires_at: DateTime<Utc>,
    /// Who looked at it afterwards.
    pub reviewed_by: Option<StaffId>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
}

/// A permission as it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantView {
    /// The permission.
    #[serde(flatten)]
    pub grant: Grant,
    /// By when somebody else must have looked at it; null when nobody has to.
    pub review_by: Option<DateTime<Utc>>,
}

impl From<Grant> for GrantView {
    fn from(grant: Grant) -> GrantView {
        GrantView { review_by: rules::review_by(&grant), grant }
    }
}

/// What must be known of a case that lies outside the scope of the one who asks, and no more.
#[derive(Debug, Queryable)]
pub struct Whereabouts {
    /// Its office.
    pub office_id: OfficeId,
    /// Whether it is sealed.
    pub sealed: bool,
    /// Its worker.
    pub assigned_to: Option<StaffId>,
}

/// Where a case is, asked as the system.
///
/// # Errors
/// `not_found`
pub async fn whereabouts(conn: &mut Conn, case: CaseId) -> Result<Whereabouts, Error> {
    let found = cases::table.find(case).select((cases::office_id, cases::sealed, cases::assigned_to));
    Ok(found.first(conn).await?)
}

impl Grant {
    /// Writes it down. Behind the second wall others' grants are written, not read: what tells who was let into a case
    /// tells that it is sealed. The rest of this file therefore asks as the system, about cases found as the actor.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(&self, tx: &mut Conn) -> Result<(), Error> {
        diesel::insert_into(case_grants::table).values(self).execute(tx).await?;
        Ok(())
    }

    /// One grant to a case the actor may know of, locked.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, actor: &Actor, id: CaseGrantId) -> Result<(Case, Grant), Error> {
        let grant = acting_as(tx, &System, actor, async |tx| {
            let found = case_grants::table.find(id).for_update().select(Grant::as_select());
            Ok(found.first::<Grant>(tx).await?)
        });
        let grant = grant.await?;
        Ok((Case::find(tx, actor, grant.case_id).await?, grant))
    }

    /// One grant, asked as the system.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn find(conn: &mut Conn, id: CaseGrantId) -> Result<Option<Grant>, Error> {
        Ok(case_grants::table.find(id).select(Grant::as_select()).first(conn).await.optional()?)
    }

    /// The grants to a case, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_case(conn: &mut Conn, actor: &Actor, case: CaseId) -> Result<Vec<Grant>, Error> {
        acting_as(conn, &System, actor, async |conn| {
            let of_case = case_grants::table.filter(case_grants::case_id.eq(case));
            let order = (case_grants::granted_at.desc(), case_grants::id.desc());
            Ok(of_case.order(order).select(Grant::as_select()).load(conn).await?)
        })
        .await
    }

    /// Openings with a reason that somebody else than the holder has yet to look at, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn to_review(conn: &mut Conn, actor: &Actor) -> Result<Vec<Grant>, Error> {
        let mut waiting: Vec<Grant> = acting_as(conn, &System, actor, async |conn| {
            let of_offices = case_grants::table
                .filter(case_grants::kind.eq_any([GrantKind::Emergency, GrantKind::Reason]))
                .filter(case_grants::reviewed_at.is_null())
                .filter(case_grants::office_id.eq_any(actor.offices.clone()))
                .filter(case_grants::staff_id.ne(actor.staff));
            let order = (case_grants::granted_at, case_grants::id);
            Ok(of_offices.order(order).select(Grant::as_select()).load(conn).await?)
        })
        .await?;
        let cases: Vec<CaseId> = waiting.iter().map(|grant| grant.case_id).collect();
        let seen = cases::table.filter(cases::id.eq_any(cases)).filter(visible(actor)).select(cases::id);
        let seen: HashSet<CaseId> = seen.load(conn).await?.into_iter().collect();
        waiting.retain(|grant| seen.contains(&grant.case_id));
        Ok(waiting)
    }

    /// Ends it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end(&self, tx: &mut Conn, actor: &Actor, now: DateTime<Utc>) -> Result<Grant, Error> {
        acting_as(tx, &System, actor, async |tx| {
            let ended = diesel::update(case_grants::table.find(self.id)).set(case_grants::expires_at.eq(now));
            Ok(ended.returning(Grant::as_returning()).get_result(tx).await?)
        })
        .await
    }

    /// Notes that somebody looked at it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn review(&self, tx: &mut Conn, actor: &Actor, now: DateTime<Utc>) -> Result<Grant, Error> {
        let looked_at = (case_grants::reviewed_by.eq(actor.staff), case_grants::reviewed_at.eq(now));
        acting_as(tx, &System, actor, async |tx| {
            let reviewed = diesel::update(case_grants::table.find(self.id)).set(looked_at);
            Ok(reviewed.returning(Grant::as_returning()).get_result(tx).await?)
        })
        .await
    }
}

/// Ends every live grant to a case but those to `named`: whoever opened it with a reason is out once it is sealed.
///
/// # Errors
/// Those of the database.
pub async fn end_others(
    tx: &mut Conn,
    actor: &Actor,
    case: CaseId,
    named: &[StaffId],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    acting_as(tx, &System, actor, async |tx| {
        let live = case_grants::case_id.eq(case).and(case_grants::expires_at.gt(now));
        let others = live.and(case_grants::staff_id.ne_all(named.to_vec()));
        let end = diesel::update(case_grants::table.filter(others)).set(case_grants::expires_at.eq(now));
        end.execute(tx).await?;
        Ok(())
    })
    .await
}

/// Ends the grants that stood for a seal.
///
/// # Errors
/// Those of the database.
pub async fn end_sealed(tx: &mut Conn, actor: &Actor, case: CaseId, now: DateTime<Utc>) -> Result<(), Error> {
    acting_as(tx, &System, actor, async |tx| {
        let live = case_grants::case_id.eq(case).and(case_grants::expires_at.gt(now));
        let sealed = live.and(case_grants::kind.eq(GrantKind::Sealed));
        let end = diesel::update(case_grants::table.filter(sealed)).set(case_grants::expires_at.eq(now));
        end.execute(tx).await?;
        Ok(())
    })
    .await
}

/// Seals or unseals a case; the database puts the mail about it behind the seal, or takes it out. The actor must hold a
/// live grant before it is sealed, or row-level security refuses.
///
/// # Errors
/// Those of the database.
pub async fn set_sealed(tx: &mut Conn, case: &Case, sealed: bool) -> Result<(), Error> {
    diesel::update(cases::table.find(case.id))
        .set((cases::sealed.eq(sealed), cases::version.eq(case.version + 1)))
        .execute(tx)
        .await?;
    Ok(())
}

/// Seals the files of the people on a case.
///
/// # Errors
/// Those of the database.
pub async fn seal_people(tx: &mut Conn, case: CaseId) -> Result<(), Error> {
    let present = case_people::case_id.eq(case).and(case_people::removed_at.is_null());
    let people = case_people::table.filter(present).select(case_people::migrant_id);
    diesel::update(migrants::table.filter(migrants::id.eq_any(people)))
        .set(migrants::sealed.eq(true))
        .execute(tx)
        .await?;
    Ok(())
}

/// Unseals the files of those who are or were on a case and are on no sealed case. Asked as the system, which sees all cases.
///
/// # Errors
/// Those of the database.
pub async fn unseal_people(tx: &mut Conn, case: CaseId) -> Result<(), Error> {
    let people = case_people::table.filter(case_people::case_id.eq(case)).select(case_people::migrant_id);
    let still_sealed = case_people::table
        .inner_join(cases::table)
        .filter(cases::sealed.eq(true).and(case_people::removed_at.is_null()))
        .select(case_people::migrant_id);
    diesel::update(migrants::table)
        .filter(migrants::id.eq_any(people).and(migrants::id.ne_all(still_sealed)))
        .set(migrants::sealed.eq(false))
        .execute(tx)
        .await?;
    Ok(())
}

/// Who may look at what `holder` opened: the other supervisors of the office or, where there is none, its managers.
///
/// # Errors
/// Those of the database.
pub async fn reviewers(conn: &mut Conn, office: OfficeId, holder: StaffId) -> Result<Vec<StaffId>, Error> {
    for role in [Role::Supervisor, Role::Manager] {
        let mut found = members(conn, office, role).await?;
        found.retain(|id| *id != holder);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(vec![])
}

/// The supervisors of an office.
///
/// # Errors
/// Those of the database.
pub async fn supervisors(conn: &mut Conn, office: OfficeId) -> Result<Vec<StaffId>, Error> {
    members(conn, office, Role::Supervisor).await
}

async fn members(conn: &mut Conn, office: OfficeId, role: Role) -> Result<Vec<StaffId>, Error> {
    let members =
        staff_offices::table.filter(staff_offices::office_id.eq(office)).select(staff_offices::staff_id);
    Ok(staff::table
        .filter(staff::id.eq_any(members).and(staff::disabled_at.is_null()))
        .filter(staff::role.eq(role))
        .order(staff::id)
        .select(staff::id)
        .load(conn)
        .await?)
}
