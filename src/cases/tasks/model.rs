//! Rows and queries of tasks.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{self, TaskKind, TaskStatus, TaskVerb, TaskView};
use crate::auth::Actor;
use crate::cases::model::{Case, visible};
use crate::cases::rules::CaseStatus;
use crate::cases::visibility::OfCase;
use crate::ids::{CaseId, OfficeId, ReferralId, StaffId, TaskId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::schema::{cases, referrals, tasks};

/// A task.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = tasks)]
#[schema(as = TaskRecord)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The case.
    pub case_id: CaseId,
    /// What it is about.
    pub kind: TaskKind,
    /// What to do.
    #[schema(example = "Phone the landlord")]
    pub title: String,
    /// By which day, in the office's zone.
    pub due_on: NaiveDate,
    /// Who does it; null for the case's worker or, without one, the office.
    pub owner_id: Option<StaffId>,
    /// The referral it is about.
    pub referral_id: Option<ReferralId>,
    /// Whether it is still to do.
    pub status: TaskStatus,
    /// When it was done or dropped.
    pub ended_at: Option<DateTime<Utc>>,
    /// By whom.
    pub ended_by: Option<StaffId>,
    /// Who set it; null for the system.
    pub created_by: Option<StaffId>,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// Counts edits.
    pub version: i32,
}

/// A task as one actor sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskLine {
    /// The task.
    #[serde(flatten)]
    pub task: Task,
    /// The number of its case.
    #[schema(example = "PIC-2026-000412")]
    pub case_number: String,
    /// What the actor may do with it now.
    pub allowed: Vec<TaskVerb>,
}

/// A task about to be set, by a worker or by the system.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = tasks)]
#[allow(missing_docs)]
pub struct NewTask {
    pub id: TaskId,
    pub case_id: CaseId,
    pub kind: TaskKind,
    pub title: String,
    pub due_on: NaiveDate,
    pub owner_id: Option<StaffId>,
    pub referral_id: Option<ReferralId>,
    pub created_by: Option<StaffId>,
    pub created_at: DateTime<Utc>,
}

/// A checked edit of a task.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = tasks)]
#[allow(missing_docs)]
pub struct TaskChanges {
    pub title: Option<String>,
    pub due_on: Option<NaiveDate>,
    pub owner_id: Option<Option<StaffId>>,
    pub status: Option<TaskStatus>,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by: Option<StaffId>,
}

/// The day of a task against this day where its office is. A macro, because Diesel's type has no name to write.
macro_rules! compared {
    ($sign:literal, $now:expr) => {
        sql::<Bool>(concat!("tasks.due_on ", $sign, " (SELECT ("))
            .bind::<Timestamptz, _>($now)
            .sql(" AT TIME ZONE o.time_zone)::date FROM offices o WHERE o.id = cases.office_id)")
    };
}

/// Sets a task. The caller records the event.
///
/// # Errors
/// `id_already_used`
pub async fn create(tx: &mut Conn, task: &NewTask) -> Result<Task, Error> {
    diesel::insert_into(tasks::table)
        .values(task)
        .returning(Task::as_returning())
        .get_result(tx)
        .await
        .on_constraint("tasks_pkey", || (&problems::ID_ALREADY_USED).into())
}

/// Stops the clock of the referrals whose clients these ended tasks were to ask: nobody waits for that any more.
///
/// # Errors
/// Those of the database.
pub async fn stop_waiting(tx: &mut Conn, ended: &[TaskId]) -> Result<(), Error> {
    let asked = tasks::table
        .filter(tasks::id.eq_any(ended.to_vec()).and(tasks::kind.eq(TaskKind::AskClient)))
        .filter(tasks::referral_id.is_not_null())
        .select(tasks::referral_id.assume_not_null());
    let (none, never): (Option<String>, Option<DateTime<Utc>>) = (None, None);
    diesel::update(referrals::table)
        .filter(referrals::id.eq_any(asked).and(referrals::due_clock.eq("verify")))
        .set((referrals::due_clock.eq(none), referrals::due_at.eq(never)))
        .execute(tx)
        .await?;
    Ok(())
}

/// Lets the open tasks of a case go with it, but for those of the accounts that `stay`: without an owner they are its
/// worker's.
///
/// # Errors
/// Those of the database.
pub async fn free_tasks(tx: &mut Conn, case: CaseId, stay: Vec<StaffId>) -> Result<(), Error> {
    let open = tasks::case_id.eq(case).and(tasks::status.eq(TaskStatus::Open));
    diesel::update(tasks::table.filter(open).filter(tasks::owner_id.ne_all(stay)))
        .set((tasks::owner_id.eq(None::<StaffId>), tasks::version.eq(tasks::version + 1)))
        .execute(tx)
        .await?;
    Ok(())
}

fn line(actor: &Actor, task: Task, case_number: String, status: CaseStatus) -> TaskLine {
    let allowed = rules::allowed(actor, status, &task);
    TaskLine { task, case_number, allowed }
}

impl TaskLine {
    /// What `actor` sees of a task of `case`.
    pub fn of(actor: &Actor, case: &Case, task: Task) -> TaskLine {
        line(actor, task, case.number.clone(), case.status)
    }
}

impl Task {
    /// One task and its case.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: TaskId) -> Result<(Case, Task), Error> {
        let task: Task = tasks::table.find(id).select(Task::as_select()).first(conn).await?;
        Ok((Case::find(conn, actor, task.case_id).await?, task))
    }

    /// One task and its case, both locked; the case first, as everywhere.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, actor: &Actor, id: TaskId) -> Result<(Case, Task), Error> {
        let case: CaseId = tasks::table.find(id).select(tasks::case_id).first(tx).await?;
        let case = Case::lock(tx, actor, case).await?;
        Ok((case, tasks::table.find(id).for_update().select(Task::as_select()).first(tx).await?))
    }

    /// Whether a task of this kind is still to do about a referral.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_open_for(conn: &mut Conn, referral: ReferralId, kind: TaskKind) -> Result<bool, Error> {
        let open = tasks::table
            .filter(tasks::referral_id.eq(referral).and(tasks::kind.eq(kind)))
            .filter(tasks::status.eq(TaskStatus::Open));
        Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn).await?)
    }

    /// The tasks of a case, the soonest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_case(conn: &mut Conn, case: CaseId) -> Result<Vec<Task>, Error> {
        let of_case = tasks::table.filter(tasks::case_id.eq(case)).order((tasks::due_on, tasks::id));
        Ok(of_case.select(Task::as_select()).load(conn).await?)
    }

    /// A page of open tasks on visible open cases, the soonest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        actor: &Actor,
        (view, office): (TaskView, Option<OfficeId>),
        after: Option<Cursor<NaiveDate>>,
        limit: i64,
        now: DateTime<Utc>,
    ) -> Result<Page<TaskLine>, Error> {
        let mut query = tasks::table
            .inner_join(cases::table)
            .filter(tasks::status.eq(TaskStatus::Open))
            .filter(cases::status.eq(CaseStatus::Open).and(cases::entered_in_error.eq(false)))
            .filter(OfCase::new("tasks.case_id", visible(actor)))
            .select((Task::as_select(), cases::number, cases::status))
            .into_boxed();
        if let Some(office) = office {
            query = query.filter(cases::office_id.eq(office));
        }
        let me = actor.staff;
        query = match view {
            TaskView::Mine => query
                .filter(tasks::owner_id.eq(me).or(tasks::owner_id.is_null().and(cases::assigned_to.eq(me)))),
            TaskView::Overdue => query.filter(compared!("<", now)),
            TaskView::DueToday => query.filter(compared!("=", now)),
            TaskView::Unassigned => query.filter(tasks::owner_id.is_null().and(cases::assigned_to.is_null())),
        };
        if let Some(cursor) = after {
            let id = TaskId(cursor.id);
            let later = tasks::due_on.gt(cursor.key);
            query = query.filter(later.or(tasks::due_on.eq(cursor.key).and(tasks::id.gt(id))));
        }
        let rows: Vec<(Task, String, CaseStatus)> =
            query.order((tasks::due_on, tasks::id)).limit(limit + 1).load(conn).await?;
        let page = Page::cut(rows, limit, |(task, _, _)| (task.due_on, task.id.0));
        Ok(page.map(|(task, number, status)| line(actor, task, number, status)))
    }

    /// Edits or ends it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(&self, tx: &mut Conn, changes: &TaskChanges) -> Result<Task, Error> {
        let task: Task = diesel::update(tasks::table.find(self.id))
            .set((changes, tasks::version.eq(self.version + 1)))
            .returning(Task::as_returning())
            .get_result(tx)
            .await?;
        if changes.status.is_some() {
            stop_waiting(tx, &[task.id]).await?;
        }
        Ok(task)
    }
}
