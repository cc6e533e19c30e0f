//! Agencies that were entered twice: found by what they have in common, and made one by a person who knows.

pub mod merging;
pub mod model;
pub mod routes;
pub mod rules;
