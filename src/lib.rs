//! Migrant Desk: case management for migrant help desks.
//!
//! One module per word a case worker would know; what only a programmer would say lives in [`platform`].
//! `docs/ARCHITECTURE.md` says where a line of code lives.

pub mod agencies;
pub mod associations;
pub mod audit;
pub mod auth;
pub mod cases;
pub mod contract;
pub mod demo;
pub mod ids;
pub mod import;
pub mod migrants;
pub mod notices;
pub mod offices;
pub mod platform;
pub mod problems;
pub mod reference;
pub mod referrals;
pub mod reports;
#[rustfmt::skip]
#[allow(missing_docs)]
pub mod schema;
pub mod staff;
pub mod standards;
pub mod start;
pub mod upkeep;
pub mod webhooks;
pub mod wiring;
