//! The main job, end to end: take a case in, refer it by mail, get the answer, report it.

use serde_json::{Value, json};

use crate::support::{Account, Client, TestApp};

async fn migrant(app: &TestApp, worker: &Client) -> Value {
    let body = json!({ "office_id": app.world.pic, "given_names": "María Ficticia", "family_names": "Guzmán de Prueba",
        "sex": 2, "birth_on": "1994-05-02", "birth_precision": "day", "nationality": "VE" });
    worker.post("/migrants", body).await.created()
}

async fn case(app: &TestApp, worker: &Client, migrant: &Value) -> Value {
    let body = json!({ "office_id": app.world.pic, "client_kind": "IND", "channel": "WLK",
        "people": [{ "migrant_id": migrant["id"], "role": "client", "principal": true }],
        "needs": [{ "service": "LEG-ADV" }] });
    worker.post("/cases", body).await.created()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_comes_is_referred_by_mail_answered_and_counted() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let migrant = migrant(&app, &worker).await;
    let found = worker.get("/migrants?q=maria%20gusman").await.ok();
    assert_eq!(found["items"][0]["id"], migrant["id"], "found though misspelt");
    let case = case(&app, &worker, &migrant).await;
    let number = case["number"].as_str().expect("number");
    assert!(number.starts_with("PIC-20"), "{number}");

    let id = case["id"].as_str().expect("id");
    let need = worker.get(&format!("/cases/{id}/needs")).await.ok()["items"][0]["id"].clone();
    let draft = json!({ "need_id": need, "service_id": app.world.legal_service, "facts": ["name", "sex"] });
    let draft = worker.post(&format!("/cases/{id}/referrals"), draft).await.created();
    let path = format!("/referrals/{}/moves", draft["id"].as_str().expect("id"));
    let version = draft["version"].as_i64().expect("version");
    worker.post_on(&path, version, json!({ "move": "send" })).await.is_problem(409, "consent_missing");
    let consent = json!({ "purpose": "share_with_agency", "facts": ["name", "sex"], "given_by": "self", "how": "signed" });
    let consents = format!("/migrants/{}/consents", migrant["id"].as_str().expect("id"));
    worker.post(&consents, consent).await.created();
    worker.post_on(&path, version, json!({ "move": "send" })).await.ok();

    app.run_jobs().await;
    let mail = app
        .mails()
        .into_iter()
        .find(|mail| mail.to == "buzon@clinica.example")
        .expect("a mail to the agency");
    for secret in ["María", "Guzmán", "Venezuela", "Asesoría legal"] {
        assert!(!mail.text.contains(secret) && !mail.subject.contains(secret), "{secret} in {}", mail.text);
    }
    assert!(mail.subject.contains("R-PIC-") || mail.text.contains("R-PIC-"));

    let partner = app.client(Account::PartnerLegal).await;
    let inbox = partner.get("/inbox/referrals").await.ok();
    assert_eq!(inbox["items"].as_array().map(Vec::len), Some(1), "{inbox}");
    let other = app.client(Account::PartnerShelter).await;
    assert_eq!(other.get("/inbox/referrals").await.ok()["items"].as_array().map(Vec::len), Some(0));
    let seen = partner.get(&format!("/inbox/referrals/{}", draft["id"].as_str().expect("id"))).await;
    let version: i64 =
        seen.headers["etag"].to_str().expect("etag").trim_matches('"').parse().expect("version");
    let seen = seen.ok();
    assert!(seen.to_string().contains("Guzmán de Prueba"), "{seen}");
    other
        .get(&format!("/inbox/referrals/{}", draft["id"].as_str().expect("id")))
        .await
        .is_problem(404, "not_found");
    partner.post_on(&path, version, json!({ "move": "accept" })).await.ok();
    app.run_jobs().await;
    let told = app.mails().into_iter().any(|mail| mail.to == Account::WorkerPic.email());
    assert!(told, "the worker was not told");

    let today = app.app.now().date_naive();
    let report = format!(
        "/reports/caseload?from={}&to={}&by=service",
        today - chrono::TimeDelta::days(3),
        today + chrono::TimeDelta::days(2)
    );
    let figures = worker.get(&report).await.ok();
    assert_eq!(
        figures["totals"][0]["cells"]["new"]["value"]
            .as_i64()
            .or(figures["totals"]["cells"]["new"]["value"].as_i64()),
        Some(1),
        "{figures}"
    );
    let csv = worker.get_as(&report, "text/csv").await;
    assert!(csv.bytes.starts_with(b"\xef\xbb\xbf"), "a spreadsheet needs the byte order mark");
    csv.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_of_another_office_does_not_learn_that_a_file_exists() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let migrant = migrant(&app, &worker).await;
    let case = case(&app, &worker, &migrant).await;
    let stranger = app.client(Account::WorkerLeg).await;
    let path = |record: &Value, kind: &str| format!("/{kind}/{}", record["id"].as_str().expect("id"));
    stranger.get(&path(&migrant, "migrants")).await.is_problem(404, "not_found");
    stranger.get(&path(&case, "cases")).await.is_problem(404, "not_found");
    assert_eq!(stranger.get("/migrants?q=guzman").await.ok()["items"], json!([]));
    assert_eq!(stranger.get("/cases").await.ok()["items"], json!([]));
    let described = json!({ "name": "Maria Ficticia Guzman de Prueba", "birth_on": "1994-05-02" });
    let matches = stranger.post("/migrants/matches", described.clone()).await.ok();
    assert_eq!((&matches["items"], &matches["known_elsewhere"]), (&json!([]), &json!([app.world.pic])));
    let own = worker.post("/migrants/matches", described).await.ok();
    assert_eq!(own["items"][0]["migrant"]["id"], migrant["id"]);
}
