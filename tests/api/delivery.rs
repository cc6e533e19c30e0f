//! Mail between the service and a mail server that behaves badly: no notice is lost, and undelivered is seen.

use chrono::TimeDelta;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use migrant_desk::notices::delivery::jobs::FindStrandedNotices;
use migrant_desk::platform::config::SmtpTls;
use migrant_desk::platform::jobs::{self, System};
use serde_json::{Value, json};

use crate::referrals::{draft, go, matter};
use crate::smtp::{Manners, SmtpSink};
use crate::support::{Account, TestApp, read_mail};

/// A service whose mail goes to this server, which may take a second over each.
async fn app_with(sink: &SmtpSink, tls: SmtpTls) -> TestApp {
    TestApp::with(|settings| {
        settings.smtp_host = Some("127.0.0.1".into());
        settings.smtp_port = Some(sink.port());
        settings.smtp_tls = tls;
        settings.smtp_timeout = 1;
    })
    .await
}

/// Sends a referral to the legal clinic; its mail is queued and not yet tried.
async fn referred(app: &TestApp) -> Value {
    let worker = app.client(Account::WorkerPic).await;
    let matter = matter(app, "LEG-REP", true).await;
    let prepared = draft(&worker, &matter, app.world.legal_service).await;
    go(&worker, &prepared, json!({ "move": "send" })).await.ok()
}

/// The one notice to the agency about a referral, as its worker sees it.
async fn notice(app: &TestApp, referral: &Value) -> Value {
    let id = referral["id"].as_str().expect("id");
    let shown = app.client(Account::WorkerPic).await.get(&format!("/referrals/{id}")).await.ok();
    let all = shown["notices"].as_array().expect("notices").iter();
    let mut notices: Vec<&Value> = all.filter(|notice| !notice["to_agency_id"].is_null()).collect();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(shown["delivery"], notices[0]["state"]);
    notices.remove(0).clone()
}

/// The same notice with the server's words, as the supervisor sees it.
async fn words(app: &TestApp, referral: &Value) -> String {
    let id = notice(app, referral).await["id"].as_str().expect("id").to_owned();
    let shown = app.client(Account::SupervisorPic).await.get(&format!("/notices/{id}")).await.ok();
    shown["last_reply"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_not_lost_to_a_server_that_puts_off_hangs_breaks_off_or_speaks_no_tls() {
    let cases = [
        (
            SmtpTls::None,
            Manners::RefuseRecipient("450 4.2.1 <buzon@clinica.example> busy".into()),
            "(450): 4.2.1 <[address]>",
        ),
        (SmtpTls::None, Manners::RefuseData("451 4.3.0 try later".into()), "(451): 4.3.0"),
        (SmtpTls::None, Manners::HangAtGreeting, "no answer within"),
        (SmtpTls::None, Manners::HangAfterData, "no answer within"),
        (SmtpTls::None, Manners::DropAtGreeting, ""),
        (SmtpTls::None, Manners::DropAfterData, ""),
        (SmtpTls::Starttls, Manners::BreakTls, ""),
        (SmtpTls::Required, Manners::Polite, ""),
    ];
    for (tls, manners, said) in cases {
        let sink = SmtpSink::start_with(manners.clone()).await;
        let app = app_with(&sink, tls).await;
        let referral = referred(&app).await;
        for tries in 1..=2 {
            app.run_jobs().await;
            let seen = notice(&app, &referral).await;
            assert_eq!((&seen["state"], &seen["sent_at"]), (&json!("deferred"), &json!(null)), "{manners:?}");
            let words = words(&app, &referral).await;
            assert!(words.contains(said) && !words.contains("buzon"), "{manners:?}: {words}");
            assert_eq!(sink.connections(), tries, "{manners:?}: each pause has one try");
            app.advance(TimeDelta::minutes(2));
        }
        if tls != SmtpTls::None {
            assert!(sink.kept().is_empty(), "{manners:?}: nothing leaves without TLS");
            continue;
        }
        sink.behave(Manners::Polite);
        app.run_jobs().await;
        assert_eq!(notice(&app, &referral).await["state"], "sent", "{manners:?}");
        let ids: Vec<String> = sink.kept().iter().map(|kept| read_mail(&kept.raw).message_id).collect();
        assert!(!ids.is_empty() && ids.iter().all(|id| *id == ids[0]), "{manners:?}: {ids:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_refused_for_good_is_seen_and_sent_again_when_a_supervisor_says_so() {
    let sink =
        SmtpSink::start_with(Manners::RefuseRecipient("550 5.1.1 <buzon@clinica.example> unknown".into()))
            .await;
    let app = app_with(&sink, SmtpTls::None).await;
    let referral = referred(&app).await;
    app.run_jobs().await;
    let failed = notice(&app, &referral).await;
    assert_eq!(failed["state"], "failed");
    let words = words(&app, &referral).await;
    assert!(words.contains("(550): 5.1.1 <[address]>"), "{words}");
    app.advance(TimeDelta::days(2));
    app.run_jobs().await;
    let tries = notice(&app, &referral).await["attempts"].clone();
    assert_eq!(tries, 1, "what is refused for good is not tried again by itself");

    let supervisor = app.client(Account::SupervisorPic).await;
    let undelivered = supervisor.get("/notices?state=failed&kind=referral_sent").await.ok();
    assert_eq!(undelivered["items"][0]["id"], failed["id"]);
    let retry = format!("/notices/{}/retry", failed["id"].as_str().expect("id"));
    app.client(Account::WorkerPic).await.act(&retry).await.is_problem(403, "forbidden");
    app.client(Account::SupervisorLeg).await.act(&retry).await.is_problem(404, "not_found");
    sink.behave(Manners::Polite);
    supervisor.act(&retry).await.is(202);
    supervisor.act(&retry).await.is_problem(409, "notice_not_failed");
    app.run_jobs().await;
    assert_eq!(notice(&app, &referral).await["state"], "sent");
    assert_eq!(sink.kept().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_put_off_for_a_day_is_given_up_and_seen() {
    let sink = SmtpSink::start_with(Manners::RefuseRecipient("450 4.2.1 busy".into())).await;
    let app = app_with(&sink, SmtpTls::None).await;
    let referral = referred(&app).await;
    for _ in 0..30 {
        app.run_jobs().await;
        app.advance(TimeDelta::hours(4));
    }
    let given_up = notice(&app, &referral).await;
    assert_eq!((&given_up["state"], &given_up["attempts"]), (&json!("failed"), &json!(8)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_nobody_tries_any_more_is_found_and_given_up_where_it_is_seen() {
    let sink = SmtpSink::start().await;
    let app = app_with(&sink, SmtpTls::None).await;
    let (stranded, waiting) = (referred(&app).await, referred(&app).await);
    let broken = format!(
        "UPDATE jobs SET failed_at = now(), attempts = 8 WHERE payload->>'notice' = '{}';
         UPDATE jobs SET run_at = now() + interval '1 hour' WHERE failed_at IS NULL",
        notice(&app, &stranded).await["id"].as_str().expect("id")
    );
    app.database().await.batch_execute(&broken).await.expect("broken");
    let now = app.app.now();
    let search = async |tx: &mut AsyncPgConnection| jobs::enqueue_at(tx, &FindStrandedNotices, now).await;
    app.app.db.write(&System, search).await.expect("enqueued");
    app.run_jobs().await;
    assert_eq!(notice(&app, &stranded).await["state"], "failed");
    assert_eq!(notice(&app, &waiting).await["state"], "queued");
    let tasks = app.client(Account::WorkerPic).await.get("/tasks?view=mine").await.ok();
    assert_eq!(tasks["items"].as_array().map(Vec::len), Some(1), "{tasks}");
}
