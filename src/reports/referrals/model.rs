//! Runs the counts of a report on referrals, and looks up what its codes are called.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::rules::Wanted;
use crate::cases::counting::Dimension;
use crate::ids::AgencyId;
use crate::offices::model::Office;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::text::Language;
use crate::referrals::counting::model::{Count, Line};
use crate::referrals::counting::{ReferralDimension, ReferralScope};
use crate::reports::names;
use crate::schema::agencies;

/// What was counted.
pub struct Counts {
    /// Lines of the breakdown.
    pub lines: Vec<Line>,
    /// Buckets and the whole period without it.
    pub totals: Vec<Line>,
}

/// Counts in one snapshot.
///
/// # Errors
/// Those of the database.
pub async fn count(
    conn: &mut Conn,
    scope: ReferralScope,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<Counts, Error> {
    let slots = wanted.period.slots();
    let (zone, as_of, conditions) = (wanted.period.zone, wanted.as_of, wanted.conditions.clone());
    let whole = Count { scope, zone, slots, as_of, conditions, now };
    let totals = whole.lines(conn, &[]).await?;
    let lines = if wanted.by.is_empty() {
        totals.clone()
    } else {
        let slots = whole.slots.iter().copied().filter(|(n, _, _)| *n >= 0).collect();
        Count { slots, ..whole }.lines(conn, &wanted.by).await?
    };
    Ok(Counts { lines, totals })
}

/// Names of codes, and their place in the order of the lists.
pub type Names = HashMap<(ReferralDimension, String), (i32, String)>;

/// What codes are called in a language. Codes no table knows are left out.
///
/// # Errors
/// Those of the database.
pub async fn names(
    conn: &mut Conn,
    language: Language,
    codes: &BTreeSet<(ReferralDimension, String)>,
    offices: &[Office],
) -> Result<Names, Error> {
    let shared: BTreeSet<(Dimension, String)> =
        codes.iter().filter_map(|(of, code)| Some((shared(*of)?, code.clone()))).collect();
    let known = names::names(conn, language, &shared, offices).await?;
    let agencies = agency_names(conn, codes).await?;
    let mut names = Names::new();
    for (of, code) in codes {
        let found = match shared_name(*of, code, &known) {
            Some(found) => Some(found),
            None => agencies.get(code).map(|name| (0, name.clone())),
        };
        if let Some(found) = found {
            names.insert((*of, code.clone()), found);
        }
    }
    Ok(names)
}

fn shared_name(of: ReferralDimension, code: &str, known: &names::Names) -> Option<(i32, String)> {
    known.get(&(shared(of)?, code.to_owned())).cloned()
}

/// The dimension of cases whose codes are named the same way.
pub fn shared(dimension: ReferralDimension) -> Option<Dimension> {
    Some(match dimension {
        ReferralDimension::Office => Dimension::Office,
        ReferralDimension::Service => Dimension::Service,
        ReferralDimension::ServiceTop => Dimension::ServiceTop,
        ReferralDimension::ServiceWithin => Dimension::ServiceWithin,
        ReferralDimension::Priority => Dimension::Priority,
        ReferralDimension::Territory1 => Dimension::Territory1,
        ReferralDimension::Territory2 => Dimension::Territory2,
        ReferralDimension::Territory3 => Dimension::Territory3,
        ReferralDimension::TerritoryWithin => Dimension::TerritoryWithin,
        ReferralDimension::Agency | ReferralDimension::Reason => return None,
    })
}

async fn agency_names(
    conn: &mut Conn,
    codes: &BTreeSet<(ReferralDimension, String)>,
) -> Result<HashMap<String, String>, Error> {
    let ids: Vec<AgencyId> = codes
        .iter()
        .filter(|(of, _)| *of == ReferralDimension::Agency)
        .filter_map(|(_, code)| code.parse::<Uuid>().ok().map(AgencyId))
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let named: Vec<(AgencyId, String)> = agencies::table
        .filter(agencies::id.eq_any(ids))
        .select((agencies::id, agencies::name))
        .load(conn)
        .await?;
    Ok(named.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}
