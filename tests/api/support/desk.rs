//! What a desk has done before a test begins: persons registered, cases opened.

use std::fmt::Display;

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::{Value, json};

use super::{Account, Client, TestApp};

/// The id of a record, as text.
#[track_caller]
pub fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

/// The version of a record.
#[track_caller]
pub fn version(record: &Value) -> i64 {
    record["version"].as_i64().expect("a version")
}

/// The items of a list.
#[track_caller]
pub fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("items")
}

/// What each item has under `key`, in order.
#[track_caller]
pub fn each<'a>(list: &'a Value, key: &str) -> Vec<&'a Value> {
    items(list).iter().map(|item| &item[key]).collect()
}

/// `body` with the members of `more` put over its own.
pub fn with(mut body: Value, more: Value) -> Value {
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body
}

/// Registers a person.
pub async fn person(worker: &Client, office: impl Display, given_names: &str) -> String {
    let body = json!({ "office_id": office.to_string(), "given_names": given_names,
        "family_names": "de Prueba Inventada", "sex": 2 });
    id(&worker.post("/migrants", body).await.created())
}

/// The body of a case of one person with these needs.
pub fn individual(office: impl Display, person: &str, services: &[&str]) -> Value {
    let needs: Vec<Value> = services.iter().map(|service| json!({ "service": service })).collect();
    json!({ "office_id": office.to_string(), "client_kind": "IND", "channel": "WLK", "needs": needs,
        "people": [{ "migrant_id": person, "role": "client", "principal": true }] })
}

/// Opens a case.
pub async fn open(worker: &Client, body: Value) -> Value {
    worker.post("/cases", body).await.created()
}

/// A case in Pichincha of a new person with one need, opened by `worker`.
pub async fn case(app: &TestApp, worker: &Client, service: &str) -> Value {
    let person = person(worker, app.world.pic, "Rosa").await;
    open(worker, individual(app.world.pic, &person, &[service])).await
}

/// One figure of a caseload report's only bucket.
pub fn figure(report: &Value, measure: &str) -> Value {
    report["totals"]["cells"][measure]["value"].clone()
}

/// Mails to an account so far.
pub fn mails_to(app: &TestApp, account: Account) -> Vec<super::Mail> {
    app.mails().into_iter().filter(|mail| mail.to == account.email()).collect()
}

/// Actions of the audit trail about a record, oldest first.
pub async fn trail(app: &TestApp, subject: &str) -> Vec<String> {
    let query =
        format!("SELECT action AS line FROM audit_events WHERE subject_id = '{subject}' ORDER BY at, id");
    app.lines(&query).await
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What a query gives on this connection; it selects one text called `line`.
pub async fn lines(conn: &mut AsyncPgConnection, query: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(query).load(conn).await.expect("rows");
    rows.into_iter().map(|row| row.line).collect()
}

impl TestApp {
    /// What a query behind the walls gives; it selects one text called `line`.
    pub async fn lines(&self, query: &str) -> Vec<String> {
        lines(&mut self.database().await, query).await
    }

    /// One line.
    pub async fn line(&self, query: &str) -> String {
        let mut lines = self.lines(query).await;
        assert_eq!(lines.len(), 1, "{query}");
        lines.remove(0)
    }

    /// Statements behind the walls.
    pub async fn run(&self, statements: &str) {
        self.database().await.batch_execute(statements).await.expect("run");
    }
}
