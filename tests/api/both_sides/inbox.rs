//! The agency's inbox: what is waited for, who looks after it, and one answer to several.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Talk, sent};
use crate::referrals::{go, matter};
use crate::support::desk::{id, trail, version};
use crate::support::{Account, Client};

fn asked(referrals: &[&Value], answer: Value) -> Value {
    let referrals: Vec<Value> =
        referrals.iter().map(|one| json!({ "id": one["id"], "version": one["version"] })).collect();
    json!({ "referrals": referrals, "answer": answer })
}

async fn counts(partner: &Client) -> Vec<i64> {
    let mut counts = vec![];
    for view in ["due", "overdue", "unassigned", "mine", "all"] {
        let counted = partner.get(&format!("/inbox/referrals/count?view={view}")).await.ok();
        counts.push(counted["count"].as_i64().expect("a count"));
    }
    counts
}

fn codes(answered: &Value) -> Vec<Value> {
    answered["results"].as_array().expect("results").iter().map(|one| one["code"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_to_several_is_judged_for_each_and_whatever_can_go_on_does() {
    let talk = Talk::new().await;
    let Talk { app, worker, partner, referral: stale, .. } = &talk;
    let (fresh, cancelled) = (sent(app, worker, &talk.matter).await, sent(app, worker, &talk.matter).await);
    talk.moves(partner, json!({ "move": "acknowledge" })).await;
    let cancelled = go(worker, &cancelled, json!({ "move": "cancel", "reason": "duplicate" })).await.ok();
    let elsewhere = matter(app, "HOU-EMG", true).await;
    let prepared = crate::referrals::draft(worker, &elsewhere, app.world.shelter_service).await;
    let elsewhere = go(worker, &prepared, json!({ "move": "send" })).await.ok();
    let decline = json!({ "move": "decline", "reason": "no_capacity" });
    let all = [stale, &cancelled, &fresh, &elsewhere];
    let answered = partner.post("/inbox/answers", asked(&all, decline.clone())).await.ok();
    let expected = json!(["stale_version", "referral_move_not_allowed", null, "not_found"]);
    assert_eq!(json!(codes(&answered)), expected, "{answered}");
    let results = answered["results"].as_array().expect("results");
    assert_eq!(results.iter().map(id).collect::<Vec<_>>(), all.map(|one| id(one)), "in the order asked");
    assert_eq!((&results[0]["referral"]["version"], &results[0]["answered"]), (&json!(3), &json!(false)));
    assert_eq!(
        (&results[2]["referral"]["state"], &results[2]["answered"]),
        (&json!("declined"), &json!(true))
    );
    assert_eq!(results[3]["referral"], json!(null), "another agency's is not there");
    assert_eq!(talk.seen_by_desk().await["state"], "acknowledged");
    assert!(trail(app, &id(&fresh)).await.contains(&"referral.declined".to_owned()));

    // Pressed twice: the same answer stands, nothing is written again.
    let again = partner.post("/inbox/answers", asked(&[&fresh], decline)).await.ok();
    assert_eq!((&again["results"][0]["answered"], codes(&again)), (&json!(true), vec![Value::Null]));
    let declined = trail(app, &id(&fresh)).await.iter().filter(|act| *act == "referral.declined").count();
    assert_eq!(declined, 1);
    let other = json!({ "move": "accept" });
    let refused = partner.post("/inbox/answers", asked(&[&fresh], other)).await.ok();
    assert_eq!(codes(&refused), [json!("referral_already_answered")]);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_lacks_something_changes_nothing_anywhere() {
    let talk = Talk::new().await;
    let partner = &talk.partner;
    let second = sent(&talk.app, &talk.worker, &talk.matter).await;
    let both = [&talk.referral, &second];
    let post = async |body: Value| partner.post("/inbox/answers", body).await;
    post(asked(&both, json!({ "move": "decline" }))).await.complains_of(&["/answer/reason"]);
    post(asked(&both, json!({ "move": "decline", "reason": "no_such" })))
        .await
        .complains_of(&["/answer/reason"]);
    post(asked(&[], json!({ "move": "acknowledge" }))).await.complains_of(&["/referrals"]);
    let doubled = asked(&[&second, &second], json!({ "move": "acknowledge" }));
    post(doubled).await.complains_of(&["/referrals/1/id"]);
    let many: Vec<Value> = (0..101).map(|_| json!({ "id": uuid::Uuid::now_v7(), "version": 1 })).collect();
    post(json!({ "referrals": many, "answer": { "move": "acknowledge" } }))
        .await
        .complains_of(&["/referrals"]);
    // What only the desk may do, no agency does to many.
    let cancelled = post(asked(&both, json!({ "move": "cancel", "reason": "duplicate" }))).await.ok();
    assert_eq!(codes(&cancelled), [json!("referral_move_not_allowed"), json!("referral_move_not_allowed")]);
    talk.worker
        .post("/inbox/answers", asked(&both, json!({ "move": "acknowledge" })))
        .await
        .is_problem(403, "forbidden");
    for one in both {
        let now = partner.get(&format!("/inbox/referrals/{}", id(one))).await.ok();
        assert_eq!((&now["state"], version(&now)), (&json!("sent"), version(one)));
    }
    talk.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_counts_what_is_due_overdue_unassigned_and_mine() {
    let mut talk = Talk::new().await;
    let Talk { app, partner, .. } = &talk;
    sent(app, &talk.worker, &talk.matter).await;
    assert_eq!(counts(partner).await, [2, 0, 2, 0, 2]);
    let assign = format!("/inbox/referrals/{}/assignee", talk.id());
    partner.post(&assign, json!({ "staff_id": partner.id })).await.ok();
    assert_eq!(counts(partner).await, [2, 0, 1, 1, 2]);
    talk.moves(partner, json!({ "move": "decline", "reason": "no_capacity" })).await;
    assert_eq!(counts(partner).await, [1, 0, 1, 0, 2]);
    app.run_jobs().await;
    talk.later(TimeDelta::days(5)).await;
    assert_eq!(counts(&talk.partner).await, [1, 1, 1, 0, 2]);
    let other = talk.app.client(Account::PartnerShelter).await;
    assert_eq!(other.get("/inbox/referrals/count?view=all").await.ok()["count"], 0);
}
