//! Cases: one matter of one client, from opening to closing.

pub mod counting;
