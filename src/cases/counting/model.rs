//! The one query behind every figure.
//!
//! A case is cut into the buckets its spans touch. A span is carried over, new or reopened at the one end, closed or
//! open at the other, so carried over + new + reopened − closed = open at the end holds for each case and each bucket,
//! and for every sum of whole cases. A breakdown only sorts whole cases into cells.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel_async::RunQueryDsl;

use super::cells::{CONCERNED, GIVEN, MOVES, NAMED, SERVICES, code, happenings, join, of_a_person, persons};
use super::fragment::{self, Bind, Fragment, Tally};
use super::rules::{Condition, Counted, Dimension, Measure};
use crate::auth::{Actor, Role};
use crate::ids::{OfficeId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// Whose cases are counted.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Cases of these offices.
    pub offices: Vec<OfficeId>,
    /// Of these, only those `staff` owns.
    pub own_only: Vec<OfficeId>,
    /// The one who asks.
    pub staff: StaffId,
}

impl Scope {
    /// What the one who asks may see figures of: the own offices, and of those narrowed to own cases, the own cases.
    pub fn of(actor: &Actor) -> Scope {
        let own_only = match actor.role {
            Role::FieldWorker => actor.offices.clone(),
            Role::CaseWorker => actor.own_cases_only.clone(),
            _ => vec![],
        };
        Scope { offices: actor.offices.clone(), own_only, staff: actor.staff }
    }
}

/// A stretch of days, and its place in the answer.
pub type Slot = (i32, NaiveDate, NaiveDate);

/// A count: whose cases, cut how, narrowed to what.
#[derive(Debug, Clone)]
pub struct Count {
    /// Whose.
    pub scope: Scope,
    /// By which clock; each office's own without one.
    pub zone: Option<Tz>,
    /// The buckets.
    pub slots: Vec<Slot>,
    /// Narrowings.
    pub conditions: Vec<Condition>,
    /// What lies after this moment is not past due yet.
    pub as_of: DateTime<Utc>,
}

/// What a row of a count stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A case.
    Cases,
    /// A service the desk gave.
    Assistance,
    /// A person with assistance or with something that happened on the case.
    Served,
    /// A person named in an assistance.
    Benefiting,
}

/// A line of a tally of cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Which slot.
    pub slot: i32,
    /// The codes of the breakdown.
    pub codes: Vec<String>,
    /// The numbers, in the order of [`Measure`] for cases; else the first is the count.
    pub numbers: [i64; 7],
}

impl Count {
    /// WITH: offices and their clocks, buckets as instants, the cases that may be seen.
    fn opening(&self) -> Fragment {
        let (numbers, (starts, ends)): (Vec<i32>, (Vec<NaiveDate>, Vec<NaiveDate>)) =
            self.slots.iter().map(|(n, from, to)| (*n, (*from, *to))).unzip();
        let ids = |offices: &[OfficeId]| Bind::Uuids(offices.iter().map(|office| office.0).collect());
        Fragment::new()
            .sql("WITH RECURSIVE desks AS (SELECT o.id, coalesce(")
            .bind(Bind::Text(self.zone.map(|zone| zone.name().to_owned())))
            .sql(", o.time_zone) AS zone FROM offices o WHERE o.id = ANY (")
            .bind(ids(&self.scope.offices))
            .sql(")),\nslots AS (SELECT z.zone, d.n, d.from_on::timestamp AT TIME ZONE z.zone AS starts, \
                  d.to_on::timestamp AT TIME ZONE z.zone AS ends \
                  FROM (SELECT DISTINCT zone FROM desks) z CROSS JOIN unnest(")
            .bind(Bind::Numbers(numbers))
            .sql(", ")
            .bind(Bind::Days(starts))
            .sql(", ")
            .bind(Bind::Days(ends))
            .sql(") AS d (n, from_on, to_on)),\nvisible AS (SELECT c.id AS case_id, d.zone, c.opened_at, c.channel, \
                  c.client_kind, c.territory, c.sealed, c.entered_in_error \
                  FROM desks d JOIN cases c ON c.office_id = d.id WHERE (c.office_id <> ALL (")
            .bind(ids(&self.scope.own_only))
            .sql(") OR c.assigned_to = ")
            .bind(Bind::Uuid(self.scope.staff.0))
            .sql(")),\nseen AS (SELECT * FROM visible WHERE NOT sealed AND NOT entered_in_error)")
    }

    /// The rows of a subject with what the breakdown and the narrowings need: `FROM … WHERE …`.
    fn rows(&self, subject: Subject, by: &[Dimension]) -> Fragment {
        let all = by.iter().copied().chain(self.conditions.iter().map(|condition| condition.dimension));
        let all: Vec<Dimension> = all.collect();
        let mut query = Fragment::new().sql(" FROM rows r");
        if all.iter().any(|dimension| of_a_person(*dimension)) {
            query = query.sql(persons(subject));
        }
        for (at, dimension) in by.iter().enumerate() {
            query = query.sql(join(*dimension, &format!("d{at}")));
        }
        for (at, condition) in self.conditions.iter().enumerate() {
            query = query.sql(join(condition.dimension, &format!("f{at}")));
        }
        if subject == Subject::Cases {
            query = query
                .sql("\nLEFT JOIN LATERAL (SELECT p.due_at FROM case_priorities p WHERE p.case_id = r.case_id \
                      AND p.from_at < r.ends ORDER BY p.from_at DESC, p.until_at DESC NULLS FIRST LIMIT 1) due \
                      ON r.open_at_end > 0");
        }
        query = query.sql("\nWHERE true");
        for (at, condition) in self.conditions.iter().enumerate() {
            query = query
                .sql(format!(" AND {} = ", code(condition.dimension, &format!("f{at}"))))
                .bind(Bind::Text(Some(condition.code.clone())));
        }
        query
    }

    /// WITH … rows AS (…): everything before the SELECT.
    fn preamble(&self, subject: Subject, by: &[Dimension]) -> Fragment {
        let services =
            by.iter().copied().chain(self.conditions.iter().map(|c| c.dimension)).any(|dimension| {
                matches!(dimension, Dimension::Service | Dimension::ServiceTop | Dimension::ServiceWithin)
            });
        let query = self.opening().sql(if services { SERVICES } else { "" }).sql(MOVES);
        match subject {
            Subject::Cases => query.sql(",\nrows AS (SELECT * FROM moves)"),
            Subject::Assistance => query.sql(happenings(&format!(
                "SELECT x.id, x.case_id, x.at, NULL::uuid AS person_id FROM ({GIVEN}) x"
            ))),
            Subject::Served => query.sql(happenings(&format!(
                "SELECT NULL::uuid AS id, x.* FROM ({NAMED} UNION ALL {CONCERNED}) x"
            ))),
            Subject::Benefiting => {
                query.sql(happenings(&format!("SELECT NULL::uuid AS id, x.* FROM ({NAMED}) x")))
            }
        }
    }

    fn overdue(&self) -> Fragment {
        Fragment::new()
            .sql("(r.open_at_end > 0 AND coalesce(due.due_at < least(r.ends, ")
            .bind(Bind::Moment(self.as_of))
            .sql("), false))")
    }

    /// The lines of a breakdown: for cases all their numbers, else one number.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lines(
        &self,
        conn: &mut Conn,
        subject: Subject,
        by: &[Dimension],
    ) -> Result<Vec<Line>, Error> {
        let key = |at: usize| match by.get(at) {
            Some(dimension) => format!("{}::text", code(*dimension, &format!("d{at}"))),
            None => "NULL::text".into(),
        };
        let keys = format!("{} AS k1, {} AS k2", key(0), key(1));
        let query = self.preamble(subject, by);
        let query = match subject {
            Subject::Cases => query
                .sql("\nSELECT n, k1, k2, sum(carried_over)::bigint, sum(new)::bigint, sum(reopened)::bigint, \
                      sum(closed)::bigint, count(*) FILTER (WHERE closed > 0), sum(open_at_end)::bigint, \
                      count(*) FILTER (WHERE overdue)\nFROM (SELECT DISTINCT r.case_id, r.n, r.carried_over, r.new, \
                      r.reopened, r.closed, r.open_at_end, ")
                .append(self.overdue())
                .sql(format!(" AS overdue, {keys}")),
            Subject::Assistance => query
                .sql("\nSELECT n, k1, k2, count(*), 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint \
                      FROM (SELECT DISTINCT r.id, r.n, ")
                .sql(keys),
            Subject::Served | Subject::Benefiting => query
                .sql("\nSELECT n, k1, k2, count(*), 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint \
                      FROM (SELECT DISTINCT r.person_id, r.n, ")
                .sql(keys),
        };
        let query = query.append(self.rows(subject, by)).sql(") counted GROUP BY n, k1, k2");
        #[allow(clippy::type_complexity)]
        let rows: Vec<(i32, Option<String>, Option<String>, i64, i64, i64, i64, i64, i64, i64)> =
            Tally(query).load(conn).await?;
        Ok(rows
            .into_iter()
            .map(|(slot, k1, k2, a, b, c, d, e, f, g)| Line {
                slot,
                codes: [k1, k2].into_iter().take(by.len()).map(Option::unwrap_or_default).collect(),
                numbers: [a, b, c, d, e, f, g],
            })
            .collect())
    }

    /// How many cases touched the slots but are in no count: entered in error, sealed. Sealed cases are only counted
    /// when the transaction may see them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn left_out(&self, conn: &mut Conn) -> Result<(i64, i64), Error> {
        let query = self.opening().sql(
            "\nSELECT 0, NULL::text, NULL::text, count(DISTINCT c.case_id) FILTER (WHERE c.entered_in_error), \
             count(DISTINCT c.case_id) FILTER (WHERE c.sealed AND NOT c.entered_in_error), \
             0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint \
             FROM slots b JOIN visible c ON c.zone = b.zone \
             JOIN case_spans s ON s.case_id = c.case_id AND s.opened_at < b.ends \
                 AND (s.closed_at IS NULL OR s.closed_at >= b.starts) WHERE c.sealed OR c.entered_in_error",
        );
        let line = self.single(conn, query).await?;
        Ok((line.0, line.1))
    }

    /// Openings, closings and assistance that happened in the slots but reached the service after their end.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn late_arrivals(&self, conn: &mut Conn) -> Result<i64, Error> {
        let query = self.opening().sql(
            "\nSELECT 0, NULL::text, NULL::text, count(*), 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint \
             FROM (SELECT b.n FROM slots b JOIN seen c ON c.zone = b.zone JOIN case_spans s ON s.case_id = c.case_id \
                   AND s.opened_at >= b.starts AND s.opened_at < b.ends AND s.recorded_at > b.ends \
             UNION ALL SELECT b.n FROM slots b JOIN seen c ON c.zone = b.zone JOIN case_spans s ON s.case_id = c.case_id \
                   AND s.closed_at >= b.starts AND s.closed_at < b.ends AND s.close_recorded_at > b.ends \
             UNION ALL SELECT b.n FROM slots b JOIN seen c ON c.zone = b.zone JOIN assistance a ON a.case_id = c.case_id \
                   AND a.withdrawn_at IS NULL AND a.given_at >= b.starts AND a.given_at < b.ends AND a.recorded_at > b.ends) late",
        );
        Ok(self.single(conn, query).await?.0)
    }

    async fn single(&self, conn: &mut Conn, query: Fragment) -> Result<(i64, i64), Error> {
        #[allow(clippy::type_complexity)]
        let row: (i32, Option<String>, Option<String>, i64, i64, i64, i64, i64, i64, i64) =
            Tally(query).get_result(conn).await?;
        Ok((row.3, row.4))
    }

    /// True of the cases behind one figure.
    fn cases_of(&self, measure: Measure) -> Fragment {
        let subject = match measure {
            Measure::PersonsServed => Subject::Served,
            Measure::Assistance => Subject::Assistance,
            Measure::PeopleBenefiting => Subject::Benefiting,
            _ => Subject::Cases,
        };
        let query = Fragment::new().sql("cases.id IN (").append(self.preamble(subject, &[]));
        let query = query.sql("\nSELECT r.case_id").append(self.rows(subject, &[])).sql(" AND ");
        let query = match measure {
            Measure::CarriedOver => query.sql("r.carried_over > 0"),
            Measure::New => query.sql("r.new > 0"),
            Measure::Reopened => query.sql("r.reopened > 0"),
            Measure::Closed | Measure::ClosedCases => query.sql("r.closed > 0"),
            Measure::OpenAtEnd => query.sql("r.open_at_end > 0"),
            Measure::Overdue => query.append(self.overdue()),
            Measure::PersonsServed | Measure::Assistance | Measure::PeopleBenefiting => query.sql("true"),
        };
        query.sql(")")
    }
}

/// A condition on `cases`: those that stand behind one figure, as the one who asks may see them.
pub struct CaseSet;

impl CaseSet {
    /// The condition, for the filter of a case list. `as_of` is now: what lies later is not past due yet.
    pub fn of(actor: &Actor, counted: &Counted, as_of: DateTime<Utc>) -> fragment::Condition {
        let count = Count {
            scope: Scope::of(actor),
            zone: counted.zone,
            slots: vec![(0, counted.from, counted.to)],
            conditions: counted.conditions.clone(),
            as_of,
        };
        fragment::Condition(count.cases_of(counted.measure))
    }
}
