//! Tasks that referrals set and end by themselves: ask the client, phone the agency, refer elsewhere.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::model::{CaseFacts, Referral};
use crate::cases::events::CaseEvent;
use crate::cases::tasks::model::Task;
use crate::cases::tasks::rules::{TaskKind, TaskStatus};
use crate::cases::tasks::{self, NewTask};
use crate::ids::{StaffId, TaskId};
use crate::offices::model::Office;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::tasks as rows;

/// Puts a task on the desk's list. Its title is the referral's number: what is to be done is its kind, in any language.
///
/// # Errors
/// Those of the database.
pub async fn set_task(
    tx: &mut Conn,
    referral: &Referral,
    kind: TaskKind,
    due_on: NaiveDate,
    owner: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let task = NewTask {
        id: TaskId::new(),
        case_id: referral.case_id,
        kind,
        title: referral.number.clone(),
        due_on,
        owner_id: owner,
        referral_id: Some(referral.id),
        created_by: None,
        created_at: now,
    };
    let task = tasks::create(tx, &task).await?;
    let facts = json!({ "kind": kind, "due_on": due_on, "owner": owner });
    CaseEvent::new("task.planned", referral.case_id)
        .subject(task.id)
        .facts(facts)
        .record(tx, None, now, now)
        .await
}

/// Has somebody phone the agency about this referral, unless that is on the list already or the case is closed, which
/// takes no tasks.
///
/// # Errors
/// Those of the database.
pub async fn have_called(
    tx: &mut Conn,
    referral: &Referral,
    case: &CaseFacts,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let kind = TaskKind::PhoneAgency;
    if case.status != "open" || Task::is_open_for(tx, referral.id, kind).await? {
        return Ok(());
    }
    let today = Office::find(tx, referral.office_id).await?.today(now);
    let owner = case.whom_to_tell(tx).await?.into_iter().next();
    set_task(tx, referral, kind, today, owner, now).await
}

/// Ends the open tasks to phone the agency about this referral: it was reached, or there is nothing left to ask.
///
/// # Errors
/// Those of the database.
pub async fn end_calls(
    tx: &mut Conn,
    referral: &Referral,
    reached: bool,
    by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (status, kind) =
        if reached { (TaskStatus::Done, "task.done") } else { (TaskStatus::Dropped, "task.dropped") };
    let open = rows::table
        .filter(rows::referral_id.eq(referral.id).and(rows::kind.eq(TaskKind::PhoneAgency)))
        .filter(rows::status.eq(TaskStatus::Open));
    let ended: Vec<TaskId> = diesel::update(open)
        .set((
            rows::status.eq(status),
            rows::ended_at.eq(now),
            rows::ended_by.eq(by),
            rows::version.eq(rows::version + 1),
        ))
        .returning(rows::id)
        .get_results(tx)
        .await?;
    for task in ended {
        CaseEvent::new(kind, referral.case_id).subject(task).record(tx, by, now, now).await?;
    }
    Ok(())
}
