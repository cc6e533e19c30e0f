//! Mobility categories as a dated history; several may hold at once.

pub mod model;
pub mod routes;
pub mod rules;
