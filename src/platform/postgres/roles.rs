//! The roles and the database that every part of the service relies on.

use anyhow::Context;
use tokio_postgres::{Client, NoTls};

use super::{APP_ROLE, DATABASE, OWNER_ROLE, OwnPostgres};

/// Makes what is missing, and takes back what should not be there. Safe to repeat.
///
/// Nothing is granted on tables here: each migration says what the application may do with what it makes.
pub(super) async fn ensure(own: &OwnPostgres) -> anyhow::Result<()> {
    let server = Session::open(&own.superuser_url("postgres")).await?;
    for role in [OWNER_ROLE, APP_ROLE] {
        if !server.holds("SELECT FROM pg_roles WHERE rolname = $1", role).await? {
            server.run(&format!("CREATE ROLE {role}")).await?;
        }
        let bounds = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION";
        server.run(&format!("ALTER ROLE {role} {bounds}")).await?;
    }
    if !server.holds("SELECT FROM pg_database WHERE datname = $1", DATABASE).await? {
        server.run(&format!("CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")).await?;
    }
    let close = format!(
        "ALTER DATABASE {DATABASE} OWNER TO {OWNER_ROLE};
         REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
         GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE}"
    );
    server.run(&close).await?;
    server.close().await;

    let database = Session::open(&own.superuser_url(DATABASE)).await?;
    let schema = format!(
        "ALTER SCHEMA public OWNER TO {OWNER_ROLE};
         REVOKE CREATE ON SCHEMA public FROM PUBLIC;
         GRANT USAGE ON SCHEMA public TO {APP_ROLE}"
    );
    database.run(&schema).await?;
    database.close().await;
    Ok(())
}

/// A connection and the task that drives it, ended together: a connection left open would keep a database from
/// serving as a template.
struct Session {
    client: Client,
    driver: tokio::task::JoinHandle<()>,
}

impl Session {
    async fn open(url: &str) -> anyhow::Result<Session> {
        let (client, connection) =
            tokio_postgres::connect(url, NoTls).await.context("cannot connect to our own PostgreSQL")?;
        let driver = tokio::spawn(async move {
            // A failure is reported by the statement that meets it.
            let _ = connection.await;
        });
        Ok(Session { client, driver })
    }

    async fn holds(&self, query: &str, name: &str) -> anyhow::Result<bool> {
        Ok(self.client.query_opt(query, &[&name]).await?.is_some())
    }

    async fn run(&self, statements: &str) -> anyhow::Result<()> {
        self.client
            .batch_execute(statements)
            .await
            .with_context(|| format!("PostgreSQL refused: {statements}"))
    }

    async fn close(self) {
        drop(self.client);
        let _ = self.driver.await;
    }
}
