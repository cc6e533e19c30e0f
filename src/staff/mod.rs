//! Accounts: invitation, sign-in, passwords, roles and offices.

pub mod model;
pub mod passwords;
pub mod routes;
pub mod rules;
pub mod sign_in;
