//! The desks: fixed offices, mobile units and online desks, their hours, holidays and running numbers.

pub mod hours;
pub mod model;
pub mod routes;
pub mod rules;
