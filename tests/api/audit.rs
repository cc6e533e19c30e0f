//! The trail: no act without its event, no event without its act, and no word of a person in it.
//! That each operation leaves the action of the policy is asked by `authorization.rs` of every success and refusal.

use std::collections::BTreeMap;

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::json;

use crate::authorization::policy::{Outcome, Policy, ROLES, Relation, Row};
use crate::authorization::records::{Names, Records};
use crate::authorization::sample::{Description, send};
use crate::support::{Account, TestApp};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn lines(conn: &mut AsyncPgConnection, query: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(query).load(conn).await.expect("rows");
    rows.into_iter().map(|row| row.line).collect()
}

/// Every table's content as one word each. Places and words of the reference never change here and are large; a
/// session is written before an operation is asked.
pub async fn fingerprints(conn: &mut AsyncPgConnection) -> BTreeMap<String, String> {
    let tables = lines(conn, "SELECT relname::text AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'").await;
    let mut all = BTreeMap::new();
    let still = ["territories", "countries", "languages", "sessions", "refresh_tokens", "audit_events"];
    for table in tables.into_iter().filter(|table| !still.contains(&table.as_str())) {
        let query = format!(
            "SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) AS line FROM {table} t"
        );
        all.insert(table, lines(conn, &query).await.remove(0));
    }
    all
}

/// Names of a record that the role may use the operation on.
fn theirs(policy: &Policy, row: &Row, role: usize, records: &Records) -> Option<Names> {
    let relations = [Relation::Own, Relation::SameOffice, Relation::OtherAgency];
    let mut allowed =
        relations.into_iter().filter(|relation| policy.outcome(row, role, *relation) == Outcome::Yes);
    match &row.record {
        Some(kind) => {
            allowed.find_map(|relation| records.named(kind, relation, ROLES[role] == Account::PartnerLegal))
        }
        None => allowed.next().map(|_| records.general().clone()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_trail_cannot_be_written_nothing_else_is() {
    let app = TestApp::new().await;
    let (policy, description) = (Policy::read(), Description::read());
    let mut conn = app.database().await;
    let mut forbidden = vec![];
    for row in policy.rows.iter().filter(|row| row.trail.is_some()) {
        let mut stopped = false;
        for (role, who) in ROLES.into_iter().enumerate() {
            let records = Records::build(&mut conn, &app.world, who).await;
            let Some(names) = theirs(&policy, row, role, &records) else { continue };
            let client = app.client(who).await;
            let asked = description.request(&policy, row, &names);
            conn.batch_execute("REVOKE INSERT ON audit_events FROM helpdesk_app").await.expect("revoked");
            let before = fingerprints(&mut conn).await;
            let answer = send(&client, row, asked).await;
            let after = fingerprints(&mut conn).await;
            conn.batch_execute("GRANT INSERT ON audit_events TO helpdesk_app").await.expect("granted");
            let changed = before.iter().filter(|(table, word)| after[*table] != **word);
            forbidden
                .extend(changed.map(|(table, _)| format!("{} changed {table} without a trace", row.name())));
            if answer.status.is_success() {
                forbidden.push(format!("{} answered {} without a trace", row.name(), answer.status));
            }
            stopped |= answer.status == 500;
            if stopped {
                break;
            }
        }
        if !stopped {
            forbidden.push(format!("{} was never stopped by the trail", row.name()));
        }
    }
    assert!(forbidden.is_empty(), "{forbidden:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_get_in_leaves_a_trace_without_the_name_that_was_tried() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let known = json!({ "email": Account::WorkerPic.email(), "password": "Secreto-clave" });
    let unknown = json!({ "email": "secreto-nadie@desk.example", "password": "Secreto-clave" });
    for attempt in [known, unknown] {
        visitor.post("/auth/login", attempt).await.is_problem(401, "sign_in_failed");
    }
    let mut conn = app.database().await;
    let trail = lines(
        &mut conn,
        "SELECT action || ' ' || coalesce(subject_id::text, 'nobody') AS line FROM audit_events ORDER BY at",
    )
    .await;
    let worker = app.world.staff(Account::WorkerPic);
    assert_eq!(trail, [format!("sign_in.failed {worker}"), "sign_in.failed nobody".to_owned()]);
    let told =
        lines(&mut conn, "SELECT row(a.*)::text AS line FROM audit_events a WHERE a::text ~* 'secreto'")
            .await;
    assert!(told.is_empty(), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_verb_and_a_record_that_is_not_there_leave_their_trace() {
    let app = TestApp::new().await;
    let mut conn = app.database().await;
    let records = Records::build(&mut conn, &app.world, Account::WorkerPic).await;
    let (sealed, nothing) = (records.place("sellada").id("case").to_owned(), uuid::Uuid::now_v7());
    app.client(Account::Admin).await.get("/migrants").await.is_problem(403, "forbidden");
    let worker = app.client(Account::WorkerPic).await;
    worker.get(&format!("/cases/{sealed}")).await.is_problem(404, "not_found");
    worker.get(&format!("/cases/{nothing}")).await.is_problem(404, "not_found");
    let auditor = app.client(Account::Auditor).await;
    let denied = auditor.get("/audit-events?action=access.denied").await.ok();
    assert_eq!(denied["items"][0]["facts"]["operation"], "GET /api/v1/migrants");
    let sought = auditor.get("/audit-events?action=record.not_found").await.ok();
    let sought: Vec<_> =
        sought["items"].as_array().expect("items").iter().map(|event| event["facts"].clone()).collect();
    let of = |id: &str| json!({ "operation": "GET /api/v1/cases/{id}", "ids": [id] });
    assert_eq!(sought, [of(&nothing.to_string()), of(&sealed)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_for_another_reason_left_no_event_of_the_act() {
    let app = TestApp::new().await;
    let mut conn = app.database().await;
    let records = Records::build(&mut conn, &app.world, Account::SupervisorPic).await;
    let supervisor = app.client(Account::SupervisorPic).await;
    let settled = records.place("propia").id("settled_need").to_owned();
    let path = format!("/needs/{settled}/settle");
    supervisor.post(&path, json!({ "outcome": "met" })).await.is_problem(409, "need_settled");
    let trail = lines(&mut conn, "SELECT action AS line FROM audit_events").await;
    assert!(trail.is_empty(), "{trail:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_read_leaves_the_names_of_its_filters_and_how_many_it_found() {
    let app = TestApp::new().await;
    let mut conn = app.database().await;
    let records = Records::build(&mut conn, &app.world, Account::SupervisorPic).await;
    let person = records.place("propia").id("migrant").to_owned();
    let supervisor = app.client(Account::SupervisorPic).await;
    supervisor.get(&format!("/cases?migrant={person}&status=open&q=C-")).await.ok();
    supervisor.get("/tasks?view=overdue").await.ok();
    supervisor.get("/grants/to-review").await.ok();
    let facts =
        lines(&mut conn, "SELECT action || ' ' || facts AS line FROM audit_events ORDER BY at, id").await;
    assert_eq!(facts[0], r#"cases.listed {"found": 2, "filters": ["status", "migrant", "q"]}"#);
    assert!(
        facts[1].starts_with("tasks.listed ") && facts[1].contains(r#""view": "overdue""#),
        "{}",
        facts[1]
    );
    assert_eq!(facts[2], r#"grants.read {"found": 4}"#);
    assert!(!facts.concat().contains(&person), "{facts:?}");
}
