//! A service whose every statement and its plan can be read in the log of the throw-away server.

use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

use serde_json::Value;

use crate::support::TestApp;

/// A statement the service ran, as PostgreSQL carried it out.
pub struct Statement {
    pub text: String,
    plan: Value,
}

impl Statement {
    /// Every node of its plan.
    pub fn nodes(&self) -> Vec<&Value> {
        let mut all = vec![&self.plan];
        let mut at = 0;
        while at < all.len() {
            all.extend(all[at]["Plans"].as_array().into_iter().flatten());
            at += 1;
        }
        all
    }
}

fn times(node: &Value, what: &str) -> f64 {
    node[what].as_f64().unwrap_or_default() * node["Actual Loops"].as_f64().unwrap_or_default()
}

/// How many rows a node gave, over all its rounds.
pub fn rows(node: &Value) -> f64 {
    times(node, "Actual Rows")
}

/// How many rows a node looked at, also those it threw away.
pub fn looked_at(node: &Value) -> f64 {
    rows(node) + times(node, "Rows Removed by Filter") + times(node, "Rows Removed by Index Recheck")
}

/// The service, and the place in the log that was read last.
pub struct Watched {
    pub app: TestApp,
    log: PathBuf,
}

impl Watched {
    pub async fn new() -> Watched {
        let app = TestApp::new().await;
        let database = app.line("SELECT current_database()::text AS line").await;
        let settings = [
            ("session_preload_libraries", "'auto_explain'"),
            ("auto_explain.log_min_duration", "0"),
            ("auto_explain.log_analyze", "on"),
            ("auto_explain.log_timing", "off"),
            ("auto_explain.log_format", "'json'"),
            ("auto_explain.log_parameter_max_length", "0"),
        ];
        // Connections made from now on have it; the service has made none yet.
        let set = settings.map(|(name, value)| format!("ALTER DATABASE {database} SET {name} = {value};"));
        app.run(&set.concat()).await;
        let data = PathBuf::from(
            app.line("SELECT setting AS line FROM pg_settings WHERE name = 'data_directory'").await,
        );
        let log = data.parent().expect("a folder").join("postgres.log");
        assert!(log.is_file(), "no log at {}", log.display());
        Watched { app, log }
    }

    /// What a request answers, and the statements it took.
    pub async fn during<T>(&mut self, request: impl Future<Output = T>) -> (T, Vec<Statement>) {
        let mut file = std::fs::File::open(&self.log).expect("the log");
        file.seek(SeekFrom::End(0)).expect("its end");
        let answer = request.await;
        let mut said = vec![];
        file.read_to_end(&mut said).expect("what was said");
        (answer, statements(&String::from_utf8_lossy(&said)))
    }
}

/// Reads the plans out of a piece of the log: lines after the first begin with a tab.
fn statements(log: &str) -> Vec<Statement> {
    let mut all = vec![];
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.ends_with("plan:") {
            continue;
        }
        let mut text = String::new();
        while let Some(more) = lines.next_if(|line| line.starts_with('\t')) {
            text += more.trim_start_matches('\t');
            text.push('\n');
        }
        let document: Value = serde_json::from_str(&text).expect("a plan in JSON");
        let statement = document["Query Text"].as_str().expect("a text").to_owned();
        all.push(Statement { text: statement, plan: document["Plan"].clone() });
    }
    all
}
