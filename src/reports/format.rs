//! In which form and language a report is given.

use crate::platform::error::Error;
use crate::platform::text::Language;
use crate::problems;
use crate::reports::period::malformed;

/// In which form a report is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// CSV in UTF-8 with BOM.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// The media type of a workbook.
    pub const XLSX: &'static str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// The first form of the Accept header that can be given; JSON when there is no header.
    ///
    /// # Errors
    /// `not_acceptable`
    pub fn negotiate(accept: Option<&str>) -> Result<Format, Error> {
        let wanted = accept
            .unwrap_or("*/*")
            .split(',')
            .map(|range| range.split(';').next().unwrap_or_default().trim());
        for range in wanted {
            match range {
                "application/json" | "application/*" | "*/*" => return Ok(Format::Json),
                "text/csv" | "text/*" => return Ok(Format::Csv),
                Format::XLSX => return Ok(Format::Xlsx),
                _ => {}
            }
        }
        Err((&problems::NOT_ACCEPTABLE).into())
    }

    /// The word in the audit trail.
    pub fn word(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }
}

/// The language of a report: the one asked for, the one the browser prefers, the reader's own.
///
/// # Errors
/// `malformed_query` for a language the service does not speak.
pub fn language(asked: Option<&str>, header: Option<&str>, own: &str) -> Result<Language, Error> {
    if let Some(asked) = asked {
        return asked.parse().map_err(|_| malformed("lang"));
    }
    let preferred = header.and_then(Language::negotiate);
    Ok(preferred.or_else(|| own.parse().ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_chosen_by_the_accept_header() {
        assert_eq!(Format::negotiate(None).expect("json"), Format::Json);
        assert_eq!(Format::negotiate(Some("text/csv, */*")).expect("csv"), Format::Csv);
        assert_eq!(Format::negotiate(Some(Format::XLSX)).expect("xlsx"), Format::Xlsx);
        assert!(Format::negotiate(Some("image/png")).is_err());
    }
}
