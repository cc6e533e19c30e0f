//! A directory that stays true: refusals are heard, entries are asked for, twins are made one, tables go out and come in.

use chrono::TimeDelta;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use migrant_desk::agencies::confirmation::jobs::AskToConfirm;
use migrant_desk::agencies::services::jobs::LapseFullMarks;
use migrant_desk::platform::jobs::{self, Job, System};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::client::Answer;
use crate::support::{Account, Client, TestApp};

async fn write(app: &TestApp, sql: &str) {
    app.database().await.batch_execute(sql).await.expect(sql);
}

#[derive(diesel::QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

async fn one(app: &TestApp, query: &str) -> String {
    let query = format!("SELECT ({query})::text AS value");
    let row: Text = diesel::sql_query(query).get_result(&mut app.database().await).await.expect("a row");
    row.value
}

/// Does a round of recurring work and all that follows from it.
async fn round<J: Job>(app: &TestApp, job: J) {
    let now = app.app.now();
    app.app.db.write(&System, async |tx| jobs::enqueue_at(tx, &job, now).await).await.expect("promised");
    app.run_jobs().await;
}

/// A referral to the legal clinic that was sent, ready to be answered; its path and version.
async fn sent(app: &TestApp, worker: &Client, office: Uuid) -> (String, i64) {
    let (case, need, migrant) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let id = worker.id;
    write(app, &format!(
        "INSERT INTO migrants (id, number, office_id, office_ids, given_names, family_names, sex, registered_at)
         VALUES ('{migrant}', 'M-{migrant}', '{office}', '{{{office}}}', 'Inventada', 'de Prueba', 2, now());
         INSERT INTO consents (id, migrant_id, purpose, facts, agency_id, given_by, how, given_at)
         VALUES ('{}', '{migrant}', 'share_with_agency', '{{name}}', '{}', 'self', 'signed', now());
         INSERT INTO cases (id, number, office_id, client_kind, channel, priority, due_at, assigned_to, opened_at, last_action_at)
         VALUES ('{case}', 'C-{case}', '{office}', 'IND', 'WLK', 'normal', now(), '{id}', now(), now());
         INSERT INTO case_people (case_id, migrant_id, principal, role, added_at)
         VALUES ('{case}', '{migrant}', true, 'client', now());
         INSERT INTO needs (id, case_id, migrant_id, service, raised_at)
         VALUES ('{need}', '{case}', '{migrant}', 'LEG-REP', now());", Uuid::now_v7(), app.world.legal)).await;
    let body = json!({ "need_id": need, "service_id": app.world.legal_service, "facts": ["name"] });
    let draft = worker.post(&format!("/cases/{case}/referrals"), body).await.created();
    let path = format!("/referrals/{}", draft["id"].as_str().expect("id"));
    let sent = worker.post_on(&format!("{path}/moves"), 1, json!({ "move": "send" })).await.ok();
    (path, sent["version"].as_i64().expect("version"))
}

async fn decline(partner: &Client, (path, version): &(String, i64), reason: &str) {
    let body = json!({ "move": "decline", "reason": reason });
    partner.post_on(&format!("{path}/moves"), *version, body).await.ok();
}

async fn legal_service(app: &TestApp) -> Value {
    let found = app.client(Account::WorkerPic).await.get("/services?q=asesoria").await.ok();
    found["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_refusals_for_want_of_room_within_a_week_mark_a_service_full_and_ask_the_agency() {
    let app = TestApp::new().await;
    let partner = app.client(Account::PartnerLegal).await;
    let (pic, leg) = (app.client(Account::WorkerPic).await, app.client(Account::WorkerLeg).await);
    decline(&partner, &sent(&app, &pic, app.world.pic.0).await, "no_capacity").await;
    decline(&partner, &sent(&app, &pic, app.world.pic.0).await, "wrong_service").await;
    app.run_jobs().await;
    assert_eq!(legal_service(&app).await["capacity"], "open", "one refusal says little");
    // Of two offices, neither of which sees the other's.
    decline(&partner, &sent(&app, &leg, app.world.leg.0).await, "no_capacity").await;
    let marked = legal_service(&app).await;
    assert_eq!((&marked["capacity"], &marked["capacity_from"]), (&json!("full"), &json!("declines")));
    app.run_jobs().await;
    let mails = app.mails();
    let asked: Vec<_> = mails.iter().filter(|mail| mail.subject.contains("lleno")).collect();
    assert_eq!(asked.len(), 1, "asked once");
    assert_eq!(asked[0].to, "buzon@clinica.example");
    assert!(asked[0].text.contains("Asesoría legal"));
    assert!(!asked[0].text.contains("Inventada"));
    let trail =
        app.client(Account::Auditor).await.get("/audit-events?action=agency.full_concluded").await.ok();
    assert_eq!(trail["items"][0]["facts"]["refusals"], 2);
    assert_eq!(trail["items"][0]["staff_id"], Value::Null);

    // A third refusal asks nobody again.
    decline(&partner, &sent(&app, &pic, app.world.pic.0).await, "no_capacity").await;
    app.run_jobs().await;
    assert_eq!(app.mails().iter().filter(|mail| mail.subject.contains("lleno")).count(), 1);

    // The agency says it has room: what it refused before counts no more.
    let path = format!("/services/{}/capacity", app.world.legal_service);
    let version = legal_service(&app).await["version"].as_i64().expect("version");
    let told = partner.post_on(&path, version, json!({ "capacity": "open" })).await.ok();
    assert_eq!(told["capacity_from"], "told");
    decline(&partner, &sent(&app, &pic, app.world.pic.0).await, "no_capacity").await;
    app.run_jobs().await;
    assert_eq!(legal_service(&app).await["capacity"], "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_a_week_apart_say_nothing() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    decline(
        &app.client(Account::PartnerLegal).await,
        &sent(&app, &worker, app.world.pic.0).await,
        "no_capacity",
    )
    .await;
    app.run_jobs().await;
    app.advance(TimeDelta::days(8));
    let (worker, partner) = (app.client(Account::WorkerPic).await, app.client(Account::PartnerLegal).await);
    decline(&partner, &sent(&app, &worker, app.world.pic.0).await, "no_capacity").await;
    app.run_jobs().await;
    assert_eq!(legal_service(&app).await["capacity"], "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_mark_that_was_only_concluded_lapses_and_one_that_was_told_stays() {
    let app = TestApp::new().await;
    write(
        &app,
        &format!(
            "UPDATE agency_services SET capacity = 'full', capacity_at = now(),
            capacity_from = CASE WHEN id = '{}' THEN 'declines' ELSE 'told' END",
            app.world.legal_service
        ),
    )
    .await;
    let full = async || {
        let found = app.client(Account::WorkerPic).await.get("/services/count?capacity=full").await.ok();
        found["count"].as_i64().expect("count")
    };
    app.advance(TimeDelta::days(13));
    round(&app, LapseFullMarks).await;
    assert_eq!(full().await, 2);
    app.advance(TimeDelta::days(2));
    round(&app, LapseFullMarks).await;
    assert_eq!((full().await, &legal_service(&app).await["capacity"]), (1, &json!("unknown")));
    round(&app, LapseFullMarks).await;
    let auditor = app.client(Account::Auditor).await;
    let trail = auditor.get("/audit-events?action=agency.full_mark_lapsed").await.ok();
    assert_eq!(trail["items"].as_array().expect("events").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_is_asked_once_a_quarter_and_whoever_is_silent_twice_is_stale() {
    let app = TestApp::new().await;
    let set = |days: i64| format!("UPDATE agency_services SET last_confirmed_on = current_date - {days}");
    write(&app, &set(90)).await;
    round(&app, AskToConfirm).await;
    assert!(app.mails().is_empty(), "not yet a quarter");
    write(
        &app,
        &format!(
            "{}; UPDATE agency_services SET last_confirmed_on = current_date - 40 WHERE agency_id = '{}'",
            set(91),
            app.world.shelter
        ),
    )
    .await;
    round(&app, AskToConfirm).await;
    let mails = app.mails();
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["buzon@clinica.example"]);
    assert!(mails[0].subject.contains("siguen siendo correctos"), "{}", mails[0].subject);
    round(&app, AskToConfirm).await;
    assert_eq!(app.mails().len(), 1, "the next day nobody is asked again");

    let stale = async |wanted: bool| {
        let worker = app.client(Account::WorkerPic).await;
        let list = worker.get(&format!("/services?stale={wanted}")).await.ok();
        let items = list["items"].as_array().expect("items").clone();
        let count = worker.get(&format!("/services/count?stale={wanted}")).await.ok();
        assert_eq!(count["count"], items.len());
        assert!(items.iter().all(|service| service["stale"] == wanted));
        items.iter().filter_map(|s| s["agency_name"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    app.advance(TimeDelta::days(30));
    round(&app, AskToConfirm).await;
    assert_eq!(app.mails().len(), 2, "reminded after a month");
    app.advance(TimeDelta::days(13));
    assert_eq!(stale(true).await, Vec::<String>::new(), "it has time to answer");
    app.advance(TimeDelta::days(1));
    assert_eq!(stale(true).await, ["Clínica Jurídica Ficticia"]);
    assert_eq!(stale(false).await, ["Albergue Imaginario"]);

    // It confirms in the API: heard, and fresh again.
    let version = legal_service(&app).await["version"].as_i64().expect("version");
    let path = format!("/services/{}/confirm", app.world.legal_service);
    let confirmed = app.client(Account::PartnerLegal).await.post_on(&path, version, json!({})).await.ok();
    assert_eq!(confirmed["stale"], false);
    assert_eq!(stale(true).await, Vec::<String>::new());
    let view = app.client(Account::Manager).await.get(&format!("/agencies/{}", app.world.legal)).await.ok();
    assert_eq!(view["confirm_asks"], 0);

    // Half a year without a word is stale without any mail.
    app.advance(TimeDelta::days(181));
    assert_eq!(stale(true).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_nobody_confirmed_counts_from_the_day_it_was_entered() {
    let app = TestApp::new().await;
    write(&app, "UPDATE agency_services SET last_confirmed_on = NULL").await;
    let stale = async || app.client(Account::WorkerPic).await.get("/services/count?stale=true").await.ok();
    assert_eq!(stale().await["count"], 0);
    app.advance(TimeDelta::days(182));
    assert_eq!(stale().await["count"], 2);
}

/// An agency like the legal clinic, entered a second time by somebody else.
fn twin() -> Value {
    json!({ "name": "Clinica juridica Ficticia, S.A.", "type": "22", "mailbox": "recepcion@clinica.example",
            "language": "es", "territory": "EC-1701", "time_zone": "America/Guayaquil" })
}

#[tokio::test(flavor = "multi_thread")]
async fn agencies_entered_twice_are_proposed_to_a_manager_with_what_they_have_in_common() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    assert_eq!(manager.get("/agencies/duplicates").await.ok(), json!({ "items": [], "count": 0 }));
    let made = manager.post("/agencies", twin()).await.created();
    let found = manager.get("/agencies/duplicates").await.ok();
    assert_eq!((&found["count"], &found["items"][0]["score"]), (&json!(1), &json!(90)));
    let reasons: Vec<&str> = found["items"][0]["reasons"]
        .as_array()
        .expect("reasons")
        .iter()
        .filter_map(|reason| reason["reason"].as_str())
        .collect();
    assert_eq!(reasons, ["same_name", "mailbox_domain", "territory"]);
    let names: Vec<&Value> =
        found["items"][0]["agencies"].as_array().expect("two").iter().map(|agency| &agency["name"]).collect();
    assert_eq!(names, ["Clínica Jurídica Ficticia", "Clinica juridica Ficticia, S.A."]);
    let of_shelter = manager.get(&format!("/agencies/duplicates?agency={}", app.world.shelter)).await.ok();
    assert_eq!(of_shelter["count"], 0);
    for account in [Account::WorkerPic, Account::PartnerLegal, Account::Admin] {
        app.client(account).await.get("/agencies/duplicates").await.is_problem(403, "forbidden");
    }
    let merge = format!("/agencies/{}/merge", made["id"].as_str().expect("id"));
    let worker = app.client(Account::SupervisorPic).await;
    worker.post_on(&merge, 1, json!({ "into": app.world.legal })).await.is_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_agency_goes_on_at_the_other_with_all_that_was_its_own_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    let stays = manager.post("/agencies", twin()).await.created();
    let into = stays["id"].as_str().expect("id").to_owned();
    let gone = format!("/agencies/{}", app.world.legal);
    manager.post(&format!("{gone}/contacts"), json!({ "name": "Lucía Ejemplo" })).await.created();
    let (worker, partner) = (app.client(Account::WorkerPic).await, app.client(Account::PartnerLegal).await);
    let open = sent(&app, &worker, app.world.pic.0).await;
    let before = worker.get(&open.0).await.ok();

    let merge = format!("{gone}/merge");
    manager.post_on(&merge, 1, json!({ "into": into })).await.is_problem(412, "stale_version");
    manager.post_on(&merge, 2, json!({ "into": app.world.legal })).await.complains_of(&["/into"]);
    manager.post_on(&merge, 2, json!({ "into": Uuid::now_v7() })).await.complains_of(&["/into"]);
    let merged = manager.post_on(&merge, 2, json!({ "into": into })).await.ok();
    assert_eq!(merged["id"], json!(into));
    assert_eq!(
        (&merged["services"][0]["name"], &merged["contacts"][0]["name"]),
        (&json!("Asesoría legal"), &json!("Lucía Ejemplo"))
    );
    let old = manager.get(&gone).await.ok();
    assert_eq!((&old["merged_into"], &old["services"]), (&json!(into), &json!([])));
    assert!(old["retired_on"].is_string());

    // The open referral stands as it stood, and its mail, not sent yet, goes to the one that stays.
    let after = worker.get(&open.0).await.ok();
    assert_eq!(after["agency_id"], json!(into));
    for same in ["number", "state", "version", "decide_by", "consent_id"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    app.run_jobs().await;
    assert_eq!(
        app.mails().iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(),
        ["recepcion@clinica.example"]
    );
    // The account of the one is an account of the other and answers.
    decline(&partner, &open, "no_capacity").await;
    // A consent that named the one covers the other.
    assert_eq!(one(&app, &format!("SELECT count(*) FROM consents WHERE agency_id = '{into}'")).await, "1");
    app.run_jobs().await;

    // Once is enough, and what went away comes back by no edit.
    let again = manager.get(&gone).await.ok()["version"].as_i64().expect("version");
    manager
        .post_on(&merge, again, json!({ "into": app.world.shelter }))
        .await
        .is_problem(409, "agency_not_mergeable");
    manager.patch(&gone, again, json!({ "retired_on": null })).await.complains_of(&["/retired_on"]);
    let shelter = format!("/agencies/{}/merge", app.world.shelter);
    manager
        .post_on(&shelter, 1, json!({ "into": app.world.legal }))
        .await
        .is_problem(409, "agency_not_mergeable");
    let trail = app.client(Account::Auditor).await.get("/audit-events?action=agency.merged").await.ok();
    assert_eq!(
        trail["items"][0]["facts"]["moved"],
        json!({ "services": 1, "contacts": 1, "accounts": 1,
        "referrals": 1, "consents": 1, "notices": 1 })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_that_mails_or_answers_for_the_agency_that_went_away() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    let into = manager.post("/agencies", twin()).await.created()["id"].as_str().expect("id").to_owned();
    let worker = app.client(Account::WorkerPic).await;
    let gone = format!("/agencies/{}", app.world.legal);
    // Mail that went: a referral with its link, and the question after the entry.
    let open = sent(&app, &worker, app.world.pic.0).await;
    let over = sent(&app, &worker, app.world.pic.0).await;
    app.run_jobs().await;
    decline(&app.client(Account::PartnerLegal).await, &over, "wrong_service").await;
    manager.act(&format!("{gone}/confirmation-links")).await.ok();
    app.run_jobs().await;
    let link = |marker: &str| {
        let mails = app.mails();
        let found = mails.iter().rev().flat_map(|mail| mail.text.split_whitespace());
        found.into_iter().find(|word| word.contains(marker)).expect("a link").to_owned()
    };
    let (answer, confirm) = (link("/r/"), link("/confirm/"));
    // Mail that waits: a referral for the digest, and another question.
    write(&app, &format!("UPDATE agencies SET digest_hour = 8 WHERE id = '{}'", app.world.legal)).await;
    let gathered = sent(&app, &worker, app.world.pic.0).await;
    app.advance(TimeDelta::minutes(2));
    let manager = app.client(Account::Manager).await;
    manager.act(&format!("{gone}/confirmation-links")).await.ok();
    write(
        &app,
        &format!(
            "INSERT INTO agency_tasks (id, agency_id, kind, due_on, created_at)
         VALUES (gen_random_uuid(), '{0}', 'phone_agency', current_date, now());
         INSERT INTO agency_tasks (id, agency_id, service_id, kind, words, due_on, created_at)
         VALUES (gen_random_uuid(), '{0}', '{1}', 'correct_entry', 'Otro horario', current_date, now())",
            app.world.legal, app.world.legal_service
        ),
    )
    .await;

    let before = app.mails().len();
    manager.post_on(&format!("{gone}/merge"), 1, json!({ "into": into })).await.ok();
    app.run_jobs().await;
    app.advance(TimeDelta::days(2));
    app.run_recurring().await;
    let later = app.mails().split_off(before);
    let to_gone: Vec<_> = later.iter().filter(|mail| mail.to == "buzon@clinica.example").collect();
    assert!(to_gone.is_empty(), "{to_gone:?}");
    let told: Vec<_> = later.iter().filter(|mail| mail.to == "recepcion@clinica.example").collect();
    let number = async |path: &str| {
        let shown = app.client(Account::WorkerPic).await.get(path).await.ok();
        shown["number"].as_str().expect("number").to_owned()
    };
    // The open one gets a new link at once, the gathered one its mail, and the one that ended nothing.
    for path in [&open.0, &gathered.0] {
        let number = number(path).await;
        assert!(
            told.iter().any(|mail| mail.subject.contains(&number) || mail.text.contains(&number)),
            "{number}"
        );
    }
    let ended = number(&over.0).await;
    assert!(told.iter().all(|mail| !mail.text.contains(&ended)), "{ended}");
    let browser = crate::support::browser::Browser::at(&app.address);
    for dead in [&answer, &confirm] {
        browser.get(dead).await.is(404);
    }
    assert_ne!(link("/r/"), answer);
    browser.get(&link("/r/")).await.is(200);

    // Of all that points at an agency only what is over still points at this one.
    let pointing = app
        .lines(
            "SELECT conrelid::regclass::text || ' ' || a.attname::text AS line FROM pg_constraint k
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
             WHERE k.contype = 'f' AND k.confrelid = 'agencies'::regclass ORDER BY 1",
        )
        .await;
    assert!(pointing.len() > 8, "{pointing:?}");
    for place in pointing {
        let (table, column) = place.split_once(' ').expect("two words");
        let live = match table {
            "answer_links" | "confirmation_links" => "AND revoked_at IS NULL AND expires_at > now()",
            "agency_tasks" => "AND status = 'open'",
            // The days the one was closed belong to its past.
            "agency_holidays" => continue,
            _ => "",
        };
        let count = format!("SELECT count(*) FROM {table} WHERE {column} = '{}' {live}", app.world.legal);
        assert_eq!(one(&app, &count).await, "0", "{place}");
    }
    let tasks = app.client(Account::Manager).await.get(&format!("/agency-tasks?agency={into}")).await.ok();
    assert_eq!(
        tasks["items"].as_array().expect("tasks").len(),
        1,
        "the correction goes on, the call does not"
    );
}

async fn table(app: &TestApp, who: Account, path: &str) -> Answer {
    app.client(who).await.get_as(path, "text/csv").await
}

fn records(answer: &Answer) -> Vec<Vec<String>> {
    let text = String::from_utf8(answer.bytes.clone()).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("a mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

async fn import(who: &Client, body: &str, write: bool) -> Answer {
    let path = if write { "/api/v1/agencies/import?write=true" } else { "/api/v1/agencies/import" };
    who.send(Method::POST, path, &[("Content-Type", "text/csv")], Some(body.as_bytes().to_vec())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_goes_out_as_a_table_that_no_spreadsheet_runs() {
    let app = TestApp::new().await;
    write(&app, &format!(
        "UPDATE agencies SET name = '=HYPERLINK(\"x\")', phone = '+593225550100', notes = 'Slow in August' WHERE id = '{}'",
        app.world.legal)).await;
    let answer = table(&app, Account::WorkerPic, "/agencies").await;
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"agencies.csv\"");
    let rows = records(&answer);
    assert_eq!(rows[0][..5], ["key", "name", "acronym", "type", "mailbox"]);
    assert_eq!(
        (rows.len(), rows[1][1].as_str(), rows[1][6].as_str()),
        (3, "'=HYPERLINK(\"x\")", "'+593225550100")
    );
    assert!(rows[1][11].starts_with("1 08:00-16:30; 2 08:00-16:30"), "{}", rows[1][11]);
    assert_eq!(rows[1][12], "Slow in August");
    // A partner sees its own mailbox and nobody's notes.
    let rows = records(&table(&app, Account::PartnerShelter, "/agencies").await);
    assert_eq!((rows[1][4].as_str(), rows[1][6].as_str(), rows[1][12].as_str()), ("", "", ""));
    assert_eq!(rows[2][4], "buzon@albergue.example");
    let rows = records(&table(&app, Account::WorkerPic, "/services?capacity=limited").await);
    assert_eq!((rows.len(), rows[1][1].as_str(), rows[1][4].as_str()), (2, "Albergue Imaginario", "HOU"));
    let trail = app.client(Account::Auditor).await.get("/audit-events?action=agency.exported").await.ok();
    assert_eq!(trail["items"].as_array().expect("events").len(), 2);
}

const NEW: &str = "key;name;type;mailbox;language;phone;territory;time_zone;hours\r\n\
    K-1;Fundación Inventada del Norte;22;Buzon@Norte.example;es;06 260 0123;EC-10;America/Guayaquil;1 08:00-12:00; \r\n";

#[tokio::test(flavor = "multi_thread")]
async fn agencies_come_in_from_a_table_first_on_trial_then_once() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    // The hours cell ends in a semicolon of its own, so it is quoted.
    let new = NEW.replace("1 08:00-12:00; ", "\"1 08:00-12:00; 1 13:00-17:00\"");
    let trial = import(&manager, &new, false).await.ok();
    assert_eq!((&trial["written"], &trial["added"]), (&json!(false), &json!(1)));
    assert_eq!(manager.get("/agencies?q=inventada%20del").await.ok()["items"], json!([]));
    let done = import(&manager, &new, true).await.ok();
    assert_eq!((&done["written"], &done["added"]), (&json!(true), &json!(1)));
    let id = done["rows"][0]["agency_id"].as_str().expect("id").to_owned();
    let made = manager.get(&format!("/agencies/{id}")).await.ok();
    assert_eq!((&made["mailbox"], &made["phone"]), (&json!("buzon@norte.example"), &json!("+59362600123")));
    assert_eq!(made["hours"][1]["from"], "13:00");
    let again = import(&manager, &new, true).await.ok();
    assert_eq!((&again["added"], &again["changed"], &again["unchanged"]), (&json!(0), &json!(0), &json!(1)));
    assert_eq!(manager.get(&format!("/agencies/{id}")).await.ok()["version"], 1);

    // By its key it is found under another mailbox; an empty cell clears, a missing column stays.
    let moved = import(&manager, "key,mailbox,phone\nK-1,nuevo@norte.example,\n", true).await.ok();
    assert_eq!(moved["rows"][0], json!({ "line": 2, "verdict": "changed", "agency_id": id }));
    let now = manager.get(&format!("/agencies/{id}")).await.ok();
    assert_eq!((&now["mailbox"], &now["phone"]), (&json!("nuevo@norte.example"), &Value::Null));
    assert_eq!(now["name"], "Fundación Inventada del Norte");

    // What went out comes in again and changes nothing.
    let out = String::from_utf8(table(&app, Account::Manager, "/agencies").await.bytes).expect("UTF-8");
    let round = import(&manager, &out, true).await.ok();
    assert_eq!((&round["unchanged"], &round["changed"], &round["added"]), (&json!(3), &json!(0), &json!(0)));
    let trail = app.client(Account::Auditor).await.get("/audit-events?action=agency.added").await.ok();
    assert_eq!(trail["items"].as_array().expect("events").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_faults_is_told_row_by_row_and_nothing_of_it_is_written() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    let faulty = "key,name,type,mailbox,language,time_zone,territory,hours\n\
        K-1,Buena,22,buena@x.example,es,America/Guayaquil,EC-10,\n\
        K-2,,99,nobody,de,Mars,EC-0,Monday\n\
        K-1,Otra,22,buzon@clinica.example,es,America/Guayaquil,EC-10,\n";
    import(&manager, faulty, false).await.ok();
    let faults = import(&manager, faulty, true).await;
    // The same key twice is told before the rows are looked at.
    faults.complains_of(&["/rows/4/key"]);
    let faulty = faulty.replace("K-1,Otra", "K-3,Otra");
    let trial = import(&manager, &faulty, false).await.ok();
    assert_eq!((&trial["added"], &trial["changed"]), (&json!(1), &json!(1)));
    assert_eq!(trial["rows"][1]["verdict"], "refused");
    let faults = import(&manager, &faulty, true).await;
    faults.complains_of(&[
        "/rows/3/name",
        "/rows/3/type",
        "/rows/3/mailbox",
        "/rows/3/language",
        "/rows/3/time_zone",
        "/rows/3/territory",
        "/rows/3/hours",
    ]);
    assert_eq!(one(&app, "SELECT count(*) FROM agencies").await, "2");

    // A mailbox another agency has, unknown columns, no way to know an agency, another form, another verb.
    let taken = "key,name,type,mailbox,language,time_zone\nK-9,A,22,a@x.example,es,UTC\n";
    import(&manager, taken, true).await.ok();
    import(&manager, "key,mailbox\nK-9,buzon@clinica.example\n", true)
        .await
        .complains_of(&["/rows/2/mailbox"]);
    import(&manager, "key,mail\nK-9,x\n", true).await.complains_of(&["/columns/1"]);
    import(&manager, "name\nA\n", true).await.complains_of(&["/columns"]);
    import(&manager, "", true).await.is_problem(400, "malformed_body");
    let path = "/api/v1/agencies/import";
    let json =
        manager.send(Method::POST, path, &[("Content-Type", "application/json")], Some(b"{}".to_vec()));
    json.await.is_problem(415, "unsupported_media_type");
    import(&app.client(Account::SupervisorPic).await, taken, true).await.is_problem(403, "forbidden");
}

async fn import_services(who: &Client, body: &str, write: bool) -> Answer {
    let path = if write { "/api/v1/services/import?write=true" } else { "/api/v1/services/import" };
    who.send(Method::POST, path, &[("Content-Type", "text/csv")], Some(body.as_bytes().to_vec())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn services_come_in_from_a_table_first_on_trial_then_once_and_what_went_out_changes_nothing() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    write(&app, &format!("UPDATE agencies SET external_key = 'K-7' WHERE id = '{}'", app.world.legal)).await;
    let new = "agency_key;agency;name;codes;territories;sexes;min_age;languages;hours;cost\r\n\
        K-7;;Asilo y refugio;DOC-ASY LEG;EC-17 EC-10;2;18;spa eng;\"1 08:00-12:00; 1 13:00-17:00\";\r\n\
        ;Albergue Imaginario;Albergue temporal;HOU FOO;EC-17;;;;;Gratis\r\n";
    let trial = import_services(&manager, new, false).await.ok();
    let told = |report: &Value| {
        json!([report["written"], report["added"], report["changed"], report["unchanged"], report["faults"]])
    };
    assert_eq!(told(&trial), json!([false, 1, 1, 0, []]));
    assert_eq!(one(&app, "SELECT count(*) FROM agency_services").await, "2");
    let done = import_services(&manager, new, true).await.ok();
    assert_eq!(told(&done), json!([true, 1, 1, 0, []]));
    let listed = manager.get("/services?q=asilo").await.ok();
    let made = &listed["items"][0];
    assert_eq!(made["id"], done["rows"][0]["service_id"]);
    assert_eq!(
        (&made["codes"], &made["sexes"], &made["min_age"]),
        (&json!(["DOC-ASY", "LEG"]), &json!([2]), &json!(18))
    );
    assert_eq!((&made["hours"][1]["from"], &made["capacity"]), (&json!("13:00"), &json!("unknown")));
    let other = &manager.get("/services?q=albergue").await.ok()["items"][0];
    assert_eq!(
        (&other["codes"], &other["cost"], &other["capacity"]),
        (&json!(["HOU", "FOO"]), &json!("Gratis"), &json!("limited"))
    );
    let again = import_services(&manager, new, true).await.ok();
    assert_eq!(told(&again), json!([true, 0, 0, 2, []]));

    let before = one(&app, "SELECT md5(string_agg(s::text, ',' ORDER BY id)) FROM agency_services s").await;
    let out = String::from_utf8(table(&app, Account::Manager, "/services").await.bytes).expect("UTF-8");
    let round = import_services(&manager, &out, true).await.ok();
    assert_eq!(told(&round), json!([true, 0, 0, 3, []]));
    assert_eq!(
        one(&app, "SELECT md5(string_agg(s::text, ',' ORDER BY id)) FROM agency_services s").await,
        before
    );
    let trail =
        app.client(Account::Auditor).await.get("/audit-events?action=agency.service_added").await.ok();
    assert_eq!(trail["items"].as_array().expect("events").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_services_with_faults_is_told_row_by_row_and_nothing_of_it_is_written() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    let faulty = "agency,name,codes,territories,sexes,min_age,max_age,capacity\n\
        Clínica Jurídica Ficticia,Nueva,LEG,EC-17,,,,\n\
        Nadie,Otra,LEG,EC-17,,,,\n\
        Clínica Jurídica Ficticia,,LEG,EC-17,,,,\n\
        Clínica Jurídica Ficticia,Mala,NO-SUCH,EC-0,7,old,200,full\n\
        Clínica Jurídica Ficticia,Nueva,LEG,EC-17,,,,\n\
        Albergue Imaginario,Vacía,,,,,,\n\
        Albergue Imaginario,Albergue temporal,HOU,EC-17,,,,open\n";
    let trial = import_services(&manager, faulty, false).await.ok();
    let verdicts: Vec<&Value> =
        trial["rows"].as_array().expect("rows").iter().map(|row| &row["verdict"]).collect();
    assert_eq!(verdicts[0], "added");
    assert!(verdicts[1..].iter().all(|verdict| *verdict == "refused"), "{verdicts:?}");
    let faults = import_services(&manager, faulty, true).await;
    let faults = faults.is_problem(422, "invalid_fields");
    let told: std::collections::BTreeSet<&str> = faults["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|fault| fault["pointer"].as_str())
        .collect();
    for pointer in [
        "/rows/3/agency",
        "/rows/4/name",
        "/rows/5/codes/0",
        "/rows/5/territories/0",
        "/rows/5/min_age",
        "/rows/5/capacity",
        "/rows/6/name",
        "/rows/7/codes",
        "/rows/7/territories",
        "/rows/8/capacity",
    ] {
        assert!(told.contains(pointer), "{pointer} in {told:?}");
    }
    assert_eq!(one(&app, "SELECT count(*) FROM agency_services").await, "2");
    import_services(&manager, "name\nA\n", true).await.complains_of(&["/columns"]);
    import_services(&manager, "agency,name,size\nA,B,C\n", true).await.complains_of(&["/columns/2"]);
    let good = "agency,name,codes,territories\nAlbergue Imaginario,Comedor,FOO,EC-17\n";
    import_services(&app.client(Account::SupervisorPic).await, good, true).await.is_problem(403, "forbidden");
}
