//! Services in from a table: known by their agency and their name.

pub mod import;
pub mod rules;
