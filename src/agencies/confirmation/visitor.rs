//! Whoever stands before the entry: the token they bring, the form they send.

use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::{Ready, ready};

use super::links::Entry;
use super::pages::dead_end;
use crate::platform::crypto::same;
use crate::platform::error::Error;
use crate::platform::html::{Caller, Entered, Frame, answer};
use crate::platform::jobs::System;
use crate::platform::text::texts;

/// A request for a page of the link to an entry.
pub struct Visitor {
    /// What every link's request brings.
    pub caller: Caller,
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        ready(Caller::of(request).map(|caller| Visitor { caller }))
    }
}

/// A link that leads to an entry.
pub struct Guest {
    /// The entry.
    pub entry: Entry,
    /// What is around its pages.
    pub frame: Frame,
}

impl Visitor {
    /// Lets the visitor in; `None` for a link that leads nowhere.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn enter(&self) -> Result<Option<Guest>, Error> {
        let (token, now) = (&self.caller.token, self.caller.now);
        let found =
            self.caller.app.db.read(&System, async |conn| Entry::behind(conn, token, now).await).await?;
        Ok(found.map(|entry| {
            let language = self.caller.language;
            let frame = Frame {
                language: language.unwrap_or_else(|| entry.agency.language.parse().unwrap_or_default()),
                title: entry.agency.name.clone(),
                office: entry.agency.name.clone(),
                office_code: String::new(),
                base: self.base(),
            };
            Guest { entry, frame }
        }))
    }

    fn base(&self) -> String {
        format!("/confirm/{}", self.caller.token)
    }

    fn bare_frame(&self) -> Frame {
        self.caller.bare_frame(self.base(), texts::CONFIRM_DEAD_TITLE, String::new())
    }

    /// The page of a link that leads nowhere, made from the address alone: one that was real and one that was never made
    /// cannot be told apart.
    ///
    /// # Errors
    /// Only when a template cannot be written.
    pub fn dead_end(&self) -> Result<HttpResponse, Error> {
        answer(StatusCode::NOT_FOUND, &dead_end(&self.bare_frame()))
    }

    /// What became of the request, as a page whatever happened.
    pub async fn told(&self, outcome: Result<HttpResponse, Error>) -> HttpResponse {
        self.caller.told(outcome, self.bare_frame(), async || self.dead_end()).await
    }

    /// A page that says that the request could not be read.
    pub async fn refused(&self, status: StatusCode) -> HttpResponse {
        self.told(answer(status, &self.bare_frame().trouble(status))).await
    }

    /// The key that a form carries. A form that was not made by a page of ours, for this link and lately, cannot have it:
    /// neither can another site, nor a scanner that posts what it has not read.
    pub fn key(&self, guest: &Guest) -> String {
        self.key_of_day(guest, 0)
    }

    fn key_of_day(&self, guest: &Guest, days_ago: u64) -> String {
        let day = self.caller.now.date_naive() - chrono::Days::new(days_ago);
        self.caller.app.vault.index(&format!("confirmation form|{}|{day}", guest.entry.link.id))
    }

    /// Whether a form carries the key of one of our pages, of today or of the day before.
    pub fn is_ours(&self, guest: &Guest, form: &Entered) -> bool {
        let key = form.get("form").unwrap_or_default();
        let known = [self.key_of_day(guest, 0), self.key_of_day(guest, 1)];
        !self.caller.from_elsewhere && known.iter().any(|known| same(known.as_bytes(), key.as_bytes()))
    }
}
