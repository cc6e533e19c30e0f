//! Referrals as FHIR R4: the same facts to the same eyes, every state in FHIR's words.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::referrals::{draft, go, matter};
use crate::schemas::Standard;
use crate::support::desk::{id, trail};
use crate::support::{Account, Client, TestApp};

/// A referral sent to the legal clinic.
async fn sent(app: &TestApp, worker: &Client) -> String {
    let matter = matter(app, "LEG-REP", true).await;
    let prepared = draft(worker, &matter, app.world.legal_service).await;
    id(&go(worker, &prepared, json!({ "move": "send" })).await.ok())
}

/// A refusal as FHIR has it, with this status and issue type.
#[track_caller]
fn refused(answer: crate::support::client::Answer, status: u16, issue: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.json);
    assert_eq!(answer.headers["content-type"], "application/fhir+json");
    Standard::fhir().check_resource("OperationOutcome", &answer.json);
    assert_eq!(answer.json["issue"][0]["code"], issue);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_a_referral_is_told_in_fhirs_words_as_its_schema_says() {
    let app = TestApp::new().await;
    let (worker, mut fhir) = (app.client(Account::WorkerPic).await, Standard::fhir());
    let referral = sent(&app, &worker).await;
    let states = [
        ("draft", "draft", "draft"),
        ("sent", "active", "requested"),
        ("acknowledged", "active", "received"),
        ("accepted", "active", "accepted"),
        ("declined", "revoked", "rejected"),
        ("in_service", "active", "in-progress"),
        ("on_hold", "on-hold", "on-hold"),
        ("completed", "completed", "completed"),
        ("failed", "revoked", "failed"),
        ("cancelled", "revoked", "cancelled"),
        ("expired", "revoked", "cancelled"),
        ("entered_in_error", "entered-in-error", "entered-in-error"),
    ];
    for (state, request, task) in states {
        let over =
            ["declined", "completed", "failed", "cancelled", "expired", "entered_in_error"].contains(&state);
        let outcome = if state == "completed" { "'need_met'" } else { "NULL" };
        app.run(&format!(
            "UPDATE referrals SET state = '{state}', outcome = {outcome}, ended_at = {}, began_on = '2026-11-20', reason = 'no_capacity',
                 appointment_at = now(), hold_review_on = '2026-12-01' WHERE id = '{referral}'",
            if over { "now()" } else { "NULL" }
        ))
        .await;
        let asked = worker.get(&format!("/fhir/ServiceRequest/{referral}")).await;
        assert_eq!(asked.headers["content-type"], "application/fhir+json");
        fhir.check_resource("ServiceRequest", &asked.json);
        // Required by the specification, though its schema lets them be absent.
        for field in ["status", "intent", "subject"] {
            assert!(!asked.json[field].is_null(), "{state} {field}");
        }
        assert_eq!(asked.json["status"], request, "{state}");
        let done = worker.get(&format!("/fhir/Task/{referral}")).await.ok();
        fhir.check_resource("Task", &done);
        assert_eq!((&done["status"], &done["intent"]), (&json!(task), &json!("order")), "{state}");
        assert_eq!(done["businessStatus"]["coding"][0]["code"], state);
        assert_eq!(done["focus"]["reference"], format!("ServiceRequest/{referral}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fhir_tells_what_was_disclosed_to_those_who_may_read_the_referral_and_each_reading_leaves_a_trace() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let referral = sent(&app, &worker).await;
    app.run("UPDATE migrants SET given_names = 'Otra'").await;
    let (request, task) = (format!("/fhir/ServiceRequest/{referral}"), format!("/fhir/Task/{referral}"));
    let partner = app.client(Account::PartnerLegal).await;
    for reader in [&worker, &partner] {
        let told = reader.get(&request).await.ok();
        let person = &told["contained"][0];
        let told_of = [&person["name"][0]["text"], &person["gender"], &told["code"]["coding"][0]["code"]];
        assert_eq!(told_of, [&json!("Inventada Peña de Prueba"), &json!("female"), &json!("LEG-REP")]);
        assert_eq!(told["note"][0]["text"], "Por favor, esta semana.");
        let text = told.to_string() + &reader.get(&task).await.ok().to_string();
        for secret in ["secretas", "nationality", "Otra"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
    let trail = trail(&app, &referral).await;
    assert_eq!(trail.iter().filter(|action| *action == "referral.read").count(), 4, "{trail:?}");
    assert_eq!(trail.iter().filter(|action| *action == "disclosure.read").count(), 2, "{trail:?}");
    let seen = app
        .line(&format!(
            "SELECT first_seen_by::text AS line FROM referral_disclosures WHERE referral_id = '{referral}'"
        ))
        .await;
    assert_eq!(seen, partner.id.to_string());

    // A manager learns the category, and nothing of the person.
    let figures = app.client(Account::Manager).await.get(&request).await.ok();
    assert_eq!(figures["code"]["coding"][0]["code"], "LEG");
    assert!(figures["contained"][0]["name"].is_null() && figures["note"].is_null(), "{figures}");

    refused(app.client(Account::PartnerShelter).await.get(&request).await, 404, "not-found");
    refused(app.client(Account::WorkerLeg).await.get(&task).await, 404, "not-found");
    refused(app.client(Account::Admin).await.get(&task).await, 403, "forbidden");
    refused(app.visitor().get(&task).await, 401, "login");
    refused(worker.get(&format!("{request}?_format=xml")).await, 406, "not-supported");
    refused(worker.get("/fhir/ServiceRequest/1").await, 404, "not-found");
    refused(worker.get("/fhir/Patient/1").await, 404, "not-found");

    // Thirty days after its end the agency reads it no more, in whatever words.
    let now = partner.get(&format!("/inbox/referrals/{referral}")).await.ok();
    go(&partner, &now, json!({ "move": "decline", "reason": "no_capacity" })).await.ok();
    assert_eq!(partner.get(&task).await.ok()["status"], "rejected");
    app.advance(TimeDelta::days(31));
    let partner = app.client(Account::PartnerLegal).await;
    refused(partner.get(&task).await, 404, "not-found");
    assert!(partner.get("/fhir/Task").await.ok()["entry"].is_null(), "nor is it in the list");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_no_business_of_the_agency_and_tells_the_desk_nothing_that_was_not_disclosed() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let matter = matter(&app, "LEG-REP", true).await;
    let prepared = id(&draft(&worker, &matter, app.world.legal_service).await);
    let told = worker.get(&format!("/fhir/ServiceRequest/{prepared}")).await.ok();
    assert_eq!((&told["status"], &told["contained"][0]["name"]), (&json!("draft"), &Value::Null));
    let partner = app.client(Account::PartnerLegal).await;
    refused(partner.get(&format!("/fhir/Task/{prepared}")).await, 404, "not-found");
    assert!(partner.get("/fhir/Task").await.ok()["entry"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agencys_system_reads_its_inbox_page_by_page_and_asks_what_has_changed() {
    let app = TestApp::new().await;
    let (worker, mut fhir) = (app.client(Account::WorkerPic).await, Standard::fhir());
    let mut all = vec![];
    for _ in 0..3 {
        all.push(sent(&app, &worker).await);
        app.advance(TimeDelta::seconds(1));
    }
    let partner = app.client(Account::PartnerLegal).await;
    let entries = |bundle: &Value| -> Vec<String> {
        bundle["entry"].as_array().into_iter().flatten().map(|entry| id(&entry["resource"])).collect()
    };
    let first = partner.get("/fhir/Task?_count=2&status=requested,received").await.ok();
    fhir.check_resource("Bundle", &first);
    for entry in first["entry"].as_array().expect("entries") {
        fhir.check_resource("Task", &entry["resource"]);
    }
    assert!(!first.to_string().contains("Inventada"), "a list tells nothing of a person");
    let next = first["link"]
        .as_array()
        .expect("links")
        .iter()
        .find(|link| link["relation"] == "next")
        .expect("more");
    let next = next["url"].as_str().expect("an address").strip_prefix(&app.address).expect("ours").to_owned();
    let second = partner.get(&next).await.ok();
    assert_eq!([entries(&first), entries(&second)].concat(), all);
    assert!(second["link"].as_array().expect("links").iter().all(|link| link["relation"] != "next"));

    let since = app.app.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    assert_eq!(
        entries(&partner.get(&format!("/fhir/Task?_lastUpdated=ge{since}")).await.ok()),
        Vec::<String>::new()
    );
    app.advance(TimeDelta::seconds(1));
    let opened = partner.get(&format!("/inbox/referrals/{}", all[0])).await.ok();
    go(&partner, &opened, json!({ "move": "accept" })).await.ok();
    assert_eq!(
        entries(&partner.get(&format!("/fhir/Task?_lastUpdated=ge{since}")).await.ok()),
        [all[0].clone()]
    );
    assert_eq!(entries(&partner.get("/fhir/Task?status=accepted").await.ok()), [all[0].clone()]);

    assert_eq!(
        entries(&app.client(Account::PartnerShelter).await.get("/fhir/Task").await.ok()),
        Vec::<String>::new()
    );
    refused(worker.get("/fhir/Task").await, 403, "forbidden");
    refused(partner.get("/fhir/Task?status=sent").await, 400, "invalid");
    refused(partner.get("/fhir/Task?patient=1").await, 400, "invalid");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_may_ask_what_can_be_asked() {
    let app = TestApp::new().await;
    let answer = app.visitor().get("/fhir/metadata").await;
    assert_eq!(answer.headers["content-type"], "application/fhir+json");
    Standard::fhir().check_resource("CapabilityStatement", &answer.json);
    assert_eq!(answer.json["fhirVersion"], "4.0.1");
}
