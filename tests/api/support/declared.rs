//! Every answer that a test receives is held against the description: its status, its code, its shape.

use std::sync::LazyLock;

use reqwest::{Method, StatusCode};
use serde_json::Value;

#[path = "../../support/schema.rs"]
mod schema;

/// Methods and paths of the description, each path as its pieces.
struct Described {
    document: Value,
    operations: Vec<(String, Vec<String>, Value)>,
}

static DESCRIBED: LazyLock<Described> = LazyLock::new(|| {
    let document = migrant_desk::wiring::openapi();
    let mut operations = vec![];
    for (path, item) in document["paths"].as_object().expect("paths") {
        let pieces: Vec<String> = path.split('/').map(str::to_owned).collect();
        for (method, operation) in item.as_object().expect("methods") {
            operations.push((method.to_uppercase(), pieces.clone(), operation.clone()));
        }
    }
    // A fixed word fits better than a parameter.
    operations.sort_by_key(|(_, pieces, _)| pieces.iter().filter(|piece| piece.starts_with('{')).count());
    Described { document, operations }
});

/// Panics when the description does not say that the operation can answer so.
#[track_caller]
pub fn check(method: &Method, path: &str, status: StatusCode, media: &str, json: &Value) {
    let path = path.split('?').next().unwrap_or_default();
    let pieces: Vec<&str> = path.split('/').collect();
    let fits = |known: &[String]| {
        let same = |(known, piece): (&String, &&str)| known == piece || known.starts_with('{');
        known.len() == pieces.len() && known.iter().zip(&pieces).all(same)
    };
    let found =
        DESCRIBED.operations.iter().find(|(known, template, _)| known == method.as_str() && fits(template));
    let Some((_, template, operation)) = found else { return };
    let place = format!("{method} {}", template.join("/"));
    let response = resolved(&operation["responses"][status.as_str()]);
    assert!(response.is_object(), "{place} answered {status}, which the description does not know: {json}");
    if media.starts_with("application/problem+json") {
        let code = json["code"].as_str().unwrap_or_default();
        let examples = &response["content"]["application/problem+json"]["examples"];
        assert!(
            examples.get(code).is_some(),
            "{place} answered {code}, which its line in src/contract/operations.rs does not declare; add it there"
        );
    } else if media.starts_with("application/json") {
        let schema = &response["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{place} answered {status} with a body the description does not know");
        let complaints = schema::complaints(&DESCRIBED.document, schema, json);
        assert!(complaints.is_empty(), "{place} is not what the description says: {complaints:#?}");
    }
}

fn resolved(response: &Value) -> &Value {
    let target =
        response["$ref"].as_str().and_then(|path| DESCRIBED.document.pointer(path.trim_start_matches('#')));
    target.unwrap_or(response)
}
