//! What the whole world may see of an agency in the open directory: nothing, until somebody says so.

pub mod model;
pub mod routes;
pub mod rules;
