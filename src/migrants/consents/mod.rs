//! What a person agreed may be done.

pub mod model;
pub mod routes;
pub mod rules;
