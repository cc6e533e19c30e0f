//! Answering without an account. The mail to the agency carries a link to one referral. The link alone shows that something
//! waits and until when; a one-time code, sent to the same registered mailbox, opens what was disclosed and lets
//! whoever holds both answer, for half an hour at a time. Pages are plain HTML ([`pages`]); a GET changes nothing.

pub mod codes;
pub mod desk;
pub mod facts;
pub mod forms;
pub mod model;
pub mod pages;
pub mod routes;
pub mod rules;
pub mod scenes;
pub mod visitor;
