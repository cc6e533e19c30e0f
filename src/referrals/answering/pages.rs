//! The pages: plain HTML with its style inside, nothing from elsewhere, no script. Each is a struct that holds what it shows.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::facts::Line;
use super::forms::{Complaint, Entered};
use crate::platform::crypto::sha256;
use crate::platform::error::Error;
use crate::platform::text::{Language, Text, Value, say, texts};

/// The style of every page; inside the page, because a second request costs seconds on a bad line.
const STYLE: &str = include_str!("../../../templates/answer/style.css");

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
    /// Its code, when it stood in the link.
    pub office_code: String,
    /// `/r/` and the token.
    pub base: String,
}

/// A language to switch to.
pub struct Tongue {
    code: &'static str,
    name: &'static str,
    address: String,
    current: bool,
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
        format!("{}{page}?lang={language}&office={}", self.base, self.office_code)
    }

    fn tongues(&self) -> Vec<Tongue> {
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

/// Before a code was entered: that something waits, what kind, and until when.
#[derive(Template)]
#[template(path = "answer/minimum.html")]
#[allow(missing_docs)]
pub struct Minimum {
    pub frame: Frame,
    pub number: String,
    pub news: Option<News>,
    pub lines: Vec<Line>,
    pub told: Vec<String>,
    /// The key of the form that asks for a code; `None` when there is nothing more to see.
    pub key: Option<String>,
    pub whom_to_ask: String,
}

/// Where the code is entered.
#[derive(Template)]
#[template(path = "answer/code.html")]
#[allow(missing_docs)]
pub struct CodeEntry {
    pub frame: Frame,
    pub news: Option<News>,
    pub sent: String,
    pub key: String,
    /// What was entered opens nothing.
    pub wrong: bool,
    pub nothing_arrived: String,
}

/// An answer that is offered.
#[allow(missing_docs)]
pub struct Offer {
    pub by: &'static str,
    pub label: String,
    /// What the button says.
    pub send: String,
    pub hint: Option<String>,
    /// Its form is shown at once.
    pub open: bool,
}

impl Offer {
    fn is(&self, by: &str) -> bool {
        self.by == by
    }
}

/// A disclosure.
#[allow(missing_docs)]
pub struct Told {
    pub heading: String,
    /// How to be careful with it.
    pub care: Option<String>,
    pub lines: Vec<Line>,
}

/// After the code: what was disclosed, and the answers.
#[derive(Template)]
#[template(path = "answer/open.html")]
#[allow(missing_docs)]
pub struct Open {
    pub frame: Frame,
    pub number: String,
    pub news: Option<News>,
    pub lines: Vec<Line>,
    pub disclosed: Vec<Told>,
    /// What there is to say when nothing is to be answered.
    pub told: Vec<String>,
    pub answers: Vec<Offer>,
    pub key: String,
    pub state: &'static str,
    /// The answer that was just given and could not be taken, to be given again.
    pub entered: Entered,
    pub clock: String,
    pub today: String,
    pub latest_review: String,
    /// Answer, code and label.
    pub reasons: Vec<(&'static str, String, String)>,
    pub outcomes: Vec<(&'static str, String)>,
    pub suggestions: Vec<(String, String)>,
    pub history: Vec<(String, String)>,
    pub whom_to_ask: String,
}

impl Open {
    fn is_of(&self, by: &str) -> bool {
        self.entered.get("move") == Some(by)
    }

    /// What is wrong with a field of an answer.
    fn problem(&self, by: &str, field: &str) -> Option<&str> {
        let complaints = &self.news.as_ref().filter(|_| self.is_of(by))?.complaints;
        let place = format!("{by}-{field}");
        complaints.iter().find(|complaint| complaint.field == place).map(|complaint| complaint.words.as_str())
    }

    /// What was entered there.
    fn again(&self, by: &str, field: &str) -> &str {
        if self.is_of(by) { self.entered.again(field) } else { "" }
    }

    fn is_chosen(&self, by: &str, field: &str, value: &str) -> bool {
        self.again(by, field) == value
    }

    fn or_today(&self, by: &str, field: &str) -> &str {
        if self.is_of(by) { self.entered.again(field) } else { &self.today }
    }

    /// Codes and labels of the reasons that fit an answer.
    fn reasons(&self, by: &str) -> Vec<(&String, &String)> {
        let fitting = self.reasons.iter().filter(|(of, ..)| *of == by);
        fitting.map(|(_, code, label)| (code, label)).collect()
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
    /// The page of a link that leads nowhere, the same for one that never led anywhere: nobody learns which links were real.
    pub fn dead_end(&self, phone: Option<String>) -> Words {
        let mut lines = vec![self.say(texts::ANSWER_DEAD_WHY), self.say(texts::ANSWER_DEAD_NEWEST)];
        lines.push(if self.office.is_empty() {
            self.say(texts::ANSWER_DEAD_ASK)
        } else {
            self.tell(texts::ANSWER_DEAD_PHONE, &[("office", Value::from(&self.office))])
        });
        Words { heading: self.say(texts::ANSWER_DEAD_TITLE), lines, phone, frame: self.clone() }
    }

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
