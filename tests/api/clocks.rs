//! Clocks: due moments on the partner's hours, and what happens by itself when no answer comes. Time is a parameter:
//! weeks pass in seconds. The clinic and the shelter of these tests open Monday to Friday, 08:00 to 16:30 in Quito.

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text, Timestamptz};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use migrant_desk::platform::jobs;
use migrant_desk::wiring;
use serde_json::{Value, json};

use crate::referrals::{Matter, go, matter};
use crate::support::{Account, Client, TestApp, run_recurring};

const QUITO: Tz = Tz::America__Guayaquil;

/// A moment on the wall of the desk in Quito.
fn at(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
    local.and_local_timezone(QUITO).single().expect("a moment").to_utc()
}

/// A moment of a record, to the minute, on that wall.
fn wall(value: &Value) -> String {
    let at: DateTime<Utc> = value.as_str().expect("a moment").parse().expect("a moment");
    at.with_timezone(&QUITO).format("%a %Y-%m-%d %H:%M").to_string()
}

/// A desk at this moment. 2030-01-07 is a Monday.
async fn desk(text: &str) -> TestApp {
    let app = TestApp::new().await;
    app.set_clock(at(text));
    app
}

struct Sent {
    id: String,
    number: String,
    view: Value,
    matter: Matter,
}

/// A referral to the legal clinic, sent now by the worker of Pichincha.
async fn sent(app: &TestApp, priority: &str) -> Sent {
    let matter = matter(app, "LEG-REP", true).await;
    let worker = app.client(Account::WorkerPic).await;
    let body = json!({ "need_id": matter.need, "service_id": app.world.legal_service, "facts": ["name"],
                       "priority": priority });
    let draft = worker.post(&format!("/cases/{}/referrals", matter.case), body).await.created();
    let view = go(&worker, &draft, json!({ "move": "send" })).await.ok();
    let text = |name: &str| view[name].as_str().expect("text").to_owned();
    Sent { id: text("id"), number: text("number"), view, matter }
}

impl Sent {
    async fn shown(&self, app: &TestApp) -> Value {
        app.client(Account::SupervisorPic).await.get(&format!("/referrals/{}", self.id)).await.ok()
    }

    /// The clinic makes a move.
    async fn answered(&self, app: &TestApp, body: Value) -> Value {
        let partner: Client = app.client(Account::PartnerLegal).await;
        let view = partner.get(&format!("/inbox/referrals/{}", self.id)).await.ok();
        go(&partner, &view, body).await.ok()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
struct Told {
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    recipient: String,
    #[diesel(sql_type = Nullable<Text>)]
    number: Option<String>,
    #[diesel(sql_type = Text)]
    state: String,
}

/// Every notice so far but the first one of each referral and those of the directory, oldest first.
async fn told(app: &TestApp) -> Vec<Told> {
    diesel::sql_query(
        "SELECT n.created_at, n.kind, coalesce(s.email, a.mailbox) AS recipient, r.number, n.state FROM notices n
         LEFT JOIN staff s ON s.id = n.to_staff_id LEFT JOIN agencies a ON a.id = n.to_agency_id
         LEFT JOIN referrals r ON r.id = n.referral_id WHERE n.kind NOT IN ('referral_sent', 'directory_to_confirm', 'service_marked_full') ORDER BY n.created_at, n.kind",
    )
    .load(&mut app.database().await)
    .await
    .expect("notices")
}

/// What was told, when on the wall, and to whom.
fn lines(told: &[Told]) -> Vec<String> {
    let line = |it: &Told| {
        let when = it.created_at.with_timezone(&QUITO).format("%a %m-%d %H:%M");
        format!("{when} {} to {}", it.kind, it.recipient.split('@').next().unwrap_or_default())
    };
    told.iter().map(line).collect()
}

/// Lets time pass in steps, with the worker's turn after each.
async fn live_until(app: &TestApp, until: &str, step: TimeDelta) {
    let until = at(until);
    // However slow the machine, the steps lie where they should.
    let mut turn = app.app.now();
    while turn < until {
        turn = (turn + step).min(until);
        app.set_clock(turn.max(app.app.now()));
        app.run_recurring().await;
    }
}

#[derive(Debug, QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn rows(app: &TestApp, sql: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(sql).load(&mut app.database().await).await.expect("rows");
    rows.into_iter().map(|row| row.line).collect()
}

async fn tasks_of(app: &TestApp, sent: &Sent) -> Vec<String> {
    let sql = format!(
        "SELECT t.kind || ' ' || t.status || ' ' || t.due_on || ' ' || coalesce(split_part(s.email, '@', 1), 'nobody') AS line
         FROM tasks t LEFT JOIN staff s ON s.id = t.owner_id WHERE t.referral_id = '{}' ORDER BY t.created_at, t.kind",
        sent.id
    );
    rows(app, &sql).await
}

const HOUR: TimeDelta = TimeDelta::hours(1);

#[tokio::test]
async fn each_state_has_its_clock_on_the_partners_hours_and_holidays() {
    let app = desk("2030-01-10 10:00").await;
    let manager = app.client(Account::Manager).await;
    // Friday the 11th is closed at the clinic.
    let holidays = json!([{ "day_on": "2030-01-11", "name": "Día de la clínica" }]);
    manager.put(&format!("/agencies/{}/holidays", app.world.legal), holidays).await.ok();

    let urgent = sent(&app, "urgent").await;
    assert_eq!(wall(&urgent.view["acknowledge_by"]), "Mon 2030-01-14 10:00");
    assert_eq!(wall(&urgent.view["decide_by"]), "Wed 2030-01-16 10:00");
    assert_eq!(urgent.view["due"]["clock"], "acknowledge");
    assert_eq!(urgent.view["due"]["at"], urgent.view["acknowledge_by"]);
    let normal = sent(&app, "normal").await;
    assert_eq!(wall(&normal.view["acknowledge_by"]), "Wed 2030-01-16 10:00");
    assert_eq!(wall(&normal.view["decide_by"]), "Thu 2030-01-24 10:00");

    let seen = urgent.answered(&app, json!({ "move": "acknowledge" })).await;
    assert_eq!((&seen["due"]["clock"], &seen["due"]["at"]), (&json!("decide"), &urgent.view["decide_by"]));
    let accepted = urgent.answered(&app, json!({ "move": "accept" })).await;
    assert_eq!(accepted["due"]["clock"], "contact");
    assert_eq!(wall(&accepted["due"]["at"]), "Wed 2030-01-16 10:00");
    let review = json!({ "move": "hold", "reason": "waiting_list", "review_on": "2030-01-20" });
    let held = urgent.answered(&app, review).await;
    assert_eq!(held["due"]["clock"], "review");
    assert_eq!(wall(&held["due"]["at"]), "Mon 2030-01-21 00:00");
    let begun = urgent.answered(&app, json!({ "move": "begin" })).await;
    assert_eq!(begun["due"], json!(null));
    urgent.answered(&app, json!({ "move": "complete", "outcome": "need_met" })).await;
    let done = urgent.shown(&app).await;
    assert_eq!((&done["verify_on"], &done["due"]["clock"]), (&json!("2030-01-17"), &json!("verify")));
    assert_eq!(tasks_of(&app, &urgent).await, ["ask_client open 2030-01-17 worker.pic"]);
    // Asked: nothing is waited for any more.
    let tasks = app.client(Account::WorkerPic).await.get("/tasks").await.ok();
    let task = tasks["items"][0]["id"].as_str().expect("a task").to_owned();
    app.client(Account::WorkerPic).await.act(&format!("/tasks/{task}/done")).await.ok();
    assert_eq!(urgent.shown(&app).await["due"], json!(null));
    app.run_jobs().await;
}

#[tokio::test]
async fn an_agency_that_told_no_holidays_keeps_those_of_the_office() {
    let app = desk("2030-01-10 10:00").await;
    let friday = json!([{ "day_on": "2030-01-11", "name": "Feriado" }]);
    let path = format!("/offices/{}/holidays", app.world.pic);
    app.client(Account::Admin).await.put(&path, friday).await.ok();
    let by_office = sent(&app, "urgent").await;
    assert_eq!(wall(&by_office.view["acknowledge_by"]), "Mon 2030-01-14 10:00");
    // It works that day: it has told its own. Another partner's list is not its own business.
    let own = json!([{ "day_on": "2030-02-01", "name": "Aniversario" }]);
    let path = format!("/agencies/{}/holidays", app.world.legal);
    app.client(Account::PartnerShelter).await.put(&path, own.clone()).await.is_problem(403, "forbidden");
    let partner = app.client(Account::PartnerLegal).await;
    partner.put(&path, own).await.ok();
    let by_agency = sent(&app, "urgent").await;
    assert_eq!(wall(&by_agency.view["acknowledge_by"]), "Fri 2030-01-11 10:00");
    let twice = json!([{ "day_on": "2030-02-01", "name": "A" }, { "day_on": "2030-02-01", "name": "" }]);
    partner.put(&path, twice).await.complains_of(&["/1/day_on", "/1/name"]);
    assert_eq!(partner.get(&path).await.ok()["items"][0]["name"], "Aniversario");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_service_with_hours_of_its_own_is_waited_for_on_them() {
    let app = desk("2030-01-10 10:00").await;
    let sql = format!(
        r#"UPDATE agency_services SET hours = '[{{"day": 2, "from": "14:00", "until": "18:00"}}]' WHERE id = '{}'"#,
        app.world.legal_service
    );
    app.database().await.batch_execute(&sql).await.expect("hours");
    let urgent = sent(&app, "urgent").await;
    assert_eq!(wall(&urgent.view["acknowledge_by"]), "Tue 2030-01-22 14:00");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_silent_partner_is_reminded_the_worker_then_the_manager_told_and_it_expires_each_once() {
    let app = desk("2030-01-08 10:00").await;
    let urgent = sent(&app, "urgent").await;
    live_until(&app, "2030-02-20 12:00", TimeDelta::minutes(150)).await;
    let told = told(&app).await;
    assert_eq!(
        told.iter()
            .map(|it| (it.kind.as_str(), it.recipient.split('@').next().expect("name")))
            .collect::<Vec<_>>(),
        [
            ("referral_unseen", "worker.pic"),
            ("referral_reminder", "buzon"),
            ("referral_overdue", "worker.pic"),
            ("referral_overdue", "manager"),
            ("referral_expired", "worker.pic"),
        ],
        "{:?}",
        lines(&told)
    );
    assert!(told.iter().all(|it| it.number.as_deref() == Some(&urgent.number) && it.state == "sent"));
    let shown = urgent.shown(&app).await;
    assert_eq!(
        (&shown["state"], &shown["due"], &shown["unread"]),
        (&json!("expired"), &json!(null), &json!(true))
    );
    assert_eq!(wall(&shown["ended_at"])[..14], *"Tue 2030-01-15");
    assert_eq!(shown["moves"].as_array().expect("moves").last().expect("one")["actor_kind"], "system");
    let steps: Vec<String> = shown["clocks"]
        .as_array()
        .expect("clocks")
        .iter()
        .map(|step| {
            format!("{} {}", step["step"].as_str().expect("step"), step["outcome"].as_str().expect("over"))
        })
        .collect();
    assert_eq!(
        steps,
        [
            "acknowledge_overdue acted",
            "remind_decide acted",
            "decide_overdue acted",
            "decide_escalated acted",
            "expire acted"
        ]
    );
    assert_eq!(
        tasks_of(&app, &urgent).await,
        ["phone_agency dropped 2030-01-09 worker.pic", "refer_elsewhere open 2030-01-15 worker.pic"]
    );
    let mails = app.mails();
    let reminder = mails.iter().find(|it| it.subject.contains("aún esperamos")).expect("in Spanish");
    assert!(reminder.text.contains(&urgent.number) && !reminder.text.contains("Inventada"));
}

#[tokio::test]
async fn an_emergency_runs_through_the_weekend_and_never_ends_by_itself() {
    let app = desk("2030-01-11 19:00").await;
    let emergency = sent(&app, "emergency").await;
    assert_eq!(wall(&emergency.view["acknowledge_by"]), "Fri 2030-01-11 21:00");
    assert_eq!(wall(&emergency.view["decide_by"]), "Sat 2030-01-12 19:00");
    assert_eq!(tasks_of(&app, &emergency).await, ["phone_agency open 2030-01-11 worker.pic"]);
    live_until(&app, "2030-01-13 12:00", TimeDelta::minutes(10)).await;
    let told_so_far = told(&app).await;
    assert_eq!(
        lines(&told_so_far),
        [
            "Fri 01-11 20:00 referral_reminder to buzon",
            "Fri 01-11 21:00 referral_unseen to worker.pic",
            "Fri 01-11 23:00 referral_unseen to manager",
            "Sat 01-12 19:00 referral_overdue to worker.pic",
            "Sat 01-12 21:00 referral_overdue to manager",
        ]
    );
    live_until(&app, "2030-03-01 12:00", TimeDelta::hours(12)).await;
    assert_eq!(told(&app).await, told_so_far);
    assert_eq!(emergency.shown(&app).await["state"], "sent");
}

#[tokio::test]
async fn a_logged_call_ends_the_task_to_phone_once_somebody_was_reached() {
    let app = desk("2030-01-08 10:00").await;
    let emergency = sent(&app, "emergency").await;
    let worker = app.client(Account::WorkerPic).await;
    let path = format!("/referrals/{}/calls", emergency.id);
    worker.post(&path, json!({ "reached": false })).await.ok();
    assert_eq!(tasks_of(&app, &emergency).await, ["phone_agency open 2030-01-08 worker.pic"]);
    worker.post(&path, json!({ "reached": true, "channel": "XXX" })).await.complains_of(&["/channel"]);
    let view = worker.post(&path, json!({ "reached": true })).await.ok();
    assert!(view["allowed"].as_array().expect("allowed").contains(&json!("log_call")));
    assert_eq!(tasks_of(&app, &emergency).await, ["phone_agency done 2030-01-08 worker.pic"]);
    let history = worker.get(&format!("/cases/{}/history", emergency.matter.case)).await.ok().to_string();
    assert!(history.contains("referral.agency_called") && history.contains("task.done"), "{history}");
    // A partner that answers needs no call.
    let second = sent(&app, "emergency").await;
    second.answered(&app, json!({ "move": "accept" })).await;
    assert_eq!(tasks_of(&app, &second).await, ["phone_agency done 2030-01-08 worker.pic"]);
    let third = sent(&app, "emergency").await;
    let cancel = json!({ "move": "cancel", "reason": "duplicate" });
    go(&app.client(Account::WorkerPic).await, &third.view, cancel).await.ok();
    assert_eq!(tasks_of(&app, &third).await, ["phone_agency dropped 2030-01-08 worker.pic"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_is_reminded_of_what_was_answered_even_when_the_mail_was_waiting() {
    let app = desk("2030-01-08 10:00").await;
    let answered = sent(&app, "urgent").await;
    let waiting = sent(&app, "urgent").await;
    app.run_jobs().await;
    answered.answered(&app, json!({ "move": "decline", "reason": "no_capacity" })).await;
    app.run_jobs().await;
    // The reminder of the other one is promised; before its mail is written the partner answers.
    app.set_clock(at("2030-01-10 09:59"));
    jobs::tick(&app.app, wiring::RECURRING).await.expect("schedule");
    assert!(jobs::run_one(&app.app, wiring::JOBS).await.expect("the clocks"));
    let promised: Vec<Told> = told(&app).await.into_iter().filter(|it| it.state == "queued").collect();
    assert_eq!(
        promised.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(),
        ["referral_reminder", "referral_unseen"]
    );
    waiting.answered(&app, json!({ "move": "decline", "reason": "no_capacity" })).await;
    live_until(&app, "2030-02-20 12:00", TimeDelta::hours(6)).await;
    let outcome: Vec<(String, String)> = told(&app).await.into_iter().map(|it| (it.kind, it.state)).collect();
    let dropped = |kind: &str| (kind.to_owned(), "dropped".to_owned());
    let declined = ("referral_declined".to_owned(), "sent".to_owned());
    assert_eq!(
        outcome,
        [declined.clone(), dropped("referral_reminder"), dropped("referral_unseen"), declined]
    );
}

#[tokio::test]
async fn contact_review_and_asking_the_client_have_clocks_that_tell_the_worker() {
    let app = desk("2030-01-08 10:00").await;
    let (accepted, held, done) =
        (sent(&app, "urgent").await, sent(&app, "urgent").await, sent(&app, "urgent").await);
    for referral in [&accepted, &held, &done] {
        referral.answered(&app, json!({ "move": "accept" })).await;
    }
    let review = json!({ "move": "hold", "reason": "waiting_list", "review_on": "2030-01-19" });
    held.answered(&app, review).await;
    done.answered(&app, json!({ "move": "complete", "outcome": "unknown" })).await;
    app.run_jobs().await;
    let before = told(&app).await.len();
    live_until(&app, "2030-02-20 12:00", TimeDelta::hours(2)).await;
    let told = told(&app).await.split_off(before);
    let numbers: Vec<&str> = told.iter().map(|it| it.number.as_deref().expect("a number")).collect();
    assert_eq!(numbers, [&accepted.number, &done.number, &held.number]);
    assert_eq!(
        lines(&told),
        [
            "Fri 01-11 10:00 referral_contact_overdue to worker.pic",
            // The 15th is over; the desk opens again on the 16th. The 19th is a Saturday.
            "Wed 01-16 08:00 referral_verify_due to worker.pic",
            "Mon 01-21 08:00 referral_review_due to worker.pic",
        ]
    );
    // Accepted anew, its clock is armed anew and told of anew.
    held.answered(&app, json!({ "move": "accept" })).await;
    app.run_jobs().await;
    live_until(&app, "2030-03-20 12:00", TimeDelta::hours(6)).await;
    let kinds: Vec<String> = self::told(&app).await.into_iter().map(|it| it.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "referral_contact_overdue").count(), 2);
}

#[tokio::test]
async fn after_a_day_of_standstill_one_mail_tells_of_all_and_nothing_is_told_twice() {
    let app = desk("2030-01-08 10:00").await;
    let mut all = vec![];
    for _ in 0..8 {
        all.push(sent(&app, "urgent").await);
    }
    app.run_jobs().await;
    // Reminders are due on Wednesday afternoon, the worker on Friday at ten: nothing runs from Tuesday to Friday noon.
    app.set_clock(at("2030-01-11 12:00"));
    all[0].answered(&app, json!({ "move": "accept" })).await;
    app.run_recurring().await;
    let first = told(&app).await;
    assert_eq!(
        lines(&first),
        [
            "Fri 01-11 12:00 referral_accepted to worker.pic",
            "Fri 01-11 12:00 referrals_waiting to worker.pic"
        ]
    );
    let mail = app.mails().into_iter().find(|mail| mail.subject.contains("requieren")).expect("one for all");
    assert!(mail.subject.starts_with("7 derivaciones"), "{}", mail.subject);
    assert!(all[1..].iter().all(|it| mail.text.contains(&it.number)) && !mail.text.contains(&all[0].number));
    app.advance(TimeDelta::minutes(5));
    app.run_recurring().await;
    assert_eq!(told(&app).await, first);
    // The managers' turn comes on Monday at ten, together too.
    live_until(&app, "2030-01-14 11:00", HOUR).await;
    assert_eq!(lines(&told(&app).await[2..]), ["Mon 01-14 10:05 referrals_waiting to manager"]);
}

#[tokio::test]
async fn of_a_mail_about_many_only_what_still_waits_is_told() {
    let app = desk("2030-01-08 10:00").await;
    let mut all = vec![];
    for _ in 0..7 {
        all.push(sent(&app, "urgent").await);
    }
    app.run_jobs().await;
    app.set_clock(at("2030-01-11 12:00"));
    jobs::tick(&app.app, wiring::RECURRING).await.expect("schedule");
    assert!(jobs::run_one(&app.app, wiring::JOBS).await.expect("the clocks"));
    all[3].answered(&app, json!({ "move": "decline", "reason": "out_of_area" })).await;
    app.run_jobs().await;
    let mail = app.mails().into_iter().find(|mail| mail.subject.contains("requieren")).expect("one for all");
    assert!(
        mail.subject.starts_with("6 derivaciones") && !mail.text.contains(&all[3].number),
        "{}",
        mail.text
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_at_once_and_a_restart_in_between_never_double() {
    let app = desk("2030-01-08 10:00").await;
    for priority in ["urgent", "normal", "emergency", "urgent"] {
        sent(&app, priority).await;
    }
    let mut processes = vec![app.another_process(), app.another_process(), app.another_process()];
    for turn in 0..90 {
        app.advance(TimeDelta::hours(12));
        // Each has a run of its own, whatever the schedule says.
        let mut conn = app.database().await;
        for process in &processes {
            process.clock.advance(app.app.now() - process.now());
            let run = "INSERT INTO jobs (id, name, payload, run_at) VALUES (gen_random_uuid(), 'RunClocks', 'null', '2030-01-01')";
            conn.batch_execute(run).await.expect("a run");
        }
        futures_util::future::join_all(processes.iter().map(run_recurring)).await;
        if turn % 10 == 0 {
            processes.remove(0);
            processes.push(app.another_process());
        }
    }
    let mut times: BTreeMap<(String, String, Option<String>), usize> = BTreeMap::new();
    for it in told(&app).await {
        *times.entry((it.kind, it.recipient, it.number)).or_default() += 1;
    }
    for ((kind, recipient, number), count) in &times {
        // A normal one is reminded half-way and at 90 %.
        let most = if kind == "referral_reminder" { 2 } else { 1 };
        assert!(*count <= most, "{count} × {kind} to {recipient} about {number:?}");
    }
    assert!(times.len() >= 15, "{times:#?}");
    let mails = app.mails();
    let ids: std::collections::BTreeSet<_> = mails.iter().map(|mail| &mail.message_id).collect();
    assert_eq!(ids.len(), mails.len(), "a mail went out twice");
    let failed = rows(&app, "SELECT name || ' ' || coalesce(last_error, '') AS line FROM jobs").await;
    assert!(failed.is_empty(), "{failed:?}");
}

#[tokio::test]
async fn forty_five_days_of_a_desk_pass_in_seconds_and_leave_nothing_without_an_owner() {
    let app = desk("2030-01-07 08:30").await;
    let began = Instant::now();
    let mut all = vec![];
    for (index, priority) in ["urgent", "normal", "emergency"].into_iter().cycle().take(24).enumerate() {
        let referral = sent(&app, priority).await;
        if index % 4 == 1 {
            referral.answered(&app, json!({ "move": "accept" })).await;
        }
        if index % 8 == 5 {
            referral.answered(&app, json!({ "move": "complete", "outcome": "need_met" })).await;
        }
        if index % 8 == 7 {
            let review = json!({ "move": "hold", "reason": "waiting_list", "review_on": "2030-01-30" });
            referral.answered(&app, json!({ "move": "accept" })).await;
            referral.answered(&app, review).await;
        }
        all.push(referral);
    }
    live_until(&app, "2030-02-21 08:30", TimeDelta::hours(3)).await;
    let took = began.elapsed();
    assert!(took.as_secs() < 90, "{took:?}");
    println!("45 days with {} referrals took {took:?}", all.len());
    // Whatever became of it: ended, or somebody was told that it has not.
    let silent = rows(
        &app,
        "SELECT r.number || ' ' || r.state AS line FROM referrals r
         WHERE r.state NOT IN ('declined', 'completed', 'failed', 'cancelled', 'expired')
           AND NOT EXISTS (SELECT 1 FROM referral_steps s WHERE s.referral_id = r.id AND s.outcome = 'acted' AND s.step LIKE '%overdue')",
    )
    .await;
    assert!(silent.is_empty(), "{silent:?}");
    let left = rows(&app, "SELECT step AS line FROM referral_steps WHERE done_at IS NULL").await;
    assert!(left.is_empty(), "{left:?}");
    let ownerless = rows(
        &app,
        "SELECT r.number AS line FROM referrals r WHERE r.state = 'expired'
           AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.referral_id = r.id AND t.kind = 'refer_elsewhere' AND t.status = 'open' AND t.owner_id IS NOT NULL)",
    )
    .await;
    assert!(ownerless.is_empty(), "{ownerless:?}");
    let expired = rows(
        &app,
        "SELECT priority AS line FROM referrals WHERE state = 'expired' GROUP BY priority ORDER BY 1",
    )
    .await;
    assert_eq!(expired, ["normal", "urgent"]);
}

#[tokio::test]
async fn the_case_nobody_owns_is_told_to_its_supervisors_and_a_sealed_one_to_no_manager() {
    let app = desk("2030-01-08 10:00").await;
    let (orphan, sealed) = (sent(&app, "urgent").await, sent(&app, "urgent").await);
    let supervisor = app.world.staff(Account::SupervisorPic);
    let sql = format!(
        "UPDATE cases SET assigned_to = NULL WHERE id = '{}';
         UPDATE cases SET sealed = true WHERE id = '{}';
         INSERT INTO case_grants (id, case_id, office_id, staff_id, kind, reason, granted_by, granted_at, expires_at)
         VALUES (gen_random_uuid(), '{}', '{}', '{supervisor}', 'sealed', 'Sabe', '{supervisor}', '2030-01-01', '2031-01-01');",
        orphan.matter.case, sealed.matter.case, sealed.matter.case, app.world.pic
    );
    app.database().await.batch_execute(&sql).await.expect("changed");
    live_until(&app, "2030-01-20 12:00", TimeDelta::hours(6)).await;
    let told = told(&app).await;
    let to = |sent: &Sent, kind: &str| -> Vec<String> {
        let of = told.iter().filter(|it| it.number.as_deref() == Some(&sent.number) && it.kind == kind);
        of.map(|it| it.recipient.split('@').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(to(&orphan, "referral_overdue"), ["supervisor.pic", "manager"]);
    assert_eq!(to(&sealed, "referral_overdue"), ["worker.pic", "supervisor.pic"]);
    assert_eq!(
        tasks_of(&app, &orphan).await,
        ["phone_agency dropped 2030-01-09 supervisor.pic", "refer_elsewhere open 2030-01-15 supervisor.pic"]
    );
}

#[tokio::test]
async fn a_referral_from_before_there_were_clocks_is_wound_by_the_next_run() {
    let app = desk("2030-01-08 10:00").await;
    let old = sent(&app, "urgent").await;
    let sql = "DELETE FROM referral_steps; UPDATE referrals SET acknowledge_by = NULL, due_clock = NULL, due_at = NULL,
               decide_by = '2030-01-09 20:00+00'";
    app.database().await.batch_execute(sql).await.expect("as it was");
    app.advance(HOUR);
    app.run_recurring().await;
    let shown = old.shown(&app).await;
    assert_eq!(wall(&shown["due"]["at"]), "Wed 2030-01-09 10:00");
    assert_eq!(wall(&shown["decide_by"]), "Wed 2030-01-09 15:00", "what the partner was told stays");
    assert_eq!(shown["version"], old.view["version"], "nobody's edit is made stale");
    live_until(&app, "2030-01-30 12:00", TimeDelta::hours(6)).await;
    assert_eq!(old.shown(&app).await["state"], "expired");
}

#[tokio::test]
async fn one_referral_that_cannot_be_dealt_with_does_not_stop_the_others() {
    let app = desk("2030-01-08 10:00").await;
    let (broken, sound) = (sent(&app, "urgent").await, sent(&app, "urgent").await);
    // No state machine would let this be: the move that ends it is refused by the database.
    let sql = format!(
        "CREATE FUNCTION break_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF NEW.referral_id = '{}' AND NEW.to_state = 'expired' THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$;
         CREATE TRIGGER break_one BEFORE INSERT ON referral_moves FOR EACH ROW EXECUTE FUNCTION break_one();",
        broken.id
    );
    app.database().await.batch_execute(&sql).await.expect("broken");
    live_until(&app, "2030-01-20 12:00", TimeDelta::hours(6)).await;
    assert_eq!(sound.shown(&app).await["state"], "expired");
    assert_eq!(broken.shown(&app).await["state"], "sent");
    app.database().await.batch_execute("DROP TRIGGER break_one ON referral_moves").await.expect("mended");
    app.advance(HOUR);
    app.run_recurring().await;
    assert_eq!(broken.shown(&app).await["state"], "expired");
}

#[tokio::test]
async fn lists_find_what_is_due_and_overdue() {
    let app = desk("2030-01-08 10:00").await;
    let (first, second) = (sent(&app, "urgent").await, sent(&app, "normal").await);
    first.answered(&app, json!({ "move": "acknowledge" })).await;
    app.run_jobs().await;
    app.set_clock(at("2030-01-11 09:00"));
    let worker = app.client(Account::WorkerPic).await;
    let partner = app.client(Account::PartnerLegal).await;
    let found = async |client: &Client, path: &str| -> Vec<String> {
        let page = client.get(path).await.ok();
        let items = page["items"].as_array().expect("items").clone();
        items.iter().map(|item| item["id"].as_str().expect("id").to_owned()).collect()
    };
    let (both, none): (Vec<String>, Vec<String>) = (vec![first.id.clone(), second.id.clone()], vec![]);
    assert_eq!(found(&worker, "/referrals?due=today&sort=due_at").await, both);
    assert_eq!(found(&worker, "/referrals?clock=decide").await, std::slice::from_ref(&first.id));
    assert_eq!(found(&worker, "/referrals?overdue=true").await, none);
    assert_eq!(found(&partner, "/inbox/referrals").await, both);
    assert_eq!(found(&partner, "/inbox/referrals?view=overdue").await, none);
    app.set_clock(at("2030-01-11 10:30"));
    let (worker, partner) = (app.client(Account::WorkerPic).await, app.client(Account::PartnerLegal).await);
    for path in ["/referrals?overdue=true&sort=due_at", "/referrals?due=overdue&sort=due_at"] {
        assert_eq!(found(&worker, path).await, both, "{path}");
    }
    assert_eq!(found(&worker, "/referrals?overdue=false").await, none);
    assert_eq!(found(&partner, "/inbox/referrals?view=overdue").await, both);
    assert_eq!(worker.get("/referrals/count?overdue=true").await.ok()["count"], 2);
    let page = worker.get("/referrals?overdue=true&sort=-due_at&limit=1").await.ok();
    let next = format!(
        "/referrals?overdue=true&sort=-due_at&limit=1&after={}",
        page["next"].as_str().expect("next")
    );
    assert_eq!(found(&worker, &next).await, std::slice::from_ref(&first.id));
    first.answered(&app, json!({ "move": "decline", "reason": "no_capacity" })).await;
    assert_eq!(found(&worker, "/referrals?overdue=true").await, std::slice::from_ref(&second.id));
    worker.get("/referrals?due=someday").await.is_problem(400, "malformed_query");
}

#[tokio::test]
async fn an_administrator_sets_the_clocks_and_only_later_referrals_heed_it() {
    let app = desk("2030-01-08 10:00").await;
    let admin = app.client(Account::Admin).await;
    let before = sent(&app, "urgent").await;
    let listed = app.client(Account::PartnerLegal).await.get("/settings/clocks").await.ok();
    let words: Vec<&str> =
        listed["items"].as_array().expect("items").iter().filter_map(|it| it["priority"].as_str()).collect();
    assert_eq!(words, ["emergency", "urgent", "normal"]);
    let change =
        json!({ "decide_within": { "amount": 2, "unit": "working_days" }, "remind_decide_at": [25, 75] });
    let path = "/settings/clocks/urgent";
    app.client(Account::Manager).await.patch(path, 1, change.clone()).await.is_problem(403, "forbidden");
    let changed = admin.patch(path, 1, change.clone()).await.ok();
    assert_eq!((&changed["version"], &changed["remind_decide_at"]), (&json!(2), &json!([25, 75])));
    admin.patch(path, 1, change).await.is_problem(412, "stale_version");
    let senseless = json!({ "expire_after": { "amount": 1, "unit": "days" }, "remind_acknowledge_at": [100],
                            "contact_within": { "amount": 0, "unit": "hours" } });
    let pointers = ["/expire_after", "/remind_acknowledge_at", "/contact_within/amount"];
    admin.patch(path, 2, senseless).await.complains_of(&pointers);
    let endless = json!({ "expire_after": { "amount": 90, "unit": "days" } });
    admin.patch("/settings/clocks/emergency", 1, endless).await.complains_of(&["/expire_after"]);
    admin.patch("/settings/clocks/whenever", 1, json!({})).await.is_problem(404, "not_found");
    let after = sent(&app, "urgent").await;
    assert_eq!(wall(&after.view["decide_by"]), "Thu 2030-01-10 10:00");
    assert_eq!(before.shown(&app).await["decide_by"], before.view["decide_by"]);
    // An auditor's account would have ended by now, so the trail is read behind the walls.
    let trail = rows(
        &app,
        "SELECT (facts #>> '{before,decide_within,amount}') || ' ' || (facts #>> '{after,decide_within,amount}') AS line
         FROM audit_events WHERE action = 'clocks.edited'",
    )
    .await;
    assert_eq!(trail, ["3 2"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn an_emergency_is_told_to_the_supervisors_at_once_also_one_written_down_late() {
    let app = desk("2030-01-12 22:00").await;
    let worker = app.client(Account::WorkerPic).await;
    let person = json!({ "office_id": app.world.pic, "given_names": "Inventada", "sex": 2 });
    let person = worker.post("/migrants", person).await.created()["id"].clone();
    let body = |more: Value| {
        let mut body = json!({ "office_id": app.world.pic, "client_kind": "IND", "channel": "PHO",
            "people": [{ "migrant_id": person, "role": "client", "principal": true }],
            "needs": [{ "service": "HOU" }] });
        body.as_object_mut().expect("a body").extend(more.as_object().expect("more").clone());
        body
    };
    let missing = worker.post("/cases", body(json!({ "priority": "emergency" }))).await.created();
    // Its clock runs through the weekend.
    assert_eq!(wall(&missing["due_at"]), "Sun 2030-01-13 22:00");
    worker.post("/cases", body(json!({ "priority": "urgent" }))).await.created();
    let past = json!({ "priority": "emergency", "opened_at": at("2030-01-02 10:00") });
    worker.post("/cases", body(past)).await.created();
    app.run_jobs().await;
    assert_eq!(lines(&told(&app).await), ["Sat 01-12 22:00 case_emergency to supervisor.pic"; 2]);
    let mails = app.mails();
    let number = missing["number"].as_str().expect("a number");
    assert!(mails.iter().any(|mail| mail.subject.contains(number)), "{mails:?}");
    assert!(mails.iter().all(|mail| !mail.text.contains("Inventada")));

    // One becomes an emergency, and is none any more before the mail is written.
    let calm = worker.post("/cases", body(json!({}))).await.created();
    let path = format!("/cases/{}", calm["id"].as_str().expect("id"));
    worker.patch(&path, 1, json!({ "priority": "emergency" })).await.ok();
    app.run_jobs().await;
    assert_eq!(told(&app).await.len(), 3);
    worker.patch(&path, 2, json!({ "priority": "normal" })).await.ok();
    worker.patch(&path, 3, json!({ "priority": "emergency" })).await.ok();
    worker.patch(&path, 4, json!({ "priority": "normal" })).await.ok();
    app.run_jobs().await;
    assert_eq!(told(&app).await.last().map(|it| it.state.clone()).as_deref(), Some("dropped"));
    assert!(
        app.client(Account::SupervisorPic)
            .await
            .get("/notices")
            .await
            .ok()
            .to_string()
            .contains("case_emergency")
    );
}
