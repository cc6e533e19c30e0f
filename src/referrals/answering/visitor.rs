//! Whoever stands at the door: the token they bring, the language they read, the cookie they were given, the form they send.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::{Ready, ready};

use super::model::sessions::Session;
use super::model::{Destination, Holder};
use super::pages::dead_end;
use super::rules::Door;
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::crypto::{same, sha256};
use crate::platform::error::Error;
use crate::platform::html::{Caller, Entered, Frame, answer};
use crate::platform::jobs::System;
use crate::platform::text::texts;

/// A request for a page of a referral's link.
pub struct Visitor {
    /// What every link's request brings.
    pub caller: Caller,
    cookie: Option<String>,
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Caller::of(request).map(|caller| {
            let cookie = request.cookie(cookie_name(&caller.app)).map(|cookie| cookie.value().to_owned());
            Visitor { caller, cookie }
        }))
    }
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
        let now = self.caller.now;
        let found = self
            .caller
            .app
            .db
            .read(&System, async |conn| Destination::of(conn, &self.caller.token, now).await)
            .await?;
        let Some(to) = found else { return Ok(None) };
        let holder = to.link.holder();
        let session = match &self.cookie {
            Some(secret) => {
                let live = async |conn: &mut _| Session::live(conn, holder.link, secret, now).await;
                self.caller.app.db.read(&holder, live).await?
            }
            None => None,
        };
        if to.door == Door::Shut || (to.door == Door::OnlyGoOn && session.is_none()) {
            return Ok(None);
        }
        let frame = Frame {
            language: self.caller.language.unwrap_or_else(|| to.agency.language.parse().unwrap_or_default()),
            title: format!("{} · {}", to.referral.number, to.office.name),
            office: to.office.name.clone(),
            office_code: to.office.code.clone(),
            base: self.base(),
        };
        Ok(Some(Guest { to, holder, session, frame }))
    }

    fn base(&self) -> String {
        format!("/r/{}", self.caller.token)
    }

    fn bare_frame(&self, office: String) -> Frame {
        self.caller.bare_frame(self.base(), texts::ANSWER_DEAD_TITLE, office)
    }

    /// The page of a link that leads nowhere. It is made from the address alone: a link that was real and one that was
    /// never made cannot be told apart. The office in the address is public, and so is its phone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dead_end(&self) -> Result<HttpResponse, Error> {
        let code = &self.caller.office_code;
        let office =
            self.caller.app.db.read(&System, async |conn| Office::find_by_code(conn, code).await).await?;
        let (name, phone) = office.map(|office| (office.name, office.phone)).unwrap_or_default();
        answer(StatusCode::NOT_FOUND, &dead_end(&self.bare_frame(name), phone))
    }

    /// What became of the request, as a page whatever happened.
    pub async fn told(&self, outcome: Result<HttpResponse, Error>) -> HttpResponse {
        let bare = self.bare_frame(String::new());
        self.caller.told(outcome, bare, async || self.dead_end().await).await
    }

    /// A page that says that the request could not be read.
    pub async fn refused(&self, status: StatusCode) -> HttpResponse {
        let page = self.bare_frame(String::new()).trouble(status);
        self.told(answer(status, &page)).await
    }

    /// The cookie of a session; it reaches the pages of this link alone.
    pub fn cookie(&self, secret: String) -> Cookie<'static> {
        Cookie::build(cookie_name(&self.caller.app), secret)
            .path(self.base())
            .http_only(true)
            .secure(is_secure(&self.caller.app))
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
            _ => (self.caller.now.date_naive() - chrono::Days::new(days_ago.unsigned_abs())).to_string(),
        };
        self.caller.app.vault.index(&format!("answer form|{}|{bound_to}", guest.holder.link))
    }

    /// Whether a form carries the key of one of our pages.
    pub fn is_ours(&self, guest: &Guest, form: &Entered) -> bool {
        let key = form.get("form").unwrap_or_default();
        let known = [self.key_of_day(guest, 0), self.key_of_day(guest, 1)];
        !self.caller.from_elsewhere && known.iter().any(|known| same(known.as_bytes(), key.as_bytes()))
    }
}
