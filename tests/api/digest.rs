//! One mail a day for an agency that has chosen so.

use chrono::{DateTime, Duration, TimeDelta, Timelike, Utc};
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};

use crate::referrals::{draft, go, matter};
use crate::support::{Account, Mail, TestApp};

/// Sends a referral of this priority to the legal clinic.
async fn refer(app: &TestApp, priority: &str) -> Value {
    let worker = app.client(Account::WorkerPic).await;
    let matter = matter(app, "LEG-REP", true).await;
    let prepared = draft(&worker, &matter, app.world.legal_service).await;
    let id = prepared["id"].as_str().expect("id");
    let prepared = worker.patch(&format!("/referrals/{id}"), 1, json!({ "priority": priority })).await.ok();
    go(&worker, &prepared, json!({ "move": "send" })).await.ok()
}

async fn choose(app: &TestApp, who: Account, hour: Value) -> crate::support::client::Answer {
    let client = app.client(who).await;
    let agency = client.get(&format!("/agencies/{}", app.world.legal)).await;
    let version = agency.json["version"].to_string();
    let headers = [("Content-Type", "application/json"), ("If-Match", version.as_str())];
    let path = format!("/api/v1/agencies/{}/digest", app.world.legal);
    client
        .send(reqwest::Method::PUT, &path, &headers, Some(json!({ "hour": hour }).to_string().into_bytes()))
        .await
}

async fn shown(app: &TestApp, referral: &Value) -> Value {
    let id = referral["id"].as_str().expect("id");
    app.client(Account::WorkerPic).await.get(&format!("/referrals/{id}")).await.ok()
}

fn to_clinic(app: &TestApp) -> Vec<Mail> {
    app.mails().into_iter().filter(|mail| mail.to == "buzon@clinica.example").collect()
}

/// Lets time pass until the clinic's clock shows eight.
fn until_eight(app: &TestApp) {
    let local = app.app.now().with_timezone(&chrono_tz::America::Guayaquil);
    let passed = TimeDelta::seconds(i64::from(local.num_seconds_from_midnight()));
    let ahead = Duration::hours(8) - passed;
    app.advance(
        if ahead > Duration::zero() { ahead } else { ahead + Duration::days(1) } + Duration::seconds(5),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_urgent_goes_once_a_day_and_the_rest_at_once() {
    let app = TestApp::new().await;
    let chosen = choose(&app, Account::PartnerLegal, json!(8)).await.ok();
    assert_eq!(chosen["hour"], 8);
    let urgent = refer(&app, "urgent").await;
    let emergency = refer(&app, "emergency").await;
    let (first, second, declined) =
        (refer(&app, "normal").await, refer(&app, "normal").await, refer(&app, "normal").await);
    app.run_jobs().await;
    assert_eq!(to_clinic(&app).len(), 2);
    for sent in [&urgent, &emergency] {
        assert_eq!(shown(&app, sent).await["delivery"], "sent");
    }
    let waiting = shown(&app, &first).await;
    assert_eq!(waiting["delivery"], "queued");
    let due: DateTime<Utc> =
        waiting["notices"][0]["gather_until"].as_str().and_then(|at| at.parse().ok()).expect("due");
    assert_eq!(due.with_timezone(&chrono_tz::America::Guayaquil).hour(), 8);

    // The clinic has declined one before its mail left: it is not asked again.
    let partner = app.client(Account::PartnerLegal).await;
    go(&partner, &declined, json!({ "move": "decline", "reason": "no_capacity" })).await.ok();
    until_eight(&app);
    app.run_jobs().await;
    let mails = to_clinic(&app);
    assert_eq!(mails.len(), 3, "one mail for the rest");
    let digest =
        mails.iter().find(|mail| mail.subject == "2 derivaciones esperan su respuesta").expect("a digest");
    for referral in [&first, &second] {
        let number = referral["number"].as_str().expect("number");
        let mut lines = digest.text.lines().skip_while(|line| !line.starts_with(number));
        let line = lines.next().expect("its line");
        // Below each line stands the way to answer that one referral without an account.
        let link = lines.next().expect("its link");
        let page = crate::support::browser::Browser::at(&app.address).get(link).await;
        page.is(200).says(number);
        assert!(line.contains("Responder hasta el") && line.ends_with("(hora de Guayaquil)."), "{line}");
        assert_eq!(shown(&app, referral).await["delivery"], "sent");
    }
    for other in [&urgent, &emergency, &declined] {
        assert!(!digest.text.contains(other["number"].as_str().expect("number")), "{}", digest.text);
    }
    for secret in ["Inventada", "Peña", "secretas", "esta semana", "LEG-REP"] {
        assert!(!digest.text.contains(secret), "{secret} in {}", digest.text);
    }
    assert_eq!(shown(&app, &declined).await["delivery"], "dropped");

    // The next day has nothing to say, and says nothing.
    app.advance(TimeDelta::days(1));
    app.run_jobs().await;
    assert_eq!(to_clinic(&app).len(), 3);
    assert_eq!(choose(&app, Account::Manager, Value::Null).await.ok()["hour"], Value::Null);
    refer(&app, "normal").await;
    app.run_jobs().await;
    assert_eq!(to_clinic(&app).len(), 4, "each at once again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_speaks_the_agencys_language() {
    let app = TestApp::new().await;
    choose(&app, Account::Manager, json!(8)).await.ok();
    let filipino = format!("UPDATE agencies SET language = 'fil' WHERE id = '{}'", app.world.legal);
    app.database().await.batch_execute(&filipino).await.expect("language");
    let referral = refer(&app, "normal").await;
    until_eight(&app);
    app.run_jobs().await;
    let mail = to_clinic(&app).remove(0);
    assert_eq!(mail.subject, "1 referral ang naghihintay ng inyong sagot");
    let number = referral["number"].as_str().expect("number");
    assert!(
        mail.text.contains(&format!("{number}: ")) && mail.text.contains("Sagutin bago ang"),
        "{}",
        mail.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_nobody_takes_is_a_call_for_each_referral_and_each_can_be_sent_again() {
    use crate::smtp::{Manners, SmtpSink};
    let sink = SmtpSink::start_with(Manners::RefuseRecipient("550 5.1.1 no such user".into())).await;
    let app = TestApp::with_smtp(sink.port()).await;
    choose(&app, Account::PartnerLegal, json!(8)).await.ok();
    let (first, second) = (refer(&app, "normal").await, refer(&app, "normal").await);
    until_eight(&app);
    app.run_jobs().await;
    let tasks = app.client(Account::WorkerPic).await.get("/tasks?view=mine").await.ok();
    let mut numbers: Vec<&Value> =
        tasks["items"].as_array().expect("tasks").iter().map(|task| &task["title"]).collect();
    numbers.sort_by_key(|number| number.to_string());
    assert_eq!(numbers, [&first["number"], &second["number"]]);
    sink.behave(Manners::Polite);
    let notice = shown(&app, &first).await["notices"][0]["id"].as_str().expect("id").to_owned();
    app.client(Account::SupervisorPic).await.act(&format!("/notices/{notice}/retry")).await.is(202);
    app.run_jobs().await;
    assert_eq!(shown(&app, &first).await["delivery"], "sent");
    assert_eq!(shown(&app, &second).await["delivery"], "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_chooses_for_itself_alone_and_an_hour_that_exists() {
    let app = TestApp::new().await;
    let foreign = app.client(Account::PartnerShelter).await;
    let headers = [("Content-Type", "application/json"), ("If-Match", "1")];
    let path = format!("/api/v1/agencies/{}/digest", app.world.legal);
    let asked = |body: Value| Some(body.to_string().into_bytes());
    let put = reqwest::Method::PUT;
    foreign
        .send(put.clone(), &path, &headers, asked(json!({ "hour": 8 })))
        .await
        .is_problem(403, "forbidden");
    for hour in [24, -1] {
        choose(&app, Account::PartnerLegal, json!(hour)).await.complains_of(&["/hour"]);
    }
    let own = app.client(Account::PartnerLegal).await;
    own.send(put.clone(), &path, &headers, asked(json!({ "hour": 8 }))).await.ok();
    own.send(put, &path, &headers, asked(json!({ "hour": 9 }))).await.is_problem(412, "stale_version");
    choose(&app, Account::WorkerPic, json!(8)).await.is_problem(403, "forbidden");
}

/// Lets days pass by the hour, with the worker's turn after each.
async fn live(app: &TestApp, days: i64) {
    for _ in 0..days * 24 {
        app.advance(TimeDelta::hours(1));
        app.run_recurring().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_wait_for_the_one_mail_a_day_and_are_dropped_once_answered() {
    let app = TestApp::new().await;
    app.run_recurring().await;
    choose(&app, Account::Manager, json!(8)).await.ok();
    let silent = refer(&app, "normal").await;
    let other = refer(&app, "normal").await;
    until_eight(&app);
    app.run_jobs().await;
    assert_eq!(to_clinic(&app).len(), 1);
    live(&app, 16).await;
    let mails: Vec<Mail> =
        to_clinic(&app).into_iter().filter(|mail| !mail.subject.contains("datos")).collect();
    let number = silent["number"].as_str().expect("number");
    let again: Vec<&Mail> =
        mails.iter().skip(1).filter(|mail| mail.text.contains("Seguimos esperando")).collect();
    assert!(!again.is_empty() && again.len() == mails.len() - 1, "{mails:?}");
    for mail in &again {
        assert!(mail.subject.contains("esperan su respuesta"), "both in one: {}", mail.subject);
        assert_eq!(mail.text.matches("/r/").count(), 2, "a link for each");
        assert_eq!(mail.text.matches(number).count(), 1, "each once");
    }
    assert!(other["number"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_that_was_gathered_is_not_sent_of_what_was_answered_meanwhile() {
    let app = TestApp::new().await;
    choose(&app, Account::Manager, json!(8)).await.ok();
    let referral = refer(&app, "normal").await;
    until_eight(&app);
    app.run_jobs().await;
    let told = to_clinic(&app).len();
    let remind = format!(
        "INSERT INTO notices (id, kind, to_agency_id, language, office_id, referral_id, fields, gather_until, created_at)
         SELECT gen_random_uuid(), 'referral_reminder', agency_id, 'es', office_id, id, '{{}}', now() - interval '1 minute', now()
         FROM referrals WHERE id = '{}'",
        referral["id"].as_str().expect("id")
    );
    app.database().await.batch_execute(&remind).await.expect("a reminder");
    let partner = app.client(Account::PartnerLegal).await;
    go(&partner, &shown(&app, &referral).await, json!({ "move": "accept" })).await.ok();
    let now = app.app.now();
    let job = migrant_desk::notices::digest::SendDigest { agency: app.world.legal };
    let promise = async |tx: &mut diesel_async::AsyncPgConnection| {
        migrant_desk::platform::jobs::enqueue_at(tx, &job, now).await
    };
    app.app.db.write(&migrant_desk::platform::jobs::System, promise).await.expect("promised");
    app.run_jobs().await;
    assert_eq!(to_clinic(&app).len(), told, "accepted: nobody is waited for");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_two_days_of_standstill_there_is_one_digest() {
    let app = TestApp::new().await;
    app.run_recurring().await;
    let asked = to_clinic(&app).len();
    choose(&app, Account::Manager, json!(8)).await.ok();
    let first = refer(&app, "normal").await;
    app.advance(TimeDelta::days(1));
    let second = refer(&app, "normal").await;
    app.advance(TimeDelta::days(2));
    // Two workers come back at once.
    let other = app.another_process();
    tokio::join!(app.run_recurring(), crate::support::run_recurring(&other));
    app.run_recurring().await;
    let mails = to_clinic(&app);
    let digests: Vec<&Mail> = mails.iter().filter(|mail| mail.subject.contains("su respuesta")).collect();
    assert_eq!((digests.len(), mails.len() - asked), (1, 1), "{mails:?}");
    for referral in [&first, &second] {
        assert!(digests[0].text.contains(referral["number"].as_str().expect("number")));
    }
}
