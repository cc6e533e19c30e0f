//! Letters and the post: how a mail is laid out, and how it leaves.
//!
//! A [`Letter`] is made of [`Paragraphs`], so that every mail is texts and fields and none is a layout of its own. The
//! [`Mailer`] hands one letter to one server once and tells what became of it; trying again is for the job
//! queue. What other servers say later comes back as a [`Report`], into a [`Maildir`] or to the door of [`receive`].

mod door;
mod letter;
mod maildir;
mod post;
mod reply;
mod report;

pub use door::{Clerk, Limits, open as open_door, receive};
pub use letter::{Letter, Paragraphs};
pub use maildir::Maildir;
pub use post::{MailSettings, Mailer, Sent, Tls};
pub use report::{Fate, LARGEST as LARGEST_REPORT, Report};
