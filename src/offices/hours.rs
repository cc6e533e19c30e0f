//! When a desk or a partner is open, and how time is counted on that.
//!
//! Pure arithmetic: nothing here knows the database or the time of day. Zones jump: an hour can be missing or come
//! twice, at midnight too, and a whole day can be missing. So nothing is computed from a day's borders. The line of
//! time is walked in legs, each within one local day and under one offset from UTC, on which both agree.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use super::rules::DayHours;

/// The longest way that is walked. What would take more opening time than this holds is counted as if the door were
/// always open: a due moment that never comes would be worse than one that comes too soon.
pub const LONGEST_WALK: TimeDelta = TimeDelta::days(3 * 366);

const MINUTES_OF_DAY: u32 = 24 * 60;

/// Weekly hours in a zone, without the days it is closed.
#[derive(Debug, Clone)]
pub struct OpenHours {
    zone: Tz,
    /// Monday first: from and until in minutes of the local day, in order, apart from each other.
    week: [Vec<(u32, u32)>; 7],
    closed_on: BTreeSet<NaiveDate>,
}

/// A piece of time within one local day and under one offset from UTC.
struct Leg {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    day: NaiveDate,
    offset: TimeDelta,
}

impl OpenHours {
    /// Hours as an office, an agency or a service tells them. Told none, it is taken to be there from Monday to
    /// Friday, day and night: nobody knows better, and a weekend is the likeliest time to find nobody.
    pub fn new(zone: Tz, hours: &[DayHours], closed_on: impl IntoIterator<Item = NaiveDate>) -> OpenHours {
        let mut week: [Vec<(u32, u32)>; 7] = Default::default();
        for told in hours {
            let day = week.get_mut(usize::from(told.day).wrapping_sub(1));
            let (from, until) = (minute_of_day(&told.from), minute_of_day(&told.until));
            if let (Some(day), Some(from), Some(until)) = (day, from, until) {
                day.push((from, end_of_day(until)));
            }
        }
        if week.iter().all(Vec::is_empty) {
            week[..5].fill(vec![(0, MINUTES_OF_DAY)]);
        }
        OpenHours { zone, week: week.map(apart), closed_on: closed_on.into_iter().collect() }
    }

    /// Hours of what never sleeps: nights, weekends and holidays count.
    pub fn never_closed() -> OpenHours {
        let week = std::array::from_fn(|_| vec![(0, MINUTES_OF_DAY)]);
        OpenHours { zone: Tz::UTC, week, closed_on: BTreeSet::new() }
    }

    /// Whether it is open at `at`.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.open_pieces(&self.leg(at)).first().is_some_and(|(from, _)| *from == at)
    }

    /// The first open moment at or after `at`; `at` itself when none comes.
    pub fn next_open(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.walk(at).next().map_or(at, |piece| piece.from)
    }

    /// When so much opening time has passed since `start`. What ends with a day's hours is due at their end, not when
    /// the door opens again.
    pub fn add(&self, start: DateTime<Utc>, open_time: TimeDelta) -> DateTime<Utc> {
        let mut left = open_time;
        for piece in self.walk(start) {
            let length = piece.until - piece.from;
            if left <= length {
                return piece.from + left;
            }
            left -= length;
        }
        start + open_time
    }

    /// How much opening time lies between two moments.
    pub fn open_between(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> TimeDelta {
        let pieces = self.walk(from).take_while(|piece| piece.from < until);
        pieces.map(|piece| piece.until.min(until) - piece.from).sum()
    }

    /// The same time of day so many open days later. Counted from the first open moment. Where that day opens later,
    /// or has a break then, it is due when the door next opens on that day; where it closes earlier, at its end.
    pub fn add_working_days(&self, start: DateTime<Utc>, days: u32) -> DateTime<Utc> {
        let begin = self.next_open(start);
        let local = begin.with_timezone(&self.zone).naive_local();
        let (mut day, mut left) = (local.date(), days);
        let mut closing = None;
        if days == 0 {
            return begin;
        }
        for piece in self.walk(begin) {
            if piece.day > day {
                if let Some(closing) = closing {
                    return closing;
                }
                (day, left) = (piece.day, left - 1);
            }
            if left == 0 {
                let wanted = (piece.day.and_time(local.time()) - piece.offset).and_utc();
                if wanted < piece.until {
                    return wanted.max(piece.from);
                }
                closing = Some(piece.until);
            }
        }
        closing.unwrap_or_else(|| begin + TimeDelta::days(days.into()))
    }

    /// The same time of day so many calendar days later, or when the door next opens. Counted from the first open
    /// moment. A time of day that is missing then is taken as much later as is missing; of one that comes twice the
    /// first counts.
    pub fn add_days(&self, start: DateTime<Utc>, days: u32) -> DateTime<Utc> {
        let local = self.next_open(start).with_timezone(&self.zone).naive_local();
        let wanted = local.checked_add_days(Days::new(days.into())).unwrap_or(local);
        let there = match self.zone.from_local_datetime(&wanted).earliest() {
            Some(there) => there.to_utc(),
            None => {
                let day_before = (wanted - TimeDelta::days(1)).and_utc();
                wanted.and_utc() - self.offset(day_before)
            }
        };
        self.next_open(there)
    }

    /// The local day at `at`.
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// When the local day `day` is over.
    pub fn end_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let mut leg = self.leg(day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(2));
        while leg.day <= day {
            leg = self.leg(leg.until);
        }
        leg.from
    }

    /// Open pieces from `start` on, in order.
    fn walk(&self, start: DateTime<Utc>) -> impl Iterator<Item = Leg> {
        let mut at = start;
        std::iter::from_fn(move || {
            let leg = (at < start + LONGEST_WALK).then(|| self.leg(at))?;
            at = leg.until;
            Some(leg)
        })
        .flat_map(move |leg| {
            let pieces = self.open_pieces(&leg);
            pieces.into_iter().map(move |(from, until)| Leg { from, until, ..leg })
        })
    }

    /// From `from` to the end of its local day or to the next jump of its zone, whichever comes first.
    fn leg(&self, from: DateTime<Utc>) -> Leg {
        let offset = self.offset(from);
        let day = (from + offset).date_naive();
        let midnight = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN).and_utc() - offset;
        let until = self.jump_between(from, midnight).unwrap_or(midnight);
        Leg { from, until, day, offset }
    }

    /// When the zone's offset changes after `from` and before `until`, which are at most a day apart.
    fn jump_between(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let offset_at = |second: i64| DateTime::from_timestamp(second, 0).map(|at| self.offset(at));
        let before = Some(self.offset(from));
        let (mut same, mut other) = (from.timestamp(), until.timestamp() - 1);
        if other <= same || offset_at(other) == before {
            return None;
        }
        while other - same > 1 {
            let middle = same + (other - same) / 2;
            if offset_at(middle) == before { same = middle } else { other = middle }
        }
        DateTime::from_timestamp(other, 0)
    }

    fn open_pieces(&self, leg: &Leg) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        if self.closed_on.contains(&leg.day) {
            return vec![];
        }
        let midnight = leg.day.and_time(NaiveTime::MIN).and_utc() - leg.offset;
        let at = |minute: u32| midnight + TimeDelta::minutes(minute.into());
        let hours = &self.week[leg.day.weekday().num_days_from_monday() as usize];
        hours
            .iter()
            .map(|(from, until)| (at(*from).max(leg.from), at(*until).min(leg.until)))
            .filter(|(from, until)| from < until)
            .collect()
    }

    fn offset(&self, at: DateTime<Utc>) -> TimeDelta {
        let offset = self.zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        TimeDelta::seconds(offset.local_minus_utc().into())
    }
}

fn minute_of_day(text: &str) -> Option<u32> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    Some(time.num_seconds_from_midnight() / 60)
}

/// 24:00 cannot be written as a time of day, so 23:59 says it.
fn end_of_day(until: u32) -> u32 {
    if until == MINUTES_OF_DAY - 1 { MINUTES_OF_DAY } else { until }
}

/// In order, and one where they touch.
fn apart(mut hours: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    hours.sort_unstable();
    let mut apart: Vec<(u32, u32)> = vec![];
    for (from, until) in hours {
        match apart.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => apart.push((from, until)),
        }
    }
    apart
}

#[cfg(test)]
mod tests;
