//! What a body chose from the reference lists, gathered by the rules and looked up together.

use std::collections::HashSet;

use super::model::{Country, Language, unknown_codes};
use super::territories::model::Territory;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};

/// The complaints about a body so far, and the codes in it that only the database can judge.
#[derive(Debug, Default)]
pub struct Choices {
    /// Complaints that need no database.
    pub errors: FieldErrors,
    codes: Vec<(String, &'static str, String)>,
    countries: Vec<(String, String)>,
    languages: Vec<(String, String)>,
    territories: Vec<(String, String)>,
}

impl Choices {
    /// Nothing chosen yet.
    pub fn new() -> Choices {
        Choices::default()
    }

    /// A code of a code list stands at `pointer`.
    pub fn code(&mut self, pointer: &str, list: &'static str, code: &str) {
        self.codes.push((pointer.to_owned(), list, code.to_owned()));
    }

    /// Several codes stand below `pointer`. Those `kept` from before may have been retired since.
    pub fn codes(&mut self, pointer: &str, list: &'static str, codes: &[String], kept: &[String]) {
        for (index, code) in codes.iter().enumerate().filter(|(_, code)| !kept.contains(code)) {
            self.code(&format!("{pointer}/{index}"), list, code);
        }
    }

    /// A country stands at `pointer`.
    pub fn country(&mut self, pointer: &str, code: &str) {
        self.countries.push((pointer.to_owned(), code.to_owned()));
    }

    /// A language stands at `pointer`.
    pub fn language(&mut self, pointer: &str, code: &str) {
        self.languages.push((pointer.to_owned(), code.to_owned()));
    }

    /// Several languages stand below `pointer`.
    pub fn languages(&mut self, pointer: &str, codes: &[String]) {
        let places = codes.iter().enumerate();
        self.languages.extend(places.map(|(index, code)| (format!("{pointer}/{index}"), code.clone())));
    }

    /// A territory stands at `pointer`.
    pub fn territory(&mut self, pointer: &str, code: &str) {
        self.territories.push((pointer.to_owned(), code.to_owned()));
    }

    /// Several territories stand below `pointer`.
    pub fn territories(&mut self, pointer: &str, codes: &[String]) {
        for (index, code) in codes.iter().enumerate() {
            self.territory(&format!("{pointer}/{index}"), code);
        }
    }

    /// Takes over what a part of a larger body chose, each pointer below `prefix`.
    pub fn absorb(&mut self, prefix: &str, part: Choices) {
        let below = |pointer: &str| format!("{prefix}/{}", pointer.trim_start_matches('/'));
        for error in part.errors.0 {
            self.errors.add(below(&error.pointer), error.code, error.detail);
        }
        self.codes.extend(part.codes.into_iter().map(|(pointer, list, code)| (below(&pointer), list, code)));
        let moved = |chosen: Vec<(String, String)>| {
            chosen.into_iter().map(|(pointer, code)| (below(&pointer), code)).collect::<Vec<_>>()
        };
        self.countries.extend(moved(part.countries));
        self.languages.extend(moved(part.languages));
        self.territories.extend(moved(part.territories));
    }

    /// Looks up what was chosen and refuses with every complaint at once.
    ///
    /// # Errors
    /// All fields that need another value; `unknown_code` for what is unknown or retired.
    pub async fn check(mut self, conn: &mut Conn) -> Result<(), Error> {
        let pairs: Vec<(&str, &str)> =
            self.codes.iter().map(|(_, list, code)| (*list, code.as_str())).collect();
        let unknown: HashSet<(String, String)> = unknown_codes(conn, &pairs).await?.into_iter().collect();
        for (pointer, list, code) in &self.codes {
            if unknown.contains(&((*list).to_owned(), code.clone())) {
                self.errors.add(pointer, "unknown_code", format!("Is not a code of {list} in use."));
            }
        }
        let wanted = |places: &[(String, String)]| -> Vec<String> {
            places.iter().map(|(_, code)| code.clone()).collect()
        };
        let (countries, languages, territories) =
            (wanted(&self.countries), wanted(&self.languages), wanted(&self.territories));
        if !countries.is_empty() {
            let unknown = Country::unknown(conn, &strs(&countries)).await?;
            complain(&mut self.errors, &self.countries, &unknown, "country");
        }
        if !languages.is_empty() {
            let unknown = Language::unknown(conn, &strs(&languages)).await?;
            complain(&mut self.errors, &self.languages, &unknown, "language");
        }
        if !territories.is_empty() {
            let unknown = Territory::unknown(conn, &strs(&territories)).await?;
            complain(&mut self.errors, &self.territories, &unknown, "territory");
        }
        self.errors.check()
    }
}

fn strs(codes: &[String]) -> Vec<&str> {
    codes.iter().map(String::as_str).collect()
}

fn complain(errors: &mut FieldErrors, places: &[(String, String)], unknown: &[String], what: &str) {
    for (pointer, _) in places.iter().filter(|(_, code)| unknown.contains(code)) {
        errors.add(pointer, "unknown_code", format!("Is not a known {what}."));
    }
}
