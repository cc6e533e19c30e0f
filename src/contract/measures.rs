//! `/metrics` for Prometheus, on an address of its own: numbers of rows by kind and state. Nobody's data, no ids.

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, HttpServer, web};
use chrono::TimeDelta;

use super::health;
use crate::notices::model::{NoticeState, count_by_state};
use crate::platform::app::App;
use crate::platform::db::PoolUse;
use crate::platform::error::Error;
use crate::platform::http::frame;
use crate::platform::jobs::System;
use crate::platform::metrics::{self, Gauge};
use crate::referrals::clocks::model::count_overdue;
use crate::upkeep::model::{Kept, backlog, oldest_due_seconds};

/// Clocks are looked at every minute. One that was due longer ago was passed over by a look.
const A_LOOK: TimeDelta = TimeDelta::minutes(1);

/// Serves `/metrics` and the health of the process, until stopped.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(app: App, listener: TcpListener) -> std::io::Result<Server> {
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(web::Data::new(app.clone()))
            .route("/metrics", web::get().to(measured))
            .configure(health::routes)
            .wrap(from_fn(frame))
    });
    Ok(server.workers(1).shutdown_timeout(1).disable_signals().listen(listener)?.run())
}

/// What is counted in the database.
struct Counted {
    backlog: Vec<Kept>,
    oldest: i64,
    notices: Vec<(NoticeState, i64)>,
    clocks: i64,
}

/// Figures of the process are told also while the database is away; that it is away is one of them.
async fn measured(app: web::Data<App>) -> Result<HttpResponse, Error> {
    let now = app.now();
    // Before the queries below take a connection for themselves.
    let pool = app.db.pool_use();
    let counted = app.db.read(&System, async |conn| {
        Ok(Counted {
            backlog: backlog(conn, now).await?,
            oldest: oldest_due_seconds(conn, now).await?,
            notices: count_by_state(conn).await?,
            clocks: count_overdue(conn, now - A_LOOK).await?,
        })
    });
    let counted = counted.await.ok();
    let mut gauges = of_process(&pool, counted.is_some());
    gauges.extend(counted.iter().flat_map(of_database));
    let words = metrics::text(&gauges)?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(words))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn one(name: &'static str, help: &'static str, number: i64) -> Gauge {
    Gauge { name, help, labels: &[], numbers: vec![(vec![], number)] }
}

fn of_process(pool: &PoolUse, database: bool) -> Vec<Gauge> {
    let part = |state: &str, number| (vec![state.to_owned()], count(number));
    vec![
        Gauge {
            name: "helpdesk_build_info",
            help: "The version that runs.",
            labels: &["version"],
            numbers: vec![(vec![env!("CARGO_PKG_VERSION").to_owned()], 1)],
        },
        one("helpdesk_database_up", "Whether the database answers.", i64::from(database)),
        Gauge {
            name: "helpdesk_db_connections",
            help: "Open connections to the database, by use.",
            labels: &["state"],
            numbers: vec![part("busy", pool.busy), part("idle", pool.idle)],
        },
        one("helpdesk_db_connections_max", "Connections there may be at most.", count(pool.most)),
        one("helpdesk_db_waiting", "Requests and jobs that wait for a connection.", count(pool.waiting)),
    ]
}

fn of_database(counted: &Counted) -> Vec<Gauge> {
    let states = |kept: &Kept| {
        let of = |state: &str, number| (vec![kept.name.clone(), state.to_owned()], number);
        [of("later", kept.later), of("due", kept.due), of("failed", kept.failed)]
    };
    let in_state = |state: &NoticeState| {
        counted.notices.iter().find(|(known, _)| known == state).map_or(0, |(_, number)| *number)
    };
    vec![
        Gauge {
            name: "helpdesk_jobs",
            help: "Background work by kind: for later, due now, or given up.",
            labels: &["kind", "state"],
            numbers: counted.backlog.iter().flat_map(states).collect(),
        },
        one(
            "helpdesk_jobs_failed",
            "Background work that was given up.",
            counted.backlog.iter().map(|it| it.failed).sum(),
        ),
        one("helpdesk_outbox_lag_seconds", "How long the oldest due work has waited.", counted.oldest),
        Gauge {
            name: "helpdesk_notices",
            help: "Mail by what became of it.",
            labels: &["state"],
            numbers: NoticeState::ALL
                .iter()
                .map(|state| (vec![state.word().to_owned()], in_state(state)))
                .collect(),
        },
        one(
            "helpdesk_clocks_overdue",
            "Steps of referrals that a look at the clocks passed over.",
            counted.clocks,
        ),
    ]
}
