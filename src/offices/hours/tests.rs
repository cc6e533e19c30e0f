//! Time counted on opening hours: worked cases, and a second counter that walks minute by minute.

use chrono::NaiveDateTime;
use proptest::prelude::*;

use super::*;

const QUITO: Tz = Tz::America__Guayaquil;

fn told(days: std::ops::RangeInclusive<u8>, from: &str, until: &str) -> Vec<DayHours> {
    days.map(|day| DayHours { day, from: from.into(), until: until.into() }).collect()
}

/// A local moment; the first one where it comes twice.
fn at(zone: Tz, text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
    zone.from_local_datetime(&local).earliest().expect("a moment that is").to_utc()
}

fn local(zone: Tz, at: DateTime<Utc>) -> String {
    at.with_timezone(&zone).format("%a %Y-%m-%d %H:%M").to_string()
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Monday to Friday, 08:00 to 16:30, closed on Monday 2026-11-30.
fn desk() -> OpenHours {
    OpenHours::new(QUITO, &told(1..=5, "08:00", "16:30"), [day("2026-11-30")])
}

#[test]
fn opening_time_runs_only_while_the_door_is_open() {
    let table = [
        // 2026-11-24 is a Tuesday.
        ("2026-11-24 10:00", 60, "Tue 2026-11-24 11:00"),
        ("2026-11-24 15:30", 60, "Tue 2026-11-24 16:30"),
        ("2026-11-24 16:00", 60, "Wed 2026-11-25 08:30"),
        ("2026-11-24 20:00", 60, "Wed 2026-11-25 09:00"),
        ("2026-11-24 03:00", 0, "Tue 2026-11-24 08:00"),
        ("2026-11-24 16:30", 0, "Wed 2026-11-25 08:00"),
        // Over a weekend and the holiday after it.
        ("2026-11-27 16:00", 60, "Tue 2026-12-01 08:30"),
        ("2026-11-28 12:00", 510, "Tue 2026-12-01 16:30"),
    ];
    for (start, minutes, due) in table {
        let found = desk().add(at(QUITO, start), TimeDelta::minutes(minutes));
        assert_eq!(local(QUITO, found), due, "{start} + {minutes} minutes");
    }
}

#[test]
fn working_days_skip_weekends_and_holidays_and_keep_the_time_of_day() {
    let table = [
        ("2026-11-24 10:00", 1, "Wed 2026-11-25 10:00"),
        ("2026-11-24 10:00", 3, "Fri 2026-11-27 10:00"),
        ("2026-11-26 10:00", 3, "Wed 2026-12-02 10:00"),
        ("2026-11-27 15:00", 1, "Tue 2026-12-01 15:00"),
        // What comes after hours counts from the next opening.
        ("2026-11-24 17:00", 1, "Thu 2026-11-26 08:00"),
        ("2026-11-28 12:00", 1, "Wed 2026-12-02 08:00"),
        ("2026-11-24 06:00", 0, "Tue 2026-11-24 08:00"),
    ];
    for (start, days, due) in table {
        let found = desk().add_working_days(at(QUITO, start), days);
        assert_eq!(local(QUITO, found), due, "{start} + {days} working days");
    }
}

#[test]
fn a_shorter_day_ends_sooner_and_a_break_ends_later() {
    let mut hours = told(1..=5, "08:00", "12:00");
    hours.extend(told(1..=4, "14:00", "18:00"));
    let clinic = OpenHours::new(QUITO, &hours, []);
    let due = |start: &str, days| local(QUITO, clinic.add_working_days(at(QUITO, start), days));
    assert_eq!(due("2026-11-26 16:00", 1), "Fri 2026-11-27 12:00");
    let mut late = told(1..=1, "08:00", "18:00");
    late.extend(hours.into_iter().filter(|told| told.day != 1));
    let clinic = OpenHours::new(QUITO, &late, []);
    let due = |start: &str, days| local(QUITO, clinic.add_working_days(at(QUITO, start), days));
    assert_eq!(due("2026-11-23 13:00", 1), "Tue 2026-11-24 14:00");
}

#[test]
fn calendar_days_end_when_the_door_is_open() {
    let table = [
        ("2026-11-24 10:00", 14, "Tue 2026-12-08 10:00"),
        ("2026-11-24 10:00", 4, "Tue 2026-12-01 08:00"),
        ("2026-11-24 10:00", 6, "Tue 2026-12-01 08:00"),
        ("2026-11-28 10:00", 7, "Tue 2026-12-08 08:00"),
    ];
    for (start, days, due) in table {
        assert_eq!(local(QUITO, desk().add_days(at(QUITO, start), days)), due, "{start} + {days} days");
    }
}

#[test]
fn a_missing_hour_is_not_counted_and_one_that_comes_twice_counts_twice() {
    let new_york = Tz::America__New_York;
    let always = OpenHours::new(new_york, &told(1..=7, "00:00", "23:59"), []);
    let after = |start: &str| local(new_york, always.add(at(new_york, start), TimeDelta::hours(24)));
    assert_eq!(after("2026-03-07 12:00"), "Sun 2026-03-08 13:00");
    assert_eq!(after("2026-10-31 12:00"), "Sun 2026-11-01 11:00");
    let night = OpenHours::new(new_york, &told(7..=7, "01:00", "04:00"), []);
    let open =
        |from: &str, until: &str| night.open_between(at(new_york, from), at(new_york, until)).num_minutes();
    assert_eq!(open("2026-03-08 00:00", "2026-03-08 23:00"), 120);
    assert_eq!(open("2026-11-01 00:00", "2026-11-01 23:00"), 240);
    assert_eq!(open("2026-11-08 00:00", "2026-11-08 23:00"), 180);
    // 02:30 is missing on that Sunday: it is taken as 03:30.
    assert_eq!(local(new_york, always.add_days(at(new_york, "2026-03-07 02:30"), 1)), "Sun 2026-03-08 03:30");
}

#[test]
fn a_zone_may_lose_or_repeat_the_hour_at_midnight_itself() {
    let santiago = Tz::America__Santiago;
    // Sunday 2026-09-06 begins at 01:00; Saturday 2026-04-04 has its last hour twice.
    let sunday = OpenHours::new(santiago, &told(7..=7, "00:00", "03:00"), []);
    assert_eq!(local(santiago, sunday.next_open(at(santiago, "2026-09-05 12:00"))), "Sun 2026-09-06 01:00");
    let opened = sunday.open_between(at(santiago, "2026-09-05 12:00"), at(santiago, "2026-09-06 12:00"));
    assert_eq!(opened, TimeDelta::hours(2));
    let saturday = OpenHours::new(santiago, &told(6..=6, "22:00", "23:59"), []);
    let opened = saturday.open_between(at(santiago, "2026-04-04 12:00"), at(santiago, "2026-04-05 12:00"));
    assert_eq!(opened, TimeDelta::hours(3));
    assert_eq!(local(santiago, saturday.end_of(day("2026-04-04"))), "Sun 2026-04-05 00:00");
    assert_eq!(local(santiago, saturday.end_of(day("2026-09-05"))), "Sun 2026-09-06 01:00");
}

#[test]
fn a_day_that_a_zone_left_out_is_no_working_day() {
    let apia = Tz::Pacific__Apia;
    let desk = OpenHours::new(apia, &told(1..=5, "08:00", "16:00"), []);
    // Samoa had no Friday, 30 December 2011.
    let due = desk.add_working_days(at(apia, "2011-12-29 10:00"), 1);
    assert_eq!(local(apia, due), "Mon 2012-01-02 10:00");
    assert_eq!(local(apia, desk.end_of(day("2011-12-30"))), "Sat 2011-12-31 00:00");
}

#[test]
fn without_hours_it_is_there_on_weekdays_and_what_never_sleeps_counts_every_hour() {
    let unknown = OpenHours::new(QUITO, &[], []);
    let due = unknown.add(at(QUITO, "2026-11-27 12:00"), TimeDelta::hours(24));
    assert_eq!(local(QUITO, due), "Mon 2026-11-30 12:00");
    let friday = at(QUITO, "2026-11-27 23:00");
    let awake = OpenHours::never_closed();
    assert_eq!(awake.add(friday, TimeDelta::hours(24)), friday + TimeDelta::hours(24));
    assert_eq!(awake.add_working_days(friday, 2), friday + TimeDelta::days(2));
    assert_eq!(awake.add_days(friday, 2), friday + TimeDelta::days(2));
    assert!(awake.is_open(friday) && !desk().is_open(friday));
}

#[test]
fn a_door_that_does_not_open_for_years_does_not_stop_the_clock() {
    let days = day("2026-01-01").iter_days().take(4 * 366);
    let shut = OpenHours::new(QUITO, &told(1..=5, "08:00", "16:30"), days);
    let start = at(QUITO, "2026-11-24 10:00");
    assert_eq!(shut.add(start, TimeDelta::hours(24)), start + TimeDelta::hours(24));
    assert_eq!(shut.add_working_days(start, 3), start + TimeDelta::days(3));
    assert_eq!(shut.add_days(start, 3), start + TimeDelta::days(3));
    assert_eq!(shut.next_open(start), start);
    // Closed for a summer is not for years.
    let summer =
        OpenHours::new(QUITO, &told(1..=5, "08:00", "16:30"), day("2026-11-25").iter_days().take(90));
    assert_eq!(local(QUITO, summer.add_working_days(start, 1)), "Tue 2027-02-23 10:00");
}

#[test]
fn hours_that_touch_or_overlap_count_once() {
    let hours: Vec<DayHours> = [("08:00", "12:00"), ("11:00", "13:00"), ("13:00", "14:00")]
        .map(|(from, until)| DayHours { day: 2, from: from.into(), until: until.into() })
        .into();
    let tuesday = OpenHours::new(QUITO, &hours, []);
    let open = tuesday.open_between(at(QUITO, "2026-11-24 00:00"), at(QUITO, "2026-11-25 00:00"));
    assert_eq!(open, TimeDelta::hours(6));
}

// --- the second counter

/// What the hours say of one minute, read from the clock on the wall and nothing else: the day, when it is open.
fn open_day(hours: &[DayHours], zone: Tz, closed: &[NaiveDate], at: DateTime<Utc>) -> Option<NaiveDate> {
    let wall = at.with_timezone(&zone).naive_local();
    let time = wall.format("%H:%M").to_string();
    let today = u8::try_from(wall.weekday().number_from_monday()).expect("a weekday");
    let open = hours
        .iter()
        .any(|told| told.day == today && told.from <= time && (time < told.until || told.until == "23:59"));
    (open && !closed.contains(&wall.date())).then_some(wall.date())
}

const MINUTE: TimeDelta = TimeDelta::minutes(1);

struct Walker<'a> {
    hours: &'a [DayHours],
    zone: Tz,
    closed: &'a [NaiveDate],
}

impl Walker<'_> {
    fn open(&self, at: DateTime<Utc>) -> Option<NaiveDate> {
        open_day(self.hours, self.zone, self.closed, at)
    }

    fn next_open(&self, mut at: DateTime<Utc>) -> DateTime<Utc> {
        while self.open(at).is_none() {
            at += MINUTE;
        }
        at
    }

    fn add(&self, start: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
        let (mut at, mut left) = (self.next_open(start), minutes);
        while left > 0 {
            at = self.next_open(at) + MINUTE;
            left -= 1;
        }
        at
    }

    fn add_working_days(&self, start: DateTime<Utc>, days: u32) -> DateTime<Utc> {
        let begin = self.next_open(start);
        let time = begin.with_timezone(&self.zone).time();
        let (mut seen, mut at) = (vec![self.open(begin).expect("open")], begin);
        let mut last = None;
        loop {
            if let Some(today) = self.open(at) {
                if !seen.contains(&today) {
                    seen.push(today);
                }
                let passed = u32::try_from(seen.len()).expect("few") - 1;
                if passed > days {
                    return last.expect("a closing") + MINUTE;
                }
                if passed == days {
                    if at.with_timezone(&self.zone).time() >= time {
                        return at;
                    }
                    last = Some(at);
                }
            }
            at += MINUTE;
        }
    }
}

const ZONES: [Tz; 7] = [
    Tz::America__Santiago,
    Tz::America__New_York,
    Tz::Europe__Madrid,
    Tz::Asia__Manila,
    Tz::Australia__Lord_Howe,
    Tz::Africa__Cairo,
    Tz::Africa__Dakar,
];

/// Sundays and Fridays on which some of these zones jump.
const JUMPS: [&str; 8] = [
    "2026-03-08",
    "2026-11-01",
    "2026-04-05",
    "2026-09-06",
    "2026-03-29",
    "2026-10-04",
    "2026-04-24",
    "2026-10-30",
];

fn some_hours() -> impl Strategy<Value = Vec<DayHours>> {
    let one = (1_u8..=7, 0_u32..22 * 60, 60_u32..700).prop_map(|(day, from, length)| {
        let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        DayHours { day, from: clock(from), until: clock((from + length).min(24 * 60 - 1)) }
    });
    prop::collection::vec(one, 3..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn the_clock_agrees_with_a_walk_minute_by_minute(
        hours in some_hours(),
        zone in prop::sample::select(&ZONES[..]),
        jump in prop::sample::select(&JUMPS[..]),
        before in 0_i64..5 * 24 * 60,
        closed in prop::collection::vec(0_u64..12, 0..4),
        minutes in 0_i64..700,
        days in 1_u32..6,
    ) {
        let start = day(jump).and_hms_opt(12, 0, 0).expect("noon").and_utc() - TimeDelta::minutes(before);
        let closed: Vec<NaiveDate> = closed.into_iter().map(|n| start.date_naive() + Days::new(n)).collect();
        let counted = OpenHours::new(zone, &hours, closed.clone());
        let walker = Walker { hours: &hours, zone, closed: &closed };
        prop_assert_eq!(counted.is_open(start), walker.open(start).is_some());
        prop_assert_eq!(counted.next_open(start), walker.next_open(start));
        let due = counted.add(start, TimeDelta::minutes(minutes));
        prop_assert_eq!(due, walker.add(start, minutes));
        prop_assert_eq!(counted.open_between(start, due), TimeDelta::minutes(minutes));
        prop_assert_eq!(counted.add_working_days(start, days), walker.add_working_days(start, days));
    }

    /// A longer time is never over sooner, so that who is told first is told first.
    #[test]
    fn more_time_ends_no_sooner(
        hours in some_hours(), zone in prop::sample::select(&ZONES[..]), second in 0_i64..70_000_000, days in 0_u32..40,
    ) {
        let counted = OpenHours::new(zone, &hours, []);
        let start = DateTime::from_timestamp(1_760_000_000 + second, 0).expect("a moment");
        prop_assert!(counted.add_working_days(start, days) <= counted.add_working_days(start, days + 1));
        prop_assert!(counted.add_days(start, days) <= counted.add_days(start, days + 1));
        let open = TimeDelta::hours(days.into());
        prop_assert!(counted.add(start, open) <= counted.add(start, open + MINUTE));
    }
}
