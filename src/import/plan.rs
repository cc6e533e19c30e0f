//! The map held against the columns of the file: what is read from where, or all that is wrong with the map.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::format::{Item, StrftimeItems};
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use serde_json::{Value, json};

use super::map::{Likely, Map, PersonMap, Source};

/// How the words of a field are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As they stand.
    Text,
    /// A whole number.
    Number,
    /// Yes or no.
    YesNo,
    /// A calendar day.
    Day,
    /// A calendar day, with the time when the file tells it.
    Moment,
    /// Several texts.
    List,
}

use Kind::{Day, List, Moment, Number, Text, YesNo};

const CASE: &[(&str, Kind)] = &[
    ("client_kind", Text),
    ("channel", Text),
    ("priority", Text),
    ("territory", Text),
    ("country_of_work", Text),
    ("employer", Text),
    ("summary", Text),
    ("opened_on", Moment),
    ("assigned_to", Text),
    ("note", Text),
    ("closed_on", Moment),
    ("closure", Text),
];
const CALLER: &[(&str, Kind)] =
    &[("name", Text), ("relation", Text), ("phone", Text), ("must_not_learn", YesNo)];
const NEED: &[(&str, Kind)] = &[("detail", Text), ("restricted", YesNo), ("outcome", Text)];
const PERSON: &[(&str, Kind)] = &[
    ("given_names", Text),
    ("family_names", Text),
    ("name_suffix", Text),
    ("code_name", Text),
    ("other_names", List),
    ("sex", Number),
    ("gender_identity", Text),
    ("birth_on", Day),
    ("birth_precision", Text),
    ("age", Number),
    ("nationality", Text),
    ("second_nationality", Text),
    ("birth_country", Text),
    ("languages", List),
    ("interpreter_needed", YesNo),
    ("territory", Text),
    ("landmark", Text),
    ("occupation", Text),
    ("skills", List),
    ("stay_status", Text),
    ("unverified", YesNo),
    ("remarks", Text),
];
const DOCUMENT: &[(&str, Kind)] = &[
    ("type", Text),
    ("country", Text),
    ("number", Text),
    ("issued_on", Day),
    ("expires_on", Day),
    ("held_by", Text),
];
const MOBILITY: &[(&str, Kind)] =
    &[("category", Text), ("country", Text), ("from_on", Day), ("until_on", Day)];

impl Kind {
    /// The value the words give, or the code of what is wrong with them.
    ///
    /// # Errors
    /// `unreadable_number`, `unreadable_yes_no` or `unreadable_date`
    pub fn read(self, text: &str, dates: &[String]) -> Result<Value, &'static str> {
        match self {
            Kind::Text | Kind::List => Ok(json!(text)),
            Kind::Number => text.parse::<i64>().map(|number| json!(number)).map_err(|_| "unreadable_number"),
            Kind::YesNo => match Plan::folded(text).as_str() {
                "true" | "1" | "yes" | "si" | "oui" | "oo" => Ok(json!(true)),
                "false" | "0" | "no" | "non" | "hindi" => Ok(json!(false)),
                _ => Err("unreadable_yes_no"),
            },
            Kind::Day => moment(text, dates).map(|(at, _)| json!(at.date())).ok_or("unreadable_date"),
            Kind::Moment => moment(text, dates)
                .map(|(at, timed)| if timed { json!(at) } else { json!(at.date()) })
                .ok_or("unreadable_date"),
        }
    }
}

/// The first way of writing that fits, and whether it tells the time. A year of two letters read as one of four would
/// lie in antiquity: that is no fit.
fn moment(text: &str, formats: &[String]) -> Option<(NaiveDateTime, bool)> {
    formats.iter().find_map(|format| {
        let timed = NaiveDateTime::parse_from_str(text, format).ok().map(|at| (at, true));
        let day = || NaiveDate::parse_from_str(text, format).ok()?.and_hms_opt(0, 0, 0).map(|at| (at, false));
        timed.or_else(day).filter(|(at, _)| (1900..2200).contains(&at.year()))
    })
}

/// Where a value comes from.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// The column's place, from 0.
    pub column: Option<usize>,
    /// The same for every row.
    pub value: Option<String>,
    /// For empty cells.
    pub default: Option<String>,
    /// Ways a date is written.
    pub dates: Vec<String>,
    /// Between several values.
    pub split: Option<char>,
    values: HashMap<String, String>,
    otherwise: Option<String>,
}

impl Cell {
    /// What a word of the column means; nothing when the map does not say. Case and accents do not count.
    pub fn meaning(&self, word: &str) -> Option<String> {
        if self.values.is_empty() {
            return Some(word.to_owned());
        }
        self.values.get(&Plan::folded(word)).or(self.otherwise.as_ref()).cloned()
    }
}

/// A field and where its value comes from.
#[derive(Debug)]
pub struct Field {
    /// Its name in the API.
    pub name: &'static str,
    /// How it is read.
    pub kind: Kind,
    /// Where it comes from.
    pub cell: Cell,
}

/// Fields that belong together: there when one of their columns has a text, or when they have no column.
#[derive(Debug, Default)]
pub struct Group {
    /// The fields.
    pub fields: Vec<Field>,
    /// Their columns.
    pub columns: Vec<usize>,
}

impl Group {
    /// Whether the map speaks of it at all.
    pub fn is_there(&self) -> bool {
        !self.fields.is_empty()
    }
}

/// One person of a row.
#[derive(Debug)]
pub struct PersonPlan {
    /// What tells the person from others of the file.
    pub key: Option<Cell>,
    /// The number of a file that exists.
    pub number: Option<Cell>,
    /// As what.
    pub role: Option<Cell>,
    phones: Vec<Cell>,
    email: Option<Cell>,
    /// Papers.
    pub documents: Vec<Group>,
    /// Mobility categories.
    pub mobility: Vec<Group>,
    /// Everything else.
    pub fields: Group,
}

impl PersonPlan {
    /// Phones and mailbox.
    pub fn contacts(&self) -> impl Iterator<Item = (&'static str, &Cell)> {
        self.phones.iter().map(|cell| ("phone", cell)).chain(self.email.iter().map(|cell| ("email", cell)))
    }

    /// Columns that speak of the person.
    pub fn columns(&self) -> Vec<usize> {
        let single = [&self.key, &self.number].into_iter().flatten();
        let cells = single.chain(self.contacts().map(|(_, cell)| cell)).filter_map(|cell| cell.column);
        let groups = self.documents.iter().chain(&self.mobility).chain([&self.fields]);
        cells.chain(groups.flat_map(|group| group.columns.iter().copied())).collect()
    }
}

/// One need of a row, or several when its column holds several.
#[derive(Debug)]
pub struct NeedPlan {
    /// Its service.
    pub service: Cell,
    /// The rest.
    pub rest: Group,
}

/// What is read from where.
#[derive(Debug)]
pub struct Plan {
    /// How many columns the file has.
    pub columns: usize,
    /// What tells rows apart.
    pub key: Cell,
    /// The office of each case.
    pub office: Cell,
    /// What becomes of a row whose person may be on file.
    pub likely: Likely,
    /// Fields of the case.
    pub case: Group,
    /// Who made contact.
    pub caller: Group,
    /// Who is on it.
    pub people: Vec<PersonPlan>,
    /// What is wanted.
    pub needs: Vec<NeedPlan>,
    /// Ways a date is written.
    pub dates: Vec<String>,
    /// What stands for an empty cell, folded.
    pub empty: HashSet<String>,
}

impl Plan {
    /// Holds the map against the columns.
    ///
    /// # Errors
    /// All that is wrong with the map, in sentences.
    pub fn new(map: Map, columns: &[String]) -> Result<Plan, Vec<String>> {
        let mut check = Check { columns, complaints: vec![] };
        check.dates("file", &map.file.dates);
        check.mapped(&map);
        let plan = Plan {
            columns: columns.len(),
            key: check.cell("key", map.key),
            office: check.cell("office", map.office),
            likely: map.likely,
            case: check.group("case", CASE, map.case),
            caller: check.group("caller", CALLER, map.caller),
            people: map.people.into_iter().map(|person| check.person(person)).collect(),
            needs: map.needs.into_iter().map(|need| check.need(need)).collect(),
            dates: map.file.dates,
            empty: map.file.empty.iter().map(|word| Plan::folded(word)).collect(),
        };
        if check.complaints.is_empty() { Ok(plan) } else { Err(check.complaints) }
    }

    /// A word as it is compared: without accents, capitals and doubled white space.
    pub fn folded(word: &str) -> String {
        let plain = deunicode::deunicode(word).to_lowercase();
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

struct Check<'a> {
    columns: &'a [String],
    complaints: Vec<String>,
}

impl Check<'_> {
    /// What a row can never be a case without.
    fn mapped(&mut self, map: &Map) {
        for name in ["client_kind", "channel"] {
            if !map.case.contains_key(name) {
                self.complaints.push(format!("[case] {name} is missing; say a column or a value"));
            }
        }
        if map.case.contains_key("closed_on") != map.case.contains_key("closure") {
            self.complaints.push("[case] closed_on and closure go together".into());
        }
        if map.needs.is_empty() {
            self.complaints.push("[[needs]] is missing; a case has at least one need".into());
        }
    }

    fn person(&mut self, map: PersonMap) -> PersonPlan {
        let mut one = |name: &str, source: Option<Source>| source.map(|source| self.cell(name, source));
        let (key, number) = (one("people.key", map.key), one("people.number", map.number));
        let (role, email) = (one("people.role", map.role), one("people.email", map.email));
        let phones = map.phones.into_iter().map(|source| self.cell("people.phones", source)).collect();
        let mut groups = |name: &str, known, maps: Vec<BTreeMap<String, Source>>| -> Vec<Group> {
            maps.into_iter().map(|map| self.group(name, known, map)).collect()
        };
        PersonPlan {
            key,
            number,
            role,
            phones,
            email,
            documents: groups("people.documents", DOCUMENT, map.documents),
            mobility: groups("people.mobility", MOBILITY, map.mobility),
            fields: self.group("people", PERSON, map.fields),
        }
    }

    fn need(&mut self, mut map: BTreeMap<String, Source>) -> NeedPlan {
        let service = map.remove("service");
        if service.is_none() {
            self.complaints.push("[[needs]] service is missing; say a column or a value".into());
        }
        NeedPlan {
            service: self.cell(
                "needs.service",
                service.unwrap_or(Source { value: Some(String::new()), ..Source::default() }),
            ),
            rest: self.group("needs", NEED, map),
        }
    }

    fn group(&mut self, at: &str, known: &[(&'static str, Kind)], map: BTreeMap<String, Source>) -> Group {
        let mut group = Group::default();
        for (name, source) in map {
            let Some((name, kind)) = known.iter().find(|(known, _)| *known == name) else {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                self.complaints
                    .push(format!("{at}.{name}: there is no such field; there are {}", names.join(", ")));
                continue;
            };
            let split = source.split.or((*kind == List).then_some(','));
            let cell = Cell { split, ..self.cell(&format!("{at}.{name}"), source) };
            if *kind != List && cell.split.is_some() {
                self.complaints.push(format!("{at}.{name} holds one value; split is for lists and services"));
            }
            group.columns.extend(cell.column);
            group.fields.push(Field { name, kind: *kind, cell });
        }
        group
    }

    fn cell(&mut self, at: &str, source: Source) -> Cell {
        let column = source.column.as_ref().and_then(|name| self.find(at, name));
        if source.column.is_some() == source.value.is_some() {
            self.complaints.push(format!("{at}: say either a column or a value"));
        }
        self.dates(at, &source.dates);
        Cell {
            column,
            value: source.value,
            default: source.default,
            dates: source.dates,
            split: source.split,
            values: source.values.into_iter().map(|(from, to)| (Plan::folded(&from), to)).collect(),
            otherwise: source.otherwise,
        }
    }

    fn find(&mut self, at: &str, name: &str) -> Option<usize> {
        let exact = |column: &String| column == name.trim();
        let alike = |column: &String| Plan::folded(column) == Plan::folded(name);
        let mut places = self.places(exact);
        if places.is_empty() {
            places = self.places(alike);
        }
        match places.as_slice() {
            [one] => Some(*one),
            [] => {
                self.complaints.push(format!(
                    "{at}: there is no column \"{name}\"; there are \"{}\"",
                    self.columns.join("\", \"")
                ));
                None
            }
            _ => {
                self.complaints.push(format!("{at}: several columns are called \"{name}\"; rename one"));
                None
            }
        }
    }

    fn places(&self, fits: impl Fn(&String) -> bool) -> Vec<usize> {
        self.columns.iter().enumerate().filter(|(_, column)| fits(column)).map(|(at, _)| at).collect()
    }

    fn dates(&mut self, at: &str, formats: &[String]) {
        for format in formats {
            if StrftimeItems::new(format).any(|item| matches!(item, Item::Error)) {
                self.complaints
                    .push(format!("{at}: \"{format}\" is no way to write a date; %d/%m/%Y is one"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(map: &str, columns: &[&str]) -> Result<Plan, Vec<String>> {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        Plan::new(toml::from_str(map).expect("a map"), &columns)
    }

    #[test]
    fn everything_wrong_with_a_map_is_told_at_once() {
        let map = r#"
            office = { value = "PIC" }
            key = "Número"
            [file]
            dates = ["%Q"]
            [case]
            channel = { column = "Canal", value = "WLK" }
            colour = "Color"
            closed_on = "Cierre"
            [[people]]
            given_names = { column = "Nombre", split = "," }
            [[needs]]
            detail = "Detalle"
        "#;
        let said =
            plan(map, &["Numero", "Canal", "Nombre", "nombre", "Detalle"]).expect_err("refused").join("\n");
        for wanted in ["%Q", "client_kind", "closure", "service", "colour", "either", "\"Cierre\"", "split"] {
            assert!(said.contains(wanted), "{wanted} in {said}");
        }
        assert!(!said.contains("Número"), "accents do not part a column from its name: {said}");
    }

    #[test]
    fn dates_are_read_in_the_ways_of_the_map_alone() {
        let formats = ["%d/%m/%Y".to_owned(), "%d/%m/%y".to_owned(), "%Y-%m-%d %H:%M".to_owned()];
        let read = |text: &str| Kind::Moment.read(text, &formats);
        assert_eq!(read("02/03/2025"), Ok(json!("2025-03-02")));
        assert_eq!(read("02/03/25"), Ok(json!("2025-03-02")));
        assert_eq!(read("2025-03-02 09:30"), Ok(json!("2025-03-02T09:30:00")));
        for wrong in ["31/02/2025", "2025-03-02", "March", "02/03/0025"] {
            assert_eq!(read(wrong), Err("unreadable_date"), "{wrong}");
        }
    }

    #[test]
    fn words_mean_the_same_however_they_are_written() {
        let values = [("Vía telefónica".to_owned(), "PHO".to_owned())];
        let values = values.into_iter().map(|(from, to)| (Plan::folded(&from), to)).collect();
        let cell = Cell { values, ..Cell::default() };
        assert_eq!(cell.meaning("VIA  TELEFONICA").as_deref(), Some("PHO"));
        assert_eq!(cell.meaning("Carta"), None);
        let cell = Cell { otherwise: Some("OTH".into()), ..cell };
        assert_eq!(cell.meaning("Carta").as_deref(), Some("OTH"));
    }
}
