//! Whole lives of a server: each test has a folder, and programs of PostgreSQL must be on the machine.

use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use super::*;

fn in_folder(folder: &Path) -> Options {
    Options { folder: folder.to_owned(), binaries: None, durable: false }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn keep_a_word(server: &OwnPostgres) {
    let owner = connect(&server.owner_url(DATABASE)).await;
    owner.batch_execute("CREATE TABLE words (word text); INSERT INTO words VALUES ('kept')").await.unwrap();
}

async fn the_word(server: &OwnPostgres) -> String {
    let owner = connect(&server.owner_url(DATABASE)).await;
    owner.query_one("SELECT word FROM words", &[]).await.unwrap().get(0)
}

fn postmaster(folder: &TempDir) -> Pid {
    let notice = std::fs::read_to_string(folder.path().join("pgdata/postmaster.pid")).unwrap();
    Pid::from_raw(notice.lines().next().unwrap().parse().unwrap())
}

#[tokio::test]
async fn data_outlive_a_stop_and_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let server = OwnPostgres::start(&in_folder(folder.path())).await.unwrap();
    keep_a_word(&server).await;
    server.stop().await.unwrap();
    assert!(!folder.path().join("pgdata/postmaster.pid").exists());

    let server = OwnPostgres::start(&in_folder(folder.path())).await.unwrap();
    assert_eq!(the_word(&server).await, "kept");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_start_on_the_same_folder_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let server = OwnPostgres::start(&in_folder(folder.path())).await.unwrap();
    let refusal = OwnPostgres::start(&in_folder(folder.path())).await.unwrap_err().to_string();
    let name = folder.path().canonicalize().unwrap();
    assert!(refusal.contains(&name.display().to_string()) && refusal.contains("in use"), "{refusal}");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_server_recovers_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    // A careless server may lose its last commits, so this one is not.
    let durable = Options { durable: true, ..in_folder(folder.path()) };
    let server = OwnPostgres::start(&durable).await.unwrap();
    keep_a_word(&server).await;
    kill(postmaster(&folder), Signal::SIGKILL).unwrap();
    drop(server);

    let server = OwnPostgres::start(&durable).await.unwrap();
    assert_eq!(the_word(&server).await, "kept");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_left_by_a_killed_service_is_adopted_and_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = OwnPostgres::start(&in_folder(folder.path())).await.unwrap();
    keep_a_word(&server).await;
    let pid = postmaster(&folder);
    server.server.abandon();
    drop(server);

    let server = OwnPostgres::start(&in_folder(folder.path())).await.unwrap();
    assert_eq!(postmaster(&folder), pid);
    assert_eq!(the_word(&server).await, "kept");
    server.stop().await.unwrap();
    assert!(!folder.path().join("pgdata/postmaster.pid").exists());
}

#[tokio::test]
async fn a_half_made_cluster_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let unfinished = folder.path().join("pgdata.new");
    std::fs::create_dir(&unfinished).unwrap();
    std::fs::write(unfinished.join("PG_VERSION"), "15\n").unwrap();
    let server = OwnPostgres::start(&in_folder(folder.path())).await.unwrap();
    assert!(!unfinished.exists());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_is_no_obstacle() {
    let outer = tempfile::tempdir_in("/tmp").unwrap();
    let server = OwnPostgres::start(&in_folder(&outer.path().join("x, y".repeat(30)))).await.unwrap();
    let socket = server.server.socket().to_owned();
    keep_a_word(&server).await;
    assert_eq!(the_word(&server).await, "kept");
    server.stop().await.unwrap();
    assert!(!socket.exists());
}

#[tokio::test]
async fn the_roles_are_bounded_and_the_application_owns_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = OwnPostgres::start(&in_folder(folder.path())).await.unwrap();
    let app = connect(&server.app_url(DATABASE)).await;
    let bounds = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'helpdesk%' AND rolcanlogin
                  AND NOT (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole)";
    assert_eq!(app.query_one(bounds, &[]).await.unwrap().get::<_, i64>(0), 2);
    assert!(app.batch_execute("CREATE TABLE mine (id int)").await.is_err());
    keep_a_word(&server).await;
    assert!(app.batch_execute("SELECT * FROM words").await.is_err());
    let listens = app.query_one("SHOW listen_addresses", &[]).await.unwrap();
    assert_eq!(listens.get::<_, String>(0), "");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_refused_row_does_not_reach_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let server = OwnPostgres::start(&in_folder(folder.path())).await.unwrap();
    let owner = connect(&server.owner_url(DATABASE)).await;
    owner.batch_execute("CREATE TABLE people (name text UNIQUE)").await.unwrap();
    for _ in 0..2 {
        let _ = owner.execute("INSERT INTO people VALUES ('Amina Example')", &[]).await;
    }
    server.stop().await.unwrap();
    let log = std::fs::read_to_string(folder.path().join("postgres.log")).unwrap();
    assert!(log.contains("duplicate key value") && !log.contains("Amina"), "{log}");
}

#[tokio::test]
async fn a_command_finds_a_throwaway_server_that_leaves_nothing_behind() {
    let place = tempfile::tempdir().unwrap();
    let note = place.path().join("url");
    let script = format!("printf %s \"$HELPDESK_TEST_POSTGRES\" > '{}'; exit 7", note.display());
    let status = with_throwaway(&["sh".into(), "-c".into(), script]).await.unwrap();
    assert_eq!(status.code(), Some(7));

    let url: tokio_postgres::Config = std::fs::read_to_string(&note).unwrap().parse().unwrap();
    assert_eq!((url.get_user(), url.get_dbname()), (Some("postgres"), Some("postgres")));
    let [tokio_postgres::config::Host::Unix(socket)] = url.get_hosts() else { panic!("{url:?}") };
    assert!(!socket.parent().unwrap().exists());
}

#[tokio::test]
async fn a_command_that_does_not_exist_is_named() {
    let refusal = with_throwaway(&["no-such-command".into()]).await.unwrap_err().to_string();
    assert!(refusal.contains("no-such-command"), "{refusal}");
}

#[test]
fn a_url_names_role_socket_and_database() {
    let url = url(Path::new("/data/my desk/socket"), APP_ROLE, "one&two");
    let config: tokio_postgres::Config = url.parse().unwrap();
    assert_eq!((config.get_user(), config.get_dbname()), (Some("helpdesk_app"), Some("one&two")));
    assert_eq!(config.get_hosts(), [tokio_postgres::config::Host::Unix("/data/my desk/socket".into())]);
}
