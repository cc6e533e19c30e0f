//! Referrals: one need of a case sent to one service of one agency, every move as a dated fact, and the answer.
//!
//! The story: a desk prepares a draft, previews what would be disclosed, sends it under a live consent; from then on
//! the facts are frozen. The agency answers in its inbox, or on the phone and staff writes it down. Rules are in
//! [`rules`], what clients may say in [`commands`], consequences of a move in [`moves`].

pub mod commands;
pub mod counting;
pub mod disclosure;
pub mod inbox;
pub mod lists;
pub mod model;
pub mod moves;
pub mod refusals;
pub mod routes;
pub mod rules;
pub mod suggestions;
pub mod views;
pub mod withdrawal;

/// How soon an answer is needed: the case's own word.
pub use crate::cases::rules::Priority;
