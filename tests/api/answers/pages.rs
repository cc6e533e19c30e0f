//! The pages as such: small, without script, whole in four languages, fit for a screen reader, and right when a form is not.

use std::collections::BTreeSet;

use reqwest::Method;

use super::*;
use crate::support::browser::attribute;

const FORM: &str = "application/x-www-form-urlencoded";

/// The largest page there is: every fact disclosed, long words, a full list of suggestions.
async fn laden() -> Sent {
    let sent = Sent::new().await;
    let facts = json!({
        "name": NAME, "sex": 2, "age": 34, "birth_date": "1992-03-01", "birth_precision": "estimated",
        "nationality": "CO", "phone": ["+593995550101", "+593995550102"],
        "contact_instructions": [
            { "kind": "phone", "channels": ["sms", "messaging"], "hours": "después de las 18:00, nunca los domingos",
              "language": "spa", "must_not_know": "el esposo y el arrendador" },
            { "kind": "address", "channels": ["visit"], "hours": null, "language": "qug", "must_not_know": null }],
        "languages": ["spa", "qug", "eng"], "documents_held": [{ "type": "PAS", "country": "CO" }, { "type": "REF", "country": null }],
        "household": [{ "sex": 1, "age": 3 }, { "sex": 2, "age": 1 }, { "sex": 2, "age": null }],
        "need_detail": "x".repeat(600), "mobility": ["REF"], "place": "EC-170150", "specific_needs": ["SP"]
    });
    let message = "Por favor, esta semana. ".repeat(20);
    let mut sql = format!(
        "UPDATE referral_disclosures SET facts = '{facts}'; UPDATE referrals SET message = '{message}', contact_how = 'Solo SMS, después de las 18:00';
         INSERT INTO referral_disclosures (id, referral_id, facts, disclosed_at) VALUES (gen_random_uuid(), '{}', '{{\"phone\":[\"+593995550103\"]}}', now());",
        sent.id
    );
    for number in 0..20 {
        sql += &format!(
            "INSERT INTO agencies (id, name, type, mailbox, language, time_zone)
             VALUES ('00000000-0000-7000-8000-0000000001{number:02}', 'Fundación Imaginaria de Apoyo Jurídico {number}', '22', 'f{number}@ong.example', 'es', 'America/Guayaquil');
             INSERT INTO agency_services (id, agency_id, name, codes, territories)
             VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000001{number:02}', 'Patrocinio y asesoría para personas en movilidad', '{{LEG}}', '{{EC-17}}');"
        );
    }
    sent.app.database().await.batch_execute(&sql).await.expect("laden");
    sent
}

impl Sent {
    /// The same page in another language.
    fn spoken(&self, page: &str, language: &str) -> String {
        self.at(page).replace("lang=es", &format!("lang={language}"))
    }
}

/// What every page must be.
fn check(page: &Page, language: &str, what: &str) {
    let html = &page.html;
    assert!(html.len() < 20_000, "{what} in {language}: {} bytes", html.len());
    assert!(html.contains(&format!("<html lang=\"{language}\">")), "{what} in {language}");
    for forbidden in
        ["<script", "<link", "<img", "<iframe", "src=", "style=", "url(", "@import", "javascript:", "onclick"]
    {
        assert!(!html.contains(forbidden), "{what}: {forbidden}");
    }
    for address in html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default()) {
        assert!(["/r/", "#", "tel:"].iter().any(|own| address.starts_with(own)), "{what}: {address}");
    }
    assert_eq!(html.matches("<h1").count(), 1, "{what}");
    let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).expect("a title");
    assert!(!title.is_empty() && !title.contains("Inventada"), "{what}: {title}");
    assert!(!html.contains("{$") && !html.contains("answer-"), "{what} in {language}: a text is missing");
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{what}: {ids:?}");
    for place in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&place), "{what}: #{place} leads nowhere");
    }
    for kind in ["<input ", "<select ", "<textarea "] {
        for field in html.split(kind).skip(1) {
            let hidden = attribute(field, "type").as_deref() == Some("hidden");
            let within_label =
                html.contains(&format!("<label>{kind}{}", field.split('>').next().unwrap_or_default()));
            let labelled =
                attribute(field, "id").is_some_and(|id| html.contains(&format!("<label for=\"{id}\"")));
            assert!(
                hidden || within_label || labelled,
                "{what}: a field without a label: {kind}{}",
                &field[..60.min(field.len())]
            );
        }
    }
    for described in html.split("aria-describedby=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&described), "{what}: described by nothing: {described}");
    }
}

/// The policy allows exactly the style that stands in the page.
fn check_headers(page: &Page) {
    use base64::Engine;
    let style =
        page.html.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).expect("a style");
    let hash = base64::engine::general_purpose::STANDARD
        .encode(migrant_desk::platform::crypto::sha256(style.as_bytes()));
    let policy = page.headers["content-security-policy"].to_str().expect("text");
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains(&format!("style-src 'sha256-{hash}'")),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{policy}");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert!(page.headers["x-robots-tag"].to_str().expect("text").contains("noindex"));
    assert!(page.headers["content-type"].to_str().expect("text").starts_with("text/html"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_small_whole_labelled_and_without_script_in_four_languages() {
    let sent = laden().await;
    let browser = sent.browser();
    for language in ["en", "es", "fr", "fil"] {
        let never = sent.spoken("", language).replace(sent.token(), "AAAA");
        let pages = [
            ("minimum", browser.get(&sent.spoken("", language)).await),
            ("code", browser.get(&sent.spoken("/code", language)).await),
            ("dead end", browser.get(&never).await),
            (
                "unread",
                browser.send(Method::POST, &sent.spoken("/code", language), "text/plain", vec![]).await,
            ),
        ];
        for (what, page) in &pages {
            check(page, language, what);
            check_headers(page);
        }
    }
    sent.open(&browser).await;
    let mut largest = 0;
    for language in ["en", "es", "fr", "fil"] {
        let open = browser.get(&sent.spoken("", language)).await;
        open.is(200).says(NAME);
        check(&open, language, "open");
        check_headers(&open);
        largest = largest.max(open.html.len());
        let form = open.answer("decline");
        let wrong = browser.submit(&form, &[("reason", "other"), ("reason_text", " ")]).await;
        check(wrong.is(422), language, "wrong");
        largest = largest.max(wrong.html.len());
    }
    println!("the largest page has {largest} bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_are_told_in_the_readers_words_and_how_to_be_careful_comes_before_the_number() {
    let sent = laden().await;
    let browser = sent.browser();
    let spanish = sent.open(&browser).await;
    spanish
        .says("34 años")
        .says("Colombia")
        .says("Español")
        .says("(aproximada)")
        .says("solo: SMS, mensajería");
    spanish
        .says("no debe enterarse: el esposo y el arrendador")
        .says("Corrección del")
        .says("Edad no consta");
    let careful = spanish.html.find("no debe enterarse").expect("care");
    assert!(careful < spanish.html.find("tel:+593995550101").expect("a number"));
    let filipino = browser.get(&sent.spoken("", "fil")).await;
    filipino.says("34 taon").says("Tungkol sa tao").says("Babae");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_people_are_shown_as_words() {
    let sent = Sent::new().await;
    let odd = "UPDATE referrals SET message = '<script>alert(1)</script> & \"Ñandú\"'";
    sent.app.database().await.batch_execute(odd).await.expect("edited");
    let page = sent.open(&sent.browser()).await;
    page.says("<script>alert(1)</script> & \"Ñandú\"").says_nothing_of("<script>");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_not_right_comes_back_filled_and_leads_to_each_field() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let page = sent.open(&browser).await;
    let no = [("reason", "other"), ("reason_text", ""), ("suggested_service_id", "")];
    let wrong = browser.submit(&page.answer("decline"), &no).await;
    wrong.is(422).says("Por favor, corrija primero esto").says("Diga en pocas palabras qué significa «Otro»");
    assert!(wrong.html.contains("href=\"#decline-reason_text\""), "{}", wrong.html);
    assert!(wrong.html.contains("<option value=\"other\" selected>"));
    let details: Vec<&str> = wrong.html.split("<details").skip(1).collect();
    let open: Vec<&&str> =
        details.iter().filter(|one| one.split('>').next().unwrap_or_default().contains(" open")).collect();
    assert_eq!(open.len(), 1, "only the form at fault is unfolded");
    assert!(open[0].contains("aria-invalid=\"true\" aria-describedby=\"decline-reason_text-e\""));
    assert_eq!(sent.seen_by_desk().await["state"], "sent");

    let yes =
        [("appointment_on", "2020-01-01"), ("appointment_time", ""), ("appointment_place", &"x".repeat(300))];
    let wrong = browser.submit(&wrong.answer("accept"), &yes).await;
    wrong.is(422).says("Elija una hora, por ejemplo 09:30").says("Escriba menos aquí");
    let unknown = browser.submit(&wrong.answer("decline"), &[("reason", "because")]).await;
    unknown.is(422).says("Elija un motivo");
    browser
        .submit_and_follow(&unknown.answer("decline"), &[("reason", "out_of_area")])
        .await
        .says("Rechazada");
    sent.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_as_a_page_with_the_right_status() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let page = sent.open(&browser).await;
    let before = sent.seen_by_desk().await["version"].clone();
    let key = page.answer("accept").field("form").to_owned();
    let post =
        async |kind: &str, body: Vec<u8>| browser.send(Method::POST, &sent.at("/answer"), kind, body).await;
    for (kind, body, status) in [
        ("application/json", b"{}".to_vec(), 415),
        (FORM, vec![0xff, 0xfe], 400),
        (FORM, b"move=accept&move=accept%00".to_vec(), 400),
        (FORM, format!("form={key}&state=sent&move=accept&x={}", "x".repeat(20_000)).into_bytes(), 413),
        (FORM, format!("form={key}&state=sent").into_bytes(), 400),
        (FORM, format!("form={key}&state=sent&move=cancel&reason=other&reason_text=x").into_bytes(), 409),
        (FORM, format!("form={key}&state=sent&move=send").into_bytes(), 400),
        (FORM, format!("form={key}&state=accepted&move=begin").into_bytes(), 409),
        (FORM, format!("form={key}&move=accept").into_bytes(), 409),
    ] {
        let refused = post(kind, body).await;
        refused.is(status);
        check_headers(&refused);
    }
    let put = browser.send(Method::PUT, &sent.at(""), FORM, vec![]).await;
    assert_eq!(put.is(405).headers["allow"], "GET, HEAD, POST");
    assert_eq!(sent.seen_by_desk().await["version"], before);
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_in_the_address_are_shown_only_for_what_is_true() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    sent.open(&browser).await;
    let page = browser.get(&format!("{}&said=accepted", sent.at(""))).await;
    page.is(200).says_nothing_of("Muchas gracias");
    // Mail gateways hang things of their own on links.
    browser.get(&format!("{}&utm_source=mail&x[]=1", sent.at(""))).await.is(200).says(NAME);
}
