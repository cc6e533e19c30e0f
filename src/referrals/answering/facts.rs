//! What was disclosed, in the reader's words: labels of codes, names of countries, languages and places.

use std::collections::HashMap;

use super::super::disclosure::{Disclosed, HeldDocument, HouseholdMember, SafeContact};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::html::{Line, Shown};
use crate::platform::text::{Language, Text, Value, day, say, texts};
use crate::reference::model::{Code, Country, Labels, Language as Tongue};
use crate::reference::territories::model::Territory;

/// The names of everything a disclosure holds as a code.
struct Names {
    language: Language,
    codes: HashMap<(String, String), Labels>,
    countries: HashMap<String, Labels>,
    tongues: HashMap<String, Labels>,
    place: String,
}

/// The facts that may be disclosed, in the order in which a reader needs them: who, what for, how to reach
/// them safely (before the number that tempts to call at once), then the rest.
const ORDER: &[&str] = &[
    "name",
    "age",
    "birth_date",
    "sex",
    "nationality",
    "languages",
    "need_detail",
    "contact_instructions",
    "phone",
    "place",
    "household",
    "mobility",
    "specific_needs",
    "documents_held",
];

/// A disclosure as lines of a page.
///
/// # Errors
/// Those of the database.
pub async fn lines(conn: &mut Conn, facts: &Disclosed, language: Language) -> Result<Vec<Line>, Error> {
    let names = Names::of(conn, facts, language).await?;
    let lines = ORDER.iter().filter_map(|fact| {
        let values = names.values(facts, fact);
        (!values.is_empty()).then(|| Line { label: names.code("disclosure_fact", fact), values })
    });
    Ok(lines.collect())
}

impl Names {
    async fn of(conn: &mut Conn, facts: &Disclosed, language: Language) -> Result<Names, Error> {
        let held = facts.documents_held.as_deref().unwrap_or_default();
        let safe = facts.contact_instructions.as_deref().unwrap_or_default();
        let mut codes: Vec<(&str, &str)> = ORDER.iter().map(|fact| ("disclosure_fact", *fact)).collect();
        codes.extend(all(&facts.mobility).map(|code| ("mobility", code)));
        codes.extend(all(&facts.specific_needs).map(|code| ("specific_need", code)));
        codes.extend(held.iter().map(|paper| ("document", paper.r#type.as_str())));
        let countries: Vec<&str> = facts
            .nationality
            .iter()
            .chain(held.iter().flat_map(|paper| &paper.country))
            .map(String::as_str)
            .collect();
        let tongues: Vec<&str> =
            all(&facts.languages).chain(safe.iter().filter_map(|way| way.language.as_deref())).collect();
        let countries = Country::list(conn, &countries).await?;
        let tongues = Tongue::list(conn, &tongues).await?;
        Ok(Names {
            language,
            codes: Code::labels(conn, &codes).await?,
            countries: countries.into_iter().map(|country| (country.code, country.labels)).collect(),
            tongues: tongues.into_iter().map(|tongue| (tongue.code, tongue.labels)).collect(),
            place: match &facts.place {
                Some(code) => place(conn, code).await?,
                None => String::new(),
            },
        })
    }

    fn say(&self, text: Text, values: &[(&str, Value<'_>)]) -> String {
        say(self.language, text, values)
    }

    /// The word of a family of ours; the code itself when it has none.
    fn word(&self, family: &str, code: &str) -> String {
        Text::of(family, code).map_or_else(|| code.to_owned(), |text| self.say(text, &[]))
    }

    fn label(&self, of: &HashMap<String, Labels>, code: &str) -> String {
        of.get(code).map_or(code, |labels| labels.of(self.language.code())).to_owned()
    }

    fn code(&self, list: &str, code: &str) -> String {
        let found = self.codes.get(&(list.to_owned(), code.to_owned()));
        found.map_or(code, |labels| labels.of(self.language.code())).to_owned()
    }

    /// What a fact comes to; nothing when it was not disclosed.
    fn values(&self, facts: &Disclosed, fact: &str) -> Vec<Shown> {
        let codes = |list, some| all(some).map(|code| self.code(list, code)).collect::<Vec<_>>();
        let words: Vec<String> = match fact {
            "name" => facts.name.iter().cloned().collect(),
            "age" => facts.age.iter().map(|age| self.years(*age)).collect(),
            "birth_date" => self.birth(facts).into_iter().collect(),
            "sex" => facts.sex.iter().map(|sex| self.sex(*sex)).collect(),
            "nationality" => facts.nationality.iter().map(|code| self.label(&self.countries, code)).collect(),
            "languages" => all(&facts.languages).map(|code| self.label(&self.tongues, code)).collect(),
            "need_detail" => facts.need_detail.iter().cloned().collect(),
            "contact_instructions" => {
                facts.contact_instructions.iter().flatten().map(|way| self.way(way)).collect()
            }
            "phone" => return all(&facts.phone).map(dialled).collect(),
            "place" => facts.place.iter().map(|_| self.place.clone()).collect(),
            "household" => facts.household.iter().flatten().map(|member| self.member(member)).collect(),
            "mobility" => codes("mobility", &facts.mobility),
            "specific_needs" => codes("specific_need", &facts.specific_needs),
            "documents_held" => {
                facts.documents_held.iter().flatten().map(|paper| self.paper(paper)).collect()
            }
            _ => vec![],
        };
        words.into_iter().map(|words| Shown { words, dials: None }).collect()
    }

    fn years(&self, age: i32) -> String {
        self.say(texts::ANSWER_YEARS, &[("count", i64::from(age).into())])
    }

    fn sex(&self, sex: i16) -> String {
        let word = match sex {
            1 => texts::SEX_MALE,
            2 => texts::SEX_FEMALE,
            9 => texts::SEX_NOT_APPLICABLE,
            _ => texts::SEX_NOT_KNOWN,
        };
        self.say(word, &[])
    }

    fn birth(&self, facts: &Disclosed) -> Option<String> {
        let date = facts.birth_date?;
        Some(match facts.birth_precision.as_deref() {
            Some("year") => {
                self.say(texts::ANSWER_BIRTH_YEAR, &[("year", date.format("%Y").to_string().into())])
            }
            Some("estimated") => self.say(texts::ANSWER_BIRTH_ESTIMATED, &[("day", date.into())]),
            _ => day(self.language, date),
        })
    }

    /// How to reach the person without harm, in one sentence each.
    fn way(&self, way: &SafeContact) -> String {
        let by: Vec<String> =
            way.channels.iter().map(|channel| self.word("answer-channel", channel)).collect();
        let mut parts = vec![self.word("answer-contact", &way.kind)];
        if !by.is_empty() {
            parts.push(self.say(texts::ANSWER_CONTACT_ONLY, &[("ways", by.join(", ").into())]));
        }
        parts.extend(way.hours.clone());
        parts.extend(way.language.iter().map(|code| self.label(&self.tongues, code)));
        if let Some(who) = &way.must_not_know {
            parts.push(self.say(texts::ANSWER_CONTACT_SECRET, &[("who", who.into())]));
        }
        parts.join(" · ")
    }

    fn member(&self, member: &HouseholdMember) -> String {
        let age = member.age.map_or_else(|| self.say(texts::AGE_UNKNOWN, &[]), |age| self.years(age));
        format!("{}, {age}", self.sex(member.sex))
    }

    fn paper(&self, paper: &HeldDocument) -> String {
        let kind = self.code("document", &paper.r#type);
        match &paper.country {
            Some(country) => format!("{kind} ({})", self.label(&self.countries, country)),
            None => kind,
        }
    }
}

fn all(some: &Option<Vec<String>>) -> impl Iterator<Item = &str> {
    some.iter().flatten().map(String::as_str)
}

/// A phone and the number that dials; a messenger's name cannot be dialled.
fn dialled(number: &str) -> Shown {
    let digits = number.strip_prefix('+').filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    Shown { words: number.to_owned(), dials: digits.map(|_| number.to_owned()) }
}

/// A place with what it lies in, because there are three towns called Naga.
async fn place(conn: &mut Conn, code: &str) -> Result<String, Error> {
    let Some(place) = Territory::find(conn, code).await? else { return Ok(code.to_owned()) };
    let lineage: Vec<&str> = place.lineage.iter().map(String::as_str).collect();
    let mut around = Territory::list(conn, &lineage).await?;
    around.sort_by_key(|territory| std::cmp::Reverse(territory.depth));
    Ok(around.into_iter().map(|territory| territory.name).collect::<Vec<_>>().join(", "))
}
