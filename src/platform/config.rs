//! Settings, from the command line or the environment. `.env.example` lists every one.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use secrecy::SecretString;

/// How the line to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SmtpTls {
    /// TLS from the first byte, usually port 465.
    Required,
    /// STARTTLS, refused without it, usually port 587.
    Starttls,
    /// Plain text; only to loopback, or when plain text is allowed expressly.
    None,
}

/// How the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line of text an event.
    Text,
    /// A JSON object an event.
    Json,
}

/// Every setting of the service.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// PostgreSQL for the service, as the role helpdesk_app. Unset: a PostgreSQL of its own.
    #[arg(long, env = "HELPDESK_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The same database as the role helpdesk_owner, for migrations and reference data.
    #[arg(long, env = "HELPDESK_MIGRATION_DATABASE_URL", hide_env_values = true)]
    pub migration_database_url: Option<String>,
    /// Where the own PostgreSQL, keys and mail files live.
    #[arg(long, env = "HELPDESK_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Where the PostgreSQL server binaries are, when not in the usual places.
    #[arg(long, env = "HELPDESK_POSTGRES_BIN")]
    pub postgres_bin: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long, env = "HELPDESK_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Address and port at which Prometheus reads `/metrics`. Unset: nowhere.
    #[arg(long, env = "HELPDESK_METRICS_LISTEN")]
    pub metrics_listen: Option<String>,
    /// Seconds the oldest due work may have waited before the service says that it is not ready.
    #[arg(long, env = "HELPDESK_READY_LAG", default_value_t = 600,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub ready_lag: u32,
    /// How people reach the service; begins every link in a mail.
    #[arg(long, env = "HELPDESK_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
    pub public_url: String,
    /// Days a link for answering without an account works, unless a newer mail replaces it.
    #[arg(long, env = "HELPDESK_ANSWER_LINK_DAYS", default_value_t = 60,
        value_parser = clap::value_parser!(u32).range(1..=365))]
    pub answer_link_days: u32,
    /// Days a service stays marked as full when that was concluded from refusals and nobody confirmed it.
    #[arg(long, env = "HELPDESK_FULL_MARK_DAYS", default_value_t = 14,
        value_parser = clap::value_parser!(u32).range(1..=365))]
    pub full_mark_days: u32,
    /// Mail server. Unset: mail is written as files beside the data.
    #[arg(long, env = "HELPDESK_SMTP_HOST")]
    pub smtp_host: Option<String>,
    /// Its port; by default 465, 587 or 25 by the kind of TLS.
    #[arg(long, env = "HELPDESK_SMTP_PORT")]
    pub smtp_port: Option<u16>,
    /// How the line to it is protected.
    #[arg(long, env = "HELPDESK_SMTP_TLS", value_enum, default_value = "starttls")]
    pub smtp_tls: SmtpTls,
    /// Allows mail without TLS to another machine.
    #[arg(long, env = "HELPDESK_SMTP_ALLOW_PLAINTEXT", default_value_t = false, action = clap::ArgAction::Set)]
    pub smtp_allow_plaintext: bool,
    /// Account at the mail server.
    #[arg(long, env = "HELPDESK_SMTP_USER")]
    pub smtp_user: Option<String>,
    /// Its password.
    #[arg(long, env = "HELPDESK_SMTP_PASSWORD", hide_env_values = true)]
    pub smtp_password: Option<SecretString>,
    /// Seconds one mail may take from connecting to the mail server's last word.
    #[arg(long, env = "HELPDESK_SMTP_TIMEOUT", default_value_t = 30)]
    pub smtp_timeout: u64,
    /// Sender of every mail.
    #[arg(long, env = "HELPDESK_MAIL_FROM", default_value = "Migrant Desk <desk@migrantdesk.example>")]
    pub mail_from: String,
    /// Where mail that cannot be delivered comes back to; `{notice}` in it becomes the notice's id. Unset: to the sender.
    #[arg(long, env = "HELPDESK_BOUNCE_ADDRESS")]
    pub bounce_address: Option<String>,
    /// A Maildir that this mail is delivered into.
    #[arg(long, env = "HELPDESK_BOUNCE_MAILDIR")]
    pub bounce_maildir: Option<PathBuf>,
    /// Loopback address and port at which a mail server hands this mail over by LMTP or SMTP.
    #[arg(long, env = "HELPDESK_BOUNCE_LISTEN")]
    pub bounce_listen: Option<String>,
    /// Lets webhooks reach private networks and this machine, the latter also without TLS: for development, and for receivers
    /// in one's own network.
    #[arg(long, env = "HELPDESK_WEBHOOK_ALLOW_PRIVATE", default_value_t = false, action = clap::ArgAction::Set)]
    pub webhook_allow_private: bool,
    /// Ed25519 key (PKCS #8 PEM) that signs access tokens. With the own PostgreSQL one is made.
    #[arg(long, env = "HELPDESK_TOKEN_KEY_FILE")]
    pub token_key_file: Option<PathBuf>,
    /// The key before it, still accepted while its tokens live.
    #[arg(long, env = "HELPDESK_TOKEN_PREVIOUS_KEY_FILE")]
    pub token_previous_key_file: Option<PathBuf>,
    /// 32 bytes in base64 that encrypt identity documents. With the own PostgreSQL one is made.
    #[arg(long, env = "HELPDESK_DOCUMENT_KEY", hide_env_values = true)]
    pub document_key: Option<SecretString>,
    /// Whether `serve` also does the work in the background.
    #[arg(long, env = "HELPDESK_WORKERS_IN_SERVE", default_value_t = true, action = clap::ArgAction::Set)]
    pub workers_in_serve: bool,
    /// Connections to PostgreSQL at most.
    #[arg(long, env = "HELPDESK_DB_POOL", default_value_t = 16)]
    pub db_pool: usize,
    /// Largest request body in bytes.
    #[arg(long, env = "HELPDESK_REQUEST_BODY_LIMIT", default_value_t = 1_048_576)]
    pub request_body_limit: usize,
    /// What is logged, as a tracing filter.
    #[arg(long, env = "HELPDESK_LOG", default_value = "info")]
    pub log: String,
    /// How the log looks.
    #[arg(long, env = "HELPDESK_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

impl Settings {
    /// The settings of a program that was given none, for tests and commands.
    ///
    /// # Errors
    /// Never in practice: the defaults parse.
    pub fn defaults() -> anyhow::Result<Settings> {
        use clap::{Command, FromArgMatches};
        let matches = Settings::augment_args(Command::new("migrant-desk").no_binary_name(true))
            .try_get_matches_from(Vec::<String>::new())
            .context("default settings")?;
        Ok(Settings::from_arg_matches(&matches)?)
    }
}
