//! Figures of referrals: what a cohort came to. One query module for the report, the scorecard and the list behind
//! each number, so that a number always equals the length of its list.

pub mod model;
pub mod rules;

pub use model::{ReferralScope, ReferralSet};
pub use rules::{Cohort, ReferralDimension, ReferralMeasure};
