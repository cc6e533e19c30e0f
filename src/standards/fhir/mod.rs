//! Referrals as FHIR R4: what is asked for is a `ServiceRequest`, what the agency does about it a `Task`.

pub mod model;
pub mod outcome;
pub mod routes;
pub mod rules;
pub mod views;
