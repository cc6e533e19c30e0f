//! The end of what hangs on a file: a phone, a paper, a category, a need, a relation.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::acts::{self, Act};
use super::model::Migrant;
use crate::auth::{Actor, Permission};
use crate::ids::MigrantId;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, field};
use crate::platform::http::Body;
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The end of a part of a file.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndPart {
    /// First day it no longer holds; today when absent. Not in the future: what will end has not ended.
    #[schema(example = "2026-11-01")]
    pub on: Option<NaiveDate>,
}

impl EndPart {
    /// The day to write down; none when just this was written down before.
    ///
    /// # Errors
    /// `part_already_ended` on another day, or a day that cannot be.
    pub(super) fn day(
        self,
        (from, until): (Option<NaiveDate>, Option<NaiveDate>),
        today: NaiveDate,
    ) -> Result<Option<NaiveDate>, Error> {
        let day = self.on.unwrap_or(today);
        match until {
            Some(known) if known == day => Ok(None),
            // An end that was foreseen for later may still come sooner.
            Some(known) if known <= today => Err((&problems::PART_ALREADY_ENDED).into()),
            _ if day > today => Err(field("on", "in_future", "Must not lie in the future.")),
            _ if from.is_some_and(|from| day < from) => {
                Err(field("on", "before_start", "Must not lie before its beginning."))
            }
            _ => Ok(Some(day)),
        }
    }
}

/// A part of a file that can end.
pub(super) trait Ends: Serialize + Sized {
    /// Its typed id.
    type Id: Copy + Into<Uuid>;
    /// What the history calls its end, such as `contact_point.ended`.
    const ENDED: &'static str;
    /// One of a person.
    async fn find(conn: &mut Conn, of: MigrantId, id: Self::Id) -> Result<Self, Error>;
    /// Its first day, where it has one, and the first day it no longer holds.
    fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>);
    /// Sets the first day it no longer holds.
    async fn end(&self, tx: &mut Conn, on: NaiveDate) -> Result<Self, Error>;
    /// Refuses to one who may not know what it is.
    async fn require_known(&self, _: &mut Conn, _: &Actor, _: MigrantId) -> Result<(), Error> {
        Ok(())
    }
}

/// Ends a part of a file; gives the file as it is then, and the part.
///
/// # Errors
/// `not_found`, `file_not_in_use`, `part_already_ended`, or a day that cannot be.
pub(super) async fn end<P: Ends>(
    app: &App,
    actor: &Actor,
    (id, part_id): (MigrantId, P::Id),
    body: Body<EndPart>,
) -> Result<(Migrant, P), Error> {
    actor.require(Permission::EditMigrants)?;
    let (body, asked) = body.into_parts();
    let now = app.now();
    app.db
        .write(actor, async |tx| {
            let mut migrant = Migrant::lock(tx, actor, id).await?;
            let before = P::find(tx, migrant.id, part_id).await?;
            before.require_known(tx, actor, migrant.id).await?;
            let receipt = receipts::claim(tx, actor.staff.0, P::ENDED, &asked, None, part_id.into()).await?;
            let setting = acts::setting(tx, actor, &migrant, now).await?;
            let day = if receipt == Receipt::First { body.day(before.days(), setting.today)? } else { None };
            let Some(day) = day else { return Ok((migrant, before)) };
            let part = before.end(tx, day).await?;
            Act::new(P::ENDED)
                .on(part_id)
                .changed(&before, &part)
                .record(tx, actor, &mut migrant, now)
                .await?;
            Ok((migrant, part))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_day_that_has_come_and_is_written_down_once() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let end = |on: &str, from: Option<&str>, until: Option<&str>| {
            EndPart { on: Some(day(on)) }.day((from.map(day), until.map(day)), day("2026-11-24")).ok()
        };
        assert_eq!(end("2026-11-24", None, None), Some(Some(day("2026-11-24"))));
        assert_eq!(end("2026-11-25", None, None), None, "in the future");
        assert_eq!(end("2026-11-01", Some("2026-11-02"), None), None, "before it began");
        assert_eq!(end("2026-11-02", Some("2026-11-02"), None), Some(Some(day("2026-11-02"))));
        assert_eq!(end("2026-11-02", None, Some("2026-11-02")), Some(None), "said again");
        assert_eq!(end("2026-11-03", None, Some("2026-11-02")), None, "said otherwise");
        assert_eq!(end("2026-11-03", None, Some("2027-01-01")), Some(Some(day("2026-11-03"))), "sooner");
    }
}
