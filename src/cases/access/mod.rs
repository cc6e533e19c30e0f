//! Access beyond the office's scope: sealed cases, and grants to one case that are named, reasoned and expire.

pub mod jobs;
pub mod lapsed;
pub mod model;
pub mod opening;
pub mod routes;
pub mod rules;
