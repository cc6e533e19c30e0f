//! The map (TOML): which column, or which fixed value, gives which field, and what its words mean as codes.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

/// How a spreadsheet is to be read. `docs/OPERATIONS.md` walks through one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// How the file itself is written.
    #[serde(default)]
    pub file: FileMap,
    /// The office of each case, by its three letters.
    pub office: Source,
    /// What tells one row from every other, for good: a running number, a file number.
    pub key: Source,
    /// What becomes of a row whose person may be on file already.
    #[serde(default)]
    pub likely: Likely,
    /// Fields of the case.
    pub case: BTreeMap<String, Source>,
    /// Who made contact, when not the person concerned.
    #[serde(default)]
    pub caller: BTreeMap<String, Source>,
    /// Who is on the case; the first one is its principal.
    #[serde(default)]
    pub people: Vec<PersonMap>,
    /// What is wanted.
    pub needs: Vec<BTreeMap<String, Source>>,
}

/// How the file is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileMap {
    /// utf-8, windows-1252 or another one-byte encoding by its web name.
    pub encoding: String,
    /// Between the cells; found out from the line of column names when not given.
    pub separator: Option<char>,
    /// Lines above the line of column names.
    pub skip_lines: usize,
    /// Ways a date is written, tried in order; `strftime` letters.
    pub dates: Vec<String>,
    /// What stands for an empty cell.
    pub empty: Vec<String>,
}

impl Default for FileMap {
    fn default() -> FileMap {
        FileMap {
            encoding: "utf-8".into(),
            separator: None,
            skip_lines: 0,
            dates: vec!["%Y-%m-%d".into()],
            empty: vec![],
        }
    }
}

/// What becomes of a row whose person may be on file already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likely {
    /// It waits until somebody says who the person is.
    #[default]
    Hold,
    /// The person gets a new file, and the likely one is told.
    Register,
}

/// One person of a row.
#[derive(Debug, Clone, Deserialize)]
pub struct PersonMap {
    /// What tells this person from every other in the spreadsheet; rows with the same key are about one person.
    pub key: Option<Source>,
    /// The number of a file that exists already.
    pub number: Option<Source>,
    /// As what the person is on the case; client for the first, household for the others.
    pub role: Option<Source>,
    /// Phones.
    #[serde(default)]
    pub phones: Vec<Source>,
    /// A mailbox.
    pub email: Option<Source>,
    /// Papers.
    #[serde(default)]
    pub documents: Vec<BTreeMap<String, Source>>,
    /// Mobility categories.
    #[serde(default)]
    pub mobility: Vec<BTreeMap<String, Source>>,
    /// Everything else, by the names of the API.
    #[serde(flatten)]
    pub fields: BTreeMap<String, Source>,
}

/// Where a value comes from: a column's name, or a table that says more.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The column.
    pub column: Option<String>,
    /// The same for every row, instead of a column.
    pub value: Option<String>,
    /// For empty cells.
    pub default: Option<String>,
    /// What the words of the column mean; a word that is not here is refused.
    pub values: BTreeMap<String, String>,
    /// For words that are not in `values`.
    pub otherwise: Option<String>,
    /// Ways a date is written in this column.
    pub dates: Vec<String>,
    /// Between several values in one cell.
    pub split: Option<char>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    column: Option<String>,
    value: Option<Word>,
    default: Option<Word>,
    #[serde(default)]
    values: BTreeMap<String, Word>,
    otherwise: Option<Word>,
    #[serde(default)]
    dates: Vec<String>,
    split: Option<char>,
}

impl From<Table> for Source {
    fn from(table: Table) -> Source {
        let word = |word: Option<Word>| word.map(|word| word.0);
        Source {
            column: table.column,
            value: word(table.value),
            default: word(table.default),
            values: table.values.into_iter().map(|(from, to)| (from, to.0)).collect(),
            otherwise: word(table.otherwise),
            dates: table.dates,
            split: table.split,
        }
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Source, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Source;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a column's name, or a table with `column` or `value`")
            }

            fn visit_str<E: de::Error>(self, column: &str) -> Result<Source, E> {
                Ok(Source { column: Some(column.to_owned()), ..Source::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Source, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(map)).map(Source::from)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A value of a field, written in TOML as a text, a number or a truth.
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a whole number, true or false")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Word, E> {
                Ok(Word(text.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Word, E> {
                Ok(Word(number.to_string()))
            }

            fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Word, E> {
                Ok(Word(truth.to_string()))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = r#"
        office = { value = "PIC" }
        key = "No."
        [case]
        client_kind = { value = "IND" }
        [[needs]]
        service = { column = "Need", values = { "Shelter" = "HOU" } }
    "#;

    #[test]
    fn a_column_alone_is_its_name_and_codes_may_be_numbers() {
        let map: Map = toml::from_str(&format!(
            "{LEAST}\n[[people]]\nsex = {{ column = \"Sex\", values = {{ F = 2, M = 1 }}, default = 0 }}"
        ))
        .expect("a map");
        assert_eq!(map.key.column.as_deref(), Some("No."));
        let sex = &map.people[0].fields["sex"];
        assert_eq!((sex.values["F"].as_str(), sex.default.as_deref()), ("2", Some("0")));
        assert_eq!(map.likely, Likely::Hold);
    }

    #[test]
    fn a_misspelt_word_of_a_map_is_named() {
        for (wrong, named) in [
            ("[file]\nencodign = \"utf-8\"", "encodign"),
            ("[caller]\nname = { colunm = \"Caller\" }", "colunm"),
            ("likely = \"merge\"", "merge"),
        ] {
            let map = if wrong.starts_with('[') {
                format!("{LEAST}\n{wrong}")
            } else {
                format!("{wrong}\n{LEAST}")
            };
            let said = toml::from_str::<Map>(&map).expect_err(wrong).to_string();
            assert!(said.contains(named), "{said}");
        }
    }
}
