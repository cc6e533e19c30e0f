//! Asking agencies whether their entry in the directory is still true.

pub mod jobs;
pub mod model;
pub mod rules;
