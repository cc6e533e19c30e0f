//! A sealed case whose last grant ran out: nobody sees it, so nobody can name anybody. Two persons of its office let
//! somebody in: one asks by the case's number, another grants.

pub mod model;
pub mod routes;
pub mod rules;
