//! The directory in the open: HSDS 3.1, the Human Services Data Specification of Open Referral, to be read by anybody.
//!
//! Only agencies that are published ([`crate::agencies::publication`]), what they offer today, and what of them was named to be
//! shown; never people.

pub mod ids;
pub mod model;
pub mod routes;
pub mod rules;
pub mod views;
