//! Who might this be? Asked before a record is made; a person decides, nothing merges by itself.

pub mod model;
pub mod routes;
pub mod rules;

pub use model::MigrantMatch;
pub use rules::Description;
