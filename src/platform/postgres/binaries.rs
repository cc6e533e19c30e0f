//! Finding the programs of PostgreSQL on this machine.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail};

/// Where Debian and Ubuntu put one folder per major version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Row security, `SKIP LOCKED`, generated columns and a closed `public` schema are all there since this one.
const OLDEST_MAJOR: u32 = 15;

/// A folder with `postgres` and `initdb`, and the major version they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    bin: PathBuf,
    major: u32,
}

impl Binaries {
    /// The programs to use: the `chosen` folder and no other when one is named; else the newest of Debian's,
    /// else those in `PATH`. A cluster can only be opened by the major version that wrote it, so `written_by`
    /// decides when there is a cluster.
    ///
    /// # Errors
    /// When none are found or none fit; the message says what to install.
    pub async fn find(chosen: Option<&Path>, written_by: Option<u32>) -> anyhow::Result<Binaries> {
        let folders = match chosen {
            Some(folder) => vec![folder.to_owned()],
            None => newest_first(Path::new(DEBIAN)).into_iter().chain(in_path()).collect(),
        };
        let mut found = Vec::new();
        for bin in folders.into_iter().filter(|bin| is_complete(bin)) {
            let major = major_of(&bin).await?;
            found.push(Binaries { bin, major });
        }
        choose(&found, written_by).with_context(|| match chosen {
            Some(folder) => format!("looked in {}, as HELPDESK_POSTGRES_BIN says", folder.display()),
            None => format!("looked in {DEBIAN}/*/bin and in PATH"),
        })
    }

    pub fn bin(&self) -> &Path {
        &self.bin
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

fn choose(found: &[Binaries], written_by: Option<u32>) -> anyhow::Result<Binaries> {
    let fits = |candidate: &&Binaries| match written_by {
        Some(major) => candidate.major == major,
        None => candidate.major >= OLDEST_MAJOR,
    };
    if let Some(binaries) = found.iter().find(fits) {
        return Ok(binaries.clone());
    }
    let versions: Vec<_> = found.iter().map(|binaries| binaries.major.to_string()).collect();
    let seen = if versions.is_empty() { "none".to_owned() } else { versions.join(", ") };
    match written_by {
        Some(major) => bail!(
            "the data folder was written by PostgreSQL {major}, and its programs are not here (found: {seen}); \
             install postgresql-{major} or name its bin folder in HELPDESK_POSTGRES_BIN"
        ),
        None => bail!(
            "no programs of PostgreSQL {OLDEST_MAJOR} or newer are here (found: {seen}); install the package \
             `postgresql`, name its bin folder in HELPDESK_POSTGRES_BIN, or use a server of yours with \
             HELPDESK_DATABASE_URL"
        ),
    }
}

/// `<root>/17/bin`, `<root>/15/bin`, …
fn newest_first(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut majors: Vec<u32> =
        entries.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok())).collect();
    majors.sort_unstable_by(|one, other| other.cmp(one));
    majors.into_iter().map(|major| root.join(major.to_string()).join("bin")).collect()
}

fn in_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

fn is_complete(bin: &Path) -> bool {
    // A relative folder in PATH would make the answer depend on where we were started.
    bin.is_absolute() && ["postgres", "initdb"].iter().all(|program| bin.join(program).is_file())
}

async fn major_of(bin: &Path) -> anyhow::Result<u32> {
    let program = bin.join("postgres");
    let asked = tokio::process::Command::new(&program).arg("--version").stdin(Stdio::null()).output().await;
    let answer = asked.with_context(|| format!("cannot run {}", program.display()))?.stdout;
    let answer = String::from_utf8_lossy(&answer);
    parse_major(&answer).with_context(|| format!("{} does not tell its version: {answer}", program.display()))
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is 15; `18beta1` is 18.
fn parse_major(answer: &str) -> Option<u32> {
    let version = answer.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = version.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(major: u32) -> Binaries {
        Binaries { bin: format!("/somewhere/{major}").into(), major }
    }

    #[test]
    fn the_version_is_read_from_releases_and_betas() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(parse_major("something else 15"), None);
    }

    #[test]
    fn the_first_found_serves_a_new_folder() {
        assert_eq!(choose(&[of(17), of(15)], None).unwrap(), of(17));
    }

    #[test]
    fn an_existing_cluster_decides_the_version() {
        assert_eq!(choose(&[of(17), of(15)], Some(15)).unwrap(), of(15));
        let refusal = choose(&[of(17)], Some(16)).unwrap_err().to_string();
        assert!(refusal.contains("install postgresql-16"), "{refusal}");
    }

    #[test]
    fn without_programs_the_refusal_names_every_way_out() {
        let refusal = choose(&[of(13)], None).unwrap_err().to_string();
        for way in ["`postgresql`", "HELPDESK_POSTGRES_BIN", "HELPDESK_DATABASE_URL", "found: 13"] {
            assert!(refusal.contains(way), "{way} missing in: {refusal}");
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let root = tempfile::tempdir().unwrap();
        for name in ["9", "15", "17", "common"] {
            std::fs::create_dir_all(root.path().join(name).join("bin")).unwrap();
        }
        let majors: Vec<_> = newest_first(root.path());
        let expected: Vec<_> =
            ["17/bin", "15/bin", "9/bin"].iter().map(|bin| root.path().join(bin)).collect();
        assert_eq!(majors, expected);
    }
}
