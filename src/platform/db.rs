//! The only ways to the database. A transaction states who asks, so that row-level security knows it too.

use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, SimpleAsyncConnection, TransactionManager};
use futures_util::FutureExt;
use tokio_postgres::config::Host;
use uuid::Uuid;

use super::app::Clock;
use super::error::Error;
use crate::problems;

diesel::define_sql_function! {
    /// The moment the transaction began, by the clock of the service.
    fn app_now() -> diesel::sql_types::Timestamptz;
}

/// A connection within a transaction.
pub type Conn = AsyncPgConnection;

/// How long a request waits for a free connection before it is told to come back.
const POOL_WAIT: Duration = Duration::from_secs(5);

/// What row-level security is told about the one who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guard {
    /// `staff`, `partner`, `link`, `system`, or empty for nobody.
    pub kind: &'static str,
    /// The role's word.
    pub role: &'static str,
    /// The account.
    pub staff: Option<Uuid>,
    /// The partner's agency.
    pub agency: Option<Uuid>,
    /// Offices whose files may be seen.
    pub offices: Vec<Uuid>,
    /// The one record the holder of a link may see.
    pub referral: Option<Uuid>,
}

impl Guard {
    /// Opens a transaction that knows who asks and what the service's clock says, in one round trip.
    fn begin(&self, mode: &str, now: DateTime<Utc>) -> String {
        let now = now.to_rfc3339_opts(SecondsFormat::Micros, true);
        format!("BEGIN {mode}; SELECT set_config('app.now', '{now}', true); {}", self.introduce())
    }

    /// Says who asks until the transaction ends. Only words of ours and UUIDs are spliced in.
    fn introduce(&self) -> String {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let offices: Vec<String> = self.offices.iter().map(Uuid::to_string).collect();
        format!(
            "SELECT set_config('app.kind', '{}', true), set_config('app.role', '{}', true), \
             set_config('app.staff', '{}', true), set_config('app.agency', '{}', true), \
             set_config('app.offices', '{{{}}}', true), set_config('app.referral', '{}', true)",
            self.kind,
            self.role,
            id(self.staff),
            id(self.agency),
            offices.join(","),
            id(self.referral)
        )
    }
}

/// Somebody who asks the database something.
pub trait Asks {
    /// What row-level security is told.
    fn guard(&self) -> Guard;
}

/// Connections to the database.
#[derive(Debug, Clone, Copy)]
pub struct PoolUse {
    /// In the hands of a request or a job.
    pub busy: usize,
    /// Open and free.
    pub idle: usize,
    /// As many may be open.
    pub most: usize,
    /// Requests and jobs that wait for one.
    pub waiting: usize,
}

/// The pool, reached only through [`Db::read`], [`Db::write`] and [`Db::unguarded`].
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    clock: Clock,
}

impl Db {
    /// A pool of at most `size` connections to `url`. Must be called on the main runtime: connections live on it.
    /// `clock` tells row-level security, and every query that asks `app_now()`, whether a grant still lives.
    ///
    /// # Errors
    /// When the URL cannot be read.
    pub fn connect(url: &str, size: usize, clock: Clock) -> anyhow::Result<Db> {
        url.parse::<tokio_postgres::Config>().context("the database URL cannot be read")?;
        let main = tokio::runtime::Handle::current();
        let mut config = ManagerConfig::<AsyncPgConnection>::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(move |url| {
            let (main, url) = (main.clone(), url.to_owned());
            async move {
                // A connection dies with the runtime that opened it, and workers of the server come and go.
                main.spawn(async move { establish(&url).await })
                    .await
                    .map_err(|e| diesel::ConnectionError::BadConnection(e.to_string()))?
                    .map_err(|e| diesel::ConnectionError::BadConnection(format!("{e:#}")))
            }
            .boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        Ok(Db { pool: Pool::builder(manager).max_size(size).build()?, clock })
    }

    /// How the pool is used at this moment.
    pub fn pool_use(&self) -> PoolUse {
        let status = self.pool.status();
        let busy = status.size.saturating_sub(status.available);
        PoolUse { busy, idle: status.available, most: status.max_size, waiting: status.waiting }
    }

    async fn connection(
        &self,
    ) -> Result<diesel_async::pooled_connection::deadpool::Object<AsyncPgConnection>, Error> {
        match tokio::time::timeout(POOL_WAIT, self.pool.get()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => {
                tracing::error!(%error, "no connection to the database");
                Err(problems::UNAVAILABLE.problem().retry_after(5).into())
            }
            Err(_) => Err(problems::UNAVAILABLE.problem().retry_after(2).into()),
        }
    }

    /// Reads as `who`, at one instant for all queries of `queries`.
    ///
    /// # Errors
    /// What `queries` says, or `unavailable` when no connection is to be had.
    pub async fn read<T, F>(&self, who: &impl Asks, queries: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&mut Conn) -> Result<T, Error>,
    {
        let begin = who.guard().begin("ISOLATION LEVEL REPEATABLE READ READ ONLY", self.clock.now());
        self.within(begin, true, queries).await
    }

    /// Writes as `who`: all of `act` or nothing.
    ///
    /// # Errors
    /// What `act` says, or `unavailable` when no connection is to be had.
    pub async fn write<T, F>(&self, who: &impl Asks, act: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&mut Conn) -> Result<T, Error>,
    {
        self.within(who.guard().begin("", self.clock.now()), true, act).await
    }

    /// Does as [`Db::write`] does, and takes all of it back: what would come of `act`.
    ///
    /// # Errors
    /// What `act` says, or `unavailable` when no connection is to be had.
    pub async fn rehearse<T, F>(&self, who: &impl Asks, act: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&mut Conn) -> Result<T, Error>,
    {
        self.within(who.guard().begin("", self.clock.now()), false, act).await
    }

    async fn within<T, F>(&self, begin: String, keep: bool, act: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&mut Conn) -> Result<T, Error>,
    {
        let mut connection = self.connection().await?;
        let conn: &mut Conn = &mut connection;
        AnsiTransactionManager::begin_transaction_sql(conn, &begin).await?;
        match act(conn).await {
            Ok(value) if keep => {
                AnsiTransactionManager::commit_transaction(conn).await?;
                Ok(value)
            }
            Ok(value) => {
                AnsiTransactionManager::rollback_transaction(conn).await?;
                Ok(value)
            }
            Err(error) => {
                // A failed rollback leaves a broken connection, which the pool throws away.
                if let Err(rollback) = AnsiTransactionManager::rollback_transaction(conn).await {
                    tracing::warn!(error = %rollback, "rollback failed");
                }
                Err(error)
            }
        }
    }

    /// One query on tables without walls (sessions, jobs, reference), without a transaction around it.
    ///
    /// # Errors
    /// What `query` says, or `unavailable` when no connection is to be had.
    pub async fn unguarded<T, F>(&self, query: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&mut Conn) -> Result<T, Error>,
    {
        let mut connection = self.connection().await?;
        query(&mut connection).await
    }
}

/// Does something as `other` within the open transaction, and goes on as `who` whatever came of it: for consequences that
/// reach beyond what the one who acts may see. What `act` gives back is shown to nobody unless `who` may see it.
///
/// # Errors
/// What `act` says, and those of the database.
pub async fn acting_as<T, F>(tx: &mut Conn, other: &impl Asks, who: &impl Asks, act: F) -> Result<T, Error>
where
    F: AsyncFnOnce(&mut Conn) -> Result<T, Error>,
{
    tx.batch_execute(&other.guard().introduce()).await?;
    let done = act(tx).await;
    let back = tx.batch_execute(&who.guard().introduce()).await;
    // After a fault of the database nothing can be asked any more until the transaction is taken back, and that undoes
    // the change of who asks as well: the fault itself is the answer.
    let done = done?;
    back?;
    Ok(done)
}

/// Does something within the open transaction that may fail on its own: what it wrote is then taken back, and the
/// transaction goes on.
///
/// # Errors
/// Those of the database at its borders; the inner result is what `act` says.
pub async fn attempt<T, F>(tx: &mut Conn, act: F) -> Result<Result<T, Error>, Error>
where
    F: AsyncFnOnce(&mut Conn) -> Result<T, Error>,
{
    AnsiTransactionManager::begin_transaction(tx).await?;
    let done = act(tx).await;
    if done.is_ok() {
        AnsiTransactionManager::commit_transaction(tx).await?;
    } else {
        AnsiTransactionManager::rollback_transaction(tx).await?;
    }
    Ok(done)
}

/// One direct connection, for migrations, LISTEN and advisory locks. TLS is always verified over TCP except on loopback.
///
/// # Errors
/// When the URL cannot be read or the server does not answer.
pub async fn establish(url: &str) -> anyhow::Result<AsyncPgConnection> {
    let config: tokio_postgres::Config = url.parse().context("the database URL cannot be read")?;
    let mut connection = if needs_tls(&config) {
        let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls_config());
        let (client, connection) = config.connect(tls).await.context("cannot reach PostgreSQL")?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await?
    } else {
        let (client, connection) =
            config.connect(tokio_postgres::NoTls).await.context("cannot reach PostgreSQL")?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await?
    };
    // The walls make PostgreSQL expect so much of a statement that it compiles it first, for a second, to run it for a
    // millisecond: registering a person took two seconds instead of a twentieth of one.
    connection.batch_execute("SET jit = off").await?;
    Ok(connection)
}

/// Whether any host of `config` is neither a socket nor loopback, and TLS was not switched off.
fn needs_tls(config: &tokio_postgres::Config) -> bool {
    config.get_ssl_mode() != tokio_postgres::config::SslMode::Disable
        && config.get_hosts().iter().any(|host| match host {
            Host::Tcp(name) => !matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
            Host::Unix(_) => false,
        })
}

fn tls_config() -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_wanted_wherever_the_line_leaves_the_machine() {
        let wants = |url: &str| needs_tls(&url.parse().expect("url"));
        assert!(wants("postgres://a@db.example/x"));
        assert!(!wants("postgres://a@127.0.0.1/x"));
        assert!(!wants("postgres://a@%2Frun%2Fpg/x"));
        assert!(!wants("postgres://a@db.example/x?sslmode=disable"));
    }
}
