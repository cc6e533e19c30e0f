//! Taking over the spreadsheet a desk already has: one row, one case. A map says which column is which field; what the
//! API would refuse is refused here too, by the same rules, and told with its line and column.

mod map;
mod model;
mod plan;
mod report;
mod row;
mod rules;
mod run;
mod seen;
mod sheet;

pub use report::Counts;
pub use run::{Order, cases};
