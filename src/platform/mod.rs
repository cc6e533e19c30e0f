//! What would be true of any web service. Knows no feature of the desk.
pub mod mail;
pub mod text;
