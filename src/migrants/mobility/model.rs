//! Rows and queries of mobility categories. The caller has found the file as the actor.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::Span;
use crate::ids::{MigrantId, MobilityPeriodId, StaffId};
use crate::migrants::ending::Ends;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::schema::mobility_periods;

/// A mobility category and the days it holds.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = mobility_periods)]
pub struct MobilityPeriod {
    /// Its id.
    pub id: MobilityPeriodId,
    /// A code of list mobility.
    #[schema(example = "TRA")]
    pub category: String,
    /// Country of work or of stay.
    #[schema(example = "KW")]
    pub country: Option<String>,
    /// First day.
    pub from_on: NaiveDate,
    /// First day it no longer holds.
    pub until_on: Option<NaiveDate>,
    /// When it reached the server.
    pub recorded_at: DateTime<Utc>,
    /// Who wrote it down.
    pub recorded_by: Option<StaffId>,
}

/// A checked new mobility category.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = mobility_periods)]
#[allow(missing_docs)]
pub struct NewMobilityPeriod {
    pub id: MobilityPeriodId,
    pub migrant_id: MigrantId,
    pub category: String,
    pub country: Option<String>,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    pub recorded_by: Option<StaffId>,
}

/// A checked correction of a mobility category.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = mobility_periods)]
#[allow(missing_docs)]
pub struct MobilityChanges {
    pub category: Option<String>,
    pub country: Option<Option<String>>,
    pub from_on: Option<NaiveDate>,
    pub until_on: Option<Option<NaiveDate>>,
}

impl NewMobilityPeriod {
    /// Writes it down.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn insert(&self, tx: &mut Conn) -> Result<MobilityPeriod, Error> {
        diesel::insert_into(mobility_periods::table)
            .values(self)
            .returning(MobilityPeriod::as_returning())
            .get_result(tx)
            .await
            .on_constraint("mobility_periods_pkey", || (&problems::ID_ALREADY_USED).into())
    }

    /// The days it holds.
    pub fn span(&self) -> Span {
        let NewMobilityPeriod { id, category, from_on, until_on, .. } = self.clone();
        Span { id, category, from_on, until_on }
    }
}

impl MobilityPeriod {
    /// All of a person, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, migrant: MigrantId) -> Result<Vec<MobilityPeriod>, Error> {
        Ok(mobility_periods::table
            .filter(mobility_periods::migrant_id.eq(migrant))
            .order((mobility_periods::from_on.desc(), mobility_periods::id.desc()))
            .select(MobilityPeriod::as_select())
            .load(conn)
            .await?)
    }

    /// The days each of a person’s holds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn spans(conn: &mut Conn, migrant: MigrantId) -> Result<Vec<Span>, Error> {
        Ok(MobilityPeriod::of(conn, migrant).await?.iter().map(MobilityPeriod::span).collect())
    }

    /// The days it holds.
    pub fn span(&self) -> Span {
        let MobilityPeriod { id, category, from_on, until_on, .. } = self.clone();
        Span { id, category, from_on, until_on }
    }

    /// Writes what is right over what was wrong.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn correct(&self, tx: &mut Conn, changes: &MobilityChanges) -> Result<MobilityPeriod, Error> {
        // A statement without a column to set is none.
        let from_on = Some(changes.from_on.unwrap_or(self.from_on));
        let changes = MobilityChanges { from_on, ..changes.clone() };
        let row = diesel::update(mobility_periods::table.find(self.id)).set(changes);
        Ok(row.returning(MobilityPeriod::as_returning()).get_result(tx).await?)
    }
}

impl Ends for MobilityPeriod {
    type Id = MobilityPeriodId;
    const ENDED: &'static str = "mobility.ended";

    async fn find(conn: &mut Conn, of: MigrantId, id: MobilityPeriodId) -> Result<MobilityPeriod, Error> {
        let one = mobility_periods::table.find(id).filter(mobility_periods::migrant_id.eq(of));
        Ok(one.select(MobilityPeriod::as_select()).first(conn).await?)
    }

    fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        (Some(self.from_on), self.until_on)
    }

    async fn end(&self, tx: &mut Conn, on: NaiveDate) -> Result<MobilityPeriod, Error> {
        let row =
            diesel::update(mobility_periods::table.find(self.id)).set(mobility_periods::until_on.eq(on));
        Ok(row.returning(MobilityPeriod::as_returning()).get_result(tx).await?)
    }
}
