//! Figures of referrals as a table.

use super::rules::{ReferralReport, Row};
use crate::platform::text::{Language, Value, say, texts};
use crate::reports::tables::{Line, Number, Table, several};
use crate::reports::wording;

/// The report's lines in order (the breakdown, the buckets, the whole), and what should be known of them.
pub fn table(report: &ReferralReport, language: Language) -> Table {
    let word = |text| say(language, text, &[]);
    let total = word(texts::WORDS_TOTAL);
    let lines =
        report.rows.iter().chain(several(&report.bucket_totals)).chain(std::iter::once(&report.totals));
    let mut header = vec![word(texts::WORDS_PERIOD), word(texts::REPORT_FROM), word(texts::REPORT_UNTIL)];
    header.extend(report.by.iter().map(|dimension| wording::referral_dimension(language, *dimension)));
    header.extend(report.definitions.iter().map(|definition| definition.label.clone()));
    Table {
        title: word(texts::REPORT_REFERRALS),
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
    let (cells, rates, hours) = (&row.cells, &row.rates, &row.hours);
    let counts = [
        &cells.sent,
        &cells.acknowledged,
        &cells.accepted,
        &cells.declined,
        &cells.withdrawn,
        &cells.unanswered,
        &cells.overdue,
        &cells.expired,
        &cells.completed,
        &cells.failed,
        &cells.need_met,
        &cells.loop_closed,
    ];
    let shares = [rates.acceptance, rates.completion, rates.need_met, rates.loop_closed];
    let times = [hours.median_to_acknowledge, hours.median_to_answer, hours.ninetieth_to_answer];
    let counts = counts.into_iter().map(|cell| Number::Count(cell.value));
    let numbers = counts.chain(shares.map(Number::Share)).chain(times.map(Number::Hours)).collect();
    Line { words, numbers }
}

/// Period, day of the state, zone, narrowings, definitions, footnotes.
fn about(report: &ReferralReport, language: Language) -> Vec<(String, String)> {
    let word = |text| say(language, text, &[]);
    let zone = report.zone.as_deref().unwrap_or("–").to_owned();
    let clock = report.zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(chrono_tz::UTC);
    let as_of = say(language, texts::WORDS_AS_OF, &[("moment", Value::Moment(report.as_of, clock))]);
    let mut facts = vec![
        (word(texts::WORDS_PERIOD), report.period.label.clone()),
        (word(texts::REPORT_AS_OF_DAY), report.as_of_day.to_string()),
        (word(texts::REPORT_ZONE), zone),
        (as_of, String::new()),
    ];
    facts.extend(report.filter.iter().map(|key| {
        let of = wording::referral_dimension(language, key.dimension);
        (format!("{}: {of}", word(texts::REPORT_FILTER)), key.label.clone())
    }));
    facts.extend(report.definitions.iter().map(|d| (d.label.clone(), d.definition.clone())));
    facts.extend(report.footnotes.iter().map(|note| (note.clone(), String::new())));
    facts
}
