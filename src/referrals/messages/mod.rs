//! Messages between desk and agency about one referral. They stay inside: a mail only says that there is one.

pub mod model;
pub mod routes;
pub mod rules;
