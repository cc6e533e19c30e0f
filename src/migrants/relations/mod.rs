//! How two persons belong together: family and household, read from both sides.

pub mod model;
pub mod routes;
pub mod rules;
