//! From settings to a running application: the database, its migrations and reference data, the keys, the mailer.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use diesel::migration::MigrationSource;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use secrecy::ExposeSecret;

use crate::platform::app::{App, Clock, Parts};
use crate::platform::config::{Settings, SmtpTls};
use crate::platform::crypto::Vault;
use crate::platform::db::{Db, establish};
use crate::platform::mail::{MailSettings, Maildir, Mailer, Tls};
use crate::platform::outbound::Outbound;
use crate::platform::postgres::{self, DATABASE, OwnPostgres};
use crate::platform::tokens::TokenKeys;
use crate::reference::load;

/// The migrations, carried in the binary.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();
/// Two processes that start at once migrate one after the other; the number is only a name for that lock.
const MIGRATION_LOCK: i64 = 4_711_000_001;

/// Where the database is, and our own server when it is ours.
pub struct Database {
    /// As helpdesk_app.
    pub app_url: String,
    /// As helpdesk_owner.
    pub owner_url: String,
    /// The server we started, to be stopped last.
    pub own: Option<OwnPostgres>,
}

/// The folder of data, keys and mail files.
pub fn data_dir(settings: &Settings) -> PathBuf {
    settings.data_dir.clone().unwrap_or_else(postgres::default_folder)
}

/// Finds the database of the settings, or starts our own.
///
/// # Errors
/// When one of the two URLs is missing, or our own server cannot start.
pub async fn database(settings: &Settings) -> anyhow::Result<Database> {
    match (&settings.database_url, &settings.migration_database_url) {
        (Some(app), owner) => {
            let owner = owner.clone().unwrap_or_else(|| app.clone());
            Ok(Database { app_url: app.clone(), owner_url: owner, own: None })
        }
        (None, Some(_)) => bail!("HELPDESK_MIGRATION_DATABASE_URL is set, HELPDESK_DATABASE_URL is not"),
        (None, None) => {
            let options = postgres::Options {
                folder: data_dir(settings),
                binaries: settings.postgres_bin.clone(),
                durable: true,
            };
            let own = OwnPostgres::start(&options).await?;
            Ok(Database {
                app_url: own.app_url(DATABASE),
                owner_url: own.owner_url(DATABASE),
                own: Some(own),
            })
        }
    }
}

/// Brings the schema and the reference data up to date. Safe to run at every start and from several processes.
///
/// # Errors
/// When a migration fails; what it did is rolled back.
pub async fn migrate(owner_url: &str) -> anyhow::Result<()> {
    let mut conn = establish(owner_url).await?;
    conn.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    harness.run_pending_migrations(MIGRATIONS).map_err(|e| anyhow::anyhow!("migration failed: {e}"))?;
    let mut conn = harness.into_inner();
    load::load(&mut conn).await.context("cannot load reference data")?;
    conn.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).await?;
    Ok(())
}

/// Migrates where the settings allow it, else only looks whether somebody has.
///
/// # Errors
/// When a migration fails or is missing.
pub async fn prepare(settings: &Settings, database: &Database) -> anyhow::Result<()> {
    if database.own.is_none() && settings.migration_database_url.is_none() {
        require_migrated(&database.app_url).await
    } else {
        migrate(&database.owner_url).await
    }
}

/// Refuses a database that lacks a migration of this program.
///
/// # Errors
/// Says how to migrate.
pub async fn require_migrated(app_url: &str) -> anyhow::Result<()> {
    let mut conn: AsyncPgConnection = establish(app_url).await?;
    match missing_migrations(&mut conn).await? {
        0 => Ok(()),
        count => bail!(
            "the database lacks {count} migrations of this version; run `migrant-desk migrate` with \
             HELPDESK_MIGRATION_DATABASE_URL first"
        ),
    }
}

/// How many migrations of this program the database lacks; all of them when it has no list of them.
///
/// # Errors
/// When the migrations carried in the binary cannot be read.
pub async fn missing_migrations(conn: &mut AsyncPgConnection) -> anyhow::Result<usize> {
    #[derive(diesel::QueryableByName)]
    struct Made {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    let made: Vec<Made> = diesel::sql_query("SELECT version::text FROM __diesel_schema_migrations")
        .load(conn)
        .await
        .unwrap_or_default();
    let carried = MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS)
        .map_err(|error| anyhow::anyhow!("cannot read the migrations: {error}"))?;
    let is_missing = |version: String| !made.iter().any(|one| one.version == version);
    Ok(carried.iter().filter(|one| is_missing(one.name().version().to_string())).count())
}

/// Refuses a server that would forget what it acknowledged.
///
/// # Errors
/// Names the setting that is off.
pub async fn require_durable(url: &str) -> anyhow::Result<()> {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let mut conn: AsyncPgConnection = establish(url).await?;
    let off: Vec<Setting> = diesel::sql_query(
        "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'",
    )
    .load(&mut conn)
    .await?;
    match off.as_slice().first() {
        Some(setting) => {
            bail!(
                "PostgreSQL runs with {} = off and would lose what it acknowledged; switch it on",
                setting.name
            )
        }
        None => Ok(()),
    }
}

/// Puts the application together around a database.
///
/// # Errors
/// When a key is missing or unreadable, or mail would leave without TLS.
pub fn application(settings: Settings, database: &Database) -> anyhow::Result<App> {
    check_bounces(&settings)?;
    let keys = data_dir(&settings).join("keys");
    // Keys are made only beside our own database: elsewhere a lost key file would be lost documents.
    let may_make = database.own.is_some();
    let token_key = match &settings.token_key_file {
        Some(file) => file.clone(),
        None => made(may_make, &keys.join("token.pem"), "HELPDESK_TOKEN_KEY_FILE", TokenKeys::new_pem)?,
    };
    let document_key = match &settings.document_key {
        Some(key) => key.expose_secret().to_owned(),
        None => {
            let file =
                made(may_make, &keys.join("document.key"), "HELPDESK_DOCUMENT_KEY", || Ok(Vault::new_key()))?;
            std::fs::read_to_string(file)?
        }
    };
    let previous = settings.token_previous_key_file.as_deref();
    let clock = Clock::default();
    Ok(App::new(Parts {
        db: Db::connect(&database.app_url, settings.db_pool, clock.clone())?,
        vault: Vault::new(&document_key)?,
        tokens: TokenKeys::from_files(&token_key, previous, &settings.public_url)?,
        mailer: Mailer::new(&mail_settings(&settings))?,
        outbound: Outbound::new(settings.webhook_allow_private)?,
        clock,
        settings,
    }))
}

/// Refuses settings under which bounces would be lost.
///
/// # Errors
/// When the address is none, the mailbox is no Maildir, or nobody would know the address at the door.
fn check_bounces(settings: &Settings) -> anyhow::Result<()> {
    if let Some(address) = &settings.bounce_address {
        let address = address.replace("{notice}", "0");
        ensure!(address.parse::<lettre::Address>().is_ok(), "HELPDESK_BOUNCE_ADDRESS is not a mail address");
    }
    if let Some(folder) = &settings.bounce_maildir {
        Maildir::open(folder).context("HELPDESK_BOUNCE_MAILDIR")?;
    }
    let deaf = settings.bounce_listen.is_some() && settings.bounce_address.is_none();
    ensure!(!deaf, "HELPDESK_BOUNCE_LISTEN needs HELPDESK_BOUNCE_ADDRESS, to know which mail to take");
    Ok(())
}

/// Where mail files go when there is no mail server.
pub fn mail_folder(settings: &Settings) -> PathBuf {
    data_dir(settings).join("mail")
}

fn mail_settings(settings: &Settings) -> MailSettings {
    MailSettings {
        host: settings.smtp_host.clone(),
        port: settings.smtp_port,
        tls: match settings.smtp_tls {
            SmtpTls::Required => Tls::Required,
            SmtpTls::Starttls => Tls::Starttls,
            SmtpTls::None => Tls::None,
        },
        user: settings.smtp_user.clone(),
        password: settings.smtp_password.clone(),
        allow_plaintext: settings.smtp_allow_plaintext,
        from: settings.mail_from.clone(),
        files: mail_folder(settings),
        timeout: Duration::from_secs(settings.smtp_timeout),
    }
}

/// The file of a secret, made on first use with access for its owner alone.
fn made(
    may_make: bool,
    file: &Path,
    setting: &str,
    make: impl FnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<PathBuf> {
    if file.exists() {
        return Ok(file.to_owned());
    }
    if !may_make {
        bail!("{setting} is not set; with a database of your own, keys must be yours too (see .env.example)");
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut open = std::fs::OpenOptions::new();
    let mut written = open.write(true).create_new(true).mode(0o600).open(file)?;
    written.write_all(make()?.as_bytes())?;
    written.sync_all()?;
    Ok(file.to_owned())
}
