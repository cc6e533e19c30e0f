//! The second wall: what PostgreSQL itself lets the holder of a link see and write, whatever our queries forget.

use super::*;

/// Asks as the service's role for one who holds the link of `referral` of `agency`.
async fn as_holder(sent: &Sent, referral: &str, agency: impl ToString) -> AsyncPgConnection {
    let mut conn = sent.app.as_app_role().await;
    let ask = format!(
        "SELECT set_config('app.kind', 'link', false), set_config('app.referral', '{referral}', false),
         set_config('app.agency', '{}', false)",
        agency.to_string()
    );
    conn.batch_execute(&ask).await.expect("asked");
    conn
}

async fn count(conn: &mut AsyncPgConnection, table: &str) -> String {
    lines(conn, &format!("SELECT count(*)::text AS line FROM {table}")).await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_holder_of_a_link_sees_one_referral_and_nothing_else() {
    let one = Sent::new().await;
    let first = one.id.clone();
    let sent = Sent::within(one.app).await;
    let mut conn = as_holder(&sent, &sent.id, sent.app.world.legal).await;
    let seen = lines(&mut conn, "SELECT id::text AS line FROM referrals").await;
    assert_eq!(seen, std::slice::from_ref(&sent.id));
    assert_eq!(count(&mut conn, "referral_disclosures").await, "1");
    assert_eq!(count(&mut conn, "answer_links").await, "1");
    let walled = "SELECT DISTINCT tablename::text AS line FROM pg_policies WHERE cmd IN ('ALL', 'SELECT')";
    let open = [
        "referrals",
        "referral_moves",
        "referral_disclosures",
        "answer_links",
        "answer_codes",
        "answer_sessions",
        "referral_steps",
    ];
    for table in lines(&mut conn, walled).await.iter().filter(|table| !open.contains(&table.as_str())) {
        assert_eq!(count(&mut conn, table).await, "0", "{table}");
    }
    let touched = format!(
        "WITH t AS (UPDATE referrals SET message = 'x' WHERE id = '{first}' RETURNING 1) SELECT count(*)::text AS line FROM t"
    );
    assert_eq!(lines(&mut conn, &touched).await, ["0"], "another referral of the same agency");
    let foreign = format!(
        "INSERT INTO referral_moves (id, referral_id, ordinal, to_state, at, actor_kind)
                           VALUES (gen_random_uuid(), '{first}', 99, 'accepted', now(), 'partner')"
    );
    let refused = conn.batch_execute(&foreign).await.expect_err("refused").to_string();
    assert!(refused.contains("row-level security"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_another_agency_or_to_a_draft_sees_nothing() {
    let sent = Sent::new().await;
    let mut conn = as_holder(&sent, &sent.id, sent.app.world.shelter).await;
    for table in ["referrals", "referral_disclosures", "referral_moves", "answer_links"] {
        assert_eq!(count(&mut conn, table).await, "0", "{table}");
    }
    let other = matter(&sent.app, "LEG-REP", true).await;
    let prepared = draft(&sent.worker, &other, sent.app.world.legal_service).await;
    let mut conn = as_holder(&sent, prepared["id"].as_str().expect("id"), sent.app.world.legal).await;
    assert_eq!(count(&mut conn, "referrals").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_account_sees_no_links_and_staff_only_those_of_their_cases() {
    let sent = Sent::new().await;
    let mut conn = sent.app.as_app_role().await;
    let ask = |kind: &str, agency: String, offices: String| {
        format!(
            "SELECT set_config('app.kind', '{kind}', false), set_config('app.agency', '{agency}', false),
             set_config('app.offices', '{offices}', false)"
        )
    };
    let world = &sent.app.world;
    for (kind, agency, offices, expected) in [
        ("partner", world.legal.to_string(), String::new(), "0"),
        ("staff", String::new(), format!("{{{}}}", world.leg), "0"),
        ("staff", String::new(), format!("{{{}}}", world.pic), "1"),
    ] {
        conn.batch_execute(&ask(kind, agency, offices)).await.expect("asked");
        assert_eq!(count(&mut conn, "answer_links").await, expected, "{kind}");
    }
}
