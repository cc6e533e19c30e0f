//! How long things may take, by priority.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use diesel::deserialize::{FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::referrals::Priority;
use crate::referrals::clocks::rules::SpanUnit;
use crate::schema::referral_clocks;

/// A length of time, counted on opening hours. In the database `3 working_days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// How many.
    #[schema(minimum = 0, maximum = 999, example = 3)]
    pub amount: i16,
    /// Of what.
    #[schema(example = "working_days")]
    pub unit: SpanUnit,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit)
    }
}

impl FromStr for Span {
    type Err = String;
    fn from_str(text: &str) -> Result<Span, String> {
        let (amount, unit) = text.split_once(' ').ok_or("not a span")?;
        Ok(Span { amount: amount.parse().map_err(|_| "not an amount")?, unit: unit.parse()? })
    }
}

impl ToSql<Text, Pg> for Span {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {
        std::io::Write::write_fmt(out, format_args!("{self}"))?;
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Pg> for Span {
    fn from_sql(bytes: PgValue<'_>) -> diesel::deserialize::Result<Span> {
        Ok(std::str::from_utf8(bytes.as_bytes())?.parse()?)
    }
}

/// How long each step of a referral of one priority may take.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = referral_clocks)]
pub struct ClockSettings {
    /// Of which priority. An emergency is counted day and night; the others on the partner's hours and holidays.
    pub priority: Priority,
    /// From sending until somebody at the partner has seen it.
    pub acknowledge_within: Span,
    /// From sending until it is accepted or declined.
    pub decide_within: Span,
    /// From accepting until the client is reached.
    pub contact_within: Span,
    /// At which percent of the time to acknowledge the partner is reminded.
    pub remind_acknowledge_at: Vec<i16>,
    /// At which percent of the time to decide the partner is reminded.
    pub remind_decide_at: Vec<i16>,
    /// How long after a due moment the case worker is told.
    pub tell_worker_after: Span,
    /// How long after a due moment the managers are told: of every decision, and of an emergency that nobody saw.
    pub tell_manager_after: Span,
    /// From sending until it expires without a decision; null for never.
    pub expire_after: Option<Span>,
    /// Counts edits.
    pub version: i32,
    /// Last edit.
    pub updated_at: DateTime<Utc>,
}

/// A checked edit of the clocks of a priority.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = referral_clocks)]
#[allow(missing_docs)]
pub struct ClockChanges {
    pub acknowledge_within: Option<Span>,
    pub decide_within: Option<Span>,
    pub contact_within: Option<Span>,
    pub remind_acknowledge_at: Option<Vec<i16>>,
    pub remind_decide_at: Option<Vec<i16>>,
    pub tell_worker_after: Option<Span>,
    pub tell_manager_after: Option<Span>,
    pub expire_after: Option<Option<Span>>,
}

impl ClockSettings {
    /// Those of one priority.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, priority: Priority) -> Result<ClockSettings, Error> {
        Ok(referral_clocks::table.find(priority).select(ClockSettings::as_select()).first(conn).await?)
    }

    /// Those of one priority, locked for an edit.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lock(tx: &mut Conn, priority: Priority) -> Result<ClockSettings, Error> {
        let found = referral_clocks::table.find(priority).for_update();
        Ok(found.select(ClockSettings::as_select()).first(tx).await?)
    }

    /// Of every priority, the most pressing first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(conn: &mut Conn) -> Result<Vec<ClockSettings>, Error> {
        let mut all: Vec<ClockSettings> =
            referral_clocks::table.select(ClockSettings::as_select()).load(conn).await?;
        all.sort_by_key(|settings| settings.priority);
        Ok(all)
    }

    /// Edits them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(
        &self,
        tx: &mut Conn,
        changes: &ClockChanges,
        now: DateTime<Utc>,
    ) -> Result<ClockSettings, Error> {
        Ok(diesel::update(referral_clocks::table.find(self.priority))
            .set((
                changes,
                referral_clocks::version.eq(self.version + 1),
                referral_clocks::updated_at.eq(now),
            ))
            .returning(ClockSettings::as_returning())
            .get_result(tx)
            .await?)
    }
}
