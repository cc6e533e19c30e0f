//! The server's process: made, launched, adopted, stopped.

use std::fs;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Child;
use tokio::time::{Instant, sleep};

use super::SUPERUSER;
use super::binaries::Binaries;
use super::folder::Folder;

/// Between two looks at a process or its files.
const LOOK: Duration = Duration::from_millis(20);
/// Replaying a long write-ahead log takes its time; beyond this something is wrong.
const READY_WITHIN: Duration = Duration::from_secs(600);
/// After the server was killed, its last sessions hold the shared memory for a moment.
const MEMORY_FREED_WITHIN: Duration = Duration::from_secs(10);
/// How long a fast shutdown may take before we ask for an immediate one.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);
/// As much of the log as an error message carries.
const LOG_TAIL: usize = 2000;

/// A running postmaster: our child, or one adopted from a service that was killed.
#[derive(Debug)]
pub(super) struct Server {
    pid: Pid,
    /// `None` when adopted: somebody else's child cannot be waited for, only watched.
    child: Option<Child>,
    socket: PathBuf,
    cluster: PathBuf,
    /// The socket's folder when it lies outside the data folder, to be removed after the server.
    litter: Option<PathBuf>,
    stopped: bool,
}

/// What a postmaster writes about itself into `postmaster.pid`.
#[derive(Debug, PartialEq, Eq)]
struct Notice {
    pid: Pid,
    socket: PathBuf,
    ready: bool,
}

/// Makes the cluster. It is made aside and renamed when whole, so that a half-made one is never opened.
pub(super) async fn initialise(folder: &Folder, binaries: &Binaries, durable: bool) -> anyhow::Result<()> {
    let unfinished = folder.unfinished_cluster();
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).with_context(|| format!("cannot remove {}", unfinished.display()))?;
    }
    folder.give(&unfinished)?;
    let mut command = folder.account.command(binaries.program("initdb"));
    command.arg("--pgdata").arg(&unfinished).arg(format!("--username={SUPERUSER}"));
    command.args(["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"]);
    command.args(["--auth-local=trust", "--auth-host=reject"]);
    if !durable {
        command.arg("--no-sync");
    }
    let made =
        command.current_dir(&unfinished).stdin(Stdio::null()).output().await.context("cannot run initdb")?;
    let said = String::from_utf8_lossy(&made.stderr);
    ensure!(made.status.success(), "initdb failed: {}", said.trim());
    fs::rename(&unfinished, folder.cluster()).context("cannot put the new cluster into its place")
}

impl Server {
    /// Takes over the server that a killed service left running on this folder, if there is one.
    ///
    /// # Errors
    /// When it is there but neither becomes ready nor goes away.
    pub async fn adopt(folder: &Folder) -> anyhow::Result<Option<Server>> {
        let cluster = folder.cluster();
        let deadline = Instant::now() + READY_WITHIN;
        while let Some(notice) = Notice::read(&cluster)?.filter(|notice| serves(notice.pid, &cluster)) {
            // Asked for an answer as well, because a server killed a moment ago still looks alive.
            if notice.ready && answers(&notice.socket).await {
                tracing::info!(
                    pid = notice.pid.as_raw(),
                    "adopted the PostgreSQL server left by an earlier run"
                );
                return Ok(Some(Server::new(folder, notice.pid, None, notice.socket)));
            }
            ensure!(
                Instant::now() < deadline,
                "a PostgreSQL server (process {}) holds {} and does not get ready",
                notice.pid,
                cluster.display()
            );
            sleep(LOOK).await;
        }
        Ok(None)
    }

    /// Starts a server on the folder's cluster and waits until it answers.
    ///
    /// # Errors
    /// When it ends instead; the message carries what it said.
    pub async fn launch(folder: &Folder, binaries: &Binaries, durable: bool) -> anyhow::Result<Server> {
        let was_killed = folder.cluster().join("postmaster.pid").exists();
        let deadline = Instant::now() + MEMORY_FREED_WITHIN;
        loop {
            let mut log = folder.open_log()?;
            let said_before = log.seek(SeekFrom::End(0))?;
            let mut server = Server::spawn(folder, binaries, durable, log)?;
            let Some(status) = server.wait_until_ready().await? else {
                return Ok(server);
            };
            server.stopped = true;
            server.clean();
            if was_killed && Instant::now() < deadline {
                sleep(Duration::from_millis(250)).await;
                continue;
            }
            bail!("PostgreSQL ended while starting ({status}): {}", tail(&folder.log(), said_before)?);
        }
    }

    fn spawn(folder: &Folder, binaries: &Binaries, durable: bool, log: fs::File) -> anyhow::Result<Server> {
        let (cluster, socket) = (folder.cluster(), folder.socket()?);
        let mut command = folder.account.command(binaries.program("postgres"));
        command.arg("-D").arg(&cluster);
        for (name, value) in settings(&socket, durable) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.current_dir(&cluster).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        // A group of its own: Ctrl-C is for the service, which stops the server after its last request.
        command.process_group(0);
        let child = command.spawn().context("cannot run postgres")?;
        let pid = child.id().context("PostgreSQL ended at once")?;
        Ok(Server::new(folder, Pid::from_raw(pid.try_into()?), Some(child), socket))
    }

    fn new(folder: &Folder, pid: Pid, child: Option<Child>, socket: PathBuf) -> Server {
        let litter = Some(socket.clone()).filter(|socket| !folder.is_inside(socket));
        Server { pid, child, socket, cluster: folder.cluster(), litter, stopped: false }
    }

    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// `None` when the server is ready; its exit status when it ended instead.
    async fn wait_until_ready(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            if let Some(status) = self.child.as_mut().map(Child::try_wait).transpose()?.flatten() {
                return Ok(Some(status));
            }
            // The pid is compared because the file of a killed server says "ready" too.
            if Notice::read(&self.cluster)?.is_some_and(|notice| notice.pid == self.pid && notice.ready) {
                return Ok(None);
            }
            ensure!(Instant::now() < deadline, "PostgreSQL does not get ready, see its log");
            sleep(LOOK).await;
        }
    }

    /// SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        for signal in [Signal::SIGINT, Signal::SIGQUIT] {
            if self.is_running()? {
                // It may end between the look and the signal.
                let _ = kill(self.pid, signal);
            }
            let deadline = Instant::now() + STOPPED_WITHIN;
            while Instant::now() < deadline {
                if !self.is_running()? {
                    self.stopped = true;
                    self.clean();
                    return Ok(());
                }
                sleep(LOOK).await;
            }
            tracing::warn!(pid = self.pid.as_raw(), %signal, "PostgreSQL did not stop in time");
        }
        bail!("PostgreSQL (process {}) does not stop", self.pid)
    }

    fn is_running(&mut self) -> anyhow::Result<bool> {
        match &mut self.child {
            Some(child) => Ok(child.try_wait()?.is_none()),
            None => Ok(serves(self.pid, &self.cluster)),
        }
    }

    fn clean(&mut self) {
        if let Some(folder) = self.litter.take() {
            let _ = fs::remove_dir_all(folder);
        }
    }

    /// As if this process had been killed: the server goes on and nobody minds it.
    #[cfg(test)]
    pub fn abandon(&mut self) {
        self.stopped = true;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.stopped && self.is_running().unwrap_or(false) {
            let _ = kill(self.pid, Signal::SIGINT);
        }
    }
}

fn settings(socket: &Path, durable: bool) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        ("listen_addresses", String::new()),
        ("unix_socket_directories", socket.to_string_lossy().into_owned()),
        ("unix_socket_permissions", "0700".into()),
        ("port", "5432".into()),
        ("max_connections", "200".into()),
        ("timezone", "UTC".into()),
        ("log_timezone", "UTC".into()),
        // A refused row quotes its values, and a failed statement its text: people's data stay out of the log.
        ("log_error_verbosity", "terse".into()),
        ("log_min_error_statement", "panic".into()),
    ];
    if !durable {
        let careless = ["fsync", "synchronous_commit", "full_page_writes"];
        settings.extend(careless.map(|name| (name, "off".to_owned())));
    }
    settings
}

impl Notice {
    fn read(cluster: &Path) -> anyhow::Result<Option<Notice>> {
        let name = cluster.join("postmaster.pid");
        match fs::read_to_string(&name) {
            Ok(text) => Ok(Notice::parse(&text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", name.display())),
        }
    }

    /// `None` for a file that is still being written.
    fn parse(text: &str) -> Option<Notice> {
        let line = |number: usize| text.lines().nth(number - 1).unwrap_or_default().trim();
        let pid = line(1).parse().ok().filter(|pid| *pid > 0).map(Pid::from_raw)?;
        Some(Notice { pid, socket: line(5).into(), ready: line(8) == "ready" })
    }
}

/// Whether `pid` is alive and is the server of this cluster, not a stranger who was given the same number.
fn serves(pid: Pid, cluster: &Path) -> bool {
    if kill(pid, None).is_err() {
        return false;
    }
    // An ended process keeps its number until its parent asks for it; adopted by a careless one, for ever.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let ended = stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with(['Z', 'X']));
    let works_elsewhere = fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder != cluster);
    !ended && !works_elsewhere
}

/// Whether a server lets us in at this socket.
async fn answers(socket: &Path) -> bool {
    tokio_postgres::connect(&super::url(socket, SUPERUSER, "postgres"), tokio_postgres::NoTls).await.is_ok()
}

/// What the server wrote to its log since `offset`.
fn tail(log: &Path, offset: u64) -> anyhow::Result<String> {
    let mut file = fs::File::open(log)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut said = Vec::new();
    file.read_to_end(&mut said)?;
    let last = &said[said.len().saturating_sub(LOG_TAIL)..];
    Ok(String::from_utf8_lossy(last).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ready_server_is_told_from_a_starting_one() {
        let text = |state: &str| format!("4711\n/d/pgdata\n1700000000\n5432\n/d/socket\n\n  1 2\n{state}\n");
        let notice = Notice { pid: Pid::from_raw(4711), socket: "/d/socket".into(), ready: true };
        assert_eq!(Notice::parse(&text("ready   ")), Some(notice));
        assert!(Notice::parse(&text("starting")).is_some_and(|notice| !notice.ready));
        assert_eq!(Notice::parse(""), None);
        assert_eq!(Notice::parse("-1\n"), None);
    }

    #[test]
    fn a_process_that_works_elsewhere_is_not_our_server() {
        assert!(!serves(nix::unistd::getpid(), Path::new("/nowhere/pgdata")));
    }

    #[test]
    fn only_a_throwaway_server_gives_up_safety() {
        let socket = Path::new("/d/socket");
        let off = |durable| settings(socket, durable).iter().filter(|(_, value)| value == "off").count();
        assert_eq!((off(true), off(false)), (0, 3));
    }
}
