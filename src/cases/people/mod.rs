//! Who a case concerns: put on it, taken off it; rows stay.

pub mod model;
pub mod routes;
