//! Every text a person reads comes from one catalogue, `locales/<language>/*.ftl`, in four languages.
//!
//! [`texts`] holds a constant for every key, made while building; a key that is missing in one language, or in
//! all, stops the build. [`say`] turns a key and its values into words.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{DateTime, Locale, NaiveDate, Utc};
use chrono_tz::Tz;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

mod local;

pub use local::{day, moment, month, number};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A language the service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Es,
    Fr,
    Fil,
}

impl Language {
    /// All languages, English first.
    pub const ALL: [Language; 4] = [Language::En, Language::Es, Language::Fr, Language::Fil];

    /// The BCP 47 code: `en`, `es`, `fr`, `fil`.
    pub const fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Es => "es",
            Language::Fr => "fr",
            Language::Fil => "fil",
        }
    }

    /// The language a browser asks for most (RFC 9110 `Accept-Language`, weights included); the region is
    /// ignored and `tl`, the older code of the same language, is taken as Filipino. `None` when none of ours is named.
    pub fn negotiate(accept_language_header: &str) -> Option<Language> {
        let mut best: Option<(Language, f32)> = None;
        for range in accept_language_header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(Some(1.0), |q| q.parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)));
            let (Some(language), Some(weight)) = (Language::of_tag(tag), weight) else {
                continue;
            };
            if weight > best.map_or(0.0, |(_, heaviest)| heaviest) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    fn of_tag(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
        match primary.as_str() {
            "*" => Some(Language::default()),
            "tl" => Some(Language::Fil),
            code => code.parse().ok(),
        }
    }

    /// Where the month names come from.
    const fn locale(self) -> Locale {
        match self {
            Language::En => Locale::en_PH,
            Language::Es => Locale::es_EC,
            Language::Fr => Locale::fr_FR,
            Language::Fil => Locale::fil_PH,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The code is none of `en`, `es`, `fr`, `fil`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a language this service speaks: en, es, fr or fil")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Language::ALL.into_iter().find(|language| language.code() == code).ok_or(UnknownLanguage)
    }
}

/// A text of the catalogue, in all languages at once. Made only by the build: see [`texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Text {
    key: &'static str,
    variables: &'static [&'static str],
}

impl Text {
    /// The key in the `.ftl` files, such as `mail-referral-sent-subject`.
    pub const fn key(self) -> &'static str {
        self.key
    }

    /// The variables the text must be given, without the `$`, in alphabetical order.
    pub const fn variables(self) -> &'static [&'static str] {
        self.variables
    }

    /// The text of a stored code: `Text::of("reason", "no_capacity")` is `reason-no-capacity`. `None` when the
    /// catalogue has no such key, as for codes of a list that is kept in the database.
    pub fn of(family: &str, code: &str) -> Option<Text> {
        let key = format!("{family}-{}", code.replace('_', "-"));
        texts::ALL.binary_search_by_key(&key.as_str(), |text| text.key).ok().map(|at| texts::ALL[at])
    }
}

/// A value that goes into a text. Numbers choose the plural form and are written the local way.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Words(Cow<'a, str>),
    Number(f64),
    /// A calendar day, written out: `24 November 2026`.
    Day(NaiveDate),
    /// An instant, told on the clock of a place: see [`moment`].
    Moment(DateTime<Utc>, Tz),
    /// Another text without variables, in the same language.
    Text(Text),
}

impl Value<'_> {
    /// The value alone, as `language` writes it.
    pub fn in_words(&self, language: Language) -> String {
        match self {
            Value::Words(words) => words.clone().into_owned(),
            Value::Number(plain) => number(language, *plain),
            Value::Day(date) => day(language, *date),
            Value::Moment(at, zone) => moment(language, *at, *zone),
            Value::Text(text) => say(language, *text, &[]),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(words: &'a str) -> Self {
        Value::Words(Cow::Borrowed(words))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(words: &'a String) -> Self {
        Value::Words(Cow::Borrowed(words))
    }
}

impl From<String> for Value<'_> {
    fn from(words: String) -> Self {
        Value::Words(Cow::Owned(words))
    }
}

impl From<i64> for Value<'_> {
    /// Exact up to 2⁵³, far beyond any count of a desk.
    #[expect(clippy::cast_precision_loss, reason = "Fluent counts in f64")]
    fn from(number: i64) -> Self {
        Value::Number(number as f64)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Value::Number(number.into())
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<NaiveDate> for Value<'_> {
    fn from(day: NaiveDate) -> Self {
        Value::Day(day)
    }
}

impl From<Text> for Value<'_> {
    fn from(text: Text) -> Self {
        Value::Text(text)
    }
}

/// The words of `text` in `language`. Values the text has no variable for are ignored.
///
/// A variable that is not given is a mistake of the caller: it panics in a debug build, and in a release build
/// stays visible in the words as `{$name}`. Nothing is escaped here: whoever makes HTML escapes.
pub fn say(language: Language, text: Text, values: &[(&str, Value<'_>)]) -> String {
    let given = |name: &str| values.iter().any(|(given, _)| *given == name);
    debug_assert!(text.variables.iter().all(|name| given(name)), "{} wants {:?}", text.key, text.variables);
    let mut args = FluentArgs::with_capacity(values.len());
    for (name, value) in values {
        args.set(Cow::Borrowed(*name), fluent(language, value));
    }
    let bundle = &BUNDLES[language as usize];
    let Some(pattern) = bundle.get_message(text.key).and_then(|message| message.value()) else {
        return text.key.to_owned();
    };
    bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
}

fn fluent<'a>(language: Language, value: &'a Value<'_>) -> FluentValue<'a> {
    match value {
        Value::Words(words) => FluentValue::from(words.as_ref()),
        // A number stays one: it chooses the plural form.
        Value::Number(number) => FluentValue::from(*number),
        _ => FluentValue::from(value.in_words(language)),
    }
}

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 4]> = LazyLock::new(|| Language::ALL.map(bundle));

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Isolation marks are for mixed writing directions; in mails and sheets they show up as stray boxes.
    bundle.set_use_isolating(false);
    // Fluent wants a plain function, which cannot remember the language: one each.
    match language {
        Language::En => bundle.set_formatter(Some(|value, _| numeric(Language::En, value))),
        Language::Es => bundle.set_formatter(Some(|value, _| numeric(Language::Es, value))),
        Language::Fr => bundle.set_formatter(Some(|value, _| numeric(Language::Fr, value))),
        Language::Fil => bundle.set_formatter(Some(|value, _| numeric(Language::Fil, value))),
    }
    for (_, source) in SOURCES.iter().filter(|(code, _)| *code == language.code()) {
        // The build has parsed the same bytes and refused duplicates; nothing is left to fail here.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn numeric(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(written) => Some(number(language, written.value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_of_ours_wins() {
        let cases = [
            ("fr-SN,fr;q=0.9,en;q=0.8", Some(Language::Fr)),
            ("en;q=0.3, es-EC;q=0.7", Some(Language::Es)),
            ("tl-PH", Some(Language::Fil)),
            ("fil", Some(Language::Fil)),
            ("qu, es;q=0.5", Some(Language::Es)),
            ("de, *;q=0.1", Some(Language::En)),
            ("en;q=0, fr;q=0.1", Some(Language::Fr)),
            ("en;q=banana, fr;q=0.1", Some(Language::Fr)),
            ("wo", None),
            ("", None),
            (";;;,,q=", None),
        ];
        for (header, expected) in cases {
            assert_eq!(Language::negotiate(header), expected, "{header:?}");
        }
    }

    #[test]
    fn a_language_is_written_as_its_code() {
        for language in Language::ALL {
            assert_eq!(language.to_string().parse(), Ok(language));
            assert_eq!(serde_json::to_value(language).ok(), Some(language.code().into()));
        }
        assert_eq!("xx".parse::<Language>(), Err(UnknownLanguage));
    }

    #[test]
    fn plurals_follow_the_language() {
        let said = |language, hours: i64| say(language, texts::WORDS_HOURS, &[("count", hours.into())]);
        assert_eq!(said(Language::En, 1), "1 hour");
        assert_eq!(said(Language::En, 72), "72 hours");
        assert_eq!(said(Language::Fr, 0), "0 heure");
        assert_eq!(said(Language::Es, 1), "1 hora");
        assert_eq!(said(Language::Fil, 2), "2 oras");
    }

    #[test]
    fn a_stored_code_finds_its_text() {
        assert_eq!(Text::of("reason", "no_capacity"), Some(texts::REASON_NO_CAPACITY));
        assert_eq!(Text::of("reason", "of_no_catalogue"), None);
    }
}
