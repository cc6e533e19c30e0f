//! Cases: one matter of one client, from opening to closing, with the people and needs on it.

pub mod access;
pub mod acts;
pub mod assistance;
pub mod bodies;
pub mod changes;
pub mod closing;
pub mod counting;
pub mod emergency;
pub mod events;
pub mod filter;
pub mod model;
pub mod moves;
pub mod needs;
pub mod notes;
pub mod opening;
pub mod routes;
pub mod rules;
pub mod tasks;
pub mod view;
