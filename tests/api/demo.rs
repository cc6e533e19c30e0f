//! Demo data: the same from the same seed, and shaped like the desks it is modelled on.

use chrono::NaiveDate;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use migrant_desk::demo::{self, Wanted};
use migrant_desk::platform::app::App;
use migrant_desk::platform::db::establish;

use crate::support::{bare_application, url_of};

fn wanted(seed: u64) -> Wanted {
    Wanted { people: 300, seed, today: NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day") }
}

async fn load(name: &str, seed: u64) -> (App, AsyncPgConnection) {
    let app = bare_application(name).await;
    assert!(demo::load_once(&app, wanted(seed)).await.expect("loaded"));
    (app, establish(&url_of(name, "postgres")).await.expect("database"))
}

#[derive(diesel::QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

async fn one(conn: &mut AsyncPgConnection, query: &str) -> String {
    let row: Text =
        diesel::sql_query(format!("SELECT ({query})::text AS value")).get_result(conn).await.expect("row");
    row.value
}

async fn fingerprint(conn: &mut AsyncPgConnection) -> Vec<String> {
    let mut prints = vec![];
    for table in [
        "migrants",
        "migrant_search_keys",
        "case_people",
        "case_spans",
        "referral_moves",
        "assistance_people",
    ] {
        prints.push(
            one(conn, &format!("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")).await,
        );
    }
    prints
}

#[tokio::test(flavor = "multi_thread")]
async fn one_seed_draws_the_same_people_twice_and_another_seed_draws_others() {
    let (app, mut one) = load("demo_one", 5).await;
    let (_, mut two) = load("demo_two", 5).await;
    let (_, mut three) = load("demo_three", 6).await;
    let first = fingerprint(&mut one).await;
    assert_eq!(first, fingerprint(&mut two).await);
    assert_ne!(first, fingerprint(&mut three).await);
    assert!(!demo::load_once(&app, wanted(5)).await.expect("asked again"), "loaded twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_year_looks_like_the_desks_own() {
    let (_, mut conn) = load("demo_shape", 7).await;
    let banking = "SELECT count(*) FILTER (WHERE n.service LIKE 'FIN%' OR n.service LIKE 'ENT%') * 100 / count(*) > 70
        FROM needs n JOIN cases c ON c.id = n.case_id JOIN offices o ON o.id = c.office_id WHERE o.code = 'SED'";
    assert_eq!(one(&mut conn, banking).await, "true");
    let met = "SELECT count(*) FROM referrals r JOIN offices o ON o.id = r.office_id WHERE o.code IN ('SED', 'SEM') AND r.service LIKE 'FIN%'";
    assert_eq!(one(&mut conn, met).await, "0", "no bank is in that desk's directory");
    let late = "SELECT count(*) FROM cases c JOIN offices o ON o.id = c.office_id WHERE o.kind = 'mobile_unit' AND c.recorded_at - c.opened_at > interval '2 hours'";
    assert_ne!(one(&mut conn, late).await, "0");
    let whole = "SELECT bool_and(n = 1) FROM (SELECT count(*) FILTER (WHERE until_at IS NULL) n FROM case_holdings GROUP BY case_id) h";
    assert_eq!(one(&mut conn, whole).await, "true");
    let told = "SELECT bool_and(r.state = m.to_state) FROM referrals r JOIN LATERAL
        (SELECT to_state FROM referral_moves WHERE referral_id = r.id ORDER BY ordinal DESC LIMIT 1) m ON true";
    assert_eq!(one(&mut conn, told).await, "true");
    // Shelter has one partner of each kind for the suggestions: prompt, slow, full, and new without a record.
    let shelter = |condition: &str| {
        format!(
            "SELECT count(r.id) {condition} FROM agencies a JOIN agency_services s ON s.agency_id = a.id
                 LEFT JOIN referrals r ON r.service_id = s.id WHERE 'HOU-EMG' = ANY (s.codes)"
        )
    };
    for (acronym, known) in [("CPC", "> 0"), ("HPG", "= 0")] {
        let referred = format!("{} AND a.acronym = '{acronym}'", shelter(known));
        assert_eq!(one(&mut conn, &referred).await, "true", "{acronym}");
    }
    assert_eq!(one(&mut conn, &format!("{} AND s.capacity = 'full'", shelter("> 0"))).await, "true");
}
