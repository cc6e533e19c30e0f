//! The persons concerned: search before create, registration with gaps, their file, relations and consents.

pub mod consents;
pub mod file;
pub mod intake;
pub mod likely;
pub mod matching;
pub mod model;
pub mod names;
pub mod relations;
pub mod routes;
pub mod rules;
pub mod view;

pub use consents::model::Consent;
pub use model::{Migrant, register};
pub use rules::Registration;
