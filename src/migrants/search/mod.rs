//! Finding a file by name however spelt, number, phone or document.

pub mod model;
pub mod routes;
pub mod rules;
