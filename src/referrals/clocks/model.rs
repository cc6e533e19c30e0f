//! Rows of settings and steps, and the hours they are counted on.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::deserialize::{FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Bool, Text};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::rules::{ReferralStep, SpanUnit, StepOutcome};
use crate::ids::{OfficeId, ReferralId, ServiceId};
use crate::offices::hours::OpenHours;
use crate::offices::model::Office;
use crate::offices::rules::country_of;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::referrals::Priority;
use crate::referrals::model::Referral;
use crate::referrals::rules::ReferralState;
use crate::schema::{agencies, agency_holidays, agency_services, referral_clocks, referral_steps, referrals};

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

#[derive(Queryable)]
struct Partner {
    service_hours: Value,
    agency_hours: Value,
    time_zone: String,
    territory: Option<String>,
}

/// When a service can be reached: its own hours, else its agency's, without the agency's holidays. An agency that has
/// told none ahead of `from` is taken to keep those of the office that refers, if it stands in the same country.
///
/// # Errors
/// Those of the database.
pub async fn partner_hours(
    conn: &mut Conn,
    service: ServiceId,
    office: OfficeId,
    from: DateTime<Utc>,
) -> Result<OpenHours, Error> {
    let partner: Partner = agency_services::table
        .find(service)
        .inner_join(agencies::table)
        .select((agency_services::hours, agencies::hours, agencies::time_zone, agencies::territory))
        .first(conn)
        .await?;
    let zone = partner.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let told = |hours: &Value| Vec::deserialize(hours).unwrap_or_default();
    let mut hours = told(&partner.service_hours);
    if hours.is_empty() {
        hours = told(&partner.agency_hours);
    }
    // The day before, because no zone is further ahead than that.
    let since = from.date_naive() - Days::new(1);
    let mut closed: Vec<NaiveDate> = agency_holidays::table
        .inner_join(agency_services::table.on(agency_services::agency_id.eq(agency_holidays::agency_id)))
        .filter(agency_services::id.eq(service).and(agency_holidays::day_on.ge(since)))
        .select(agency_holidays::day_on)
        .load(conn)
        .await?;
    if closed.is_empty() {
        let office = Office::find(conn, office).await?;
        let abroad = partner.territory.is_some_and(|it| country_of(&it) != country_of(&office.territory));
        if !abroad {
            closed = office.holidays(conn).await?.into_iter().map(|holiday| holiday.day_on).collect();
        }
    }
    Ok(OpenHours::new(zone, &hours, closed))
}

/// Something to be done later.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = referral_steps)]
pub struct Armed {
    /// What.
    pub step: ReferralStep,
    /// For a reminder the percent of its clock; 0 for the others.
    pub point: i16,
    /// Not before this.
    pub due_at: DateTime<Utc>,
}

impl Armed {
    /// A step that is no reminder.
    pub fn new(step: ReferralStep, due_at: DateTime<Utc>) -> Armed {
        Armed { step, point: 0, due_at }
    }
}

/// A step of a referral, done or not.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = referral_steps)]
pub struct StepView {
    /// What the service does by itself.
    pub step: ReferralStep,
    /// For a reminder the percent of its clock; 0 for the others.
    pub point: i16,
    /// Not before this.
    pub due_at: DateTime<Utc>,
    /// When it was done, or had become needless.
    pub done_at: Option<DateTime<Utc>>,
    /// Which of the two.
    pub outcome: Option<StepOutcome>,
}

impl StepView {
    /// Those of a referral, the soonest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, referral: ReferralId) -> Result<Vec<StepView>, Error> {
        Ok(referral_steps::table
            .filter(referral_steps::referral_id.eq(referral))
            .order((referral_steps::due_at, referral_steps::step, referral_steps::point))
            .select(StepView::as_select())
            .load(conn)
            .await?)
    }
}

/// Arms steps, anew those that were armed before. The referral is locked.
///
/// # Errors
/// Those of the database.
pub async fn arm(tx: &mut Conn, referral: ReferralId, steps: &[Armed]) -> Result<(), Error> {
    use diesel::upsert::excluded;
    if steps.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = steps
        .iter()
        .map(|armed| {
            (
                referral_steps::referral_id.eq(referral),
                referral_steps::step.eq(armed.step),
                referral_steps::point.eq(armed.point),
                referral_steps::due_at.eq(armed.due_at),
            )
        })
        .collect();
    let (never, nothing): (Option<DateTime<Utc>>, Option<StepOutcome>) = (None, None);
    diesel::insert_into(referral_steps::table)
        .values(&rows)
        .on_conflict((referral_steps::referral_id, referral_steps::step, referral_steps::point))
        .do_update()
        .set((
            referral_steps::due_at.eq(excluded(referral_steps::due_at)),
            referral_steps::done_at.eq(never),
            referral_steps::outcome.eq(nothing),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Ends the armed steps that say nothing true any more. The referral is locked.
///
/// # Errors
/// Those of the database.
pub async fn disarm(
    tx: &mut Conn,
    referral: ReferralId,
    keep: Vec<ReferralStep>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let idle = referral_steps::table
        .filter(referral_steps::referral_id.eq(referral).and(referral_steps::done_at.is_null()))
        .filter(referral_steps::step.ne_all(keep));
    diesel::update(idle)
        .set((referral_steps::done_at.eq(now), referral_steps::outcome.eq(StepOutcome::Passed)))
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether this run is the only one. Steps are done once however many run; but what comes due together is told
/// together, and only one run can know what that is.
///
/// # Errors
/// Those of the database.
pub async fn run_alone(tx: &mut Conn) -> Result<bool, Error> {
    const RUN_OF_CLOCKS: i64 = 0x0063_6c6f_636b_7321;
    let alone = diesel::dsl::sql::<Bool>("pg_try_advisory_xact_lock(").bind::<BigInt, _>(RUN_OF_CLOCKS);
    Ok(diesel::select(alone.sql(")")).get_result(tx).await?)
}

/// Referrals with something due, locked, and what is due on each, the soonest first. One that is being moved at this
/// moment is left for the next run; nobody writes steps without holding their referral.
///
/// # Errors
/// Those of the database.
pub async fn lock_due(
    tx: &mut Conn,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(Referral, Vec<Armed>)>, Error> {
    let is_due = || referral_steps::done_at.is_null().and(referral_steps::due_at.le(now));
    let ids: Vec<ReferralId> = referral_steps::table
        .filter(is_due())
        .order((referral_steps::due_at, referral_steps::referral_id))
        .limit(most)
        .select(referral_steps::referral_id)
        .load(tx)
        .await?;
    let locked: Vec<Referral> = referrals::table
        .filter(referrals::id.eq_any(ids))
        .order(referrals::id)
        .for_update()
        .skip_locked()
        .select(Referral::as_select())
        .load(tx)
        .await?;
    // Read after locking: what somebody else had just done is not due any more.
    let rows: Vec<(ReferralId, Armed)> = referral_steps::table
        .filter(is_due())
        .filter(referral_steps::referral_id.eq_any(locked.iter().map(|it| it.id).collect::<Vec<_>>()))
        .order((referral_steps::due_at, referral_steps::step, referral_steps::point))
        .select((referral_steps::referral_id, Armed::as_select()))
        .load(tx)
        .await?;
    let mut steps: BTreeMap<ReferralId, Vec<Armed>> = BTreeMap::new();
    for (referral, armed) in rows {
        steps.entry(referral).or_default().push(armed);
    }
    Ok(locked
        .into_iter()
        .filter_map(|referral| steps.remove(&referral.id).map(|due| (referral, due)))
        .collect())
}

/// Open referrals whose clocks were never wound, locked.
///
/// # Errors
/// Those of the database.
pub async fn lock_unwound(tx: &mut Conn, most: i64) -> Result<Vec<Referral>, Error> {
    use ReferralState::{Accepted, Acknowledged, OnHold, Sent};
    Ok(referrals::table
        .filter(referrals::due_at.is_null())
        .filter(referrals::state.eq_any([Sent, Acknowledged, Accepted, OnHold]))
        .order(referrals::id)
        .limit(most)
        .for_update()
        .skip_locked()
        .select(Referral::as_select())
        .load(tx)
        .await?)
}

/// Writes down that a due step is over.
///
/// # Errors
/// Those of the database.
pub async fn finish(
    tx: &mut Conn,
    referral: ReferralId,
    armed: &Armed,
    outcome: StepOutcome,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(referral_steps::table.find((referral, armed.step, armed.point)))
        .set((referral_steps::done_at.eq(now), referral_steps::outcome.eq(outcome)))
        .execute(tx)
        .await?;
    Ok(())
}

/// How many steps were due before `moment` and are not done.
///
/// # Errors
/// Those of the database.
pub async fn count_overdue(conn: &mut Conn, moment: DateTime<Utc>) -> Result<i64, Error> {
    let overdue = referral_steps::done_at.is_null().and(referral_steps::due_at.lt(moment));
    Ok(referral_steps::table.filter(overdue).count().get_result(conn).await?)
}
