//! Who gets what, asked of every operation: the policy in `authorization/policy.txt` against the service itself, and
//! each of the two walls with the other one gone.

mod partners;
pub mod policy;
pub mod records;
mod restricted;
pub mod sample;
mod sealed;
mod walls;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use uuid::Uuid;

use policy::{Outcome, Policy, ROLES, Relation, Row};
use records::{Names, Records};
use sample::{Description, send};

use crate::support::client::Answer;
use crate::support::{Account, TestApp};

/// Questions asked at once. More would only wait for the two cores.
const AT_ONCE: usize = 6;

/// Whoever reviews why a file was opened reads the reason: that is the review.
fn is_read_by_design(row: &Row, secret: &str) -> bool {
    let reasons = [
        "GET /grants/to-review",
        "POST /grants/{id}/review",
        "GET /seal-requests",
        "POST /seal-requests/{id}/grant",
    ];
    let refused = "POST /seal-requests/{id}/refuse";
    secret.starts_with("Texto-") && (reasons.contains(&row.name().as_str()) || row.name() == refused)
}

/// Texts that must never reach a role, in whatever answer. What follows the dash is a record of `records.rs`.
fn secrets(who: Account) -> &'static [&'static str] {
    match who {
        Account::Admin | Account::Auditor => &["Persona-", "Texto-", "Divulgado-", "Asociacion-"],
        Account::Manager => &["Persona-", "Texto-", "Divulgado-", "-lejana"],
        Account::PartnerLegal => &["Persona-", "Texto-", "Asociacion-", "Divulgado-ajena"],
        Account::FieldPic => &[
            "-lejana",
            "Persona-sellada",
            "Texto-sellada",
            "Divulgado-sellada",
            "Persona-vecina",
            "Texto-vecina",
            "Divulgado-vecina",
        ],
        _ => &["-lejana", "Persona-sellada", "Texto-sellada", "Divulgado-sellada"],
    }
}

/// One success, and the action it should have left.
struct Success {
    operation: String,
    request: Uuid,
    trail: Option<String>,
}

/// What was found out.
#[derive(Default)]
struct Findings {
    complaints: Vec<String>,
    successes: Vec<Success>,
    denials: Vec<Uuid>,
}

/// The matrix being asked.
struct Matrix {
    app: TestApp,
    policy: Policy,
    description: Description,
    findings: Mutex<Findings>,
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let described: BTreeSet<String> = Description::read().operations().into_iter().collect();
    let rows = Policy::read().rows;
    let named: BTreeSet<String> = rows.iter().map(Row::name).collect();
    assert_eq!(named.len(), rows.len(), "an operation has two rows");
    let lacking: Vec<&String> = described.difference(&named).collect();
    assert!(
        lacking.is_empty(),
        "no row says who may use {lacking:#?}: add one to tests/api/authorization/policy.txt, whose head tells how"
    );
    let idle: Vec<&String> = named.difference(&described).collect();
    assert!(
        idle.is_empty(),
        "tests/api/authorization/policy.txt speaks of operations that do not exist: {idle:#?}"
    );
    for row in rows.iter().filter(|row| row.method != "GET") {
        assert!(row.trail.is_some(), "{}: an act leaves a trace, say which", row.name());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_role_gets_of_every_record_what_the_policy_says() {
    let matrix = Matrix::new().await;
    matrix.ask_all(|_| true).await;
    matrix.check_trail().await;
    matrix.check_that_nothing_tells_of_people().await;
    matrix.conclude().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_first_wall_alone_holds() {
    let matrix = Matrix::new().await;
    walls::fell_second_wall(&matrix.app).await;
    // Where the verb alone decides, no row is looked at.
    matrix.ask_all(|word| word != "-").await;
    matrix.conclude().await;
}

impl Matrix {
    async fn new() -> Matrix {
        let app = TestApp::with(|settings| settings.db_pool = 12).await;
        records::part_the_offices(&app).await;
        let (policy, description) = (Policy::read(), Description::read());
        Matrix { app, policy, description, findings: Mutex::default() }
    }

    /// Asks what the policy says of roles with such a word.
    async fn ask_all(&self, wanted: fn(&str) -> bool) {
        let rows = self.policy.rows.iter();
        let questions = rows.flat_map(|row| (0..ROLES.len()).map(move |role| (row, role)));
        let questions = questions.filter(|(row, role)| wanted(&row.words[*role]));
        // Ending sessions would disturb the others.
        let (last, first): (Vec<_>, Vec<_>) = questions.partition(|(row, _)| row.path.starts_with("/auth/"));
        self.ask_these(&first, AT_ONCE).await;
        self.ask_these(&last, 1).await;
    }

    async fn ask_these(&self, questions: &[(&Row, usize)], at_once: usize) {
        let next = AtomicUsize::new(0);
        let worker = || async {
            let mut conn = self.app.database().await;
            let world = &self.app.world;
            // What changes nothing shares its records.
            let mut shared: BTreeMap<usize, Records> = BTreeMap::new();
            while let Some((row, role)) = questions.get(next.fetch_add(1, Ordering::Relaxed)) {
                if row.method != "GET" && row.words[*role] != "-" {
                    let records = Records::build(&mut conn, world, ROLES[*role]).await;
                    self.ask(row, *role, &records).await;
                    continue;
                }
                if !shared.contains_key(role) {
                    shared.insert(*role, Records::build(&mut conn, world, ROLES[*role]).await);
                }
                self.ask(row, *role, &shared[role]).await;
            }
        };
        futures_util::future::join_all((0..at_once).map(|_| worker())).await;
    }

    /// Asks one operation as one role, of every kind of record.
    async fn ask(&self, row: &Row, role: usize, records: &Records) {
        let who = ROLES[role];
        let client = self.app.client(who).await;
        for relation in Relation::ALL {
            let kind = match &row.record {
                Some(kind) => kind.as_str(),
                None if relation == Relation::Own => "",
                None => continue,
            };
            let expected = self.policy.outcome(row, role, relation);
            let names = match kind {
                "" => Some(records.general().clone()),
                kind => records.named(kind, relation, who == Account::PartnerLegal),
            };
            let Some(names) = names.filter(|_| expected != Outcome::NotAsked) else { continue };
            let asked = self.description.request(&self.policy, row, &names);
            let answer = send(&client, row, asked).await;
            let place = format!("{} as {who:?} of {relation:?}", row.name());
            self.judge(row, &place, expected, &answer, who).await;
        }
    }

    async fn judge(&self, row: &Row, place: &str, expected: Outcome, answer: &Answer, who: Account) {
        let mut findings = self.findings.lock().await;
        if let Some(complaint) = wrong(row, expected, answer) {
            findings.complaints.push(format!("{place}: {complaint}"));
        }
        let text = String::from_utf8_lossy(&answer.bytes);
        let told = |secret: &&&str| text.contains(**secret) && !is_read_by_design(row, secret);
        for secret in secrets(who).iter().filter(told) {
            findings.complaints.push(format!("{place}: the answer tells {secret}"));
        }
        let request = answer.headers["x-request-id"].to_str().expect("an id").parse().expect("an id");
        if answer.status.is_success() {
            findings.successes.push(Success { operation: row.name(), request, trail: row.trail.clone() });
        } else if answer.status == 403 {
            findings.denials.push(request);
        }
    }

    /// Every success left its action and every refusal its trace, in the transaction of the request.
    async fn check_trail(&self) {
        let mut conn = self.app.database().await;
        let events: Vec<Left> =
            diesel::sql_query("SELECT request_id, action FROM audit_events WHERE request_id IS NOT NULL")
                .load(&mut conn)
                .await
                .expect("the trail");
        let mut left: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
        for event in events {
            left.entry(event.request_id).or_default().extend(event.action);
        }
        let actions = |request: &Uuid| left.get(request).cloned().unwrap_or_default();
        let mut findings = self.findings.lock().await;
        let mut complaints = vec![];
        let mut succeeded = BTreeSet::new();
        for success in &findings.successes {
            let actions = actions(&success.request);
            succeeded.insert(success.operation.clone());
            let fits = match &success.trail {
                Some(wanted) => actions.contains(wanted),
                None => actions.is_empty(),
            };
            if !fits {
                complaints.push(format!("{} left {actions:?}, not {:?}", success.operation, success.trail));
            }
        }
        for row in self.policy.rows.iter().filter(|row| !succeeded.contains(&row.name())) {
            complaints
                .push(format!("{} never succeeded, so its trace was not seen: give it a body", row.name()));
        }
        for denial in
            findings.denials.iter().filter(|denial| !actions(denial).contains(&"access.denied".to_owned()))
        {
            complaints.push(format!("the refusal {denial} left no trace"));
        }
        complaints.sort();
        complaints.dedup();
        findings.complaints.extend(complaints);
    }
}

impl Matrix {
    /// What the trail, background work, mail and receipts keep beside the files holds no word of a person.
    async fn check_that_nothing_tells_of_people(&self) {
        let mut conn = self.app.database().await;
        let mut findings = self.findings.lock().await;
        for table in ["audit_events", "jobs", "notices", "receipts"] {
            let query = format!(
                "SELECT gen_random_uuid() AS request_id, row_to_json(t)::text AS action FROM {table} t
                 WHERE t::text ~ '(Persona|Texto|Divulgado|Secreto)-'"
            );
            let told: Vec<Left> = diesel::sql_query(query).load(&mut conn).await.expect("rows");
            findings
                .complaints
                .extend(told.into_iter().filter_map(|row| Some(format!("{table} keeps {}", row.action?))));
        }
    }

    async fn conclude(&self) {
        let complaints = self.findings.lock().await.complaints.clone();
        assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
    }
}

#[derive(QueryableByName)]
struct Left {
    #[diesel(sql_type = SqlUuid)]
    request_id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    action: Option<String>,
}

/// What of an answer is not as the policy says.
fn wrong(row: &Row, expected: Outcome, answer: &Answer) -> Option<String> {
    let status = answer.status.as_u16();
    // Below /fhir a refusal is an OperationOutcome.
    let issue = &answer.json["issue"][0];
    let code =
        answer.json["code"].as_str().or(issue["details"]["coding"][0]["code"].as_str()).unwrap_or_default();
    let fits = match expected {
        Outcome::Yes => !matches!(status, 400 | 401 | 403 | 404 | 405 | 415 | 428 | 500..),
        Outcome::Forbidden => (status, code) == (403, "forbidden"),
        Outcome::ReasonRequired => (status, code) == (403, "reason_required"),
        Outcome::NotFound => status == 404 && is_plain_not_found(&answer.json),
        Outcome::NotAsked => true,
    };
    (!fits).then(|| format!("{expected:?} expected of {}, answered {status} {}", row.method, answer.json))
}

/// The one body of 404: what is not visible says exactly what does not exist says.
fn is_plain_not_found(document: &Value) -> bool {
    let mut document = document.clone();
    if document["resourceType"] == "OperationOutcome" {
        document["issue"][0].as_object_mut().and_then(|issue| issue.remove("diagnostics"));
        let details = json!({ "coding": [{ "system": "urn:migrant-desk:problem", "code": "not_found" }],
                              "text": "There is no such record" });
        let issue = json!({ "severity": "error", "code": "not-found", "details": details });
        return document == json!({ "resourceType": "OperationOutcome", "issue": [issue] });
    }
    let Some(members) = document.as_object_mut() else { return false };
    members.remove("request_id");
    members.remove("instance");
    document
        == json!({ "type": "/api/docs/problems#not_found", "title": "There is no such record", "status": 404, "code": "not_found" })
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_a_token_that_counts() {
    let app = TestApp::new().await;
    let (policy, description) = (Policy::read(), Description::read());
    let visitor = app.visitor();
    let gone = app.client(Account::WorkerPic).await;
    gone.act("/auth/logout").await.is(204);
    let public = ["POST /auth/login", "POST /auth/refresh", "POST /auth/invitations/accept"];
    for row in &policy.rows {
        let open = row.path.starts_with("/hsds/") || row.path == "/fhir/metadata";
        assert_eq!(row.is_public(), open || public.contains(&row.name().as_str()), "{}", row.name());
        for client in [&visitor, &gone] {
            let asked = description.request(&policy, row, &Names::new());
            let answer = send(client, row, asked).await;
            if !row.is_public() {
                assert_eq!(answer.status.as_u16(), 401, "{} answered {}", row.name(), answer.json);
            }
        }
    }
}
