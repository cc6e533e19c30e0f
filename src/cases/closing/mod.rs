//! How a case ends, resumes, or turns out never to have been one.

pub mod model;
pub mod routes;
pub mod rules;
