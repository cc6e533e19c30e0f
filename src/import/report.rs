//! What the one who imports is told: a line for everything that is wrong, and the counts at the end. Lines and columns
//! are named, what stands in the cells never is.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::rules::{Draft, Fault};
use crate::platform::text::{Language, Text, say, texts};

/// Most kinds of fault that are counted at the end.
const MOST_KINDS: usize = 20;

/// How many rows came to what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Rows read.
    pub rows: u64,
    /// Rows that became cases, or would.
    pub new: u64,
    /// Persons registered, or who would be.
    pub people: u64,
    /// Imported before, the same.
    pub unchanged: u64,
    /// Imported before, not the same any more.
    pub changed: u64,
    /// Waiting because a person may be on file.
    pub held: u64,
    /// Refused.
    pub refused: u64,
}

impl Counts {
    /// Whether every row is, or would be, in the database as it stands in the file.
    pub fn is_whole(&self) -> bool {
        self.changed + self.held + self.refused == 0
    }
}

/// What came of a row.
#[derive(Debug)]
pub enum Outcome {
    /// A new case with so many new persons; what was noticed meanwhile stands in the draft.
    New(u64),
    /// Imported before.
    Unchanged,
    /// Imported before with other words.
    Changed,
    /// Its persons may be on file.
    Held,
    /// Something is wrong.
    Refused,
}

/// Tells it as it goes.
pub struct Report<'a, W> {
    language: Language,
    columns: &'a [String],
    counts: Counts,
    kinds: BTreeMap<(Option<usize>, String), u64>,
    out: W,
}

impl<'a, W: Write> Report<'a, W> {
    /// A report in the language of the one who imports.
    pub fn new(language: Language, columns: &'a [String], out: W) -> Report<'a, W> {
        Report { language, columns, counts: Counts::default(), kinds: BTreeMap::new(), out }
    }

    /// Tells what came of a row.
    ///
    /// # Errors
    /// When nobody listens any more.
    pub fn tell(&mut self, line: u64, draft: &Draft, outcome: &Outcome) -> std::io::Result<()> {
        self.counts.rows += 1;
        match outcome {
            Outcome::New(people) => {
                self.counts.new += 1;
                self.counts.people += people;
            }
            Outcome::Unchanged => self.counts.unchanged += 1,
            Outcome::Changed => self.counts.changed += 1,
            Outcome::Held => self.counts.held += 1,
            Outcome::Refused => self.counts.refused += 1,
        }
        for fault in draft.faults.iter().chain(&draft.remarks) {
            let column = draft.column(&fault.pointer);
            *self.kinds.entry((column, fault.code.clone())).or_default() += 1;
            let place = self.place(line, column);
            let sentence = self.sentence(fault);
            writeln!(self.out, "{place}: {sentence} [{}]", fault.code)?;
        }
        Ok(())
    }

    /// The counts, told.
    ///
    /// # Errors
    /// When nobody listens any more.
    pub fn finish(mut self, written: bool) -> std::io::Result<Counts> {
        let language = self.language;
        let mut kinds: Vec<(&(Option<usize>, String), &u64)> = self.kinds.iter().collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        if !kinds.is_empty() {
            writeln!(self.out, "\n{}", say(language, texts::IMPORT_MOST, &[]))?;
        }
        for ((column, code), count) in kinds.iter().take(MOST_KINDS) {
            let name = column.map(|column| format!("  {}", self.columns[column])).unwrap_or_default();
            writeln!(self.out, "{count:>8}  {code}{name}")?;
        }
        let c = &self.counts;
        let told = [
            (texts::IMPORT_ROWS, c.rows),
            (texts::IMPORT_NEW, c.new),
            (texts::IMPORT_PEOPLE, c.people),
            (texts::IMPORT_UNCHANGED, c.unchanged),
            (texts::IMPORT_CHANGED, c.changed),
            (texts::IMPORT_HELD, c.held),
            (texts::IMPORT_REFUSED, c.refused),
        ];
        writeln!(self.out)?;
        for (index, (text, count)) in told.into_iter().enumerate() {
            // The first three are always told; of the others only what there is.
            if index < 3 || count > 0 {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                writeln!(self.out, "{}", say(language, text, &[("count", count.into())]))?;
            }
        }
        if !written {
            writeln!(self.out, "{}", say(language, texts::IMPORT_REHEARSAL, &[]))?;
        }
        self.out.flush()?;
        Ok(self.counts)
    }

    fn place(&self, line: u64, column: Option<usize>) -> String {
        // Line numbers are looked up in an editor: no thousands separators.
        let line = line.to_string();
        match column.and_then(|column| self.columns.get(column)) {
            Some(name) => {
                let values = [("line", line.into()), ("column", name.as_str().into())];
                say(self.language, texts::IMPORT_CELL, &values)
            }
            None => say(self.language, texts::IMPORT_ROW, &[("line", line.into())]),
        }
    }

    fn sentence(&self, fault: &Fault) -> String {
        match Text::of("fault", &fault.code) {
            Some(text) => say(self.language, text, &[("about", fault.about.as_str().into())]),
            None => fault.detail.clone(),
        }
    }
}
