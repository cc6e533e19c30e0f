//! Words and places: found however typed, told in the reader's language, never lost.

use diesel_async::SimpleAsyncConnection;
use migrant_desk::platform::db::establish;
use migrant_desk::reference::load::load;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, TestApp};

fn code<'a>(list: &'a Value, code: &str) -> Option<&'a Value> {
    list["items"].as_array().expect("items").iter().find(|item| item["code"] == code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_found_without_its_accents() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let found = worker.get("/territories?country=SN&q=sedhiou").await.ok();
    assert_eq!(found["items"][0]["name"], "Sédhiou", "{found}");
    let found = worker.get("/territories?country=PH&q=penaflor").await.ok();
    let again = worker.get("/territories?country=PH&q=PE%C3%91aflor").await.ok();
    assert_eq!(found, again);
    let parish = worker.get("/territories/EC-170150").await.ok();
    assert_eq!(parish["lineage"], json!(["EC-17", "EC-1701", "EC-170150"]));
    assert_eq!(parish["lineage_names"].as_array().map(Vec::len), Some(3));
    worker.get("/territories/EC-0").await.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_places_show_each_once() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let whole = worker.get("/territories?parent=EC-17&limit=200").await.ok();
    let (mut seen, mut after) = (vec![], String::new());
    loop {
        let page = worker.get(&format!("/territories?parent=EC-17&limit=3{after}")).await.ok();
        seen.extend(page["items"].as_array().expect("items").clone());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(json!(seen), whole["items"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_come_in_the_readers_language() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let label = |list: &Value| code(list, "LEG").expect("LEG")["label"].clone();
    let own = worker.get("/code-lists/service").await.ok();
    assert_eq!(label(&own), code(&own, "LEG").expect("LEG")["labels"]["es"]);
    let asked = worker.get("/code-lists/service?lang=fr").await.ok();
    assert_eq!(label(&asked), code(&own, "LEG").expect("LEG")["labels"]["fr"]);
    worker.get("/code-lists/service?lang=de").await.is_problem(400, "malformed_query");
    worker.get("/code-lists/nonsense").await.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_list_is_not_sent_twice() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let first = worker.get("/countries").await;
    let tag = first.headers["etag"].to_str().expect("tag").to_owned();
    let again = worker.send(Method::GET, "/api/v1/countries", &[("If-None-Match", &tag)], None).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_code_is_refused_in_a_new_record_and_still_named_in_old_ones() {
    let app = TestApp::new().await;
    let admin = app.client(Account::Admin).await;
    admin.patch("/code-lists/service/codes/LEG", 1, json!({ "retired_on": "2026-01-01" })).await.ok();
    let manager = app.client(Account::Manager).await;
    let path = format!("/agencies/{}/services", app.world.legal);
    let service = json!({ "name": "Clases", "codes": ["LEG"], "territories": ["EC-17"] });
    manager.post(&path, service).await.complains_of(&["/codes/0"]);
    assert!(code(&manager.get("/code-lists/service").await.ok(), "LEG").is_none());
    assert!(code(&manager.get("/code-lists/service?retired=true").await.ok(), "LEG").is_some());
    let old = format!("{path}/{}", app.world.legal_service);
    let kept = manager.patch(&old, 1, json!({ "name": "Asesoría", "codes": ["LEG", "DOC"] })).await.ok();
    assert_eq!(kept["codes"], json!(["LEG", "DOC"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrators_word_survives_the_next_release() {
    let app = TestApp::new().await;
    let admin = app.client(Account::Admin).await;
    let path = "/code-lists/service/codes/LEG";
    let edited = admin.patch(path, 1, json!({ "labels": { "es": "Ayuda de abogados" } })).await.ok();
    assert_eq!(edited["version"], 2);
    admin.patch(path, 1, json!({ "labels": { "es": "Otra" } })).await.is_problem(412, "stale_version");
    let mut database = establish(&app.superuser_url).await.expect("database");
    database.batch_execute("DELETE FROM reference_loads").await.expect("as if a new release came");
    load(&mut database).await.expect("loaded");
    let list = admin.get("/code-lists/service?lang=es").await.ok();
    assert_eq!(code(&list, "LEG").expect("LEG")["label"], "Ayuda de abogados");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_added_where_the_service_does_not_decide_by_them() {
    let app = TestApp::new().await;
    let admin = app.client(Account::Admin).await;
    let labels = json!({ "en": "Sports", "es": "Deporte", "fr": "Sport", "fil": "Palakasan" });
    let sports = json!({ "code": "SPO", "labels": labels });
    admin.post("/code-lists/service/codes", sports.clone()).await.created();
    admin.post("/code-lists/service/codes", sports.clone()).await.is_problem(409, "code_already_exists");
    admin.post("/code-lists/referral_status/codes", sports.clone()).await.is_problem(409, "code_list_fixed");
    let worker = app.client(Account::SupervisorPic).await;
    worker.post("/code-lists/service/codes", sports).await.is_problem(403, "forbidden");
}
