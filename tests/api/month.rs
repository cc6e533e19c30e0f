//! A month of one desk and twenty agencies of every habit: 500 referrals by real mail and real answers, the clock set
//! forward hour by hour, and at its end an account of each referral, each notice and each figure, drawn up apart.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc, Weekday};
use chrono_tz::America::Guayaquil as QUITO;
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use migrant_desk::ids::{AgencyId, ServiceId, StaffId};
use migrant_desk::platform::config::SmtpTls;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::referral_figures::{Step, Told, day, values};
use crate::referrals::{go, matter};
use crate::smtp::{Manners, SmtpSink};
use crate::support::{Account, Client, TestApp, read_mail};

const REFERRALS: usize = 500;
/// Working days on which the desk refers.
const SENDING_DAYS: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// One step every working day.
    Prompt,
    /// One step every Tuesday and Friday.
    Slow,
    /// Reads its mail, never answers.
    Silent,
    /// Its mailbox is gone.
    Bouncing,
    /// Prompt, and every button twice.
    DoubleClicking,
    /// Declines: no room.
    Full,
}

use Habit::{Bouncing, DoubleClicking, Full, Prompt, Silent, Slow};

const HABITS: [Habit; 20] = [
    Prompt,
    Prompt,
    Prompt,
    Prompt,
    Prompt,
    Prompt,
    Slow,
    Slow,
    Slow,
    Slow,
    Silent,
    Silent,
    Silent,
    Silent,
    Bouncing,
    Bouncing,
    DoubleClicking,
    DoubleClicking,
    DoubleClicking,
    Full,
];

struct Partner {
    habit: Habit,
    agency: AgencyId,
    service: ServiceId,
    account: StaffId,
}

/// Twenty agencies with a service and an account each, beside the two that stand.
async fn partners(app: &TestApp) -> Vec<Partner> {
    let mut all = vec![];
    for (n, habit) in HABITS.into_iter().enumerate() {
        let partner =
            Partner { habit, agency: AgencyId::new(), service: ServiceId::new(), account: StaffId::new() };
        let Partner { agency, service, account, .. } = &partner;
        let domain = if habit == Bouncing { "gone.example" } else { "partner.example" };
        app.run(&format!(
            "INSERT INTO agencies (id, name, type, mailbox, language, time_zone, territory, hours)
             SELECT '{agency}', 'Entidad Ficticia {n}', type, 'inbox{n}@{domain}', language, time_zone, territory, hours
             FROM agencies WHERE id = '{legal}';
             INSERT INTO agency_services (id, agency_id, name, codes, territories, capacity, last_confirmed_on)
             VALUES ('{service}', '{agency}', 'Asesoría', '{{LEG}}', '{{EC-17}}', 'open', '2029-12-01');
             INSERT INTO staff (id, email, name, role, agency_id, language, password_hash)
             SELECT '{account}', 'p{n}@partner.example', 'Test partner {n}', 'partner', '{agency}', 'es', password_hash
             FROM staff WHERE id = '{someone}';",
            legal = app.world.legal,
            someone = app.world.staff(Account::PartnerLegal),
        ))
        .await;
        all.push(partner);
    }
    all
}

fn wall(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
    local.and_local_timezone(QUITO).single().expect("a moment").to_utc()
}

/// The desk refers its share of the day.
async fn refer(app: &TestApp, partners: &[Partner], rng: &mut ChaCha8Rng, count: usize) {
    let worker = app.client(Account::WorkerPic).await;
    for _ in 0..count {
        let partner = &partners[rng.random_range(0..partners.len())];
        let matter = matter(app, "LEG-REP", true).await;
        let priority =
            ["emergency", "urgent", "urgent", "normal", "normal", "normal"][rng.random_range(0..6)];
        let body = json!({ "need_id": matter.need, "service_id": partner.service, "facts": ["name"],
                           "priority": priority });
        let draft = worker.post(&format!("/cases/{}/referrals", matter.case), body).await.created();
        go(&worker, &draft, json!({ "move": "send" })).await.ok();
    }
}

/// What an agency does next with a referral.
fn next_step(habit: Habit, state: &str, rng: &mut ChaCha8Rng) -> Option<Value> {
    let outcome = ["need_met", "need_met", "partly_met", "not_met"][rng.random_range(0..4)];
    match (habit, state) {
        (Silent | Bouncing, _) => None,
        (Full, "sent" | "acknowledged") => Some(json!({ "move": "decline", "reason": "no_capacity" })),
        (_, "sent") => Some(json!({ "move": "acknowledge" })),
        (_, "acknowledged") => Some(json!({ "move": "accept" })),
        (_, "accepted") => Some(json!({ "move": "begin" })),
        (_, "in_service") => Some(json!({ "move": "complete", "outcome": outcome })),
        _ => None,
    }
}

/// The agencies' morning.
async fn answer(app: &TestApp, partners: &[Partner], weekday: Weekday, rng: &mut ChaCha8Rng) {
    for partner in partners {
        let works = partner.habit != Slow || matches!(weekday, Weekday::Tue | Weekday::Fri);
        if !works || matches!(partner.habit, Silent | Bouncing) {
            continue;
        }
        let client = Client::sign_in(app, partner.account).await;
        let inbox = client.get("/inbox/referrals?view=all&limit=200").await.ok();
        for item in inbox["items"].as_array().expect("items") {
            let state = item["state"].as_str().expect("a state");
            let Some(body) = next_step(partner.habit, state, rng) else { continue };
            let done = go(&client, item, body.clone()).await.ok();
            if partner.habit == DoubleClicking {
                let again = go(&client, item, body).await.ok();
                assert_eq!(again["version"], done["version"], "the second click does nothing");
            }
        }
    }
}

async fn live(app: &TestApp, partners: &[Partner]) {
    let mut rng = ChaCha8Rng::seed_from_u64(20);
    let mut sent = 0;
    for days in 0..33 {
        let midnight = wall("2030-01-07 00:00") + TimeDelta::days(days);
        let weekday = midnight.with_timezone(&QUITO).weekday();
        let working = !matches!(weekday, Weekday::Sat | Weekday::Sun);
        for hour in [2, 9, 10, 16] {
            app.set_clock((midnight + TimeDelta::hours(hour)).max(app.app.now()));
            if working && hour == 9 && sent < REFERRALS {
                let share = REFERRALS.div_ceil(SENDING_DAYS).min(REFERRALS - sent);
                refer(app, partners, &mut rng, share).await;
                sent += share;
            }
            if working && hour == 10 {
                answer(app, partners, weekday, &mut rng).await;
            }
            app.run_recurring().await;
        }
    }
    assert_eq!(sent, REFERRALS);
}

#[derive(Debug, Clone, QueryableByName)]
struct Move {
    #[diesel(sql_type = Text)]
    referral: String,
    #[diesel(sql_type = Text)]
    agency: String,
    #[diesel(sql_type = Text)]
    priority: String,
    #[diesel(sql_type = Timestamptz)]
    decide_by: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    to_state: String,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    outcome: Option<String>,
}

/// Every move of every referral, in order.
async fn moves(app: &TestApp) -> BTreeMap<String, Vec<Move>> {
    let rows: Vec<Move> = diesel::sql_query(
        "SELECT r.id::text AS referral, r.agency_id::text AS agency, r.priority, r.decide_by, m.to_state, m.at, m.reason,
             m.facts->>'outcome' AS outcome
         FROM referral_moves m JOIN referrals r ON r.id = m.referral_id ORDER BY m.referral_id, m.ordinal",
    )
    .load(&mut app.database().await)
    .await
    .expect("moves");
    let mut all: BTreeMap<String, Vec<Move>> = BTreeMap::new();
    for row in rows {
        all.entry(row.referral.clone()).or_default().push(row);
    }
    all
}

#[derive(Debug, QueryableByName)]
struct Notified {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<Text>)]
    referral: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    sent_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    mailbox: Option<String>,
}

/// Every notice; of a mail about several referrals, each of them.
async fn notices(app: &TestApp) -> Vec<Notified> {
    diesel::sql_query(
        "SELECT coalesce(w.value->>'kind', n.kind) AS kind, n.state,
             coalesce(w.value->>'referral', n.referral_id::text) AS referral, n.sent_at, a.mailbox
         FROM notices n LEFT JOIN agencies a ON a.id = n.to_agency_id
         LEFT JOIN LATERAL jsonb_array_elements(n.fields->'waiting') AS w ON true",
    )
    .load(&mut app.database().await)
    .await
    .expect("notices")
}

/// The state a referral was in at a moment.
fn state_at(moves: &[Move], at: DateTime<Utc>) -> &str {
    moves.iter().rfind(|one| one.at <= at).map_or("draft", |one| &one.to_state)
}

/// States in which a notice still says something true and useful.
fn fits(kind: &str, state: &str) -> bool {
    match kind {
        "referral_sent" | "referral_reminder" | "referral_overdue" => {
            matches!(state, "sent" | "acknowledged")
        }
        "referral_unseen" => state == "sent",
        "referral_contact_overdue" => state == "accepted",
        "referral_review_due" => state == "on_hold",
        "referral_accepted" => matches!(state, "accepted" | "in_service" | "completed"),
        "referral_in_service" => matches!(state, "in_service" | "completed"),
        "referral_completed" | "referral_verify_due" => state == "completed",
        "referral_declined" => state == "declined",
        "referral_expired" => state == "expired",
        _ => true,
    }
}

async fn each_referral_has_ended_or_somebody_sees_to_it(app: &TestApp) {
    let left = app
        .lines(
            "SELECT r.number || ' ' || r.state || ' ' || r.priority || ' ' || a.name AS line
             FROM referrals r JOIN agencies a ON a.id = r.agency_id
             WHERE r.state NOT IN ('completed', 'failed', 'declined', 'cancelled', 'expired', 'entered_in_error')
             AND NOT EXISTS (SELECT FROM tasks t WHERE t.referral_id = r.id AND t.status = 'open' AND t.owner_id IS NOT NULL)",
        )
        .await;
    assert_eq!(left, Vec::<String>::new(), "neither ended nor anybody's task");
}

/// Each answer was told once to the worker, each referral was announced to its agency once, no mail came too late, and
/// the mail server has what the record says.
async fn no_notice_is_lost_or_late(app: &TestApp, sink: &SmtpSink, moves: &BTreeMap<String, Vec<Move>>) {
    let notices = notices(app).await;
    let mut told: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for notice in &notices {
        let referral = notice.referral.as_deref().unwrap_or_default();
        *told.entry((notice.kind.as_str(), referral)).or_default() += 1;
        assert!(!matches!(notice.state.as_str(), "queued" | "deferred"), "still waits: {notice:?}");
        let gone = notice.mailbox.as_deref().is_some_and(|mailbox| mailbox.ends_with("@gone.example"));
        assert!(notice.state != "failed" || gone, "lost: {notice:?}");
        assert!(!(gone && notice.state == "sent"), "to nowhere: {notice:?}");
        if let (Some(at), Some(moves)) = (notice.sent_at, moves.get(referral)) {
            assert!(fits(&notice.kind, state_at(moves, at)), "too late: {notice:?}");
        }
    }
    for (referral, moves) in moves {
        let once = |kind| told.get(&(kind, referral.as_str())).copied();
        assert_eq!(once("referral_sent"), Some(1), "{referral}");
        for (state, kind) in [
            ("accepted", "referral_accepted"),
            ("declined", "referral_declined"),
            ("completed", "referral_completed"),
            ("expired", "referral_expired"),
        ] {
            let happened = moves.iter().filter(|one| one.to_state == state).count();
            assert_eq!(once(kind).unwrap_or(0), happened, "{kind} of {referral}");
        }
    }
    let kept = sink.kept();
    let written: BTreeSet<String> = kept.iter().map(|letter| read_mail(&letter.raw).message_id).collect();
    assert_eq!(written.len(), kept.len(), "no letter twice");
    let sent = app
        .lines("SELECT DISTINCT coalesce(digest_id, id)::text AS line FROM notices WHERE state = 'sent'")
        .await;
    assert_eq!(kept.len(), sent.len(), "what is called sent is what the server took");
}

/// The figures of each agency, counted from its moves by other means.
async fn the_scorecards_are_right(app: &TestApp, partners: &[Partner], moves: &BTreeMap<String, Vec<Move>>) {
    let manager = app.client(Account::Manager).await;
    let (from, to) = ("2030-01-01", "2030-02-09");
    for partner in partners {
        let agency = partner.agency.to_string();
        let own = moves.values().filter(|moves| moves[0].agency == agency);
        let mut wanted = [0; 12];
        for moves in own.clone() {
            for (sum, count) in wanted.iter_mut().zip(told(moves).counts(day(to))) {
                *sum += count;
            }
        }
        let path = format!("/agencies/{agency}/scorecard?from={from}&to={to}");
        let card = manager.get(&path).await.ok();
        assert_eq!(values(&card["totals"]), wanted, "{:?} {path}", partner.habit);
        let seen = Client::sign_in(app, partner.account).await.get(&path).await.ok();
        assert_eq!(values(&seen["totals"]), wanted, "what the partner sees of itself");
    }
}

/// A referral's moves as the separate count knows them.
fn told(moves: &[Move]) -> Told {
    let word = |text: &String| -> &'static str { text.clone().leak() };
    let sent = moves.iter().find(|one| one.to_state == "sent").expect("sent");
    let steps = moves.iter().filter(|one| !matches!(one.to_state.as_str(), "draft" | "sent"));
    Told {
        pic: true,
        legal: true,
        service: "LEG-REP",
        restricted: false,
        priority: word(&sent.priority),
        sent_at: sent.at,
        decide_by: sent.decide_by,
        steps: steps
            .map(|one| -> Step {
                (one.at, word(&one.to_state), one.reason.as_ref().map(word), one.outcome.as_ref().map(word))
            })
            .collect(),
        told_at: None,
        sealed: false,
        in_error: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_month_of_500_referrals_none_is_forgotten_no_notice_is_lost_and_the_figures_are_those_of_the_moves()
 {
    let sink = SmtpSink::start_with(Manners::RefuseDomain("@gone.example".into())).await;
    let port = sink.port();
    let app = TestApp::with(|settings| {
        settings.smtp_host = Some("127.0.0.1".into());
        settings.smtp_port = Some(port);
        settings.smtp_tls = SmtpTls::None;
    })
    .await;
    app.set_clock(wall("2030-01-07 00:30"));
    let partners = partners(&app).await;
    live(&app, &partners).await;

    let moves = moves(&app).await;
    assert_eq!(moves.len(), REFERRALS);
    each_referral_has_ended_or_somebody_sees_to_it(&app).await;
    no_notice_is_lost_or_late(&app, &sink, &moves).await;
    the_scorecards_are_right(&app, &partners, &moves).await;
}
