//! Runs the counts of a report in one snapshot.

use chrono::{DateTime, Utc};

use super::rules::{Figures, Wanted, gather};
use crate::cases::counting::Dimension;
use crate::cases::counting::model::{Count, Scope, Subject};
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// What was counted.
pub struct Counts {
    /// Lines of the breakdown.
    pub lines: Vec<Figures>,
    /// Buckets and the whole period without it.
    pub totals: Vec<Figures>,
    /// Cases entered in error, and sealed ones as far as seen.
    pub left_out: (i64, i64),
    /// Records that arrived late.
    pub late_arrivals: i64,
}

/// Counts for one who asks. Must run in one snapshot, so that lines and totals tell of the same moment.
///
/// # Errors
/// Those of the database.
pub async fn count(
    conn: &mut Conn,
    scope: Scope,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<Counts, Error> {
    let buckets = Count {
        scope,
        zone: wanted.period.zone,
        slots: wanted.period.slots(),
        conditions: wanted.conditions.clone(),
        as_of: now,
    };
    let totals = tallies(conn, &buckets, &[]).await?;
    let lines = if wanted.by.is_empty() {
        totals.clone()
    } else {
        tallies(conn, &Count { slots: without_whole(&buckets), ..buckets.clone() }, &wanted.by).await?
    };
    let whole = Count { slots: vec![(0, wanted.period.from, wanted.period.to)], ..buckets };
    let left_out = whole.left_out(conn).await?;
    let late_arrivals = whole.late_arrivals(conn).await?;
    Ok(Counts { lines, totals, left_out, late_arrivals })
}

/// Sealed cases of the period. The transaction must be one that sees them.
///
/// # Errors
/// Those of the database.
pub async fn sealed(
    conn: &mut Conn,
    scope: Scope,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<i64, Error> {
    let slots = vec![(0, wanted.period.from, wanted.period.to)];
    let whole = Count { scope, zone: wanted.period.zone, slots, conditions: vec![], as_of: now };
    Ok(whole.left_out(conn).await?.1)
}

fn without_whole(count: &Count) -> Vec<crate::cases::counting::model::Slot> {
    count.slots.iter().copied().filter(|(n, _, _)| *n >= 0).collect()
}

async fn tallies(conn: &mut Conn, count: &Count, by: &[Dimension]) -> Result<Vec<Figures>, Error> {
    let mut tallies = vec![];
    for subject in [Subject::Cases, Subject::Assistance, Subject::Served, Subject::Benefiting] {
        tallies.push((subject, count.lines(conn, subject, by).await?));
    }
    Ok(gather(tallies))
}
