//! Partner agencies that receive referrals, the people to phone there, and what each offers where.
//!
//! The directory is kept true: agencies are asked ([`confirmation`]), refusals are heard ([`services`]), agencies entered
//! twice are made one ([`duplicates`]), and all of it goes out and comes in as a table ([`exchange`]).
//! What the whole world may see of it is decided agency by agency ([`publication`]).

pub mod confirmation;
pub mod digest;
pub mod duplicates;
pub mod exchange;
pub mod holidays;
pub mod model;
pub mod publication;
pub mod routes;
pub mod rules;
pub mod services;
pub mod tasks;
pub mod views;
