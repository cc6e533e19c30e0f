//! Webhooks: what happens to referrals is told to other systems, signed, until it arrives, and to nobody it does not concern.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::referrals::{draft, go, matter};
use crate::support::desk::{id, items, lines, trail};
use crate::support::{Account, Client, TestApp};

/// A request as it arrived.
#[derive(Debug, Clone)]
struct Got {
    headers: Vec<(String, String)>,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {name}"))
    }

    fn event(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Whether one of its signatures was made with this secret.
    fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base64");
        let signed =
            format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
        let wanted = format!("v1,{}", STANDARD.encode(tag));
        self.header("webhook-signature").split(' ').any(|signature| signature == wanted)
    }
}

/// Somebody's server on loopback.
#[derive(Clone)]
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<Got>>>,
    answer: Arc<Mutex<&'static str>>,
}

impl Receiver {
    async fn new() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let receiver = Receiver { url, got: Arc::default(), answer: Arc::new(Mutex::new("204 No Content")) };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let receiver = serving.clone();
                tokio::spawn(async move { receiver.serve(stream).await });
            }
        });
        receiver
    }

    async fn serve(&self, stream: tokio::net::TcpStream) {
        let mut stream = BufReader::new(stream);
        let mut headers = vec![];
        let mut line = String::new();
        stream.read_line(&mut line).await.expect("a request");
        assert!(line.starts_with("POST /hook HTTP/1.1"), "{line}");
        loop {
            line.clear();
            stream.read_line(&mut line).await.expect("a header");
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.push((name.to_lowercase(), value.to_owned()));
        }
        let length = headers
            .iter()
            .find(|(name, _)| name == "content-length")
            .expect("a length")
            .1
            .parse()
            .expect("a number");
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.expect("a body");
        self.got.lock().await.push(Got { headers, body: String::from_utf8(body).expect("text") });
        let answer = *self.answer.lock().await;
        let answer = format!(
            "HTTP/1.1 {answer}\r\nConnection: close\r\nLocation: {}\r\nContent-Length: 2\r\n\r\nso",
            self.url
        );
        stream.write_all(answer.as_bytes()).await.expect("answered");
    }

    async fn answers(&self, status: &'static str) {
        *self.answer.lock().await = status;
    }

    async fn got(&self) -> Vec<Got> {
        self.got.lock().await.clone()
    }

    async fn types(&self) -> Vec<String> {
        self.got().await.iter().map(|got| got.event()["type"].as_str().expect("a type").to_owned()).collect()
    }
}

async fn app() -> TestApp {
    TestApp::with(|settings| settings.webhook_allow_private = true).await
}

/// A webhook with every event.
async fn hook(who: &Client, receiver: &Receiver) -> Value {
    who.post("/webhooks", json!({ "url": receiver.url })).await.created()
}

async fn sent(app: &TestApp, worker: &Client) -> Value {
    let matter = matter(app, "LEG-REP", true).await;
    let prepared = draft(worker, &matter, app.world.legal_service).await;
    go(worker, &prepared, json!({ "move": "send" })).await.ok()
}

async fn ledger(who: &Client, hook: &Value) -> Vec<Value> {
    items(&who.get(&format!("/webhooks/{}/deliveries", id(hook))).await.ok()).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_a_referral_is_told_signed_and_without_a_word_about_the_person() {
    let app = app().await;
    let (worker, partner) = (app.client(Account::WorkerPic).await, app.client(Account::PartnerLegal).await);
    let receiver = Receiver::new().await;
    let hook = hook(&partner, &receiver).await;
    let secret = hook["secret"].as_str().expect("told once").to_owned();
    let shown = partner.get(&format!("/webhooks/{}", id(&hook))).await.ok();
    assert!(shown["secret"].is_null() && !partner.get("/webhooks").await.ok().to_string().contains("whsec_"));
    let stored = app
        .line(&format!("SELECT encode(secret, 'escape') AS line FROM webhooks WHERE id = '{}'", id(&hook)))
        .await;
    assert!(!stored.contains("whsec_"), "encrypted at rest");

    let referral = sent(&app, &worker).await;
    app.run_jobs().await;
    let opened = partner.get(&format!("/inbox/referrals/{}", id(&referral))).await.ok();
    go(
        &partner,
        &opened,
        json!({ "move": "decline", "reason": "other", "reason_text": "Palabras nuestras" }),
    )
    .await
    .ok();
    app.run_jobs().await;

    assert_eq!(receiver.types().await, ["referral.sent", "referral.declined"]);
    for got in receiver.got().await {
        assert!(got.is_signed_with(&secret), "{got:?}");
        assert!(!got.is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        assert_eq!(got.header("content-type"), "application/json");
        let age =
            app.app.now().timestamp() - got.header("webhook-timestamp").parse::<i64>().expect("seconds");
        assert!((0..60).contains(&age), "{age}");
        assert_eq!(got.event()["data"]["referral_id"], referral["id"]);
        for private in ["Inventada", "Peña", "secretas", "esta semana", "Palabras", "LEG", "Asesoría"] {
            assert!(!got.body.contains(private), "{private} in {}", got.body);
        }
    }
    let ledger = ledger(&partner, &hook).await;
    let told: Vec<_> = ledger
        .iter()
        .map(|row| (&row["event"], &row["state"], &row["last_status"], &row["attempts"]))
        .collect();
    let (state, status, one) = (json!("delivered"), json!(204), json!(1));
    assert_eq!(
        told,
        [
            (&json!("referral.declined"), &state, &status, &one),
            (&json!("referral.sent"), &state, &status, &one)
        ]
    );
    assert_eq!(ledger[0]["id"], receiver.got().await[1].header("webhook-id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_hears_of_its_own_referrals_alone_and_the_installation_of_no_sealed_case() {
    let app = app().await;
    let worker = app.client(Account::WorkerPic).await;
    let (legal, shelter, admin) = (
        app.client(Account::PartnerLegal).await,
        app.client(Account::PartnerShelter).await,
        app.client(Account::Admin).await,
    );
    let (of_legal, of_shelter, of_all) =
        (Receiver::new().await, Receiver::new().await, Receiver::new().await);
    let own = hook(&legal, &of_legal).await;
    hook(&shelter, &of_shelter).await;
    let all = hook(&admin, &of_all).await;
    sent(&app, &worker).await;
    app.run_jobs().await;
    assert_eq!(
        (of_legal.got().await.len(), of_shelter.got().await.len(), of_all.got().await.len()),
        (1, 0, 1)
    );

    for stranger in [&shelter, &admin] {
        let path = format!("/webhooks/{}", id(&own));
        stranger.get(&path).await.is_problem(404, "not_found");
        stranger.get(&format!("{path}/deliveries")).await.is_problem(404, "not_found");
        stranger.act(&format!("{path}/secret")).await.is_problem(404, "not_found");
        stranger.act(&format!("{path}/ping")).await.is_problem(404, "not_found");
    }
    legal.get(&format!("/webhooks/{}", id(&all))).await.is_problem(404, "not_found");
    worker.post("/webhooks", json!({ "url": of_all.url })).await.is_problem(403, "forbidden");

    let matter = matter(&app, "LEG-REP", true).await;
    let prepared = draft(&worker, &matter, app.world.legal_service).await;
    app.run(&format!(
        "UPDATE cases SET sealed = true WHERE id = '{case}';
         INSERT INTO case_grants (id, case_id, office_id, staff_id, kind, reason, granted_by, granted_at, expires_at)
         SELECT gen_random_uuid(), id, office_id, '{worker}', 'sealed', 'x', '{worker}', now(), now() + '1 day' FROM cases WHERE id = '{case}'",
        case = matter.case,
        worker = worker.id
    ))
    .await;
    go(&worker, &prepared, json!({ "move": "send" })).await.ok();
    app.run_jobs().await;
    assert_eq!((of_legal.got().await.len(), of_all.got().await.len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn past_the_api_the_tables_show_an_agency_its_own_webhooks_alone() {
    let app = app().await;
    let receiver = Receiver::new().await;
    hook(&app.client(Account::PartnerLegal).await, &receiver).await;
    hook(&app.client(Account::Admin).await, &receiver).await;
    let own = id(&hook(&app.client(Account::PartnerShelter).await, &receiver).await);
    sent(&app, &app.client(Account::WorkerPic).await).await;
    let mut conn = app.as_app_role().await;
    let shelter = app.world.shelter;
    let asks = format!(
        "BEGIN; SELECT set_config('app.kind', 'partner', true), set_config('app.agency', '{shelter}', true)"
    );
    conn.batch_execute(&asks).await.expect("as the shelter");
    assert_eq!(lines(&mut conn, "SELECT id::text AS line FROM webhooks").await, std::slice::from_ref(&own));
    let messages = "SELECT webhook_id::text AS line FROM webhook_deliveries";
    assert!(lines(&mut conn, messages).await.iter().all(|webhook| *webhook == own));
    assert_eq!(app.lines(messages).await.len(), 2, "there are messages of others");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_tried_until_it_arrives_under_the_same_id_and_again_by_hand() {
    let app = app().await;
    let (worker, partner) = (app.client(Account::WorkerPic).await, app.client(Account::PartnerLegal).await);
    let receiver = Receiver::new().await;
    let hook = hook(&partner, &receiver).await;
    receiver.answers("500 Internal Server Error").await;
    sent(&app, &worker).await;
    app.run_jobs().await;
    let row = ledger(&partner, &hook).await.remove(0);
    assert_eq!(
        (&row["state"], &row["last_status"], &row["last_answer"]),
        (&json!("deferred"), &json!(500), &json!("so"))
    );
    let retry = format!("/webhooks/{}/deliveries/{}/retry", id(&hook), id(&row));
    partner.act(&retry).await.is_problem(409, "webhook_delivery_under_way");
    // A redirect is no yes, and nobody goes where it points.
    receiver.answers("307 Temporary Redirect").await;
    app.advance(TimeDelta::seconds(11));
    app.run_jobs().await;
    assert_eq!(receiver.got().await.len(), 2);
    receiver.answers("200 OK").await;
    app.run_jobs().await;
    assert_eq!(receiver.got().await.len(), 2, "the pause grows");
    app.advance(TimeDelta::seconds(41));
    app.run_jobs().await;
    let got = receiver.got().await;
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|one| one.header("webhook-id") == got[0].header("webhook-id")));
    let row = ledger(&partner, &hook).await.remove(0);
    assert_eq!((&row["state"], &row["attempts"]), (&json!("delivered"), &json!(3)));
    app.advance(TimeDelta::days(1));
    app.run_jobs().await;
    assert_eq!(receiver.got().await.len(), 3, "what has arrived is not sent again");

    let partner = app.client(Account::PartnerLegal).await;
    assert_eq!(partner.act(&retry).await.ok()["state"], "queued");
    app.run_jobs().await;
    assert_eq!(receiver.got().await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_done_is_not_told() {
    let app = app().await;
    let (worker, partner) = (app.client(Account::WorkerPic).await, app.client(Account::PartnerLegal).await);
    let receiver = Receiver::new().await;
    hook(&partner, &receiver).await;
    // The mail to the agency cannot be promised, so the whole move is taken back, after its message was promised.
    app.run(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
             CREATE TRIGGER refuse BEFORE INSERT ON notices FOR EACH ROW EXECUTE FUNCTION refuse();",
    )
    .await;
    let matter = matter(&app, "LEG-REP", true).await;
    let prepared = draft(&worker, &matter, app.world.legal_service).await;
    go(&worker, &prepared, json!({ "move": "send" })).await.is_problem(500, "internal");
    app.run("DROP TRIGGER refuse ON notices").await;
    app.run_jobs().await;
    assert_eq!(receiver.got().await.len(), 0);
    // Nor is a draft that is cancelled: the agency never knew of it.
    go(&worker, &prepared, json!({ "move": "cancel", "reason": "client_declined" })).await.ok();
    app.run_jobs().await;
    assert_eq!(receiver.got().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_replaced_without_a_gap_and_a_ping_shows_that_it_works() {
    let app = app().await;
    let admin = app.client(Account::Admin).await;
    let receiver = Receiver::new().await;
    let hook = hook(&admin, &receiver).await;
    let path = format!("/webhooks/{}", id(&hook));
    let old = hook["secret"].as_str().expect("a secret").to_owned();
    let rotated = admin.act(&format!("{path}/secret")).await.ok();
    let new = rotated["secret"].as_str().expect("a secret").to_owned();
    assert_ne!(old, new);
    admin.act(&format!("{path}/ping")).await.ok();
    app.run_jobs().await;
    let got = receiver.got().await.remove(0);
    assert!(got.is_signed_with(&old) && got.is_signed_with(&new));
    assert_eq!(got.event()["type"], "ping");
    app.advance(TimeDelta::hours(25));
    let admin = app.client(Account::Admin).await;
    admin.act(&format!("{path}/ping")).await.ok();
    app.run_jobs().await;
    let got = receiver.got().await.remove(1);
    assert!(!got.is_signed_with(&old) && got.is_signed_with(&new));
    let trail = trail(&app, &id(&hook)).await;
    assert_eq!(trail, ["webhook.registered", "webhook.secret_rotated", "webhook.pinged", "webhook.pinged"]);

    admin.send(reqwest::Method::DELETE, &format!("/api/v1{path}"), &[], None).await.is(204);
    admin.get(&path).await.is_problem(404, "not_found");
    let kept = app
        .line(&format!(
            "SELECT (secret = '' AND previous_secret IS NULL)::text AS line FROM webhooks WHERE id = '{}'",
            id(&hook)
        ))
        .await;
    assert_eq!(kept, "true");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_hears_nothing_for_days_is_switched_off_and_its_owner_is_told() {
    let app = app().await;
    let worker = app.client(Account::WorkerPic).await;
    let receiver = Receiver::new().await;
    let hook = hook(&app.client(Account::PartnerLegal).await, &receiver).await;
    receiver.answers("503 Service Unavailable").await;
    let path = format!("/webhooks/{}", id(&hook));
    sent(&app, &worker).await;
    for _ in 0..8 {
        app.run_jobs().await;
        app.advance(TimeDelta::hours(12));
    }
    let partner = app.client(Account::PartnerLegal).await;
    let row = ledger(&partner, &hook).await.remove(0);
    assert_eq!((&row["state"], &row["attempts"]), (&json!("dropped"), &json!(7)), "{row}");
    let off = partner.get(&path).await;
    let version = off.version();
    let off = off.ok();
    assert_eq!((&off["enabled"], &off["disabled_because"]), (&json!(false), &json!("failing")));
    app.run_jobs().await;
    let mails: Vec<_> =
        app.mails().into_iter().filter(|mail| mail.to == Account::PartnerLegal.email()).collect();
    assert_eq!(mails.len(), 1, "told once");
    assert!(mails[0].subject.contains("127.0.0.1") && !mails[0].text.contains("/hook"), "{}", mails[0].text);

    partner.act(&format!("{path}/ping")).await.is_problem(409, "webhook_disabled");
    let before = receiver.got().await.len();
    sent(&app, &app.client(Account::WorkerPic).await).await;
    app.run_jobs().await;
    assert_eq!(receiver.got().await.len(), before, "nothing goes there any more");
    receiver.answers("200 OK").await;
    let on = partner.patch(&path, version, json!({ "enabled": true })).await.ok();
    assert_eq!((&on["enabled"], &on["failing_since"]), (&json!(true), &Value::Null));
    partner.act(&format!("/webhooks/{}/deliveries/{}/retry", id(&hook), id(&row))).await.ok();
    app.run_jobs().await;
    assert_eq!(receiver.got().await.len(), before + 1);

    // Whoever says that it is gone is believed at once.
    receiver.answers("410 Gone").await;
    partner.act(&format!("{path}/ping")).await.ok();
    app.run_jobs().await;
    assert_eq!(partner.get(&path).await.ok()["disabled_because"], "gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_leads_into_somebodys_own_network() {
    let app = TestApp::new().await;
    let partner = app.client(Account::PartnerLegal).await;
    let receiver = Receiver::new().await;
    let port = receiver.url.split(':').nth(2).expect("a port").trim_end_matches("/hook").to_owned();
    let bad = [
        receiver.url.clone(),
        format!("https://127.0.0.1:{port}/hook"),
        "https://169.254.169.254/".into(),
        "http://hooks.example/".into(),
        "nonsense".into(),
    ];
    for url in bad {
        partner.post("/webhooks", json!({ "url": url })).await.complains_of(&["/url"]);
    }
    partner
        .post("/webhooks", json!({ "url": "https://hooks.example/", "events": ["ping"] }))
        .await
        .complains_of(&["/events/0"]);
    // What a name stands for is looked at when it is used.
    let hook =
        partner.post("/webhooks", json!({ "url": format!("https://localhost:{port}/hook") })).await.created();
    partner.act(&format!("/webhooks/{}/ping", id(&hook))).await.ok();
    app.run_jobs().await;
    let row = ledger(&partner, &hook).await.remove(0);
    assert_eq!((&row["state"], &row["last_status"]), (&json!("deferred"), &Value::Null));
    assert_eq!(row["last_answer"], "the name leads to a private network");
    assert!(receiver.got().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_asked_for_is_told_and_a_request_made_twice_makes_one_webhook() {
    let app = app().await;
    let (worker, partner) = (app.client(Account::WorkerPic).await, app.client(Account::PartnerLegal).await);
    let receiver = Receiver::new().await;
    let body = json!({ "id": uuid::Uuid::now_v7(), "url": receiver.url, "events": ["referral.accepted"] });
    let hook = partner.post("/webhooks", body.clone()).await.created();
    let again = partner.post("/webhooks", body).await.ok();
    assert_eq!(again["secret"], hook["secret"], "the answer may have been lost");
    assert_eq!(items(&partner.get("/webhooks").await.ok()).len(), 1);
    let referral = sent(&app, &worker).await;
    let opened = partner.get(&format!("/inbox/referrals/{}", id(&referral))).await.ok();
    go(&partner, &opened, json!({ "move": "accept" })).await.ok();
    app.run_jobs().await;
    assert_eq!(receiver.types().await, ["referral.accepted"]);
    let path = format!("/webhooks/{}", id(&hook));
    partner.patch(&path, 7, json!({ "description": "x" })).await.is_problem(412, "stale_version");
    let off = partner.patch(&path, 1, json!({ "enabled": false })).await.ok();
    assert_eq!((&off["disabled_because"], &off["version"]), (&json!("asked"), &json!(2)));
}
