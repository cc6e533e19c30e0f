//! Tasks: something to do by a day, with an owner.

pub mod model;
pub mod routes;
pub mod rules;

pub use model::{NewTask, create};
