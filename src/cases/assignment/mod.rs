//! Whose a case is: an office and a worker, from when until when.

pub mod model;
pub mod routes;
pub mod rules;
