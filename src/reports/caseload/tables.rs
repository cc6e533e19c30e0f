//! The caseload as a table.

use super::rules::{Caseload, Row};
use crate::platform::text::{Language, Value, say, texts};
use crate::reports::tables::{Line, Number, Table, several};
use crate::reports::wording;

/// The report's lines in order (the breakdown, the buckets, the whole), and what should be known of them.
pub fn table(report: &Caseload, language: Language) -> Table {
    let word = |text| say(language, text, &[]);
    let total = word(texts::WORDS_TOTAL);
    let lines =
        report.rows.iter().chain(several(&report.bucket_totals)).chain(std::iter::once(&report.totals));
    let mut header = vec![word(texts::WORDS_PERIOD), word(texts::REPORT_FROM), word(texts::REPORT_UNTIL)];
    header.extend(report.by.iter().map(|dimension| wording::dimension(language, *dimension)));
    header.extend(report.definitions.iter().map(|definition| definition.label.clone()));
    Table {
        title: word(texts::REPORT_CASELOAD),
        header,
        lines: lines.map(|row| line(row, report.by.len(), &total)).collect(),
        about_title: word(texts::WORDS_DEFINITION),
        about: about(report, language),
    }
}

/// `total` stands in place of each code of a line without a breakdown.
fn line(row: &Row, by: usize, total: &str) -> Line {
    let mut words = vec![row.bucket.label.clone(), row.bucket.from.to_string(), row.bucket.to.to_string()];
    words.extend(row.keys.iter().map(|key| key.label.clone()));
    words.resize(3 + by, total.to_owned());
    Line { words, numbers: row.cells.numbers().map(Number::Count).to_vec() }
}

/// Period, zone, as-of, narrowings, definitions, footnotes.
fn about(report: &Caseload, language: Language) -> Vec<(String, String)> {
    let word = |text| say(language, text, &[]);
    let zone = report.zone.as_deref().unwrap_or("–").to_owned();
    let clock = report.zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(chrono_tz::UTC);
    let as_of = say(language, texts::WORDS_AS_OF, &[("moment", Value::Moment(report.as_of, clock))]);
    let mut facts = vec![
        (word(texts::WORDS_PERIOD), report.period.label.clone()),
        (word(texts::REPORT_ZONE), zone),
        (as_of, String::new()),
    ];
    facts.extend(report.filter.iter().map(|key| {
        let of = wording::dimension(language, key.dimension);
        (format!("{}: {of}", word(texts::REPORT_FILTER)), key.label.clone())
    }));
    facts.extend(report.definitions.iter().map(|d| (d.label.clone(), d.definition.clone())));
    facts.extend(report.footnotes.iter().map(|note| (note.clone(), String::new())));
    facts
}
