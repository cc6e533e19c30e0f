//! Answers that the case's worker has yet to read.

use serde_json::json;

use super::Talk;
use crate::support::desk::{each, id};
use crate::support::{Account, Client};

async fn unread(client: &Client) -> i64 {
    let counted = client.get("/referrals/count?unread=true&mine=true").await.ok();
    counted["count"].as_i64().expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_stays_unread_until_the_cases_worker_has_read_it_also_after_it_changed_hands() {
    let talk = Talk::new().await;
    let Talk { app, worker, partner, .. } = &talk;
    assert_eq!(unread(worker).await, 0);
    talk.moves(partner, json!({ "move": "acknowledge" })).await;
    assert_eq!(unread(worker).await, 0, "that it was seen is no answer");
    talk.moves(partner, json!({ "move": "accept" })).await;
    let listed = worker.get("/referrals?unread=true&mine=true").await.ok();
    assert_eq!((unread(worker).await, each(&listed, "id")), (1, vec![&json!(talk.id())]));

    // A colleague and the supervisor look and answer for nobody.
    for other in [Account::ColleaguePic, Account::SupervisorPic] {
        let other = app.client(other).await;
        assert_eq!(unread(&other).await, 0);
        let seen = other.get(&talk.path("")).await.ok();
        assert!(!seen["allowed"].as_array().expect("verbs").contains(&json!("read")));
        other.act(&talk.path("/read")).await.is_problem(403, "forbidden");
    }
    assert_eq!(unread(worker).await, 1);

    let colleague = app.client(Account::ColleaguePic).await;
    let case = worker.get(&format!("/cases/{}", talk.matter.case)).await.ok();
    let give = json!({ "staff_id": colleague.id });
    let supervisor = app.client(Account::SupervisorPic).await;
    let path = format!("/cases/{}/assign", id(&case));
    supervisor.post_on(&path, case["version"].as_i64().expect("version"), give).await.ok();
    assert_eq!((unread(worker).await, unread(&colleague).await), (0, 1));
    worker.act(&talk.path("/read")).await.is_problem(403, "forbidden");
    colleague.act(&talk.path("/read")).await.ok();
    assert_eq!(unread(&colleague).await, 0);
    talk.moves(partner, json!({ "move": "fail", "reason": "could_not_contact" })).await;
    assert_eq!(unread(&colleague).await, 1, "a new answer is unread again");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_owns_is_read_by_whoever_refers() {
    let talk = Talk::new().await;
    talk.app.run(&format!("UPDATE cases SET assigned_to = NULL WHERE id = '{}'", talk.matter.case)).await;
    talk.moves(&talk.partner, json!({ "move": "accept" })).await;
    let colleague = talk.app.client(Account::ColleaguePic).await;
    assert_eq!(colleague.act(&talk.path("/read")).await.ok()["unread"], false);
    talk.app.run_jobs().await;
}
