//! Migrants’ and hometown associations: they can be clients and have members, and are never counted as persons.

pub mod model;
pub mod routes;
pub mod rules;
