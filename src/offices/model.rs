//! Rows and queries of offices, their holidays, and the numbers they give.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::hours::OpenHours;
use super::rules::{DayHours, Holiday, OfficeKind};
use crate::ids::OfficeId;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint, field};
use crate::problems;
use crate::schema::{number_counters, office_holidays, offices};

/// An office.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = offices)]
pub struct Office {
    /// Its id.
    pub id: OfficeId,
    /// Three capital letters; begins every number it gives.
    #[schema(example = "PIC")]
    pub code: String,
    /// The name on the door.
    pub name: String,
    /// What kind of desk.
    pub kind: OfficeKind,
    /// The fixed office a mobile unit belongs to.
    pub parent_id: Option<OfficeId>,
    /// IANA zone.
    pub time_zone: String,
    /// ISO 639-3 codes spoken there.
    pub languages: Vec<String>,
    /// en, es, fr or fil.
    pub interface_language: String,
    /// ISO 4217.
    pub currency: String,
    /// Where it stands.
    pub territory: String,
    /// One line for people.
    pub address: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Public mailbox.
    pub email: Option<String>,
    /// Weekly hours.
    #[schema(value_type = Vec<super::rules::DayHours>)]
    pub hours: Value,
    /// Narrows its case workers to the cases they own.
    pub own_cases_only: bool,
    /// The day it ceased to take cases.
    pub closed_on: Option<NaiveDate>,
    /// Counts edits.
    pub version: i32,
    /// Last edit.
    pub updated_at: DateTime<Utc>,
}

/// A checked new office.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = offices)]
#[allow(missing_docs)]
pub struct NewOffice {
    pub id: OfficeId,
    pub code: String,
    pub name: String,
    pub kind: OfficeKind,
    pub parent_id: Option<OfficeId>,
    pub time_zone: String,
    pub languages: Vec<String>,
    pub interface_language: String,
    pub currency: String,
    pub territory: String,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub hours: Value,
    pub own_cases_only: bool,
}

/// A checked edit of an office.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = offices)]
#[allow(missing_docs)]
pub struct OfficeChanges {
    pub name: Option<String>,
    pub time_zone: Option<String>,
    pub languages: Option<Vec<String>>,
    pub interface_language: Option<String>,
    pub address: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub hours: Option<Value>,
    pub own_cases_only: Option<bool>,
    pub closed_on: Option<Option<NaiveDate>>,
}

impl NewOffice {
    /// Writes it down.
    ///
    /// # Errors
    /// Fields the database refuses: a code or place that is taken or unknown.
    pub async fn insert(&self, tx: &mut Conn) -> Result<Office, Error> {
        diesel::insert_into(offices::table)
            .values(self)
            .returning(Office::as_returning())
            .get_result(tx)
            .await
            .on_constraint("offices_code_key", || {
                field("code", "already_used", "Another office has this code.")
            })
            .on_constraint("offices_territory_fkey", || field("territory", "unknown_code", "No such place."))
            .on_constraint("offices_parent_id_fkey", || field("parent_id", "unknown", "No such office."))
            .on_constraint("offices_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

impl Office {
    /// One office. Offices are no secret to anybody who signs in.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, id: OfficeId) -> Result<Office, Error> {
        Ok(offices::table.find(id).select(Office::as_select()).first(conn).await?)
    }

    /// The office of a code, if there is one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn find_by_code(conn: &mut Conn, code: &str) -> Result<Option<Office>, Error> {
        let query = offices::table.filter(offices::code.eq(code)).select(Office::as_select());
        Ok(query.first(conn).await.optional()?)
    }

    /// One office, locked for an edit.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, id: OfficeId) -> Result<Office, Error> {
        Ok(offices::table.find(id).for_update().select(Office::as_select()).first(tx).await?)
    }

    /// Those of `ids`, by code.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn among(conn: &mut Conn, ids: &[OfficeId]) -> Result<Vec<Office>, Error> {
        let among = offices::table.filter(offices::id.eq_any(ids)).order(offices::code);
        Ok(among.select(Office::as_select()).load(conn).await?)
    }

    /// Every office, by code. A network has some hundreds at most, so the list is not paged.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(conn: &mut Conn) -> Result<Vec<Office>, Error> {
        Ok(offices::table.order(offices::code).select(Office::as_select()).load(conn).await?)
    }

    /// Edits it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(
        &self,
        tx: &mut Conn,
        changes: &OfficeChanges,
        now: DateTime<Utc>,
    ) -> Result<Office, Error> {
        Ok(diesel::update(offices::table.find(self.id))
            .set((changes, offices::version.eq(self.version + 1), offices::updated_at.eq(now)))
            .returning(Office::as_returning())
            .get_result(tx)
            .await?)
    }

    /// Its zone; UTC when the name is no longer known.
    pub fn tz(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }

    /// The day it is there at `now`.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.tz()).date_naive()
    }

    /// Refuses when it takes no new records at `now`.
    ///
    /// # Errors
    /// `office_closed`
    pub fn require_open(&self, now: DateTime<Utc>) -> Result<(), Error> {
        match self.closed_on {
            Some(day) if day <= self.today(now) => Err((&problems::OFFICE_CLOSED).into()),
            _ => Ok(()),
        }
    }

    /// The next number of a series: empty prefix for cases (`PIC-2026-000412`), `M`, `R`, `A` for the others.
    /// The year is the office's at `now`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_number(
        &self,
        tx: &mut Conn,
        prefix: &str,
        now: DateTime<Utc>,
    ) -> Result<String, Error> {
        let series = if prefix.is_empty() { self.code.clone() } else { format!("{prefix}-{}", self.code) };
        let year = self.today(now).year();
        let last: i32 = diesel::insert_into(number_counters::table)
            .values((
                number_counters::series.eq(&series),
                number_counters::year.eq(year),
                number_counters::last.eq(1),
            ))
            .on_conflict((number_counters::series, number_counters::year))
            .do_update()
            .set(number_counters::last.eq(number_counters::last + 1))
            .returning(number_counters::last)
            .get_result(tx)
            .await?;
        Ok(format!("{series}-{year}-{last:06}"))
    }

    /// Days it is closed, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn holidays(&self, conn: &mut Conn) -> Result<Vec<Holiday>, Error> {
        let days: Vec<(NaiveDate, String)> = office_holidays::table
            .filter(office_holidays::office_id.eq(self.id))
            .order(office_holidays::day_on)
            .select((office_holidays::day_on, office_holidays::name))
            .load(conn)
            .await?;
        Ok(days.into_iter().map(|(day_on, name)| Holiday { day_on, name }).collect())
    }

    /// When it is there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open_hours(&self, conn: &mut Conn) -> Result<OpenHours, Error> {
        let hours: Vec<DayHours> = Vec::deserialize(&self.hours).unwrap_or_default();
        let closed = self.holidays(conn).await?.into_iter().map(|holiday| holiday.day_on);
        Ok(OpenHours::new(self.tz(), &hours, closed))
    }

    /// Replaces the days it is closed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_holidays(&self, tx: &mut Conn, days: &[Holiday]) -> Result<(), Error> {
        diesel::delete(office_holidays::table.filter(office_holidays::office_id.eq(self.id)))
            .execute(tx)
            .await?;
        let rows: Vec<_> = days
            .iter()
            .map(|day| {
                (
                    office_holidays::office_id.eq(self.id),
                    office_holidays::day_on.eq(day.day_on),
                    office_holidays::name.eq(&day.name),
                )
            })
            .collect();
        diesel::insert_into(office_holidays::table).values(&rows).execute(tx).await?;
        Ok(())
    }
}
