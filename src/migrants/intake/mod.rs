//! Registering a person, the same for everybody who brings one: checked whole, written whole, left in the trail.

pub mod model;
pub mod rules;

pub use model::register;
