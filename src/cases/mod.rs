//! Cases: one matter of one client, from opening to closing, with the people and needs on it.

pub mod counting;
pub mod events;
pub mod model;
pub mod rules;
