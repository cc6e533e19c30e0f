//! A report as a table: CSV in pieces, or a workbook in bounded memory.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use anyhow::Context;
use futures_util::stream;
use rust_xlsxwriter::{Format as Style, Workbook};

use super::format::Format;
use crate::platform::error::Error;
use crate::platform::table::harmless;

/// How many lines go into one piece of CSV.
const LINES_A_PIECE: usize = 500;

/// A report ready to be written: words and numbers in the reader's language.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Name of the first sheet.
    pub title: String,
    /// The header.
    pub header: Vec<String>,
    /// The lines in order.
    pub lines: Vec<Line>,
    /// Name of the second sheet.
    pub about_title: String,
    /// What was counted, of what, and when: names and facts.
    pub about: Vec<(String, String)>,
}

/// A line: words first, then numbers.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Days and codes.
    pub words: Vec<String>,
    /// The numbers.
    pub numbers: Vec<Number>,
}

/// A number of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// How many.
    Count(i64),
    /// Hours, to a tenth; empty when nothing was measured.
    Hours(Option<f64>),
    /// A share from 0 to 1, to four digits; empty when there is nothing to divide by.
    Share(Option<f64>),
}

impl Number {
    fn as_text(self) -> String {
        match self {
            Number::Count(count) => count.to_string(),
            Number::Hours(hours) => hours.map(|hours| format!("{hours:.1}")).unwrap_or_default(),
            Number::Share(share) => share.map(|share| format!("{share:.4}")).unwrap_or_default(),
        }
    }

    fn as_cell(self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "a workbook counts in f64, exact up to 2⁵³")]
            Number::Count(count) => Some(count as f64),
            Number::Hours(number) | Number::Share(number) => number,
        }
    }
}

/// CSV piece by piece: UTF-8 with BOM, CRLF, header words in the reader's language.
pub fn csv(table: Table) -> impl Iterator<Item = anyhow::Result<Vec<u8>>> {
    (0..=table.lines.len() / LINES_A_PIECE).map(move |piece| {
        let mut bytes = if piece == 0 { "\u{feff}".as_bytes().to_vec() } else { vec![] };
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
        if piece == 0 {
            writer.write_record(table.header.iter().map(|word| harmless(word)))?;
        }
        for line in table.lines.iter().skip(piece * LINES_A_PIECE).take(LINES_A_PIECE) {
            let words = line.words.iter().map(|word| harmless(word));
            writer.write_record(words.chain(line.numbers.iter().map(|number| number.as_text())))?;
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
pub fn xlsx(table: &Table) -> anyhow::Result<Vec<u8>> {
    let bold = Style::new().set_bold();
    let (tenths, percent) = (Style::new().set_num_format("0.0"), Style::new().set_num_format("0.0 %"));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(&table.title)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, name) in (0u16..).zip(&table.header) {
        sheet.write_string_with_format(0, column, name, &bold)?;
    }
    for (at, line) in (1u32..).zip(&table.lines) {
        let mut columns = 0u16..;
        for (text, column) in line.words.iter().zip(&mut columns) {
            sheet.write_string(at, column, text)?;
        }
        for (number, column) in line.numbers.iter().zip(columns) {
            let Some(value) = number.as_cell() else { continue };
            match number {
                Number::Count(_) => sheet.write_number(at, column, value)?,
                Number::Hours(_) => sheet.write_number_with_format(at, column, value, &tenths)?,
                Number::Share(_) => sheet.write_number_with_format(at, column, value, &percent)?,
            };
        }
    }
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(&table.about_title)?;
    for (at, (name, fact)) in (0u32..).zip(&table.about) {
        sheet.write_string_with_format(at, 0, name, &bold)?;
        sheet.write_string(at, 1, fact)?;
    }
    workbook.save_to_buffer().context("the workbook cannot be written")
}

/// A file to keep: CSV, or a workbook for every other form. `name` is without its ending.
///
/// # Errors
/// When the workbook cannot be put together.
pub async fn answer(table: Table, format: Format, name: &str) -> Result<HttpResponse, Error> {
    let kept = |end: &str| (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{end}\""));
    if format == Format::Csv {
        let pieces = csv(table).map(|piece| piece.map(web::Bytes::from).map_err(Error::from));
        return Ok(HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8; header=present")
            .insert_header(kept("csv"))
            .streaming(stream::iter(pieces)));
    }
    let bytes = web::block(move || xlsx(&table)).await.map_err(anyhow::Error::from)??;
    Ok(HttpResponse::Ok().content_type(Format::XLSX).insert_header(kept("xlsx")).body(bytes))
}

/// The totals of a report's buckets, where there are several: the only one is the whole, which has a line of its own.
pub fn several<T>(bucket_totals: &[T]) -> &[T] {
    if bucket_totals.len() > 1 { bucket_totals } else { &[] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_is_empty_and_not_nought() {
        let table = Table {
            header: vec!["Peña".into(), "n".into(), "h".into(), "%".into()],
            lines: vec![Line {
                words: vec!["=x".into()],
                numbers: vec![Number::Count(3), Number::Hours(Some(1.25)), Number::Share(None)],
            }],
            ..Table::default()
        };
        let bytes: Vec<u8> = csv(table).flat_map(|piece| piece.expect("written")).collect();
        assert_eq!(String::from_utf8(bytes).expect("UTF-8"), "\u{feff}Peña,n,h,%\r\n'=x,3,1.2,\r\n");
    }
}
