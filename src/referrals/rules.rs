//! The state machine of a referral: which move leads where, who may make it, and what it must come with.
//!
//! The states are those of FHIR Task for referrals, with two that practice demands: `acknowledged`, because half of
//! all answers are only that, and `expired`. The table [`TABLE`] is the only place that knows them; handlers, lists of
//! allowed moves and tests all read it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::Priority;
use super::commands::Command;
use super::model::Standing;

crate::words! {
    /// Where a referral stands.
    ReferralState {
        /// Being prepared.
        Draft = "draft",
        /// Disclosed; the partner has been told.
        Sent = "sent",
        /// A person at the partner has seen it.
        Acknowledged = "acknowledged",
        /// The partner will act.
        Accepted = "accepted",
        /// The partner will not act.
        Declined = "declined",
        /// The client was reached, the service began.
        InService = "in_service",
        /// On a waiting list, or waiting for the client or a paper.
        OnHold = "on_hold",
        /// The partner's work is over.
        Completed = "completed",
        /// Tried, not delivered.
        Failed = "failed",
        /// Withdrawn.
        Cancelled = "cancelled",
        /// Nobody answered by the hard limit.
        Expired = "expired",
        /// Should not exist.
        EnteredInError = "entered_in_error",
    }

    /// What can be done to a referral.
    ReferralMove {
        /// Disclose it to the partner.
        Send = "send",
        /// Somebody at the partner has seen it.
        Acknowledge = "acknowledge",
        /// The partner will act.
        Accept = "accept",
        /// The partner will not act.
        Decline = "decline",
        /// The client was reached, the service began.
        Begin = "begin",
        /// It has to wait.
        Hold = "hold",
        /// The partner's work is over.
        Complete = "complete",
        /// Tried, not delivered.
        Fail = "fail",
        /// Withdraw it.
        Cancel = "cancel",
        /// The hard limit has passed.
        Expire = "expire",
        /// It should not exist; it leaves all counts.
        MarkInError = "mark_in_error",
    }

    /// What came of a completed referral. Acceptance is not help: only this says whether the need was met.
    ReferralOutcome {
        /// The need was met.
        NeedMet = "need_met",
        /// It was met in part.
        PartlyMet = "partly_met",
        /// It was not met.
        NotMet = "not_met",
        /// Nobody knows.
        Unknown = "unknown",
    }

    /// Who says how it ended.
    ConfirmedBy {
        /// The partner.
        Partner = "partner",
        /// The client.
        Client = "client",
        /// The desk.
        Staff = "staff",
    }

    /// On whose word staff writes down a move.
    WordOf {
        /// Somebody at the partner, who is named.
        Partner = "partner",
        /// The client.
        Client = "client",
    }
}

/// Who makes a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Staff of the desk who may refer.
    Staff,
    /// A manager, who may only take out what should not exist.
    Manager,
    /// An account of the agency.
    Partner,
    /// The service itself.
    System,
}

impl Who {
    /// As `referral_moves.actor_kind` calls it.
    pub fn kind(self) -> &'static str {
        match self {
            Who::Staff | Who::Manager => "staff",
            Who::Partner => "partner",
            Who::System => "system",
        }
    }
}

use ReferralMove::{
    Accept, Acknowledge, Begin, Cancel, Complete, Decline, Expire, Fail, Hold, MarkInError, Send,
};
use ReferralState::{
    Accepted, Acknowledged, Cancelled, Completed, Declined, Draft, EnteredInError, Expired, Failed,
    InService, OnHold, Sent,
};

/// A row of the table: a move, where from, where to, and by whom.
#[derive(Debug)]
pub struct Rule {
    /// The move.
    pub by: ReferralMove,
    /// States it may start from when the desk or the service makes it.
    pub from: &'static [ReferralState],
    /// States a partner may start it from.
    pub from_for_partner: &'static [ReferralState],
    /// Where it leads.
    pub to: ReferralState,
    /// Whether staff may make it.
    pub staff: bool,
    /// Whose word staff needs for it.
    pub word_of: Option<WordOf>,
    /// Whether the service may make it by itself.
    pub system: bool,
    /// Whether a coded reason must come with it.
    pub needs_reason: bool,
}

const OPEN: &[ReferralState] = &[Draft, Sent, Acknowledged, Accepted, InService, OnHold];
const UNANSWERED: &[ReferralState] = &[Sent, Acknowledged];
const UNDER_WAY: &[ReferralState] = &[Accepted, InService, OnHold];
const NONE: &[ReferralState] = &[];

/// The whole state machine.
pub static TABLE: &[Rule] = &[
    rule(Send, &[Draft], NONE, Sent).by_staff(None),
    rule(Acknowledge, &[Sent], &[Sent], Acknowledged).by_staff(Some(WordOf::Partner)),
    // From on_hold only when the service has not begun: see `starts_from`.
    rule(Accept, &[Sent, Acknowledged, OnHold], &[Sent, Acknowledged, OnHold], Accepted)
        .by_staff(Some(WordOf::Partner)),
    rule(Decline, UNANSWERED, UNANSWERED, Declined).by_staff(Some(WordOf::Partner)).with_reason(),
    rule(Begin, &[Accepted, OnHold], &[Accepted, OnHold], InService).by_staff(Some(WordOf::Client)),
    rule(Hold, &[Accepted, InService], &[Accepted, InService], OnHold).with_reason(),
    rule(Complete, UNDER_WAY, UNDER_WAY, Completed).by_staff(Some(WordOf::Client)),
    rule(Fail, UNDER_WAY, UNDER_WAY, Failed).by_staff(None).with_reason(),
    // A partner withdraws only what it had accepted; before that it declines.
    rule(Cancel, OPEN, UNDER_WAY, Cancelled).by_staff(None).by_system().with_reason(),
    rule(Expire, UNANSWERED, NONE, Expired).by_system(),
    rule(MarkInError, ReferralState::ALL, NONE, EnteredInError).with_reason(),
];

const fn rule(
    by: ReferralMove,
    from: &'static [ReferralState],
    from_for_partner: &'static [ReferralState],
    to: ReferralState,
) -> Rule {
    Rule { by, from, from_for_partner, to, staff: false, word_of: None, system: false, needs_reason: false }
}

impl Rule {
    const fn by_staff(mut self, word_of: Option<WordOf>) -> Rule {
        (self.staff, self.word_of) = (true, word_of);
        self
    }

    const fn by_system(mut self) -> Rule {
        self.system = true;
        self
    }

    const fn with_reason(mut self) -> Rule {
        self.needs_reason = true;
        self
    }

    /// The row of a move; every move has one.
    pub fn of(by: ReferralMove) -> &'static Rule {
        TABLE.iter().find(|rule| rule.by == by).unwrap_or(&TABLE[0])
    }

    fn may_be_made_by(&self, who: Who) -> bool {
        match who {
            Who::Staff => self.staff,
            Who::Manager => self.by == MarkInError,
            Who::Partner => !self.from_for_partner.is_empty(),
            Who::System => self.system,
        }
    }

    fn starts_from(&self, standing: &Standing, who: Who) -> bool {
        let states = if who == Who::Partner { self.from_for_partner } else { self.from };
        states.contains(&standing.state)
            && match self.by {
                Accept => standing.state != OnHold || standing.began_on.is_none(),
                // An emergency never expires by itself.
                Expire => standing.priority != Priority::Emergency,
                MarkInError => standing.state != EnteredInError,
                _ => true,
            }
    }
}

impl ReferralState {
    /// Whether nothing follows but `mark_in_error`.
    pub fn is_terminal(self) -> bool {
        !OPEN.contains(&self)
    }

    /// Whether the partner still has to do something: disclosed and not ended.
    pub fn is_with_partner(self) -> bool {
        self != Draft && !self.is_terminal()
    }

    /// States that are not terminal.
    pub fn open() -> &'static [ReferralState] {
        OPEN
    }

    /// Whether the disclosed facts are shown to the partner. When the desk has withdrawn the referral, the agency was asked
    /// to delete them, so what says so must not hold them.
    pub fn shows_facts(self) -> bool {
        !matches!(self, ReferralState::Draft | ReferralState::Cancelled | ReferralState::EnteredInError)
    }

    /// States in which the partner has not decided.
    pub fn undecided() -> &'static [ReferralState] {
        UNANSWERED
    }
}

/// The longest a referral waits before somebody looks again.
pub const LONGEST_HOLD_DAYS: i64 = 30;
/// After a completed referral the client is asked whether the need is met.
pub const ASK_CLIENT_AFTER_DAYS: u64 = 7;
/// A partner sees what was disclosed while the referral is open and so many days after its end.
pub const SEEN_AFTER_END_DAYS: i64 = 30;

/// What a move comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It stands so now.
    Moved(Box<Standing>),
    /// It stood so already: the same answer, given twice.
    AlreadySo,
    /// It was answered in another way.
    AlreadyAnswered,
    /// The table does not know this move from here.
    NotAllowed,
}

/// The moves `who` may make on a referral that stands so, in the table's order.
pub fn allowed(standing: &Standing, who: Who) -> Vec<ReferralMove> {
    TABLE
        .iter()
        .filter(|rule| rule.may_be_made_by(who) && rule.starts_from(standing, who))
        .map(|rule| rule.by)
        .collect()
}

/// Makes a move. The command has been checked for what it must come with.
pub fn apply(standing: &Standing, command: &Command, now: DateTime<Utc>) -> Verdict {
    let rule = Rule::of(command.by);
    if !rule.may_be_made_by(command.who) {
        return Verdict::NotAllowed;
    }
    if rule.starts_from(standing, command.who) {
        return Verdict::Moved(Box::new(moved(standing, rule, command, now)));
    }
    if is_same_answer(standing, rule, command) {
        return Verdict::AlreadySo;
    }
    let decided = matches!(command.by, Accept | Decline) && standing.decided_at.is_some();
    let ended = matches!(command.by, Complete | Fail) && matches!(standing.state, Completed | Failed);
    if decided || ended { Verdict::AlreadyAnswered } else { Verdict::NotAllowed }
}

/// Whether the referral already stands as the command would have it. What the command leaves open does not differ.
fn is_same_answer(standing: &Standing, rule: &Rule, command: &Command) -> bool {
    if command.by == Acknowledge && standing.state.is_with_partner() {
        return standing.acknowledged_at.is_some();
    }
    let agrees = |asked: bool, same: bool| !asked || same;
    let details = &command.details;
    standing.state == rule.to
        && agrees(details.reason.is_some(), details.reason == standing.reason)
        && agrees(details.outcome.is_some(), details.outcome == standing.outcome)
        && agrees(details.appointment_at.is_some(), details.appointment_at == standing.appointment_at)
        && agrees(
            details.appointment_place.is_some(),
            details.appointment_place == standing.appointment_place,
        )
        && agrees(details.review_on.is_some(), details.review_on == standing.hold_review_on)
        && agrees(details.began_on.is_some(), details.began_on == standing.began_on)
}

fn moved(standing: &Standing, rule: &Rule, command: &Command, now: DateTime<Utc>) -> Standing {
    let (at, details) = (command.at, &command.details);
    let mut next = standing.clone();
    next.state = rule.to;
    next.reason = details.reason.clone();
    next.reason_text = details.reason_text.clone();
    next.hold_review_on = None;
    match command.by {
        Send => next.sent_at = Some(now),
        Accept => {
            next.appointment_at = details.appointment_at.or(standing.appointment_at);
            next.appointment_place =
                details.appointment_place.clone().or_else(|| standing.appointment_place.clone());
        }
        Decline => next.suggested_service_id = details.suggested_service_id,
        Begin => next.began_on = standing.began_on.or(details.began_on),
        Hold => next.hold_review_on = details.review_on,
        Complete => (next.outcome, next.confirmed_by) = (details.outcome, details.confirmed_by),
        Acknowledge | Fail | Cancel | Expire | MarkInError => {}
    }
    if matches!(command.by, Acknowledge | Accept | Decline) {
        next.acknowledged_at = standing.acknowledged_at.or(Some(at));
    }
    if matches!(command.by, Accept | Decline) {
        next.decided_at = standing.decided_at.or(Some(at));
    }
    if rule.to.is_terminal() {
        next.ended_at = Some(at);
    }
    // The desk has read what it writes down itself; what a partner or the service says, it has yet to read.
    next.answer_read_at = match command.who {
        Who::Staff | Who::Manager => Some(now),
        Who::Partner | Who::System if command.by == Acknowledge => standing.answer_read_at,
        Who::Partner | Who::System => None,
    };
    next
}

/// Whether the loop is closed: ended, with an outcome or a reason, and the client told. An expired referral carries its
/// reason in its state, that nobody answered: no code is made up for it, and the client can be told so.
pub fn is_loop_closed(standing: &Standing, client_told: bool) -> bool {
    let explained =
        standing.outcome.is_some() || standing.reason.is_some() || standing.state == ReferralState::Expired;
    standing.state.is_terminal() && client_told && explained
}

/// Whether the agency may still read what was disclosed to it.
pub fn is_seen_by_partner(standing: &Standing, now: DateTime<Utc>) -> bool {
    let ended = standing.ended_at.filter(|_| standing.state.is_terminal());
    standing.sent_at.is_some() && ended.is_none_or(|end| now < end + TimeDelta::days(SEEN_AFTER_END_DAYS))
}

/// A move as a client names it in `allowed`.
impl From<ReferralMove> for &'static str {
    fn from(by: ReferralMove) -> &'static str {
        by.word()
    }
}

/// The words of moves, for a problem's or a record's `allowed`.
pub fn words(moves: &[ReferralMove]) -> impl Serialize + use<> {
    moves.iter().map(|by| by.word()).collect::<Vec<_>>()
}

#[cfg(test)]
pub(super) mod tests;
