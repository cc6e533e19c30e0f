//! Ways to reach a person, and how to do it safely.

pub mod model;
pub mod routes;
pub mod rules;
