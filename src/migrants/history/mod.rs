//! What changed in a file, when and by whom.

pub mod model;
pub mod routes;
pub mod rules;
