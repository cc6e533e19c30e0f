//! Tables that go to and come from spreadsheets, as CSV.

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT, CONTENT_DISPOSITION};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use futures_util::future::{FutureExt, LocalBoxFuture};
use unicode_normalization::UnicodeNormalization;

use super::crypto::sha256;
use super::error::Error;
use super::http::{Asked, idempotency_key};
use crate::problems;

/// What no spreadsheet may take for the beginning of a formula.
const FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// Excel takes a file for UTF-8 only when it begins so.
const MARK: &str = "\u{feff}";

/// A text no spreadsheet takes for a formula.
pub fn harmless(text: &str) -> String {
    if text.starts_with(FORMULAS) { format!("'{text}") } else { text.to_owned() }
}

/// A text as it was before [`harmless`] and a spreadsheet had it.
fn unharmed(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULAS)).unwrap_or(text)
}

/// Whether the client wants a table rather than JSON: its first form that can be given.
pub fn is_wanted(request: &HttpRequest) -> bool {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    let ranges = accept.split(',').map(|range| range.split(';').next().unwrap_or_default().trim());
    let known =
        |range: &&str| ["text/csv", "text/*", "application/json", "application/*", "*/*"].contains(range);
    ranges.into_iter().find(known).is_some_and(|range| range.starts_with("text/"))
}

/// Answers with a table: UTF-8 with its mark, CRLF, and cells that no spreadsheet runs.
///
/// # Errors
/// When the table cannot be written, which is a mistake of ours.
pub fn csv(
    name: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<HttpResponse, Error> {
    let mut bytes = MARK.as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    let written = (|| {
        writer.write_record(header)?;
        for row in rows {
            writer.write_record(row.iter().map(|cell| harmless(cell)))?;
        }
        writer.flush()?;
        anyhow::Ok(())
    })();
    drop(writer);
    written?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
        .body(bytes))
}

/// A table a client sent.
#[derive(Debug, PartialEq)]
pub struct Table {
    /// Names of the columns, in lower case.
    pub header: Vec<String>,
    /// The rows, each with the line it begins at.
    pub rows: Vec<(u64, Vec<String>)>,
}

impl Table {
    /// Reads CSV in UTF-8, with commas or semicolons as its header has them. Lines without any text are left out.
    ///
    /// # Errors
    /// `malformed_body` with the line, `forbidden_character`.
    pub fn read(bytes: &[u8]) -> Result<Table, Error> {
        let malformed = |words: String| Error::from(problems::MALFORMED_BODY.problem().detail(words));
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("Is not UTF-8.".into()))?;
        let text = text.trim_start_matches(MARK);
        if text.contains('\0') {
            return Err((&problems::FORBIDDEN_CHARACTER).into());
        }
        let first = text.lines().next().unwrap_or_default();
        let separator = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(text.as_bytes());
        let mut rows = Vec::new();
        let (mut counted, mut line) = (0, 1);
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, csv::Position::line);
                malformed(format!("Line {line} has not as many cells as the line of column names."))
            })?;
            // The reader tells where it stood before the line ends in front of a record.
            let stood = record.position().map_or(0, csv::Position::byte);
            let stood = usize::try_from(stood).unwrap_or(0).min(text.len());
            let begins = text.len() - text[stood..].trim_start_matches(['\r', '\n']).len();
            line += text[counted..begins].bytes().filter(|byte| *byte == b'\n').count() as u64;
            counted = begins;
            let cells: Vec<String> = record.iter().map(|cell| unharmed(cell).nfc().collect()).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push((line, cells));
            }
        }
        if rows.is_empty() {
            return Err(malformed("Has no line of column names.".into()));
        }
        let header = rows.remove(0).1.into_iter().map(|name| name.to_lowercase()).collect();
        Ok(Table { header, rows })
    }
}

/// A table as the body of a request, and what makes the request the same as another.
pub struct TableBody {
    /// The table.
    pub table: Table,
    /// Its fingerprint and the client's key.
    pub asked: Asked,
}

impl FromRequest for TableBody {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = web::Bytes::from_request(request, payload);
        let is_csv = request.content_type().eq_ignore_ascii_case("text/csv");
        let key = idempotency_key(request);
        async move {
            if !is_csv {
                return Err(problems::UNSUPPORTED_MEDIA_TYPE.problem().detail("Send text/csv.").into());
            }
            let key = key?;
            let bytes = bytes.await.map_err(|_| Error::from(&problems::BODY_TOO_LARGE))?;
            Ok(TableBody { table: Table::read(&bytes)?, asked: Asked { hash: sha256(&bytes), key } })
        }
        .boxed_local()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula_and_comes_back_as_it_was() {
        for text in ["=1+1", "+593", "-1", "@SUM", "Peña", "'quoted'"] {
            assert_eq!(unharmed(&harmless(text)), text);
        }
        for text in ["=1+1", "+1", "-1", "@SUM", "\tx", "\rx"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
    }

    #[test]
    fn a_table_is_read_as_spreadsheets_write_it() {
        let semicolons = "\u{feff}Name;Phone\r\n\"Pen\u{303}a; hijos\";'+593\r\n;\r\nX;\r\n";
        let table = Table::read(semicolons.as_bytes()).expect("readable");
        assert_eq!(table.header, ["name", "phone"]);
        let cells = |line, cells: [&str; 2]| (line, cells.map(str::to_owned).to_vec());
        assert_eq!(table.rows, [cells(2, ["Peña; hijos", "+593"]), cells(4, ["X", ""])]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        for bytes in [&b""[..], b"\r\n\r\n", b"a,b\r\n1\r\n", b"a\r\n\xff"] {
            assert!(
                matches!(Table::read(bytes), Err(Error::Problem(p)) if p.kind().code == "malformed_body")
            );
        }
        let nul = Table::read(b"a\r\n\0");
        assert!(matches!(nul, Err(Error::Problem(p)) if p.kind().code == "forbidden_character"));
    }
}
