//! What may be said of contact points, identity documents, mobility and specific needs.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{
    ContactPointChanges, IdentityDocumentChanges, NewContactPoint, NewIdentityDocument, NewMobilityPeriod,
    NewSpecificNeed,
};
use crate::ids::{ContactPointId, IdentityDocumentId, MobilityPeriodId, SpecificNeedId};
use crate::migrants::rules::Reading;
use crate::platform::error::FieldErrors;
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
    /// Checks everything that needs no database; `at` is the pointer's beginning.
    pub fn validate(self, at: &str, position: i16, ctx: &mut Reading<'_>) -> NewContactPoint {
        ctx.named.code(format!("{at}belongs_to"), "caller_relation", self.belongs_to.as_ref());
        ctx.named.language(format!("{at}language"), self.language.as_ref());
        let safe_channels = channels(self.safe, &self.safe_channels, at, ctx.errors);
        NewContactPoint {
            id: ContactPointId::new(),
            migrant_id: ctx.owner,
            kind: self.kind,
            value: contact_value(self.kind, self.value, at, &ctx.setting.country, ctx.errors),
            belongs_to: self.belongs_to,
            safe: self.safe,
            safe_channels,
            safe_hours: validate::text(ctx.errors, &format!("{at}safe_hours"), self.safe_hours, LINE),
            language: self.language,
            must_not_know: validate::text(
                ctx.errors,
                &format!("{at}must_not_know"),
                self.must_not_know,
                LINE,
            ),
            position,
        }
    }
}

fn channels(safe: Option<bool>, channels: &[SafeChannel], at: &str, errors: &mut FieldErrors) -> Vec<String> {
    if safe == Some(false) && !channels.is_empty() {
        errors.add(format!("{at}safe_channels"), "not_safe", "What is not safe has no safe channel.");
    }
    channels.iter().map(|channel| channel.word().to_owned()).collect()
}

fn contact_value(
    kind: ContactKind,
    value: String,
    at: &str,
    country: &str,
    errors: &mut FieldErrors,
) -> String {
    let pointer = format!("{at}value");
    let before = errors.0.len();
    let read = match kind {
        ContactKind::Phone => validate::phone(errors, &pointer, Some(value), country),
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
    /// Which channels may be used.
    pub safe_channels: Option<Vec<SafeChannel>>,
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
    /// Checks everything that needs no database.
    pub fn validate(self, kind: ContactKind, ctx: &mut Reading<'_>) -> ContactPointChanges {
        ctx.named.code("belongs_to", "caller_relation", self.belongs_to.as_set());
        ctx.named.language("language", self.language.as_set());
        let safe = self.safe.into_change();
        let country = &ctx.setting.country;
        let errors = &mut *ctx.errors;
        ContactPointChanges {
            value: self.value.map(|value| contact_value(kind, value, "", country, errors)),
            belongs_to: self.belongs_to.into_change(),
            safe_channels: self.safe_channels.map(|list| channels(safe.flatten(), &list, "", errors)),
            safe,
            safe_hours: self
                .safe_hours
                .into_change()
                .map(|text| validate::text(errors, "safe_hours", text, LINE)),
            language: self.language.into_change(),
            must_not_know: self
                .must_not_know
                .into_change()
                .map(|text| validate::text(errors, "must_not_know", text, LINE)),
            position: self.position,
            ended_on: self.ended_on.into_change(),
        }
    }
}

/// A paper a person has or lacks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddIdentityDocument {
    /// A code of list document.
    #[serde(rename = "type")]
    #[schema(example = "PPT")]
    pub type_: String,
    /// Who issued it, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Its number; encrypted at rest.
    #[schema(example = "P0000000A")]
    pub number: Option<String>,
    /// Day of issue.
    pub issued_on: Option<NaiveDate>,
    /// Day it lapses.
    pub expires_on: Option<NaiveDate>,
    /// Who holds it when the person does not.
    #[schema(example = "the employer")]
    pub held_by: Option<String>,
}

/// A checked paper, its number still in clear.
#[derive(Debug)]
pub struct Paper {
    /// The row, without number.
    pub row: NewIdentityDocument,
    /// Its number.
    pub number: Option<String>,
}

impl AddIdentityDocument {
    /// Checks everything that needs no database; `at` is the pointer's beginning.
    pub fn validate(self, at: &str, position: i16, ctx: &mut Reading<'_>) -> Paper {
        ctx.named.code(format!("{at}type"), "document", Some(&self.type_));
        ctx.named.country(format!("{at}country"), self.country.as_ref());
        in_order(ctx.errors, &format!("{at}expires_on"), self.issued_on, self.expires_on);
        let row = NewIdentityDocument {
            id: IdentityDocumentId::new(),
            migrant_id: ctx.owner,
            type_: self.type_,
            country: self.country,
            number_sealed: None,
            issued_on: self.issued_on,
            expires_on: self.expires_on,
            held_by: validate::text(ctx.errors, &format!("{at}held_by"), self.held_by, LINE),
            position,
        };
        let number = validate::text(ctx.errors, &format!("{at}number"), self.number, 60);
        Paper { row, number }
    }
}

fn in_order(errors: &mut FieldErrors, pointer: &str, from: Option<NaiveDate>, until: Option<NaiveDate>) {
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        errors.add(pointer, "before_start", "Must not lie before its beginning.");
    }
}

/// An edit of a paper.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateIdentityDocument {
    /// Who issued it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub country: Patch<String>,
    /// Its number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub number: Patch<String>,
    /// Day of issue.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub issued_on: Patch<NaiveDate>,
    /// Day it lapses.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub expires_on: Patch<NaiveDate>,
    /// Who holds it when the person does not.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub held_by: Patch<String>,
    /// The day it was withdrawn from the file.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub ended_on: Patch<NaiveDate>,
}

impl UpdateIdentityDocument {
    /// Checks everything that needs no database; gives the row's changes and the number's.
    pub fn validate(self, ctx: &mut Reading<'_>) -> (IdentityDocumentChanges, Option<Option<String>>) {
        ctx.named.country("country", self.country.as_set());
        let errors = &mut *ctx.errors;
        in_order(errors, "expires_on", self.issued_on.as_set().copied(), self.expires_on.as_set().copied());
        let number = self.number.into_change().map(|text| validate::text(errors, "number", text, 60));
        let changes = IdentityDocumentChanges {
            country: self.country.into_change(),
            number_sealed: None,
            issued_on: self.issued_on.into_change(),
            expires_on: self.expires_on.into_change(),
            held_by: self.held_by.into_change().map(|text| validate::text(errors, "held_by", text, LINE)),
            ended_on: self.ended_on.into_change(),
        };
        (changes, number)
    }
}

/// A mobility category.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMobility {
    /// A code of list mobility.
    #[schema(example = "RET")]
    pub category: String,
    /// Country of work or of stay.
    #[schema(example = "KW")]
    pub country: Option<String>,
    /// First day; today when absent.
    pub from_on: Option<NaiveDate>,
    /// First day it no longer holds.
    pub until_on: Option<NaiveDate>,
}

impl AddMobility {
    /// Checks everything that needs no database; `at` is the pointer's beginning.
    pub fn validate(self, at: &str, _: i16, ctx: &mut Reading<'_>) -> NewMobilityPeriod {
        ctx.named.code(format!("{at}category"), "mobility", Some(&self.category));
        ctx.named.country(format!("{at}country"), self.country.as_ref());
        let from_on = self.from_on.unwrap_or(ctx.setting.today);
        in_order(ctx.errors, &format!("{at}until_on"), Some(from_on), self.until_on);
        NewMobilityPeriod {
            id: MobilityPeriodId::new(),
            migrant_id: ctx.owner,
            category: self.category,
            country: self.country,
            from_on,
            until_on: self.until_on,
            recorded_by: ctx.setting.by,
        }
    }
}

/// A vulnerability.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddSpecificNeed {
    /// A code of list specific_need.
    #[schema(example = "SP")]
    pub code: String,
    /// Known since; today when absent.
    pub from_on: Option<NaiveDate>,
}

impl AddSpecificNeed {
    /// Checks everything that needs no database; `at` is the pointer's beginning.
    pub fn validate(self, at: &str, _: i16, ctx: &mut Reading<'_>) -> NewSpecificNeed {
        ctx.named.code(format!("{at}code"), "specific_need", Some(&self.code));
        NewSpecificNeed {
            id: SpecificNeedId::new(),
            migrant_id: ctx.owner,
            code: self.code,
            restricted: true,
            from_on: self.from_on.unwrap_or(ctx.setting.today),
            recorded_by: ctx.setting.by,
        }
    }
}

/// The end of a mobility category or a specific need.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndPeriod {
    /// First day it no longer holds; null when it holds again.
    #[schema(example = "2026-11-01")]
    pub until_on: Option<NaiveDate>,
}

impl EndPeriod {
    /// The day, not before `from_on`.
    pub fn validate(self, from_on: NaiveDate, errors: &mut FieldErrors) -> Option<NaiveDate> {
        in_order(errors, "until_on", Some(from_on), self.until_on);
        self.until_on
    }
}
