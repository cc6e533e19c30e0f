//! The cases worked by hand in docs/SUGGESTIONS.md, and what must hold whatever the numbers.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::ids::ReferralId;

fn now() -> DateTime<Utc> {
    "2026-11-24T15:00:00Z".parse().expect("a moment")
}

fn lineage(codes: &str) -> Vec<String> {
    codes.split(' ').map(str::to_owned).collect()
}

fn texts(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

/// Representation for a woman of 34 who lives in the parish EC-170150 and speaks Spanish.
fn wish() -> Wish {
    Wish {
        code: "LEG-REP".into(),
        wider: texts(&["LEG"]),
        narrower: vec![],
        place: Some(Place { lineage: lineage("EC-17 EC-1701 EC-170150"), known_from: PlaceFrom::Person }),
        person: Person { sex: 2, age: Some((34, 34)), mobility: texts(&["ASY"]), languages: texts(&["spa"]) },
        now: now(),
        today: now().date_naive(),
    }
}

const fn record_of(counted: i64, days: f64, ended: i64, met: i64) -> Record {
    Record { sent: counted, counted, median_days: Some(days), ended, met }
}

const A: Record = record_of(20, 2.0, 18, 15);
const B: Record = record_of(10, 6.0, 8, 4);
const C: Record = record_of(4, 10.0, 2, 0);
const NONE: Record = Record { sent: 0, counted: 0, median_days: None, ended: 0, met: 0 };

fn candidate(name: &str, codes: &[&str], territory: &str, record: Record) -> Candidate {
    Candidate {
        service_id: ServiceId::new(),
        service_name: name.to_owned(),
        agency_id: AgencyId::new(),
        agency_name: name.to_owned(),
        agency_acronym: None,
        codes: texts(codes),
        territories: vec![lineage(territory)],
        sexes: vec![],
        min_age: None,
        max_age: None,
        mobility: vec![],
        languages: vec![],
        required_documents: vec![],
        cost: None,
        capacity: Capacity::Unknown,
        capacity_from: CapacityFrom::Told,
        capacity_at: None,
        confirmed_on: None,
        freshness: Freshness { days: 0, asked: 0, asked_days: None },
        stands_at: vec![],
        record,
        tried: vec![],
    }
}

fn told(mut candidate: Candidate, capacity: Capacity, days_ago: i64) -> Candidate {
    candidate.capacity = capacity;
    candidate.capacity_at = Some(now() - TimeDelta::days(days_ago));
    candidate
}

fn confirmed_ago(mut candidate: Candidate, days: i64) -> Candidate {
    candidate.freshness.days = days;
    candidate
}

fn came_back_as(state: ReferralState) -> Tried {
    Tried {
        referral_id: ReferralId::new(),
        number: "R-PIC-2026-000001".into(),
        state,
        reason: None,
        sent_at: Some(now()),
        ended_at: state.is_terminal().then(now),
    }
}

/// The four services of the documentation.
fn four() -> Vec<Candidate> {
    let mut a = confirmed_ago(told(candidate("A", &["LEG-REP"], "EC-17 EC-1701", A), Capacity::Open, 10), 40);
    a.languages = texts(&["spa", "que"]);
    a.stands_at = lineage("EC-17 EC-1701");
    let mut b = confirmed_ago(told(candidate("B", &["LEG-REP"], "EC-17", B), Capacity::Limited, 20), 120);
    b.languages = texts(&["que"]);
    b.stands_at = lineage("EC-10");
    b.tried = vec![came_back_as(ReferralState::Declined)];
    let mut c = candidate("C", &["LEG", "DOC"], "EC-17 EC-1701 EC-170150", C);
    c = confirmed_ago(told(c, Capacity::Full, 3), 200);
    c.languages = texts(&["spa"]);
    c.stands_at = lineage("EC-17 EC-1701 EC-170150");
    let mut new = confirmed_ago(candidate("New", &["LEG"], "EC-17", NONE), 3);
    new.stands_at = lineage("EC-17 EC-1701 EC-170150");
    vec![b, c, new, a]
}

#[test]
fn the_worked_case_comes_out_as_by_hand() {
    let (network, items, others) = rank(&wish(), four());
    assert_eq!(network, Network { days: 6.0, share_met: 0.5 });
    let scores = |list: &[Suggestion]| -> Vec<(String, f64)> {
        list.iter().map(|s| (s.agency_name.clone(), s.score)).collect()
    };
    assert_eq!(scores(&items), [("A".into(), 88.0), ("New".into(), 66.4), ("B".into(), 21.9)]);
    assert_eq!(scores(&others), [("C".into(), 53.8)]);
    let points = |s: &Suggestion| {
        let r = &s.reasons;
        [
            r.code.points,
            r.area.points,
            r.distance.points,
            r.language.points,
            r.capacity.points,
            r.confirmed.points,
            r.record.points,
            r.tried_points,
        ]
    };
    assert_eq!(points(&items[0]), [15.0, 8.0, 6.7, 10.0, 15.0, 10.0, 23.3, 0.0]);
    assert_eq!(points(&items[1]), [12.0, 6.0, 10.0, 5.0, 7.5, 10.0, 15.9, 0.0]);
    assert_eq!(points(&items[2]), [15.0, 6.0, 0.0, 0.0, 9.0, 6.0, 15.9, -30.0]);
    assert_eq!(points(&others[0]), [12.0, 10.0, 10.0, 10.0, 0.0, 0.0, 11.8, 0.0]);
    assert_eq!(others[0].why_not, [WhyNot::Full]);
}

#[test]
fn a_short_record_is_drawn_to_the_middle_and_a_long_one_stands() {
    let network = Network { days: 6.0, share_met: 0.5 };
    for (own, days, share, points) in
        [(A, 2.8, 0.76, 23.3), (B, 6.0, 0.5, 15.9), (C, 7.78, 0.36, 11.8), (NONE, 6.0, 0.5, 15.9)]
    {
        let told = record(&own, network, None);
        assert_eq!((told.days_ranked_by, told.share_ranked_by, told.points), (days, share, points));
    }
}

#[test]
fn a_network_without_any_record_assumes_a_week_and_one_in_two() {
    assert_eq!(network([NONE, NONE].iter()), PRIOR);
    // 12 × (1 − 7 ÷ 14) + 18 × 0.5
    assert_eq!(record(&NONE, PRIOR, None).points, 15.0);
}

#[test]
fn whoever_is_served_is_told_apart_from_whoever_may_be() {
    let service = |sexes: &[i16], ages: (Option<i16>, Option<i16>), mobility: &[&str]| {
        let mut candidate = candidate("S", &["LEG"], "EC-17", NONE);
        candidate.sexes = sexes.to_vec();
        (candidate.min_age, candidate.max_age) = ages;
        candidate.mobility = texts(mobility);
        candidate
    };
    use Eligible::{Everybody, No, Unknown, Yes};
    for (sexes, ages, mobility, person, expected) in [
        (&[][..], (None, None), &[][..], Person::default(), (Everybody, Everybody, Everybody)),
        (&[2][..], (Some(18), None), &["ASY"][..], wish().person, (Yes, Yes, Yes)),
        (&[1][..], (Some(35), None), &["RET"][..], wish().person, (No, No, No)),
        (&[1][..], (None, Some(17)), &["RET"][..], Person::default(), (Unknown, Unknown, Unknown)),
        // Born in a year: 17 or 18. Estimated: too wide to say.
        (&[][..], (Some(18), None), &[][..], aged((17, 18)), (Everybody, Unknown, Everybody)),
        (&[][..], (None, Some(16)), &[][..], aged((17, 18)), (Everybody, No, Everybody)),
        (&[][..], (Some(17), Some(18)), &[][..], aged((17, 18)), (Everybody, Yes, Everybody)),
    ] {
        let wish = Wish { person, ..wish() };
        let found = eligible(&wish, &service(sexes, ages, mobility));
        assert_eq!((found.sex, found.age, found.mobility), expected, "{sexes:?} {ages:?} {mobility:?}");
    }
    let unasked = Wish { person: Person { mobility: texts(&["UNK"]), ..wish().person }, ..wish() };
    assert_eq!(eligible(&unasked, &service(&[], (None, None), &["ASY"])).mobility, Unknown);
}

fn aged(age: (i32, i32)) -> Person {
    Person { age: Some(age), ..Person::default() }
}

#[test]
fn an_age_is_as_wide_as_the_birth_date_is_vague() {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let today = day("2026-11-24");
    for (birth, precision, expected) in [
        ("2008-11-24", "day", (18, 18)),
        ("2008-11-25", "day", (17, 17)),
        ("2008-01-01", "year", (17, 18)),
        ("2008-01-01", "estimated", (15, 20)),
    ] {
        assert_eq!(age(day(birth), precision, today), expected, "{birth} {precision}");
    }
}

#[test]
fn the_nearest_territory_that_covers_the_place_counts() {
    let covering = |territories: &[&str], place: Option<Place>| {
        let mut candidate = candidate("S", &["LEG"], "EC-17", NONE);
        candidate.territories = territories.iter().map(|codes| lineage(codes)).collect();
        let reason = area(&Wish { place, ..wish() }, &candidate);
        (reason.covers, reason.by, reason.points)
    };
    let here = wish().place;
    let province = Some(Place { lineage: lineage("EC-17"), known_from: PlaceFrom::Case });
    let desk = Some(Place { lineage: lineage("EC-17 EC-1701"), known_from: PlaceFrom::Office });
    let whole = |by: &str, points| (AreaMatch::Whole, Some(by.to_owned()), points);
    assert_eq!(covering(&["EC-17", "EC-17 EC-1701 EC-170150"], here.clone()), whole("EC-170150", 10.0));
    assert_eq!(covering(&["EC-10", "EC-17"], here.clone()), whole("EC-17", 6.0));
    assert_eq!(covering(&["EC-10"], here), (AreaMatch::Outside, None, 0.0));
    assert_eq!(covering(&["EC-17 EC-1701"], province), (AreaMatch::Part, Some("EC-1701".into()), 5.0));
    // Where the desk stands excludes nobody.
    assert_eq!(covering(&["EC-10"], desk), (AreaMatch::Unknown, None, 0.0));
    assert_eq!(covering(&["EC-10"], None), (AreaMatch::Unknown, None, 5.0));
}

#[test]
fn a_kind_of_what_is_needed_earns_less_than_all_of_it() {
    let general = Wish { code: "LEG".into(), wider: vec![], narrower: texts(&["LEG-REP"]), ..wish() };
    let kind = code(&general, &candidate("S", &["LEG-REP"], "EC-17", NONE));
    assert_eq!((kind.covers, kind.by.as_str(), kind.points), (CodeMatch::Narrower, "LEG-REP", 7.5));
}

#[test]
fn what_was_told_long_ago_is_not_known_any_more_but_full_stays_full() {
    for (told_capacity, days, points) in [
        (Capacity::Open, 90, 15.0),
        (Capacity::Open, 91, 7.5),
        (Capacity::Limited, 90, 9.0),
        (Capacity::Limited, 91, 7.5),
        (Capacity::Full, 400, 0.0),
    ] {
        let reason = capacity(&wish(), &told(candidate("S", &["LEG"], "EC-17", NONE), told_capacity, days));
        assert_eq!(reason.points, points, "{told_capacity} {days}");
    }
}

#[test]
fn a_need_that_is_with_a_service_is_not_sent_there_again_and_one_that_came_back_ranks_down() {
    let with = |state| {
        let mut candidate = candidate("S", &["LEG"], "EC-17", NONE);
        candidate.tried = vec![came_back_as(state)];
        let (_, mut items, mut others) = rank(&wish(), vec![candidate]);
        let suggestion = items.pop().or_else(|| others.pop()).expect("listed");
        (suggestion.reasons.tried_points, suggestion.why_not)
    };
    use ReferralState::{Cancelled, Completed, Declined, Draft, Expired, Failed, Sent};
    for state in [Declined, Failed, Expired, Completed, Cancelled] {
        assert_eq!(with(state), (-30.0, vec![]), "{state}");
    }
    for state in [Draft, Sent] {
        assert_eq!(with(state), (0.0, vec![WhyNot::AlreadyReferred]), "{state}");
    }
}

#[test]
fn another_country_is_not_listed_at_all() {
    let abroad = candidate("Naga", &["LEG"], "PH-0500000000", NONE);
    let (_, items, others) = rank(&wish(), vec![abroad.clone(), candidate("Quito", &["LEG"], "EC-10", NONE)]);
    assert!(items.is_empty());
    assert_eq!(others.iter().map(|s| s.agency_name.as_str()).collect::<Vec<_>>(), ["Quito"]);
    let (_, items, _) = rank(&Wish { place: None, ..wish() }, vec![abroad]);
    assert_eq!(items.len(), 1);
}

proptest! {
    #[test]
    fn a_new_partner_is_never_below_the_middle_for_want_of_a_record(
        records in prop::collection::vec((1..60_i64, 0.0..40.0_f64, 0..40_i64, 0.0..=1.0_f64), 1..30)
    ) {
        let records: Vec<Record> = records
            .into_iter()
            .map(|(counted, days, ended, share)| {
                let ended = ended.min(counted);
                #[allow(clippy::cast_possible_truncation)]
                record_of(counted, days, ended, (share * number(ended)).floor() as i64)
            })
            .collect();
        let mut all: Vec<Candidate> =
            records.iter().map(|record| candidate("Old", &["LEG"], "EC-17", *record)).collect();
        all.push(candidate("New", &["LEG"], "EC-17", NONE));
        let (_, items, _) = rank(&wish(), all);
        let new = items.iter().find(|s| s.agency_name == "New").expect("listed").score;
        let not_above = items.iter().filter(|s| s.agency_name == "Old" && s.score <= new).count();
        prop_assert!(2 * not_above >= records.len(), "{not_above} of {}", records.len());
    }

    #[test]
    fn a_score_is_the_sum_of_its_points_and_stays_within_a_hundred(
        counted in 0..60_i64, days in 0.0..40.0_f64, met in 0..60_i64
    ) {
        let own = record_of(counted, days, counted, met.min(counted));
        let (_, items, _) = rank(&wish(), vec![candidate("S", &["LEG-REP"], "EC-17", own)]);
        let reasons = &items[0].reasons;
        prop_assert!((0.0..=100.0).contains(&items[0].score));
        prop_assert!(reasons.record.points <= WEIGHTS.answer + WEIGHTS.met + 0.05);
    }
}
