//! Needs: what is wanted, whether or not anybody can meet it, and what came of it.

pub mod model;
pub mod routes;
pub mod rules;
