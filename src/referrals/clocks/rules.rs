//! Which clock runs in which state, what is armed with it, and what is due to be done.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{Armed, ClockChanges, ClockSettings, Span};
use crate::notices::NoticeKind;
use crate::offices::hours::OpenHours;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::patch::Patch;
use crate::referrals::Priority;
use crate::referrals::model::Standing;
use crate::referrals::rules::ReferralState;

crate::words! {
    /// In what a span is counted, always on somebody's opening hours.
    SpanUnit {
        /// Hours the door is open.
        Hours = "hours",
        /// Days with opening hours: the same time of day so many of them later.
        WorkingDays = "working_days",
        /// Calendar days; what then ends behind a closed door ends when it opens.
        Days = "days",
    }

    /// What somebody is waited for.
    ReferralClock {
        /// The partner sees it.
        Acknowledge = "acknowledge",
        /// The partner accepts or declines.
        Decide = "decide",
        /// The partner reaches the client.
        Contact = "contact",
        /// It is looked at again after waiting.
        Review = "review",
        /// The desk asks the client whether the need is met.
        Verify = "verify",
    }

    /// What the service does by itself.
    ReferralStep {
        /// Reminds the partner that nobody has seen it.
        RemindAcknowledge = "remind_acknowledge",
        /// Reminds the partner that a decision is waited for.
        RemindDecide = "remind_decide",
        /// Tells the worker that nobody has seen it.
        AcknowledgeOverdue = "acknowledge_overdue",
        /// Tells the managers that nobody has seen an emergency.
        AcknowledgeEscalated = "acknowledge_escalated",
        /// Tells the worker that the decision is overdue.
        DecideOverdue = "decide_overdue",
        /// Tells the managers that the decision is overdue.
        DecideEscalated = "decide_escalated",
        /// Ends it without an answer.
        Expire = "expire",
        /// Tells the worker that the client was not reached.
        ContactOverdue = "contact_overdue",
        /// Tells the worker that the day to look again is over.
        ReviewOverdue = "review_overdue",
        /// Tells the worker that the client was not asked.
        VerifyOverdue = "verify_overdue",
    }

    /// How a step ended.
    StepOutcome {
        /// It was done.
        Acted = "acted",
        /// The referral had moved on, or another step said more.
        Passed = "passed",
    }
}

use ReferralState::{Accepted, Acknowledged, Completed, OnHold, Sent};
use ReferralStep::{
    AcknowledgeEscalated, AcknowledgeOverdue, ContactOverdue, DecideEscalated, DecideOverdue, Expire,
    RemindAcknowledge, RemindDecide, ReviewOverdue, VerifyOverdue,
};

/// Most reminder points of one clock.
const MOST_POINTS: usize = 3;

impl Span {
    /// When it has passed since `start`. No time at all passes at once, also behind a closed door.
    pub fn after(self, hours: &OpenHours, start: DateTime<Utc>) -> DateTime<Utc> {
        let amount = u32::try_from(self.amount).unwrap_or(0);
        match self.unit {
            _ if amount == 0 => start,
            SpanUnit::Hours => hours.add(start, TimeDelta::hours(amount.into())),
            SpanUnit::WorkingDays => hours.add_working_days(start, amount),
            SpanUnit::Days => hours.add_days(start, amount),
        }
    }

    /// Its rough length, to see that settings are in order: a working day is a day here.
    fn rough(self) -> TimeDelta {
        match self.unit {
            SpanUnit::Hours => TimeDelta::hours(self.amount.into()),
            SpanUnit::WorkingDays | SpanUnit::Days => TimeDelta::days(self.amount.into()),
        }
    }
}

/// Due moments from a sending at `at`: seen by, decided by.
pub fn due_on_sending(
    settings: &ClockSettings,
    partner: &OpenHours,
    at: DateTime<Utc>,
) -> (DateTime<Utc>, DateTime<Utc>) {
    let decide_by = settings.decide_within.after(partner, at);
    (settings.acknowledge_within.after(partner, at).min(decide_by), decide_by)
}

/// What is armed when a referral is sent at `at`.
pub fn arm_sending(
    settings: &ClockSettings,
    partner: &OpenHours,
    at: DateTime<Utc>,
    (acknowledge_by, decide_by): (DateTime<Utc>, DateTime<Utc>),
) -> Vec<Armed> {
    let reminders = |step: ReferralStep, points: &[i16], due: DateTime<Utc>| -> Vec<Armed> {
        let open = partner.open_between(at, due);
        let moment = |point: i16| partner.add(at, open * i32::from(point) / 100);
        let armed = points.iter().map(|point| Armed { step, point: *point, due_at: moment(*point) });
        armed.filter(|armed| at < armed.due_at && armed.due_at < due).collect()
    };
    let escalated_at = settings.tell_manager_after.after(partner, decide_by);
    let mut armed = reminders(RemindAcknowledge, &settings.remind_acknowledge_at, acknowledge_by);
    armed.extend(reminders(RemindDecide, &settings.remind_decide_at, decide_by));
    armed.push(Armed::new(AcknowledgeOverdue, settings.tell_worker_after.after(partner, acknowledge_by)));
    armed.push(Armed::new(DecideOverdue, settings.tell_worker_after.after(partner, decide_by)));
    if settings.priority == Priority::Emergency {
        let at = settings.tell_manager_after.after(partner, acknowledge_by);
        armed.push(Armed::new(AcknowledgeEscalated, at));
    }
    armed.push(Armed::new(DecideEscalated, escalated_at));
    if let Some(span) = settings.expire_after {
        // However the partner's holidays fall, it does not end before everybody was told.
        armed.push(Armed::new(Expire, span.after(partner, at).max(escalated_at)));
    }
    armed
}

/// What is armed when a partner accepts and the client should be reached by `contact_by`.
pub fn arm_accepting(settings: &ClockSettings, partner: &OpenHours, contact_by: DateTime<Utc>) -> Armed {
    Armed::new(ContactOverdue, settings.tell_worker_after.after(partner, contact_by))
}

/// What is armed for a day on which the desk should do something. Its worker is told when the desk next opens.
pub fn arm_day(
    step: ReferralStep,
    settings: &ClockSettings,
    desk: &OpenHours,
    day_ends: DateTime<Utc>,
) -> Armed {
    Armed::new(step, desk.next_open(settings.tell_worker_after.after(desk, day_ends)))
}

/// The clock that runs now, and when it runs out. `day_ends`: when the day is over on which the desk has to do
/// something.
pub fn running(
    standing: &Standing,
    day_ends: Option<DateTime<Utc>>,
) -> Option<(ReferralClock, DateTime<Utc>)> {
    let (clock, at) = match standing.state {
        Sent => (ReferralClock::Acknowledge, standing.acknowledge_by),
        Acknowledged => (ReferralClock::Decide, standing.decide_by),
        Accepted => (ReferralClock::Contact, standing.contact_by),
        OnHold => (ReferralClock::Review, day_ends),
        Completed => (ReferralClock::Verify, day_ends),
        _ => return None,
    };
    at.map(|at| (clock, at))
}

/// Whether a step still says something true of a referral that stands so.
pub fn applies(step: ReferralStep, standing: &Standing) -> bool {
    match step {
        RemindAcknowledge | AcknowledgeOverdue | AcknowledgeEscalated => standing.state == Sent,
        RemindDecide | DecideOverdue | DecideEscalated => {
            ReferralState::undecided().contains(&standing.state)
        }
        Expire => {
            ReferralState::undecided().contains(&standing.state) && standing.priority != Priority::Emergency
        }
        ContactOverdue => standing.state == Accepted,
        ReviewOverdue => standing.state == OnHold,
        VerifyOverdue => standing.state == Completed && standing.due_clock == Some(ReferralClock::Verify),
    }
}

/// Steps that apply in a state.
pub fn steps_of(standing: &Standing) -> Vec<ReferralStep> {
    ReferralStep::ALL.iter().copied().filter(|step| applies(*step, standing)).collect()
}

/// Whom to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// The agency.
    Agency,
    /// The case's worker.
    Worker,
    /// The managers of the office.
    Managers,
}

/// One thing to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Telling {
    /// The step it does.
    pub step: ReferralStep,
    /// To whom.
    pub whom: Whom,
    /// In which words.
    pub kind: NoticeKind,
    /// The moment that passed or is near.
    pub due: Option<DateTime<Utc>>,
}

/// What comes of the steps that are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acts {
    /// It ends without an answer; nothing else is worth saying.
    Expires,
    /// This is told, each once. Steps that are not in it have passed.
    Tells(Vec<Telling>),
}

/// Decides what to do of the steps that are due on a referral. After a standstill several are due at once: a partner is
/// reminded once, and not of a moment that is over; that the decision is overdue says more than that nobody saw it.
pub fn acts(standing: &Standing, due: &[ReferralStep], now: DateTime<Utc>) -> Acts {
    let due: Vec<ReferralStep> = due.iter().copied().filter(|step| applies(*step, standing)).collect();
    if due.contains(&Expire) {
        return Acts::Expires;
    }
    let ahead = |moment: Option<DateTime<Utc>>| moment.is_some_and(|moment| now < moment);
    let worth = |step: ReferralStep| match step {
        RemindAcknowledge => ahead(standing.acknowledge_by) && !due.contains(&RemindDecide),
        RemindDecide => ahead(standing.decide_by),
        AcknowledgeOverdue => !due.contains(&DecideOverdue),
        AcknowledgeEscalated => !due.contains(&DecideEscalated),
        _ => true,
    };
    let mut tells: Vec<Telling> = vec![];
    for step in due.iter().copied().filter(|step| worth(*step)) {
        if tells.iter().all(|told| told.step != step) {
            tells.push(telling(standing, step));
        }
    }
    Acts::Tells(tells)
}

fn telling(standing: &Standing, step: ReferralStep) -> Telling {
    let (whom, kind, due) = match step {
        RemindAcknowledge => (Whom::Agency, NoticeKind::ReferralReminder, standing.acknowledge_by),
        RemindDecide => (Whom::Agency, NoticeKind::ReferralReminder, standing.decide_by),
        AcknowledgeOverdue => (Whom::Worker, NoticeKind::ReferralUnseen, standing.acknowledge_by),
        AcknowledgeEscalated => (Whom::Managers, NoticeKind::ReferralUnseen, standing.acknowledge_by),
        DecideOverdue => (Whom::Worker, NoticeKind::ReferralOverdue, standing.decide_by),
        DecideEscalated => (Whom::Managers, NoticeKind::ReferralOverdue, standing.decide_by),
        Expire => (Whom::Worker, NoticeKind::ReferralExpired, None),
        ContactOverdue => (Whom::Worker, NoticeKind::ReferralContactOverdue, standing.contact_by),
        ReviewOverdue => (Whom::Worker, NoticeKind::ReferralReviewDue, None),
        VerifyOverdue => (Whom::Worker, NoticeKind::ReferralVerifyDue, None),
    };
    Telling { step, whom, kind, due }
}

/// What an edit of the clocks of a priority says. What was already set on referrals stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateClocks {
    /// From sending until somebody at the partner has seen it.
    pub acknowledge_within: Option<Span>,
    /// From sending until it is accepted or declined.
    pub decide_within: Option<Span>,
    /// From accepting until the client is reached.
    pub contact_within: Option<Span>,
    /// At which percent of the time to acknowledge the partner is reminded; at most three.
    #[schema(example = json!([50]))]
    pub remind_acknowledge_at: Option<Vec<i16>>,
    /// At which percent of the time to decide the partner is reminded; at most three.
    #[schema(example = json!([50, 90]))]
    pub remind_decide_at: Option<Vec<i16>>,
    /// How long after a due moment the case worker is told; 0 for at once.
    pub tell_worker_after: Option<Span>,
    /// How long after a due moment the managers are told.
    pub tell_manager_after: Option<Span>,
    /// From sending until it expires without a decision; null for never. An emergency never does.
    #[serde(default)]
    #[schema(value_type = Option<Span>)]
    pub expire_after: Patch<Span>,
}

impl UpdateClocks {
    /// Checks the settings as they would be.
    ///
    /// # Errors
    /// All fields that need another value.
    pub fn validate(self, present: &ClockSettings) -> Result<ClockChanges, Error> {
        let mut errors = FieldErrors::new();
        let changes = ClockChanges {
            acknowledge_within: self.acknowledge_within,
            decide_within: self.decide_within,
            contact_within: self.contact_within,
            remind_acknowledge_at: points(&mut errors, "remind_acknowledge_at", self.remind_acknowledge_at),
            remind_decide_at: points(&mut errors, "remind_decide_at", self.remind_decide_at),
            tell_worker_after: self.tell_worker_after,
            tell_manager_after: self.tell_manager_after,
            expire_after: self.expire_after.into_change(),
        };
        let mut amount = |pointer: &str, span: Option<Span>, least: i16| {
            if span.is_some_and(|span| !(least..=999).contains(&span.amount)) {
                errors.add(format!("{pointer}/amount"), "out_of_range", format!("From {least} to 999."));
            }
        };
        amount("acknowledge_within", changes.acknowledge_within, 1);
        amount("decide_within", changes.decide_within, 1);
        amount("contact_within", changes.contact_within, 1);
        amount("tell_worker_after", changes.tell_worker_after, 0);
        amount("tell_manager_after", changes.tell_manager_after, 0);
        amount("expire_after", changes.expire_after.flatten(), 1);
        let acknowledge = changes.acknowledge_within.unwrap_or(present.acknowledge_within);
        let decide = changes.decide_within.unwrap_or(present.decide_within);
        let expire = changes.expire_after.unwrap_or(present.expire_after);
        if acknowledge.rough() > decide.rough() {
            errors.add("acknowledge_within", "out_of_order", "Must not be longer than decide_within.");
        }
        if present.priority == Priority::Emergency && expire.is_some() {
            errors.add("expire_after", "never_expires", "An emergency never expires by itself.");
        } else if expire.is_some_and(|expire| expire.rough() <= decide.rough()) {
            errors.add("expire_after", "out_of_order", "Must be longer than decide_within.");
        }
        errors.finish(changes)
    }
}

fn points(errors: &mut FieldErrors, pointer: &str, points: Option<Vec<i16>>) -> Option<Vec<i16>> {
    let mut points = points?;
    if points.len() > MOST_POINTS || points.iter().any(|point| !(1..=99).contains(point)) {
        errors.add(pointer, "out_of_range", format!("At most {MOST_POINTS}, each from 1 to 99."));
    }
    points.sort_unstable();
    points.dedup();
    Some(points)
}

#[cfg(test)]
mod tests;
