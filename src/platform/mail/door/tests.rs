//! Visits at the door.

use std::cell::RefCell;

use tokio::io::AsyncReadExt;

use super::*;

#[derive(Default)]
struct Basket {
    full: bool,
    taken: RefCell<Vec<(Vec<String>, Vec<u8>)>>,
}

impl Clerk for Basket {
    fn knows(&self, recipient: &str) -> bool {
        recipient.ends_with("@desk.example")
    }

    async fn take(&self, to: &[String], raw: &[u8]) -> bool {
        self.taken.borrow_mut().push((to.to_vec(), raw.to_vec()));
        !self.full
    }
}

fn limits() -> Limits {
    let silence = Duration::from_millis(200);
    Limits { mail: 64, line: 80, recipients: 2, mails: 2, faults: 2, silence, ..Limits::default() }
}

/// Says all of it at once and gives the codes of the answers.
async fn answers(basket: &Basket, said: &[u8]) -> Vec<String> {
    let (ours, mut theirs) = tokio::io::duplex(1 << 20);
    let limits = limits();
    let talk = async {
        theirs.write_all(said).await.expect("said");
        let mut heard = String::new();
        theirs.read_to_string(&mut heard).await.expect("heard");
        heard
    };
    let (_, heard) = tokio::join!(Visit::new(ours, &limits, basket).hold(), talk);
    let finals = heard.lines().filter(|line| line.as_bytes().get(3) != Some(&b'-'));
    finals.map(|line| line[..3].to_owned()).collect()
}

#[tokio::test]
async fn lmtp_answers_for_each_recipient_and_smtp_once() {
    let visit = |hello: &str| {
        format!(
            "{hello} mx\r\nMAIL FROM:<> SIZE=20\r\nRCPT TO:<a@desk.example>\r\nRCPT TO:<b@desk.example>\r\nDATA\r\n..dot\r\n.\r\nQUIT\r\n"
        )
    };
    let basket = Basket::default();
    let lmtp = answers(&basket, visit("LHLO").as_bytes()).await;
    assert_eq!(lmtp, ["220", "250", "250", "250", "250", "354", "250", "250", "221"]);
    let smtp = answers(&basket, visit("EHLO").as_bytes()).await;
    assert_eq!(smtp, ["220", "250", "250", "250", "250", "354", "250", "221"]);
    let both = vec!["a@desk.example".to_owned(), "b@desk.example".to_owned()];
    assert_eq!(basket.taken.take(), [(both.clone(), b".dot\r\n".to_vec()), (both, b".dot\r\n".to_vec())]);
}

#[tokio::test]
async fn what_cannot_be_kept_is_asked_for_again() {
    let basket = Basket { full: true, ..Basket::default() };
    let said = b"LHLO mx\r\nMAIL FROM:<>\r\nRCPT TO:<a@desk.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n";
    assert_eq!(answers(&basket, said).await[5..], ["451", "221"]);
}

#[tokio::test]
async fn strangers_order_and_size_are_refused() {
    let cases: [(&[u8], &[&str]); 9] = [
        (b"MAIL FROM:<>\r\nQUIT\r\n", &["220", "503", "221"]),
        (b"HELO mx\r\nRCPT TO:<a@desk.example>\r\nQUIT\r\n", &["220", "250", "503", "221"]),
        (
            b"HELO mx\r\nMAIL FROM:<>\r\nRCPT TO:<a@else.example>\r\nDATA\r\nQUIT\r\n",
            &["220", "250", "250", "550", "503", "221"],
        ),
        (b"EHLO mx\r\nMAIL FROM:<> SIZE=65\r\nQUIT\r\n", &["220", "250", "552", "221"]),
        (b"VRFY a\r\nTURN\r\nETRN\r\nQUIT\r\n", &["220", "500", "500", "500", "421"]),
        (&[b'x'; 81], &["220", "500"]),
        (b"", &["220"]),
        (b"\xff\xfe\r\nQUIT\r\n", &["220", "500", "221"]),
        (
            b"HELO mx\r\nMAIL FROM:<>\r\nRSET\r\nMAIL FROM:<a@b.example>\r\nNOOP\r\nQUIT\r\n",
            &["220", "250", "250", "250", "250", "250", "221"],
        ),
    ];
    for (said, expected) in cases {
        assert_eq!(answers(&Basket::default(), said).await, expected, "{}", String::from_utf8_lossy(said));
    }
    let basket = Basket::default();
    let mut large = b"LHLO mx\r\nMAIL FROM:<>\r\nRCPT TO:<a@desk.example>\r\nDATA\r\n".to_vec();
    large.extend([b'x'; 70]);
    large.extend(b"\r\n.\r\nQUIT\r\n");
    assert_eq!(answers(&basket, &large).await[5..], ["552", "221"]);
    assert!(basket.taken.take().is_empty());
}

#[tokio::test]
async fn a_visitor_who_falls_silent_is_shown_out() {
    let (ours, _theirs) = tokio::io::duplex(1024);
    let (limits, basket) = (limits(), Basket::default());
    let ended = timeout(Duration::from_secs(5), Visit::new(ours, &limits, &basket).hold()).await;
    assert!(ended.expect("in time").is_err());
}

#[test]
fn the_door_opens_on_loopback_only() {
    for address in ["0.0.0.0:0", "192.0.2.1:25", "[::]:0", "localhost", ""] {
        assert!(open(address).is_err(), "{address}");
    }
    assert!(open("127.0.0.1:0").is_ok());
}
