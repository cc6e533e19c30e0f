//! What every request passes through: its id, its headers, and bodies, queries and paths read so that a bad one
//! is answered as problem+json.

use std::ops::Deref;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use futures_util::future::{FutureExt, LocalBoxFuture, Ready, ready};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};
use uuid::Uuid;

use super::crypto::sha256;
use super::error::Error;
use crate::problems;

tokio::task_local! {
    static REQUEST_ID: Uuid;
}

/// The id of the request being answered; nil outside of one.
pub fn request_id() -> Uuid {
    REQUEST_ID.try_with(|id| *id).unwrap_or_default()
}

/// Gives the request its id and the answer its headers.
///
/// # Errors
/// Passes on those of the services inside.
pub async fn frame(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let id = Uuid::now_v7();
    REQUEST_ID
        .scope(id, async move {
            let mut response = match next.call(request).await {
                Ok(response) => response,
                Err(error) => return Err(error),
            };
            let headers = response.headers_mut();
            let mut set = |name: HeaderName, value: &'static str| {
                if !headers.contains_key(&name) {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            };
            set(header::CACHE_CONTROL, "no-store");
            set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
            set(header::X_FRAME_OPTIONS, "DENY");
            set(header::REFERRER_POLICY, "no-referrer");
            set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
            set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
            if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
                headers.insert(HeaderName::from_static("x-request-id"), value);
            }
            Ok(response)
        })
        .await
}

/// A JSON body of the documented shape, its fingerprint, and the client's Idempotency-Key.
pub struct Body<T> {
    value: T,
    asked: Asked,
}

/// What makes one request the same as another: its path, its canonical body and the client's key. Taken by itself by
/// acts without a body.
#[derive(Debug, Clone)]
pub struct Asked {
    /// SHA-256 of the path, and of the body with its keys in order and no white space.
    pub hash: [u8; 32],
    /// The Idempotency-Key header.
    pub key: Option<String>,
}

impl<T> Body<T> {
    /// The body and what makes it the same as another.
    pub fn into_parts(self) -> (T, Asked) {
        (self.value, self.asked)
    }

    /// The body alone.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Body<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = web::Bytes::from_request(request, payload);
        let json = request.content_type().eq_ignore_ascii_case("application/json")
            || request.content_type().eq_ignore_ascii_case("application/merge-patch+json");
        let (key, path) = (idempotency_key(request), request.path().to_owned());
        async move {
            if !json {
                return Err((&problems::UNSUPPORTED_MEDIA_TYPE).into());
            }
            let key = key?;
            let bytes = bytes.await.map_err(|_| Error::from(&problems::BODY_TOO_LARGE))?;
            let (value, body) = read_json(&bytes)?;
            Ok(Body { value, asked: Asked { hash: fingerprint(&path, &body), key } })
        }
        .boxed_local()
    }
}

impl FromRequest for Asked {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let hash = fingerprint(request.path(), &[]);
        ready(idempotency_key(request).map(|key| Asked { hash, key }))
    }
}

/// One act on two records is two requests, though both say the same.
fn fingerprint(path: &str, body: &[u8]) -> [u8; 32] {
    sha256(&[path.as_bytes(), &[0], body].concat())
}

/// The client's key for a request it may send twice.
pub(super) fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Error> {
    let Some(value) = request.headers().get("Idempotency-Key") else { return Ok(None) };
    let bad = || problems::MALFORMED_HEADER.problem().with("header", "Idempotency-Key");
    let key = value.to_str().map_err(|_| bad())?;
    if key.is_empty() || key.len() > 100 {
        return Err(bad().into());
    }
    Ok(Some(key.to_owned()))
}

/// Reads a body, and gives its canonical form beside it. Messages name the place and never quote what stood there.
fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, Vec<u8>), Error> {
    let malformed = |detail: String| Error::from(problems::MALFORMED_BODY.problem().detail(detail));
    let whole: serde_json::Value = serde_json::from_slice(bytes).map_err(|e| {
        malformed(format!("Not readable as JSON in UTF-8 at line {}, column {}.", e.line(), e.column()))
    })?;
    if has_forbidden_character(&whole) {
        return Err((&problems::FORBIDDEN_CHARACTER).into());
    }
    let canonical = serde_json::to_vec(&whole).unwrap_or_default();
    let value = serde_path_to_error::deserialize(&whole).map_err(|e| shape_error(&e))?;
    Ok((value, canonical))
}

fn shape_error(error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let pointer = pointer(error.path());
    let words = error.inner().to_string();
    if words.starts_with("unknown field") {
        return problems::UNKNOWN_FIELD.problem().with("pointer", pointer).into();
    }
    let what = if words.starts_with("missing field") {
        let name = words.split('`').nth(1).unwrap_or_default();
        return problems::MALFORMED_BODY
            .problem()
            .detail(format!("The field {name} is missing."))
            .with("pointer", format!("{}/{name}", pointer.trim_end_matches('/')))
            .into();
    } else if words.starts_with("unknown variant") {
        "is not one of the allowed words"
    } else {
        "is not of the documented type"
    };
    problems::MALFORMED_BODY.problem().detail(format!("{pointer} {what}.")).with("pointer", pointer).into()
}

/// Where in a body a value of the wrong shape stands, as a JSON pointer.
pub fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{key}"),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// NUL cannot be stored, and no text of people holds it.
fn has_forbidden_character(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(has_forbidden_character),
        serde_json::Value::Object(fields) => {
            fields.iter().any(|(key, value)| key.contains('\0') || has_forbidden_character(value))
        }
        _ => false,
    }
}

/// Query parameters of the documented names; give the type `#[serde(deny_unknown_fields)]`.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(web::Query::<T>::from_query(request.query_string()).map_or_else(
            |e| {
                let words = e.to_string();
                let problem = problems::MALFORMED_QUERY.problem();
                // Only a parameter's name is repeated, never its value.
                Err(match words.split("unknown field `").nth(1).and_then(|rest| rest.split('`').next()) {
                    Some(name) => problem.detail("There is no such parameter.").with("parameter", name),
                    None => problem.detail("A parameter has an unreadable value."),
                }
                .into())
            },
            |query| {
                if request.query_string().contains("%00") {
                    return Err((&problems::FORBIDDEN_CHARACTER).into());
                }
                Ok(Query(query.into_inner()))
            },
        ))
    }
}

/// The ids in the path. What cannot be one is not there.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let path = web::Path::<T>::from_request(request, payload).into_inner();
        ready(path.map(|p| Path(p.into_inner())).map_err(|_| (&problems::NOT_FOUND).into()))
    }
}

/// The version the client edited, from `If-Match: "3"`.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i32);

impl IfMatch {
    /// Refuses when somebody else edited meanwhile; the answer holds the record as it is now.
    ///
    /// # Errors
    /// `stale_version`
    pub fn check(self, version: i32, current: impl Serialize) -> Result<(), Error> {
        if self.0 == version {
            return Ok(());
        }
        Err(problems::STALE_VERSION.problem().with("current", current).into())
    }
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = request.headers().get(header::IF_MATCH) else {
            return ready(Err((&problems::VERSION_REQUIRED).into()));
        };
        let version =
            value.to_str().ok().and_then(|v| v.trim_start_matches("W/").trim_matches('"').parse().ok());
        ready(
            version
                .map(IfMatch)
                .ok_or_else(|| problems::MALFORMED_HEADER.problem().with("header", "If-Match").into()),
        )
    }
}

impl utoipa::IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<utoipa::openapi::path::Parameter> {
        vec![
            ParameterBuilder::new()
                .name("If-Match")
                .parameter_in(ParameterIn::Header)
                .required(Required::True)
                .description(Some("The version you edited, as the ETag gave it."))
                .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
                .build(),
        ]
    }
}

/// Answers 200 with a record.
pub fn ok(record: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(record)
}

/// Answers 200 with a record that people edit, and its version as ETag.
pub fn versioned(version: i32, record: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, format!("\"{version}\""))).json(record)
}

/// Answers 201 for what was made now, 200 for what an earlier try had made, with its address and version.
pub fn created(first: bool, path: &str, version: i32, record: impl Serialize) -> HttpResponse {
    let mut response = if first { HttpResponse::Created() } else { HttpResponse::Ok() };
    response
        .insert_header((header::LOCATION, path))
        .insert_header((header::ETAG, format!("\"{version}\"")))
        .json(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Person {
        #[allow(dead_code)]
        name: String,
    }

    fn refusal(body: &[u8]) -> &'static str {
        match read_json::<Person>(body) {
            Err(Error::Problem(problem)) => problem.kind().code,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        assert_eq!(refusal(b"{"), "malformed_body");
        assert_eq!(refusal(b"{\"name\":\"\xff\"}"), "malformed_body");
        assert_eq!(refusal(br#"{"name":"\ud800"}"#), "malformed_body");
        assert_eq!(refusal(br#"{"name":"a\u0000b"}"#), "forbidden_character");
        assert_eq!(refusal(br#"{"name":"a","nom":"b"}"#), "unknown_field");
        assert_eq!(refusal(br#"{"name":1}"#), "malformed_body");
    }

    #[test]
    fn the_same_words_about_another_record_are_another_request() {
        let same = fingerprint("/api/v1/tasks/1/done", b"{}");
        assert_eq!(same, fingerprint("/api/v1/tasks/1/done", b"{}"));
        assert_ne!(same, fingerprint("/api/v1/tasks/2/done", b"{}"));
    }

    #[test]
    fn white_space_and_order_do_not_change_what_was_asked() {
        let one = read_json::<serde_json::Value>(br#"{"a":1,"b":2}"#).expect("readable").1;
        let two = read_json::<serde_json::Value>(b"{ \"b\": 2, \"a\": 1 }").expect("readable").1;
        assert_eq!(one, two);
    }
}
