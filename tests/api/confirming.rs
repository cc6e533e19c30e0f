//! Confirming an entry of the directory without an account, as an agency does it: by the link in a mail and a browser
//! without scripts.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::browser::{Browser, Page};
use crate::support::{Account, TestApp};

/// An agency that was asked, and the address in the mail.
struct Asked {
    app: TestApp,
    link: String,
}

impl Asked {
    async fn new() -> Asked {
        let app = TestApp::new().await;
        app.run(&format!(
            "UPDATE agencies SET phone = '+593225550100' WHERE id = '{0}';
             UPDATE agency_services SET languages = '{{spa,eng}}', cost = NULL WHERE id = '{1}';
             INSERT INTO agency_services (id, agency_id, name, codes, territories, capacity)
             VALUES (gen_random_uuid(), '{0}', 'Ventanilla de documentos', '{{DOC}}', '{{EC-17}}', 'open')",
            app.world.legal, app.world.legal_service
        ))
        .await;
        Asked::again(app).await
    }

    /// Asks now, by hand.
    async fn again(app: TestApp) -> Asked {
        let manager = app.client(Account::Manager).await;
        manager.act(&format!("/agencies/{}/confirmation-links", app.world.legal)).await.ok();
        app.run_jobs().await;
        let mail = app.mails().into_iter().rev().find(|mail| mail.to == "buzon@clinica.example");
        let link = link_in(&mail.expect("a mail").text);
        Asked { app, link }
    }

    fn browser(&self) -> Browser {
        Browser::at(&self.app.address)
    }

    fn at(&self, page: &str) -> String {
        let (base, query) = self.link.split_once('?').expect("a query");
        format!("{base}{page}?{query}")
    }

    fn service_page(&self) -> String {
        self.at(&format!("/service/{}", self.app.world.legal_service))
    }

    /// The page of the legal service, and its form.
    async fn tell(&self, browser: &Browser, fields: &[(&str, &str)]) -> Page {
        let page = browser.get(&self.service_page()).await;
        let to = format!("/service/{}", self.app.world.legal_service);
        browser.submit(&page.is(200).form(&to), fields).await
    }

    async fn legal_service(&self) -> Value {
        let manager = self.app.client(Account::Manager).await;
        let view = manager.get(&format!("/services?agency={}&q=asesoria", self.app.world.legal)).await.ok();
        view["items"][0].clone()
    }

    async fn tasks(&self) -> Vec<Value> {
        let manager = self.app.client(Account::Manager).await;
        manager.get("/agency-tasks").await.ok()["items"].as_array().expect("tasks").clone()
    }

    /// All that an answer would change.
    async fn state(&self) -> Vec<String> {
        let mut all = vec![];
        for table in ["agencies", "agency_services", "agency_tasks", "confirmation_links", "notices", "jobs"]
        {
            all.extend(
                self.app
                    .lines(&format!("SELECT row_to_json(t)::text AS line FROM {table} t ORDER BY 1"))
                    .await,
            );
        }
        all
    }

    async fn trail_of_link(&self) -> Vec<String> {
        let query = "SELECT action AS line FROM audit_events WHERE role = 'link' ORDER BY at, id";
        self.app.lines(query).await
    }
}

fn link_in(text: &str) -> String {
    let mut words = text.split_whitespace();
    words.find(|word| word.contains("/confirm/")).unwrap_or_else(|| panic!("no link in {text}")).to_owned()
}

const READ: &[(&str, &str)] = &[("read", "yes")];

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_says_by_link_that_all_of_its_entry_is_true() {
    let asked = Asked::new().await;
    let browser = asked.browser();
    let page = browser.get(&asked.link).await;
    page.is(200).says("¿Todo sigue siendo correcto?").says("Clínica Jurídica Ficticia").says("+593225550100");
    page.says("Asesoría legal").says("Ventanilla de documentos");
    let words = page.words().to_lowercase();
    assert!(words.contains("inglés"), "{words}");
    page.says("Lunes 08:00–16:30").says("Recibe personas").says("Pichincha").says("b•••@clinica.example");
    assert!(page.html.len() < 20_000, "{} bytes", page.html.len());
    assert!(!page.html.contains("<script") && page.html.contains("lang=\"es\""));
    let policy = page.headers["content-security-policy"].to_str().expect("text");
    assert!(policy.contains("default-src 'none'"), "{policy}");

    let thanks = browser.submit_and_follow(&page.form("/all"), READ).await;
    thanks.is(200).says("Muchas gracias").says("confirmados con fecha de hoy");
    let today = asked.app.app.now().with_timezone(&chrono_tz::America::Guayaquil).date_naive();
    let confirmed = format!(
        "SELECT last_confirmed_on::text AS line FROM agency_services WHERE agency_id = '{}'",
        asked.app.world.legal
    );
    assert_eq!(asked.app.lines(&confirmed).await, [today.to_string(), today.to_string()]);
    let view = asked.app.client(Account::Manager).await;
    let view = view.get(&format!("/agencies/{}", asked.app.world.legal)).await.ok();
    assert_eq!(view["confirm_asks"], 0, "the question is answered");

    // A second click is thanked and changes nothing.
    let before = asked.state().await;
    browser.submit_and_follow(&page.form("/all"), READ).await.is(200).says("ya lo teníamos");
    assert_eq!(asked.state().await, before);
    let trail = asked.trail_of_link().await;
    assert_eq!(trail.iter().filter(|action| *action == "agency.service_confirmed").count(), 2, "{trail:?}");
    let facts =
        "SELECT (agency_id IS NOT NULL AND staff_id IS NULL AND facts ? 'confirmation_link')::text AS line
                 FROM audit_events WHERE action = 'agency.service_confirmed'";
    assert!(asked.app.lines(facts).await.iter().all(|ok| ok == "true"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_service_is_full_has_a_waiting_list_or_has_room() {
    let asked = Asked::new().await;
    let browser = asked.browser();
    asked.tell(&browser, &[("answer", "waiting"), ("days", "0")]).await.is(422).says("del 1 al 730");
    asked.tell(&browser, &[]).await.is(422).says("Elija cómo está el servicio");
    asked.tell(&browser, &[("answer", "wrong")]).await.is(422).says("qué no es correcto");
    asked.tell(&browser, &[("answer", "waiting"), ("days", "45")]).await.is(303);
    let told = asked.legal_service().await;
    assert_eq!(
        (&told["capacity"], &told["waiting_days"], &told["capacity_from"]),
        (&json!("limited"), &json!(45), &json!("told"))
    );
    browser.get(&asked.link).await.says("Lista de espera, 45 días");
    asked.tell(&browser, &[("answer", "full")]).await.is(303);
    let told = asked.legal_service().await;
    assert_eq!((&told["capacity"], &told["waiting_days"]), (&json!("full"), &Value::Null));
    let again = asked.tell(&browser, &[("answer", "full")]).await;
    assert!(again.location().contains("said=again"), "{}", again.location());
    asked.tell(&browser, &[("answer", "room")]).await.is(303);
    assert_eq!(asked.legal_service().await["capacity"], "open");
    assert_eq!(asked.tasks().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_desk_may_write_down_becomes_a_task_with_an_owner_who_is_told() {
    let asked = Asked::new().await;
    let browser = asked.browser();
    let words = "Ahora atendemos los sábados <b>";
    asked.tell(&browser, &[("answer", "wrong"), ("words", words)]).await.is(303);
    let before = asked.legal_service().await;
    assert_eq!((&before["last_confirmed_on"], &before["capacity"]), (&json!("2026-09-01"), &json!("open")));
    // The same again is no second task.
    let again = asked.tell(&browser, &[("answer", "wrong"), ("words", words)]).await;
    assert!(again.location().contains("said=again"));
    asked.tell(&browser, &[("answer", "gone")]).await.is(303);
    let gone = asked.legal_service().await;
    assert_eq!(
        (&gone["capacity"], &gone["retired_on"]),
        (&json!("full"), &Value::Null),
        "nobody is sent there"
    );

    let tasks = asked.tasks().await;
    let kinds: Vec<&Value> = tasks.iter().map(|task| &task["kind"]).collect();
    assert_eq!(kinds, ["correct_entry", "retire_service"]);
    assert_eq!(tasks[0]["words"], words);
    let manager = json!(asked.app.world.staff(Account::Manager));
    assert!(tasks.iter().all(|task| task["owner_id"] == manager), "{tasks:?}");
    asked.app.run_jobs().await;
    let mails = asked.app.mails();
    let told: Vec<_> = mails.iter().filter(|mail| mail.to == Account::Manager.email()).collect();
    assert_eq!(told.len(), 2);
    assert!(told[0].text.contains("Corregir la ficha") && told[1].text.contains("Dar de baja"));
    assert!(told.iter().all(|mail| !mail.text.contains("sábados")), "the words stay behind the sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_changes_nothing_however_often() {
    let asked = Asked::new().await;
    let before = asked.state().await;
    let service = format!("/service/{}", asked.app.world.legal_service);
    for page in ["", "/all", service.as_str()] {
        for _ in 0..3 {
            asked.browser().get(&asked.at(page)).await.is(200);
            let head = asked.browser().send(Method::HEAD, &asked.at(page), "", vec![]).await;
            assert!(head.is(200).html.is_empty());
        }
    }
    assert_eq!(asked.state().await, before);
    assert!(asked.trail_of_link().await.iter().all(|action| action == "confirmation_link.visited"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_that_posts_or_sends_the_forms_it_finds_does_no_harm() {
    let asked = Asked::new().await;
    let before = asked.state().await;
    let scanner = asked.browser();
    let service = format!("/service/{}", asked.app.world.legal_service);
    let guesses: [&[(&str, &str)]; 3] = [
        &[],
        &[("form", "guess"), ("read", "yes"), ("shown", "x"), ("answer", "gone")],
        &[("read", "yes"), ("answer", "full"), ("version", "1")],
    ];
    for page in ["/all", service.as_str()] {
        for fields in guesses {
            scanner.post(&asked.at(page), fields).await.is(403);
        }
    }
    // The forms as they stand in the page: nobody has ticked or chosen anything.
    let page = scanner.get(&asked.link).await;
    scanner.submit(&page.form("/all"), &[]).await.is(422).says("Marque la casilla");
    let page = scanner.get(&asked.service_page()).await;
    scanner.submit(&page.form(&service), &[]).await.is(422);
    // From another site, with the key of a page.
    let page = scanner.get(&asked.link).await;
    let form = page.form("/all");
    let forged = reqwest::Client::new()
        .post(format!("{}{}", asked.app.address, form.action))
        .header("Sec-Fetch-Site", "cross-site")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(format!("form={}&shown={}&read=yes", form.field("form"), form.field("shown")))
        .send()
        .await
        .expect("an answer");
    assert_eq!(forged.status().as_u16(), 403);
    assert_eq!(asked.state().await, before);
    // A key of two days ago is too old.
    asked.app.advance(TimeDelta::hours(49));
    scanner.submit(&form, READ).await.is(403).says("presione el botón otra vez");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_with_its_time_the_desks_will_a_newer_mail_and_the_agency() {
    let asked = Asked::new().await;
    asked.app.advance(TimeDelta::days(44));
    asked.browser().get(&asked.link).await.is(200);
    asked.app.advance(TimeDelta::days(2));
    let never = asked.browser().get("/confirm/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA?lang=es").await;
    let dead = async |asked: &Asked, why: &str| {
        let page = asked.browser().get(&asked.link).await;
        assert_eq!(page.status.as_u16(), 404, "{why}");
        let plain = |page: &Page| page.words();
        assert_eq!(
            plain(&page),
            plain(&never),
            "{why}: a link that was cannot be told from one that never was"
        );
    };
    dead(&asked, "expired").await;

    let older = Asked::again(asked.app).await;
    older.app.advance(TimeDelta::minutes(2));
    let older_link = older.link.clone();
    let newer = Asked::again(older.app).await;
    assert_ne!(newer.link, older_link);
    newer.browser().get(&newer.link).await.is(200);
    newer.browser().get(&older_link).await.is(404);

    let manager = newer.app.client(Account::Manager).await;
    let path = format!("/api/v1/agencies/{}/confirmation-links", newer.app.world.legal);
    manager.send(Method::DELETE, &path, &[], None).await.ok();
    dead(&newer, "taken back").await;

    newer.app.advance(TimeDelta::minutes(2));
    let last = Asked::again(newer.app).await;
    last.browser().get(&last.link).await.is(200);
    let version = last.legal_service().await["version"].as_i64().expect("version");
    let page = last.browser().get(&last.link).await;
    let today = last.app.app.now().date_naive() - chrono::Days::new(1);
    last.app
        .run(&format!("UPDATE agencies SET retired_on = '{today}' WHERE id = '{}'", last.app.world.legal))
        .await;
    dead(&last, "no partner any more").await;
    last.browser().submit(&page.form("/all"), READ).await.is(404);
    assert_eq!(
        last.app
            .line(&format!(
                "SELECT version::text AS line FROM agency_services WHERE id = '{}'",
                last.app.world.legal_service
            ))
            .await,
        version.to_string()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_edited_while_the_page_was_open_is_shown_again_and_not_confirmed() {
    let asked = Asked::new().await;
    let browser = asked.browser();
    let (whole, one) = (browser.get(&asked.link).await, browser.get(&asked.service_page()).await);
    let manager = asked.app.client(Account::Manager).await;
    let service = format!("/agencies/{}/services/{}", asked.app.world.legal, asked.app.world.legal_service);
    let version = asked.legal_service().await["version"].as_i64().expect("version");
    manager.patch(&service, version, json!({ "cost": "USD 200" })).await.ok();
    let before = asked.state().await;
    browser.submit(&whole.form("/all"), READ).await.is(409).says("USD 200").says("No se guardó nada");
    let to = format!("/service/{}", asked.app.world.legal_service);
    browser.submit(&one.form(&to), &[("answer", "right")]).await.is(409).says("USD 200");
    assert_eq!(asked.state().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_the_entry_of_its_own_agency_and_its_secret_stands_in_no_row() {
    let asked = Asked::new().await;
    let foreign = asked.at(&format!("/service/{}", asked.app.world.shelter_service));
    asked.browser().get(&foreign).await.is(404);
    asked.browser().post(&foreign, &[("answer", "full")]).await.is(404);
    asked.browser().get(&asked.link).await.says_nothing_of("Albergue");
    let token =
        asked.link.split("/confirm/").nth(1).and_then(|rest| rest.split('?').next()).expect("a token");
    assert!(token.len() >= 43, "256 bits");
    let tables = "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'";
    for table in asked.app.lines(tables).await {
        let rows = asked.app.lines(&format!("SELECT row_to_json(t)::text AS line FROM {table} t")).await;
        assert!(rows.iter().all(|row| !row.contains(token)), "{table}");
    }
    for language in ["en", "fr", "fil"] {
        let page = asked.browser().get(&asked.link.replace("lang=es", &format!("lang={language}"))).await;
        page.is(200);
        assert!(page.html.contains(&format!("<html lang=\"{language}\"")));
    }
}
