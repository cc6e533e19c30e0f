//! The committed description of the API is what the handlers say, and says enough.

use migrant_desk::wiring;
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
        assert!(responses.contains_key("401") && responses.contains_key("500"), "{name} lacks refusals");
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
