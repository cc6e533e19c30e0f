//! The one executable of Migrant Desk.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "migrant-desk", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a command beside a throw-away PostgreSQL, named to it in HELPDESK_TEST_POSTGRES.
    WithPostgres {
        /// The command and its arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<String>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::WithPostgres { command } => {
            let status = migrant_desk::platform::postgres::with_throwaway(&command).await?;
            // A shell reports a command that was ended by a signal as 128 and the signal's number.
            let code = status
                .code()
                .unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
            Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
        }
    }
}
