//! What a consent must say to be one.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::NewConsent;
use crate::ids::{AgencyId, ConsentId};
use crate::migrants::reading::Reading;

crate::words! {
    /// What may be done.
    ConsentPurpose {
        /// Giving services and keeping the file.
        Services = "services",
        /// Telling an agency.
        ShareWithAgency = "share_with_agency",
        /// Counting.
        Statistics = "statistics",
        /// Getting in touch.
        Contact = "contact",
    }
    /// Who agreed.
    ConsentGiver {
        /// The person.
        OwnSelf = "self",
        /// Who cares for them.
        Caregiver = "caregiver",
        /// Somebody else.
        Other = "other",
    }
    /// How it was given.
    ConsentForm {
        /// On paper.
        Signed = "signed",
        /// In words.
        Spoken = "spoken",
        /// By thumb-print.
        Thumbprint = "thumbprint",
    }
}

/// A consent to write down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveConsent {
    /// Made by the client when it works offline.
    pub id: Option<ConsentId>,
    /// What may be done.
    pub purpose: ConsentPurpose,
    /// Codes of list disclosure_fact that may be shared.
    #[serde(default)]
    #[schema(example = json!(["name", "phone", "need_detail"]))]
    pub facts: Vec<String>,
    /// With which agency; absent for any partner.
    pub agency_id: Option<AgencyId>,
    /// Who agreed.
    pub given_by: ConsentGiver,
    /// How.
    pub how: ConsentForm,
    /// ISO 639-3 in which it was explained.
    #[schema(example = "qvi")]
    pub language: Option<String>,
    /// When; now when absent.
    pub given_at: Option<DateTime<Utc>>,
    /// Last day it holds.
    pub valid_until: Option<NaiveDate>,
}

impl GiveConsent {
    /// Checks everything that needs no database.
    pub fn validate(self, ctx: &mut Reading<'_>) -> NewConsent {
        for (index, fact) in self.facts.iter().enumerate() {
            ctx.code(&format!("facts/{index}"), "disclosure_fact", Some(fact));
        }
        ctx.language("language", self.language.as_ref());
        if self.purpose == ConsentPurpose::ShareWithAgency && self.facts.is_empty() {
            ctx.complain("facts", "required", "Say which facts may be shared.");
        }
        let given_at = self.given_at.unwrap_or(ctx.setting.now);
        if given_at > ctx.setting.now {
            ctx.complain("given_at", "in_future", "Must not lie in the future.");
        }
        if self.valid_until.is_some_and(|day| day < given_at.date_naive()) {
            ctx.complain("valid_until", "before_start", "Must not lie before it was given.");
        }
        NewConsent {
            id: self.id.unwrap_or_else(ConsentId::new),
            migrant_id: ctx.owner,
            purpose: self.purpose,
            facts: self.facts,
            agency_id: self.agency_id,
            given_by: self.given_by,
            how: self.how,
            language: self.language,
            given_at,
            valid_until: self.valid_until,
            recorded_by: ctx.setting.by,
        }
    }
}
