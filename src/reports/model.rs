//! Runs the counts of a report in one snapshot, and looks up what its codes are called.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::rules::{Figures, Wanted, gather};
use crate::cases::counting::Dimension;
use crate::cases::counting::model::{Count, Scope, Subject};
use crate::ids::StaffId;
use crate::offices::model::Office;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::text::Language;
use crate::reference::model::{Code, Country};
use crate::reference::territories::model::Territory;
use crate::schema::staff;

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
        zone: wanted.zone,
        slots: wanted.slots(),
        conditions: wanted.conditions.clone(),
        as_of: now,
    };
    let totals = tallies(conn, &buckets, &[]).await?;
    let lines = if wanted.by.is_empty() {
        totals.clone()
    } else {
        tallies(conn, &Count { slots: without_whole(&buckets), ..buckets.clone() }, &wanted.by).await?
    };
    let whole = Count { slots: vec![(0, wanted.from, wanted.to)], ..buckets };
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
    let slots = vec![(0, wanted.from, wanted.to)];
    let whole = Count { scope, zone: wanted.zone, slots, conditions: vec![], as_of: now };
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

/// Names of codes, and their place in the order of the lists.
pub type Names = HashMap<(Dimension, String), (i32, String)>;

/// What codes are called in a language. Codes no table knows are left out.
///
/// # Errors
/// Those of the database.
pub async fn names(
    conn: &mut Conn,
    language: Language,
    codes: &BTreeSet<(Dimension, String)>,
    offices: &[Office],
) -> Result<Names, Error> {
    let mut names = Names::new();
    let dimensions: BTreeSet<Dimension> = codes.iter().map(|(dimension, _)| *dimension).collect();
    for dimension in dimensions {
        let wanted: Vec<&str> =
            codes.iter().filter(|(of, _)| *of == dimension).map(|(_, code)| code.as_str()).collect();
        for (place, code, name) in named(conn, language, dimension, &wanted, offices).await? {
            names.insert((dimension, code), (place, name));
        }
    }
    Ok(names)
}

async fn named(
    conn: &mut Conn,
    language: Language,
    dimension: Dimension,
    wanted: &[&str],
    offices: &[Office],
) -> Result<Vec<(i32, String, String)>, Error> {
    let list = match dimension {
        Dimension::Service | Dimension::ServiceTop | Dimension::ServiceWithin => "service",
        Dimension::Mobility => "mobility",
        Dimension::Channel => "channel",
        Dimension::ClientKind => "client_kind",
        Dimension::Office => {
            return Ok(offices.iter().map(|o| (0, o.id.to_string(), o.name.clone())).collect());
        }
        Dimension::Worker => return workers(conn, wanted).await,
        Dimension::Nationality => {
            let all = Country::all(conn).await?;
            let named = |c: Country| (0, c.labels.of(language.code()).to_owned(), c.code);
            return Ok(all.into_iter().map(named).map(|(place, name, code)| (place, code, name)).collect());
        }
        Dimension::Territory1
        | Dimension::Territory2
        | Dimension::Territory3
        | Dimension::TerritoryWithin => {
            let all = Territory::list(conn, wanted).await?;
            return Ok(all.into_iter().map(|place| (0, place.code, place.name)).collect());
        }
        Dimension::Sex | Dimension::AgeBand | Dimension::Priority => return Ok(vec![]),
    };
    let all = Code::of_list(conn, list, true).await?;
    let named = |code: Code| {
        let name = code.labels.of(language.code()).to_owned();
        (code.position, code.code, name)
    };
    Ok(all.into_iter().map(named).collect())
}

async fn workers(conn: &mut Conn, wanted: &[&str]) -> Result<Vec<(i32, String, String)>, Error> {
    let ids: Vec<StaffId> = wanted.iter().filter_map(|id| id.parse::<Uuid>().ok()).map(StaffId).collect();
    let named: Vec<(StaffId, String)> =
        staff::table.filter(staff::id.eq_any(ids)).select((staff::id, staff::name)).load(conn).await?;
    Ok(named.into_iter().map(|(id, name)| (0, id.to_string(), name)).collect())
}
