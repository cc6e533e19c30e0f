//! What hangs on a file: ways to reach a person, papers, mobility, vulnerabilities.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::people::{behind_the_walls, case_of, last_act, path_of, register, version_of};
use crate::support::{Account, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_says_how_to_use_it_safely_and_who_must_not_know() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerLeg).await;
    let file = path_of("migrants", &register(&worker, app.world.leg, ("Luz", "Ficticia"), json!({})).await);
    let points = format!("{file}/contact-points");
    let body = json!({ "kind": "phone", "value": "0917 555 0123", "belongs_to": "PAR", "safe": true,
        "safe_channels": ["sms", "sms", "call"], "safe_hours": "after 18:00", "language": "bik", "must_not_know": "her husband" });
    let added = worker.post(&points, body).await;
    assert_eq!(added.version(), 2, "the file counts it");
    let phone = added.created();
    assert_eq!(
        (&phone["value"], &phone["safe_channels"]),
        (&json!("+639175550123"), &json!(["sms", "call"]))
    );
    let second = worker.post(&points, json!({ "kind": "messaging", "value": "@luz" })).await.created();
    assert_eq!((&phone["position"], &second["position"]), (&json!(0), &json!(1)), "after those there are");
    let listed = worker.get(&points).await;
    assert_eq!(listed.version(), 3);
    assert_eq!(listed.ok()["items"], json!([phone, second]));
    assert_eq!(last_act(&app).await.0, "contact_points.read");

    let one = format!("{file}{}", path_of("contact-points", &phone));
    let abroad = worker
        .patch(&one, 3, json!({ "value": "+965 5000 1234", "position": 4, "safe_hours": null }))
        .await
        .ok();
    assert_eq!((&abroad["value"], &abroad["safe_hours"]), (&json!("+96550001234"), &Value::Null));
    assert_eq!(
        worker.get(&points).await.ok()["items"][0]["id"],
        second["id"],
        "the order of preference changed"
    );
    worker.patch(&one, 4, json!({ "safe": false })).await.complains_of(&["/safe_channels"]);
    let unsafe_now = worker.patch(&one, 4, json!({ "safe": false, "safe_channels": null })).await.ok();
    assert_eq!((&unsafe_now["safe"], &unsafe_now["safe_channels"]), (&json!(false), &json!([])));
    worker.patch(&one, 5, json!({ "safe_channels": ["call"] })).await.complains_of(&["/safe_channels"]);
    let wrong = json!({ "value": "12", "belongs_to": "X", "language": "zzz", "position": -1, "ended_on": "2199-01-01" });
    let all = ["/value", "/belongs_to", "/language", "/position", "/ended_on"];
    worker.patch(&one, 5, wrong).await.complains_of(&all);

    worker.post(&format!("{one}/end"), json!({})).await.ok();
    let whole = worker.get(&file).await.ok();
    assert_eq!(whole["must_not_know"], json!(["her husband"]), "the danger does not end with the phone");
    let again = worker.patch(&one, 6, json!({ "ended_on": null, "must_not_know": null })).await.ok();
    assert_eq!(again["ended_on"], Value::Null, "an end by mistake is corrected");
    assert_eq!(worker.get(&file).await.ok()["must_not_know"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_is_added_once_edited_at_its_version_and_ended_once() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let file = path_of("migrants", &register(&worker, app.world.pic, ("Ana", "Ficticia"), json!({})).await);
    let stranger = app.client(Account::WorkerLeg).await;
    // Part, body, another body, edit.
    let parts = [
        (
            "contact-points",
            json!({ "kind": "phone", "value": "0991234567" }),
            ("value", "0991234568"),
            json!({ "position": 7 }),
        ),
        (
            "identity-documents",
            json!({ "type": "PPT", "number": "P0000123A" }),
            ("number", "P0000123B"),
            json!({ "held_by": "the employer" }),
        ),
        (
            "mobility",
            json!({ "category": "TRA", "from_on": "2024-03-01" }),
            ("category", "IMM"),
            json!({ "country": "CO", "from_on": "2024-02-01" }),
        ),
        (
            "specific-needs",
            json!({ "code": "SP", "from_on": "2024-03-01" }),
            ("code", "SC-UC"),
            json!({ "code": "DS" }),
        ),
    ];
    for (part, mut body, (other_field, other_value), edit) in parts {
        let id = Uuid::now_v7();
        body["id"] = json!(id);
        let (list, one) = (format!("{file}/{part}"), format!("{file}/{part}/{id}"));
        stranger.post(&list, body.clone()).await.is_problem(404, "not_found");
        stranger.get(&list).await.is_problem(404, "not_found");
        let made = worker.post(&list, body.clone()).await.created();
        assert_eq!(made["id"], json!(id), "{part}");
        let version = version_of(&worker, &file).await;
        let replayed = worker.post(&list, body.clone()).await;
        assert_eq!(replayed.version(), version, "{part} was counted twice");
        assert_eq!(replayed.ok(), made);
        let mut other = body.clone();
        other[other_field] = json!(other_value);
        worker.post(&list, other).await.is_problem(409, "id_already_used");
        let unread = worker
            .send(
                Method::PATCH,
                &format!("/api/v1{one}"),
                &[("Content-Type", "application/json")],
                Some(b"{}".to_vec()),
            )
            .await;
        unread.is_problem(428, "version_required");
        let stale = worker.patch(&one, version - 1, edit.clone()).await.is_problem(412, "stale_version");
        assert_eq!(stale["current"]["version"], json!(version), "{part}");
        stranger.patch(&one, version, edit.clone()).await.is_problem(404, "not_found");
        worker
            .patch(&format!("{file}/{part}/{}", Uuid::now_v7()), version, edit.clone())
            .await
            .is_problem(404, "not_found");
        assert_eq!(
            worker.patch(&one, version, json!({})).await.version(),
            version,
            "an empty edit of {part} is none"
        );
        assert_eq!(worker.patch(&one, version, edit).await.version(), version + 1, "{part}");
        assert!(last_act(&app).await.0.ends_with("ed"), "{part}");
        stranger.post(&format!("{one}/end"), json!({})).await.is_problem(404, "not_found");
        let early = json!({ "on": "2199-01-01" });
        worker.post(&format!("{one}/end"), early).await.complains_of(&["/on"]);
        let ended = worker.post(&format!("{one}/end"), json!({ "on": "2024-04-01" })).await;
        assert_eq!(ended.version(), version + 2);
        let ended = ended.ok();
        assert!(ended["ended_on"] == "2024-04-01" || ended["until_on"] == "2024-04-01", "{part}: {ended}");
        let said_again = worker.post(&format!("{one}/end"), json!({ "on": "2024-04-01" })).await;
        assert_eq!(said_again.version(), version + 2, "the same end of {part} is no second one");
        worker
            .post(&format!("{one}/end"), json!({ "on": "2024-04-02" }))
            .await
            .is_problem(409, "part_already_ended");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_a_paper_is_encrypted_masked_and_read_one_by_one() {
    let app = TestApp::new().await;
    let (worker, field) = (app.client(Account::WorkerPic).await, app.client(Account::FieldPic).await);
    let file = register(&field, app.world.pic, ("Ana", "Ficticia"), json!({})).await;
    let file = path_of("migrants", &file);
    let papers = format!("{file}/identity-documents");
    let body = json!({ "type": "PPT", "country": "VE", "number": "P-0000123A", "issued_on": "2020-01-01",
        "expires_on": "2030-01-01", "held_by": "the employer" });
    let paper = field.post(&papers, body).await.created();
    assert_eq!((&paper["number_masked"], &paper["held_by"]), (&json!("•••23A"), &json!("the employer")));
    assert!(paper.get("number").is_none(), "{paper}");
    let one = format!("{file}{}", path_of("identity-documents", &paper));

    let stored =
        behind_the_walls(&app, "SELECT encode(number_sealed, 'escape') AS line FROM identity_documents")
            .await;
    assert_eq!(stored.len(), 1);
    let everything = "SELECT row_to_json(t)::text AS line FROM identity_documents t
        UNION ALL SELECT row_to_json(t)::text FROM migrant_search_keys t UNION ALL SELECT row_to_json(t)::text FROM migrant_events t
        UNION ALL SELECT row_to_json(t)::text FROM audit_events t UNION ALL SELECT row_to_json(t)::text FROM receipts t";
    let stored = [stored, behind_the_walls(&app, everything).await].concat().join("\n");
    for clear in ["0000123", "P-0000123A", "P0000123A"] {
        assert!(!stored.contains(clear), "{clear} lies in clear in the database");
    }

    for client in [&worker, &field] {
        let whole = client.get(&file).await.ok();
        assert_eq!(whole["identity_documents"], json!([paper]), "masked in the file for everybody");
    }
    field.get(&format!("{one}/number")).await.is_problem(403, "forbidden");
    let read = worker.get(&format!("{one}/number")).await.ok();
    assert_eq!(read, json!({ "number": "P-0000123A" }));
    let (action, facts) = last_act(&app).await;
    assert_eq!((action.as_str(), &facts), ("identity_document.number_read", &json!({ "part": paper["id"] })));
    app.client(Account::WorkerLeg).await.get(&format!("{one}/number")).await.is_problem(404, "not_found");

    let renumbered =
        worker.patch(&one, 2, json!({ "number": "V-998877", "type": "FID", "held_by": null })).await.ok();
    assert_eq!((&renumbered["number_masked"], &renumbered["type"]), (&json!("•••877"), &json!("FID")));
    assert_eq!(worker.get(&format!("{one}/number")).await.ok()["number"], "V-998877");
    let by_new = worker.get("/migrants?q=v998877").await.ok();
    assert_eq!(by_new["items"].as_array().map(Vec::len), Some(1), "found by the new number");
    assert_eq!(
        worker.get("/migrants?q=p0000123a").await.ok()["items"],
        json!([]),
        "no longer by the wrong one"
    );
    let wrong = json!({ "type": "?", "country": "XX", "issued_on": "2031-01-01", "ended_on": "2199-01-01", "number": "x".repeat(61) });
    let all = ["/type", "/country", "/issued_on", "/expires_on", "/ended_on", "/number"];
    worker.patch(&one, 3, wrong).await.complains_of(&all);
    let told = worker.get(&format!("{file}/history")).await.ok();
    assert!(!told.to_string().contains("998877"), "{told}");
    let change = &told["items"][0]["changes"];
    let number = change.as_array().expect("changes").iter().find(|change| change["field"] == "number");
    assert_eq!(number, Some(&json!({ "field": "number", "restricted": true, "from": null, "to": null })));
}

/// Scene 18 of the domain: the category changes on a day, and what was true before stays so.
#[tokio::test(flavor = "multi_thread")]
async fn mobility_is_a_history_of_days_and_a_correction_leaves_one_too() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let facts = json!({ "mobility": [{ "category": "TRA", "from_on": "2024-03-01" }] });
    let file = register(&worker, app.world.pic, ("Ana", "Ficticia"), facts).await;
    let transit = file["mobility"][0].clone();
    let file = path_of("migrants", &file);
    let list = format!("{file}/mobility");
    let refuge = worker.post(&list, json!({ "category": "ASY", "from_on": "2024-03-08" })).await.created();
    let both = worker.get(&list).await.ok();
    assert_eq!(both["items"], json!([refuge, transit]), "several hold at once, the newest first");
    worker.post(&list, json!({ "category": "ASY" })).await.complains_of(&["/category"]);
    let wrong =
        json!({ "category": "NOPE", "country": "XX", "from_on": "2199-01-01", "until_on": "2198-01-01" });
    worker.post(&list, wrong).await.complains_of(&["/category", "/country", "/from_on", "/until_on"]);

    let one = format!("{file}{}", path_of("mobility", &transit));
    worker.post(&format!("{one}/end"), json!({ "on": "2024-02-28" })).await.complains_of(&["/on"]);
    let ended = worker.post(&format!("{one}/end"), json!({ "on": "2024-03-08" })).await.ok();
    assert_eq!((&ended["from_on"], &ended["until_on"]), (&json!("2024-03-01"), &json!("2024-03-08")));
    let later = worker.post(&list, json!({ "category": "TRA", "from_on": "2024-05-01" })).await.created();
    let version = version_of(&worker, &file).await;
    worker.patch(&one, version, json!({ "until_on": null })).await.complains_of(&["/category"]);
    let corrected = worker
        .patch(&one, version, json!({ "category": "IMM", "country": "CO", "from_on": "2024-02-01" }))
        .await
        .ok();
    assert_eq!((&corrected["category"], &corrected["until_on"]), (&json!("IMM"), &json!("2024-03-08")));
    let never = format!("{file}{}", path_of("mobility", &later));
    worker.patch(&never, version + 1, json!({ "until_on": "2024-05-01" })).await.ok();
    worker.post(&list, json!({ "category": "TRA", "from_on": "2024-04-20" })).await.created();

    let told = worker.get(&format!("{file}/history?limit=3")).await.ok();
    let entry = &told["items"][2];
    assert_eq!((&entry["kind"], &entry["part_id"]), (&json!("mobility.corrected"), &transit["id"]));
    assert_eq!(entry["staff_name"], "Test worker.pic");
    let said = |field: &str, from: Value, to: Value| json!({ "field": field, "restricted": false, "from": from, "to": to });
    assert_eq!(
        entry["changes"],
        json!([
            said("category", json!("TRA"), json!("IMM")),
            said("country", Value::Null, json!("CO")),
            said("from_on", json!("2024-03-01"), json!("2024-02-01"))
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_restricted_vulnerability_others_learn_that_there_is_one() {
    let app = TestApp::new().await;
    let (worker, colleague) = (app.client(Account::WorkerPic).await, app.client(Account::ColleaguePic).await);
    let (psychologist, supervisor) =
        (app.client(Account::PsychologistPic).await, app.client(Account::SupervisorPic).await);
    let person = register(&worker, app.world.pic, ("Ana", "Ficticia"), json!({})).await;
    let file = path_of("migrants", &person);
    let list = format!("{file}/specific-needs");
    let survivor = psychologist.post(&list, json!({ "code": "SV" })).await.created();
    assert_eq!((&survivor["code"], &survivor["restricted"]), (&json!("SV"), &json!(true)));
    let plain = worker.post(&list, json!({ "code": "SP" })).await.created();
    for other in [&worker, &colleague, &supervisor] {
        for path in [&list, &file, &format!("{file}/history")] {
            let seen = other.get(path).await.ok().to_string();
            assert!(!seen.contains("\"SV\"") && seen.contains("\"restricted\":true"), "{path}: {seen}");
        }
    }
    assert_eq!(worker.get(&list).await.ok()["items"][1]["code"], Value::Null);
    let one = format!("{file}{}", path_of("specific-needs", &survivor));
    let version = version_of(&worker, &file).await;
    worker.patch(&one, version, json!({ "code": "SP" })).await.is_problem(403, "forbidden");
    worker.post(&format!("{one}/end"), json!({})).await.is_problem(403, "forbidden");
    worker.post(&list, json!({ "code": "SP" })).await.complains_of(&["/code"]);
    worker.post(&list, json!({ "code": "NOPE" })).await.complains_of(&["/code"]);
    let guessed = colleague.post(&list, json!({ "code": "SV" })).await.created();
    assert_eq!(guessed["code"], "SV", "who writes it down knows it, and is not told that it was known");
    let last = last_act(&app).await;
    assert_eq!(last.0, "specific_need.added");
    assert!(!last.1.to_string().contains("SV"), "a restricted code in the trail");

    case_of(&worker, app.world.pic, &person).await;
    assert!(worker.get(&list).await.ok().to_string().contains("\"SV\""), "now it is the worker's own case");
    let plain = format!("{file}{}", path_of("specific-needs", &plain));
    let version = version_of(&psychologist, &file).await;
    let graver = psychologist.patch(&plain, version, json!({ "code": "TR" })).await.ok();
    assert_eq!((&graver["code"], &graver["restricted"]), (&json!("TR"), &json!(true)));
    assert!(!colleague.get(&file).await.ok().to_string().contains("\"TR\""));
    let told = colleague.get(&format!("{file}/history")).await.ok();
    assert_eq!(
        told["items"][0]["changes"][0],
        json!({ "field": "code", "restricted": true, "from": null, "to": null })
    );
    let told = psychologist.get(&format!("{file}/history")).await.ok();
    assert_eq!(
        told["items"][0]["changes"][0],
        json!({ "field": "code", "restricted": true, "from": "SP", "to": "TR" })
    );
}
