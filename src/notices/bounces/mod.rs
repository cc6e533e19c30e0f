//! Mail that comes back: reports of other mail servers, read from a mailbox directory and at a door of our own, and
//! what they mean for the notice they are about.
//!
//! A report is believed only as far as it names a notice of ours that is on its way; everything else is counted and
//! changes nothing.

pub mod jobs;
pub mod model;
pub mod routes;
pub mod rules;
