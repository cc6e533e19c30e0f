//! The mailer in conversation with a real, if small, mail server.

#[path = "support/smtp.rs"]
mod smtp;

use std::path::Path;
use std::time::{Duration, Instant};

use mail_parser::MessageParser;
use migrant_desk::platform::mail::{Letter, MailSettings, Mailer, Paragraphs, Sent, Tls};
use migrant_desk::platform::text::Language;
use smtp::{Manners, SmtpSink};

fn settings(host: Option<&str>, port: u16) -> MailSettings {
    MailSettings {
        host: host.map(str::to_owned),
        port: Some(port),
        tls: Tls::None,
        user: None,
        password: None,
        allow_plaintext: false,
        from: "Unidad Ñandú <desk@example.org>".into(),
        files: "unused".into(),
        timeout: Duration::from_secs(5),
    }
}

fn mailer(sink: &SmtpSink) -> Mailer {
    Mailer::new(&settings(Some("127.0.0.1"), sink.port())).expect("a mailer")
}

fn letter() -> Letter {
    let mail = Paragraphs {
        subject: "Derivación PIC-2026-000412: esperamos su respuesta, ¿puede ser hoy? Ñ".into(),
        heading: "Le damos la bienvenida, María José Muñoz Ibáñez".into(),
        lines: vec![".A line that begins with a dot".into(), "Sédhiou, Peñafrancia, l’été ".repeat(60)],
        listed: vec![],
        facts: vec![("Número".into(), "PIC-2026-000412".into())],
        action: Some(("Abrir".into(), "https://desk.example/r/9f2c?a=1&b=2".into())),
        footer: "Este correo fue enviado por Migrant Desk.".into(),
    };
    Letter::lay_out("0195-referral@desk.example", "inbox@partner.example", Language::Es, &mail)
        .expect("a letter")
}

async fn outcome(manners: Manners) -> Sent {
    let sink = SmtpSink::start_with(manners).await;
    mailer(&sink).send(&letter()).await
}

#[tokio::test]
async fn names_with_accents_survive_the_journey() {
    let sink = SmtpSink::start().await;
    let sent = mailer(&sink).send(&letter()).await;
    assert!(matches!(&sent, Sent::Accepted { reply } if reply.starts_with("250")), "{sent:?}");

    let kept = sink.wait_for(1).await.remove(0);
    assert_eq!((kept.from.as_str(), kept.to), ("desk@example.org", vec!["inbox@partner.example".to_owned()]));
    assert!(kept.raw.is_ascii(), "servers without 8BITMIME must be able to carry it");
    let read = MessageParser::default().parse(&kept.raw).expect("a message");
    let original = letter();
    assert_eq!(read.subject(), Some(original.subject.as_str()));
    let sender = read.from().and_then(|from| from.first()).and_then(|from| from.name());
    assert_eq!(sender, Some("Unidad Ñandú"));
    let lines = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    assert_eq!(read.body_text(0).map(|text| lines(&text)), Some(lines(&original.text)));
    assert_eq!(read.body_html(0).map(|html| lines(&html)), Some(lines(&original.html)));
}

#[tokio::test]
async fn a_letter_says_that_a_machine_wrote_it_and_in_which_language() {
    let sink = SmtpSink::start().await;
    mailer(&sink).send(&letter()).await;
    let kept = sink.wait_for(1).await.remove(0);
    let read = MessageParser::default().parse(&kept.raw).expect("a message");
    let header = |name: &'static str| read.header_raw(name).map(str::trim);
    assert_eq!(header("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(header("Content-Language"), Some("es"));
    assert_eq!(read.message_id(), Some("0195-referral@desk.example"));
    assert!(read.date().is_some());
    let content_type = header("Content-Type").unwrap_or_default();
    assert!(content_type.starts_with("multipart/alternative"), "{content_type}");
    assert_eq!((read.text_body_count(), read.html_body_count(), read.attachment_count()), (1, 1, 0));
}

#[tokio::test]
async fn a_permanent_refusal_is_told_apart_from_a_passing_one() {
    let refused =
        outcome(Manners::RefuseRecipient("550 5.1.1 <inbox@partner.example> no such user".into())).await;
    let Sent::Refused { reply } = refused else { panic!("{refused:?}") };
    assert!(reply.contains("550") && reply.contains("no such user"), "{reply}");
    assert!(!reply.contains("partner.example"), "the address is kept out of what is stored: {reply}");

    let later = outcome(Manners::RefuseRecipient("450 4.2.1 mailbox busy".into())).await;
    assert!(matches!(&later, Sent::Deferred { reply } if reply.contains("450")), "{later:?}");
    let later = outcome(Manners::RefuseData("451 4.3.0 try later".into())).await;
    assert!(matches!(&later, Sent::Deferred { reply } if reply.contains("451")), "{later:?}");
    let never = outcome(Manners::RefuseData("554 5.7.1 rejected".into())).await;
    assert!(matches!(&never, Sent::Refused { reply } if reply.contains("554")), "{never:?}");
}

#[tokio::test]
async fn a_server_that_hangs_does_not_hold_the_worker_for_ever() {
    for manners in [Manners::HangAtGreeting, Manners::HangAfterData] {
        let sink = SmtpSink::start_with(manners.clone()).await;
        let mut settings = settings(Some("127.0.0.1"), sink.port());
        settings.timeout = Duration::from_millis(300);
        let mailer = Mailer::new(&settings).expect("a mailer");
        let begun = Instant::now();
        let sent = mailer.send(&letter()).await;
        assert!(matches!(sent, Sent::Deferred { .. }), "{manners:?}: {sent:?}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{manners:?}");

        sink.behave(Manners::Polite);
        let again = mailer.send(&letter()).await;
        assert!(matches!(again, Sent::Accepted { .. }), "the next letter passes: {again:?}");
    }
}

#[tokio::test]
async fn a_letter_lost_sight_of_is_sent_again_under_the_same_id() {
    let sink = SmtpSink::start().await;
    sink.behave_once([Manners::DropAfterData]);
    let mailer = mailer(&sink);
    let first = mailer.send(&letter()).await;
    assert!(matches!(first, Sent::Deferred { .. }), "nobody knows whether it arrived: {first:?}");
    let second = mailer.send(&letter()).await;
    assert!(matches!(second, Sent::Accepted { .. }), "{second:?}");
    let kept = sink.wait_for(2).await;
    let ids: Vec<_> = kept
        .iter()
        .filter_map(|kept| MessageParser::default().parse(&kept.raw)?.message_id().map(str::to_owned))
        .collect();
    assert_eq!(ids, ["0195-referral@desk.example", "0195-referral@desk.example"]);
}

#[tokio::test]
async fn a_letter_taken_is_taken_even_without_a_goodbye() {
    let sent = outcome(Manners::HangAtQuit).await;
    assert!(matches!(sent, Sent::Accepted { .. }), "{sent:?}");
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again() {
    let sent = outcome(Manners::DropAtGreeting).await;
    assert!(matches!(sent, Sent::Deferred { .. }), "{sent:?}");
    let port = SmtpSink::start().await.port();
    tokio::task::yield_now().await;
    let gone = Mailer::new(&settings(Some("127.0.0.1"), port)).expect("a mailer").send(&letter()).await;
    assert!(matches!(gone, Sent::Deferred { .. }), "{gone:?}");
}

#[tokio::test]
async fn nothing_is_sent_when_tls_cannot_be_had() {
    let sink = SmtpSink::start().await;
    for (tls, manners) in [
        (Tls::Starttls, Manners::Polite),
        (Tls::Starttls, Manners::BreakTls),
        (Tls::Required, Manners::Polite),
    ] {
        sink.behave(manners);
        let settings = MailSettings { tls, ..settings(Some("127.0.0.1"), sink.port()) };
        let sent = Mailer::new(&settings).expect("a mailer").send(&letter()).await;
        assert!(matches!(sent, Sent::Deferred { .. }), "{tls:?}: {sent:?}");
    }
    assert!(sink.kept().is_empty());
}

#[tokio::test]
async fn a_wrong_password_costs_no_letter() {
    let right = Manners::Authenticate { user: "desk".into(), password: "correct horse".into() };
    let sink = SmtpSink::start_with(right).await;
    for (password, accepted) in [("wrong", false), ("correct horse", true)] {
        let settings = MailSettings {
            user: Some("desk".into()),
            password: Some(password.to_owned().into()),
            ..settings(Some("127.0.0.1"), sink.port())
        };
        let sent = Mailer::new(&settings).expect("a mailer").send(&letter()).await;
        assert_eq!(matches!(sent, Sent::Accepted { .. }), accepted, "{sent:?}");
        assert!(!matches!(sent, Sent::Refused { .. }), "{sent:?}");
    }
    let unsigned = mailer(&sink).send(&letter()).await;
    assert!(matches!(unsigned, Sent::Deferred { .. }), "{unsigned:?}");
}

#[test]
fn mail_does_not_leave_in_the_clear_unless_a_setting_says_so() {
    let mut abroad = settings(Some("mail.example.org"), 25);
    let refusal = Mailer::new(&abroad).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(refusal.contains("No mail leaves without verified TLS"), "{refusal}");
    abroad.allow_plaintext = true;
    assert!(Mailer::new(&abroad).is_ok());
    assert!(Mailer::new(&settings(Some("localhost"), 25)).is_ok());
}

#[test]
fn settings_that_cannot_work_are_refused_at_the_start() {
    let half = MailSettings { user: Some("desk".into()), ..settings(Some("localhost"), 25) };
    assert!(Mailer::new(&half).is_err());
    let nobody = MailSettings { from: "nobody".into(), ..settings(Some("localhost"), 25) };
    assert!(Mailer::new(&nobody).is_err());
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_and_not_repeated() {
    let sink = SmtpSink::start().await;
    let wrong = Letter { to: "María at example".into(), ..letter() };
    let sent = mailer(&sink).send(&wrong).await;
    assert!(matches!(&sent, Sent::Refused { reply } if !reply.contains("María")), "{sent:?}");
    assert_eq!(sink.connections(), 0);
}

#[tokio::test]
async fn many_letters_at_once_all_arrive() {
    let sink = SmtpSink::start().await;
    let mailer = mailer(&sink);
    let letters: Vec<_> =
        (0..40).map(|number| Letter { message_id: format!("{number}@desk.example"), ..letter() }).collect();
    let sent = futures_util::future::join_all(letters.iter().map(|letter| mailer.send(letter))).await;
    assert!(sent.iter().all(|sent| matches!(sent, Sent::Accepted { .. })), "{sent:?}");
    assert_eq!(sink.kept().len(), 40);
}

fn names_in(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("a folder");
    files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn without_a_server_letters_go_into_a_folder_whole() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("not/yet/there");
    let settings = MailSettings { files: folder.clone(), ..settings(None, 25) };
    let mailer = Mailer::new(&settings).expect("a mailer");
    for _ in 0..2 {
        let sent = mailer.send(&letter()).await;
        assert!(matches!(sent, Sent::Accepted { .. }), "{sent:?}");
    }
    assert_eq!(
        names_in(&folder),
        ["0195-referral.eml"],
        "the same letter is one file, and nothing is left over"
    );
    let written = std::fs::read(folder.join("0195-referral.eml")).expect("a mail");
    let read = MessageParser::default().parse(&written).expect("a message");
    assert_eq!(read.subject(), Some(letter().subject.as_str()));
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_tried_again() {
    let home = tempfile::tempdir().expect("a folder");
    let occupied = home.path().join("file");
    std::fs::write(&occupied, "in the way").expect("a file");
    let settings = MailSettings { files: occupied, ..settings(None, 25) };
    let sent = Mailer::new(&settings).expect("a mailer").send(&letter()).await;
    assert!(matches!(sent, Sent::Deferred { .. }), "{sent:?}");
}
