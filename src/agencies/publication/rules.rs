//! What may be shown, and what a publication must be before it is written down.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::ServiceId;
use crate::platform::error::{Error, FieldErrors};

crate::words! {
    /// What may be shown of an agency beyond its name, website and services.
    PublicFact {
        /// Its phone.
        Phone = "phone",
        /// Its address and where it stands. Never for a place where people hide.
        Address = "address",
        /// Its registered mailbox.
        Mailbox = "mailbox",
    }
}

/// Shows an agency to the whole world, or no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishAgency {
    /// Whether it is in the open directory.
    pub published: bool,
    /// What is shown beyond its name, website and services.
    #[serde(default)]
    #[schema(example = json!(["phone"]))]
    pub facts: Vec<PublicFact>,
    /// Services of it that are not shown.
    #[serde(default)]
    pub hidden_services: Vec<ServiceId>,
}

/// A checked publication.
#[derive(Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Shown {
    pub facts: Vec<PublicFact>,
    pub hidden_services: Vec<ServiceId>,
}

impl PublishAgency {
    /// Checks it against the services the agency has; `None` when it is to be shown no more.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(mut self, services: &[ServiceId]) -> Result<Option<Shown>, Error> {
        let mut errors = FieldErrors::new();
        for (at, service) in self.hidden_services.iter().enumerate() {
            if !services.contains(service) {
                errors.add(format!("hidden_services/{at}"), "unknown", "The agency has no such service.");
            }
        }
        if !self.published && !self.facts.is_empty() {
            errors.add("facts", "not_published", "Nothing is shown of what is not published.");
        }
        self.facts.sort_unstable();
        self.facts.dedup();
        self.hidden_services.sort_unstable();
        self.hidden_services.dedup();
        let shown = Shown { facts: self.facts, hidden_services: self.hidden_services };
        errors.finish(self.published.then_some(shown))
    }
}

/// What of an agency the whole world sees.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgencyPublication {
    /// Whether it is in the open directory.
    pub published: bool,
    /// What is shown beyond its name, website and services.
    pub facts: Vec<PublicFact>,
    /// Services of it that are not shown.
    pub hidden_services: Vec<ServiceId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_services_are_hidden_and_nothing_is_shown_of_what_is_not_published() {
        let (own, strange) = (ServiceId::new(), ServiceId::new());
        let asked = |published, facts: &[PublicFact], hidden: &[ServiceId]| {
            PublishAgency { published, facts: facts.to_vec(), hidden_services: hidden.to_vec() }
                .validate(&[own])
        };
        let twice = [PublicFact::Address, PublicFact::Phone, PublicFact::Address];
        let shown = asked(true, &twice, &[own]).expect("valid").expect("shown");
        assert_eq!(shown.facts, [PublicFact::Phone, PublicFact::Address]);
        assert_eq!(shown.hidden_services, [own]);
        assert_eq!(asked(false, &[], &[]).expect("valid"), None);
        assert!(asked(true, &[], &[strange]).is_err());
        assert!(asked(false, &twice, &[]).is_err());
    }
}
