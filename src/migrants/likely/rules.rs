//! Who might this be? Evidence weighed into a score from 0 to 100, with its reasons. A person decides; nothing merges.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::migrants::names::{generation, generation_in, sounds, words};
use crate::migrants::rules::{BirthPrecision, birth, check_sex};
use crate::migrants::search::rules::{LEAST_HEARD, normalised_number};
use crate::offices::model::Office;
use crate::offices::rules::country_of;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::validate::{self, LINE};

crate::words! {
    /// A reason why a file may be, or not be, the person's.
    MatchReason {
        /// The same words in the name, in any order.
        SameName = "same_name",
        /// Nearly the same letters.
        SimilarName = "similar_name",
        /// Written otherwise, said alike.
        SameSound = "same_sound",
        /// The same day of birth.
        SameBirthDate = "same_birth_date",
        /// The same year of birth, or one beside an estimated one.
        SameBirthYear = "same_birth_year",
        /// The same phone.
        SamePhone = "same_phone",
        /// The same document.
        SameDocument = "same_document",
        /// The same sex.
        SameSex = "same_sex",
        /// Another generation: Jr. and Sr. are two people.
        SuffixDiffers = "suffix_differs",
        /// Born on another day.
        BirthDiffers = "birth_differs",
        /// Another sex.
        SexDiffers = "sex_differs",
    }
}

/// What is known of somebody before a record is made: a name, a phone or a document number at least.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The whole name, in any order and spelling.
    #[serde(default)]
    #[schema(example = "Juan dela Cruz")]
    pub name: String,
    /// Jr., Sr., III; read from the end of the name when absent.
    #[schema(example = "Jr.")]
    pub name_suffix: Option<String>,
    /// Day of birth.
    #[schema(example = "1990-05-02")]
    pub birth_on: Option<NaiveDate>,
    /// How well it is known; to the day when absent.
    pub birth_precision: Option<BirthPrecision>,
    /// Years of age, instead of a birth date.
    pub age: Option<i32>,
    /// ISO 5218.
    #[schema(example = 1)]
    pub sex: Option<i16>,
    /// A phone, with the country's code or as it is written in the country of an own office.
    #[schema(example = "0917 555 0123")]
    pub phone: Option<String>,
    /// The number of a paper.
    pub document_number: Option<String>,
}

/// A checked description.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// The words of the name.
    pub words: Vec<String>,
    /// What is weighed against a file.
    pub traits: Traits,
    /// The phone in E.164, as each country reads it.
    pub phones: Vec<String>,
    /// The number of a paper, normalised.
    pub document: Option<String>,
}

impl Description {
    /// What is weighed against a file.
    pub fn traits(&self) -> Traits {
        let suffix = self.name_suffix.as_deref().or_else(|| generation_in(&self.name));
        let exact = matches!(self.birth_precision, None | Some(BirthPrecision::Day));
        let birth = self.birth_on.map(|day| (day, exact));
        Traits { birth, sex: self.sex.unwrap_or(0), ..Traits::named(&self.name, &[], suffix) }
    }

    /// Reads it as the own offices would.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self, offices: &[Office], now: DateTime<Utc>) -> Result<Sought, Error> {
        let mut errors = FieldErrors::new();
        let mut traits = self.traits();
        let words = words(&self.name);
        let name = validate::text(&mut errors, "name", Some(self.name), LINE);
        validate::text(&mut errors, "name_suffix", self.name_suffix, 20);
        let phone = validate::text(&mut errors, "phone", self.phone, 40);
        let number = validate::text(&mut errors, "document_number", self.document_number, 60);
        check_sex(&mut errors, traits.sex);
        let today = offices.iter().map(|office| office.today(now)).max().unwrap_or(now.date_naive());
        let (on, precision) = birth(&mut errors, self.birth_on, self.birth_precision, self.age, today);
        traits.birth = on.zip(precision.map(|precision| precision == BirthPrecision::Day));
        let phones = phone.as_deref().map(|phone| readings(phone, offices)).unwrap_or_default();
        if phone.is_some() && phones.is_empty() {
            errors.add(
                "phone",
                "invalid_phone",
                "Is not a phone number; begin with + and the country's code.",
            );
        }
        let document = number.map(|number| normalised_number(&number)).filter(|number| !number.is_empty());
        if name.is_none() && phones.is_empty() && document.is_none() && errors.0.is_empty() {
            errors.add("name", "required", "A name, a phone or a document number is needed.");
        }
        errors.finish(Sought { words, traits, phones, document })
    }
}

/// The phone in E.164 as each country of the offices reads it.
pub fn readings(phone: &str, offices: &[Office]) -> Vec<String> {
    let mut read: Vec<String> = Vec::new();
    for office in offices {
        let country = country_of(&office.territory);
        read.extend(validate::phone(&mut FieldErrors::new(), "phone", Some(phone.to_owned()), &country));
    }
    read.sort_unstable();
    read.dedup();
    read
}

/// What is known of a person, for weighing.
#[derive(Debug, Clone, Default)]
pub struct Traits {
    /// The words of the name, and of each other spelling.
    pub names: Vec<Vec<String>>,
    /// Jr., Sr., III as written.
    pub suffix: Option<String>,
    /// Birth and whether it is known to the day.
    pub birth: Option<(NaiveDate, bool)>,
    /// ISO 5218.
    pub sex: i16,
    /// A phone is the same.
    pub same_phone: bool,
    /// A document is the same.
    pub same_document: bool,
}

impl Traits {
    /// The traits a name gives.
    pub fn named(name: &str, other: &[String], suffix: Option<&str>) -> Traits {
        let names = std::iter::once(name).chain(other.iter().map(String::as_str)).map(words).collect();
        Traits { names, suffix: suffix.map(str::to_owned), ..Traits::default() }
    }
}

/// How well the words of a search are met by a name, 0 to 1: whole words, beginnings, sounds, then letters.
pub fn likeness(wanted: &[String], name: &[String]) -> f64 {
    if wanted.is_empty() || name.is_empty() {
        return 0.0;
    }
    let best = |word: &String| name.iter().map(|other| nearness(word, other)).fold(0.0, f64::max);
    wanted.iter().map(best).sum::<f64>() / wanted.len() as f64
}

fn nearness(wanted: &str, word: &str) -> f64 {
    if wanted == word {
        1.0
    } else if word.starts_with(wanted) {
        0.95
    } else if sound_alike(wanted, word) {
        0.9_f64.max(strsim::jaro_winkler(wanted, word))
    } else if heard_at_the_beginning(wanted, word) {
        0.8_f64.max(strsim::jaro_winkler(wanted, word) * 0.9)
    } else {
        strsim::jaro_winkler(wanted, word) * 0.9
    }
}

fn heard_at_the_beginning(wanted: &str, word: &str) -> bool {
    let codes = sounds(word);
    let begins =
        |typed: String| typed.len() >= LEAST_HEARD && codes.iter().any(|code| code.starts_with(&typed));
    sounds(wanted).into_iter().any(begins)
}

fn sound_alike(one: &str, other: &str) -> bool {
    let codes = sounds(other);
    sounds(one).iter().any(|code| codes.contains(code))
}

/// Compares two names whole: which reason, and how much it weighs.
fn name_evidence(one: &[String], other: &[String]) -> Option<(MatchReason, i32)> {
    let (fewer, more) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if fewer.is_empty() {
        return None;
    }
    let covered = |same: &dyn Fn(&str, &str) -> bool| {
        fewer.iter().all(|word| more.iter().any(|candidate| same(word, candidate)))
    };
    let whole = fewer.len() == more.len();
    // A single word out of several is not a name.
    if !whole && fewer.len() < 2 {
        return None;
    }
    let lost = if whole { 0 } else { 10 };
    if covered(&|a, b| a == b) {
        Some((if whole { MatchReason::SameName } else { MatchReason::SimilarName }, 50 - lost))
    } else if covered(&|a, b| a == b || initial(a, b) || strsim::jaro_winkler(a, b) >= 0.92) {
        Some((MatchReason::SimilarName, 40 - lost))
    } else if covered(&|a, b| a == b || sound_alike(a, b)) {
        Some((MatchReason::SameSound, 35 - lost))
    } else {
        None
    }
}

/// A middle name is often written as its first letter.
fn initial(one: &str, other: &str) -> bool {
    (one.len() == 1 && other.starts_with(one)) || (other.len() == 1 && one.starts_with(other))
}

/// The score of `file` for `wanted`, with its reasons, strongest first.
pub fn score(wanted: &Traits, file: &Traits) -> (u8, Vec<MatchReason>) {
    let mut reasons = Vec::new();
    let mut total = 0;
    let mut weigh = |reason: MatchReason, weight: i32| {
        reasons.push(reason);
        total += weight;
    };
    if file.same_document {
        weigh(MatchReason::SameDocument, 60);
    }
    let pairs = wanted.names.iter().flat_map(|one| file.names.iter().map(move |other| (one, other)));
    if let Some((reason, weight)) =
        pairs.filter_map(|(a, b)| name_evidence(a, b)).max_by_key(|(_, weight)| *weight)
    {
        weigh(reason, weight);
    }
    if file.same_phone {
        weigh(MatchReason::SamePhone, 30);
    }
    if let Some((reason, weight)) = birth_evidence(wanted.birth, file.birth) {
        weigh(reason, weight);
    }
    match (wanted.sex, file.sex) {
        (0, _) | (_, 0) => {}
        (one, other) if one == other => weigh(MatchReason::SameSex, 5),
        _ => weigh(MatchReason::SexDiffers, -15),
    }
    let meant = |suffix: &Option<String>| suffix.as_deref().map(|s| generation(s).unwrap_or("other"));
    match (meant(&wanted.suffix), meant(&file.suffix)) {
        (one, other) if one == other => {}
        (Some(_), Some(_)) => weigh(MatchReason::SuffixDiffers, -30),
        _ => weigh(MatchReason::SuffixDiffers, -15),
    }
    (u8::try_from(total.clamp(0, 100)).unwrap_or(0), reasons)
}

fn birth_evidence(
    one: Option<(NaiveDate, bool)>,
    other: Option<(NaiveDate, bool)>,
) -> Option<(MatchReason, i32)> {
    let ((one, one_exact), (other, other_exact)) = (one?, other?);
    if one_exact && other_exact {
        return Some(if one == other {
            (MatchReason::SameBirthDate, 35)
        } else if one.year() == other.year() {
            (MatchReason::SameBirthYear, 5)
        } else {
            (MatchReason::BirthDiffers, -15)
        });
    }
    match (one.year() - other.year()).abs() {
        0 | 1 => Some((MatchReason::SameBirthYear, 15)),
        years if years > 5 => Some((MatchReason::BirthDiffers, -10)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, suffix: Option<&str>, born: Option<(i32, u32, u32)>) -> Traits {
        let birth = born.map(|(y, m, d)| (NaiveDate::from_ymd_opt(y, m, d).expect("day"), true));
        Traits { birth, sex: 1, ..Traits::named(name, &[], suffix) }
    }

    #[test]
    fn the_same_name_and_birth_date_is_nearly_certain() {
        let (points, reasons) = score(
            &person("Juan dela Cruz", None, Some((1990, 5, 2))),
            &person("Juan de la Cruz", None, Some((1990, 5, 2))),
        );
        assert!(points >= 85, "{points}");
        assert_eq!(reasons, [MatchReason::SameName, MatchReason::SameBirthDate, MatchReason::SameSex]);
    }

    #[test]
    fn a_son_is_told_from_his_father() {
        let wanted = person("Juan dela Cruz", Some("Jr."), None);
        let (son, _) = score(&wanted, &person("Juan dela Cruz", Some("Junior"), None));
        let (father, reasons) = score(&wanted, &person("Juan dela Cruz", Some("Sr."), None));
        assert!(son >= father + 30);
        assert!(reasons.contains(&MatchReason::SuffixDiffers));
    }

    #[test]
    fn spelling_and_order_cost_little_and_strangers_get_nothing() {
        let wanted = person("Mamadou Diallo", None, None);
        let (points, reasons) = score(&wanted, &person("Jallow Mamadu", None, None));
        assert!(points >= 35 && !reasons.contains(&MatchReason::SameName), "{points} {reasons:?}");
        assert!(score(&wanted, &person("Rosa Quispe", None, None)).0 < 20);
        // One shared word of several says nothing.
        assert!(score(&wanted, &person("Mamadou", None, None)).0 < 20);
    }

    #[test]
    fn a_middle_name_may_be_its_first_letter_or_left_out() {
        let file = person("Mary Grace Bautista dela Cruz", None, None);
        for name in ["Mary Grace B. dela Cruz", "dela Cruz, Mary Grace", "Mary Grace B de la Cruz"] {
            let (points, reasons) = score(&person(name, None, None), &file);
            assert!(points >= 35, "{name}: {points} {reasons:?}");
        }
        assert!(score(&person("Mary Grace R. dela Cruz", None, None), &file).0 < 35, "another middle name");
    }

    #[test]
    fn a_search_ranks_whole_words_before_sounds_before_letters() {
        let of = |wanted: &str, name: &str| likeness(&words(wanted), &words(name));
        assert!(of("rodriguez", "Ana Rodríguez") > of("rodrigues", "Ana Rodríguez"));
        assert!(of("rodri", "Ana Rodríguez") > 0.9);
        assert!(of("rrodrig", "Ana Rodríguez") >= 0.8, "a beginning, misspelt");
        assert!(of("santos", "Ana Rodríguez") < 0.7);
    }
}
