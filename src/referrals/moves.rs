//! A move and all that follows from it, in one transaction: the row, its dated fact, the case's history, the audit
//! event, the notices, and the question to the client.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Priority;
use super::answering::model::Holder;
use super::clocks::winding::wind;
use super::commands::{Command, Details};
use super::disclosure::frozen::freeze;
use super::disclosure::subject::Subject;
use super::follow_ups::{end_calls, set_task};
use super::model::{CaseFacts, Moved, NeedFacts, Referral, ReferralChanges, Standing};
use super::refusals;
use super::rules::{self, ReferralMove, Verdict, Who, WordOf};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::events::CaseEvent;
use crate::cases::model::Case;
use crate::cases::tasks::rules::TaskKind;
use crate::ids::{AnswerLinkId, ConsentId, StaffId};
use crate::notices::{NewNotice, NoticeKind};
use crate::offices::model::Office;
use crate::platform::db::{Asks, Conn, Guard, acting_as};
use crate::platform::error::Error;
use crate::platform::jobs::System;
use crate::problems;
use crate::webhooks::{Announcement, announce};

/// Who makes a move: an account, an agency without one, or the service itself.
#[derive(Clone, Copy)]
pub enum By<'a> {
    /// An account.
    Account(&'a Actor),
    /// Whoever at the agency holds the link of this referral.
    Link(&'a Holder),
    /// The service.
    Service,
}

impl Asks for By<'_> {
    fn guard(&self) -> Guard {
        match self {
            By::Account(actor) => actor.guard(),
            By::Link(holder) => holder.guard(),
            By::Service => System.guard(),
        }
    }
}

impl By<'_> {
    fn staff(self) -> Option<StaffId> {
        match self {
            By::Account(actor) => Some(actor.staff),
            By::Link(_) | By::Service => None,
        }
    }

    fn link(self) -> Option<AnswerLinkId> {
        match self {
            By::Link(holder) => Some(holder.link),
            By::Account(_) | By::Service => None,
        }
    }

    async fn record(self, event: Event, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        match self {
            By::Account(actor) => event.record(tx, actor, now).await,
            By::Link(holder) => event.record_by_link(tx, holder.agency, now).await,
            By::Service => event.record_unknown(tx, now).await,
        }
    }
}

/// Makes a move on a locked referral, or refuses it with the moves allowed now. The same answer given twice changes
/// nothing and is no refusal. `check` sees the referral before it moves, to refuse a stale version.
///
/// # Errors
/// `referral_move_not_allowed`, `referral_already_answered`, `consent_missing`, and what `check` says.
pub async fn make(
    tx: &mut Conn,
    by: By<'_>,
    referral: Referral,
    command: &Command,
    now: DateTime<Utc>,
    check: impl FnOnce(&Referral) -> Result<(), Error>,
) -> Result<Referral, Error> {
    let refusal = match rules::apply(&referral.standing, command, now) {
        Verdict::AlreadySo => return Ok(referral),
        Verdict::Moved(standing) => {
            check(&referral)?;
            return carry_out(tx, by, referral, *standing, command, now).await;
        }
        Verdict::AlreadyAnswered => &problems::REFERRAL_ALREADY_ANSWERED,
        Verdict::NotAllowed => &problems::REFERRAL_MOVE_NOT_ALLOWED,
    };
    let allowed = rules::words(&rules::allowed(&referral.standing, command.who));
    Err(refusal.problem().with("allowed", allowed).with("state", referral.standing.state).into())
}

async fn carry_out(
    tx: &mut Conn,
    by: By<'_>,
    before: Referral,
    standing: Standing,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<Referral, Error> {
    let mut beside = ReferralChanges::default();
    if command.by == ReferralMove::Send {
        beside = disclose(tx, by, &before, command, now).await?;
    }
    let standing = wind(tx, &before, standing, command.by, (command.at, now)).await?;
    let referral = before.stand(tx, &standing, &beside, now).await?;
    write_move(tx, by, &before, &referral, command, now).await?;
    let event = Event::new(past(command.by)).about("referral", referral.id).at(referral.office_id);
    let mut facts = json!({ "to": referral.standing.state, "agency": referral.agency_id });
    if let Some(link) = by.link() {
        facts["answer_link"] = json!(link);
    }
    let event = event.facts(facts);
    by.record(event, tx, now).await?;
    // The desk's own records are not the partner's to see, but its answer must reach them in the same act.
    acting_as(tx, &System, &by, async |tx| follow(tx, by, &referral, command, now).await).await?;
    Ok(referral)
}

/// The audit trail's word for a move.
fn past(by: ReferralMove) -> &'static str {
    match by {
        ReferralMove::Send => "referral.sent",
        ReferralMove::Acknowledge => "referral.acknowledged",
        ReferralMove::Accept => "referral.accepted",
        ReferralMove::Decline => "referral.declined",
        ReferralMove::Begin => "referral.begun",
        ReferralMove::Hold => "referral.held",
        ReferralMove::Complete => "referral.completed",
        ReferralMove::Fail => "referral.failed",
        ReferralMove::Cancel => "referral.cancelled",
        ReferralMove::Expire => "referral.expired",
        ReferralMove::MarkInError => "referral.entered_in_error",
    }
}

/// Freezes what is sent, under a live consent or with a reason to do without.
async fn disclose(
    tx: &mut Conn,
    by: By<'_>,
    referral: &Referral,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<ReferralChanges, Error> {
    let office = Office::find(tx, referral.office_id).await?;
    super::model::agency_of(tx, referral.service_id, office.today(now)).await?;
    let case = CaseFacts::find(tx, referral.case_id).await?;
    if case.status != "open" {
        return Err((&problems::CASE_CLOSED).into());
    }
    let need = NeedFacts::find(tx, referral.need_id).await?;
    let subject = Subject::of(tx, referral, &case, &need, office.today(now)).await?;
    let consent = subject.consent(tx).await?;
    let overridden = command.details.override_reason.clone().filter(|_| consent.is_none());
    match (consent, &overridden, by) {
        (Some(_), ..) => {}
        (None, None, _) | (None, _, By::Service | By::Link(_)) => {
            return Err((&problems::CONSENT_MISSING).into());
        }
        (None, Some(_), By::Account(actor)) => {
            actor.require(Permission::OverrideConsent)?;
            let event =
                Event::new("consent.overridden").about("referral", referral.id).at(referral.office_id);
            event.facts(json!({ "facts": referral.facts })).record(tx, actor, now).await?;
        }
    }
    let facts = subject.disclose(tx, consent.is_some()).await?;
    freeze(tx, referral.id, &facts, by.staff(), now).await?;
    Ok(ReferralChanges {
        consent_id: Some(consent),
        override_reason: Some(overridden),
        ..ReferralChanges::default()
    })
}

async fn write_move(
    tx: &mut Conn,
    by: By<'_>,
    before: &Referral,
    after: &Referral,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let details = &command.details;
    let row = Moved {
        ordinal: 0,
        from_state: Some(before.standing.state),
        to_state: after.standing.state,
        at: command.at,
        recorded_at: now,
        actor_id: by.staff(),
        actor_kind: command.who.kind().into(),
        on_word_of: details.on_word_of.map(|word| word.word().into()),
        word_given_by: details.word_given_by.clone(),
        channel: details.channel.clone(),
        reason: details.reason.clone(),
        reason_text: details.reason_text.clone(),
        facts: facts_of(by, details, &after.standing),
    };
    row.append(tx, after.id).await
}

/// What came with a move and has no column; no personal data.
fn facts_of(by: By<'_>, details: &Details, after: &Standing) -> Value {
    let all = [
        ("answer_link", json!(by.link())),
        ("appointment_at", json!(details.appointment_at)),
        ("began_on", json!(details.began_on)),
        ("review_on", json!(details.review_on)),
        ("outcome", json!(details.outcome)),
        ("confirmed_by", json!(details.confirmed_by)),
        ("suggested_service_id", json!(details.suggested_service_id)),
        ("decide_by", json!(after.decide_by.filter(|_| after.state == rules::ReferralState::Sent))),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What the desk's records and people learn of a move.
async fn follow(
    tx: &mut Conn,
    by: By<'_>,
    referral: &Referral,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let case = CaseFacts::find(tx, referral.case_id).await?;
    let facts =
        json!({ "to": referral.standing.state, "number": referral.number, "agency": referral.agency_id });
    note_in_case(tx, referral, past(command.by), by.staff(), (command.at, now), facts).await?;
    Case::refresh_stage(tx, referral.case_id, now).await?;
    set_tasks(tx, by, referral, &case, command, now).await?;
    if command.by == ReferralMove::Decline && referral.standing.reason.as_deref() == Some(refusals::NO_ROOM) {
        refusals::weigh(tx, referral, now).await?;
    }
    tell_systems(tx, referral, &case, command, now).await?;
    tell(tx, referral, &case, command, now).await
}

/// Promises a message to every webhook that hears of this. What was never sent is told to nobody.
async fn tell_systems(
    tx: &mut Conn,
    referral: &Referral,
    case: &CaseFacts,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if referral.standing.sent_at.is_none() {
        return Ok(());
    }
    let told = Announcement {
        event: past(command.by).parse().map_err(anyhow::Error::msg)?,
        referral: referral.id,
        number: &referral.number,
        state: referral.standing.state.word(),
        version: referral.version,
        agency: referral.agency_id,
        office: referral.office_id,
        at: command.at,
        sealed: case.sealed,
    };
    announce(tx, &told, now).await
}

/// Writes a line of the case's history. Ask as the system when the actor cannot see the case.
///
/// # Errors
/// Those of the database.
pub async fn note_in_case(
    tx: &mut Conn,
    referral: &Referral,
    kind: &'static str,
    by: Option<StaffId>,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
    facts: Value,
) -> Result<(), Error> {
    let restricted = NeedFacts::find(tx, referral.need_id).await?.restricted;
    let event = CaseEvent::new(kind, referral.case_id).subject(referral.id).restricted(restricted);
    event.facts(facts).record(tx, by, at, now).await
}

/// After its end the client is asked whether the need is met; an emergency is phoned through at once, unless the
/// partner was heard before.
async fn set_tasks(
    tx: &mut Conn,
    by: By<'_>,
    referral: &Referral,
    case: &CaseFacts,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match (command.by, referral.standing.verify_on) {
        (ReferralMove::Send, _) if referral.standing.priority == Priority::Emergency => {
            let today = Office::find(tx, referral.office_id).await?.today(now);
            let owner = case.assigned_to.or(by.staff());
            set_task(tx, referral, TaskKind::PhoneAgency, today, owner, now).await?;
        }
        (ReferralMove::Complete, Some(day)) => {
            set_task(tx, referral, TaskKind::AskClient, day, case.assigned_to, now).await?;
        }
        _ => {}
    }
    if command.by == ReferralMove::Send {
        return Ok(());
    }
    let heard = command.who == Who::Partner || command.details.on_word_of == Some(WordOf::Partner);
    let by = by.staff().filter(|_| command.who != Who::Partner);
    end_calls(tx, referral, heard, by, now).await
}

/// Promises the mails of a move: to the agency what the desk does, to the desk what the partner answers. That a
/// partner has seen it is silent; what staff writes down on somebody's word it knows already.
async fn tell(
    tx: &mut Conn,
    referral: &Referral,
    case: &CaseFacts,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (standing, details) = (&referral.standing, &command.details);
    let about = |notice: NewNotice| notice.about_referral(referral.id, referral.case_id, referral.office_id);
    if command.by == ReferralMove::Send {
        let fields = json!({ "priority": standing.priority, "answer_by": standing.decide_by });
        let notice = NewNotice::to_agency(NoticeKind::ReferralSent, referral.agency_id).fields(fields);
        return about(notice).send(tx, now).await;
    }
    if command.by == ReferralMove::Cancel && command.who == Who::Staff && standing.sent_at.is_some() {
        return about(NewNotice::to_agency(NoticeKind::ReferralCancelled, referral.agency_id))
            .send(tx, now)
            .await;
    }
    if command.who != Who::Partner {
        return Ok(());
    }
    let reason = json!({ "reason": details.reason });
    let (kind, fields) = match command.by {
        ReferralMove::Accept => {
            (NoticeKind::ReferralAccepted, json!({ "appointment_at": standing.appointment_at }))
        }
        ReferralMove::Decline => (NoticeKind::ReferralDeclined, reason),
        ReferralMove::Hold => {
            (NoticeKind::ReferralOnHold, json!({ "reason": details.reason, "review_on": details.review_on }))
        }
        ReferralMove::Begin => (NoticeKind::ReferralInService, json!({})),
        ReferralMove::Complete => (NoticeKind::ReferralCompleted, json!({ "outcome": details.outcome })),
        ReferralMove::Fail => (NoticeKind::ReferralFailed, reason),
        ReferralMove::Cancel => (NoticeKind::ReferralWithdrawnByPartner, reason),
        _ => return Ok(()),
    };
    for person in case.whom_to_tell(tx).await? {
        about(NewNotice::to_staff(kind, person).fields(fields.clone())).send(tx, now).await?;
    }
    Ok(())
}

/// Cancels every open referral that was sent under a consent that was just taken back, also those of other offices
/// and of sealed cases, and tells each agency to stop. Answers how many.
///
/// # Errors
/// Those of the database.
pub async fn withdraw_consent(
    tx: &mut Conn,
    actor: &Actor,
    consent: ConsentId,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    acting_as(tx, &System, actor, async |tx| cancel_all_under(tx, consent, now).await).await
}

async fn cancel_all_under(tx: &mut Conn, consent: ConsentId, now: DateTime<Utc>) -> Result<usize, Error> {
    let covered = Referral::lock_open_under(tx, consent).await?;
    let details = Details { reason: Some("client_declined".into()), ..Details::default() };
    let command = Command { by: ReferralMove::Cancel, who: Who::System, at: now, details };
    let count = covered.len();
    for referral in covered {
        let referral = make(tx, By::Service, referral, &command, now, |_| Ok(())).await?;
        NewNotice::to_agency(NoticeKind::ConsentWithdrawn, referral.agency_id)
            .about_referral(referral.id, referral.case_id, referral.office_id)
            .send(tx, now)
            .await?;
    }
    Ok(count)
}
