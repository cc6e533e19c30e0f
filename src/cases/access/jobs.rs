//! What follows when a case is unsealed, and when nobody looks at an emergency access.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::model::{self, Grant};
use crate::ids::{CaseGrantId, CaseId};
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, Verdict};

/// Unseals the files of those who are or were on a case and are on no sealed case. The system does it: the one who
/// unsealed may not know of another.
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

/// Asks for the review of an emergency access that nobody has looked at by its moment.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemindOfReview {
    /// The grant.
    pub grant: CaseGrantId,
}

impl Job for RemindOfReview {
    const NAME: &'static str = "RemindOfReview";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        let Some(grant) = Grant::find(run.tx, self.grant).await? else { return Ok(Verdict::Done) };
        if grant.reviewed_at.is_some() {
            return Ok(Verdict::Done);
        }
        for reviewer in model::reviewers(run.tx, grant.office_id, grant.staff_id).await? {
            NewNotice::to_staff(NoticeKind::AccessReviewDue, reviewer)
                .about_case(grant.case_id, grant.office_id)
                .fields(json!({ "at": grant.granted_at }))
                .send(run.tx, run.now)
                .await?;
        }
        Ok(Verdict::Done)
    }
}
