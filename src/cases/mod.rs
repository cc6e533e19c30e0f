//! Cases: one matter of one client, from opening to closing, with the people and needs on it.

pub mod access;
pub mod acts;
pub mod assistance;
pub mod counting;
pub mod events;
pub mod model;
pub mod needs;
pub mod notes;
pub mod rules;
pub mod tasks;
