//! Partner agencies and their services: who keeps them, who sees what, and which service covers a need.

use serde_json::{Value, json};

use crate::support::{Account, TestApp};

fn agency() -> Value {
    json!({ "name": "Fundación Inventada del Norte", "acronym": "FIN", "type": "22", "mailbox": "Buzon@Norte.example",
            "language": "es", "phone": "06 260 0123", "territory": "EC-10", "time_zone": "America/Guayaquil",
            "hours": [{ "day": 1, "from": "08:00", "until": "16:30" }], "notes": "Answers best by phone." })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_adds_an_agency_and_a_worker_finds_it_however_spelt() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    let made = manager.post("/agencies", agency()).await.created();
    assert_eq!((&made["mailbox"], &made["phone"]), (&json!("buzon@norte.example"), &json!("+59362600123")));
    let worker = app.client(Account::WorkerLeg).await;
    for q in ["fundacion%20inv", "FUNDACI%C3%93N", "fin"] {
        let found = worker.get(&format!("/agencies?q={q}")).await.ok();
        assert_eq!(found["items"][0]["id"], made["id"], "{q}");
    }
    worker.post("/agencies", agency()).await.is_problem(403, "forbidden");
    assert_eq!(
        worker.get(&format!("/agencies/{}", made["id"].as_str().expect("id"))).await.ok()["notes"],
        "Answers best by phone."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_live_agencies_never_share_a_mailbox() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    let mut twin = agency();
    twin["mailbox"] = json!("BUZON@clinica.example");
    manager.post("/agencies", twin.clone()).await.complains_of(&["/mailbox"]);
    let path = format!("/agencies/{}", app.world.legal);
    let retired = manager.post_on(&format!("{path}/retire"), 1, json!({})).await.ok();
    assert!(retired["retired_on"].is_string());
    manager.post("/agencies", twin).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_places_that_are_not_in_use_are_named_all_at_once() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    let path = format!("/agencies/{}/services", app.world.legal);
    let service = json!({ "name": "Clases", "codes": ["EDU", "XXX"], "territories": ["EC-17", "EC-0"],
        "languages": ["spa", "xx1"], "mobility": ["NOBODY"], "required_documents": ["NOTHING"], "sexes": [7] });
    manager.post(&path, service).await.complains_of(&[
        "/codes/1",
        "/territories/1",
        "/languages/1",
        "/mobility/0",
        "/required_documents/0",
        "/sexes/0",
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_sees_all_of_its_own_agency_and_of_others_the_name_and_services() {
    let app = TestApp::new().await;
    let manager = app.client(Account::Manager).await;
    let path = format!("/agencies/{}", app.world.legal);
    manager.patch(&path, 1, json!({ "notes": "Slow in August." })).await.ok();
    manager.post(&format!("{path}/contacts"), json!({ "name": "Lucía Ejemplo" })).await.created();
    let own = app.client(Account::PartnerLegal).await.get(&path).await.ok();
    assert_eq!((&own["mailbox"], &own["notes"]), (&json!("buzon@clinica.example"), &Value::Null));
    assert_eq!(own["contacts"][0]["name"], "Lucía Ejemplo");
    let other = app.client(Account::PartnerShelter).await.get(&path).await.ok();
    assert_eq!(other["services"][0]["name"], "Asesoría legal");
    for hidden in ["mailbox", "contacts", "notes", "phone"] {
        assert!(other.get(hidden).is_none(), "{hidden}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_covers_narrower_needs_and_places_within_its_own() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let count = async |filter: &str| {
        let found = worker.get(&format!("/services?{filter}")).await.ok();
        found["items"].as_array().expect("items").len()
    };
    assert_eq!(count("code=HOU&territory=EC-1701").await, 1);
    assert_eq!(count("code=HOU&territory=EC-10").await, 0);
    assert_eq!(count("code=EDU").await, 0);
    assert_eq!(count("capacity=limited").await, 1);
    assert_eq!(count("q=asesoria").await, 1);
    let list = worker.get("/code-lists/service").await.ok();
    let narrower = list["items"].as_array().expect("items").iter().find(|code| code["parent"] == "LEG");
    let narrower = narrower.expect("a kind of legal help")["code"].as_str().expect("code").to_owned();
    assert_eq!(count(&format!("code={narrower}&territory=EC-170150")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_keeps_the_capacity_of_its_own_services_only() {
    let app = TestApp::new().await;
    let path = format!("/services/{}", app.world.legal_service);
    let full = json!({ "capacity": "full" });
    let own = app.client(Account::PartnerLegal).await;
    let told = own.post_on(&format!("{path}/capacity"), 1, full.clone()).await.ok();
    assert_eq!((&told["capacity"], &told["version"]), (&json!("full"), &json!(2)));
    let confirmed = own.post_on(&format!("{path}/confirm"), 2, json!({})).await.ok();
    assert_ne!(confirmed["last_confirmed_on"], "2026-09-01");
    own.post_on(&format!("{path}/retire"), 3, json!({})).await.is_problem(403, "forbidden");
    let stranger = app.client(Account::PartnerShelter).await;
    stranger.post_on(&format!("{path}/capacity"), 3, full.clone()).await.is_problem(403, "forbidden");
    let worker = app.client(Account::WorkerPic).await;
    worker.post_on(&format!("{path}/capacity"), 3, full).await.is_problem(403, "forbidden");
}
