//! When a link leads somewhere, when a code is sent, how guessing is slowed, and which answers a page offers.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::model::Standing;
use super::super::rules::{self, ReferralMove, ReferralState, Who};
use super::model::AnswerLink;
use super::model::codes::SentCodes;

/// A browser that has entered a code and does nothing is forgotten after this.
pub const SESSION_IDLE: TimeDelta = TimeDelta::minutes(30);
/// However busy it is, after this a new code is asked for.
const SESSION_LIFETIME: TimeDelta = TimeDelta::hours(8);
/// So many wrong codes, and those that live die.
pub const WRONG_PER_CODE: i32 = 5;
/// Wrong codes that cost no waiting yet: one may be a slip of the finger.
const FREE_TRIES: i32 = 1;
/// Two requests for a code within this are one impatient finger, or a mail scanner.
const CODE_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// Mails with a code to one mailbox about one link, and about all links together: enough for thirty referrals answered
/// in one sitting, too few to bury a mailbox.
const CODES_PER_LINK_HOUR: i64 = 4;
const CODES_PER_LINK_DAY: i64 = 12;
const CODES_PER_AGENCY_HOUR: i64 = 60;
const CODES_PER_AGENCY_DAY: i64 = 200;

/// How far a link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// To its referral.
    Open,
    /// Only on where a code was entered before: a newer mail has a newer link, but nobody is stopped in mid-sentence.
    OnlyGoOn,
    /// Nowhere.
    Shut,
}

/// What decides whether a link leads anywhere.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Way<'a> {
    pub link: &'a AnswerLink,
    /// A newer mail about the same referral has gone out.
    pub superseded: bool,
    pub standing: &'a Standing,
    /// The agency has ceased to be a partner.
    pub agency_retired: bool,
}

/// Whether a link leads anywhere: until it expires, is taken back, its agency retires, or its referral has been over for
/// as long as a partner may read it.
pub fn door(way: &Way<'_>, now: DateTime<Utc>) -> Door {
    let over = way.link.revoked_at.is_some()
        || way.link.expires_at <= now
        || way.agency_retired
        || !rules::is_seen_by_partner(way.standing, now);
    match (over, way.superseded) {
        (true, _) => Door::Shut,
        (false, true) => Door::OnlyGoOn,
        (false, false) => Door::Open,
    }
}

/// Whether a session that was last used then still counts.
pub fn session_lives(opened_at: DateTime<Utc>, last_used_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now < last_used_at + SESSION_IDLE && now < opened_at + SESSION_LIFETIME
}

/// What comes of a wish for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeWish {
    /// It is sent.
    Send,
    /// One is on its way.
    JustSent,
    /// Too many were sent; not before this.
    TooMany(DateTime<Utc>),
}

/// Whether another code is mailed, given those mailed before.
pub fn wish(sent: &SentCodes, now: DateTime<Utc>) -> CodeWish {
    if sent.last_for_link.is_some_and(|last| now < last + CODE_PAUSE) {
        return CodeWish::JustSent;
    }
    if sent.for_link_in_day >= CODES_PER_LINK_DAY || sent.for_agency_in_day >= CODES_PER_AGENCY_DAY {
        return CodeWish::TooMany(now + TimeDelta::days(1));
    }
    if sent.for_link_in_hour >= CODES_PER_LINK_HOUR || sent.for_agency_in_hour >= CODES_PER_AGENCY_HOUR {
        return CodeWish::TooMany(now + TimeDelta::hours(1));
    }
    CodeWish::Send
}

/// Until when no code is tried after the `wrong`th wrong one in a row: 2, 4, 8 … seconds, at most 15 minutes.
pub fn slowed_until(wrong: i32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let over = u32::try_from(wrong - FREE_TRIES).ok().filter(|over| *over > 0)?;
    Some(now + TimeDelta::seconds(2_i64.saturating_pow(over.min(20)).min(15 * 60)))
}

/// The digits somebody typed: spaces and dashes do not count. `None` when they cannot be a code.
pub fn typed_code(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.')).collect();
    (digits.len() == 6 && digits.bytes().all(|c| c.is_ascii_digit())).then_some(digits)
}

/// The answers there are forms for, in the order of the page: whoever accepted and cannot after all takes it back, whoever
/// tried says that it could not be done.
pub const ANSWERS: &[ReferralMove] = &[
    ReferralMove::Accept,
    ReferralMove::Decline,
    ReferralMove::Acknowledge,
    ReferralMove::Begin,
    ReferralMove::Complete,
    ReferralMove::Hold,
    ReferralMove::Fail,
    ReferralMove::Cancel,
];

/// Those of [`ANSWERS`] that the state table allows a partner now.
pub fn answers(standing: &Standing) -> Vec<ReferralMove> {
    let allowed = rules::allowed(standing, Who::Partner);
    ANSWERS.iter().copied().filter(|by| allowed.contains(by)).collect()
}

/// Whether the referral has moved on since the page was made. That a colleague has seen it meanwhile changes no answer.
pub fn is_stale(shown: ReferralState, now: ReferralState) -> bool {
    shown != now && (shown, now) != (ReferralState::Sent, ReferralState::Acknowledged)
}

/// Whether a reason makes sense for an answer; codes a desk has added are offered for all.
pub fn fits(by: ReferralMove, reason: &str) -> bool {
    let strange: &[&str] = match by {
        ReferralMove::Decline => &["did_not_attend"],
        ReferralMove::Hold => &[
            "not_eligible",
            "out_of_area",
            "wrong_service",
            "client_declined",
            "duplicate",
            "already_served",
        ],
        ReferralMove::Fail => &["waiting_list", "duplicate", "out_of_area"],
        ReferralMove::Cancel => &["did_not_attend", "could_not_contact"],
        _ => &[],
    };
    !strange.contains(&reason)
}

/// A mailbox as the page names it, so that its owner knows it and nobody else learns it: `b•••@clinica.example`.
pub fn masked(mailbox: &str) -> String {
    let (name, host) = mailbox.split_once('@').unwrap_or((mailbox, ""));
    format!("{}•••@{host}", name.chars().next().unwrap_or('•'))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::ids::{AgencyId, AnswerLinkId, ReferralId};
    use crate::referrals::Priority;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 24, 15, 0, 0).single().expect("a moment")
    }

    fn link() -> AnswerLink {
        AnswerLink {
            id: AnswerLinkId::new(),
            referral_id: ReferralId::new(),
            agency_id: AgencyId::new(),
            made_at: now() - TimeDelta::days(1),
            expires_at: now() + TimeDelta::days(59),
            revoked_at: None,
            opened_count: 0,
            last_opened_at: None,
            wrong_codes: 0,
            slowed_until: None,
        }
    }

    fn standing(state: ReferralState) -> Standing {
        Standing {
            state,
            priority: Priority::Normal,
            sent_at: Some(now() - TimeDelta::days(1)),
            decide_by: None,
            acknowledged_at: None,
            decided_at: None,
            appointment_at: None,
            appointment_place: None,
            began_on: None,
            hold_review_on: None,
            outcome: None,
            confirmed_by: None,
            ended_at: None,
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

    fn ended(days: i64) -> Standing {
        Standing { ended_at: Some(now() - TimeDelta::days(days)), ..standing(ReferralState::Declined) }
    }

    #[test]
    fn a_link_leads_somewhere_until_anything_ends_it() {
        let sent = standing(ReferralState::Sent);
        let revoked = AnswerLink { revoked_at: Some(now()), ..link() };
        let expired = AnswerLink { expires_at: now(), ..link() };
        let (fresh, read, past) = (link(), ended(29), ended(30));
        let draft = Standing { sent_at: None, ..standing(ReferralState::Draft) };
        let cases = [
            (&fresh, false, &sent, false, Door::Open),
            (&fresh, false, &sent, true, Door::Shut),
            (&fresh, true, &sent, false, Door::OnlyGoOn),
            (&fresh, true, &sent, true, Door::Shut),
            (&revoked, false, &sent, false, Door::Shut),
            (&expired, false, &sent, false, Door::Shut),
            (&expired, true, &sent, false, Door::Shut),
            (&fresh, false, &read, false, Door::Open),
            (&fresh, false, &past, false, Door::Shut),
            (&fresh, false, &draft, false, Door::Shut),
        ];
        for (at, (link, superseded, standing, agency_retired, expected)) in cases.into_iter().enumerate() {
            let way = Way { link, superseded, standing, agency_retired };
            assert_eq!(door(&way, now()), expected, "case {at}");
        }
    }

    #[test]
    fn a_session_ends_when_idle_and_at_the_latest_after_a_working_day() {
        let minutes = TimeDelta::minutes;
        assert!(session_lives(now() - minutes(60), now() - minutes(29), now()));
        assert!(!session_lives(now() - minutes(60), now() - minutes(30), now()));
        assert!(!session_lives(now() - minutes(480), now() - minutes(1), now()));
    }

    #[test]
    fn codes_are_mailed_rarely_enough_for_a_mailbox_to_stay_usable() {
        let none = SentCodes::default();
        let ago = |seconds| Some(now() - TimeDelta::seconds(seconds));
        let cases = [
            (SentCodes { ..none }, CodeWish::Send),
            (SentCodes { last_for_link: ago(59), for_link_in_hour: 1, ..none }, CodeWish::JustSent),
            (SentCodes { last_for_link: ago(60), for_link_in_hour: 3, ..none }, CodeWish::Send),
            (
                SentCodes { last_for_link: ago(600), for_link_in_hour: 4, ..none },
                CodeWish::TooMany(now() + TimeDelta::hours(1)),
            ),
            (SentCodes { for_link_in_day: 12, ..none }, CodeWish::TooMany(now() + TimeDelta::days(1))),
            (SentCodes { for_agency_in_hour: 60, ..none }, CodeWish::TooMany(now() + TimeDelta::hours(1))),
            (SentCodes { for_agency_in_day: 200, ..none }, CodeWish::TooMany(now() + TimeDelta::days(1))),
        ];
        for (sent, expected) in cases {
            assert_eq!(wish(&sent, now()), expected, "{sent:?}");
        }
    }

    #[test]
    fn one_slip_costs_nothing_and_guessing_soon_costs_minutes() {
        let waits = |wrong| slowed_until(wrong, now()).map_or(0, |until| (until - now()).num_seconds());
        assert_eq!((1..=6).map(waits).collect::<Vec<_>>(), [0, 2, 4, 8, 16, 32]);
        assert_eq!(waits(50), 15 * 60);
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let cases = [
            ("482 913", Some("482913")),
            (" 482-913 ", Some("482913")),
            ("482913", Some("482913")),
            ("48291", None),
            ("4829134", None),
            ("48291a", None),
            ("٤٨٢٩١٣", None),
            ("", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(typed_code(typed).as_deref(), expected, "{typed:?}");
        }
    }

    #[test]
    fn only_what_the_table_allows_a_partner_is_offered() {
        use ReferralMove::{Accept, Acknowledge, Begin, Cancel, Complete, Decline, Fail, Hold};
        for state in ReferralState::ALL {
            let standing = standing(*state);
            let allowed = rules::allowed(&standing, Who::Partner);
            assert!(answers(&standing).iter().all(|by| allowed.contains(by)), "{state}");
        }
        assert_eq!(answers(&standing(ReferralState::Sent)), [Accept, Decline, Acknowledge]);
        assert_eq!(answers(&standing(ReferralState::Accepted)), [Begin, Complete, Hold, Fail, Cancel]);
        assert_eq!(answers(&standing(ReferralState::OnHold)), [Accept, Begin, Complete, Fail, Cancel]);
        assert_eq!(answers(&ended(1)), []);
    }

    #[test]
    fn a_page_is_stale_when_more_happened_than_that_a_colleague_saw_it() {
        use ReferralState::{Accepted, Acknowledged, Cancelled, Sent};
        assert!(!is_stale(Sent, Sent) && !is_stale(Sent, Acknowledged));
        assert!(
            is_stale(Sent, Accepted) && is_stale(Acknowledged, Cancelled) && is_stale(Acknowledged, Sent)
        );
    }

    #[test]
    fn a_mailbox_is_named_so_that_only_its_owner_knows_it() {
        assert_eq!(masked("buzon@clinica.example"), "b•••@clinica.example");
    }
}
