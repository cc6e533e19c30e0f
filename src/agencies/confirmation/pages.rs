//! The pages: the whole entry with one button that says that all of it is true, and one service with what may have changed.

use askama::Template;

use crate::platform::html::{Entered, Frame, Line, News, STYLE, Words};
use crate::platform::text::texts;

/// A service as the page shows it.
#[allow(missing_docs)]
pub struct Shown {
    pub name: String,
    pub lines: Vec<Line>,
    /// The address of its own page.
    pub address: String,
}

/// The whole entry.
#[derive(Template)]
#[template(path = "confirm/entry.html")]
#[allow(missing_docs)]
pub struct WholeEntry {
    pub frame: Frame,
    pub news: Option<News>,
    pub intro: String,
    /// How to reach the agency.
    pub lines: Vec<Line>,
    pub services: Vec<Shown>,
    pub key: String,
    /// What is shown, in a few letters.
    pub shown: String,
    /// The box was left empty.
    pub unticked: bool,
}

/// One service, and what may be said of it.
#[derive(Template)]
#[template(path = "confirm/service.html")]
#[allow(missing_docs)]
pub struct OneService {
    pub frame: Frame,
    pub news: Option<News>,
    pub service: Shown,
    pub version: i32,
    pub key: String,
    /// Word and label of each answer.
    pub answers: Vec<(&'static str, String)>,
    /// The answer that could not be taken, to be given again.
    pub entered: Entered,
}

impl OneService {
    /// What is wrong with a field.
    fn problem(&self, field: &str) -> Option<&str> {
        let complaints = &self.news.as_ref()?.complaints;
        complaints.iter().find(|complaint| complaint.field == field).map(|complaint| complaint.words.as_str())
    }

    fn is_chosen(&self, answer: &str) -> bool {
        self.entered.get("answer") == Some(answer)
    }
}

/// The page of a link that leads nowhere.
pub fn dead_end(frame: &Frame) -> Words {
    let lines = [texts::CONFIRM_DEAD_WHY, texts::CONFIRM_DEAD_NEWEST].map(|text| frame.say(text)).into();
    Words { heading: frame.say(texts::CONFIRM_DEAD_TITLE), lines, phone: None, frame: frame.clone() }
}
