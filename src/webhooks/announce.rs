//! Promising messages in the transaction of what they tell.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

use super::jobs::DeliverWebhook;
use super::model::{Delivery, Webhook};
use super::rules::WebhookEvent;
use crate::ids::{AgencyId, OfficeId, ReferralId, WebhookDeliveryId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::jobs;

/// What happened to a referral: ids, numbers, words and moments, and nothing of a person. The service asked for is left out,
/// because it can tell why somebody needs help.
#[derive(Debug)]
pub struct Announcement<'a> {
    /// What happened.
    pub event: WebhookEvent,
    /// To which referral.
    pub referral: ReferralId,
    /// Its number.
    pub number: &'a str,
    /// Its state now.
    pub state: &'static str,
    /// Its version now.
    pub version: i32,
    /// The agency it was sent to.
    pub agency: AgencyId,
    /// The office that refers.
    pub office: OfficeId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Its case is sealed: only the agency itself hears of it.
    pub sealed: bool,
}

impl Announcement<'_> {
    fn body(&self) -> String {
        let moment = self.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let data = json!({
            "referral_id": self.referral, "number": self.number, "state": self.state, "version": self.version,
            "agency_id": self.agency, "office_id": self.office,
        });
        json!({ "type": self.event, "timestamp": moment, "data": data }).to_string()
    }
}

/// Promises a message to every webhook that hears of it. Ask as the system: a webhook is not seen by whoever causes a message.
///
/// # Errors
/// Those of the database.
pub async fn announce(tx: &mut Conn, told: &Announcement<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    for webhook in Webhook::listening(tx, told.agency, told.sealed, told.event).await? {
        let new = WebhookDeliveryId::new();
        promise(tx, &webhook, new, (told.event, Some(told.referral)), told.body(), now).await?;
    }
    Ok(())
}

/// Promises one message to one webhook.
///
/// # Errors
/// Those of the database.
pub async fn promise(
    tx: &mut Conn,
    webhook: &Webhook,
    new: WebhookDeliveryId,
    (event, referral): (WebhookEvent, Option<ReferralId>),
    body: String,
    now: DateTime<Utc>,
) -> Result<Delivery, Error> {
    let delivery = Delivery::insert(tx, new, webhook.id, (event, referral), body, now).await?;
    jobs::enqueue_at(tx, &DeliverWebhook { delivery: delivery.id }, now).await?;
    Ok(delivery)
}

/// The body of a message that only shows that messages arrive.
pub fn ping(webhook: &Webhook, now: DateTime<Utc>) -> String {
    let moment = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    json!({ "type": WebhookEvent::Ping, "timestamp": moment, "data": { "webhook_id": webhook.id } })
        .to_string()
}
