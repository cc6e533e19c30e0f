//! Search before create: the old file is found however its name is spelt, and offered with reasons.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};

use crate::support::people::{behind_the_walls, last_act, path_of, register};
use crate::support::{Account, Client, TestApp};

/// Names of the files a search finds, in order.
async fn found(client: &Client, q: &str) -> Vec<String> {
    let q: String = q.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let items = client.get(&format!("/migrants?q={q}")).await.ok()["items"].clone();
    let name = |item: &Value| item["name"].as_str().expect("a name").to_owned();
    items.as_array().expect("items").iter().map(name).collect()
}

/// Scene 4 of the domain: another spelling and no accents find the old file.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_found_however_its_name_is_spelt() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let people = [
        ("María José", "Quishpe Lema", json!({})),
        ("Ma. Luz", "dela Peña", json!({})),
        ("Juan", "de Guzmán", json!({ "name_suffix": "III" })),
        ("El Hadji Mamadou", "Diallo", json!({})),
        ("Khadidiatou", "N’Diaye", json!({})),
        ("Jhon Jairo", "Velásquez", json!({ "other_names": ["Chucho"] })),
        ("Mary Grace", "Villanueva", json!({})),
        ("Marie-Ange", "Jean-Baptiste", json!({})),
        ("Ximena", "Yépez Guamán", json!({})),
    ];
    for (given, family, facts) in people {
        register(&worker, app.world.pic, (given, family), facts).await;
    }
    let cases = [
        ("maria jose quishpe", "María José Quishpe Lema"),
        ("QUISPE, Maria", "María José Quishpe Lema"),
        ("lema quishpe maria jose", "María José Quishpe Lema"),
        ("maria luz de la pena", "Ma. Luz dela Peña"),
        ("Delapeña", "Ma. Luz dela Peña"),
        ("guzman juan", "Juan de Guzmán III"),
        ("Guzmam", "Juan de Guzmán III"),
        ("Mamadu Jallow", "El Hadji Mamadou Diallo"),
        ("elhadj mamadou djallo", "El Hadji Mamadou Diallo"),
        ("Kadijatu Njaye", "Khadidiatou N’Diaye"),
        ("ndiaye", "Khadidiatou N’Diaye"),
        ("John Velazques", "Jhon Jairo Velásquez"),
        ("chucho", "Jhon Jairo Velásquez"),
        ("grace biyanueba", "Mary Grace Villanueva"),
        ("villanu", "Mary Grace Villanueva"),
        ("belask", "Jhon Jairo Velásquez"),
        ("jean baptiste marie ange", "Marie-Ange Jean-Baptiste"),
        ("jimena llepes", "Ximena Yépez Guamán"),
        ("Huaman Ximena", "Ximena Yépez Guamán"),
    ];
    for (q, name) in cases {
        let names = found(&worker, q).await;
        assert_eq!(names.first().map(String::as_str), Some(name), "{q} finds {names:?}");
    }
    for nobody in
        ["Santos", "Rodríguez Alba", "Zzz", "-", "%", "'; DROP TABLE migrants; --", "\u{202e}", "السلام"]
    {
        assert_eq!(found(&worker, nobody).await, [""; 0], "{nobody}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_found_by_number_phone_and_document_in_any_writing() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let facts = json!({ "contact_points": [{ "kind": "phone", "value": "099 123 4567" }],
        "identity_documents": [{ "type": "PPT", "country": "VE", "number": "P-0012 345 X" }] });
    let file = register(&worker, app.world.pic, ("Ana", "Ficticia"), facts).await;
    register(&worker, app.world.pic, ("Eva", "Ficticia"), json!({})).await;
    let number = file["number"].as_str().expect("number");
    let spoken = number.to_lowercase().replace('-', " ");
    for q in [number, &spoken, "0991234567", "+593 99 123 4567", "593991234567", "p0012345x", "P 0012-345X"] {
        assert_eq!(found(&worker, q).await, ["Ana Ficticia"], "{q}");
    }
    for q in ["0991234568", "P0012345", "M-PIC-1999-000001"] {
        assert_eq!(found(&worker, q).await, [""; 0], "{q}");
    }
    let path = path_of("migrants", &file);
    let point = path_of("contact-points", &file["contact_points"][0]);
    worker.post(&format!("{path}{point}/end"), json!({})).await.ok();
    assert_eq!(found(&worker, "0991234567").await, ["Ana Ficticia"], "an old phone still finds her");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_leaves_a_trace_without_the_name_searched_for() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    register(&worker, app.world.pic, ("Ana", "Secreta"), json!({})).await;
    found(&worker, "secreta").await;
    let (action, facts) = last_act(&app).await;
    assert_eq!((action.as_str(), &facts), ("migrants.searched", &json!({ "found": 1 })));
    worker.post("/migrants/matches", json!({ "name": "Ana Secreta" })).await.ok();
    let (action, facts) = last_act(&app).await;
    assert_eq!((action.as_str(), &facts["found"]), ("migrants.matched", &json!(1)));
    let traces = behind_the_walls(&app, "SELECT facts::text AS line FROM audit_events").await;
    assert!(!traces.concat().to_lowercase().contains("secreta"), "{traces:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_walked_page_by_page_the_last_met_first() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    for number in 0..5 {
        let unverified = json!({ "unverified": number == 3 });
        register(&worker, app.world.pic, ("Ana", &format!("Número {number}")), unverified).await;
        app.advance(TimeDelta::minutes(1));
    }
    let mut walked: Vec<String> = vec![];
    let mut path = "/migrants?limit=2".to_owned();
    loop {
        let page = worker.get(&path).await.ok();
        let items = page["items"].as_array().expect("items");
        walked.extend(items.iter().map(|item| item["name"].as_str().expect("name").to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/migrants?limit=2&after={next}");
    }
    assert_eq!(walked, ["Ana Número 4", "Ana Número 3", "Ana Número 2", "Ana Número 1", "Ana Número 0"]);
    let unchecked = worker.get("/migrants?unverified=true").await.ok();
    assert_eq!(unchecked["items"].as_array().map(Vec::len), Some(1));
    let elsewhere = worker.get(&format!("/migrants?office={}", app.world.leg)).await.ok();
    assert_eq!(elsewhere["items"], json!([]));
}

fn reasons(item: &Value) -> Vec<&str> {
    item["reasons"].as_array().expect("reasons").iter().map(|reason| reason.as_str().expect("word")).collect()
}

/// Scene 10 of the domain.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_common_name_three_are_shown_junior_is_told_from_senior_and_nothing_is_merged() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerLeg).await;
    let office = app.world.leg;
    let born = |day: &str, suffix: Value| json!({ "sex": 1, "birth_on": day, "name_suffix": suffix });
    let son = register(&worker, office, ("Juan", "dela Cruz"), born("1990-05-02", json!("Jr."))).await;
    let father = register(&worker, office, ("Juan", "dela Cruz"), born("1962-11-30", json!("Sr."))).await;
    let namesake = register(&worker, office, ("Juan", "de la Cruz"), born("1990-05-02", Value::Null)).await;
    register(&worker, office, ("Juana", "Delos Reyes"), born("1990-05-02", Value::Null)).await;

    let described = json!({ "name": "JUAN DELA CRUZ, JR", "birth_on": "1990-05-02", "sex": 1 });
    let matches = worker.post("/migrants/matches", described).await.ok();
    let items = matches["items"].as_array().expect("items");
    let ids: Vec<&Value> = items.iter().map(|item| &item["migrant"]["id"]).collect();
    assert_eq!(ids, [&son["id"], &namesake["id"], &father["id"]], "{matches}");
    let scores: Vec<u64> = items.iter().map(|item| item["score"].as_u64().expect("score")).collect();
    assert!(scores[0] >= 85 && scores[0] > scores[1] && scores[1] > scores[2] + 20, "{scores:?}");
    assert_eq!(reasons(&items[0]), ["same_name", "same_birth_date", "same_sex"]);
    assert!(
        reasons(&items[1]).contains(&"same_birth_date") && reasons(&items[1]).contains(&"suffix_differs")
    );
    assert!(reasons(&items[2]).contains(&"birth_differs") && reasons(&items[2]).contains(&"suffix_differs"));

    let again = register(&worker, office, ("Juan", "dela Cruz"), born("1990-05-02", json!("Jr."))).await;
    assert_ne!(again["id"], son["id"], "a person decides");
    let in_use = "SELECT count(*)::text AS line FROM migrants WHERE status = 'active'";
    assert_eq!(behind_the_walls(&app, in_use).await, ["5"]);
    let ranked = found(&worker, "juan dela cruz sr").await;
    assert_eq!(ranked.first().map(String::as_str), Some("Juan dela Cruz Sr."), "{ranked:?}");
    assert_eq!(ranked.len(), 4, "his namesakes are shown too: {ranked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_piece_of_evidence_counts_and_says_so() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerLeg).await;
    let facts = json!({ "sex": 2, "birth_on": "1990-05-02",
        "contact_points": [{ "kind": "phone", "value": "0917 555 0123" }],
        "identity_documents": [{ "type": "PPT", "country": "PH", "number": "P0000123A" }] });
    let file = register(&worker, app.world.leg, ("Mary Grace", "Villanueva"), facts).await;
    let asked = [
        (json!({ "name": "mary grace villanueva" }), "same_name"),
        (json!({ "name": "Villanueva Mary Gracee" }), "similar_name"),
        (json!({ "name": "Meri Greis Biyanueba", "birth_on": "1990-05-02" }), "same_birth_date"),
        (json!({ "name": "Mary Greice Biyanueba" }), "same_sound"),
        (json!({ "name": "Mary Grace Villanueva", "age": 36 }), "same_birth_year"),
        (json!({ "phone": "09175550123", "name": "Mary Grace Villanueva" }), "same_phone"),
        (json!({ "document_number": "p 0000123 a" }), "same_document"),
    ];
    for (described, reason) in asked {
        let matches = worker.post("/migrants/matches", described.clone()).await.ok();
        let Some(first) = matches["items"].get(0) else { panic!("{described} finds nobody") };
        assert_eq!(first["migrant"]["id"], file["id"]);
        assert!(reasons(first).contains(&reason), "{described}: {first}");
    }
    for stranger in
        [json!({ "name": "Ana Santos" }), json!({ "name": "Mary" }), json!({ "phone": "09175550124" })]
    {
        assert_eq!(
            worker.post("/migrants/matches", stranger.clone()).await.ok()["items"],
            json!([]),
            "{stranger}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_that_says_nothing_or_nonsense_is_refused() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    worker.post("/migrants/matches", json!({})).await.complains_of(&["/name"]);
    worker
        .post("/migrants/matches", json!({ "sex": 2, "birth_on": "1990-01-01" }))
        .await
        .complains_of(&["/name"]);
    let wrong = json!({ "name": "a".repeat(201), "sex": 9, "phone": "12", "birth_on": "2199-01-01",
        "document_number": "x".repeat(61) });
    let all = ["/name", "/sex", "/phone", "/birth_on", "/document_number"];
    worker.post("/migrants/matches", wrong).await.complains_of(&all);
    worker.post("/migrants/matches", json!({ "nombre": "Ana" })).await.is_problem(400, "unknown_field");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_another_offices_person_only_the_office_is_told() {
    let app = TestApp::new().await;
    let (worker, stranger) = (app.client(Account::WorkerPic).await, app.client(Account::WorkerLeg).await);
    let facts = json!({ "birth_on": "1990-05-02", "sex": 1,
        "contact_points": [{ "kind": "phone", "value": "+593 99 123 4567" }],
        "identity_documents": [{ "type": "PPT", "number": "P0000123A" }] });
    register(&worker, app.world.pic, ("Jhon", "Rodríguez Inventado"), facts).await;
    let evidence = [
        json!({ "name": "John Rodrigues Imbentado", "birth_on": "1990-05-02" }),
        json!({ "phone": "+593991234567" }),
        json!({ "document_number": "p0000123a" }),
    ];
    for described in evidence {
        let matches = stranger.post("/migrants/matches", described.clone()).await.ok();
        assert_eq!(matches, json!({ "items": [], "known_elsewhere": [app.world.pic] }), "{described}");
        assert_eq!(
            last_act(&app).await.1["known_elsewhere"],
            json!([app.world.pic]),
            "the question leaves a trace"
        );
    }
    let weak = [
        json!({ "name": "Jhon Rodríguez Inventado" }),
        json!({ "name": "Jhon", "birth_on": "1990-05-02" }),
        json!({ "name": "Jhon Rodríguez Inventado", "birth_on": "1990-05-02", "birth_precision": "year" }),
        json!({ "name": "Jhon Rodríguez Otro", "birth_on": "1990-05-02" }),
    ];
    for described in weak {
        let matches = stranger.post("/migrants/matches", described.clone()).await.ok();
        assert_eq!(matches["known_elsewhere"], json!([]), "{described}");
    }
    let own = worker
        .post("/migrants/matches", json!({ "phone": "0991234567", "name": "Jhon Rodríguez" }))
        .await
        .ok();
    assert_eq!((own["items"].as_array().map(Vec::len), &own["known_elsewhere"]), (Some(1), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_workers_see_only_their_own_cases_the_own_office_is_named_instead_of_the_file() {
    let app = TestApp::new().await;
    let (worker, colleague) = (app.client(Account::WorkerPic).await, app.client(Account::ColleaguePic).await);
    app.database().await.batch_execute("UPDATE offices SET own_cases_only = true").await.expect("narrowed");
    let file =
        register(&worker, app.world.pic, ("Ana", "Ficticia Vera"), json!({ "birth_on": "1990-05-02" })).await;
    assert_eq!(found(&worker, "ana ficticia").await.len(), 1, "who registered her finds her");
    assert_eq!(found(&colleague, "ana ficticia").await, [""; 0]);
    colleague.get(&path_of("migrants", &file)).await.is_problem(404, "not_found");
    let described = json!({ "name": "Ana Ficticia Vera", "birth_on": "1990-05-02" });
    let matches = colleague.post("/migrants/matches", described).await.ok();
    assert_eq!(matches, json!({ "items": [], "known_elsewhere": [app.world.pic] }));
}
