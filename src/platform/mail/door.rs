//! A door for mail that comes to us: a mail server on this machine hands it over by LMTP (RFC 2033) or SMTP (RFC 5321).
//!
//! There is no TLS and no sign-in, so the door opens on loopback only. Everything a visitor sends is bounded: lines,
//! mails, recipients, faults, silence, the whole visit, and how many visit at once.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

/// Who looks after the mail that comes in.
pub trait Clerk {
    /// Whether mail to this address is ours to take.
    fn knows(&self, recipient: &str) -> bool;

    /// Takes responsibility for a mail. `false` asks the server to bring it again later.
    fn take(&self, to: &[String], raw: &[u8]) -> impl Future<Output = bool>;
}

/// What a visitor may do at most.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Limits {
    /// Bytes of one mail.
    pub mail: usize,
    /// Bytes of one command.
    pub line: usize,
    pub recipients: usize,
    /// Mails in one visit.
    pub mails: usize,
    /// Commands we do not understand in one visit.
    pub faults: usize,
    /// Time without a word.
    pub silence: Duration,
    pub visit: Duration,
    /// Visitors at a time.
    pub visitors: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            mail: super::report::LARGEST,
            line: 2048,
            recipients: 20,
            mails: 100,
            faults: 10,
            silence: Duration::from_secs(60),
            visit: Duration::from_secs(300),
            visitors: 20,
        }
    }
}

/// Takes the address to listen on.
///
/// # Errors
/// When it is not on loopback or taken.
pub fn open(address: &str) -> anyhow::Result<std::net::TcpListener> {
    let address: SocketAddr = address
        .parse()
        .with_context(|| format!("{address} is no address and port, such as 127.0.0.1:2424"))?;
    ensure!(
        address.ip().is_loopback(),
        "{address} is not on loopback; mail would come in without TLS or sign-in"
    );
    let listener =
        std::net::TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Receives visitors until `stop` turns true. Whoever is inside then is cut off: nothing is lost, for a mail server
/// keeps what was not confirmed.
///
/// # Errors
/// When the listener cannot be used.
pub async fn receive(
    listener: std::net::TcpListener,
    limits: &Limits,
    clerk: &impl Clerk,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let mut inside = FuturesUnordered::new();
    while !*stop.borrow() {
        tokio::select! {
            came = listener.accept(), if inside.len() < limits.visitors => match came {
                Ok((stream, _)) => inside.push(timeout(limits.visit, Visit::new(stream, limits, clerk).hold())),
                // Out of file handles, most likely: others have to leave first.
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            },
            Some(_) = inside.next() => {}
            _ = stop.changed() => {}
        }
    }
    Ok(())
}

/// One conversation.
struct Visit<'a, S, C> {
    line: BufReader<S>,
    limits: &'a Limits,
    clerk: &'a C,
    /// LMTP answers for every recipient, SMTP once.
    per_recipient: bool,
    greeted: bool,
    sender_named: bool,
    to: Vec<String>,
}

/// A command, as far as it matters here.
enum Heard {
    Command(String),
    TooLong,
    Gone,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin, C: Clerk> Visit<'a, S, C> {
    fn new(stream: S, limits: &'a Limits, clerk: &'a C) -> Self {
        let line = BufReader::new(stream);
        Visit { line, limits, clerk, per_recipient: false, greeted: false, sender_named: false, to: vec![] }
    }

    async fn hold(mut self) -> io::Result<()> {
        self.say("220 Migrant Desk takes bounces only").await?;
        let (mut faults, mut mails) = (0, 0);
        loop {
            let command = match self.hear().await? {
                Heard::Command(command) => command,
                Heard::TooLong => return self.say("500 5.5.2 Line too long").await,
                Heard::Gone => return Ok(()),
            };
            let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let understood = match verb.as_str() {
                "LHLO" | "EHLO" | "HELO" => self.greet(&verb).await?,
                "MAIL" => self.sender(&command).await?,
                "RCPT" => self.recipient(&command).await?,
                "DATA" => {
                    mails += 1;
                    if mails > self.limits.mails {
                        return self.say("421 4.7.0 Come back later").await;
                    }
                    self.mail().await?
                }
                "RSET" => {
                    self.forget();
                    self.say("250 2.0.0 Forgotten").await.map(|()| true)?
                }
                "NOOP" => self.say("250 2.0.0 Here").await.map(|()| true)?,
                "QUIT" => return self.say("221 2.0.0 Goodbye").await,
                _ => self.say("500 5.5.1 Not understood").await.map(|()| false)?,
            };
            faults += usize::from(!understood);
            if faults > self.limits.faults {
                return self.say("421 4.7.0 Too many faults").await;
            }
        }
    }

    async fn say(&mut self, line: &str) -> io::Result<()> {
        let write = async {
            self.line.write_all(format!("{line}\r\n").as_bytes()).await?;
            self.line.flush().await
        };
        timeout(self.limits.silence, write).await?
    }

    async fn hear(&mut self) -> io::Result<Heard> {
        let heard = timeout(self.limits.silence, read_line(&mut self.line, self.limits.line)).await??;
        Ok(match heard {
            None => Heard::Gone,
            Some(bytes) if !bytes.ends_with(b"\n") => Heard::TooLong,
            Some(bytes) => Heard::Command(String::from_utf8_lossy(&bytes).trim_end().to_owned()),
        })
    }

    fn forget(&mut self) {
        self.sender_named = false;
        self.to.clear();
    }

    async fn greet(&mut self, verb: &str) -> io::Result<bool> {
        self.forget();
        (self.greeted, self.per_recipient) = (true, verb == "LHLO");
        if verb == "HELO" {
            return self.say("250 migrant-desk").await.map(|()| true);
        }
        let size = self.limits.mail;
        let offers = format!(
            "250-migrant-desk\r\n250-PIPELINING\r\n250-SIZE {size}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES"
        );
        self.say(&offers).await.map(|()| true)
    }

    async fn sender(&mut self, command: &str) -> io::Result<bool> {
        if !self.greeted || self.sender_named {
            return self.say("503 5.5.1 Greet first, and name one sender").await.map(|()| false);
        }
        let announced = command.split_whitespace().find_map(|word| {
            let (name, size) = word.split_once('=')?;
            name.eq_ignore_ascii_case("SIZE").then(|| size.parse::<usize>().ok())?
        });
        if announced.is_some_and(|size| size > self.limits.mail) {
            return self.say("552 5.3.4 Too large").await.map(|()| true);
        }
        self.sender_named = true;
        self.say("250 2.1.0 Sender noted").await.map(|()| true)
    }

    async fn recipient(&mut self, command: &str) -> io::Result<bool> {
        let address =
            command.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address);
        let Some(address) = address.filter(|_| self.sender_named) else {
            return self
                .say("503 5.5.1 Name the sender first, and the recipient in <>")
                .await
                .map(|()| false);
        };
        if !self.clerk.knows(address) {
            return self.say("550 5.1.1 No such mailbox here").await.map(|()| true);
        }
        if self.to.len() >= self.limits.recipients {
            return self.say("452 4.5.3 Too many recipients").await.map(|()| true);
        }
        self.to.push(address.to_owned());
        self.say("250 2.1.5 Recipient noted").await.map(|()| true)
    }

    async fn mail(&mut self) -> io::Result<bool> {
        if self.to.is_empty() {
            return self.say("503 5.5.1 Name a recipient first").await.map(|()| false);
        }
        self.say("354 End with a dot on a line of its own").await?;
        let mut dots = Dots::new(self.limits.mail);
        while !dots.ended {
            let chunk = timeout(self.limits.silence, self.line.fill_buf()).await??;
            if chunk.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let read = dots.feed(chunk);
            self.line.consume(read);
        }
        let to = std::mem::take(&mut self.to);
        let answer = if dots.too_large {
            "552 5.3.4 Too large"
        } else if self.clerk.take(&to, &dots.mail).await {
            "250 2.6.0 Taken"
        } else {
            "451 4.3.0 Bring it again later"
        };
        self.forget();
        for _ in 0..if self.per_recipient { to.len() } else { 1 } {
            self.say(answer).await?;
        }
        Ok(true)
    }
}

/// Reads up to and including a line break, but no more than `longest` bytes; `None` at the end.
async fn read_line(stream: &mut (impl AsyncBufRead + Unpin), longest: usize) -> io::Result<Option<Vec<u8>>> {
    let mut line = vec![];
    loop {
        let chunk = stream.fill_buf().await?;
        if chunk.is_empty() {
            return Ok((!line.is_empty()).then_some(line));
        }
        let end = chunk.iter().position(|byte| *byte == b'\n').map_or(chunk.len(), |at| at + 1);
        let read = end.min(longest - line.len());
        line.extend_from_slice(&chunk[..read]);
        stream.consume(read);
        if line.ends_with(b"\n") || line.len() == longest {
            return Ok(Some(line));
        }
    }
}

/// Takes dots off the lines of a mail and finds its end: a dot alone between CRLFs, and nothing else, so that no mail
/// can smuggle in commands.
struct Dots {
    mail: Vec<u8>,
    largest: usize,
    at: Place,
    ended: bool,
    too_large: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    LineStart,
    AfterDot,
    AfterDotCr,
    Inside,
    AfterCr,
}

impl Dots {
    fn new(largest: usize) -> Dots {
        Dots { mail: vec![], largest, at: Place::LineStart, ended: false, too_large: false }
    }

    /// How many bytes belonged to the mail and its end.
    fn feed(&mut self, bytes: &[u8]) -> usize {
        for (read, byte) in bytes.iter().enumerate() {
            self.step(*byte);
            if self.ended {
                return read + 1;
            }
        }
        bytes.len()
    }

    fn step(&mut self, byte: u8) {
        use Place::{AfterCr, AfterDot, AfterDotCr, Inside, LineStart};
        self.at = match (self.at, byte) {
            (LineStart, b'.') => AfterDot,
            (AfterDot, b'\r') => AfterDotCr,
            (AfterDotCr, b'\n') => {
                self.ended = true;
                return;
            }
            (AfterDotCr, byte) => {
                self.keep(b'\r');
                self.keep(byte);
                if byte == b'\r' { AfterCr } else { Inside }
            }
            (AfterCr, b'\n') => {
                self.keep(byte);
                LineStart
            }
            (_, byte) => {
                self.keep(byte);
                if byte == b'\r' { AfterCr } else { Inside }
            }
        };
    }

    /// What is beyond the limit is read to its end and forgotten.
    fn keep(&mut self, byte: u8) {
        if self.mail.len() < self.largest {
            self.mail.push(byte);
        } else {
            self.too_large = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use proptest::prelude::*;
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
            assert_eq!(
                answers(&Basket::default(), said).await,
                expected,
                "{}",
                String::from_utf8_lossy(said)
            );
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

    #[test]
    fn only_a_dot_between_line_breaks_ends_a_mail() {
        let cases: [(&[u8], &[u8], usize); 5] = [
            (b".\r\nQUIT\r\n", b"", 6),
            (b"a\r\n.\r\n", b"a\r\n", 0),
            (b"a\n.\nMAIL\r\n.\r\n", b"a\n.\nMAIL\r\n", 0),
            (b"..\r\n.a\r\n.\rb\r\n.\r\n", b".\r\na\r\n\rb\r\n", 0),
            (b"a\r.\r\n\r\n.\r\n", b"a\r.\r\n\r\n", 0),
        ];
        for (wire, expected, rest) in cases {
            let mut dots = Dots::new(100);
            assert_eq!(dots.feed(wire), wire.len() - rest, "{}", String::from_utf8_lossy(wire));
            assert!(dots.ended);
            assert_eq!(dots.mail, expected, "{}", String::from_utf8_lossy(wire));
        }
    }

    proptest! {
        /// Whatever is sent, however it is cut, the mail is the same.
        #[test]
        fn stuffed_dots_come_off_again(lines in prop::collection::vec("[.a\r]{0,6}", 0..8), cut in 1..9_usize) {
            let mail: String = lines.iter().map(|line| format!("{}\r\n", line.replace('\r', ""))).collect();
            let wire: String = mail.split_inclusive("\r\n").map(|line| {
                if line.starts_with('.') { format!(".{line}") } else { line.to_owned() }
            }).collect();
            let wire = format!("{wire}.\r\n");
            let mut dots = Dots::new(1000);
            for chunk in wire.as_bytes().chunks(cut) {
                prop_assert!(!dots.ended);
                dots.feed(chunk);
            }
            prop_assert!(dots.ended);
            prop_assert_eq!(dots.mail, mail.into_bytes());
        }
    }
}
