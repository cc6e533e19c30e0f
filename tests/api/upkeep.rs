//! Background work: shown by ids, tried again by an administrator.

use diesel_async::SimpleAsyncConnection;
use serde_json::json;

use crate::support::{Account, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_tries_failed_work_again_and_sees_ids_only() {
    let app = TestApp::new().await;
    let (job, notice) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
    let insert = format!(
        "INSERT INTO jobs (id, name, payload, run_at, attempts, last_error, failed_at)
         VALUES ('{job}', 'SendNotice', '{{\"notice_id\": \"{notice}\", \"name\": \"Somebody\"}}', now(), 8, 'away', now())"
    );
    app.database().await.batch_execute(&insert).await.expect("a failed job");
    let admin = app.client(Account::Admin).await;
    let failed = admin.get("/jobs?failed=true").await.ok();
    assert_eq!(failed["items"][0]["about"], json!({ "notice_id": notice }));
    assert!(!failed.to_string().contains("Somebody"));
    let again = admin.act(&format!("/jobs/{job}/retry")).await.ok();
    assert_eq!((&again["attempts"], &again["failed_at"]), (&json!(0), &json!(null)));
    admin.act(&format!("/jobs/{job}/retry")).await.is_problem(409, "job_not_failed");
    assert_eq!(admin.get("/jobs?failed=true").await.ok()["items"], json!([]));
    let worker = app.client(Account::SupervisorPic).await;
    worker.get("/jobs").await.is_problem(403, "forbidden");
}
