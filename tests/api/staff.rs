//! Accounts: invitation, sign-in, sessions, passwords, and what is told to whom.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};

use crate::support::world::PASSWORD;
use crate::support::{Account, TestApp};

fn login(account: Account, password: &str) -> Value {
    json!({ "email": account.email(), "password": password })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_worker_sets_a_password_by_the_mailed_link_once() {
    let app = TestApp::new().await;
    let admin = app.client(Account::Admin).await;
    let body = json!({ "email": "New.Worker@desk.example", "name": "Nueva Ficticia", "role": "case_worker",
                       "offices": [app.world.pic], "language": "es" });
    let made = admin.post("/staff", body).await.created();
    assert_eq!((&made["email"], &made["has_password"]), (&json!("new.worker@desk.example"), &json!(false)));
    app.run_jobs().await;
    let mail = app.mails().pop().expect("an invitation");
    assert_eq!(mail.to, "new.worker@desk.example");
    let token =
        mail.text.split("/invitation#").nth(1).expect("a link").split_whitespace().next().expect("a token");
    let visitor = app.visitor();
    let weak = json!({ "token": token, "password": "password1234" });
    visitor.post("/auth/invitations/accept", weak).await.complains_of(&["/password"]);
    let answer = json!({ "token": token, "password": "a long and quiet river" });
    let tokens = visitor.post("/auth/invitations/accept", answer.clone()).await.ok();
    visitor.post("/auth/invitations/accept", answer).await.is_problem(410, "invitation_spent");
    let me = visitor.with_token(tokens["access_token"].as_str().expect("token")).get("/me").await.ok();
    assert_eq!(me["role"], "case_worker");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_dies_after_72_hours_and_by_a_newer_one() {
    let app = TestApp::new().await;
    let supervisor = app.client(Account::SupervisorPic).await;
    let body = json!({ "email": "late@desk.example", "name": "Tarde Ficticia", "role": "field_worker",
                       "offices": [app.world.pic], "language": "es" });
    let made = supervisor.post("/staff", body).await.created();
    app.run_jobs().await;
    supervisor.act(&format!("/staff/{}/invitations", made["id"].as_str().expect("id"))).await.is(202);
    app.run_jobs().await;
    let token = |mail: &crate::support::Mail| {
        let rest = mail.text.split("/invitation#").nth(1).expect("a link");
        rest.split_whitespace().next().expect("a token").to_owned()
    };
    let mails = app.mails();
    let answer = |token: String| json!({ "token": token, "password": "a long and quiet river" });
    let visitor = app.visitor();
    visitor
        .post("/auth/invitations/accept", answer(token(&mails[0])))
        .await
        .is_problem(410, "invitation_spent");
    app.advance(TimeDelta::hours(73));
    visitor
        .post("/auth/invitations/accept", answer(token(&mails[1])))
        .await
        .is_problem(410, "invitation_spent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_account_get_the_same_answer_and_guessing_is_slowed() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let unknown = json!({ "email": "nobody@desk.example", "password": "whatever it may be" });
    let mut one = visitor.post("/auth/login", unknown).await.is_problem(401, "sign_in_failed");
    let mut two = visitor.post("/auth/login", login(Account::WorkerPic, "wrong password!")).await.json;
    for answer in [&mut one, &mut two] {
        answer["request_id"] = Value::Null;
        answer["instance"] = Value::Null;
    }
    assert_eq!(one, two);
    let mut database = app.database().await;
    // As if somebody had guessed for a while; the next wrong one slows the account for minutes.
    database.batch_execute("UPDATE staff SET failed_sign_ins = 13").await.expect("guessed");
    visitor
        .post("/auth/login", login(Account::WorkerPic, "wrong password!"))
        .await
        .is_problem(401, "sign_in_failed");
    let slowed = visitor.post("/auth/login", login(Account::WorkerPic, PASSWORD)).await;
    assert!(slowed.headers.contains_key("retry-after"));
    slowed.is_problem(429, "slow_down");
    app.advance(TimeDelta::minutes(15));
    visitor.post("/auth/login", login(Account::WorkerPic, PASSWORD)).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_disabling_and_a_new_role_act_at_the_next_request() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    worker.get("/me").await.ok();
    worker.act("/auth/logout").await.is(204);
    worker.get("/me").await.is_problem(401, "sign_in_required");

    let colleague = app.client(Account::ColleaguePic).await;
    let admin = app.client(Account::Admin).await;
    let path = format!("/staff/{}", colleague.id);
    admin.patch(&path, 1, json!({ "role": "supervisor" })).await.ok();
    assert_eq!(colleague.get("/me").await.ok()["role"], "supervisor");
    admin.patch(&path, 2, json!({ "disabled": true })).await.ok();
    colleague.get("/me").await.is_problem(401, "sign_in_required");
    app.visitor()
        .post("/auth/login", login(Account::ColleaguePic, PASSWORD))
        .await
        .is_problem(401, "sign_in_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_used_twice_ends_the_session() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let first = visitor.post("/auth/login", login(Account::WorkerPic, PASSWORD)).await.ok();
    let body = json!({ "refresh_token": first["refresh_token"] });
    let second = visitor.post("/auth/refresh", body.clone()).await.ok();
    visitor.post("/auth/refresh", body.clone()).await.is_problem(409, "refresh_superseded");
    let client = app.visitor().with_token(second["access_token"].as_str().expect("token"));
    client.get("/me").await.ok();
    app.advance(TimeDelta::seconds(11));
    visitor.post("/auth/refresh", body).await.is_problem(401, "sign_in_required");
    client.get("/me").await.is_problem(401, "sign_in_required");
    let newer = json!({ "refresh_token": second["refresh_token"] });
    visitor.post("/auth/refresh", newer).await.is_problem(401, "sign_in_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_ends_after_fifteen_minutes() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    app.advance(TimeDelta::minutes(14));
    worker.get("/me").await.ok();
    app.advance(TimeDelta::minutes(2));
    worker.get("/me").await.is_problem(401, "sign_in_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_the_other_sessions_and_its_owner_is_told() {
    let app = TestApp::new().await;
    let (here, there) = (app.client(Account::WorkerPic).await, app.client(Account::WorkerPic).await);
    let wrong = json!({ "current_password": "not this one!", "new_password": "short" });
    here.post("/auth/password", wrong).await.complains_of(&["/current_password", "/new_password"]);
    let right = json!({ "current_password": PASSWORD, "new_password": "a long and quiet river" });
    here.post("/auth/password", right).await.is(204);
    here.get("/me").await.ok();
    there.get("/me").await.is_problem(401, "sign_in_required");
    app.run_jobs().await;
    assert_eq!(app.mails().pop().expect("a mail").to, Account::WorkerPic.email());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_invites_workers_to_the_own_office_only() {
    let app = TestApp::new().await;
    let supervisor = app.client(Account::SupervisorPic).await;
    let body = |role: &str, office| json!({ "email": "x@desk.example", "name": "X", "role": role, "offices": [office], "language": "es" });
    supervisor.post("/staff", body("case_worker", app.world.leg)).await.is_problem(403, "forbidden");
    supervisor.post("/staff", body("manager", app.world.pic)).await.is_problem(403, "forbidden");
    supervisor.post("/staff", body("case_worker", app.world.pic)).await.created();
    let known = supervisor.get("/staff").await.ok();
    let emails: Vec<&str> =
        known["items"].as_array().expect("items").iter().filter_map(|s| s["email"].as_str()).collect();
    assert!(emails.contains(&"worker.pic@desk.example") && !emails.contains(&"worker.leg@desk.example"));
}
