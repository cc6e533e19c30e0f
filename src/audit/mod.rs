//! The append-only record of who saw and did what. Written in the transaction of the act; personal values never go in.

pub mod model;
pub mod routes;

pub use model::Event;
