//! Offices: opening, editing, holidays, and what a bad request is told.

use reqwest::Method;
use serde_json::json;

use crate::support::{Account, TestApp};

fn office() -> serde_json::Value {
    json!({ "code": "IMB", "name": "Casa de la Movilidad de Prueba", "kind": "fixed", "time_zone": "America/Guayaquil",
            "languages": ["spa", "qvi"], "interface_language": "es", "currency": "USD", "territory": "EC-10",
            "phone": "06 260 0123", "hours": [{ "day": 1, "from": "08:00", "until": "16:30" }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_opens_an_office_and_everybody_finds_it() {
    let app = TestApp::new().await;
    let admin = app.client(Account::Admin).await;
    let made = admin.post("/offices", office()).await.created();
    assert_eq!(made["phone"], "+59362600123");
    let worker = app.client(Account::WorkerLeg).await;
    let listed = worker.get("/offices").await.ok();
    assert!(listed["items"].as_array().expect("items").iter().any(|o| o["code"] == "IMB"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_made_twice_opens_one_office() {
    let app = TestApp::new().await;
    let admin = app.client(Account::Admin).await;
    let mut body = office();
    body["id"] = json!(uuid::Uuid::now_v7());
    let first = admin.post("/offices", body.clone()).await.created();
    let second = admin.post("/offices", body.clone()).await.ok();
    assert_eq!(first["id"], second["id"]);
    body["name"] = json!("Another name");
    admin.post("/offices", body).await.is_problem(409, "id_already_used");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_an_old_version_is_refused_and_shows_the_present_one() {
    let app = TestApp::new().await;
    let admin = app.client(Account::Admin).await;
    let path = format!("/offices/{}", app.world.pic);
    let office = admin.patch(&path, 1, json!({ "name": "New name" })).await.ok();
    assert_eq!(office["version"], 2);
    let problem =
        admin.patch(&path, 1, json!({ "name": "Other name" })).await.is_problem(412, "stale_version");
    assert_eq!(problem["current"]["name"], "New name");
    let headers = [("Content-Type", "application/json")];
    let bare = admin.send(Method::PATCH, &format!("/api/v1{path}"), &headers, Some(b"{}".to_vec())).await;
    bare.is_problem(428, "version_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_or_is_unknown_is_refused_in_one_form() {
    let app = TestApp::new().await;
    let admin = app.client(Account::Admin).await;
    let json_header = [("Content-Type", "application/json")];
    let raw = async |body: &[u8]| {
        admin.send(Method::POST, "/api/v1/offices", &json_header, Some(body.to_vec())).await
    };
    raw(b"{\"code\":").await.is_problem(400, "malformed_body");
    raw(b"{\"code\":\"\xff\xfe\"}").await.is_problem(400, "malformed_body");
    raw(&vec![b'x'; 2_000_000]).await.is_problem(413, "body_too_large");
    let mut unknown = office();
    unknown["colour"] = json!("blue");
    assert_eq!(admin.post("/offices", unknown).await.is_problem(400, "unknown_field")["pointer"], "/colour");
    let mut long = office();
    long["name"] = json!("x".repeat(100_000));
    admin.post("/offices", long).await.complains_of(&["/name"]);
    let mut place = office();
    place["territory"] = json!("EC-999999");
    admin.post("/offices", place).await.complains_of(&["/territory"]);
    admin.get("/staff?colour=blue").await.is_problem(400, "malformed_query");
    admin.get("/offices/not-an-id").await.is_problem(404, "not_found");
    admin.get("/nowhere").await.is_problem(404, "not_found");
    let wrong = admin.send(Method::DELETE, "/api/v1/offices", &[], None).await;
    assert_eq!(wrong.headers["allow"], "GET, POST");
    wrong.is_problem(405, "method_not_allowed");
    let text =
        admin.send(Method::POST, "/api/v1/offices", &[("Content-Type", "text/plain")], Some(b"x".to_vec()));
    text.await.is_problem(415, "unsupported_media_type");
}
