//! No more statements for a full file than for a small one.
//!
//! PostgreSQL itself says what it did: auto_explain, loaded for the test's own database alone, writes the plan of every
//! statement the service runs into the log of the throw-away server, and the test reads it there. So these are the
//! plans of the real statements with their real values, behind both walls.

mod watched;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::support::desk::{id, individual, open, person, with};
use crate::support::{Account, Client};
use Account::{PartnerLegal, SupervisorPic, WorkerPic};
use watched::Watched;

/// The log is one for all: who reads it must be alone.
static ALONE: Mutex<()> = Mutex::const_new(());

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
