//! One event as an iCalendar file (RFC 5545). Written by hand: the format's rules for one event are those below, and a
//! moment in UTC is the same instant in every calendar, so that no zone's rules have to travel along.

use chrono::{DateTime, Utc};

/// Longest line in octets without its line break (RFC 5545, 3.1).
const LONGEST_LINE: usize = 75;

/// Whether it will take place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// It will.
    Confirmed,
    /// It may.
    Tentative,
    /// It will not.
    Cancelled,
}

impl Certainty {
    fn word(self) -> &'static str {
        match self {
            Certainty::Confirmed => "CONFIRMED",
            Certainty::Tentative => "TENTATIVE",
            Certainty::Cancelled => "CANCELLED",
        }
    }
}

/// An event. How long it takes is not known, so no end is told.
#[derive(Debug, Clone)]
pub struct CalendarEvent {
    /// The same for ever; calendars know by it which event this is.
    pub uid: String,
    /// Grows with every change of time, place or certainty; calendars take the highest.
    pub sequence: usize,
    /// When it last changed.
    pub stamp: DateTime<Utc>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// Its title.
    pub summary: String,
    /// Lines about it.
    pub description: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// Where more stands, for those who may read it.
    pub url: String,
    /// Whether it will take place.
    pub certainty: Certainty,
}

impl CalendarEvent {
    /// The file.
    pub fn to_ics(&self) -> String {
        let moment = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Migrant Desk//Appointments//EN".to_owned(),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", self.uid),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTAMP:{}", moment(self.stamp)),
            format!("DTSTART:{}", moment(self.starts_at)),
            format!("SUMMARY:{}", escaped(&self.summary)),
        ];
        lines.extend(self.description.as_deref().map(|text| format!("DESCRIPTION:{}", escaped(text))));
        lines.extend(self.place.as_deref().map(|text| format!("LOCATION:{}", escaped(text))));
        lines.extend([
            format!("URL:{}", self.url),
            format!("STATUS:{}", self.certainty.word()),
            // Other eyes on a shared calendar see that somebody is busy, not with what.
            "CLASS:PRIVATE".to_owned(),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ]);
        lines.iter().map(|line| folded(line) + "\r\n").collect()
    }
}

/// A text value (RFC 5545, 3.3.11): what would end it or begin another line is escaped, other controls are left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").replace('\r', "\n").chars() {
        match c {
            '\\' | ';' | ',' => safe.extend(['\\', c]),
            '\n' => safe.push_str("\\n"),
            c if c.is_control() => {}
            c => safe.push(c),
        }
    }
    safe
}

/// Long lines go on in the next, after a space; no letter is cut.
fn folded(line: &str) -> String {
    let (mut folded, mut octets) = (String::with_capacity(line.len()), 0);
    for c in line.chars() {
        if octets + c.len_utf8() > LONGEST_LINE {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(c);
        octets += c.len_utf8();
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> CalendarEvent {
        let at = |moment: &str| moment.parse().expect("a moment");
        CalendarEvent {
            uid: "1@desk.example".into(),
            sequence: 2,
            stamp: at("2026-11-24T15:00:00Z"),
            starts_at: at("2026-11-26T09:30:00-05:00"),
            summary: "Cita; a las 9, en Quito\\".into(),
            description: Some("Uno\r\nDos".into()),
            place: None,
            url: "https://desk.example/1".into(),
            certainty: Certainty::Confirmed,
        }
    }

    #[test]
    fn an_event_is_written_as_the_standard_says() {
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Migrant Desk//Appointments//EN\r\n\
                        BEGIN:VEVENT\r\nUID:1@desk.example\r\nSEQUENCE:2\r\nDTSTAMP:20261124T150000Z\r\n\
                        DTSTART:20261126T143000Z\r\nSUMMARY:Cita\\; a las 9\\, en Quito\\\\\r\n\
                        DESCRIPTION:Uno\\nDos\r\nURL:https://desk.example/1\r\nSTATUS:CONFIRMED\r\n\
                        CLASS:PRIVATE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(event().to_ics(), expected);
    }

    #[test]
    fn no_line_is_too_long_and_no_letter_is_cut() {
        let place = "Ñandú 日本 \u{1F3E0} ".repeat(40);
        let file = CalendarEvent { place: Some(place.clone()), ..event() }.to_ics();
        assert!(file.split("\r\n").all(|line| line.len() <= LONGEST_LINE), "{file}");
        assert!(file.replace("\r\n ", "").contains(&format!("LOCATION:{place}\r\n")));
    }

    #[test]
    fn words_cannot_begin_a_line_of_their_own() {
        let place = Some("Quito\r\nATTENDEE:mailto:x@example.org\u{b}".into());
        let file = CalendarEvent { place, ..event() }.to_ics();
        assert!(file.split("\r\n").all(|line| !line.starts_with("ATTENDEE")), "{file}");
        assert!(!file.contains('\u{b}'));
    }
}
