//! The API as its clients see it: the real server, a database per test, clients by role.

#[allow(dead_code)]
mod support;

mod agencies;
mod associations;
mod authorization;
mod demo;
mod journey;
mod offices;
mod reference;
mod referrals;
mod reports;
mod staff;
mod upkeep;
