//! Of which days a report tells, by which clock, and how they are cut.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::cases::counting::model::Slot;
use crate::platform::error::Error;
use crate::problems;

/// The most buckets a report has: a leap year by days.
const MOST_BUCKETS: usize = 366;
/// The slot of the whole period.
pub const WHOLE: i32 = -1;

crate::words! {
    /// How a period is cut.
    Bucket {
        /// Not at all.
        None = "none",
        /// Calendar days.
        Day = "day",
        /// Weeks from Monday (ISO 8601).
        Week = "week",
        /// Calendar months.
        Month = "month",
        /// Quarters from January.
        Quarter = "quarter",
        /// Calendar years.
        Year = "year",
    }
}

/// A half-open stretch of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// First day that is no longer part.
    pub to: NaiveDate,
    /// The zone, when one was asked for; each office's own without it.
    pub zone: Option<Tz>,
    /// How it is cut.
    pub bucket: Bucket,
}

/// A stretch of days.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReportBucket)]
pub struct BucketView {
    /// First day.
    pub from: NaiveDate,
    /// First day that is no longer part.
    pub to: NaiveDate,
    /// In words.
    #[schema(example = "January 2026")]
    pub label: String,
}

/// A parameter that cannot be read.
pub fn malformed(parameter: &str) -> Error {
    problems::MALFORMED_QUERY.problem().with("parameter", parameter).into()
}

/// A code as it stands in a query.
///
/// # Errors
/// `malformed_query` naming the parameter.
pub fn plain(parameter: &str, code: String) -> Result<String, Error> {
    let plain = code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if code.is_empty() || code.len() > 60 || !plain { Err(malformed(parameter)) } else { Ok(code) }
}

impl Period {
    /// Reads the parameters every report has.
    ///
    /// # Errors
    /// `malformed_query` naming the parameter.
    pub fn read(
        from: NaiveDate,
        to: NaiveDate,
        zone: Option<&str>,
        bucket: Option<Bucket>,
    ) -> Result<Period, Error> {
        if from >= to || from.year() < 1900 || to.year() > 9999 {
            return Err(malformed("to"));
        }
        let zone = zone.map(|zone| zone.parse().map_err(|_| malformed("zone"))).transpose()?;
        let period = Period { from, to, zone, bucket: bucket.unwrap_or(Bucket::None) };
        if period.cut().len() > MOST_BUCKETS { Err(malformed("bucket")) } else { Ok(period) }
    }

    /// The pieces, cut at calendar bounds; the first and last may be shorter. One more than is allowed when there are
    /// too many.
    pub fn cut(&self) -> Vec<(NaiveDate, NaiveDate)> {
        let mut pieces = vec![];
        let mut from = self.from;
        while from < self.to && pieces.len() <= MOST_BUCKETS {
            let until = next_bound(self.bucket, from).map_or(self.to, |bound| bound.min(self.to));
            pieces.push((from, until));
            from = until;
        }
        pieces
    }

    /// The buckets, and the whole period as a slot of its own.
    pub fn slots(&self) -> Vec<Slot> {
        let pieces = self.cut();
        let pieces = (0..).zip(pieces).map(|(n, (from, to))| (n, from, to));
        pieces.chain([(WHOLE, self.from, self.to)]).collect()
    }

    /// The clock of the report: the one asked for, or the one all offices share.
    pub fn clock(&self, offices: &[Tz]) -> Option<Tz> {
        let first = *offices.first()?;
        self.zone.or_else(|| offices.iter().all(|zone| *zone == first).then_some(first))
    }

    /// The moment the period ends by the report's clock; by UTC when offices have several.
    pub fn ends(&self, zone: Option<Tz>) -> Option<DateTime<Utc>> {
        let midnight = self.to.and_hms_opt(0, 0, 0)?;
        let local = midnight.and_local_timezone(zone.unwrap_or(Tz::UTC));
        Some(local.earliest().map_or_else(|| midnight.and_utc(), |local| local.to_utc()))
    }
}

/// The next calendar bound after a day.
fn next_bound(bucket: Bucket, day: NaiveDate) -> Option<NaiveDate> {
    let first = day.with_day(1)?;
    match bucket {
        Bucket::None => None,
        Bucket::Day => day.succ_opt(),
        Bucket::Week => day.checked_add_days(Days::new(7 - u64::from(day.weekday().num_days_from_monday()))),
        Bucket::Month => first.checked_add_months(Months::new(1)),
        Bucket::Quarter => first.checked_add_months(Months::new(3 - day.month0() % 3)),
        Bucket::Year => NaiveDate::from_ymd_opt(day.year() + 1, 1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str, bucket: Bucket) -> Result<Period, Error> {
        Period::read(from.parse().expect("a day"), to.parse().expect("a day"), None, Some(bucket))
    }

    fn cut(from: &str, to: &str, bucket: Bucket) -> Vec<String> {
        let period = period(from, to, bucket).expect("sensible");
        period.cut().into_iter().map(|(from, to)| format!("{from}/{to}")).collect()
    }

    #[test]
    fn a_period_is_cut_at_calendar_bounds() {
        assert_eq!(cut("2026-01-01", "2027-01-01", Bucket::None), ["2026-01-01/2027-01-01"]);
        assert_eq!(cut("2028-01-01", "2029-01-01", Bucket::Day).len(), 366);
        assert_eq!(cut("2028-02-28", "2028-03-02", Bucket::Day)[1], "2028-02-29/2028-03-01");
        assert_eq!(
            cut("2026-01-15", "2026-03-10", Bucket::Month),
            ["2026-01-15/2026-02-01", "2026-02-01/2026-03-01", "2026-03-01/2026-03-10"]
        );
        assert_eq!(
            cut("2026-01-01", "2026-01-12", Bucket::Week),
            ["2026-01-01/2026-01-05", "2026-01-05/2026-01-12"]
        );
        assert_eq!(cut("2025-11-01", "2026-05-01", Bucket::Quarter).len(), 3);
        assert_eq!(cut("2025-11-01", "2026-05-01", Bucket::Year).len(), 2);
    }

    #[test]
    fn what_is_no_period_or_too_many_pieces_is_refused() {
        assert!(period("2026-02-01", "2026-02-01", Bucket::None).is_err());
        assert!(period("2026-01-01", "2027-01-03", Bucket::Day).is_err());
        let days = |zone| {
            Period::read(
                "2026-01-01".parse().expect("a day"),
                "2026-02-01".parse().expect("a day"),
                zone,
                None,
            )
        };
        assert!(days(Some("Mars")).is_err());
        assert!(days(Some("Asia/Manila")).is_ok());
    }
}
