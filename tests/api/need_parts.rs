//! A need and its parts.

use serde_json::{Value, json};

use crate::support::desk::{case, figure, id, items};
use crate::support::{Account, Client, TestApp};

async fn raise(worker: &Client, case: &Value, body: Value) -> crate::support::client::Answer {
    worker.post(&format!("/cases/{}/needs", id(case)), body).await
}

async fn needs(worker: &Client, case: &Value) -> Vec<Value> {
    items(&worker.get(&format!("/cases/{}/needs", id(case))).await.ok()).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_is_settled_after_its_parts_and_each_has_its_own_outcome() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let case = case(&app, &worker, "EMP").await;
    let whole = id(&needs(&worker, &case).await[0]);
    let part = json!({ "service": "DOC", "parent_id": whole });
    let part = id(&raise(&worker, &case, part).await.created());
    let settle = async |need: &str, outcome: &str| {
        worker.post(&format!("/needs/{need}/settle"), json!({ "outcome": outcome })).await
    };
    let refused = settle(&whole, "met").await.is_problem(409, "need_has_open_parts");
    assert_eq!(refused["needs"], json!([part]));
    settle(&part, "met").await.ok();
    settle(&whole, "not_met").await.ok();
    let found = needs(&worker, &case).await;
    let outcomes: Vec<&Value> = found.iter().map(|need| &need["outcome"]).collect();
    assert_eq!(outcomes, [&json!("not_met"), &json!("met")]);
    assert_eq!(found[1]["parent_id"], json!(whole));
    let refused = worker.act(&format!("/needs/{part}/reopen")).await;
    assert_eq!(refused.is_problem(409, "need_of_a_settled_one")["need_id"], json!(whole));
    worker.act(&format!("/needs/{whole}/reopen")).await.ok();
    worker.act(&format!("/needs/{part}/reopen")).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_hangs_on_an_open_need_of_its_case_and_on_no_other_part() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let (first, second) = (case(&app, &worker, "EMP").await, case(&app, &worker, "EMP").await);
    let whole = id(&needs(&worker, &first).await[0]);
    let of = |parent: &str| json!({ "service": "DOC", "parent_id": parent });
    raise(&worker, &second, of(&whole)).await.complains_of(&["/parent_id"]);
    let part = id(&raise(&worker, &first, of(&whole)).await.created());
    raise(&worker, &first, of(&part)).await.complains_of(&["/parent_id"]);
    raise(&worker, &first, of(&uuid::Uuid::now_v7().to_string())).await.complains_of(&["/parent_id"]);
    worker.post(&format!("/needs/{part}/settle"), json!({ "outcome": "met" })).await.ok();
    worker.post(&format!("/needs/{whole}/settle"), json!({ "outcome": "met" })).await.ok();
    raise(&worker, &first, of(&whole)).await.complains_of(&["/parent_id"]);
    // Nor past the service: the database holds it to its case.
    let stray = format!("UPDATE needs SET parent_id = '{whole}' WHERE case_id = '{}'", id(&second));
    let mut conn = app.database().await;
    let refused = diesel_async::SimpleAsyncConnection::batch_execute(&mut conn, &stray).await;
    assert!(refused.expect_err("stray").to_string().contains("needs_parent_id_fkey"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restricted_restricts_its_parts() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let case = case(&app, &worker, "EMP").await;
    let whole = needs(&worker, &case).await.remove(0);
    let part = json!({ "service": "DOC", "parent_id": id(&whole) });
    let part = raise(&worker, &case, part).await.created();
    assert_eq!(part["restricted"], false);
    let path = format!("/needs/{}", id(&whole));
    worker
        .patch(&path, whole["version"].as_i64().expect("version"), json!({ "restricted": true }))
        .await
        .ok();
    let later = json!({ "service": "FOO", "parent_id": id(&whole) });
    raise(&worker, &case, later).await.created();
    let seen = needs(&app.client(Account::ColleaguePic).await, &case).await;
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|need| need["restricted"] == true && need.get("service").is_none()), "{seen:?}");
    // A part is not let out while the whole is locked.
    let now = needs(&worker, &case).await.into_iter().find(|need| id(need) == id(&part)).expect("the part");
    let open = json!({ "restricted": false });
    let version = now["version"].as_i64().expect("version");
    let still = worker.patch(&format!("/needs/{}", id(&part)), version, open).await.ok();
    assert_eq!(still["restricted"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_counted_within_its_whole() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let case = case(&app, &worker, "EMP").await;
    let supervisor = app.client(Account::SupervisorPic).await;
    let today = app.app.now().date_naive();
    let (from, to) = (today - chrono::Days::new(3), today + chrono::Days::new(2));
    let path = &format!("/reports/caseload?from={from}&to={to}&by=service");
    let before = supervisor.get(path).await.ok();
    let whole = id(&needs(&worker, &case).await[0]);
    raise(&worker, &case, json!({ "service": "DOC", "parent_id": whole })).await.created();
    let after = supervisor.get(path).await.ok();
    assert_eq!(figure(&after, "new"), json!(1));
    assert_eq!((&after["rows"], &after["totals"]), (&before["rows"], &before["totals"]));
    raise(&worker, &case, json!({ "service": "DOC" })).await.created();
    let apart = supervisor.get(path).await.ok();
    assert_ne!(apart["rows"], before["rows"], "a need of its own is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_referred_by_itself() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let case = case(&app, &worker, "EMP").await;
    let whole = id(&needs(&worker, &case).await[0]);
    let part = json!({ "service": "DOC", "parent_id": whole });
    let part = id(&raise(&worker, &case, part).await.created());
    let body = json!({ "need_id": part, "service_id": app.world.legal_service });
    let referral = worker.post(&format!("/cases/{}/referrals", id(&case)), body).await.created();
    assert_eq!((&referral["need_id"], &referral["service"]), (&json!(part), &json!("DOC")));
}
