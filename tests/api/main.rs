//! The API as its clients see it: the real server, a database per test, clients by role.

#[allow(dead_code)]
mod support;

#[path = "../support/smtp.rs"]
mod smtp;

mod agencies;
mod associations;
mod audit;
mod authorization;
mod delivery;
mod demo;
mod import;
mod journey;
mod offices;
mod reference;
mod referral_figures;
mod referral_walk;
mod referrals;
mod reports;
mod staff;
mod upkeep;
