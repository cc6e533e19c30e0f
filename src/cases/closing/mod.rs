//! How a case ends, resumes, or turns out never to have been one.

mod close;
pub mod model;
pub mod routes;
pub mod rules;

pub use close::close;
