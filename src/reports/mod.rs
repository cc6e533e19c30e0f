//! Figures over what one may see: read-only, each with its definition, its list and the moment it was true.

pub mod caseload;
pub mod format;
pub mod names;
pub mod period;
pub mod referrals;
pub mod tables;
pub mod wording;
