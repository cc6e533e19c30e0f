//! Scenes from three desks, as they happen at the counter.

use chrono::{DateTime, TimeDelta, Utc};
use migrant_desk::ids::{OfficeId, StaffId};
use serde_json::{Value, json};

use crate::support::desk::{each, figure, id, individual, items, mails_to, open, person, with};
use crate::support::{Account, Client, TestApp};
use Account::{
    ColleaguePic, PartnerShelter, PsychologistPic, SupervisorLeg, SupervisorPic, WorkerLeg, WorkerPic,
};

/// The desk of Sédhiou and one of its workers.
async fn sedhiou(app: &TestApp) -> (OfficeId, Client) {
    let (office, staff) = (OfficeId::new(), StaffId::new());
    app.run(&format!(
        "INSERT INTO offices (id, code, name, kind, time_zone, languages, interface_language, currency, territory, hours)
         SELECT '{office}', 'SED', 'Bureau d’essai de Sédhiou', 'fixed', 'Africa/Dakar', '{{fra,mnk}}', 'fr', 'XOF', code, '[]'
         FROM territories WHERE code LIKE 'SN%' AND name = 'Sédhiou' ORDER BY cardinality(lineage) DESC LIMIT 1;
         INSERT INTO staff (id, email, name, role, language, password_hash)
         VALUES ('{staff}', 'worker.sed@desk.example', 'Test worker.sed', 'case_worker', 'fr', 'x');
         INSERT INTO staff_offices (staff_id, office_id) VALUES ('{staff}', '{office}');"
    ))
    .await;
    (office, Client::sign_in(app, staff).await)
}

async fn commune(app: &TestApp) -> String {
    app.line("SELECT territory AS line FROM offices WHERE code = 'SED'").await
}

async fn this_week(app: &TestApp, who: &Client, more: &str) -> Value {
    let today = app.app.now().date_naive();
    let (from, to) = (today - TimeDelta::days(5), today + TimeDelta::days(2));
    who.get(&format!("/reports/caseload?from={from}&to={to}{more}")).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_returnee_gives_an_age_and_no_birth_date() {
    let app = TestApp::new().await;
    let (office, worker) = sedhiou(&app).await;
    let commune = commune(&app).await;
    let today = app.app.now().date_naive();
    let body = json!({ "office_id": office, "given_names": "Kéba", "family_names": "Fictif", "sex": 1, "age": 27,
        "languages": ["mnk"], "interpreter_needed": true, "territory": commune,
        "mobility": [{ "category": "RET", "from_on": today }] });
    let person = worker.post("/migrants", body).await.created();
    assert_eq!((&person["birth_precision"], &person["territory"]), (&json!("estimated"), &json!(commune)));
    let born: i32 = person["birth_on"].as_str().expect("a day")[..4].parse().expect("a year");
    let age = today.format("%Y").to_string().parse::<i32>().expect("a year") - born;
    assert!((27..=28).contains(&age), "{age}");
    let body = with(individual(office, &id(&person), &["REP-RIN"]), json!({ "territory": commune }));
    let case = open(&worker, body).await;
    assert!(case["number"].as_str().expect("number").starts_with("SED-"));
    let report = this_week(&app, &worker, "&by=mobility").await.to_string();
    assert!(report.contains("RET"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hometown_association_is_a_client_and_never_a_person() {
    let app = TestApp::new().await;
    let (office, worker) = sedhiou(&app).await;
    let body = json!({ "office_id": office, "name": "Association fictive des ressortissants de Sédhiou", "country": "ES", "members": 42,
        "contact_name": "Awa Inventée", "contact_phone": "+34 612 345 678", "purpose": "Une école" });
    let association = worker.post("/associations", body).await.created();
    assert_eq!(
        (&association["members"], &association["contact_phone"]),
        (&json!(42), &json!("+34612345678"))
    );
    let body = json!({ "office_id": office, "client_kind": "ASC", "association_id": association["id"], "channel": "EML",
        "needs": [{ "service": "ENT-PLN", "detail": "Une école" }] });
    let case = open(&worker, body).await;
    assert_eq!(case["client_name"], "Association fictive des ressortissants de Sédhiou");
    assert_eq!(case["people"], json!([]));
    let given = json!({ "service": "ENT-PLN" });
    worker.post(&format!("/cases/{}/assistance", id(&case)), given).await.created();
    let report = this_week(&app, &worker, "").await;
    assert_eq!((figure(&report, "new"), figure(&report, "assistance")), (json!(1), json!(1)));
    assert_eq!(
        (figure(&report, "persons_served"), figure(&report, "people_benefiting")),
        (json!(0), json!(0))
    );
    let by_sex = this_week(&app, &worker, "&by=sex").await.to_string();
    assert!(by_sex.contains("not_applicable") && !by_sex.contains("not_known"), "{by_sex}");
    let row = worker.get("/cases").await.ok();
    assert_eq!(
        (&row["items"][0]["people"], &row["items"][0]["client_name"]),
        (&json!(0), &case["client_name"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mother_reports_a_daughter_abroad_whose_agency_nobody_knows() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerLeg).await;
    let daughter = person(&worker, app.world.leg, "Maricel").await;
    let body = with(
        individual(app.world.leg, &daughter, &["LAB-WAG", "LAB-WHD"]),
        json!({ "priority": "urgent", "channel": "PHO", "country_of_work": "KW",
            "caller": { "name": "Aling Kathang-isip", "relation": "PAR", "phone": "0917 555 0123", "must_not_learn": false } }),
    );
    let case = open(&worker, body).await;
    assert_eq!((&case["caller_relation"], &case["caller_phone"]), (&json!("PAR"), &json!("+639175550123")));
    assert_eq!(
        (&case["employer"], &case["client_name"]),
        (&Value::Null, &json!("Maricel de Prueba Inventada")),
        "the caller is not the client"
    );
    let task = json!({ "kind": "find_agency", "title": "Hanapin ang ahensya", "due_on": app.app.now().date_naive() });
    worker.post(&format!("/cases/{}/tasks", id(&case)), task).await.created();
    let mine = worker.get("/tasks?view=mine").await.ok();
    assert_eq!(
        (&mine["items"][0]["kind"], &mine["items"][0]["case_number"]),
        (&json!("find_agency"), &case["number"])
    );
    let row = worker.get("/cases?view=mine&priority=urgent").await.ok();
    assert_eq!(each(&row, "id"), [&case["id"]]);
    assert_eq!(each(&json!({ "items": row["items"][0]["needs"] }), "service"), ["LAB-WAG", "LAB-WHD"]);
    let found = worker
        .patch(&format!("/cases/{}", id(&case)), 1, json!({ "employer": "Ahensyang Likha" }))
        .await
        .ok();
    assert_eq!(found["employer"], "Ahensyang Likha");
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_missing_for_weeks_is_an_emergency_whose_clock_never_sleeps() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerLeg).await;
    let missing = person(&worker, app.world.leg, "Jomar").await;
    // A Friday evening in Manila.
    let friday: DateTime<Utc> = "2026-11-20T10:30:00Z".parse().expect("a moment");
    let body = with(
        individual(app.world.leg, &missing, &["PRT-MIS"]),
        json!({ "priority": "emergency", "opened_at": friday, "channel": "PHO" }),
    );
    let case = open(&worker, body).await;
    let due: DateTime<Utc> = case["due_at"].as_str().expect("due").parse().expect("a moment");
    assert_eq!(due - friday, TimeDelta::hours(24), "Saturday evening, not Monday");
    app.run_jobs().await;
    let told = mails_to(&app, SupervisorLeg);
    assert_eq!(told.len(), 1, "the supervisor is told at once");
    assert!(
        told[0].subject.contains("emergency")
            && told[0].text.contains(case["number"].as_str().expect("number"))
    );
    assert!(!told[0].text.contains("Jomar") && !told[0].text.contains("Whereabouts"));
    assert_eq!(mails_to(&app, SupervisorPic).len(), 0);
    // A case that becomes an emergency is told too, once.
    let other = open(&worker, individual(app.world.leg, &missing, &["HEA-GEN"])).await;
    let path = format!("/cases/{}", id(&other));
    worker.patch(&path, 1, json!({ "priority": "emergency" })).await.ok();
    worker.patch(&path, 2, json!({ "priority": "emergency", "summary": "Sa ospital" })).await.ok();
    app.run_jobs().await;
    assert_eq!(mails_to(&app, SupervisorLeg).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn eleven_seafarers_of_one_vessel_make_one_case() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerLeg).await;
    let mut people = vec![];
    for number in 0..11 {
        let seafarer = person(&worker, app.world.leg, &format!("Marino {number}")).await;
        people.push(json!({ "migrant_id": seafarer, "role": "complainant", "principal": number == 0 }));
    }
    let body = json!({ "office_id": app.world.leg, "client_kind": "GRP", "channel": "MSG", "people": people,
        "employer": "MV Kathang-isip", "needs": [{ "service": "LAB-WAG" }, { "service": "REP-REQ" }] });
    let case = open(&worker, body).await;
    assert_eq!(case["people"].as_array().map(Vec::len), Some(11));
    assert_eq!(case["people"][0]["principal"], true);
    let all: Vec<Value> = people.iter().map(|person| person["migrant_id"].clone()).collect();
    let given = json!({ "service": "LEG-ADV", "people": all });
    worker.post(&format!("/cases/{}/assistance", id(&case)), given).await.created();
    let report = this_week(&app, &worker, "").await;
    let figures =
        ["new", "assistance", "people_benefiting", "persons_served"].map(|measure| figure(&report, measure));
    assert_eq!(figures, [json!(1), json!(1), json!(11), json!(11)], "one case, one service, eleven persons");
    let of_one =
        worker.get(&format!("/cases?migrant={}", people[7]["migrant_id"].as_str().expect("id"))).await.ok();
    assert_eq!((each(&of_one, "id"), &of_one["items"][0]["people"]), (vec![&case["id"]], &json!(11)));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_cases_move_from_a_full_desk_to_a_free_one_and_history_keeps_the_old_owner() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    let mut cases = vec![];
    for _ in 0..12 {
        cases.push(id(&open(&worker, individual(app.world.pic, &rosa, &["INF"])).await));
    }
    let task = json!({ "title": "Llamar", "due_on": app.app.now().date_naive(), "owner_id": app.world.staff(WorkerPic) });
    worker.post(&format!("/cases/{}/tasks", cases[0]), task).await.created();
    let supervisor = app.client(SupervisorPic).await;
    let body = json!({ "case_ids": cases[..10], "staff_id": app.world.staff(ColleaguePic) });
    let moved = supervisor.post("/cases/assignments", body).await.ok();
    assert_eq!(items(&moved).len(), 10);
    let colleague = app.client(ColleaguePic).await;
    assert_eq!(items(&worker.get("/cases?view=mine").await.ok()).len(), 2);
    assert_eq!(items(&colleague.get("/cases?view=mine").await.ok()).len(), 10);
    assert_eq!(items(&worker.get("/tasks?view=mine").await.ok()).len(), 0);
    assert_eq!(items(&colleague.get("/tasks?view=mine").await.ok()).len(), 1, "its task went with it");
    let file = colleague.get(&format!("/cases/{}", cases[0])).await.ok();
    let owners: Vec<&Value> =
        file["holdings"].as_array().expect("holdings").iter().map(|held| &held["staff_id"]).collect();
    assert_eq!(owners, [&json!(app.world.staff(WorkerPic)), &json!(app.world.staff(ColleaguePic))]);
    let history = worker.get(&format!("/cases/{}/history", cases[0])).await.ok();
    let handed = items(&history).iter().find(|event| event["kind"] == "case.assigned").expect("both see it");
    assert_eq!(
        (&handed["facts"]["from"], &handed["staff_id"]),
        (&json!(app.world.staff(WorkerPic)), &json!(app.world.staff(SupervisorPic)))
    );
}

/// A mother in transit with three children, at the desk of Pichincha: her id and the case.
async fn family(app: &TestApp, worker: &Client) -> (String, Value) {
    let mother = person(worker, app.world.pic, "Yuleisi").await;
    let mut people = vec![json!({ "migrant_id": mother, "role": "client", "principal": true })];
    for child in ["Ana", "Luis", "Bebé"] {
        people.push(json!({ "migrant_id": person(worker, app.world.pic, child).await, "role": "dependant" }));
    }
    let body = json!({ "office_id": app.world.pic, "client_kind": "HH", "channel": "WLK", "people": people, "priority": "emergency",
        "needs": [{ "service": "HOU-EMG" }, { "service": "FOO" }, { "service": "EDU-SCH" }] });
    let case = open(worker, body).await;
    (mother, case)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_of_four_gets_three_services_in_a_day_and_is_one_case() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let (_, case) = family(&app, &worker).await;
    assert_eq!((&case["client_kind"], case["people"].as_array().map(Vec::len)), (&json!("HH"), Some(4)));
    let all: Vec<&Value> =
        case["people"].as_array().expect("people").iter().map(|person| &person["migrant_id"]).collect();
    for (service, need) in [("HOU-EMG", 0), ("FOO", 1), ("EDU-SCH", 2)] {
        let given = json!({ "service": service, "need_id": case["needs"][need]["id"], "people": all });
        worker.post(&format!("/cases/{}/assistance", id(&case)), given).await.created();
    }
    let report = this_week(&app, &worker, "").await;
    let figures =
        ["new", "assistance", "people_benefiting", "persons_served"].map(|measure| figure(&report, measure));
    assert_eq!(figures, [json!(1), json!(3), json!(4), json!(4)]);
    let row = worker.get("/cases?view=mine").await.ok();
    assert_eq!((&row["items"][0]["stage"], &row["items"][0]["people"]), (&json!("in_progress"), &json!(4)));
    app.run_jobs().await;
    assert_eq!(mails_to(&app, SupervisorPic).len(), 1, "shelter is an emergency");
}

#[tokio::test(flavor = "multi_thread")]
async fn she_hints_at_violence_and_the_shelter_sees_nothing_of_it() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let (mother, case) = family(&app, &worker).await;
    let path = format!("/cases/{}", id(&case));
    let psychologist = app.client(PsychologistPic).await;
    let words = json!({ "body": "Insinúa violencia de su pareja.", "restricted": true });
    psychologist.post(&format!("{path}/notes"), words).await.created();
    psychologist
        .post(&format!("{path}/needs"), json!({ "service": "PRT-GBV", "detail": "Violencia" }))
        .await
        .created();
    let social_worker = app.client(ColleaguePic).await;
    let notes = social_worker.get(&format!("{path}/notes")).await.ok();
    assert_eq!((items(&notes).len(), &notes["items"][0]["restricted"]), (1, &json!(true)));
    let file = social_worker.get(&path).await.ok();
    assert_eq!((&file["notes"], file["needs"].as_array().map(Vec::len)), (&json!(1), Some(4)));
    let seen = format!("{notes}{file}{}", social_worker.get(&format!("{path}/history")).await.ok());
    assert!(!seen.contains("iolencia") && !seen.contains("PRT-GBV"), "{seen}");

    let consent = json!({ "purpose": "share_with_agency", "facts": ["name", "sex", "need_detail"], "given_by": "self", "how": "spoken" });
    worker.post(&format!("/migrants/{mother}/consents"), consent).await.created();
    let draft = json!({ "need_id": case["needs"][0]["id"], "service_id": app.world.shelter_service, "facts": ["name", "sex"] });
    let draft = worker.post(&format!("{path}/referrals"), draft).await.created();
    worker.post_on(&format!("/referrals/{}/moves", id(&draft)), 1, json!({ "move": "send" })).await.ok();
    app.run_jobs().await;
    let shelter = app.client(PartnerShelter).await;
    let opened = shelter.get(&format!("/inbox/referrals/{}", id(&draft))).await.ok();
    let inbox = shelter.get("/inbox/referrals").await.ok();
    let mails: String = app.mails().into_iter().map(|mail| mail.subject + &mail.text).collect();
    for words in [opened.to_string(), inbox.to_string(), mails] {
        assert!(!words.contains("iolencia") && !words.contains("PRT"), "{words}");
    }
    assert!(opened.to_string().contains("Yuleisi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn she_applies_for_refuge_and_last_weeks_report_stays_what_it_was() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let today = app.app.now().date_naive();
    let body = json!({ "office_id": app.world.pic, "given_names": "Yuleisi", "family_names": "Fingida", "sex": 2,
        "mobility": [{ "category": "TRA", "from_on": today - TimeDelta::days(9) }] });
    let mother = id(&worker.post("/migrants", body).await.created());
    open(&worker, individual(app.world.pic, &mother, &["HOU-EMG"])).await;
    let (from, to) = (today - TimeDelta::days(3), today + TimeDelta::days(3));
    let last_week = format!("/reports/caseload?from={from}&to={to}&by=mobility");
    let before = worker.get(&last_week).await.ok();
    assert!(before["rows"].to_string().contains("TRA"), "{before}");

    app.advance(TimeDelta::days(7));
    let worker = app.client(WorkerPic).await;
    let applied = today + TimeDelta::days(7);
    app.run(&format!(
        "UPDATE mobility_periods SET until_on = '{applied}' WHERE migrant_id = '{mother}';
         INSERT INTO mobility_periods (id, migrant_id, category, from_on) VALUES (gen_random_uuid(), '{mother}', 'ASY', '{applied}')"
    ))
    .await;
    let after = worker.get(&last_week).await.ok();
    assert_eq!((&after["rows"], &after["totals"]), (&before["rows"], &before["totals"]));
    open(&worker, individual(app.world.pic, &mother, &["DOC-ASY"])).await;
    let next = format!("/reports/caseload?from={applied}&to={}&by=mobility", applied + TimeDelta::days(2));
    let now = worker.get(&next).await.ok();
    assert!(now["rows"].to_string().contains("ASY"), "{now}");
}
