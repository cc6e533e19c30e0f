//! What every API test stands on.

pub mod browser;
pub mod client;
mod declared;
pub mod desk;
pub mod people;
pub mod world;

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use migrant_desk::platform::app::App;
use migrant_desk::platform::config::{Settings, SmtpTls};
use migrant_desk::platform::crypto::Vault;
use migrant_desk::platform::db::establish;
use migrant_desk::platform::jobs;
use migrant_desk::start::{self, Database};
use migrant_desk::wiring;
use tokio::sync::OnceCell;

pub use client::Client;
pub use world::{Account, World};

/// The service, serving on a port of its own, with a database of its own and mail in a folder of its own.
pub struct TestApp {
    /// The application inside the server.
    pub app: App,
    /// `http://127.0.0.1:port`
    pub address: String,
    /// Ids of what stands in every test's database.
    pub world: World,
    /// The database as superuser, for looking behind the walls.
    pub superuser_url: String,
    database: String,
    folder: tempfile::TempDir,
}

/// A mail as a mail reader shows it.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub message_id: String,
}

static TEMPLATE: OnceCell<World> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The superuser's URL of the throw-away server.
pub fn server_url() -> String {
    std::env::var("HELPDESK_TEST_POSTGRES").expect("these tests need a PostgreSQL: run them with ./dev test")
}

/// The server's URL of another database and role. Its form is `postgresql:///database?host=…&user=role`.
pub fn url_of(database: &str, role: &str) -> String {
    let url = server_url();
    let (_, parameters) = url.split_once('?').expect("a URL with parameters");
    let host = parameters.split('&').find(|p| p.starts_with("host=")).expect("a host");
    format!("postgresql:///{database}?{host}&user={role}")
}

/// A fresh database that only the roles of the service know, migrated and with reference data.
pub async fn fresh_database(name: &str) {
    let mut server = establish(&server_url()).await.expect("server");
    server.batch_execute(&format!("CREATE DATABASE {name} OWNER helpdesk_owner")).await.expect("database");
    let mut inside = establish(&url_of(name, "postgres")).await.expect("inside");
    inside.batch_execute("ALTER SCHEMA public OWNER TO helpdesk_owner").await.expect("schema");
    let owner = url_of(name, "helpdesk_owner");
    // Migrations want a runtime of several threads, and a test may have only one.
    let migrated = std::thread::spawn(move || {
        tokio::runtime::Runtime::new().expect("runtime").block_on(start::migrate(&owner))
    });
    migrated.join().expect("a thread").expect("migrated");
}

/// An application without a server, over a database without accounts or offices.
pub async fn bare_application(name: &str) -> App {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    fresh_database(name).await;
    let folder = tempfile::tempdir().expect("folder");
    let place = Database {
        app_url: url_of(name, "helpdesk_app"),
        owner_url: url_of(name, "helpdesk_owner"),
        own: None,
    };
    start::application(settings(&folder, name, "http://127.0.0.1:1", |_| {}), &place).expect("application")
}

async fn template() -> World {
    let made = TEMPLATE.get_or_init(|| async {
        // Other test binaries of the same run may have used the name.
        let name = template_name();
        fresh_database(&name).await;
        let mut inside = establish(&url_of(&name, "postgres")).await.expect("inside");
        World::build(&mut inside).await
    });
    made.await.clone()
}

fn template_name() -> String {
    format!("template_{}", std::process::id())
}

impl TestApp {
    /// A service with mail in files.
    pub async fn new() -> TestApp {
        TestApp::with(|_| {}).await
    }

    /// A service that hands its mail to a server on loopback.
    pub async fn with_smtp(port: u16) -> TestApp {
        TestApp::with(|settings| {
            settings.smtp_host = Some("127.0.0.1".into());
            settings.smtp_port = Some(port);
            settings.smtp_tls = SmtpTls::None;
        })
        .await
    }

    /// A service with settings of the test's own.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> TestApp {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let world = template().await;
        let database = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut server = establish(&server_url()).await.expect("server");
        let clone = format!("CREATE DATABASE {database} TEMPLATE {} OWNER helpdesk_owner", template_name());
        server.batch_execute(&clone).await.expect("a database of its own");
        let folder = tempfile::tempdir().expect("folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        let address = format!("http://{}", listener.local_addr().expect("address"));
        let settings = settings(&folder, &database, &address, change);
        let place = Database {
            app_url: url_of(&database, "helpdesk_app"),
            owner_url: url_of(&database, "helpdesk_owner"),
            own: None,
        };
        let app = start::application(settings, &place).expect("application");
        tokio::spawn(wiring::serve(app.clone(), listener, 1).expect("server"));
        let superuser_url = url_of(&database, "postgres");
        TestApp { app, address, world, superuser_url, database, folder }
    }

    /// A client signed in as `account`, by a session of its own.
    pub async fn client(&self, account: Account) -> Client {
        Client::sign_in(self, self.world.staff(account)).await
    }

    /// A client without a token.
    pub fn visitor(&self) -> Client {
        Client::visitor(&self.address)
    }

    /// Does all the work that is due, as the worker would.
    pub async fn run_jobs(&self) -> usize {
        jobs::drain(&self.app, wiring::JOBS).await.expect("jobs")
    }

    /// Does the recurring work whose time has come and all that comes of it, as the worker would.
    pub async fn run_recurring(&self) -> usize {
        run_recurring(&self.app).await
    }

    /// Another process on the same database, with the same time on its clock: a second worker, or the first one after
    /// a restart.
    pub fn another_process(&self) -> App {
        let place = Database {
            app_url: url_of(&self.database, "helpdesk_app"),
            owner_url: url_of(&self.database, "helpdesk_owner"),
            own: None,
        };
        let other = start::application(self.app.settings.clone(), &place).expect("application");
        other.clock.advance(self.app.now() - other.now());
        other
    }

    /// Sets the clock, always forward.
    pub fn set_clock(&self, at: DateTime<Utc>) {
        let by = at - self.app.now();
        // It may have ticked since the caller looked.
        assert!(by > -TimeDelta::minutes(1), "time only passes");
        self.app.clock.advance(by.max(TimeDelta::zero()));
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        self.app.clock.advance(by);
    }

    /// The database behind the walls.
    pub async fn database(&self) -> AsyncPgConnection {
        establish(&self.superuser_url).await.expect("database")
    }

    /// What row-level security makes of a query for one who asks with these settings, as the service's own role.
    pub async fn as_app_role(&self) -> AsyncPgConnection {
        establish(&url_of(&self.database, "helpdesk_app")).await.expect("database")
    }

    /// Where mail files go.
    pub fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    /// Mail written so far, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        let Ok(entries) = std::fs::read_dir(self.mail_folder()) else { return vec![] };
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("entry").path()).collect();
        files.retain(|file| file.extension().is_some_and(|end| end == "eml"));
        files.sort();
        files.iter().map(|file| read_mail(&std::fs::read(file).expect("mail"))).collect()
    }
}

/// One turn of a process's worker.
pub async fn run_recurring(app: &App) -> usize {
    jobs::tick(app, wiring::RECURRING).await.expect("schedule");
    jobs::drain(app, wiring::JOBS).await.expect("jobs")
}

/// Reads a mail by other hands than ours.
pub fn read_mail(raw: &[u8]) -> Mail {
    let mail = mail_parser::MessageParser::default().parse(raw).expect("a mail");
    let to = mail.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or_default().to_owned();
    Mail {
        to,
        subject: mail.subject().unwrap_or_default().to_owned(),
        text: mail.body_text(0).unwrap_or_default().into_owned(),
        message_id: mail.message_id().unwrap_or_default().to_owned(),
    }
}

fn settings(
    folder: &tempfile::TempDir,
    database: &str,
    address: &str,
    change: impl FnOnce(&mut Settings),
) -> Settings {
    let token_key = folder.path().join("token.pem");
    std::fs::write(&token_key, migrant_desk::platform::tokens::TokenKeys::new_pem().expect("key"))
        .expect("written");
    let mut settings = Settings::defaults().expect("defaults");
    settings.database_url = Some(url_of(database, "helpdesk_app"));
    settings.data_dir = Some(folder.path().to_owned());
    settings.public_url = address.to_owned();
    settings.token_key_file = Some(token_key);
    settings.document_key = Some(Vault::new_key().into());
    settings.db_pool = 6;
    change(&mut settings);
    settings
}

impl Drop for TestApp {
    /// Hundreds of databases would fill the disk.
    fn drop(&mut self) {
        let (server, database) = (server_url(), self.database.clone());
        let gone = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
            runtime.block_on(async {
                if let Ok(mut server) = establish(&server).await {
                    let _ = server.batch_execute(&format!("DROP DATABASE {database} WITH (FORCE)")).await;
                }
            });
        });
        let _ = gone.join();
    }
}
