//! Resources as FHIR R4 (4.0.1) writes them. What is not known is left out: FHIR knows no null.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::model::Shown;
use super::rules::{gender, request_priority, request_status, task_status};
use crate::referrals::model::Referral;

/// Where ids and codes of this installation are at home.
#[derive(Clone, Copy)]
pub struct Home<'a>(pub &'a str);

impl Home<'_> {
    fn base(self) -> String {
        format!("{}/api/v1", self.0)
    }

    fn coded(self, list: &str, code: &str) -> Value {
        json!({ "coding": [{ "system": format!("{}/code-lists/{list}", self.base()), "code": code }] })
    }

    fn identifier(self, of: &str, value: impl ToString) -> Value {
        json!({ "system": format!("{}/{of}", self.base()), "value": value.to_string() })
    }
}

/// Leaves out what is null or empty, at every depth.
fn known(value: Value) -> Value {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (name, known(value)));
            Value::Object(fields.filter(|(_, value)| !empty(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(known).collect()),
        other => other,
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// What every resource of a referral begins with.
fn meta(referral: &Referral) -> Value {
    json!({ "versionId": referral.version.to_string(), "lastUpdated": instant(referral.updated_at) })
}

/// What is asked for.
pub fn service_request(shown: &Shown, home: Home<'_>) -> Value {
    let referral = &shown.referral;
    let standing = &referral.standing;
    let words = [&referral.message, &referral.contact_how].into_iter().flatten().filter(|_| !shown.hidden);
    let replaces = referral.replaces_id.filter(|_| shown.to_desk);
    known(json!({
        "resourceType": "ServiceRequest",
        "id": referral.id,
        "meta": meta(referral),
        "contained": contained(shown, home),
        "identifier": [home.identifier("referrals", &referral.number)],
        "replaces": replaces.map(|id| json!([{ "reference": format!("ServiceRequest/{id}") }])),
        "status": request_status(standing.state),
        "intent": "order",
        "priority": request_priority(standing.priority),
        "code": home.coded("service", service_code(shown)),
        "subject": { "reference": "#client" },
        "authoredOn": instant(standing.sent_at.unwrap_or(referral.created_at)),
        "requester": { "reference": "#desk" },
        "performer": [{ "reference": "#agency" }],
        "note": words.map(|text| json!({ "text": text })).collect::<Vec<_>>(),
    }))
}

/// Those who may not know more are told the category.
fn service_code(shown: &Shown) -> &str {
    let code = shown.referral.service.as_str();
    if shown.hidden { code.split('-').next().unwrap_or(code) } else { code }
}

/// What the agency does about it.
pub fn task(shown: &Shown, home: Home<'_>) -> Value {
    let mut task = task_row(&shown.referral, home);
    let standing = &shown.referral.standing;
    task["contained"] = contained(shown, home);
    task["for"] = json!({ "reference": "#client" });
    task["requester"] = json!({ "reference": "#desk" });
    task["owner"] = json!({ "reference": "#agency" });
    if let (true, false, Some(text)) = (shown.to_desk, shown.hidden, &standing.reason_text) {
        task["statusReason"]["text"] = json!(text);
    }
    task["input"] = inputs(&shown.disclosed, home);
    if let Some(at) = standing.appointment_at {
        let appointment = json!({ "type": { "text": "appointment" }, "valueDateTime": instant(at) });
        match task["output"].as_array_mut() {
            Some(outputs) => outputs.push(appointment),
            None => task["output"] = json!([appointment]),
        }
    }
    known(task)
}

/// The task without anything about the person.
pub fn task_row(referral: &Referral, home: Home<'_>) -> Value {
    let standing = &referral.standing;
    let outcome = standing.outcome.map(|outcome| {
        json!([{ "type": { "text": "outcome" }, "valueCodeableConcept": home.coded("referral_outcome", outcome.word()) }])
    });
    known(json!({
        "resourceType": "Task",
        "id": referral.id,
        "meta": meta(referral),
        "identifier": [home.identifier("referrals", &referral.number)],
        "status": task_status(standing.state),
        "statusReason": standing.reason.as_deref().map(|reason| home.coded("referral_reason", reason)),
        "businessStatus": home.coded("referral_status", standing.state.word()),
        "intent": "order",
        "priority": request_priority(standing.priority),
        "focus": { "reference": format!("ServiceRequest/{}", referral.id) },
        "authoredOn": instant(standing.sent_at.unwrap_or(referral.created_at)),
        "lastModified": instant(referral.updated_at),
        "requester": { "identifier": home.identifier("offices", referral.office_id) },
        "owner": { "identifier": home.identifier("agencies", referral.agency_id) },
        "restriction": { "period": { "end": standing.decide_by.map(instant) } },
        "executionPeriod": { "start": standing.began_on, "end": standing.ended_at.filter(|_| standing.began_on.is_some()).map(instant) },
        "output": outcome,
    }))
}

/// The person as far as disclosed, the desk, and the agency.
fn contained(shown: &Shown, home: Home<'_>) -> Value {
    let (referral, inbox) = (&shown.referral, &shown.inbox);
    let phone = inbox.office_phone.as_ref().map(|phone| json!([{ "system": "phone", "value": phone }]));
    let desk = json!({
        "resourceType": "Organization", "id": "desk", "name": inbox.office, "telecom": phone,
        "identifier": [home.identifier("offices", referral.office_id)],
    });
    let agency = json!({
        "resourceType": "Organization", "id": "agency", "name": inbox.agency,
        "identifier": [home.identifier("agencies", referral.agency_id)],
    });
    json!([patient(&shown.disclosed), desk, agency])
}

/// The person, as what was disclosed has it.
fn patient(disclosed: &Map<String, Value>) -> Value {
    let text = |fact: &str| disclosed.get(fact).and_then(Value::as_str);
    let texts = |fact: &str| {
        disclosed.get(fact).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    };
    let sex = disclosed.get("sex").and_then(Value::as_i64).and_then(|sex| i16::try_from(sex).ok());
    let nationality = text("nationality").map(|country| {
        let coded = json!({ "coding": [{ "system": "urn:iso:std:iso:3166", "code": country }] });
        json!([{ "url": "http://hl7.org/fhir/StructureDefinition/patient-nationality",
                 "extension": [{ "url": "code", "valueCodeableConcept": coded }] }])
    });
    let spoken = |code: &str| json!({ "language": { "coding": [{ "system": "urn:iso:std:iso:639:-3", "code": code }] } });
    json!({
        "resourceType": "Patient",
        "id": "client",
        "extension": nationality,
        "name": text("name").map(|name| json!([{ "text": name }])),
        "telecom": texts("phone").map(|number| json!({ "system": "phone", "value": number })).collect::<Vec<_>>(),
        "gender": sex.map(gender),
        "birthDate": text("birth_date").map(|day| birth_date(day, text("birth_precision"))),
        "address": text("place").map(|place| json!([{ "text": place }])),
        "communication": texts("languages").map(spoken).collect::<Vec<_>>(),
    })
}

/// A day of birth as exact as it is known: of an estimated one the year.
fn birth_date<'a>(day: &'a str, precision: Option<&str>) -> &'a str {
    match precision {
        None | Some("day") => day,
        Some(_) => day.get(..4).unwrap_or(day),
    }
}

/// What a Patient of FHIR has no place for.
fn inputs(disclosed: &Map<String, Value>, home: Home<'_>) -> Value {
    const OF_PATIENT: [&str; 8] =
        ["name", "sex", "birth_date", "birth_precision", "nationality", "phone", "languages", "place"];
    let others =
        disclosed.iter().filter(|(fact, value)| !OF_PATIENT.contains(&fact.as_str()) && !value.is_null());
    let input = |(fact, value): (&String, &Value)| {
        let mut input = json!({ "type": home.coded("disclosure_fact", fact) });
        match value {
            Value::Number(number) if number.is_i64() => input["valueInteger"] = value.clone(),
            Value::String(text) if text.is_empty() => return None,
            Value::String(_) => input["valueString"] = value.clone(),
            other => input["valueString"] = json!(other.to_string()),
        }
        Some(input)
    };
    others.filter_map(input).collect()
}

/// A page of tasks. `next` is the address of the page after it.
pub fn search_set(tasks: &[Referral], home: Home<'_>, own: String, next: Option<String>) -> Value {
    let entry = |referral: &Referral| {
        json!({ "fullUrl": format!("{}/fhir/Task/{}", home.base(), referral.id), "resource": task_row(referral, home),
                "search": { "mode": "match" } })
    };
    let links = [("self", Some(own)), ("next", next)];
    let links =
        links.into_iter().filter_map(|(relation, url)| Some(json!({ "relation": relation, "url": url? })));
    known(json!({
        "resourceType": "Bundle", "type": "searchset", "link": links.collect::<Vec<_>>(),
        "entry": tasks.iter().map(entry).collect::<Vec<_>>(),
    }))
}

/// What can be asked here.
pub fn capability_statement(home: Home<'_>) -> Value {
    let search = [("status", "token"), ("_lastUpdated", "date")];
    let search: Vec<Value> =
        search.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect();
    let read = json!({ "code": "read" });
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-24",
        "kind": "instance",
        "software": { "name": "Migrant Desk", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "Referrals of migrant help desks, to be read", "url": format!("{}/fhir", home.base()) },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{
            "mode": "server",
            "security": { "description": "Bearer token of an account, as everywhere in this API." },
            "resource": [
                { "type": "ServiceRequest", "interaction": [read], "versioning": "no-version" },
                { "type": "Task", "interaction": [read, { "code": "search-type" }], "versioning": "no-version", "searchParam": search },
            ],
        }],
    })
}
