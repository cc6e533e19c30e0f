//! What was mailed to whom, and whether it arrived.
//!
//! [`letters`] holds the words of every mail. No mail carries personal data of a migrant: numbers, service categories,
//! deadlines and links only; whoever may know more reads it behind the link.

pub mod letters;
