//! Rows and queries of the reference tables.
//!
//! The words are the same for everybody, so these queries ask for no actor; who may change them is the routes' concern.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::today;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text};
use diesel::{HasQuery, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::schema::{code_lists, codes, countries, languages};

/// What a code is called, in the four languages of the service.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Labels {
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
    /// French.
    pub fr: String,
    /// Filipino.
    pub fil: String,
}

impl Labels {
    /// The label in a language given as `en`, `es`, `fr` or `fil`; English for any other.
    pub fn of(&self, language: &str) -> &str {
        match language {
            "es" => &self.es,
            "fr" => &self.fr,
            "fil" => &self.fil,
            _ => &self.en,
        }
    }
}

/// A list of coded words, such as `service`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = code_lists)]
pub struct CodeList {
    /// Its name, part of the API.
    pub list: String,
    /// When it was first loaded.
    pub created_at: DateTime<Utc>,
}

impl CodeList {
    /// All lists, by name.
    pub async fn all(conn: &mut AsyncPgConnection) -> QueryResult<Vec<CodeList>> {
        CodeList::query().order(code_lists::list).load(conn).await
    }
}

/// One word of a list.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = codes)]
pub struct Code {
    /// The list it belongs to.
    pub list: String,
    /// What records store; unique within the list.
    pub code: String,
    /// The wider code of the same list.
    pub parent: Option<String>,
    /// Order on screen, ascending.
    pub position: i32,
    /// What it is called.
    #[diesel(select_expression = (codes::label_en, codes::label_es, codes::label_fr, codes::label_fil))]
    #[diesel(select_expression_type = (codes::label_en, codes::label_es, codes::label_fr, codes::label_fil))]
    pub labels: Labels,
    /// The external standard it stems from.
    pub standard: Option<String>,
    /// Knowing it of a person can endanger the person.
    pub restricted: bool,
    /// First day on which it may no longer be chosen.
    pub retired_on: Option<NaiveDate>,
    /// Still as a release brought it; a later release may correct it.
    pub shipped: bool,
    /// Counts changes.
    pub version: i32,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Code {
    /// The codes of one list in the order of the screen; retired ones only when asked for.
    pub async fn of_list(
        conn: &mut AsyncPgConnection,
        list: &str,
        with_retired: bool,
    ) -> QueryResult<Vec<Code>> {
        let mut query =
            Code::query().filter(codes::list.eq(list)).order((codes::position, codes::code)).into_boxed();
        if !with_retired {
            query = query.filter(codes::retired_on.is_null().or(codes::retired_on.gt(today.nullable())));
        }
        query.load(conn).await
    }

    /// Codes of services that endanger a person when it is known that they are wanted, and all under them; retired
    /// ones too.
    pub async fn restricted_services(conn: &mut AsyncPgConnection) -> QueryResult<HashSet<String>> {
        let codes: Vec<ServiceCode> = sql_query(
            "WITH RECURSIVE restricted (code) AS (
                 SELECT code FROM codes WHERE list = 'service' AND restricted
                 UNION SELECT k.code FROM codes k JOIN restricted r ON r.code = k.parent WHERE k.list = 'service')
             SELECT code FROM restricted",
        )
        .load(conn)
        .await?;
        Ok(codes.into_iter().map(|row| row.code).collect())
    }

    /// One code, retired or not.
    pub async fn find(conn: &mut AsyncPgConnection, list: &str, code: &str) -> QueryResult<Option<Code>> {
        Code::query().filter(codes::list.eq(list)).filter(codes::code.eq(code)).first(conn).await.optional()
    }

    /// What these codes are called, retired ones too, by list and code.
    pub async fn labels(
        conn: &mut AsyncPgConnection,
        wanted: &[(&str, &str)],
    ) -> QueryResult<HashMap<(String, String), Labels>> {
        let (lists, names): (Vec<&str>, Vec<&str>) = wanted.iter().copied().unzip();
        let found: Vec<Code> =
            Code::query().filter(codes::list.eq_any(lists).and(codes::code.eq_any(names))).load(conn).await?;
        Ok(found.into_iter().map(|code| ((code.list, code.code), code.labels)).collect())
    }

    /// Changes a code if it still has the version the change was based on; `None` when it has another, or does not exist.
    ///
    /// From then on no release corrects the row.
    pub async fn update(
        conn: &mut AsyncPgConnection,
        (list, code): (&str, &str),
        version: i32,
        changes: &CodeChanges,
    ) -> QueryResult<Option<Code>> {
        let of_that_version = codes::table
            .filter(codes::list.eq(list))
            .filter(codes::code.eq(code))
            .filter(codes::version.eq(version));
        diesel::update(of_that_version)
            .set((changes, codes::version.eq(codes::version + 1), codes::shipped.eq(false)))
            .returning(Code::as_returning())
            .get_result(conn)
            .await
            .optional()
    }
}

/// A code an administrator adds.
///
/// Refused by `codes_pkey` when it exists, `codes_list_fkey` for an unknown list, `codes_parent_fkey` for an unknown
/// parent, `codes_code_check` and `codes_labels_check` for a malformed code or an empty label.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = codes)]
pub struct NewCode {
    /// The list it joins.
    pub list: String,
    /// Letters, digits, `_` and `-`, at most 40.
    pub code: String,
    /// The wider code of the same list.
    pub parent: Option<String>,
    /// Order on screen; shipped codes stand ten apart.
    pub position: i32,
    /// Its labels.
    #[diesel(embed)]
    pub labels: NewLabels,
    /// The external standard it stems from.
    pub standard: Option<String>,
    /// Knowing it of a person can endanger the person.
    pub restricted: bool,
    /// When it is added.
    pub updated_at: DateTime<Utc>,
}

impl NewCode {
    /// Adds the code at version 1.
    pub async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<Code> {
        diesel::insert_into(codes::table).values(self).returning(Code::as_returning()).get_result(conn).await
    }
}

/// The label columns of a code to be written.
#[derive(Debug, Clone, Insertable, AsChangeset)]
#[diesel(table_name = codes)]
pub struct NewLabels {
    /// English.
    pub label_en: String,
    /// Spanish.
    pub label_es: String,
    /// French.
    pub label_fr: String,
    /// Filipino.
    pub label_fil: String,
}

impl From<Labels> for NewLabels {
    fn from(labels: Labels) -> NewLabels {
        NewLabels { label_en: labels.en, label_es: labels.es, label_fr: labels.fr, label_fil: labels.fil }
    }
}

/// What an administrator changes of a code; `None` leaves a column as it is, `Some(None)` empties it.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = codes)]
pub struct CodeChanges {
    /// Order on screen.
    pub position: Option<i32>,
    /// Label in English.
    pub label_en: Option<String>,
    /// Label in Spanish.
    pub label_es: Option<String>,
    /// Label in French.
    pub label_fr: Option<String>,
    /// Label in Filipino.
    pub label_fil: Option<String>,
    /// Whether knowing it of a person can endanger the person.
    pub restricted: Option<bool>,
    /// First day on which it may no longer be chosen; `Some(None)` takes it back into use.
    pub retired_on: Option<Option<NaiveDate>>,
    /// When the change is made.
    pub updated_at: DateTime<Utc>,
}

/// Which of many (list, code) pairs may not be chosen today, because they are unknown or retired. One query; each pair
/// once, sorted.
pub async fn unknown_codes<L: AsRef<str>, C: AsRef<str>>(
    conn: &mut AsyncPgConnection,
    pairs: &[(L, C)],
) -> QueryResult<Vec<(String, String)>> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let (lists, wanted): (Vec<&str>, Vec<&str>) =
        pairs.iter().map(|(list, code)| (list.as_ref(), code.as_ref())).unzip();
    let unknown: Vec<UnknownCode> = sql_query(
        "SELECT DISTINCT wanted.list, wanted.code FROM unnest($1, $2) AS wanted (list, code)
         WHERE NOT EXISTS (
             SELECT FROM codes WHERE codes.list = wanted.list AND codes.code = wanted.code
                 AND (codes.retired_on IS NULL OR codes.retired_on > CURRENT_DATE))
         ORDER BY 1, 2",
    )
    .bind::<Array<Text>, _>(lists)
    .bind::<Array<Text>, _>(wanted)
    .load(conn)
    .await?;
    Ok(unknown.into_iter().map(|pair| (pair.list, pair.code)).collect())
}

#[derive(QueryableByName)]
struct ServiceCode {
    #[diesel(sql_type = Text)]
    code: String,
}

#[derive(QueryableByName)]
struct UnknownCode {
    #[diesel(sql_type = Text)]
    list: String,
    #[diesel(sql_type = Text)]
    code: String,
}

/// A country of ISO 3166-1.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = countries)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    /// ISO 3166-1 alpha-3.
    pub alpha3: String,
    /// Its name.
    #[diesel(select_expression = (countries::label_en, countries::label_es, countries::label_fr, countries::label_fil))]
    #[diesel(select_expression_type = (countries::label_en, countries::label_es, countries::label_fr, countries::label_fil))]
    pub labels: Labels,
}

impl Country {
    /// All countries, by code; a screen sorts by its own language.
    pub async fn all(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Country>> {
        Country::query().order(countries::code).load(conn).await
    }

    /// Those of these codes that exist, in no order.
    pub async fn list(conn: &mut AsyncPgConnection, wanted: &[&str]) -> QueryResult<Vec<Country>> {
        Country::query().filter(countries::code.eq_any(wanted)).load(conn).await
    }

    /// Which of these codes are no country.
    pub async fn unknown(conn: &mut AsyncPgConnection, wanted: &[&str]) -> QueryResult<Vec<String>> {
        let known = countries::table.filter(countries::code.eq_any(wanted)).select(countries::code);
        Ok(missing(wanted, known.load(conn).await?))
    }
}

/// A language of ISO 639-3.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = languages)]
pub struct Language {
    /// ISO 639-3.
    pub code: String,
    /// Its name.
    #[diesel(select_expression = (languages::label_en, languages::label_es, languages::label_fr, languages::label_fil))]
    #[diesel(select_expression_type = (languages::label_en, languages::label_es, languages::label_fr, languages::label_fil))]
    pub labels: Labels,
}

impl Language {
    /// All languages, by code; a screen sorts by its own language.
    pub async fn all(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Language>> {
        Language::query().order(languages::code).load(conn).await
    }

    /// Those of these codes that exist, in no order.
    pub async fn list(conn: &mut AsyncPgConnection, wanted: &[&str]) -> QueryResult<Vec<Language>> {
        Language::query().filter(languages::code.eq_any(wanted)).load(conn).await
    }

    /// Which of these codes are no language.
    pub async fn unknown(conn: &mut AsyncPgConnection, wanted: &[&str]) -> QueryResult<Vec<String>> {
        let known = languages::table.filter(languages::code.eq_any(wanted)).select(languages::code);
        Ok(missing(wanted, known.load(conn).await?))
    }
}

/// Those wanted that are not known, each once, in the order wanted.
pub(super) fn missing(wanted: &[&str], known: Vec<String>) -> Vec<String> {
    let mut seen: HashSet<&str> = known.iter().map(String::as_str).collect();
    wanted.iter().filter(|code| seen.insert(code)).map(ToString::to_string).collect()
}
