//! Official places of the countries where desks work, searched by name and counted by lineage.

pub mod model;
