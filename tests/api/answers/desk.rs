//! What the desk sees and does about links.

use reqwest::Method;

use super::*;

async fn revoke(client: &Client, id: &str) -> crate::support::client::Answer {
    client.send(Method::DELETE, &format!("/api/v1/referrals/{id}/answer-links"), &[], None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_sees_whether_the_agency_opened_its_link_and_when() {
    let sent = Sent::new().await;
    let link = sent.seen_by_desk().await["answer_link"].clone();
    assert_eq!(
        (&link["live"], &link["opened_count"], &link["last_opened_at"]),
        (&json!(true), &json!(0), &Value::Null)
    );
    assert!(link["made_at"].is_string() && link["expires_at"].is_string());
    sent.open(&sent.browser()).await;
    let link = sent.seen_by_desk().await["answer_link"].clone();
    assert_eq!(link["opened_count"], 1);
    assert!(link["last_opened_at"].is_string());
    let disclosed = &sent.seen_by_desk().await["disclosures"][0]["first_seen_at"];
    assert!(disclosed.is_string(), "somebody at the agency has seen it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_link_is_sent_once_however_often_the_button_is_pressed() {
    let sent = Sent::new().await;
    let path = format!("/referrals/{}/answer-links", sent.id);
    assert!(sent.seen_by_desk().await["allowed"].as_array().expect("verbs").contains(&json!("send_link")));
    for _ in 0..3 {
        sent.worker.act(&path).await.ok();
    }
    sent.app.run_jobs().await;
    assert_eq!(sent.app.mails().len(), 2);
    let mail = sent.app.mails().last().expect("a mail").clone();
    assert!(mail.subject.contains("nuevo enlace"), "{}", mail.subject);
    sent.app.advance(minutes(2));
    sent.worker.act(&path).await.ok();
    sent.app.run_jobs().await;
    assert_eq!(sent.app.mails().len(), 3);
    let trail = sent.trail().await;
    assert_eq!(trail.iter().filter(|event| event["action"] == "answer_link.sent").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_went_astray_is_taken_back_at_once_even_where_it_is_open() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let page = sent.open(&browser).await;
    let view = revoke(&sent.worker, &sent.id).await.ok();
    assert_eq!(view["answer_link"]["live"], false);
    assert!(!view["allowed"].as_array().expect("verbs").contains(&json!("revoke_links")));
    browser.get(&sent.link).await.is(404).says_nothing_of(NAME);
    browser.submit(&page.answer("accept"), &[]).await.is(404);
    assert_eq!(sent.seen_by_desk().await["state"], "sent");
    let trail = sent.trail().await;
    let event = trail.iter().find(|event| event["action"] == "answer_link.revoked").expect("on record");
    assert_eq!(event["facts"]["links"], 1);
    // A new one can be sent afterwards.
    sent.worker.act(&format!("/referrals/{}/answer-links", sent.id)).await.ok();
    sent.app.run_jobs().await;
    let newer = link_in(&sent.app.mails().last().expect("a mail").text);
    sent.browser().get(&newer).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_refer_send_and_take_back_links_and_only_of_what_they_see() {
    let sent = Sent::new().await;
    let path = format!("/referrals/{}/answer-links", sent.id);
    for account in
        [Account::PartnerLegal, Account::FieldPic, Account::Manager, Account::Admin, Account::Auditor]
    {
        let client = sent.app.client(account).await;
        client.act(&path).await.is_problem(403, "forbidden");
        revoke(&client, &sent.id).await.is_problem(403, "forbidden");
    }
    let stranger = sent.app.client(Account::WorkerLeg).await;
    stranger.act(&path).await.is_problem(404, "not_found");
    revoke(&stranger, &sent.id).await.is_problem(404, "not_found");
    sent.app.visitor().act(&path).await.is(401);
    sent.app.client(Account::SupervisorPic).await.act(&path).await.ok();
    sent.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_link_is_sent_to_what_the_partner_does_not_see() {
    let sent = Sent::new().await;
    let other = matter(&sent.app, "LEG-REP", true).await;
    let prepared = draft(&sent.worker, &other, sent.app.world.legal_service).await;
    let path = format!("/referrals/{}/answer-links", prepared["id"].as_str().expect("id"));
    sent.worker.act(&path).await.is_problem(409, "referral_not_with_partner");
    assert_eq!(prepared["answer_link"], Value::Null);
    sent.desk_moves(json!({ "move": "cancel", "reason": "duplicate" })).await;
    sent.app.run_jobs().await;
    sent.app.advance(TimeDelta::days(31));
    let path = format!("/referrals/{}/answer-links", sent.id);
    let worker = sent.app.client(Account::WorkerPic).await;
    worker.act(&path).await.is_problem(409, "referral_not_with_partner");
}
