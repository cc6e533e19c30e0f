//! Who gets into a case beyond the office's scope: sealing, named grants, a written reason, an emergency.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::desk::{case, each, id, individual, items, mails_to, open, person, trail, with};
use crate::support::{Account, TestApp};
use Account::{
    ColleaguePic, FieldPic, Manager, PsychologistPic, SupervisorLeg, SupervisorPic, WorkerLeg, WorkerPic,
};

fn seal() -> Value {
    json!({ "reason": "La persona está amenazada", "days": 30 })
}

/// Lets the live grants of a case run out.
async fn expire(app: &TestApp, case: &str) {
    app.run(&format!(
        "UPDATE case_grants SET expires_at = now() - interval '1 second' WHERE case_id = '{case}'"
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_case_is_there_only_for_those_who_are_named() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let supervisor = app.client(SupervisorPic).await;
    let made = case(&app, &worker, "HOU").await;
    let (case, rosa) = (id(&made), made["people"][0]["migrant_id"].as_str().expect("id").to_owned());
    let path = format!("/cases/{case}");
    let task = json!({ "title": "Llamar", "due_on": app.app.now().date_naive(), "owner_id": app.world.staff(ColleaguePic) });
    let task = id(&worker.post(&format!("{path}/tasks"), task).await.created());
    worker.post(&format!("{path}/seal"), seal()).await.is_problem(403, "forbidden");
    let wrong = json!({ "reason": " ", "days": 181 });
    supervisor.post(&format!("{path}/seal"), wrong).await.complains_of(&["/reason", "/days"]);
    let strangers =
        with(seal(), json!({ "staff_ids": [app.world.staff(WorkerLeg), app.world.staff(Manager)] }));
    supervisor.post(&format!("{path}/seal"), strangers).await.complains_of(&["/staff_ids/0", "/staff_ids/1"]);

    let named = with(seal(), json!({ "staff_ids": [app.world.staff(PsychologistPic)] }));
    let grants = supervisor.post(&format!("{path}/seal"), named).await.ok();
    assert_eq!(items(&grants).len(), 3, "the one who seals, the worker and the one named");
    supervisor.post(&format!("{path}/seal"), seal()).await.is_problem(409, "case_sealed");

    for insider in [WorkerPic, SupervisorPic, PsychologistPic] {
        let who = app.client(insider).await;
        assert_eq!(who.get(&path).await.ok()["sealed"], true, "{insider:?}");
        assert_eq!(items(&who.get("/cases").await.ok()).len(), 1, "{insider:?}");
        who.get(&format!("/migrants/{rosa}")).await.ok();
    }
    for outsider in [ColleaguePic, FieldPic, WorkerLeg, SupervisorLeg, Manager] {
        let who = app.client(outsider).await;
        for part in ["", "/history", "/needs", "/notes", "/tasks", "/assistance"] {
            who.get(&format!("{path}{part}")).await.is_problem(404, "not_found");
        }
        let list = who.get("/cases").await.ok();
        assert_eq!(items(&list).len(), 0, "{outsider:?}");
        assert_eq!(who.get("/cases/count").await.ok()["count"], 0, "{outsider:?}");
    }
    let colleague = app.client(ColleaguePic).await;
    colleague.get(&format!("/migrants/{rosa}")).await.is_problem(404, "not_found");
    assert_eq!(items(&colleague.get("/migrants?q=Rosa%20Inventada").await.ok()).len(), 0);
    let described = json!({ "name": "Rosa de Prueba Inventada" });
    assert_eq!(items(&colleague.post("/migrants/matches", described).await.ok()).len(), 0);
    assert_eq!(items(&colleague.get("/tasks?view=mine").await.ok()).len(), 0);
    let freed = worker.get("/tasks?view=mine").await.ok();
    assert_eq!(each(&freed, "id"), [&json!(task)], "the task of one who is out falls to the worker");
    // The same for somebody who never was there: nothing tells a sealed case from none.
    let (sealed, none) =
        (colleague.get(&path).await, colleague.get(&format!("/cases/{}", uuid::Uuid::now_v7())).await);
    let strip = |mut body: Value| {
        for key in ["request_id", "instance"] {
            body[key] = Value::Null;
        }
        body
    };
    assert_eq!(strip(sealed.json), strip(none.json));
    let report = supervisor.get("/notices").await.ok();
    assert!(report["items"].is_array(), "lists about the mail go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_wall_alone_hides_a_sealed_case() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    app.client(SupervisorPic).await.post(&format!("/cases/{}/seal", id(&made)), seal()).await.ok();
    let mut conn = app.as_app_role().await;
    for (account, sees) in [(WorkerPic, "1"), (ColleaguePic, "0"), (Manager, "0")] {
        let ask = format!(
            "SELECT count(*)::text AS line FROM (SELECT set_config('app.kind', 'staff', false), set_config('app.staff', '{}', false),
                set_config('app.offices', '{{{}}}', false)) s",
            app.world.staff(account),
            app.world.pic
        );
        crate::support::desk::lines(&mut conn, &ask).await;
        for table in ["cases", "needs", "case_people", "case_events", "migrants"] {
            let count = format!("SELECT least(count(*), 1)::text AS line FROM {table}");
            let seen = crate::support::desk::lines(&mut conn, &count).await;
            assert_eq!(seen, [sees], "{account:?} and {table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_named_reasoned_and_ends() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let supervisor = app.client(SupervisorPic).await;
    let made = case(&app, &worker, "HOU").await;
    let path = format!("/cases/{}", id(&made));
    let to =
        |account| json!({ "staff_id": app.world.staff(account), "reason": "Acompañamiento", "days": 10 });
    supervisor.post(&format!("{path}/grants"), to(ColleaguePic)).await.is_problem(409, "case_not_sealed");
    supervisor.post(&format!("{path}/seal"), seal()).await.ok();
    let colleague = app.client(ColleaguePic).await;
    colleague.get(&path).await.is_problem(404, "not_found");
    worker.post(&format!("{path}/grants"), to(ColleaguePic)).await.is_problem(403, "forbidden");
    let wrong = json!({ "staff_id": app.world.staff(WorkerLeg), "reason": "x", "days": 10 });
    supervisor.post(&format!("{path}/grants"), wrong).await.complains_of(&["/staff_id"]);
    let wrong = json!({ "staff_id": app.world.staff(ColleaguePic), "reason": "", "days": 0 });
    supervisor.post(&format!("{path}/grants"), wrong).await.complains_of(&["/reason", "/days"]);
    let grants = supervisor.post(&format!("{path}/grants"), to(ColleaguePic)).await.ok();
    assert_eq!(items(&grants).len(), 3);
    let grant = items(&grants).iter().find(|grant| grant["staff_id"] == json!(app.world.staff(ColleaguePic)));
    let grant = id(grant.expect("the new one"));
    assert_eq!(items(&colleague.get("/cases").await.ok()).len(), 1);
    colleague.post(&format!("{path}/notes"), json!({ "body": "Llegó bien." })).await.created();
    // The file is handed only to one who may see it.
    let psychologist = json!({ "staff_id": app.world.staff(PsychologistPic) });
    supervisor.post(&format!("{path}/assign"), psychologist).await.complains_of(&["/staff_id"]);
    supervisor
        .post(&format!("{path}/assign"), json!({ "staff_id": app.world.staff(ColleaguePic) }))
        .await
        .ok();

    let end = format!("/grants/{grant}/end");
    app.client(SupervisorLeg).await.act(&end).await.is_problem(404, "not_found");
    supervisor.act(&end).await.ok();
    supervisor.act(&end).await.is_problem(409, "grant_ended");
    colleague.get(&path).await.is_problem(404, "not_found");
    assert_eq!(items(&colleague.get("/cases").await.ok()).len(), 0, "though the case is assigned to them");
    worker.get(&path).await.ok();
    expire(&app, &id(&made)).await;
    worker.get(&path).await.is_problem(404, "not_found");
    supervisor.get(&path).await.is_problem(404, "not_found");
    assert_eq!(trail(&app, &grant).await, ["grant.given", "grant.ended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_onto_a_sealed_case_is_sealed_with_it_and_all_are_unsealed_unless_on_another() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let supervisor = app.client(SupervisorPic).await;
    let colleague = app.client(ColleaguePic).await;
    let made = case(&app, &worker, "HOU").await;
    let path = format!("/cases/{}", id(&made));
    supervisor.post(&format!("{path}/seal"), seal()).await.ok();
    let luz = person(&worker, app.world.pic, "Luz").await;
    colleague.get(&format!("/migrants/{luz}")).await.ok();
    worker.post(&format!("{path}/people"), json!({ "migrant_id": luz, "role": "household" })).await.ok();
    colleague.get(&format!("/migrants/{luz}")).await.is_problem(404, "not_found");
    let other = open(&worker, individual(app.world.pic, &luz, &["LEG"])).await;
    supervisor.post(&format!("/cases/{}/seal", id(&other)), seal()).await.ok();

    worker.act(&format!("{path}/unseal")).await.is_problem(403, "forbidden");
    let key = [("Idempotency-Key", "unseal-once")];
    for _ in 0..2 {
        supervisor.send(Method::POST, &format!("/api/v1{path}/unseal"), &key, None).await.ok();
    }
    supervisor.act(&format!("{path}/unseal")).await.is_problem(409, "case_not_sealed");
    app.run_jobs().await;
    let seen = colleague.get(&path).await.ok();
    assert_eq!(seen["sealed"], false);
    let rosa = made["people"][0]["migrant_id"].as_str().expect("id");
    colleague.get(&format!("/migrants/{rosa}")).await.ok();
    colleague.get(&format!("/migrants/{luz}")).await.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_reads_a_file_only_with_a_written_reason_and_its_worker_is_told() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let manager = app.client(Manager).await;
    let made = case(&app, &worker, "PRT-GBV").await;
    let path = format!("/cases/{}", id(&made));
    for part in ["", "/history", "/needs", "/notes", "/tasks", "/assistance"] {
        manager.get(&format!("{path}{part}")).await.is_problem(403, "reason_required");
    }
    let list = manager.get("/cases").await.ok();
    assert_eq!(
        (&list["items"][0]["number"], &list["items"][0]["client_name"]),
        (&made["number"], &Value::Null)
    );
    let access = format!("{path}/access");
    manager.post(&access, json!({ "reason": "  " })).await.complains_of(&["/reason"]);
    manager.post(&access, json!({})).await.is_problem(400, "malformed_body");
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "open-once")];
    let ask = async || {
        let body = Some(json!({ "reason": "Queja de la familia" }).to_string().into_bytes());
        manager.send(Method::POST, &format!("/api/v1{access}"), &headers, body).await.ok()
    };
    let grant = ask().await;
    assert_eq!(id(&ask().await), id(&grant), "asked twice, opened once");
    assert_eq!((&grant["kind"], &grant["review_by"]), (&json!("reason"), &Value::Null));
    manager.post(&access, json!({ "reason": "Otra vez" })).await.is_problem(409, "file_open_already");
    let file = manager.get(&path).await.ok();
    assert_eq!(file["client_name"], "Rosa de Prueba Inventada");
    assert!(!file.to_string().contains("PRT-GBV"), "restricted facts stay closed");
    assert_eq!(file["allowed"], json!(["open", "assign", "mark_in_error"]));
    app.run_jobs().await;
    let told = mails_to(&app, WorkerPic);
    assert_eq!(told.len(), 1);
    assert!(
        told[0].text.contains(made["number"].as_str().expect("number")) && !told[0].text.contains("Queja")
    );
    assert_eq!(mails_to(&app, SupervisorPic).len(), 0);
    assert!(trail(&app, &id(&made)).await.contains(&"case.opened_with_reason".to_owned()));
    expire(&app, &id(&made)).await;
    manager.get(&path).await.is_problem(403, "reason_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_opens_one_file_for_four_hours_and_others_are_told_and_review_it() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let stranger = app.client(WorkerLeg).await;
    let made = case(&app, &worker, "HOU").await;
    let other = case(&app, &worker, "HOU").await;
    let path = format!("/cases/{}", id(&made));
    stranger.get(&path).await.is_problem(404, "not_found");
    let before = app.app.now();
    let grant =
        stranger.post(&format!("{path}/access"), json!({ "reason": "La policía pregunta" })).await.ok();
    let moment = |key: &str| {
        grant[key].as_str().expect("a moment").parse::<chrono::DateTime<chrono::Utc>>().expect("a moment")
    };
    assert_eq!(grant["kind"], "emergency");
    assert_eq!(moment("expires_at") - moment("granted_at"), TimeDelta::hours(4));
    assert_eq!(moment("review_by") - moment("granted_at"), TimeDelta::hours(48));
    assert!(moment("granted_at") >= before);
    stranger.get(&path).await.ok();
    stranger.get(&format!("/cases/{}", id(&other))).await.is_problem(404, "not_found");
    app.run_jobs().await;
    for told in [WorkerPic, SupervisorPic] {
        let mails = mails_to(&app, told);
        assert_eq!(mails.len(), 1, "{told:?}");
        assert!(
            mails[0].text.contains("48 horas") && !mails[0].text.contains("policía"),
            "{}",
            mails[0].text
        );
    }

    let review = format!("/grants/{}/review", id(&grant));
    let waiting = async |who| items(&app.client(who).await.get("/grants/to-review").await.ok()).len();
    assert_eq!(
        (waiting(SupervisorPic).await, waiting(Manager).await, waiting(SupervisorLeg).await),
        (1, 1, 0)
    );
    for not_a_reviewer in [WorkerPic, WorkerLeg] {
        app.client(not_a_reviewer).await.act(&review).await.is_problem(403, "forbidden");
        app.client(not_a_reviewer).await.get("/grants/to-review").await.is_problem(403, "forbidden");
    }
    // Two days without a review: those who may review are asked again, once.
    app.advance(TimeDelta::hours(49));
    app.run_jobs().await;
    let reminded = mails_to(&app, SupervisorPic);
    assert_eq!(reminded.len(), 2, "{reminded:?}");
    assert!(reminded[1].subject.contains("sin revisar"), "{}", reminded[1].subject);
    let supervisor = app.client(SupervisorPic).await;
    let reviewed = supervisor.act(&review).await.ok();
    assert_eq!(reviewed["reviewed_by"], json!(app.world.staff(SupervisorPic)));
    supervisor.act(&review).await.is_problem(409, "grant_reviewed");
    assert_eq!(waiting(SupervisorPic).await, 0);
    // The four hours are long over.
    app.client(WorkerLeg).await.get(&path).await.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reviews_what_they_opened_themselves() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let manager = app.client(Manager).await;
    let made = case(&app, &worker, "HOU").await;
    let grant =
        manager.post(&format!("/cases/{}/access", id(&made)), json!({ "reason": "Queja" })).await.ok();
    manager.act(&format!("/grants/{}/review", id(&grant))).await.is_problem(409, "grant_own");
    assert_eq!(items(&manager.get("/grants/to-review").await.ok()).len(), 0);
    // An emergency that was looked at in time needs no reminder.
    let emergency = app.client(SupervisorLeg).await;
    let grant =
        emergency.post(&format!("/cases/{}/access", id(&made)), json!({ "reason": "Hospital" })).await.ok();
    emergency.act(&format!("/grants/{}/review", id(&grant))).await.is_problem(409, "grant_own");
    app.client(SupervisorPic).await.act(&format!("/grants/{}/review", id(&grant))).await.ok();
    app.advance(TimeDelta::hours(49));
    app.run_jobs().await;
    assert_eq!(mails_to(&app, SupervisorPic).len(), 1, "only that it was used");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_one_person_opens_a_sealed_case_whatever_the_reason() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    let path = format!("/cases/{}", id(&made));
    let manager = app.client(Manager).await;
    manager.post(&format!("{path}/access"), json!({ "reason": "Antes" })).await.ok();
    app.client(WorkerLeg).await.post(&format!("{path}/access"), json!({ "reason": "Antes" })).await.ok();
    app.client(SupervisorPic).await.post(&format!("{path}/seal"), seal()).await.ok();
    for account in [Manager, WorkerLeg] {
        let opened_before = app.client(account).await.get(&path).await;
        opened_before.is_problem(404, "not_found");
    }
    let before = app.run_jobs().await + app.mails().len();
    for account in [Manager, ColleaguePic, WorkerLeg, SupervisorLeg] {
        let who = app.client(account).await;
        who.post(&format!("{path}/access"), json!({ "reason": "Urgente" }))
            .await
            .is_problem(404, "not_found");
        let none = format!("/cases/{}/access", uuid::Uuid::now_v7());
        who.post(&none, json!({ "reason": "Urgente" })).await.is_problem(404, "not_found");
        who.get(&path).await.is_problem(404, "not_found");
    }
    for account in [Account::Admin, Account::Auditor, Account::PartnerLegal, FieldPic] {
        let who = app.client(account).await;
        who.post(&format!("{path}/access"), json!({ "reason": "Urgente" }))
            .await
            .is_problem(403, "forbidden");
    }
    assert!(app.run_jobs().await == 0 && before > 0, "nobody was told of a file that did not open");
    let given = format!(
        "SELECT count(*)::text AS line FROM case_grants WHERE case_id = '{}' AND expires_at > now()",
        id(&made)
    );
    assert_eq!(app.line(&given).await, "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_persons_open_a_sealed_case_that_nobody_is_let_into_any_more() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let made = case(&app, &worker, "HOU").await;
    let (case, number) = (id(&made), made["number"].as_str().expect("number").to_owned());
    let supervisor = app.client(SupervisorPic).await;
    supervisor.post(&format!("/cases/{case}/seal"), seal()).await.ok();
    let manager = app.client(Manager).await;
    let wish = |number: &str| {
        json!({ "office_id": app.world.pic, "case_number": number, "staff_id": app.world.staff(ColleaguePic),
            "reason": "La persona pide ayuda de nuevo", "days": 10 })
    };
    for account in [WorkerPic, FieldPic, Account::Admin, Account::Auditor, Account::PartnerLegal] {
        let who = app.client(account).await;
        who.post("/seal-requests", wish(&number)).await.is_problem(403, "forbidden");
    }
    let wrong = with(wish(" "), json!({ "days": 181, "office_id": uuid::Uuid::now_v7(), "reason": "" }));
    supervisor.post("/seal-requests", wrong).await.complains_of(&[
        "/office_id",
        "/case_number",
        "/reason",
        "/days",
    ]);
    let partner = with(wish(&number), json!({ "staff_id": app.world.staff(Account::PartnerLegal) }));
    supervisor.post("/seal-requests", partner).await.complains_of(&["/staff_id"]);

    // Asking tells nothing: a number without a case is asked for like any other.
    let asked = supervisor.post("/seal-requests", wish(&number.to_lowercase())).await.ok();
    let vain = supervisor.post("/seal-requests", wish("PIC-1999-000001")).await.ok();
    assert_eq!((&asked["outcome"], &vain["outcome"]), (&Value::Null, &Value::Null));
    let grant = format!("/seal-requests/{}/grant", id(&asked));
    supervisor.act(&grant).await.is_problem(409, "grant_own");
    let far = app.client(SupervisorLeg).await;
    far.act(&grant).await.is_problem(404, "not_found");
    assert_eq!(items(&far.get("/seal-requests").await.ok()).len(), 0);
    assert_eq!(items(&manager.get("/seal-requests").await.ok()).len(), 2);
    // While somebody is let in, that one names others; a case that is not there is none either.
    manager.act(&grant).await.is_problem(409, "seal_not_lapsed");
    manager.act(&format!("/seal-requests/{}/grant", id(&vain))).await.is_problem(409, "seal_not_lapsed");

    app.advance(TimeDelta::days(31));
    let (supervisor, manager) = (app.client(SupervisorPic).await, app.client(Manager).await);
    supervisor.get(&format!("/cases/{case}")).await.is_problem(404, "not_found");
    manager.act(&grant).await.is_problem(404, "not_found");
    let asked = supervisor.post("/seal-requests", wish(&number)).await.ok();
    let refused = supervisor.post("/seal-requests", wish(&number)).await.ok();
    let refused = manager.act(&format!("/seal-requests/{}/refuse", id(&refused))).await.ok();
    assert_eq!(
        (&refused["outcome"], &refused["decided_by"]),
        (&json!("refused"), &json!(app.world.staff(Manager)))
    );
    let own = with(wish(&number), json!({ "staff_id": app.world.staff(SupervisorPic) }));
    let own = manager.post("/seal-requests", own).await.ok();
    supervisor.act(&format!("/seal-requests/{}/grant", id(&own))).await.is_problem(409, "grant_own");
    let grant = format!("/seal-requests/{}/grant", id(&asked));
    assert_eq!(manager.act(&grant).await.ok()["outcome"], "granted");
    manager.act(&grant).await.is_problem(409, "grant_reviewed");
    let colleague = app.client(ColleaguePic).await;
    assert_eq!(colleague.get(&format!("/cases/{case}")).await.ok()["sealed"], true);
    for account in [SupervisorPic, WorkerPic, Manager, PsychologistPic] {
        app.client(account).await.get(&format!("/cases/{case}")).await.is_problem(404, "not_found");
    }
    let left = trail(&app, asked["id"].as_str().expect("id")).await;
    assert_eq!(left, ["seal_request.made", "seal_request.granted"]);
    // The constraint says the same as the rule.
    let alone = format!("UPDATE seal_requests SET decided_by = asked_by WHERE id = '{}'", id(&asked));
    assert!(app.database().await.batch_execute(&alone).await.is_err(), "one person alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_whose_only_holders_left_the_desk_has_lapsed() {
    let app = TestApp::new().await;
    let made = case(&app, &app.client(WorkerPic).await, "HOU").await;
    let supervisor = app.client(SupervisorPic).await;
    supervisor.post(&format!("/cases/{}/seal", id(&made)), seal()).await.ok();
    let left = format!(
        "UPDATE staff SET disabled_at = now() WHERE id = '{}';
         UPDATE case_grants SET expires_at = now() WHERE staff_id = '{}'",
        app.world.staff(WorkerPic),
        app.world.staff(SupervisorPic)
    );
    app.run(&left).await;
    let wish = json!({ "office_id": app.world.pic, "case_number": made["number"],
        "staff_id": app.world.staff(ColleaguePic), "reason": "Su gestor se ha ido", "days": 10 });
    let asked = supervisor.post("/seal-requests", wish).await.ok();
    app.client(Manager).await.act(&format!("/seal-requests/{}/grant", id(&asked))).await.ok();
    app.client(ColleaguePic).await.get(&format!("/cases/{}", id(&made))).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_narrows_its_workers_shows_them_their_own_cases() {
    let app = TestApp::new().await;
    let worker = app.client(WorkerPic).await;
    let mine = case(&app, &worker, "HOU").await;
    let other = case(&app, &app.client(ColleaguePic).await, "HOU").await;
    assert_eq!(items(&worker.get("/cases").await.ok()).len(), 2);
    app.run(&format!("UPDATE offices SET own_cases_only = true WHERE id = '{}'", app.world.pic)).await;
    let worker = app.client(WorkerPic).await;
    assert_eq!(each(&worker.get("/cases").await.ok(), "id"), [&mine["id"]]);
    worker.get(&format!("/cases/{}", id(&other))).await.is_problem(404, "not_found");
    assert_eq!(items(&app.client(SupervisorPic).await.get("/cases").await.ok()).len(), 2);
    // An emergency opens the colleague's file to them too.
    let access = format!("/cases/{}/access", id(&other));
    worker.post(&access, json!({ "reason": "La hija llama de noche" })).await.ok();
    worker.get(&format!("/cases/{}", id(&other))).await.ok();
    let own = format!("/cases/{}/access", id(&mine));
    worker.post(&own, json!({ "reason": "x" })).await.is_problem(409, "file_open_already");
}
