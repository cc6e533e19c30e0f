//! What may be said of a way to reach a person.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{ContactPoint, ContactPointChanges, NewContactPoint};
use crate::ids::ContactPointId;
use crate::migrants::reading::Reading;
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE};

crate::words! {
    /// What kind of way to reach a person.
    ContactKind {
        /// A phone number.
        Phone = "phone",
        /// A mailbox.
        Email = "email",
        /// A messaging account.
        Messaging = "messaging",
        /// A place.
        Address = "address",
    }
    /// How a contact point may be used safely.
    SafeChannel {
        /// Speaking.
        Call = "call",
        /// Text message.
        Sms = "sms",
        /// Messaging app.
        Messaging = "messaging",
        /// Mail.
        Email = "email",
        /// Going there.
        Visit = "visit",
    }
}

/// A way to reach a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddContactPoint {
    /// Made by the client when it works offline.
    pub id: Option<ContactPointId>,
    /// What kind.
    pub kind: ContactKind,
    /// Number, mailbox, account or address.
    #[schema(example = "0917 555 0123")]
    pub value: String,
    /// Whose it is when not the person’s own; a code of list caller_relation.
    #[schema(example = "PAR")]
    pub belongs_to: Option<String>,
    /// Whether using it is safe; absent when not asked.
    pub safe: Option<bool>,
    /// Which channels may be used.
    #[serde(default)]
    pub safe_channels: Vec<SafeChannel>,
    /// When, in words.
    #[schema(example = "after 18:00")]
    pub safe_hours: Option<String>,
    /// ISO 639-3 to speak there.
    pub language: Option<String>,
    /// Who must not learn of it.
    #[schema(example = "the employer")]
    pub must_not_know: Option<String>,
}

impl AddContactPoint {
    /// Checks everything that needs no database.
    pub fn validate(self, position: i16, ctx: &mut Reading<'_>) -> NewContactPoint {
        ctx.code("belongs_to", "caller_relation", self.belongs_to.as_ref());
        ctx.language("language", self.language.as_ref());
        let safe_channels = words(&self.safe_channels);
        check_safe(self.safe, &safe_channels, ctx);
        NewContactPoint {
            id: self.id.unwrap_or_else(ContactPointId::new),
            migrant_id: ctx.owner,
            kind: self.kind,
            value: contact_value(self.kind, self.value, ctx),
            belongs_to: self.belongs_to,
            safe: self.safe,
            safe_channels,
            safe_hours: ctx.text("safe_hours", self.safe_hours, LINE),
            language: self.language,
            must_not_know: ctx.text("must_not_know", self.must_not_know, LINE),
            position,
        }
    }
}

fn words(channels: &[SafeChannel]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for channel in channels {
        if !words.iter().any(|word| word == channel.word()) {
            words.push(channel.word().to_owned());
        }
    }
    words
}

fn check_safe(safe: Option<bool>, channels: &[String], ctx: &mut Reading<'_>) {
    if safe == Some(false) && !channels.is_empty() {
        ctx.complain("safe_channels", "not_safe", "What is not safe has no safe channel.");
    }
}

fn contact_value(kind: ContactKind, value: String, ctx: &mut Reading<'_>) -> String {
    let pointer = format!("{}value", ctx.at);
    let errors = &mut ctx.choices.errors;
    let before = errors.0.len();
    let read = match kind {
        ContactKind::Phone => validate::phone(errors, &pointer, Some(value), &ctx.setting.country),
        ContactKind::Email => validate::email(errors, &pointer, Some(value)),
        ContactKind::Messaging | ContactKind::Address => validate::text(errors, &pointer, Some(value), LINE),
    };
    if read.is_none() && errors.0.len() == before {
        errors.add(&pointer, "required", "Must not be empty.");
    }
    read.unwrap_or_default()
}

/// An edit of a contact point. Its kind stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateContactPoint {
    /// Number, mailbox, account or address.
    pub value: Option<String>,
    /// A code of list caller_relation.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub belongs_to: Patch<String>,
    /// Whether using it is safe.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub safe: Patch<bool>,
    /// Which channels may be used; null for none in particular.
    #[serde(default)]
    #[schema(value_type = Option<Vec<SafeChannel>>)]
    pub safe_channels: Patch<Vec<SafeChannel>>,
    /// When, in words.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub safe_hours: Patch<String>,
    /// ISO 639-3 to speak there.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub language: Patch<String>,
    /// Who must not learn of it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub must_not_know: Patch<String>,
    /// Order of preference, 0 first.
    pub position: Option<i16>,
    /// The day it ceased to work.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub ended_on: Patch<NaiveDate>,
}

impl UpdateContactPoint {
    /// Checks everything that needs no database, against the contact point as it is.
    pub fn validate(self, before: &ContactPoint, ctx: &mut Reading<'_>) -> ContactPointChanges {
        ctx.code("belongs_to", "caller_relation", self.belongs_to.as_set());
        ctx.language("language", self.language.as_set());
        ctx.not_future("ended_on", self.ended_on.as_set().copied());
        if self.position.is_some_and(|position| position < 0) {
            ctx.complain("position", "out_of_range", "Must not be negative.");
        }
        let safe = self.safe.into_change();
        let safe_channels = self.safe_channels.into_change().map(|list| words(&list.unwrap_or_default()));
        let channels = safe_channels.as_ref().unwrap_or(&before.safe_channels);
        check_safe(safe.unwrap_or(before.safe), channels, ctx);
        ContactPointChanges {
            value: self.value.map(|value| contact_value(before.kind, value, ctx)),
            belongs_to: self.belongs_to.into_change(),
            safe_channels,
            safe,
            safe_hours: ctx.changed_text("safe_hours", self.safe_hours, LINE),
            language: self.language.into_change(),
            must_not_know: ctx.changed_text("must_not_know", self.must_not_know, LINE),
            position: self.position,
            ended_on: self.ended_on.into_change(),
        }
    }
}
