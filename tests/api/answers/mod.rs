//! Answering without an account, as an agency does it: by the link in a mail, a code from the same mailbox, and a browser
//! without scripts.

mod desk;
mod doors;
mod guessing;
mod mails;
mod pages;
mod story;
mod walls;

use chrono::TimeDelta;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::{Value, json};

use crate::referrals::{Matter, draft, go, matter};
use crate::support::browser::{Browser, Page};
use crate::support::{Account, Client, TestApp};

/// Something that only the disclosure may say.
const NAME: &str = "Inventada Peña de Prueba";

/// A referral that was sent to the legal clinic, and what its mail carried.
struct Sent {
    app: TestApp,
    worker: Client,
    matter: Matter,
    id: String,
    number: String,
    /// The whole address in the mail.
    link: String,
}

impl Sent {
    async fn new() -> Sent {
        Sent::within(TestApp::new().await).await
    }

    async fn within(app: TestApp) -> Sent {
        let phone = "UPDATE offices SET phone = '+59325550100' WHERE code = 'PIC'";
        app.database().await.batch_execute(phone).await.expect("a phone");
        let worker = app.client(Account::WorkerPic).await;
        let matter = matter(&app, "LEG-REP", true).await;
        let prepared = draft(&worker, &matter, app.world.legal_service).await;
        let sent = go(&worker, &prepared, json!({ "move": "send" })).await.ok();
        app.run_jobs().await;
        let text = |name: &str| sent[name].as_str().expect("text").to_owned();
        let (id, number) = (text("id"), text("number"));
        let link = app.mails().last().map(|mail| link_in(&mail.text)).unwrap_or_default();
        Sent { app, worker, matter, id, number, link }
    }

    fn browser(&self) -> Browser {
        Browser::at(&self.app.address)
    }

    /// Follows the link, asks for a code, reads it in the mailbox and enters it.
    async fn open(&self, browser: &Browser) -> Page {
        let code = self.ask_for_code(browser).await;
        let entry = browser.get(&self.at("/code")).await;
        let opened = browser.submit_and_follow(&entry.form("/open"), &[("code", &code)]).await;
        opened.is(200);
        opened
    }

    /// Asks for a code and reads it in the mailbox.
    async fn ask_for_code(&self, browser: &Browser) -> String {
        let page = browser.get(&self.link).await;
        let entry = browser.submit_and_follow(&page.is(200).form("/code"), &[]).await;
        entry.is(200);
        self.app.run_jobs().await;
        code_in(&self.app.mails().last().expect("a mail").text)
    }

    /// The address of a page of the link.
    fn at(&self, page: &str) -> String {
        let (base, query) = self.link.split_once('?').expect("a query");
        format!("{base}{page}?{query}")
    }

    fn token(&self) -> &str {
        self.link.split("/r/").nth(1).and_then(|rest| rest.split('?').next()).expect("a token")
    }

    /// The referral as its worker sees it.
    async fn seen_by_desk(&self) -> Value {
        // Signed in anew: minutes may have passed, and a token lives fifteen.
        self.app.client(Account::WorkerPic).await.get(&format!("/referrals/{}", self.id)).await.ok()
    }

    /// A move of the desk on the referral as it is now.
    async fn desk_moves(&self, body: Value) -> Value {
        let now = self.seen_by_desk().await;
        go(&self.app.client(Account::WorkerPic).await, &now, body).await.ok()
    }

    /// Actions of the trail about the referral, oldest first.
    async fn trail(&self) -> Vec<Value> {
        let path = format!("/audit-events?limit=200&subject={}", self.id);
        let trail = self.app.client(Account::Auditor).await.get(&path).await.ok();
        trail["items"].as_array().expect("items").iter().rev().cloned().collect()
    }

    /// Of those, what was done through the link.
    async fn trail_of_link(&self) -> Vec<String> {
        let by_link = self.trail().await.into_iter().filter(|event| event["role"] == "link");
        by_link.map(|event| event["action"].as_str().expect("action").to_owned()).collect()
    }

    fn codes_mailed(&self) -> usize {
        self.app.mails().iter().filter(|mail| mail.subject.contains("código")).count()
    }
}

/// The address of a page of a link in a mail.
fn link_in(text: &str) -> String {
    let mut words = text.split_whitespace();
    words.find(|word| word.contains("/r/")).unwrap_or_else(|| panic!("no link in {text}")).to_owned()
}

/// The digits of a code in a mail.
fn code_in(text: &str) -> String {
    let digits: Vec<&str> = text
        .split_whitespace()
        .filter(|word| word.len() == 3 && word.bytes().all(|c| c.is_ascii_digit()))
        .collect();
    assert_eq!(digits.len(), 2, "{text}");
    digits.concat()
}

/// Another code than this one.
fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

async fn lines(conn: &mut AsyncPgConnection, query: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(query).load(conn).await.expect("rows");
    rows.into_iter().map(|row| row.line).collect()
}

/// All that an answer, a code or an opening would change; views alone are on record elsewhere.
async fn state(app: &TestApp) -> Vec<String> {
    let tables = [
        "referrals",
        "referral_moves",
        "referral_disclosures",
        "answer_links",
        "answer_codes",
        "answer_sessions",
        "notices",
        "jobs",
        "case_events",
        "tasks",
    ];
    let mut conn = app.database().await;
    let mut state = vec![];
    for table in tables {
        state.extend(
            lines(&mut conn, &format!("SELECT row_to_json(t)::text AS line FROM {table} t ORDER BY 1")).await,
        );
    }
    state
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}
