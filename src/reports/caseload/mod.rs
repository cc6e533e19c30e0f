//! Cases carried over, new, reopened, closed and open, over any period and breakdown.

pub mod model;
pub mod routes;
pub mod rules;
pub mod tables;
