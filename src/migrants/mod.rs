//! The persons concerned.

pub mod rules;
