//! Rows and queries of background work, for the eyes of an administrator.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::JobId;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::page::{Cursor, Page};
use crate::schema::jobs;

#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
struct Row {
    id: JobId,
    name: String,
    payload: Value,
    run_at: DateTime<Utc>,
    attempts: i32,
    last_error: Option<String>,
    failed_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

/// Work promised and not done yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// Which work, in the imperative.
    #[schema(example = "SendNotice")]
    pub name: String,
    /// The records it is about: the ids in its payload and nothing else of it.
    pub about: BTreeMap<String, Uuid>,
    /// Not before this.
    pub run_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// What the last try said.
    pub last_error: Option<String>,
    /// When it was given up.
    pub failed_at: Option<DateTime<Utc>>,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
}

/// The members of a payload that are ids.
fn ids_of(payload: &Value) -> BTreeMap<String, Uuid> {
    let members = payload.as_object().into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.parse().ok()?))).collect()
}

impl From<Row> for JobView {
    fn from(row: Row) -> JobView {
        JobView {
            about: ids_of(&row.payload),
            id: row.id,
            name: row.name,
            run_at: row.run_at,
            attempts: row.attempts,
            last_error: row.last_error,
            failed_at: row.failed_at,
            created_at: row.created_at,
        }
    }
}

/// A page of jobs, newest first: only failed ones, only others, or all.
///
/// # Errors
/// Those of the database.
pub async fn page(
    conn: &mut Conn,
    failed: Option<bool>,
    after: Option<Cursor<DateTime<Utc>>>,
    limit: i64,
) -> Result<Page<JobView>, Error> {
    let mut query =
        jobs::table.order((jobs::created_at.desc(), jobs::id.desc())).select(Row::as_select()).into_boxed();
    match failed {
        Some(true) => query = query.filter(jobs::failed_at.is_not_null()),
        Some(false) => query = query.filter(jobs::failed_at.is_null()),
        None => {}
    }
    if let Some(Cursor { key, id }) = after {
        query = query.filter(jobs::created_at.lt(key).or(jobs::created_at.eq(key).and(jobs::id.lt(id))));
    }
    let rows: Vec<Row> = query.limit(limit + 1).load(conn).await?;
    Ok(Page::cut(rows, limit, |row| (row.created_at, row.id.0)).map(JobView::from))
}

/// One job, locked against a worker.
///
/// # Errors
/// `not_found` when there is none, or it was done meanwhile.
pub async fn lock(tx: &mut Conn, id: JobId) -> Result<JobView, Error> {
    let row: Row = jobs::table.find(id).for_update().select(Row::as_select()).first(tx).await?;
    Ok(row.into())
}

/// Makes a failed job due at `now` with all its tries before it, and wakes a worker at the commit.
///
/// # Errors
/// Those of the database.
pub async fn try_again(tx: &mut Conn, id: JobId, now: DateTime<Utc>) -> Result<JobView, Error> {
    let row: Row = diesel::update(jobs::table.find(id))
        .set((jobs::failed_at.eq(None::<DateTime<Utc>>), jobs::attempts.eq(0), jobs::run_at.eq(now)))
        .returning(Row::as_returning())
        .get_result(tx)
        .await?;
    tx.batch_execute("NOTIFY jobs").await?;
    Ok(row.into())
}

/// Background work of one kind.
#[derive(Debug, PartialEq, Eq, Queryable)]
pub struct Kept {
    /// Which work.
    pub name: String,
    /// Not before some moment that is still to come.
    pub later: i64,
    /// Due, and not done yet.
    pub due: i64,
    /// Given up; waits for somebody.
    pub failed: i64,
}

/// How much background work there is, by kind.
///
/// # Errors
/// Those of the database.
pub async fn backlog(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Kept>, Error> {
    use diesel::dsl::count;
    let counted = (
        jobs::name,
        count(jobs::id).aggregate_filter(jobs::failed_at.is_null().and(jobs::run_at.gt(now))),
        count(jobs::id).aggregate_filter(jobs::failed_at.is_null().and(jobs::run_at.le(now))),
        count(jobs::id).aggregate_filter(jobs::failed_at.is_not_null()),
    );
    Ok(jobs::table.group_by(jobs::name).select(counted).order(jobs::name).load(conn).await?)
}

/// How many seconds the oldest due work has waited; 0 when none waits.
///
/// # Errors
/// Those of the database.
pub async fn oldest_due_seconds(conn: &mut Conn, now: DateTime<Utc>) -> Result<i64, Error> {
    let due = jobs::table.filter(jobs::failed_at.is_null().and(jobs::run_at.le(now)));
    let oldest: Option<DateTime<Utc>> = due.select(diesel::dsl::min(jobs::run_at)).get_result(conn).await?;
    Ok(oldest.map_or(0, |since| (now - since).num_seconds()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_a_payload_are_shown() {
        let id = Uuid::now_v7();
        let payload =
            serde_json::json!({ "notice_id": id, "name": "Somebody", "tries": 3, "more": { "id": id } });
        assert_eq!(ids_of(&payload), BTreeMap::from([("notice_id".to_owned(), id)]));
        assert!(ids_of(&Value::Null).is_empty());
    }
}
