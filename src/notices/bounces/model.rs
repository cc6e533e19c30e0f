//! How many mails came back, by day and what was made of them.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::BounceOutcome;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::bounce_tallies;

/// A day's count.
#[derive(Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = bounce_tallies)]
pub struct BounceTally {
    /// The day, UTC.
    pub counted_on: NaiveDate,
    /// What was made of them.
    pub outcome: BounceOutcome,
    /// How many mails.
    pub mails: i32,
}

impl BounceTally {
    /// Counts one mail.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count(tx: &mut Conn, outcome: BounceOutcome, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::insert_into(bounce_tallies::table)
            .values((
                bounce_tallies::counted_on.eq(now.date_naive()),
                bounce_tallies::outcome.eq(outcome),
                bounce_tallies::mails.eq(1),
            ))
            .on_conflict((bounce_tallies::counted_on, bounce_tallies::outcome))
            .do_update()
            .set(bounce_tallies::mails.eq(bounce_tallies::mails + 1))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// All counts from a day on, the newest day first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn since(conn: &mut Conn, day: NaiveDate) -> Result<Vec<BounceTally>, Error> {
        Ok(bounce_tallies::table
            .filter(bounce_tallies::counted_on.ge(day))
            .order((bounce_tallies::counted_on.desc(), bounce_tallies::outcome))
            .select(BounceTally::as_select())
            .load(conn)
            .await?)
    }
}
