//! Both sides know: messages, appointments, another try, answers of several at once, what is unread.

mod appointments;
mod inbox;
mod messages;
mod tries;
mod unread;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::referrals::{Matter, draft, go, matter};
use crate::support::desk::id;
use crate::support::{Account, Client, TestApp};

/// A referral that was sent to the legal clinic, its desk and its agency.
struct Talk {
    app: TestApp,
    worker: Client,
    partner: Client,
    matter: Matter,
    referral: Value,
}

impl Talk {
    async fn new() -> Talk {
        let app = TestApp::new().await;
        let (worker, partner) =
            (app.client(Account::WorkerPic).await, app.client(Account::PartnerLegal).await);
        let matter = matter(&app, "LEG-REP", true).await;
        let referral = sent(&app, &worker, &matter).await;
        app.run_jobs().await;
        Talk { app, worker, partner, matter, referral }
    }

    /// Lets time pass; both sign in again.
    async fn later(&mut self, by: TimeDelta) {
        self.app.advance(by);
        self.worker = self.app.client(Account::WorkerPic).await;
        self.partner = self.app.client(Account::PartnerLegal).await;
    }

    fn id(&self) -> String {
        id(&self.referral)
    }

    fn path(&self, rest: &str) -> String {
        format!("/referrals/{}{rest}", self.id())
    }

    async fn seen_by_desk(&self) -> Value {
        self.worker.get(&self.path("")).await.ok()
    }

    /// A move on the referral as it stands now.
    async fn moves(&self, who: &Client, body: Value) -> Value {
        let now = self.seen_by_desk().await;
        go(who, &now, body).await.ok()
    }
}

/// Another referral of the matter, sent to the legal clinic.
async fn sent(app: &TestApp, worker: &Client, matter: &Matter) -> Value {
    let prepared = draft(worker, matter, app.world.legal_service).await;
    go(worker, &prepared, json!({ "move": "send" })).await.ok()
}
