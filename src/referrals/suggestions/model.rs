//! What the formula weighs, read in a fixed number of queries however many partners there are.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::reasons::{PlaceFrom, Tried};
use super::rules::{self, Candidate, Person, Place, Record, Wish};
use crate::agencies::services::model::{Offerer, Service};
use crate::cases::model::Case;
use crate::ids::{MigrantId, NeedId, ServiceId};
use crate::offices::model::Office;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::referrals::model::NeedFacts;
use crate::referrals::rules::ReferralState;
use crate::schema::{
    agencies, agency_services, case_people, codes, migrants, mobility_periods, referrals, territories,
};

/// How far back a record goes. Older answers say little of who works there now.
const RECORD_DAYS: i64 = 365;

/// Reads what is wanted, where and for whom. Ask as the one who asks: what they may not see stays unknown.
///
/// # Errors
/// Those of the database.
pub async fn wish(conn: &mut Conn, case: &Case, need: &NeedFacts, now: DateTime<Utc>) -> Result<Wish, Error> {
    let office = Office::find(conn, case.office_id).await?;
    let today = office.today(now);
    let (person, home) = person(conn, case, need, today).await?;
    let known = [
        (home, PlaceFrom::Person),
        (case.territory.clone(), PlaceFrom::Case),
        (Some(office.territory.clone()), PlaceFrom::Office),
    ];
    let place = match known.into_iter().find_map(|(code, from)| Some((code?, from))) {
        Some((code, known_from)) => {
            let known = lineages(conn, std::slice::from_ref(&code)).await?.remove(&code);
            let lineage = known.unwrap_or_else(|| vec![code]);
            Some(Place { lineage, known_from })
        }
        None => None,
    };
    let (wider, narrower) = around(conn, &need.service).await?;
    Ok(Wish { code: need.service.clone(), wider, narrower, place, person, now, today })
}

/// The need's person, or the one the case is about, with where they live.
async fn person(
    conn: &mut Conn,
    case: &Case,
    need: &NeedFacts,
    today: NaiveDate,
) -> Result<(Person, Option<String>), Error> {
    let id: Option<MigrantId> = match need.migrant_id {
        Some(id) => Some(id),
        None => case_people::table
            .filter(case_people::case_id.eq(case.id).and(case_people::removed_at.is_null()))
            .filter(case_people::principal)
            .select(case_people::migrant_id)
            .first(conn)
            .await
            .optional()?,
    };
    type File = (i16, Option<NaiveDate>, Option<String>, Vec<String>, Option<String>);
    let file: Option<File> = migrants::table
        .filter(migrants::id.nullable().eq(id))
        .select((
            migrants::sex,
            migrants::birth_on,
            migrants::birth_precision,
            migrants::languages,
            migrants::territory,
        ))
        .first(conn)
        .await
        .optional()?;
    let Some((sex, birth_on, precision, languages, territory)) = file else {
        return Ok((Person::default(), None));
    };
    let mobility: Vec<String> = mobility_periods::table
        .filter(mobility_periods::migrant_id.nullable().eq(id).and(mobility_periods::from_on.le(today)))
        .filter(mobility_periods::until_on.is_null().or(mobility_periods::until_on.gt(today)))
        .order(mobility_periods::category)
        .select(mobility_periods::category)
        .distinct()
        .load(conn)
        .await?;
    let age = birth_on.map(|day| rules::age(day, precision.as_deref().unwrap_or("day"), today));
    Ok((Person { sex, age, mobility, languages }, territory))
}

/// The codes a code lies in, nearest first, and those that lie in it.
async fn around(conn: &mut Conn, code: &str) -> Result<(Vec<String>, Vec<String>), Error> {
    let all: Vec<(String, Option<String>)> = codes::table
        .filter(codes::list.eq("service"))
        .order(codes::code)
        .select((codes::code, codes::parent))
        .load(conn)
        .await?;
    let parents: BTreeMap<&str, &str> =
        all.iter().filter_map(|(code, parent)| Some((code.as_str(), parent.as_deref()?))).collect();
    let above = |code: &str| {
        let mut wider: Vec<String> = Vec::new();
        let mut next = parents.get(code);
        // A parent is never its own child, but a row changed by hand must not hold us up.
        while let Some(parent) = next.filter(|parent| !wider.iter().any(|known| known == *parent)) {
            wider.push((*parent).to_owned());
            next = parents.get(parent);
        }
        wider
    };
    let below = all.iter().map(|(code, _)| code).filter(|lower| above(lower).iter().any(|c| c == code));
    Ok((above(code), below.cloned().collect()))
}

/// The lineages of places, by code.
async fn lineages(conn: &mut Conn, codes: &[String]) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let rows: Vec<(String, Vec<String>)> = territories::table
        .filter(territories::code.eq_any(codes))
        .select((territories::code, territories::lineage))
        .load(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Every service on offer today that covers the code of a wish, without its record.
///
/// # Errors
/// Those of the database.
pub async fn candidates(conn: &mut Conn, wish: &Wish, need: NeedId) -> Result<Vec<Candidate>, Error> {
    let mut covering = vec![wish.code.clone()];
    covering.extend(wish.wider.iter().chain(&wish.narrower).cloned());
    let (gone, left) = (agency_services::retired_on, agencies::retired_on);
    let rows: Vec<(Service, Offerer)> = agency_services::table
        .inner_join(agencies::table)
        .filter(agency_services::codes.overlaps_with(covering))
        .filter(gone.is_null().or(gone.gt(wish.today)))
        .filter(left.is_null().or(left.gt(wish.today)))
        .select((Service::as_select(), Offerer::as_select()))
        .load(conn)
        .await?;
    let mut places: Vec<String> = rows
        .iter()
        .flat_map(|(service, agency)| service.territories.iter().chain(&agency.territory).cloned())
        .collect();
    places.sort_unstable();
    places.dedup();
    let lineages = lineages(conn, &places).await?;
    let mut tried = tried(conn, need).await?;
    let all = rows.into_iter().map(|(service, agency)| {
        let tried = tried.remove(&service.id).unwrap_or_default();
        candidate(service, agency, &lineages, tried, wish)
    });
    Ok(all.collect())
}

fn candidate(
    service: Service,
    agency: Offerer,
    lineages: &BTreeMap<String, Vec<String>>,
    tried: Vec<Tried>,
    wish: &Wish,
) -> Candidate {
    let lineage = |code: &String| lineages.get(code).cloned().unwrap_or_else(|| vec![code.clone()]);
    Candidate {
        freshness: service.freshness(&agency, wish.now),
        territories: service.territories.iter().map(lineage).collect(),
        stands_at: agency.territory.as_ref().map(lineage).unwrap_or_default(),
        service_id: service.id,
        service_name: service.name,
        agency_id: service.agency_id,
        agency_name: agency.name,
        agency_acronym: agency.acronym,
        codes: service.codes,
        sexes: service.sexes,
        min_age: service.min_age,
        max_age: service.max_age,
        mobility: service.mobility,
        languages: service.languages,
        required_documents: service.required_documents,
        cost: service.cost,
        capacity: service.capacity,
        capacity_from: service.capacity_from,
        capacity_at: service.capacity_at,
        confirmed_on: service.last_confirmed_on,
        record: Record::default(),
        tried,
    }
}

/// Earlier referrals of the need, newest first, by service.
async fn tried(conn: &mut Conn, need: NeedId) -> Result<BTreeMap<ServiceId, Vec<Tried>>, Error> {
    let rows: Vec<(ServiceId, Tried)> = referrals::table
        .filter(referrals::need_id.eq(need).and(referrals::state.ne(ReferralState::EnteredInError)))
        .order((referrals::created_at.desc(), referrals::id.desc()))
        .select((
            referrals::service_id,
            (
                referrals::id,
                referrals::number,
                referrals::state,
                referrals::reason,
                referrals::sent_at,
                referrals::ended_at,
            ),
        ))
        .load(conn)
        .await?;
    let mut by_service: BTreeMap<ServiceId, Vec<Tried>> = BTreeMap::new();
    for (service, tried) in rows {
        by_service.entry(service).or_default().push(tried);
    }
    Ok(by_service)
}

#[derive(QueryableByName)]
struct Recorded {
    #[diesel(sql_type = SqlUuid)]
    service_id: ServiceId,
    #[diesel(sql_type = BigInt)]
    sent: i64,
    #[diesel(sql_type = BigInt)]
    counted: i64,
    #[diesel(sql_type = Nullable<Double>)]
    median_days: Option<f64>,
    #[diesel(sql_type = BigInt)]
    ended: i64,
    #[diesel(sql_type = BigInt)]
    met: i64,
}

/// What became of each referral, from its moves: how long until it was decided, until it expired, or until now when its
/// time is over; and whether it ended otherwise than by the desk.
const RECORDS: &str = "
WITH sent AS (
    SELECT r.service_id, r.state, r.decide_by, r.outcome, s.at AS sent_at,
        min(m.at) FILTER (WHERE m.to_state IN ('accepted', 'declined')) AS decided_at,
        min(m.at) FILTER (WHERE m.to_state = 'expired') AS expired_at,
        coalesce(bool_or(m.to_state IN ('declined', 'completed', 'failed', 'expired')
            OR (m.to_state = 'cancelled' AND m.actor_kind = 'partner')), false) AS ended
    FROM referrals r
    JOIN referral_moves s ON s.referral_id = r.id AND s.to_state = 'sent'
    LEFT JOIN referral_moves m ON m.referral_id = r.id AND m.ordinal > s.ordinal
    WHERE r.service_id = ANY ($1) AND s.at >= $2 AND r.state <> 'entered_in_error'
    GROUP BY r.id, s.id
), waited AS (
    SELECT service_id, ended, outcome, extract(epoch FROM coalesce(decided_at, expired_at,
        CASE WHEN state IN ('sent', 'acknowledged') AND decide_by < $3 THEN $3 END) - sent_at) / 86400 AS days
    FROM sent
)
SELECT service_id, count(*) AS sent, count(days) AS counted,
    (percentile_cont(0.5) WITHIN GROUP (ORDER BY days))::float8 AS median_days,
    count(*) FILTER (WHERE ended) AS ended, count(*) FILTER (WHERE ended AND outcome = 'need_met') AS met
FROM waited GROUP BY service_id";

/// Gives each candidate its record. Ask as the system: a record is the whole network's, of which the one who asks sees
/// a part; only numbers come of it.
///
/// # Errors
/// Those of the database.
pub async fn add_records(
    conn: &mut Conn,
    candidates: &mut [Candidate],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let services: Vec<ServiceId> = candidates.iter().map(|candidate| candidate.service_id).collect();
    let rows: Vec<Recorded> = diesel::sql_query(RECORDS)
        .bind::<Array<SqlUuid>, _>(services)
        .bind::<Timestamptz, _>(now - TimeDelta::days(RECORD_DAYS))
        .bind::<Timestamptz, _>(now)
        .load(conn)
        .await?;
    let mut records: BTreeMap<ServiceId, Record> = rows
        .into_iter()
        .map(|row| {
            let Recorded { service_id, sent, counted, median_days, ended, met } = row;
            (service_id, Record { sent, counted, median_days, ended, met })
        })
        .collect();
    for candidate in candidates {
        candidate.record = records.remove(&candidate.service_id).unwrap_or_default();
    }
    Ok(())
}
