//! Asking an agency: a link, a mail that carries it, and a line in the trail.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::model::{new_link, note_asked};
use crate::audit::Event;
use crate::ids::AgencyId;
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// Promises the mail that asks whether the entry is still true, and gives the event that tells of it.
///
/// # Errors
/// Those of the database.
pub async fn ask(
    tx: &mut Conn,
    agency: AgencyId,
    confirmed_on: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Event, Error> {
    note_asked(tx, agency, now).await?;
    let link = new_link(tx, agency, now).await?;
    let fields = json!({ "confirmation": link, "confirmed_on": confirmed_on });
    NewNotice::to_agency(NoticeKind::DirectoryToConfirm, agency).fields(fields).send(tx, now).await?;
    Ok(Event::new("agency.asked_to_confirm").about("agency", agency))
}
