//! Other people's systems are told what happens to referrals: signed messages (Standard Webhooks), each with its ledger.
//!
//! A message is promised in the transaction of what it tells ([`announce()`]) and names no person. An agency hears of its own
//! referrals, the installation of all but those of sealed cases.

pub mod announce;
pub mod jobs;
pub mod model;
pub mod routes;
pub mod rules;

pub use announce::{Announcement, announce};
