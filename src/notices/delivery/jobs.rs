//! Looking after what nobody looks after any more.

use serde::{Deserialize, Serialize};

use super::tried;
use crate::notices::model::{Notice, NoticeState};
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, Verdict};

/// Looks for notices that nobody tries to send any more though none gave them up: their job failed for a reason of our
/// own. Comes round by itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct FindStrandedNotices;

impl Job for FindStrandedNotices {
    const NAME: &'static str = "FindStrandedNotices";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        for notice in Notice::lock_stranded(run.tx, run.now).await? {
            tracing::error!(notice.id = %notice.id, "a notice was stranded");
            tried(run.tx, &notice, NoticeState::Failed, Some("given up by the service"), run.now).await?;
        }
        Ok(Verdict::Done)
    }
}
