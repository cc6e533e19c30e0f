//! Cases: one matter of one client, from opening to closing, with the people and needs on it.

pub mod access;
pub mod acts;
pub mod assignment;
pub mod assistance;
pub mod checks;
pub mod closing;
pub mod counting;
pub mod edits;
pub mod emergency;
pub mod events;
pub mod filter;
pub mod model;
pub mod needs;
pub mod notes;
pub mod opening;
pub mod people;
pub mod routes;
pub mod rules;
pub mod tasks;
pub mod view;
pub mod visibility;
