//! Which moments a sending sets, and what is done of what is due.

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::*;
use crate::offices::rules::DayHours;

const QUITO: Tz = Tz::America__Guayaquil;

fn span(amount: i16, unit: SpanUnit) -> Span {
    Span { amount, unit }
}

/// As the migration seeds them.
fn settings(priority: Priority) -> ClockSettings {
    use SpanUnit::{Days, Hours, WorkingDays};
    let (acknowledge, decide, manager, expire) = match priority {
        Priority::Emergency => (span(2, Hours), span(24, Hours), span(2, Hours), None),
        Priority::Urgent => {
            (span(1, WorkingDays), span(3, WorkingDays), span(1, WorkingDays), Some(span(7, Days)))
        }
        Priority::Normal => (span(3, WorkingDays), span(14, Days), span(5, Days), Some(span(30, Days))),
    };
    ClockSettings {
        priority,
        acknowledge_within: acknowledge,
        decide_within: decide,
        contact_within: decide,
        remind_acknowledge_at: if priority == Priority::Emergency { vec![50] } else { vec![] },
        remind_decide_at: match priority {
            Priority::Emergency => vec![],
            Priority::Urgent => vec![50],
            Priority::Normal => vec![50, 90],
        },
        tell_worker_after: span(0, Hours),
        tell_manager_after: manager,
        expire_after: expire,
        version: 1,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn desk() -> OpenHours {
    let hours: Vec<DayHours> =
        (1..=5).map(|day| DayHours { day, from: "08:00".into(), until: "16:30".into() }).collect();
    OpenHours::new(QUITO, &hours, ["2026-12-07".parse().expect("a day")])
}

fn at(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
    chrono::TimeZone::from_local_datetime(&QUITO, &local).single().expect("a moment").to_utc()
}

fn local(at: DateTime<Utc>) -> String {
    at.with_timezone(&QUITO).format("%a %m-%d %H:%M").to_string()
}

fn sent(priority: Priority, start: &str) -> Vec<String> {
    let (settings, start) = (settings(priority), at(start));
    let hours = if priority == Priority::Emergency { OpenHours::never_closed() } else { desk() };
    let due = due_on_sending(&settings, &hours, start);
    let mut all = arm_sending(&settings, &hours, start, due);
    all.sort_by_key(|armed| armed.due_at);
    all.iter().map(|armed| format!("{} {}", local(armed.due_at), armed.step)).collect()
}

#[test]
fn an_emergency_on_friday_evening_runs_through_the_weekend() {
    assert_eq!(
        sent(Priority::Emergency, "2026-11-27 19:00"),
        [
            "Fri 11-27 20:00 remind_acknowledge",
            "Fri 11-27 21:00 acknowledge_overdue",
            "Fri 11-27 23:00 acknowledge_escalated",
            "Sat 11-28 19:00 decide_overdue",
            "Sat 11-28 21:00 decide_escalated",
        ]
    );
}

#[test]
fn what_is_urgent_waits_for_the_partners_working_days() {
    assert_eq!(
        sent(Priority::Urgent, "2026-11-26 10:00"),
        [
            "Fri 11-27 10:00 acknowledge_overdue",
            "Fri 11-27 14:15 remind_decide",
            "Tue 12-01 10:00 decide_overdue",
            "Wed 12-02 10:00 decide_escalated",
            "Thu 12-03 10:00 expire",
        ]
    );
    assert_eq!(sent(Priority::Urgent, "2026-11-27 20:00")[0], "Tue 12-01 08:00 acknowledge_overdue");
}

#[test]
fn a_normal_one_is_reminded_twice_and_ends_after_thirty_days() {
    assert_eq!(
        sent(Priority::Normal, "2026-11-24 10:00"),
        [
            "Fri 11-27 10:00 acknowledge_overdue",
            "Mon 11-30 14:15 remind_decide",
            "Fri 12-04 10:51 remind_decide",
            "Tue 12-08 10:00 decide_overdue",
            "Mon 12-14 08:00 decide_escalated",
            "Thu 12-24 10:00 expire",
        ]
    );
}

#[test]
fn however_long_a_partner_is_closed_nothing_expires_before_everybody_was_told() {
    let day: chrono::NaiveDate = "2026-11-25".parse().expect("a day");
    let hours = vec![DayHours { day: 3, from: "09:00".into(), until: "10:00".into() }];
    let closed = OpenHours::new(QUITO, &hours, day.iter_days().take(50));
    for priority in [Priority::Urgent, Priority::Normal] {
        let (settings, start) = (settings(priority), at("2026-11-24 10:00"));
        let due = due_on_sending(&settings, &closed, start);
        let armed = arm_sending(&settings, &closed, start, due);
        let when = |step| armed.iter().find(|it| it.step == step).expect("armed").due_at;
        let order = [AcknowledgeOverdue, DecideOverdue, DecideEscalated, Expire].map(when);
        assert!(order.is_sorted(), "{priority}: {order:?}");
    }
}

fn standing(state: ReferralState, decide_by: &str) -> Standing {
    Standing {
        state,
        priority: Priority::Normal,
        sent_at: Some(at("2026-11-24 10:00")),
        decide_by: Some(at(decide_by)),
        acknowledged_at: None,
        decided_at: None,
        appointment_at: None,
        appointment_place: None,
        began_on: None,
        hold_review_on: None,
        outcome: None,
        confirmed_by: None,
        ended_at: None,
        reason: None,
        reason_text: None,
        suggested_service_id: None,
        answer_read_at: None,
        acknowledge_by: Some(at("2026-11-27 10:00")),
        contact_by: None,
        verify_on: None,
        due_clock: None,
        due_at: None,
    }
}

fn told(standing: &Standing, due: &[ReferralStep], now: &str) -> Vec<(ReferralStep, Whom)> {
    match acts(standing, due, at(now)) {
        Acts::Tells(tells) => tells.iter().map(|telling| (telling.step, telling.whom)).collect(),
        Acts::Expires => vec![(Expire, Whom::Worker)],
    }
}

#[test]
fn what_is_due_is_done_once_and_only_while_it_is_true() {
    let sent = standing(Sent, "2026-12-08 10:00");
    let seen = standing(Acknowledged, "2026-12-08 10:00");
    let all = ReferralStep::ALL;
    let early = "2026-11-26 12:00";
    assert_eq!(told(&sent, &[RemindDecide], early), [(RemindDecide, Whom::Agency)]);
    assert_eq!(told(&sent, &[RemindAcknowledge, RemindDecide, RemindDecide], early).len(), 1);
    assert_eq!(told(&seen, &[RemindAcknowledge, AcknowledgeOverdue], early), []);
    // After a standstill: no reminder of what is over, and the worker hears the graver word alone.
    let late = "2026-12-15 12:00";
    let missed = [RemindDecide, RemindDecide, AcknowledgeOverdue, DecideOverdue, DecideEscalated];
    assert_eq!(
        told(&sent, &missed, late),
        [(DecideOverdue, Whom::Worker), (DecideEscalated, Whom::Managers)]
    );
    assert_eq!(told(&sent, all, late), [(Expire, Whom::Worker)]);
    for state in [Accepted, ReferralState::Declined, Completed, ReferralState::Cancelled] {
        assert_eq!(told(&standing(state, "2026-12-08 10:00"), &missed, late), [], "{state}");
        assert_eq!(acts(&standing(state, "2026-12-08 10:00"), &[Expire], at(late)), Acts::Tells(vec![]));
    }
    assert_eq!(told(&standing(Accepted, late), &[ContactOverdue], late), [(ContactOverdue, Whom::Worker)]);
    assert_eq!(told(&standing(OnHold, late), &[ReviewOverdue], late), [(ReviewOverdue, Whom::Worker)]);
    // The client was asked in time, so nothing is due any more.
    assert_eq!(told(&standing(Completed, late), &[VerifyOverdue], late), []);
}

#[test]
fn an_emergency_does_not_expire_whatever_is_armed() {
    let emergency = Standing { priority: Priority::Emergency, ..standing(Sent, "2026-12-08 10:00") };
    assert_eq!(acts(&emergency, &[Expire], at("2027-12-08 10:00")), Acts::Tells(vec![]));
}

fn faults(priority: Priority, body: serde_json::Value) -> Vec<String> {
    let asked: UpdateClocks = serde_json::from_value(body).expect("shape");
    match asked.validate(&settings(priority)) {
        Err(Error::Invalid(errors)) => errors.0.into_iter().map(|error| error.pointer).collect(),
        _ => vec![],
    }
}

#[test]
fn settings_that_make_no_sense_are_told_all_at_once() {
    use serde_json::json;
    let days = |amount: i16| json!({ "amount": amount, "unit": "days" });
    let none: [&str; 0] = [];
    let table = [
        (Priority::Normal, json!({ "decide_within": days(10), "remind_decide_at": [90, 50, 50] }), &none[..]),
        (Priority::Normal, json!({ "expire_after": null }), &none),
        (Priority::Normal, json!({ "expire_after": days(14) }), &["/expire_after"]),
        (Priority::Normal, json!({ "decide_within": days(2) }), &["/acknowledge_within"]),
        (Priority::Emergency, json!({ "expire_after": days(90) }), &["/expire_after"]),
        (
            Priority::Urgent,
            json!({ "contact_within": days(0), "tell_worker_after": days(0), "remind_decide_at": [0],
                    "remind_acknowledge_at": [10, 20, 30, 40] }),
            &["/remind_acknowledge_at", "/remind_decide_at", "/contact_within/amount"],
        ),
    ];
    for (priority, body, expected) in table {
        assert_eq!(faults(priority, body.clone()), expected, "{priority} {body}");
    }
}
