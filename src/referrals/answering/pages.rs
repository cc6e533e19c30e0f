//! The pages of a referral's link. Each is a struct that holds what it shows; what is around them all is [`Frame`].

use askama::Template;

use crate::platform::html::{Entered, Frame, Line, News, STYLE, Words};
use crate::platform::text::{Value, texts};

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

/// The page of a link that leads nowhere, the same for one that never led anywhere: nobody learns which links were real.
pub fn dead_end(frame: &Frame, phone: Option<String>) -> Words {
    let mut lines = vec![frame.say(texts::ANSWER_DEAD_WHY), frame.say(texts::ANSWER_DEAD_NEWEST)];
    lines.push(if frame.office.is_empty() {
        frame.say(texts::ANSWER_DEAD_ASK)
    } else {
        frame.tell(texts::ANSWER_DEAD_PHONE, &[("office", Value::from(&frame.office))])
    });
    Words { heading: frame.say(texts::ANSWER_DEAD_TITLE), lines, phone, frame: frame.clone() }
}
