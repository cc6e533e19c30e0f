//! Letters and the post: how a mail is laid out, and how it leaves.
//!
//! A [`Letter`] is made of [`Paragraphs`], so that every mail is texts and fields and none is a layout of its own. The
//! [`Mailer`] hands one letter to one server once and tells what became of it; trying again is for the job queue.

mod letter;
mod post;
mod reply;

pub use letter::{Letter, Paragraphs};
pub use post::{MailSettings, Mailer, Sent, Tls};
