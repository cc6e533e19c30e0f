//! What may be said of a paper.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{IdentityDocument, IdentityDocumentChanges, NewIdentityDocument};
use crate::ids::IdentityDocumentId;
use crate::migrants::reading::Reading;
use crate::platform::patch::Patch;
use crate::platform::validate::LINE;

/// A paper a person has or lacks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddIdentityDocument {
    /// Made by the client when it works offline.
    pub id: Option<IdentityDocumentId>,
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
    /// Checks everything that needs no database.
    pub fn validate(self, position: i16, ctx: &mut Reading<'_>) -> Paper {
        ctx.code("type", "document", Some(&self.type_));
        ctx.country("country", self.country.as_ref());
        ctx.not_future("issued_on", self.issued_on);
        ctx.in_order("expires_on", self.issued_on, self.expires_on);
        let row = NewIdentityDocument {
            id: self.id.unwrap_or_else(IdentityDocumentId::new),
            migrant_id: ctx.owner,
            type_: self.type_,
            country: self.country,
            number_sealed: None,
            issued_on: self.issued_on,
            expires_on: self.expires_on,
            held_by: ctx.text("held_by", self.held_by, LINE),
            position,
        };
        let number = ctx.text("number", self.number, 60);
        Paper { row, number }
    }
}

/// An edit of a paper.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateIdentityDocument {
    /// A code of list document.
    #[serde(rename = "type")]
    #[schema(example = "NID")]
    pub type_: Option<String>,
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
    /// Checks everything that needs no database, against the paper as it is; gives the row's changes and the number's.
    pub fn validate(
        self,
        before: &IdentityDocument,
        ctx: &mut Reading<'_>,
    ) -> (IdentityDocumentChanges, Option<Option<String>>) {
        ctx.code("type", "document", self.type_.as_ref());
        ctx.country("country", self.country.as_set());
        let (issued_on, expires_on) = (self.issued_on.into_change(), self.expires_on.into_change());
        ctx.not_future("issued_on", issued_on.flatten());
        ctx.not_future("ended_on", self.ended_on.as_set().copied());
        let (issued, expires) =
            (issued_on.unwrap_or(before.issued_on), expires_on.unwrap_or(before.expires_on));
        ctx.in_order("expires_on", issued, expires);
        let number = ctx.changed_text("number", self.number, 60);
        let changes = IdentityDocumentChanges {
            country: self.country.into_change(),
            number_sealed: None,
            type_: self.type_,
            issued_on,
            expires_on,
            held_by: ctx.changed_text("held_by", self.held_by, LINE),
            ended_on: self.ended_on.into_change(),
        };
        (changes, number)
    }
}

/// A number as it is shown: enough to tell papers apart on a screen, too little to use one. Its length is not told.
pub fn masked(number: &str) -> String {
    let characters: Vec<char> = number.chars().filter(|c| c.is_alphanumeric()).collect();
    let shown = if characters.len() >= 7 { 3 } else { 0 };
    let end: String = characters[characters.len() - shown..].iter().collect();
    format!("•••{end}")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_number_shows_its_end_and_not_its_length() {
        for (number, shown) in [
            ("P0000123A", "•••23A"),
            ("P-0000-12.3", "•••123"),
            ("171234567890123", "•••123"),
            ("123456", "•••"),
            ("ñ", "•••"),
        ] {
            assert_eq!(masked(number), shown, "{number}");
        }
    }
}
