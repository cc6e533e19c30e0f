//! The open directory: what anybody may read of published agencies, in the words of HSDS 3.1.

use chrono::{SecondsFormat, TimeDelta};
use migrant_desk::standards::hsds::ids;
use serde_json::{Value, json};

use crate::schemas::Standard;
use crate::support::{Account, Client, TestApp};

async fn publish(app: &TestApp, agency: impl ToString, body: Value) {
    let manager = app.client(Account::Manager).await;
    manager.put(&format!("/agencies/{}/publication", agency.to_string()), body).await.ok();
}

/// Both agencies with everything a directory entry can have, in the directory.
async fn all_published(app: &TestApp) {
    app.run(
        "UPDATE agencies SET phone = '+593225550100', website = 'https://agencia.example', address = 'Calle Inventada 1',
             acronym = 'AI', external_key = 'K-' || id, notes = 'Nota interna del despacho';
         UPDATE agency_services SET description = 'Con cita previa', min_age = 18, max_age = 99, languages = '{spa,eng}',
             mobility = '{REF,ASY}', sexes = '{2}', required_documents = '{PPT}', capacity = 'full', capacity_at = now(),
             cost = CASE WHEN name LIKE 'Ases%' THEN 'USD 2' END;
         INSERT INTO agency_contacts (id, agency_id, name, phone)
         SELECT gen_random_uuid(), id, 'Persona de Contacto', '+593225550199' FROM agencies;",
    )
    .await;
    for agency in [app.world.legal, app.world.shelter] {
        publish(app, agency, json!({ "published": true, "facts": ["phone", "address", "mailbox"] })).await;
    }
}

fn total(page: &Value) -> i64 {
    page["total_items"].as_i64().expect("a total")
}

async fn count(visitor: &Client, query: &str) -> i64 {
    total(&visitor.get(&format!("/hsds/services{query}")).await.ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_what_the_schemas_of_hsds_say() {
    let app = TestApp::new().await;
    all_published(&app).await;
    let (visitor, mut hsds) = (app.visitor(), Standard::hsds());
    let api = visitor.get("/hsds/").await.ok();
    assert_eq!(api["version"], "3.1");

    let rows = hsds.check_page("compiled/service_list", &visitor.get("/hsds/services").await.ok());
    assert_eq!(rows.len(), 2);
    hsds.check_page("service", &visitor.get("/hsds/services?full=true").await.ok());
    let organizations = visitor.get("/hsds/organizations").await.ok();
    hsds.check_page("compiled/organization_list", &organizations);
    hsds.check_page(
        "organization",
        &visitor.get("/hsds/organizations?full=true&full_service=true").await.ok(),
    );
    let places = visitor.get("/hsds/service_at_locations").await.ok();
    assert_eq!(hsds.check_page("compiled/service_at_location_list", &places).len(), 2);
    hsds.check_page("service_at_location", &visitor.get("/hsds/service_at_locations?full=true").await.ok());
    hsds.check_page("taxonomy", &visitor.get("/hsds/taxonomies").await.ok());
    hsds.check_page("taxonomy_term", &visitor.get("/hsds/taxonomy_terms?per_page=500").await.ok());
    let term = ids::term("service", "LEG-REP");
    hsds.check("taxonomy_term", &visitor.get(&format!("/hsds/taxonomy_terms/{term}")).await.ok());
    let taxonomy = ids::taxonomy("service");
    hsds.check("taxonomy", &visitor.get(&format!("/hsds/taxonomies/{taxonomy}")).await.ok());

    let legal = visitor.get(&format!("/hsds/organizations/{}", app.world.legal)).await.ok();
    hsds.check("organization", &legal);
    assert_eq!(legal["locations"][0]["addresses"][0]["address_1"], "Calle Inventada 1");
    assert_eq!(
        (&legal["email"], &legal["phones"][0]["number"]),
        (&json!("buzon@clinica.example"), &json!("+593225550100"))
    );
    let path = format!("/hsds/services/{}", app.world.legal_service);
    let service = visitor.get(&path).await.ok();
    hsds.check("service", &service);
    let at = visitor.get(&format!("/hsds/service_at_locations/{}", app.world.legal_service)).await.ok();
    hsds.check("service_at_location", &at);
    assert_eq!(at["location"]["id"], service["service_at_locations"][0]["location"]["id"]);
    let schedule = &service["schedules"][0];
    let told = [&schedule["byday"], &schedule["opens_at"], &schedule["closes_at"]];
    assert_eq!(told, [&json!("MO,TU,WE,TH,FR"), &json!("08:00-05:00"), &json!("16:30-05:00")]);
    assert_eq!(service["capacities"][0]["available"], 0);
    let terms: Vec<&str> = service["attributes"]
        .as_array()
        .expect("attributes")
        .iter()
        .filter_map(|it| it["taxonomy_term"]["code"].as_str())
        .collect();
    assert_eq!(terms, ["LEG", "DOC", "REF", "ASY", "2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shown_unless_somebody_said_so_and_people_never() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let (legal, service) = (app.world.legal, app.world.legal_service);
    assert_eq!(count(&visitor, "").await, 0);
    visitor.get(&format!("/hsds/organizations/{legal}")).await.is_problem(404, "not_found");

    all_published(&app).await;
    let pages = [
        "/hsds/services?full=true",
        "/hsds/organizations?full=true&full_service=true",
        "/hsds/service_at_locations?full=true",
    ];
    for page in pages {
        let text = visitor.get(page).await.ok().to_string();
        for secret in ["Persona de Contacto", "+593225550199", "Nota interna"] {
            assert!(!text.contains(secret), "{page} tells {secret}");
        }
    }

    // The same with nothing but name, website and services.
    publish(&app, legal, json!({ "published": true })).await;
    for page in pages {
        let text = visitor.get(&format!("{page}&search=clinica")).await.ok().to_string();
        for secret in ["buzon@clinica", "+5932", "Calle Inventada", "EC-1701"] {
            assert!(!text.contains(secret), "{page} tells {secret}");
        }
    }
    visitor.get(&format!("/hsds/service_at_locations/{service}")).await.is_problem(404, "not_found");
    visitor.get(&format!("/hsds/services/{service}")).await.ok();

    publish(&app, legal, json!({ "published": true, "hidden_services": [service] })).await;
    visitor.get(&format!("/hsds/services/{service}")).await.is_problem(404, "not_found");
    assert_eq!(visitor.get(&format!("/hsds/organizations/{legal}")).await.ok()["services"], json!([]));
    publish(&app, legal, json!({ "published": false })).await;
    visitor.get(&format!("/hsds/organizations/{legal}")).await.is_problem(404, "not_found");

    // A partner no more is in no directory, whatever was published once.
    app.run(&format!("UPDATE agencies SET retired_on = '2020-01-01' WHERE id = '{}'", app.world.shelter))
        .await;
    assert_eq!(count(&visitor, "").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_decides_for_itself_and_for_nobody_else() {
    let app = TestApp::new().await;
    let partner = app.client(Account::PartnerLegal).await;
    let (own, other) = (
        format!("/agencies/{}/publication", app.world.legal),
        format!("/agencies/{}/publication", app.world.shelter),
    );
    let shown = partner.put(&own, json!({ "published": true, "facts": ["phone"] })).await.ok();
    assert_eq!(shown, json!({ "published": true, "facts": ["phone"], "hidden_services": [] }));
    assert_eq!(partner.get(&own).await.ok(), shown);
    partner.put(&other, json!({ "published": true })).await.is_problem(403, "forbidden");
    let strange = json!({ "published": true, "hidden_services": [app.world.shelter_service] });
    partner.put(&own, strange).await.complains_of(&["/hidden_services/0"]);
    partner
        .put(&own, json!({ "published": true, "facts": ["notes"] }))
        .await
        .is_problem(400, "malformed_body");
    let trail = crate::support::desk::trail(&app, &app.world.legal.to_string()).await;
    assert!(trail.contains(&"agency.published".to_owned()), "{trail:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filters_of_the_specification_find_what_they_say() {
    let app = TestApp::new().await;
    all_published(&app).await;
    let visitor = app.visitor();
    let term = |code| ids::term("service", code);
    assert_eq!(count(&visitor, &format!("?taxonomy_term_id={}", term("LEG-REP"))).await, 1, "LEG covers it");
    assert_eq!(count(&visitor, &format!("?taxonomy_term_id={}", term("FOO"))).await, 0);
    assert_eq!(count(&visitor, &format!("?taxonomy_id={}", ids::taxonomy("mobility"))).await, 2);
    assert_eq!(count(&visitor, &format!("?organization_id={}", app.world.legal)).await, 1);
    assert_eq!(count(&visitor, "?search=juridica%20ASESORIA").await, 1);
    assert_eq!(count(&visitor, "?search=nadie").await, 0);

    let later = (app.app.now() + TimeDelta::hours(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
    assert_eq!(count(&visitor, &format!("?modified_after={later}")).await, 0);
    app.advance(TimeDelta::hours(2));
    publish(&app, app.world.legal, json!({ "published": true })).await;
    assert_eq!(
        count(&visitor, &format!("?modified_after={later}")).await,
        1,
        "what is shown of it has changed"
    );

    let minimal = visitor.get("/hsds/services?minimal=true").await.ok();
    let fields: Vec<&String> = minimal["contents"][0].as_object().expect("a record").keys().collect();
    assert_eq!(fields, ["id", "last_modified", "modified_date"]);
    let second = visitor.get("/hsds/services?page=2&per_page=1").await.ok();
    let told = [
        &second["total_items"],
        &second["total_pages"],
        &second["size"],
        &second["first_page"],
        &second["last_page"],
    ];
    assert_eq!(told, [&json!(2), &json!(2), &json!(1), &json!(false), &json!(true)]);
    assert_eq!(second["contents"][0]["name"], "Asesoría legal");
    let organizations =
        visitor.get(&format!("/hsds/organizations?taxonomy_term_id={}", term("HOU-EMG"))).await.ok();
    assert_eq!(
        (total(&organizations), &organizations["contents"][0]["name"]),
        (1, &json!("Albergue Imaginario"))
    );

    for bad in ["?postcode=170150", "?page=0", "?per_page=501", "?taxonomy_id=x", "?modified_after=x"] {
        visitor.get(&format!("/hsds/services{bad}")).await.is_problem(400, "malformed_query");
    }
    visitor.get("/hsds/services?format=ndjson").await.is_problem(406, "not_acceptable");
    visitor.get("/hsds/services/1").await.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_speak_the_readers_language_and_answers_may_be_kept() {
    let app = TestApp::new().await;
    all_published(&app).await;
    let visitor = app.visitor();
    let path = format!("/api/v1/hsds/taxonomy_terms/{}", ids::term("service", "LEG-REP"));
    let ask = async |headers: &[(&str, &str)]| visitor.send(reqwest::Method::GET, &path, headers, None).await;
    let (english, spanish) = (ask(&[]).await, ask(&[("Accept-Language", "es-EC,en;q=0.5")]).await);
    assert_eq!((&english.json["language"], &spanish.json["language"]), (&json!("en"), &json!("es")));
    assert_ne!(english.json["name"], spanish.json["name"]);
    assert_eq!(english.json["parent_id"], json!(ids::term("service", "LEG")));

    let tag = spanish.headers["etag"].to_str().expect("an ETag");
    let again = ask(&[("Accept-Language", "es"), ("If-None-Match", tag)]).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    assert_eq!(ask(&[("If-None-Match", tag)]).await.status, 200, "in another language it is another answer");
    assert!(spanish.headers["cache-control"].to_str().expect("text").starts_with("public"));
    assert_eq!(spanish.headers["access-control-allow-origin"], "*");
    assert!(spanish.headers["vary"].to_str().expect("text").contains("Accept-Language"));
    let service = visitor.get(&format!("/hsds/services/{}", app.world.legal_service)).await;
    assert!(service.headers["last-modified"].to_str().expect("text").ends_with("GMT"));
}
