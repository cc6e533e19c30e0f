//! Mail that comes back after a server had taken it, and mail nobody would take: somebody at the desk has to phone.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use migrant_desk::notices::bounces::jobs::{ReadBounces, listen};
use migrant_desk::platform::config::SmtpTls;
use migrant_desk::platform::jobs::{self, System};
use migrant_desk::platform::mail::open_door;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::referrals::{draft, go, matter};
use crate::smtp::{Manners, SmtpSink};
use crate::support::{Account, TestApp, read_mail};

const ADDRESS: &str = "bounces+{notice}@desk.example";

/// A service that hands its mail to `sink` and reads bounces from a Maildir of its own.
struct Desk {
    app: TestApp,
    sink: SmtpSink,
    mailbox: tempfile::TempDir,
}

impl Desk {
    async fn open() -> Desk {
        let sink = SmtpSink::start().await;
        let mailbox = tempfile::tempdir().expect("folder");
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir(mailbox.path().join(part)).expect("folder");
        }
        let app = TestApp::with(|settings| {
            settings.smtp_host = Some("127.0.0.1".into());
            settings.smtp_port = Some(sink.port());
            settings.smtp_tls = SmtpTls::None;
            settings.bounce_address = Some(ADDRESS.into());
            settings.bounce_maildir = Some(mailbox.path().to_owned());
        })
        .await;
        Desk { app, sink, mailbox }
    }

    /// Refers a need to the legal clinic and sends the mail.
    async fn refer(&self) -> Value {
        let worker = self.app.client(Account::WorkerPic).await;
        let matter = matter(&self.app, "LEG-REP", true).await;
        let prepared = draft(&worker, &matter, self.app.world.legal_service).await;
        let sent = go(&worker, &prepared, json!({ "move": "send" })).await.ok();
        self.app.run_jobs().await;
        sent
    }

    /// The referral as its worker sees it.
    async fn shown(&self, referral: &Value) -> Value {
        let id = referral["id"].as_str().expect("id");
        self.app.client(Account::WorkerPic).await.get(&format!("/referrals/{id}")).await.ok()
    }

    /// Delivers into the Maildir and lets the service read it.
    async fn deliver(&self, mails: &[String]) {
        for (at, mail) in mails.iter().enumerate() {
            std::fs::write(self.mailbox.path().join(format!("new/{at}.M1.mx")), mail).expect("delivered");
        }
        let now = self.app.app.now();
        let read =
            async |tx: &mut diesel_async::AsyncPgConnection| jobs::enqueue_at(tx, &ReadBounces, now).await;
        self.app.app.db.write(&System, read).await.expect("enqueued");
        self.app.run_jobs().await;
    }

    fn left_in(&self, part: &str) -> usize {
        std::fs::read_dir(self.mailbox.path().join(part)).expect("folder").count()
    }

    /// The open tasks to phone, as the worker sees them.
    async fn calls(&self) -> Vec<Value> {
        let tasks = self.app.client(Account::WorkerPic).await.get("/tasks?view=mine").await.ok();
        let tasks = tasks["items"].as_array().expect("tasks").iter().cloned();
        tasks.filter(|task| task["kind"] == "phone_agency").collect()
    }

    async fn counted(&self, outcome: &str) -> i64 {
        let counts = self.app.client(Account::SupervisorPic).await.get("/bounces").await.ok();
        let of = counts["items"].as_array().expect("counts").iter().find(|count| count["outcome"] == outcome);
        of.and_then(|count| count["mails"].as_i64()).unwrap_or(0)
    }

    fn message_id(&self) -> String {
        read_mail(&self.sink.kept()[0].raw).message_id
    }

    /// Mails that told the worker to phone.
    fn told(&self) -> Vec<String> {
        let mails = self.sink.kept().into_iter().map(|kept| read_mail(&kept.raw));
        let to_worker = mails.filter(|mail| mail.to == Account::WorkerPic.email());
        to_worker.filter(|mail| mail.subject.contains("no llegó")).map(|mail| mail.text).collect()
    }
}

/// A report as an Exim or Postfix writes it, to `to`, about the mail with `message_id`.
fn report(action: &str, status: &str, to: &str, message_id: &str) -> String {
    let returned = match message_id {
        "" => String::new(),
        id => format!(
            "--b0undary\r\nContent-Type: message/rfc822\r\n\r\nFrom: desk@migrantdesk.example\r\n\
             To: buzon@clinica.example\r\nMessage-ID: <{id}>\r\nSubject: x\r\n\r\nx\r\n"
        ),
    };
    format!(
        "From: Mail Delivery System <MAILER-DAEMON@mx.clinica.example>\r\nTo: {to}\r\nSubject: Undelivered\r\n\
         Message-ID: <1@mx.clinica.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b0undary\r\n\r\n\
         --b0undary\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nMaría Inventada is not here, ask 0991234567.\r\n\
         --b0undary\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.clinica.example\r\n\r\n\
         Final-Recipient: rfc822; buzon@clinica.example\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; 550 {status} <buzon@clinica.example> buzon: mailbox full\r\n\r\n\
         {returned}--b0undary--\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_nobody_takes_becomes_a_call_for_its_worker() {
    let desk = Desk::open().await;
    desk.sink
        .behave_once([Manners::RefuseRecipient("550 5.1.1 <buzon@clinica.example> no such user".into())]);
    let referral = desk.refer().await;
    let shown = desk.shown(&referral).await;
    assert_eq!((&shown["delivery"], &shown["notices"][0]["state"]), (&json!("failed"), &json!("failed")));
    let words = shown["notices"][0]["last_reply"].as_str().expect("words");
    assert!(words.contains("(550): 5.1.1") && !words.contains("buzon"), "{words}");
    let calls = desk.calls().await;
    assert_eq!(calls.len(), 1);
    assert_eq!((&calls[0]["title"], &calls[0]["referral_id"]), (&referral["number"], &referral["id"]));
    assert_eq!(calls[0]["owner_id"], json!(desk.app.world.staff(Account::WorkerPic)));
    let told = desk.told();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("Clínica Jurídica Ficticia") && !told[0].contains("Inventada"), "{}", told[0]);
    let trail =
        desk.app.client(Account::Auditor).await.get("/audit-events?action=notice.undelivered").await.ok();
    assert_eq!(trail["items"][0]["facts"]["referral"], referral["id"]);

    // The supervisor has it sent again, it is refused again: one call is enough.
    desk.sink.behave_once([Manners::RefuseRecipient("550 5.1.1 no such user".into())]);
    let retry = format!("/notices/{}/retry", shown["notices"][0]["id"].as_str().expect("id"));
    desk.app.client(Account::SupervisorPic).await.act(&retry).await.is(202);
    desk.app.run_jobs().await;
    assert_eq!(
        (desk.shown(&referral).await["delivery"].clone(), desk.calls().await.len()),
        (json!("failed"), 1)
    );
    desk.app.client(Account::SupervisorPic).await.act(&retry).await.is(202);
    desk.app.run_jobs().await;
    assert_eq!(desk.shown(&referral).await["delivery"], "sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_without_a_worker_has_its_supervisor_phone() {
    let desk = Desk::open().await;
    desk.sink.behave_once([Manners::RefuseRecipient("550 5.1.1 no such user".into())]);
    let worker = desk.app.client(Account::WorkerPic).await;
    let matter = matter(&desk.app, "LEG-REP", true).await;
    let prepared = draft(&worker, &matter, desk.app.world.legal_service).await;
    go(&worker, &prepared, json!({ "move": "send" })).await.ok();
    let left = format!("UPDATE cases SET assigned_to = NULL WHERE id = '{}'", matter.case);
    desk.app.database().await.batch_execute(&left).await.expect("left");
    desk.app.run_jobs().await;
    let tasks = desk.app.client(Account::SupervisorPic).await.get("/tasks?view=mine").await.ok();
    assert_eq!(tasks["items"][0]["kind"], "phone_agency");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_that_is_gone_when_its_mail_should_leave_is_phoned_too() {
    let desk = Desk::open().await;
    let worker = desk.app.client(Account::WorkerPic).await;
    let matter = matter(&desk.app, "LEG-REP", true).await;
    let prepared = draft(&worker, &matter, desk.app.world.legal_service).await;
    let referral = go(&worker, &prepared, json!({ "move": "send" })).await.ok();
    let gone = format!("UPDATE agencies SET retired_on = '2026-01-01' WHERE id = '{}'", desk.app.world.legal);
    desk.app.database().await.batch_execute(&gone).await.expect("gone");
    desk.app.run_jobs().await;
    assert_eq!(
        (desk.shown(&referral).await["delivery"].clone(), desk.calls().await.len()),
        (json!("dropped"), 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_in_the_mailbox_marks_its_notice_as_bounced_and_leaves_nothing_but_the_servers_line() {
    let desk = Desk::open().await;
    let referral = desk.refer().await;
    assert_eq!(desk.shown(&referral).await["delivery"], "sent");
    let kept = desk.sink.kept().remove(0);
    let notice = desk.shown(&referral).await["notices"][0]["id"].as_str().expect("id").replace('-', "");
    assert_eq!(kept.from, format!("bounces+{notice}@desk.example"), "the way back names the notice");

    desk.deliver(&[report("failed", "5.2.2", "bounces@desk.example", &desk.message_id())]).await;
    let shown = desk.shown(&referral).await;
    assert_eq!(shown["delivery"], "bounced");
    assert_eq!(shown["notices"][0]["last_reply"], "550 5.2.2 <[address]> [address]: mailbox full");
    assert!(shown["notices"][0]["sent_at"].is_string(), "a server had taken it");
    assert_eq!((desk.calls().await.len(), desk.told().len(), desk.counted("bounced").await), (1, 1, 1));
    assert_eq!((desk.left_in("new"), desk.left_in("cur")), (0, 0), "it holds addresses and is not kept");

    // The same report once more: counted, and nothing else.
    desk.deliver(&[report("failed", "5.2.2", "bounces@desk.example", &desk.message_id())]).await;
    assert_eq!((desk.calls().await.len(), desk.told().len(), desk.counted("late").await), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_returns_nothing_is_known_by_the_address_it_came_back_to() {
    let desk = Desk::open().await;
    let referral = desk.refer().await;
    let way_back = desk.sink.kept().remove(0).from;
    desk.deliver(&[report("failed", "5.2.2", &way_back, "")]).await;
    assert_eq!(desk.shown(&referral).await["delivery"], "bounced");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_mail_is_deferred_and_not_given_up() {
    let desk = Desk::open().await;
    let referral = desk.refer().await;
    let about = desk.message_id();
    desk.deliver(&[report("delayed", "4.4.1", "bounces@desk.example", &about)]).await;
    assert_eq!(
        (desk.shown(&referral).await["delivery"].clone(), desk.calls().await.len()),
        (json!("deferred"), 0)
    );
    // Nobody but that server tries; ours does not send a second copy.
    desk.app.advance(TimeDelta::days(1));
    desk.app.run_jobs().await;
    assert_eq!((desk.sink.kept().len(), desk.counted("delayed").await), (1, 1));
    desk.deliver(&[report("failed", "4.4.7", "bounces@desk.example", &about)]).await;
    assert_eq!(
        (desk.shown(&referral).await["delivery"].clone(), desk.calls().await.len()),
        (json!("bounced"), 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_unknown_and_other_mail_changes_nothing_and_is_counted() {
    let desk = Desk::open().await;
    let referral = desk.refer().await;
    let stranger = uuid::Uuid::now_v7();
    let mails = [
        report("failed", "5.1.1", "bounces@desk.example", &format!("{stranger}@desk.example")),
        report("failed", "5.1.1", "bounces@desk.example", "'; DROP TABLE notices; --@desk.example"),
        report("failed", "5.1.1", &format!("bounces+{stranger}@desk.example"), &desk.message_id()),
        report("failed", "5.1.1", "bounces@desk.example", ""),
        report("delivered", "2.0.0", "bounces@desk.example", &desk.message_id()),
        format!(
            "From: a@b.example\r\nTo: bounces@desk.example\r\nIn-Reply-To: <{}>\r\n\r\nI am away.\r\n",
            desk.message_id()
        ),
        String::from_utf8_lossy(&[0xff, 0, 0xfe]).into_owned(),
        format!("{}{}", report("failed", "5.1.1", "x", &desk.message_id()), "x".repeat(1024 * 1024)),
    ];
    desk.deliver(&mails).await;
    assert_eq!(
        (desk.shown(&referral).await["delivery"].clone(), desk.calls().await.len()),
        (json!("sent"), 0)
    );
    let counts = [
        desk.counted("unknown").await,
        desk.counted("arrived").await,
        desk.counted("not_a_report").await,
        desk.counted("too_large").await,
    ];
    assert_eq!(counts, [4, 1, 2, 1]);
    assert_eq!(
        (desk.left_in("new"), desk.left_in("cur")),
        (0, 7),
        "what was not understood waits for a person"
    );
    desk.app.client(Account::WorkerPic).await.get("/bounces").await.is_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_about_a_mail_never_sent_is_not_believed() {
    let desk = Desk::open().await;
    let worker = desk.app.client(Account::WorkerPic).await;
    let matter = matter(&desk.app, "LEG-REP", true).await;
    let prepared = draft(&worker, &matter, desk.app.world.legal_service).await;
    let referral = go(&worker, &prepared, json!({ "move": "send" })).await.ok();
    let notice = desk.shown(&referral).await["notices"][0]["id"].as_str().expect("id").to_owned();
    let forged = report("failed", "5.1.1", "bounces@desk.example", &format!("{notice}@desk.example"));
    std::fs::write(desk.mailbox.path().join("new/0"), forged).expect("delivered");
    migrant_desk::notices::bounces::jobs::take_in(
        &desk.app.app,
        &std::fs::read(desk.mailbox.path().join("new/0")).expect("mail"),
        &[],
    )
    .await
    .expect("taken in");
    assert_eq!(desk.shown(&referral).await["delivery"], "queued");
    desk.app.run_jobs().await;
    assert_eq!(
        (desk.shown(&referral).await["delivery"].clone(), desk.counted("late").await),
        (json!("sent"), 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_has_answered_is_not_phoned_about_mail_that_comes_back() {
    let desk = Desk::open().await;
    let referral = desk.refer().await;
    go(&desk.app.client(Account::PartnerLegal).await, &referral, json!({ "move": "accept" })).await.ok();
    desk.deliver(&[report("failed", "5.2.2", "bounces@desk.example", &desk.message_id())]).await;
    assert_eq!(
        (desk.shown(&referral).await["delivery"].clone(), desk.calls().await.len()),
        (json!("bounced"), 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_about_a_referral_that_ended_meanwhile_is_not_sent_any_more() {
    let desk = Desk::open().await;
    let worker = desk.app.client(Account::WorkerPic).await;
    let matter = matter(&desk.app, "LEG-REP", true).await;
    let prepared = draft(&worker, &matter, desk.app.world.legal_service).await;
    let referral = go(&worker, &prepared, json!({ "move": "send" })).await.ok();
    let refused = json!({ "move": "decline", "reason": "no_capacity", "on_word_of": "partner", "word_given_by": "Ms. Test" });
    go(&worker, &referral, refused).await.ok();
    desk.app.run_jobs().await;
    assert_eq!(
        (desk.shown(&referral).await["delivery"].clone(), desk.calls().await.len()),
        (json!("dropped"), 0)
    );
    assert!(desk.sink.kept().is_empty());
}

/// Says one line, or nothing, and gives the last line of the answer.
fn exchange(server: &mut BufReader<TcpStream>, said: &str) -> String {
    if !said.is_empty() {
        server.get_mut().write_all(format!("{said}\r\n").as_bytes()).expect("said");
    }
    loop {
        let mut line = String::new();
        server.read_line(&mut line).expect("heard");
        if line.as_bytes().get(3) != Some(&b'-') {
            return line.trim_end().to_owned();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_hands_a_report_over_by_lmtp() {
    let desk = Desk::open().await;
    let referral = desk.refer().await;
    let door = open_door("127.0.0.1:0").expect("a door");
    let address = door.local_addr().expect("address");
    let (stop, stopped) = watch::channel(false);
    let app = desk.app.app.clone();
    let listening = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        runtime.block_on(listen(app, door, stopped)).expect("listened");
    });
    let about = report("failed", "5.2.2", "bounces@desk.example", &desk.message_id());
    let visit = tokio::task::spawn_blocking(move || {
        let stream = TcpStream::connect(address).expect("a visit");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("timeout");
        let mut server = BufReader::new(stream);
        let mut say = |said: &str| exchange(&mut server, said)[..3].to_owned();
        [
            say(""),
            say("LHLO mx.desk.example"),
            say("MAIL FROM:<>"),
            say("RCPT TO:<postmaster@desk.example>"),
            say("RCPT TO:<bounces@desk.example>"),
            say("DATA"),
            say(&format!("{about}\r\n.")),
            say("QUIT"),
        ]
    });
    assert_eq!(visit.await.expect("a visit"), ["220", "250", "250", "550", "250", "354", "250", "221"]);
    stop.send(true).expect("stopped");
    tokio::task::spawn_blocking(move || listening.join()).await.expect("ended").expect("no panic");
    desk.app.run_jobs().await;
    assert_eq!(
        (desk.shown(&referral).await["delivery"].clone(), desk.calls().await.len()),
        (json!("bounced"), 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undelivered_mail_about_several_is_a_call_for_each_that_still_waits_once() {
    let desk = Desk::open().await;
    let (first, second, answered) = (desk.refer().await, desk.refer().await, desk.refer().await);
    let (app, sink) = (&desk.app, &desk.sink);
    let partner = app.client(Account::PartnerLegal).await;
    let view = partner.get(&format!("/inbox/referrals/{}", answered["id"].as_str().expect("id"))).await.ok();
    go(&partner, &view, json!({ "move": "accept" })).await.ok();
    app.run_jobs().await;
    sink.behave(Manners::RefuseRecipient("550 5.1.1 no such user".into()));
    for _ in 0..2 {
        let waiting: Vec<Value> = [&first, &second, &answered]
            .iter()
            .map(|sent| json!({ "referral": sent["id"], "kind": "referral_reminder" }))
            .collect();
        let fields = json!({ "waiting": waiting });
        let now = app.app.now();
        let agency = app.world.legal;
        let promise = async |tx: &mut diesel_async::AsyncPgConnection| {
            use migrant_desk::notices::{NewNotice, NoticeKind};
            NewNotice::to_agency(NoticeKind::ReferralsWaiting, agency).fields(fields).send(tx, now).await
        };
        app.app.db.write(&System, promise).await.expect("promised");
        app.run_jobs().await;
    }
    let tasks = app.client(Account::WorkerPic).await.get("/tasks?view=mine").await.ok();
    let mut numbers: Vec<&Value> =
        tasks["items"].as_array().expect("tasks").iter().map(|task| &task["title"]).collect();
    numbers.sort_by_key(|number| number.to_string());
    assert_eq!(numbers, [&first["number"], &second["number"]]);
    let owner = json!(app.world.staff(Account::WorkerPic));
    assert!(
        tasks["items"].as_array().expect("tasks").iter().all(|task| task["owner_id"] == owner),
        "{tasks}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_after_the_entry_that_nobody_takes_is_one_call_with_an_owner() {
    let sink = SmtpSink::start().await;
    let app = TestApp::with_smtp(sink.port()).await;
    sink.behave(Manners::RefuseRecipient("550 5.1.1 no such user".into()));
    for _ in 0..2 {
        let manager = app.client(Account::Manager).await;
        manager.act(&format!("/agencies/{}/confirmation-links", app.world.legal)).await.ok();
        app.run_jobs().await;
        app.advance(TimeDelta::minutes(2));
    }
    let manager = app.client(Account::Manager).await;
    let tasks = manager.get("/agency-tasks?mine=true").await.ok();
    let tasks = tasks["items"].as_array().expect("tasks");
    assert_eq!(tasks.len(), 1, "once: {tasks:?}");
    assert_eq!(
        (&tasks[0]["kind"], &tasks[0]["owner_id"]),
        (&json!("phone_agency"), &json!(app.world.staff(Account::Manager)))
    );
    let path = format!("/agency-tasks/{}", tasks[0]["id"].as_str().expect("id"));
    manager.post_on(&format!("{path}/done"), 9, json!({})).await.is_problem(412, "stale_version");
    let done = manager.post_on(&format!("{path}/done"), 1, json!({})).await.ok();
    assert_eq!((&done["status"], &done["allowed"]), (&json!("done"), &json!([])));
    manager.post_on(&format!("{path}/drop"), 2, json!({})).await.is_problem(409, "task_ended");
    assert_eq!(manager.get("/agency-tasks").await.ok()["items"], json!([]));
}
