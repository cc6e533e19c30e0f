//! Rows of agencies' holidays.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::agencies::model::Agency;
use crate::offices::rules::Holiday;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::agency_holidays;

impl Agency {
    /// Days it is closed, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn holidays(&self, conn: &mut Conn) -> Result<Vec<Holiday>, Error> {
        let days: Vec<(NaiveDate, String)> = agency_holidays::table
            .filter(agency_holidays::agency_id.eq(self.id))
            .order(agency_holidays::day_on)
            .select((agency_holidays::day_on, agency_holidays::name))
            .load(conn)
            .await?;
        Ok(days.into_iter().map(|(day_on, name)| Holiday { day_on, name }).collect())
    }

    /// Replaces the days it is closed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_holidays(&self, tx: &mut Conn, days: &[Holiday]) -> Result<(), Error> {
        let present = agency_holidays::table.filter(agency_holidays::agency_id.eq(self.id));
        diesel::delete(present).execute(tx).await?;
        let rows: Vec<_> = days
            .iter()
            .map(|day| {
                (
                    agency_holidays::agency_id.eq(self.id),
                    agency_holidays::day_on.eq(day.day_on),
                    agency_holidays::name.eq(&day.name),
                )
            })
            .collect();
        diesel::insert_into(agency_holidays::table).values(&rows).execute(tx).await?;
        Ok(())
    }
}
