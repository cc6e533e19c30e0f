//! Partner agencies that receive referrals, the people to phone there, and what each offers where.

pub mod holidays;
pub mod digest;
pub mod model;
pub mod routes;
pub mod rules;
pub mod services;
