//! What follows when a case is unsealed.

use serde::{Deserialize, Serialize};

use super::model;
use crate::ids::CaseId;
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, Verdict};

/// Unseals the files of the people on a case who are on no other sealed case. The system does it: the one who unsealed
/// may not know of the other case.
#[derive(Debug, Serialize, Deserialize)]
pub struct UnsealPeople {
    /// The case that was unsealed.
    pub case: CaseId,
}

impl Job for UnsealPeople {
    const NAME: &'static str = "UnsealPeople";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        model::unseal_people(run.tx, self.case).await?;
        Ok(Verdict::Done)
    }
}
