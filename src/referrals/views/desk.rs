//! A referral as the desk sees it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ReferralRow, is_unread};
use crate::auth::{Actor, Permission, Role};
use crate::ids::{AgencyId, ConsentId, NeedId, NoticeId, ReferralId, ServiceId};
use crate::notices::NoticeKind;
use crate::notices::model::NoticeState;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::referrals::answering::model::LinkState;
use crate::referrals::clocks::model::StepView;
use crate::referrals::disclosure::Disclosed;
use crate::referrals::disclosure::frozen::Frozen;
use crate::referrals::messages::model::Message;
use crate::referrals::messages::rules::{Side, takes_messages};
use crate::referrals::model::{CaseFacts, Moved, NeedFacts, Referral, Try};
use crate::referrals::restricted::NeedSight;
use crate::referrals::rules::{self, ConfirmedBy, ReferralState, Who};
use crate::schema::notices;

/// A mail about a referral, and whether it arrived.
#[derive(Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = notices)]
pub struct ReferralNotice {
    /// The notice.
    pub id: NoticeId,
    /// Which mail.
    pub kind: NoticeKind,
    /// How far it got.
    pub state: NoticeState,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// The agency it goes to; null for one to the desk.
    pub to_agency_id: Option<AgencyId>,
    /// How often it was handed to the mail server.
    pub attempts: i32,
    /// The last words of a mail server about it, without addresses.
    pub last_reply: Option<String>,
    /// When the digest it waits for is due; null when it goes by itself.
    pub gather_until: Option<DateTime<Utc>>,
}

/// A referral as the desk sees it. What the reader may not know is null, and `hidden` says so.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralView {
    /// What every list shows.
    #[serde(flatten)]
    pub row: ReferralRow,
    /// The need.
    pub need_id: NeedId,
    /// The need's service code.
    pub service: Option<String>,
    /// Personal facts are left out: the need is restricted, or a manager looks without a reason.
    pub hidden: bool,
    /// What the partner is asked for, in words.
    pub message: Option<String>,
    /// How the client may be contacted.
    pub contact_how: Option<String>,
    /// Codes of list disclosure_fact to disclose.
    pub facts: Vec<String>,
    /// The consent it was sent under.
    pub consent_id: Option<ConsentId>,
    /// Whether it was sent without one.
    pub consent_overridden: bool,
    /// By when somebody at the partner should have seen it.
    pub acknowledge_by: Option<DateTime<Utc>>,
    /// By when the client should be reached, once accepted.
    pub contact_by: Option<DateTime<Utc>>,
    /// The day to ask the client whether the need is met, once completed.
    pub verify_on: Option<NaiveDate>,
    /// When the partner was seen to have it.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// When it was first accepted or declined.
    pub decided_at: Option<DateTime<Utc>>,
    /// When the client will be received.
    pub appointment_at: Option<DateTime<Utc>>,
    /// Where.
    pub appointment_place: Option<String>,
    /// The day the service began.
    pub began_on: Option<NaiveDate>,
    /// On hold: the day to look again.
    pub hold_review_on: Option<NaiveDate>,
    /// Who says how it ended.
    pub confirmed_by: Option<ConfirmedBy>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The reason in words.
    pub reason_text: Option<String>,
    /// Where a declining partner would send the client instead.
    pub suggested_service_id: Option<ServiceId>,
    /// The one it replaces.
    pub replaces_id: Option<ReferralId>,
    /// All that was tried for the same need in turn, oldest first, itself among them; empty when it replaces nothing and
    /// is not replaced.
    pub tries: Vec<Try>,
    /// When the client was told of the end.
    pub client_told_at: Option<DateTime<Utc>>,
    /// Ended with an outcome or a reason, and the client told.
    pub loop_closed: bool,
    /// Every move, in order.
    pub moves: Vec<Moved>,
    /// What the service did and will do by itself, the soonest first.
    pub clocks: Vec<StepView>,
    /// What was disclosed, frozen.
    pub disclosures: Vec<Frozen>,
    /// How far the newest mail to the agency got.
    pub delivery: Option<NoticeState>,
    /// The mails about it, oldest first.
    pub notices: Vec<ReferralNotice>,
    /// The newest link by which the agency answers without an account; null while no mail with one has gone out.
    pub answer_link: Option<LinkState>,
    /// What this account may do with it now: moves, and edit, read, log_call, write_message, re_refer, tell_client, send_link, revoke_links.
    pub allowed: Vec<&'static str>,
}

/// What the desk's account may do now.
fn allowed_to_desk(
    referral: &Referral,
    case: &CaseFacts,
    link: Option<&LinkState>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Vec<&'static str> {
    let mut verbs = Vec::new();
    if actor.may(Permission::Refer) {
        let moves = rules::allowed(&referral.standing, Who::Staff);
        verbs.extend(moves.into_iter().map(|by| by.word()));
        if referral.standing.state == ReferralState::Draft {
            verbs.push("edit");
        }
        if is_unread(referral) && case.assigned_to.is_none_or(|worker| worker == actor.staff) {
            verbs.push("read");
        }
        if referral.standing.sent_at.is_some() {
            verbs.push("log_call");
        }
        if takes_messages(&referral.standing, now) {
            verbs.push("write_message");
        }
        if referral.standing.state != ReferralState::EnteredInError {
            verbs.push("re_refer");
        }
        if referral.standing.state.is_terminal() && referral.client_told_at.is_none() {
            verbs.push("tell_client");
        }
        if rules::is_seen_by_partner(&referral.standing, now) {
            verbs.push("send_link");
        }
        if link.is_some_and(|link| link.live) {
            verbs.push("revoke_links");
        }
    }
    if actor.may(Permission::MarkInError) {
        verbs.extend(rules::allowed(&referral.standing, Who::Manager).into_iter().map(|by| by.word()));
    }
    verbs
}

impl ReferralView {
    /// Reads all that belongs to a referral the actor may see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(
        conn: &mut Conn,
        actor: &Actor,
        referral: Referral,
        now: DateTime<Utc>,
    ) -> Result<ReferralView, Error> {
        let case = CaseFacts::find(conn, referral.case_id).await?;
        let need = NeedFacts::find(conn, referral.need_id).await?;
        let sight = NeedSight::of(need.restricted, case.shows_restricted_to(actor));
        let hidden = actor.role == Role::Manager || sight.hidden;
        let moves = Moved::of(conn, referral.id).await?;
        let clocks = StepView::of(conn, referral.id).await?;
        let disclosures = if hidden { vec![] } else { Frozen::of(conn, referral.id).await? };
        let notices: Vec<ReferralNotice> = notices::table
            .filter(notices::referral_id.eq(referral.id))
            .order((notices::created_at, notices::id))
            .select(ReferralNotice::as_select())
            .load(conn)
            .await?;
        let newest = notices.iter().rfind(|notice| notice.to_agency_id.is_some());
        let tries = Try::around(conn, referral.case_id, referral.id).await?;
        let unread_messages = Message::unread_of(conn, referral.id, Side::Agency).await?;
        let answer_link = LinkState::newest(conn, &referral, now).await?;
        let mut view = ReferralView {
            allowed: allowed_to_desk(&referral, &case, answer_link.as_ref(), actor, now),
            answer_link,
            loop_closed: rules::is_loop_closed(&referral.standing, referral.client_told_at.is_some()),
            need_id: referral.need_id,
            service: Some(referral.service.clone()),
            hidden,
            message: referral.message.clone(),
            contact_how: referral.contact_how.clone(),
            facts: referral.facts.clone(),
            consent_id: referral.consent_id,
            consent_overridden: referral.override_reason.is_some(),
            acknowledge_by: referral.standing.acknowledge_by,
            contact_by: referral.standing.contact_by,
            verify_on: referral.standing.verify_on,
            acknowledged_at: referral.standing.acknowledged_at,
            decided_at: referral.standing.decided_at,
            appointment_at: referral.standing.appointment_at,
            appointment_place: referral.standing.appointment_place.clone(),
            began_on: referral.standing.began_on,
            hold_review_on: referral.standing.hold_review_on,
            confirmed_by: referral.standing.confirmed_by,
            ended_at: referral.standing.ended_at,
            reason_text: referral.standing.reason_text.clone(),
            suggested_service_id: referral.standing.suggested_service_id,
            replaces_id: referral.replaces_id,
            tries,
            client_told_at: referral.client_told_at,
            moves,
            clocks,
            disclosures,
            delivery: newest.map(|notice| notice.state),
            notices,
            row: ReferralRow::of(referral, sight, unread_messages, now),
        };
        if hidden {
            view.hide();
        }
        if sight.hidden {
            view.hide_need();
        }
        Ok(view)
    }

    /// Leaves out what tells a restricted need beside its row: the agency in other words.
    fn hide_need(&mut self) {
        (self.consent_id, self.suggested_service_id) = (None, None);
        for notice in &mut self.notices {
            notice.to_agency_id = None;
        }
        for step in &mut self.moves {
            if let Some(facts) = step.facts.as_object_mut() {
                facts.remove("suggested_service_id");
            }
        }
    }

    fn hide(&mut self) {
        (self.service, self.message, self.contact_how) = (None, None, None);
        (self.reason_text, self.appointment_place) = (None, None);
        for step in &mut self.moves {
            (step.reason_text, step.word_given_by) = (None, None);
        }
    }
}

/// What would be disclosed if it were sent now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralPreview {
    /// What the partner is asked for, in words.
    pub message: Option<String>,
    /// How the client may be contacted.
    pub contact_how: Option<String>,
    /// The service code.
    pub service: String,
    /// The facts as they are now.
    pub disclosed: Disclosed,
    /// The live consent that covers the agency and every fact; null when there is none.
    pub consent_id: Option<ConsentId>,
    /// By when somebody at the partner would have to see it.
    pub acknowledge_by: DateTime<Utc>,
    /// By when the partner would have to decide.
    pub decide_by: DateTime<Utc>,
}
