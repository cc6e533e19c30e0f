//! A report as a table: CSV in pieces, or a workbook in bounded memory.

use anyhow::Context;
use rust_xlsxwriter::{Format as Style, Workbook, Worksheet};

use super::rules::{Caseload, Row};
use super::wording;
use crate::platform::text::{Language, Value, say, texts};

/// How many lines go into one piece of CSV.
const LINES_A_PIECE: usize = 500;

/// The header: days, breakdown, measures.
fn header(report: &Caseload, language: Language) -> Vec<String> {
    let word = |text| say(language, text, &[]);
    let mut header = vec![word(texts::WORDS_PERIOD), word(texts::REPORT_FROM), word(texts::REPORT_UNTIL)];
    header.extend(report.by.iter().map(|dimension| wording::dimension(language, *dimension)));
    header.extend(report.definitions.iter().map(|definition| definition.label.clone()));
    header
}

/// The words of a line; `total` stands in place of each code of a line without a breakdown.
fn words(row: &Row, by: usize, total: &str) -> Vec<String> {
    let mut words = vec![row.bucket.label.clone(), row.bucket.from.to_string(), row.bucket.to.to_string()];
    words.extend(row.keys.iter().map(|key| key.label.clone()));
    words.resize(3 + by, total.to_owned());
    words
}

/// Every line in order: the breakdown, the buckets, the whole.
fn lines(report: &Caseload) -> impl Iterator<Item = &Row> {
    report.rows.iter().chain(&report.bucket_totals).chain(std::iter::once(&report.totals))
}

/// A text no spreadsheet takes for a formula.
pub fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// CSV piece by piece: UTF-8 with BOM, CRLF, header words in the reader's language.
pub fn csv(report: Caseload, language: Language) -> impl Iterator<Item = anyhow::Result<Vec<u8>>> {
    let total = say(language, texts::WORDS_TOTAL, &[]);
    let amount = lines(&report).count();
    (0..=amount / LINES_A_PIECE).map(move |piece| {
        let mut bytes = if piece == 0 { "\u{feff}".as_bytes().to_vec() } else { vec![] };
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
        if piece == 0 {
            writer.write_record(header(&report, language).iter().map(|word| harmless(word)))?;
        }
        for row in lines(&report).skip(piece * LINES_A_PIECE).take(LINES_A_PIECE) {
            let words = words(row, report.by.len(), &total).into_iter().map(|word| harmless(&word));
            writer.write_record(words.chain(row.cells.numbers().map(|number| number.to_string())))?;
        }
        writer.flush()?;
        drop(writer);
        Ok(bytes)
    })
}

/// A workbook: the table with its header frozen, and a sheet that says what was counted, of what, and when.
///
/// # Errors
/// When the workbook cannot be put together.
pub fn xlsx(report: &Caseload, language: Language) -> anyhow::Result<Vec<u8>> {
    let word = |text| say(language, text, &[]);
    let bold = Style::new().set_bold();
    let total = word(texts::WORDS_TOTAL);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(word(texts::REPORT_CASELOAD))?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, name) in (0u16..).zip(header(report, language)) {
        sheet.write_string_with_format(0, column, name, &bold)?;
    }
    for (line, row) in (1u32..).zip(lines(report)) {
        let mut column = 0u16;
        for text in words(row, report.by.len(), &total) {
            sheet.write_string(line, column, text)?;
            column += 1;
        }
        for number in row.cells.numbers() {
            #[expect(clippy::cast_precision_loss, reason = "a workbook counts in f64, exact up to 2⁵³")]
            sheet.write_number(line, column, number as f64)?;
            column += 1;
        }
    }
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(word(texts::WORDS_DEFINITION))?;
    about(sheet, report, language, &bold)?;
    workbook.save_to_buffer().context("the workbook cannot be written")
}

/// The second sheet: period, zone, as-of, narrowings, definitions, footnotes.
fn about(sheet: &mut Worksheet, report: &Caseload, language: Language, bold: &Style) -> anyhow::Result<()> {
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
    for (line, (name, fact)) in (0u32..).zip(facts) {
        sheet.write_string_with_format(line, 0, name, bold)?;
        sheet.write_string(line, 1, fact)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM", "\tx", "\rx"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        assert_eq!(harmless("Peña"), "Peña");
    }
}
