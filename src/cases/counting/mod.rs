//! What a figure counts, and which cases stand behind it: one query module for reports, for the list behind a figure
//! and for its export, so that a number always equals the length of its list.

mod cells;
pub mod fragment;
pub mod model;
pub mod rules;

pub use model::{CaseSet, Scope};
pub use rules::{Condition, Counted, Dimension, Measure};
