//! What a webhook must be before it is written down, how a message is signed, and when a webhook is switched off.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::WebhookId;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::outbound::{Outbound, Unusable};
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE};

crate::words! {
    /// What is told.
    WebhookEvent {
        /// It was sent to the agency.
        Sent = "referral.sent",
        /// Somebody at the agency has seen it.
        Acknowledged = "referral.acknowledged",
        /// The agency will act.
        Accepted = "referral.accepted",
        /// The agency will not act.
        Declined = "referral.declined",
        /// The service began.
        Begun = "referral.begun",
        /// It waits.
        Held = "referral.held",
        /// The agency's work is over.
        Completed = "referral.completed",
        /// Tried, not delivered.
        Failed = "referral.failed",
        /// Withdrawn.
        Cancelled = "referral.cancelled",
        /// Nobody answered by the hard limit.
        Expired = "referral.expired",
        /// It should not exist.
        EnteredInError = "referral.entered_in_error",
        /// A message that somebody asked for, to see whether it arrives.
        Ping = "ping",
    }

    /// How far a message got.
    DeliveryState {
        /// Waits to be sent.
        Queued = "queued",
        /// Not taken yet; it is tried again.
        Deferred = "deferred",
        /// Taken.
        Delivered = "delivered",
        /// Given up.
        Failed = "failed",
        /// The webhook was switched off or taken away before.
        Dropped = "dropped",
    }

    /// Why a webhook is off.
    DisabledBecause {
        /// By hand.
        Asked = "asked",
        /// Nothing arrived for days.
        Failing = "failing",
        /// The receiver said that it is gone (410).
        Gone = "gone",
    }
}

/// The most webhooks an agency or the installation may have.
pub const MOST: i64 = 100;
/// When nothing has arrived for so long, a webhook is switched off.
pub const FAILING_FOR: TimeDelta = TimeDelta::days(3);
/// A secret that was replaced signs so long beside the new one.
pub const OVERLAP: TimeDelta = TimeDelta::days(1);

/// A new webhook: of the agency of whoever registers it, or of the installation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// Made by the client, or left out.
    pub id: Option<WebhookId>,
    /// Where messages go; https.
    #[schema(example = "https://hooks.example/desk")]
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which events; all when empty.
    #[serde(default)]
    pub events: Vec<WebhookEvent>,
}

/// An edit of a webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    /// Where messages go; https.
    pub url: Option<String>,
    /// What it is for.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub description: Patch<String>,
    /// Which events; all when empty.
    pub events: Option<Vec<WebhookEvent>>,
    /// Switches it off, or on again.
    pub enabled: Option<bool>,
}

/// A checked webhook.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Endpoint {
    pub url: String,
    pub description: Option<String>,
    pub events: Vec<WebhookEvent>,
}

/// A checked edit.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct EndpointEdit {
    pub url: Option<String>,
    pub description: Option<Option<String>>,
    pub events: Option<Vec<WebhookEvent>>,
    pub enabled: Option<bool>,
}

fn check_url(errors: &mut FieldErrors, outbound: &Outbound, url: String) -> String {
    let url = validate::required(errors, "url", Some(url), 500);
    match outbound.read(&url) {
        _ if url.is_empty() => {}
        Ok(_) => {}
        Err(Unusable::NoAddress) => {
            errors.add("url", "invalid_url", "Is not an address without user and fragment.")
        }
        Err(Unusable::NotHttps) => errors.add("url", "not_https", "Must begin with https://."),
        Err(Unusable::Private) => errors.add("url", "private_address", "Leads to a private network."),
    }
    url
}

fn check_events(errors: &mut FieldErrors, mut events: Vec<WebhookEvent>) -> Vec<WebhookEvent> {
    for (at, _) in events.iter().enumerate().filter(|(_, event)| **event == WebhookEvent::Ping) {
        errors.add(format!("events/{at}"), "not_selectable", "A ping comes only when it is asked for.");
    }
    events.sort_unstable();
    events.dedup();
    events
}

impl CreateWebhook {
    /// Checks it.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self, outbound: &Outbound) -> Result<Endpoint, Error> {
        let mut errors = FieldErrors::new();
        let endpoint = Endpoint {
            url: check_url(&mut errors, outbound, self.url),
            description: validate::text(&mut errors, "description", self.description, LINE),
            events: check_events(&mut errors, self.events),
        };
        errors.finish(endpoint)
    }
}

impl UpdateWebhook {
    /// Checks it.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self, outbound: &Outbound) -> Result<EndpointEdit, Error> {
        let mut errors = FieldErrors::new();
        let edit = EndpointEdit {
            url: self.url.map(|url| check_url(&mut errors, outbound, url)),
            description: self
                .description
                .into_change()
                .map(|text| validate::text(&mut errors, "description", text, LINE)),
            events: self.events.map(|events| check_events(&mut errors, events)),
            enabled: self.enabled,
        };
        errors.finish(edit)
    }
}

/// A secret as receivers' libraries take it.
pub fn secret_of(bytes: &[u8; 32]) -> String {
    format!("whsec_{}", STANDARD.encode(bytes))
}

/// The header `webhook-signature`: one signature for each secret that counts, as Standard Webhooks has it.
pub fn signature(secrets: &[String], id: Uuid, at: DateTime<Utc>, body: &str) -> String {
    let signed = format!("{id}.{}.{body}", at.timestamp());
    let sign = |secret: &String| {
        let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap_or_default();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    };
    secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
}

/// What an answer comes to. `last`: there is no further try.
pub fn outcome(status: Option<u16>, last: bool) -> DeliveryState {
    match status {
        Some(200..=299) => DeliveryState::Delivered,
        Some(410) => DeliveryState::Failed,
        _ if last => DeliveryState::Failed,
        _ => DeliveryState::Deferred,
    }
}

/// Whether a webhook is switched off after this answer, and why.
pub fn switched_off(
    status: Option<u16>,
    failing_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DisabledBecause> {
    match status {
        Some(410) => Some(DisabledBecause::Gone),
        _ if now - failing_since >= FAILING_FOR => Some(DisabledBecause::Failing),
        _ => None,
    }
}

/// What is told of a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookView {
    /// Its id.
    pub id: WebhookId,
    /// The agency whose referrals it hears of; null for all.
    pub agency_id: Option<crate::ids::AgencyId>,
    /// Where messages go.
    #[schema(example = "https://hooks.example/desk")]
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which events; all when empty.
    pub events: Vec<WebhookEvent>,
    /// Whether it is on.
    pub enabled: bool,
    /// Why it is off.
    pub disabled_because: Option<DisabledBecause>,
    /// Since when nothing has arrived there.
    pub failing_since: Option<DateTime<Utc>>,
    /// Until when the secret before this one signs too.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// What messages are signed with: told once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    pub secret: Option<String>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// Counts edits; send it as If-Match.
    pub version: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_standard_webhooks_has_it() {
        // The example of the specification's libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let at = DateTime::from_timestamp(1_614_265_330, 0).expect("a moment");
        let (id, body) = (Uuid::nil(), "{\"test\": 2432232314}");
        let by_hand = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, &key),
            format!("{id}.1614265330.{body}").as_bytes(),
        );
        let one = signature(std::slice::from_ref(&secret), id, at, body);
        assert_eq!(one, format!("v1,{}", STANDARD.encode(by_hand)));
        let two = signature(&[secret, secret_of(&[7; 32])], id, at, body);
        assert_eq!(two.split(' ').count(), 2);
        assert!(two.starts_with(&one));
    }

    #[test]
    fn anything_but_a_yes_is_tried_again_until_the_last_time_and_gone_is_gone() {
        use DeliveryState::{Deferred, Delivered, Failed};
        for status in [200, 202, 204, 299] {
            assert_eq!(outcome(Some(status), false), Delivered);
        }
        for status in [None, Some(301), Some(302), Some(400), Some(404), Some(429), Some(500)] {
            assert_eq!((outcome(status, false), outcome(status, true)), (Deferred, Failed), "{status:?}");
        }
        assert_eq!(outcome(Some(410), false), Failed);
    }

    #[test]
    fn a_webhook_is_switched_off_after_three_days_without_a_yes() {
        let now = Utc::now();
        let off = |status, days| switched_off(status, now - TimeDelta::days(days), now);
        assert_eq!(off(Some(500), 2), None);
        assert_eq!(off(None, 3), Some(DisabledBecause::Failing));
        assert_eq!(off(Some(410), 0), Some(DisabledBecause::Gone));
    }
}
