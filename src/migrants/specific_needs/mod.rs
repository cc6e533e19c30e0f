//! Vulnerabilities and the days they were known; some are locked facts.

pub mod model;
pub mod routes;
pub mod rules;
