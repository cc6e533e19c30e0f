//! One binary: the service, its workers, and the commands that keep it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use migrant_desk::notices::bounces;
use migrant_desk::platform::app::App;
use migrant_desk::platform::config::Settings;
use migrant_desk::platform::{jobs, mail, postgres, telemetry};
use migrant_desk::{contract, demo, import, start, wiring};
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
    /// Load demo data once into the database of the settings.
    Demo(Demo),
    /// Take over what a desk has in a spreadsheet.
    #[command(subcommand)]
    Import(Import),
    /// Ask the service on this machine whether it is ready; fails when it is not.
    Health(Common),
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

#[derive(Args)]
struct Demo {
    #[command(flatten)]
    settings: Settings,
    /// About how many people.
    #[arg(long, default_value_t = demo::PEOPLE)]
    people: usize,
    /// The same seed, number of people and day give the same data.
    #[arg(long, default_value_t = demo::SEED)]
    seed: u64,
}

#[derive(Subcommand)]
enum Import {
    /// Cases, one a row, from a CSV file. Tries it out and writes nothing unless told to.
    Cases(ImportCases),
}

#[derive(Args)]
struct ImportCases {
    #[command(flatten)]
    settings: Settings,
    /// The spreadsheet, saved as CSV.
    file: PathBuf,
    /// What its columns mean, as TOML; docs/OPERATIONS.md walks through one.
    #[arg(long)]
    map: PathBuf,
    /// E-mail of the account that imports: its office, its rights, its name in the trail.
    #[arg(long = "as", value_name = "EMAIL")]
    account: String,
    /// Write what is new.
    #[arg(long)]
    write: bool,
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
        Command::Migrate(common) => match &common.settings.migration_database_url {
            Some(owner) => start::migrate(owner).await?,
            None => {
                let database = start::database(&common.settings).await?;
                start::migrate(&database.owner_url).await?;
                close(database).await?;
            }
        },
        Command::Demo(options) => {
            let database = start::database(&options.settings).await?;
            start::prepare(&options.settings, &database).await?;
            let app = start::application(options.settings, &database)?;
            let loaded = load_demo(&app, options.people, options.seed).await?;
            say(if loaded { "Demo data loaded." } else { "Demo data was loaded before; nothing was done." });
            close(database).await?;
        }
        Command::Import(Import::Cases(options)) => return import_cases(options).await,
        Command::Health(common) => return Ok(health(&common.settings)),
        Command::Openapi => say(&serde_json::to_string_pretty(&wiring::openapi())?),
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
    start::prepare(&settings, &database).await?;
    let app = start::application(settings.clone(), &database)?;
    if options.demo {
        load_demo(&app, demo::PEOPLE, demo::SEED).await?;
    }
    serve_measures(&app)?;
    announce(&app, &listener, options.demo)?;
    let door = settings.workers_in_serve.then(|| bounce_door(&settings)).transpose()?.flatten();
    let (stop, stopped) = watch::channel(false);
    let worker = settings
        .workers_in_serve
        .then(|| spawn_workers(app.clone(), database.app_url.clone(), door, stopped));
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

/// For container health checks, where no other client is at hand.
fn health(settings: &Settings) -> ExitCode {
    use std::io::Read;
    let asked = || -> std::io::Result<String> {
        let mut line = std::net::TcpStream::connect(settings.listen.replace("0.0.0.0", "127.0.0.1"))?;
        line.set_read_timeout(Some(std::time::Duration::from_secs(5)))?;
        line.write_all(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        line.read_to_string(&mut answer)?;
        Ok(answer)
    };
    match asked() {
        Ok(answer) if answer.starts_with("HTTP/1.1 200") => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Fails with 3 when some rows are not in the database as they stand in the file.
async fn import_cases(options: ImportCases) -> anyhow::Result<ExitCode> {
    let ImportCases { settings, file, map, account, write } = options;
    telemetry::start(&settings);
    let database = start::database(&settings).await?;
    let app = start::application(settings, &database)?;
    let order = import::Order { file, map, account, write };
    let counts = import::cases(&app, &order, std::io::stdout().lock()).await;
    close(database).await?;
    Ok(if counts?.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

async fn load_demo(app: &App, people: usize, seed: u64) -> anyhow::Result<bool> {
    let known =
        demo::is_loaded(app).await.map_err(|error| anyhow::anyhow!("cannot look for demo data: {error}"))?;
    if known {
        return Ok(false);
    }
    say("Drawing a year of demo data ...");
    let today = app.now().date_naive();
    demo::load_once(app, demo::Wanted { people, seed, today }).await
}

/// Says something to whoever started the program. Nobody may be listening any more; the work goes on all the same.
fn say(words: &str) {
    let _ = writeln!(std::io::stdout(), "{words}");
}

/// Says where the service is, who may sign in, and where mail goes.
fn announce(app: &App, listener: &TcpListener, with_demo: bool) -> anyhow::Result<()> {
    let url = &app.settings.public_url;
    let mut words = format!("\nMigrant Desk listens on http://{}\n", listener.local_addr()?);
    writeln!(words, "  API description  {url}/api/docs and {url}/api/openapi.json")?;
    match &app.settings.smtp_host {
        Some(host) => writeln!(words, "  mail goes to     {host}")?,
        None => {
            let folder = start::mail_folder(&app.settings);
            writeln!(words, "  mail is kept in  {} and listed at /api/v1/notices", folder.display())?;
        }
    }
    writeln!(words, "  data lives in    {}", start::data_dir(&app.settings).display())?;
    if with_demo {
        writeln!(words, "\nDemo accounts, all with the password \"{}\":", demo::PASSWORD)?;
        for account in demo::accounts()? {
            writeln!(words, "  {:<14} {:<45} {}", account.role, account.email, account.at)?;
        }
    }
    say(&words);
    Ok(())
}

/// Lets Prometheus read figures, when the settings want it. Taken at the start, so that a wrong address is told at once.
fn serve_measures(app: &App) -> anyhow::Result<()> {
    let Some(address) = &app.settings.metrics_listen else { return Ok(()) };
    let listener =
        TcpListener::bind(address).with_context(|| format!("HELPDESK_METRICS_LISTEN: {address}"))?;
    tokio::spawn(contract::measures::serve(app.clone(), listener)?);
    Ok(())
}

async fn work(settings: Settings) -> anyhow::Result<()> {
    telemetry::start(&settings);
    let database = start::database(&settings).await?;
    let door = bounce_door(&settings)?;
    let app = start::application(settings, &database)?;
    serve_measures(&app)?;
    let (stop, stopped) = watch::channel(false);
    let worker = spawn_workers(app, database.app_url.clone(), door, stopped);
    told_to_stop().await;
    let _ = stop.send(true);
    tokio::task::spawn_blocking(move || worker.join())
        .await?
        .map_err(|_| anyhow::anyhow!("worker panicked"))?;
    close(database).await
}

/// Jobs are not Send, so they live on a thread of their own; their connections live on the main runtime.
fn spawn_workers(
    app: App,
    url: String,
    door: Option<TcpListener>,
    stopped: watch::Receiver<bool>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(async {
                let work = jobs::work(app.clone(), wiring::JOBS, wiring::RECURRING, url, 2, stopped.clone());
                tokio::join!(work, take_bounces(app.clone(), door, stopped));
            }),
            Err(error) => tracing::error!(%error, "no runtime for the workers"),
        }
    })
}

/// The door for bounce mail, when the settings want one. Taken at the start, so that a wrong address is told at once.
fn bounce_door(settings: &Settings) -> anyhow::Result<Option<TcpListener>> {
    settings.bounce_listen.as_deref().map(mail::open_door).transpose().context("HELPDESK_BOUNCE_LISTEN")
}

async fn take_bounces(app: App, door: Option<TcpListener>, stopped: watch::Receiver<bool>) {
    let Some(door) = door else { return };
    if let Err(error) = bounces::jobs::listen(app, door, stopped).await {
        tracing::error!(%error, "the door for bounces is shut");
    }
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
