//! The mails that carry a link or a code: secret everywhere else, and right whatever the mail server does.

use super::*;
use crate::smtp::{Manners, SmtpSink};
use crate::support::read_mail;

#[tokio::test(flavor = "multi_thread")]
async fn the_link_and_the_code_stand_in_the_mail_and_nowhere_else() {
    let sent = Sent::new().await;
    let code = sent.ask_for_code(&sent.browser()).await;
    let (token, spaced) = (sent.token().to_owned(), format!("{} {}", &code[..3], &code[3..]));
    assert!(token.len() >= 43, "256 bits");

    let mut conn = sent.app.database().await;
    let tables = "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'";
    for table in lines(&mut conn, tables).await {
        let rows = lines(&mut conn, &format!("SELECT row_to_json(t)::text AS line FROM {table} t")).await;
        let telling: Vec<&String> = rows
            .iter()
            .filter(|row| {
                let holds_code = table.starts_with("answer")
                    || ["notices", "jobs", "audit_events"].contains(&table.as_str());
                row.contains(&token)
                    || (holds_code && (row.contains(&format!("\"{code}\"")) || row.contains(&spaced)))
            })
            .collect();
        assert!(telling.is_empty(), "{table}: {telling:?}");
    }

    let supervisor = sent.app.client(Account::SupervisorPic).await;
    let notices = supervisor.get(&format!("/notices?referral={}", sent.id)).await.ok();
    assert_eq!(notices["items"].as_array().expect("items").len(), 2);
    for notice in notices["items"].as_array().expect("items") {
        let shown = supervisor.get(&format!("/notices/{}", notice["id"].as_str().expect("id"))).await.ok();
        let shown = shown.to_string();
        assert!(!shown.contains(&token) && !shown.contains(&spaced) && !shown.contains(&code), "{shown}");
    }
    assert!(!sent.seen_by_desk().await.to_string().contains(&token));
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_with_links_and_codes_name_nobody() {
    let sent = Sent::new().await;
    sent.ask_for_code(&sent.browser()).await;
    sent.worker.act(&format!("/referrals/{}/answer-links", sent.id)).await.ok();
    sent.app.run_jobs().await;
    let mails = sent.app.mails();
    assert_eq!(mails.len(), 3);
    for mail in mails {
        assert_eq!(mail.to, "buzon@clinica.example");
        for secret in ["Inventada", "Peña", "secretas", "esta semana", "Colombia"] {
            assert!(!mail.text.contains(secret) && !mail.subject.contains(secret), "{secret}");
        }
    }
    let code = &sent.app.mails()[1];
    assert!(!code.text.contains("/r/"), "a link beside its code would undo the point of the code");
}

async fn over_smtp(sink: &SmtpSink) -> Sent {
    Sent::within(TestApp::with_smtp(sink.port()).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_sent_twice_carries_the_same_link_and_code() {
    // The server takes the letter and drops the line: whether it arrived, nobody here can know.
    let sink = SmtpSink::start().await;
    sink.behave_once([Manners::DropAfterData]);
    let sent = over_smtp(&sink).await;
    sent.app.advance(minutes(1));
    sent.app.run_jobs().await;
    let kept = sink.wait_for(2).await;
    let mails: Vec<_> = kept.iter().map(|letter| read_mail(&letter.raw)).collect();
    assert_eq!(mails[0].message_id, mails[1].message_id);
    let link = link_in(&mails[0].text);
    assert_eq!(link, link_in(&mails[1].text));
    let browser = sent.browser();
    let page = browser.get(&link).await;

    sink.behave_once([Manners::DropAfterData]);
    browser.submit_and_follow(&page.is(200).form("/code"), &[]).await.is(200);
    sent.app.run_jobs().await;
    sent.app.advance(minutes(1));
    sent.app.run_jobs().await;
    let kept = sink.wait_for(4).await;
    let codes: Vec<_> = kept[2..].iter().map(|letter| code_in(&read_mail(&letter.raw).text)).collect();
    assert_eq!(codes[0], codes[1]);
    let sent = Sent { link, ..sent };
    let entry = browser.get(&sent.at("/code")).await;
    browser.submit(&entry.form("/open"), &[("code", &codes[0])]).await.is(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_until_the_newer_mail_has_really_gone_out() {
    let sink = SmtpSink::start().await;
    let sent = over_smtp(&sink).await;
    let link = link_in(&read_mail(&sink.wait_for(1).await[0].raw).text);
    sink.behave(Manners::RefuseData("451 4.3.0 try later".into()));
    sent.worker.act(&format!("/referrals/{}/answer-links", sent.id)).await.ok();
    sent.app.run_jobs().await;
    sent.browser().get(&link).await.is(200);
    sink.behave(Manners::Polite);
    sent.app.advance(minutes(1));
    sent.app.run_jobs().await;
    let newer = link_in(&read_mail(&sink.wait_for(2).await[1].raw).text);
    sent.browser().get(&newer).await.is(200);
    sent.browser().get(&link).await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_whose_mail_was_put_off_for_too_long_is_not_sent_at_all() {
    let sink = SmtpSink::start().await;
    let sent = over_smtp(&sink).await;
    let link = link_in(&read_mail(&sink.wait_for(1).await[0].raw).text);
    sink.behave(Manners::RefuseData("451 4.3.0 try later".into()));
    let browser = sent.browser();
    let page = browser.get(&link).await;
    browser.submit(&page.form("/code"), &[]).await.is(303);
    sent.app.run_jobs().await;
    sink.behave(Manners::Polite);
    sent.app.advance(minutes(20));
    sent.app.run_jobs().await;
    assert_eq!(sink.kept().len(), 1);
    let states = "SELECT state AS line FROM notices WHERE kind = 'answer_code'";
    assert_eq!(lines(&mut sent.app.database().await, states).await, ["dropped"]);
}
