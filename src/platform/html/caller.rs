//! Whoever brings a link: its token, the language they read, what their address says.

use std::collections::HashMap;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, web};
use chrono::{DateTime, Utc};
use futures_util::future::{Ready, ready};

use super::{Frame, answer};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::text::{Language, Text, say};

/// A request for a page of a link.
pub struct Caller {
    /// The application.
    pub app: web::Data<App>,
    /// The moment of the request.
    pub now: DateTime<Utc>,
    /// The token in the path; `-` when it cannot be one.
    pub token: String,
    /// The language the address asks for.
    pub language: Option<Language>,
    /// The language the browser asks for.
    pub asks_for: Option<Language>,
    /// The office the address names.
    pub office_code: String,
    /// A browser says that another site sent this.
    pub from_elsewhere: bool,
    /// What the address says has just happened; only which thanks to show.
    pub said: Option<String>,
}

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Caller::of(request))
    }
}

impl Caller {
    /// Reads it from a request.
    ///
    /// # Errors
    /// Only without an application, which is a mistake of ours.
    pub fn of(request: &HttpRequest) -> Result<Caller, actix_web::Error> {
        let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
            return Err(actix_web::error::ErrorInternalServerError("no application"));
        };
        // Mail gateways add parameters of their own to links: what is not ours is ignored.
        let query = web::Query::<HashMap<String, String>>::from_query(request.query_string());
        let query = query.map(web::Query::into_inner).unwrap_or_default();
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let token = request.match_info().get("token").filter(|token| is_token(token)).unwrap_or("-");
        Ok(Caller {
            now: app.now(),
            token: token.to_owned(),
            language: query.get("lang").and_then(|code| code.parse().ok()),
            asks_for: header("Accept-Language").and_then(Language::negotiate),
            office_code: query.get("office").filter(|code| is_office_code(code)).cloned().unwrap_or_default(),
            from_elsewhere: header("Sec-Fetch-Site") == Some("cross-site"),
            said: query.get("said").cloned(),
            app,
        })
    }

    /// What is around a page that knows nothing but its own address. `base` is the link's path, `title` what the browser
    /// calls the page.
    pub fn bare_frame(&self, base: String, title: Text, office: String) -> Frame {
        let language = self.language.or(self.asks_for).unwrap_or_default();
        let title = say(language, title, &[]);
        Frame { language, title, office, office_code: self.office_code.clone(), base }
    }

    /// What became of the request, as a page whatever happened. `bare` is the frame for a fault, `dead_end` the page of
    /// what is not there.
    pub async fn told(
        &self,
        outcome: Result<HttpResponse, Error>,
        bare: Frame,
        dead_end: impl AsyncFnOnce() -> Result<HttpResponse, Error>,
    ) -> HttpResponse {
        let error = match outcome {
            Ok(response) => return response,
            Err(error) => error,
        };
        // Also writes faults of ours to the log.
        let mut response = error.error_response();
        let status = response.status();
        let page = if status == StatusCode::NOT_FOUND {
            dead_end().await
        } else {
            answer(status, &bare.trouble(status))
        };
        let Ok(mut page) = page else { return response };
        if let Some(wait) = response.headers_mut().remove(RETRY_AFTER).next() {
            page.headers_mut().insert(RETRY_AFTER, wait);
        }
        page
    }
}

/// Whether it could be one; nothing else is written into a page or a cookie.
fn is_token(token: &str) -> bool {
    token.len() <= 64 && token.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
}

fn is_office_code(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase())
}
