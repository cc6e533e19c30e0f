//! Work promised inside a transaction and done afterwards.
//!
//! A job is a row; the row lock is the lease, so a crash frees it. It runs in a savepoint: on success the row goes,
//! on failure its writes are rolled back, the try is counted and the next one waits longer. After
//! [`MAX_TRIES`] it is kept as failed and shown.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::app::App;
use super::db::{self, Asks, Conn, Guard, establish};
use super::error::{Error, safe};
use crate::schema::{jobs, schedule};

/// After so many tries a job is kept as failed. With the pauses of [`pause`] that is about 17 hours.
pub const MAX_TRIES: i32 = 8;

/// A worker asks as the system itself.
pub struct System;

impl Asks for System {
    fn guard(&self) -> Guard {
        Guard { kind: "system", role: "system", ..Guard::default() }
    }
}

/// What a job has while it runs.
pub struct Run<'a> {
    /// The application.
    pub app: &'a App,
    /// The transaction that also ends the job.
    pub tx: &'a mut Conn,
    /// The job’s id, stable over all tries.
    pub id: Uuid,
    /// 1 for the first try.
    pub attempt: i32,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Run<'_> {
    /// Whether no further try follows this one.
    pub fn is_last(&self) -> bool {
        self.attempt >= MAX_TRIES
    }
}

/// How a try ended when nothing broke.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done, or nothing left to do.
    Done,
    /// Not yet: keep what was written, count the try and come back. The words are shown in the list of jobs.
    Later(String),
}

/// One kind of work. The payload is ids only, never people.
pub trait Job: Serialize + DeserializeOwned + 'static {
    /// In the imperative: `SendNotice`.
    const NAME: &'static str;

    /// Does it. An error rolls its writes back and counts as a try.
    fn run(self, run: Run<'_>) -> impl Future<Output = Result<Verdict, Error>>;
}

/// How the worker finds the code for a row.
pub struct Handler {
    /// [`Job::NAME`].
    pub name: &'static str,
    run: for<'a> fn(Run<'a>, Value) -> LocalBoxFuture<'a, Result<Verdict, Error>>,
}

/// The handler of one kind of job, for the table in `wiring.rs`.
pub const fn handler<J: Job>() -> Handler {
    fn run<J: Job>(run: Run<'_>, payload: Value) -> LocalBoxFuture<'_, Result<Verdict, Error>> {
        Box::pin(async move {
            let job: J = serde_json::from_value(payload).map_err(anyhow::Error::from)?;
            job.run(run).await
        })
    }
    Handler { name: J::NAME, run: run::<J> }
}

/// Work that comes round by itself: its payload is empty.
pub struct Recurring {
    /// A job’s name.
    pub name: &'static str,
    /// How often.
    pub every: TimeDelta,
}

/// Promises a job within the caller's transaction, not before `at`, and wakes a worker at its commit.
///
/// # Errors
/// Those of the database.
pub async fn enqueue_at<J: Job>(tx: &mut Conn, job: &J, at: DateTime<Utc>) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let payload = serde_json::to_value(job).map_err(anyhow::Error::from)?;
    insert(tx, id, J::NAME, payload, at).await?;
    Ok(id)
}

/// Promises a job whose code this feature does not know, by its name, as [`enqueue_at`] does.
///
/// # Errors
/// Those of the database.
pub async fn enqueue_named(
    tx: &mut Conn,
    name: &'static str,
    payload: &impl Serialize,
    at: DateTime<Utc>,
) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let payload = serde_json::to_value(payload).map_err(anyhow::Error::from)?;
    insert(tx, id, name, payload, at).await?;
    Ok(id)
}

async fn insert(tx: &mut Conn, id: Uuid, name: &str, payload: Value, at: DateTime<Utc>) -> Result<(), Error> {
    diesel::insert_into(jobs::table)
        .values((jobs::id.eq(id), jobs::name.eq(name), jobs::payload.eq(payload), jobs::run_at.eq(at)))
        .execute(tx)
        .await?;
    tx.batch_execute("NOTIFY jobs").await?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
struct Due {
    id: Uuid,
    name: String,
    payload: Value,
    attempts: i32,
}

/// How long to wait after the `attempt`th try: 10 s, 40 s, 3 min, 11 min, 43 min, 3 h, 11 h.
pub fn pause(attempt: i32) -> TimeDelta {
    TimeDelta::seconds(10 * 4_i64.pow(u32::try_from((attempt - 1).clamp(0, 6)).unwrap_or(0)))
}

/// Runs one due job. `false` when there was none.
///
/// # Errors
/// Those of the database; a failing job is not an error here.
pub async fn run_one(app: &App, handlers: &[Handler]) -> Result<bool, Error> {
    let now = app.now();
    app.db
        .write(&System, async |tx| {
            let due: Option<Due> = jobs::table
                .filter(jobs::failed_at.is_null().and(jobs::run_at.le(now)))
                .order((jobs::run_at, jobs::id))
                .limit(1)
                .for_update()
                .skip_locked()
                .select(Due::as_select())
                .first(tx)
                .await
                .optional()?;
            let Some(due) = due else { return Ok(false) };
            let attempt = due.attempts + 1;
            match attempt_job(app, handlers, tx, &due, attempt, now).await? {
                Ok(Verdict::Done) => {
                    diesel::delete(jobs::table.find(due.id)).execute(tx).await?;
                }
                Ok(Verdict::Later(words)) => put_back(tx, due.id, attempt, now, &words).await?,
                Err(error) => {
                    let words = match &error {
                        Error::Internal(cause) => safe(cause),
                        refusal => refusal.to_string(),
                    };
                    tracing::warn!(job.id = %due.id, job.name = due.name, attempt, error = words, "job failed");
                    put_back(tx, due.id, attempt, now, &words).await?;
                }
            }
            Ok(true)
        })
        .await
}

/// Runs the job inside a savepoint, so that a failure takes back its writes and nothing else.
async fn attempt_job(
    app: &App,
    handlers: &[Handler],
    tx: &mut Conn,
    due: &Due,
    attempt: i32,
    now: DateTime<Utc>,
) -> Result<Result<Verdict, Error>, Error> {
    let Some(handler) = handlers.iter().find(|h| h.name == due.name) else {
        return Ok(Err(anyhow::anyhow!("no code for this job").into()));
    };
    db::attempt(tx, async |tx| {
        let run = Run { app, tx, id: due.id, attempt, now };
        (handler.run)(run, due.payload.clone()).await
    })
    .await
}

async fn put_back(
    tx: &mut Conn,
    id: Uuid,
    attempt: i32,
    now: DateTime<Utc>,
    words: &str,
) -> Result<(), Error> {
    let failed = (attempt >= MAX_TRIES).then_some(now);
    diesel::update(jobs::table.find(id))
        .set((
            jobs::attempts.eq(attempt),
            jobs::last_error.eq(words),
            jobs::failed_at.eq(failed),
            jobs::run_at.eq(now + pause(attempt)),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Runs every job that is due, until none is left. For tests and for commands that must not leave work behind.
///
/// # Errors
/// Those of the database.
pub async fn drain(app: &App, handlers: &[Handler]) -> Result<usize, Error> {
    let mut count = 0;
    while run_one(app, handlers).await? {
        count += 1;
    }
    Ok(count)
}

/// Enqueues each recurring job whose slot has come. Whoever moves the slot enqueues, so many workers make one run.
///
/// # Errors
/// Those of the database.
pub async fn tick(app: &App, recurring: &[Recurring]) -> Result<(), Error> {
    let now = app.now();
    app.db
        .write(&System, async |tx| {
            for work in recurring {
                let moved = diesel::insert_into(schedule::table)
                    .values((schedule::name.eq(work.name), schedule::next_at.eq(now + work.every)))
                    .on_conflict(schedule::name)
                    .do_update()
                    .set(schedule::next_at.eq(now + work.every));
                let moved = diesel::query_dsl::methods::FilterDsl::filter(moved, schedule::next_at.le(now))
                    .execute(tx)
                    .await?;
                if moved == 1 {
                    insert(tx, Uuid::now_v7(), work.name, Value::Null, now).await?;
                }
            }
            Ok(())
        })
        .await
}

/// Works until `stop` turns true: woken by NOTIFY, and every 30 s in case one was lost.
pub async fn work(
    app: App,
    handlers: &'static [Handler],
    recurring: &'static [Recurring],
    database_url: String,
    workers: usize,
    stop: watch::Receiver<bool>,
) {
    let wake = std::rc::Rc::new(Notify::new());
    let local = tokio::task::LocalSet::new();
    for _ in 0..workers {
        let (app, wake, mut stop) = (app.clone(), wake.clone(), stop.clone());
        local.spawn_local(async move {
            while !*stop.borrow() {
                match run_one(&app, handlers).await {
                    Ok(true) => continue,
                    Ok(false) => {}
                    Err(error) => tracing::warn!(%error, "worker cannot reach the database"),
                }
                tokio::select! {
                    () = wake.notified() => {}
                    () = tokio::time::sleep(Duration::from_secs(30)) => {}
                    _ = stop.changed() => {}
                }
            }
        });
    }
    let (ticking, mut stop_ticking) = (app.clone(), stop.clone());
    local.spawn_local(async move {
        while !*stop_ticking.borrow() {
            if let Err(error) = tick(&ticking, recurring).await {
                tracing::warn!(%error, "schedule cannot reach the database");
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(30)) => {}
                _ = stop_ticking.changed() => {}
            }
        }
    });
    local.spawn_local(listen(database_url, wake, stop));
    local.await;
}

/// Wakes a worker at every NOTIFY, over a connection of its own that is opened anew when it breaks.
async fn listen(url: String, wake: std::rc::Rc<Notify>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Ok(mut conn) = establish(&url).await
            && conn.batch_execute("LISTEN jobs").await.is_ok()
        {
            wake.notify_waiters();
            let mut stream = std::pin::pin!(conn.notifications_stream());
            loop {
                tokio::select! {
                    heard = stream.next() => match heard {
                        Some(Ok(_)) => wake.notify_one(),
                        _ => break,
                    },
                    _ = stop.changed() => return,
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
            _ = stop.changed() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_the_last_try_is_within_a_day() {
        let pauses: Vec<_> = (1..MAX_TRIES).map(pause).collect();
        assert!(pauses.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(pauses.iter().sum::<TimeDelta>() < TimeDelta::hours(24));
    }
}
