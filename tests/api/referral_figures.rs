//! What became of referrals, told by the report and by the scorecard, against a count made separately from the moves.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use diesel_async::SimpleAsyncConnection;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use uuid::Uuid;

use crate::support::{Account, Client, TestApp};

pub const COUNTS: [&str; 12] = [
    "sent",
    "acknowledged",
    "accepted",
    "declined",
    "withdrawn",
    "unanswered",
    "overdue",
    "expired",
    "completed",
    "failed",
    "need_met",
    "loop_closed",
];

/// A move as it was told: when, to which state, with which reason and outcome.
pub type Step = (DateTime<Utc>, &'static str, Option<&'static str>, Option<&'static str>);

/// A referral of a history drawn from a seed.
pub struct Told {
    pub pic: bool,
    pub legal: bool,
    pub service: &'static str,
    pub restricted: bool,
    pub priority: &'static str,
    pub sent_at: DateTime<Utc>,
    pub decide_by: DateTime<Utc>,
    pub steps: Vec<Step>,
    pub told_at: Option<DateTime<Utc>>,
    /// Its case is sealed.
    pub sealed: bool,
    /// It, or its case, should not exist.
    pub in_error: bool,
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn draw(rng: &mut ChaCha8Rng) -> Told {
    let mut one = |of: &[&'static str]| of[rng.random_range(0..of.len())];
    let (service, priority) =
        (one(&["LEG-REP", "LEG-ADV", "HOU-EMG"]), one(&["emergency", "urgent", "normal"]));
    let reasons = ["no_capacity", "not_eligible", "other"];
    let reason = one(&reasons);
    let outcome = one(&["need_met", "partly_met", "not_met", "unknown"]);
    let path: &[&str] = [
        &[][..],
        &["acknowledged"],
        &["acknowledged", "declined"],
        &["declined"],
        &["cancelled"],
        &["acknowledged", "expired"],
        &["expired"],
        &["accepted"],
        &["acknowledged", "accepted", "in_service", "completed"],
        &["accepted", "on_hold", "in_service", "failed"],
        &["accepted", "cancelled"],
        &["accepted", "completed"],
    ][rng.random_range(0..12)];
    let sent_at = at("2025-12-28T00:00:00Z") + TimeDelta::minutes(rng.random_range(0..70 * 24 * 60));
    let mut moment = sent_at;
    let steps = path.iter().map(|to| {
        moment += TimeDelta::minutes(rng.random_range(1..12 * 24 * 60));
        let coded = matches!(*to, "declined" | "cancelled" | "on_hold" | "failed").then_some(reason);
        (moment, *to, coded, (*to == "completed").then_some(outcome))
    });
    let steps: Vec<Step> = steps.collect();
    let terminal = ["declined", "cancelled", "expired", "completed", "failed"];
    let ended = steps.last().is_some_and(|step| terminal.contains(&step.1));
    Told {
        pic: rng.random_bool(0.6),
        legal: rng.random_bool(0.5),
        service,
        restricted: rng.random_bool(0.1),
        priority,
        sent_at,
        decide_by: sent_at + TimeDelta::hours(72),
        told_at: (ended && rng.random_bool(0.6)).then(|| moment + TimeDelta::hours(30)),
        steps,
        sealed: rng.random_bool(0.05),
        in_error: rng.random_bool(0.05),
    }
}

fn quoted(value: Option<&str>) -> String {
    value.map_or("NULL".into(), |value| format!("'{value}'"))
}

impl Told {
    fn sql(&self, app: &TestApp, n: usize) -> String {
        let world = &app.world;
        let (case, need, id) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let office = if self.pic { world.pic } else { world.leg };
        let place = if self.pic { "EC-170150" } else { "PH-0500506000" };
        let (agency, offer) = if self.legal {
            (world.legal, world.legal_service)
        } else {
            (world.shelter, world.shelter_service)
        };
        let moment = |at: Option<DateTime<Utc>>| quoted(at.map(|at| at.to_rfc3339()).as_deref());
        let last = self.steps.last().copied().unwrap_or((self.sent_at, "sent", None, None));
        let terminal = ["declined", "cancelled", "expired", "completed", "failed"].contains(&last.1);
        // Half of what is in error stands so itself, the other half is of a case that should not exist.
        let (state, ended) = match self.in_error && n.is_multiple_of(2) {
            true => ("entered_in_error", Some(last.0)),
            false => (last.1, terminal.then_some(last.0)),
        };
        let (opened, sent) = (self.sent_at - TimeDelta::hours(1), self.sent_at.to_rfc3339());
        let mut sql = format!(
            "INSERT INTO cases (id, number, office_id, client_kind, channel, priority, due_at, territory, sealed,
                 entered_in_error, opened_at, last_action_at)
             VALUES ('{case}', 'T-{case}', '{office}', 'IND', 'WLK', 'normal', '{opened}', '{place}', {}, {}, '{opened}', '{opened}');
             INSERT INTO needs (id, case_id, service, restricted, raised_at)
             VALUES ('{need}', '{case}', '{service}', {}, '{opened}');
             INSERT INTO referrals (id, number, case_id, need_id, office_id, agency_id, service_id, service, state, priority,
                 override_reason, sent_at, decide_by, ended_at, reason, outcome, client_told_at, created_at)
             VALUES ('{id}', 'R-{id}', '{case}', '{need}', '{office}', '{agency}', '{offer}', '{service}', '{state}',
                 '{}', 'in a test', '{sent}', '{}', {}, {}, {}, {}, '{sent}');
             INSERT INTO referral_moves (id, referral_id, ordinal, from_state, to_state, at, actor_kind)
             VALUES (gen_random_uuid(), '{id}', 1, 'draft', 'sent', '{sent}', 'staff');",
            self.sealed,
            self.in_error && !n.is_multiple_of(2),
            self.restricted,
            self.priority,
            self.decide_by,
            moment(ended),
            quoted(last.2),
            quoted(if state == "entered_in_error" { None } else { last.3 }),
            moment(self.told_at),
            service = self.service,
        );
        let mut from = "sent";
        for (ordinal, (at, to, reason, outcome)) in (2..).zip(&self.steps) {
            let facts = outcome.map_or("{}".into(), |outcome| format!(r#"{{"outcome":"{outcome}"}}"#));
            let _ = write!(
                sql,
                "INSERT INTO referral_moves (id, referral_id, ordinal, from_state, to_state, at, actor_kind, reason, facts)
                 VALUES (gen_random_uuid(), '{id}', {ordinal}, '{from}', '{to}', '{at}', 'partner', {}, '{facts}');",
                quoted(*reason)
            );
            from = to;
        }
        sql
    }

    fn local_day(&self) -> NaiveDate {
        let hours = if self.pic { -5 } else { 8 };
        self.sent_at.with_timezone(&FixedOffset::east_opt(hours * 3600).expect("a zone")).date_naive()
    }

    /// Midnight of a day at its office.
    fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        let utc = day.and_hms_opt(0, 0, 0).expect("midnight").and_utc();
        utc - TimeDelta::hours(if self.pic { -5 } else { 8 })
    }

    /// The naive counts, in the order of [`COUNTS`].
    pub fn counts(&self, as_of: NaiveDate) -> [i64; 12] {
        let end = self.midnight(as_of);
        let steps: Vec<&Step> = self.steps.iter().filter(|step| step.0 < end).collect();
        let had = |state: &str| steps.iter().any(|step| step.1 == state);
        let last = steps.last().map_or("sent", |step| step.1);
        let accepted = had("accepted");
        let declined = had("declined");
        let withdrawn = !accepted && !declined && last == "cancelled";
        let unanswered = !accepted && !declined && !withdrawn;
        let expired = last == "expired";
        let ended = ["declined", "cancelled", "expired", "completed", "failed"].contains(&last);
        // That nobody answered is a reason too.
        let explained = expired || steps.last().is_some_and(|step| step.2.is_some() || step.3.is_some());
        let told = self.told_at.is_some_and(|told| told < end);
        let met = steps.last().is_some_and(|step| step.3 == Some("need_met"));
        [
            true,
            had("acknowledged") || accepted || declined,
            accepted,
            declined,
            withdrawn,
            unanswered,
            unanswered && (expired || self.decide_by < end),
            expired,
            last == "completed",
            last == "failed",
            met,
            ended && told && explained,
        ]
        .map(i64::from)
    }

    fn reason_then(&self, as_of: NaiveDate) -> String {
        let end = self.midnight(as_of);
        let last = self.steps.iter().rfind(|step| step.0 < end);
        last.and_then(|step| step.2).unwrap_or("none").to_owned()
    }

    fn code(&self, app: &TestApp, dimension: &str, as_of: NaiveDate, desk: bool) -> String {
        let hidden = desk && self.restricted;
        match dimension {
            "agency" if hidden => "restricted".into(),
            "agency" => (if self.legal { app.world.legal } else { app.world.shelter }).to_string(),
            "office" => (if self.pic { app.world.pic } else { app.world.leg }).to_string(),
            "service" | "service_top" if hidden => "restricted".into(),
            "service" => self.service.into(),
            "service_top" => self.service.split('-').next().unwrap_or_default().into(),
            "priority" => self.priority.into(),
            "reason" => self.reason_then(as_of),
            "territory_1" => (if self.pic { "EC-17" } else { "PH-0500000000" }).into(),
            other => panic!("no such breakdown: {other}"),
        }
    }
}

async fn history(app: &TestApp, amount: usize) -> Vec<Told> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let told: Vec<Told> = (0..amount).map(|_| draw(&mut rng)).collect();
    let mut db = app.database().await;
    let sql: Vec<String> = told.iter().enumerate().map(|(n, told)| told.sql(app, n)).collect();
    db.batch_execute(&sql.concat()).await.expect("told");
    told
}

pub fn values(row: &Value) -> [i64; 12] {
    COUNTS.map(|name| row["cells"][name]["value"].as_i64().unwrap_or_else(|| panic!("{name} in {row}")))
}

/// How many rows the list behind a link has, page by page.
async fn length(client: &Client, link: &str) -> i64 {
    let (mut count, mut after) = (0, String::new());
    loop {
        let page = client.get(&format!("{link}&limit=40{after}")).await.ok();
        count += i64::try_from(page["items"].as_array().expect("items").len()).expect("few");
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return count,
        }
    }
}

/// Sums the naive counts by bucket and codes.
fn expected<'a>(
    told: impl Iterator<Item = &'a Told>,
    as_of: NaiveDate,
    codes: impl Fn(&Told) -> Vec<String>,
) -> BTreeMap<Vec<String>, [i64; 12]> {
    let mut sums: BTreeMap<Vec<String>, [i64; 12]> = BTreeMap::new();
    for one in told {
        let sum = sums.entry(codes(one)).or_default();
        for (total, count) in sum.iter_mut().zip(one.counts(as_of)) {
            *total += count;
        }
    }
    sums
}

fn found(report: &Value) -> BTreeMap<Vec<String>, [i64; 12]> {
    let rows = report["rows"].as_array().expect("rows").iter();
    rows.map(|row| {
        let from = row["bucket"]["from"].as_str().expect("a day").to_owned();
        let keys = row["keys"].as_array().expect("keys").iter();
        let codes = keys.map(|key| key["code"].as_str().expect("a code").to_owned());
        (std::iter::once(from).chain(codes).collect(), values(row))
    })
    .collect()
}

#[tokio::test]
async fn every_figure_of_referrals_equals_a_count_made_from_the_moves_and_the_length_of_its_list() {
    let app = TestApp::new().await;
    let told = history(&app, 160).await;
    let as_of = day("2026-03-04");
    for (account, both) in [(Account::SupervisorPic, false), (Account::Manager, true)] {
        let client = app.client(account).await;
        for by in ["", "agency", "priority,reason", "service,office", "service_top", "territory_1"] {
            let path = format!(
                "/reports/referrals?from=2026-01-01&to=2026-03-01&as_of={as_of}&bucket=month&by={by}"
            );
            let report = client.get(&path).await.ok();
            let seen = told.iter().filter(|one| (one.pic || both) && !one.sealed && !one.in_error);
            let seen = seen
                .filter(|one| one.local_day() >= day("2026-01-01") && one.local_day() < day("2026-03-01"));
            let wanted = expected(seen, as_of, |one| {
                let month = if one.local_day() < day("2026-02-01") { "2026-01-01" } else { "2026-02-01" };
                let codes =
                    by.split(',').filter(|by| !by.is_empty()).map(|by| one.code(&app, by, as_of, true));
                std::iter::once(month.to_owned()).chain(codes).collect()
            });
            assert_eq!(found(&report), wanted, "{by}");
            for row in report["rows"].as_array().expect("rows").iter().chain([&report["totals"]]) {
                let [sent, _, accepted, declined, withdrawn, unanswered, ..] = values(row);
                assert_eq!(sent, accepted + declined + withdrawn + unanswered, "{row}");
            }
        }
        let report = client.get("/reports/referrals?from=2026-01-01&to=2026-03-01&by=reason").await.ok();
        for row in report["rows"].as_array().expect("rows").iter().chain([&report["totals"]]) {
            for (name, value) in COUNTS.iter().zip(values(row)) {
                let link = row["cells"][name]["link"].as_str().expect("a link");
                assert_eq!(length(&client, link).await, value, "{link}");
            }
        }
    }
}

#[tokio::test]
async fn an_agency_sees_its_own_scorecard_and_nobody_elses() {
    let app = TestApp::new().await;
    let told = history(&app, 120).await;
    let (partner, as_of) = (app.client(Account::PartnerLegal).await, day("2026-03-01"));
    let days = "from=2026-01-01&to=2026-03-01";
    let card = partner.get(&format!("/agencies/{}/scorecard?{days}", app.world.legal)).await.ok();
    let own = told.iter().filter(|one| one.legal);
    // What the desk marked as an error is gone for the agency too; of sealed cases it has what was sent to it.
    let own: Vec<&Told> = own
        .filter(|one| one.local_day() >= day("2026-01-01") && one.local_day() < day("2026-03-01"))
        .collect();
    let stands = |one: &&&Told| {
        let n = told.iter().position(|known| std::ptr::eq(known, **one)).expect("known");
        !(one.in_error && n.is_multiple_of(2))
    };
    let wanted = expected(own.iter().filter(stands).copied(), as_of, |_| vec![]);
    assert_eq!(values(&card["totals"]), wanted[&vec![]]);
    let by_reason: i64 = card["reasons"].as_array().expect("reasons").iter().map(|row| values(row)[0]).sum();
    assert_eq!(by_reason, values(&card["totals"])[0]);
    // What ended long ago is no more in the inbox, so no list of it would be as long as its number.
    for name in COUNTS {
        assert!(card["totals"]["cells"][name]["link"].is_null(), "{name}");
    }
    let other = format!("/agencies/{}/scorecard?{days}", app.world.shelter);
    partner.get(&other).await.is_problem(404, "not_found");
    app.client(Account::Auditor).await.get(&other).await.is_problem(403, "forbidden");
    partner.get("/reports/referrals?from=2026-01-01&to=2026-02-01").await.is_problem(403, "forbidden");
    let place =
        "/inbox/referrals?measure=sent&sent_from=2026-01-01&sent_to=2026-03-01&cell=territory_1:EC-17";
    partner.get(place).await.is_problem(400, "malformed_query");

    // The desk's card tells of the desk's own referrals only.
    let desk = app.client(Account::SupervisorLeg).await;
    let card = desk.get(&format!("/agencies/{}/scorecard?{days}", app.world.legal)).await.ok();
    // Which agency was asked would tell a restricted need.
    let of_desk =
        own.iter().filter(|one| !one.pic && !one.sealed && !one.in_error && !one.restricted).copied();
    assert_eq!(values(&card["totals"]), expected(of_desk, as_of, |_| vec![])[&vec![]]);

    // Of what was sent lately the list is whole.
    let lately =
        "UPDATE referrals SET sent_at = now() - interval '3 days', ended_at = NULL WHERE state = 'sent'";
    app.run(lately).await;
    let today = app.app.now().date_naive();
    let days = format!("from={}&to={}", today - TimeDelta::days(20), today + TimeDelta::days(2));
    let card = partner.get(&format!("/agencies/{}/scorecard?{days}", app.world.legal)).await.ok();
    assert!(card["totals"]["cells"]["sent"]["value"].as_i64() > Some(0), "{}", card["totals"]);
    for name in COUNTS {
        let cell = &card["totals"]["cells"][name];
        let link = cell["link"].as_str().expect("a link");
        assert!(link.starts_with("/api/v1/inbox/referrals?"), "{link}");
        assert_eq!(Some(length(&partner, link).await), cell["value"].as_i64(), "{link}");
    }
}

#[tokio::test]
async fn times_and_shares_are_those_of_the_moves_and_a_table_says_the_same() {
    let app = TestApp::new().await;
    let world = &app.world;
    let mut sql = String::new();
    for (n, hours) in [2, 4, 90].into_iter().enumerate() {
        let sent_at = at("2026-01-10T12:00:00Z");
        let told = Told {
            pic: true,
            legal: true,
            service: "LEG-REP",
            restricted: false,
            priority: "urgent",
            sent_at,
            decide_by: sent_at + TimeDelta::hours(72),
            steps: vec![(sent_at + TimeDelta::hours(hours), "accepted", None, None)],
            told_at: None,
            sealed: false,
            in_error: false,
        };
        sql += &told.sql(&app, n);
    }
    app.database().await.batch_execute(&sql).await.expect("told");
    let client = app.client(Account::SupervisorPic).await;
    let path = format!("/reports/referrals?from=2026-01-01&to=2026-02-01&agency={}&lang=fr", world.legal);
    let report = client.get(&path).await.ok();
    let totals = &report["totals"];
    assert_eq!(totals["hours"]["median_to_answer"], 4.0);
    assert_eq!(totals["hours"]["median_to_acknowledge"], 4.0);
    // The ninth tenth lies between 4 and 90 hours: 4 + 0.8 × 86.
    assert!((totals["hours"]["ninetieth_to_answer"].as_f64().expect("hours") - 72.8).abs() < 1e-9);
    assert_eq!(totals["rates"]["acceptance"], 1.0);
    assert_eq!(totals["rates"]["need_met"], 0.0);
    assert_eq!(report["filter"][0]["label"], "Clínica Jurídica Ficticia");
    let csv = client.get_as(&path, "text/csv").await;
    let text = String::from_utf8(csv.bytes).expect("UTF-8");
    let last = text.lines().last().expect("a total");
    assert!(text.starts_with("\u{feff}Période,"), "{text}");
    assert!(last.ends_with(",3,3,3,0,0,0,0,0,0,0,0,0,1.0000,0.0000,0.0000,0.0000,4.0,4.0,72.8"), "{last}");
    let workbook = client.get_as(&path, migrant_desk::reports::format::Format::XLSX).await;
    assert_eq!(workbook.status.as_u16(), 200);
    assert_eq!(&workbook.bytes[..2], b"PK");
}
