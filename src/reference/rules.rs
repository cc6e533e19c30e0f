//! In which language labels are told, and what a change of a code list must be.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{CodeChanges, Labels, NewCode};
use crate::platform::error::{Error, FieldErrors};
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE};
use crate::problems;

crate::words! {
    /// A language of labels.
    LabelLanguage {
        /// English.
        En = "en",
        /// Spanish.
        Es = "es",
        /// French.
        Fr = "fr",
        /// Filipino.
        Fil = "fil",
    }
}

/// Lists whose codes the service itself decides by: a referral moves from one to another, a rule asks for one by name.
/// They can be called otherwise, but not become more or fewer.
const FIXED: &[&str] = &[
    "axis",
    "birth_precision",
    "capacity",
    "client_kind",
    "consent_given_by",
    "consent_how",
    "consent_purpose",
    "disclosure_fact",
    "need_outcome",
    "office_kind",
    "priority",
    "referral_outcome",
    "referral_status",
    "sex",
];

/// Whether only the labels of this list may change.
pub fn is_fixed(list: &str) -> bool {
    FIXED.contains(&list)
}

/// Refuses a list whose codes do not change.
///
/// # Errors
/// `code_list_fixed`
pub fn require_open_list(list: &str) -> Result<(), Error> {
    if is_fixed(list) { Err((&problems::CODE_LIST_FIXED).into()) } else { Ok(()) }
}

/// The language of labels: the one asked for, else the best known one of an `Accept-Language` header, else the
/// account's own, else English.
pub fn negotiate(asked: Option<LabelLanguage>, accept: Option<&str>, own: &str) -> LabelLanguage {
    asked.or_else(|| accept.and_then(preferred)).or_else(|| own.parse().ok()).unwrap_or(LabelLanguage::En)
}

/// The known language with the highest weight; the first of those that weigh the same. `tl` is Filipino, too.
fn preferred(accept: &str) -> Option<LabelLanguage> {
    let mut best: Option<(f32, LabelLanguage)> = None;
    for part in accept.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let tag = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        let primary = match tag.split('-').next().unwrap_or_default() {
            "tl" => "fil",
            other => other,
        };
        if let Ok(language) = primary.parse::<LabelLanguage>()
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// Labels in the four languages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCodeLabels {
    /// English.
    #[schema(example = "Sports and leisure")]
    pub en: String,
    /// Spanish.
    #[schema(example = "Deporte y ocio")]
    pub es: String,
    /// French.
    #[schema(example = "Sport et loisirs")]
    pub fr: String,
    /// Filipino.
    #[schema(example = "Palakasan at libangan")]
    pub fil: String,
}

/// A code an administrator adds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCode {
    /// What records store: letters, digits, `_` and `-`, at most 40.
    #[schema(example = "SPO")]
    pub code: String,
    /// The wider code of the same list.
    pub parent: Option<String>,
    /// Order on screen; shipped codes stand ten apart. Left out: at the end.
    #[schema(example = 405)]
    pub position: Option<i32>,
    /// What it is called.
    pub labels: NewCodeLabels,
    /// The external standard it stems from.
    pub standard: Option<String>,
    /// Knowing it of a person can endanger the person.
    #[serde(default)]
    pub restricted: bool,
}

impl CreateCode {
    /// Checks everything that needs no database.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self, list: &str, now: DateTime<Utc>) -> Result<NewCode, Error> {
        let mut errors = FieldErrors::new();
        if !is_code(&self.code) {
            errors.add(
                "code",
                "invalid_code",
                "1 to 40 letters, digits, _ or -, beginning with none of the signs.",
            );
        }
        if self.parent.as_ref() == Some(&self.code) {
            errors.add("parent", "own_parent", "A code is not wider than itself.");
        }
        let mut label = |language: &str, text| {
            validate::required(&mut errors, &format!("labels/{language}"), Some(text), LINE)
        };
        let labels = Labels {
            en: label("en", self.labels.en),
            es: label("es", self.labels.es),
            fr: label("fr", self.labels.fr),
            fil: label("fil", self.labels.fil),
        };
        let standard = validate::text(&mut errors, "standard", self.standard, LINE);
        errors.finish(NewCode {
            list: list.to_owned(),
            code: self.code,
            parent: self.parent,
            position: self.position.unwrap_or(i32::MAX),
            labels: labels.into(),
            standard,
            restricted: self.restricted,
            updated_at: now,
        })
    }
}

fn is_code(code: &str) -> bool {
    let mut signs = code.chars();
    code.len() <= 40
        && signs.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && signs.all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-'))
}

/// New labels; those left out stay.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelabelCode {
    /// English.
    pub en: Option<String>,
    /// Spanish.
    pub es: Option<String>,
    /// French.
    pub fr: Option<String>,
    /// Filipino.
    pub fil: Option<String>,
}

/// What an administrator changes of a code. From then on no release changes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCode {
    /// What it is called.
    pub labels: Option<RelabelCode>,
    /// Order on screen.
    pub position: Option<i32>,
    /// Knowing it of a person can endanger the person.
    pub restricted: Option<bool>,
    /// First day on which it may no longer be chosen; null takes it back into use.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub retired_on: Patch<NaiveDate>,
}

impl UpdateCode {
    /// Checks it against the list it belongs to.
    ///
    /// # Errors
    /// All fields that need another value; `code_list_fixed` for retiring a word the service decides by.
    pub fn validate(self, list: &str, now: DateTime<Utc>) -> Result<CodeChanges, Error> {
        if self.retired_on.as_set().is_some() {
            require_open_list(list)?;
        }
        let mut errors = FieldErrors::new();
        let mut label = |language: &str, text: Option<String>| {
            text.map(|text| validate::required(&mut errors, &format!("labels/{language}"), Some(text), LINE))
        };
        let labels = self.labels.unwrap_or_default();
        let changes = CodeChanges {
            position: self.position,
            label_en: label("en", labels.en),
            label_es: label("es", labels.es),
            label_fr: label("fr", labels.fr),
            label_fil: label("fil", labels.fil),
            restricted: self.restricted,
            retired_on: self.retired_on.into_change(),
            updated_at: now,
        };
        errors.finish(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_come_in_the_language_asked_for_then_the_browsers_then_the_accounts() {
        use LabelLanguage::{En, Es, Fil, Fr};
        for (asked, accept, own, expected) in [
            (Some(Fr), Some("es"), "en", Fr),
            (None, Some("de, es;q=0.5, fr;q=0.9"), "en", Fr),
            (None, Some("tl-PH"), "en", Fil),
            (None, Some("fil, en;q=0.9"), "es", Fil),
            (None, Some("de"), "es", Es),
            (None, Some("es;q=0"), "fr", Fr),
            (None, Some(";;q=,"), "fr", Fr),
            (None, None, "xx", En),
        ] {
            assert_eq!(negotiate(asked, accept, own), expected, "{accept:?} {own}");
        }
    }

    #[test]
    fn a_word_the_service_decides_by_is_relabelled_but_not_retired() {
        let relabel: UpdateCode =
            serde_json::from_value(serde_json::json!({ "labels": { "es": "Enviada" } })).expect("shape");
        assert!(relabel.validate("referral_status", Utc::now()).is_ok());
        let retire: UpdateCode =
            serde_json::from_value(serde_json::json!({ "retired_on": "2026-01-01" })).expect("shape");
        assert!(retire.validate("referral_status", Utc::now()).is_err());
    }

    #[test]
    fn a_code_is_short_and_plain() {
        for (code, good) in
            [("SPO", true), ("LAB-WAG", true), ("", false), ("-A", false), ("A B", false), ("É", false)]
        {
            assert_eq!(is_code(code), good, "{code}");
        }
        assert!(!is_code(&"x".repeat(41)));
    }
}
