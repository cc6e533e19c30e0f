//! Each wall with the other one gone: row-level security asked past every query, and the API with row-level security
//! switched off.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::records::{Place, Records};
use crate::support::{Account, TestApp};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Switches the second wall off.
pub async fn fell_second_wall(app: &TestApp) {
    let mut superuser = app.database().await;
    for table in walled(&mut superuser).await {
        let off = format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY");
        superuser.batch_execute(&off).await.expect("no wall");
    }
}

/// Every table with row-level security.
async fn walled(conn: &mut AsyncPgConnection) -> Vec<String> {
    let query = "SELECT DISTINCT tablename::text AS line FROM pg_policies ORDER BY 1";
    let rows: Vec<Line> = diesel::sql_query(query).load(conn).await.expect("tables");
    rows.into_iter().map(|row| row.line).collect()
}

/// For each walled table the query that counts rows about any of these ids.
async fn counts(conn: &mut AsyncPgConnection, place: &Place) -> Vec<(String, String)> {
    let mut all = vec![];
    for table in walled(conn).await {
        let query = format!(
            "SELECT column_name::text AS line FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}' AND udt_name = 'uuid'"
        );
        let columns: Vec<Line> = diesel::sql_query(query).load(conn).await.expect("columns");
        let ids = place.ids().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(",");
        let about: Vec<String> = columns.iter().map(|column| format!("{} IN ({ids})", column.line)).collect();
        if !about.is_empty() {
            let query = format!("SELECT count(*) AS count FROM {table} WHERE {}", about.join(" OR "));
            all.push((table, query));
        }
    }
    all
}

/// Somebody at the second wall.
struct Asker<'a> {
    app: &'a TestApp,
    conn: AsyncPgConnection,
}

impl Asker<'_> {
    /// As the service's own role, with the settings of an account, `later` by the service's clock.
    async fn come<'a>(app: &'a TestApp, who: Option<Account>, later: &str) -> Asker<'a> {
        let mut conn = app.as_app_role().await;
        conn.batch_execute("BEGIN").await.expect("begun");
        if let Some(who) = who {
            conn.batch_execute(&settings(app, who)).await.expect("settings");
        }
        let moment = format!("SELECT set_config('app.now', (now() + interval '{later}')::text, true)");
        conn.batch_execute(&moment).await.expect("a moment");
        Asker { app, conn }
    }

    /// The tables in which this asker sees something of the place.
    async fn sees(&mut self, place: &Place) -> Vec<String> {
        let mut superuser = self.app.database().await;
        let mut seen = vec![];
        for (table, query) in counts(&mut superuser, place).await {
            let counted: Counted =
                diesel::sql_query(&query).get_result(&mut self.conn).await.expect("counted");
            if counted.count > 0 {
                seen.push(table);
            }
        }
        seen
    }
}

/// What the service itself says of an account.
fn settings(app: &TestApp, who: Account) -> String {
    let (world, pic, leg) = (&app.world, app.world.pic, app.world.leg);
    let (kind, role, offices, agency) = match who {
        Account::Admin => ("staff", "system_admin", String::new(), String::new()),
        Account::Auditor => ("staff", "auditor", String::new(), String::new()),
        Account::Manager => ("staff", "manager", pic.to_string(), String::new()),
        Account::SupervisorPic => ("staff", "supervisor", pic.to_string(), String::new()),
        Account::FieldPic => ("staff", "field_worker", pic.to_string(), String::new()),
        Account::SupervisorLeg => ("staff", "supervisor", leg.to_string(), String::new()),
        Account::WorkerLeg => ("staff", "case_worker", leg.to_string(), String::new()),
        Account::PartnerLegal => ("partner", "partner", String::new(), world.legal.to_string()),
        Account::PartnerShelter => ("partner", "partner", String::new(), world.shelter.to_string()),
        _ => ("staff", "case_worker", pic.to_string(), String::new()),
    };
    format!(
        "SELECT set_config('app.kind', '{kind}', true), set_config('app.role', '{role}', true),
                set_config('app.staff', '{}', true), set_config('app.agency', '{agency}', true),
                set_config('app.offices', '{{{offices}}}', true)",
        world.staff(who)
    )
}

/// Tables that hold something of every case in the tests; fewer would prove little.
const ON_EVERY_CASE: [&str; 26] = [
    "assistance",
    "assistance_people",
    "association_members",
    "case_events",
    "case_grants",
    "case_holdings",
    "case_people",
    "case_priorities",
    "case_spans",
    "cases",
    "consents",
    "contact_points",
    "identity_documents",
    "migrant_search_keys",
    "migrants",
    "mobility_periods",
    "needs",
    "notes",
    "notices",
    "referral_disclosures",
    "referral_messages",
    "referral_moves",
    "referrals",
    "relations",
    "specific_needs",
    "tasks",
];

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_second_wall_a_sealed_case_is_only_for_those_let_in() {
    let app = TestApp::new().await;
    let mut conn = app.database().await;
    let records = Records::build(&mut conn, &app.world, Account::SupervisorPic).await;
    let sealed = records.place("sellada");
    let known = Asker::come(&app, Some(Account::ColleaguePic), "0").await.sees(sealed).await;
    for table in ON_EVERY_CASE {
        assert!(known.iter().any(|seen| seen == table), "one who was let in sees no {table}");
    }
    let strangers = [
        Account::SupervisorPic,
        Account::WorkerPic,
        Account::FieldPic,
        Account::Manager,
        Account::SupervisorLeg,
        Account::Admin,
        Account::Auditor,
        Account::PartnerShelter,
    ];
    for stranger in strangers.map(Some).into_iter().chain([None]) {
        let seen = Asker::come(&app, stranger, "0").await.sees(sealed).await;
        // Who opened it in an emergency before it was sealed still knows of that act alone.
        let own_act: &[&str] = if stranger == Some(Account::SupervisorLeg) { &["case_grants"] } else { &[] };
        assert_eq!(seen, own_act, "{stranger:?}");
    }
    let later = Asker::come(&app, Some(Account::ColleaguePic), "3 days").await.sees(sealed).await;
    assert_eq!(later, ["case_grants"], "a grant that ended still opens");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_second_wall_nobody_sees_another_offices_cases() {
    let app = TestApp::new().await;
    let mut conn = app.database().await;
    let records = Records::build(&mut conn, &app.world, Account::SupervisorPic).await;
    let near = Asker::come(&app, Some(Account::WorkerPic), "0").await.sees(records.place("vecina")).await;
    // All but the grants, which are others'.
    assert!(near.len() >= ON_EVERY_CASE.len() - 1, "{near:?}");
    for stranger in
        [Account::SupervisorPic, Account::WorkerPic, Account::Manager, Account::Admin, Account::Auditor]
    {
        let seen = Asker::come(&app, Some(stranger), "0").await.sees(records.place("lejana")).await;
        let letters: &[&str] = if stranger == Account::Admin { &["notices"] } else { &[] };
        assert_eq!(seen, letters, "{stranger:?}");
    }
    let seen = Asker::come(&app, None, "0").await.sees(records.place("vecina")).await;
    assert!(seen.is_empty(), "nobody sees {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_second_wall_an_agency_sees_what_was_sent_to_it_and_for_its_time() {
    let app = TestApp::new().await;
    let mut conn = app.database().await;
    let records = Records::build(&mut conn, &app.world, Account::PartnerLegal).await;
    let (own, other) = (records.place("vecina"), records.place("ajena"));
    // With the mail that went to this very account.
    let sent = ["notices", "referral_disclosures", "referral_messages", "referral_moves", "referrals"];
    assert_eq!(Asker::come(&app, Some(Account::PartnerLegal), "0").await.sees(own).await, sent);
    assert!(Asker::come(&app, Some(Account::PartnerLegal), "0").await.sees(other).await.is_empty());
    assert!(Asker::come(&app, Some(Account::PartnerShelter), "0").await.sees(own).await.is_empty());
    let drafts = Asker::come(&app, Some(Account::PartnerLegal), "0").await.sees(&own.only("draft")).await;
    assert!(drafts.is_empty(), "a draft is seen in {drafts:?}");
    for (later, seen) in [("29 days", true), ("31 days", false)] {
        let ended =
            Asker::come(&app, Some(Account::PartnerLegal), later).await.sees(&own.only("ended")).await;
        assert_eq!(!ended.is_empty(), seen, "{later} after the end: {ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_second_wall_an_opening_with_a_reason_shows_no_sealed_person() {
    let app = TestApp::new().await;
    let mut conn = app.database().await;
    let records = Records::build(&mut conn, &app.world, Account::SupervisorPic).await;
    // The person of the sealed case is also on the colleague's, which somebody of Legazpi has opened in an emergency.
    let (near, sealed) = (records.place("vecina"), records.place("sellada"));
    let person = sealed.id("migrant");
    let put_on = format!(
        "INSERT INTO case_people (case_id, migrant_id, role, added_at) VALUES ('{}', '{person}', 'household', now())",
        near.id("case")
    );
    conn.batch_execute(&put_on).await.expect("on the case");
    let mut visitor = Asker::come(&app, Some(Account::SupervisorLeg), "0").await;
    assert!(visitor.sees(&near.only("case")).await.contains(&"cases".to_owned()));
    let seen = visitor.sees(&sealed.only("migrant")).await;
    assert!(!seen.contains(&"migrants".to_owned()), "{seen:?}");
}
