//! Who to send a need to: ranked, explained, and silent about what the reader may not know.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::InstrumentationEvent;
use diesel::{QueryDsl, SelectableHelper};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use migrant_desk::cases::model::Case;
use migrant_desk::ids::NeedId;
use migrant_desk::referrals::model::NeedFacts;
use migrant_desk::referrals::suggestions::{model, rules};
use migrant_desk::schema::cases;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Account, Client, TestApp};

/// A case of the worker in Pichincha: a woman of 34 in a parish of Quito who speaks Spanish, with one need.
struct Matter {
    case: Uuid,
    need: Uuid,
    migrant: Uuid,
}

async fn matter(app: &TestApp, code: &str, restricted: bool) -> Matter {
    let matter = Matter { case: Uuid::now_v7(), need: Uuid::now_v7(), migrant: Uuid::now_v7() };
    let Matter { case, need, migrant } = &matter;
    let (pic, worker) = (app.world.pic, app.world.staff(Account::WorkerPic));
    let sql = format!(
        "INSERT INTO migrants (id, number, office_id, office_ids, given_names, family_names, sex, birth_on, birth_precision,
                               languages, territory, registered_at)
         VALUES ('{migrant}', 'M-{migrant}', '{pic}', '{{{pic}}}', 'Inventada', 'Peña de Prueba', 2,
                 (now() - interval '34 years 100 days')::date, 'day', '{{spa}}', 'EC-170150', now());
         INSERT INTO mobility_periods (id, migrant_id, category, from_on)
         VALUES ('{}', '{migrant}', 'ASY', '2026-01-01');
         INSERT INTO cases (id, number, office_id, client_kind, channel, priority, due_at, assigned_to, opened_at, last_action_at)
         VALUES ('{case}', 'C-{case}', '{pic}', 'IND', 'WLK', 'urgent', now(), '{worker}', now(), now());
         INSERT INTO case_people (case_id, migrant_id, principal, role, added_at)
         VALUES ('{case}', '{migrant}', true, 'client', now());
         INSERT INTO needs (id, case_id, service, restricted, detail, raised_at)
         VALUES ('{need}', '{case}', '{code}', {restricted}, 'Palabras secretas', now());",
        Uuid::now_v7()
    );
    write(app, &sql).await;
    matter
}

async fn write(app: &TestApp, sql: &str) {
    app.database().await.batch_execute(sql).await.expect(sql);
}

/// An agency in Quito with one service; `facts` are further columns of the service and their values.
async fn partner(app: &TestApp, name: &str, codes: &str, facts: &[(&str, &str)]) -> Uuid {
    let (agency, service) = (Uuid::now_v7(), Uuid::now_v7());
    let columns: String = facts.iter().map(|(column, _)| format!(", {column}")).collect();
    let values: String = facts.iter().map(|(_, value)| format!(", {value}")).collect();
    let places = if facts.iter().any(|(column, _)| *column == "territories") {
        String::new()
    } else {
        ", territories".to_owned()
    };
    let place = if places.is_empty() { "" } else { ", '{EC-17}'" };
    write(app, &format!(
        "INSERT INTO agencies (id, name, type, mailbox, language, time_zone, territory)
         VALUES ('{agency}', '{name}', '22', '{agency}@partner.example', 'es', 'America/Guayaquil', 'EC-1701');
         INSERT INTO agency_services (id, agency_id, name, codes{places}{columns})
         VALUES ('{service}', '{agency}', 'Servicio', '{{{codes}}}'{place}{values});"
    ))
    .await;
    service
}

/// A referral of a case of another office to `service`: it was sent `sent` days ago and went through these states, each so
/// many days after sending.
async fn history(app: &TestApp, service: Uuid, sent: i64, states: &[(&str, f64)], outcome: Option<&str>) {
    let other = matter(app, "LEG", false).await;
    let id = Uuid::now_v7();
    let state = states.last().map_or("sent", |(state, _)| *state);
    let ended = ["declined", "completed", "failed", "expired", "cancelled"].contains(&state);
    let outcome = outcome.map_or("NULL".to_owned(), |word| format!("'{word}'"));
    let at = |days: f64| format!("now() - interval '{sent} days' + interval '{} minutes'", days * 1440.0);
    let end = states.last().filter(|_| ended).map_or("NULL".to_owned(), |(_, days)| at(*days));
    let mut sql = format!(
        "INSERT INTO referrals (id, number, case_id, need_id, office_id, agency_id, service_id, service, state, priority,
                                override_reason, sent_at, decide_by, outcome, ended_at, created_at)
         SELECT '{id}', 'R-{id}', '{}', '{}', '{}', agency_id, id, 'LEG', '{state}', 'normal', 'test', {sent_at},
                {sent_at} + interval '14 days', {outcome}, {end}, {sent_at} FROM agency_services WHERE id = '{service}';",
        other.case,
        other.need,
        app.world.leg,
        sent_at = at(0.0),
    );
    sql += &format!(
        "UPDATE cases SET office_id = '{}', assigned_to = NULL WHERE id = '{}';",
        app.world.leg, other.case
    );
    for (ordinal, (state, days)) in (1..).zip([("draft", 0.0), ("sent", 0.0)].iter().chain(states)) {
        sql += &format!(
            "INSERT INTO referral_moves (id, referral_id, ordinal, to_state, at, actor_kind)
             VALUES ('{}', '{id}', {ordinal}, '{state}', {}, 'partner');",
            Uuid::now_v7(),
            at(*days)
        );
    }
    write(app, &sql).await;
}

async fn suggestions(who: &Client, matter: &Matter) -> Value {
    who.get(&format!("/services/suggestions?need={}", matter.need)).await.ok()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|s| s["agency_name"].as_str()).collect()
}

fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let found = list.as_array().expect("a list").iter().find(|s| s["agency_name"] == name);
    found.unwrap_or_else(|| panic!("{name} is not among {:?}", names(list)))
}

#[tokio::test(flavor = "multi_thread")]
async fn services_are_ranked_for_the_need_its_person_and_place_with_every_reason() {
    let app = TestApp::new().await;
    let told = [
        ("territories", "'{EC-170150}'"),
        ("languages", "'{spa}'"),
        ("capacity", "'open'"),
        ("capacity_at", "now() - interval '10 days'"),
        ("last_confirmed_on", "current_date - 20"),
        ("sexes", "'{2}'"),
        ("min_age", "18"),
        ("mobility", "'{ASY,REF}'"),
    ];
    partner(&app, "Cercana", "LEG-REP", &told).await;
    partner(&app, "Ancha", "LEG", &[("languages", "'{que}'"), ("last_confirmed_on", "current_date - 200")])
        .await;
    let matter = matter(&app, "LEG-REP", false).await;
    let found = suggestions(&app.client(Account::WorkerPic).await, &matter).await;
    assert_eq!(found["place"], json!({ "territory": "EC-170150", "known_from": "person" }));
    assert_eq!(names(&found["items"]), ["Cercana", "Clínica Jurídica Ficticia", "Ancha"]);
    let best = named(&found["items"], "Cercana");
    // 15 + 10 + 6.7 + 10 + 15 + 10 + 15, as docs/SUGGESTIONS.md adds up.
    assert_eq!(best["score"], 81.7);
    let reasons = &best["reasons"];
    assert_eq!(reasons["code"], json!({ "covers": "exact", "by": "LEG-REP", "points": 15.0 }));
    assert_eq!(
        reasons["area"],
        json!({ "covers": "whole", "by": "EC-170150", "levels_above": 0, "points": 10.0 })
    );
    assert_eq!(reasons["distance"], json!({ "shared_levels": 2, "of_levels": 3, "points": 6.7 }));
    assert_eq!(reasons["eligible"], json!({ "sex": "yes", "age": "yes", "mobility": "yes" }));
    assert_eq!(reasons["language"], json!({ "shared": ["spa"], "known": true, "points": 10.0 }));
    assert_eq!(
        (&reasons["capacity"]["days_ago"], &reasons["capacity"]["points"]),
        (&json!(10), &json!(15.0))
    );
    let wide = &named(&found["items"], "Ancha")["reasons"];
    assert_eq!(wide["code"], json!({ "covers": "wider", "by": "LEG", "points": 12.0 }));
    assert_eq!((&wide["confirmed"]["stale"], &wide["confirmed"]["points"]), (&json!(true), &json!(0.0)));
    assert_eq!((&wide["language"]["points"], &wide["capacity"]["points"]), (&json!(0.0), &json!(7.5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_cannot_take_it_is_listed_apart_with_why_and_no_fact_of_the_person() {
    let app = TestApp::new().await;
    for (name, facts) in [
        ("Hombres", &[("sexes", "'{1}'")][..]),
        ("Menores", &[("max_age", "17")]),
        ("Retornados", &[("mobility", "'{RET}'")]),
        ("Imbabura", &[("territories", "'{EC-10}'")]),
        ("Llena", &[("capacity", "'full'"), ("capacity_at", "now()")]),
        ("Naga", &[("territories", "'{PH-0500506000}'")]),
    ] {
        partner(&app, name, "LEG", facts).await;
    }
    let matter = matter(&app, "LEG-REP", false).await;
    let answer = app
        .client(Account::WorkerPic)
        .await
        .get(&format!("/services/suggestions?need={}", matter.need))
        .await;
    let words = String::from_utf8(answer.bytes.clone()).expect("text");
    let found = answer.ok();
    assert_eq!(names(&found["items"]), ["Clínica Jurídica Ficticia"]);
    assert_eq!(found["other_count"], 5, "another country is not listed: {:?}", names(&found["others"]));
    for (name, why) in [
        ("Hombres", "sex"),
        ("Menores", "age"),
        ("Retornados", "mobility"),
        ("Imbabura", "out_of_area"),
        ("Llena", "full"),
    ] {
        assert_eq!(named(&found["others"], name)["why_not"], json!([why]), "{name}");
    }
    for secret in ["Inventada", "Peña", "secretas", "ASY", "34"] {
        assert!(!words.contains(&format!("\"{secret}")), "{secret}");
    }

    // What is not known excludes nobody.
    write(&app, &format!(
        "UPDATE migrants SET sex = 0, birth_on = NULL, birth_precision = NULL, territory = NULL, languages = '{{}}' WHERE id = '{0}';
         DELETE FROM mobility_periods WHERE migrant_id = '{0}'", matter.migrant)).await;
    let found = suggestions(&app.client(Account::WorkerPic).await, &matter).await;
    assert_eq!(found["place"]["known_from"], "office");
    assert_eq!(names(&found["others"]), ["Llena"]);
    for name in ["Hombres", "Menores", "Retornados"] {
        let eligible = &named(&found["items"], name)["reasons"]["eligible"];
        assert!(eligible.as_object().expect("facts").values().any(|verdict| verdict == "unknown"), "{name}");
    }
    assert_eq!(named(&found["items"], "Imbabura")["reasons"]["area"]["covers"], "unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_ranked_by_what_became_of_referrals_and_a_new_one_by_the_middle() {
    let app = TestApp::new().await;
    let good = partner(&app, "Buena", "LEG", &[]).await;
    let silent = partner(&app, "Callada", "LEG", &[]).await;
    partner(&app, "Nueva", "LEG", &[]).await;
    // Answered after 1, 2 and 6 days; two ended with the need met, one did not.
    for (days, end, outcome) in
        [(1.0, "completed", Some("need_met")), (2.0, "completed", Some("need_met")), (6.0, "failed", None)]
    {
        history(&app, good, 60, &[("accepted", days), (end, 20.0)], outcome).await;
    }
    // Expired after 30 days; without an answer for 20, six past the time; not due yet; taken back by the desk.
    history(&app, silent, 100, &[("expired", 30.0)], None).await;
    history(&app, silent, 20, &[], None).await;
    history(&app, silent, 3, &[("acknowledged", 1.0)], None).await;
    // Longer ago than a year.
    history(&app, silent, 400, &[("accepted", 1.0), ("completed", 9.0)], Some("need_met")).await;
    // None of these cases is of the worker's office: the record is the network's.
    let matter = matter(&app, "LEG-REP", false).await;
    let found = suggestions(&app.client(Account::WorkerPic).await, &matter).await;
    let record = |name: &str| named(&found["items"], name)["reasons"]["record"].clone();
    let told = record("Buena");
    assert_eq!(
        [&told["sent"], &told["counted"], &told["median_days"], &told["ended"], &told["needs_met"]],
        [&json!(3), &json!(3), &json!(2.0), &json!(3), &json!(2)]
    );
    let told = record("Callada");
    assert_eq!(
        [&told["sent"], &told["counted"], &told["median_days"], &told["ended"], &told["needs_met"]],
        [&json!(3), &json!(2), &json!(25.0), &json!(1), &json!(0)]
    );
    // Middle of 2 and 25 days, of 2 ÷ 3 and 0.
    assert_eq!(found["network"], json!({ "days": 13.5, "share_met": 0.33 }));
    let (good, new, silent) = (record("Buena"), record("Nueva"), record("Callada"));
    assert_eq!((&new["is_new"], &good["is_new"]), (&json!(true), &json!(false)));
    let points = |record: &Value| record["points"].as_f64().expect("points");
    // (3 × 2 + 5 × 13.5) ÷ 8 = 9.19 days, (2 + 5 ÷ 3) ÷ 8 = 0.46: 4.1 + 8.3.
    assert_eq!(points(&good), 12.4);
    // (2 × 25 + 5 × 13.5) ÷ 7 = 16.79 days, (0 + 5 ÷ 3) ÷ 6 = 0.28: 0 + 5.
    assert_eq!(points(&silent), 5.0);
    // The middle of both, more than its own 0.4 + 6.
    assert_eq!(points(&new), 8.7);
    let place = |name| names(&found["items"]).iter().position(|n| *n == name);
    assert!(place("Buena") < place("Nueva") && place("Nueva") < place("Callada"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_declined_this_need_is_ranked_down_and_one_that_has_it_is_listed_apart() {
    let app = TestApp::new().await;
    let (worker, partner) = (app.client(Account::WorkerPic).await, app.client(Account::PartnerLegal).await);
    let matter = matter(&app, "LEG-REP", false).await;
    write(
        &app,
        &format!(
            "INSERT INTO consents (id, migrant_id, purpose, facts, given_by, how, given_at)
         VALUES ('{}', '{}', 'share_with_agency', '{{name}}', 'self', 'signed', now())",
            Uuid::now_v7(),
            matter.migrant
        ),
    )
    .await;
    let before = suggestions(&worker, &matter).await;
    let score = |found: &Value| found["items"][0]["score"].as_f64().expect("score");
    let body = json!({ "need_id": matter.need, "service_id": app.world.legal_service, "facts": ["name"] });
    let draft = worker.post(&format!("/cases/{}/referrals", matter.case), body).await.created();
    let moves = format!("/referrals/{}/moves", draft["id"].as_str().expect("id"));
    let sent = worker.post_on(&moves, 1, json!({ "move": "send" })).await.ok();
    app.run_jobs().await;
    let with_it = suggestions(&worker, &matter).await;
    assert_eq!(
        (&with_it["items"], &with_it["others"][0]["why_not"]),
        (&json!([]), &json!(["already_referred"]))
    );
    let version = sent["version"].as_i64().expect("version");
    partner.post_on(&moves, version, json!({ "move": "decline", "reason": "wrong_service" })).await.ok();
    app.run_jobs().await;
    let after = suggestions(&worker, &matter).await;
    let tried = &after["items"][0]["tried"][0];
    assert_eq!((&tried["state"], &tried["reason"]), (&json!("declined"), &json!("wrong_service")));
    assert_eq!(
        (&tried["number"], &after["items"][0]["reasons"]["tried_points"]),
        (&sent["number"], &json!(-30.0))
    );
    assert!(score(&after) < score(&before) - 29.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_for_a_restricted_need_are_for_those_who_may_read_it() {
    let app = TestApp::new().await;
    let matter = matter(&app, "LEG-REP", true).await;
    let path = format!("/services/suggestions?need={}", matter.need);
    for account in [Account::WorkerPic, Account::PsychologistPic] {
        app.client(account).await.get(&path).await.ok();
    }
    for account in [Account::ColleaguePic, Account::SupervisorPic, Account::WorkerLeg, Account::SupervisorLeg]
    {
        app.client(account).await.get(&path).await.is_problem(404, "not_found");
    }
    for account in
        [Account::Manager, Account::FieldPic, Account::PartnerLegal, Account::Admin, Account::Auditor]
    {
        app.client(account).await.get(&path).await.is_problem(403, "forbidden");
    }
    let worker = app.client(Account::WorkerPic).await;
    worker.get(&format!("/services/suggestions?need={}", Uuid::now_v7())).await.is_problem(404, "not_found");
    worker.get("/services/suggestions").await.is_problem(400, "malformed_query");
    worker.get(&format!("{path}&limit=0")).await.is_problem(400, "malformed_query");
    let trail =
        app.client(Account::Auditor).await.get("/audit-events?action=need.services_suggested").await.ok();
    assert_eq!(trail["items"].as_array().expect("events").len(), 2);
}

/// How many statements it takes to weigh the partners of a need, and how long.
async fn weighed(app: &TestApp, need: Uuid) -> (usize, usize, std::time::Duration) {
    let mut conn = app.database().await;
    let found = NeedFacts::find(&mut conn, NeedId(need)).await.expect("the need");
    let case = cases::table.find(found.case_id).select(Case::as_select()).first(&mut conn).await;
    let case: Case = case.expect("the case");
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let (now, began) = (app.app.now(), std::time::Instant::now());
    let wish = model::wish(&mut conn, &case, &found, now).await.expect("what is wanted");
    let mut candidates = model::candidates(&mut conn, &wish, NeedId(need)).await.expect("services");
    model::add_records(&mut conn, &mut candidates, now).await.expect("records");
    let (_, items, _) = rules::rank(&wish, candidates);
    (AtomicUsize::load(&count, Ordering::Relaxed), items.len(), began.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_partners_cost_no_more_statements_than_one() {
    let app = TestApp::new().await;
    let matter = matter(&app, "LEG-REP", false).await;
    let (few, one, _) = weighed(&app, matter.need).await;
    assert_eq!(one, 1);
    write(&app, "
        INSERT INTO agencies (id, name, type, mailbox, language, time_zone, territory)
        SELECT gen_random_uuid(), 'Agencia ' || n, '22', n || '@many.example', 'es', 'America/Guayaquil', 'EC-1701'
        FROM generate_series(1, 500) n;
        INSERT INTO agency_services (id, agency_id, name, codes, territories)
        SELECT gen_random_uuid(), id, 'Servicio', '{LEG}', '{EC-17}' FROM agencies WHERE mailbox LIKE '%@many.example'").await;
    let other = self::matter(&app, "LEG", false).await;
    let mut conn = app.database().await;
    // Ten thousand referrals of the year, each sent and accepted.
    conn.batch_execute(&format!("
        CREATE TEMP TABLE many AS SELECT gen_random_uuid() AS id, s.id AS service_id, s.agency_id
            FROM agency_services s JOIN agencies a ON a.id = s.agency_id, generate_series(1, 20)
            WHERE a.mailbox LIKE '%@many.example';
        INSERT INTO referrals (id, number, case_id, need_id, office_id, agency_id, service_id, service, state, priority,
                               override_reason, sent_at, decided_at, created_at)
            SELECT id, id, '{}', '{other}', '{}', agency_id, service_id, 'LEG', 'accepted', 'normal', 'x',
                   now() - interval '9 days', now(), now() FROM many;
        INSERT INTO referral_moves (id, referral_id, ordinal, to_state, at, actor_kind)
            SELECT gen_random_uuid(), id, o, (ARRAY['draft', 'sent', 'accepted'])[o], now() - interval '1 day' * (10 - o), 'partner'
            FROM many, generate_series(1, 3) o;
        ANALYZE", other.case, app.world.pic, other = other.need)).await.expect("a year");
    let (many, all, took) = weighed(&app, matter.need).await;
    assert_eq!((many, all), (few, 501));
    let worker = app.client(Account::WorkerPic).await;
    let began = std::time::Instant::now();
    let found = suggestions(&worker, &matter).await;
    eprintln!("weighed 501 services with 10,000 referrals in {took:?}, answered in {:?}", began.elapsed());
    assert_eq!((found["items"].as_array().expect("items").len(), &found["item_count"]), (20, &json!(501)));
    assert!(took.as_secs() < 3, "{took:?}");
}
