//! Records as HSDS 3.1 writes them. What is not known is left out: its schemas know no null.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::ids::{self, part, taxonomy};
use super::model::Words;
use super::rules::{Entry, Offer, TAXONOMIES, Term, schedules};
use crate::agencies::rules::Capacity;
use crate::platform::text::{Language, Text, say, texts};
use crate::reference::rules::LabelLanguage;

/// Leaves out what is null, at every depth.
fn known(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(fields.map(|(name, value)| (name, known(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(known).collect()),
        other => other,
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A text of ours in the language of the answer.
fn told(language: LabelLanguage, text: Text) -> String {
    say(language.word().parse().unwrap_or(Language::En), text, &[])
}

/// Id and last change of a service, and nothing else.
pub fn minimal(offer: Offer<'_>) -> Value {
    let modified = moment(offer.entry.service_modified_at(offer.service));
    json!({ "id": offer.service.id, "modified_date": modified, "last_modified": modified })
}

/// A service with what it has one of: the row of a list.
pub fn service_row(offer: Offer<'_>, words: &Words) -> Value {
    known(service_fields(offer, words))
}

fn service_fields(Offer { entry, service }: Offer<'_>, words: &Words) -> Value {
    let free = service.cost.is_none();
    json!({
        "id": service.id,
        "organization_id": entry.agency.id,
        "name": service.name,
        "description": service.description,
        "url": entry.agency.website,
        "email": entry.mailbox(),
        "status": "active",
        "fees_description": if free { told(words.language, texts::HSDS_FREE) } else { service.cost.clone().unwrap_or_default() },
        "minimum_age": service.min_age,
        "maximum_age": service.max_age,
        "assured_date": service.last_confirmed_on,
        "last_modified": moment(entry.service_modified_at(service)),
        "organization": organization_fields(entry, words),
    })
}

/// A service with everything that hangs on it.
pub fn service(offer: Offer<'_>, words: &Words) -> Value {
    let mut whole = service_without_places(offer, words);
    if let Some(location) = location(offer.entry, words) {
        let mut place = service_at_location_fields(offer);
        place["location"] = location;
        whole["service_at_locations"] = json!([place]);
    }
    known(whole)
}

fn service_without_places(offer: Offer<'_>, words: &Words) -> Value {
    let Offer { entry, service } = offer;
    let id = service.id.0;
    let mut whole = service_fields(offer, words);
    whole["phones"] = phones(entry);
    whole["schedules"] = opening(offer);
    whole["service_areas"] = service.territories.iter().map(|code| {
        let name = words.place(code).map(|place| place.name.as_str());
        json!({ "id": part(id, "service_area", code), "service_id": id, "name": name, "extent": code, "extent_type": "text" })
    }).collect();
    whole["languages"] = service.languages.iter().map(|code| {
        json!({ "id": part(id, "language", code), "service_id": id, "code": code, "name": words.spoken(code) })
    }).collect();
    whole["required_documents"] = service.required_documents.iter().map(|code| {
        json!({ "id": part(id, "required_document", code), "service_id": id, "document": words.document(code) })
    }).collect();
    whole["cost_options"] = match &service.cost {
        Some(cost) => {
            json!([{ "id": part(id, "cost_option", ""), "service_id": id, "amount_description": cost }])
        }
        None => json!([{ "id": part(id, "cost_option", ""), "service_id": id, "amount": 0,
                         "option": told(words.language, texts::HSDS_FREE) }]),
    };
    whole["attributes"] = attributes(offer, words);
    whole["capacities"] = capacities(offer, words.language);
    whole
}

/// Only that a service is full is told in numbers; how many places the others have nobody told.
fn capacities(Offer { service, .. }: Offer<'_>, language: LabelLanguage) -> Value {
    let (Capacity::Full, Some(at)) = (service.capacity, service.capacity_at) else { return json!([]) };
    let id = service.id.0;
    json!([{
        "id": part(id, "capacity", ""), "service_id": id, "available": 0, "updated": moment(at),
        "unit": { "id": part(uuid::Uuid::nil(), "unit", "place"), "name": told(language, texts::HSDS_UNIT_PLACE) },
    }])
}

/// What is offered and for whom, as terms.
fn attributes(Offer { service, .. }: Offer<'_>, words: &Words) -> Value {
    let sexes: Vec<String> = service.sexes.iter().map(i16::to_string).collect();
    let codes = [("service", &service.codes), ("mobility", &service.mobility), ("sex", &sexes)];
    let terms = codes.into_iter().flat_map(|(list, codes)| codes.iter().map(move |code| (list, code)));
    terms
        .filter_map(|(list, code)| words.term(list, code))
        .map(|term| {
            let key = format!("{} {}", term.list, term.code);
            let link_type = if term.list == "service" { "service" } else { "eligibility" };
            json!({
                "id": part(service.id.0, "attribute", &key), "link_id": service.id, "link_entity": "service",
                "link_type": link_type, "taxonomy_term_id": term.id(), "taxonomy_term": self::term(term, words),
            })
        })
        .collect()
}

fn opening(offer: Offer<'_>) -> Value {
    let (id, offset) = (offer.service.id.0, offer.entry.offset);
    let hours = offer.entry.hours(offer.service);
    let zone = f64::from(offset.local_minus_utc()) / 3600.0;
    let schedule = |(days, from, until): (String, &str, &str)| {
        json!({
            "id": part(id, "schedule", &format!("{from} {until}")), "service_id": id, "freq": "WEEKLY", "wkst": "MO",
            "byday": days, "timezone": zone, "opens_at": format!("{from}{offset}"), "closes_at": format!("{until}{offset}"),
        })
    };
    schedules(&hours).into_iter().map(schedule).collect()
}

fn phones(entry: &Entry) -> Value {
    let id = entry.agency.id.0;
    let phone = |number| json!({ "id": part(id, "phone", ""), "organization_id": id, "number": number, "type": "voice" });
    entry.phone().map(phone).into_iter().collect()
}

/// An agency with what it has one of: the row of a list.
pub fn organization_row(entry: &Entry, words: &Words) -> Value {
    known(organization_fields(entry, words))
}

fn organization_fields(entry: &Entry, words: &Words) -> Value {
    json!({
        "id": entry.agency.id,
        "name": entry.agency.name,
        "alternate_name": entry.agency.acronym,
        // HSDS wants a description; what desks write about working with an agency is not for the world.
        "description": words.partner(&entry.agency.type_),
        "email": entry.mailbox(),
        "website": entry.agency.website,
    })
}

/// An agency with everything that hangs on it; its services whole, or by name alone.
pub fn organization(entry: &Entry, words: &Words, whole_services: bool) -> Value {
    let mut whole = organization_fields(entry, words);
    let services = entry.services.iter().map(|service| Offer { entry, service });
    whole["services"] = services
        .map(|offer| match whole_services {
            true => service(offer, words),
            false => json!({ "id": offer.service.id, "name": offer.service.name, "status": "active" }),
        })
        .collect();
    whole["phones"] = phones(entry);
    whole["locations"] = location(entry, words).into_iter().collect();
    if let Some(key) = &entry.agency.external_key {
        let id = entry.agency.id.0;
        whole["organization_identifiers"] = json!([{
            "id": part(id, "identifier", ""), "organization_id": id, "identifier": key,
            "identifier_type": told(words.language, texts::HSDS_REGISTER_KEY),
        }]);
    }
    known(whole)
}

/// The agency's own place, when it is shown.
fn location(entry: &Entry, words: &Words) -> Option<Value> {
    let place = words.place(entry.place()?)?;
    let top = place.lineage.first().and_then(|top| words.place(top)).unwrap_or(place);
    let id = entry.agency.id.0;
    // HSDS wants all five lines of an address; a postal code is not kept, and an agency may have told no street.
    let address = json!({
        "id": part(id, "address", ""), "location_id": id, "address_1": entry.address().unwrap_or(&place.name), "city": place.name,
        "state_province": top.name, "postal_code": "", "country": place.country, "address_type": "physical",
    });
    Some(json!({
        "id": id, "organization_id": id, "location_type": "physical", "name": entry.agency.name, "addresses": [address],
        "external_identifier": place.code, "external_identifier_type": "territory",
    }))
}

fn service_at_location_fields(Offer { entry, service }: Offer<'_>) -> Value {
    json!({ "id": service.id, "service_id": service.id, "location_id": entry.agency.id })
}

/// A service at its agency's place: with the place and the service, the service whole if asked for; `None` where the
/// place is not shown.
pub fn service_at_location(offer: Offer<'_>, words: &Words, whole: bool) -> Option<Value> {
    let mut at = service_at_location_fields(offer);
    at["location"] = location(offer.entry, words)?;
    if whole {
        at["service"] = service_without_places(offer, words);
        at["phones"] = phones(offer.entry);
        at["schedules"] = opening(offer);
        at["service_areas"] = at["service"]["service_areas"].clone();
    } else {
        at["service"] = service_fields(offer, words);
        if let Some(location) = at["location"].as_object_mut() {
            location.remove("addresses");
        }
    }
    Some(known(at))
}

/// A code list as a taxonomy.
pub fn taxonomy_of(list: &str, language: LabelLanguage, public_url: &str) -> Value {
    let name = match list {
        "service" => texts::HSDS_TAXONOMY_SERVICE,
        "mobility" => texts::HSDS_TAXONOMY_MOBILITY,
        _ => texts::HSDS_TAXONOMY_SEX,
    };
    let id = taxonomy(list);
    json!({
        "id": id, "name": list, "description": told(language, name),
        "uri": format!("{public_url}/api/v1/hsds/taxonomies/{id}"),
    })
}

/// All taxonomies.
pub fn taxonomies(language: LabelLanguage, public_url: &str) -> Vec<Value> {
    TAXONOMIES.iter().map(|list| taxonomy_of(list, language, public_url)).collect()
}

/// A code as a term; its description says in what it lies.
pub fn term(term: &Term, words: &Words) -> Value {
    let label = words.label(&term.labels);
    let parent = term.parent.as_deref().and_then(|parent| words.term(term.list, parent));
    known(json!({
        "id": term.id(),
        "code": term.code,
        "name": label,
        "description": parent.map_or_else(|| label.to_owned(), |parent| format!("{} › {label}", words.label(&parent.labels))),
        "parent_id": parent.map(Term::id),
        "taxonomy": term.list,
        "taxonomy_id": ids::taxonomy(term.list),
        "language": words.language.word(),
    }))
}
