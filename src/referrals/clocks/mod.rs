//! Clocks: by when a partner should have answered, and what happens by itself when it has not.
//!
//! A move winds the clocks of the state it leads to: due moments are stored on the referral, and each thing to be done
//! later is armed as a row ([`model::Armed`]). The recurring work in [`jobs`] does what is due, each once. How long
//! things may take is a setting, see [`routes`]; what follows when is in [`rules`].

pub mod jobs;
pub mod model;
pub mod post;
pub mod routes;
pub mod rules;
pub mod winding;
