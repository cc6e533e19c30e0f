//! Rows drawn but not yet written, and writing them table by table.

use std::collections::BTreeMap;

use diesel::sql_types::Jsonb;
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value};

use crate::platform::db::Conn;
use crate::platform::error::Error;

/// Tables in the order in which rows may point at each other.
const ORDER: &[&str] = &[
    "offices",
    "office_holidays",
    "agencies",
    "agency_contacts",
    "agency_services",
    "staff",
    "staff_offices",
    "migrants",
    "migrant_search_keys",
    "contact_points",
    "identity_documents",
    "mobility_periods",
    "specific_needs",
    "relations",
    "consents",
    "migrant_events",
    "associations",
    "association_members",
    "cases",
    "case_people",
    "case_spans",
    "case_holdings",
    "case_priorities",
    "needs",
    "notes",
    "assistance",
    "assistance_people",
    "referrals",
    "referral_disclosures",
    "referral_moves",
    "tasks",
    "case_events",
    "notices",
    "number_counters",
];
/// How many rows one statement writes.
const AT_ONCE: usize = 2_000;

/// Rows by table. Every row of a table has the same columns.
#[derive(Default, Debug, PartialEq)]
pub struct Rows(BTreeMap<&'static str, Vec<Value>>);

impl Rows {
    /// Adds a row, an object of columns.
    pub fn add(&mut self, table: &'static str, row: Value) {
        self.0.entry(table).or_default().push(row);
    }

    /// Writes everything, parents first.
    ///
    /// # Errors
    /// Those of the database, and a table that is not in [`ORDER`].
    pub async fn insert(&self, tx: &mut Conn) -> Result<(), Error> {
        if let Some(table) = self.0.keys().find(|table| !ORDER.contains(table)) {
            return Err(anyhow::anyhow!("no place in the order for {table}").into());
        }
        for table in ORDER {
            let Some(rows) = self.0.get(table) else { continue };
            let Some(first) = rows.as_slice().first().and_then(Value::as_object) else { continue };
            let statement = statement(table, first);
            for chunk in rows.chunks(AT_ONCE) {
                let rows = Value::Array(chunk.to_vec());
                diesel::sql_query(&statement).bind::<Jsonb, _>(rows).execute(tx).await?;
            }
        }
        Ok(())
    }
}

/// Table and columns are words of this module, never input.
fn statement(table: &str, row: &Map<String, Value>) -> String {
    let columns: Vec<String> = row.keys().map(|column| format!("\"{column}\"")).collect();
    let columns = columns.join(", ");
    format!(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, $1)"
    )
}
