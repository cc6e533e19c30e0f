//! The API's own description: OpenAPI, its pages for people, problem codes, health and figures for whoever runs it.

mod examples;
pub mod health;
pub mod measures;
pub mod operations;
mod pages;
mod reading;
mod refusals;

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::problems;
use operations::Operation;

/// Operations that need no token.
const PUBLIC: &[&str] = &["/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/invitations/accept"];

/// Operations that answer as a table too, when `Accept` asks for it.
const TABLES: &[(&str, &[&str])] = &[
    ("list_agencies", &[CSV]),
    ("list_services", &[CSV]),
    ("report_caseload", &[CSV, XLSX]),
    ("report_referrals", &[CSV, XLSX]),
];
const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What each group of operations is about, in the order of the pages.
const TAGS: &[(&str, &str)] = &[
    ("session", "Sign in, renew, sign out; what the account may do."),
    ("migrants", "Persons: files and all that hangs on them."),
    ("cases", "Cases: needs, notes, tasks, assistance, access, closing."),
    ("referrals", "Referrals from the desk's side, and who to send them to."),
    ("inbox", "Referrals from the agency's side."),
    ("agencies", "Partner agencies, their services, the directory."),
    ("associations", "Migrants' associations and their members."),
    ("reports", "Figures."),
    ("offices", "Desks and their holidays."),
    ("staff", "Accounts and invitations."),
    ("reference", "Code lists, countries, languages, territories."),
    ("hsds", "The directory in the words of HSDS 3.1, for anybody."),
    ("fhir", "Referrals in the words of FHIR R4."),
    ("webhooks", "What happens to referrals, told to other systems."),
    ("oversight", "The audit trail, mail and its delivery, background work."),
];

/// Below these, operations are for anybody: the open directory, and what the FHIR side can do.
const PUBLIC_BELOW: &[&str] = &["/api/v1/hsds/", "/api/v1/fhir/metadata"];

/// Whether an operation needs no token.
pub fn is_public(path: &str) -> bool {
    PUBLIC.contains(&path) || PUBLIC_BELOW.iter().any(|below| path.starts_with(below))
}

/// The description and what is looked up in it while serving.
pub struct Contract {
    document: Value,
    written: String,
    paths: Vec<(ResourceDef, Vec<Method>)>,
}

impl Contract {
    /// Prepares the look-ups.
    pub fn new(document: Value) -> Contract {
        let paths = document["paths"].as_object().cloned().unwrap_or_default();
        let paths = paths
            .iter()
            .map(|(path, item)| {
                let methods = item.as_object().into_iter().flat_map(|item| item.keys());
                let methods = methods.filter_map(|method| method.to_uppercase().parse().ok()).collect();
                (ResourceDef::new(path.as_str()), methods)
            })
            .collect();
        Contract { written: document.to_string(), document, paths }
    }

    /// The methods a path has; none when there is no such path.
    pub fn methods(&self, path: &str) -> Vec<Method> {
        let found = self.paths.iter().find(|(known, _)| known.is_match(path));
        found.map(|(_, methods)| methods.clone()).unwrap_or_default()
    }
}

/// Adds what the handlers do not say: who may call, headers, every refusal with its codes, examples.
pub fn complete(api: &OpenApi) -> Value {
    let mut document = serde_json::to_value(api).unwrap_or_default();
    document["info"] = json!({
        "title": "Migrant Desk",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Case management for migrant help desks. Conventions: docs/API.md. Every answer carries \
            X-Request-Id; a record that people edit carries its version as ETag.",
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    document["tags"] =
        TAGS.iter().map(|(name, words)| json!({ "name": name, "description": words })).collect();
    document["components"]["securitySchemes"]["token"] =
        json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT" });
    refusals::add_components(&mut document["components"]);
    let schemas = document["components"]["schemas"].clone();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete_operation(path, method, operation, &schemas);
        }
    }
    examples::add(&mut document);
    document
}

fn complete_operation(path: &str, method: &str, operation: &mut Value, schemas: &Value) {
    let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let declared = Operation::named(&name);
    if is_public(path) {
        operation["security"] = json!([]);
    } else {
        operation["security"] = json!([{ "token": [] }]);
        let roles = declared.map(Operation::roles).unwrap_or_default();
        operation["x-roles"] = roles.iter().map(|role| role.word()).collect();
    }
    if declared.is_some_and(|it| it.own.iter().any(|kind| kind.code == problems::KEY_ALREADY_USED.code)) {
        let key = json!({ "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Makes a retry harmless: the same key and body are done once.",
            "schema": { "type": "string", "maxLength": 100 } });
        match operation["parameters"].as_array_mut() {
            Some(all) => all.push(key),
            None => operation["parameters"] = json!([key]),
        }
    }
    describe_answers(method, &mut operation["responses"]);
    if path.starts_with("/api/v1/hsds/") {
        operation["responses"]["304"] =
            json!({ "description": "What the client has already is what there is." });
    }
    if let Some((_, forms)) = TABLES.iter().find(|(of, _)| *of == name)
        && let Some(content) = operation["responses"]["200"]["content"].as_object_mut()
    {
        add_tables(content, forms);
    }
    refusals::add(path, method, operation, declared, schemas);
}

/// An answer that a handler says nothing of.
fn describe_answers(method: &str, responses: &mut Value) {
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        if response["description"].as_str().is_none_or(str::is_empty) {
            response["description"] = json!(match status.as_str() {
                _ if method == "get" => "What was asked for.",
                "201" => "Made: the record as it is now.",
                "204" => "Done.",
                _ => "Done: the record as it is now.",
            });
        }
    }
}

/// The same answer as a table.
fn add_tables(content: &mut Map<String, Value>, forms: &[&str]) {
    for form in forms {
        let table = if *form == CSV {
            json!({ "schema": { "type": "string" }, "example": "key,name\r\nA-1,Clínica Jurídica Ficticia\r\n" })
        } else {
            json!({ "schema": { "type": "string", "contentEncoding": "base64", "description": "A workbook, as bytes." },
                "example": "UEsDBBQACAAI" })
        };
        content.insert((*form).to_owned(), table);
    }
}

/// Pages outside `/api/v1`: the description, for programs and for people, and the health of the service.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/api/openapi.json", web::get().to(document))
        .route("/api/docs", web::get().to(pages::overview))
        .route("/api/docs/style.css", web::get().to(pages::style))
        .route("/api/docs/{section}", web::get().to(pages::section))
        .configure(health::routes);
}

async fn document(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(contract.written.clone())
}
