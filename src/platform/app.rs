//! What every handler and job is given: the database, the settings, the keys, the mailer and the clock.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use super::config::Settings;
use super::crypto::Vault;
use super::db::Db;
use super::mail::Mailer;
use super::outbound::Outbound;
use super::tokens::TokenKeys;

/// The application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the application is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The settings it was started with.
    pub settings: Settings,
    /// Encrypts identity documents.
    pub vault: Vault,
    /// Signs access tokens.
    pub tokens: TokenKeys,
    /// Sends mail.
    pub mailer: Mailer,
    /// Sends requests to other people's servers.
    pub outbound: Outbound,
    /// Tells the time.
    pub clock: Clock,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> App {
        App(Arc::new(parts))
    }

    /// Now, as precise as PostgreSQL keeps it.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The clock on the wall, moved by an offset in tests that must see days pass. Clones tell the same time.
#[derive(Clone, Default)]
pub struct Clock {
    offset_us: Arc<AtomicI64>,
}

impl Clock {
    /// Now, in whole microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        let us = Utc::now().timestamp_micros() + self.offset_us.load(Ordering::Relaxed);
        DateTime::from_timestamp_micros(us).unwrap_or_default()
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: TimeDelta) {
        self.offset_us.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}
