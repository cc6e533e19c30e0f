//! The log. Never names, contacts, documents, notes or tokens: ids only.

use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;

use super::config::{LogFormat, Settings};

/// Libraries that would write down what passes through them: values of queries, mails, addresses with the token of a link.
/// Whatever the settings ask for, they say no more than how they fare.
const TALKATIVE: &[&str] = &[
    "actix_http",
    "actix_router",
    "actix_server",
    "actix_web",
    "h2",
    "lettre",
    "postgres_types",
    "rustls",
    "tokio_postgres",
];

/// What the settings ask for, as far as it is safe.
fn filter(wanted: &str) -> EnvFilter {
    let filter = EnvFilter::try_new(wanted).unwrap_or_else(|_| EnvFilter::new("info"));
    TALKATIVE.iter().fold(filter, |filter, library| {
        let quiet = format!("{library}=info").parse().unwrap_or_else(|_| Directive::from(Level::INFO));
        filter.add_directive(quiet)
    })
}

/// Starts the log as the settings say. A second call changes nothing.
pub fn start(settings: &Settings) {
    let log = tracing_subscriber::fmt().with_env_filter(filter(&settings.log)).with_writer(std::io::stderr);
    // Fails only when a log was started before, as in tests.
    let _ = match settings.log_format {
        LogFormat::Text => log.with_target(false).try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("written").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(wanted: &str, act: impl FnOnce()) -> String {
        let written = Written::default();
        let writer = written.clone();
        let log =
            tracing_subscriber::fmt().with_env_filter(filter(wanted)).with_writer(move || writer.clone());
        tracing::subscriber::with_default(log.finish(), act);
        String::from_utf8(written.0.lock().expect("written").clone()).expect("text")
    }

    #[test]
    fn whatever_is_asked_for_no_library_writes_down_what_passes_through_it() {
        let act = || {
            tracing::debug!(target: "tokio_postgres::query", "executing with parameters: secret");
            tracing::trace!(target: "lettre::transport", "Wrote: secret");
            tracing::trace!(target: "actix_http::h1::decoder", "GET /r/secret");
            tracing::trace!(target: "h2::codec::framed_read", "secret");
            tracing::debug!(target: "migrant_desk::referrals", "ours");
        };
        for wanted in
            ["trace", "debug", "info,tokio_postgres=trace", "lettre=trace,migrant_desk=debug,h2=debug"]
        {
            let log = logged(wanted, act);
            assert!(!log.contains("secret"), "{wanted}: {log}");
        }
        assert!(logged("trace", act).contains("ours"));
    }
}
