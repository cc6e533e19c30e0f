//! The one query behind every figure of referrals.
//!
//! What counts is read from the moves, each by when it happened: the state at the end is that of the last move before
//! it, so last quarter's figures are the same next year.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Double, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::super::rules::SEEN_AFTER_END_DAYS;
use super::rules::{Cohort, Condition, ReferralDimension, ReferralMeasure};
use crate::auth::{Actor, Role};
use crate::cases::counting::fragment::{self, Bind, Fragment};
use crate::cases::counting::model::{Scope, Slot};
use crate::ids::AgencyId;
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// Whose referrals are counted.
#[derive(Debug, Clone)]
pub enum ReferralScope {
    /// Those of the cases a desk sees figures of; sealed cases and those entered in error are in no count.
    Desk(Scope),
    /// Those sent to an agency, for its own people.
    Agency(AgencyId),
}

impl ReferralScope {
    /// What the one who asks may see figures of.
    ///
    /// # Errors
    /// `forbidden` for a partner without an agency.
    pub fn of(actor: &Actor) -> Result<ReferralScope, Error> {
        Ok(match actor.role {
            Role::Partner => ReferralScope::Agency(actor.require_agency()?),
            _ => ReferralScope::Desk(Scope::of(actor)),
        })
    }

    /// From which day of sending the list is whole: an agency sees nothing for long after its end, and what was sent
    /// since then cannot have ended before.
    pub fn list_since(&self, now: DateTime<Utc>) -> Option<NaiveDate> {
        let first = (now - TimeDelta::days(SEEN_AFTER_END_DAYS - 1)).date_naive();
        matches!(self, ReferralScope::Agency(_)).then_some(first)
    }

    /// The list behind the figures.
    pub fn list(&self) -> &'static str {
        match self {
            ReferralScope::Desk(_) => "/api/v1/referrals",
            ReferralScope::Agency(_) => "/api/v1/inbox/referrals",
        }
    }
}

/// A count of a cohort: whose, cut how, seen when, narrowed to what.
#[derive(Debug, Clone)]
pub struct Count {
    /// Whose.
    pub scope: ReferralScope,
    /// By which clock; each office's own without one.
    pub zone: Option<Tz>,
    /// The buckets of sending.
    pub slots: Vec<Slot>,
    /// They are seen as they stood before this day began.
    pub as_of: NaiveDate,
    /// Narrowings.
    pub conditions: Vec<Condition>,
    /// What lies after this moment is not past due yet.
    pub now: DateTime<Utc>,
}

/// A line of a tally of referrals.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// Which slot.
    pub slot: i32,
    /// The codes of the breakdown.
    pub codes: Vec<String>,
    /// The numbers.
    pub numbers: Numbers,
}

/// What a cohort came to: counts in the order of [`ReferralMeasure::ALL`], and times in hours.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Numbers {
    /// The counts.
    pub counts: [i64; 12],
    /// Median hours from sending to the first sign that somebody has seen it.
    pub median_to_acknowledge: Option<f64>,
    /// Median hours from sending to the first decision.
    pub median_to_answer: Option<f64>,
    /// Nine of ten decisions came within so many hours.
    pub slowest_to_answer: Option<f64>,
}

impl Numbers {
    /// One of the counts.
    pub fn of(&self, measure: ReferralMeasure) -> i64 {
        ReferralMeasure::ALL.iter().position(|known| *known == measure).map_or(0, |at| self.counts[at])
    }
}

/// What became of each referral before the end.
const FATES: &str = ",
fates AS (
    SELECT r.*, b.n,
        m.seen_at, m.accepted_at, m.declined_at, m.state AS state_then, m.reason AS reason_then, m.outcome AS outcome_then,
        m.accepted_at IS NULL AND m.declined_at IS NULL AND m.state <> 'cancelled' AS unanswered,
        r.client_told_at < e.at AS told
    FROM slots b
    JOIN seen r ON r.zone = b.zone AND r.sent_at >= b.starts AND r.sent_at < b.ends
    JOIN finish e ON e.zone = r.zone
    JOIN LATERAL (
        SELECT min(v.at) FILTER (WHERE v.to_state IN ('acknowledged', 'accepted', 'declined')) AS seen_at,
            min(v.at) FILTER (WHERE v.to_state = 'accepted') AS accepted_at,
            min(v.at) FILTER (WHERE v.to_state = 'declined') AS declined_at,
            (array_agg(v.to_state ORDER BY v.ordinal DESC))[1] AS state,
            (array_agg(v.reason ORDER BY v.ordinal DESC))[1] AS reason,
            (array_agg(v.facts ->> 'outcome' ORDER BY v.ordinal DESC))[1] AS outcome
        FROM referral_moves v WHERE v.referral_id = r.id AND v.at < e.at
    ) m ON true
)";

/// Every service code with the codes above it, widest first.
const SERVICES: &str = ",
services (code, lineage) AS (
    SELECT code, ARRAY[code] FROM codes WHERE list = 'service' AND parent IS NULL
    UNION ALL
    SELECT k.code, w.lineage || k.code FROM codes k JOIN services w ON w.code = k.parent WHERE k.list = 'service'
)";

/// Whether a row counts for a measure.
fn holds(measure: ReferralMeasure) -> &'static str {
    match measure {
        ReferralMeasure::Sent => "true",
        ReferralMeasure::Acknowledged => "r.seen_at IS NOT NULL",
        ReferralMeasure::Accepted => "r.accepted_at IS NOT NULL",
        ReferralMeasure::Declined => "r.declined_at IS NOT NULL",
        ReferralMeasure::Withdrawn => {
            "r.accepted_at IS NULL AND r.declined_at IS NULL AND r.state_then = 'cancelled'"
        }
        ReferralMeasure::Unanswered => "r.unanswered",
        ReferralMeasure::Overdue => "r.unanswered AND (r.state_then = 'expired' OR r.decide_by < r.until)",
        ReferralMeasure::Expired => "r.unanswered AND r.state_then = 'expired'",
        ReferralMeasure::Completed => "r.state_then = 'completed'",
        ReferralMeasure::Failed => "r.state_then = 'failed'",
        ReferralMeasure::NeedMet => "r.state_then = 'completed' AND r.outcome_then = 'need_met'",
        ReferralMeasure::LoopClosed => {
            "r.state_then IN ('declined', 'completed', 'failed', 'cancelled', 'expired') AND coalesce(r.told, false) \
             AND (r.reason_then IS NOT NULL OR r.outcome_then IS NOT NULL OR r.state_then = 'expired')"
        }
    }
}

impl Count {
    /// WITH: clocks, buckets as instants, the referrals that may be seen, and what became of each.
    fn preamble(&self) -> Fragment {
        let (numbers, (starts, ends)): (Vec<i32>, (Vec<NaiveDate>, Vec<NaiveDate>)) =
            self.slots.iter().map(|(n, from, to)| (*n, (*from, *to))).unzip();
        Fragment::new()
            .sql("WITH RECURSIVE desks AS (SELECT o.id, coalesce(")
            .bind(Bind::Text(self.zone.map(|zone| zone.name().to_owned())))
            .sql(", o.time_zone) AS zone FROM offices o),\nslots AS (SELECT z.zone, d.n, \
                  d.from_on::timestamp AT TIME ZONE z.zone AS starts, d.to_on::timestamp AT TIME ZONE z.zone AS ends \
                  FROM (SELECT DISTINCT zone FROM desks) z CROSS JOIN unnest(")
            .bind(Bind::Numbers(numbers))
            .sql(", ")
            .bind(Bind::Days(starts))
            .sql(", ")
            .bind(Bind::Days(ends))
            .sql(") AS d (n, from_on, to_on)),\nfinish AS (SELECT z.zone, d.on_day::timestamp AT TIME ZONE z.zone AS at \
                  FROM (SELECT DISTINCT zone FROM desks) z CROSS JOIN unnest(")
            .bind(Bind::Days(vec![self.as_of]))
            .sql(") AS d (on_day))")
            .append(self.seen())
            .sql(SERVICES)
            .sql(FATES)
    }

    /// `seen`: referrals that may be seen, with their clock and place.
    fn seen(&self) -> Fragment {
        let start = Fragment::new()
            .sql(",\nseen AS (SELECT r.id, r.agency_id, r.office_id, r.service, r.priority, r.sent_at, r.decide_by, \
                  r.client_told_at, d.zone, least(f.at, ")
            .bind(Bind::Moment(self.now))
            .sql(") AS until, ");
        match &self.scope {
            ReferralScope::Agency(agency) => start
                .sql("NULL::text AS territory, false AS restricted FROM desks d JOIN finish f ON f.zone = d.zone \
                      JOIN referrals r ON r.office_id = d.id WHERE r.sent_at IS NOT NULL \
                      AND r.state <> 'entered_in_error' AND r.agency_id = ")
                .bind(Bind::Uuid(agency.0))
                .sql(")"),
            ReferralScope::Desk(scope) => start
                .sql("c.territory, coalesce(w.restricted, false) AS restricted FROM desks d JOIN finish f ON f.zone = d.zone \
                      JOIN referrals r ON r.office_id = d.id \
                      JOIN cases c ON c.id = r.case_id LEFT JOIN needs w ON w.id = r.need_id \
                      WHERE r.sent_at IS NOT NULL AND r.state <> 'entered_in_error' \
                      AND NOT c.sealed AND NOT c.entered_in_error AND c.office_id = ANY (")
                .bind(Bind::Uuids(scope.offices.iter().map(|office| office.0).collect()))
                .sql(") AND (c.office_id <> ALL (")
                .bind(Bind::Uuids(scope.own_only.iter().map(|office| office.0).collect()))
                .sql(") OR c.assigned_to = ")
                .bind(Bind::Uuid(scope.staff.0))
                .sql("))"),
        }
    }

    /// `FROM … WHERE …` with what the breakdown and the narrowings need.
    fn rows(&self, by: &[ReferralDimension]) -> Fragment {
        let mut query = Fragment::new().sql(" FROM fates r");
        for (at, dimension) in by.iter().enumerate() {
            query = query.sql(join(*dimension, &format!("d{at}")));
        }
        for (at, condition) in self.conditions.iter().enumerate() {
            query = query.sql(join(condition.dimension, &format!("f{at}")));
        }
        query = query.sql("\nWHERE true");
        for (at, condition) in self.conditions.iter().enumerate() {
            query = query
                .sql(format!(" AND {} ", held(condition.dimension, &format!("f{at}"))))
                .bind(Bind::Text(Some(condition.code.clone())))
                .sql(if is_within(condition.dimension) { "]::text[])" } else { "" });
        }
        query
    }

    /// The lines of a breakdown by at most two dimensions.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lines(&self, conn: &mut Conn, by: &[ReferralDimension]) -> Result<Vec<Line>, Error> {
        let key = |at: usize| match by.get(at) {
            Some(dimension) => format!("{}::text", code(*dimension, &format!("d{at}"))),
            None => "NULL::text".into(),
        };
        let counts: Vec<String> = ReferralMeasure::ALL
            .iter()
            .map(|measure| format!("count(*) FILTER (WHERE {})", holds(*measure)))
            .collect();
        let hours = |moment: &str| format!("extract(epoch FROM {moment} - r.sent_at)::float8 / 3600");
        let decided = hours("coalesce(r.accepted_at, r.declined_at)");
        let query = self
            .preamble()
            .sql(format!(
                "\nSELECT r.n, {} AS k1, {} AS k2, {}, \
                 percentile_cont(0.5) WITHIN GROUP (ORDER BY {}), \
                 percentile_cont(0.5) WITHIN GROUP (ORDER BY {decided}), \
                 percentile_cont(0.9) WITHIN GROUP (ORDER BY {decided})",
                key(0),
                key(1),
                counts.join(", "),
                hours("r.seen_at"),
            ))
            .append(self.rows(by))
            .sql(" GROUP BY 1, 2, 3");
        let rows: Vec<Told> = Tally(query).load(conn).await?;
        Ok(rows.into_iter().map(|row| line(row, by.len())).collect())
    }
}

#[allow(clippy::type_complexity)]
type Told = (
    (i32, Option<String>, Option<String>),
    (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64),
    (Option<f64>, Option<f64>, Option<f64>),
);

fn line(((slot, k1, k2), c, (seen, median, slowest)): Told, by: usize) -> Line {
    Line {
        slot,
        codes: [k1, k2].into_iter().take(by).map(Option::unwrap_or_default).collect(),
        numbers: Numbers {
            counts: [c.0, c.1, c.2, c.3, c.4, c.5, c.6, c.7, c.8, c.9, c.10, c.11],
            median_to_acknowledge: seen,
            median_to_answer: median,
            slowest_to_answer: slowest,
        },
    }
}

/// A condition on `referrals`: those that stand behind one figure, as the one who asks may see them.
pub struct ReferralSet;

impl ReferralSet {
    /// The condition, for the filter of a list.
    pub fn of(scope: ReferralScope, cohort: &Cohort, now: DateTime<Utc>) -> fragment::Condition {
        let count = Count {
            scope,
            zone: cohort.zone,
            slots: vec![(0, cohort.from, cohort.to)],
            as_of: cohort.as_of,
            conditions: cohort.conditions.clone(),
            now,
        };
        let query = Fragment::new()
            .sql("referrals.id IN (")
            .append(count.preamble())
            .sql("\nSELECT r.id")
            .append(count.rows(&[]))
            .sql(format!(" AND ({}))", holds(cohort.measure)));
        fragment::Condition(query)
    }
}

/// What a dimension reads besides the row; `alias` keeps several apart.
fn join(dimension: ReferralDimension, alias: &str) -> String {
    match dimension {
        ReferralDimension::ServiceTop | ReferralDimension::ServiceWithin => {
            format!("\nLEFT JOIN services {alias} ON {alias}.code = r.service")
        }
        ReferralDimension::Territory1
        | ReferralDimension::Territory2
        | ReferralDimension::Territory3
        | ReferralDimension::TerritoryWithin => {
            format!("\nLEFT JOIN territories {alias} ON {alias}.code = r.territory")
        }
        _ => String::new(),
    }
}

fn is_within(dimension: ReferralDimension) -> bool {
    matches!(dimension, ReferralDimension::ServiceWithin | ReferralDimension::TerritoryWithin)
}

/// The beginning of the comparison of a row's code with a bound one.
fn held(dimension: ReferralDimension, alias: &str) -> String {
    match dimension {
        // A restricted need is not found by its code.
        ReferralDimension::ServiceWithin => format!("NOT r.restricted AND ({alias}.lineage @> ARRAY["),
        ReferralDimension::TerritoryWithin => format!("({alias}.lineage @> ARRAY["),
        _ => format!("{} =", code(dimension, alias)),
    }
}

/// The code a row has in a dimension.
fn code(dimension: ReferralDimension, alias: &str) -> String {
    let open = |known: &str| format!("CASE WHEN r.restricted THEN 'restricted' ELSE {known} END");
    let place = |depth: u8| format!("coalesce({alias}.lineage[{depth}], 'none')");
    match dimension {
        // The agency asked tells what the need is.
        ReferralDimension::Agency => open("r.agency_id::text"),
        ReferralDimension::Office => "r.office_id::text".into(),
        ReferralDimension::Service | ReferralDimension::ServiceWithin => open("r.service"),
        ReferralDimension::ServiceTop => open(&format!("coalesce({alias}.lineage[1], r.service)")),
        ReferralDimension::Priority => "r.priority".into(),
        ReferralDimension::Reason => "coalesce(r.reason_then, 'none')".into(),
        ReferralDimension::Territory1 => place(1),
        ReferralDimension::Territory2 => place(2),
        ReferralDimension::Territory3 => place(3),
        ReferralDimension::TerritoryWithin => "r.territory".into(),
    }
}

/// A fragment that gives lines of a tally.
#[derive(Debug, Clone)]
struct Tally(Fragment);

impl QueryFragment<Pg> for Tally {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl QueryId for Tally {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Tally {
    type SqlType = (
        (Integer, Nullable<Text>, Nullable<Text>),
        (BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt),
        (Nullable<Double>, Nullable<Double>, Nullable<Double>),
    );
}

impl<Conn> diesel::RunQueryDsl<Conn> for Tally {}
