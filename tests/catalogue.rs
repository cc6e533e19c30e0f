//! The rules the build holds the catalogue of texts to, each shown to bite.

#[path = "../build/catalogue.rs"]
mod catalogue;

use catalogue::{LANGUAGES, Source, check, read, rust_source};

/// A catalogue that says `text` in every language, except where told otherwise.
fn said(text: &str, otherwise: &[(&str, &str)]) -> Vec<Source> {
    LANGUAGES
        .iter()
        .map(|language| {
            let other = otherwise.iter().find(|(other, _)| other == language).map(|(_, text)| *text);
            Source {
                language: (*language).into(),
                file: "mail.ftl".into(),
                content: other.unwrap_or(text).into(),
            }
        })
        .collect()
}

#[track_caller]
fn refused(files: &[Source], because: &str) {
    let complaints = check(files).expect_err("the build should have stopped").join("\n");
    assert!(complaints.contains(because), "{complaints}");
}

#[test]
fn a_text_missing_in_one_language_stops_the_build() {
    refused(&said("a = A\nb = B\n", &[("fr", "a = A\n")]), "fr/mail.ftl: b is missing");
}

#[test]
fn a_text_english_does_not_have_stops_the_build() {
    refused(&said("a = A\n", &[("es", "a = A\nb = B\n")]), "es/mail.ftl: b does not exist in English");
}

#[test]
fn a_key_that_exists_twice_stops_the_build() {
    refused(
        &said("a = A\n", &[("fil", "a = A\na = B\n")]),
        "fil/mail.ftl: a exists already, in fil/mail.ftl",
    );
    let mut files = said("a = A\n", &[]);
    files.push(Source { language: "en".into(), file: "words.ftl".into(), content: "a = A\n".into() });
    refused(&files, "en/words.ftl: a exists already, in en/mail.ftl");
}

#[test]
fn other_variables_than_in_english_stop_the_build() {
    let files = said("a = { $number } at { $office }\n", &[("fr", "a = { $numero } at { $office }\n")]);
    refused(&files, "fr/mail.ftl: a has the variables {\"numero\", \"office\"}");
    let plural = "a = { $count ->\n    [one] { $count } day\n   *[other] { $count } days of { $name }\n }\n";
    refused(&said(plural, &[("es", "a = { $count } días\n")]), "es/mail.ftl: a has the variables");
}

#[test]
fn a_text_that_does_not_parse_stops_the_build_and_names_the_line() {
    refused(&said("a = A\n", &[("es", "# fine\na = { $number\n")]), "es/mail.ftl:");
}

#[test]
fn a_reference_that_leads_nowhere_stops_the_build() {
    refused(&said("a = { -desk }\n", &[]), "en/mail.ftl: a mentions -desk, which does not exist");
    refused(&said("a = { b }\nb = B\n", &[]), "only terms (-name) may be mentioned");
    refused(&said("a = { DATETIME($at) }\n", &[]), "uses the function DATETIME");
}

#[test]
fn two_keys_cannot_share_a_constant() {
    refused(&said("a-b = A\na_b = B\n", &[]), "would share the constant A_B");
}

#[test]
fn a_catalogue_that_is_right_becomes_constants() {
    let files = said("-desk = Desk\nmail-new = { -desk }: { $number }\n", &[]);
    let english = check(&files).expect("a catalogue that is right");
    let source = rust_source(&files, &english);
    let expected = "pub const MAIL_NEW: Text = Text { key: \"mail-new\", variables: &[\"number\"] };";
    assert!(source.contains(expected), "{source}");
    assert!(!source.contains("DESK: Text"), "terms are no texts of their own");
}

#[test]
fn our_own_catalogue_is_read_in_all_languages() {
    let files =
        read(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/locales"))).expect("the folder");
    for language in LANGUAGES {
        assert!(files.iter().any(|file| file.language == language && file.file == "mail.ftl"), "{language}");
    }
    assert_eq!(check(&files).err(), None);
}
