//! Our own PostgreSQL: a real server, supervised by this process, for a desk that has no database of its own.
//!
//! One data folder holds the cluster, its log and a lock; the server listens on a Unix socket only, and only its
//! own account (and root) can reach that socket. So the roles need no passwords, and the three URLs differ by
//! the role they name: the superuser (makes databases in tests), the owner (runs migrations) and the
//! application (everything else).
//!
//! The server is not tied to the life of this process. When the service is killed, PostgreSQL goes on, and the
//! next start adopts it; when PostgreSQL is killed, the next start recovers from the write-ahead log.

mod account;
mod binaries;
mod folder;
mod roles;
mod server;
mod throwaway;

use std::path::{Path, PathBuf};

pub use throwaway::with_throwaway;

use account::Account;
use binaries::Binaries;
use folder::Folder;
use server::Server;

/// The one database of the service, inside its own server.
pub const DATABASE: &str = "helpdesk";
/// The role that owns the database and its schema and runs migrations. No superuser, bound by row security.
pub const OWNER_ROLE: &str = "helpdesk_owner";
/// The role the service works as. It owns nothing and is bound by row security; migrations grant it what it
/// may touch.
pub const APP_ROLE: &str = "helpdesk_app";
/// The cluster's superuser. The service never works as it: it makes the two roles above, and test databases.
const SUPERUSER: &str = "postgres";

/// Where our own PostgreSQL lives and how careful it is.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data folder; made when missing. See [`default_folder`].
    pub folder: PathBuf,
    /// The folder with `postgres` and `initdb`. `None` looks in the places Debian uses, then in `PATH`.
    pub binaries: Option<PathBuf>,
    /// `false` gives up safety against power loss for speed. Only for throw-away test servers.
    pub durable: bool,
}

/// A running PostgreSQL that belongs to this process.
///
/// Call [`stop`](Self::stop) when the last request is answered. Dropping it asks the server to shut down
/// without waiting for it, which is enough when a panic unwinds.
#[derive(Debug)]
pub struct OwnPostgres {
    // Declared before the folder, so that it is dropped before the lock is released.
    server: Server,
    _folder: Folder,
}

impl OwnPostgres {
    /// Starts the server, or adopts the one a killed service left behind, and makes the roles and the database.
    ///
    /// # Errors
    /// When the folder is in use by another process or closed to the server's account, when no PostgreSQL
    /// programs of the right version are found, or when the server does not come up; the message then ends
    /// with what the server said.
    pub async fn start(options: &Options) -> anyhow::Result<OwnPostgres> {
        let folder = Folder::lock(&options.folder, Account::of_the_server()?)?;
        let server = match Server::adopt(&folder).await? {
            Some(orphan) => orphan,
            None => {
                let binaries = Binaries::find(options.binaries.as_deref(), folder.major()?).await?;
                folder.admits(binaries.bin())?;
                if folder.major()?.is_none() {
                    server::initialise(&folder, &binaries, options.durable).await?;
                }
                Server::launch(&folder, &binaries, options.durable).await?
            }
        };
        let own = OwnPostgres { server, _folder: folder };
        roles::ensure(&own).await?;
        Ok(own)
    }

    /// The URL of `database` for the superuser.
    pub fn superuser_url(&self, database: &str) -> String {
        url(self.server.socket(), SUPERUSER, database)
    }

    /// The URL of `database` for the role that owns it and runs migrations.
    pub fn owner_url(&self, database: &str) -> String {
        url(self.server.socket(), OWNER_ROLE, database)
    }

    /// The URL of `database` for the role the service works as.
    pub fn app_url(&self, database: &str) -> String {
        url(self.server.socket(), APP_ROLE, database)
    }

    /// Shuts the server down: connections are ended and everything committed is on disk. After 30 s of waiting
    /// it is stopped at once, and recovers at the next start.
    ///
    /// # Errors
    /// When the server outlives even that.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.server.stop().await
    }
}

/// Where data lives when nobody says otherwise: `/var/lib/migrant-desk` for root,
/// `$XDG_DATA_HOME/migrant-desk` (default `~/.local/share/migrant-desk`) for anyone else.
pub fn default_folder() -> PathBuf {
    if nix::unistd::geteuid().is_root() {
        return PathBuf::from("/var/lib/migrant-desk");
    }
    // The XDG specification: a relative path there is to be ignored.
    let shared = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    shared.unwrap_or_else(|| account::home().join(".local/share")).join("migrant-desk")
}

/// A URL that names the socket folder as a parameter: the form that both libpq and tokio-postgres read, and in
/// which the path after the slashes is the database.
fn url(socket: &Path, role: &str, database: &str) -> String {
    let socket = percent_encoded(&socket.to_string_lossy());
    format!("postgresql:///{}?host={socket}&user={role}", percent_encoded(database))
}

fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    let encoded = |byte: u8| {
        if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests;
