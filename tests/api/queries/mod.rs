//! No list without an index behind it, and no more statements for a full file than for an empty one.
//!
//! PostgreSQL itself says what it did: auto_explain, loaded for the test's own database alone, writes the plan of every
//! statement the service runs into the log of the throw-away server, and the test reads it there. So these are the
//! plans of the real statements with their real values, behind both walls.

mod filling;
mod watched;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::support::desk::{id, individual, open, person, with};
use crate::support::{Account, Client};
use Account::{Admin, Auditor, FieldPic, Manager, PartnerLegal, SupervisorPic, WorkerLeg, WorkerPic};
use watched::{Statement, Watched};

/// The log is one for all: who reads it must be alone.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A set that is sorted, or rows that are looked at, beyond this many were not bounded by an index: a page has 50.
const MOST_SORTED: f64 = 2_000.0;
const MOST_READ: f64 = 4_000.0;

/// What is wrong with the plans of one request.
fn complaints(statements: &[Statement], big: &[String]) -> Vec<String> {
    let mut wrong = vec![];
    for statement in statements {
        let mut read = 0.0;
        for node in statement.nodes() {
            let kind = node["Node Type"].as_str().unwrap_or_default();
            let table = node["Relation Name"].as_str().unwrap_or_default();
            if kind == "Seq Scan" && big.iter().any(|name| name == table) && watched::rows(node) > 0.0 {
                wrong.push(format!("reads all of {table}: {}", statement.text));
            }
            if kind == "Sort" {
                let sorted: f64 = node["Plans"].as_array().into_iter().flatten().map(watched::rows).sum();
                if sorted > MOST_SORTED {
                    wrong.push(format!("sorts {sorted} rows: {}", statement.text));
                }
            }
            if !table.is_empty() {
                read += watched::looked_at(node);
            }
        }
        if read > MOST_READ {
            wrong.push(format!("looks at {read} rows: {}", statement.text));
        }
    }
    wrong
}

/// Every list of the API, as whom, with the orders and narrowings a screen asks for.
fn lists() -> Vec<(Account, String)> {
    let mut all: Vec<(Account, String)> = vec![];
    let mut add = |who: &[Account], paths: &[&str]| {
        all.extend(who.iter().flat_map(|account| paths.iter().map(|path| (*account, (*path).to_owned()))));
    };
    let staff = [WorkerPic, WorkerLeg, SupervisorPic, Manager, FieldPic];
    for sort in ["-opened_at", "opened_at", "due_at", "-due_at", "-updated_at", "number"] {
        add(&staff, &[&format!("/cases?sort={sort}")]);
        for view in ["mine", "overdue", "due_today", "waiting_on_partner", "unassigned"] {
            add(&staff, &[&format!("/cases?view={view}&sort={sort}")]);
        }
        for status in ["open", "closed"] {
            add(&staff, &[&format!("/cases?status={status}&sort={sort}")]);
        }
    }
    add(
        &[WorkerPic, Manager],
        &[
            "/cases?service=HOU",
            "/cases?priority=emergency&status=open",
            "/cases?territory=EC-1701&status=open",
            "/cases?q=PIC-2025-00012",
            "/cases?channel=PHO",
            "/cases?client_kind=HH",
            "/cases?stage=new",
            "/cases?due=overdue",
            "/cases?due=today",
            "/cases/count?view=mine",
            "/cases/count?view=overdue",
        ],
    );
    let desk = [WorkerPic, SupervisorPic, Manager];
    for sort in ["-created_at", "created_at", "decide_by", "-decide_by"] {
        for narrowed in
            ["", "&unread=true", "&overdue=true", "&state=declined", "&state=sent", "&priority=urgent"]
        {
            add(&desk, &[&format!("/referrals?sort={sort}{narrowed}")]);
        }
    }
    for view in ["due", "overdue", "unassigned", "mine", "all"] {
        add(&[PartnerLegal], &[&format!("/inbox/referrals?view={view}")]);
    }
    add(&[WorkerPic, SupervisorPic, Admin, PartnerLegal], &["/notices", "/notices?mine=true"]);
    add(&[SupervisorPic, Admin], &["/notices?state=failed", "/notices?kind=case_assigned"]);
    for view in ["mine", "overdue", "due_today", "unassigned"] {
        add(&[WorkerPic, SupervisorPic, FieldPic], &[&format!("/tasks?view={view}")]);
    }
    add(
        &[WorkerPic, SupervisorPic, FieldPic],
        &["/migrants", "/migrants?unverified=true", "/migrants?q=a1200"],
    );
    add(
        &[Auditor],
        &["/audit-events", "/audit-events?action=case.read", "/audit-events?from=2025-01-01T00:00:00Z"],
    );
    add(&desk, &["/associations", "/associations?q=inventada"]);
    add(&[SupervisorPic, Manager], &["/grants/to-review"]);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_has_an_index_behind_it() {
    let _alone = ALONE.lock().await;
    let mut watched = Watched::new().await;
    filling::fill(&watched.app).await;
    let big = watched.app.lines(filling::BIG_TABLES).await;
    assert!(big.contains(&"cases".to_owned()) && big.len() > 10, "{big:?}");
    let mut clients: BTreeMap<String, Client> = BTreeMap::new();
    let mut wrong = vec![];
    for (account, path) in lists() {
        let name = format!("{account:?}");
        if !clients.contains_key(&name) {
            clients.insert(name.clone(), watched.app.client(account).await);
        }
        let client = &clients[&name];
        let mut address = path.clone();
        // The first page, and one further on.
        for _ in 0..2 {
            let (answer, statements) = watched.during(client.get(&address)).await;
            let answer = answer.ok();
            assert!(!statements.is_empty(), "{path}: the log says nothing");
            wrong.extend(
                complaints(&statements, &big).into_iter().map(|what| format!("{name} {address} {what}")),
            );
            let Some(next) = answer["next"].as_str() else { break };
            let joint = if path.contains('?') { '&' } else { '?' };
            address = format!("{path}{joint}after={next}");
        }
    }
    for path in [
        format!("/cases?migrant={}", watched.app.line("SELECT id::text AS line FROM migrants LIMIT 1").await),
        format!(
            "/cases?association={}",
            watched.app.line("SELECT id::text AS line FROM associations LIMIT 1").await
        ),
        format!("/cases?assigned_to={}", watched.app.world.staff(WorkerPic)),
        format!("/referrals?agency={}", watched.app.world.legal),
        format!("/referrals?office={}", watched.app.world.pic),
    ] {
        let (answer, statements) = watched.during(clients["Manager"].get(&path)).await;
        answer.ok();
        wrong.extend(complaints(&statements, &big).into_iter().map(|what| format!("Manager {path} {what}")));
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

/// Two files of the same kind: one with one of everything, one with thirty.
async fn file(worker: &Client, office: impl std::fmt::Display + Copy, count: usize) -> Value {
    let mut people = vec![];
    for number in 0..count {
        let one = person(worker, office, &format!("Persona {number}")).await;
        people.push(json!({ "migrant_id": one, "role": "household", "principal": number == 0 }));
    }
    let services = vec!["LEG-ADV"; count];
    let body = individual(office, people[0]["migrant_id"].as_str().expect("id"), &services);
    open(worker, with(body, json!({ "client_kind": "HH", "people": people }))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_file_takes_as_many_statements_as_a_small_one() {
    let _alone = ALONE.lock().await;
    let mut watched = Watched::new().await;
    let (pic, legal) = (watched.app.world.pic, watched.app.world.legal_service);
    let worker = watched.app.client(WorkerPic).await;
    let supervisor = watched.app.client(SupervisorPic).await;
    let partner = watched.app.client(PartnerLegal).await;
    let mut counts: Vec<BTreeMap<String, usize>> = vec![];
    for many in [1, 30] {
        let case = file(&worker, pic, many).await;
        let path = format!("/cases/{}", id(&case));
        let everybody: Vec<&Value> =
            case["people"].as_array().expect("people").iter().map(|one| &one["migrant_id"]).collect();
        let mut last = String::new();
        for number in 0..many {
            let need = &case["needs"][number]["id"];
            worker
                .post(&format!("{path}/notes"), json!({ "body": "Nota", "restricted": number % 2 == 0 }))
                .await
                .created();
            worker
                .post(&format!("{path}/tasks"), json!({ "title": "Llamar", "due_on": "2026-12-01" }))
                .await
                .created();
            let given = json!({ "service": "FOO", "need_id": need, "people": everybody });
            worker.post(&format!("{path}/assistance"), given).await.created();
            let draft = json!({ "need_id": need, "service_id": legal, "facts": ["name"] });
            let draft = worker.post(&format!("{path}/referrals"), draft).await.created();
            let send = json!({ "move": "send", "override_reason": "No tiene techo." });
            supervisor.post_on(&format!("/referrals/{}/moves", id(&draft)), 1, send).await.ok();
            last = id(&draft);
        }
        let mut count = BTreeMap::new();
        for part in ["", "/history", "/needs", "/notes", "/tasks", "/assistance"] {
            for who in [&worker, &supervisor] {
                let (answer, statements) = watched.during(who.get(&format!("{path}{part}"))).await;
                answer.ok();
                *count.entry(format!("case{part}")).or_default() += statements.len();
            }
        }
        let mut of = async |name: &str, who: &Client, path: String| {
            let (answer, statements) = watched.during(who.get(&path)).await;
            answer.ok();
            count.insert(name.to_owned(), statements.len());
        };
        of("referral", &worker, format!("/referrals/{last}")).await;
        of("inbox referral", &partner, format!("/inbox/referrals/{last}")).await;
        of("person", &worker, format!("/migrants/{}", everybody[0].as_str().expect("id"))).await;
        for list in [
            "/cases",
            "/tasks",
            "/referrals",
            "/migrants",
            "/migrants?q=persona",
            "/agencies",
            "/services",
            "/staff",
            "/associations",
            "/services?code=LEG-ADV&territory=EC-1701",
        ] {
            of(list, &worker, list.to_owned()).await;
        }
        of("/notices", &supervisor, "/notices".into()).await;
        of("/inbox/referrals", &partner, "/inbox/referrals".into()).await;
        let need = json!({ "closure": "WDR", "settle_tasks": "dropped", "need_outcomes":
            case["needs"].as_array().expect("needs").iter().map(|need| (id(need), json!("withdrawn"))).collect::<serde_json::Map<_, _>>() });
        watched
            .app
            .run("UPDATE referrals SET state = 'cancelled', ended_at = now(), reason = 'duplicate'")
            .await;
        let (answer, statements) = watched.during(worker.post_on(&format!("{path}/close"), 1, need)).await;
        answer.ok();
        count.insert("close".into(), statements.len());
        let (answer, statements) = watched
            .during(
                worker
                    .post("/cases", individual(pic, everybody[0].as_str().expect("id"), &vec!["FOO"; many])),
            )
            .await;
        answer.created();
        count.insert("open".into(), statements.len());
        counts.push(count);
    }
    let grown: Vec<String> = counts[0]
        .iter()
        .filter(|(name, count)| counts[1][*name] != **count)
        .map(|(name, count)| format!("{name}: {count} statements for one, {} for thirty", counts[1][name]))
        .collect();
    assert!(grown.is_empty(), "{grown:#?}");
    assert!(counts[0].values().all(|count| *count > 1), "{:?}", counts[0]);
}
