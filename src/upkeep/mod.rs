//! Looking after the service itself: background work that failed, and trying it again.

pub mod model;
pub mod routes;
