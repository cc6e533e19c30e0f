//! What the desk and the agency are shown of a referral.

mod desk;
mod inbox;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

pub use desk::{ReferralNotice, ReferralPreview, ReferralView};
pub use inbox::{InboxReferral, InboxRow};

use super::Priority;
use super::clocks::rules::ReferralClock;
use super::messages::model::Message;
use super::messages::rules::Side;
use super::model::{Referral, Standing};
use super::restricted::{NeedSight, Sights};
use super::rules::{ReferralOutcome, ReferralState};
use crate::auth::Actor;
use crate::ids::{AgencyId, CaseId, OfficeId, ReferralId, ServiceId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::page::Page;

/// A referral in a list: no personal facts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralRow {
    /// Its id.
    pub id: ReferralId,
    /// Said on the phone.
    #[schema(example = "R-PIC-2026-000412")]
    pub number: String,
    /// The case.
    pub case_id: CaseId,
    /// The office that refers.
    pub office_id: OfficeId,
    /// The need is a restricted fact. To those who may not read it, agency, service and category are null: they tell it.
    pub restricted: bool,
    /// The agency asked.
    pub agency_id: Option<AgencyId>,
    /// The service asked for.
    pub service_id: Option<ServiceId>,
    /// The need's top category of list service; the code itself stands in the record.
    #[schema(example = "SHE")]
    pub category: Option<String>,
    /// Where it stands.
    pub state: ReferralState,
    /// How soon an answer is needed.
    pub priority: Priority,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// By when the partner should decide.
    pub decide_by: Option<DateTime<Utc>>,
    /// The clock that runs; null when nothing is waited for.
    pub due: Option<DueClock>,
    /// That clock has run out.
    pub overdue: bool,
    /// The partner answered and nobody at the desk has read it.
    pub unread: bool,
    /// Messages of the agency that nobody at the desk has marked as read.
    pub unread_messages: i64,
    /// What came of it, once completed.
    pub outcome: Option<ReferralOutcome>,
    /// The coded reason of its state.
    pub reason: Option<String>,
    /// When it was prepared.
    pub created_at: DateTime<Utc>,
    /// Counts moves and edits.
    pub version: i32,
}

/// What is waited for, and until when.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueClock {
    /// The partner sees it, decides, or reaches the client; it is looked at again; the client is asked.
    #[schema(example = "decide")]
    pub clock: ReferralClock,
    /// When it runs out.
    pub at: DateTime<Utc>,
}

impl DueClock {
    fn of(standing: &Standing) -> Option<DueClock> {
        Some(DueClock { clock: standing.due_clock?, at: standing.due_at? })
    }
}

fn is_overdue(referral: &Referral, now: DateTime<Utc>) -> bool {
    referral.standing.due_at.is_some_and(|due| due < now)
}

fn is_unread(referral: &Referral) -> bool {
    use ReferralState::{Acknowledged, Draft, EnteredInError, Sent};
    referral.standing.answer_read_at.is_none()
        && ![Draft, Sent, Acknowledged, EnteredInError].contains(&referral.standing.state)
}

/// Which referrals are on a page.
fn ids(page: &Page<Referral>) -> Vec<ReferralId> {
    page.items.iter().map(|referral| referral.id).collect()
}

/// The top category of a service code.
fn category(service: &str) -> String {
    service.split('-').next().unwrap_or(service).to_owned()
}

impl ReferralRow {
    /// The rows of a page.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn all(
        conn: &mut Conn,
        actor: &Actor,
        page: Page<Referral>,
        now: DateTime<Utc>,
    ) -> Result<Page<ReferralRow>, Error> {
        let mut unread = Message::unread(conn, &ids(&page), Side::Agency).await?;
        let sights = Sights::of(conn, actor, &page.items).await?;
        Ok(page.map(|referral| {
            let unread = unread.remove(&referral.id).unwrap_or_default();
            let sight = sights.to(&referral);
            ReferralRow::of(referral, sight, unread, now)
        }))
    }

    /// The row at `now`, to one who sees so much of its need.
    pub fn of(referral: Referral, need: NeedSight, unread_messages: i64, now: DateTime<Utc>) -> ReferralRow {
        ReferralRow {
            restricted: need.restricted,
            due: DueClock::of(&referral.standing),
            overdue: is_overdue(&referral, now),
            unread: is_unread(&referral),
            unread_messages,
            category: need.shown(category(&referral.service)),
            id: referral.id,
            number: referral.number,
            case_id: referral.case_id,
            office_id: referral.office_id,
            agency_id: need.shown(referral.agency_id),
            service_id: need.shown(referral.service_id),
            state: referral.standing.state,
            priority: referral.standing.priority,
            sent_at: referral.standing.sent_at,
            decide_by: referral.standing.decide_by,
            outcome: referral.standing.outcome,
            reason: referral.standing.reason,
            created_at: referral.created_at,
            version: referral.version,
        }
    }
}

/// A moved referral, as the one who moved it may see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum MovedReferral {
    /// To the desk.
    Desk(Box<ReferralView>),
    /// To the agency.
    Inbox(Box<InboxReferral>),
}

/// How many.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralCount {
    /// Referrals.
    pub count: i64,
}
