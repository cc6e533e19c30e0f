//! Forms: their fields as they came, and what is wrong with them.

use std::collections::HashMap;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::platform::error::FieldErrors;

/// The fields of a form as they came.
#[derive(Debug, Clone, Default)]
pub struct Entered(HashMap<String, String>);

impl Entered {
    /// The fields of a body.
    pub fn new(fields: HashMap<String, String>) -> Entered {
        Entered(fields)
    }

    /// What was entered, without white space around it; an empty field is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// What was entered, to be shown again.
    pub fn again(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// What was entered there, as a text of its own.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// What was entered there, read as a code, a day, a number or an id; noted when it cannot be.
    pub fn parsed<T: for<'de> serde::Deserialize<'de>>(
        &self,
        errors: &mut FieldErrors,
        name: &str,
    ) -> Option<T> {
        let entered = self.get(name)?;
        let parsed = serde_json::from_value(entered.into());
        if parsed.is_err() {
            errors.add(name, "unreadable", "Cannot be read.");
        }
        parsed.ok()
    }
}

/// A complaint as the page tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The field's name; also the id to jump to.
    pub field: String,
    /// What to do about it.
    pub words: String,
}

/// The fields of a form, or why they cannot be read.
pub struct Form(pub Result<Entered, StatusCode>);

impl FromRequest for Form {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let bytes = web::Bytes::from_request(request, payload);
        async move {
            if !is_form {
                return Ok(Form(Err(StatusCode::UNSUPPORTED_MEDIA_TYPE)));
            }
            let Ok(bytes) = bytes.await else { return Ok(Form(Err(StatusCode::PAYLOAD_TOO_LARGE))) };
            Ok(Form(read(&bytes).ok_or(StatusCode::BAD_REQUEST)))
        }
        .boxed_local()
    }
}

fn read(bytes: &[u8]) -> Option<Entered> {
    let fields = web::Query::<HashMap<String, String>>::from_query(std::str::from_utf8(bytes).ok()?).ok()?;
    let fields = fields.into_inner();
    let readable = fields.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0'));
    readable.then(|| Entered::new(fields))
}
