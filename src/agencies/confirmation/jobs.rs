//! The daily round: whose entry is a quarter old is asked by mail.

use serde::{Deserialize, Serialize};

use super::asking::ask;
use super::model::oldest_entries;
use super::rules::is_to_be_asked;
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, Verdict};

/// So many agencies a round at most, the oldest entries first: a directory that was just imported is not asked in one
/// night.
const AT_ONCE: usize = 200;

/// Asks agencies whether their entries are still true.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskToConfirm;

impl Job for AskToConfirm {
    const NAME: &'static str = "AskToConfirm";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        let Run { tx, now, .. } = run;
        let mut due = oldest_entries(tx, now).await?;
        due.retain(|entry| is_to_be_asked(entry.freshness));
        due.sort_by_key(|entry| (-entry.freshness.days, entry.agency));
        for entry in due.into_iter().take(AT_ONCE) {
            let event = ask(tx, entry.agency, entry.confirmed_on, now).await?;
            event.record_unknown(tx, now).await?;
        }
        Ok(Verdict::Done)
    }
}
