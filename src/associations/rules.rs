//! What an association must be before it is written down, and who may do what with it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Association, AssociationChanges, NewAssociation};
use crate::auth::{Actor, Permission};
use crate::ids::{AssociationId, MigrantId, OfficeId};
use crate::offices::rules::country_of;
use crate::platform::error::FieldErrors;
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE, PROSE};
use crate::reference::choices::Choices;

/// What an actor may do to an association now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AssociationVerb)]
pub enum Verb {
    /// Change any field.
    Edit,
    /// Add members, and note who left.
    EditMembers,
}

/// What `actor` may do to a visible association.
pub fn allowed(actor: &Actor) -> Vec<Verb> {
    if actor.may(Permission::EditAssociations) { vec![Verb::Edit, Verb::EditMembers] } else { vec![] }
}

/// A new association.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAssociation {
    /// Made by the client, or left out.
    pub id: Option<AssociationId>,
    /// The office that registers it.
    pub office_id: OfficeId,
    /// Its name.
    #[schema(example = "Association fictive des Sédhiois")]
    pub name: String,
    /// Where it sits, ISO 3166-1 alpha-2.
    #[schema(example = "ES")]
    pub country: Option<String>,
    /// The place it belongs to; a code of territories.
    pub territory: Option<String>,
    /// How many members it says it has.
    #[schema(example = 120)]
    pub members: Option<i32>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// Phone, with the country's code or as written where it sits.
    pub contact_phone: Option<String>,
    /// Their mailbox.
    pub contact_email: Option<String>,
    /// What it wants to do.
    pub purpose: Option<String>,
}

impl CreateAssociation {
    /// Checks everything that needs no database and notes what does. The number is given when it is written.
    pub fn validate(self, choices: &mut Choices) -> NewAssociation {
        let errors = &mut choices.errors;
        check_members(errors, self.members);
        let country = seat(self.country.as_deref(), self.territory.as_deref());
        let new = NewAssociation {
            id: self.id.unwrap_or_else(AssociationId::new),
            office_id: self.office_id,
            name: validate::required(errors, "name", Some(self.name), LINE),
            country: self.country,
            territory: self.territory,
            members: self.members,
            contact_name: validate::text(errors, "contact_name", self.contact_name, LINE),
            contact_phone: validate::phone(errors, "contact_phone", self.contact_phone, &country),
            contact_email: validate::email(errors, "contact_email", self.contact_email),
            purpose: validate::text(errors, "purpose", self.purpose, PROSE),
        };
        note(choices, new.country.as_deref(), new.territory.as_deref());
        new
    }
}

/// What an edit of an association says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateAssociation {
    /// Its name.
    pub name: Option<String>,
    /// Where it sits.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub country: Patch<String>,
    /// The place it belongs to.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub territory: Patch<String>,
    /// How many members it says it has.
    #[serde(default)]
    #[schema(value_type = Option<i32>)]
    pub members: Patch<i32>,
    /// Whom to ask for.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub contact_name: Patch<String>,
    /// Phone.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub contact_phone: Patch<String>,
    /// Their mailbox.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub contact_email: Patch<String>,
    /// What it wants to do.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub purpose: Patch<String>,
    /// The day it ceased to exist.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub retired_on: Patch<NaiveDate>,
}

impl UpdateAssociation {
    /// Checks everything that needs no database and notes what does.
    pub fn validate(self, association: &Association, choices: &mut Choices) -> AssociationChanges {
        let errors = &mut choices.errors;
        check_members(errors, self.members.as_set().copied());
        let country = self.country.into_change();
        let territory = self.territory.into_change();
        let seat = seat(
            country.as_ref().unwrap_or(&association.country).as_deref(),
            territory.as_ref().unwrap_or(&association.territory).as_deref(),
        );
        let changes = AssociationChanges {
            name: self.name.map(|name| validate::required(errors, "name", Some(name), LINE)),
            members: self.members.into_change(),
            contact_name: self
                .contact_name
                .into_change()
                .map(|name| validate::text(errors, "contact_name", name, LINE)),
            contact_phone: self
                .contact_phone
                .into_change()
                .map(|phone| validate::phone(errors, "contact_phone", phone, &seat)),
            contact_email: self
                .contact_email
                .into_change()
                .map(|email| validate::email(errors, "contact_email", email)),
            purpose: self.purpose.into_change().map(|text| validate::text(errors, "purpose", text, PROSE)),
            retired_on: self.retired_on.into_change(),
            country,
            territory,
        };
        let named = |change: &Option<Option<String>>| change.clone().flatten();
        note(choices, named(&changes.country).as_deref(), named(&changes.territory).as_deref());
        changes
    }
}

/// A person who joins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// A person with a file that you may see.
    pub migrant_id: MigrantId,
    /// What they are in it.
    #[schema(example = "présidente")]
    pub office_held: Option<String>,
    /// Since.
    pub joined_on: Option<NaiveDate>,
}

/// A person who leaves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveAssociation {
    /// Since; today when left out.
    pub left_on: Option<NaiveDate>,
}

/// Refuses a last day before the first.
pub fn check_stay(errors: &mut FieldErrors, joined_on: Option<NaiveDate>, left_on: NaiveDate) {
    if joined_on.is_some_and(|joined| left_on < joined) {
        errors.add("left_on", "before_joined_on", "Must not be before the day the person joined.");
    }
}

fn check_members(errors: &mut FieldErrors, members: Option<i32>) {
    if members.is_some_and(|members| members < 0) {
        errors.add("members", "out_of_range", "Must not be below zero.");
    }
}

/// The country phones are read in: where it sits, else where the place it belongs to lies.
fn seat(country: Option<&str>, territory: Option<&str>) -> String {
    country.map(str::to_owned).or_else(|| territory.map(country_of)).unwrap_or_default()
}

fn note(choices: &mut Choices, country: Option<&str>, territory: Option<&str>) {
    if let Some(country) = country {
        choices.country("country", country);
    }
    if let Some(territory) = territory {
        choices.territory("territory", territory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_an_association_is_told_at_once() {
        let body = serde_json::json!({ "office_id": uuid::Uuid::nil(), "name": " ", "members": -1,
            "contact_phone": "12", "contact_email": "nobody" });
        let mut choices = Choices::new();
        serde_json::from_value::<CreateAssociation>(body).expect("shape").validate(&mut choices);
        let found: Vec<String> = choices.errors.0.into_iter().map(|error| error.pointer).collect();
        assert_eq!(found, ["/members", "/name", "/contact_phone", "/contact_email"]);
    }

    #[test]
    fn nobody_leaves_before_joining() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day);
        for (joined, left, faults) in [(day(1), day(1), 0), (day(2), day(1), 1), (None, day(1), 0)] {
            let mut errors = FieldErrors::new();
            check_stay(&mut errors, joined, left.expect("a day"));
            assert_eq!(errors.0.len(), faults);
        }
    }
}
