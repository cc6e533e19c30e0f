//! The fixed SQL of a count: how a case is cut into buckets, and which cell of a breakdown a row falls into.

use super::model::Subject;
use super::rules::Dimension;

pub(super) const MOVES: &str = ",
moves AS (
    SELECT c.case_id, b.n, b.starts, b.ends, c.zone, c.opened_at, c.channel, c.client_kind, c.territory,
        count(*) FILTER (WHERE s.opened_at < b.starts) AS carried_over,
        count(*) FILTER (WHERE s.opened_at >= b.starts AND s.ordinal = 1) AS new,
        count(*) FILTER (WHERE s.opened_at >= b.starts AND s.ordinal > 1) AS reopened,
        count(*) FILTER (WHERE s.closed_at < b.ends) AS closed,
        count(*) FILTER (WHERE s.closed_at IS NULL OR s.closed_at >= b.ends) AS open_at_end,
        CASE WHEN bool_or(s.closed_at IS NULL OR s.closed_at >= b.ends) THEN b.ends ELSE max(s.closed_at) END AS moment
    FROM slots b
    JOIN seen c ON c.zone = b.zone
    JOIN case_spans s ON s.case_id = c.case_id AND s.opened_at < b.ends
        AND (s.closed_at IS NULL OR s.closed_at >= b.starts)
    GROUP BY c.case_id, b.n, b.starts, b.ends, c.zone, c.opened_at, c.channel, c.client_kind, c.territory
)";

/// Every service code with the codes above it, widest first.
pub(super) const SERVICES: &str = ",
services (code, lineage, restricted) AS (
    SELECT code, ARRAY[code], restricted FROM codes WHERE list = 'service' AND parent IS NULL
    UNION ALL
    SELECT k.code, w.lineage || k.code, k.restricted OR w.restricted
    FROM codes k JOIN services w ON w.code = k.parent WHERE k.list = 'service'
)";

/// What happened to whom, between the first and the last moment of any slot.
pub(super) const GIVEN: &str = "SELECT a.id, a.case_id, a.given_at AS at FROM assistance a
        WHERE a.withdrawn_at IS NULL AND a.given_at >= (SELECT min(starts) FROM slots) AND a.given_at < (SELECT max(ends) FROM slots)";
pub(super) const NAMED: &str = "SELECT a.case_id, a.given_at AS at, p.migrant_id AS person_id
        FROM assistance a JOIN assistance_people p ON p.assistance_id = a.id
        WHERE a.withdrawn_at IS NULL AND a.given_at >= (SELECT min(starts) FROM slots) AND a.given_at < (SELECT max(ends) FROM slots)";
pub(super) const CONCERNED: &str = "SELECT e.case_id, e.at, p.migrant_id AS person_id
        FROM case_events e JOIN case_people p ON p.case_id = e.case_id
            AND (p.removed_at IS NULL OR p.removed_at > e.at) AND p.added_at <= e.at
        WHERE e.at >= (SELECT min(starts) FROM slots) AND e.at < (SELECT max(ends) FROM slots)";

/// Rows of what happened, each with the case's place in the bucket it happened in. A merged person is counted as the
/// file that goes on; one entered in error is not.
pub(super) fn happenings(source: &str) -> String {
    format!(
        ",
rows AS (
    SELECT x.id, c.case_id, b.n, b.starts, b.ends, c.zone, c.opened_at, c.channel, c.client_kind, c.territory,
        coalesce(m.moment, b.ends) AS moment, coalesce(person.merged_into, x.person_id) AS person_id
    FROM ({source}) x
    JOIN seen c ON c.case_id = x.case_id
    JOIN slots b ON b.zone = c.zone AND x.at >= b.starts AND x.at < b.ends
    LEFT JOIN moves m ON m.case_id = c.case_id AND m.n = b.n
    LEFT JOIN migrants person ON person.id = x.person_id
    WHERE person.status IS DISTINCT FROM 'entered_in_error'
)"
    )
}

pub(super) fn of_a_person(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::Sex | Dimension::AgeBand | Dimension::Nationality | Dimension::Mobility)
}

/// `who`: the person whose facts count: the principal of a case, or the one who was served.
pub(super) fn persons(subject: Subject) -> &'static str {
    match subject {
        Subject::Cases | Subject::Assistance => {
            "\nLEFT JOIN case_people principal ON principal.case_id = r.case_id AND principal.principal \
             AND principal.removed_at IS NULL AND r.client_kind <> 'ASC'\
             \nLEFT JOIN migrants who ON who.id = principal.migrant_id"
        }
        Subject::Served | Subject::Benefiting => "\nLEFT JOIN migrants who ON who.id = r.person_id",
    }
}

/// What a dimension reads besides the row; `alias` keeps several apart.
pub(super) fn join(dimension: Dimension, alias: &str) -> String {
    match dimension {
        Dimension::Office | Dimension::Worker => valid("case_holdings", "h.office_id, h.staff_id", alias),
        Dimension::Priority => valid("case_priorities", "h.priority", alias),
        Dimension::Service => needs("n.service", alias),
        Dimension::ServiceTop => needs("coalesce(k.lineage[1], n.service)", alias),
        Dimension::ServiceWithin => format!(
            "\nLEFT JOIN LATERAL (SELECT DISTINCT unnest(k.lineage) AS code FROM needs n JOIN services k ON k.code = n.service \
             WHERE n.case_id = r.case_id AND n.parent_id IS NULL AND n.raised_at < r.ends AND NOT n.restricted AND NOT k.restricted) {alias} ON true"
        ),
        Dimension::Mobility => format!(
            "\nLEFT JOIN LATERAL (SELECT DISTINCT p.category FROM mobility_periods p WHERE p.migrant_id = who.id \
             AND p.from_on <= (r.opened_at AT TIME ZONE r.zone)::date \
             AND (p.until_on IS NULL OR p.until_on > (r.opened_at AT TIME ZONE r.zone)::date)) {alias} ON true"
        ),
        Dimension::Territory1 | Dimension::Territory2 | Dimension::Territory3 => {
            format!("\nLEFT JOIN territories {alias} ON {alias}.code = r.territory")
        }
        Dimension::TerritoryWithin => format!(
            "\nLEFT JOIN LATERAL (SELECT unnest(t.lineage) AS code FROM territories t WHERE t.code = r.territory) {alias} ON true"
        ),
        Dimension::AgeBand => format!(
            "\nLEFT JOIN LATERAL (SELECT date_part('year', age((r.opened_at AT TIME ZONE r.zone)::date, who.birth_on)) AS years) {alias} ON true"
        ),
        Dimension::Nationality | Dimension::Sex | Dimension::Channel | Dimension::ClientKind => String::new(),
    }
}

/// The row of a dated history that held just before the row's moment; the first one when none had begun.
fn valid(table: &str, columns: &str, alias: &str) -> String {
    format!(
        "\nLEFT JOIN LATERAL (SELECT {columns} FROM {table} h WHERE h.case_id = r.case_id \
         ORDER BY h.from_at < r.moment DESC, CASE WHEN h.from_at < r.moment THEN h.from_at END DESC NULLS LAST, \
         h.from_at, h.until_at DESC NULLS FIRST, h.id DESC LIMIT 1) {alias} ON true"
    )
}

/// What was wanted before the bucket's end; a part of a need counts within that need. What is restricted only shows that it is.
fn needs(code: &str, alias: &str) -> String {
    format!(
        "\nLEFT JOIN LATERAL (SELECT DISTINCT CASE WHEN n.restricted OR coalesce(k.restricted, false) THEN 'restricted' \
         ELSE {code} END AS code FROM needs n LEFT JOIN services k ON k.code = n.service \
         WHERE n.case_id = r.case_id AND n.parent_id IS NULL AND n.raised_at < r.ends) {alias} ON true"
    )
}

/// The code a row has in a dimension.
pub(super) fn code(dimension: Dimension, alias: &str) -> String {
    let of_person = |known: &str| {
        format!(
            "CASE WHEN who.id IS NULL AND r.client_kind IN ('ASC', 'ORG') THEN 'not_applicable' ELSE {known} END"
        )
    };
    match dimension {
        Dimension::Office => format!("coalesce({alias}.office_id::text, 'none')"),
        Dimension::Worker => format!("coalesce({alias}.staff_id::text, 'none')"),
        Dimension::Priority => format!("coalesce({alias}.priority, 'unknown')"),
        Dimension::Service
        | Dimension::ServiceTop
        | Dimension::ServiceWithin
        | Dimension::TerritoryWithin => {
            format!("coalesce({alias}.code, 'none')")
        }
        Dimension::Mobility => of_person(&format!("coalesce({alias}.category, 'unknown')")),
        Dimension::Nationality => of_person("coalesce(who.nationality, 'unknown')"),
        Dimension::Sex => {
            of_person("CASE who.sex WHEN 1 THEN 'male' WHEN 2 THEN 'female' ELSE 'not_known' END")
        }
        Dimension::AgeBand => of_person(&format!(
            "CASE WHEN {alias}.years < 0 OR {alias}.years IS NULL THEN 'unknown' WHEN {alias}.years < 5 THEN '0-4' \
             WHEN {alias}.years < 12 THEN '5-11' WHEN {alias}.years < 18 THEN '12-17' WHEN {alias}.years < 60 THEN '18-59' \
             ELSE '60-plus' END"
        )),
        Dimension::Channel => "r.channel".into(),
        Dimension::ClientKind => "r.client_kind".into(),
        Dimension::Territory1 => format!("coalesce({alias}.lineage[1], 'none')"),
        Dimension::Territory2 => format!("coalesce({alias}.lineage[2], 'none')"),
        Dimension::Territory3 => format!("coalesce({alias}.lineage[3], 'none')"),
    }
}
