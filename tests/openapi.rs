//! The committed description of the API is what the handlers say, and says enough.

#[path = "support/schema.rs"]
mod schema;

use std::collections::{BTreeMap, BTreeSet};

use migrant_desk::auth::Role;
use migrant_desk::contract::{is_public, operations};
use migrant_desk::platform::text::Text;
use migrant_desk::{problems, wiring};
use schema::complaints;
use serde_json::Value;

fn document() -> Value {
    wiring::openapi()
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("methods").iter();
        methods.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    });
    all.collect()
}

#[test]
fn openapi_json_is_current() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let mut written = serde_json::to_string_pretty(&document()).expect("json");
    written.push('\n');
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(file, &written).expect("written");
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert!(committed == written, "run ./dev test --test openapi with UPDATE_OPENAPI=1");
}

#[test]
fn every_operation_says_what_it_does_where_it_belongs_and_how_it_refuses() {
    let document = document();
    assert_eq!(document["openapi"].as_str().map(|v| &v[..3]), Some("3.1"));
    for (name, operation) in operations(&document) {
        assert!(operation["summary"].as_str().is_some_and(|s| s.len() > 5), "{name} has no summary");
        assert!(operation["tags"][0].is_string(), "{name} has no tag");
        let responses = operation["responses"].as_object().expect("responses");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name} never succeeds");
        for (status, response) in responses {
            let told = response["description"].is_string() || response["$ref"].is_string();
            assert!(told, "{name} says nothing of its {status}");
        }
        let public = operation["security"] == serde_json::json!([]);
        assert!(public || responses.contains_key("401"), "{name} lacks 401");
        assert!(responses.contains_key("500") && responses.contains_key("503"), "{name} lacks refusals");
        if name.contains('{') {
            assert!(responses.contains_key("404"), "{name} has an id and no 404");
        }
        if name.starts_with("PATCH") {
            assert!(responses.contains_key("412"), "{name} edits without If-Match");
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap_or_default();
        assert!(document.pointer(pointer).is_some(), "{pointer} is missing");
    }
}

fn operation_id(operation: &Value) -> &str {
    operation["operationId"].as_str().expect("an operationId")
}

/// The codes an operation declares.
fn codes(document: &Value, operation: &Value) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for response in operation["responses"].as_object().expect("responses").values() {
        let target =
            response["$ref"].as_str().and_then(|path| document.pointer(path.trim_start_matches('#')));
        let examples = &target.unwrap_or(response)["content"]["application/problem+json"]["examples"];
        codes.extend(examples.as_object().into_iter().flat_map(|all| all.keys().cloned()));
    }
    codes
}

#[test]
fn every_operation_has_its_line_and_every_line_an_operation() {
    let document = document();
    let described: BTreeSet<&str> =
        operations(&document).into_iter().map(|(_, operation)| operation_id(operation)).collect();
    let lines: BTreeSet<&str> = operations::ALL.iter().map(|operation| operation.name).collect();
    assert_eq!(lines.len(), operations::ALL.len(), "an operation has two lines");
    let lacking: Vec<_> = described.difference(&lines).collect();
    assert!(
        lacking.is_empty(),
        "add a line to src/contract/operations.rs, whose head tells how, for {lacking:#?}"
    );
    let idle: Vec<_> = lines.difference(&described).collect();
    assert!(idle.is_empty(), "src/contract/operations.rs speaks of operations that do not exist: {idle:#?}");
}

/// Words of the roles that the policy lets use an operation at all, by method and path.
fn policy() -> BTreeMap<String, Vec<String>> {
    let text = include_str!("api/authorization/policy.txt");
    let (_, rest) = text.split_once("\nOPERATIONS").expect("operations");
    let (rows, _) = rest.split_once("\nBODIES").expect("bodies");
    let rows = rows.lines().filter(|line| !line.starts_with('#'));
    let read = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [method, path, _, roles @ .., _] = words.as_slice() else { return None };
        let roles = Role::ALL.iter().zip(roles).filter(|(_, word)| **word != "-");
        Some((format!("{method} /api/v1{path}"), roles.map(|(role, _)| role.word().to_owned()).collect()))
    };
    rows.filter_map(read).collect()
}

#[test]
fn the_roles_that_are_told_are_those_of_the_policy() {
    // Only to mark one as entered in error; the policy asks for another move.
    const FOR_ONE_MOVE: (&str, &str) = ("move_referral", "manager");
    let (document, policy) = (document(), policy());
    for (name, operation) in operations(&document) {
        let Some(allowed) = policy.get(&name) else { continue };
        let public = is_public(name.split_once(' ').map_or("", |(_, path)| path));
        assert_eq!(operation["security"] == serde_json::json!([]), public, "{name}");
        let told: Vec<&str> =
            operation["x-roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let told = told.into_iter().filter(|role| (operation_id(operation), *role) != FOR_ONE_MOVE);
        let told: Vec<&str> = told.collect();
        assert!(
            public || told == *allowed,
            "{name}: the verbs of its line in src/contract/operations.rs open it to {told:?}, \
             tests/api/authorization/policy.txt to {allowed:?}"
        );
    }
}

#[test]
fn no_operation_declares_a_code_that_its_kind_cannot_give() {
    let document = document();
    for (name, operation) in operations(&document) {
        let codes = codes(&document, operation);
        let has = |place: &str, wanted: &str| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            parameters
                .into_iter()
                .any(|one| one["in"] == place && (wanted.is_empty() || one["name"] == wanted))
        };
        let body = operation.get("requestBody").is_some();
        let json = operation["requestBody"]["content"].get("application/json").is_some();
        let (query, edits, keyed) =
            (has("query", ""), has("header", "If-Match"), has("header", "Idempotency-Key"));
        let public = is_public(name.split_once(' ').map_or("", |(_, path)| path));
        let needs = [
            ("malformed_body", body),
            ("body_too_large", body),
            ("unsupported_media_type", body),
            ("invalid_fields", body),
            ("unknown_field", json),
            ("malformed_query", query),
            ("forbidden_character", json || query),
            ("version_required", edits),
            ("stale_version", edits),
            ("idempotency_key_already_used", keyed && !name.starts_with("GET")),
            ("id_already_used", json && name.starts_with("POST")),
            ("forbidden", !public),
            ("slow_down", public),
            ("not_ready", false),
            ("method_not_allowed", false),
        ];
        for (code, possible) in needs {
            assert!(possible || !codes.contains(code), "{name} declares {code}");
        }
        // What stands in the way of an act does not stand in the way of a look, but for a draft's preview.
        let conflicts = problems::ALL.iter().filter(|kind| kind.status == 409 && codes.contains(kind.code));
        let conflicts: Vec<&str> = conflicts.map(|kind| kind.code).collect();
        let looks = name.starts_with("GET") && operation_id(operation) != "preview_referral";
        assert!(!looks || conflicts.is_empty(), "{name} declares {conflicts:?}");
    }
}

#[test]
fn every_code_is_declared_by_an_operation_and_explained_in_every_language() {
    let document = document();
    let declared: BTreeSet<String> =
        operations(&document).into_iter().flat_map(|(_, operation)| codes(&document, operation)).collect();
    for kind in problems::ALL {
        let elsewhere = ["method_not_allowed", "not_ready"].contains(&kind.code);
        assert!(
            elsewhere || declared.contains(kind.code),
            "no operation declares {}: name it in a line of src/contract/operations.rs, or take it out of src/problems.rs",
            kind.code
        );
        assert!(
            Text::of("problem", kind.code).is_some(),
            "/api/docs/problems has nothing to say of {}: add problem-{} to locales/*/docs.ftl",
            kind.code,
            kind.code.replace('_', "-")
        );
    }
    let tags: BTreeSet<&str> =
        document["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["name"].as_str()).collect();
    for (name, operation) in operations(&document) {
        let tag = operation["tags"][0].as_str().expect("a tag");
        assert!(
            tags.contains(tag) && Text::of("docs-tag", tag).is_some(),
            "{name} has the tag {tag}: add it to TAGS in src/contract/mod.rs, and docs-tag-{tag} to locales/*/docs.ftl"
        );
    }
}

/// Contents of bodies and answers by the names of their operations.
fn contents(document: &Value) -> Vec<(String, &Value)> {
    let mut found = vec![];
    for (name, operation) in operations(document) {
        let answers = operation["responses"].as_object().expect("responses").iter();
        let answers = answers.filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| answer);
        for of in std::iter::once(&operation["requestBody"]).chain(answers) {
            for (media, content) in of["content"].as_object().into_iter().flatten() {
                found.push((format!("{name} ({media})"), content));
            }
        }
    }
    found
}

/// Where in an example nothing says what stands there.
fn unknowns(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text == "…" => found.push(at.to_owned()),
        Value::Array(items) => items.iter().for_each(|item| unknowns(item, at, found)),
        Value::Object(members) => {
            members.iter().for_each(|(name, inner)| unknowns(inner, &format!("{at}/{name}"), found));
        }
        _ => {}
    }
}

#[test]
fn every_body_and_every_answer_has_an_example_that_its_schema_accepts() {
    let document = document();
    let mut wrong = BTreeSet::new();
    for (name, content) in contents(&document) {
        let schema = &content["schema"];
        let target = schema["$ref"].as_str().and_then(|path| document.pointer(path.trim_start_matches('#')));
        let of_schema = target.unwrap_or(schema)["examples"].get(0);
        let Some(example) = content.get("example").or(of_schema) else {
            wrong.insert(format!("{name} has no example"));
            continue;
        };
        let mut unknown = vec![];
        unknowns(example, "", &mut unknown);
        let place =
            schema["$ref"].as_str().unwrap_or(&name).trim_start_matches("#/components/schemas/").to_owned();
        let told = |at| {
            format!(
                "{place}{at}: nothing says what it holds; give the field #[schema(example = …)], or its \
            name a line in src/contract/examples.rs"
            )
        };
        wrong.extend(unknown.into_iter().map(told));
        wrong.extend(
            complaints(&document, schema, example).into_iter().map(|words| format!("{place}{words}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_example_of_a_refusal_is_a_problem_document_that_links_to_its_code() {
    let document = document();
    let problem = serde_json::json!({ "$ref": "#/components/schemas/Problem" });
    for (code, example) in document["components"]["examples"].as_object().expect("examples") {
        let value = &example["value"];
        let mut found = complaints(&document, &problem, value);
        // Some refusals say more than the common members.
        found.retain(|words| !words.ends_with("is not described"));
        assert!(found.is_empty(), "{code}: {found:?}");
        assert_eq!(value["code"], **code);
        assert_eq!(value["type"], format!("/api/docs/problems#{code}"));
    }
}

#[test]
fn what_is_not_as_the_schema_says_is_found() {
    let document =
        serde_json::json!({ "components": { "schemas": { "Day": { "type": "string", "format": "date" } } } });
    let schema = serde_json::json!({ "type": "object", "required": ["on"], "properties": {
        "on": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Day" }] },
        "state": { "type": "string", "enum": ["open"] } } });
    let found = |value: Value| complaints(&document, &schema, &value);
    assert_eq!(found(serde_json::json!({ "on": null, "state": "open" })), [""; 0]);
    assert_eq!(found(serde_json::json!({ "on": "2026-11-24" })), [""; 0]);
    for wrong in [
        serde_json::json!({ "on": "tomorrow" }),
        serde_json::json!({ "state": "open" }),
        serde_json::json!({ "on": null, "state": "Open" }),
        serde_json::json!({ "on": null, "more": 1 }),
        serde_json::json!([]),
    ] {
        assert_eq!(found(wrong.clone()).len(), 1, "{wrong}: {:?}", found(wrong.clone()));
    }
}
