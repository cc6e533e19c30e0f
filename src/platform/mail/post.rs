//! Handing a letter over: to a mail server, or into a folder when there is none.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use lettre::Message;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Code, Response};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::AsyncWriteExt;

use super::letter::Letter;
use super::reply::presentable;

/// How the connection to the mail server is protected. Certificates are always verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// From the first byte, usually on port 465.
    Required,
    /// Begun by STARTTLS, usually on port 587; a server that does not offer it gets no mail.
    #[default]
    Starttls,
    /// None at all. Only to this machine itself, or when a setting allows it.
    None,
}

impl std::str::FromStr for Tls {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "required" => Ok(Tls::Required),
            "starttls" => Ok(Tls::Starttls),
            "none" => Ok(Tls::None),
            _ => bail!("mail TLS is one of required, starttls, none"),
        }
    }
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The mail server; without one, mails are written to `files`.
    pub host: Option<String>,
    /// By default 465 for `required`, 587 for `starttls`, 25 for `none`.
    pub port: Option<u16>,
    pub tls: Tls,
    pub user: Option<String>,
    pub password: Option<SecretString>,
    /// Lets mail leave without TLS to another machine, as inside a closed network.
    pub allow_plaintext: bool,
    /// The sender: `Migrant Desk <desk@example.org>`.
    pub from: String,
    /// The folder for mails when there is no server.
    pub files: PathBuf,
    /// Longest time one letter may take from connecting to the server's last word. 30 s is usual.
    pub timeout: Duration,
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The server has taken responsibility for it.
    Accepted { reply: String },
    /// Not now: a 4xx reply, no connection, no verified TLS, no answer in time, or a server that does not accept
    /// our sign-in. Worth another try. The server may have taken the letter without our learning of it.
    Deferred { reply: String },
    /// Never: a 5xx reply to this letter, or no mail address at all.
    Refused { reply: String },
}

/// The way out for mail.
pub enum Mailer {
    /// A mail server.
    Smtp(SmtpServer),
    /// A folder that gets one `.eml` file a letter, for trying the service out without a mail server.
    Files(MailFolder),
}

/// A mail server, and how to talk to it.
///
/// Every letter gets a connection of its own: a desk sends few, and a pooled connection would outlive the runtime that
/// opened it and could be dead when it is wanted.
pub struct SmtpServer {
    host: String,
    port: u16,
    protection: Protection,
    credentials: Option<Credentials>,
    hello: ClientId,
    from: Mailbox,
    timeout: Duration,
}

enum Protection {
    FromTheStart(TlsParameters),
    Starttls(TlsParameters),
    Nothing,
}

/// A folder for mails.
pub struct MailFolder {
    folder: PathBuf,
    from: Mailbox,
}

impl Mailer {
    /// Checks the settings; connects to nothing yet.
    ///
    /// # Errors
    /// When the sender is no address, a user comes without a password, the machine has no trusted certificates, or
    /// mail would leave this machine without verified TLS.
    pub fn new(settings: &MailSettings) -> anyhow::Result<Mailer> {
        let from: Mailbox = settings.from.parse().context("the sender of mails is not a mail address")?;
        let Some(host) = &settings.host else {
            return Ok(Mailer::Files(MailFolder { folder: settings.files.clone(), from }));
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if settings.tls == Tls::None && !settings.allow_plaintext && !is_loopback(&host) {
            bail!("No mail leaves without verified TLS unless the host is loopback or a setting says so");
        }
        let credentials = match (&settings.user, &settings.password) {
            (Some(user), Some(password)) => {
                Some(Credentials::new(user.clone(), password.expose_secret().to_owned()))
            }
            (None, None) => None,
            _ => bail!("the mail server's user and password are set together or not at all"),
        };
        let (protection, usual_port) = match settings.tls {
            Tls::Required => (Protection::FromTheStart(TlsParameters::new(host.clone())?), 465),
            Tls::Starttls => (Protection::Starttls(TlsParameters::new(host.clone())?), 587),
            Tls::None => (Protection::Nothing, 25),
        };
        Ok(Mailer::Smtp(SmtpServer {
            host,
            port: settings.port.unwrap_or(usual_port),
            protection,
            credentials,
            hello: ClientId::default(),
            from,
            timeout: settings.timeout,
        }))
    }

    /// Tries once to hand the letter over. Never panics and takes no longer than the time limit.
    pub async fn send(&self, letter: &Letter) -> Sent {
        let from = match self {
            Mailer::Smtp(server) => &server.from,
            Mailer::Files(folder) => &folder.from,
        };
        let message = match letter.message(from) {
            Ok(message) => message,
            Err(error) => {
                return Sent::Refused { reply: presentable(&format!("not sent: {error}")) };
            }
        };
        match self {
            Mailer::Smtp(server) => server.send(message).await,
            Mailer::Files(folder) => match folder.write(&letter.message_id, &message.formatted()).await {
                Ok(()) => Sent::Accepted { reply: "written to the folder for mails".into() },
                Err(error) => Sent::Deferred { reply: presentable(&format!("not written: {error}")) },
            },
        }
    }
}

impl SmtpServer {
    async fn send(&self, message: Message) -> Sent {
        // The library's own limit ends with connecting; a server that falls silent later would hold us for ever.
        match tokio::time::timeout(self.timeout, self.deliver(&message)).await {
            Ok(Ok((response, mut connection))) => {
                // The letter is theirs now. Whether they say goodbye changes nothing.
                let _ = tokio::time::timeout(GOODBYE.min(self.timeout), connection.quit()).await;
                let words = response.message().collect::<Vec<_>>().join(" ");
                Sent::Accepted { reply: presentable(&format!("{} {words}", response.code())) }
            }
            Ok(Err(error)) => judge(&error),
            Err(_) => {
                let reply = format!("the server gave no answer within {} s", self.timeout.as_secs_f32());
                Sent::Deferred { reply }
            }
        }
    }

    async fn deliver(&self, message: &Message) -> Result<(Response, AsyncSmtpConnection), Error> {
        let at_once = match &self.protection {
            Protection::FromTheStart(tls) => Some(tls.clone()),
            Protection::Starttls(_) | Protection::Nothing => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &self.hello, at_once, None)
                .await?;
        if let Protection::Starttls(tls) = &self.protection {
            // Fails when the server does not offer it: nothing more is said in the clear.
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        let response = connection.send(message.envelope(), &message.formatted()).await?;
        Ok((response, connection))
    }
}

/// How long a server may take over its goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

fn judge(error: &Error) -> Sent {
    let reply = presentable(&error.to_string());
    if error.is_permanent() && !error.status().is_some_and(is_about_us) {
        Sent::Refused { reply }
    } else {
        Sent::Deferred { reply }
    }
}

/// 5xx replies about our sign-in or TLS, not about the letter (RFC 4954 section 6): once the settings are put right the
/// same letter will pass, so it must not be given up.
fn is_about_us(code: Code) -> bool {
    matches!(u16::from(code), 530 | 534 | 535 | 538)
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl MailFolder {
    /// Whole or not at all: written beside, made durable, then renamed. Readable by the owner only, for mails hold links.
    async fn write(&self, message_id: &str, content: &[u8]) -> std::io::Result<()> {
        tokio::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).await?;
        let name = file_name(message_id);
        let unfinished = self.folder.join(format!(".{name}.{}", uuid::Uuid::now_v7().simple()));
        let outcome = write_and_rename(&unfinished, &self.folder.join(format!("{name}.eml")), content).await;
        if outcome.is_err() {
            let _ = tokio::fs::remove_file(&unfinished).await;
        }
        outcome
    }
}

async fn write_and_rename(unfinished: &Path, finished: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(unfinished).await?;
    file.write_all(content).await?;
    file.sync_all().await?;
    tokio::fs::rename(unfinished, finished).await
}

/// The part before the `@`, fit for a file name on any system.
fn file_name(message_id: &str) -> String {
    let local = message_id.split('@').next().unwrap_or_default();
    let safe = |letter: char| {
        if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '-' }
    };
    let name: String = local.chars().take(120).map(safe).collect();
    if name.is_empty() { "letter".into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["mail.example.org", "localhost.example.org", "127.0.0.1.example.org", "10.0.0.1", ""] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn a_file_name_cannot_leave_the_folder() {
        assert_eq!(file_name("../../etc/passwd@x"), "------etc-passwd");
        assert_eq!(file_name("019ab-7@desk.example"), "019ab-7");
        assert_eq!(file_name(""), "letter");
    }
}
