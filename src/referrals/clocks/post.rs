//! What one run of the clocks has to say, by recipient: a few letters each, or one for all.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::ids::{AgencyId, CaseId, OfficeId, ReferralId, StaffId};
use crate::notices::standing::Waiting;
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// So many letters of one run go to one recipient apart; more become one, as after a day of standstill or a holiday.
pub const APART_AT_MOST: usize = 5;

/// A recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum To {
    /// An agency's registered mailbox.
    Agency(AgencyId),
    /// An account of the desk.
    Staff(StaffId),
}

/// One thing to tell about one referral.
#[derive(Debug, Clone)]
pub struct Letter {
    /// To whom.
    pub to: To,
    /// In which words.
    pub kind: NoticeKind,
    /// About which.
    pub referral: ReferralId,
    /// Its case.
    pub case: CaseId,
    /// The office it speaks for.
    pub office: OfficeId,
    /// What its words need.
    pub fields: Value,
}

/// The letters of one run.
#[derive(Debug, Default)]
pub struct Post(BTreeMap<To, Vec<Letter>>);

impl Post {
    /// Adds letters.
    pub fn add(&mut self, letters: Vec<Letter>) {
        for letter in letters {
            self.0.entry(letter.to).or_default().push(letter);
        }
    }

    /// Promises them all.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn send(self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        for (to, letters) in self.0 {
            let mut apart = vec![];
            for letter in letters {
                // What waits for the one mail a day goes in that mail, however many there are.
                if letter.notice().gathers(tx, now).await? {
                    letter.notice().send(tx, now).await?;
                } else {
                    apart.push(letter);
                }
            }
            if apart.len() > APART_AT_MOST {
                one_for_all(to, &apart).send(tx, now).await?;
                continue;
            }
            for letter in apart {
                letter.notice().send(tx, now).await?;
            }
        }
        Ok(())
    }
}

impl Letter {
    fn notice(&self) -> NewNotice {
        let notice = addressed(self.to, self.kind).fields(self.fields.clone());
        notice.about_referral(self.referral, self.case, self.office)
    }
}

fn addressed(to: To, kind: NoticeKind) -> NewNotice {
    match to {
        To::Agency(agency) => NewNotice::to_agency(kind, agency),
        To::Staff(staff) => NewNotice::to_staff(kind, staff),
    }
}

/// It speaks for the office when all are of one.
fn one_for_all(to: To, letters: &[Letter]) -> NewNotice {
    let waiting: Vec<Waiting> =
        letters.iter().map(|letter| Waiting { referral: letter.referral, kind: letter.kind }).collect();
    let notice = addressed(to, NoticeKind::ReferralsWaiting).fields(json!({ "waiting": waiting }));
    match letters.first().map(|letter| letter.office) {
        Some(office) if letters.iter().all(|letter| letter.office == office) => notice.from_office(office),
        _ => notice,
    }
}
