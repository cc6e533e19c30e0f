//! How a case changes hands, ends, resumes, and turns out never to have been one.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::desk::{
    case, each, figure, id, individual, items, mails_to, open, person, trail, version, with,
};
use crate::support::{Account, Client, TestApp};
use Account::{
    ColleaguePic, FieldPic, Manager, PartnerLegal, SupervisorLeg, SupervisorPic, WorkerLeg, WorkerPic,
};

async fn holdings(app: &TestApp, case: &str) -> Vec<String> {
    app.lines(&format!(
        "SELECT o.code || ' ' || coalesce(s.name, 'nobody') || ' ' || (until_at IS NULL) AS line
         FROM case_holdings h JOIN offices o ON o.id = h.office_id LEFT JOIN staff s ON s.id = h.staff_id
         WHERE case_id = '{case}' ORDER BY from_at, h.id"
    ))
    .await
}

fn to(app: &TestApp, account: Account) -> Value {
    json!({ "staff_id": app.world.staff(account) })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_from_hand_to_hand_and_its_history_keeps_every_hand() {
    let app = TestApp::new().await;
    let supervisor = app.client(SupervisorPic).await;
    let made = case(&app, &supervisor, "HOU").await;
    let path = format!("/cases/{}", id(&made));
    assert_eq!(made["assigned_to"], Value::Null, "a supervisor opens for the office");
    let worker = app.client(WorkerPic).await;
    let assign = format!("{path}/assign");
    worker.post(&assign, to(&app, ColleaguePic)).await.is_problem(403, "forbidden");
    let taken = worker.post(&assign, to(&app, WorkerPic)).await.ok();
    assert_eq!((&taken["assigned_to"], &taken["version"]), (&json!(app.world.staff(WorkerPic)), &json!(2)));
    let colleague = app.client(ColleaguePic).await;
    colleague.post(&assign, to(&app, ColleaguePic)).await.is_problem(409, "case_taken");
    app.run_jobs().await;
    assert_eq!(mails_to(&app, WorkerPic).len(), 0, "who takes a case needs no mail about it");

    supervisor.post(&assign, json!({})).await.complains_of(&["/staff_id"]);
    supervisor.post(&assign, to(&app, WorkerLeg)).await.complains_of(&["/staff_id"]);
    supervisor.post(&assign, to(&app, Manager)).await.complains_of(&["/staff_id"]);
    supervisor.post(&assign, json!({ "office_id": app.world.leg })).await.is_problem(403, "forbidden");
    let given = supervisor.post(&assign, to(&app, ColleaguePic)).await.ok();
    assert_eq!(version(&given), 3);
    let same = supervisor.post(&assign, to(&app, ColleaguePic)).await.ok();
    assert_eq!(version(&same), 3, "giving it to whom it belongs changes nothing");
    app.run_jobs().await;
    let told = mails_to(&app, ColleaguePic);
    assert_eq!(told.len(), 1);
    assert!(
        told[0].text.contains(made["number"].as_str().expect("number")) && !told[0].text.contains("Rosa")
    );
    let freed = supervisor.post(&assign, json!({ "staff_id": null })).await.ok();
    assert_eq!(freed["assigned_to"], Value::Null);
    let wanted =
        ["PIC nobody false", "PIC Test worker.pic false", "PIC Test colleague.pic false", "PIC nobody true"];
    assert_eq!(holdings(&app, &id(&made)).await, wanted);
    let file = supervisor.get(&path).await.ok();
    assert_eq!(file["holdings"].as_array().map(Vec::len), Some(4));
    let spans: Vec<(&Value, &Value)> = file["holdings"]
        .as_array()
        .expect("holdings")
        .windows(2)
        .map(|pair| (&pair[0]["until_at"], &pair[1]["from_at"]))
        .collect();
    assert!(spans.iter().all(|(until, from)| until == from), "without gaps: {spans:?}");
    app.client(WorkerLeg).await.post(&assign, to(&app, WorkerLeg)).await.is_problem(404, "not_found");
    app.client(FieldPic).await.post(&assign, to(&app, FieldPic)).await.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_moves_a_case_to_another_office_with_its_people_and_its_tasks() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let manager = app.client(Manager).await;
    let made = case(&app, &worker, "HOU").await;
    let (case, rosa) = (id(&made), made["people"][0]["migrant_id"].as_str().expect("id").to_owned());
    let task = json!({ "title": "Llamar", "due_on": app.app.now().date_naive(), "owner_id": app.world.staff(ColleaguePic) });
    let task = id(&worker.post(&format!("/cases/{case}/tasks"), task).await.created());
    let there = app.client(WorkerLeg).await;
    there.get(&format!("/migrants/{rosa}")).await.is_problem(404, "not_found");
    let assign = format!("/cases/{case}/assign");
    let wrong = json!({ "office_id": app.world.leg, "staff_id": app.world.staff(ColleaguePic) });
    manager.post(&assign, wrong).await.complains_of(&["/staff_id"]);
    manager.post(&assign, json!({ "office_id": uuid::Uuid::now_v7() })).await.complains_of(&["/office_id"]);
    app.run(&format!("UPDATE offices SET closed_on = '2020-01-01' WHERE id = '{}'", app.world.leg)).await;
    manager.post(&assign, json!({ "office_id": app.world.leg })).await.is_problem(409, "office_closed");
    app.run(&format!("UPDATE offices SET closed_on = NULL WHERE id = '{}'", app.world.leg)).await;
    let body = json!({ "office_id": app.world.leg, "staff_id": app.world.staff(WorkerLeg) });
    let moved = manager.post(&assign, body).await.ok();
    assert_eq!(
        (&moved["office_id"], &moved["number"]),
        (&json!(app.world.leg), &made["number"]),
        "its number stays"
    );
    worker.get(&format!("/cases/{case}")).await.is_problem(404, "not_found");
    there.get(&format!("/cases/{case}")).await.ok();
    there.get(&format!("/migrants/{rosa}")).await.ok();
    worker.get(&format!("/migrants/{rosa}")).await.ok();
    let tasks = there.get("/tasks?view=mine").await.ok();
    assert_eq!(each(&tasks, "id"), [&json!(task)], "a task of one left behind falls to the new worker");
    assert_eq!(holdings(&app, &case).await, ["PIC Test worker.pic false", "LEG Test worker.leg true"]);
    app.run_jobs().await;
    assert!(mails_to(&app, WorkerLeg)[0].subject.contains("itinalaga"), "in Filipino");
    let unassigned = manager.post(&assign, json!({ "office_id": app.world.pic })).await.ok();
    assert_eq!(unassigned["assigned_to"], Value::Null, "another office decides itself who works on it");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_cases_are_handed_over_all_or_none() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let supervisor = app.client(SupervisorPic).await;
    let cases = [id(&case(&app, &worker, "HOU").await), id(&case(&app, &worker, "HOU").await)];
    let elsewhere = app.client(WorkerLeg).await;
    let ligaya = person(&elsewhere, app.world.leg, "Ligaya").await;
    let foreign = id(&open(&elsewhere, individual(app.world.leg, &ligaya, &["LAB-WAG"])).await);
    let move_all = |ids: Value| json!({ "case_ids": ids, "staff_id": app.world.staff(ColleaguePic) });
    let path = "/cases/assignments";
    worker.post(path, move_all(json!(cases))).await.is_problem(403, "forbidden");
    supervisor.post(path, move_all(json!([]))).await.complains_of(&["/case_ids"]);
    supervisor.post(path, move_all(json!([cases[0], foreign]))).await.is_problem(404, "not_found");
    let wrong = json!({ "case_ids": cases, "staff_id": app.world.staff(WorkerLeg) });
    supervisor.post(path, wrong).await.complains_of(&["/staff_id"]);
    let closed = case(&app, &worker, "HOU").await;
    let outcome = json!({ "closure": "INF", "need_outcomes": { id(&closed["needs"][0]): "met" } });
    worker.post_on(&format!("/cases/{}/close", id(&closed)), 1, outcome).await.ok();
    supervisor.post(path, move_all(json!([cases[0], id(&closed)]))).await.is_problem(409, "case_closed");
    assert_eq!(items(&worker.get("/cases?view=mine").await.ok()).len(), 2, "nothing was moved yet");
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "ten")];
    for _ in 0..2 {
        let body = Some(move_all(json!([cases[0], cases[1], cases[0]])).to_string().into_bytes());
        let moved = supervisor.send(Method::POST, "/api/v1/cases/assignments", &headers, body).await.ok();
        assert_eq!(items(&moved).len(), 2);
    }
    assert_eq!(holdings(&app, &cases[0]).await, ["PIC Test worker.pic false", "PIC Test colleague.pic true"]);
}

/// Closes as `who`, without expecting anything.
async fn close(who: &Client, case: &Value, body: Value) -> crate::support::client::Answer {
    who.post_on(&format!("/cases/{}/close", id(case)), version(case), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_needs_a_coded_reason_and_an_outcome_for_each_need() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    let made = open(&worker, individual(app.world.pic, &rosa, &["HOU", "FOO", "LEG-ADV"])).await;
    let needs: Vec<String> = made["needs"].as_array().expect("needs").iter().map(id).collect();
    worker.post(&format!("/needs/{}/settle", needs[2]), json!({ "outcome": "withdrawn" })).await.ok();
    let first = uuid::Uuid::now_v7().to_string();
    let wrong = json!({ "closure": "BORED", "closed_at": "2199-01-01T00:00:00Z", "note": "x".repeat(20_001), "settle_referrals": "other",
        "need_outcomes": { &needs[0]: "heaven", &first: "met", &needs[2]: "met" } });
    close(&worker, &made, wrong).await.complains_of(&[
        "/closure",
        "/closed_at",
        "/note",
        "/settle_referrals",
        &format!("/need_outcomes/{}", needs[0]),
        &format!("/need_outcomes/{first}"),
        &format!("/need_outcomes/{}", needs[2]),
    ]);
    let early = json!({ "closure": "MET", "closed_at": app.app.now() - TimeDelta::days(1) });
    close(&worker, &made, early).await.complains_of(&["/closed_at"]);
    let half = json!({ "closure": "MET", "need_outcomes": { &needs[0]: "met" }, "note": "Ya está." });
    let refused = close(&worker, &made, half).await.is_problem(409, "case_has_open_needs");
    assert_eq!(refused["needs"], json!([needs[1]]));
    let still = worker.get(&format!("/cases/{}", id(&made))).await.ok();
    assert_eq!(
        (&still["needs"][0]["status"], &still["notes"]),
        (&json!("open"), &json!(0)),
        "nothing half-done"
    );
    worker
        .post_on(&format!("/cases/{}/close", id(&made)), 9, json!({ "closure": "MET" }))
        .await
        .is_problem(412, "stale_version");
    app.client(ColleaguePic)
        .await
        .post_on(&format!("/cases/{}/close", id(&made)), 1, json!({ "closure": "MET" }))
        .await
        .is_problem(403, "forbidden");
    app.client(WorkerLeg)
        .await
        .post_on(&format!("/cases/{}/close", id(&made)), 1, json!({ "closure": "MET" }))
        .await
        .is_problem(404, "not_found");

    let whole = json!({ "closure": "PAR", "need_outcomes": { &needs[0]: "met", &needs[1]: "unavailable" }, "note": "Se mudó." });
    let headers =
        [("Content-Type", "application/json"), ("If-Match", "\"1\""), ("Idempotency-Key", "close-once")];
    for _ in 0..2 {
        let body = Some(whole.to_string().into_bytes());
        let path = format!("/api/v1/cases/{}/close", id(&made));
        let closed = worker.send(Method::POST, &path, &headers, body).await.ok();
        assert_eq!(
            (&closed["status"], &closed["stage"], &closed["closure"]),
            (&json!("closed"), &json!("closed"), &json!("PAR"))
        );
        assert_eq!((&closed["notes"], version(&closed)), (&json!(1), 2));
    }
    let history = worker.get(&format!("/cases/{}/history", id(&made))).await.ok();
    let kinds: Vec<&str> = each(&history, "kind").iter().skip(4).filter_map(|kind| kind.as_str()).collect();
    assert_eq!(kinds, ["need.settled", "need.settled", "need.settled", "note.written", "case.closed"]);
    assert!(trail(&app, &id(&made)).await.contains(&"case.closed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_with_open_tasks_or_referrals_closes_only_when_they_are_settled_in_the_same_act() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let supervisor = app.client(SupervisorPic).await;
    let made = case(&app, &worker, "LEG-ADV").await;
    let need = id(&made["needs"][0]);
    let task = json!({ "title": "Llamar", "due_on": app.app.now().date_naive() });
    let task = id(&worker.post(&format!("/cases/{}/tasks", id(&made)), task).await.created());
    let draft = json!({ "need_id": need, "service_id": app.world.legal_service, "facts": ["name"] });
    let referrals = format!("/cases/{}/referrals", id(&made));
    let sent = worker.post(&referrals, draft.clone()).await.created();
    let send = json!({ "move": "send", "override_reason": "No tiene dónde dormir." });
    supervisor.post_on(&format!("/referrals/{}/moves", id(&sent)), 1, send).await.ok();
    let drafted = worker.post(&referrals, draft).await.created();
    app.run_jobs().await;
    let mails = app.mails().len();

    let outcomes = json!({ &need: "withdrawn" });
    let bare = json!({ "closure": "WDR", "need_outcomes": outcomes });
    let refused = close(&worker, &made, bare.clone()).await.is_problem(409, "case_has_open_referrals");
    assert_eq!(refused["referrals"].as_array().map(Vec::len), Some(2));
    let unknown = with(bare.clone(), json!({ "settle_referrals": "boredom" }));
    close(&worker, &made, unknown).await.complains_of(&["/settle_referrals"]);
    let stopped = with(bare, json!({ "settle_referrals": "client_declined" }));
    let refused = close(&worker, &made, stopped.clone()).await.is_problem(409, "case_has_open_tasks");
    assert_eq!(refused["tasks"], json!([task]));
    assert_eq!(
        worker.get(&format!("/referrals/{}", id(&sent))).await.ok()["state"],
        "sent",
        "nothing half-done"
    );
    app.run_jobs().await;
    assert_eq!(app.mails().len(), mails, "and nobody was told of it");

    let whole = with(stopped, json!({ "settle_tasks": "dropped" }));
    let closed = close(&worker, &made, whole).await.ok();
    assert_eq!((&closed["status"], &closed["tasks"][0]["status"]), (&json!("closed"), &json!("dropped")));
    for referral in [&sent, &drafted] {
        let ended = worker.get(&format!("/referrals/{}", id(referral))).await.ok();
        assert_eq!((&ended["state"], &ended["reason"]), (&json!("cancelled"), &json!("client_declined")));
    }
    app.run_jobs().await;
    let told: Vec<_> = app.mails().into_iter().filter(|mail| mail.to == "buzon@clinica.example").collect();
    assert_eq!(told.len(), 2, "that it was sent and that it is withdrawn; of the draft it never knew");
    let inbox = app.client(PartnerLegal).await.get("/inbox/referrals").await.ok();
    assert_eq!(items(&inbox).len(), 0);
    let history = worker.get(&format!("/cases/{}/history", id(&made))).await.ok();
    let kinds: Vec<&str> = each(&history, "kind").iter().filter_map(|kind| kind.as_str()).collect();
    for kind in ["referral.cancelled", "task.dropped", "need.settled", "case.closed"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_reopens_as_the_same_case_with_a_new_span_and_a_new_due_moment() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    let ago = app.app.now() - TimeDelta::days(20);
    let made =
        open(&worker, with(individual(app.world.pic, &rosa, &["HOU"]), json!({ "opened_at": ago }))).await;
    let (case, path) = (id(&made), format!("/cases/{}/reopen", id(&made)));
    let reason = json!({ "reason": "Volvió sin techo." });
    worker.post_on(&path, 1, reason.clone()).await.is_problem(409, "case_open");
    let end = json!({ "closure": "MET", "closed_at": ago + TimeDelta::days(2), "need_outcomes": { id(&made["needs"][0]): "met" } });
    let early = with(end.clone(), json!({ "closed_at": ago - TimeDelta::days(2) }));
    close(&worker, &made, early).await.complains_of(&["/closed_at"]);
    close(&worker, &made, end).await.ok();
    worker.post_on(&path, 2, json!({ "reason": "" })).await.complains_of(&["/reason"]);
    worker.post_on(&path, 1, reason.clone()).await.is_problem(412, "stale_version");
    app.client(ColleaguePic).await.post_on(&path, 2, reason.clone()).await.is_problem(403, "forbidden");
    let supervisor = app.client(SupervisorPic).await;
    let reopened = supervisor.post_on(&path, 2, reason).await.ok();
    assert_eq!((&reopened["number"], &reopened["status"]), (&made["number"], &json!("open")));
    assert_eq!((&reopened["closed_at"], &reopened["closure"]), (&Value::Null, &Value::Null));
    assert_eq!((&reopened["overdue"], &reopened["notes"]), (&json!(false), &json!(1)));
    assert_eq!(reopened["stage"], "in_progress", "its need keeps the outcome");
    let spans = app
        .lines(&format!(
            "SELECT ordinal || ' ' || (closed_at IS NULL) || ' ' || coalesce(closure, '-') AS line FROM case_spans
             WHERE case_id = '{case}' ORDER BY ordinal"
        ))
        .await;
    assert_eq!(spans, ["1 false MET", "2 true -"]);
    app.run_jobs().await;
    assert_eq!(mails_to(&app, WorkerPic).len(), 1, "its worker is told that it goes on");
    // What the month counted stays what it was.
    let (from, until) = (ago.date_naive() - TimeDelta::days(1), ago.date_naive() + TimeDelta::days(4));
    let figures = worker.get(&format!("/reports/caseload?from={from}&to={until}")).await.ok();
    let cell = |measure: &str| figure(&figures, measure);
    assert_eq!((cell("new"), cell("closed"), cell("open_at_end")), (json!(1), json!(1), json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_entered_in_error_leaves_every_list_and_count_and_takes_no_more_work() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let manager = app.client(Manager).await;
    let made = case(&app, &worker, "LEG-ADV").await;
    let (case, need) = (id(&made), id(&made["needs"][0]));
    let task = json!({ "title": "Llamar", "due_on": app.app.now().date_naive() });
    let task_id = id(&worker.post(&format!("/cases/{case}/tasks"), task.clone()).await.created());
    let draft = json!({ "need_id": need, "service_id": app.world.legal_service, "facts": ["name"] });
    let draft = worker.post(&format!("/cases/{case}/referrals"), draft).await.created();
    let path = format!("/cases/{case}/mark-in-error");
    let reason = json!({ "reason": "Se abrió para otra persona." });
    for account in [WorkerPic, SupervisorPic] {
        app.client(account).await.post_on(&path, 1, reason.clone()).await.is_problem(403, "forbidden");
    }
    manager.post_on(&path, 1, json!({ "reason": " " })).await.complains_of(&["/reason"]);
    let refused = manager.post_on(&path, 1, reason.clone()).await.is_problem(409, "case_has_open_referrals");
    assert_eq!(refused["referrals"], json!([id(&draft)]));
    let cancel = json!({ "move": "cancel", "reason": "duplicate" });
    worker.post_on(&format!("/referrals/{}/moves", id(&draft)), 1, cancel).await.ok();
    let stale = manager.post_on(&path, 7, reason.clone()).await.is_problem(412, "stale_version");
    assert_eq!((&stale["current"]["version"], &stale["current"]["client_name"]), (&json!(1), &Value::Null));
    let today = app.app.now().date_naive();
    let report = format!("/reports/caseload?from={today}&to={}", today + TimeDelta::days(2));
    manager.post_on(&path, 1, reason.clone()).await.ok();
    manager.post_on(&path, 2, reason).await.is_problem(409, "case_entered_in_error");
    assert_eq!(items(&worker.get("/cases").await.ok()).len(), 0);
    assert_eq!(worker.get("/cases/count").await.ok()["count"], 0);
    assert_eq!(items(&worker.get("/tasks").await.ok()).len(), 0);
    let figures = worker.get(&report).await.ok();
    assert_eq!(figure(&figures, "new"), 0);
    let file = worker.get(&format!("/cases/{case}")).await.ok();
    assert_eq!(
        (&file["entered_in_error"], &file["allowed"], &file["notes"]),
        (&json!(true), &json!(["open"]), &json!(1))
    );
    let post = async |path: &str, body: Value| {
        worker.post(path, body).await.is_problem(409, "case_entered_in_error")
    };
    post(&format!("/cases/{case}/needs"), json!({ "service": "HOU" })).await;
    post(&format!("/cases/{case}/notes"), json!({ "body": "x" })).await;
    post(&format!("/cases/{case}/tasks"), task).await;
    post(&format!("/needs/{need}/settle"), json!({ "outcome": "met" })).await;
    post(
        &format!("/cases/{case}/referrals"),
        json!({ "need_id": need, "service_id": app.world.legal_service }),
    )
    .await;
    worker.act(&format!("/tasks/{task_id}/done")).await.is_problem(409, "case_entered_in_error");
    worker
        .patch(&format!("/cases/{case}"), 2, json!({ "summary": "x" }))
        .await
        .is_problem(409, "case_entered_in_error");
    close(&worker, &file, json!({ "closure": "ERR" })).await.is_problem(409, "case_entered_in_error");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_take_the_same_case_at_once_leave_it_with_one_of_them() {
    let app = TestApp::new().await;
    let made = case(&app, &app.client(SupervisorPic).await, "HOU").await;
    let path = format!("/cases/{}/assign", id(&made));
    let (one, other) = (app.client(WorkerPic).await, app.client(ColleaguePic).await);
    let answers =
        tokio::join!(one.post(&path, to(&app, WorkerPic)), other.post(&path, to(&app, ColleaguePic)));
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(holdings(&app, &id(&made)).await.len(), 2);
    // Two who edit the same version: one edit stands, the other is told.
    let path = format!("/cases/{}", id(&made));
    let answers = tokio::join!(
        one.patch(&path, 2, json!({ "summary": "Una" })),
        other.patch(&path, 2, json!({ "summary": "Otra" }))
    );
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    app.client(SupervisorLeg).await.get(&path).await.is_problem(404, "not_found");
}
