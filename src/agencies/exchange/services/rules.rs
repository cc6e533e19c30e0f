//! What each row of a table of services comes to: a new service, a change of a known one, or neither.

use crate::agencies::exchange::columns::{SERVICE, read_hours};
use crate::agencies::exchange::rules::{Row, read_rows};
use crate::agencies::services::model::{NewService, Service, ServiceChanges};
use crate::agencies::services::rules::{Capacity, CreateService, UpdateService};
use crate::ids::{AgencyId, ServiceId};
use crate::platform::error::FieldErrors;
use crate::platform::patch::Patch;
use crate::platform::table::Table;
use crate::reference::choices::Choices;

/// Columns a new service cannot do without.
const REQUIRED: &[&str] = &["codes", "territories"];

/// What a row comes to.
#[derive(Debug)]
pub enum Plan {
    /// Its agency has no service of this name yet.
    Add(NewService),
    /// It is known and something differs.
    Change(Box<Service>, ServiceChanges),
    /// It is known and nothing differs.
    Same(ServiceId),
}

/// The rows of a table by the names of its columns.
///
/// Complains about columns nobody knows, columns named twice, and too many rows.
pub fn rows<'a>(table: &'a Table, errors: &mut FieldErrors) -> Vec<Row<'a>> {
    let has = |names: &[&str]| names.iter().any(|name| table.header.iter().any(|column| column == name));
    if !has(&["agency_key", "agency"]) {
        errors.add("columns", "required", "An agency is known by the column agency_key or agency.");
    }
    if !has(&["name"]) {
        errors.add("columns", "required", "A service is known by its name.");
    }
    read_rows(table, SERVICE, errors)
}

/// What a row of a service of `agency` comes to. `known` is the service it names. Complaints point into the row.
pub fn plan(row: &Row<'_>, agency: AgencyId, known: Option<&Service>, choices: &mut Choices) -> Plan {
    check_capacity(row, known, &mut choices.errors);
    match known {
        None => {
            for column in REQUIRED.iter().filter(|column| row.filled(column).is_none()) {
                choices.errors.add(column, "required", "A new service needs this column.");
            }
            Plan::Add(create(row, &mut choices.errors).validate(agency, choices))
        }
        Some(service) => {
            let mut changes = update(row, &mut choices.errors).validate(service, choices);
            changes.drop_what_is_so(service);
            match changes == ServiceChanges::default() {
                true => Plan::Same(service.id),
                false => Plan::Change(Box::new(service.clone()), changes),
            }
        }
    }
}

/// How full a service is, is told when it is so, and by whoever knows: a table may say what is so already, no more.
fn check_capacity(row: &Row<'_>, known: Option<&Service>, errors: &mut FieldErrors) {
    let now = known.map_or(Capacity::Unknown, |service| service.capacity);
    if row.filled("capacity").is_some_and(|told| told != now.word()) {
        errors.add("capacity", "not_imported", "Is told at the service itself, not by a table.");
    }
}

fn create(row: &Row<'_>, errors: &mut FieldErrors) -> CreateService {
    let list = |column: &str| words(row.cell(column).unwrap_or_default());
    CreateService {
        id: None,
        name: row.filled("name").unwrap_or_default(),
        description: row.filled("description"),
        codes: list("codes"),
        territories: list("territories"),
        sexes: numbers(errors, "sexes", row.cell("sexes").unwrap_or_default()),
        min_age: number(errors, "min_age", row.filled("min_age")),
        max_age: number(errors, "max_age", row.filled("max_age")),
        mobility: list("mobility"),
        languages: list("languages"),
        hours: read_hours(errors, row.cell("hours").unwrap_or_default()),
        required_documents: list("required_documents"),
        cost: row.filled("cost"),
    }
}

fn update(row: &Row<'_>, errors: &mut FieldErrors) -> UpdateService {
    let list = |column: &str| row.cell(column).map(words);
    let mut age = |column: &str| match row.patch(column) {
        Patch::Set(cell) => number(errors, column, Some(cell)).map_or(Patch::Keep, Patch::Set),
        Patch::Clear => Patch::Clear,
        Patch::Keep => Patch::Keep,
    };
    let (min_age, max_age) = (age("min_age"), age("max_age"));
    UpdateService {
        name: None,
        description: row.patch("description"),
        codes: list("codes"),
        territories: list("territories"),
        sexes: row.cell("sexes").map(|cell| numbers(errors, "sexes", cell)),
        min_age,
        max_age,
        mobility: list("mobility"),
        languages: list("languages"),
        hours: row.cell("hours").map(|cell| read_hours(errors, cell)),
        required_documents: list("required_documents"),
        cost: row.patch("cost"),
        retired_on: Patch::Keep,
    }
}

fn words(cell: &str) -> Vec<String> {
    cell.split_whitespace().map(str::to_owned).collect()
}

fn number(errors: &mut FieldErrors, column: &str, cell: Option<String>) -> Option<i16> {
    let read = cell?.parse();
    if read.is_err() {
        errors.add(column, "invalid_number", "Is not a whole number.");
    }
    read.ok()
}

fn numbers(errors: &mut FieldErrors, column: &str, cell: &str) -> Vec<i16> {
    words(cell).into_iter().filter_map(|word| number(errors, column, Some(word))).collect()
}

impl ServiceChanges {
    /// Forgets every change to what is so already.
    fn drop_what_is_so(&mut self, service: &Service) {
        fn forget<T: PartialEq>(change: &mut Option<T>, now: &T) {
            if change.as_ref() == Some(now) {
                *change = None;
            }
        }
        forget(&mut self.description, &service.description);
        forget(&mut self.codes, &service.codes);
        forget(&mut self.territories, &service.territories);
        forget(&mut self.sexes, &service.sexes);
        forget(&mut self.min_age, &service.min_age);
        forget(&mut self.max_age, &service.max_age);
        forget(&mut self.mobility, &service.mobility);
        forget(&mut self.languages, &service.languages);
        forget(&mut self.hours, &service.hours);
        forget(&mut self.required_documents, &service.required_documents);
        forget(&mut self.cost, &service.cost);
    }
}
