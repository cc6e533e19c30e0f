//! What was concluded and not told lapses by itself.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::model::Service;
use crate::audit::Event;
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, Verdict};

/// Takes back full marks that were concluded from refusals long ago and never confirmed: nobody knows any more.
#[derive(Debug, Serialize, Deserialize)]
pub struct LapseFullMarks;

impl Job for LapseFullMarks {
    const NAME: &'static str = "LapseFullMarks";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        let before = run.now - TimeDelta::days(run.app.settings.full_mark_days.into());
        for service in Service::lapse_full_marks(run.tx, before, run.now).await? {
            let event = Event::new("agency.full_mark_lapsed").about("agency", service.agency_id);
            event.facts(json!({ "service_id": service.id })).record_unknown(run.tx, run.now).await?;
        }
        Ok(Verdict::Done)
    }
}
