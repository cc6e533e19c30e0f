//! How far a notice got, written down for it and for what was gathered in it, and who has to learn of it.

pub mod jobs;
pub mod model;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::model::{Notice, NoticeState};
use crate::ids::NoticeId;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::jobs as work;

/// The name of the work that follows when an agency's notice will not arrive. Its code stands with the referrals,
/// which know whom to tell: `referrals::undelivered`.
pub const FOLLOW_UNDELIVERED: &str = "FollowUndelivered";

/// What that work is given.
#[derive(Debug, Serialize, Deserialize)]
pub struct Undelivered {
    /// The notice that will not arrive.
    pub notice: NoticeId,
}

/// Writes down what one try to hand a notice over came to; [`NoticeState::Dropped`] when there was nobody to send it to.
///
/// # Errors
/// Those of the database.
pub async fn tried(
    tx: &mut Conn,
    notice: &Notice,
    state: NoticeState,
    reply: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    notice.set_state(tx, state, reply, now).await?;
    follow(tx, notice, state, now).await
}

/// Writes down that a notice came back, or is said to be late, after a server had taken it.
///
/// # Errors
/// Those of the database.
pub async fn came_back(
    tx: &mut Conn,
    notice: &Notice,
    state: NoticeState,
    words: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    notice.return_to(tx, state, words).await?;
    follow(tx, notice, state, now).await
}

/// Promises that the desk is told: for each referral of the mail, or for the mail itself when it names none or several.
async fn follow(tx: &mut Conn, notice: &Notice, state: NoticeState, now: DateTime<Utc>) -> Result<(), Error> {
    if !state.is_undelivered() || notice.to_agency_id.is_none() {
        return Ok(());
    }
    let mut about = notice.with_gathered(tx).await?;
    if about.is_empty() {
        about.push(notice.id);
    }
    for notice in about {
        work::enqueue_named(tx, FOLLOW_UNDELIVERED, &Undelivered { notice }, now).await?;
    }
    Ok(())
}
