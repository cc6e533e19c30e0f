//! What a file is looked for by: names however spelt, and numbers and phones in any writing.

use crate::migrants::names::sounds;

/// Fewer consonants than these say too little to be a beginning.
pub const LEAST_HEARD: usize = 3;

/// How far a key must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clue {
    /// The whole key of this kind.
    Whole(&'static str, String),
    /// A beginning of a key of this kind.
    Beginning(&'static str, String),
}

impl Clue {
    /// Kind, and the range of keys in byte order it covers. Keys hold letters, digits and `+` only.
    pub fn range(&self) -> (&'static str, String, String) {
        match self {
            Clue::Whole(kind, key) => (kind, key.clone(), format!("{key}\u{1}")),
            Clue::Beginning(kind, key) => (kind, key.clone(), format!("{key}\u{7f}")),
        }
    }
}

/// What a word of a name is looked up by: its beginning, and how it sounds.
pub fn name_clues(term: &str) -> Vec<Clue> {
    let said = sounds(term).into_iter().map(|code| Clue::Whole("sound", code));
    std::iter::once(Clue::Beginning("token", term.to_owned())).chain(said).collect()
}

/// What a word being typed is looked up by: also where it is only a beginning of how a name sounds.
pub fn typed_clues(term: &str) -> Vec<Clue> {
    let mut clues = name_clues(term);
    for clue in &mut clues {
        if let Clue::Whole("sound", code) = clue
            && code.len() >= LEAST_HEARD
        {
            *clue = Clue::Beginning("sound", std::mem::take(code));
        }
    }
    clues
}

/// The letters and digits of a document or file number, in capitals: what it is compared by.
pub fn normalised_number(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// What a phone in E.164 is found by: the whole, and its last eight digits, which are the same in every writing.
pub fn phone_keys(e164: &str) -> Vec<String> {
    let digits: String = e164.chars().filter(char::is_ascii_digit).collect();
    let tail = digits.get(digits.len().saturating_sub(8)..).unwrap_or_default().to_owned();
    vec![format!("+{digits}"), tail]
}

/// What a search would be as a file number, a document number (`index` gives its keyed hash) or a phone, `phones` being
/// its readings in E.164. Nothing without a digit is any of these.
pub fn exact_clues(q: &str, phones: &[String], index: impl Fn(&str) -> String) -> Vec<Clue> {
    let number = normalised_number(q);
    if !number.chars().any(|c| c.is_ascii_digit()) {
        return vec![];
    }
    let mut clues = vec![Clue::Whole("document", index(&number)), Clue::Whole("number", number)];
    clues.extend(phones.iter().flat_map(|phone| phone_keys(phone)).map(|key| Clue::Whole("phone", key)));
    clues
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_holds_a_digit_is_looked_up_as_a_number() {
        let clues = |q: &str, phones: &[String]| exact_clues(q, phones, |number| format!("#{number}"));
        assert!(clues("Ana", &[]).is_empty());
        let found = clues("0917 555 0123", &["+639175550123".into()]);
        assert!(found.contains(&Clue::Whole("document", "#09175550123".into())));
        assert!(found.contains(&Clue::Whole("phone", "75550123".into())));
    }

    #[test]
    fn numbers_and_phones_are_compared_without_their_writing() {
        assert_eq!(normalised_number("p-000 1a"), "P0001A");
        assert_eq!(phone_keys("+639175550123"), ["+639175550123", "75550123"]);
    }
}
