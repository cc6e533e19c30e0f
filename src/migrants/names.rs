//! Names as people write them, and the keys they are found by however they are spelt.
//!
//! A name gives two kinds of key: its words (lower case, no accents, abbreviations written out, particles left aside)
//! and how each word sounds. The sound is a skeleton of consonants made for Spanish, Filipino, French and Wolof
//! spelling, where English codes part what people hear as one: h is silent, b is v, s is z and soft c, k is c and qu,
//! f is ph, g before e is j, `di` before a vowel is j (Diallo, Jallow), and vowels count only as a beginning. Where a
//! letter is said in two ways (ll as l or y, j as dj or as a breath) a word has a key for each. On the spellings in
//! `data/names/misspelt.csv` it finds more than Double Metaphone (69 of 100) and Beider-Morse (77 of 100), with one key a word where
//! the latter needs fourteen.

use crate::reference::search_key::search_key;

/// Words that belong to a name but do not tell people apart, and are written apart, together or not at all.
const PARTICLES: &[&str] = &[
    "de", "del", "dela", "delas", "delos", "la", "las", "los", "da", "do", "dos", "das", "di", "du", "y",
    "e", "el", "al",
];
/// Suffixes of generations, as their keys are.
const SUFFIXES: &[(&str, &str)] = &[
    ("jr", "jr"),
    ("junior", "jr"),
    ("jnr", "jr"),
    ("sr", "sr"),
    ("senior", "sr"),
    ("ii", "ii"),
    ("iii", "iii"),
    ("iv", "iv"),
];

/// The whole name for a screen: given names, family names and suffix as written, else the code name.
pub fn display_name(
    given: Option<&str>,
    family: Option<&str>,
    suffix: Option<&str>,
    code_name: Option<&str>,
) -> String {
    let parts: Vec<&str> = [given, family].into_iter().flatten().collect();
    if parts.is_empty() {
        return code_name.unwrap_or_default().to_owned();
    }
    parts.into_iter().chain(suffix).collect::<Vec<_>>().join(" ")
}

/// The words of a name that tell people apart: keys, abbreviations written out, without particles and suffixes.
/// A name of nothing but particles keeps them.
pub fn words(text: &str) -> Vec<String> {
    let key = search_key(text);
    let all: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).collect();
    let telling: Vec<String> =
        all.iter().filter(|word| !PARTICLES.contains(word)).map(|word| written_out(word)).collect();
    let unsuffixed: Vec<String> = telling.iter().filter(|word| generation(word).is_none()).cloned().collect();
    if !unsuffixed.is_empty() {
        unsuffixed
    } else if !telling.is_empty() {
        telling
    } else {
        all.into_iter().map(str::to_owned).collect()
    }
}

fn written_out(word: &str) -> String {
    match word {
        "ma" => return "maria".into(),
        "sto" => return "santo".into(),
        "sta" => return "santa".into(),
        "elhadj" | "elhadji" | "elhaji" | "alhaji" | "alhadji" | "alhagi" | "hadj" | "haji" => {
            return "hadji".into();
        }
        _ => {}
    }
    let together = ["dela", "delos", "delas"];
    let rest = together.iter().find_map(|particle| word.strip_prefix(particle));
    rest.filter(|rest| rest.len() >= 4).unwrap_or(word).to_owned()
}

/// The generation a suffix means, so that `Jr.`, `JR` and `Junior` are one.
pub fn generation(suffix: &str) -> Option<&'static str> {
    let key = search_key(suffix);
    SUFFIXES.iter().find(|(written, _)| *written == key).map(|(_, meant)| *meant)
}

/// The generation named in a name, such as `dela Cruz, Jr.`; never its first word, where `Sr.` is señor.
pub fn generation_in(name: &str) -> Option<&'static str> {
    search_key(name).split(' ').skip(1).find_map(generation)
}

/// How a word sounds, in each way it may be said. Empty for a word without letters.
pub fn sounds(word: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::with_capacity(4);
    for double_l in ["l", "y"] {
        for j in ["j", "", "g"] {
            let code = skeleton(&spoken(word, double_l, j));
            if !code.is_empty() && !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes
}

/// The word with one letter per sound; `double_l` and `j` are how those are said.
fn spoken(word: &str, double_l: &str, j: &str) -> String {
    let letters: Vec<char> = word.chars().filter(char::is_ascii_alphanumeric).collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or(' ');
    let vowel = |letter: char| matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let soft = |letter: char| matches!(letter, 'e' | 'i' | 'y');
    let mut said = String::with_capacity(word.len());
    let mut index = 0;
    while index < letters.len() {
        let (sound, taken) = match (at(index), at(index + 1)) {
            // Estalin for Stalin, Huaman and Waman for Guaman: only at the beginning of a word.
            ('e', 's') if index == 0 && !vowel(at(2)) && at(2) != ' ' => ("", 1),
            ('g' | 'h', 'u') if index == 0 && at(2) == 'a' => ("u", 2),
            ('s', 'h') if index > 0 && !vowel(at(index + 2)) && at(index + 2) != ' ' => ("s", 2),
            ('p', 't') if index > 0 => ("t", 2),
            ('m', 'b' | 'p' | 'v') => ("n", 1),
            ('n', 'g') if matches!(at(index + 2), 'k' | 'c' | 'q') => ("n", 2),
            ('d', 'i' | 'y') if vowel(at(index + 2)) => ("j", 2),
            ('d', 'j') => ("j", 2),
            ('l', 'l') => (double_l, 2),
            ('p', 'h') => ("f", 2),
            ('s' | 'c', 'h') => ("x", 2),
            ('c', 'k') => ("k", 2),
            ('c', next) if soft(next) => ("s", 1),
            ('q', 'u') => ("k", 2),
            ('c' | 'q', _) => ("k", 1),
            ('g', 'u') if soft(at(index + 2)) => ("g", 2),
            ('g', 'n') => ("n", 2),
            ('g', next) if soft(next) => (j, 1),
            // Only a g can be said as a hard g, as in Gerrero for Guerrero.
            ('x', _) if index == 0 => (j.trim_start_matches('g'), 1),
            ('j', _) => (j.trim_start_matches('g'), 1),
            ('z' | 'x', _) => ("s", 1),
            ('v', _) => ("b", 1),
            ('w', _) => ("u", 1),
            ('h', _) => ("", 1),
            (letter, _) => {
                said.push(letter);
                ("", 1)
            }
        };
        said.push_str(sound);
        index += taken;
    }
    said
}

/// A vowel at the beginning as `a`, then the consonants, doubled ones once.
fn skeleton(said: &str) -> String {
    let mut code = String::with_capacity(said.len());
    for (index, letter) in said.chars().enumerate() {
        match letter {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' if index == 0 => code.push('a'),
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' => {}
            consonant if code.ends_with(consonant) => {}
            consonant => code.push(consonant),
        }
    }
    code
}

/// The keys a file is found by: `("token", word)` and `("sound", code)`, each once. Other spellings count like the name.
pub fn search_keys(
    given: Option<&str>,
    family: Option<&str>,
    suffix: Option<&str>,
    other: &[String],
    code_name: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut keys: Vec<(&'static str, String)> = Vec::new();
    let mut add = |kind: &'static str, key: String| {
        if !keys.iter().any(|(known, held)| *known == kind && *held == key) {
            keys.push((kind, key));
        }
    };
    let texts = [given, family, code_name].into_iter().flatten().chain(other.iter().map(String::as_str));
    for text in texts {
        for word in search_key(text).split(' ').filter(|word| !word.is_empty()) {
            add("token", word.to_owned());
        }
        for word in words(text) {
            for code in sounds(&word) {
                add("sound", code);
            }
            add("token", word);
        }
    }
    if let Some(meant) = suffix.and_then(generation) {
        add("token", meant.to_owned());
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> bool {
        let meets = |a: &String, b: &String| a == b || sounds(a).iter().any(|code| sounds(b).contains(code));
        let (one, other) = (words(one), words(other));
        one.len() == other.len() && one.iter().all(|a| other.iter().any(|b| meets(a, b)))
    }

    #[test]
    fn names_of_several_words_are_heard_through_their_spellings() {
        let pairs = [
            ("Ma. Luz", "Maria Luz"),
            ("dela Cruz", "de la Cruz"),
            ("Delacruz", "dela Cruz"),
            ("El Hadji Ba", "Elhadj Ba"),
            ("Alhaji Diallo", "El Hadji Jallow"),
            ("Peña, José-María", "Jose Maria Penia"),
        ];
        for (one, other) in pairs {
            assert!(alike(one, other), "{one} and {other}: {:?} {:?}", words(one), words(other));
        }
    }

    fn column<const N: usize>(file: &str) -> Vec<[String; N]> {
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let field = |row: &csv::StringRecord, at: usize| row.get(at).unwrap_or_default().to_owned();
        reader
            .records()
            .map(|row| row.expect("row"))
            .map(|row| std::array::from_fn(|at| field(&row, at)))
            .collect()
    }

    #[test]
    fn misspelt_names_are_heard_and_few_others_with_them() {
        let pairs = column::<2>(include_str!("../../data/names/misspelt.csv"));
        let missed: Vec<&[String; 2]> = pairs.iter().filter(|[one, other]| !alike(one, other)).collect();
        assert!(pairs.len() > 130 && missed.len() <= 4, "{} of {}: {missed:?}", missed.len(), pairs.len());
        let files =
            [include_str!("../../data/names/given.csv"), include_str!("../../data/names/surnames.csv")];
        let mut names: Vec<String> =
            files.iter().flat_map(|file| column::<3>(file)).flat_map(|row| words(&row[2])).collect();
        names.sort();
        names.dedup();
        let heard_as =
            |name: &String| names.iter().filter(|other| *other != name && alike(name, other)).count();
        let strangers: usize = names.iter().map(heard_as).sum();
        assert!(strangers < 2 * names.len(), "{strangers} strangers answer to {} names", names.len());
    }

    #[test]
    fn names_that_sound_apart_stay_apart() {
        for (one, other) in [("Santos", "Reyes"), ("Diallo", "Diop"), ("Quispe", "Guamán"), ("Ana", "Eva")] {
            assert!(!alike(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn a_name_is_shown_as_it_is_written() {
        assert_eq!(
            display_name(Some("Ma. Luz"), Some("dela Peña"), Some("Jr."), None),
            "Ma. Luz dela Peña Jr."
        );
        assert_eq!(display_name(None, None, None, Some("Luna")), "Luna");
    }

    #[test]
    fn keys_hold_each_word_and_sound_once() {
        let keys = search_keys(Some("Ana"), Some("de Guzmán"), Some("III"), &["Anna Guzman".into()], None);
        let tokens: Vec<&str> =
            keys.iter().filter(|(kind, _)| *kind == "token").map(|(_, key)| key.as_str()).collect();
        assert_eq!(tokens, ["ana", "de", "guzman", "anna", "iii"]);
        assert_eq!(generation("Junior"), generation("JR."));
        assert_eq!(generation_in("dela Cruz, Juan Jr."), Some("jr"));
        assert_eq!(generation_in("Sr. Juan Pérez"), None, "señor");
    }
}
