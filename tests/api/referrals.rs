//! Referrals as desk and agency live them: prepare, preview, send, answer, and the mails that tell of it.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Account, Client, TestApp};

/// A case of the worker in Pichincha with one person, one need, and a consent for the agency of the need's service.
pub struct Matter {
    pub case: Uuid,
    pub need: Uuid,
    pub migrant: Uuid,
}

pub async fn matter(app: &TestApp, service: &str, consent: bool) -> Matter {
    let matter = Matter { case: Uuid::now_v7(), need: Uuid::now_v7(), migrant: Uuid::now_v7() };
    let Matter { case, need, migrant } = &matter;
    let (pic, worker) = (app.world.pic, app.world.staff(Account::WorkerPic));
    let mut sql = format!(
        "INSERT INTO migrants (id, number, office_id, office_ids, given_names, family_names, sex, nationality, registered_at)
         VALUES ('{migrant}', 'M-{migrant}', '{pic}', '{{{pic}}}', 'Inventada', 'Peña de Prueba', 2, 'CO', now());
         INSERT INTO cases (id, number, office_id, client_kind, channel, priority, due_at, assigned_to, opened_at, last_action_at)
         VALUES ('{case}', 'C-{case}', '{pic}', 'IND', 'WLK', 'urgent', now(), '{worker}', now(), now());
         INSERT INTO case_people (case_id, migrant_id, principal, role, added_at)
         VALUES ('{case}', '{migrant}', true, 'client', now());
         INSERT INTO needs (id, case_id, migrant_id, service, detail, raised_at)
         VALUES ('{need}', '{case}', '{migrant}', '{service}', 'Palabras secretas', now());"
    );
    if consent {
        sql += &format!(
            "INSERT INTO consents (id, migrant_id, purpose, facts, given_by, how, given_at)
             VALUES ('{}', '{migrant}', 'share_with_agency', '{{name,sex,need_detail}}', 'self', 'signed', now());",
            Uuid::now_v7()
        );
    }
    app.database().await.batch_execute(&sql).await.expect("a case");
    matter
}

pub async fn draft(worker: &Client, matter: &Matter, service: impl ToString) -> Value {
    let body = json!({ "need_id": matter.need, "service_id": service.to_string(), "facts": ["name", "sex"],
                       "message": "Por favor, esta semana." });
    worker.post(&format!("/cases/{}/referrals", matter.case), body).await.created()
}

pub async fn go(who: &Client, referral: &Value, body: Value) -> crate::support::client::Answer {
    let path = format!("/referrals/{}/moves", referral["id"].as_str().expect("id"));
    who.post_on(&path, referral["version"].as_i64().expect("version"), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_goes_out_and_its_answer_comes_back_without_a_name_in_any_mail() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let partner = app.client(Account::PartnerLegal).await;
    let matter = matter(&app, "LEG-REP", true).await;
    let prepared = draft(&worker, &matter, app.world.legal_service).await;
    assert_eq!(prepared["priority"], "urgent");
    let id = prepared["id"].as_str().expect("id").to_owned();
    let inbox = format!("/inbox/referrals/{id}");
    partner.get(&inbox).await.is_problem(404, "not_found");
    let preview = worker.get(&format!("/referrals/{id}/preview")).await.ok();
    assert_eq!(preview["disclosed"], json!({ "name": "Inventada Peña de Prueba", "sex": 2 }));

    let sent = go(&worker, &prepared, json!({ "move": "send" })).await.ok();
    assert_eq!(sent["state"], "sent");
    app.run_jobs().await;
    let mail = app.mails().pop().expect("a mail to the agency");
    assert_eq!(mail.to, "buzon@clinica.example");
    let number = sent["number"].as_str().expect("number");
    assert!(mail.text.contains(number) && number.starts_with("R-PIC-"));
    for secret in ["Inventada", "Peña", "secretas", "esta semana", "Colombia"] {
        assert!(!mail.text.contains(secret) && !mail.subject.contains(secret), "{secret}");
    }

    // What was disclosed stays what it was.
    let change = format!("UPDATE migrants SET given_names = 'Otra' WHERE id = '{}'", matter.migrant);
    app.database().await.batch_execute(&change).await.expect("edited");
    let opened = partner.get(&inbox).await.ok();
    assert_eq!(opened["disclosures"][0]["facts"]["name"], "Inventada Peña de Prueba");
    assert!(opened["disclosures"][0]["facts"].get("need_detail").is_none());
    app.client(Account::PartnerShelter).await.get(&inbox).await.is_problem(404, "not_found");

    let seen = go(&partner, &opened, json!({ "move": "acknowledge" })).await.ok();
    let accepted = go(&partner, &seen, json!({ "move": "accept" })).await.ok();
    assert_eq!(accepted["state"], "accepted");
    // The second click of a double-click carries the version of the first.
    let again = go(&partner, &seen, json!({ "move": "accept" })).await.ok();
    assert_eq!(again["version"], accepted["version"]);
    app.run_jobs().await;
    let told: Vec<_> = app.mails().into_iter().filter(|m| m.to == Account::WorkerPic.email()).collect();
    assert_eq!(told.len(), 1, "acknowledging is silent, accepting is told once");
    assert!(told[0].subject.contains("acept"), "in Spanish: {}", told[0].subject);

    let refused = go(&partner, &accepted, json!({ "move": "decline", "reason": "no_capacity" })).await;
    let refused = refused.is_problem(409, "referral_already_answered");
    assert_eq!(refused["allowed"], json!(["begin", "hold", "complete", "fail", "cancel"]));
    let done = go(&partner, &accepted, json!({ "move": "complete", "outcome": "need_met" })).await.ok();
    let shown = worker.get(&format!("/referrals/{id}")).await.ok();
    assert_eq!((&shown["unread"], &shown["loop_closed"]), (&json!(true), &json!(false)));
    let states: Vec<&str> =
        shown["moves"].as_array().expect("moves").iter().filter_map(|m| m["to_state"].as_str()).collect();
    assert_eq!(states, ["draft", "sent", "acknowledged", "accepted", "completed"]);
    let told = worker.post(&format!("/referrals/{id}/client-told"), json!({ "channel": "PHO" })).await.ok();
    assert_eq!(told["loop_closed"], true);
    app.run_jobs().await;
    app.advance(TimeDelta::days(31));
    assert_eq!(done["state"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_without_a_consent_unless_a_supervisor_says_why() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let matter = matter(&app, "HOU-EMG", false).await;
    let prepared = draft(&worker, &matter, app.world.shelter_service).await;
    go(&worker, &prepared, json!({ "move": "send" })).await.is_problem(409, "consent_missing");
    let reason = json!({ "move": "send", "override_reason": "A child sleeps outside tonight." });
    go(&worker, &prepared, reason.clone()).await.is_problem(403, "forbidden");
    let sent = go(&app.client(Account::SupervisorPic).await, &prepared, reason).await.ok();
    assert_eq!(sent["consent_overridden"], true);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_of_another_office_does_not_learn_that_a_referral_exists() {
    let app = TestApp::new().await;
    let matter = matter(&app, "LEG-REP", true).await;
    let prepared = draft(&app.client(Account::WorkerPic).await, &matter, app.world.legal_service).await;
    let stranger = app.client(Account::WorkerLeg).await;
    stranger
        .get(&format!("/referrals/{}", prepared["id"].as_str().expect("id")))
        .await
        .is_problem(404, "not_found");
    go(&stranger, &prepared, json!({ "move": "send" })).await.is_problem(404, "not_found");
    assert_eq!(stranger.get("/referrals").await.ok()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_version_is_refused_and_an_illegal_move_lists_the_legal_ones() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let matter = matter(&app, "LEG-REP", true).await;
    let prepared = draft(&worker, &matter, app.world.legal_service).await;
    let refused = go(&worker, &prepared, json!({ "move": "fail", "reason": "no_capacity" })).await;
    let refused = refused.is_problem(409, "referral_move_not_allowed");
    assert_eq!(refused["allowed"], json!(["send", "cancel"]));
    let path = format!("/referrals/{}", prepared["id"].as_str().expect("id"));
    worker.patch(&path, 1, json!({ "message": "Hoy." })).await.ok();
    let stale = go(&worker, &prepared, json!({ "move": "send" })).await.is_problem(412, "stale_version");
    assert_eq!(stale["current"]["message"], "Hoy.");
}
