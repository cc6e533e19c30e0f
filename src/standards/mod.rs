//! What other systems read of this one in the words of open standards: the directory as [`hsds`], referrals as [`fhir`].
//!
//! Nothing is kept here: every answer is made from the records of other features when it is asked for. Which field becomes
//! which is in `docs/STANDARDS.md`.

pub mod fhir;
pub mod hsds;
