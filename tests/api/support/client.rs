//! A client of the API, signed in or not, and its answers.

use migrant_desk::auth::session;
use migrant_desk::ids::StaffId;
use migrant_desk::platform::jobs::System;
use migrant_desk::platform::tokens::Bearer;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, IF_MATCH};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{TestApp, declared};

/// A client of the API.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    address: String,
    token: Option<String>,
    /// The account, nil for a visitor.
    pub id: StaffId,
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body as JSON; null when it is none.
    pub json: Value,
}

impl Client {
    pub fn visitor(address: &str) -> Client {
        let id = StaffId(uuid::Uuid::nil());
        Client { http: reqwest::Client::new(), address: address.to_owned(), token: None, id }
    }

    pub async fn sign_in(app: &TestApp, id: StaffId) -> Client {
        let now = app.app.now();
        let opened = app.app.db.write(&System, async |tx| session::open(tx, id, now).await).await;
        let (session, _) = opened.expect("a session");
        let bearer = Bearer { staff: id.0, session: session.0 };
        let token = app.app.tokens.issue(bearer, now).expect("a token");
        Client { token: Some(token), id, ..Client::visitor(&app.address) }
    }

    pub fn with_token(mut self, token: &str) -> Client {
        self.token = Some(token.to_owned());
        self
    }

    /// Any request; `path` begins with `/`.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Answer {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.address));
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body").to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let media = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        declared::check(&method, path, status, media, &json);
        Answer { status, headers, bytes, json }
    }

    async fn send_json(&self, method: Method, path: &str, version: Option<i64>, body: &Value) -> Answer {
        let version = version.map(|version| format!("\"{version}\""));
        let mut headers = vec![("Content-Type", "application/json")];
        if let Some(version) = &version {
            headers.push((IF_MATCH.as_str(), version));
        }
        self.send(method, &api(path), &headers, Some(body.to_string().into_bytes())).await
    }

    /// `path` below `/api/v1`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, &api(path), &[], None).await
    }

    pub async fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.send(Method::GET, &api(path), &[(ACCEPT.as_str(), accept)], None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send_json(Method::POST, path, None, &body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send_json(Method::PUT, path, None, &body).await
    }

    /// A POST without a body.
    pub async fn act(&self, path: &str) -> Answer {
        self.send(Method::POST, &api(path), &[], None).await
    }

    /// A POST on version `version` of a record.
    pub async fn post_on(&self, path: &str, version: i64, body: Value) -> Answer {
        self.send_json(Method::POST, path, Some(version), &body).await
    }

    pub async fn patch(&self, path: &str, version: i64, body: Value) -> Answer {
        self.send_json(Method::PATCH, path, Some(version), &body).await
    }
}

/// Paths are given below `/api/v1`, or whole as links have them.
fn api(path: &str) -> String {
    if path.starts_with("/api/") { path.to_owned() } else { format!("/api/v1{path}") }
}

impl Answer {
    /// The record, after checking that it was answered with `status`.
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        self.json
    }

    #[track_caller]
    pub fn ok(self) -> Value {
        self.is(200)
    }

    #[track_caller]
    pub fn created(self) -> Value {
        self.is(201)
    }

    /// The version that its ETag names.
    #[track_caller]
    pub fn version(&self) -> i64 {
        let tag = self.headers["etag"].to_str().expect("an ETag");
        tag.trim_matches('"').parse().expect("a version")
    }

    /// A refusal in problem+json with this status and code; gives the document.
    #[track_caller]
    #[expect(clippy::wrong_self_convention, reason = "reads as the sentence it checks")]
    pub fn is_problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), &self.json["code"]), (status, &json!(code)), "{}", self.json);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert!(self.json["request_id"].is_string());
        self.json
    }

    /// A 422 whose complaints are exactly these pointers, in any order.
    #[track_caller]
    pub fn complains_of(self, pointers: &[&str]) -> Value {
        let problem = self.is_problem(422, "invalid_fields");
        let mut found: Vec<&str> = problem["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|error| error["pointer"].as_str().expect("pointer"))
            .collect();
        let mut wanted = pointers.to_vec();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{problem}");
        problem
    }
}
