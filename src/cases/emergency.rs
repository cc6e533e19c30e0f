//! An emergency is told to the supervisors at once: its clock runs day and night.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::model::Case;
use super::rules::Priority;
use crate::auth::{Actor, Role};
use crate::ids::StaffId;
use crate::notices::model::{NewNotice, NoticeKind};
use crate::platform::db::{Conn, acting_as};
use crate::platform::error::Error;
use crate::platform::jobs::System;
use crate::schema::{case_grants, staff, staff_offices};

/// Tells the supervisors of the office that a case is an emergency, but for the one who says so; of a sealed case only
/// those let into it.
///
/// # Errors
/// Those of the database.
pub async fn tell_supervisors(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if case.priority != Priority::Emergency {
        return Ok(());
    }
    let mut supervisors = staff::table
        .inner_join(staff_offices::table)
        .filter(staff_offices::office_id.eq(case.office_id))
        .filter(staff::role.eq(Role::Supervisor).and(staff::disabled_at.is_null()))
        .filter(staff::id.ne(actor.staff))
        .order(staff::id)
        .select(staff::id)
        .into_boxed();
    if case.sealed {
        let let_in = case_grants::table
            .filter(case_grants::case_id.eq(case.id).and(case_grants::expires_at.gt(now)))
            .select(case_grants::staff_id);
        supervisors = supervisors.filter(staff::id.eq_any(let_in));
    }
    let supervisors: Vec<StaffId> =
        acting_as(tx, &System, actor, async |tx| Ok(supervisors.load(tx).await?)).await?;
    // One who owns it is told that it is theirs, or has known it all along.
    for supervisor in supervisors.into_iter().filter(|supervisor| case.assigned_to != Some(*supervisor)) {
        NewNotice::to_staff(NoticeKind::CaseEmergency, supervisor)
            .about_case(case.id, case.office_id)
            .fields(json!({ "due_at": case.due_at }))
            .send(tx, now)
            .await?;
    }
    Ok(())
}
