//! Pages for whoever holds a link and no account: plain HTML with its style inside, nothing from elsewhere, no script. A GET
//! changes nothing; forms carry a key that only a page of ours can have put there.

mod caller;
mod forms;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub use self::caller::Caller;
pub use self::forms::{Complaint, Entered, Form};
use crate::platform::crypto::sha256;
use crate::platform::error::Error;
use crate::platform::text::{Language, Text, Value, say, texts};

/// The style of every page; inside the page, because a second request costs seconds on a bad line.
pub const STYLE: &str = include_str!("../../../templates/answer/style.css");

/// Nothing but our own style, and forms that go nowhere else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(sha256(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// What is around every page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// In which language it speaks.
    pub language: Language,
    /// What the browser calls it; no more than the referral's number.
    pub title: String,
    /// Name of the office, when it is known.
    pub office: String,
    /// Its code, when it stands in the link.
    pub office_code: String,
    /// The path of the link: `/r/` or `/confirm/`, and the token.
    pub base: String,
}

/// A language to switch to.
#[allow(missing_docs)]
pub struct Tongue {
    pub code: &'static str,
    pub name: &'static str,
    pub address: String,
    pub current: bool,
}

impl Frame {
    /// A text of the catalogue that needs nothing.
    pub fn say(&self, text: Text) -> String {
        say(self.language, text, &[])
    }

    /// A text and its values.
    pub fn tell(&self, text: Text, values: &[(&str, Value<'_>)]) -> String {
        say(self.language, text, values)
    }

    /// The address of a page of this link, in the same language.
    pub fn to(&self, page: &str) -> String {
        self.address(page, self.language)
    }

    fn address(&self, page: &str, language: Language) -> String {
        let office = match self.office_code.as_str() {
            "" => String::new(),
            code => format!("&office={code}"),
        };
        format!("{}{page}?lang={language}{office}", self.base)
    }

    /// Every language, and where it leads.
    pub fn tongues(&self) -> Vec<Tongue> {
        let name = |language| match language {
            Language::En => "English",
            Language::Es => "Español",
            Language::Fr => "Français",
            Language::Fil => "Filipino",
        };
        let tongue = |language: Language| Tongue {
            code: language.code(),
            name: name(language),
            address: self.address("", language),
            current: language == self.language,
        };
        Language::ALL.into_iter().map(tongue).collect()
    }
}

/// A label and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub label: String,
    /// Its values, one a line.
    pub values: Vec<Shown>,
}

/// A value, and the number behind it when it can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// In words.
    pub words: String,
    /// E.164, for a link that dials.
    pub dials: Option<String>,
}

impl Line {
    /// A line with one value.
    pub fn of(label: String, words: impl Into<String>) -> Line {
        Line { label, values: vec![Shown { words: words.into(), dials: None }] }
    }
}

/// What came of the last step, on top of the page that follows.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// Something is in the way.
    pub bad: bool,
    /// In a few words.
    pub title: String,
    /// Then what to do.
    pub lines: Vec<String>,
    /// Fields to correct.
    pub complaints: Vec<Complaint>,
}

impl News {
    /// All is well.
    pub fn good(title: String, lines: Vec<String>) -> News {
        News { title, lines, ..News::default() }
    }

    /// Something is in the way.
    pub fn bad(title: String, lines: Vec<String>) -> News {
        News { bad: true, ..News::good(title, lines) }
    }
}

/// Only words: a link that is over, or a fault of ours.
#[derive(Template)]
#[template(path = "answer/told.html")]
#[allow(missing_docs)]
pub struct Words {
    pub frame: Frame,
    pub heading: String,
    pub lines: Vec<String>,
    /// E.164.
    pub phone: Option<String>,
}

/// A page as an answer.
///
/// # Errors
/// Only when a template cannot be written, which is a mistake of ours.
pub fn answer(status: StatusCode, page: &impl Template) -> Result<HttpResponse, Error> {
    let html = page.render().map_err(anyhow::Error::from)?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header(("X-Robots-Tag", "noindex, nofollow"))
        .body(html))
}

/// Sends the browser on with a GET, so that loading the page again repeats nothing.
pub fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

impl Frame {
    /// The page of a request that could not be answered, whoever is to blame.
    pub fn trouble(&self, status: StatusCode) -> Words {
        let (heading, line) = if status.is_client_error() {
            (texts::ANSWER_UNREAD_TITLE, texts::ANSWER_UNREAD)
        } else {
            (texts::ANSWER_TROUBLE_TITLE, texts::ANSWER_TROUBLE)
        };
        let lines = vec![self.say(line)];
        Words { heading: self.say(heading), lines, phone: None, frame: self.clone() }
    }
}
