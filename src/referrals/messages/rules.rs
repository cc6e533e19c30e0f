//! Who writes to whom, until when, and who reads it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids::ReferralMessageId;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::validate;
use crate::referrals::model::Standing;
use crate::referrals::rules::{self, ReferralState};

/// Longest message, in characters.
const LONGEST: usize = 4_000;
/// While messages wait to be read, another mail about them goes out at most so often.
const MAIL_AT_MOST_EVERY: TimeDelta = TimeDelta::hours(1);

crate::words! {
    /// One of the two who write to each other.
    Side {
        /// The desk that refers.
        Desk = "desk",
        /// The agency it refers to.
        Agency = "agency",
    }
}

impl Side {
    /// The one who is written to.
    pub fn other(self) -> Side {
        match self {
            Side::Desk => Side::Agency,
            Side::Agency => Side::Desk,
        }
    }
}

/// A message to the other side.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteMessage {
    /// Made by the client, or left out.
    pub id: Option<ReferralMessageId>,
    /// The words, at most 4,000 characters. They are shown to the other side alone, and never mailed.
    #[schema(example = "Can she come on Thursday at nine instead?")]
    pub body: String,
}

impl WriteMessage {
    /// The words, checked.
    ///
    /// # Errors
    /// The field when it needs another value.
    pub fn validate(self) -> Result<String, Error> {
        let mut errors = FieldErrors::new();
        let body = validate::required(&mut errors, "body", Some(self.body), LONGEST);
        errors.finish(body)
    }
}

/// What was read.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkMessages {
    /// The newest message that was on the screen; everything when left out.
    pub up_to: Option<ReferralMessageId>,
}

/// Whether the agency was asked to delete what it was told: nothing more is shared, and nothing is shown any more.
fn is_taken_back(state: ReferralState) -> bool {
    matches!(state, ReferralState::Cancelled | ReferralState::EnteredInError)
}

/// Whether desk and agency may write: from sending until as long after the end as the agency sees the referral. What was
/// cancelled (also because a consent was withdrawn) or entered in error takes none.
pub fn takes_messages(standing: &Standing, now: DateTime<Utc>) -> bool {
    rules::is_seen_by_partner(standing, now) && !is_taken_back(standing.state)
}

/// Whether `reader` is shown the words. The desk keeps its records; `hidden`: the need is restricted and not for these
/// eyes.
pub fn shows_words(reader: Side, standing: &Standing, hidden: bool) -> bool {
    !hidden && (reader == Side::Desk || !is_taken_back(standing.state))
}

/// Whether the other side gets a mail: of the first message, and of later ones only when it read the earlier or the
/// last mail is a while ago.
pub fn is_mailed(unread_before: bool, last_mail: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    !unread_before || last_mail.is_none_or(|at| at + MAIL_AT_MOST_EVERY <= now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referrals::rules::tests::{now, standing};

    #[test]
    fn messages_are_taken_from_sending_until_the_agency_sees_it_no_more() {
        use ReferralState::{
            Accepted, Acknowledged, Cancelled, Completed, Declined, Draft, EnteredInError, Expired, Failed,
            InService, OnHold, Sent,
        };
        for state in [Sent, Acknowledged, Accepted, InService, OnHold] {
            assert!(takes_messages(&standing(state), now()), "{state}");
        }
        assert!(!takes_messages(&Standing { sent_at: None, ..standing(Draft) }, now()));
        let ended = |state, days| {
            let ended_at = Some(now() - TimeDelta::days(days));
            takes_messages(&Standing { sent_at: ended_at, ended_at, ..standing(state) }, now())
        };
        for state in [Declined, Completed, Failed, Expired] {
            assert!(ended(state, 29) && !ended(state, 30), "{state}");
        }
        for state in [Cancelled, EnteredInError] {
            assert!(!ended(state, 0), "{state}");
        }
    }

    #[test]
    fn what_was_taken_back_is_shown_to_the_desk_alone() {
        let open = standing(ReferralState::Sent);
        let over = Standing { ended_at: Some(now()), ..standing(ReferralState::Cancelled) };
        let table = [
            (Side::Desk, &open, false, true),
            (Side::Agency, &open, false, true),
            (Side::Desk, &over, false, true),
            (Side::Agency, &over, false, false),
            (Side::Desk, &open, true, false),
        ];
        for (reader, standing, hidden, shown) in table {
            assert_eq!(shows_words(reader, standing, hidden), shown, "{reader} {} {hidden}", standing.state);
        }
    }

    #[test]
    fn who_writes_three_lines_does_not_send_three_mails() {
        let ago = |minutes| Some(now() - TimeDelta::minutes(minutes));
        let table = [
            (false, None, true),
            (false, ago(1), true),
            (true, ago(59), false),
            (true, ago(60), true),
            (true, None, true),
        ];
        for (unread, last, mailed) in table {
            assert_eq!(is_mailed(unread, last, now()), mailed, "{unread} {last:?}");
        }
    }
}
