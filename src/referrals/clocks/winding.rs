//! Winding the clocks of the state a move leads to, in the move's own transaction.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::model::{self, Armed, ClockSettings, partner_hours};
use super::rules::{self, ReferralStep};
use crate::ids::{OfficeId, ServiceId};
use crate::offices::hours::OpenHours;
use crate::offices::model::Office;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::referrals::Priority;
use crate::referrals::model::{Referral, Standing};
use crate::referrals::rules::{ASK_CLIENT_AFTER_DAYS, ReferralMove, ReferralState};

/// What the clocks of one referral are counted with.
struct Wheels {
    settings: ClockSettings,
    /// When the partner is there.
    partner: OpenHours,
    /// When the desk is there.
    desk: OpenHours,
}

impl Wheels {
    /// An emergency never sleeps: nobody's hours count.
    async fn of(
        conn: &mut Conn,
        (service, office): (ServiceId, OfficeId),
        priority: Priority,
        from: DateTime<Utc>,
    ) -> Result<Wheels, Error> {
        let settings = ClockSettings::of(conn, priority).await?;
        let office = Office::find(conn, office).await?;
        let desk = office.open_hours(conn).await?;
        let partner = match priority {
            Priority::Emergency => OpenHours::never_closed(),
            _ => partner_hours(conn, service, office.id, from).await?,
        };
        Ok(Wheels { settings, partner, desk })
    }

    async fn of_referral(conn: &mut Conn, referral: &Referral, from: DateTime<Utc>) -> Result<Wheels, Error> {
        let place = (referral.service_id, referral.office_id);
        Wheels::of(conn, place, referral.standing.priority, from).await
    }

    fn wind_sending(&self, standing: &mut Standing, at: DateTime<Utc>) -> Wound {
        let due = rules::due_on_sending(&self.settings, &self.partner, at);
        // What a partner was told once is kept.
        let decide_by = *standing.decide_by.get_or_insert(due.1);
        let acknowledge_by = *standing.acknowledge_by.get_or_insert(due.0.min(decide_by));
        let due = (acknowledge_by, decide_by);
        Wound { armed: rules::arm_sending(&self.settings, &self.partner, at, due), day_ends: None }
    }

    fn wind_accepting(&self, standing: &mut Standing, at: DateTime<Utc>) -> Wound {
        let contact_by = self.settings.contact_within.after(&self.partner, at);
        standing.contact_by = Some(contact_by);
        let armed = vec![rules::arm_accepting(&self.settings, &self.partner, contact_by)];
        Wound { armed, day_ends: None }
    }

    fn wind_completing(&self, standing: &mut Standing, now: DateTime<Utc>) -> Wound {
        let day = self.desk.day_of(now) + Days::new(ASK_CLIENT_AFTER_DAYS);
        standing.verify_on = Some(day);
        self.wind_day(ReferralStep::VerifyOverdue, day)
    }

    fn wind_day(&self, step: ReferralStep, day: NaiveDate) -> Wound {
        let day_ends = self.desk.end_of(day);
        Wound {
            armed: vec![rules::arm_day(step, &self.settings, &self.desk, day_ends)],
            day_ends: Some(day_ends),
        }
    }
}

/// What winding leaves to be written down.
#[derive(Default)]
struct Wound {
    armed: Vec<Armed>,
    /// When the day is over on which the desk has something to do.
    day_ends: Option<DateTime<Utc>>,
}

/// Sets the due moments of where the referral will stand after a move made at `at`, and arms what belongs to them.
///
/// # Errors
/// Those of the database.
pub async fn wind(
    tx: &mut Conn,
    referral: &Referral,
    mut standing: Standing,
    by: ReferralMove,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Standing, Error> {
    use ReferralMove::{Accept, Complete, Hold, Send};
    let mut wound = Wound::default();
    if matches!(by, Send | Accept | Hold | Complete) {
        let wheels = Wheels::of_referral(tx, referral, at).await?;
        wound = match (by, standing.hold_review_on) {
            (Send, _) => wheels.wind_sending(&mut standing, now),
            (Accept, _) => wheels.wind_accepting(&mut standing, at),
            (Complete, _) => wheels.wind_completing(&mut standing, now),
            (_, Some(day)) => wheels.wind_day(ReferralStep::ReviewOverdue, day),
            (_, None) => wound,
        };
    }
    (standing.due_clock, standing.due_at) = rules::running(&standing, wound.day_ends).unzip();
    model::disarm(tx, referral.id, rules::steps_of(&standing), now).await?;
    model::arm(tx, referral.id, &wound.armed).await?;
    Ok(standing)
}

/// Winds a referral that stands open without clocks: sent before there were any, or loaded from elsewhere.
///
/// # Errors
/// Those of the database.
pub async fn wind_late(tx: &mut Conn, referral: &Referral, now: DateTime<Utc>) -> Result<(), Error> {
    let mut standing = referral.standing.clone();
    let sent_at = standing.sent_at.unwrap_or(now);
    let wheels = Wheels::of_referral(tx, referral, sent_at).await?;
    let wound = match (standing.state, standing.hold_review_on) {
        (ReferralState::Sent | ReferralState::Acknowledged, _) => wheels.wind_sending(&mut standing, sent_at),
        (ReferralState::Accepted, _) => {
            let accepted_at = standing.decided_at.unwrap_or(now);
            wheels.wind_accepting(&mut standing, accepted_at)
        }
        (ReferralState::OnHold, Some(day)) => wheels.wind_day(ReferralStep::ReviewOverdue, day),
        _ => Wound::default(),
    };
    (standing.due_clock, standing.due_at) = rules::running(&standing, wound.day_ends).unzip();
    let armed: Vec<Armed> =
        wound.armed.into_iter().filter(|armed| rules::applies(armed.step, &standing)).collect();
    model::arm(tx, referral.id, &armed).await?;
    referral.set_clocks(tx, &standing).await
}

/// Due moments if it were sent at `at`: seen by, decided by.
///
/// # Errors
/// Those of the database.
pub async fn would_be_due(
    conn: &mut Conn,
    referral: &Referral,
    at: DateTime<Utc>,
) -> Result<(DateTime<Utc>, DateTime<Utc>), Error> {
    let wheels = Wheels::of_referral(conn, referral, at).await?;
    Ok(rules::due_on_sending(&wheels.settings, &wheels.partner, at))
}
