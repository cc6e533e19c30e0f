//! Papers a person has or lacks; their numbers are encrypted at rest.

pub mod model;
pub mod routes;
pub mod rules;
