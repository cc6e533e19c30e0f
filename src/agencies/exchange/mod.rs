//! The directory as a table: out for a spreadsheet, and agencies and services in from one.

pub mod columns;
pub mod import;
pub mod routes;
pub mod rules;
pub mod services;
