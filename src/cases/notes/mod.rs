//! Notes: what staff wrote down. Never edited; a later note may correct an earlier one.

pub mod model;
pub mod routes;
pub mod rules;
