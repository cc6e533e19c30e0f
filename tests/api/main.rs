//! The API as its clients see it: the real server, a database per test, clients by role.

#[allow(dead_code)]
mod support;

#[path = "../support/smtp.rs"]
mod smtp;

mod agencies;
mod answers;
mod associations;
mod audit;
mod authorization;
mod both_sides;
mod bounces;
mod case_access;
mod case_moves;
mod case_work;
mod cases;
mod clocks;
mod confirming;
mod contract;
mod delivery;
mod demo;
mod digest;
mod directory;
mod fhir;
mod hsds;
mod import;
mod journey;
mod migrants;
mod migrants_found;
mod migrants_parts;
mod migrants_together;
mod month;
mod need_parts;
mod offices;
mod queries;
mod reference;
mod referral_figures;
mod referral_walk;
mod referrals;
mod refusals;
mod reports;
mod scenes;
mod schemas;
mod staff;
mod suggestions;
mod upkeep;
mod webhooks;
