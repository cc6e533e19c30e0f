//! Delivering messages.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::model::{Delivery, Webhook};
use super::rules::{DeliveryState, outcome, signature, switched_off};
use crate::audit::Event;
use crate::ids::WebhookDeliveryId;
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, Verdict};

/// Hands one message to its webhook.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeliverWebhook {
    /// Which.
    pub delivery: WebhookDeliveryId,
}

impl Job for DeliverWebhook {
    const NAME: &'static str = "DeliverWebhook";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        let Some(delivery) = Delivery::lock(run.tx, self.delivery).await? else { return Ok(Verdict::Done) };
        if !matches!(delivery.state, DeliveryState::Queued | DeliveryState::Deferred) {
            return Ok(Verdict::Done);
        }
        let last = run.is_last();
        let Run { app, tx, now, .. } = run;
        let webhook = Webhook::lock_any(tx, delivery.webhook_id).await?;
        if !webhook.is_on() {
            delivery.set_state(tx, DeliveryState::Dropped).await?;
            return Ok(Verdict::Done);
        }
        let secrets = webhook.secrets(&app.vault, now)?;
        let headers = [
            ("webhook-id", delivery.id.to_string()),
            ("webhook-timestamp", now.timestamp().to_string()),
            ("webhook-signature", signature(&secrets, delivery.id.0, now, &delivery.body)),
        ];
        let reply = app.outbound.post(&webhook.url, &headers, delivery.body.clone()).await;
        let state = outcome(reply.status, last);
        delivery.tried(tx, state, &reply, now).await?;
        if state == DeliveryState::Delivered {
            webhook.note(tx, None, None, now).await?;
            return Ok(Verdict::Done);
        }
        let since = webhook.failing_since.unwrap_or(now);
        let off = switched_off(reply.status, since, now);
        webhook.note(tx, Some(since), off, now).await?;
        if let Some(because) = off {
            let facts = json!({ "because": because });
            Event::new("webhook.disabled")
                .about("webhook", webhook.id)
                .facts(facts)
                .record_unknown(tx, now)
                .await?;
            let host = host(&webhook.url);
            NewNotice::to_staff(NoticeKind::WebhookDisabled, webhook.owner_id)
                .fields(json!({ "host": host }))
                .send(tx, now)
                .await?;
        }
        Ok(match state {
            DeliveryState::Deferred => Verdict::Later(status_words(reply.status)),
            _ => Verdict::Done,
        })
    }
}

/// Where a webhook leads, without what stands behind it: a path may be a secret.
fn host(url: &str) -> String {
    let rest = url.split("//").nth(1).unwrap_or_default();
    rest.split(['/', '?']).next().unwrap_or_default().to_owned()
}

/// For the list of jobs, which shows no answers.
fn status_words(status: Option<u16>) -> String {
    status.map_or_else(|| "no answer".to_owned(), |status| format!("answered {status}"))
}
