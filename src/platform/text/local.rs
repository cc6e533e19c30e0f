//! Days, moments and numbers as people of each language write them.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{Language, Value, say, texts};

/// A day in words: `24 November 2026`, `24 de noviembre de 2026`, `24 novembre 2026`, `Nobyembre 24, 2026`.
pub fn day(language: Language, date: NaiveDate) -> String {
    let pattern = match language {
        Language::En => "%-d %B %Y",
        Language::Es => "%-d de %B de %Y",
        // French counts the first of a month, and only that: "1er novembre".
        Language::Fr if date.day() == 1 => "1er %B %Y",
        Language::Fr => "%-d %B %Y",
        Language::Fil => "%B %-d, %Y",
    };
    date.format_localized(pattern, language.locale()).to_string()
}

/// A month in words: `November 2026`, `noviembre de 2026`, `novembre 2026`, `Nobyembre 2026`.
pub fn month(language: Language, any_day_in_it: NaiveDate) -> String {
    let pattern = if language == Language::Es { "%B de %Y" } else { "%B %Y" };
    any_day_in_it.format_localized(pattern, language.locale()).to_string()
}

/// An instant on the clock of `zone`, which is named because an office, a partner and a worker may live by
/// different clocks: `24 November 2026, 15:30 (Manila time)`.
pub fn moment(language: Language, at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    let name = zone.name();
    let place = match name.rsplit_once('/') {
        Some(("Etc", _)) | None => "UTC".to_owned(),
        Some((_, city)) => city.replace('_', " "),
    };
    let values = [
        ("day", Value::from(local.date_naive())),
        ("time", local.format("%H:%M").to_string().into()),
        ("place", place.into()),
    ];
    say(language, texts::WORDS_MOMENT, &values)
}

/// A number with the separators of the language: `1,234.5`, `1.234,5`, `1 234,5` (narrow no-break space).
pub fn number(language: Language, number: f64) -> String {
    let (group, point) = match language {
        Language::En | Language::Fil => (',', '.'),
        Language::Es => ('.', ','),
        Language::Fr => ('\u{202f}', ','),
    };
    let plain = number.abs().to_string();
    let (whole, fraction) = plain.split_once('.').map_or((plain.as_str(), None), |(w, f)| (w, Some(f)));
    let mut written = String::with_capacity(plain.len() + plain.len() / 3 + 1);
    if number < 0.0 {
        written.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            written.push(group);
        }
        written.push(digit);
    }
    if let Some(fraction) = fraction {
        written.push(point);
        written.push_str(fraction);
    }
    written
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn a_moment_is_told_on_the_local_clock() {
        let at = Utc.with_ymd_and_hms(2026, 11, 24, 7, 30, 0).single().expect("a moment");
        let told = |language, zone| moment(language, at, zone);
        assert_eq!(told(Language::En, chrono_tz::Asia::Manila), "24 November 2026, 15:30 (Manila time)");
        assert_eq!(
            told(Language::Fil, chrono_tz::Asia::Manila),
            "Nobyembre 24, 2026, 15:30 (oras sa Manila)"
        );
        assert_eq!(told(Language::Fr, chrono_tz::Africa::Dakar), "24 novembre 2026 à 07:30 (heure de Dakar)");
        assert_eq!(
            told(Language::Es, chrono_tz::America::Guayaquil),
            "24 de noviembre de 2026, 02:30 (hora de Guayaquil)"
        );
        assert_eq!(told(Language::En, chrono_tz::UTC), "24 November 2026, 07:30 (UTC)");
    }

    #[test]
    fn the_first_of_a_month_is_counted_in_french() {
        let first = NaiveDate::from_ymd_opt(2026, 2, 1).expect("a day");
        assert_eq!(day(Language::Fr, first), "1er février 2026");
        assert_eq!(day(Language::Es, first), "1 de febrero de 2026");
    }

    #[test]
    fn numbers_are_grouped_the_local_way() {
        assert_eq!(number(Language::En, 1_234_567.5), "1,234,567.5");
        assert_eq!(number(Language::Es, 1_234.0), "1.234");
        assert_eq!(number(Language::Fr, -1_234.25), "-1\u{202f}234,25");
        assert_eq!(number(Language::Fil, 999.0), "999");
    }
}
