//! What a client's programmer and an operator see: the pages of the API, its examples, health and figures.

use std::net::TcpListener;

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use migrant_desk::contract::measures;
use migrant_desk::platform::db::establish;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::referrals::{draft, go, matter};
use crate::support::client::Answer;
use crate::support::{Account, TestApp, server_url};

const ALL: &[&str] = &["en", "es", "fr", "fil"];

async fn page(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> (Answer, String) {
    let answer = app.visitor().send(Method::GET, path, headers, None).await;
    let text = String::from_utf8(answer.bytes.clone()).expect("text");
    (answer, text)
}

fn tags(document: &Value) -> Vec<String> {
    let tags = document["tags"].as_array().expect("tags").iter();
    tags.map(|tag| tag["name"].as_str().expect("a name").to_owned()).collect()
}

/// Each operation's tag and name.
fn operations(document: &Value) -> Vec<(String, String)> {
    let items = document["paths"].as_object().expect("paths").values();
    let all = items.flat_map(|item| item.as_object().expect("methods").values());
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    all.map(|operation| (text(&operation["tags"][0]), text(&operation["operationId"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_say_all_there_is_in_four_languages_and_load_nothing_from_elsewhere() {
    let app = TestApp::new().await;
    let document = app.visitor().get("/api/openapi.json").await.ok();
    for language in ALL {
        for name in
            tags(&document).iter().map(|tag| format!("/{tag}")).chain(["/problems".into(), String::new()])
        {
            let (answer, html) = page(&app, &format!("/api/docs{name}?lang={language}"), &[]).await;
            assert_eq!(answer.status, 200, "{name}");
            assert_eq!(
                answer.headers["content-security-policy"].to_str().ok().map(|it| &it[..40]),
                Some("default-src 'none'; style-src 'self'; ba")
            );
            assert!(html.contains(&format!("<html lang=\"{language}\">")));
            for foreign in ["<script", "src=", "style=", "href=\"http", "@import", "url("] {
                assert!(!html.contains(foreign), "{name} holds {foreign}");
            }
            for (tag, operation) in operations(&document).iter().filter(|(tag, _)| name == format!("/{tag}"))
            {
                assert!(html.contains(&format!("<article id=\"{operation}\">")), "{tag} lacks {operation}");
            }
            let sent = [("Accept-Encoding", "br")];
            let sent = app
                .visitor()
                .send(Method::GET, &format!("/api/docs{name}?lang={language}"), &sent, None)
                .await;
            // A Swagger bundle alone is ten times as much.
            assert!(sent.bytes.len() < 40_000, "{name} is sent as {} bytes", sent.bytes.len());
        }
    }
    let (_, css) = page(&app, "/api/docs/style.css", &[]).await;
    assert!(css.len() < 16_000 && !css.contains("url("), "{} bytes", css.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_speak_the_readers_language_and_links_keep_one_that_was_chosen() {
    let app = TestApp::new().await;
    let (_, html) = page(&app, "/api/docs", &[("Accept-Language", "fr-SN, en;q=0.5")]).await;
    assert!(html.contains("<html lang=\"fr\">") && html.contains("href=\"/api/docs/cases\""), "{html}");
    let (_, html) = page(&app, "/api/docs?lang=es", &[("Accept-Language", "fr")]).await;
    assert!(
        html.contains("<html lang=\"es\">") && html.contains("href=\"/api/docs/cases?lang=es\""),
        "{html}"
    );
    let (answer, _) = page(&app, "/api/docs/nothing", &[]).await;
    answer.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_type_of_every_refusal_leads_to_its_explanation() {
    let app = TestApp::new().await;
    let refused = app.visitor().get("/me").await.is_problem(401, "sign_in_required");
    let (path, anchor) = refused["type"].as_str().and_then(|it| it.split_once('#')).expect("a link");
    let (answer, html) = page(&app, path, &[]).await;
    assert_eq!((answer.status.as_u16(), anchor), (200, "sign_in_required"));
    for kind in migrant_desk::problems::ALL {
        assert!(html.contains(&format!("<div id=\"{}\">", kind.code)), "{}", kind.code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_a_body_is_one_that_the_service_reads() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let document = app.visitor().get("/api/openapi.json").await.ok();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let content = &operation["requestBody"]["content"]["application/json"];
            if content.is_null() {
                continue;
            }
            let schema = content["schema"]["$ref"].as_str().and_then(|it| document.pointer(&it[1..]));
            let example = content.get("example").or_else(|| schema?["examples"].get(0)).expect("an example");
            let method: Method = method.to_uppercase().parse().expect("a method");
            let url = named(path);
            let headers = [("Content-Type", "application/json"), ("If-Match", "\"1\"")];
            let answer = worker.send(method, &url, &headers, Some(example.to_string().into_bytes())).await;
            assert!(!matches!(answer.status.as_u16(), 400 | 413 | 415 | 500), "{path}: {}", answer.json);
        }
    }
}

/// A path with ids of nothing for its parameters.
fn named(path: &str) -> String {
    let pieces = path
        .split('/')
        .map(|piece| if piece.starts_with('{') { Uuid::now_v7().to_string() } else { piece.to_owned() });
    pieces.collect::<Vec<_>>().join("/")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_an_intake_make_a_file_and_a_case() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let document = app.visitor().get("/api/openapi.json").await.ok();
    let example = |name: &str| document["components"]["schemas"][name]["examples"][0].clone();
    let mut person = example("RegisterMigrant");
    person["office_id"] = json!(app.world.pic);
    let file = worker.post("/migrants", person).await.created();
    let mut case = example("OpenCase");
    case["office_id"] = json!(app.world.pic);
    case["people"][0]["migrant_id"] = file["id"].clone();
    worker.post("/cases", case).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_names_the_part_that_is_not_ready() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let ready = || visitor.send(Method::GET, "/health/ready", &[], None);
    let parts = |problem: Value| {
        let parts = problem["parts"].as_array().expect("parts").iter();
        parts.map(|part| part["part"].as_str().expect("a part").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ready().await.ok()["status"], "ready");
    let late = app.app.now() - TimeDelta::seconds(i64::from(app.app.settings.ready_lag) + 60);
    app.run(&format!(
        "INSERT INTO jobs (id, name, payload, run_at) VALUES ('{}', 'SendNotice', '{{}}', '{late}')",
        Uuid::now_v7()
    ))
    .await;
    assert_eq!(parts(ready().await.is_problem(503, "not_ready")), ["outbox"]);
    app.run("UPDATE jobs SET failed_at = now()").await;
    assert_eq!(ready().await.ok()["status"], "ready", "what was given up waits for nobody but a person");
    app.run("DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)")
        .await;
    assert_eq!(parts(ready().await.is_problem(503, "not_ready")), ["migrations"]);
    let name = app.line("SELECT current_database() AS line").await;
    let mut server = establish(&server_url()).await.expect("server");
    server.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("gone");
    assert_eq!(parts(ready().await.is_problem(503, "not_ready")), ["database"]);
    assert_eq!(visitor.send(Method::GET, "/health/live", &[], None).await.ok()["status"], "live");
}

/// The figures as Prometheus reads them.
struct Figures(String);

impl Figures {
    async fn of(app: &TestApp) -> Figures {
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        let address = listener.local_addr().expect("address");
        let server = measures::serve(app.app.clone(), listener).expect("server");
        let handle = server.handle();
        let serving = tokio::spawn(server);
        let answer = reqwest::get(format!("http://{address}/metrics")).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let text = answer.text().await.expect("text");
        handle.stop(false).await;
        serving.await.expect("joined").expect("served");
        Figures(text)
    }

    #[track_caller]
    fn of_line(&self, name: &str) -> f64 {
        let line =
            self.0.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
        let line = line.unwrap_or_else(|| panic!("no {name} in {}", self.0));
        line.rsplit(' ').next().expect("a number").parse().expect("a number")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_tell_of_requests_work_mail_and_clocks_and_of_nobody() {
    let app = TestApp::new().await;
    let worker = app.client(Account::WorkerPic).await;
    let matter = matter(&app, "LEG-REP", true).await;
    let referral = draft(&worker, &matter, app.world.legal_service).await;
    go(&worker, &referral, json!({ "move": "send" })).await.ok();
    worker.get("/migrants?q=Inventada").await.ok();
    worker.send("INVENTED".parse().expect("a method"), "/api/v1/anything/Secreto-camino", &[], None).await;

    let figures = Figures::of(&app).await;
    assert_eq!(figures.of_line("helpdesk_database_up"), 1.0);
    assert_eq!(figures.of_line("helpdesk_jobs{kind=\"SendNotice\",state=\"due\"}"), 1.0);
    assert_eq!(figures.of_line("helpdesk_notices{state=\"queued\"}"), 1.0);
    assert_eq!(figures.of_line("helpdesk_notices{state=\"failed\"}"), 0.0);
    assert_eq!(figures.of_line("helpdesk_jobs_failed"), 0.0);
    assert_eq!(figures.of_line("helpdesk_clocks_overdue"), 0.0);
    assert!(
        figures.of_line("helpdesk_db_connections_max")
            >= figures.of_line("helpdesk_db_connections{state=\"idle\"}")
    );
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(figures.of_line(&format!("helpdesk_build_info{{version=\"{version}\"}}")), 1.0);
    // Other tests of this process are measured too.
    let sent = "{method=\"POST\",route=\"/api/v1/referrals/{id}/moves\",status=\"200\"}";
    assert!(figures.of_line(&format!("helpdesk_http_request_duration_seconds_count{sent}")) >= 1.0);
    let unknown = "{method=\"other\",route=\"none\",status=\"404\"}";
    assert!(figures.of_line(&format!("helpdesk_http_request_duration_seconds_count{unknown}")) >= 1.0);
    for person in ["Inventada", "Secreto", "INVENTED", "@", "Peña"] {
        assert!(!figures.0.contains(person), "{person} is in {}", figures.0);
    }
    let ids = figures.0.split(|letter: char| !(letter.is_ascii_hexdigit() || letter == '-'));
    assert!(!ids.into_iter().any(|word| word.parse::<Uuid>().is_ok()), "{}", figures.0);

    app.run_jobs().await;
    app.advance(TimeDelta::days(30));
    let figures = Figures::of(&app).await;
    assert_eq!(figures.of_line("helpdesk_notices{state=\"sent\"}"), 1.0);
    assert!(figures.of_line("helpdesk_clocks_overdue") >= 1.0, "nobody looked at the clocks");
    app.run_recurring().await;
    assert_eq!(Figures::of(&app).await.of_line("helpdesk_clocks_overdue"), 0.0);
    app.run(&format!(
        "INSERT INTO jobs (id, name, payload, run_at, attempts, failed_at)
         VALUES ('{}', 'SendNotice', '{{}}', now(), 8, now())",
        Uuid::now_v7()
    ))
    .await;
    assert_eq!(Figures::of(&app).await.of_line("helpdesk_jobs_failed"), 1.0);
    // The figures stand on an address of their own.
    app.visitor().send(Method::GET, "/metrics", &[], None).await.is_problem(404, "not_found");
}
