//! The database as the migrations leave it: explained, indexed, walled, reversible, and known to the code.

#[allow(dead_code)]
#[path = "api/support/mod.rs"]
mod support;

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::MigrationHarness;
use migrant_desk::platform::db::establish;
use migrant_desk::start::{self, MIGRATIONS};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn migrated(name: &str) -> AsyncPgConnection {
    support::fresh_database(name).await;
    establish(&support::url_of(name, "postgres")).await.expect("database")
}

async fn lines(conn: &mut AsyncPgConnection, query: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(query).load(conn).await.expect("rows");
    rows.into_iter().map(|row| row.line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn schema_rs_is_what_the_migrations_make() {
    let mut conn = migrated("schema_check").await;
    let query = format!(
        "SELECT schema AS line FROM ({}) written",
        include_str!("schema.sql").trim_end().trim_end_matches(';')
    );
    let written = lines(&mut conn, &query).await.remove(0);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema.rs");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(file, &written).expect("written");
    }
    let committed = std::fs::read_to_string(file).expect("schema.rs");
    assert_eq!(
        committed.trim_end(),
        written.trim_end(),
        "run ./dev test --test database with UPDATE_SCHEMA=1"
    );
}

/// All that makes a schema: columns, constraints, indexes, policies, triggers, functions, grants and comments.
const SHAPE: &str = "
    SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS line
        FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'policy ' || policyname || ' ' || tablename || ' ' || coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'grant ' || grantee || ' ' || table_name || ' ' || privilege_type FROM information_schema.role_table_grants WHERE table_schema = 'public'
    UNION ALL SELECT 'comment ' || objoid::regclass::text || ' ' || objsubid || ' ' || description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid WHERE c.relnamespace = 'public'::regnamespace
    ORDER BY line";

#[tokio::test(flavor = "multi_thread")]
async fn migrations_can_be_taken_back_and_made_again() {
    let mut conn = migrated("reversible").await;
    let before = lines(&mut conn, SHAPE).await;
    let owner = establish(&support::url_of("reversible", "helpdesk_owner")).await.expect("owner");
    let mut harness = AsyncMigrationHarness::new(owner);
    harness.revert_all_migrations(MIGRATIONS).expect("taken back");
    let left = lines(&mut conn, "SELECT relname::text AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'").await;
    assert_eq!(left, ["__diesel_schema_migrations"]);
    harness.run_pending_migrations(MIGRATIONS).expect("made again");
    assert_eq!(lines(&mut conn, SHAPE).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_and_column_says_what_it_means() {
    let mut conn = migrated("commented").await;
    let silent = lines(&mut conn, "
        SELECT c.relname || coalesce('.' || a.attname, '') AS line FROM pg_class c
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum >= 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '__diesel_schema_migrations'
          AND col_description(c.oid, a.attnum) IS NULL AND obj_description(c.oid) IS NULL").await;
    assert!(silent.is_empty(), "{silent:?}");
    let columns = lines(&mut conn, "
        SELECT c.relname || '.' || a.attname AS line FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '__diesel_schema_migrations'
          AND a.attnum > 0 AND NOT a.attisdropped AND col_description(c.oid, a.attnum) IS NULL").await;
    assert!(columns.is_empty(), "{columns:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_foreign_key_has_an_index_behind_it() {
    let mut conn = migrated("indexed").await;
    // Accounts, persons of a code list and countries are never deleted, so nothing ever looks for what points at them.
    let bare = lines(&mut conn, "
        SELECT k.conname::text AS line FROM pg_constraint k
        WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
          AND k.confrelid NOT IN ('staff'::regclass, 'code_lists'::regclass, 'codes'::regclass, 'countries'::regclass)
          AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid
                          AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)").await;
    assert!(bare.is_empty(), "{bare:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_may_not_migrate_starts_on_a_current_schema_and_on_no_older_one() {
    migrated("current").await;
    start::require_migrated(&support::url_of("current", "helpdesk_app")).await.expect("current");
    let mut owner = establish(&support::url_of("current", "helpdesk_owner")).await.expect("owner");
    let last = "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)";
    owner.batch_execute(last).await.expect("older");
    let refused =
        start::require_migrated(&support::url_of("current", "helpdesk_app")).await.expect_err("older");
    assert!(refused.to_string().contains("migrant-desk migrate"), "{refused}");
}

/// Tables that hold nobody's file: the directory, accounts, places, and the machinery.
const OPEN: &[&str] = &[
    "agencies",
    "agency_contacts",
    "agency_holidays",
    "agency_publications",
    "agency_services",
    "bounce_tallies",
    "code_lists",
    "codes",
    "confirmation_links",
    "countries",
    "invitations",
    "jobs",
    "languages",
    "number_counters",
    "office_holidays",
    "offices",
    "product_state",
    "receipts",
    "referral_clocks",
    "reference_loads",
    "refresh_tokens",
    "schedule",
    "sessions",
    "sign_in_failures",
    "staff",
    "staff_offices",
    "territories",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_table_with_a_persons_file_has_its_wall_and_its_owner_stands_before_it_too() {
    let mut conn = migrated("walled").await;
    let unwalled = lines(&mut conn, "
        SELECT relname::text AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
          AND relname <> '__diesel_schema_migrations' AND NOT (relrowsecurity AND relforcerowsecurity)").await;
    let forgotten: Vec<&String> = unwalled.iter().filter(|table| !OPEN.contains(&table.as_str())).collect();
    assert!(forgotten.is_empty(), "no row-level security on {forgotten:?}");
    let powers = lines(&mut conn, "
        SELECT rolname::text AS line FROM pg_roles WHERE rolname LIKE 'helpdesk_%' AND (rolsuper OR rolbypassrls)").await;
    assert!(powers.is_empty(), "{powers:?} can pass the wall");
    let owned = lines(
        &mut conn,
        "
        SELECT relname::text AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace
          AND pg_get_userbyid(relowner) = 'helpdesk_app'",
    )
    .await;
    assert!(owned.is_empty(), "the service owns {owned:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_in_particular_sees_no_file_and_cannot_write_one() {
    let app = support::TestApp::new().await;
    let mut conn = app.as_app_role().await;
    let walled =
        lines(&mut conn, "SELECT tablename::text AS line FROM pg_policies WHERE cmd IN ('ALL', 'SELECT')")
            .await;
    assert!(walled.len() > 20);
    for table in walled {
        let seen = lines(&mut conn, &format!("SELECT count(*)::text AS line FROM {table}")).await;
        assert_eq!(seen, ["0"], "{table}");
    }
    let refused = conn
        .batch_execute(&format!(
            "INSERT INTO associations (id, number, office_id, name, registered_at)
             VALUES (gen_random_uuid(), 'A-1', '{}', 'x', now())",
            app.world.pic
        ))
        .await;
    assert!(refused.expect_err("refused").to_string().contains("row-level security"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_cannot_be_changed_even_by_the_owner() {
    let app = support::TestApp::new().await;
    app.client(support::Account::Auditor).await.get("/audit-events").await.ok();
    let mut superuser = app.database().await;
    for act in ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events"] {
        let refused = superuser.batch_execute(act).await.expect_err("refused").to_string();
        assert!(refused.contains("never changed or deleted"), "{refused}");
    }
}
