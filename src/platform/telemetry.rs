//! The log. Never names, contacts, documents, notes or tokens: ids only.

use tracing_subscriber::EnvFilter;

use super::config::{LogFormat, Settings};

/// Starts the log as the settings say. A second call changes nothing.
pub fn start(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Fails only when a log was started before, as in tests.
    let _ = match settings.log_format {
        LogFormat::Text => log.with_target(false).try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}
