//! Taking in mail that comes back.

use std::path::Path;

use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::model::BounceTally;
use super::rules::{self, BounceOutcome};
use crate::notices::delivery;
use crate::notices::model::Notice;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, System, Verdict};
use crate::platform::mail::{Clerk, LARGEST_REPORT, Limits, Maildir, Report, receive};

/// So many mails are read in one go; the others wait for the next.
const AT_ONCE: usize = 500;
/// Reading takes turns; the number is only a name for that lock.
const READING: i64 = 4_711_000_002;

/// Writes down what a mail that came back says; `sent_to` are the addresses it was delivered to besides those it names.
///
/// # Errors
/// Those of the database: the mail has to be brought again.
pub async fn take_in(app: &App, raw: &[u8], sent_to: &[String]) -> Result<BounceOutcome, Error> {
    let report = Report::read(raw);
    app.db
        .write(&System, async |tx| {
            let outcome = match &report {
                Some(report) => believe(app, tx, report, sent_to).await?,
                None => BounceOutcome::NotAReport,
            };
            BounceTally::count(tx, outcome, app.now()).await?;
            Ok(outcome)
        })
        .await
}

async fn believe(
    app: &App,
    tx: &mut Conn,
    report: &Report,
    sent_to: &[String],
) -> Result<BounceOutcome, Error> {
    let sent_to = [sent_to, &report.sent_to].concat();
    let Some(id) = rules::notice_of(report.message_id.as_deref(), &sent_to) else {
        return Ok(BounceOutcome::Unknown);
    };
    let Some(notice) = Notice::lock(tx, id).await? else { return Ok(BounceOutcome::Unknown) };
    let verdict = rules::judge(notice.state, notice.attempts, report.fate);
    if let Some(state) = verdict.state {
        delivery::came_back(tx, &notice, state, &report.words, app.now()).await?;
    }
    tracing::info!(notice.id = %notice.id, outcome = %verdict.outcome, "a mail came back");
    Ok(verdict.outcome)
}

/// Reads the mailbox that bounces are delivered to. Comes round by itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReadBounces;

impl Job for ReadBounces {
    const NAME: &'static str = "ReadBounces";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        let Some(folder) = &run.app.settings.bounce_maildir else { return Ok(Verdict::Done) };
        if alone(run.tx).await? {
            // The next round tries again; until then the mailbox keeps what was not read.
            if let Err(error) = read(run.app, folder).await {
                tracing::warn!(%error, "the mailbox of bounces cannot be read");
            }
        }
        Ok(Verdict::Done)
    }
}

/// Whether nobody else reads the mailbox at this moment.
async fn alone(tx: &mut Conn) -> Result<bool, Error> {
    let lock = diesel::select(diesel::dsl::sql::<Bool>(&format!("pg_try_advisory_xact_lock({READING})")));
    Ok(lock.get_result(tx).await?)
}

/// Each mail is put away after it is written down, so that a crash reads it twice rather than never. What named a
/// notice is removed, for it holds addresses; the rest is left for a person to look at.
async fn read(app: &App, folder: &Path) -> anyhow::Result<()> {
    let mailbox = Maildir::open(folder)?;
    for file in mailbox.arrivals(AT_ONCE).await? {
        let outcome = match mailbox.read(&file, LARGEST_REPORT).await? {
            Some(raw) => take_in(app, &raw, &[]).await?,
            None => {
                let count =
                    async |tx: &mut Conn| BounceTally::count(tx, BounceOutcome::TooLarge, app.now()).await;
                app.db.write(&System, count).await?;
                BounceOutcome::TooLarge
            }
        };
        match outcome {
            BounceOutcome::Unknown | BounceOutcome::NotAReport | BounceOutcome::TooLarge => {
                mailbox.set_aside(&file).await?;
            }
            _ => mailbox.remove(&file).await?,
        }
    }
    Ok(())
}

/// Takes what a mail server hands over at our door, until `stop` turns true.
///
/// # Errors
/// When the listener cannot be used.
pub async fn listen(
    app: App,
    listener: std::net::TcpListener,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    receive(listener, &Limits::default(), &Bounces(app), stop).await
}

struct Bounces(App);

impl Clerk for Bounces {
    fn knows(&self, recipient: &str) -> bool {
        self.0.settings.bounce_address.as_deref().is_some_and(|ours| rules::is_ours(ours, recipient))
    }

    async fn take(&self, to: &[String], raw: &[u8]) -> bool {
        take_in(&self.0, raw, to).await.is_ok()
    }
}
