//! The formula: how many points each reason earns, who is listed apart, and why.
//!
//! Every reason earns points up to its weight in [`Weights`]; the score is their sum. Nothing that is not known excludes
//! a service, it earns about half. `docs/SUGGESTIONS.md` says the same in words, with cases worked by hand that the
//! tests repeat.

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};

use super::reasons::{
    AreaMatch, AreaReason, CapacityReason, CodeMatch, CodeReason, ConfirmedReason, DistanceReason, Eligible,
    EligibleReason, LanguageReason, Network, PlaceFrom, Reasons, RecordReason, Suggestion, Tried, WhyNot,
};
use crate::agencies::services::rules::{Capacity, CapacityFrom, Freshness};
use crate::ids::{AgencyId, ServiceId};
use crate::offices::rules::country_of;
use crate::referrals::rules::ReferralState;

/// The most points each reason can earn; together 100.
pub struct Weights {
    /// Covers the code: all for the exact one.
    pub code: f64,
    /// Covers the place: all for the place itself.
    pub area: f64,
    /// Stands near.
    pub distance: f64,
    /// Speaks a language of the person.
    pub language: f64,
    /// Has room.
    pub capacity: f64,
    /// Its entry is known to be true.
    pub confirmed: f64,
    /// Answers soon.
    pub answer: f64,
    /// Meets needs.
    pub met: f64,
}

/// Help that came of it weighs most, then room and fit; nearness and freshness decide between equals.
pub const WEIGHTS: Weights = Weights {
    code: 15.0,
    area: 10.0,
    distance: 10.0,
    language: 10.0,
    capacity: 15.0,
    confirmed: 10.0,
    answer: 12.0,
    met: 18.0,
};

/// A code that covers the need as a wider one, or that is only a kind of it, earns so much of the weight.
const WIDER: f64 = 0.8;
const NARROWER: f64 = 0.5;
/// Each level the covering territory lies above the place takes so much of the weight, down to [`AREA_AT_LEAST`].
const LEVEL: f64 = 0.2;
const AREA_AT_LEAST: f64 = 0.4;
/// What is not known earns so much of the weight.
const UNKNOWN: f64 = 0.5;
/// A service with few places earns so much of the weight.
const LIMITED: f64 = 0.6;
/// Told longer ago than this, `open` and `limited` are not known any more. In days.
const CAPACITY_KNOWN_FOR: i64 = 90;
/// An entry that is neither fresh nor stale earns so much of the weight.
const AGEING: f64 = 0.6;
/// An answer after so many days earns nothing: the time a partner has for what is not urgent.
const SLOWEST_DAYS: f64 = 14.0;
/// So many cases of the network's middle are added to each record: one bad day does not end a partner, and one
/// success does not make it first.
const PRIOR_CASES: f64 = 5.0;
/// What is assumed of a network without any record.
const PRIOR: Network = Network { days: 7.0, share_met: 0.5 };
/// Taken off when this need came back from this service before.
const TRIED: f64 = -30.0;
/// An estimated age is true within so many years.
const ESTIMATE: i32 = 2;

/// What is wanted.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Wish {
    pub code: String,
    /// The codes it lies in, nearest first.
    pub wider: Vec<String>,
    /// The codes that are kinds of it.
    pub narrower: Vec<String>,
    pub place: Option<Place>,
    pub person: Person,
    pub now: DateTime<Utc>,
    /// The day at the office.
    pub today: NaiveDate,
}

/// Where it is wanted.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Place {
    /// Codes from the top of the country down to the place itself.
    pub lineage: Vec<String>,
    pub known_from: PlaceFrom,
}

/// For whom; nothing of it need be known.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct Person {
    /// ISO 5218; 0 not known.
    pub sex: i16,
    /// The youngest and the oldest the person can be today, in years.
    pub age: Option<(i32, i32)>,
    /// Mobility categories of today.
    pub mobility: Vec<String>,
    /// ISO 639-3 codes, best first.
    pub languages: Vec<String>,
}

/// A service that may do.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Candidate {
    pub service_id: ServiceId,
    pub service_name: String,
    pub agency_id: AgencyId,
    pub agency_name: String,
    pub agency_acronym: Option<String>,
    pub codes: Vec<String>,
    /// The lineage of each territory it covers.
    pub territories: Vec<Vec<String>>,
    pub sexes: Vec<i16>,
    pub min_age: Option<i16>,
    pub max_age: Option<i16>,
    pub mobility: Vec<String>,
    pub languages: Vec<String>,
    pub required_documents: Vec<String>,
    pub cost: Option<String>,
    pub capacity: Capacity,
    pub capacity_from: CapacityFrom,
    pub capacity_at: Option<DateTime<Utc>>,
    pub confirmed_on: Option<NaiveDate>,
    pub freshness: Freshness,
    /// The lineage of where the agency stands; empty when that is not known.
    pub stands_at: Vec<String>,
    pub record: Record,
    pub tried: Vec<Tried>,
}

/// What became of the referrals of a year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Record {
    pub sent: i64,
    pub counted: i64,
    pub median_days: Option<f64>,
    pub ended: i64,
    pub met: i64,
}

/// The services to send to and those listed apart, each best first.
pub fn rank(wish: &Wish, candidates: Vec<Candidate>) -> (Network, Vec<Suggestion>, Vec<Suggestion>) {
    let network = network(candidates.iter().map(|candidate| &candidate.record));
    let records: Vec<f64> = candidates
        .iter()
        .filter(|candidate| candidate.record.counted > 0)
        .map(|candidate| record_points(&candidate.record, network))
        .collect();
    let floor = median(records);
    let within_reach = candidates.into_iter().filter(|candidate| is_within_reach(wish, candidate));
    let mut all: Vec<Suggestion> =
        within_reach.map(|candidate| suggestion(wish, candidate, network, floor)).collect();
    // Equal scores stand in the order of their names, so that two screens show the same list.
    all.sort_by(|a, b| {
        let key = |s: &Suggestion| (s.agency_name.clone(), s.service_name.clone(), s.service_id);
        b.score.total_cmp(&a.score).then_with(|| key(a).cmp(&key(b)))
    });
    let (items, others) = all.into_iter().partition(|suggestion| suggestion.why_not.is_empty());
    let network = Network { days: hundredth(network.days), share_met: hundredth(network.share_met) };
    (network, items, others)
}

/// A service of another country is not even listed apart.
fn is_within_reach(wish: &Wish, candidate: &Candidate) -> bool {
    let Some(place) = &wish.place else { return true };
    let country = |lineage: &Vec<String>| lineage.first().map(|code| country_of(code));
    let here = country(&place.lineage);
    candidate.territories.iter().any(|covered| country(covered) == here)
}

fn suggestion(wish: &Wish, candidate: Candidate, network: Network, floor: Option<f64>) -> Suggestion {
    let reasons = Reasons {
        code: code(wish, &candidate),
        area: area(wish, &candidate),
        distance: distance(wish, &candidate),
        eligible: eligible(wish, &candidate),
        language: language(wish, &candidate),
        capacity: capacity(wish, &candidate),
        confirmed: confirmed(&candidate),
        record: record(&candidate.record, network, floor),
        tried_points: if candidate.tried.iter().any(came_back) { TRIED } else { 0.0 },
    };
    Suggestion {
        score: score(&reasons),
        why_not: why_not(&reasons, &candidate),
        reasons,
        service_id: candidate.service_id,
        service_name: candidate.service_name,
        agency_id: candidate.agency_id,
        agency_name: candidate.agency_name,
        agency_acronym: candidate.agency_acronym,
        required_documents: candidate.required_documents,
        cost: candidate.cost,
        tried: candidate.tried,
    }
}

fn score(reasons: &Reasons) -> f64 {
    let points = reasons.code.points
        + reasons.area.points
        + reasons.distance.points
        + reasons.language.points
        + reasons.capacity.points
        + reasons.confirmed.points
        + reasons.record.points
        + reasons.tried_points;
    tenth(points)
}

/// Points are shown and summed in tenths, so that a reader who adds them up finds the score.
fn tenth(points: f64) -> f64 {
    (points * 10.0).round() / 10.0
}

/// Days and shares are shown in hundredths.
fn hundredth(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn why_not(reasons: &Reasons, candidate: &Candidate) -> Vec<WhyNot> {
    let is_with_it = candidate.tried.iter().any(|tried| !tried.state.is_terminal());
    let EligibleReason { sex, age, mobility } = reasons.eligible;
    [
        (is_with_it, WhyNot::AlreadyReferred),
        (candidate.capacity == Capacity::Full, WhyNot::Full),
        (sex == Eligible::No, WhyNot::Sex),
        (age == Eligible::No, WhyNot::Age),
        (mobility == Eligible::No, WhyNot::Mobility),
        (reasons.area.covers == AreaMatch::Outside, WhyNot::OutOfArea),
    ]
    .into_iter()
    .filter_map(|(holds, why)| holds.then_some(why))
    .collect()
}

/// Whether a referral ended without the need being met.
fn came_back(tried: &Tried) -> bool {
    use ReferralState::{Cancelled, Completed, Declined, Expired, Failed};
    matches!(tried.state, Declined | Failed | Expired | Completed)
        || (tried.state == Cancelled && tried.sent_at.is_some())
}

fn code(wish: &Wish, candidate: &Candidate) -> CodeReason {
    let names = |code: &String| candidate.codes.contains(code);
    let (covers, by, share) = if names(&wish.code) {
        (CodeMatch::Exact, wish.code.clone(), 1.0)
    } else if let Some(wider) = wish.wider.iter().find(|code| names(code)) {
        (CodeMatch::Wider, wider.clone(), WIDER)
    } else {
        let by = wish.narrower.iter().find(|code| names(code)).cloned().unwrap_or_default();
        (CodeMatch::Narrower, by, NARROWER)
    };
    CodeReason { covers, by, points: tenth(WEIGHTS.code * share) }
}

fn area(wish: &Wish, candidate: &Candidate) -> AreaReason {
    let unknown = AreaReason {
        covers: AreaMatch::Unknown,
        by: None,
        levels_above: None,
        points: tenth(WEIGHTS.area * UNKNOWN),
    };
    let Some(place) = &wish.place else { return unknown };
    let Some(here) = place.lineage.last() else { return unknown };
    let covering = candidate
        .territories
        .iter()
        .filter(|covered| covered.last().is_some_and(|code| place.lineage.contains(code)))
        .min_by_key(|covered| Reverse(covered.len()));
    if let Some(covered) = covering {
        let levels = place.lineage.len() - covered.len();
        let share = (1.0 - LEVEL * count(levels)).max(AREA_AT_LEAST);
        return AreaReason {
            covers: AreaMatch::Whole,
            by: covered.last().cloned(),
            levels_above: Some(levels),
            points: tenth(WEIGHTS.area * share),
        };
    }
    if let Some(part) = candidate.territories.iter().find(|covered| covered.contains(here)) {
        return AreaReason { covers: AreaMatch::Part, by: part.last().cloned(), ..unknown };
    }
    // That a desk stands elsewhere does not say where the person is.
    if place.known_from == PlaceFrom::Office {
        return AreaReason { points: 0.0, ..unknown };
    }
    AreaReason { covers: AreaMatch::Outside, points: 0.0, ..unknown }
}

fn distance(wish: &Wish, candidate: &Candidate) -> DistanceReason {
    let here = wish.place.as_ref().map_or(&[][..], |place| &place.lineage);
    if here.is_empty() || candidate.stands_at.is_empty() {
        let points = tenth(WEIGHTS.distance * UNKNOWN);
        return DistanceReason { shared_levels: None, of_levels: None, points };
    }
    let shared = here.iter().zip(&candidate.stands_at).take_while(|(a, b)| a == b).count();
    DistanceReason {
        shared_levels: Some(shared),
        of_levels: Some(here.len()),
        points: tenth(WEIGHTS.distance * count(shared) / count(here.len())),
    }
}

fn eligible(wish: &Wish, candidate: &Candidate) -> EligibleReason {
    let person = &wish.person;
    let sex = match person.sex {
        _ if candidate.sexes.is_empty() => Eligible::Everybody,
        sex @ (1 | 2) if candidate.sexes.contains(&sex) => Eligible::Yes,
        1 | 2 => Eligible::No,
        _ => Eligible::Unknown,
    };
    let known: Vec<&String> = person.mobility.iter().filter(|category| *category != "UNK").collect();
    let mobility = if candidate.mobility.is_empty() {
        Eligible::Everybody
    } else if known.is_empty() {
        Eligible::Unknown
    } else if known.iter().any(|category| candidate.mobility.contains(category)) {
        Eligible::Yes
    } else {
        Eligible::No
    };
    EligibleReason { sex, age: eligible_by_age(person.age, candidate), mobility }
}

fn eligible_by_age(age: Option<(i32, i32)>, candidate: &Candidate) -> Eligible {
    let (min, max) = (candidate.min_age.map(i32::from), candidate.max_age.map(i32::from));
    if min.is_none() && max.is_none() {
        return Eligible::Everybody;
    }
    let Some((youngest, oldest)) = age else { return Eligible::Unknown };
    let (min, max) = (min.unwrap_or(i32::MIN), max.unwrap_or(i32::MAX));
    if min <= youngest && oldest <= max {
        Eligible::Yes
    } else if oldest < min || max < youngest {
        Eligible::No
    } else {
        Eligible::Unknown
    }
}

/// The youngest and the oldest a person can be today, by how well the birth date is known.
pub fn age(birth_on: NaiveDate, precision: &str, today: NaiveDate) -> (i32, i32) {
    use chrono::Datelike;
    let years = today.year() - birth_on.year();
    match precision {
        "day" => {
            let age = i32::try_from(today.years_since(birth_on).unwrap_or(0)).unwrap_or(0);
            (age, age)
        }
        "year" => (years - 1, years),
        _ => (years - 1 - ESTIMATE, years + ESTIMATE),
    }
}

fn language(wish: &Wish, candidate: &Candidate) -> LanguageReason {
    let spoken = &wish.person.languages;
    let known = !spoken.is_empty() && !candidate.languages.is_empty();
    let shared: Vec<String> =
        spoken.iter().filter(|code| candidate.languages.contains(code)).cloned().collect();
    let share = match (known, shared.is_empty()) {
        (false, _) => UNKNOWN,
        (true, true) => 0.0,
        (true, false) => 1.0,
    };
    LanguageReason { shared, known, points: tenth(WEIGHTS.language * share) }
}

fn capacity(wish: &Wish, candidate: &Candidate) -> CapacityReason {
    let days_ago = candidate.capacity_at.map(|at| (wish.now - at).num_days().max(0));
    let stale = days_ago.is_none_or(|days| days > CAPACITY_KNOWN_FOR);
    let share = match candidate.capacity {
        // Whoever takes nobody stays so until somebody says otherwise, or the conclusion lapses: see the agencies' jobs.
        Capacity::Full => 0.0,
        Capacity::Open if !stale => 1.0,
        Capacity::Limited if !stale => LIMITED,
        Capacity::Open | Capacity::Limited | Capacity::Unknown => UNKNOWN,
    };
    CapacityReason {
        capacity: candidate.capacity,
        known_from: candidate.capacity_from,
        told_at: candidate.capacity_at,
        days_ago,
        stale: stale && candidate.capacity != Capacity::Full,
        points: tenth(WEIGHTS.capacity * share),
    }
}

fn confirmed(candidate: &Candidate) -> ConfirmedReason {
    let freshness = candidate.freshness;
    let share = if freshness.is_stale() {
        0.0
    } else if freshness.is_due() {
        AGEING
    } else {
        1.0
    };
    ConfirmedReason {
        confirmed_on: candidate.confirmed_on,
        days_ago: freshness.days,
        asked: freshness.asked,
        stale: freshness.is_stale(),
        points: tenth(WEIGHTS.confirmed * share),
    }
}

/// The middle of the partners' own middles: a large partner does not outvote the others, and half of those with a record
/// are below it or equal.
fn network<'a>(records: impl Iterator<Item = &'a Record>) -> Network {
    let (mut days, mut shares) = (Vec::new(), Vec::new());
    for record in records {
        days.extend(record.median_days.filter(|_| record.counted > 0));
        shares.extend(record.share_met());
    }
    Network { days: median(days).unwrap_or(PRIOR.days), share_met: median(shares).unwrap_or(PRIOR.share_met) }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.get(values.len().checked_sub(1)? / 2)?, values.get(values.len() / 2)?);
    Some((low + high) / 2.0)
}

impl Record {
    fn share_met(&self) -> Option<f64> {
        (self.ended > 0).then(|| number(self.met) / number(self.ended))
    }

    /// Its days and share as [`PRIOR_CASES`] cases of the network's middle leave them.
    fn drawn_to(&self, network: Network) -> Network {
        let draw = |own: f64, cases: i64, middle: f64| {
            (own * number(cases) + middle * PRIOR_CASES) / (number(cases) + PRIOR_CASES)
        };
        Network {
            days: draw(self.median_days.unwrap_or(network.days), self.counted, network.days),
            share_met: draw(self.share_met().unwrap_or(network.share_met), self.ended, network.share_met),
        }
    }
}

fn record_points(record: &Record, network: Network) -> f64 {
    let drawn = record.drawn_to(network);
    let soon = (1.0 - drawn.days / SLOWEST_DAYS).clamp(0.0, 1.0);
    WEIGHTS.answer * soon + WEIGHTS.met * drawn.share_met
}

/// `floor` is the middle of what those with a record earn: whoever has none yet is not below it for that.
fn record(record: &Record, network: Network, floor: Option<f64>) -> RecordReason {
    let (drawn, is_new) = (record.drawn_to(network), record.counted == 0);
    let own = record_points(record, network);
    let points = if is_new { own.max(floor.unwrap_or(own)) } else { own };
    RecordReason {
        sent: record.sent,
        counted: record.counted,
        median_days: record.median_days.map(hundredth),
        ended: record.ended,
        needs_met: record.met,
        share_met: record.share_met().map(hundredth),
        is_new,
        days_ranked_by: hundredth(drawn.days),
        share_ranked_by: hundredth(drawn.share_met),
        points: tenth(points),
    }
}

/// Counts are small; a year of a network's referrals stays far below 2⁵³.
#[allow(clippy::cast_precision_loss)]
fn number(cases: i64) -> f64 {
    cases as f64
}

fn count(levels: usize) -> f64 {
    number(i64::try_from(levels).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
