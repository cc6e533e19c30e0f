//! Whoever stands at the door: the token they bring, the language they read, the cookie they were given, the form they send.

use std::collections::HashMap;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use chrono::{DateTime, Utc};
use futures_util::future::{FutureExt, LocalBoxFuture, Ready, ready};

use super::forms::Entered;
use super::model::sessions::Session;
use super::model::{Destination, Holder};
use super::pages::{self, Frame};
use super::rules::Door;
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::crypto::{same, sha256};
use crate::platform::error::Error;
use crate::platform::jobs::System;
use crate::platform::text::{Language, texts};

/// A request for a page of a link.
pub struct Visitor {
    /// The application.
    pub app: web::Data<App>,
    /// The moment of the request.
    pub now: DateTime<Utc>,
    token: String,
    language: Option<Language>,
    asks_for: Option<Language>,
    office_code: String,
    cookie: Option<String>,
    /// A browser says that another site sent this.
    from_elsewhere: bool,
    /// What the address says has just happened; only which thanks to show.
    pub said: Option<String>,
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
            return ready(Err(actix_web::error::ErrorInternalServerError("no application")));
        };
        // Mail gateways add parameters of their own to links: what is not ours is ignored.
        let query = web::Query::<HashMap<String, String>>::from_query(request.query_string());
        let query = query.map(web::Query::into_inner).unwrap_or_default();
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        ready(Ok(Visitor {
            now: app.now(),
            token: request
                .match_info()
                .get("token")
                .filter(|token| is_token(token))
                .unwrap_or("-")
                .to_owned(),
            language: query.get("lang").and_then(|code| code.parse().ok()),
            asks_for: header("Accept-Language").and_then(Language::negotiate),
            office_code: query.get("office").filter(|code| is_office_code(code)).cloned().unwrap_or_default(),
            cookie: request.cookie(cookie_name(&app)).map(|cookie| cookie.value().to_owned()),
            from_elsewhere: header("Sec-Fetch-Site") == Some("cross-site"),
            said: query.get("said").cloned(),
            app,
        }))
    }
}

/// Whether it could be one; nothing else is written into a page or a cookie.
fn is_token(token: &str) -> bool {
    token.len() <= 64 && token.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
}

fn is_office_code(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// Over HTTPS the prefix makes the browser refuse the cookie from anywhere else.
fn cookie_name(app: &App) -> &'static str {
    if is_secure(app) { "__Secure-answer" } else { "answer" }
}

fn is_secure(app: &App) -> bool {
    app.settings.public_url.starts_with("https://")
}

/// A link that leads somewhere, and whether this browser has opened it.
pub struct Guest {
    /// The link, its referral, agency and office.
    pub to: Destination,
    /// Whom row-level security knows.
    pub holder: Holder,
    /// A code was entered here.
    pub session: Option<Session>,
    /// What is around its pages.
    pub frame: Frame,
}

impl Visitor {
    /// Lets the visitor in; `None` for a link that leads nowhere, whether it once did or not.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn enter(&self) -> Result<Option<Guest>, Error> {
        let now = self.now;
        let found =
            self.app.db.read(&System, async |conn| Destination::of(conn, &self.token, now).await).await?;
        let Some(to) = found else { return Ok(None) };
        let holder = to.link.holder();
        let session = match &self.cookie {
            Some(secret) => {
                let live = async |conn: &mut _| Session::live(conn, holder.link, secret, now).await;
                self.app.db.read(&holder, live).await?
            }
            None => None,
        };
        if to.door == Door::Shut || (to.door == Door::OnlyGoOn && session.is_none()) {
            return Ok(None);
        }
        let frame = Frame {
            language: self.language.unwrap_or_else(|| to.agency.language.parse().unwrap_or_default()),
            title: format!("{} · {}", to.referral.number, to.office.name),
            office: to.office.name.clone(),
            office_code: to.office.code.clone(),
            base: self.base(),
        };
        Ok(Some(Guest { to, holder, session, frame }))
    }

    fn base(&self) -> String {
        format!("/r/{}", self.token)
    }

    /// What is around a page that knows nothing but its own address.
    fn bare_frame(&self, office: String) -> Frame {
        let language = self.language.or(self.asks_for).unwrap_or_default();
        let title = crate::platform::text::say(language, texts::ANSWER_DEAD_TITLE, &[]);
        Frame { language, title, office, office_code: self.office_code.clone(), base: self.base() }
    }

    /// The page of a link that leads nowhere. It is made from the address alone: a link that was real and one that was
    /// never made cannot be told apart. The office in the address is public, and so is its phone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dead_end(&self) -> Result<HttpResponse, Error> {
        let code = &self.office_code;
        let office = self.app.db.read(&System, async |conn| Office::find_by_code(conn, code).await).await?;
        let (name, phone) = office.map(|office| (office.name, office.phone)).unwrap_or_default();
        pages::answer(StatusCode::NOT_FOUND, &self.bare_frame(name).dead_end(phone))
    }

    /// What became of the request, as a page whatever happened.
    pub async fn told(&self, outcome: Result<HttpResponse, Error>) -> HttpResponse {
        let error = match outcome {
            Ok(response) => return response,
            Err(error) => error,
        };
        // Also writes faults of ours to the log.
        let mut response = error.error_response();
        let status = response.status();
        let page = if status == StatusCode::NOT_FOUND {
            self.dead_end().await
        } else {
            pages::answer(status, &self.bare_frame(String::new()).trouble(status))
        };
        let Ok(mut page) = page else { return response };
        if let Some(wait) = response.headers_mut().remove(actix_web::http::header::RETRY_AFTER).next() {
            page.headers_mut().insert(actix_web::http::header::RETRY_AFTER, wait);
        }
        page
    }

    /// A page that says that the request could not be read.
    pub async fn refused(&self, status: StatusCode) -> HttpResponse {
        let page = self.bare_frame(String::new()).trouble(status);
        self.told(pages::answer(status, &page)).await
    }

    /// The cookie of a session; it reaches the pages of this link alone.
    pub fn cookie(&self, secret: String) -> Cookie<'static> {
        Cookie::build(cookie_name(&self.app), secret)
            .path(self.base())
            .http_only(true)
            .secure(is_secure(&self.app))
            .same_site(SameSite::Strict)
            .finish()
    }

    /// The same cookie, taken back.
    pub fn no_cookie(&self) -> Cookie<'static> {
        let mut cookie = self.cookie(String::new());
        cookie.set_max_age(Duration::ZERO);
        cookie
    }

    /// The key that a form of this visitor carries. A form that was not made by a page of ours, for this link, this
    /// browser and lately, cannot have it: neither can another site, nor a scanner that posts what it has not read.
    pub fn key(&self, guest: &Guest) -> String {
        self.key_of_day(guest, 0)
    }

    fn key_of_day(&self, guest: &Guest, days_ago: i64) -> String {
        // With a session the key is the session's own; without one it lasts from one day into the next.
        let bound_to = match (&guest.session, &self.cookie) {
            (Some(_), Some(secret)) => {
                sha256(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
            }
            _ => (self.now.date_naive() - chrono::Days::new(days_ago.unsigned_abs())).to_string(),
        };
        self.app.vault.index(&format!("answer form|{}|{bound_to}", guest.holder.link))
    }

    /// Whether a form carries the key of one of our pages.
    pub fn is_ours(&self, guest: &Guest, form: &Entered) -> bool {
        let key = form.get("form").unwrap_or_default();
        let known = [self.key_of_day(guest, 0), self.key_of_day(guest, 1)];
        !self.from_elsewhere && known.iter().any(|known| same(known.as_bytes(), key.as_bytes()))
    }
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
