//! Codes: six digits, once, for fifteen minutes, and no fun to guess.

use super::*;

/// Enters a code on a fresh code page.
async fn enter(sent: &Sent, browser: &Browser, code: &str) -> Page {
    let entry = browser.get(&sent.at("/code")).await;
    browser.submit(&entry.form("/open"), &[("code", code)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_end_the_right_one_and_each_makes_the_next_wait_longer() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let code = sent.ask_for_code(&browser).await;
    enter(&sent, &browser, &wrong(&code)).await.is(403).says("Ese no es el código");
    let mut waits = vec![];
    for _ in 0..4 {
        enter(&sent, &browser, &wrong(&code)).await.is(403);
        let slowed = enter(&sent, &browser, &code).await;
        slowed.is(429).says("Después de un código equivocado, espere");
        let wait: i64 = slowed.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
        waits.push(wait);
        sent.app.advance(TimeDelta::seconds(wait));
    }
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
    enter(&sent, &browser, &code).await.is(403).says("Ya no sirve ningún código");
    assert_eq!(sent.seen_by_desk().await["answer_link"]["opened_count"], 0);
    let refused = sent.trail_of_link().await.into_iter().filter(|action| action == "answer_code.refused");
    assert_eq!(refused.count(), 6);

    sent.app.advance(minutes(5));
    let next = sent.ask_for_code(&browser).await;
    enter(&sent, &browser, &next).await.is(303);
    assert_eq!(sent.seen_by_desk().await["answer_link"]["opened_count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_once_are_counted_one_by_one() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let code = sent.ask_for_code(&browser).await;
    let form = browser.get(&sent.at("/code")).await.form("/open");
    let guess = wrong(&code);
    let fields = [("code", guess.as_str())];
    let guesses = (0..20).map(|_| browser.submit(&form, &fields));
    let answers = futures_util::future::join_all(guesses).await;
    let tried = answers.iter().filter(|answer| answer.status.as_u16() == 403).count();
    assert_eq!(tried, 2, "the second makes the rest wait");
    let wrong =
        lines(&mut sent.app.database().await, "SELECT wrong_codes::text AS line FROM answer_links").await;
    assert_eq!(wrong, ["2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_and_for_fifteen_minutes() {
    let sent = Sent::new().await;
    let (browser, other) = (sent.browser(), sent.browser());
    let code = sent.ask_for_code(&browser).await;
    enter(&sent, &browser, &code).await.is(303);
    enter(&sent, &other, &code).await.is(403).says("Ya no sirve ningún código");

    sent.app.advance(minutes(2));
    let code = sent.ask_for_code(&other).await;
    sent.app.advance(minutes(15));
    enter(&sent, &other, &code).await.is(403).says("Ya no sirve ningún código");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_codes_under_way_both_count_because_mails_overtake_each_other() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let first = sent.ask_for_code(&browser).await;
    sent.app.advance(minutes(2));
    let second = sent.ask_for_code(&browser).await;
    assert_ne!(first, second);
    enter(&sent, &browser, &first).await.is(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_opens_its_own_link_and_no_other() {
    let one = Sent::new().await;
    let code = one.ask_for_code(&one.browser()).await;
    let other = Sent::within(one.app).await;
    let browser = other.browser();
    other.ask_for_code(&browser).await;
    enter(&other, &browser, &code).await.is(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_read_however_it_is_typed_and_a_slip_of_the_finger_is_no_guess() {
    let sent = Sent::new().await;
    let browser = sent.browser();
    let code = sent.ask_for_code(&browser).await;
    for slip in ["", "12345", "hola"] {
        enter(&sent, &browser, slip).await.is(422).says("El código tiene seis cifras");
    }
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    enter(&sent, &browser, &spaced).await.is(303);
}
