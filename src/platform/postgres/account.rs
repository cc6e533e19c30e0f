//! Which account the server runs under: PostgreSQL refuses to be root.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use anyhow::Context;
use nix::unistd::{Gid, Uid, User, getegid, geteuid};

/// The account PostgreSQL runs under.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
    /// Whether this process is root and has to become that account for the server's programs.
    pub foreign: bool,
}

impl Account {
    /// `postgres`, else `nobody`, when this process is root; else the account of this process.
    ///
    /// # Errors
    /// When root finds neither account.
    pub fn of_the_server() -> anyhow::Result<Account> {
        let (uid, gid) = (geteuid(), getegid());
        if !uid.is_root() {
            let name = User::from_uid(uid)?.map_or_else(|| uid.to_string(), |user| user.name);
            return Ok(Account { name, uid: uid.as_raw(), gid: gid.as_raw(), foreign: false });
        }
        for name in ["postgres", "nobody"] {
            if let Some(user) = User::from_name(name)? {
                let (uid, gid): (Uid, Gid) = (user.uid, user.gid);
                return Ok(Account { name: user.name, uid: uid.as_raw(), gid: gid.as_raw(), foreign: true });
            }
        }
        None.context("PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`")
    }

    /// Whether this account may pass through a folder, going by its permission bits.
    pub fn may_enter(&self, folder: &Metadata) -> bool {
        let bit = match folder {
            folder if folder.uid() == self.uid => 0o100,
            folder if folder.gid() == self.gid => 0o010,
            _ => 0o001,
        };
        folder.mode() & bit != 0
    }

    /// Starts `program` as this account, without the environment variables that would steer PostgreSQL.
    pub fn command(&self, program: PathBuf) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        if self.foreign {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }
}

/// The home folder of this process's account; the root folder when it has none.
pub(super) fn home() -> PathBuf {
    let from_accounts = || User::from_uid(geteuid()).ok().flatten().map(|user| user.dir);
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    home.or_else(from_accounts).unwrap_or_else(|| PathBuf::from("/"))
}
