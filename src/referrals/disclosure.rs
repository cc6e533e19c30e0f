//! What a partner is told. Here the facts that may be told; they are read from the files as they are now in
//! [`subject`], frozen at sending and shown from the frozen copy in [`frozen`].

pub mod frozen;
pub mod subject;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The facts of a disclosure by code of list `disclosure_fact`; what is not disclosed is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Disclosed {
    /// Name as the person writes it, or the code name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Test Person")]
    pub name: Option<String>,
    /// ISO 5218: 0 not known, 1 male, 2 female.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<i16>,
    /// Age in years on the day of sending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<i32>,
    /// Day of birth; see its precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
    /// day, year or estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_precision: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nationality: Option<String>,
    /// Phone numbers that are not known to be unsafe, in E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Vec<String>>,
    /// How to contact safely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_instructions: Option<Vec<SafeContact>>,
    /// ISO 639-3 codes the person speaks, best first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// Papers the person holds; never their numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents_held: Option<Vec<HeldDocument>>,
    /// The others of the household; never their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household: Option<Vec<HouseholdMember>>,
    /// The need in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need_detail: Option<String>,
    /// Codes of list mobility that hold now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobility: Option<Vec<String>>,
    /// A code of territories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Codes of list specific_need; restricted ones are never among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specific_needs: Option<Vec<String>>,
}

/// A way to reach the person without harm.
#[derive(Debug, Clone, PartialEq, Queryable, Serialize, Deserialize, ToSchema)]
pub struct SafeContact {
    /// phone, email, messaging or address.
    pub kind: String,
    /// Which of call, sms, messaging, email, visit may be used.
    pub channels: Vec<String>,
    /// When, in words.
    pub hours: Option<String>,
    /// ISO 639-3 code to speak there.
    pub language: Option<String>,
    /// Who must not learn of it.
    pub must_not_know: Option<String>,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Queryable, Serialize, Deserialize, ToSchema)]
pub struct HeldDocument {
    /// A code of list document.
    pub r#type: String,
    /// Who issued it, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// Somebody of the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdMember {
    /// ISO 5218.
    pub sex: i16,
    /// Age in years on the day of sending.
    pub age: Option<i32>,
}
