//! Migrant Desk: case management for migrant help desks.
//!
//! One module per word a case worker would know; what only a programmer would say lives in [`platform`].

pub mod notices;
pub mod platform;
/// Words and places every feature shares: code lists, countries, languages, territories.
pub mod reference;
pub mod schema;
