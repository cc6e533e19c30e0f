//! A letter: paragraphs laid out as HTML and as plain text, and its form on the wire.

use std::fmt;
use std::time::SystemTime;

use anyhow::Context;
use askama::Template;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use crate::platform::text::{Language, say, texts};

/// What a mail says, already in the recipient's language and not yet escaped.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Paragraphs {
    pub subject: String,
    pub heading: String,
    /// The sentences above the facts, a paragraph each.
    pub lines: Vec<String>,
    /// What is listed below the sentences, each with the absolute address it leads to.
    pub listed: Vec<(String, Option<String>)>,
    /// Label and value, shown as a small table: number, service, deadline.
    pub facts: Vec<(String, String)>,
    /// The one button: its label and an absolute address.
    pub action: Option<(String, String)>,
    /// Who sent this, and that personal data do not belong into an answer.
    pub footer: String,
}

/// A mail ready to be sent. It may be sent more than once: the stable message id lets the receiver tell.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// `local@domain`, without brackets; the same at every try.
    pub message_id: String,
    /// The bare address of the one recipient.
    pub to: String,
    /// Where an answer should go, if not to the sender.
    pub reply_to: Option<String>,
    /// Where a report of another mail server should go, if not to the sender.
    pub return_path: Option<String>,
    pub language: Language,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Links and codes in a mail are secrets, and addresses are personal: a log gets the id alone.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

#[derive(Template)]
#[template(path = "mail.html")]
struct HtmlPage<'a> {
    language: Language,
    mail: &'a Paragraphs,
    button_fallback: &'a str,
}

#[derive(Template)]
#[template(path = "mail.txt", escape = "none")]
struct TextPage<'a> {
    mail: &'a Paragraphs,
}

impl Letter {
    /// Lays the paragraphs out in both forms.
    ///
    /// # Errors
    /// Only when a template cannot be written, which is a mistake of ours.
    pub fn lay_out(
        message_id: impl Into<String>,
        to: impl Into<String>,
        language: Language,
        mail: &Paragraphs,
    ) -> anyhow::Result<Letter> {
        let button_fallback = say(language, texts::MAIL_BUTTON_FALLBACK, &[]);
        let html = HtmlPage { language, mail, button_fallback: &button_fallback }.render()?;
        let text = TextPage { mail }.render()?;
        Ok(Letter {
            message_id: message_id.into(),
            to: to.into(),
            reply_to: None,
            return_path: None,
            language,
            subject: mail.subject.clone(),
            text,
            html,
        })
    }

    /// The message as it goes over the wire.
    ///
    /// # Errors
    /// When an address is none. The error never quotes it.
    pub(super) fn message(&self, from: &Mailbox) -> anyhow::Result<Message> {
        let to: Address = self.to.parse().context("the recipient is not a mail address")?;
        let mut builder = Message::builder()
            .from(from.clone())
            .to(to.clone().into())
            .subject(one_line(&self.subject))
            .message_id(Some(format!("<{}>", one_line(&self.message_id))))
            .date(SystemTime::now());
        if let Some(address) = &self.reply_to {
            let reply_to: Address = address.parse().context("the reply address is not a mail address")?;
            builder = builder.reply_to(reply_to.into());
        }
        if let Some(address) = &self.return_path {
            let return_path: Address = address.parse().context("the return path is not a mail address")?;
            builder = builder.envelope(Envelope::new(Some(return_path), vec![to])?);
        }
        let body = MultiPart::alternative_plain_html(self.text.clone(), self.html.clone());
        let mut message = builder.multipart(body)?;
        let headers = message.headers_mut();
        for (name, value) in [
            // RFC 3834: no holiday notice or other robot may answer.
            ("Auto-Submitted", "auto-generated"),
            // The same, in the words Exchange and Outlook listen to.
            ("X-Auto-Response-Suppress", "All"),
            ("Content-Language", self.language.code()),
        ] {
            let name = HeaderName::new_from_ascii_str(name);
            headers.insert_raw(HeaderValue::new(name, value.to_owned()));
        }
        Ok(message)
    }
}

/// A header is one line; a line break in a value could smuggle in another header.
fn one_line(value: &str) -> String {
    value.split(|letter: char| letter.is_control()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraphs() -> Paragraphs {
        Paragraphs {
            subject: "Referral".into(),
            heading: "Peñafiel & sons <b>".into(),
            lines: vec!["First.".into(), "Second.".into()],
            listed: vec![],
            facts: vec![("Number".into(), "PIC-2026-000412".into())],
            action: Some(("Open".into(), "https://desk.example/r?a=1&b=2".into())),
            footer: "Sent by a desk.".into(),
        }
    }

    #[test]
    fn html_is_escaped_and_text_is_not() {
        let letter = Letter::lay_out("1@desk.example", "a@example.org", Language::Es, &paragraphs())
            .expect("a letter");
        assert!(letter.html.contains("Peñafiel &#38; sons &#60;b&#62;"), "{}", letter.html);
        assert!(letter.html.contains("<html lang=\"es\""));
        assert!(letter.text.contains("Peñafiel & sons <b>"));
    }

    #[test]
    fn the_address_behind_the_button_can_be_read() {
        let letter = Letter::lay_out("1@desk.example", "a@example.org", Language::En, &paragraphs())
            .expect("a letter");
        let shown = "https://desk.example/r?a=1&#38;b=2";
        assert_eq!(letter.html.matches(shown).count(), 3, "button, link and visible words\n{}", letter.html);
        assert!(letter.text.contains("https://desk.example/r?a=1&b=2"));
    }

    #[test]
    fn a_mail_loads_nothing_from_elsewhere() {
        let letter = Letter::lay_out("1@desk.example", "a@example.org", Language::En, &paragraphs())
            .expect("a letter");
        for forbidden in ["<img", "src=", "@import", "url(", "<script", "<link"] {
            assert!(!letter.html.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn a_line_break_cannot_smuggle_in_a_header() {
        let mut letter = Letter::lay_out("1@desk.example", "a@example.org", Language::En, &paragraphs())
            .expect("a letter");
        letter.subject = "Hello\r\nBcc: thief@example.org".into();
        let from = "Desk <desk@example.org>".parse().expect("a mailbox");
        let wire = String::from_utf8(letter.message(&from).expect("a message").formatted()).expect("text");
        assert!(!wire.contains("\r\nBcc:"), "{wire}");
    }
}
