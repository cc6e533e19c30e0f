//! Figures over what one may see: read-only, each with its definition, its list and the moment it was true.

pub mod model;
pub mod routes;
pub mod rules;
pub mod tables;
pub mod wording;
