//! Whether the service is well, for whoever starts, stops and balances its processes.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::json;

use crate::platform::app::App;
use crate::platform::error::{Error, safe};
use crate::platform::http::ok;
use crate::problems;
use crate::start;
use crate::upkeep::model::oldest_due_seconds;

/// `/health/…`
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/health/live", web::get().to(live)).route("/health/ready", web::get().to(ready));
}

/// The process answers.
async fn live() -> HttpResponse {
    ok(json!({ "status": "live" }))
}

/// A part that is not as it should be.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Unready {
    /// `database`, `migrations` or `outbox`.
    part: &'static str,
    detail: String,
}

/// What was found out about the database.
#[derive(Debug, Clone, Copy)]
struct Found {
    missing_migrations: usize,
    lag_seconds: i64,
}

/// The parts that are not ready.
fn judge(found: Option<Found>, most_lag: u32) -> Vec<Unready> {
    let unready = |part, detail: String| Unready { part, detail };
    let Some(found) = found else { return vec![unready("database", "Does not answer.".into())] };
    let mut parts = vec![];
    if found.missing_migrations > 0 {
        parts.push(unready("migrations", format!("{} are missing.", found.missing_migrations)));
    }
    if found.lag_seconds > i64::from(most_lag) {
        let words =
            format!("The oldest due work has waited {} seconds, {most_lag} at most.", found.lag_seconds);
        parts.push(unready("outbox", words));
    }
    parts
}

/// The database answers, has the schema of this program, and what is due is done.
async fn ready(app: web::Data<App>) -> Result<HttpResponse, Error> {
    let now = app.now();
    let looked = app.db.unguarded(async |conn| {
        let missing_migrations = start::missing_migrations(conn).await?;
        // Without its tables there is no outbox to look at.
        let lag_seconds = if missing_migrations > 0 { 0 } else { oldest_due_seconds(conn, now).await? };
        Ok(Found { missing_migrations, lag_seconds })
    });
    let found = looked.await;
    if let Err(Error::Internal(error)) = &found {
        tracing::error!(error = %safe(error), "cannot look whether the database is ready");
    }
    let parts = judge(found.ok(), app.settings.ready_lag);
    if parts.is_empty() {
        return Ok(ok(json!({ "status": "ready" })));
    }
    Err(problems::NOT_READY.problem().with("parts", parts).retry_after(5).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_that_is_not_ready_is_named() {
        let parts = |found| judge(found, 600).into_iter().map(|it| it.part).collect::<Vec<_>>();
        let found = |missing_migrations, lag_seconds| Some(Found { missing_migrations, lag_seconds });
        assert_eq!(parts(None), ["database"]);
        assert_eq!(parts(found(0, 600)), [""; 0]);
        assert_eq!(parts(found(0, 601)), ["outbox"]);
        assert_eq!(parts(found(2, 601)), ["migrations", "outbox"]);
    }
}
