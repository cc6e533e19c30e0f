//! Reads the policy: the words, the operations, the bodies.

use std::collections::BTreeMap;

use crate::support::Account;

/// How a record stands to the one who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    Own,
    SameOffice,
    OtherOffice,
    OtherAgency,
    Sealed,
    Nobody,
}

impl Relation {
    pub const ALL: [Relation; 6] = [
        Relation::Own,
        Relation::SameOffice,
        Relation::OtherOffice,
        Relation::OtherAgency,
        Relation::Sealed,
        Relation::Nobody,
    ];
}

/// What the policy says of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Past the question who asks.
    Yes,
    /// The verb is not theirs.
    Forbidden,
    /// A reason must be written down first.
    ReasonRequired,
    /// As if there were no such record.
    NotFound,
    /// The question does not arise.
    NotAsked,
}

/// Roles in the order of the table, each by the account that stands for it.
pub const ROLES: [Account; 7] = [
    Account::Admin,
    Account::Manager,
    Account::SupervisorPic,
    Account::WorkerPic,
    Account::FieldPic,
    Account::PartnerLegal,
    Account::Auditor,
];

/// One operation.
#[derive(Debug, Clone)]
pub struct Row {
    pub method: String,
    /// Below /api/v1, with its parameters in braces.
    pub path: String,
    /// The record it names; none for lists and creations.
    pub record: Option<String>,
    /// What each role of [`ROLES`] gets.
    pub words: Vec<String>,
    /// The audit action that a success leaves.
    pub trail: Option<String>,
}

impl Row {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn is_public(&self) -> bool {
        self.words.iter().all(|word| word == "public")
    }
}

/// The whole policy.
pub struct Policy {
    pub rows: Vec<Row>,
    words: BTreeMap<String, [Outcome; 6]>,
    /// JSON with names in braces, by operation.
    pub bodies: BTreeMap<String, String>,
}

impl Policy {
    pub fn read() -> Policy {
        let mut policy = Policy { rows: vec![], words: BTreeMap::new(), bodies: BTreeMap::new() };
        let mut part = "";
        let lines = include_str!("policy.txt").lines().map(str::trim_end);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.split_whitespace().next() {
                Some(word @ ("WORDS" | "OPERATIONS" | "BODIES")) => part = word,
                _ if part == "WORDS" => policy.add_word(line),
                _ if part == "OPERATIONS" => policy.rows.push(row(line)),
                _ => policy.add_body(line),
            }
        }
        for row in &policy.rows {
            for word in &row.words {
                assert!(policy.words.contains_key(word), "{}: {word} is not one of the WORDS", row.name());
            }
        }
        policy
    }

    fn add_word(&mut self, line: &str) {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [word, outcomes @ ..] = parts.as_slice() else { return };
        if *word == "own" && outcomes.first() == Some(&"same") {
            return;
        }
        let outcomes: Vec<Outcome> = outcomes.iter().map(|outcome| read_outcome(outcome)).collect();
        self.words.insert((*word).to_owned(), outcomes.try_into().expect("six outcomes"));
    }

    fn add_body(&mut self, line: &str) {
        let at = line.find(" {").or_else(|| line.find(" [")).unwrap_or_else(|| panic!("no body in {line}"));
        let name = line[..at].split_whitespace().collect::<Vec<_>>().join(" ");
        self.bodies.insert(name, line[at + 1..].to_owned());
    }

    /// What a role gets of a record.
    pub fn outcome(&self, row: &Row, role: usize, relation: Relation) -> Outcome {
        self.words[&row.words[role]][relation as usize]
    }
}

fn read_outcome(word: &str) -> Outcome {
    match word {
        "yes" => Outcome::Yes,
        "403" => Outcome::Forbidden,
        "404" => Outcome::NotFound,
        "reason" => Outcome::ReasonRequired,
        "." => Outcome::NotAsked,
        other => panic!("{other} is no outcome"),
    }
}

fn row(line: &str) -> Row {
    let parts: Vec<&str> = line.split_whitespace().collect();
    let [method, path, record, words @ .., trail] = parts.as_slice() else { panic!("too short: {line}") };
    assert_eq!(words.len(), ROLES.len(), "seven roles in: {line}");
    let named = |word: &str| (word != "-").then(|| word.to_owned());
    Row {
        method: (*method).to_owned(),
        path: (*path).to_owned(),
        record: named(record),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        trail: named(trail),
    }
}
