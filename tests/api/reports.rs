//! Figures that add up, whose every number is the length of its list.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use migrant_desk::auth::{Actor, Role};
use migrant_desk::cases::counting::{CaseSet, Counted};
use migrant_desk::ids::SessionId;
use migrant_desk::schema::cases;
use serde_json::Value;
use uuid::Uuid;

use super::support::{Account, TestApp};
use Account::{ColleaguePic, FieldPic, Manager, SupervisorLeg, SupervisorPic, WorkerPic};

const MEASURES: [&str; 10] = [
    "carried_over",
    "new",
    "reopened",
    "closed",
    "closed_cases",
    "open_at_end",
    "overdue",
    "persons_served",
    "assistance",
    "people_benefiting",
];

/// A case of a hand-made history.
struct Told {
    id: Uuid,
    person: Uuid,
    office: Uuid,
    sql: String,
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

impl Told {
    /// A case with its spans (opened, closed) and holdings (worker, since).
    fn new(
        office: Uuid,
        sex: u8,
        spans: &[(DateTime<Utc>, Option<DateTime<Utc>>)],
        holdings: &[(Option<Uuid>, DateTime<Utc>)],
    ) -> Told {
        let (id, person) = (Uuid::now_v7(), Uuid::now_v7());
        let (opened, closed) = (spans[0].0, spans[spans.len() - 1].1);
        let quoted = |value: Option<String>| value.map_or("NULL".into(), |value| format!("'{value}'"));
        let moment = |at: Option<DateTime<Utc>>| quoted(at.map(|at| at.to_rfc3339()));
        let (status, stage) = if closed.is_some() { ("closed", "closed") } else { ("open", "new") };
        let closure = if closed.is_some() { "'DON'" } else { "NULL" };
        let worker = quoted(holdings[holdings.len() - 1].0.map(|id| id.to_string()));
        let mut sql = format!(
            "INSERT INTO migrants (id, number, office_id, office_ids, given_names, sex, birth_on, birth_precision, registered_at)
             VALUES ('{person}', 'M-{person}', '{office}', '{{{office}}}', 'Ficticia', {sex}, '2004-02-29', 'day', '{opened}');
             INSERT INTO cases (id, number, office_id, client_kind, status, stage, channel, priority, due_at, assigned_to,
                 territory, opened_at, closed_at, closure, last_action_at)
             VALUES ('{id}', 'T-{id}', '{office}', 'IND', '{status}', '{stage}', 'WLK', 'normal', '{opened}', {worker},
                 'EC-1701', '{opened}', {}, {closure}, '{opened}');
             INSERT INTO case_people (case_id, migrant_id, principal, role, added_at) VALUES ('{id}', '{person}', true, 'client', '{opened}');
             INSERT INTO case_priorities (id, case_id, priority, due_at, from_at)
             VALUES ('{}', '{id}', 'normal', '{}', '{opened}');",
            moment(closed),
            Uuid::now_v7(),
            opened + TimeDelta::days(14),
        );
        for (ordinal, (opened, closed)) in (1..).zip(spans) {
            let closure = if closed.is_some() { "'DON'" } else { "NULL" };
            sql += &format!(
                "INSERT INTO case_spans (id, case_id, ordinal, opened_at, closed_at, closure, recorded_at, close_recorded_at)
                 VALUES ('{}', '{id}', {ordinal}, '{opened}', {closed}, {closure}, '{opened}', {closed});",
                Uuid::now_v7(),
                closed = moment(*closed),
            );
        }
        for (n, (worker, since)) in holdings.iter().enumerate() {
            sql += &format!(
                "INSERT INTO case_holdings (id, case_id, office_id, staff_id, from_at, until_at)
                 VALUES ('{}', '{id}', '{office}', {}, '{since}', {});",
                Uuid::now_v7(),
                quoted(worker.map(|id| id.to_string())),
                moment(holdings.get(n + 1).map(|next| next.1)),
            );
        }
        Told { id, person, office, sql }
    }

    fn with(mut self, sql: &str) -> Told {
        let sql = sql.replace("$case", &self.id.to_string()).replace("$person", &self.person.to_string());
        let sql = sql.replace("$office", &self.office.to_string());
        self.sql += &sql.replace("$id", &Uuid::now_v7().to_string());
        self
    }
}

async fn tell(app: &TestApp, told: &[Told]) {
    let mut db = app.database().await;
    for case in told {
        db.batch_execute(&case.sql).await.expect("told");
    }
}

fn need(service: &str, restricted: bool) -> String {
    format!(
        "INSERT INTO needs (id, case_id, service, restricted, raised_at)
         SELECT '$id', '$case', '{service}', {restricted}, opened_at FROM cases WHERE id = '$case';"
    )
}

fn given(at: &str) -> String {
    format!(
        "WITH a AS (INSERT INTO assistance (id, case_id, office_id, service, given_at, recorded_at)
             VALUES ('$id', '$case', '$office', 'FOO', '{at}', '{at}') RETURNING id)
         INSERT INTO assistance_people (assistance_id, migrant_id) SELECT a.id, '$person' FROM a;"
    )
}

/// A history with reopenings, a transfer between workers, and a case on the last evening of January in Quito.
async fn history(app: &TestApp) {
    let world = &app.world;
    let (pic, leg) = (world.pic.0, world.leg.0);
    let (one, two) = (Some(world.staff(WorkerPic).0), Some(world.staff(ColleaguePic).0));
    let field = Some(world.staff(FieldPic).0);
    let d = |text: &str| at(&format!("{text}:00Z"));
    let told = [
        Told::new(
            pic,
            2,
            &[(d("2025-12-10T15:00"), Some(d("2026-01-10T15:00"))), (d("2026-01-20T15:00"), None)],
            &[(one, d("2025-12-10T15:00")), (two, d("2026-02-03T15:00"))],
        )
        .with(&need("LAB-WAG", false))
        .with(&need("LAB-WHD", false))
        .with(&given("2026-01-21T15:00:00Z")),
        // 31 January 23:30 in Quito.
        Told::new(pic, 1, &[(d("2026-02-01T04:30"), None)], &[(one, d("2026-02-01T04:30"))])
            .with(&need("PRT-TIP", true)),
        Told::new(
            pic,
            0,
            &[
                (d("2026-01-05T15:00"), Some(d("2026-01-06T15:00"))),
                (d("2026-01-08T15:00"), Some(d("2026-01-09T15:00"))),
            ],
            &[(two, d("2026-01-05T15:00"))],
        )
        .with(&need("FOO", false)),
        Told::new(
            pic,
            2,
            &[(d("2026-01-12T15:00"), None)],
            &[(None, d("2026-01-12T15:00")), (field, d("2026-01-13T15:00"))],
        )
        .with(&given("2026-01-12T16:00:00Z"))
        .with(&given("2026-01-14T16:00:00Z")),
        // 1 February 00:30 in Manila is still January in Quito and in UTC.
        Told::new(leg, 2, &[(d("2026-01-31T16:30"), None)], &[(None, d("2026-01-31T16:30"))]),
        Told::new(pic, 2, &[(d("2026-01-12T15:00"), None)], &[(one, d("2026-01-12T15:00"))])
            .with("UPDATE cases SET entered_in_error = true WHERE id = '$case';"),
        Told::new(pic, 2, &[(d("2026-01-12T15:00"), None)], &[(one, d("2026-01-12T15:00"))])
            .with("UPDATE cases SET sealed = true WHERE id = '$case';"),
        // Written down on a tablet, arrived in February.
        Told::new(pic, 1, &[(d("2026-01-15T15:00"), None)], &[(one, d("2026-01-15T15:00"))])
            .with("UPDATE case_spans SET recorded_at = '2026-02-04T15:00:00Z' WHERE case_id = '$case';"),
    ];
    tell(app, &told).await;
}

fn rows(report: &Value) -> Vec<&Value> {
    let of = |name: &str| report[name].as_array().expect("lines");
    of("rows").iter().chain(of("bucket_totals")).chain([&report["totals"]]).collect()
}

fn values(row: &Value) -> [i64; 10] {
    MEASURES.map(|measure| row["cells"][measure]["value"].as_i64().expect("a number"))
}

#[track_caller]
fn adds_up(report: &Value) {
    for row in rows(report) {
        let v = values(row);
        assert_eq!(v[0] + v[1] + v[2] - v[3], v[5], "{row}");
    }
}

fn actor(app: &TestApp, account: Account, role: Role) -> Actor {
    let offices =
        if role == Role::Manager { vec![app.world.pic, app.world.leg] } else { vec![app.world.pic] };
    Actor {
        staff: app.world.staff(account),
        session: SessionId::new(),
        role,
        name: "Test".into(),
        language: "es".into(),
        agency: None,
        offices,
        own_cases_only: vec![],
        reads_restricted: false,
    }
}

/// How long the list behind a link is.
async fn length(app: &TestApp, actor: &Actor, link: &str) -> i64 {
    let parameters: BTreeMap<&str, &str> =
        link.split_once('?').expect("parameters").1.split('&').filter_map(|p| p.split_once('=')).collect();
    let day = |name| parameters.get(name).and_then(|day| day.parse::<NaiveDate>().ok());
    let measure = parameters["measure"].parse().ok();
    let (zone, cell) = (parameters.get("zone").copied(), parameters.get("cell").copied());
    let counted = Counted::read(measure, day("period_from"), day("period_to"), zone, cell);
    let counted = counted.expect("readable").expect("a figure");
    let set = CaseSet::of(actor, &counted, app.app.now());
    let counting = async |conn: &mut diesel_async::AsyncPgConnection| {
        Ok(cases::table.filter(set.nullable()).count().get_result(conn).await?)
    };
    app.app.db.read(actor, counting).await.expect("a list")
}

#[tokio::test]
async fn every_cell_adds_up_and_is_as_long_as_its_list() {
    let app = TestApp::new().await;
    history(&app).await;
    let asking = [
        (WorkerPic, Role::CaseWorker),
        (FieldPic, Role::FieldWorker),
        (SupervisorPic, Role::Supervisor),
        (Manager, Role::Manager),
    ];
    for (account, role) in asking {
        let client = app.client(account).await;
        let actor = actor(&app, account, role);
        for by in [
            "",
            "office,worker",
            "service",
            "service_top,sex",
            "mobility",
            "age_band",
            "territory_2,priority",
            "nationality,channel",
            "territory_1",
            "territory_3",
        ] {
            let path = format!("/reports/caseload?from=2026-01-01&to=2026-03-01&bucket=month&by={by}");
            let report = client.get(&path).await.ok();
            adds_up(&report);
            assert!(report["totals"]["cells"]["open_at_end"]["value"].as_i64() > Some(0), "{by} {report}");
            for row in rows(&report) {
                for (measure, value) in MEASURES.iter().zip(values(row)) {
                    let cell = &row["cells"][measure];
                    let length = length(&app, &actor, cell["link"].as_str().expect("a link")).await;
                    // Events, services and persons can be several to a case; the rest are cases.
                    let several = matches!(
                        *measure,
                        "closed" | "reopened" | "persons_served" | "assistance" | "people_benefiting"
                    );
                    assert!(
                        length == value || (several && (length > 0) == (value > 0)),
                        "{account:?} {by} {measure} {length} {cell}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_case_of_the_last_evening_of_january_in_quito_is_a_january_case() {
    let app = TestApp::new().await;
    history(&app).await;
    let january = "/reports/caseload?from=2026-01-01&to=2026-02-01";
    let supervisor = app.client(SupervisorPic).await;
    let report = supervisor.get(january).await.ok();
    // carried, new, reopened, closed, closed cases, open, overdue, persons, assistance, people
    assert_eq!(values(&report["totals"]), [1, 4, 2, 3, 2, 4, 3, 2, 3, 2], "{report}");
    assert_eq!(report["zone"], "America/Guayaquil");
    assert_eq!((&report["late_arrivals"], &report["left_out"]["entered_in_error"]), (&1.into(), &1.into()));
    assert_eq!(report["left_out"]["sealed"], Value::Null);
    let by_utc = supervisor.get(&format!("{january}&zone=UTC")).await.ok();
    assert_eq!(values(&by_utc["totals"])[1], 3);
    let legazpi = app.client(SupervisorLeg).await.get(january).await.ok();
    assert_eq!(values(&legazpi["totals"])[1], 0, "the first of February in Manila");
    let manager = app.client(Manager).await.get(january).await.ok();
    assert_eq!(values(&manager["totals"])[1], 4);
    assert_eq!((&manager["left_out"]["sealed"], &manager["zone"]), (&1.into(), &Value::Null));
}

#[tokio::test]
async fn restricted_needs_only_show_that_there_are_some() {
    let app = TestApp::new().await;
    history(&app).await;
    let supervisor = app.client(SupervisorPic).await;
    let report = supervisor.get("/reports/caseload?from=2026-01-01&to=2026-02-01&by=service").await.ok();
    let codes: Vec<&str> = report["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["keys"][0]["code"].as_str())
        .collect();
    assert!(codes.contains(&"restricted") && codes.contains(&"LAB-WAG"), "{codes:?}");
    assert!(!report.to_string().contains("PRT"), "{report}");
    let hidden = supervisor.get("/reports/caseload?from=2026-01-01&to=2026-02-01&service=PRT").await.ok();
    assert_eq!(values(&hidden["totals"])[1], 0);
}

#[tokio::test]
async fn last_months_worker_is_not_this_months() {
    let app = TestApp::new().await;
    history(&app).await;
    let supervisor = app.client(SupervisorPic).await;
    let (one, two) = (app.world.staff(WorkerPic), app.world.staff(ColleaguePic));
    let open = async |from: &str, to: &str, worker| {
        let path = format!("/reports/caseload?from={from}&to={to}&assigned_to={worker}");
        values(&supervisor.get(&path).await.ok()["totals"])[5]
    };
    assert_eq!(open("2026-01-01", "2026-02-01", one).await, 3);
    assert_eq!(open("2026-02-01", "2026-03-01", one).await, 2);
    assert_eq!(open("2026-02-01", "2026-03-01", two).await, 1);
}

#[tokio::test]
async fn a_day_that_the_clock_cuts_short_is_a_day() {
    let app = TestApp::new().await;
    let pic = app.world.pic.0;
    let opened = |text: &str| Told::new(pic, 2, &[(at(text), None)], &[(None, at(text))]);
    // Madrid springs forward on 29 March 2026, which has 23 hours; 2028 has a 29 February.
    tell(
        &app,
        &[opened("2026-03-28T23:00:00Z"), opened("2026-03-29T21:59:59Z"), opened("2026-03-29T22:00:00Z")],
    )
    .await;
    let supervisor = app.client(SupervisorPic).await;
    let days = "/reports/caseload?from=2026-03-28&to=2026-03-31&bucket=day&zone=Europe/Madrid";
    let report = supervisor.get(days).await.ok();
    let new: Vec<i64> = report["rows"].as_array().expect("rows").iter().map(|row| values(row)[1]).collect();
    assert_eq!(new, [0, 2, 1]);
    adds_up(&report);
}

#[tokio::test]
async fn tables_hold_what_the_screen_shows_and_exports_leave_a_trace() {
    let app = TestApp::new().await;
    history(&app).await;
    let mut db = app.database().await;
    db.batch_execute("UPDATE offices SET name = '=Ñandú' WHERE code = 'PIC'").await.expect("renamed");
    let supervisor = app.client(SupervisorPic).await;
    let path = "/reports/caseload?from=2026-01-01&to=2026-03-01&bucket=month&by=office,sex";
    let json = supervisor.get(path).await.ok();
    let expected: Vec<Vec<i64>> = rows(&json).into_iter().map(|row| values(row).to_vec()).collect();

    let csv = supervisor.get_as(path, "text/csv").await;
    assert_eq!(&csv.bytes[..3], b"\xef\xbb\xbf");
    let text = String::from_utf8(csv.bytes[3..].to_vec()).expect("UTF-8");
    assert!(text.starts_with("Período,Desde,"), "{text}");
    assert!(text.contains(",'=Ñandú,"), "{text}");
    let numbers = |cells: Vec<String>| -> Vec<i64> {
        cells[5..].iter().map(|n| n.parse().expect("a number")).collect()
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let lines =
        reader.records().map(|line| numbers(line.expect("a line").iter().map(str::to_owned).collect()));
    assert_eq!(lines.collect::<Vec<_>>(), expected);

    let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let book = supervisor.get_as(path, sheet).await;
    let mut book = Xlsx::new(Cursor::new(book.bytes)).expect("a workbook");
    assert_eq!(book.sheet_names().len(), 2);
    let table = book.worksheet_range_at(0).expect("a sheet").expect("readable");
    let cell = |cell: &Data| cell.to_string();
    let lines = table.rows().skip(1).map(|row| numbers(row.iter().map(cell).collect()));
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    assert_eq!(table.get_value((1, 3)).map(ToString::to_string).as_deref(), Some("=Ñandú"));

    // Of one bucket the total stands once: who adds up a column must not add it twice.
    let one = supervisor.get_as("/reports/caseload?from=2026-01-01&to=2026-03-01&by=sex", "text/csv").await;
    let one = String::from_utf8(one.bytes).expect("UTF-8");
    assert_eq!(one.lines().filter(|line| line.contains(",Total,")).count(), 1, "{one}");

    supervisor.get_as(path, "image/png").await.is_problem(406, "not_acceptable");
    let traces: i64 = migrant_desk::schema::audit_events::table
        .filter(migrant_desk::schema::audit_events::action.eq_any(["report.run", "report.exported"]))
        .count()
        .get_result(&mut db)
        .await
        .expect("traces");
    assert_eq!(traces, 4);
}

#[tokio::test]
async fn any_history_adds_up_and_equals_a_plain_recount() {
    let app = TestApp::new().await;
    let workers = [None, Some(app.world.staff(WorkerPic).0), Some(app.world.staff(ColleaguePic).0)];
    let mut seed: u64 = 20_260_229;
    let mut roll = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let start = at("2025-11-01T05:00:00Z");
    let mut told = vec![];
    let mut facts = vec![];
    for _ in 0..60 {
        let mut hour = i64::try_from(roll(24 * 120)).expect("small");
        let opened = start + TimeDelta::hours(hour);
        let mut spans = vec![];
        for _ in 0..=roll(3) {
            let from = start + TimeDelta::hours(hour);
            hour += i64::try_from(1 + roll(24 * 40)).expect("small");
            spans.push((from, Some(start + TimeDelta::hours(hour))));
            hour += i64::try_from(1 + roll(24 * 20)).expect("small");
        }
        if roll(2) == 0 {
            spans.last_mut().expect("one").1 = None;
        }
        let moved = opened + TimeDelta::hours(i64::try_from(1 + roll(24 * 60)).expect("small"));
        let pick = |n: u64| workers[usize::try_from(n).expect("small")];
        let holdings = vec![(pick(roll(3)), opened), (pick(roll(3)), moved)];
        told.push(Told::new(app.world.pic.0, 2, &spans, &holdings));
        facts.push((spans, holdings));
    }
    tell(&app, &told).await;
    let path = "/reports/caseload?from=2025-11-01&to=2026-06-01&bucket=month&by=worker";
    let report = app.client(SupervisorPic).await.get(path).await.ok();
    adds_up(&report);
    let mut recount: BTreeMap<(String, String), [i64; 6]> = BTreeMap::new();
    for month in 0..7u32 {
        let first = |n: u32| {
            NaiveDate::from_ymd_opt(2025 + i32::try_from((10 + n) / 12).expect("small"), (10 + n) % 12 + 1, 1)
        };
        let (from, to) = (first(month).expect("day"), first(month + 1).expect("day"));
        let instant = |day: NaiveDate| day.and_hms_opt(5, 0, 0).expect("midnight in Quito").and_utc();
        let (starts, ends) = (instant(from), instant(to));
        assert!(from.day() == 1);
        for (spans, holdings) in &facts {
            let mut numbers = [0; 6];
            let mut moment = None;
            for (ordinal, (opened, closed)) in spans.iter().enumerate() {
                if *opened >= ends || closed.is_some_and(|closed| closed < starts) {
                    continue;
                }
                let kind = if *opened < starts {
                    0
                } else if ordinal == 0 {
                    1
                } else {
                    2
                };
                numbers[kind] += 1;
                match closed {
                    Some(closed) if *closed < ends => {
                        (numbers[3], numbers[4]) = (numbers[3] + 1, 1);
                        moment = Some(*closed);
                    }
                    _ => {
                        numbers[5] += 1;
                        moment = Some(ends);
                    }
                }
            }
            let Some(moment) = moment else { continue };
            let holder = holdings.iter().rev().find(|(_, since)| *since < moment).unwrap_or(&holdings[0]).0;
            let key = (from.to_string(), holder.map_or("none".into(), |id| id.to_string()));
            let sum = recount.entry(key).or_default();
            for (sum, number) in sum.iter_mut().zip(numbers) {
                *sum += number;
            }
        }
    }
    let counted: BTreeMap<(String, String), [i64; 6]> = report["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            let key = (text(&row["bucket"]["from"]), text(&row["keys"][0]["code"]));
            (key, values(row)[..6].try_into().expect("six"))
        })
        .collect();
    assert_eq!(counted, recount);
}
