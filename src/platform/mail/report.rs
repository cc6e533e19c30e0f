//! Delivery reports (RFC 3464): the mail by which another mail server says what became of ours.
//!
//! Reports come from anywhere and are read as hostile. What is taken out of one is the id of the mail it is about, its
//! verdict, and one line of the server's words with addresses masked; nothing else of it is kept.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::reply::presentable;

/// Largest report that is read, in bytes. Ours is a small mail, and a report returns it at most once.
pub const LARGEST: usize = 1024 * 1024;
/// Recipients of one report that are looked at; our mails have one.
const MOST_RECIPIENTS: usize = 20;

/// What a server says of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It was handed on or delivered.
    Arrived,
    /// Not yet; the server goes on trying.
    Delayed,
    /// It was given up.
    Failed,
}

/// A delivery report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The Message-ID of the mail it is about, without brackets, when the report returns its headers.
    pub message_id: Option<String>,
    /// Addresses the report itself was sent to.
    pub sent_to: Vec<String>,
    /// What became of the mail.
    pub fate: Fate,
    /// The status code and the server's words, without addresses.
    pub words: String,
}

impl Report {
    /// Reads a mail; `None` when it is no delivery report, such as a holiday notice or an advertisement.
    pub fn read(raw: &[u8]) -> Option<Report> {
        if raw.len() > LARGEST {
            return None;
        }
        let mail = MessageParser::default().parse(raw)?;
        if !is_of_type(mail.root_part(), "multipart", &["report"]) {
            return None;
        }
        let mut parts = mail.parts.iter();
        let status =
            parts.find(|part| is_of_type(part, "message", &["delivery-status", "global-delivery-status"]))?;
        let (fate, words) = verdict(&String::from_utf8_lossy(status.contents()))?;
        let message_id = parts.find_map(returned_id);
        Some(Report { message_id, sent_to: recipients(&mail), fate, words })
    }
}

fn is_of_type(part: &MessagePart<'_>, kind: &str, subtypes: &[&str]) -> bool {
    part.content_type().is_some_and(|found| {
        let subtype = found.subtype().unwrap_or_default();
        found.ctype().eq_ignore_ascii_case(kind)
            && subtypes.iter().any(|wanted| subtype.eq_ignore_ascii_case(wanted))
    })
}

/// The worst verdict of all recipients, and the words that go with it.
fn verdict(status: &str) -> Option<(Fate, String)> {
    let blocks = blocks(status);
    let told = blocks.iter().take(MOST_RECIPIENTS).filter_map(|block| {
        let status = block.get("status").unwrap_or_default();
        let fate = match block.get("action").unwrap_or_default().to_ascii_lowercase().as_str() {
            "failed" => Fate::Failed,
            "delayed" => Fate::Delayed,
            "delivered" | "relayed" | "expanded" => Fate::Arrived,
            // Some servers leave the action out; the class of the status says the same.
            "" if status.starts_with('5') => Fate::Failed,
            "" if status.starts_with('4') => Fate::Delayed,
            _ => return None,
        };
        Some((fate, block.words(status)))
    });
    // Of equals the first: the later ones are copies.
    told.reduce(|worst, next| if next.0 > worst.0 { next } else { worst })
}

/// Fields of one recipient, or of the report as a whole.
struct Block(Vec<(String, String)>);

impl Block {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn words(&self, status: &str) -> String {
        let typed = self.get("diagnostic-code").unwrap_or_default();
        // `smtp; 550 5.1.1 …`: the type says nothing to people.
        let said = typed.split_once(';').map_or(typed, |(_, said)| said).trim();
        let mut words = if said.contains(status) { said.to_owned() } else { format!("{status} {said}") };
        for field in ["original-recipient", "final-recipient"] {
            let address =
                self.get(field).and_then(|value| value.split_once(';')).map_or("", |(_, it)| it.trim());
            // Some servers name the mailbox without its domain.
            let mailbox = address.split('@').next().unwrap_or_default();
            if mailbox.chars().count() >= 3 {
                words = words.replace(address, "[address]").replace(mailbox, "[address]");
            }
        }
        presentable(&words)
    }
}

/// Fields in blocks that blank lines divide, folded lines joined, names in lower case.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = vec![Block(vec![])];
    for line in text.lines() {
        let Some(Block(fields)) = blocks.last_mut() else { break };
        if line.trim().is_empty() {
            if !fields.is_empty() {
                blocks.push(Block(vec![]));
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    blocks
}

/// The Message-ID in the returned mail or in its returned headers.
fn returned_id(part: &MessagePart<'_>) -> Option<String> {
    if let PartType::Message(returned) = &part.body {
        return returned.message_id().map(str::to_owned);
    }
    let headers = is_of_type(part, "text", &["rfc822-headers"])
        || is_of_type(part, "message", &["rfc822", "rfc822-headers", "global", "global-headers"]);
    if !headers {
        return None;
    }
    let text = String::from_utf8_lossy(part.contents());
    let id = blocks(&text).first()?.get("message-id")?.trim_matches(['<', '>', ' ']).to_owned();
    (!id.is_empty()).then_some(id)
}

/// To whom the report came: what its headers and the local delivery wrote down.
fn recipients(mail: &Message<'_>) -> Vec<String> {
    let named = mail.to().into_iter().flat_map(|list| list.iter());
    let named = named.filter_map(|to| to.address().map(str::to_owned));
    let written = ["Delivered-To", "X-Original-To"].into_iter().filter_map(|name| mail.header_raw(name));
    let written = written.map(|value| value.trim().trim_matches(['<', '>']).to_owned());
    named.chain(written).take(MOST_RECIPIENTS).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0195f7c2-0000-7000-8000-00000000cafe@desk.example";

    /// A report as Postfix writes it, with one part replaced.
    fn postfix(status: &str, returned: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example (Mail Delivery System)\r\nTo: bounces@desk.example\r\n\
             Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"9B095B5ADSN=_01\"\r\n\r\n\
             This is a MIME-encapsulated message.\r\n\r\n--9B095B5ADSN=_01\r\n\
             Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\
             I'm sorry to have to inform you about María Inventada.\r\n\r\n--9B095B5ADSN=_01\r\n\
             Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example\r\nArrival-Date: Tue, 24 Nov 2026 08:00:00 +0000 (UTC)\r\n\r\n{status}\r\n\
             --9B095B5ADSN=_01\r\nContent-Description: Undelivered Message\r\n{returned}\r\n--9B095B5ADSN=_01--\r\n"
        )
    }

    fn whole_mail() -> String {
        format!(
            "Content-Type: message/rfc822\r\n\r\nFrom: desk@desk.example\r\nTo: buzon@clinica.example\r\n\
             Message-ID: <{ID}>\r\nSubject: Referral\r\n\r\nBody\r\n"
        )
    }

    fn headers_only() -> String {
        format!(
            "Content-Type: text/rfc822-headers\r\n\r\nSubject: Referral\r\nMessage-ID:\r\n <{ID}>\r\nTo: x@y.example\r\n"
        )
    }

    const FAILED: &str = "Final-Recipient: rfc822; buzon@clinica.example\r\n\
        Original-Recipient: rfc822;buzon@clinica.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1 <buzon@clinica.example>: buzon is unknown\r\n    in virtual mailbox table\r\n";

    #[test]
    fn a_report_says_which_mail_what_became_of_it_and_why_and_names_nobody() {
        for returned in [whole_mail(), headers_only()] {
            let report = Report::read(postfix(FAILED, &returned).as_bytes()).expect("a report");
            assert_eq!(report.message_id.as_deref(), Some(ID), "{returned}");
            assert_eq!(report.fate, Fate::Failed);
            assert_eq!(report.words, "550 5.1.1 <[address]>: [address] is unknown in virtual mailbox table");
            assert_eq!(report.sent_to, ["bounces@desk.example"]);
        }
    }

    #[test]
    fn the_verdict_is_the_worst_that_is_told() {
        let told = |status: &str| {
            Report::read(postfix(status, &headers_only()).as_bytes())
                .map(|report| (report.fate, report.words))
        };
        let cases = [
            ("Action: delayed\r\nStatus: 4.4.1\r\n", Some((Fate::Delayed, "4.4.1"))),
            (
                "Action: Failed\r\nStatus: 4.4.7\r\nDiagnostic-Code: X-Postfix; expired\r\n",
                Some((Fate::Failed, "4.4.7 expired")),
            ),
            ("Action: delivered\r\nStatus: 2.0.0\r\n", Some((Fate::Arrived, "2.0.0"))),
            (
                "Action: relayed\r\nStatus: 2.0.0\r\n\r\nAction: failed\r\nStatus: 5.2.2\r\n",
                Some((Fate::Failed, "5.2.2")),
            ),
            (
                "Action: failed\r\nStatus: 5.2.2\r\n\r\nAction: delayed\r\nStatus: 4.0.0\r\n",
                Some((Fate::Failed, "5.2.2")),
            ),
            ("Status: 5.0.0\r\n", Some((Fate::Failed, "5.0.0"))),
            ("Status: 4.0.0\r\n", Some((Fate::Delayed, "4.0.0"))),
            ("Action: exploded\r\nStatus: 5.0.0\r\n", None),
            ("Final-Recipient: rfc822; a@b.example\r\n", None),
        ];
        for (status, expected) in cases {
            let expected = expected.map(|(fate, words)| (fate, words.to_owned()));
            assert_eq!(told(status), expected, "{status}");
        }
    }

    #[test]
    fn what_is_no_report_is_none() {
        let holiday = "From: a@b.example\r\nTo: bounces@desk.example\r\nAuto-Submitted: auto-replied\r\n\
                       Content-Type: text/plain\r\n\r\nStatus: 5.1.1 I am away until Monday.\r\n";
        let forwarded = postfix(FAILED, &whole_mail())
            .replace("multipart/report; report-type=delivery-status", "multipart/mixed");
        let receipt =
            postfix(FAILED, "").replace("message/delivery-status", "message/disposition-notification");
        for mail in [
            holiday,
            &forwarded,
            &receipt,
            "",
            "\r\n\r\n",
            "Content-Type: multipart/report; boundary=x\r\n\r\n--x--",
        ] {
            assert_eq!(Report::read(mail.as_bytes()), None, "{mail}");
        }
        let huge = postfix(FAILED, &"x".repeat(LARGEST));
        assert_eq!(Report::read(huge.as_bytes()), None);
    }

    #[test]
    fn a_report_that_returns_nothing_still_says_to_whom_it_came() {
        let report = postfix(FAILED, "")
            .replace("To: bounces@", "Delivered-To: bounces+42@desk.example\r\nTo: bounces@");
        let report = Report::read(report.as_bytes()).expect("a report");
        assert_eq!(report.message_id, None);
        assert_eq!(report.sent_to, ["bounces@desk.example", "bounces+42@desk.example"]);
    }

    proptest! {
        #[test]
        fn no_mail_breaks_the_reader(
            cut in 0..1500_usize, at in 0..1500_usize, noise in prop::collection::vec(any::<u8>(), 0..60)
        ) {
            let whole = postfix(FAILED, &whole_mail()).into_bytes();
            let mut mail = whole.clone();
            mail.truncate(whole.len().min(cut));
            let at = at.min(mail.len());
            mail.splice(at..at, noise);
            if let Some(report) = Report::read(&mail) {
                prop_assert!(report.words.chars().count() <= 500);
            }
        }
    }
}
