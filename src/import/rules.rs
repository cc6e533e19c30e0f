//! What a row says, by the map: the bodies the API would be sent, with the column each value came from.

use std::cmp::Ordering;

use serde_json::{Map as Json, Value, json};

use super::plan::{Cell, Field, Group, Kind, NeedPlan, PersonPlan, Plan};
use super::sheet::Row;
use crate::platform::error::FieldError;

/// Something wrong with a row, at a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field, as a JSON pointer.
    pub pointer: String,
    /// Stable word.
    pub code: String,
    /// What the API says of it; empty when the catalogue of texts says it all.
    pub detail: String,
    /// The file, the line or the number it is about.
    pub about: String,
}

impl Fault {
    /// A fault that the catalogue has a sentence for.
    pub fn new(pointer: impl Into<String>, code: &str) -> Fault {
        Fault { pointer: pointer.into(), code: code.into(), detail: String::new(), about: String::new() }
    }

    /// What the API complains of; `at` is where its body stands in the row.
    pub fn of(at: &str, error: FieldError) -> Fault {
        // The API speaks of moments where a row has days.
        let pointer = match error.pointer.as_str() {
            "/opened_at" => "/opened_on",
            "/closed_at" => "/closed_on",
            other => other,
        };
        Fault { detail: error.detail, ..Fault::new(format!("{at}{pointer}"), error.code) }
    }

    /// The file, the line or the number it is about.
    pub fn about(mut self, about: impl ToString) -> Fault {
        self.about = about.to_string();
        self
    }
}

/// What a row says.
#[derive(Debug)]
pub struct Draft {
    /// Its key in the spreadsheet; empty when it cannot be known.
    pub key: String,
    /// The office's three letters.
    pub office: String,
    /// Fields of `OpenCase`, without office, people and moments.
    pub case: Json<String, Value>,
    /// The day, or the moment, it was opened and closed on the office's clock.
    pub opened: Option<String>,
    /// See `opened`.
    pub closed: Option<String>,
    /// Why it was closed.
    pub closure: Option<String>,
    /// Of each need, in order.
    pub outcomes: Vec<Option<String>>,
    /// Words kept as a note.
    pub note: Option<String>,
    /// The worker's e-mail.
    pub assigned_to: Option<String>,
    /// Who is on it.
    pub people: Vec<DraftPerson>,
    /// Which column gave which field.
    places: Vec<(String, usize)>,
    /// Why it cannot become a case.
    pub faults: Vec<Fault>,
    /// What was noticed on the way and does not stop it.
    pub remarks: Vec<Fault>,
}

/// A person of a row.
#[derive(Debug)]
pub struct DraftPerson {
    /// Its key in the spreadsheet.
    pub key: Option<String>,
    /// The number of a file that exists.
    pub number: Option<String>,
    /// As what.
    pub role: String,
    /// Fields of `RegisterMigrant`, without office and moment.
    pub body: Json<String, Value>,
}

impl Draft {
    /// The column of a field: its own, or that of the narrowest field around it.
    pub fn column(&self, pointer: &str) -> Option<usize> {
        let around = |known: &str| pointer == known || pointer.starts_with(&format!("{known}/"));
        let all = self.places.iter().filter(|(known, _)| around(known));
        all.max_by_key(|(known, _)| known.len()).map(|(_, column)| *column)
    }

    /// Adds what the API complains of, but not what follows from something that could not be read.
    pub fn complain(&mut self, faults: Vec<Fault>) {
        let unread: Vec<String> = self.faults.iter().map(|fault| fault.pointer.clone()).collect();
        let follows = |fault: &Fault| {
            !fault.pointer.is_empty()
                && unread
                    .iter()
                    .any(|known| *known == fault.pointer || known.starts_with(&format!("{}/", fault.pointer)))
        };
        self.faults.extend(faults.into_iter().filter(|fault| !follows(fault)));
    }

    /// All it says, in one form: two rows that say the same have the same text.
    pub fn canonical(&self) -> String {
        let person = |p: &DraftPerson| json!([p.key, p.number, p.role, p.body]);
        let people: Vec<Value> = self.people.iter().map(person).collect();
        let rest =
            json!([self.opened, self.closed, self.closure, self.outcomes, self.note, self.assigned_to]);
        json!([self.office, self.case, rest, people]).to_string()
    }
}

/// Reads a row by the plan. What cannot be read stands in the draft's faults.
pub fn draft(plan: &Plan, row: &Row) -> Draft {
    let mut reading = Reading { plan, row, places: vec![], faults: vec![] };
    let mut key = reading.word(&plan.key, "/key").unwrap_or_default();
    let office = reading.word(&plan.office, "/office").unwrap_or_default();
    for (value, pointer) in [(&key, "/key"), (&office, "/office")] {
        if value.is_empty() {
            reading.fault(pointer, "required");
        }
    }
    let mut case = reading.group(&plan.case, "");
    if reading.is_filled(&plan.caller) {
        case.insert("caller".into(), reading.group(&plan.caller, "/caller").into());
    }
    let people = reading.people();
    let (needs, outcomes) = reading.needs();
    case.insert("needs".into(), needs.into());
    let mut taken = |name: &str| match case.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let (opened, closed, closure) = (taken("opened_on"), taken("closed_on"), taken("closure"));
    let (note, assigned_to) = (taken("note"), taken("assigned_to"));
    match (&closed, &closure) {
        (Some(_), None) => reading.fault("/closure", "required"),
        (None, Some(_)) => reading.fault("/closed_on", "required"),
        _ => {}
    }
    let Reading { places, mut faults, .. } = reading;
    let shifted = match row.fits(plan.columns) {
        Ordering::Equal => None,
        Ordering::Greater => Some("too_many_cells"),
        Ordering::Less => Some("too_few_cells"),
    };
    // Where cells are out of place nothing else that is said of them is worth telling.
    if let Some(code) = shifted {
        key.clear();
        faults = vec![Fault::new("", code)];
    }
    let remarks = vec![];
    Draft {
        key,
        office,
        case,
        opened,
        closed,
        closure,
        outcomes,
        note,
        assigned_to,
        people,
        places,
        faults,
        remarks,
    }
}

struct Reading<'a> {
    plan: &'a Plan,
    row: &'a Row,
    places: Vec<(String, usize)>,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    /// One fault a field is enough: the first is what the others follow from.
    fn fault(&mut self, pointer: &str, code: &str) {
        if !self.faults.iter().any(|fault| fault.pointer == pointer) {
            self.faults.push(Fault::new(pointer, code));
        }
    }

    fn is_filled(&self, group: &Group) -> bool {
        group.is_there() && (group.columns.is_empty() || group.columns.iter().any(|c| self.has_text(*c)))
    }

    fn has_text(&self, column: usize) -> bool {
        let text = self.row.cell(column);
        !text.is_empty() && !self.plan.empty.contains(&Plan::folded(&text))
    }

    /// The words of a cell, several when it is split; none when it is empty and has no default.
    fn words(&mut self, cell: &Cell, pointer: &str) -> Vec<String> {
        let Some(column) = cell.column else { return cell.value.iter().cloned().collect() };
        self.places.push((pointer.to_owned(), column));
        if !self.has_text(column) {
            return cell.default.iter().cloned().collect();
        }
        let text = self.row.cell(column).into_owned();
        let parts: Vec<&str> = match cell.split {
            Some(separator) => text.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect(),
            None => vec![&text],
        };
        let mut words = vec![];
        for part in parts {
            match cell.meaning(part) {
                Some(meaning) if meaning.is_empty() => {}
                Some(meaning) => words.push(meaning),
                None => self.fault(pointer, "value_not_mapped"),
            }
        }
        words
    }

    fn word(&mut self, cell: &Cell, pointer: &str) -> Option<String> {
        self.words(cell, pointer).into_iter().next()
    }

    fn group(&mut self, group: &Group, at: &str) -> Json<String, Value> {
        let mut body = Json::new();
        for field in &group.fields {
            self.field(field, at, &mut body);
        }
        body
    }

    fn field(&mut self, field: &Field, at: &str, body: &mut Json<String, Value>) {
        let pointer = format!("{at}/{}", field.name);
        let words = self.words(&field.cell, &pointer);
        let Some(first) = words.first() else { return };
        let dates = if field.cell.dates.is_empty() { &self.plan.dates } else { &field.cell.dates };
        match field.kind.read(first, dates) {
            _ if field.kind == Kind::List => drop(body.insert(field.name.into(), json!(words))),
            Ok(value) => drop(body.insert(field.name.into(), value)),
            // A year alone is a birth date too, of that precision.
            Err(_) if field.name == "birth_on" && is_year(first) => {
                body.insert("birth_on".into(), json!(format!("{first}-01-01")));
                body.insert("birth_precision".into(), json!("year"));
            }
            Err(code) => self.fault(&pointer, code),
        }
    }

    fn people(&mut self) -> Vec<DraftPerson> {
        let plan = self.plan;
        let mut people = vec![];
        for person in &plan.people {
            let filled = person.columns().is_empty() || person.columns().iter().any(|c| self.has_text(*c));
            if filled {
                let at = format!("/people/{}", people.len());
                let role = if people.is_empty() { "client" } else { "household" };
                people.push(self.person(person, &at, role));
            }
        }
        people
    }

    fn person(&mut self, person: &PersonPlan, at: &str, role: &str) -> DraftPerson {
        let mut body = self.group(&person.fields, at);
        body.entry("sex").or_insert(json!(0));
        let mut points = vec![];
        for (kind, cell) in person.contacts() {
            let pointer = format!("{at}/contact_points/{}/value", points.len());
            if let Some(value) = self.word(cell, &pointer) {
                points.push(json!({ "kind": kind, "value": value }));
            }
        }
        let parts = [("identity_documents", &person.documents), ("mobility", &person.mobility)];
        for (name, groups) in parts {
            let mut filled = vec![];
            for group in groups.iter() {
                if self.is_filled(group) {
                    filled.push(self.group(group, &format!("{at}/{name}/{}", filled.len())));
                }
            }
            body.insert(name.into(), json!(filled));
        }
        body.insert("contact_points".into(), json!(points));
        let mut word = |cell: &Option<Cell>, name: &str| self.word(cell.as_ref()?, &format!("{at}/{name}"));
        DraftPerson {
            key: word(&person.key, "key"),
            number: word(&person.number, "number"),
            role: word(&person.role, "role").unwrap_or_else(|| role.to_owned()),
            body,
        }
    }

    /// Each need, and its outcome when the row gives one.
    fn needs(&mut self) -> (Vec<Value>, Vec<Option<String>>) {
        let plan = self.plan;
        let (mut needs, mut outcomes) = (vec![], vec![]);
        // A row without any need is told at the column where its first one should stand.
        let first = plan.needs.iter().find_map(|need| need.service.column);
        self.places.extend(first.map(|column| ("/needs".to_owned(), column)));
        for NeedPlan { service, rest } in &plan.needs {
            let columns: Vec<usize> = rest.columns.iter().copied().chain(service.column).collect();
            if !columns.is_empty() && !columns.iter().any(|column| self.has_text(*column)) {
                continue;
            }
            let at = format!("/needs/{}", needs.len());
            let services = self.words(service, &format!("{at}/service"));
            if services.is_empty() {
                self.fault(&format!("{at}/service"), "required");
            }
            let mut need = self.group(rest, &at);
            let outcome = need.remove("outcome").and_then(|outcome| outcome.as_str().map(str::to_owned));
            for code in services {
                self.places
                    .extend(service.column.map(|column| (format!("/needs/{}/service", needs.len()), column)));
                need.insert("service".into(), json!(code));
                needs.push(Value::Object(need.clone()));
                outcomes.push(outcome.clone());
                need.remove("detail");
            }
        }
        (needs, outcomes)
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4
        && (text.starts_with("19") || text.starts_with("20"))
        && text.bytes().all(|b| b.is_ascii_digit())
}
