//! Refusals as FHIR writes them.

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use actix_web::middleware::Next;
use serde_json::{Value, json};

use super::routes::FHIR_JSON;

/// Where FHIR is spoken.
const FHIR: &str = "/api/v1/fhir/";

/// Turns a problem document into an OperationOutcome, wherever below `/fhir` it was made: by a handler, by whoever reads
/// paths and queries, or at the door.
///
/// # Errors
/// Passes on those of the services inside.
pub async fn speak_fhir(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let fhir = request.path().starts_with(FHIR);
    let response = next.call(request).await?.map_into_boxed_body();
    let problem = response.headers().get(CONTENT_TYPE).is_some_and(|it| it == "application/problem+json");
    if !fhir || !problem {
        return Ok(response);
    }
    let status = response.status();
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    let body = to_bytes(body).await.unwrap_or_default();
    let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(FHIR_JSON));
    response.headers_mut().remove(CONTENT_LENGTH);
    let response = response.set_body(outcome(status, &problem).to_string());
    Ok(ServiceResponse::new(request, response).map_into_boxed_body())
}

/// The OperationOutcome of a problem document.
fn outcome(status: StatusCode, problem: &Value) -> Value {
    let text = |name: &str| problem[name].as_str().map(str::to_owned);
    let parameter = text("parameter").map(|name| format!("Parameter {name}."));
    let request = text("request_id").map(|id| format!("Request {id}."));
    let told: Vec<String> = [text("detail"), parameter, request].into_iter().flatten().collect();
    json!({
        "resourceType": "OperationOutcome",
        "issue": [{
            "severity": "error",
            "code": issue_type(status),
            "details": {
                "coding": [{ "system": "urn:migrant-desk:problem", "code": problem["code"] }],
                "text": problem["title"],
            },
            "diagnostics": told.join(" "),
        }],
    })
}

/// The FHIR issue type of a status.
fn issue_type(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "login",
        403 => "forbidden",
        404 => "not-found",
        405 | 406 | 415 => "not-supported",
        409 | 412 => "conflict",
        429 => "throttled",
        503 => "transient",
        500..=599 => "exception",
        _ => "invalid",
    }
}
