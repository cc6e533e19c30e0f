//! A server for as long as one command runs: `migrant-desk with-postgres -- cargo test`.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use anyhow::Context;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};

use super::{Options, OwnPostgres};

/// The variable the command finds the server's superuser URL in.
pub const URL_VARIABLE: &str = "HELPDESK_TEST_POSTGRES";
const PREFIX: &str = "migrant-desk-test-";

/// Runs a command beside a throw-away server, whose superuser URL (of the database `postgres`) it finds in
/// `HELPDESK_TEST_POSTGRES`. SIGINT and SIGTERM are passed on to the command; when it has ended, the server is
/// stopped and its folder removed, whatever happened.
///
/// # Errors
/// When the server does not start or stop, or the command cannot be run. A command that fails is no error: its
/// status is the answer.
pub async fn with_throwaway(command: &[String]) -> anyhow::Result<ExitStatus> {
    let (program, arguments) = command.split_first().context("name the command to run after `--`")?;
    // Before anything is made: from here on a signal no longer ends us without cleaning up.
    let mut asked = Asked::listen()?;
    let scratch = Scratch::make()?;
    let binaries =
        std::env::var_os("HELPDESK_POSTGRES_BIN").filter(|path| !path.is_empty()).map(PathBuf::from);
    let server = OwnPostgres::start(&Options { folder: scratch.0.clone(), binaries, durable: false }).await?;
    let mut command = Command::new(program);
    command.args(arguments).env(URL_VARIABLE, server.superuser_url("postgres"));
    let ended = run(&mut command, &mut asked).await.with_context(|| format!("cannot run {program}"));
    server.stop().await?;
    ended
}

async fn run(command: &mut Command, asked: &mut Asked) -> anyhow::Result<ExitStatus> {
    // At a terminal, Ctrl-C reaches the command without us, and leaving the terminal's group would take the
    // keyboard from it. Elsewhere it gets a group of its own, so that a signal reaches what it started, too.
    let at_a_terminal = std::io::stdin().is_terminal();
    if !at_a_terminal {
        command.process_group(0);
    }
    let mut child = command.spawn()?;
    loop {
        tokio::select! {
            ended = child.wait() => return Ok(ended?),
            _ = asked.to_interrupt.recv() => if !at_a_terminal { pass_on(&child, Signal::SIGINT, true) },
            _ = asked.to_end.recv() => pass_on(&child, Signal::SIGTERM, !at_a_terminal),
        }
    }
}

fn pass_on(child: &Child, signal: Signal, to_group: bool) {
    let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) else {
        return;
    };
    // It may have ended meanwhile, which is what was asked for.
    let _ = kill(Pid::from_raw(if to_group { -pid } else { pid }), signal);
}

struct Asked {
    to_interrupt: Signals,
    to_end: Signals,
}

impl Asked {
    fn listen() -> std::io::Result<Asked> {
        Ok(Asked { to_interrupt: signal(SignalKind::interrupt())?, to_end: signal(SignalKind::terminate())? })
    }
}

/// A temporary folder that goes with its value. Declared before the server, it is dropped after it.
struct Scratch(PathBuf);

impl Scratch {
    fn make() -> anyhow::Result<Scratch> {
        let template = std::env::temp_dir().join(format!("{PREFIX}XXXXXX"));
        let made = nix::unistd::mkdtemp(&template);
        Ok(Scratch(made.with_context(|| format!("cannot make {}", template.display()))?))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

fn remove(folder: &Path) {
    // After a panic the server may still be writing its last files: the second try finds them.
    if fs::remove_dir_all(folder).is_err() {
        let _ = fs::remove_dir_all(folder);
    }
}
