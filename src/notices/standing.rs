//! Whether what a notice says is still so when its mail is written. Between the promise and the mail server's yes lie
//! minutes, or a night of trying again: nobody is asked for what is over, and news is told however late.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};

use super::digest::Item;
use super::model::{Notice, NoticeKind, category};
use crate::ids::ReferralId;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::text::{Text, texts};
use crate::schema::{offices, referrals};

/// Where a referral stands, in the database's words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Queryable)]
pub struct Place {
    /// Its state.
    pub state: String,
    /// The clock that runs.
    pub due_clock: Option<String>,
}

impl Place {
    /// Whether a notice of this kind still says something true.
    pub fn holds(&self, kind: NoticeKind) -> bool {
        let state = self.state.as_str();
        let undecided = matches!(state, "sent" | "acknowledged");
        match kind {
            NoticeKind::ReferralSent => undecided || matches!(state, "accepted" | "in_service" | "on_hold"),
            NoticeKind::ReferralReminder | NoticeKind::ReferralOverdue => undecided,
            NoticeKind::ReferralUnseen => state == "sent",
            NoticeKind::ReferralContactOverdue => state == "accepted",
            NoticeKind::ReferralReviewDue => state == "on_hold",
            NoticeKind::ReferralVerifyDue => self.due_clock.as_deref() == Some("verify"),
            NoticeKind::ReferralExpired => state == "expired",
            _ => true,
        }
    }
}

/// One referral in a notice about several, as its fields name it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Waiting {
    /// Which.
    pub referral: ReferralId,
    /// What would have been said of it alone.
    pub kind: NoticeKind,
}

/// One referral in a notice about several, as the database knows it now.
#[derive(Debug, Clone)]
pub struct Waits {
    /// What would have been said of it alone.
    pub kind: NoticeKind,
    /// What is said of it.
    pub item: Item,
    /// Where it stands.
    pub place: Place,
}

impl Waits {
    /// Those a notice names, in its order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, notice: &Notice) -> Result<Vec<Waits>, Error> {
        let named = waiting(notice);
        let ids: Vec<ReferralId> = named.iter().map(|waiting| waiting.referral).collect();
        let known: Vec<Known> = referrals::table
            .inner_join(offices::table)
            .filter(referrals::id.eq_any(ids))
            .select((
                (referrals::id, referrals::number, referrals::service, referrals::decide_by, offices::code),
                (referrals::state, referrals::due_clock),
            ))
            .load(conn)
            .await?;
        let mut waits = vec![];
        for Waiting { referral, kind } in named {
            let Some(known) = known.iter().find(|known| known.about.0 == referral) else { continue };
            let (_, number, service, answer_by, office_code) = known.about.clone();
            let category = category(conn, &service, &notice.language).await?;
            let item = Item { referral, number, category, answer_by, again: true, office_code, link: None };
            waits.push(Waits { kind, item, place: known.place.clone() });
        }
        Ok(waits)
    }
}

/// A referral that waits, as it is read.
#[derive(Queryable)]
struct Known {
    /// Id, number, service, deadline, and the code of the office.
    about: (ReferralId, String, String, Option<DateTime<Utc>>, String),
    place: Place,
}

/// The referrals a notice about several names, in its order; none of any other.
pub fn waiting(notice: &Notice) -> Vec<Waiting> {
    let named = notice.fields.get("waiting").cloned().unwrap_or_default();
    serde_json::from_value(named).unwrap_or_default()
}

/// The numbers by what is wanted of them, each group in the order it was told.
pub fn lists(waits: &[Waits]) -> Vec<(Text, Vec<String>)> {
    let mut lists: Vec<(Text, Vec<String>)> = vec![];
    for waiting in waits {
        let label = Text::of("waiting", waiting.kind.word()).unwrap_or(texts::MAIL_FACT_REFERRAL);
        match lists.iter_mut().find(|(known, _)| *known == label) {
            Some((_, numbers)) => numbers.push(waiting.item.number.clone()),
            None => lists.push((label, vec![waiting.item.number.clone()])),
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_asked_for_what_is_over_and_news_is_told_however_late() {
        use NoticeKind::{
            ReferralAccepted, ReferralCancelled, ReferralContactOverdue, ReferralExpired, ReferralOverdue,
            ReferralReminder, ReferralReviewDue, ReferralSent, ReferralUnseen, ReferralVerifyDue,
        };
        let table: &[(&str, &[NoticeKind])] = &[
            ("sent", &[ReferralSent, ReferralReminder, ReferralUnseen, ReferralOverdue]),
            ("acknowledged", &[ReferralSent, ReferralReminder, ReferralOverdue]),
            ("accepted", &[ReferralSent, ReferralContactOverdue]),
            ("on_hold", &[ReferralSent, ReferralReviewDue]),
            ("in_service", &[ReferralSent]),
            ("expired", &[ReferralExpired]),
            ("declined", &[]),
            ("cancelled", &[]),
            ("completed", &[]),
        ];
        let asking = [
            ReferralSent,
            ReferralReminder,
            ReferralUnseen,
            ReferralOverdue,
            ReferralExpired,
            ReferralContactOverdue,
            ReferralReviewDue,
            ReferralVerifyDue,
        ];
        for (state, holding) in table {
            let place = Place { state: (*state).into(), due_clock: None };
            for kind in asking {
                assert_eq!(place.holds(kind), holding.contains(&kind), "{kind} in {state}");
            }
            assert!(place.holds(ReferralAccepted) && place.holds(ReferralCancelled), "{state}");
        }
        let asked = Place { state: "completed".into(), due_clock: Some("verify".into()) };
        assert!(asked.holds(ReferralVerifyDue));
    }
}
