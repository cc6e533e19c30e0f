//! What a delivery report means.

use uuid::Uuid;

use crate::ids::NoticeId;
use crate::notices::model::NoticeState;
use crate::platform::mail::Fate;

crate::words! {
    /// What was made of a mail that came back.
    BounceOutcome {
        /// The notice will not arrive.
        Bounced = "bounced",
        /// The notice is late; the other server goes on trying.
        Delayed = "delayed",
        /// The notice arrived; there is nothing to do.
        Arrived = "arrived",
        /// The notice is known, but not on its way any more.
        Late = "late",
        /// A report about no mail of ours, or a forged one.
        Unknown = "unknown",
        /// No delivery report at all.
        NotAReport = "not_a_report",
        /// Too large to be looked at.
        TooLarge = "too_large",
    }
}

/// What follows from a report.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Where the notice stands now, when the report changes that.
    pub state: Option<NoticeState>,
    /// What it is counted as.
    pub outcome: BounceOutcome,
}

/// The place in [`return_path`] for the notice’s id.
const PLACE: &str = "{notice}";

/// The address that mail of this notice comes back to: the setting, with the id where it has a place for it.
pub fn return_path(setting: &str, notice: NoticeId) -> String {
    setting.replace(PLACE, &notice.0.simple().to_string())
}

/// Whether mail to `recipient` comes back to us; what follows a `+` does not matter.
pub fn is_ours(setting: &str, recipient: &str) -> bool {
    fn mailbox(address: &str) -> Option<(String, String)> {
        let (local, domain) = address.rsplit_once('@')?;
        let local = local.split('+').next().unwrap_or(local);
        Some((local.to_lowercase(), domain.to_lowercase()))
    }
    mailbox(setting).is_some_and(|ours| mailbox(recipient) == Some(ours))
}

/// The notice a report is about: by the Message-ID of the mail, else by the address it came back to. Two that differ
/// name none.
pub fn notice_of(message_id: Option<&str>, sent_to: &[String]) -> Option<NoticeId> {
    let id_before_at = |address: &str| address.split('@').next().unwrap_or_default().parse::<Uuid>().ok();
    let by_address = sent_to.iter().find_map(|to| id_before_at(to.split_once('+')?.1));
    let Some(message_id) = message_id else { return by_address.map(NoticeId) };
    let by_id = id_before_at(message_id)?;
    by_address.is_none_or(|other| other == by_id).then_some(NoticeId(by_id))
}

/// What a report makes of a notice that stands at `state` after so many tries to hand it over.
pub fn judge(state: NoticeState, attempts: i32, fate: Fate) -> Verdict {
    use NoticeState::{Bounced, Deferred, Sent};
    // A server may have taken a mail without our learning of it, so one that we still try can come back as well.
    let on_its_way = attempts > 0 && matches!(state, Sent | Deferred);
    match fate {
        Fate::Arrived => Verdict { state: None, outcome: BounceOutcome::Arrived },
        Fate::Failed if on_its_way => Verdict { state: Some(Bounced), outcome: BounceOutcome::Bounced },
        Fate::Delayed if on_its_way => {
            let news = (state == Sent).then_some(Deferred);
            Verdict { state: news, outcome: BounceOutcome::Delayed }
        }
        Fate::Failed | Fate::Delayed => Verdict { state: None, outcome: BounceOutcome::Late },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0195f7c2-0000-7000-8000-00000000cafe";

    #[test]
    fn a_report_names_a_notice_by_message_id_or_by_address_and_two_that_differ_name_none() {
        let id: Uuid = ID.parse().expect("id");
        let mine = format!("{ID}@desk.example");
        let path = return_path("bounces+{notice}@desk.example", NoticeId(id));
        assert_eq!(path, "bounces+0195f7c200007000800000000000cafe@desk.example");
        let other = return_path("bounces+{notice}@desk.example", NoticeId(Uuid::nil()));
        let cases: [(Option<&str>, &[&str], bool); 9] = [
            (Some(&mine), &[], true),
            (Some(&mine), &["bounces@desk.example"], true),
            (Some(&mine), &[&path], true),
            (None, &["x@desk.example", &path], true),
            (Some(&mine), &[&other], false),
            (None, &[], false),
            (None, &["bounces+@desk.example", "bounces+ana@desk.example", ""], false),
            (Some("somebody-else@mx.example"), &[&path], false),
            (Some(""), &[], false),
        ];
        for (message_id, sent_to, found) in cases {
            let sent_to: Vec<String> = sent_to.iter().map(|to| (*to).to_owned()).collect();
            assert_eq!(
                notice_of(message_id, &sent_to),
                found.then_some(NoticeId(id)),
                "{message_id:?} {sent_to:?}"
            );
        }
    }

    #[test]
    fn an_address_without_a_place_stays_as_it_is() {
        assert_eq!(return_path("bounces@desk.example", NoticeId(Uuid::nil())), "bounces@desk.example");
    }

    #[test]
    fn only_the_own_mailbox_is_known_with_whatever_follows_the_plus() {
        for setting in ["bounces@desk.example", "bounces+{notice}@desk.example"] {
            for recipient in ["bounces@desk.example", "Bounces+0195@DESK.example"] {
                assert!(is_ours(setting, recipient), "{setting} {recipient}");
            }
            for recipient in
                ["bounce@desk.example", "bounces@desk.example.org", "bounces", "", "+@desk.example"]
            {
                assert!(!is_ours(setting, recipient), "{setting} {recipient}");
            }
        }
    }

    #[test]
    fn a_report_counts_for_what_is_on_its_way_and_changes_nothing_else() {
        use BounceOutcome as O;
        use NoticeState::{Bounced, Deferred, Dropped, Failed, Queued, Sent};
        let table = [
            (Sent, 1, Fate::Failed, Some(Bounced), O::Bounced),
            (Deferred, 1, Fate::Failed, Some(Bounced), O::Bounced),
            (Sent, 1, Fate::Delayed, Some(Deferred), O::Delayed),
            (Deferred, 2, Fate::Delayed, None, O::Delayed),
            (Sent, 1, Fate::Arrived, None, O::Arrived),
            (Queued, 0, Fate::Failed, None, O::Late),
            (Queued, 3, Fate::Failed, None, O::Late),
            (Bounced, 1, Fate::Failed, None, O::Late),
            (Bounced, 1, Fate::Delayed, None, O::Late),
            (Failed, 8, Fate::Failed, None, O::Late),
            (Dropped, 1, Fate::Failed, None, O::Late),
        ];
        for (state, attempts, fate, news, outcome) in table {
            let verdict = judge(state, attempts, fate);
            assert_eq!((verdict.state, verdict.outcome), (news, outcome), "{state} {fate:?}");
        }
    }
}
