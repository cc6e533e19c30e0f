//! The API's own description: OpenAPI, its human page, problem codes and health.

use std::collections::BTreeMap;

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use crate::platform::app::App;
use crate::platform::error::{Error, Kind};
use crate::platform::http::ok;
use crate::problems;

/// Operations that need no token.
const PUBLIC: &[&str] = &["/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/invitations/accept"];

/// Below these, operations are for anybody: the open directory, and what the FHIR side can do.
const PUBLIC_BELOW: &[&str] = &["/api/v1/hsds/", "/api/v1/fhir/metadata"];

/// Whether an operation needs no token.
pub fn is_public(path: &str) -> bool {
    PUBLIC.contains(&path) || PUBLIC_BELOW.iter().any(|below| path.starts_with(below))
}

/// The description and what is looked up in it while serving.
pub struct Contract {
    document: String,
    paths: Vec<(ResourceDef, Vec<Method>)>,
}

impl Contract {
    /// Prepares the look-ups.
    pub fn new(document: &Value) -> Contract {
        let paths = document["paths"].as_object().cloned().unwrap_or_default();
        let paths = paths
            .iter()
            .map(|(path, item)| {
                let methods = item.as_object().into_iter().flat_map(|item| item.keys());
                let methods = methods.filter_map(|method| method.to_uppercase().parse().ok()).collect();
                (ResourceDef::new(path.as_str()), methods)
            })
            .collect();
        Contract { document: document.to_string(), paths }
    }

    /// The methods a path has; none when there is no such path.
    pub fn methods(&self, path: &str) -> Vec<Method> {
        let found = self.paths.iter().find(|(known, _)| known.is_match(path));
        found.map(|(_, methods)| methods.clone()).unwrap_or_default()
    }
}

/// Adds what is the same for every operation: who may call, headers, and every refusal with its codes.
pub fn complete(api: &OpenApi) -> Value {
    let mut document = serde_json::to_value(api).unwrap_or_default();
    document["info"] = json!({
        "title": "Migrant Desk",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Case management for migrant help desks. Conventions: docs/API.md.",
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    document["components"]["securitySchemes"]["token"] =
        json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT" });
    document["components"]["schemas"]["Problem"] = problem_schema();
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete_operation(path, method, operation);
            }
        }
    }
    document
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let public = is_public(path);
    if !public {
        operation["security"] = json!([{ "token": [] }]);
    }
    let has_parameter = |operation: &Value, place: &str, name: Option<&str>| {
        operation["parameters"].as_array().is_some_and(|all| {
            all.iter().any(|p| p["in"] == place && name.is_none_or(|name| p["name"] == name))
        })
    };
    let body = operation.get("requestBody").is_some();
    let acts = matches!(method, "post" | "put" | "patch");
    if method == "post" && !public && body {
        let key = json!({ "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Makes a retry harmless: the same key and body are done once.",
            "schema": { "type": "string", "maxLength": 100 } });
        match operation["parameters"].as_array_mut() {
            Some(all) => all.push(key),
            None => operation["parameters"] = json!([key]),
        }
    }
    let (query, edits) =
        (has_parameter(operation, "query", None), has_parameter(operation, "header", Some("If-Match")));
    let expected = |status: u16| match status {
        401 => true,
        403 => !public,
        404 => has_parameter(operation, "path", None) || body,
        400 => body || query || edits,
        409 | 410 => acts,
        413 | 415 | 422 => body,
        412 | 428 => edits,
        429 => public,
        500 | 503 => true,
        _ => false,
    };
    let mut by_status: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
    for kind in problems::ALL.iter().filter(|kind| expected(kind.status)) {
        by_status.entry(kind.status).or_default().push(kind);
    }
    for (status, kinds) in by_status {
        let codes: Vec<&str> = kinds.iter().map(|kind| kind.code).collect();
        let content = if path.starts_with("/api/v1/fhir/") {
            json!({ "application/fhir+json": { "schema": { "type": "object", "description": "OperationOutcome" } } })
        } else {
            json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } })
        };
        operation["responses"][status.to_string()] =
            json!({ "description": format!("Refused: {}.", codes.join(", ")), "content": content });
    }
}

fn problem_schema() -> Value {
    let codes: Vec<&str> = problems::ALL.iter().map(|kind| kind.code).collect();
    json!({
        "type": "object",
        "description": "RFC 9457 problem details.",
        "required": ["type", "title", "status", "code", "instance", "request_id"],
        "properties": {
            "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
            "code": { "type": "string", "enum": codes }, "detail": { "type": "string" },
            "instance": { "type": "string" }, "request_id": { "type": "string", "format": "uuid" },
            "allowed": { "type": "array", "items": { "type": "string" } },
            "errors": { "type": "array", "items": { "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": { "pointer": { "type": "string" }, "code": { "type": "string" },
                                "detail": { "type": "string" } } } },
        },
        "example": { "type": "/api/docs/problems#invalid_fields", "title": "Some fields need another value",
            "status": 422, "code": "invalid_fields", "instance": "urn:uuid:01932b7e-0000-7000-8000-000000000000",
            "request_id": "01932b7e-0000-7000-8000-000000000000",
            "errors": [{ "pointer": "/phones/0/number", "code": "invalid_phone", "detail": "Is not a phone number." }] },
    })
}

/// Pages outside `/api/v1`: the description and the health of the service.
pub fn pages(config: &mut web::ServiceConfig) {
    config
        .route("/api/openapi.json", web::get().to(document))
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready));
}

async fn document(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(contract.document.clone())
}

/// The process answers.
async fn live() -> HttpResponse {
    ok(json!({ "status": "live" }))
}

/// The database answers too.
async fn ready(app: web::Data<App>) -> Result<HttpResponse, Error> {
    app.db.unguarded(async |conn| Ok(diesel::sql_query("SELECT 1").execute(conn).await?)).await?;
    Ok(ok(json!({ "status": "ready" })))
}
