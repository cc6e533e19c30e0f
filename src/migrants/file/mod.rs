//! What hangs on a file: contact points, identity documents, mobility, specific needs.

pub mod model;
pub mod rules;
