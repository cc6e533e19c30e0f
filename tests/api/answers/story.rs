//! The whole way: mail, link, code, disclosure, answers, and what the desk learns of them.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_answers_by_the_link_in_its_mail_and_the_desk_is_told() {
    let sent = Sent::new().await;
    let browser = sent.browser();

    // First the minimum: what the mail says too.
    let minimum = browser.get(&sent.link).await;
    minimum
        .is(200)
        .says(&sent.number)
        .says("Urgente")
        .says("Movilidad Humana de Prueba")
        .says("Responder hasta");
    minimum.says("+59325550100").says("b•••@clinica.example");
    for secret in [NAME, "Peña", "Por favor, esta semana", "Palabras secretas", "Abogado"] {
        minimum.says_nothing_of(secret);
    }

    let opened = sent.open(&browser).await;
    opened.says(NAME).says("Mujer").says("Por favor, esta semana.");
    assert_eq!(sent.seen_by_desk().await["state"], "sent", "opening is not answering");

    let thanks = browser.submit_and_follow(&opened.answer("acknowledge"), &[]).await;
    thanks.is(200).says("Muchas gracias");
    assert!(thanks.offered("acknowledge").is_none());

    let tomorrow = (sent.app.app.now() + TimeDelta::days(1)).date_naive().to_string();
    let appointment = [
        ("appointment_on", tomorrow.as_str()),
        ("appointment_time", "09:30"),
        ("appointment_place", "Calle Ficticia 12, piso 2"),
    ];
    let accepted = browser.submit_and_follow(&thanks.answer("accept"), &appointment).await;
    accepted.says("Aceptada").says("09:30 (hora de Guayaquil)").says("Calle Ficticia 12, piso 2");

    let shown = sent.seen_by_desk().await;
    assert_eq!((&shown["state"], &shown["unread"]), (&json!("accepted"), &json!(true)));
    assert_eq!(shown["appointment_at"], format!("{tomorrow}T14:30:00Z"));
    let last = shown["moves"].as_array().expect("moves").last().expect("a move");
    assert_eq!((&last["actor_kind"], &last["actor_id"]), (&json!("partner"), &Value::Null));
    assert!(last["facts"]["answer_link"].is_string(), "{last}");

    sent.app.run_jobs().await;
    let told: Vec<_> =
        sent.app.mails().into_iter().filter(|mail| mail.to == Account::WorkerPic.email()).collect();
    assert_eq!(told.len(), 1, "seen is silent, accepted is told");
    let history = sent.worker.get(&format!("/cases/{}/history", sent.matter.case)).await.ok();
    assert!(history.to_string().contains("referral.accepted"), "{history}");

    let began = browser.submit_and_follow(&accepted.answer("begin"), &[("began_on", "")]).await;
    let done = browser.submit_and_follow(&began.answer("complete"), &[("outcome", "need_met")]).await;
    done.says("Terminada").says("Necesidad resuelta").says("Puede leer los detalles aquí hasta");
    assert!(done.forms().iter().all(|form| form.field("move").is_empty()), "nothing is left to answer");
    let shown = sent.seen_by_desk().await;
    assert_eq!((&shown["state"], &shown["outcome"]), (&json!("completed"), &json!("need_met")));
    let tasks = lines(&mut sent.app.database().await, "SELECT kind AS line FROM tasks").await;
    assert_eq!(tasks, ["ask_client"]);
    sent.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_and_every_answer_is_on_record_under_the_link_and_its_agency() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let opened = sent.open(&browser).await;
    browser.submit_and_follow(&opened.answer("decline"), &[("reason", "no_capacity")]).await.is(200);
    browser.submit_and_follow(&browser.get(&sent.link).await.form("/close"), &[]).await.is(200);
    let expected = [
        "answer_link.visited",
        "answer_code.sent",
        "answer_link.opened",
        "disclosure.read",
        "referral.declined",
        "disclosure.read",
        "disclosure.read",
        "answer_link.closed",
        "answer_link.visited",
    ];
    assert_eq!(sent.trail_of_link().await, expected);
    for event in sent.trail().await.iter().filter(|event| event["role"] == "link") {
        assert_eq!(event["agency_id"], json!(sent.app.world.legal), "{event}");
        assert_eq!(event["staff_id"], Value::Null);
        assert!(event["facts"]["answer_link"].is_string(), "{event}");
        assert!(event["request_id"].is_string());
    }
    sent.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_is_offered_only_while_the_state_machine_knows_it() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let offered = |page: &Page| {
        let all =
            ["accept", "decline", "acknowledge", "begin", "complete", "hold", "fail", "cancel", "expire"];
        all.into_iter().filter(|by| page.offered(by).is_some()).collect::<Vec<_>>()
    };
    let page = sent.open(&browser).await;
    assert_eq!(offered(&page), ["accept", "decline", "acknowledge"]);
    let page = browser.submit_and_follow(&page.answer("accept"), &[]).await;
    assert_eq!(offered(&page), ["begin", "complete", "hold", "fail", "cancel"]);
    let review = (sent.app.app.now() + TimeDelta::days(10)).date_naive().to_string();
    let waiting = [("reason", "missing_document"), ("review_on", review.as_str())];
    let page = browser.submit_and_follow(&page.answer("hold"), &waiting).await;
    page.says("En espera").says("Información incompleta");
    assert_eq!(offered(&page), ["accept", "begin", "complete", "fail", "cancel"]);
    let page = browser.submit_and_follow(&page.answer("begin"), &[]).await;
    assert_eq!(offered(&page), ["complete", "hold", "fail", "cancel"]);
    let page = browser.submit_and_follow(&page.answer("fail"), &[("reason", "did_not_attend")]).await;
    page.says("No se pudo realizar").says("No asistió");
    assert_eq!(offered(&page), [""; 0]);
    sent.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_says_why_and_may_name_another_service() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let other = "
        INSERT INTO agencies (id, name, type, mailbox, language, time_zone) VALUES
            ('00000000-0000-7000-8000-0000000000a1', 'Defensa Inventada', '22', 'd@defensa.example', 'es', 'America/Guayaquil');
        INSERT INTO agency_services (id, agency_id, name, codes, territories) VALUES
            ('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000a1', 'Patrocinio', '{LEG-REP}', '{EC-17}'),
            ('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000a1', 'Lejos', '{LEG}', '{PH-05}')";
    sent.app.database().await.batch_execute(other).await.expect("another service");
    let page = sent.open(&browser).await;
    let decline = page.answer("decline");
    let suggested = "00000000-0000-7000-8000-0000000000b1";
    assert_eq!(decline.choices("suggested_service_id"), [suggested], "not itself, nor one far away");
    assert!(!decline.choices("reason").contains(&"did_not_attend".to_owned()));
    let no =
        [("reason", "other"), ("reason_text", "Conflicto de interés"), ("suggested_service_id", suggested)];
    let page = browser.submit_and_follow(&decline, &no).await;
    page.says("Rechazada").says("Conflicto de interés");
    let shown = sent.seen_by_desk().await;
    assert_eq!(shown["suggested_service_id"], suggested);
    assert_eq!((&shown["reason"], &shown["reason_text"]), (&json!("other"), &json!("Conflicto de interés")));
    sent.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_answer_twice_is_thanked_and_another_one_is_explained() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let page = sent.open(&browser).await;
    let (yes, no) = (page.answer("accept"), page.answer("decline"));
    browser.submit_and_follow(&yes, &[]).await.says("Muchas gracias");
    let before = sent.seen_by_desk().await["version"].clone();

    let again = browser.submit_and_follow(&yes, &[]).await;
    again.is(200).says("Gracias, ya teníamos esta respuesta");
    assert_eq!(sent.seen_by_desk().await["version"], before, "nothing happened twice");

    let other = browser.submit(&no, &[("reason", "no_capacity")]).await;
    other.is(409).says("Ya se respondió de otra manera").says("Aceptada").says("(hora de Guayaquil)");
    other.says("Llame a Movilidad Humana de Prueba al +59325550100");
    assert_eq!(sent.seen_by_desk().await["state"], "accepted");
    sent.app.run_jobs().await;
    let told = sent.app.mails().into_iter().filter(|mail| mail.to == Account::WorkerPic.email());
    assert_eq!(told.count(), 1, "one answer, one mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_behind_explains_what_changed_and_takes_nothing() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let page = sent.open(&browser).await;
    let accepted = browser.submit_and_follow(&page.answer("accept"), &[]).await;
    // A colleague writes down by phone that it has begun; the tab still shows "accepted".
    let begun = json!({ "move": "begin", "on_word_of": "client" });
    sent.desk_moves(begun).await;
    let stale = browser.submit(&accepted.answer("fail"), &[("reason", "other"), ("reason_text", "x")]).await;
    stale.is(409).says("Algo cambió mientras tanto").says("El servicio empezó");
    assert_eq!(sent.seen_by_desk().await["state"], "in_service");
    // The page as it is now takes the answer.
    let failed = browser.submit_and_follow(&stale.answer("fail"), &[("reason", "could_not_contact")]).await;
    failed.is(200).says("No se pudo realizar");

    // What the desk took back meanwhile is explained in the same way.
    let sent = Sent::within(sent.app).await;
    let browser = sent.browser();
    let page = sent.open(&browser).await;
    sent.desk_moves(json!({ "move": "cancel", "reason": "duplicate" })).await;
    let late = browser.submit(&page.answer("accept"), &[]).await;
    late.is(409).says("Algo cambió mientras tanto").says("Retirada").says_nothing_of(NAME);
    sent.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_of_one_browser_do_not_disturb_each_other() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let one = sent.open(&browser).await;
    let other = browser.get(&sent.link).await;
    // Seen in one tab, accepted in the other that does not know of it yet.
    browser.submit_and_follow(&one.answer("acknowledge"), &[]).await.is(200);
    browser.submit_and_follow(&other.answer("accept"), &[]).await.is(200).says("Aceptada");
    assert_eq!(sent.seen_by_desk().await["state"], "accepted");
    sent.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_accepted_and_cannot_after_all_takes_it_back_by_the_link() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let page = sent.open(&browser).await;
    assert!(page.offered("cancel").is_none(), "before accepting one declines");
    let accepted = browser.submit_and_follow(&page.answer("accept"), &[]).await;
    let form = accepted.answer("cancel");
    assert!(!form.choices("reason").contains(&"did_not_attend".to_owned()), "nobody was waited for yet");
    browser.submit(&form, &[]).await.is(422).says("Elija un motivo");
    let back = browser.submit_and_follow(&form, &[("reason", "no_capacity")]).await;
    back.is(200)
        .says("Ustedes retiraron su sí")
        .says_nothing_of(NAME)
        .says_nothing_of("retiró esta derivación");
    let again = browser.submit_and_follow(&form, &[("reason", "no_capacity")]).await;
    again.says("ya teníamos esta respuesta");
    let shown = sent.seen_by_desk().await;
    assert_eq!(
        (&shown["state"], &shown["reason"], &shown["unread"]),
        (&json!("cancelled"), &json!("no_capacity"), &json!(true))
    );
    assert_eq!(shown["moves"].as_array().expect("moves").last().expect("a move")["actor_kind"], "partner");
    sent.app.run_jobs().await;
    let told: Vec<_> =
        sent.app.mails().into_iter().filter(|mail| mail.to == Account::WorkerPic.email()).collect();
    assert_eq!(told.len(), 2, "accepted, and taken back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_and_could_not_be_done_says_why_by_the_link() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let page = sent.open(&browser).await;
    let accepted = browser.submit_and_follow(&page.answer("accept"), &[]).await;
    let failed =
        browser.submit_and_follow(&accepted.answer("fail"), &[("reason", "could_not_contact")]).await;
    failed.is(200).says("no se pudo realizar");
    let shown = sent.seen_by_desk().await;
    assert_eq!((&shown["state"], &shown["reason"]), (&json!("failed"), &json!("could_not_contact")));
    sent.app.run_jobs().await;
}
