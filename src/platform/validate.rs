//! Reading single values from a body. Each notes its complaint and goes on, so that all are told at once.

use chrono_tz::Tz;
use unicode_normalization::UnicodeNormalization;

use super::error::FieldErrors;

/// Longest one-line text, in characters.
pub const LINE: usize = 200;
/// Longest text of several lines, in characters.
pub const PROSE: usize = 20_000;

/// A text in NFC without white space around it; `None` when empty. Complains about `too_long` and control characters.
pub fn text(
    errors: &mut FieldErrors,
    pointer: &str,
    value: Option<String>,
    longest: usize,
) -> Option<String> {
    let value: String = value?.nfc().collect();
    let value = value.trim();
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        errors.add(pointer, "control_character", "Holds a control character.");
        return None;
    }
    if longest <= LINE && value.contains(['\n', '\r']) {
        errors.add(pointer, "several_lines", "Must be one line.");
        return None;
    }
    if value.chars().count() > longest {
        errors.add(pointer, "too_long", format!("At most {longest} characters."));
        return None;
    }
    (!value.is_empty()).then(|| value.to_owned())
}

/// Like [`text`], but must be there. Gives an empty text after a complaint.
pub fn required(errors: &mut FieldErrors, pointer: &str, value: Option<String>, longest: usize) -> String {
    let before = errors.0.len();
    text(errors, pointer, value, longest).unwrap_or_else(|| {
        if errors.0.len() == before {
            errors.add(pointer, "required", "Must not be empty.");
        }
        String::new()
    })
}

/// Several one-line texts without empty or double ones.
pub fn lines(errors: &mut FieldErrors, pointer: &str, values: Vec<String>, most: usize) -> Vec<String> {
    if values.len() > most {
        errors.add(pointer, "too_many", format!("At most {most}."));
        return vec![];
    }
    let mut kept = Vec::new();
    for (index, value) in values.into_iter().enumerate() {
        if let Some(line) = text(errors, &format!("{pointer}/{index}"), Some(value), LINE)
            && !kept.contains(&line)
        {
            kept.push(line);
        }
    }
    kept
}

/// An e-mail address in lower case.
pub fn email(errors: &mut FieldErrors, pointer: &str, value: Option<String>) -> Option<String> {
    let value = text(errors, pointer, value, LINE)?.to_lowercase();
    if value.parse::<lettre::Address>().is_err() {
        errors.add(pointer, "invalid_email", "Is not an e-mail address.");
        return None;
    }
    Some(value)
}

/// A phone number in E.164; `country` (ISO 3166-1 alpha-2) is assumed when it is written without one.
pub fn phone(
    errors: &mut FieldErrors,
    pointer: &str,
    value: Option<String>,
    country: &str,
) -> Option<String> {
    let value = text(errors, pointer, value, 40)?;
    match phonenumber::parse(country.parse().ok(), &value) {
        Ok(number) if number.is_valid() => Some(number.format().mode(phonenumber::Mode::E164).to_string()),
        _ => {
            errors.add(
                pointer,
                "invalid_phone",
                "Is not a phone number; begin with + and the country's code.",
            );
            None
        }
    }
}

/// An IANA time zone.
pub fn time_zone(errors: &mut FieldErrors, pointer: &str, value: String) -> String {
    if value.parse::<Tz>().is_err() {
        errors.add(pointer, "unknown_time_zone", "Is not an IANA time zone such as Asia/Manila.");
    }
    value
}

/// A language of screens and mails: en, es, fr or fil.
pub fn interface_language(errors: &mut FieldErrors, pointer: &str, value: String) -> String {
    if !["en", "es", "fr", "fil"].contains(&value.as_str()) {
        errors.add(pointer, "unknown_language", "Is not one of en, es, fr, fil.");
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(check: impl FnOnce(&mut FieldErrors)) -> Vec<&'static str> {
        let mut errors = FieldErrors::new();
        check(&mut errors);
        errors.0.into_iter().map(|error| error.code).collect()
    }

    #[test]
    fn names_are_kept_letter_by_letter_in_nfc() {
        let mut errors = FieldErrors::new();
        let composed = text(&mut errors, "name", Some(" Pen\u{0303}a de Guzma\u{0301}n ".into()), LINE);
        assert_eq!(composed.as_deref(), Some("Peña de Guzmán"));
        assert!(errors.0.is_empty());
    }

    #[test]
    fn phones_are_read_as_people_of_the_country_write_them() {
        let mut errors = FieldErrors::new();
        assert_eq!(
            phone(&mut errors, "p", Some("0917 555 0123".into()), "PH").as_deref(),
            Some("+639175550123")
        );
        assert_eq!(
            phone(&mut errors, "p", Some("+221 77 555 01 23".into()), "EC").as_deref(),
            Some("+221775550123")
        );
        assert!(errors.0.is_empty());
        assert_eq!(complaint(|e| drop(phone(e, "p", Some("12".into()), "PH"))), ["invalid_phone"]);
    }

    #[test]
    fn each_fault_has_its_own_word() {
        assert_eq!(complaint(|e| drop(required(e, "n", Some("  ".into()), LINE))), ["required"]);
        assert_eq!(complaint(|e| drop(text(e, "n", Some("a\nb".into()), LINE))), ["several_lines"]);
        assert_eq!(complaint(|e| drop(text(e, "n", Some("x".repeat(LINE + 1)), LINE))), ["too_long"]);
        assert_eq!(complaint(|e| drop(required(e, "n", Some("a\u{7}".into()), LINE))), ["control_character"]);
        assert_eq!(complaint(|e| drop(email(e, "m", Some("nobody".into())))), ["invalid_email"]);
        assert_eq!(complaint(|e| drop(time_zone(e, "z", "Mars/Olympus".into()))), ["unknown_time_zone"]);
    }
}
