//! Cases: opening, editing, their lists and their history.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::desk::{case, each, id, individual, items, open, person, trail, with};
use crate::support::{Account, Client, TestApp};
use Account::{ColleaguePic, FieldPic, Manager, PsychologistPic, SupervisorPic, WorkerLeg, WorkerPic};

fn moment(value: &Value) -> DateTime<Utc> {
    value.as_str().expect("a moment").parse().expect("a moment")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_case_has_its_number_its_owner_its_due_moment_and_its_first_dated_facts() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    let body = with(
        individual(app.world.pic, &rosa, &["HOU", "PRT-GBV"]),
        json!({ "priority": "urgent", "territory": "EC-170150", "summary": "  Necesita techo  ", "employer": "Nave Fingida",
            "country_of_work": "KW", "caller": { "name": "Luz Inventada", "relation": "PAR", "phone": "0991234567" } }),
    );
    let answer = worker.post("/cases", body).await;
    let location = answer.headers["location"].to_str().expect("location").to_owned();
    let made = answer.created();
    let case = id(&made);
    assert_eq!(location, format!("/api/v1/cases/{case}"));
    let year = app.app.now().format("%Y").to_string();
    assert_eq!(made["number"], format!("PIC-{year}-000001"));
    assert_eq!(
        (&made["status"], &made["stage"], &made["version"]),
        (&json!("open"), &json!("new"), &json!(1))
    );
    assert_eq!(made["assigned_to"], json!(app.world.staff(WorkerPic)), "a worker owns what they open");
    assert_eq!(moment(&made["due_at"]) - moment(&made["opened_at"]), TimeDelta::hours(72));
    assert_eq!(made["summary"], "Necesita techo");
    assert_eq!(made["caller_phone"], "+593991234567", "read as people of the office's country write it");
    assert_eq!(made["client_name"], "Rosa de Prueba Inventada");
    assert_eq!(made["needs"][1]["restricted"], true, "the code locks the need");
    for (table, until) in
        [("case_spans", "closed_at"), ("case_holdings", "until_at"), ("case_priorities", "until_at")]
    {
        let open = format!(
            "SELECT count(*)::text AS line FROM {table} WHERE case_id = '{case}' AND {until} IS NULL"
        );
        assert_eq!(app.line(&open).await, "1", "{table}");
    }
    let history = worker.get(&format!("/cases/{case}/history")).await.ok();
    let kinds: Vec<&str> = each(&history, "kind").iter().filter_map(|kind| kind.as_str()).collect();
    assert_eq!(kinds, ["case.opened", "need.raised", "need.raised"]);
    assert_eq!(trail(&app, &case).await, ["case.opened", "case.history_read"]);
    let second = open(&worker, individual(app.world.pic, &rosa, &["FOO"])).await;
    assert_eq!(second["number"], format!("PIC-{year}-000002"));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_with_a_new_case_is_said_at_once_and_nothing_of_it_is_kept() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    let stranger = person(&app.client(WorkerLeg).await, app.world.leg, "Ligaya").await;
    let body = json!({
        "office_id": app.world.leg, "client_kind": "CLUB", "channel": "DOVE", "association_id": Uuid::now_v7(),
        "people": [{ "migrant_id": rosa, "role": "client", "principal": true },
                   { "migrant_id": stranger, "role": "client", "principal": true },
                   { "migrant_id": rosa, "role": "client" }],
        "needs": [{ "service": "LAB-XXX", "detail": "x".repeat(20_001) }, { "service": "HOU", "migrant_id": Uuid::now_v7() }],
        "territory": "EC-0", "country_of_work": "XX", "summary": "two\nlines", "employer": "bell\u{7}",
        "caller": { "relation": "NEPHEW", "phone": "12" }, "opened_at": "2199-01-01T00:00:00Z",
    });
    worker.post("/cases", body).await.complains_of(&[
        "/office_id",
        "/client_kind",
        "/channel",
        "/association_id",
        "/association_id",
        "/people",
        "/people/1/migrant_id",
        "/people/2/migrant_id",
        "/needs/0/service",
        "/needs/0/detail",
        "/needs/1/migrant_id",
        "/territory",
        "/country_of_work",
        "/summary",
        "/employer",
        "/caller/relation",
        "/caller/phone",
        "/opened_at",
    ]);
    let assigned = with(
        individual(app.world.pic, &rosa, &["HOU"]),
        json!({ "assigned_to": app.world.staff(WorkerLeg), "opened_at": "-4000-01-01T00:00:00Z" }),
    );
    worker.post("/cases", assigned).await.complains_of(&["/assigned_to", "/opened_at"]);
    assert_eq!(app.line("SELECT count(*)::text AS line FROM cases").await, "0");
    assert_eq!(
        app.line("SELECT count(*)::text AS line FROM number_counters WHERE series = 'PIC'").await,
        "0"
    );
    let first = open(&worker, individual(app.world.pic, &rosa, &["HOU"])).await;
    assert!(first["number"].as_str().expect("number").ends_with("000001"), "no number was spent");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_client_has_the_people_it_is_made_of() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let (rosa, luz) =
        (person(&worker, app.world.pic, "Rosa").await, person(&worker, app.world.pic, "Luz").await);
    let association = json!({ "office_id": app.world.pic, "name": "Asociación Inventada" });
    let association = id(&worker.post("/associations", association).await.created());
    let one = |principal: bool| json!([{ "migrant_id": rosa, "role": "client", "principal": principal }]);
    let both = json!([{ "migrant_id": rosa, "role": "client", "principal": true },
                      { "migrant_id": luz, "role": "household", "principal": true }]);
    let body = |kind: &str, people: Value, association: Option<&str>| {
        json!({ "office_id": app.world.pic, "client_kind": kind, "channel": "PHO", "people": people,
            "association_id": association, "needs": [{ "service": "INF" }] })
    };
    let refused: [(&str, Value, Option<&str>, &str); 8] = [
        ("IND", json!([]), None, "/people"),
        ("HH", json!([]), None, "/people"),
        ("GRP", json!([]), None, "/people"),
        ("IND", one(false), None, "/people"),
        ("HH", both, None, "/people"),
        ("ASC", json!([]), None, "/association_id"),
        ("ORG", json!([]), Some(&association), "/association_id"),
        ("IND", one(true), Some(&association), "/association_id"),
    ];
    for (kind, people, association, pointer) in refused {
        worker.post("/cases", body(kind, people, association)).await.complains_of(&[pointer]);
    }
    for (kind, people, association) in
        [("IND", one(true), None), ("ORG", json!([]), None), ("ASC", one(false), Some(association.as_str()))]
    {
        worker.post("/cases", body(kind, people, association)).await.created();
    }
    let nothing = with(individual(app.world.pic, &rosa, &[]), json!({}));
    worker.post("/cases", nothing).await.complains_of(&["/needs"]);
    let hidden = with(body("ASC", json!([]), Some(&association)), json!({ "office_id": app.world.leg }));
    app.client(WorkerLeg).await.post("/cases", hidden).await.complains_of(&["/association_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_sends_the_same_case_twice_makes_one() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    let (case, need) = (Uuid::now_v7(), Uuid::now_v7());
    let mut body = with(individual(app.world.pic, &rosa, &["HOU"]), json!({ "id": case }));
    body["needs"][0]["id"] = json!(need);
    let first = worker.post("/cases", body.clone()).await.created();
    assert_eq!((id(&first), &first["needs"][0]["id"]), (case.to_string(), &json!(need)));
    let again = worker.post("/cases", body.clone()).await.ok();
    assert_eq!(again["number"], first["number"]);
    let other = with(body.clone(), json!({ "channel": "SMS" }));
    worker.post("/cases", other).await.is_problem(409, "id_already_used");
    app.client(ColleaguePic).await.post("/cases", body.clone()).await.is_problem(409, "id_already_used");
    let twin = with(body, json!({ "id": Uuid::now_v7() }));
    worker.post("/cases", twin).await.is_problem(409, "id_already_used");
    assert_eq!(items(&worker.get("/cases").await.ok()).len(), 1);
    assert_eq!(trail(&app, &case.to_string()).await, ["case.opened"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_stands_for_one_act_on_one_case() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let (one, other) = (id(&case(&app, &worker, "HOU").await), id(&case(&app, &worker, "HOU").await));
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "k-1"), ("If-Match", "\"1\"")];
    let write = async |case: &str| {
        let body = Some(br#"{"body":"Llamar el lunes."}"#.to_vec());
        worker.send(Method::POST, &format!("/api/v1/cases/{case}/notes"), &headers, body).await
    };
    write(&one).await.created();
    write(&one).await.ok();
    write(&other).await.is_problem(409, "idempotency_key_already_used");
    let counted = "SELECT count(*)::text AS line FROM notes";
    assert_eq!(app.line(counted).await, "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_by_name_and_leaves_nothing() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    let body = individual(app.world.pic, &rosa, &["HOU"]);
    let json = [("Content-Type", "application/json")];
    let send = async |bytes: Vec<u8>| worker.send(Method::POST, "/api/v1/cases", &json, Some(bytes)).await;
    let text = body.to_string();
    send(text.as_bytes()[..text.len() - 1].to_vec()).await.is_problem(400, "malformed_body");
    let latin = text.replace("WLK", "WL\u{1}").into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect();
    send(latin).await.is_problem(400, "malformed_body");
    send(b"[]".to_vec()).await.is_problem(400, "malformed_body");
    send(with(body.clone(), json!({ "colour": "red" })).to_string().into_bytes())
        .await
        .is_problem(400, "unknown_field");
    send(with(body.clone(), json!({ "summary": "a\u{0}b" })).to_string().into_bytes())
        .await
        .is_problem(400, "forbidden_character");
    let missing = send(b"{\"channel\":\"WLK\"}".to_vec()).await.is_problem(400, "malformed_body");
    assert_eq!(missing["pointer"], "/office_id");
    let long = with(body.clone(), json!({ "summary": "ñ".repeat(100_000) }));
    worker.post("/cases", long).await.complains_of(&["/summary"]);
    let huge = with(body.clone(), json!({ "summary": "x".repeat(2_000_000) }));
    send(huge.to_string().into_bytes()).await.is_problem(413, "body_too_large");
    worker
        .send(Method::POST, "/api/v1/cases", &[("Content-Type", "text/plain")], Some(text.into_bytes()))
        .await
        .is_problem(415, "unsupported_media_type");
    worker.get("/cases/not-an-id").await.is_problem(404, "not_found");
    assert_eq!(app.line("SELECT count(*)::text AS line FROM cases").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_changes_what_it_names_and_a_stale_one_is_shown_the_present_case() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    let body = with(
        individual(app.world.pic, &rosa, &["HOU"]),
        json!({ "summary": "Antes", "employer": "Nave Fingida", "territory": "EC-1701" }),
    );
    let path = format!("/cases/{}", id(&open(&worker, body).await));
    let edit = json!({ "summary": "Después", "employer": null, "caller": { "name": "Luz", "relation": "SIB", "must_not_learn": true } });
    let edited = worker.patch(&path, 1, edit).await;
    assert_eq!(edited.headers["etag"], "\"2\"");
    let edited = edited.ok();
    assert_eq!((&edited["summary"], &edited["employer"]), (&json!("Después"), &Value::Null));
    assert_eq!((&edited["territory"], &edited["caller_must_not_learn"]), (&json!("EC-1701"), &json!(true)));
    let stale = worker.patch(&path, 1, json!({ "summary": "Tarde" })).await.is_problem(412, "stale_version");
    assert_eq!((&stale["current"]["summary"], &stale["current"]["version"]), (&json!("Después"), &json!(2)));
    let headers = [("Content-Type", "application/json")];
    let blind = worker.send(Method::PATCH, &format!("/api/v1{path}"), &headers, Some(b"{}".to_vec())).await;
    blind.is_problem(428, "version_required");
    // Several things wrong with one edit: all are told, and the priority it also named stays.
    let wrong = json!({ "priority": "emergency", "channel": "DOVE", "territory": "EC-0", "country_of_work": "XX",
        "summary": "x".repeat(201), "caller": { "relation": "NEPHEW", "phone": "12" } });
    worker.patch(&path, 2, wrong).await.complains_of(&[
        "/channel",
        "/territory",
        "/country_of_work",
        "/summary",
        "/caller/relation",
        "/caller/phone",
    ]);
    let now = worker.get(&path).await.ok();
    assert_eq!(
        (&now["priority"], &now["version"], &now["summary"]),
        (&json!("normal"), &json!(2), &json!("Después"))
    );
    worker.patch(&path, 2, json!({ "sealed": true })).await.is_problem(400, "unknown_field");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_priority_brings_a_due_moment_that_stays_on_record() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    let path = format!("/cases/{}", id(&made));
    app.advance(TimeDelta::days(3));
    let worker = app.client(WorkerPic).await;
    let urgent = worker.patch(&path, 1, json!({ "priority": "urgent" })).await.ok();
    let left = moment(&urgent["due_at"]) - app.app.now();
    assert!((left - TimeDelta::hours(72)).abs() < TimeDelta::minutes(1), "counted from now: {left}");
    // Naming the same priority again moves no due moment.
    let same = worker.patch(&path, 2, json!({ "priority": "urgent" })).await.ok();
    assert_eq!(same["due_at"], urgent["due_at"]);
    let kept = format!(
        "SELECT priority || ' ' || (until_at IS NULL) AS line FROM case_priorities WHERE case_id = '{}' ORDER BY from_at",
        id(&made)
    );
    assert_eq!(app.lines(&kept).await, ["normal false", "urgent true"]);
    let history = worker.get(&format!("{path}/history")).await.ok();
    let set: Vec<&Value> =
        items(&history).iter().filter(|event| event["kind"] == "case.priority_set").collect();
    assert_eq!((set.len(), &set[0]["facts"]), (1, &json!({ "from": "normal", "to": "urgent" })));
}

/// Cases of every kind a list can tell apart, by name.
struct Shelf {
    app: TestApp,
    worker: Client,
    named: Vec<(&'static str, String)>,
    rosa: String,
}

impl Shelf {
    async fn fill() -> Shelf {
        let app = TestApp::new().await;
        let worker = app.client(WorkerPic).await;
        let supervisor = app.client(SupervisorPic).await;
        let rosa = person(&worker, app.world.pic, "Rosa").await;
        let luz = person(&worker, app.world.pic, "Luz").await;
        let ago = |days: i64| app.app.now() - TimeDelta::days(days);
        let mut named = vec![];
        let of = |person: &str, service: &str, more: Value| {
            with(individual(app.world.pic, person, &[service]), more)
        };
        let fresh = of(&rosa, "HOU-EMG", json!({ "territory": "EC-170150" }));
        named.push(("fresh", id(&open(&worker, fresh).await)));
        let late =
            of(&luz, "LEG-ADV", json!({ "priority": "urgent", "opened_at": ago(5), "channel": "PHO" }));
        named.push(("late", id(&open(&worker, late).await)));
        let nobodys = of(&luz, "FOO", json!({ "opened_at": ago(2) }));
        named.push(("nobodys", id(&open(&supervisor, nobodys).await)));
        let colleagues =
            of(&luz, "PRT-GBV", json!({ "assigned_to": app.world.staff(ColleaguePic), "opened_at": ago(1) }));
        named.push(("colleagues", id(&open(&worker, colleagues).await)));
        let closed = open(&worker, of(&luz, "INF", json!({ "opened_at": ago(30) }))).await;
        let outcomes = json!({ id(&closed["needs"][0]): "met" });
        let path = format!("/cases/{}/close", id(&closed));
        worker.post_on(&path, 1, json!({ "closure": "MET", "need_outcomes": outcomes })).await.ok();
        named.push(("closed", id(&closed)));
        let group = json!({ "office_id": app.world.pic, "name": "Asociación Inventada" });
        let group = id(&worker.post("/associations", group).await.created());
        let association = json!({ "office_id": app.world.pic, "client_kind": "ASC", "channel": "EML", "association_id": group,
            "needs": [{ "service": "SOC-ASC" }], "opened_at": ago(10), "priority": "emergency", "territory": "EC-10" });
        named.push(("association", id(&open(&worker, association).await)));
        let error = open(&worker, of(&luz, "TRL", json!({}))).await;
        let path = format!("/cases/{}/mark-in-error", id(&error));
        app.client(Manager).await.post_on(&path, 1, json!({ "reason": "Doble" })).await.ok();
        let elsewhere = app.client(WorkerLeg).await;
        let ligaya = person(&elsewhere, app.world.leg, "Ligaya").await;
        open(&elsewhere, individual(app.world.leg, &ligaya, &["LAB-WAG"])).await;
        Shelf { app, worker, named, rosa }
    }

    fn id(&self, name: &str) -> &str {
        &self.named.iter().find(|(known, _)| *known == name).expect("on the shelf").1
    }

    /// What a list shows, by name; and the count must say the same.
    async fn shows(&self, who: &Client, query: &str) -> Vec<&'static str> {
        let list = who.get(&format!("/cases?{query}")).await.ok();
        let count = who.get(&format!("/cases/count?{query}")).await.ok();
        assert_eq!(count["count"], json!(items(&list).len()), "count of {query}");
        let name = |row: &Value| {
            let found = self.named.iter().find(|(_, known)| row["id"] == json!(known));
            found.unwrap_or_else(|| panic!("a stranger in {query}: {row}")).0
        };
        items(&list).iter().map(name).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_and_view_shows_what_it_says_and_its_count_agrees() {
    let shelf = Shelf::fill().await;
    let (worker, app) = (&shelf.worker, &shelf.app);
    let mine = app.world.staff(WorkerPic);
    let since = (app.app.now() - TimeDelta::days(6)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let association = worker.get("/associations").await.ok()["items"][0]["id"].clone();
    let fresh = worker.get(&format!("/cases/{}", shelf.id("fresh"))).await.ok();
    let number = fresh["number"].as_str().expect("number").to_lowercase();
    let all = ["fresh", "colleagues", "nobodys", "late", "association", "closed"];
    let table: Vec<(String, &[&str])> = vec![
        (String::new(), &all),
        ("view=mine".into(), &["fresh", "late", "association"]),
        ("view=overdue".into(), &["late", "association"]),
        ("view=unassigned".into(), &["nobodys"]),
        ("view=waiting_on_partner".into(), &[]),
        ("view=due_today".into(), &[]),
        (format!("office={}", app.world.pic), &all),
        (format!("office={}", app.world.leg), &[]),
        ("status=closed".into(), &["closed"]),
        ("status=open&priority=urgent".into(), &["late"]),
        ("stage=closed".into(), &["closed"]),
        ("stage=new&view=unassigned".into(), &["nobodys"]),
        ("service=HOU".into(), &["fresh"]),
        ("service=HOU-EMG".into(), &["fresh"]),
        ("service=H".into(), &[]),
        ("service=%25".into(), &[]),
        (format!("assigned_to={mine}"), &["fresh", "late", "association", "closed"]),
        (format!("migrant={}", shelf.rosa), &["fresh"]),
        (format!("association={}", association.as_str().expect("id")), &["association"]),
        ("client_kind=ASC".into(), &["association"]),
        ("channel=PHO".into(), &["late"]),
        ("territory=EC-17".into(), &["fresh"]),
        ("territory=EC-10".into(), &["association"]),
        (format!("q={number}"), &["fresh"]),
        ("q=PIC-".into(), &all),
        ("q=%25".into(), &[]),
        (format!("opened_from={since}"), &["fresh", "colleagues", "nobodys", "late"]),
        (format!("opened_to={since}"), &["association", "closed"]),
        ("due=overdue".into(), &["late", "association"]),
        ("due=today".into(), &[]),
        ("view=mine&status=closed".into(), &[]),
    ];
    for (query, wanted) in table {
        assert_eq!(shelf.shows(worker, &query).await, wanted, "{query}");
    }
    // A filter tells nothing that the row itself would hide: the colleague's need is restricted.
    assert_eq!(shelf.shows(worker, "service=PRT").await, [""; 0]);
    for reader in [ColleaguePic, PsychologistPic] {
        assert_eq!(shelf.shows(&app.client(reader).await, "service=PRT").await, ["colleagues"], "{reader:?}");
    }
    assert_eq!(shelf.shows(&app.client(Manager).await, "service=PRT-GBV").await, [""; 0]);
    assert_eq!(
        shelf.shows(&app.client(FieldPic).await, "").await,
        [""; 0],
        "a field worker lists the own cases"
    );
    let manager = app.client(Manager).await.get("/cases").await.ok();
    assert_eq!(items(&manager).len(), 7, "a manager lists the network");
    assert!(each(&manager, "client_name").iter().all(|name| name.is_null()), "and no names");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_today_is_due_on_the_offices_day() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    // 23:30 of yesterday, 00:30 and 23:30 of today, 00:30 of tomorrow, on Quito's clock, five hours behind UTC.
    for (hours, wanted) in [
        ("'-30 minutes'", false),
        ("'30 minutes'", true),
        ("'23 hours 30 minutes'", true),
        ("'24 hours 30 minutes'", false),
    ] {
        app.run(&format!(
            "UPDATE cases SET due_at = date_trunc('day', now(), 'America/Guayaquil') + interval {hours} WHERE id = '{}'",
            id(&made)
        ))
        .await;
        for query in ["view=due_today", "due=today"] {
            let list = worker.get(&format!("/cases?{query}")).await.ok();
            assert_eq!(items(&list).len() == 1, wanted, "{query} at {hours}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_waits_on_a_partner_from_sending_to_the_answer() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "LEG-ADV").await;
    let waiting = async || worker.get("/cases?view=waiting_on_partner").await.ok();
    let draft = json!({ "need_id": made["needs"][0]["id"], "service_id": app.world.legal_service, "facts": ["name"] });
    let draft = worker.post(&format!("/cases/{}/referrals", id(&made)), draft).await.created();
    assert_eq!(worker.get(&format!("/cases/{}", id(&made))).await.ok()["stage"], "assessed");
    assert_eq!(items(&waiting().await).len(), 0);
    let moves = format!("/referrals/{}/moves", id(&draft));
    let send = json!({ "move": "send", "override_reason": "She sleeps outside." });
    app.client(SupervisorPic).await.post_on(&moves, 1, send).await.ok();
    let list = waiting().await;
    assert_eq!((items(&list).len(), &list["items"][0]["open_referrals"]), (1, &json!(1)));
    let decline = json!({ "move": "decline", "reason": "no_capacity" });
    app.client(Account::PartnerLegal).await.post_on(&moves, 2, decline).await.ok();
    assert_eq!(items(&waiting().await).len(), 0);
    assert_eq!(worker.get(&format!("/cases/{}", id(&made))).await.ok()["stage"], "in_progress");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_every_order_lose_and_double_nothing_among_equal_keys() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    let ago = app.app.now() - TimeDelta::days(40);
    for _ in 0..11 {
        open(&worker, with(individual(app.world.pic, &rosa, &["HOU"]), json!({ "opened_at": ago }))).await;
    }
    for _ in 0..3 {
        open(&worker, individual(app.world.pic, &rosa, &["HOU"])).await;
    }
    app.run("UPDATE cases SET updated_at = date_trunc('hour', updated_at)").await;
    for (sort, key, down) in [
        ("-opened_at", "opened_at", true),
        ("opened_at", "opened_at", false),
        ("due_at", "due_at", false),
        ("-due_at", "due_at", true),
        ("-updated_at", "updated_at", true),
        ("number", "number", false),
    ] {
        let whole = worker.get(&format!("/cases?sort={sort}")).await.ok();
        let whole: Vec<(String, String)> =
            items(&whole).iter().map(|row| (row[key].as_str().expect("a key").to_owned(), id(row))).collect();
        let mut sorted = whole.clone();
        sorted.sort();
        if down {
            sorted.reverse();
        }
        assert_eq!(whole, sorted, "{sort} ends in the id");
        let (mut paged, mut after) = (vec![], String::new());
        loop {
            let page = worker.get(&format!("/cases?sort={sort}&limit=4{after}")).await.ok();
            paged.extend(items(&page).iter().map(id));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
            assert!(paged.len() < 20, "{sort} goes round in circles");
        }
        assert_eq!(paged, whole.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), "{sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_refuses_what_it_does_not_know() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    for query in [
        "colour=red",
        "status=ajar",
        "view=everything",
        "sort=colour",
        "limit=0",
        "limit=201",
        "limit=many",
        "after=nonsense",
        "office=PIC",
        "opened_from=yesterday",
        "measure=new",
        "measure=new&period_from=2026-02-01&period_to=2026-01-01",
        "cell=sex:female",
    ] {
        worker.get(&format!("/cases?{query}")).await.is_problem(400, "malformed_query");
    }
    for query in ["opened_from=-200000-01-01T00:00:00Z", "opened_to=-200000-01-01T00:00:00Z"] {
        worker.get(&format!("/cases?{query}")).await.is_problem(400, "moment_out_of_range");
    }
    worker.get("/cases?q=%00").await.is_problem(400, "forbidden_character");
    worker.get("/cases/count?colour=red").await.is_problem(400, "malformed_query");
    // A page of one order does not begin where a page of another ended.
    case(&app, &worker, "HOU").await;
    case(&app, &worker, "HOU").await;
    let next = worker.get("/cases?limit=1").await.ok()["next"].as_str().expect("more").to_owned();
    worker.get(&format!("/cases?sort=number&limit=1&after={next}")).await.is_problem(400, "malformed_query");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_put_on_a_case_and_taken_off_but_its_principal_stays() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    let path = format!("/cases/{}/people", id(&made));
    let luz = person(&worker, app.world.pic, "Luz").await;
    let put = |person: &str| json!({ "migrant_id": person, "role": "household" });
    let after = worker.post(&path, put(&luz)).await.ok();
    assert_eq!(after["people"].as_array().map(Vec::len), Some(2));
    worker.post(&path, put(&luz)).await.is_problem(409, "person_already_on_case");
    let stranger = person(&app.client(WorkerLeg).await, app.world.leg, "Ligaya").await;
    worker.post(&path, put(&stranger)).await.complains_of(&["/migrant_id"]);
    worker.post(&path, with(put(&luz), json!({ "principal": true }))).await.complains_of(&["/principal"]);
    let rosa = made["people"][0]["migrant_id"].as_str().expect("id");
    worker.act(&format!("{path}/{rosa}/remove")).await.is_problem(409, "principal_stays");
    worker.act(&format!("{path}/{stranger}/remove")).await.is_problem(404, "not_found");
    let key = [("Idempotency-Key", "remove-luz")];
    for _ in 0..2 {
        let off = worker.send(Method::POST, &format!("/api/v1{path}/{luz}/remove"), &key, None).await.ok();
        assert_eq!(off["people"].as_array().map(Vec::len), Some(1));
    }
    worker.act(&format!("{path}/{luz}/remove")).await.is_problem(404, "not_found");
    let back = worker.post(&path, put(&luz)).await.ok();
    assert_eq!(back["people"].as_array().map(Vec::len), Some(2), "who was taken off can come back");
    let history = worker.get(&format!("/cases/{}/history", id(&made))).await.ok();
    let kinds: Vec<&Value> = each(&history, "kind").into_iter().skip(2).collect();
    assert_eq!(kinds, ["case.person_added", "case.person_removed", "case.person_added"]);
}
