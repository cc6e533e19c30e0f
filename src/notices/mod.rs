//! Mail: what is told to whom, in which words, and whether it arrived.
//!
//! A notice is a row written in the transaction of the act that causes it, with the job that sends it. Its fields are
//! numbers, codes and moments; the words are made from [`letters`] when it is sent.

pub mod bounces;
pub mod delivery;
pub mod digest;
pub mod jobs;
pub mod letters;
pub mod links;
pub mod model;
pub mod routes;
pub mod rules;
pub mod standing;
pub mod wording;

pub use model::{NewNotice, NoticeKind};
