//! Referrals: one need of a case sent to one service of one agency, every move as a dated fact, and the answer.
//!
//! The story: a desk prepares a draft, previews what would be disclosed, sends it under a live consent; from then on
//! the facts are frozen. The agency answers in its inbox, by the link in its mail ([`answering`]), or on the phone and staff
//! writes it down. Rules are in [`rules`], what clients may say in [`commands`], consequences of a move in [`moves`], what
//! happens by itself when no answer comes in [`clocks`].

pub mod answering;
pub mod appointment;
pub mod bulk_answers;
pub mod calls;
pub mod clocks;
pub mod closing;
pub mod commands;
pub mod counting;
pub mod disclosure;
pub mod drafting;
pub mod follow_ups;
pub mod inbox;
pub mod lists;
pub mod messages;
pub mod model;
pub mod moves;
pub mod moving;
pub mod re_referral;
pub mod refusals;
pub mod restricted;
pub mod routes;
pub mod rules;
pub mod suggestions;
pub mod undelivered;
pub mod views;
pub mod visibility;
pub mod withdrawal;

/// How soon an answer is needed: the case's own word.
pub use crate::cases::rules::Priority;
