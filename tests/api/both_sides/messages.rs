//! What desk and agency write to each other.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::json;

use super::{Talk, sent};
use crate::referrals::{draft, go, matter};
use crate::support::desk::{each, id, lines, trail, with};
use crate::support::{Account, TestApp};

const SECRET: &str = "Inventada llega el jueves con su hija.";

#[tokio::test(flavor = "multi_thread")]
async fn desk_and_agency_write_to_each_other_and_the_mail_says_only_that_they_did() {
    let talk = Talk::new().await;
    let Talk { app, worker, partner, .. } = &talk;
    let before = app.mails().len();
    worker.post(&talk.path("/messages"), json!({ "body": SECRET })).await.created();
    app.run_jobs().await;
    let mail = app.mails().pop().expect("a mail to the agency");
    assert_eq!(mail.to, "buzon@clinica.example");
    assert!(mail.subject.contains(talk.referral["number"].as_str().expect("number")), "{}", mail.subject);
    assert!(mail.text.contains("/r/"), "a link: {}", mail.text);
    for word in ["Inventada", "jueves", "hija"] {
        assert!(!mail.text.contains(word) && !mail.subject.contains(word), "{word}");
    }

    let inbox = partner.get("/inbox/referrals?unread_messages=true").await.ok();
    assert_eq!(each(&inbox, "unread_messages"), [&json!(1)]);
    let read = partner.get(&talk.path("/messages")).await.ok();
    assert_eq!((&read["items"][0]["body"], &read["items"][0]["from"]), (&json!(SECRET), &json!("desk")));
    assert_eq!(read["items"][0]["written_by"], json!(null), "the desk's people are the desk's");
    // Reading a list is not having read: that is an act.
    assert_eq!(each(&partner.get("/inbox/referrals").await.ok(), "unread_messages"), [&json!(1)]);
    let left = partner.post(&talk.path("/messages/read"), json!({})).await.ok();
    assert_eq!(left, json!({ "unread": 0 }));
    assert_eq!(partner.get("/inbox/referrals?unread_messages=true").await.ok()["items"], json!([]));

    partner.post(&talk.path("/messages"), json!({ "body": "Mejor el viernes." })).await.created();
    app.run_jobs().await;
    let mail = app.mails().pop().expect("a mail to the worker");
    assert_eq!((mail.to.as_str(), app.mails().len()), (Account::WorkerPic.email().as_str(), before + 2));
    assert!(mail.text.contains(&format!("/referrals/{}", talk.id())) && !mail.text.contains("viernes"));
    let listed = worker.get("/referrals?unread_messages=true").await.ok();
    assert_eq!(each(&listed, "unread_messages"), [&json!(1)]);
    assert_eq!(talk.seen_by_desk().await["unread_messages"], 1);
    let said = worker.get(&talk.path("/messages")).await.ok();
    assert_eq!(each(&said, "from"), [&json!("agency"), &json!("desk")], "newest first");
    assert!(said["items"][1]["read_at"].is_string() && said["items"][0]["read_at"].is_null());
    let acts = trail(app, &talk.id()).await;
    for act in ["message.written", "messages.read", "messages.marked_read"] {
        assert!(acts.iter().any(|known| known == act), "{act} in {acts:?}");
    }
    let told = app.lines("SELECT e::text AS line FROM audit_events e WHERE e::text LIKE '%jueves%'").await;
    assert!(told.is_empty(), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_agency_and_another_office_do_not_learn_that_anything_was_written() {
    let talk = Talk::new().await;
    talk.worker.post(&talk.path("/messages"), json!({ "body": SECRET })).await.created();
    for stranger in [Account::PartnerShelter, Account::WorkerLeg] {
        let stranger = talk.app.client(stranger).await;
        stranger.get(&talk.path("/messages")).await.is_problem(404, "not_found");
        stranger.post(&talk.path("/messages"), json!({ "body": "?" })).await.is_problem(404, "not_found");
        stranger.post(&talk.path("/messages/read"), json!({})).await.is_problem(404, "not_found");
    }
    let field_worker = talk.app.client(Account::FieldPic).await;
    field_worker.post(&talk.path("/messages"), json!({ "body": "?" })).await.is_problem(403, "forbidden");
    assert_eq!(talk.seen_by_desk().await["unread_messages"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_second_wall_nobody_writes_or_reads_in_the_name_of_the_other_side() {
    let talk = Talk::new().await;
    talk.worker.post(&talk.path("/messages"), json!({ "body": SECRET })).await.created();
    let (agency, staff) = (talk.app.world.legal, talk.app.world.staff(Account::PartnerLegal));
    let as_partner = |kind: &str, agency: &str| {
        format!(
            "BEGIN; SELECT set_config('app.kind', '{kind}', true), set_config('app.staff', '{staff}', true),
             set_config('app.agency', '{agency}', true)"
        )
    };
    let count = "SELECT count(*)::text AS line FROM referral_messages";
    let mut conn = talk.app.as_app_role().await;
    conn.batch_execute(&as_partner("partner", &agency.to_string())).await.expect("a partner");
    assert_eq!(lines(&mut conn, count).await, ["1"]);
    let own = "UPDATE referral_messages SET read_at = now(), read_by = written_by WHERE from_side = 'desk'
               RETURNING 'marked' AS line";
    assert_eq!(lines(&mut conn, own).await, ["marked"]);
    let forged = format!(
        "INSERT INTO referral_messages (id, referral_id, from_side, written_by, body, written_at)
         VALUES (gen_random_uuid(), '{}', 'desk', '{staff}', 'forged', now())",
        talk.id()
    );
    let refused = conn.batch_execute(&forged).await.expect_err("in the desk's name");
    assert!(refused.to_string().contains("row-level security"), "{refused}");

    let mut conn = talk.app.as_app_role().await;
    conn.batch_execute(&as_partner("partner", &talk.app.world.shelter.to_string())).await.expect("another");
    assert_eq!(lines(&mut conn, count).await, ["0"]);
    let mut conn = talk.app.as_app_role().await;
    conn.batch_execute(&as_partner("partner", &agency.to_string())).await.expect("a partner");
    let edited = conn.batch_execute("UPDATE referral_messages SET body = 'other words'").await;
    assert!(edited.expect_err("edited").to_string().contains("permission denied"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_on_a_draft_on_what_was_taken_back_or_a_month_after_the_end() {
    let mut talk = Talk::new().await;
    let Talk { app, worker, partner, .. } = &talk;
    let body = json!({ "body": SECRET });
    let prepared = draft(worker, &talk.matter, app.world.legal_service).await;
    let on_draft = format!("/referrals/{}/messages", id(&prepared));
    worker.post(&on_draft, body.clone()).await.is_problem(409, "referral_not_with_partner");
    partner.post(&on_draft, body.clone()).await.is_problem(404, "not_found");
    assert!(!prepared["allowed"].as_array().expect("verbs").contains(&json!("write_message")));

    // Taken back: the agency was asked to delete what it knows, and the words are not shown to it any more.
    let other = sent(app, worker, &talk.matter).await;
    let on_other = format!("/referrals/{}/messages", id(&other));
    worker.post(&on_other, body.clone()).await.created();
    go(worker, &other, json!({ "move": "cancel", "reason": "client_declined" })).await.ok();
    worker.post(&on_other, body.clone()).await.is_problem(409, "referral_not_with_partner");
    partner.post(&on_other, body.clone()).await.is_problem(409, "referral_not_with_partner");
    let hidden = partner.get(&on_other).await.ok();
    assert_eq!((&hidden["items"][0]["body"], &hidden["items"][0]["hidden"]), (&json!(null), &json!(true)));
    assert_eq!(worker.get(&on_other).await.ok()["items"][0]["body"], SECRET, "the desk keeps its record");

    talk.moves(partner, json!({ "move": "decline", "reason": "no_capacity" })).await;
    worker.post(&talk.path("/messages"), body.clone()).await.created();
    app.run_jobs().await;
    talk.later(TimeDelta::days(31)).await;
    let path = talk.path("/messages");
    talk.worker.post(&path, body).await.is_problem(409, "referral_not_with_partner");
    talk.partner.get(&path).await.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_sent_twice_is_written_once_and_three_lines_are_one_mail() {
    let mut talk = Talk::new().await;
    let Talk { app, worker, .. } = &talk;
    let mails = app.mails().len();
    let message = json!({ "id": uuid::Uuid::now_v7(), "body": "Uno." });
    let first = worker.post(&talk.path("/messages"), message.clone()).await.created();
    let again = worker.post(&talk.path("/messages"), message.clone()).await.ok();
    assert_eq!(id(&again), id(&first));
    let other = with(message, json!({ "body": "Otro." }));
    worker.post(&talk.path("/messages"), other).await.is_problem(409, "id_already_used");
    for body in ["Dos.", "Tres."] {
        worker.post(&talk.path("/messages"), json!({ "body": body })).await.created();
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), mails + 1);
    talk.later(TimeDelta::minutes(61)).await;
    talk.worker.post(&talk.path("/messages"), json!({ "body": "Cuatro." })).await.created();
    talk.app.run_jobs().await;
    assert_eq!(talk.app.mails().len(), mails + 2, "unread for an hour: one more");

    // Up to what was on the screen: what came meanwhile stays unread.
    let said = talk.partner.get(&talk.path("/messages")).await.ok();
    let up_to = json!({ "up_to": said["items"][1]["id"] });
    let left = talk.partner.post(&talk.path("/messages/read"), up_to).await.ok();
    assert_eq!(left["unread"], 1);
    let unknown = json!({ "up_to": uuid::Uuid::now_v7() });
    talk.partner.post(&talk.path("/messages/read"), unknown).await.complains_of(&["/up_to"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_are_none_or_too_many_are_refused_and_a_page_holds_what_was_asked() {
    let talk = Talk::new().await;
    for body in [String::new(), "  \n ".into(), "a".repeat(4_001), "a\u{7}b".into()] {
        talk.worker.post(&talk.path("/messages"), json!({ "body": body })).await.complains_of(&["/body"]);
    }
    for n in 1..=3 {
        talk.worker.post(&talk.path("/messages"), json!({ "body": format!("{n}") })).await.created();
    }
    let first = talk.worker.get(&talk.path("/messages?limit=2")).await.ok();
    let next = first["next"].as_str().expect("more");
    let second = talk.worker.get(&talk.path(&format!("/messages?limit=2&after={next}"))).await.ok();
    let bodies = [each(&first, "body"), each(&second, "body")].concat();
    assert_eq!((bodies, &second["next"]), (vec![&json!("3"), &json!("2"), &json!("1")], &json!(null)));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_about_a_restricted_need_are_for_those_who_may_read_it() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let matter = matter(&app, "LEG-REP", true).await;
    app.run(&format!("UPDATE needs SET restricted = true WHERE id = '{}'", matter.need)).await;
    let referral = sent(&app, &worker, &matter).await;
    let path = format!("/referrals/{}/messages", id(&referral));
    worker.post(&path, json!({ "body": SECRET })).await.created();
    let colleague = app.client(Account::ColleaguePic).await;
    let masked = colleague.get(&path).await.ok();
    assert_eq!((&masked["items"][0]["body"], &masked["items"][0]["hidden"]), (&json!(null), &json!(true)));
    colleague.post(&path, json!({ "body": "?" })).await.is_problem(403, "forbidden");
    let manager = app.client(Account::Manager).await;
    assert_eq!(manager.get(&path).await.ok()["items"][0]["body"], json!(null));
    assert_eq!(worker.get(&path).await.ok()["items"][0]["body"], SECRET);
    app.run_jobs().await;
}
