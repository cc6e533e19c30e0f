//! What agencies offer: for which needs, where, to whom, and how full it is.

pub mod jobs;
pub mod model;
pub mod routes;
pub mod rules;
