//! What opens a link and what does not: scanners, time, newer mails, the desk, the agency's end.

use reqwest::Method;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn following_a_link_changes_nothing_however_often() {
    let sent = Sent::new().await;
    let before = state(&sent.app).await;
    for page in ["", "/code", "/open", "/answer", "/close"] {
        for _ in 0..3 {
            let browser = sent.browser();
            browser.get(&sent.at(page)).await.is(200).says_nothing_of(NAME);
            let head = browser.send(Method::HEAD, &sent.at(page), "", vec![]).await;
            assert!(head.is(200).html.is_empty());
        }
    }
    assert_eq!(state(&sent.app).await, before);
    assert_eq!(sent.seen_by_desk().await["answer_link"]["opened_count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_that_posts_to_links_does_no_harm() {
    let sent = Sent::new().await;
    let before = state(&sent.app).await;
    let scanner = sent.browser();
    let answers: [&[(&str, &str)]; 4] = [
        &[],
        &[("form", "guess"), ("code", "123456")],
        &[("move", "accept"), ("state", "sent")],
        &[("move", "decline"), ("state", "sent"), ("reason", "no_capacity"), ("form", "guess")],
    ];
    for page in ["/code", "/open", "/answer", "/close"] {
        for fields in answers {
            let page = scanner.post(&sent.at(page), fields).await;
            assert!([303, 403].contains(&page.status.as_u16()), "{}", page.status);
            page.says_nothing_of(NAME);
        }
    }
    scanner.post(&sent.at(""), &[]).await.is(405);
    assert_eq!(state(&sent.app).await, before);
    assert_eq!(sent.app.run_jobs().await, 0, "no mail is promised");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_that_sends_our_own_forms_gets_no_further_than_a_few_codes_in_the_mailbox() {
    let sent = Sent::new().await;
    let before = sent.seen_by_desk().await;
    for _ in 0..30 {
        let scanner = sent.browser();
        for form in scanner.get(&sent.link).await.forms() {
            scanner.submit(&form, &[]).await;
        }
        for form in scanner.get(&sent.at("/code")).await.forms() {
            scanner.submit(&form, &[("code", "000000")]).await;
        }
        sent.app.run_jobs().await;
    }
    assert_eq!(sent.codes_mailed(), 1, "within a minute one is enough");
    for _ in 0..50 {
        sent.app.advance(minutes(2));
        let scanner = sent.browser();
        for form in scanner.get(&sent.link).await.forms() {
            scanner.submit(&form, &[]).await;
        }
        sent.app.run_jobs().await;
    }
    assert!((4..=8).contains(&sent.codes_mailed()), "{} codes in 100 minutes", sent.codes_mailed());
    let after = sent.seen_by_desk().await;
    assert_eq!((&after["state"], &after["version"]), (&before["state"], &before["version"]));
    assert_eq!(after["answer_link"]["opened_count"], 0);
    let page = sent.browser().get(&sent.link).await;
    let refused = sent.browser().submit(&page.form("/code"), &[]).await;
    refused.is(429).says("Ya se enviaron muchos códigos").says("llame a Movilidad Humana de Prueba");
    assert!(refused.headers.contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_links_to_one_agency_cannot_bury_its_mailbox() {
    let sent = Sent::new().await;
    let agency = sent.app.world.legal;
    let codes = format!(
        "INSERT INTO answer_codes (id, link_id, made_at, expires_at)
         SELECT gen_random_uuid(), id, now() - interval '10 minutes', now() FROM answer_links, generate_series(1, 60)
         WHERE agency_id = '{agency}'"
    );
    // Codes of other links of the agency count: these stand on a link of another referral.
    let other = Sent::within(sent.app).await;
    let mut conn = other.app.database().await;
    conn.batch_execute(&format!("{codes} AND referral_id <> '{}'", other.id)).await.expect("codes");
    let page = other.browser().get(&other.link).await;
    other.browser().submit(&page.form("/code"), &[]).await.is(429);
    other.app.advance(minutes(55));
    let page = other.browser().get(&other.link).await;
    other.browser().submit(&page.form("/code"), &[]).await.is(303);
    other.app.run_jobs().await;
}

/// A page without what differs by address alone.
fn without_token(page: &Page, token: &str) -> String {
    page.html.replace(token, "TOKEN")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_over_cannot_be_told_from_one_that_never_was_and_says_whom_to_phone() {
    let sent = Sent::new().await;
    let stranger = sent.link.replace(sent.token(), &"A".repeat(43));
    let never = sent.browser().get(&stranger).await;
    never
        .is(404)
        .says("Este enlace ya no funciona")
        .says("Llame a Movilidad Humana de Prueba")
        .says("+59325550100");
    let expected = without_token(&never, &"A".repeat(43));
    let is_dead = async |sent: &Sent, why: &str| {
        for page in ["", "/code"] {
            let dead = sent.browser().get(&sent.at(page)).await;
            assert_eq!(dead.status.as_u16(), 404, "{why}");
            assert_eq!(without_token(&dead, sent.token()), expected, "{why}");
            assert_eq!(dead.headers.get("cache-control"), never.headers.get("cache-control"));
        }
    };

    sent.worker
        .send(Method::DELETE, &format!("/api/v1/referrals/{}/answer-links", sent.id), &[], None)
        .await
        .ok();
    is_dead(&sent, "taken back").await;

    let sent = Sent::within(sent.app).await;
    sent.app.advance(TimeDelta::days(61));
    is_dead(&sent, "expired").await;

    let sent = Sent::within(sent.app).await;
    sent.desk_moves(json!({ "move": "cancel", "reason": "duplicate" })).await;
    sent.app.advance(TimeDelta::days(29));
    sent.browser().get(&sent.link).await.is(200).says("retiró esta derivación");
    sent.app.advance(TimeDelta::days(1));
    is_dead(&sent, "over for 30 days").await;
    sent.app.run_jobs().await;

    let sent = Sent::within(sent.app).await;
    let retire = format!(
        "UPDATE agencies SET retired_on = '{}' WHERE id = '{}'",
        sent.app.app.now().date_naive(),
        sent.app.world.legal
    );
    sent.app.database().await.batch_execute(&retire).await.expect("retired");
    sent.app.advance(TimeDelta::days(1));
    is_dead(&sent, "the agency is gone").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_end_speaks_the_language_of_the_link_else_of_the_browser_and_believes_nothing_else() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let never = "/r/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    browser.get(&format!("{never}?lang=fil")).await.is(404).says("Hindi na gumagana");
    browser.get(&format!("{never}?lang=xx&office=<b>")).await.is(404).says("no longer works");
    let odd = browser.get("/r/%22%3E%3Cscript%3E?lang=fr&office=%22%3E").await;
    odd.is(404).says("Ce lien ne fonctionne plus").says_nothing_of("script");
    assert!(odd.headers["content-type"].to_str().expect("text").starts_with("text/html"));
    browser.get(&format!("{never}/nothing?lang=es")).await.is(404).says("ya no funciona");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_mail_ends_older_links_but_stops_nobody_in_mid_sentence() {
    let sent = Sent::new().await;
    let (at_work, late) = (sent.browser(), sent.browser());
    let page = sent.open(&at_work).await;
    sent.worker.act(&format!("/referrals/{}/answer-links", sent.id)).await.ok();
    sent.app.run_jobs().await;
    late.get(&sent.link).await.is(404);
    let newer = link_in(&sent.app.mails().last().expect("a mail").text);
    assert_ne!(newer, sent.link);
    late.get(&newer).await.is(200).says(&sent.number);
    at_work.submit_and_follow(&page.answer("accept"), &[]).await.is(200).says("Aceptada");
    // Half an hour later that browser, too, needs the newer link.
    sent.app.advance(minutes(31));
    at_work.get(&sent.link).await.is(404);
    sent.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_bound_to_its_link_and_ends_when_idle_or_closed() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let page = sent.open(&browser).await;
    sent.app.advance(minutes(29));
    browser.get(&sent.link).await.is(200).says(NAME);
    sent.app.advance(minutes(29));
    browser.get(&sent.link).await.is(200).says(NAME);
    sent.app.advance(minutes(30));
    browser.get(&sent.link).await.is(200).says_nothing_of(NAME);
    let late = browser.submit(&page.answer("accept"), &[]).await;
    late.is(403).says("pida un nuevo código").says_nothing_of(NAME);
    assert_eq!(sent.seen_by_desk().await["state"], "sent");

    let page = sent.open(&browser).await;
    let secret =
        lines(&mut sent.app.database().await, "SELECT count(*)::text AS line FROM answer_sessions").await;
    assert_eq!(secret, ["2"]);
    browser.submit_and_follow(&page.form("/close"), &[]).await.is(200).says("La página está cerrada");
    browser.get(&sent.link).await.says_nothing_of(NAME);
    browser.submit(&page.answer("accept"), &[]).await.is(403);
    assert_eq!(sent.seen_by_desk().await["state"], "sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_of_one_link_opens_no_other() {
    let one = Sent::new().await;
    let browser = one.browser();
    let code = one.ask_for_code(&browser).await;
    let entry = browser.get(&one.at("/code")).await;
    let opened = browser.submit(&entry.form("/open"), &[("code", &code)]).await;
    let cookie = opened.headers["set-cookie"].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(cookie.contains(&format!("Path=/r/{}", one.token())), "{cookie}");
    let secret = cookie.split(';').next().expect("a cookie").to_owned();

    let other = Sent::within(one.app).await;
    let stolen = async |address: &str| {
        let http = reqwest::Client::new();
        http.get(address)
            .header("Cookie", &secret)
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("text")
    };
    assert!(stolen(&one.link).await.contains(NAME), "the cookie is good where it belongs");
    assert!(!stolen(&other.link).await.contains(NAME));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_https_the_cookie_never_travels_in_the_open() {
    let app = TestApp::with(|settings| settings.public_url = "https://desk.example".into()).await;
    let sent = Sent::within(app).await;
    assert!(sent.link.starts_with("https://desk.example/r/"));
    let local = sent.link.replace("https://desk.example", &sent.app.address);
    let sent = Sent { link: local, ..sent };
    let browser = sent.browser();
    let code = sent.ask_for_code(&browser).await;
    let entry = browser.get(&sent.at("/code")).await;
    let opened = browser.submit(&entry.form("/open"), &[("code", &code)]).await;
    let cookie = opened.headers["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("__Secure-answer=") && cookie.contains("Secure"), "{cookie}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_cannot_press_our_buttons() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let page = browser.get(&sent.link).await;
    let form = page.form("/code");
    let http = reqwest::Client::new();
    let forged = http
        .post(format!("{}{}", sent.app.address, form.action))
        .header("Sec-Fetch-Site", "cross-site")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(format!("form={}", form.field("form")))
        .send()
        .await
        .expect("an answer");
    assert_eq!(forged.status().as_u16(), 403);
    assert_eq!(sent.app.run_jobs().await, 0);
    // A page left open over night is not from elsewhere, only old; after two nights the button is pressed once more.
    sent.app.advance(TimeDelta::hours(20));
    browser.submit(&form, &[]).await.is(303);
    sent.app.advance(TimeDelta::hours(48));
    browser.submit(&form, &[]).await.is(403).says("presione el botón otra vez");
    sent.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_withdrawn_is_not_shown_any_more() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    sent.open(&browser).await.says(NAME);
    sent.desk_moves(json!({ "move": "cancel", "reason": "client_declined" })).await;
    let page = browser.get(&sent.link).await;
    page.is(200)
        .says("Retirada")
        .says("borre lo que haya anotado")
        .says_nothing_of(NAME)
        .says_nothing_of("esta semana");
    let fresh = sent.browser().get(&sent.link).await;
    assert!(fresh.forms().is_empty(), "there is nothing to ask a code for");
    sent.app.run_jobs().await;
    let cancelled = sent.app.mails().last().expect("a mail").clone();
    sent.browser().get(&link_in(&cancelled.text)).await.is(200).says("Retirada");
}
