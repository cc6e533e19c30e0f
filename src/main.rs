//! One binary: the service, its workers, and the commands that keep it.

use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use migrant_desk::platform::app::App;
use migrant_desk::platform::config::Settings;
use migrant_desk::platform::{jobs, postgres, telemetry};
use migrant_desk::{start, wiring};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Case management for migrant help desks.
#[derive(Parser)]
#[command(name = "migrant-desk", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, with a PostgreSQL of its own unless one is set.
    Serve(Serve),
    /// Do the work in the background only.
    Work(Common),
    /// Bring the schema and the reference data up to date.
    Migrate(Common),
    /// Print the OpenAPI document.
    Openapi,
    /// Run a command beside a throw-away PostgreSQL, for tests.
    WithPostgres {
        /// The command and its arguments.
        #[arg(trailing_var_arg = true, required = true)]
        command: Vec<String>,
    },
}

#[derive(Args)]
struct Common {
    #[command(flatten)]
    settings: Settings,
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    settings: Settings,
    /// Load demo data once.
    #[arg(long)]
    demo: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("migrant-desk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("a TLS provider was installed before"))?;
    match command {
        Command::Serve(serve) => self::serve(serve).await?,
        Command::Work(common) => work(common.settings).await?,
        Command::Migrate(common) => {
            let database = start::database(&common.settings).await?;
            start::migrate(&database.owner_url).await?;
            close(database).await?;
        }
        Command::Openapi => println!("{}", serde_json::to_string_pretty(&wiring::openapi())?),
        Command::WithPostgres { command } => {
            let status = postgres::with_throwaway(&command).await?;
            return Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(options: Serve) -> anyhow::Result<()> {
    let settings = options.settings;
    telemetry::start(&settings);
    let listener = TcpListener::bind(&settings.listen)
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    let database = start::database(&settings).await?;
    start::require_durable(&database.app_url).await?;
    start::migrate(&database.owner_url).await?;
    let app = start::application(settings.clone(), &database)?;
    println!("Migrant Desk listens on http://{}", listener.local_addr()?);
    let (stop, stopped) = watch::channel(false);
    let worker =
        settings.workers_in_serve.then(|| spawn_workers(app.clone(), database.app_url.clone(), stopped));
    let server = wiring::serve(app, listener, 4)?;
    let handle = server.handle();
    let mut serving = tokio::spawn(server);
    tokio::select! {
        ended = &mut serving => ended??,
        () = told_to_stop() => {
            handle.stop(true).await;
            serving.await??;
        }
    }
    let _ = stop.send(true);
    if let Some(worker) = worker {
        tokio::task::spawn_blocking(move || worker.join())
            .await?
            .map_err(|_| anyhow::anyhow!("worker panicked"))?;
    }
    close(database).await
}

async fn work(settings: Settings) -> anyhow::Result<()> {
    telemetry::start(&settings);
    let database = start::database(&settings).await?;
    let app = start::application(settings, &database)?;
    let (stop, stopped) = watch::channel(false);
    let worker = spawn_workers(app, database.app_url.clone(), stopped);
    told_to_stop().await;
    let _ = stop.send(true);
    tokio::task::spawn_blocking(move || worker.join())
        .await?
        .map_err(|_| anyhow::anyhow!("worker panicked"))?;
    close(database).await
}

/// Jobs are not Send, so they live on a thread of their own; their connections live on the main runtime.
fn spawn_workers(app: App, url: String, stopped: watch::Receiver<bool>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime {
            Ok(runtime) => {
                runtime.block_on(jobs::work(app, wiring::JOBS, wiring::RECURRING, url, 2, stopped));
            }
            Err(error) => tracing::error!(%error, "no runtime for the workers"),
        }
    })
}

async fn told_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

async fn close(database: start::Database) -> anyhow::Result<()> {
    if let Some(own) = database.own {
        own.stop().await?;
    }
    Ok(())
}
