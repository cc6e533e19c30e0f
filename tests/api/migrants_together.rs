//! Persons together, what they agreed to, and what became of their files.

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::people::{behind_the_walls, case_of, last_act, path_of, register, version_of};
use crate::support::{Account, TestApp};

/// Scene 16 of the domain: a mother and three children are one household.
#[tokio::test(flavor = "multi_thread")]
async fn a_family_is_read_from_every_side() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let mother = register(&worker, app.world.pic, ("Rosa", "Inventada"), json!({ "sex": 2 })).await;
    let relations = format!("{}/relations", path_of("migrants", &mother));
    let mut children = vec![];
    for name in ["Ana", "Eva", "Luis"] {
        let child = register(&worker, app.world.pic, (name, "Inventada"), json!({ "age": 6 })).await;
        let body = json!({ "other_id": child["id"], "relation": "parent", "same_household": true });
        worker.post(&relations, body).await.created();
        children.push(child);
    }
    let hers = worker.get(&relations).await.ok();
    let names: Vec<&Value> =
        hers["items"].as_array().expect("items").iter().map(|item| &item["other_name"]).collect();
    assert_eq!(names, ["Ana Inventada", "Eva Inventada", "Luis Inventada"]);
    assert!(hers["items"].as_array().expect("items").iter().all(|item| item["same_household"] == true));
    let eva = path_of("migrants", &children[1]);
    let seen = worker.get(&eva).await;
    assert_eq!(seen.version(), 2, "the child's file changed too");
    let from_eva = seen.ok()["relations"][0].clone();
    assert_eq!(
        (&from_eva["other_id"], &from_eva["relation"], &from_eva["other_is"]),
        (&mother["id"], &json!("child"), &json!("parent"))
    );
    let told = worker.get(&format!("{eva}/history")).await.ok();
    assert_eq!(told["items"][0]["kind"], "relation.added");
    assert!(told["items"][0]["changes"].to_string().contains("parent"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relation_is_said_once_corrected_and_ended_from_either_side() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let ana = register(&worker, app.world.pic, ("Ana", "Ficticia"), json!({})).await;
    let eva = register(&worker, app.world.pic, ("Eva", "Ficticia"), json!({})).await;
    let (anas, evas) = (path_of("migrants", &ana), path_of("migrants", &eva));
    let id = Uuid::now_v7();
    let body = json!({ "id": id, "other_id": eva["id"], "relation": "parent" });
    let said = worker.post(&format!("{anas}/relations"), body.clone()).await.created();
    assert_eq!(worker.post(&format!("{anas}/relations"), body).await.ok(), said, "sent again");
    let inverse = json!({ "other_id": ana["id"], "relation": "child" });
    worker
        .post(&format!("{evas}/relations"), inverse.clone())
        .await
        .is_problem(409, "relation_already_exists");
    let carer = json!({ "other_id": eva["id"], "relation": "caregiver" });
    worker.post(&format!("{anas}/relations"), carer).await.created();
    let myself = json!({ "other_id": ana["id"], "relation": "nope" });
    worker.post(&format!("{anas}/relations"), myself).await.complains_of(&["/other_id", "/relation"]);
    let nobody = json!({ "other_id": Uuid::now_v7(), "relation": "friend" });
    worker.post(&format!("{anas}/relations"), nobody).await.complains_of(&["/other_id"]);

    let from_eva = format!("{evas}/relations/{id}");
    let version = version_of(&worker, &evas).await;
    worker
        .patch(&from_eva, version - 1, json!({ "same_household": true }))
        .await
        .is_problem(412, "stale_version");
    let corrected =
        worker.patch(&from_eva, version, json!({ "relation": "sibling", "same_household": true })).await.ok();
    assert_eq!(
        (&corrected["relation"], &corrected["other_is"], &corrected["other_name"]),
        (&json!("sibling"), &json!("sibling"), &json!("Ana Ficticia"))
    );
    let seen = worker.get(&anas).await.ok();
    assert_eq!(
        (&seen["relations"][0]["relation"], &seen["relations"][0]["same_household"]),
        (&json!("sibling"), &json!(true))
    );
    worker
        .patch(&from_eva, version + 1, json!({ "relation": "nope", "ended_on": "2199-01-01" }))
        .await
        .complains_of(&["/relation", "/ended_on"]);
    worker.post(&format!("{anas}/relations/{id}/end"), json!({ "on": "2024-01-01" })).await.ok();
    worker.post(&format!("{evas}/relations/{id}/end"), json!({ "on": "2024-01-01" })).await.ok();
    worker.post(&format!("{evas}/relations/{id}/end"), json!({})).await.is_problem(409, "part_already_ended");
    let again = json!({ "other_id": ana["id"], "relation": "sibling" });
    worker.post(&format!("{evas}/relations"), again).await.created();
    let version = version_of(&worker, &anas).await;
    worker
        .patch(&format!("{anas}/relations/{id}"), version, json!({ "ended_on": null }))
        .await
        .is_problem(409, "relation_already_exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relation_leads_to_nobody_one_may_not_see() {
    let app = TestApp::new().await;
    let (worker, stranger) = (app.client(Account::WorkerPic).await, app.client(Account::WorkerLeg).await);
    let here = register(&worker, app.world.pic, ("Ana", "Ficticia"), json!({})).await;
    let there = register(&stranger, app.world.leg, ("Eva", "Ficticia"), json!({})).await;
    let list = format!("{}/relations", path_of("migrants", &here));
    let body = json!({ "other_id": there["id"], "relation": "sibling" });
    let hidden = worker.post(&list, body).await.complains_of(&["/other_id"]);
    let body = json!({ "other_id": Uuid::now_v7(), "relation": "sibling" });
    let unknown = worker.post(&list, body).await.complains_of(&["/other_id"]);
    assert_eq!(hidden["errors"], unknown["errors"], "a hidden person and nobody are told apart");
    // As it was when both offices saw both.
    let sql = format!(
        "INSERT INTO relations (id, migrant_id, other_id, relation) VALUES ('{}', '{}', '{}', 'sibling')",
        Uuid::now_v7(),
        there["id"].as_str().expect("id"),
        here["id"].as_str().expect("id")
    );
    diesel_async::SimpleAsyncConnection::batch_execute(&mut app.database().await, &sql)
        .await
        .expect("related");
    assert_eq!(worker.get(&list).await.ok()["items"], json!([]));
    assert_eq!(worker.get(&path_of("migrants", &here)).await.ok()["relations"], json!([]));
}

/// Scene 13 of the domain: the spouse asks, and the desk is warned before it answers.
#[tokio::test(flavor = "multi_thread")]
async fn the_caller_is_not_the_person_and_the_file_says_who_must_not_know() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerLeg).await;
    let facts = json!({ "contact_points": [{ "kind": "phone", "value": "+965 5000 1234", "safe": true,
        "safe_channels": ["messaging"], "must_not_know": "the husband" }] });
    let daughter = register(&worker, app.world.leg, ("Luz", "Ficticia"), facts).await;
    let body = json!({ "office_id": app.world.leg, "client_kind": "IND", "channel": "PHO", "country_of_work": "KW",
        "people": [{ "migrant_id": daughter["id"], "role": "client", "principal": true }], "needs": [{ "service": "LEG-ADV" }],
        "caller": { "name": "Rosa Ficticia", "relation": "PAR", "phone": "0917 555 0123", "must_not_learn": true } });
    let case = worker.post("/cases", body).await.created();
    let case = worker.get(&path_of("cases", &case)).await.ok();
    assert_eq!(
        (&case["caller_name"], &case["caller_relation"], &case["caller_phone"]),
        (&json!("Rosa Ficticia"), &json!("PAR"), &json!("+639175550123"))
    );
    assert_eq!(case["caller_must_not_learn"], true, "contact only the client");
    let file = worker.get(&path_of("migrants", &daughter)).await.ok();
    assert_eq!(file["must_not_know"], json!(["the husband"]));
    assert_eq!(worker.get("/migrants?q=rosa").await.ok()["items"], json!([]), "a caller has no file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_given_listed_and_taken_back() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let person = register(&worker, app.world.pic, ("Ana", "Ficticia"), json!({})).await;
    let file = path_of("migrants", &person);
    let list = format!("{file}/consents");
    let id = Uuid::now_v7();
    let body = json!({ "id": id, "purpose": "share_with_agency", "facts": ["name", "sex"], "agency_id": app.world.legal,
        "given_by": "self", "how": "thumbprint", "language": "qvi", "valid_until": "2099-12-31" });
    let given = worker.post(&list, body.clone()).await;
    assert_eq!(given.version(), 2);
    let given = given.created();
    assert_eq!(worker.post(&list, body.clone()).await.ok(), given);
    let mut other = body;
    other["facts"] = json!(["name"]);
    worker.post(&list, other).await.is_problem(409, "id_already_used");
    let wrong = json!({ "purpose": "share_with_agency", "facts": ["nope"], "given_by": "self", "how": "signed",
        "language": "zzz", "given_at": "2199-01-01T00:00:00Z", "valid_until": "2000-01-01" });
    let all = ["/facts/0", "/language", "/given_at", "/valid_until"];
    worker.post(&list, wrong).await.complains_of(&all);
    let nobody = json!({ "purpose": "share_with_agency", "facts": ["name"], "agency_id": Uuid::now_v7(),
        "given_by": "self", "how": "signed" });
    worker.post(&list, nobody).await.complains_of(&["/agency_id"]);
    assert_eq!(worker.get(&list).await.ok()["items"], json!([given]));
    assert_eq!(last_act(&app).await.0, "consents.read");

    let case = case_of(&worker, app.world.pic, &person).await;
    let need = worker.get(&format!("{}/needs", path_of("cases", &case))).await.ok()["items"][0]["id"].clone();
    let draft = json!({ "need_id": need, "service_id": app.world.legal_service, "facts": ["name", "sex"] });
    let draft = worker.post(&format!("{}/referrals", path_of("cases", &case)), draft).await.created();
    let referral = path_of("referrals", &draft);
    worker.post_on(&format!("{referral}/moves"), 1, json!({ "move": "send" })).await.ok();
    let version = version_of(&worker, &file).await;
    let taken = worker.act(&format!("{list}/{id}/withdraw")).await;
    assert_eq!(taken.version(), version + 1);
    assert!(taken.ok()["withdrawn_at"].is_string());
    assert_eq!(worker.get(&referral).await.ok()["state"], "cancelled", "what it covered is stopped");
    worker.act(&format!("{list}/{id}/withdraw")).await.is_problem(409, "consent_already_withdrawn");
    let told = worker.get(&format!("{file}/history")).await.ok();
    let kinds: Vec<&Value> =
        told["items"].as_array().expect("items").iter().map(|item| &item["kind"]).collect();
    assert_eq!(kinds, ["consent.withdrawn", "consent.given", "migrant.registered"]);
    let stranger = app.client(Account::WorkerLeg).await;
    stranger.get(&list).await.is_problem(404, "not_found");
    stranger.act(&format!("{list}/{id}/withdraw")).await.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_says_what_was_who_changed_it_and_when() {
    let app = TestApp::new().await;
    let (worker, colleague) = (app.client(Account::WorkerPic).await, app.client(Account::ColleaguePic).await);
    let psychologist = app.client(Account::PsychologistPic).await;
    let facts = json!({ "stay_status": "irregular" });
    let file = path_of("migrants", &register(&worker, app.world.pic, ("Ana", "Guzman"), facts).await);
    app.advance(TimeDelta::minutes(1));
    colleague.patch(&file, 1, json!({ "family_names": "de Guzmán", "skills": ["pan"] })).await.ok();
    app.advance(TimeDelta::minutes(1));
    psychologist
        .patch(&file, 2, json!({ "stay_status": "regular", "landmark": "frente al parque" }))
        .await
        .ok();

    let told = colleague.get(&format!("{file}/history")).await.ok();
    assert_eq!(last_act(&app).await.0, "migrant.history_read");
    let items = told["items"].as_array().expect("items");
    let heads: Vec<(&str, &str, i64)> = items
        .iter()
        .map(|item| {
            (
                item["kind"].as_str().expect("kind"),
                item["staff_name"].as_str().expect("who"),
                item["version"].as_i64().expect("version"),
            )
        })
        .collect();
    assert_eq!(
        heads,
        [
            ("migrant.edited", "Test psychologist.pic", 3),
            ("migrant.edited", "Test colleague.pic", 2),
            ("migrant.registered", "Test worker.pic", 1)
        ]
    );
    let said = |field: &str, restricted: bool, from: Value, to: Value| json!({ "field": field, "restricted": restricted, "from": from, "to": to });
    assert_eq!(
        items[1]["changes"],
        json!([
            said("family_names", false, json!("Guzman"), json!("de Guzmán")),
            said("skills", false, json!([]), json!(["pan"]))
        ])
    );
    assert_eq!(
        items[0]["changes"],
        json!([
            said("landmark", false, Value::Null, json!("frente al parque")),
            said("stay_status", true, Value::Null, Value::Null)
        ]),
        "named, not told"
    );
    let told = psychologist.get(&format!("{file}/history")).await.ok();
    assert_eq!(
        told["items"][0]["changes"][1],
        said("stay_status", true, json!("irregular"), json!("regular"))
    );

    let first = worker.get(&format!("{file}/history?limit=2")).await.ok();
    let next = first["next"].as_str().expect("more");
    let rest = worker.get(&format!("{file}/history?limit=2&after={next}")).await.ok();
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next"]), (Some(1), &Value::Null));
    app.client(Account::WorkerLeg).await.get(&format!("{file}/history")).await.is_problem(404, "not_found");
    let trail = behind_the_walls(&app, "SELECT facts::text AS line FROM audit_events").await.concat();
    assert!(!trail.contains("Guzm") && !trail.contains("regular"), "a value in the trail: {trail}");
}
