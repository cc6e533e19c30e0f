//! What cannot be done is refused in one form, says where the fault is, and leaves nothing behind.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::audit::fingerprints;
use crate::referrals::{draft, matter};
use crate::support::desk::{case, id, individual, person, with};
use crate::support::{Account, TestApp};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const FIRST: (&str, &str) = ("If-Match", "\"1\"");

/// Method and path, with ids of nothing, of every operation that takes JSON.
fn taking_json() -> Vec<(Method, String)> {
    let document = migrant_desk::wiring::openapi();
    let mut found = vec![];
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            if operation["requestBody"]["content"].get("application/json").is_some() {
                let method = method.to_uppercase().parse().expect("a method");
                let pieces = path.split('/').map(|piece| match piece.strip_prefix('{') {
                    Some(_) => Uuid::now_v7().to_string(),
                    None => piece.to_owned(),
                });
                found.push((method, pieces.collect::<Vec<_>>().join("/")));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn no_operation_reads_what_is_not_json_of_its_shape() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let before = fingerprints(&mut app.database().await).await;
    let limit = app.app.settings.request_body_limit;
    let bodies: [(&str, Vec<u8>, u16, &str); 6] = [
        ("broken JSON", b"{\"a\":".to_vec(), 400, "malformed_body"),
        ("broken UTF-8", b"{\"a\":\"\xff\xfe\"}".to_vec(), 400, "malformed_body"),
        ("NUL", b"{\"a\":\"\\u0000\"}".to_vec(), 400, "forbidden_character"),
        ("a number", b"1".to_vec(), 400, "malformed_body"),
        ("nothing", vec![], 400, "malformed_body"),
        ("more than the limit", vec![b' '; limit + 1], 413, "body_too_large"),
    ];
    for (method, path) in taking_json() {
        for (what, body, status, code) in &bodies {
            let answer = worker.send(method.clone(), &path, &[JSON, FIRST], Some(body.clone())).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.json["code"]),
                (*status, &json!(code)),
                "{what} at {path}"
            );
            assert_eq!(answer.headers["content-type"], "application/problem+json");
        }
        let unknown =
            worker.send(method.clone(), &path, &[JSON, FIRST], Some(b"{\"colour\":1}".to_vec())).await;
        // A list of records may be wanted, or a field be missed first; either way it is said what and where.
        let code = unknown.json["code"].as_str().unwrap_or_default();
        assert!(["unknown_field", "malformed_body"].contains(&code), "{path}: {}", unknown.json);
        assert!(unknown.json["pointer"].is_string(), "{path}: {}", unknown.json);
        let text = worker
            .send(method.clone(), &path, &[("Content-Type", "text/plain"), FIRST], Some(b"{}".to_vec()))
            .await;
        assert_eq!(
            (text.status.as_u16(), &text.json["code"]),
            (415, &json!("unsupported_media_type")),
            "{path}"
        );
    }
    assert_eq!(fingerprints(&mut app.database().await).await, before, "something was done");
}

/// A question and how it is refused.
struct Tried {
    what: &'static str,
    method: Method,
    path: String,
    version: Option<i64>,
    body: Value,
    refusal: (u16, &'static str),
    /// JSON pointers of all that is wrong.
    pointers: &'static [&'static str],
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_says_what_is_wrong_and_nothing_is_half_done() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let rosa = person(&worker, app.world.pic, "Rosa").await;
    let soon = (app.app.now() + TimeDelta::days(7)).date_naive();
    let busy = id(&case(&app, &worker, "HOU").await);
    worker
        .post(&format!("/cases/{busy}/tasks"), json!({ "title": "Llamar", "due_on": soon }))
        .await
        .created();
    let without_consent =
        draft(&worker, &matter(&app, "LEG-REP", false).await, app.world.legal_service).await;
    let moves = format!("/referrals/{}/moves", id(&without_consent));
    let intake = individual(app.world.pic, &rosa, &["HOU"]);
    let tried = |what, method, path: String, version, body, refusal, pointers| Tried {
        what,
        method,
        path,
        version,
        body,
        refusal,
        pointers,
    };
    let wrong = (422, "invalid_fields");
    let table = vec![
        tried(
            "a wrong field",
            Method::POST,
            "/cases".into(),
            None,
            with(intake.clone(), json!({ "caller": { "phone": "12" } })),
            wrong,
            &["/caller/phone"],
        ),
        tried(
            "an unknown code",
            Method::POST,
            "/cases".into(),
            None,
            with(intake.clone(), json!({ "needs": [{ "service": "NO-SUCH" }], "channel": "XXX" })),
            wrong,
            &["/channel", "/needs/0/service"],
        ),
        tried(
            "100 kB of text",
            Method::POST,
            format!("/cases/{busy}/notes"),
            None,
            json!({ "body": "x".repeat(100_000) }),
            wrong,
            &["/body"],
        ),
        tried(
            "a stale version",
            Method::PATCH,
            format!("/cases/{busy}"),
            Some(7),
            json!({ "summary": "Otra" }),
            (412, "stale_version"),
            &[],
        ),
        tried(
            "no version",
            Method::PATCH,
            format!("/cases/{busy}"),
            None,
            json!({ "summary": "Otra" }),
            (428, "version_required"),
            &[],
        ),
        tried(
            "an illegal move",
            Method::POST,
            moves.clone(),
            Some(1),
            json!({ "move": "accept", "on_word_of": "partner", "word_given_by": "Recepción", "at": "2026-01-05T10:00:00Z" }),
            (409, "referral_move_not_allowed"),
            &[],
        ),
        tried(
            "a missing consent",
            Method::POST,
            moves,
            Some(1),
            json!({ "move": "send" }),
            (409, "consent_missing"),
            &[],
        ),
        tried(
            "closing with open tasks",
            Method::POST,
            format!("/cases/{busy}/close"),
            Some(1),
            json!({ "closure": "MET" }),
            (409, "case_has_open_tasks"),
            &[],
        ),
        tried(
            "a record that is not there",
            Method::POST,
            format!("/cases/{}/notes", Uuid::now_v7()),
            None,
            json!({ "body": "Nota" }),
            (404, "not_found"),
            &[],
        ),
        tried("an unknown path", Method::POST, "/colours".into(), None, json!({}), (404, "not_found"), &[]),
        tried(
            "a wrong method",
            Method::DELETE,
            format!("/cases/{busy}"),
            None,
            json!({}),
            (405, "method_not_allowed"),
            &[],
        ),
        tried(
            "an unknown parameter",
            Method::GET,
            "/cases?colour=1".into(),
            None,
            json!({}),
            (400, "malformed_query"),
            &[],
        ),
        tried(
            "a form no report has",
            Method::GET,
            "/reports/caseload?from=2026-01-01&to=2026-02-01".into(),
            None,
            json!({}),
            (406, "not_acceptable"),
            &[],
        ),
    ];
    for tried in table {
        let before = fingerprints(&mut app.database().await).await;
        let version = tried.version.map(|version| format!("\"{version}\""));
        let mut headers = vec![JSON];
        headers.extend(version.as_deref().map(|version| ("If-Match", version)));
        headers.extend((tried.refusal.0 == 406).then_some(("Accept", "image/png")));
        let body = Some(tried.body.to_string().into_bytes());
        let answer = worker.send(tried.method, &format!("/api/v1{}", tried.path), &headers, body).await;
        let allow = answer.headers.get("allow").cloned();
        assert_eq!(answer.status.as_u16(), tried.refusal.0, "{}: {}", tried.what, answer.json);
        let problem = answer.is_problem(tried.refusal.0, tried.refusal.1);
        for member in ["type", "title", "status", "instance", "request_id"] {
            assert!(problem.get(member).is_some(), "{}: no {member}", tried.what);
        }
        assert_eq!(allow.is_some(), tried.refusal.0 == 405, "{}", tried.what);
        let errors = problem["errors"].as_array().into_iter().flatten();
        let mut pointers: Vec<&str> =
            errors.map(|error| error["pointer"].as_str().expect("a pointer")).collect();
        pointers.sort_unstable();
        assert_eq!(pointers, tried.pointers, "{}", tried.what);
        assert_eq!(fingerprints(&mut app.database().await).await, before, "{} did something", tried.what);
    }
}
