//! The key under which names are found again, however they were typed.

/// Turns a name into its search key: lower-case ASCII letters and digits, no accents, words parted by one space.
///
/// Apostrophes vanish (`N'Diaye` and `Ndiaye` meet), every other sign parts words (`Diop-Sané` becomes two). Scripts
/// other than Latin are transliterated. The result of a second pass is the same. A text without any letter or digit
/// gives an empty key. The database holds keys made by this function: a change here needs a new edition of the
/// territories in [`super::load`] and a recomputation of every stored key of a person.
///
/// ```
/// use migrant_desk::reference::search_key::search_key;
/// assert_eq!(search_key("  Peñaranda,  José-María "), "penaranda jose maria");
/// assert_eq!(search_key("N’Diaye"), "ndiaye");
/// ```
pub fn search_key(text: &str) -> String {
    let ascii = deunicode::deunicode_with_tofu(text, " ");
    let mut key = String::with_capacity(ascii.len());
    for sign in ascii.chars() {
        if sign.is_ascii_alphanumeric() {
            key.push(sign.to_ascii_lowercase());
        } else if !matches!(sign, '\'' | '`') && !key.is_empty() && !key.ends_with(' ') {
            key.push(' ');
        }
    }
    key.truncate(key.trim_end().len());
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_found_however_it_was_typed() {
        for (typed, key) in [
            ("SÉDHIOU", "sedhiou"),
            ("Se\u{301}dhiou", "sedhiou"), // accent as a combining mark
            ("Ñuñoa", "nunoa"),
            ("dela Cruz, Jr.", "dela cruz jr"),
            ("Ma. Corazón", "ma corazon"),
            ("N'Diaye", "ndiaye"),
            ("N´Diaye", "ndiaye"),
            ("El-Hadji  Ba", "el hadji ba"),
            ("Straße", "strasse"),
            ("Bgy. 47 - Arimbay", "bgy 47 arimbay"),
            ("—", ""),
            ("", ""),
        ] {
            assert_eq!(search_key(typed), key, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in "\\PC{0,40}") {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), key.clone());
            prop_assert!(key.chars().all(|c| c == ' ' || c.is_ascii_lowercase() || c.is_ascii_digit()));
            prop_assert!(!key.contains("  ") && key.trim() == key);
        }
    }
}
