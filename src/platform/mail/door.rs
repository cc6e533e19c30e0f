//! A door for mail that comes to us: a mail server on this machine hands it over by LMTP (RFC 2033) or SMTP (RFC 5321).
//!
//! There is no TLS and no sign-in, so the door opens on loopback only. Everything a visitor sends is bounded: lines,
//! mails, recipients, faults, silence, the whole visit, and how many visit at once.

mod dots;

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

use dots::Dots;

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

#[cfg(test)]
mod tests;
