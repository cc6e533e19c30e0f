//! Words and places the whole desk shares: code lists, countries, languages, territories.
//!
//! Records store codes, never labels or names: a label can be corrected and a report still means the same. The files
//! travel in the binary and [`load::load`] brings them into the database, at every start, at next to no cost when
//! nothing changed. An administrator may relabel, add and retire codes; a release never undoes that.

pub mod choices;
pub mod load;
pub mod model;
pub mod routes;
pub mod rules;
pub mod search_key;
pub mod territories;
