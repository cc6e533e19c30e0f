//! The data folder: its lock, what lies in it, and who may enter.
//!
//! The folder itself stays with the service, because keys and mail lie in it too; only the cluster and the
//! socket belong to the account of the server.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use nix::fcntl::{Flock, FlockArg};

use super::account::Account;

pub(super) const LOCK: &str = "migrant-desk.lock";
/// The kernel ends a socket's path at 107 bytes, and PostgreSQL appends a name of up to 17.
const LONGEST_SOCKET_FOLDER: usize = 90;
/// A log beyond this many bytes is set aside at the next start, replacing the one set aside before.
const LARGEST_LOG: u64 = 10 * 1024 * 1024;

/// The data folder, locked for as long as this value lives.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    pub account: Account,
    _lock: Flock<File>,
}

impl Folder {
    /// Makes the folder when missing, and locks it. The lock goes with this process, however it ends.
    ///
    /// # Errors
    /// When it cannot be made, is closed to `account`, or is locked by another process.
    pub fn lock(path: &Path, account: Account) -> anyhow::Result<Folder> {
        make(path, 0o700)?;
        let path = path.canonicalize().with_context(|| format!("cannot open {}", path.display()))?;
        let name = path.join(LOCK);
        let file = OpenOptions::new().create(true).write(true).truncate(false).mode(0o600).open(&name);
        let file = file.with_context(|| format!("cannot open the lock {}", name.display()))?;
        let lock = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => lock,
            Err((_, nix::Error::EWOULDBLOCK)) => {
                bail!("the data folder {} is in use: another Migrant Desk runs on it", path.display())
            }
            Err((_, error)) => return Err(error).with_context(|| format!("cannot lock {}", name.display())),
        };
        let folder = Folder { path, account, _lock: lock };
        folder.open_to_the_server()?;
        folder.admits(&folder.path)?;
        Ok(folder)
    }

    /// The cluster.
    pub fn cluster(&self) -> PathBuf {
        self.path.join("pgdata")
    }

    /// Where a cluster is made, before it is known to be whole.
    pub fn unfinished_cluster(&self) -> PathBuf {
        self.path.join("pgdata.new")
    }

    pub fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    /// The major version that wrote the cluster; `None` while there is no cluster.
    pub fn major(&self) -> anyhow::Result<Option<u32>> {
        let name = self.cluster().join("PG_VERSION");
        match fs::read_to_string(&name) {
            Ok(version) => {
                Ok(Some(version.trim().parse().with_context(|| format!("cannot read {}", name.display()))?))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", name.display())),
        }
    }

    /// A folder of the server's own, closed to everyone else.
    pub fn give(&self, path: &Path) -> anyhow::Result<()> {
        make(path, 0o700)?;
        fs::set_permissions(path, Permissions::from_mode(0o700))?;
        if self.account.foreign {
            chown(path, Some(self.account.uid), Some(self.account.gid))
                .with_context(|| format!("cannot give {} to {}", path.display(), self.account.name))?;
        }
        Ok(())
    }

    /// The folder for the server's socket: in the data folder, or a fresh one under `/tmp` when that path is
    /// too long for a socket or has letters that separate addresses.
    pub fn socket(&self) -> anyhow::Result<PathBuf> {
        let inside = self.path.join("socket");
        let path = if fits_a_socket(&inside) {
            inside
        } else {
            nix::unistd::mkdtemp("/tmp/migrant-desk-socket-XXXXXX")
                .context("cannot make a socket folder in /tmp")?
        };
        self.give(&path)?;
        Ok(path)
    }

    /// Whether `path` lies in the data folder, and so outlives the server.
    pub fn is_inside(&self, path: &Path) -> bool {
        path.starts_with(&self.path)
    }

    /// Opens the log for appending, after setting a large one aside.
    pub fn open_log(&self) -> anyhow::Result<File> {
        let name = self.log();
        if fs::metadata(&name).is_ok_and(|log| log.len() > LARGEST_LOG) {
            fs::rename(&name, self.path.join("postgres.log.old"))?;
        }
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&name);
        file.with_context(|| format!("cannot open {}", name.display()))
    }

    /// Whether the server's account can reach `path`.
    ///
    /// # Errors
    /// When a folder on the way is closed to it; the message names that folder.
    pub fn admits(&self, path: &Path) -> anyhow::Result<()> {
        if !self.account.foreign {
            return Ok(());
        }
        let path = path.canonicalize().with_context(|| format!("cannot open {}", path.display()))?;
        for ancestor in path.ancestors() {
            if !self.account.may_enter(&fs::metadata(ancestor)?) {
                bail!(
                    "PostgreSQL does not run as root but as `{}`, and {} is closed to that user on the way to {}; \
                     name another folder (HELPDESK_DATA_DIR for the data, HELPDESK_POSTGRES_BIN for the programs)",
                    self.account.name,
                    ancestor.display(),
                    path.display()
                );
            }
        }
        Ok(())
    }

    /// Lets the server's account pass through the folder, but neither list nor change it.
    fn open_to_the_server(&self) -> anyhow::Result<()> {
        if !self.account.foreign || self.account.may_enter(&fs::metadata(&self.path)?) {
            return Ok(());
        }
        chown(&self.path, None, Some(self.account.gid))?;
        fs::set_permissions(&self.path, Permissions::from_mode(0o710))?;
        Ok(())
    }
}

fn make(path: &Path, mode: u32) -> anyhow::Result<()> {
    let made = if path.is_dir() { Ok(()) } else { make_missing(path, mode) };
    made.with_context(|| format!("cannot make the folder {}", path.display()))
}

/// Only the last folder is closed: its parents are shared places like `~/.local/share`.
fn make_missing(path: &Path, mode: u32) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    DirBuilder::new().mode(mode).create(path)
}

fn fits_a_socket(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    // Commas separate socket folders in PostgreSQL's setting and hosts in a URL; quotes group them.
    bytes.len() <= LONGEST_SOCKET_FOLDER
        && bytes.iter().all(|byte| byte.is_ascii_graphic() && !b",\"'\\".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_folder_is_short_and_plain() {
        assert!(fits_a_socket(Path::new("/var/lib/migrant-desk/socket")));
        assert!(!fits_a_socket(Path::new("/srv/one,two/socket")));
        assert!(!fits_a_socket(Path::new("/srv/two words/socket")));
        assert!(!fits_a_socket(Path::new(&format!("/{}", "x".repeat(90)))));
    }

    #[test]
    fn a_folder_closed_on_the_way_is_named() {
        let outer = tempfile::tempdir().unwrap();
        fs::set_permissions(outer.path(), Permissions::from_mode(0o700)).unwrap();
        let inner = outer.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let stranger = Account { name: "stranger".into(), uid: 4_000_001, gid: 4_000_001, foreign: false };
        let folder = Folder::lock(&inner, stranger.clone()).unwrap();
        let folder = Folder { account: Account { foreign: true, ..stranger }, ..folder };
        let refusal = folder.admits(&inner).unwrap_err().to_string();
        let closed = outer.path().canonicalize().unwrap();
        assert!(
            refusal.contains("`stranger`") && refusal.contains(&format!("{} is closed", closed.display())),
            "{refusal}"
        );
    }

    #[test]
    fn a_folder_is_locked_once() {
        let place = tempfile::tempdir().unwrap();
        let account = Account::of_the_server().unwrap();
        let first = Folder::lock(place.path(), account.clone()).unwrap();
        let refusal = Folder::lock(place.path(), account.clone()).unwrap_err().to_string();
        assert!(refusal.contains(&first.path.display().to_string()), "{refusal}");
        drop(first);
        Folder::lock(place.path(), account).unwrap();
    }
}
