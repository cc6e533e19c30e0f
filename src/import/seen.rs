//! What earlier rows of the same file said: keys that came before, and persons who may be the same. Some bytes a row,
//! no names: only hashes of them.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::NaiveDate;

use crate::ids::OfficeId;
use crate::migrants::likely::Description;
use crate::migrants::likely::rules::{Traits, score};
use crate::migrants::names::words;
use crate::migrants::search::rules::{normalised_number, phone_keys};

/// What is kept of the rows so far.
#[derive(Debug, Default)]
pub struct Seen {
    keys: HashMap<u64, u64>,
    people: HashMap<u64, Vec<Person>>,
}

/// A person of an earlier row, without the name.
#[derive(Debug, Clone)]
struct Person {
    line: u64,
    has_key: bool,
    birth: Option<(NaiveDate, bool)>,
    sex: i16,
    suffix: Option<String>,
}

impl Seen {
    /// Notes the key of a row; gives the line that had it before.
    pub fn key(&mut self, office: OfficeId, key: &str, line: u64) -> Option<u64> {
        let earlier = *self.keys.entry(hashed(&(office, key))).or_insert(line);
        (earlier != line).then_some(earlier)
    }

    /// The line of an earlier row whose person is likely this one: the same words in the name, phone or document, and
    /// nothing against it. `least` is the score from which two are likely one. Two keys are two persons.
    pub fn likely(&self, person: &Description, has_key: bool, least: u8) -> Option<u64> {
        let wanted = person.traits();
        let weighed = |key: &u64, earlier: &Person, clue: Clue| {
            let named = if clue == Clue::Name { wanted.names.clone() } else { vec![] };
            let traits = Traits {
                names: named,
                suffix: earlier.suffix.clone(),
                birth: earlier.birth,
                sex: earlier.sex,
                same_phone: clue == Clue::Phone,
                same_document: clue == Clue::Document,
            };
            let _ = key;
            (score(&wanted, &traits).0 >= least && !(has_key && earlier.has_key)).then_some(earlier.line)
        };
        clues(person).into_iter().find_map(|(clue, key)| {
            let earlier = self.people.get(&key)?;
            earlier.iter().find_map(|earlier| weighed(&key, earlier, clue))
        })
    }

    /// Notes the person of a row that was accepted.
    pub fn person(&mut self, person: &Description, has_key: bool, line: u64) {
        let Traits { birth, sex, suffix, .. } = person.traits();
        let kept = Person { line, has_key, birth, sex, suffix };
        for (_, key) in clues(person) {
            self.people.entry(key).or_default().push(kept.clone());
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Clue {
    Document,
    Phone,
    Name,
}

fn clues(person: &Description) -> Vec<(Clue, u64)> {
    let mut name = words(&person.name);
    name.sort_unstable();
    let document =
        person.document_number.as_deref().map(normalised_number).filter(|number| !number.is_empty());
    let phone =
        person.phone.as_deref().and_then(|phone| phone_keys(phone).pop()).filter(|tail| tail.len() >= 7);
    let document = document.map(|number| (Clue::Document, hashed(&(Clue::Document, number))));
    let phone = phone.map(|tail| (Clue::Phone, hashed(&(Clue::Phone, tail))));
    let name = (name.len() > 1).then(|| (Clue::Name, hashed(&(Clue::Name, name))));
    document.into_iter().chain(phone).chain(name).collect()
}

fn hashed(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, born: Option<&str>, phone: Option<&str>) -> Description {
        let birth_on = born.map(|day| day.parse().expect("a day"));
        Description {
            name: name.into(),
            birth_on,
            phone: phone.map(str::to_owned),
            sex: Some(2),
            ..Description::default()
        }
    }

    #[test]
    fn a_person_who_comes_again_is_noticed_in_the_file_itself() {
        let mut seen = Seen::default();
        seen.person(&person("Rosa Inventada Vera", Some("1990-05-02"), Some("0998880000")), false, 2);
        for (other, found) in [
            (person("INVENTADA VERA, Rosa", Some("1990-05-02"), None), Some(2)),
            (person("Rosa Inventada Vera", None, None), Some(2)),
            (person("Rosa Inventada Vera", Some("1971-01-01"), None), None),
            (person("Rosa Otra", None, Some("+593998880000")), None),
            (person("Ana Otra", Some("1990-05-02"), Some("+593998880000")), Some(2)),
        ] {
            assert_eq!(seen.likely(&other, false, 50), found, "{other:?}");
        }
    }

    #[test]
    fn two_keys_are_two_persons_and_a_key_is_met_once_an_office() {
        let mut seen = Seen::default();
        let rosa = person("Rosa Inventada Vera", None, None);
        seen.person(&rosa, true, 2);
        assert_eq!((seen.likely(&rosa, true, 50), seen.likely(&rosa, false, 50)), (None, Some(2)));
        let (one, other) = (OfficeId::new(), OfficeId::new());
        assert_eq!(
            (seen.key(one, "7", 2), seen.key(other, "7", 3), seen.key(one, "7", 4)),
            (None, None, Some(2))
        );
    }
}
