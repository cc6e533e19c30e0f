//! One error type for every operation, answered as RFC 9457 problem+json.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use diesel::result::{DatabaseErrorKind, Error as DbError};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::http::request_id;
use crate::problems;

/// A kind of refusal from the catalogue in `problems.rs`.
#[derive(Debug)]
pub struct Kind {
    /// Stable word for programs.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Short sentence for people, the same for every occurrence.
    pub title: &'static str,
}

impl Kind {
    /// This refusal without further facts.
    pub fn problem(&'static self) -> Problem {
        Problem { kind: self, detail: None, members: Map::new(), retry_after: None }
    }
}

/// A refusal a client can act on.
#[derive(Debug)]
pub struct Problem {
    kind: &'static Kind,
    detail: Option<String>,
    members: Map<String, Value>,
    retry_after: Option<u64>,
}

impl Problem {
    /// Which refusal.
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// A sentence on this occurrence. Never personal data.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// A further member a program can act on, such as the moves allowed now.
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.members.insert(name.into(), serde_json::to_value(value).unwrap_or(Value::Null));
        self
    }

    /// After how many seconds a new try makes sense.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

/// One field that needs another value.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the body, such as `/phones/0/number`.
    pub pointer: String,
    /// Stable word: `required`, `too_long`, `unknown_code`, `invalid_phone` and so on.
    pub code: &'static str,
    /// A sentence for people; never repeats the value.
    pub detail: String,
}

/// All fields that need another value, gathered before anything is refused.
#[derive(Debug, Default)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// No complaint yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes one complaint. `pointer` with or without its leading slash.
    pub fn add(&mut self, pointer: impl AsRef<str>, code: &'static str, detail: impl Into<String>) {
        let pointer = format!("/{}", pointer.as_ref().trim_start_matches('/'));
        self.0.push(FieldError { pointer, code, detail: detail.into() });
    }

    /// `value` when nothing was noted, else all complaints at once.
    pub fn finish<T>(self, value: T) -> Result<T, Error> {
        if self.0.is_empty() { Ok(value) } else { Err(Error::Invalid(self)) }
    }

    /// An error when anything was noted.
    pub fn check(self) -> Result<(), Error> {
        self.finish(())
    }
}

/// Exactly one field that needs another value.
pub fn field(pointer: &str, code: &'static str, detail: &str) -> Error {
    let mut errors = FieldErrors::new();
    errors.add(pointer, code, detail);
    Error::Invalid(errors)
}

/// Why an operation did not happen. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A refusal from the catalogue.
    #[error("refused: {}", .0.kind.code)]
    Problem(Box<Problem>),
    /// Fields that need another value.
    #[error("refused: invalid_fields")]
    Invalid(FieldErrors),
    /// A fault of ours; the client learns only the request id.
    #[error("internal error")]
    Internal(#[source] anyhow::Error),
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Error::Problem(Box::new(problem))
    }
}

impl From<&'static Kind> for Error {
    fn from(kind: &'static Kind) -> Self {
        kind.problem().into()
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        match error {
            DbError::NotFound => (&problems::NOT_FOUND).into(),
            // What the second wall refuses to write is, for the one who asks, not there.
            DbError::DatabaseError(DatabaseErrorKind::Unknown, ref facts)
                if facts.message().contains("row-level security policy") =>
            {
                (&problems::NOT_FOUND).into()
            }
            // Days and moments of JSON reach further back than those PostgreSQL can keep or compare.
            DbError::DatabaseError(DatabaseErrorKind::Unknown, ref facts)
                if matches!(facts.message(), "timestamp out of range" | "date out of range") =>
            {
                (&problems::MOMENT_OUT_OF_RANGE).into()
            }
            DbError::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => {
                problems::UNAVAILABLE.problem().retry_after(2).into()
            }
            other => Error::Internal(other.into()),
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Error::Internal(error)
    }
}

/// Turns the refusal of a named constraint into the client's words.
pub trait OnConstraint<T> {
    /// When the database refused because of `constraint`, answers `refusal()`; passes everything else on.
    fn on_constraint(self, constraint: &str, refusal: impl FnOnce() -> Error) -> Result<T, Error>;
}

impl<T> OnConstraint<T> for Result<T, DbError> {
    fn on_constraint(self, constraint: &str, refusal: impl FnOnce() -> Error) -> Result<T, Error> {
        match self {
            Err(DbError::DatabaseError(_, ref facts)) if facts.constraint_name() == Some(constraint) => {
                Err(refusal())
            }
            other => other.map_err(Error::from),
        }
    }
}

impl<T> OnConstraint<T> for Result<T, Error> {
    fn on_constraint(self, constraint: &str, refusal: impl FnOnce() -> Error) -> Result<T, Error> {
        match self {
            Err(Error::Internal(ref error)) if violates(error, constraint) => Err(refusal()),
            other => other,
        }
    }
}

fn violates(error: &anyhow::Error, constraint: &str) -> bool {
    matches!(error.downcast_ref::<DbError>(),
        Some(DbError::DatabaseError(_, facts)) if facts.constraint_name() == Some(constraint))
}

impl Error {
    fn kind(&self) -> &'static Kind {
        match self {
            Error::Problem(problem) => problem.kind,
            Error::Invalid(_) => &problems::INVALID_FIELDS,
            Error::Internal(_) => &problems::INTERNAL,
        }
    }

    /// The problem document, as RFC 9457 and docs/API.md say.
    pub fn document(&self) -> Value {
        let kind = self.kind();
        let id = request_id();
        let mut document = json!({
            "type": format!("/api/docs/problems#{}", kind.code),
            "title": kind.title,
            "status": kind.status,
            "code": kind.code,
            "instance": format!("urn:uuid:{id}"),
            "request_id": id,
        });
        match self {
            Error::Problem(problem) => {
                if let Some(detail) = &problem.detail {
                    document["detail"] = json!(detail);
                }
                for (name, value) in &problem.members {
                    document[name] = value.clone();
                }
            }
            Error::Invalid(errors) => document["errors"] = json!(errors.0),
            Error::Internal(_) => {}
        }
        document
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        if let Error::Internal(error) = self {
            tracing::error!(request.id = %request_id(), error = %safe(error), "request failed");
        }
        let mut response = HttpResponse::build(self.status_code());
        response.content_type("application/problem+json");
        if self.kind().status == 401 {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Error::Problem(problem) = self
            && let Some(seconds) = problem.retry_after
        {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        response.body(self.document().to_string())
    }
}

/// What may be logged of a fault: database messages name constraints and columns, their details quote values.
pub fn safe(error: &anyhow::Error) -> String {
    match error.downcast_ref::<DbError>() {
        Some(DbError::DatabaseError(kind, facts)) => {
            let place = facts.constraint_name().or(facts.column_name()).or(facts.table_name()).unwrap_or("");
            let words = facts.message().split(['"', ':']).next().unwrap_or("");
            format!("database: {kind:?} {place} {words}")
        }
        Some(other) => format!("database: {}", other.to_string().split(':').next().unwrap_or("")),
        None => error.to_string(),
    }
}
