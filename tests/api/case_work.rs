//! Work inside a case: needs, notes, tasks, assistance, and who may read what of them.

use chrono::{Days, TimeDelta};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::desk::{self, case, each, id, individual, items, open, person, trail, with};
use crate::support::{Account, Client, TestApp};
use Account::{ColleaguePic, FieldPic, Manager, PsychologistPic, SupervisorPic, WorkerLeg, WorkerPic};

async fn needs(who: &Client, case: &str) -> Vec<Value> {
    items(&who.get(&format!("/cases/{case}/needs")).await.ok()).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_is_raised_edited_settled_and_taken_up_again() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    let (case, path) = (id(&made), format!("/cases/{}/needs", id(&made)));
    let client_id = Uuid::now_v7();
    let body = json!({ "id": client_id, "service": "LEG-ADV", "detail": "Papeles de la hija" });
    let raised = worker.post(&path, body.clone()).await.created();
    assert_eq!((id(&raised), &raised["allowed"]), (client_id.to_string(), &json!(["edit", "settle"])));
    worker.post(&path, body.clone()).await.ok();
    worker.post(&path, with(body, json!({ "service": "LEG" }))).await.is_problem(409, "id_already_used");
    let need = format!("/needs/{client_id}");
    let edited = worker.patch(&need, 1, json!({ "detail": null, "service": "LEG-FAM" })).await.ok();
    assert_eq!(
        (&edited["detail"], &edited["service"], &edited["version"]),
        (&Value::Null, &json!("LEG-FAM"), &json!(2))
    );
    let stale = worker.patch(&need, 1, json!({ "detail": "Tarde" })).await.is_problem(412, "stale_version");
    assert_eq!(
        (&stale["current"]["version"], &stale["current"]["allowed"]),
        (&json!(2), &json!(["edit", "settle"]))
    );

    let settled = worker.post(&format!("{need}/settle"), json!({ "outcome": "met" })).await.ok();
    assert_eq!((&settled["status"], &settled["allowed"]), (&json!("settled"), &json!(["reopen"])));
    worker
        .post(&format!("{need}/settle"), json!({ "outcome": "not_met" }))
        .await
        .is_problem(409, "need_settled");
    worker.patch(&need, 3, json!({ "detail": "x" })).await.is_problem(409, "need_settled");
    assert_eq!(worker.get(&format!("/cases/{case}")).await.ok()["stage"], "in_progress");
    let reopened = worker.act(&format!("{need}/reopen")).await.ok();
    assert_eq!((&reopened["outcome"], &reopened["settled_at"]), (&Value::Null, &Value::Null));
    worker.act(&format!("{need}/reopen")).await.is_problem(409, "need_open");
    assert_eq!(
        worker.get(&format!("/cases/{case}")).await.ok()["stage"],
        "new",
        "nothing is done on it any more"
    );
    let acts = ["need.raised", "need.edited", "need.settled", "need.reopened"];
    assert_eq!(trail(&app, &client_id.to_string()).await, acts);
    assert_eq!(
        app.line(&format!("SELECT version::text AS line FROM cases WHERE id = '{case}'")).await,
        "1",
        "work on its parts makes no edit of the case stale"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_with_a_need_is_said_at_once() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    let path = format!("/cases/{}/needs", id(&made));
    let elsewhere = person(&worker, app.world.pic, "Luz").await;
    let wrong = json!({ "service": "XXX", "migrant_id": elsewhere, "detail": "x".repeat(20_001), "raised_at": "2199-01-01T00:00:00Z" });
    let pointers = ["/service", "/migrant_id", "/detail", "/raised_at"];
    worker.post(&path, wrong).await.complains_of(&pointers);
    let need = format!("/needs/{}", made["needs"][0]["id"].as_str().expect("id"));
    let wrong = json!({ "service": "XXX", "migrant_id": elsewhere, "detail": "x".repeat(20_001) });
    worker.patch(&need, 1, wrong).await.complains_of(&pointers[..3]);
    let wrong = json!({ "outcome": "heaven", "settled_at": "2020-01-01T00:00:00Z" });
    worker.post(&format!("{need}/settle"), wrong).await.complains_of(&["/outcome", "/settled_at"]);
    assert_eq!(needs(&worker, &id(&made)).await.len(), 1);
    worker.post(&path, json!({ "service": "HOU", "colour": 1 })).await.is_problem(400, "unknown_field");
    app.client(WorkerLeg).await.post(&path, json!({ "service": "HOU" })).await.is_problem(404, "not_found");
    app.client(Manager).await.post(&path, json!({ "service": "HOU" })).await.is_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_see_that_a_restricted_need_exists_and_not_what_it_is() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    // Nobody unlocks what the code locks; anybody may lock more.
    let mut body = individual(app.world.pic, &rosa, &["PRT-GBV", "HEA-GEN"]);
    body["needs"][0]["restricted"] = json!(false);
    body["needs"][0]["detail"] = json!("Palabras secretas");
    let made = open(&worker, body).await;
    let case = id(&made);
    let (secret, health) = (made["needs"][0].clone(), made["needs"][1].clone());
    assert_eq!((&secret["restricted"], &secret["detail"]), (&json!(true), &json!("Palabras secretas")));
    let need = format!("/needs/{}", id(&secret));
    let kept = worker.patch(&need, 1, json!({ "restricted": false })).await.ok();
    assert_eq!(kept["restricted"], true);
    let given =
        json!({ "service": "PSY-PFA", "need_id": secret["id"], "people": [rosa], "detail": "Contención" });
    worker.post(&format!("/cases/{case}/assistance"), given).await.created();
    let coded = json!({ "service": "PRT-TIP", "people": [rosa] });
    worker.post(&format!("/cases/{case}/assistance"), coded).await.created();
    worker.post(&format!("{need}/settle"), json!({ "outcome": "partly_met" })).await.ok();

    for (reader, reads) in
        [(WorkerPic, true), (PsychologistPic, true), (ColleaguePic, false), (SupervisorPic, false)]
    {
        let who = app.client(reader).await;
        let file = who.get(&format!("/cases/{case}")).await.ok();
        let listed = needs(&who, &case).await;
        assert_eq!(listed[0]["restricted"], true, "{reader:?} sees that it exists");
        assert_eq!(
            (&file["needs"][0]["status"], &listed[0]["status"]),
            (&json!("settled"), &json!("settled"))
        );
        let history = who.get(&format!("/cases/{case}/history")).await.ok();
        let given = who.get(&format!("/cases/{case}/assistance")).await.ok();
        let row = who.get("/cases").await.ok();
        let all = format!("{file}{}{history}{given}{row}", json!(listed));
        for secret in ["Palabras secretas", "PRT-GBV", "PRT-TIP", "PSY-PFA", "partly_met", "Contenci"] {
            assert_eq!(all.contains(secret), reads, "{reader:?} and {secret}");
        }
        assert!(all.contains("HEA-GEN"), "what is not restricted is seen");
        if !reads {
            who.patch(&need, 3, json!({ "detail": "x" })).await.is_problem(403, "forbidden");
            who.post(&format!("{need}/settle"), json!({ "outcome": "met" }))
                .await
                .is_problem(403, "forbidden");
        }
    }

    // What becomes restricted later hides what was written about it before.
    let path = format!("/needs/{}", id(&health));
    worker.patch(&path, 1, json!({ "restricted": true })).await.ok();
    let colleague = app.client(ColleaguePic).await;
    let file = colleague.get(&format!("/cases/{case}")).await.ok();
    let history = colleague.get(&format!("/cases/{case}/history")).await.ok();
    assert!(!format!("{file}{history}").contains("HEA-GEN"));
    assert!(worker.get(&format!("/cases/{case}/history")).await.ok().to_string().contains("HEA-GEN"));
    // The case is handed over: its new worker reads it, its old one no more.
    let to = json!({ "staff_id": app.world.staff(ColleaguePic) });
    app.client(SupervisorPic).await.post(&format!("/cases/{case}/assign"), to).await.ok();
    assert!(colleague.get(&format!("/cases/{case}")).await.ok().to_string().contains("PRT-GBV"));
    assert!(!worker.get(&format!("/cases/{case}")).await.ok().to_string().contains("PRT-GBV"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_note_is_read_by_its_author_the_cases_worker_and_those_who_may() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    let path = format!("/cases/{}/notes", id(&made));
    let colleague = app.client(ColleaguePic).await;
    let words = json!({ "body": "Palabras secretas", "restricted": true });
    let note = colleague.post(&path, words).await.created();
    assert_eq!(note["body"], "Palabras secretas");
    for (reader, reads) in
        [(ColleaguePic, true), (WorkerPic, true), (PsychologistPic, true), (SupervisorPic, false)]
    {
        let list = app.client(reader).await.get(&path).await.ok();
        assert_eq!(list.to_string().contains("secretas"), reads, "{reader:?}");
        assert_eq!(
            (items(&list).len(), &list["items"][0]["restricted"]),
            (1, &json!(true)),
            "it is seen to exist"
        );
        let named = list["items"][0].get("id").is_some();
        assert_eq!(named, reads, "{reader:?}");
    }
    app.client(WorkerLeg).await.get(&path).await.is_problem(404, "not_found");
    app.client(Manager).await.get(&path).await.is_problem(403, "reason_required");
    let read =
        app.client(Account::Auditor).await.get("/audit-events?action=notes.restricted_read").await.ok();
    assert_eq!(items(&read).len(), 3, "reading restricted words leaves a trace of its own");
    assert!(!read.to_string().contains("secretas"));
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_corrected_by_later_notes_and_never_edited() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    let path = format!("/cases/{}/notes", id(&made));
    let client_id = Uuid::now_v7();
    let first = json!({ "id": client_id, "body": "Viene el lunes.\nTrae los papeles — ¿sí?" });
    let note = worker.post(&path, first.clone()).await.created();
    assert_eq!(note["body"], first["body"], "kept letter by letter");
    worker.post(&path, first.clone()).await.ok();
    worker.post(&path, with(first, json!({ "body": "x" }))).await.is_problem(409, "id_already_used");
    let later = json!({ "body": "Viene el martes.", "corrects_id": client_id });
    worker.post(&path, later).await.created();
    let other = case(&app, &worker, "HOU").await;
    let astray = json!({ "body": "", "corrects_id": client_id, "written_at": "2199-01-01T00:00:00Z" });
    let elsewhere = format!("/cases/{}/notes", id(&other));
    worker.post(&elsewhere, astray).await.complains_of(&["/body", "/corrects_id", "/written_at"]);
    worker.post(&elsewhere, json!({ "body": "ñ".repeat(20_001) })).await.complains_of(&["/body"]);
    for number in 0..5 {
        worker.post(&path, json!({ "body": format!("Nota {number}"), "written_at": app.app.now() - TimeDelta::hours(1) })).await.created();
    }
    let whole = worker.get(&path).await.ok();
    let whole: Vec<String> = items(&whole).iter().map(id).collect();
    let (mut paged, mut after) = (vec![], String::new());
    while paged.len() < 20 {
        let page = worker.get(&format!("{path}?limit=2{after}")).await.ok();
        paged.extend(items(&page).iter().map(id));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!((paged.len(), &paged), (7, &whole), "newest first, none lost among equal moments");
    let refused = worker.send(Method::PATCH, &format!("/api/v1{path}"), &[], None).await;
    refused.is_problem(405, "method_not_allowed");
    let right = "SELECT has_table_privilege('helpdesk_app', 'notes', 'UPDATE')::text AS line";
    assert_eq!(app.line(right).await, "false", "the service itself has no right to");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_has_a_day_and_an_owner_of_the_office() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    let path = format!("/cases/{}/tasks", id(&made));
    let today = app.app.now().date_naive();
    let client_id = Uuid::now_v7();
    let body = json!({ "id": client_id, "title": "Llamar al albergue", "due_on": today, "owner_id": app.world.staff(ColleaguePic), "kind": "find_agency" });
    let task = worker.post(&path, body.clone()).await.created();
    assert_eq!((&task["kind"], &task["allowed"]), (&json!("find_agency"), &json!(["edit", "done", "drop"])));
    assert_eq!(task["case_number"], made["number"]);
    worker.post(&path, body).await.ok();
    let wrong = json!({ "title": " ", "due_on": "9999-12-31", "owner_id": app.world.staff(WorkerLeg) });
    worker.post(&path, wrong.clone()).await.complains_of(&["/title", "/due_on", "/owner_id"]);
    let task = format!("/tasks/{client_id}");
    worker.patch(&task, 1, wrong).await.complains_of(&["/title", "/due_on", "/owner_id"]);
    worker
        .post(&path, json!({ "title": "x", "due_on": "2026-02-30" }))
        .await
        .is_problem(400, "malformed_body");
    let edited = worker.patch(&task, 1, json!({ "owner_id": null, "title": "Volver a llamar" })).await.ok();
    assert_eq!((&edited["owner_id"], &edited["version"]), (&Value::Null, &json!(2)));
    let stale = worker.patch(&task, 1, json!({ "title": "Tarde" })).await.is_problem(412, "stale_version");
    assert_eq!(stale["current"]["title"], "Volver a llamar");
    assert_eq!(worker.get(&format!("/cases/{}", id(&made))).await.ok()["stage"], "assessed");

    let key = [("Idempotency-Key", "done-once")];
    for _ in 0..2 {
        let done = worker.send(Method::POST, &format!("/api/v1{task}/done"), &key, None).await.ok();
        assert_eq!((&done["status"], &done["version"]), (&json!("done"), &json!(3)));
    }
    worker.act(&format!("{task}/drop")).await.is_problem(409, "task_ended");
    worker.patch(&task, 3, json!({ "title": "x" })).await.is_problem(409, "task_ended");
    app.client(WorkerLeg).await.act(&format!("{task}/done")).await.is_problem(404, "not_found");
    assert_eq!(trail(&app, &client_id.to_string()).await, ["task.planned", "task.edited", "task.done"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_of_tasks_show_whose_they_are_and_when_they_are_due() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let supervisor = app.client(SupervisorPic).await;
    let own = id(&case(&app, &worker, "HOU").await);
    let nobodys = id(&case(&app, &supervisor, "HOU").await);
    // Quito is behind UTC: its day is what counts.
    let today = (app.app.now() - TimeDelta::hours(5)).date_naive();
    let plan = async |case: &str, title: &str, due: u64, early: bool, owner: Option<Account>| {
        let day = if early { today - Days::new(due) } else { today + Days::new(due) };
        let body =
            json!({ "title": title, "due_on": day, "owner_id": owner.map(|owner| app.world.staff(owner)) });
        worker.post(&format!("/cases/{case}/tasks"), body).await.created();
    };
    plan(&own, "own case, nobody's", 0, false, None).await;
    plan(&own, "own case, colleague's", 2, true, Some(ColleaguePic)).await;
    plan(&nobodys, "free case, mine", 1, false, Some(WorkerPic)).await;
    plan(&nobodys, "free case, nobody's", 1, true, None).await;
    let closed = id(&case(&app, &worker, "HOU").await);
    plan(&closed, "over", 1, true, None).await;
    let over = worker.get(&format!("/cases/{closed}/tasks")).await.ok();
    worker.act(&format!("/tasks/{}/drop", id(&over["items"][0]))).await.ok();

    let titles = async |who: Account, query: &str| -> Vec<String> {
        let list = app.client(who).await.get(&format!("/tasks?{query}")).await.ok();
        each(&list, "title").iter().map(|title| title.as_str().expect("title").to_owned()).collect()
    };
    assert_eq!(titles(WorkerPic, "").await, ["own case, nobody's", "free case, mine"]);
    assert_eq!(titles(WorkerPic, "view=overdue").await, ["own case, colleague's", "free case, nobody's"]);
    assert_eq!(titles(WorkerPic, "view=due_today").await, ["own case, nobody's"]);
    assert_eq!(titles(WorkerPic, "view=unassigned").await, ["free case, nobody's"]);
    assert_eq!(titles(ColleaguePic, "view=mine").await, ["own case, colleague's"]);
    assert_eq!(titles(WorkerLeg, "view=overdue").await, [""; 0]);
    assert_eq!(titles(FieldPic, "view=overdue").await, [""; 0]);
    assert_eq!(titles(WorkerPic, &format!("office={}", app.world.leg)).await, [""; 0]);
    let page = worker.get("/tasks?view=overdue&limit=1").await.ok();
    let next = page["next"].as_str().expect("more");
    assert_eq!(
        titles(WorkerPic, &format!("view=overdue&limit=1&after={next}")).await,
        ["free case, nobody's"]
    );
    worker.get("/tasks?view=all").await.is_problem(400, "malformed_query");
    worker.get("/tasks?colour=red").await.is_problem(400, "malformed_query");
    app.client(Manager).await.get("/tasks").await.is_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn assistance_says_what_was_given_to_whom_and_is_withdrawn_without_a_trace_in_the_figures() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "FOO").await;
    let (case, path) = (id(&made), format!("/cases/{}/assistance", id(&made)));
    let rosa = made["people"][0]["migrant_id"].clone();
    let luz = person(&worker, app.world.pic, "Luz").await;
    worker
        .post(&format!("/cases/{case}/people"), json!({ "migrant_id": luz, "role": "household" }))
        .await
        .ok();
    let client_id = Uuid::now_v7();
    let body = json!({ "id": client_id, "service": "FOO", "need_id": made["needs"][0]["id"], "people": [rosa, luz],
        "amount_minor": 2500, "currency": "USD", "detail": "Canasta" });
    let given = worker.post(&path, body.clone()).await.created();
    let mut benefited: Vec<&str> =
        given["people"].as_array().expect("people").iter().filter_map(Value::as_str).collect();
    benefited.sort_unstable();
    let mut wanted = [rosa.as_str().expect("id"), &luz];
    wanted.sort_unstable();
    assert_eq!(benefited, wanted);
    worker.post(&path, body.clone()).await.ok();
    worker.post(&path, with(body, json!({ "amount_minor": 2600 }))).await.is_problem(409, "id_already_used");
    let wrong = json!({ "service": "XXX", "need_id": Uuid::now_v7(), "people": [rosa, rosa, Uuid::now_v7()], "amount_minor": -1,
        "currency": "PHP", "detail": "x".repeat(20_001), "given_at": "2199-01-01T00:00:00Z" });
    worker.post(&path, wrong).await.complains_of(&[
        "/service",
        "/need_id",
        "/people/1",
        "/people/2",
        "/currency",
        "/amount_minor",
        "/detail",
        "/given_at",
    ]);
    worker.post(&path, json!({ "service": "FOO" })).await.complains_of(&["/people"]);
    assert_eq!(worker.get(&format!("/cases/{case}")).await.ok()["stage"], "in_progress");

    let (today, day) = (app.app.now().date_naive(), TimeDelta::days(1));
    let report = format!("/reports/caseload?from={}&to={}", today - day, today + day + day);
    let figure = async |measure: &str| {
        let figures = worker.get(&report).await.ok();
        desk::figure(&figures, measure).as_i64().expect("a figure")
    };
    assert_eq!((figure("assistance").await, figure("people_benefiting").await), (1, 2));
    let withdraw = format!("/assistance/{client_id}/withdraw");
    app.client(WorkerLeg).await.act(&withdraw).await.is_problem(404, "not_found");
    let withdrawn = worker.act(&withdraw).await.ok();
    assert!(withdrawn["withdrawn_at"].is_string());
    worker.act(&withdraw).await.is_problem(409, "assistance_withdrawn");
    assert_eq!((figure("assistance").await, figure("people_benefiting").await), (0, 0));
    assert_eq!(worker.get(&format!("/cases/{case}")).await.ok()["assistance"], json!([]));
    assert_eq!(worker.get(&format!("/cases/{case}")).await.ok()["stage"], "new");
    assert_eq!(trail(&app, &client_id.to_string()).await, ["assistance.given", "assistance.withdrawn"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_a_note_is_added_to_a_closed_case() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    let (case, need) = (id(&made), id(&made["needs"][0]));
    let task = json!({ "title": "Llamar", "due_on": app.app.now().date_naive() });
    let task_id = id(&worker.post(&format!("/cases/{case}/tasks"), task.clone()).await.created());
    let rosa = made["people"][0]["migrant_id"].clone();
    let given = json!({ "service": "FOO", "people": [rosa] });
    let given_id = id(&worker.post(&format!("/cases/{case}/assistance"), given.clone()).await.created());
    let close = json!({ "closure": "MET", "need_outcomes": { &need: "met" }, "settle_tasks": "done" });
    let closed = worker.post_on(&format!("/cases/{case}/close"), 1, close).await.ok();
    assert_eq!(closed["allowed"], json!(["open", "write_note", "reopen"]));
    let post = async |path: &str, body: Value| worker.post(path, body).await.is_problem(409, "case_closed");
    post(&format!("/cases/{case}/needs"), json!({ "service": "HOU" })).await;
    post(&format!("/cases/{case}/tasks"), task).await;
    post(&format!("/cases/{case}/assistance"), given).await;
    post(&format!("/cases/{case}/people"), json!({ "migrant_id": rosa, "role": "client" })).await;
    post(&format!("/cases/{case}/assign"), json!({ "staff_id": app.world.staff(WorkerPic) })).await;
    post(&format!("/needs/{need}/settle"), json!({ "outcome": "met" })).await;
    let service = app.world.shelter_service;
    post(&format!("/cases/{case}/referrals"), json!({ "need_id": need, "service_id": service })).await;
    for act in [
        format!("/needs/{need}/reopen"),
        format!("/tasks/{task_id}/done"),
        format!("/assistance/{given_id}/withdraw"),
        format!("/cases/{case}/people/{}/remove", rosa.as_str().expect("id")),
    ] {
        worker.act(&act).await.is_problem(409, "case_closed");
    }
    worker
        .patch(&format!("/cases/{case}"), 2, json!({ "summary": "x" }))
        .await
        .is_problem(409, "case_closed");
    worker.patch(&format!("/needs/{need}"), 2, json!({ "detail": "x" })).await.is_problem(409, "case_closed");
    worker
        .patch(&format!("/tasks/{task_id}"), 2, json!({ "title": "x" }))
        .await
        .is_problem(409, "case_closed");
    worker.post(&format!("/cases/{case}/notes"), json!({ "body": "Llamó para agradecer." })).await.created();
    assert_eq!(worker.get(&format!("/cases/{case}")).await.ok()["stage"], "closed");
}
