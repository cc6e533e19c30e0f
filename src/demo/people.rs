//! Invented people: a name drawn from what is common in a country, an age, a phone that rings nowhere.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::draw::Draw;
use super::files::Mix;

#[derive(Deserialize)]
struct NameRow {
    country: String,
    kind: String,
    name: String,
    weight: u32,
}

/// Names by country and kind (`given_f`, `given_m`, `surname`).
pub struct Names(BTreeMap<(String, String), Vec<(String, u32)>>);

/// A drawn person.
#[derive(Debug, Clone)]
pub struct Person {
    pub given_names: String,
    pub family_names: String,
    pub name_suffix: Option<&'static str>,
    pub sex: i16,
    pub birth_on: Option<NaiveDate>,
    pub birth_precision: Option<String>,
    pub nationality: String,
    pub language: String,
    pub mobility: String,
    pub country_of_work: Option<String>,
    pub phone: Option<String>,
}

impl Names {
    /// Reads the lists.
    ///
    /// # Errors
    /// When a list is not of its form.
    pub fn read() -> anyhow::Result<Names> {
        let mut names: BTreeMap<(String, String), Vec<(String, u32)>> = BTreeMap::new();
        let files =
            [include_str!("../../data/names/given.csv"), include_str!("../../data/names/surnames.csv")];
        for file in files {
            for row in csv::Reader::from_reader(file.as_bytes()).deserialize() {
                let row: NameRow = row.context("data/names")?;
                names.entry((row.country, row.kind)).or_default().push((row.name, row.weight));
            }
        }
        Ok(Names(names))
    }

    fn draw(&self, draw: &mut Draw, country: &str, kind: &str) -> String {
        let key = |country: &str| (country.to_owned(), kind.to_owned());
        let known = [country, neighbour(country)].into_iter().find_map(|country| self.0.get(&key(country)));
        known.and_then(|names| draw.weighted(names)).unwrap_or_else(|| "Ficticia".to_owned())
    }
}

/// Whose names a country without a list of its own shares.
fn neighbour(country: &str) -> &str {
    match country {
        "GW" | "GM" | "GN" | "ML" | "MR" | "CI" => "SN",
        "SY" | "IN" => "ML",
        _ => "VE",
    }
}

impl Person {
    /// Draws one as the mix of a desk has it; a relative shares the family name, nationality and mobility of `kin`.
    pub fn draw(draw: &mut Draw, names: &Names, mix: &Mix, kin: Option<&Person>, today: NaiveDate) -> Person {
        let nationality = kin.map_or_else(|| draw.word(&mix.nationalities), |kin| kin.nationality.clone());
        let sex: i16 = draw.word(&mix.sex).parse().unwrap_or(0);
        let kind = if sex == 1 { "given_m" } else { "given_f" };
        let mut given = names.draw(draw, &nationality, kind);
        let two_names = matches!(nationality.as_str(), "EC" | "VE" | "CO" | "PE" | "PH" | "CU");
        if two_names && draw.chance(55) {
            let second = names.draw(draw, &nationality, kind);
            if second != given {
                given = format!("{given} {second}");
            }
        }
        let mobility = kin.map_or_else(|| draw.word(&mix.mobility), |kin| kin.mobility.clone());
        let abroad = matches!(mobility.as_str(), "EML" | "EMS" | "EMO" | "RET" | "RTF");
        let age = age(draw, mix, kin.is_some());
        let (birth_on, birth_precision) = birth(draw, mix, age, today);
        Person {
            given_names: given,
            family_names: family(draw, names, &nationality, kin),
            name_suffix: (nationality == "PH" && sex == 1 && draw.chance(5)).then_some("Jr."),
            sex,
            birth_on,
            birth_precision,
            phone: (kin.is_none() && draw.chance(82)).then(|| phone(draw, &nationality)),
            nationality,
            language: kin.map_or_else(|| draw.word(&mix.languages), |kin| kin.language.clone()),
            mobility,
            country_of_work: abroad.then(|| draw.word(&mix.work_countries)),
        }
    }
}

fn age(draw: &mut Draw, mix: &Mix, is_relative: bool) -> i64 {
    // Who comes to a counter is grown up; children come with them.
    let adults: Vec<((i64, i64), u32)> = mix
        .ages
        .iter()
        .filter(|(from, _, _)| is_relative || *from >= 15)
        .map(|(from, until, weight)| ((*from, *until), *weight))
        .collect();
    let (from, until) = draw.weighted(&adults).unwrap_or((18, 40));
    draw.between(from, until)
}

fn birth(draw: &mut Draw, mix: &Mix, age: i64, today: NaiveDate) -> (Option<NaiveDate>, Option<String>) {
    if draw.chance(4) {
        return (None, None);
    }
    let precision = draw.word(&mix.birth_precision);
    let year = today.year() - i32::try_from(age).unwrap_or(30);
    let day = if precision == "day" {
        NaiveDate::from_yo_opt(year, u32::try_from(draw.between(1, 365)).unwrap_or(1))
    } else {
        NaiveDate::from_ymd_opt(year, 1, 1)
    };
    (day, Some(precision))
}

fn family(draw: &mut Draw, names: &Names, nationality: &str, kin: Option<&Person>) -> String {
    if let Some(kin) = kin {
        return kin.family_names.clone();
    }
    let first = names.draw(draw, nationality, "surname");
    let two_surnames = matches!(nationality, "EC" | "VE" | "CO" | "PE" | "CU");
    if two_surnames && draw.chance(80) {
        return format!("{first} {}", names.draw(draw, nationality, "surname"));
    }
    first
}

/// A number in a range that is kept free for fiction, or as near to one as the country has.
fn phone(draw: &mut Draw, nationality: &str) -> String {
    let last = draw.between(0, 9_999);
    match nationality {
        "PH" => format!("+63917555{last:04}"),
        "EC" => format!("+59399555{last:04}"),
        "CO" => format!("+57300555{last:04}"),
        "SN" => format!("+22177555{last:04}"),
        _ => format!("+58414555{last:04}"),
    }
}
