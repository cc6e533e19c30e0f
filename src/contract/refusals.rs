//! Which refusals an operation can answer with: those that follow from its shape, and those of its own line in
//! [`super::operations`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::examples::ID;
use super::is_public;
use super::operations::Operation;
use crate::auth::Role;
use crate::platform::error::{self, Kind};
use crate::problems;

const PROBLEM: &str = "application/problem+json";
const FHIR_JSON: &str = "application/fhir+json";
/// Below here refusals are told in FHIR's words.
const FHIR: &str = "/api/v1/fhir/";

/// What an operation takes, as far as refusals depend on it.
#[derive(Debug, Default)]
struct Shape {
    public: bool,
    /// Some roles may not use it.
    closed_to_some: bool,
    names_a_record: bool,
    query: bool,
    body: bool,
    json: bool,
    /// The body holds something that can be wrong though it is of the documented type.
    free: bool,
    /// Takes a day or a moment.
    days: bool,
    /// The client may bring the id of what is made.
    takes_id: bool,
    edits: bool,
    keyed: bool,
}

impl Shape {
    fn of(
        path: &str,
        method: &str,
        operation: &Value,
        declared: Option<&Operation>,
        schemas: &Value,
    ) -> Shape {
        let parameters = || operation["parameters"].as_array().into_iter().flatten();
        let placed = |place: &str| parameters().any(|one| one["in"] == place);
        let header = |name: &str| parameters().any(|one| one["name"] == name);
        let content = &operation["requestBody"]["content"];
        let json_body = content.get("application/json").map(|it| &it["schema"]);
        let told = json_body.map(|schema| Told::of(schema, schemas)).unwrap_or_default();
        let asks_for_days = parameters().any(|one| Told::of(&one["schema"], schemas).days);
        Shape {
            public: is_public(path),
            closed_to_some: declared.is_some_and(|it| it.roles().len() < Role::ALL.len()),
            names_a_record: placed("path"),
            query: placed("query"),
            body: content.is_object(),
            json: json_body.is_some(),
            free: content.is_object() && (json_body.is_none() || told.free),
            days: told.days || asks_for_days,
            takes_id: method == "post" && told.takes_id,
            edits: header("If-Match"),
            keyed: header("Idempotency-Key"),
        }
    }

    /// Whether a refusal follows from the shape alone.
    fn leads_to(&self, kind: &Kind) -> bool {
        match kind.code {
            "internal" | "unavailable" => true,
            "sign_in_required" => !self.public,
            "forbidden" => !self.public && self.closed_to_some,
            "not_found" => self.names_a_record,
            "malformed_query" => self.query,
            "malformed_header" => self.edits || self.json || self.keyed,
            "malformed_body" | "body_too_large" | "unsupported_media_type" => self.body,
            "unknown_field" => self.json,
            "forbidden_character" => self.json || self.query,
            "moment_out_of_range" => self.days,
            "invalid_fields" => self.free,
            "id_already_used" => self.takes_id,
            "version_required" | "stale_version" => self.edits,
            _ => false,
        }
    }
}

/// What a schema holds, however deep.
#[derive(Debug, Default)]
struct Told {
    free: bool,
    days: bool,
    takes_id: bool,
}

impl Told {
    fn of(schema: &Value, schemas: &Value) -> Told {
        let mut told = Told::default();
        told.look(schema, schemas, &mut BTreeSet::new());
        let top = resolved(schema, schemas);
        told.takes_id = top["properties"].get("id").is_some();
        told
    }

    fn look(&mut self, schema: &Value, schemas: &Value, seen: &mut BTreeSet<String>) {
        if let Some(name) = name_of(schema) {
            if seen.insert(name.to_owned()) {
                self.look(&schemas[name], schemas, seen);
            }
            return;
        }
        self.days |= matches!(schema["format"].as_str(), Some("date" | "date-time"));
        let word = |kind: &Value| matches!(kind.as_str(), Some("string" | "integer" | "number" | "array"));
        let kind = &schema["type"];
        let holds_more = word(kind) || kind.as_array().is_some_and(|all| all.iter().any(word));
        self.free |= holds_more && schema.get("enum").is_none();
        for part in ["oneOf", "allOf", "anyOf"] {
            for inner in schema[part].as_array().into_iter().flatten() {
                self.look(inner, schemas, seen);
            }
        }
        for inner in schema["properties"].as_object().into_iter().flat_map(|all| all.values()) {
            self.look(inner, schemas, seen);
        }
        for inner in ["items", "additionalProperties"].iter().filter_map(|name| schema.get(name)) {
            self.look(inner, schemas, seen);
        }
    }
}

fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str().and_then(|path| path.rsplit('/').next())
}

fn resolved<'a>(schema: &'a Value, schemas: &'a Value) -> &'a Value {
    name_of(schema).map_or(schema, |name| &schemas[name])
}

/// Adds every refusal an operation can answer with, by status. The names of the examples are the codes.
pub fn add(path: &str, method: &str, operation: &mut Value, declared: Option<&Operation>, schemas: &Value) {
    let shape = Shape::of(path, method, operation, declared, schemas);
    let own = declared.map_or(&[][..], |it| it.own);
    let mut by_status: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
    for kind in problems::ALL {
        if shape.leads_to(kind) || own.iter().any(|one| one.code == kind.code) {
            by_status.entry(kind.status).or_default().push(kind);
        }
    }
    for (status, kinds) in by_status {
        operation["responses"][status.to_string()] = match kinds.as_slice() {
            several if path.starts_with(FHIR) => outcome(several),
            [only] => json!({ "$ref": format!("#/components/responses/{}", only.code) }),
            several => response(several),
        };
    }
}

/// The answer in FHIR's words.
fn outcome(kinds: &[&Kind]) -> Value {
    let codes: Vec<&str> = kinds.iter().map(|kind| kind.code).collect();
    json!({
        "description": format!("Refused: {}.", codes.join(", ")),
        "content": { FHIR_JSON: {
            "schema": { "type": "object", "description": "An OperationOutcome." },
            "example": { "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": "processing",
                "details": { "coding": [{ "code": codes[0] }] } }] },
        } },
    })
}

fn response(kinds: &[&Kind]) -> Value {
    let codes: Vec<&str> = kinds.iter().map(|kind| kind.code).collect();
    let example =
        |code: &&str| ((*code).to_owned(), json!({ "$ref": format!("#/components/examples/{code}") }));
    let examples: serde_json::Map<_, _> = codes.iter().map(example).collect();
    json!({
        "description": format!("Refused: {}.", codes.join(", ")),
        "content": { PROBLEM: { "schema": { "$ref": "#/components/schemas/Problem" }, "examples": examples } },
    })
}

/// Adds the shape of every refusal, an example of each, and the answers that hold only one.
pub fn add_components(components: &mut Value) {
    components["schemas"]["Problem"] = problem_schema();
    for kind in problems::ALL {
        components["examples"][kind.code] = json!({ "summary": kind.title, "value": example(kind) });
        components["responses"][kind.code] = response(&[kind]);
    }
}

/// As the service writes it, with a request id that is always the same.
fn example(kind: &'static Kind) -> Value {
    let mut problem = match kind.code {
        "invalid_fields" => {
            let words = "Is not a phone number; begin with + and the country's code.";
            error::field("/caller/phone", "invalid_phone", words).document()
        }
        "malformed_body" => {
            let problem = kind.problem().detail("The field channel is missing.");
            error::Error::from(problem.with("pointer", "/channel")).document()
        }
        "unknown_field" => error::Error::from(kind.problem().with("pointer", "/chanel")).document(),
        "malformed_query" => {
            let problem = kind.problem().detail("There is no such parameter.");
            error::Error::from(problem.with("parameter", "colour")).document()
        }
        "malformed_header" => error::Error::from(kind.problem().with("header", "If-Match")).document(),
        "referral_move_not_allowed" => {
            let problem = kind.problem().with("allowed", ["cancel"]).with("state", "sent");
            error::Error::from(problem).document()
        }
        "stale_version" => {
            let current = json!({ "id": ID, "version": 4 });
            error::Error::from(kind.problem().with("current", current)).document()
        }
        _ => error::Error::from(kind).document(),
    };
    problem["instance"] = json!(format!("urn:uuid:{ID}"));
    problem["request_id"] = json!(ID);
    problem
}

fn problem_schema() -> Value {
    let codes: Vec<&str> = problems::ALL.iter().map(|kind| kind.code).collect();
    let text =
        |words: &str, example: Value| json!({ "type": "string", "description": words, "example": example });
    json!({
        "type": "object",
        "description": "RFC 9457 problem details. Some codes carry further members, such as the records in the way.",
        "required": ["type", "title", "status", "code", "instance", "request_id"],
        "properties": {
            "type": text("Where the code is explained.", json!("/api/docs/problems#invalid_fields")),
            "title": text("The same for every occurrence.", json!("Some fields need another value")),
            "status": { "type": "integer", "description": "The HTTP status.", "example": 422 },
            "code": { "type": "string", "enum": codes, "description": "Stable; act on this." },
            "detail": text("A sentence on this occurrence.", json!("The field channel is missing.")),
            "instance": text("This occurrence.", json!(format!("urn:uuid:{ID}"))),
            "request_id": { "type": "string", "format": "uuid", "description": "Finds the request in the log." },
            "pointer": text("JSON pointer to what could not be read.", json!("/channel")),
            "header": text("The header that could not be read.", json!("If-Match")),
            "parameter": text("The parameter there is not.", json!("colour")),
            "current": { "description": "The record as it is now, where yours is stale." },
            "state": text("Where the record stands, when a move is refused.", json!("sent")),
            "allowed": { "type": "array", "items": { "type": "string" }, "example": ["cancel"],
                         "description": "What may be done instead, where a move is refused." },
            "errors": { "type": "array", "description": "Every field that needs another value.",
                "items": { "type": "object", "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": text("JSON pointer into the body.", json!("/caller/phone")),
                    "code": text("Stable word.", json!("invalid_phone")),
                    "detail": text("A sentence; never repeats the value.", json!("Is not a phone number.")) } } },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(method: &str, operation: &Value) -> Vec<&'static str> {
        let shape = Shape::of("/api/v1/things", method, operation, None, &json!({}));
        problems::ALL.iter().filter(|kind| shape.leads_to(kind)).map(|kind| kind.code).collect()
    }

    #[test]
    fn a_plain_list_is_refused_to_strangers_only() {
        assert_eq!(codes("get", &json!({})), ["sign_in_required", "internal", "unavailable"]);
    }

    #[test]
    fn a_body_of_fixed_words_cannot_hold_a_wrong_value() {
        let body = |field: Value| {
            json!({ "requestBody": { "content": { "application/json": { "schema": {
                "type": "object", "properties": { "capacity": field } } } } } })
        };
        let words = codes("post", &body(json!({ "type": "string", "enum": ["full"] })));
        assert!(words.contains(&"unknown_field") && !words.contains(&"invalid_fields"), "{words:?}");
        let free = codes("post", &body(json!({ "type": ["string", "null"], "format": "date" })));
        assert!(free.contains(&"invalid_fields") && free.contains(&"moment_out_of_range"), "{free:?}");
    }
}
