//! Who gets in at all: every operation of the description, asked by somebody without a token and with a dead one.

use migrant_desk::wiring;
use reqwest::Method;

use crate::support::{Account, TestApp};

/// Operations that need no token, on purpose.
const PUBLIC: &[&str] =
    &["POST /api/v1/auth/login", "POST /api/v1/auth/refresh", "POST /api/v1/auth/invitations/accept"];

fn operations() -> Vec<(String, Method, String)> {
    let document = wiring::openapi();
    let paths = document["paths"].as_object().expect("paths").clone();
    let mut all = vec![];
    for (path, item) in &paths {
        for method in item.as_object().expect("methods").keys() {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let filled = path.split('/').map(|part| {
                if part == "{list}" || part == "{code}" {
                    "service".to_owned()
                } else if part.starts_with('{') {
                    uuid::Uuid::now_v7().to_string()
                } else {
                    part.to_owned()
                }
            });
            all.push((format!("{method} {path}"), method, filled.collect::<Vec<_>>().join("/")));
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_a_token_that_counts() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let gone = app.client(Account::WorkerPic).await;
    gone.act("/auth/logout").await.is(204);
    let headers = [("Content-Type", "application/json"), ("If-Match", "\"1\"")];
    let all = operations();
    assert!(all.len() > 80, "only {} operations", all.len());
    for (name, method, path) in all.iter().filter(|(name, _, _)| !PUBLIC.contains(&name.as_str())) {
        for client in [&visitor, &gone] {
            let body = (*method != Method::GET).then(|| b"{}".to_vec());
            let answer = client.send(method.clone(), path, &headers, body).await;
            assert_eq!(answer.status.as_u16(), 401, "{name} answered {}", answer.json);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_an_auditor_and_a_partner_reach_no_file() {
    let app = TestApp::new().await;
    for account in [Account::Admin, Account::Auditor, Account::PartnerLegal] {
        let client = app.client(account).await;
        for path in [
            "/migrants",
            "/cases",
            "/referrals",
            "/tasks",
            "/associations",
            "/reports/caseload?from=2026-01-01&to=2026-02-01",
        ] {
            client.get(path).await.is_problem(403, "forbidden");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_verb_leaves_its_trace() {
    let app = TestApp::new().await;
    app.client(Account::Admin).await.get("/migrants").await.is_problem(403, "forbidden");
    let trail = app.client(Account::Auditor).await.get("/audit-events?action=access.denied").await.ok();
    assert_eq!(trail["items"][0]["facts"]["operation"], "GET /api/v1/migrants");
}
