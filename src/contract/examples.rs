//! Examples of every body and answer, composed from those of their fields, so that a field that is added or renamed is in
//! the example by itself.
//!
//! What a field holds says, in this order: `#[schema(example = …)]` on it; its schema, when it is an id, a day, a word of
//! a closed list, a number; [`of_field`], by schema and name; [`of_name`], by its name wherever it stands. Where none of
//! them does, `tests/openapi.rs` asks for one. Bodies whose fields stand against each other are in [`whole`].

use serde_json::{Map, Value, json};

/// The id of examples.
pub const ID: &str = "01932b7e-6f00-7000-8000-000000000001";
const MOMENT: &str = "2026-11-24T14:30:00Z";
const DAY: &str = "2026-11-24";
/// Schemas within schemas, at most.
const DEEPEST: usize = 14;

/// Stands where nothing says what a field holds; `tests/openapi.rs` finds it.
pub const UNKNOWN: &str = "…";

/// Gives an example to every field that has none, and to every schema that is a body or an answer.
pub fn add(document: &mut Value) {
    let mut schemas = document["components"]["schemas"].take();
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        name_fields(name, schema);
    }
    let named =
        |schema: &Value| schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()).map(str::to_owned);
    let mut bodies = vec![];
    let mut answers = vec![];
    for operation in operations(document) {
        for content in json_of(operation.get_mut("requestBody")) {
            match named(&content["schema"]) {
                Some(name) => bodies.push(name),
                None => content["example"] = Composer::request(&schemas).of(&content["schema"], 0),
            }
        }
        for (_, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
            for content in json_of(Some(answer)) {
                match named(&content["schema"]) {
                    Some(name) => answers.push(name),
                    None => content["example"] = Composer::answer(&schemas).of(&content["schema"], 0),
                }
            }
        }
        let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
        for (_, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
            for (_, content) in answer["content"].as_object_mut().into_iter().flatten() {
                if let Some(example) = in_other_words(&name).filter(|_| content.get("example").is_none()) {
                    content["example"] = example;
                }
            }
        }
        for content in tables_of(operation.get_mut("requestBody")) {
            content["example"] =
                json!("key,name,type,mailbox\r\nA-1,Clínica Jurídica Ficticia,22,buzon@clinica.example\r\n");
        }
    }
    let composed = |name: &String, composer: Composer<'_>| {
        let example = whole(name).unwrap_or_else(|| composer.of(&schemas[name], 0));
        (name.clone(), example)
    };
    let mut examples: Vec<_> =
        answers.iter().map(|name| composed(name, Composer::answer(&schemas))).collect();
    examples.extend(bodies.iter().map(|name| composed(name, Composer::request(&schemas))));
    for (name, example) in examples {
        schemas[&name]["examples"] = json!([example]);
    }
    document["components"]["schemas"] = schemas;
}

/// Answers that are not of our own schemas.
fn in_other_words(operation: &str) -> Option<Value> {
    let reference = |kind: &str| json!({ "reference": format!("{kind}/{ID}") });
    let task = json!({ "resourceType": "Task", "id": ID, "status": "requested", "intent": "order", "priority": "urgent",
        "focus": reference("ServiceRequest"), "authoredOn": MOMENT });
    Some(match operation {
        "show_metadata" => {
            json!({ "resourceType": "CapabilityStatement", "status": "active", "kind": "instance",
            "fhirVersion": "4.0.1", "format": ["application/fhir+json"] })
        }
        "show_service_request" => json!({ "resourceType": "ServiceRequest", "id": ID, "status": "active",
            "intent": "order", "priority": "urgent", "authoredOn": MOMENT }),
        "show_task" => task,
        "search_tasks" => json!({ "resourceType": "Bundle", "type": "searchset", "total": 1,
            "entry": [{ "resource": task, "search": { "mode": "match" } }] }),
        "show_appointment" => json!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:01932b7e\r\n\
            DTSTART:20261201T140000Z\r\nSUMMARY:R-PIC-2026-000412\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ),
        _ => return None,
    })
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    paths.flat_map(|item| item.as_object_mut().into_iter().flat_map(Map::values_mut))
}

fn contents<'a>(of: Option<&'a mut Value>, kind: &'static str) -> impl Iterator<Item = &'a mut Value> {
    let all = of.and_then(|of| of.get_mut("content")).and_then(Value::as_object_mut);
    all.into_iter().flatten().filter(move |(media, _)| media.as_str() == kind).map(|(_, content)| content)
}

fn json_of(of: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    contents(of, "application/json")
}

/// A body that is a table.
fn tables_of(of: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    contents(of, "text/csv")
}

/// Texts, and lists of texts, get the example of their name.
fn name_fields(of: &str, schema: &mut Value) {
    for part in ["oneOf", "allOf", "anyOf"] {
        for inner in schema.get_mut(part).and_then(Value::as_array_mut).into_iter().flatten() {
            name_fields(of, inner);
        }
    }
    if let Some(items) = schema.get_mut("items") {
        name_fields(of, items);
    }
    for (name, field) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        name_fields(of, field);
        if is_bare(field)
            && let Some(example) = of_field(of, name).or_else(|| of_name(name))
        {
            field["example"] = if is(field, "array") { json!([example]) } else { json!(example) };
        }
    }
}

/// Whether a schema is a text, or a list of texts, and says nothing more.
fn is_bare(schema: &Value) -> bool {
    let told = ["example", "enum", "format", "$ref", "const"].iter().any(|word| schema.get(word).is_some());
    match schema.get("items") {
        Some(items) if is(schema, "array") => !told && is(items, "string") && is_bare(items),
        _ => !told && is(schema, "string"),
    }
}

fn is(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::String(only) => only == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => false,
    }
}

/// Composes an example of a schema.
struct Composer<'a> {
    schemas: &'a Value,
    /// Leaves out what a client need not say: its own ids, and what stands against another field.
    sparing: bool,
}

/// Optional fields that are left out of examples to send.
const UNSAID: &[&str] =
    &["id", "age", "override_reason", "restricted", "closed_on", "retired_on", "ended_on"];

impl<'a> Composer<'a> {
    fn request(schemas: &'a Value) -> Composer<'a> {
        Composer { schemas, sparing: true }
    }

    fn answer(schemas: &'a Value) -> Composer<'a> {
        Composer { schemas, sparing: false }
    }

    fn of(&self, schema: &Value, depth: usize) -> Value {
        if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
            return example.clone();
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return if depth > DEEPEST { Value::Null } else { self.of(&self.schemas[name], depth + 1) };
        }
        if let Some(word) = schema.get("const").or_else(|| schema["enum"].get(0)) {
            return word.clone();
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().map(|part| self.of(part, depth + 1));
            return parts
                .filter_map(|part| part.as_object().cloned())
                .flatten()
                .collect::<Map<_, _>>()
                .into();
        }
        let choices = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
        if let Some(choice) = choices.and_then(|all| all.iter().find(|one| one["type"] != "null")) {
            return self.of(choice, depth + 1);
        }
        if is(schema, "array") {
            return if depth > DEEPEST { json!([]) } else { json!([self.of(&schema["items"], depth + 1)]) };
        }
        if is(schema, "object") || schema.get("properties").is_some() {
            return self.object(schema, depth);
        }
        self.plain(schema)
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        let required =
            |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            if self.sparing && !required(name) && (UNSAID.contains(&name.as_str()) || !self.is_telling(field))
            {
                continue;
            }
            object.insert(name.clone(), self.of(field, depth + 1));
        }
        if let Some(more) = schema.get("additionalProperties").filter(|more| more.is_object()) {
            let key = if schema["propertyNames"].is_object() {
                self.of(&schema["propertyNames"], depth + 1)
            } else {
                Value::Null
            };
            let key = key.as_str().unwrap_or(ID).to_owned();
            object.insert(key, self.of(more, depth + 1));
        }
        object.into()
    }

    /// Whether an optional field is worth sending in an example: it has one of its own, or a word to choose.
    fn is_telling(&self, field: &Value) -> bool {
        let chosen = field["oneOf"].as_array().into_iter().flatten().filter_map(|one| one["$ref"].as_str());
        let chosen = chosen.chain(field["$ref"].as_str()).filter_map(|path| path.rsplit('/').next());
        field.get("example").is_some()
            || chosen.into_iter().any(|name| self.schemas[name].get("enum").is_some())
    }

    fn plain(&self, schema: &Value) -> Value {
        if is(schema, "boolean") {
            return json!(false);
        }
        if is(schema, "integer") || is(schema, "number") {
            return schema.get("minimum").cloned().unwrap_or(json!(1));
        }
        if is(schema, "string") {
            return match schema["format"].as_str() {
                Some("uuid") => json!(ID),
                Some("date-time") => json!(MOMENT),
                Some("date") => json!(DAY),
                _ => json!(UNKNOWN),
            };
        }
        if schema.get("type").is_none() { json!({}) } else { Value::Null }
    }
}

/// Bodies whose fields stand against each other, or need more than one field's own example.
fn whole(schema: &str) -> Option<Value> {
    Some(match schema {
        "RegisterMigrant" => json!({
            "office_id": ID, "given_names": "Ma. Luz", "family_names": "dela Peña", "sex": 2,
            "birth_on": "1991-04-17", "nationality": "PH", "languages": ["bik", "fil"], "territory": "PH-0500506000",
            "contact_points": [{ "kind": "phone", "value": "+639175550123", "safe": true,
                "safe_channels": ["sms"], "safe_hours": "after 18:00", "must_not_know": "the employer" }],
            "identity_documents": [{ "type": "PPT", "country": "PH", "number": "P0000000A", "held_by": "the employer" }],
            "mobility": [{ "category": "EML", "country": "KW", "from_on": "2025-02-01" }],
            "consents": [{ "purpose": "services", "given_by": "self", "how": "spoken" }],
        }),
        "UpdateMigrant" => {
            json!({ "family_names": "dela Peña Cruz", "landmark": null, "languages": ["bik", "fil"] })
        }
        "OpenCase" => json!({
            "office_id": ID, "client_kind": "IND", "channel": "PHO", "priority": "urgent",
            "people": [{ "migrant_id": ID, "role": "client", "principal": true }],
            "needs": [{ "service": "LAB-WAG", "detail": "Four months unpaid." }, { "service": "LAB-WHD" }],
            "caller": { "name": "Rosa Ficticia", "relation": "PAR", "phone": "+639175550123", "must_not_learn": false },
            "territory": "PH-0500506000", "country_of_work": "KW", "employer": "Not known yet",
            "summary": "Unpaid for four months, passport held",
        }),
        "CloseCase" => {
            json!({ "closure": "MET", "need_outcomes": { ID: "met" }, "settle_tasks": "done", "note": "She has her passport back." })
        }
        "MakeMove" => json!({ "move": "accept" }),
        "GiveConsent" => json!({ "purpose": "share_with_agency", "facts": ["name", "phone", "need_detail"],
            "given_by": "self", "how": "signed" }),
        "Description" => {
            json!({ "name": "Juan dela Cruz", "name_suffix": "Jr.", "birth_on": "1990-05-02", "sex": 1,
            "phone": "+639175550123" })
        }
        _ => return None,
    })
}

/// What a field of one schema holds, where its name means something else elsewhere.
fn of_field(schema: &str, name: &str) -> Option<&'static str> {
    Some(match (schema, name) {
        ("Me" | "Staff" | "StaffCard" | "InviteStaff" | "UpdateStaff", "name") => "Paola Inventada",
        ("Me" | "Staff" | "StaffCard" | "InviteStaff" | "UpdateStaff", "email") => "paola@desk.example",
        ("Office" | "CreateOffice" | "UpdateOffice", "name") => "Pichincha",
        ("Office" | "CreateOffice" | "UpdateOffice", "code") => "PIC",
        ("Login", "email") => "paola@desk.example",
        ("Holiday", "name") => "Independence of Quito",
        ("Job", "name") => "SendNotice",
        _ => return None,
    })
}

/// What fields of a name hold, wherever they stand.
fn of_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "access_token" => "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI…",
        "refresh_token" => "kq3Zf0b7wQ9s1m2t5x8v",
        "token" => "p7Tj2nVb4hWc9kLq1sXz",
        "password" | "new_password" => "a sentence only you know",
        "current_password" => "the sentence before",
        "acronym" | "agency_acronym" => "CAM",
        "agency" | "agency_name" => "Clínica Jurídica Ficticia",
        "external_key" => "A-1",
        "lines" => "Please say until Friday whether you can take it.",
        "office" => "Pichincha",
        "office_phone" => "+59322550123",
        "service_name" => "Legal advice",
        "subject" => "A new referral waits for you",
        "address" => "Av. Ficticia N24-660",
        "allowed" => "edit",
        "appointment_place" => "Second floor, window 4",
        "belongs_to" | "relation" | "other_is" | "caller_relation" => "PAR",
        "birth_country" | "nationality" => "VE",
        "second_nationality" => "CO",
        "country" | "country_of_work" => "KW",
        "birth_precision" => "day",
        "body" => "Came with her sister; will bring the contract on Friday.",
        "caller_name" | "other_name" | "client_name" | "contact_name" | "on_word_of" | "word_given_by" => {
            "Rosa Ficticia"
        }
        "phone" | "caller_phone" | "contact_phone" | "value" => "+639175550123",
        "category" | "mobility" => "RET",
        "channel" => "WLK",
        "channels" | "safe_channels" | "kind" => "sms",
        "safe_hours" | "hours" => "after 18:00",
        "must_not_know" => "the employer",
        "held_by" => "the employer",
        "code" | "codes" | "service" | "services" => "LEG-ADV",
        "code_name" => "Luna",
        "email" | "contact_email" | "mailbox" => "buzon@clinica.example",
        "contact_how" => "SMS after 18:00",
        "cost" => "free",
        "currency" => "USD",
        "definition" => "Cases opened within the period.",
        "description" => "Advice on stay, labour and family.",
        "detail" => "Four months unpaid.",
        "document_number" => "P0000000A",
        "employer" => "Not known yet",
        "en" | "label" => "Legal advice",
        "es" => "Asesoría legal",
        "fr" => "Conseil juridique",
        "fil" => "Payong legal",
        "facts" => "name",
        "family_names" => "dela Peña",
        "given_names" => "Ma. Luz",
        "name" => "Clínica Jurídica Ficticia",
        "name_suffix" => "Jr.",
        "other_names" => "Luz",
        "footnotes" => "A case can stand in several lines; totals count each case once.",
        "gender_identity" => "F",
        "instance" => "urn:uuid:01932b7e-6f00-7000-8000-000000000001",
        "interface_language" => "es",
        "language" | "languages" => "spa",
        "landmark" => "Behind the blue church",
        "last_error" => "connection refused",
        "last_reply" => "450 4.2.1 try again later",
        "lineage" => "EC-17",
        "lineage_names" => "Pichincha",
        "message" => "She can come on any morning.",
        "need_detail" => "Needs a lawyer for her visa.",
        "next" => "eyJrIjoiMjAyNi0xMS0yNCIsImkiOiIwMTkz",
        "note" | "notes" | "remarks" => "Prefers mornings.",
        "number" => "PIC-2026-000412",
        "occupation" => "nurse",
        "office_held" => "president",
        "official_code" => "170150",
        "outcome" => "met",
        "override_reason" => "In danger and cannot be asked.",
        "parent" => "LEG",
        "place" => "Quito",
        "purpose" => "A school for the village",
        "reason" | "reason_text" => "The family came back with new papers.",
        "required_documents" => "PPT",
        "role" => "case_worker",
        "skills" => "sewing",
        "specific_needs" => "SP",
        "standard" => "IATI 15160",
        "summary" => "Unpaid for four months, passport held",
        "territory" | "territories" => "EC-170150",
        "time_zone" | "zone" => "America/Guayaquil",
        "title" => "Phone her sister",
        "type" => "PPT",
        "website" => "https://clinica.example",
        _ => return None,
    })
}
