//! The persons concerned: search before create, registration with gaps, their file and what hangs on it.

pub mod acts;
pub mod consents;
pub mod contact_points;
pub mod ending;
pub mod history;
pub mod identity_documents;
pub mod intake;
pub mod likely;
pub mod mobility;
pub mod model;
pub mod names;
pub mod reading;
pub mod relations;
pub mod routes;
pub mod rules;
pub mod search;
pub mod specific_needs;
pub mod view;

pub use consents::model::Consent;
pub use intake::register;
pub use model::Migrant;
