//! Assistance: a service the desk itself gave, on a day, to some people. Counted apart from cases and persons.

pub mod model;
pub mod routes;
pub mod rules;
