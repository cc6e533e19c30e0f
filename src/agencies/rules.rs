//! What an agency and its contacts must be before they are written down.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Agency, AgencyChanges, ContactChanges, NewAgency, NewContact};
pub use super::services::rules::Capacity;
use crate::auth::{Actor, Permission};
use crate::ids::{AgencyContactId, AgencyId};
use crate::offices::rules::{DayHours, check_hours, country_of};
use crate::platform::error::FieldErrors;
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE, PROSE};
use crate::reference::choices::Choices;

/// What an actor may do to an agency now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AgencyVerb)]
pub enum Verb {
    /// Change any field, or retire it.
    Edit,
    /// Add and edit the people to phone there.
    EditContacts,
    /// Add a service.
    AddService,
}

/// What `actor` may do to any agency.
pub fn allowed(actor: &Actor) -> Vec<Verb> {
    if actor.may(Permission::ManageAgencies) {
        vec![Verb::Edit, Verb::EditContacts, Verb::AddService]
    } else {
        vec![]
    }
}

/// Whether `actor` is shown all of an agency: desk staff of every one, a partner of its own.
pub fn sees_whole(actor: &Actor, agency: AgencyId) -> bool {
    actor.agency.is_none_or(|own| own == agency)
}

/// A new agency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAgency {
    /// Made by the client, or left out.
    pub id: Option<AgencyId>,
    /// Full name.
    #[schema(example = "Clínica Jurídica Ficticia")]
    pub name: String,
    /// How people call it.
    #[schema(example = "CJF")]
    pub acronym: Option<String>,
    /// A code of list `partner_type`.
    #[serde(rename = "type")]
    #[schema(example = "22")]
    pub type_: String,
    /// The one registered mailbox for notices; no two live agencies share one.
    #[schema(example = "buzon@clinica.example")]
    pub mailbox: String,
    /// en, es, fr or fil: the language of its notices.
    #[schema(example = "es")]
    pub language: String,
    /// Phone, with the country's code or as written there.
    pub phone: Option<String>,
    /// Public address, beginning with https:// or http://.
    #[schema(example = "https://clinica.example")]
    pub website: Option<String>,
    /// One line for people.
    pub address: Option<String>,
    /// Where it stands; a code of territories.
    #[schema(example = "EC-1701")]
    pub territory: Option<String>,
    /// IANA zone of its hours.
    #[schema(example = "America/Guayaquil")]
    pub time_zone: String,
    /// Weekly hours.
    #[serde(default)]
    pub hours: Vec<DayHours>,
    /// What desks know about working with it; never shown to a partner.
    pub notes: Option<String>,
}

impl CreateAgency {
    /// Checks everything that needs no database and notes what does.
    pub fn validate(self, choices: &mut Choices) -> NewAgency {
        let errors = &mut choices.errors;
        check_hours(errors, &self.hours);
        let country = self.territory.as_deref().map(country_of).unwrap_or_default();
        let new = NewAgency {
            id: self.id.unwrap_or_else(AgencyId::new),
            name: validate::required(errors, "name", Some(self.name), LINE),
            acronym: validate::text(errors, "acronym", self.acronym, LINE),
            type_: self.type_,
            mailbox: mailbox(errors, self.mailbox),
            language: validate::interface_language(errors, "language", self.language),
            phone: validate::phone(errors, "phone", self.phone, &country),
            website: website(errors, self.website),
            address: validate::text(errors, "address", self.address, LINE),
            territory: self.territory,
            time_zone: validate::time_zone(errors, "time_zone", self.time_zone),
            hours: serde_json::json!(self.hours),
            notes: validate::text(errors, "notes", self.notes, PROSE),
            external_key: None,
        };
        choices.code("type", "partner_type", &new.type_);
        if let Some(territory) = &new.territory {
            choices.territory("territory", territory);
        }
        new
    }
}

/// What an edit of an agency says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateAgency {
    /// Full name.
    pub name: Option<String>,
    /// How people call it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub acronym: Patch<String>,
    /// A code of list `partner_type`. The one it has may have been retired since.
    #[serde(rename = "type")]
    pub type_: Option<String>,
    /// The one registered mailbox.
    pub mailbox: Option<String>,
    /// en, es, fr or fil.
    pub language: Option<String>,
    /// Phone.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub phone: Patch<String>,
    /// Public address.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub website: Patch<String>,
    /// One line for people.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub address: Patch<String>,
    /// Where it stands.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub territory: Patch<String>,
    /// IANA zone of its hours.
    pub time_zone: Option<String>,
    /// Weekly hours.
    pub hours: Option<Vec<DayHours>>,
    /// What desks know about working with it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub notes: Patch<String>,
    /// The day it ceases to be a partner; null makes it one again.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub retired_on: Patch<NaiveDate>,
}

impl UpdateAgency {
    /// Checks everything that needs no database and notes what does.
    pub fn validate(self, agency: &Agency, choices: &mut Choices) -> AgencyChanges {
        let errors = &mut choices.errors;
        if let Some(hours) = &self.hours {
            check_hours(errors, hours);
        }
        let country = self.territory.as_set().map_or_else(|| agency.country(), |code| country_of(code));
        let changes = AgencyChanges {
            name: self.name.map(|name| validate::required(errors, "name", Some(name), LINE)),
            acronym: self.acronym.into_change().map(|text| validate::text(errors, "acronym", text, LINE)),
            type_: self.type_,
            mailbox: self.mailbox.map(|address| mailbox(errors, address)),
            language: self
                .language
                .map(|language| validate::interface_language(errors, "language", language)),
            phone: self.phone.into_change().map(|phone| validate::phone(errors, "phone", phone, &country)),
            website: self.website.into_change().map(|address| website(errors, address)),
            address: self.address.into_change().map(|text| validate::text(errors, "address", text, LINE)),
            territory: self.territory.into_change(),
            time_zone: self.time_zone.map(|zone| validate::time_zone(errors, "time_zone", zone)),
            hours: self.hours.map(|hours| serde_json::json!(hours)),
            notes: self.notes.into_change().map(|text| validate::text(errors, "notes", text, PROSE)),
            retired_on: self.retired_on.into_change(),
            external_key: None,
        };
        if let Some(type_) = changes.type_.as_deref().filter(|type_| *type_ != agency.type_) {
            choices.code("type", "partner_type", type_);
        }
        if let Some(Some(territory)) = &changes.territory {
            choices.territory("territory", territory);
        }
        changes
    }
}

/// A new person to phone at an agency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateAgencyContact)]
pub struct CreateContact {
    /// Made by the client, or left out.
    pub id: Option<AgencyContactId>,
    /// Whom to ask for.
    #[schema(example = "Lucía Ejemplo")]
    pub name: String,
    /// What they do there.
    pub title: Option<String>,
    /// Phone, with the country's code or as written there.
    pub phone: Option<String>,
    /// Their own mailbox; notices never go there.
    pub email: Option<String>,
}

impl CreateContact {
    /// Checks everything; phones are read as in the agency's country.
    pub fn validate(self, agency: &Agency, errors: &mut FieldErrors) -> NewContact {
        NewContact {
            id: self.id.unwrap_or_else(AgencyContactId::new),
            agency_id: agency.id,
            name: validate::required(errors, "name", Some(self.name), LINE),
            title: validate::text(errors, "title", self.title, LINE),
            phone: validate::phone(errors, "phone", self.phone, &agency.country()),
            email: validate::email(errors, "email", self.email),
        }
    }
}

/// What an edit of a contact says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateAgencyContact)]
pub struct UpdateContact {
    /// Whom to ask for.
    pub name: Option<String>,
    /// What they do there.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub title: Patch<String>,
    /// Phone.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub phone: Patch<String>,
    /// Their own mailbox.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub email: Patch<String>,
    /// The day they cease to be a contact.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub ended_on: Patch<NaiveDate>,
}

impl UpdateContact {
    /// Checks everything; phones are read as in the agency's country.
    pub fn validate(self, agency: &Agency, errors: &mut FieldErrors) -> ContactChanges {
        let country = agency.country();
        ContactChanges {
            name: self.name.map(|name| validate::required(errors, "name", Some(name), LINE)),
            title: self.title.into_change().map(|text| validate::text(errors, "title", text, LINE)),
            phone: self.phone.into_change().map(|phone| validate::phone(errors, "phone", phone, &country)),
            email: self.email.into_change().map(|email| validate::email(errors, "email", email)),
            ended_on: self.ended_on.into_change(),
        }
    }
}

fn mailbox(errors: &mut FieldErrors, address: String) -> String {
    let before = errors.0.len();
    validate::email(errors, "mailbox", Some(address)).unwrap_or_else(|| {
        if errors.0.len() == before {
            errors.add("mailbox", "required", "Must not be empty.");
        }
        String::new()
    })
}

/// A web address that a screen can safely make a link of.
fn website(errors: &mut FieldErrors, address: Option<String>) -> Option<String> {
    let address = validate::text(errors, "website", address, LINE)?;
    if !["https://", "http://"].iter().any(|scheme| address.starts_with(scheme)) || address.contains(' ') {
        errors.add("website", "invalid_address", "Must begin with https:// or http://.");
        return None;
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_an_agency_is_told_at_once() {
        let body = serde_json::json!({ "name": "", "type": "22", "mailbox": "nobody", "language": "de",
            "website": "javascript:alert(1)", "time_zone": "Nowhere", "phone": "12", "territory": "EC-1701",
            "hours": [{ "day": 8, "from": "08:00", "until": "09:00" }] });
        let mut choices = Choices::new();
        serde_json::from_value::<CreateAgency>(body).expect("shape").validate(&mut choices);
        let found: Vec<String> = choices.errors.0.into_iter().map(|error| error.pointer).collect();
        assert_eq!(found, ["/hours/0", "/name", "/mailbox", "/language", "/phone", "/website", "/time_zone"]);
    }
}
