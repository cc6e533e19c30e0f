//! What became of the referrals sent in a period, and the scorecard of one agency.

pub mod model;
pub mod routes;
pub mod rules;
pub mod scorecard;
pub mod tables;
