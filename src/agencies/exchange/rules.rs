//! What each row of a table of agencies comes to: a new agency, a change of a known one, or neither.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{AGENCY, read_hours};
use crate::agencies::model::{Agency, AgencyChanges, NewAgency};
use crate::agencies::rules::{CreateAgency, UpdateAgency};
use crate::ids::AgencyId;
use crate::platform::error::FieldErrors;
use crate::platform::patch::Patch;
use crate::platform::table::Table;
use crate::platform::validate::{self, LINE};
use crate::reference::choices::Choices;

/// The most rows one table may have.
pub const MOST_ROWS: usize = 5_000;
/// Columns a new agency cannot do without.
const REQUIRED: &[&str] = &["name", "type", "mailbox", "language", "time_zone"];

/// A row by the names of its columns.
#[derive(Debug)]
pub struct Row<'a> {
    /// Where it begins in the table.
    pub line: u64,
    cells: BTreeMap<&'a str, &'a str>,
}

/// What a row comes to.
#[derive(Debug)]
pub enum Plan {
    /// It is not known yet.
    Add(NewAgency),
    /// It is known and something differs.
    Change(Box<Agency>, AgencyChanges),
    /// It is known and nothing differs.
    Same(AgencyId),
}

impl<'a> Row<'a> {
    /// What stands in a column; `None` when the table does not have it.
    pub fn cell(&self, column: &str) -> Option<&'a str> {
        self.cells.get(column).copied()
    }

    /// What stands in a column, if anything does.
    pub fn filled(&self, column: &str) -> Option<String> {
        self.cell(column).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Its key in another register.
    pub fn key(&self) -> Option<String> {
        self.filled("key")
    }

    /// Its mailbox as the directory writes it.
    pub fn mailbox(&self) -> Option<String> {
        self.filled("mailbox").map(|address| address.to_lowercase())
    }

    /// What a column changes: nothing when the table does not have it; an empty cell clears.
    pub fn patch(&self, column: &str) -> Patch<String> {
        match self.cell(column) {
            None => Patch::Keep,
            Some("") => Patch::Clear,
            Some(text) => Patch::Set(text.to_owned()),
        }
    }
}

/// The rows of a table by the names of its columns.
///
/// Complains about columns nobody knows, columns named twice, too many rows, and rows that name the same agency.
pub fn rows<'a>(table: &'a Table, errors: &mut FieldErrors) -> Vec<Row<'a>> {
    if !["key", "mailbox"].iter().any(|name| table.header.iter().any(|column| column == name)) {
        errors.add("columns", "required", "An agency is known by the column key or mailbox.");
    }
    let rows = read_rows(table, AGENCY, errors);
    let mut seen: BTreeSet<(&str, String)> = BTreeSet::new();
    for row in &rows {
        for (column, value) in [("key", row.key()), ("mailbox", row.mailbox())] {
            if value.is_some_and(|value| !seen.insert((column, value))) {
                errors.add(
                    format!("rows/{}/{column}", row.line),
                    "named_twice",
                    "A row before names the same.",
                );
            }
        }
    }
    rows
}

/// The rows of a table that has some of these columns.
///
/// Complains about columns nobody knows, columns named twice, and too many rows.
pub fn read_rows<'a>(table: &'a Table, columns: &[&str], errors: &mut FieldErrors) -> Vec<Row<'a>> {
    for (index, name) in table.header.iter().enumerate() {
        if !columns.contains(&name.as_str()) {
            errors.add(
                format!("columns/{index}"),
                "unknown_column",
                format!("Columns are {}.", columns.join(", ")),
            );
        } else if table.header[..index].contains(name) {
            errors.add(format!("columns/{index}"), "named_twice", "There is a column of this name before.");
        }
    }
    if table.rows.len() > MOST_ROWS {
        errors.add("rows", "too_many", format!("At most {MOST_ROWS}."));
    }
    let row = |(line, cells): &'a (u64, Vec<String>)| Row {
        line: *line,
        cells: table.header.iter().map(String::as_str).zip(cells.iter().map(String::as_str)).collect(),
    };
    table.rows.iter().map(row).collect()
}

/// What a row comes to. `known` is the agency it names, by key or else by mailbox. Complaints point into the row.
pub fn plan(row: &Row<'_>, known: Option<&Agency>, choices: &mut Choices) -> Plan {
    let key = validate::text(&mut choices.errors, "key", row.key(), LINE);
    match known {
        None => {
            for column in REQUIRED.iter().filter(|column| row.cell(column).is_none()) {
                choices.errors.add(column, "required", "A new agency needs this column.");
            }
            Plan::Add(NewAgency { external_key: key, ..create(row, choices).validate(choices) })
        }
        Some(agency) => {
            let mut changes = update(row, choices).validate(agency, choices);
            // A key that was given once stays: other registers rely on it.
            changes.external_key = key.filter(|_| agency.external_key.is_none()).map(Some);
            changes.drop_what_is_so(agency);
            if changes.is_empty() {
                Plan::Same(agency.id)
            } else {
                Plan::Change(Box::new(agency.clone()), changes)
            }
        }
    }
}

fn create(row: &Row<'_>, choices: &mut Choices) -> CreateAgency {
    let text = |column: &str| row.filled(column).unwrap_or_default();
    CreateAgency {
        id: None,
        name: text("name"),
        acronym: row.filled("acronym"),
        type_: text("type"),
        mailbox: text("mailbox"),
        language: text("language"),
        phone: row.filled("phone"),
        website: row.filled("website"),
        address: row.filled("address"),
        territory: row.filled("territory"),
        time_zone: text("time_zone"),
        hours: read_hours(&mut choices.errors, &text("hours")),
        notes: row.filled("notes"),
    }
}

fn update(row: &Row<'_>, choices: &mut Choices) -> UpdateAgency {
    let set = |column: &str| row.cell(column).map(str::to_owned);
    UpdateAgency {
        name: set("name"),
        acronym: row.patch("acronym"),
        type_: set("type"),
        mailbox: set("mailbox"),
        language: set("language"),
        phone: row.patch("phone"),
        website: row.patch("website"),
        address: row.patch("address"),
        territory: row.patch("territory"),
        time_zone: set("time_zone"),
        hours: row.cell("hours").map(|cell| read_hours(&mut choices.errors, cell)),
        notes: row.patch("notes"),
        retired_on: Patch::Keep,
    }
}

impl AgencyChanges {
    /// Forgets every change to what is so already.
    fn drop_what_is_so(&mut self, agency: &Agency) {
        fn forget<T: PartialEq>(change: &mut Option<T>, now: &T) {
            if change.as_ref() == Some(now) {
                *change = None;
            }
        }
        forget(&mut self.name, &agency.name);
        forget(&mut self.acronym, &agency.acronym);
        forget(&mut self.type_, &agency.type_);
        forget(&mut self.mailbox, &agency.mailbox);
        forget(&mut self.language, &agency.language);
        forget(&mut self.phone, &agency.phone);
        forget(&mut self.website, &agency.website);
        forget(&mut self.address, &agency.address);
        forget(&mut self.territory, &agency.territory);
        forget(&mut self.time_zone, &agency.time_zone);
        forget(&mut self.hours, &agency.hours);
        forget(&mut self.notes, &agency.notes);
    }

    fn is_empty(&self) -> bool {
        *self == AgencyChanges::default()
    }
}
