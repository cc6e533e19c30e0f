//! Rows of steps that are armed; settings and the partner's hours stand beside.

mod hours;
mod settings;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

pub use self::hours::partner_hours;
pub use self::settings::{ClockChanges, ClockSettings, Span};
use super::rules::{ReferralStep, StepOutcome};
use crate::ids::ReferralId;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::referrals::model::Referral;
use crate::referrals::rules::ReferralState;
use crate::schema::{referral_steps, referrals};

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
