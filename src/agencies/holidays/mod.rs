//! Days a partner is closed: clocks do not run on them.

pub mod model;
pub mod routes;
