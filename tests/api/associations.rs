//! Associations: registered and seen by their office.

use serde_json::json;

use crate::support::{Account, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn an_association_is_registered_under_a_number_and_unknown_to_other_offices() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let body = json!({ "office_id": app.world.pic, "name": "Asociación Ficticia de Peñaflor", "country": "EC",
        "members": 40, "contact_name": "Ana Ejemplo", "contact_phone": "02 260 0123" });
    let made = worker.post("/associations", body.clone()).await.created();
    assert!(made["number"].as_str().is_some_and(|number| number.starts_with("A-PIC-")), "{made}");
    let path = format!("/associations/{}", made["id"].as_str().expect("id"));
    let found = worker.get("/associations?q=penaflor").await.ok();
    assert_eq!(found["items"][0]["id"], made["id"]);
    assert!(found["items"][0].get("contact_name").is_none());
    let edited = worker.patch(&path, 1, json!({ "members": 41, "purpose": null })).await.ok();
    assert_eq!((&edited["members"], &edited["version"]), (&json!(41), &json!(2)));
    let stranger = app.client(Account::WorkerLeg).await;
    stranger.get(&path).await.is_problem(404, "not_found");
    assert_eq!(stranger.get("/associations").await.ok()["items"], json!([]));
    stranger.post("/associations", body).await.is_problem(404, "not_found");
    let nobody = json!({ "migrant_id": uuid::Uuid::now_v7() });
    worker.post(&format!("{path}/members"), nobody).await.complains_of(&["/migrant_id"]);
    assert_eq!(worker.get(&format!("{path}/members")).await.ok()["items"], json!([]));
}
