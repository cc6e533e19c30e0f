//! Persons' files, as tests make and look at them.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use migrant_desk::ids::OfficeId;
use serde_json::{Value, json};

use super::{Client, TestApp};

/// The path of a record: `/migrants/<its id>`.
pub fn path_of(kind: &str, record: &Value) -> String {
    format!("/{kind}/{}", record["id"].as_str().expect("an id"))
}

/// A file of an office with the given name and whatever else `facts` says.
pub async fn register(client: &Client, office: OfficeId, name: (&str, &str), facts: Value) -> Value {
    let mut body = json!({ "office_id": office, "given_names": name.0, "family_names": name.1, "sex": 0 });
    for (field, value) in facts.as_object().into_iter().flatten() {
        body[field] = value.clone();
    }
    client.post("/migrants", body).await.created()
}

/// An open case of `client`'s with one person and one need.
pub async fn case_of(client: &Client, office: OfficeId, migrant: &Value) -> Value {
    let body = json!({ "office_id": office, "client_kind": "IND", "channel": "WLK",
        "people": [{ "migrant_id": migrant["id"], "role": "client", "principal": true }],
        "needs": [{ "service": "LEG-ADV" }] });
    client.post("/cases", body).await.created()
}

/// The version the file has now.
pub async fn version_of(client: &Client, file: &str) -> i64 {
    client.get(file).await.version()
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What a query behind the walls finds, one text a row; the column is called `line`.
pub async fn behind_the_walls(app: &TestApp, query: &str) -> Vec<String> {
    let mut database = app.database().await;
    let rows: Vec<Line> = diesel::sql_query(query).load(&mut database).await.expect("rows");
    rows.into_iter().map(|row| row.line).collect()
}

/// The last act of the trail, with its facts.
pub async fn last_act(app: &TestApp) -> (String, Value) {
    let query = "SELECT action || ' ' || facts AS line FROM audit_events ORDER BY at DESC, id DESC LIMIT 1";
    let line = behind_the_walls(app, query).await.remove(0);
    let (action, facts) = line.split_once(' ').expect("an action and its facts");
    (action.to_owned(), serde_json::from_str(facts).expect("facts"))
}
