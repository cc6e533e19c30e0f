//! Brings the reference files into the database.
//!
//! The files travel in the binary (`data/reference`, described in `data/README.md`), so a fresh installation needs
//! nothing but itself. The load runs at every start as the owner of the schema: a file whose hash is already recorded
//! in `reference_loads` is skipped, so an ordinary start costs one query.

use std::collections::HashMap;

use anyhow::{Context, bail};
use aws_lc_rs::digest;
use diesel::sql_types::{Array, Bool, Integer, Nullable, SmallInt, Text};
use diesel::{ExpressionMethods, QueryDsl, sql_query};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::search_key::search_key;
use crate::schema::reference_loads;

const CODES: File = File { name: "codes", bytes: include_bytes!("../../data/reference/codelists.csv") };
const COUNTRIES: File =
    File { name: "countries", bytes: include_bytes!("../../data/reference/countries.csv") };
const LANGUAGES: File =
    File { name: "languages", bytes: include_bytes!("../../data/reference/languages.csv") };
const TERRITORIES: File =
    File { name: "territories", bytes: include_bytes!("../../data/reference/territories.csv") };

/// Raise it when the loader or [`search_key`] writes other rows from the same file: all files are then loaded again.
const EDITION: &[u8] = b"1";

/// Rows in one statement: large enough that round trips do not count, small enough to keep memory flat.
const CHUNK: usize = 5_000;

/// Two starting processes must not load at once; the number only has to be ours.
const LOCK: i64 = 0x6d69_6772_6566;

/// How many rows a load wrote, per file: new and corrected ones. Zero for a file that was already loaded.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// Rows of the code lists.
    pub codes: usize,
    /// Countries.
    pub countries: usize,
    /// Languages.
    pub languages: usize,
    /// Territories.
    pub territories: usize,
}

/// Loads all reference files in one transaction; may be run again at any time.
///
/// Adds what is new and corrects countries, languages, territories, and those codes no administrator has touched.
/// Never overwrites an administrator's label, never brings a retired code back, never deletes.
///
/// # Errors
/// A broken file, or the database's refusal; nothing is written then. Needs the owner's rights.
pub async fn load(conn: &mut AsyncPgConnection) -> anyhow::Result<Loaded> {
    conn.transaction(async |tx| {
        sql_query("SELECT pg_advisory_xact_lock($1)")
            .bind::<diesel::sql_types::BigInt, _>(LOCK)
            .execute(tx)
            .await?;
        let known = known_hashes(tx).await?;
        let mut loaded = Loaded::default();
        if let Some(hash) = CODES.news(&known) {
            loaded.codes = load_codes(tx, &CODES.rows()?).await.context("code lists")?;
            remember(tx, CODES.name, &hash).await?;
        }
        if let Some(hash) = COUNTRIES.news(&known) {
            loaded.countries = load_countries(tx, &COUNTRIES.rows()?).await.context("countries")?;
            remember(tx, COUNTRIES.name, &hash).await?;
        }
        if let Some(hash) = LANGUAGES.news(&known) {
            loaded.languages = load_languages(tx, &LANGUAGES.rows()?).await.context("languages")?;
            remember(tx, LANGUAGES.name, &hash).await?;
        }
        if let Some(hash) = TERRITORIES.news(&known) {
            let places = places(TERRITORIES.rows()?)?;
            loaded.territories = load_territories(tx, &places).await.context("territories")?;
            remember(tx, TERRITORIES.name, &hash).await?;
        }
        Ok(loaded)
    })
    .await
}

/// One file in the binary.
struct File {
    name: &'static str,
    bytes: &'static [u8],
}

impl File {
    /// The hash of the file if it is not the one already loaded.
    fn news(&self, known: &HashMap<String, String>) -> Option<String> {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(EDITION);
        context.update(self.bytes);
        let hash: String = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        (known.get(self.name) != Some(&hash)).then_some(hash)
    }

    fn rows<R: DeserializeOwned>(&self) -> anyhow::Result<Vec<R>> {
        csv::Reader::from_reader(self.bytes).into_deserialize().collect::<Result<_, _>>().context(self.name)
    }
}

async fn known_hashes(conn: &mut AsyncPgConnection) -> anyhow::Result<HashMap<String, String>> {
    let rows: Vec<(String, String)> = reference_loads::table
        .select((reference_loads::name, reference_loads::content_hash))
        .load(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn remember(conn: &mut AsyncPgConnection, name: &str, hash: &str) -> anyhow::Result<()> {
    let row = (
        reference_loads::name.eq(name),
        reference_loads::content_hash.eq(hash),
        reference_loads::loaded_at.eq(diesel::dsl::now),
    );
    diesel::insert_into(reference_loads::table)
        .values(row)
        .on_conflict(reference_loads::name)
        .do_update()
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(Deserialize)]
struct CodeRow {
    list: String,
    code: String,
    parent: Option<String>,
    en: String,
    es: String,
    fr: String,
    fil: String,
    standard: Option<String>,
    restricted: bool,
}

/// Adds codes; corrects those that are still as a release brought them.
const WRITE_CODES: &str = "INSERT INTO codes (list, code, parent, position, label_en, label_es, label_fr, label_fil, standard, restricted, shipped)
     SELECT *, true FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (list, code) DO UPDATE SET
         (parent, position, label_en, label_es, label_fr, label_fil, standard, restricted, version, updated_at) =
         (excluded.parent, excluded.position, excluded.label_en, excluded.label_es, excluded.label_fr,
          excluded.label_fil, excluded.standard, excluded.restricted, codes.version + 1, now())
     WHERE codes.shipped
         AND (codes.parent, codes.position, codes.label_en, codes.label_es, codes.label_fr, codes.label_fil,
              codes.standard, codes.restricted)
         IS DISTINCT FROM
             (excluded.parent, excluded.position, excluded.label_en, excluded.label_es, excluded.label_fr,
              excluded.label_fil, excluded.standard, excluded.restricted)";

async fn load_codes(conn: &mut AsyncPgConnection, rows: &[CodeRow]) -> anyhow::Result<usize> {
    sql_query("INSERT INTO code_lists (list) SELECT DISTINCT unnest($1) ON CONFLICT DO NOTHING")
        .bind::<Array<Text>, _>(column(rows, |row| &row.list))
        .execute(conn)
        .await?;
    let written = sql_query(WRITE_CODES)
        .bind::<Array<Text>, _>(column(rows, |row| &row.list))
        .bind::<Array<Text>, _>(column(rows, |row| &row.code))
        .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.parent.as_deref()).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(positions(rows))
        .bind::<Array<Text>, _>(column(rows, |row| &row.en))
        .bind::<Array<Text>, _>(column(rows, |row| &row.es))
        .bind::<Array<Text>, _>(column(rows, |row| &row.fr))
        .bind::<Array<Text>, _>(column(rows, |row| &row.fil))
        .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.standard.as_deref()).collect::<Vec<_>>())
        .bind::<Array<Bool>, _>(rows.iter().map(|row| row.restricted).collect::<Vec<_>>())
        .execute(conn)
        .await?;
    Ok(written)
}

/// Ten apart within each list, so that an administrator's own code finds room between two shipped ones.
fn positions(rows: &[CodeRow]) -> Vec<i32> {
    let mut last: HashMap<&str, i32> = HashMap::new();
    rows.iter()
        .map(|row| {
            let position = last.entry(&row.list).or_default();
            *position += 10;
            *position
        })
        .collect()
}

#[derive(Deserialize)]
struct CountryRow {
    code: String,
    alpha3: String,
    en: String,
    es: String,
    fr: String,
    fil: String,
}

async fn load_countries(conn: &mut AsyncPgConnection, rows: &[CountryRow]) -> anyhow::Result<usize> {
    let written = sql_query(
        "INSERT INTO countries (code, alpha3, label_en, label_es, label_fr, label_fil)
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
         ON CONFLICT (code) DO UPDATE SET (alpha3, label_en, label_es, label_fr, label_fil) =
             (excluded.alpha3, excluded.label_en, excluded.label_es, excluded.label_fr, excluded.label_fil)
         WHERE countries IS DISTINCT FROM excluded",
    )
    .bind::<Array<Text>, _>(column(rows, |row| &row.code))
    .bind::<Array<Text>, _>(column(rows, |row| &row.alpha3))
    .bind::<Array<Text>, _>(column(rows, |row| &row.en))
    .bind::<Array<Text>, _>(column(rows, |row| &row.es))
    .bind::<Array<Text>, _>(column(rows, |row| &row.fr))
    .bind::<Array<Text>, _>(column(rows, |row| &row.fil))
    .execute(conn)
    .await?;
    Ok(written)
}

#[derive(Deserialize)]
struct LanguageRow {
    code: String,
    en: String,
    es: String,
    fr: String,
    fil: String,
}

async fn load_languages(conn: &mut AsyncPgConnection, rows: &[LanguageRow]) -> anyhow::Result<usize> {
    let written = sql_query(
        "INSERT INTO languages (code, label_en, label_es, label_fr, label_fil)
         SELECT * FROM unnest($1, $2, $3, $4, $5)
         ON CONFLICT (code) DO UPDATE SET (label_en, label_es, label_fr, label_fil) =
             (excluded.label_en, excluded.label_es, excluded.label_fr, excluded.label_fil)
         WHERE languages IS DISTINCT FROM excluded",
    )
    .bind::<Array<Text>, _>(column(rows, |row| &row.code))
    .bind::<Array<Text>, _>(column(rows, |row| &row.en))
    .bind::<Array<Text>, _>(column(rows, |row| &row.es))
    .bind::<Array<Text>, _>(column(rows, |row| &row.fr))
    .bind::<Array<Text>, _>(column(rows, |row| &row.fil))
    .execute(conn)
    .await?;
    Ok(written)
}

#[derive(Deserialize)]
struct TerritoryRow {
    code: String,
    country: String,
    official_code: String,
    level: String,
    depth: i16,
    name: String,
    parent: Option<String>,
}

/// A territory ready to be written: its row and its lineage, joined by spaces because arrays of arrays must be square.
struct Place {
    row: TerritoryRow,
    lineage: String,
    search_key: String,
}

/// Works out lineages; parents come before their children in the answer, so each chunk can be written on its own.
fn places(mut rows: Vec<TerritoryRow>) -> anyhow::Result<Vec<Place>> {
    rows.sort_by_key(|row| row.depth);
    let mut lineages: HashMap<String, String> = HashMap::with_capacity(rows.len());
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        let lineage = match &row.parent {
            None => row.code.clone(),
            Some(parent) => match lineages.get(parent) {
                Some(above) => format!("{above} {}", row.code),
                None => bail!("territory {} lies in {parent}, which is not above it", row.code),
            },
        };
        lineages.insert(row.code.clone(), lineage.clone());
        places.push(Place { search_key: search_key(&row.name), lineage, row });
    }
    Ok(places)
}

async fn load_territories(conn: &mut AsyncPgConnection, places: &[Place]) -> anyhow::Result<usize> {
    let mut written = 0;
    for chunk in places.chunks(CHUNK) {
        written += write_territories(conn, chunk).await?;
    }
    Ok(written)
}

async fn write_territories(conn: &mut AsyncPgConnection, places: &[Place]) -> anyhow::Result<usize> {
    let written = sql_query(
        "INSERT INTO territories (code, country, official_code, level_name, depth, name, parent, lineage, search_key)
         SELECT code, country, official_code, level_name, depth, name, parent, string_to_array(lineage, ' '), search_key
         FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
             AS new (code, country, official_code, level_name, depth, name, parent, lineage, search_key)
         ON CONFLICT (code) DO UPDATE SET (level_name, depth, name, parent, lineage, search_key) =
             (excluded.level_name, excluded.depth, excluded.name, excluded.parent, excluded.lineage, excluded.search_key)
         WHERE territories IS DISTINCT FROM excluded",
    )
    .bind::<Array<Text>, _>(column(places, |place| &place.row.code))
    .bind::<Array<Text>, _>(column(places, |place| &place.row.country))
    .bind::<Array<Text>, _>(column(places, |place| &place.row.official_code))
    .bind::<Array<Text>, _>(column(places, |place| &place.row.level))
    .bind::<Array<SmallInt>, _>(places.iter().map(|place| place.row.depth).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(column(places, |place| &place.row.name))
    .bind::<Array<Nullable<Text>>, _>(places.iter().map(|place| place.row.parent.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(column(places, |place| &place.lineage))
    .bind::<Array<Text>, _>(column(places, |place| &place.search_key))
    .execute(conn)
    .await?;
    Ok(written)
}

/// One text column of many rows, as an array to bind.
fn column<R>(rows: &[R], field: impl Fn(&R) -> &String) -> Vec<&str> {
    rows.iter().map(|row| field(row).as_str()).collect()
}
