//! Who asks, and what they may do. [`Actor`] comes with every request; [`permission`] is the one table.

mod actor;
pub mod permission;
pub mod session;

pub use actor::Actor;
pub use permission::{Permission, Role};
