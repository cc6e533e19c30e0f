//! Persons' files: registered with gaps, edited by several people, and hidden from those they are not for.

use diesel_async::SimpleAsyncConnection;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::people::{behind_the_walls, case_of, last_act, path_of, register};
use crate::support::{Account, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_nothing_of_themselves_is_registered_under_a_word() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let body = json!({ "office_id": app.world.pic, "code_name": "Luna", "sex": 0 });
    let answer = worker.post("/migrants", body).await;
    assert_eq!(answer.version(), 1);
    let file = answer.created();
    assert!(file["number"].as_str().is_some_and(|number| number.starts_with("M-PIC-20")), "{file}");
    assert_eq!((&file["name"], &file["sex"]), (&json!("Luna"), &json!(0)));
    for unknown in ["given_names", "birth_on", "birth_precision", "nationality", "territory", "stay_status"] {
        assert_eq!(file[unknown], Value::Null, "{unknown}");
    }
    for part in
        ["contact_points", "identity_documents", "mobility", "specific_needs", "relations", "consents"]
    {
        assert_eq!(file[part], json!([]), "{part}");
    }
    assert_eq!(worker.get(&path_of("migrants", &file)).await.ok(), file, "read back as it was answered");
    assert_eq!(last_act(&app).await.0, "migrant.read");
}

/// Scene 1 of the domain with everything that may be known at intake.
#[tokio::test(flavor = "multi_thread")]
async fn a_returnee_is_saved_whole_in_one_call() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let body = json!({ "office_id": app.world.pic, "given_names": "El Hadji Mamadou", "family_names": "Sané",
        "sex": 1, "age": 27, "nationality": "SN", "languages": ["mnk", "fra"], "interpreter_needed": true,
        "territory": "SN-C428", "landmark": "derrière la mosquée", "occupation": "maçon",
        "skills": ["maçonnerie", "conduite"], "stay_status": "regular",
        "contact_points": [
            { "kind": "phone", "value": "+221 77 555 01 23", "belongs_to": "SIB", "safe": true,
              "safe_channels": ["call", "sms"], "safe_hours": "après 18 h", "language": "mnk", "must_not_know": "l’oncle" },
            { "kind": "address", "value": "quartier Julacolon", "safe": false }],
        "identity_documents": [{ "type": "NID", "country": "SN", "number": "1 234 1999 00012" }],
        "mobility": [{ "category": "RET", "country": "ES", "from_on": "2024-10-01" }],
        "specific_needs": [{ "code": "SM-CI" }],
        "consents": [{ "purpose": "services", "given_by": "self", "how": "spoken", "language": "mnk" }] });
    let file = worker.post("/migrants", body).await.created();
    let year = app.app.now().date_naive().format("%Y").to_string().parse::<i32>().expect("a year") - 27;
    assert_eq!(
        (&file["birth_on"], &file["birth_precision"]),
        (&json!(format!("{year}-01-01")), &json!("estimated"))
    );
    assert_eq!((&file["languages"], &file["territory"]), (&json!(["mnk", "fra"]), &json!("SN-C428")));
    assert_eq!(file["skills"], json!(["maçonnerie", "conduite"]));
    let phone = &file["contact_points"][0];
    assert_eq!(
        (&phone["value"], &phone["belongs_to"]),
        (&json!("+221775550123"), &json!("SIB")),
        "E.164, a brother's"
    );
    assert_eq!(file["must_not_know"], json!(["l’oncle"]), "who must not know stands on top of the file");
    assert_eq!(file["identity_documents"][0]["number_masked"], "•••012");
    assert_eq!(
        (&file["mobility"][0]["category"], &file["mobility"][0]["until_on"]),
        (&json!("RET"), &Value::Null)
    );
    assert_eq!(file["specific_needs"][0]["code"], "SM-CI");
    assert_eq!(file["consents"][0]["purpose"], "services");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_comes_back_byte_for_byte_composed() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let names = [
        ("Ma. Luz", "dela Cruz", Some("Jr.")),
        ("José-María", "de Guzmán y Peña", Some("III")),
        ("El Hadji", "N’Diaye-Ñáñez", None),
        ("Ñusta  Sisa", "O'Brien", Some("Sr.")),
        ("محمد", "الأمين", None),
        ("美玲", "陳", None),
    ];
    for (given, family, suffix) in names {
        let file = register(&worker, app.world.pic, (given, family), json!({ "name_suffix": suffix })).await;
        let shown = worker.get(&path_of("migrants", &file)).await.ok();
        assert_eq!((&shown["given_names"], &shown["family_names"]), (&json!(given), &json!(family)));
        let whole = [Some(given), Some(family), suffix].into_iter().flatten().collect::<Vec<_>>().join(" ");
        assert_eq!(shown["name"], json!(whole));
    }
    let apart = register(&worker, app.world.pic, (" Pen\u{303}a", "Se\u{301}ne "), json!({})).await;
    assert_eq!((&apart["given_names"], &apart["family_names"]), (&json!("Pe\u{f1}a"), &json!("S\u{e9}ne")));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_a_registration_is_told_at_once_and_nothing_of_it_is_kept() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let long = "ñ".repeat(100_000);
    let body = json!({ "office_id": app.world.pic, "sex": 7, "given_names": long, "name_suffix": "a\nb",
        "birth_on": "1990-02-01", "age": 30, "nationality": "XX", "second_nationality": "ec", "languages": ["mnk", "zzz"],
        "territory": "EC-999999", "gender_identity": "Q", "remarks": long, "registered_at": "2199-01-01T00:00:00Z",
        "contact_points": [
            { "kind": "phone", "value": "12" },
            { "kind": "email", "value": "nobody", "belongs_to": "XXX", "language": "zzz" },
            { "kind": "messaging", "value": "  " },
            { "kind": "phone", "value": "0991234567", "safe": false, "safe_channels": ["call"] }],
        "identity_documents": [{ "type": "???", "country": "XX", "issued_on": "2020-05-01", "expires_on": "2020-04-30" }],
        "mobility": [{ "category": "TRA", "from_on": "2024-02-01", "until_on": "2024-01-01" },
                     { "category": "REF", "from_on": "2024-01-01" }, { "category": "REF", "from_on": "2024-02-01" },
                     { "category": "NOPE", "from_on": "1800-01-01" }],
        "specific_needs": [{ "code": "NOPE", "from_on": "2199-01-01" }],
        "consents": [{ "purpose": "share_with_agency", "given_by": "self", "how": "spoken",
                       "given_at": "2199-01-01T00:00:00Z" },
                     { "purpose": "contact", "facts": ["nope"], "given_by": "self", "how": "signed",
                       "valid_until": "2000-01-01" }] });
    let told = worker.post("/migrants", body).await.complains_of(&[
        "/sex",
        "/given_names",
        "/name_suffix",
        "/age",
        "/nationality",
        "/second_nationality",
        "/languages/1",
        "/territory",
        "/gender_identity",
        "/remarks",
        "/registered_at",
        "/contact_points/0/value",
        "/contact_points/1/value",
        "/contact_points/1/belongs_to",
        "/contact_points/1/language",
        "/contact_points/2/value",
        "/contact_points/3/safe_channels",
        "/identity_documents/0/type",
        "/identity_documents/0/country",
        "/identity_documents/0/expires_on",
        "/mobility/0/until_on",
        "/mobility/2/category",
        "/mobility/3/category",
        "/mobility/3/from_on",
        "/specific_needs/0/code",
        "/specific_needs/0/from_on",
        "/consents/0/facts",
        "/consents/0/given_at",
        "/consents/1/facts/0",
        "/consents/1/valid_until",
    ]);
    assert!(!told.to_string().contains('ñ'), "a complaint repeats what was sent");
    worker
        .post("/migrants", json!({ "office_id": app.world.pic, "sex": 2, "landmark": "x" }))
        .await
        .complains_of(&["/given_names"]);
    for table in ["migrants", "contact_points", "identity_documents", "migrant_search_keys", "migrant_events"]
    {
        let rows = behind_the_walls(&app, &format!("SELECT count(*)::text AS line FROM {table}")).await;
        assert_eq!(rows, ["0"], "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_and_not_quoted() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let office = app.world.pic;
    let bodies: [(Vec<u8>, u16, &str); 7] = [
        (b"{\"office_id\":".to_vec(), 400, "malformed_body"),
        (b"{\"given_names\":\"\xff\xfe\"}".to_vec(), 400, "malformed_body"),
        (
            format!(r#"{{"office_id":"{office}","sex":2,"given_names":"A\u0000na"}}"#).into_bytes(),
            400,
            "forbidden_character",
        ),
        (
            format!(r#"{{"office_id":"{office}","sex":2,"given_names":"\ud83d"}}"#).into_bytes(),
            400,
            "malformed_body",
        ),
        (format!(r#"{{"office_id":"{office}","sex":2,"nombre":"Ana"}}"#).into_bytes(), 400, "unknown_field"),
        (
            format!(r#"{{"office_id":"{office}","sex":"Secreta","given_names":"Ana"}}"#).into_bytes(),
            400,
            "malformed_body",
        ),
        (
            format!(r#"{{"office_id":"{office}","sex":2,"birth_on":"1990-02-31"}}"#).into_bytes(),
            400,
            "malformed_body",
        ),
    ];
    for (body, status, code) in bodies {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let answer = worker
            .send(Method::POST, "/api/v1/migrants", &[("Content-Type", "application/json")], Some(body))
            .await;
        assert_eq!((answer.status.as_u16(), &answer.json["code"]), (status, &json!(code)), "{shown}");
        assert!(!answer.json.to_string().contains("Secreta"));
    }
    let whole = vec![b' '; app.app.settings.request_body_limit + 1];
    let json_type = [("Content-Type", "application/json")];
    worker
        .send(Method::POST, "/api/v1/migrants", &json_type, Some(whole))
        .await
        .is_problem(413, "body_too_large");
    worker.get("/migrants/not-an-id").await.is_problem(404, "not_found");
    worker.get("/migrants?colour=red").await.is_problem(400, "malformed_query");
    worker.get("/migrants?limit=0").await.is_problem(400, "malformed_query");
    worker.get("/migrants?after=nonsense").await.is_problem(400, "malformed_query");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_sent_again_is_not_made_again() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let id = Uuid::now_v7();
    let body = json!({ "id": id, "office_id": app.world.pic, "given_names": "Ana", "sex": 2 });
    let first = worker.post("/migrants", body.clone()).await.created();
    assert_eq!(first["id"], json!(id), "the id the client made");
    assert_eq!(worker.post("/migrants", body.clone()).await.ok(), first);
    let mut other = body.clone();
    other["given_names"] = json!("Eva");
    worker.post("/migrants", other).await.is_problem(409, "id_already_used");
    let colleague = app.client(Account::ColleaguePic).await;
    colleague.post("/migrants", body).await.is_problem(409, "id_already_used");

    let keyed = |name: &str| {
        json!({ "office_id": app.world.pic, "given_names": name, "sex": 2 }).to_string().into_bytes()
    };
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "tablet-7-0001")];
    let send =
        async |name: &str| worker.send(Method::POST, "/api/v1/migrants", &headers, Some(keyed(name))).await;
    let made = send("Rosa").await.created();
    assert_eq!(send("Rosa").await.ok()["id"], made["id"]);
    send("Luz").await.is_problem(409, "idempotency_key_already_used");
    assert_eq!(behind_the_walls(&app, "SELECT count(*)::text AS line FROM migrants").await, ["2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobodys_edit_is_overwritten_unseen() {
    let app = TestApp::new().await;
    let (worker, colleague) = (app.client(Account::WorkerPic).await, app.client(Account::ColleaguePic).await);
    let file =
        register(&worker, app.world.pic, ("Ana", "Ficticia"), json!({ "occupation": "costurera" })).await;
    let path = path_of("migrants", &file);
    let json_type = [("Content-Type", "application/json")];
    let body = Some(br#"{"sex":2}"#.to_vec());
    let answer = worker.send(Method::PATCH, &format!("/api/v1{path}"), &json_type, body).await;
    answer.is_problem(428, "version_required");
    let edited = colleague
        .patch(&path, 1, json!({ "family_names": "de Guzmán", "occupation": null, "skills": ["pan"] }))
        .await;
    assert_eq!(edited.version(), 2);
    let edited = edited.ok();
    assert_eq!((&edited["name"], &edited["occupation"]), (&json!("Ana de Guzmán"), &Value::Null));
    assert_eq!(last_act(&app).await.0, "migrant.edited");
    let (_, facts) = last_act(&app).await;
    assert_eq!(facts["fields"], json!(["family_names", "occupation", "skills"]));
    assert!(!facts.to_string().contains("Guzm"), "a value in the trail");
    let stale = worker.patch(&path, 1, json!({ "family_names": "Ficticia Vera" })).await;
    let stale = stale.is_problem(412, "stale_version");
    assert_eq!(
        (&stale["current"]["name"], &stale["current"]["version"]),
        (&json!("Ana de Guzmán"), &json!(2))
    );
    let same = worker.patch(&path, 2, json!({ "family_names": "de Guzmán", "skills": ["pan"] })).await;
    assert_eq!(same.version(), 2, "what changes nothing is no edit");
    assert_eq!(worker.patch(&path, 2, json!({ "skills": null })).await.ok()["skills"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_checked_like_a_registration() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let facts = json!({ "birth_on": "1991-04-17", "stay_status": "irregular" });
    let file = register(&worker, app.world.pic, ("Ana", "Ficticia"), facts).await;
    let path = path_of("migrants", &file);
    let wrong = json!({ "given_names": null, "family_names": "", "sex": 4, "nationality": "XX", "languages": ["zzz"],
        "birth_precision": "year", "territory": "nowhere", "gender_identity": "Q", "skills": ["a\u{7}"],
        "stay_status": null });
    worker.patch(&path, 1, wrong).await.complains_of(&[
        "/given_names",
        "/sex",
        "/nationality",
        "/languages/0",
        "/birth_on",
        "/territory",
        "/gender_identity",
        "/skills/0",
        "/stay_status",
    ]);
    let year =
        worker.patch(&path, 1, json!({ "birth_on": "1991-04-17", "birth_precision": "year" })).await.ok();
    assert_eq!((&year["birth_on"], &year["birth_precision"]), (&json!("1991-01-01"), &json!("year")));
    let unknown = worker.patch(&path, 2, json!({ "birth_on": null })).await.ok();
    assert_eq!((&unknown["birth_on"], &unknown["birth_precision"]), (&Value::Null, &Value::Null));
    let future = json!({ "birth_on": "2199-01-01" });
    worker.patch(&path, 3, future).await.complains_of(&["/birth_on"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_stay_is_regular_is_told_and_changed_only_by_those_who_may_read_it() {
    let app = TestApp::new().await;
    let (worker, psychologist) =
        (app.client(Account::WorkerPic).await, app.client(Account::PsychologistPic).await);
    let file =
        register(&worker, app.world.pic, ("Ana", "Ficticia"), json!({ "stay_status": "irregular" })).await;
    let path = path_of("migrants", &file);
    assert_eq!(worker.get(&path).await.ok()["stay_status"], json!({ "restricted": true, "value": null }));
    assert_eq!(
        psychologist.get(&path).await.ok()["stay_status"],
        json!({ "restricted": false, "value": "irregular" })
    );
    worker.patch(&path, 1, json!({ "stay_status": "regular" })).await.complains_of(&["/stay_status"]);
    psychologist.patch(&path, 1, json!({ "stay_status": "in_process" })).await.ok();
    case_of(&worker, app.world.pic, &file).await;
    let own = worker.get(&path).await.ok();
    assert_eq!(own["stay_status"]["value"], "in_process", "the worker of the person's open case reads it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_office_is_not_there() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let file = register(&worker, app.world.pic, ("Ana", "Ficticia"), json!({})).await;
    let path = path_of("migrants", &file);
    let stranger = app.client(Account::WorkerLeg).await;
    stranger.get(&path).await.is_problem(404, "not_found");
    stranger.patch(&path, 1, json!({ "sex": 2 })).await.is_problem(404, "not_found");
    let body = json!({ "office_id": app.world.pic, "given_names": "Eva", "sex": 2 });
    stranger.post("/migrants", body.clone()).await.is_problem(404, "not_found");
    assert_eq!(stranger.get("/migrants").await.ok()["items"], json!([]));
    let mut body = body;
    body["office_id"] = json!(Uuid::now_v7());
    worker.post("/migrants", body).await.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_person_is_nowhere_but_for_those_who_were_named() {
    let app = TestApp::new().await;
    let (worker, colleague) = (app.client(Account::WorkerPic).await, app.client(Account::ColleaguePic).await);
    let (supervisor, stranger) =
        (app.client(Account::SupervisorPic).await, app.client(Account::WorkerLeg).await);
    let facts = json!({ "birth_on": "1994-05-02", "contact_points": [{ "kind": "phone", "value": "+593991234567" }] });
    let file = register(&worker, app.world.pic, ("Rosa", "Inventada Vera"), facts).await;
    let sister = register(&colleague, app.world.pic, ("Luz", "Inventada Vera"), json!({})).await;
    let path = path_of("migrants", &file);
    let related = json!({ "other_id": sister["id"], "relation": "sibling" });
    worker.post(&format!("{path}/relations"), related).await.created();
    let case = case_of(&worker, app.world.pic, &file).await;
    let seal = json!({ "reason": "The person is threatened", "days": 30 });
    supervisor.post(&format!("{}/seal", path_of("cases", &case)), seal).await.ok();

    assert_eq!(worker.get(&path).await.ok()["name"], "Rosa Inventada Vera", "the case's worker was named");
    colleague.get(&path).await.is_problem(404, "not_found");
    for part in [
        "contact-points",
        "identity-documents",
        "mobility",
        "specific-needs",
        "relations",
        "consents",
        "history",
    ] {
        colleague.get(&format!("{path}/{part}")).await.is_problem(404, "not_found");
        worker.get(&format!("{path}/{part}")).await.ok();
    }
    for list in ["/migrants?q=rosa+inventada", "/migrants?q=0991234567", "/migrants"] {
        let seen = colleague.get(list).await.ok();
        assert!(!seen.to_string().contains("Rosa"), "{list}: {seen}");
    }
    let sisters = path_of("migrants", &sister);
    assert_eq!(colleague.get(&format!("{sisters}/relations")).await.ok()["items"], json!([]));
    let told = colleague.get(&format!("{sisters}/history")).await.ok();
    assert!(!told.to_string().contains(file["id"].as_str().expect("id")), "{told}");
    let related = json!({ "other_id": file["id"], "relation": "sibling" });
    colleague.post(&format!("{sisters}/relations"), related).await.complains_of(&["/other_id"]);
    let described =
        json!({ "name": "Rosa Inventada Vera", "birth_on": "1994-05-02", "phone": "+593991234567" });
    for asking in [&colleague, &stranger] {
        let matches = asking.post("/migrants/matches", described.clone()).await.ok();
        assert!(!matches.to_string().contains("Rosa"), "{matches}");
        assert_eq!(matches["known_elsewhere"], json!([]), "not even that an office knows her");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_goes_on_in_another_is_read_and_not_edited() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let kept = register(&worker, app.world.pic, ("Ana", "Ficticia"), json!({})).await;
    let double = register(&worker, app.world.pic, ("Anna", "Ficticia"), json!({})).await;
    let merge = format!(
        "UPDATE migrants SET status = 'merged', merged_into = '{}' WHERE id = '{}'",
        kept["id"].as_str().expect("id"),
        double["id"].as_str().expect("id")
    );
    app.database().await.batch_execute(&merge).await.expect("merged");
    let path = path_of("migrants", &double);
    let shown = worker.get(&path).await.ok();
    assert_eq!((&shown["status"], &shown["merged_into"]), (&json!("merged"), &kept["id"]));
    assert!(!shown["allowed"].to_string().contains("edit"));
    let refused = worker.patch(&path, 1, json!({ "sex": 2 })).await.is_problem(409, "file_not_in_use");
    assert_eq!(refused["merged_into"], kept["id"], "it says where to go on");
    let point = json!({ "kind": "phone", "value": "+593991234567" });
    worker.post(&format!("{path}/contact-points"), point).await.is_problem(409, "file_not_in_use");
    let found = worker.get("/migrants?q=ana+ficticia").await.ok();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
}
