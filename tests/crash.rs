//! kill -9 in the middle of sending: the real program on a database of its own, with every guarantee switched on, and
//! a real mail server. What the service acknowledged is there afterwards: row, event, and mail.

#[allow(dead_code)]
#[path = "api/support/mod.rs"]
mod support;

#[path = "support/smtp.rs"]
mod smtp;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use migrant_desk::platform::db::establish;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use smtp::{Manners, SmtpSink};
use support::{Account, World, read_mail};
use uuid::Uuid;

/// Longest time for anything that has to happen after a restart.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, with none of the settings of whoever runs the tests.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migrant-desk"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HELPDESK_")) {
        if name != "HELPDESK_POSTGRES_BIN" {
            command.env_remove(name);
        }
    }
    command
}

/// The service as a process, its data folder, and the mail server it talks to.
struct Desk {
    running: Option<Child>,
    address: String,
    token: String,
    smtp: SmtpSink,
    /// Dropped last: the processes above live in it.
    folder: tempfile::TempDir,
}

impl Desk {
    /// A desk with the accounts and agencies of the other tests, where a worker has signed in.
    async fn open() -> (Desk, World) {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut desk = Desk {
            running: None,
            address: String::new(),
            token: String::new(),
            smtp: SmtpSink::start().await,
            folder: tempfile::tempdir().expect("folder"),
        };
        desk.start().await;
        let world = World::build(&mut desk.database().await).await;
        let sign_in = json!({ "email": Account::WorkerPic.email(), "password": support::world::PASSWORD });
        let (status, session) = desk.post("/auth/login", None, sign_in).await.expect("an answer");
        assert_eq!(status, 200, "{session}");
        session["access_token"].as_str().expect("token").clone_into(&mut desk.token);
        (desk, world)
    }

    /// Starts the service and waits until it says where it listens.
    async fn start(&mut self) {
        let mut command = program();
        let settings = [
            ("HELPDESK_DATA_DIR", self.folder.path().to_string_lossy().into_owned()),
            ("HELPDESK_LISTEN", "127.0.0.1:0".into()),
            ("HELPDESK_SMTP_HOST", "127.0.0.1".into()),
            ("HELPDESK_SMTP_PORT", self.smtp.port().to_string()),
            ("HELPDESK_SMTP_TLS", "none".into()),
            ("HELPDESK_LOG", "error".into()),
        ];
        let mut child =
            command.arg("serve").envs(settings).stdout(Stdio::piped()).spawn().expect("the program");
        let said = child.stdout.take().expect("stdout");
        self.running = Some(child);
        let (tell, told) = tokio::sync::oneshot::channel();
        // Reads on after that: a service whose words nobody takes would stop.
        std::thread::spawn(move || {
            let mut lines = BufReader::new(said).lines().map_while(Result::ok);
            let url = lines.find_map(|line| line.split_once("listens on ").map(|(_, url)| url.to_owned()));
            let _ = tell.send(url);
            lines.for_each(drop);
        });
        self.address = told.await.expect("read").expect("the service ended while starting");
    }

    /// Ends the service as a power cut would: no goodbye, nothing flushed.
    fn kill(&mut self) {
        let mut child = self.running.take().expect("running");
        child.kill().expect("killed");
        child.wait().expect("ended");
    }

    /// Ends the service as it wishes: its last requests answered, its PostgreSQL stopped.
    async fn close(mut self) {
        let mut child = self.running.take().expect("running");
        kill(Pid::from_raw(child.id().try_into().expect("pid")), Signal::SIGTERM).expect("asked");
        let ended = tokio::task::spawn_blocking(move || child.wait()).await.expect("waited").expect("ended");
        assert!(ended.success() && postmaster(self.folder.path()).is_none(), "{ended}");
    }

    /// Ends its PostgreSQL as a power cut would.
    fn kill_database(&self) {
        if let Some(pid) = postmaster(self.folder.path()) {
            kill(pid, Signal::SIGKILL).expect("killed");
        }
    }

    /// The database behind the walls.
    async fn database(&self) -> AsyncPgConnection {
        let socket = self.folder.path().canonicalize().expect("folder").join("socket");
        establish(&format!("postgresql:///helpdesk?host={}&user=postgres", socket.display()))
            .await
            .expect("database")
    }

    /// `None` when the line broke before the answer.
    async fn post(&self, path: &str, version: Option<&str>, body: Value) -> Option<(u16, Value)> {
        post(&reqwest::Client::new(), &self.address, &self.token, path, version, body).await
    }

    async fn count(&self, query: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        let mut conn = self.database().await;
        let row: Row =
            diesel::sql_query(format!("SELECT ({query}) AS n")).get_result(&mut conn).await.expect("count");
        row.n
    }

    /// Waits until no mail is left to send.
    async fn settle(&self) {
        let begun = Instant::now();
        while self.count("SELECT count(*) FROM jobs WHERE name = 'SendNotice'").await > 0 {
            assert!(begun.elapsed() < PATIENCE, "mail is stuck");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// How often the mail server has each Message-ID.
    fn mails(&self) -> BTreeMap<String, usize> {
        let mut mails = BTreeMap::new();
        for kept in self.smtp.kept() {
            *mails.entry(read_mail(&kept.raw).message_id).or_default() += 1;
        }
        mails
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut child) = self.running.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if let Some(pid) = postmaster(self.folder.path()) {
            let _ = kill(pid, Signal::SIGKILL);
        }
    }
}

fn postmaster(folder: &Path) -> Option<Pid> {
    let notice = std::fs::read_to_string(folder.join("pgdata/postmaster.pid")).ok()?;
    notice.lines().next()?.parse().ok().map(Pid::from_raw)
}

async fn post(
    http: &reqwest::Client,
    address: &str,
    token: &str,
    path: &str,
    version: Option<&str>,
    body: Value,
) -> Option<(u16, Value)> {
    let mut request = http.post(format!("{address}/api/v1{path}")).bearer_auth(token).json(&body);
    if let Some(version) = version {
        request = request.header("If-Match", format!("\"{version}\""));
    }
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    Some((status, response.json().await.ok()?))
}

/// A case with one need, ready to be referred.
#[derive(Clone, Copy)]
struct Matter {
    case: Uuid,
    need: Uuid,
    referral: Uuid,
}

/// So many cases of one consenting person.
async fn matters(desk: &Desk, world: &World, count: usize) -> Vec<Matter> {
    let (pic, worker, migrant) = (world.pic, world.staff(Account::WorkerPic), Uuid::now_v7());
    let new = |_| Matter { case: Uuid::now_v7(), need: Uuid::now_v7(), referral: Uuid::now_v7() };
    let all: Vec<Matter> = (0..count).map(new).collect();
    let mut sql = format!(
        "INSERT INTO migrants (id, number, office_id, office_ids, given_names, family_names, sex, registered_at)
         VALUES ('{migrant}', 'M-{migrant}', '{pic}', '{{{pic}}}', 'Inventada', 'De Prueba', 2, now());
         INSERT INTO consents (id, migrant_id, purpose, facts, given_by, how, given_at)
         VALUES ('{}', '{migrant}', 'share_with_agency', '{{name}}', 'self', 'signed', now());",
        Uuid::now_v7()
    );
    for Matter { case, need, .. } in &all {
        sql += &format!(
            "INSERT INTO cases (id, number, office_id, client_kind, channel, priority, due_at, assigned_to, opened_at, last_action_at)
             VALUES ('{case}', 'C-{case}', '{pic}', 'IND', 'WLK', 'urgent', now(), '{worker}', now(), now());
             INSERT INTO case_people (case_id, migrant_id, principal, role, added_at)
             VALUES ('{case}', '{migrant}', true, 'client', now());
             INSERT INTO needs (id, case_id, migrant_id, service, raised_at)
             VALUES ('{need}', '{case}', '{migrant}', 'LEG-REP', now());"
        );
    }
    desk.database().await.batch_execute(&sql).await.expect("cases");
    all
}

/// Prepares and sends one referral. Whether the service acknowledged the sending.
async fn refer(http: &reqwest::Client, desk: &(String, String), service: &str, matter: Matter) -> bool {
    let (address, token) = desk;
    let Matter { case, need, referral } = matter;
    let draft = json!({ "id": referral, "need_id": need, "service_id": service, "facts": ["name"] });
    let drafted = post(http, address, token, &format!("/cases/{case}/referrals"), None, draft).await;
    match drafted {
        None => return false,
        Some((status, answer)) => assert!(matches!(status, 200 | 201), "{answer}"),
    }
    let moves = format!("/referrals/{referral}/moves");
    match post(http, address, token, &moves, Some("1"), json!({ "move": "send" })).await {
        None => false,
        Some((status, answer)) => {
            assert_eq!(status, 200, "{answer}");
            true
        }
    }
}

/// What the database holds of a referral.
#[derive(Debug, QueryableByName)]
struct Trace {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    moves: i64,
    #[diesel(sql_type = BigInt)]
    events: i64,
    #[diesel(sql_type = BigInt)]
    history: i64,
    #[diesel(sql_type = BigInt)]
    notices: i64,
    #[diesel(sql_type = Text)]
    notice: String,
    #[diesel(sql_type = Text)]
    delivery: String,
}

async fn traces(desk: &Desk) -> BTreeMap<Uuid, Trace> {
    let query = "
        SELECT r.id, r.state,
            (SELECT count(*) FROM referral_moves m WHERE m.referral_id = r.id AND m.to_state = 'sent') AS moves,
            (SELECT count(*) FROM audit_events e WHERE e.subject_id = r.id AND e.action = 'referral.sent') AS events,
            (SELECT count(*) FROM case_events c WHERE c.subject_id = r.id AND c.kind = 'referral.sent') AS history,
            (SELECT count(*) FROM notices n WHERE n.referral_id = r.id) AS notices,
            coalesce((SELECT min(n.id::text) FROM notices n WHERE n.referral_id = r.id), '') AS notice,
            coalesce((SELECT min(n.state) FROM notices n WHERE n.referral_id = r.id), '') AS delivery
        FROM referrals r";
    let rows: Vec<Trace> =
        diesel::sql_query(query).load(&mut desk.database().await).await.expect("referrals");
    rows.into_iter().map(|trace| (trace.id, trace)).collect()
}

/// Every acknowledged referral is whole; every other one is whole or was never sent; and no mail is about nothing.
fn all_or_nothing(acknowledged: &[Uuid], traces: &BTreeMap<Uuid, Trace>, mails: &BTreeMap<String, usize>) {
    for id in acknowledged {
        assert_eq!(traces.get(id).map(|trace| trace.state.as_str()), Some("sent"), "{id} was acknowledged");
    }
    let mut told = 0;
    for trace in traces.values() {
        let copies: Vec<usize> = mails
            .iter()
            .filter(|(id, _)| !trace.notice.is_empty() && id.starts_with(&trace.notice))
            .map(|(_, copies)| *copies)
            .collect();
        let facts = (trace.moves, trace.events, trace.history, trace.notices);
        if trace.state == "draft" {
            assert_eq!((facts, copies.len()), ((0, 0, 0, 0), 0), "{trace:?}");
        } else {
            assert_eq!((facts, trace.delivery.as_str()), ((1, 1, 1, 1), "sent"), "{trace:?}");
            assert!(matches!(copies[..], [1 | 2]), "one Message-ID, once or twice: {copies:?} {trace:?}");
            told += 1;
        }
    }
    assert_eq!(mails.len(), told, "a mail about a referral that does not exist");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_9_of_the_service_and_of_its_database_in_the_middle_of_sending() {
    let seed =
        std::env::var("CRASH_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("CRASH_SEED={seed}");
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let (mut desk, world) = Desk::open().await;
    // Slower than the desk refers, so that every kill finds mail on its way.
    desk.smtp.behave(Manners::Slow(Duration::from_millis(40)));
    let matters = matters(&desk, &world, 1500).await;
    let next = Arc::new(AtomicUsize::new(0));
    let acknowledged = Arc::new(Mutex::new(Vec::<Uuid>::new()));
    let (mut unsent, mut half_done) = (0, vec![]);
    for round in 0..6 {
        let senders: Vec<_> = (0..4)
            .map(|_| {
                let (next, acknowledged, matters) = (next.clone(), acknowledged.clone(), matters.clone());
                let at = (desk.address.clone(), desk.token.clone());
                let service = world.legal_service.to_string();
                tokio::spawn(async move {
                    let http = reqwest::Client::new();
                    loop {
                        let matter = matters[next.fetch_add(1, Ordering::Relaxed)];
                        if !refer(&http, &at, &service, matter).await {
                            return matter;
                        }
                        acknowledged.lock().expect("lock").push(matter.referral);
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(chance.random_range(700..2000))).await;
        desk.kill();
        for sender in senders {
            half_done.push(sender.await.expect("no refusal"));
        }
        if round % 2 == 1 {
            desk.kill_database();
        } else {
            unsent += desk.count("SELECT count(*) FROM notices WHERE state = 'queued'").await;
        }
        desk.start().await;
        desk.settle().await;
        let known = acknowledged.lock().expect("lock").clone();
        all_or_nothing(&known, &traces(&desk).await, &desk.mails());
    }
    assert!(unsent > 0, "no kill came in the middle of sending");
    // Whoever got no answer asks again, and is answered as if nothing had happened.
    let at = (desk.address.clone(), desk.token.clone());
    for matter in half_done {
        assert!(refer_again(&at, &world, matter).await, "{}", matter.referral);
        acknowledged.lock().expect("lock").push(matter.referral);
    }
    desk.settle().await;
    let known = acknowledged.lock().expect("lock").clone();
    let mails = desk.mails();
    all_or_nothing(&known, &traces(&desk).await, &mails);
    let twice = mails.values().filter(|copies| **copies == 2).count();
    println!("{} referrals acknowledged, {unsent} mails unsent at kills, {twice} mails twice", known.len());
    desk.close().await;
}

async fn refer_again(at: &(String, String), world: &World, matter: Matter) -> bool {
    refer(&reqwest::Client::new(), at, &world.legal_service.to_string(), matter).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_taken_as_the_service_died_is_sent_again_under_its_old_id() {
    let (mut desk, world) = Desk::open().await;
    let matter = matters(&desk, &world, 1).await.remove(0);
    desk.smtp.behave_once([Manners::Slow(PATIENCE)]);
    let at = (desk.address.clone(), desk.token.clone());
    assert!(refer_again(&at, &world, matter).await);
    desk.smtp.wait_for(1).await;
    desk.kill();
    desk.start().await;
    desk.settle().await;
    let mails = desk.mails();
    assert_eq!(mails.values().collect::<Vec<_>>(), [&2], "{mails:?}");
    all_or_nothing(&[matter.referral], &traces(&desk).await, &mails);
    desk.close().await;
}

#[test]
fn a_command_whose_words_nobody_reads_ends_well() {
    let mut child =
        program().arg("openapi").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("program");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("ended");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_words_nobody_reads_serves_all_the_same() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let folder = tempfile::tempdir().expect("folder");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("port").local_addr().expect("address");
    let mut child = program()
        .arg("serve")
        .envs([
            ("HELPDESK_DATA_DIR", folder.path().to_string_lossy().into_owned()),
            ("HELPDESK_LISTEN", free.to_string()),
            ("HELPDESK_LOG", "error".into()),
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    drop(child.stdout.take());
    let (http, began) = (reqwest::Client::new(), Instant::now());
    while http.get(format!("http://{free}/health/ready")).send().await.map_or(true, |it| it.status() != 200) {
        assert!(
            began.elapsed() < PATIENCE && child.try_wait().expect("asked").is_none(),
            "it ended or never began"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    kill(Pid::from_raw(child.id().try_into().expect("pid")), Signal::SIGTERM).expect("asked");
    let ended = tokio::task::spawn_blocking(move || child.wait()).await.expect("waited").expect("ended");
    assert!(ended.success() && postmaster(folder.path()).is_none(), "{ended}");
}
