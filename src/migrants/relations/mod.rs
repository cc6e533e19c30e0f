//! How two persons belong together.

pub mod model;
pub mod rules;
