//! The state machine, tried in every way.

use proptest::prelude::*;

use super::*;
use crate::referrals::commands::{Details, MakeMove};

/// The moment of the tests.
pub(in crate::referrals) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("a moment")
}

/// A referral that stands so.
pub(in crate::referrals) fn standing(state: ReferralState) -> Standing {
    let sent = (state != Draft).then(now);
    Standing {
        state,
        priority: Priority::Normal,
        sent_at: sent,
        decide_by: sent.map(|at| at + TimeDelta::days(14)),
        acknowledged_at: None,
        decided_at: None,
        appointment_at: None,
        appointment_place: None,
        began_on: None,
        hold_review_on: None,
        outcome: None,
        confirmed_by: None,
        ended_at: state.is_terminal().then(now),
        reason: None,
        reason_text: None,
        suggested_service_id: None,
        answer_read_at: None,
        acknowledge_by: None,
        contact_by: None,
        verify_on: None,
        due_clock: None,
        due_at: None,
    }
}

fn command(by: ReferralMove, who: Who) -> Command {
    let reason = Rule::of(by).needs_reason.then(|| "no_capacity".to_owned());
    let outcome = (by == Complete).then_some(ReferralOutcome::NeedMet);
    let confirmed_by = (by == Complete).then_some(ConfirmedBy::Partner);
    Command { by, who, at: now(), details: Details { reason, outcome, confirmed_by, ..Details::default() } }
}

const EVERYBODY: [Who; 4] = [Who::Staff, Who::Manager, Who::Partner, Who::System];

/// Every state, before and after the service began, for each priority.
fn every_standing() -> impl Iterator<Item = Standing> {
    let of_priority = |state: ReferralState, priority| Standing { priority, ..standing(state) };
    let states = ReferralState::ALL
        .iter()
        .flat_map(move |state| Priority::ALL.iter().map(move |priority| of_priority(*state, *priority)));
    states.flat_map(|standing| {
        let begun = Standing { began_on: Some(now().date_naive()), ..standing.clone() };
        [standing, begun]
    })
}

/// The table of the design, written a second time by other hands: who may go from where to where.
fn designed(standing: &Standing, to: ReferralState, who: Who) -> bool {
    let (staff, partner, system) = (who == Who::Staff, who == Who::Partner, who == Who::System);
    match (standing.state, to) {
        (OnHold, Accepted) if standing.began_on.is_some() => false,
        (_, Expired) if standing.priority == Priority::Emergency => false,
        (EnteredInError, _) => false,
        (_, EnteredInError) => who == Who::Manager,
        (Draft, Sent) => staff,
        (Draft, Cancelled) | (Sent, Cancelled) | (Acknowledged, Cancelled) => staff || system,
        (Accepted | InService | OnHold, Cancelled) => staff || system || partner,
        (Sent, Acknowledged) | (Sent | Acknowledged | OnHold, Accepted) => staff || partner,
        (Sent | Acknowledged, Declined) => staff || partner,
        (Accepted | OnHold, InService) => staff || partner,
        (Accepted | InService, OnHold) => partner,
        (Accepted | InService | OnHold, Completed | Failed) => staff || partner,
        (Sent | Acknowledged, Expired) => system,
        _ => false,
    }
}

#[test]
fn twelve_by_twelve_states_are_reached_as_designed_and_in_no_other_way() {
    let mut tried = 0;
    for from in every_standing() {
        for &to in ReferralState::ALL {
            for who in EVERYBODY {
                let reached = ReferralMove::ALL.iter().any(|&by| {
                    matches!(apply(&from, &command(by, who), now()), Verdict::Moved(next) if next.state == to)
                });
                assert_eq!(reached, designed(&from, to, who), "{from:?} -> {to} by {who:?}");
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 12 * 3 * 2 * 12 * 4);
}

#[test]
fn every_move_has_its_row_and_what_is_allowed_is_what_works() {
    for &by in ReferralMove::ALL {
        assert_eq!(Rule::of(by).by, by);
        for from in every_standing() {
            for who in EVERYBODY {
                let works = matches!(apply(&from, &command(by, who), now()), Verdict::Moved(_));
                assert_eq!(allowed(&from, who).contains(&by), works, "{by} from {from:?} by {who:?}");
            }
        }
    }
}

#[test]
fn a_hold_before_the_service_began_can_be_accepted_again_and_after_it_cannot() {
    let mut held = standing(OnHold);
    assert!(allowed(&held, Who::Partner).contains(&Accept));
    held.began_on = Some(now().date_naive());
    assert!(!allowed(&held, Who::Partner).contains(&Accept));
}

#[test]
fn an_emergency_never_expires_by_itself() {
    let mut sent = standing(Sent);
    assert_eq!(allowed(&sent, Who::System), [Cancel, Expire]);
    sent.priority = Priority::Emergency;
    assert_eq!(allowed(&sent, Who::System), [Cancel]);
}

#[test]
fn the_same_answer_twice_is_kindly_told_and_another_one_is_not() {
    let decline = command(Decline, Who::Partner);
    let Verdict::Moved(declined) = apply(&standing(Sent), &decline, now()) else { panic!("not declined") };
    assert_eq!(apply(&declined, &decline, now()), Verdict::AlreadySo);
    let mut other = decline.clone();
    other.details.reason = Some("out_of_area".into());
    assert_eq!(apply(&declined, &other, now()), Verdict::AlreadyAnswered);
    assert_eq!(apply(&declined, &command(Accept, Who::Partner), now()), Verdict::AlreadyAnswered);
    assert_eq!(apply(&declined, &command(Begin, Who::Partner), now()), Verdict::NotAllowed);
    // Somebody's late tap on "seen" does not take the answer back.
    let Verdict::Moved(accepted) = apply(&standing(Sent), &command(Accept, Who::Partner), now()) else {
        panic!("not accepted")
    };
    assert_eq!(apply(&accepted, &command(Acknowledge, Who::Partner), now()), Verdict::AlreadySo);
    assert_eq!(apply(&accepted, &command(Send, Who::Partner), now()), Verdict::NotAllowed);
}

#[test]
fn the_loop_is_closed_when_the_client_was_told() {
    let Verdict::Moved(done) = apply(&standing(Accepted), &command(Complete, Who::Partner), now()) else {
        panic!("not completed")
    };
    assert!(!is_loop_closed(&done, false) && is_loop_closed(&done, true));
    assert!(!is_loop_closed(&standing(Accepted), true));
    // That nobody answered is what the client is told, and no reason is made up for it.
    let expired = standing(Expired);
    assert_eq!((&expired.outcome, &expired.reason), (&None, &None));
    assert!(!is_loop_closed(&expired, false) && is_loop_closed(&expired, true));
}

#[test]
fn a_partner_sees_the_facts_until_thirty_days_after_the_end() {
    let mut ended = standing(Completed);
    assert!(is_seen_by_partner(&ended, now() + TimeDelta::days(29)));
    assert!(!is_seen_by_partner(&ended, now() + TimeDelta::days(30)));
    ended = standing(InService);
    assert!(is_seen_by_partner(&ended, now() + TimeDelta::days(900)));
    assert!(!is_seen_by_partner(&standing(Draft), now()));
}

fn faults(who: Who, body: serde_json::Value) -> Vec<String> {
    let asked: MakeMove = serde_json::from_value(body).expect("shape");
    match asked.validate(who, now(), now().date_naive()) {
        Err(crate::platform::error::Error::Invalid(errors)) => {
            errors.0.into_iter().map(|e| e.pointer).collect()
        }
        _ => vec![],
    }
}

#[test]
fn every_move_is_told_all_it_lacks_at_once() {
    use serde_json::json;
    let far = now().date_naive() + chrono::Days::new(31);
    let none: [&str; 0] = [];
    let table = [
        (Who::Partner, json!({"move": "accept"}), &none[..]),
        (Who::Staff, json!({"move": "accept"}), &["/on_word_of"]),
        (Who::Staff, json!({"move": "accept", "on_word_of": "partner"}), &["/word_given_by"]),
        (
            Who::Staff,
            json!({"move": "acknowledge", "on_word_of": "partner", "word_given_by": "Ms. Test"}),
            &none,
        ),
        (Who::Partner, json!({"move": "acknowledge", "on_word_of": "partner"}), &["/on_word_of"]),
        (Who::Partner, json!({"move": "decline"}), &["/reason"]),
        (Who::Partner, json!({"move": "decline", "reason": "other"}), &["/reason_text"]),
        (
            Who::Partner,
            json!({"move": "accept", "reason": "other", "outcome": "need_met"}),
            &["/outcome", "/reason", "/reason_text"],
        ),
        (Who::Partner, json!({"move": "hold"}), &["/reason", "/review_on"]),
        (Who::Partner, json!({"move": "hold", "reason": "waiting_list", "review_on": far}), &["/review_on"]),
        (Who::Partner, json!({"move": "complete", "outcome": "need_met"}), &none),
        (Who::Staff, json!({"move": "complete"}), &["/on_word_of", "/outcome", "/confirmed_by"]),
        (Who::Staff, json!({"move": "begin", "on_word_of": "partner"}), &["/on_word_of", "/word_given_by"]),
        (
            Who::Staff,
            json!({"move": "begin", "on_word_of": "client", "at": "2099-01-01T00:00:00Z"}),
            &["/at"],
        ),
    ];
    for (who, body, expected) in table {
        assert_eq!(faults(who, body.clone()), expected, "{who:?} {body}");
    }
}

proptest! {
    /// Whatever anybody tries in whatever order, each step is one the design knows, and an end stays an end.
    #[test]
    fn no_sequence_of_moves_leaves_the_table(steps in prop::collection::vec((0..11_usize, 0..4_usize), 0..40)) {
        let mut present = standing(Draft);
        present.sent_at = None;
        for (by, who) in steps {
            let (by, who) = (ReferralMove::ALL[by], EVERYBODY[who]);
            match apply(&present, &command(by, who), now()) {
                Verdict::Moved(next) => {
                    prop_assert!(designed(&present, next.state, who));
                    prop_assert!(!present.state.is_terminal() || next.state == EnteredInError);
                    prop_assert_eq!(next.ended_at.is_some(), next.state.is_terminal());
                    prop_assert!(next.state == Completed || next.outcome.is_none() || next.state == EnteredInError);
                    prop_assert!(matches!(next.state, Draft | Cancelled | EnteredInError) || next.sent_at.is_some());
                    present = *next;
                }
                Verdict::AlreadySo => prop_assert!(present.state == Rule::of(by).to || by == Acknowledge),
                Verdict::AlreadyAnswered | Verdict::NotAllowed => {}
            }
        }
    }
}
