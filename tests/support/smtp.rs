//! A small mail server for tests: it speaks SMTP on a free port of this machine, keeps what it takes, and can be told to
//! misbehave. Include it with `#[path = "…/support/smtp.rs"] mod smtp;`.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How the server treats the next connections.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Manners {
    /// Takes everything.
    #[default]
    Polite,
    /// Answers RCPT with this line, such as `550 5.1.1 no such user`.
    RefuseRecipient(String),
    /// Answers RCPT with `550 5.1.1 no such user` for addresses at this domain, and takes everything else.
    RefuseDomain(String),
    /// Answers the end of DATA with this line, such as `451 4.3.0 try later`.
    RefuseData(String),
    /// Takes the connection and never says a word.
    HangAtGreeting,
    /// Takes the whole letter and then falls silent.
    HangAfterData,
    /// Takes and keeps the whole letter and then drops the connection without an answer.
    DropAfterData,
    /// Takes and keeps the whole letter and thinks for so long before it says so.
    Slow(Duration),
    /// Takes and keeps the letter, says so, and never answers QUIT.
    HangAtQuit,
    /// Closes every connection at once.
    DropAtGreeting,
    /// Offers STARTTLS, agrees to it, and then speaks no TLS.
    BreakTls,
    /// Offers AUTH PLAIN and takes only this user and password; `535` otherwise.
    Authenticate { user: String, password: String },
}

/// A letter the server has kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The address in MAIL FROM.
    pub from: String,
    /// The addresses in RCPT TO.
    pub to: Vec<String>,
    /// Headers and body as they came, dots unstuffed.
    pub raw: Vec<u8>,
}

#[derive(Default)]
struct State {
    manners: Manners,
    once: VecDeque<Manners>,
    kept: Vec<Kept>,
    connections: usize,
}

/// The server; it stops when dropped.
pub struct SmtpSink {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    listening: JoinHandle<()>,
}

impl SmtpSink {
    /// A polite server on `127.0.0.1` and a free port.
    pub async fn start() -> SmtpSink {
        SmtpSink::start_with(Manners::Polite).await
    }

    pub async fn start_with(manners: Manners) -> SmtpSink {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State { manners, ..State::default() }));
        let shared = state.clone();
        let listening = tokio::spawn(async move {
            let mut talks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let manners = next_manners(&shared);
                let shared = shared.clone();
                talks.spawn(async move {
                    let _ = converse(stream, manners, &shared).await;
                });
            }
        });
        SmtpSink { address, state, listening }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// For all connections from now on.
    pub fn behave(&self, manners: Manners) {
        lock(&self.state).manners = manners;
    }

    /// For one connection each, in this order; then as before.
    pub fn behave_once(&self, manners: impl IntoIterator<Item = Manners>) {
        lock(&self.state).once.extend(manners);
    }

    /// The letters kept so far.
    pub fn kept(&self) -> Vec<Kept> {
        lock(&self.state).kept.clone()
    }

    /// Connections made so far.
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }

    /// Waits until `count` letters have been kept.
    ///
    /// # Panics
    /// After ten seconds.
    pub async fn wait_for(&self, count: usize) -> Vec<Kept> {
        for _ in 0..1000 {
            let kept = self.kept();
            if kept.len() >= count {
                return kept;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("only {} of {count} letters arrived", self.kept().len());
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next_manners(state: &Mutex<State>) -> Manners {
    let mut state = lock(state);
    state.connections += 1;
    state.once.pop_front().unwrap_or_else(|| state.manners.clone())
}

async fn converse(stream: TcpStream, manners: Manners, state: &Mutex<State>) -> std::io::Result<()> {
    match manners {
        Manners::HangAtGreeting => std::future::pending::<()>().await,
        Manners::DropAtGreeting => return Ok(()),
        _ => {}
    }
    let mut talk =
        Talk { stream: BufReader::new(stream), manners, signed_in: false, from: None, to: Vec::new() };
    talk.say("220 sink.example ESMTP").await?;
    while let Some(line) = talk.hear().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" | "HELO" => talk.greet().await?,
            "STARTTLS" if talk.manners == Manners::BreakTls => {
                talk.say("220 go ahead").await?;
                talk.say("this is not TLS").await?;
            }
            "AUTH" => talk.sign_in(&line).await?,
            "MAIL" => talk.sender(&line).await?,
            "RCPT" => talk.recipient(&line).await?,
            "DATA" => {
                if !talk.letter(state).await? {
                    return Ok(());
                }
            }
            "RSET" => {
                (talk.from, talk.to) = (None, Vec::new());
                talk.say("250 reset").await?;
            }
            "NOOP" => talk.say("250 here").await?,
            "QUIT" if talk.manners == Manners::HangAtQuit => std::future::pending().await,
            "QUIT" => return talk.say("221 bye").await,
            _ => talk.say("502 what?").await?,
        }
    }
    Ok(())
}

struct Talk {
    stream: BufReader<TcpStream>,
    manners: Manners,
    signed_in: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Talk {
    async fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    async fn hear(&mut self) -> std::io::Result<Option<String>> {
        let mut line = Vec::new();
        let read = self.stream.read_until(b'\n', &mut line).await?;
        Ok((read > 0).then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    async fn greet(&mut self) -> std::io::Result<()> {
        match self.manners {
            Manners::BreakTls => self.say("250-sink.example\r\n250-8BITMIME\r\n250 STARTTLS").await,
            Manners::Authenticate { .. } => {
                self.say("250-sink.example\r\n250-8BITMIME\r\n250 AUTH PLAIN").await
            }
            _ => self.say("250-sink.example\r\n250-8BITMIME\r\n250 SMTPUTF8").await,
        }
    }

    async fn sign_in(&mut self, line: &str) -> std::io::Result<()> {
        use base64::Engine;
        let Manners::Authenticate { user, password } = &self.manners else {
            return self.say("502 no sign-in here").await;
        };
        let expected = base64::engine::general_purpose::STANDARD.encode(format!("\0{user}\0{password}"));
        self.signed_in = line.split(' ').nth(2) == Some(expected.as_str());
        let answer = if self.signed_in { "235 welcome" } else { "535 5.7.8 wrong user or password" };
        self.say(answer).await
    }

    async fn sender(&mut self, line: &str) -> std::io::Result<()> {
        if matches!(self.manners, Manners::Authenticate { .. }) && !self.signed_in {
            return self.say("530 5.7.0 sign in first").await;
        }
        self.from = Some(address(line));
        self.say("250 sender ok").await
    }

    async fn recipient(&mut self, line: &str) -> std::io::Result<()> {
        if let Manners::RefuseRecipient(answer) = self.manners.clone() {
            return self.say(&answer).await;
        }
        let to = address(line);
        if matches!(&self.manners, Manners::RefuseDomain(domain) if to.ends_with(domain.as_str())) {
            return self.say("550 5.1.1 no such user").await;
        }
        self.to.push(to);
        self.say("250 recipient ok").await
    }

    /// Whether the conversation goes on.
    async fn letter(&mut self, state: &Mutex<State>) -> std::io::Result<bool> {
        let Some(from) = self.from.take().filter(|_| !self.to.is_empty()) else {
            self.say("503 sender and recipient first").await?;
            return Ok(true);
        };
        self.say("354 end with a dot").await?;
        let mut raw = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Ok(false);
            }
            if line == b".\r\n" {
                break;
            }
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let kept = Kept { from, to: std::mem::take(&mut self.to), raw };
        match self.manners.clone() {
            Manners::RefuseData(answer) => self.say(&answer).await.map(|()| true),
            Manners::HangAfterData => std::future::pending().await,
            Manners::DropAfterData => {
                lock(state).kept.push(kept);
                Ok(false)
            }
            Manners::Slow(pause) => {
                lock(state).kept.push(kept);
                tokio::time::sleep(pause).await;
                self.say("250 2.0.0 kept").await.map(|()| true)
            }
            _ => {
                lock(state).kept.push(kept);
                self.say("250 2.0.0 kept").await.map(|()| true)
            }
        }
    }
}

/// `MAIL FROM:<a@example.org> SIZE=12` gives `a@example.org`.
fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}
