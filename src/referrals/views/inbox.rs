//! A referral as the agency sees it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::{DueClock, ids, is_overdue};
use crate::auth::Actor;
use crate::ids::{OfficeId, ReferralId, ServiceId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::page::Page;
use crate::referrals::Priority;
use crate::referrals::disclosure::frozen::{Frozen, is_shown};
use crate::referrals::messages::model::Message;
use crate::referrals::messages::rules::{Side, takes_messages};
use crate::referrals::model::Referral;
use crate::referrals::rules::{self, ReferralOutcome, ReferralState, Who};
use crate::schema::{agencies, agency_services, offices};

/// A referral as the agency sees it in its inbox: no personal facts.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxRow {
    /// Its id.
    pub id: ReferralId,
    /// Said on the phone.
    #[schema(example = "R-PIC-2026-000412")]
    pub number: String,
    /// The office that refers.
    pub office_id: OfficeId,
    /// The service asked for.
    pub service_id: ServiceId,
    /// The need's service code.
    #[schema(example = "SHE-EMG")]
    pub service: String,
    /// Where it stands.
    pub state: ReferralState,
    /// How soon an answer is needed.
    pub priority: Priority,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// By when to decide.
    pub decide_by: Option<DateTime<Utc>>,
    /// The clock that runs; null when nothing is waited for.
    pub due: Option<DueClock>,
    /// That clock has run out.
    pub overdue: bool,
    /// Who at the agency looks after it.
    pub assignee_id: Option<StaffId>,
    /// Messages of the desk that nobody at the agency has marked as read.
    pub unread_messages: i64,
    /// What this account may do with it now: moves, assign and write_message.
    pub allowed: Vec<&'static str>,
    /// Counts moves; send it as If-Match.
    pub version: i32,
}

impl InboxRow {
    /// The rows of a page.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn all(
        conn: &mut Conn,
        page: Page<Referral>,
        now: DateTime<Utc>,
    ) -> Result<Page<InboxRow>, Error> {
        let mut unread = Message::unread(conn, &ids(&page), Side::Desk).await?;
        Ok(page.map(|referral| InboxRow::of(&referral, unread.remove(&referral.id).unwrap_or_default(), now)))
    }

    /// The row of one referral.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(conn: &mut Conn, referral: &Referral, now: DateTime<Utc>) -> Result<InboxRow, Error> {
        Ok(InboxRow::of(referral, Message::unread_of(conn, referral.id, Side::Desk).await?, now))
    }

    /// The row at `now`.
    fn of(referral: &Referral, unread_messages: i64, now: DateTime<Utc>) -> InboxRow {
        let moves = rules::allowed(&referral.standing, Who::Partner);
        let mut allowed: Vec<&'static str> = moves.into_iter().map(|by| by.word()).collect();
        if referral.standing.state.is_with_partner() {
            allowed.push("assign");
        }
        if takes_messages(&referral.standing, now) {
            allowed.push("write_message");
        }
        InboxRow {
            id: referral.id,
            number: referral.number.clone(),
            office_id: referral.office_id,
            service_id: referral.service_id,
            service: referral.service.clone(),
            state: referral.standing.state,
            priority: referral.standing.priority,
            sent_at: referral.standing.sent_at,
            decide_by: referral.standing.decide_by,
            due: DueClock::of(&referral.standing),
            overdue: is_overdue(referral, now),
            assignee_id: referral.agency_assignee_id,
            unread_messages,
            allowed,
            version: referral.version,
        }
    }
}

/// A referral as the agency opens it: the frozen facts, as long as it may see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxReferral {
    /// What the inbox lists.
    #[serde(flatten)]
    pub row: InboxRow,
    /// Name of the office that refers.
    pub office: String,
    /// Its phone.
    pub office_phone: Option<String>,
    /// The agency.
    pub agency: String,
    /// The service asked for, by its name.
    pub service_name: String,
    /// What is asked for, in words.
    pub message: Option<String>,
    /// How the client may be contacted.
    pub contact_how: Option<String>,
    /// What was disclosed, frozen at sending; amendments follow.
    pub disclosures: Vec<Frozen>,
    /// When the client will be received.
    pub appointment_at: Option<DateTime<Utc>>,
    /// Where.
    pub appointment_place: Option<String>,
    /// The day the service began.
    pub began_on: Option<NaiveDate>,
    /// On hold: the day to look again.
    pub hold_review_on: Option<NaiveDate>,
    /// What came of it.
    pub outcome: Option<ReferralOutcome>,
    /// The coded reason of its state.
    pub reason: Option<String>,
}

impl InboxReferral {
    /// Reads what was disclosed with it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(
        conn: &mut Conn,
        actor: &Actor,
        referral: &Referral,
        now: DateTime<Utc>,
    ) -> Result<InboxReferral, Error> {
        let shown = is_shown(conn, actor, referral).await?;
        let (office, office_phone) = offices::table
            .find(referral.office_id)
            .select((offices::name, offices::phone))
            .first(conn)
            .await?;
        let (service_name, agency) = agency_services::table
            .inner_join(agencies::table)
            .filter(agency_services::id.eq(referral.service_id))
            .select((agency_services::name, agencies::name))
            .first(conn)
            .await?;
        let standing = &referral.standing;
        Ok(InboxReferral {
            row: InboxRow::read(conn, referral, now).await?,
            office,
            office_phone,
            agency,
            service_name,
            message: referral.message.clone().filter(|_| shown),
            contact_how: referral.contact_how.clone().filter(|_| shown),
            disclosures: if shown { Frozen::of(conn, referral.id).await? } else { vec![] },
            appointment_at: standing.appointment_at,
            appointment_place: standing.appointment_place.clone(),
            began_on: standing.began_on,
            hold_review_on: standing.hold_review_on,
            outcome: standing.outcome,
            reason: standing.reason.clone(),
        })
    }
}
