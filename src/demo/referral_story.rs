//! What becomes of a need that is sent to a partner: every state, in the mix of desks that kept count.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::directory::{Office, Service};
use super::minutes;
use super::story::{Case, Telling};

/// A referral that was sent.
pub struct Sent {
    /// The partner still has it.
    pub open: bool,
}

/// The moves to a state, each with its days since sending.
fn moves(state: &str) -> &'static [(&'static str, i64)] {
    match state {
        "acknowledged" => &[("acknowledged", 1)],
        "accepted" => &[("acknowledged", 1), ("accepted", 3)],
        "declined" => &[("declined", 4)],
        "in_service" => &[("accepted", 2), ("in_service", 8)],
        "on_hold" => &[("accepted", 3), ("on_hold", 5)],
        "completed" => &[("acknowledged", 1), ("accepted", 3), ("in_service", 9), ("completed", 24)],
        "failed" => &[("accepted", 4), ("failed", 18)],
        "cancelled" => &[("cancelled", 6)],
        "expired" => &[("expired", 30)],
        _ => &[],
    }
}

/// So many days at a pace.
fn after(days: i64, pace: f64) -> TimeDelta {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    TimeDelta::minutes((days as f64 * 24.0 * 60.0 * pace) as i64)
}

fn is_terminal(state: &str) -> bool {
    matches!(state, "declined" | "completed" | "failed" | "cancelled" | "expired")
}

/// A referral as it is being told.
struct Referral<'a> {
    id: Uuid,
    service: &'a Service,
    need: Uuid,
    code: String,
    created: DateTime<Utc>,
    sent: DateTime<Utc>,
    /// State and moment, oldest first.
    states: Vec<(&'static str, DateTime<Utc>)>,
    reason: Option<String>,
    outcome: Option<String>,
}

/// Refers some of the needs that a partner covers.
pub fn tell(telling: &mut Telling<'_>, office: &Office, case: &mut Case) -> Vec<Sent> {
    let mut all = Vec::new();
    for index in 0..case.needs.len() {
        let (service, place) = (case.needs[index].service.clone(), case.place.clone());
        let restricted = matches!(service.as_str(), "PRT-GBV" | "PRT-TIP" | "PRT-SEX");
        let covering = telling.directory.covering(&service, &place);
        let chosen = telling.draw.one(&covering).copied();
        let worth =
            case.worker.is_some() && !case.people.is_empty() && !restricted && telling.draw.chance(44);
        if let (Some(chosen), true) = (chosen, worth) {
            all.push(one(telling, office, case, index, chosen));
        }
    }
    all
}

fn one(telling: &mut Telling<'_>, office: &Office, case: &mut Case, index: usize, service: &Service) -> Sent {
    let created = case.opened + minutes(telling.draw.between(30, 60 * 24 * 4));
    let created = created.min(case.now - minutes(90));
    let sent = created + minutes(10);
    let wanted = telling.draw.word(&telling.directory.mix.states);
    let mut states: Vec<(&'static str, DateTime<Utc>)> = Vec::new();
    for (state, days) in moves(&wanted) {
        let at = sent
            + after(*days, if *state == "expired" { 1.0 } else { service.pace })
            + minutes(telling.draw.between(0, 300));
        if at < case.now {
            states.push((state, at));
        }
    }
    // What waited this long without an answer has expired, as the clocks would have it; an emergency never does.
    let undecided = states.last().is_none_or(|(state, _)| *state == "acknowledged");
    let patience = match case.priority.as_str() {
        "emergency" => None,
        "urgent" => Some(TimeDelta::days(7)),
        _ => Some(TimeDelta::days(30)),
    };
    if let Some(patience) =
        patience.filter(|patience| undecided && case.now - sent > *patience + TimeDelta::days(1))
    {
        states.push(("expired", sent + patience));
    }
    let state = states.last().map_or("sent", |(state, _)| *state);
    let mix = &telling.directory.mix;
    let (reason, outcome) = match state {
        "declined" => (Some(telling.draw.word(&mix.declined)), None),
        "failed" => (Some(telling.draw.word(&mix.failed)), None),
        "on_hold" => (Some(telling.draw.word(&mix.on_hold)), None),
        "cancelled" => (Some("client_declined".to_owned()), None),
        "completed" => (None, Some(telling.draw.word(&mix.outcomes))),
        _ => (None, None),
    };
    let need = &case.needs[index];
    let (need_id, code) = (need.id, need.service.clone());
    if outcome.as_deref() == Some("need_met") {
        let at = states.last().map_or(sent, |(_, at)| *at);
        case.needs[index].settled = Some((at, "met"));
    }
    let id = telling.draw.id(created);
    let referral = Referral { id, service, need: need_id, code, created, sent, states, reason, outcome };
    write(telling, office, case, &referral);
    let open = !is_terminal(state);
    case.last_action = case.last_action.max(referral.states.last().map_or(sent, |(_, at)| *at));
    case.waits_on_partner |= matches!(state, "sent" | "acknowledged" | "accepted" | "on_hold");
    case.helped = true;
    Sent { open }
}

fn write(telling: &mut Telling<'_>, office: &Office, case: &Case, referral: &Referral<'_>) {
    let consent = telling.draw.id(referral.created);
    let person = case.people.first().map(|(id, _)| *id);
    let facts = ["name", "sex", "age", "phone", "languages", "need_detail"];
    telling.rows.add(
        "consents",
        json!({ "id": consent, "migrant_id": person, "purpose": "share_with_agency", "facts": facts,
                "agency_id": referral.service.agency, "given_by": "self", "how": "signed",
                "language": case.people.first().map(|(_, p)| p.language.clone()), "given_at": referral.created,
                "recorded_at": referral.created, "recorded_by": case.worker }),
    );
    let at_of =
        |wanted: &[&str]| referral.states.iter().find(|(state, _)| wanted.contains(state)).map(|(_, at)| *at);
    let (state, last) = referral.states.last().copied().unwrap_or(("sent", referral.sent));
    let ended = is_terminal(state).then_some(last);
    let number = telling.directory.number("R", office, referral.created);
    let patience = match case.priority.as_str() {
        "emergency" => TimeDelta::hours(24),
        "urgent" => TimeDelta::hours(72),
        _ => TimeDelta::days(14),
    };
    let read = referral.states.is_empty() || telling.draw.chance(85);
    telling.rows.add(
        "referrals",
        json!({ "id": referral.id, "number": number, "case_id": case.id, "need_id": referral.need,
                "office_id": case.office, "agency_id": referral.service.agency, "service_id": referral.service.id,
                "service": referral.code, "state": state, "priority": case.priority, "facts": facts,
                "consent_id": consent, "sent_at": referral.sent, "decide_by": referral.sent + patience,
                "acknowledged_at": at_of(&["acknowledged", "accepted", "declined"]),
                "decided_at": at_of(&["accepted", "declined"]),
                "appointment_at": at_of(&["accepted"]).map(|at| at + TimeDelta::days(5)),
                "began_on": at_of(&["in_service"]).map(|at| at.date_naive()),
                "hold_review_on": (state == "on_hold").then(|| (last + TimeDelta::days(20)).date_naive()),
                "outcome": referral.outcome, "confirmed_by": referral.outcome.as_ref().map(|_| "partner"),
                "ended_at": ended, "reason": referral.reason,
                "client_told_at": ended.filter(|_| telling.draw.chance(60)).map(|at| (at + TimeDelta::days(2)).min(case.now)),
                "answer_read_at": read.then_some(last), "created_by": case.worker, "created_at": referral.created,
                "recorded_at": referral.created, "updated_at": last, "version": referral.states.len() + 2 }),
    );
    write_disclosure(telling, case, referral);
    write_moves(telling, case, referral);
    write_notice(telling, case, referral, patience);
    telling.event(
        case,
        "referral.sent",
        referral.sent,
        Some(referral.id),
        json!({ "service": referral.code }),
    );
}

fn write_disclosure(telling: &mut Telling<'_>, case: &Case, referral: &Referral<'_>) {
    let Some((_, person)) = case.people.first() else { return };
    let facts = json!({
        "name": format!("{} {}", person.given_names, person.family_names), "sex": person.sex,
        "phone": person.phone, "languages": [person.language],
    });
    telling.rows.add(
        "referral_disclosures",
        json!({ "id": telling.draw.id(referral.sent), "referral_id": referral.id, "facts": facts,
                "disclosed_at": referral.sent, "disclosed_by": case.worker }),
    );
}

fn write_moves(telling: &mut Telling<'_>, case: &Case, referral: &Referral<'_>) {
    let partner = telling.directory.partners.get(&referral.service.agency).copied();
    let mut all: Vec<(Option<&str>, &str, DateTime<Utc>)> =
        vec![(None, "draft", referral.created), (Some("draft"), "sent", referral.sent)];
    for (state, at) in &referral.states {
        let before = all.last().map(|(_, to, _)| *to);
        all.push((before, state, *at));
    }
    for (index, (from, to, at)) in all.iter().enumerate() {
        let (actor, kind) = match *to {
            "draft" | "sent" | "cancelled" => (case.worker, "staff"),
            "expired" => (None, "system"),
            _ if partner.is_some() => (partner, "partner"),
            // Partners without an account answer by phone, and the desk writes it down.
            _ => (case.worker, "staff"),
        };
        let by_phone = kind == "staff" && !matches!(*to, "draft" | "sent" | "cancelled");
        let is_last = index + 1 == all.len();
        telling.rows.add(
            "referral_moves",
            json!({ "id": telling.draw.id(*at), "referral_id": referral.id, "ordinal": index + 1, "from_state": from,
                    "to_state": to, "at": at, "recorded_at": at, "actor_id": actor, "actor_kind": kind,
                    "on_word_of": by_phone.then_some("partner"), "channel": by_phone.then_some("PHO"),
                    "reason": if is_last { referral.reason.clone().map_or(Value::Null, Value::from) } else { Value::Null },
                    "facts": {} }),
        );
    }
}

fn write_notice(telling: &mut Telling<'_>, case: &Case, referral: &Referral<'_>, patience: TimeDelta) {
    telling.rows.add(
        "notices",
        json!({ "id": telling.draw.id(referral.sent), "kind": "referral_sent", "to_agency_id": referral.service.agency,
                "language": "es", "office_id": case.office, "referral_id": referral.id, "case_id": case.id,
                "fields": { "priority": case.priority, "answer_by": referral.sent + patience }, "state": "sent",
                "attempts": 1, "last_reply": "250 ok", "created_at": referral.sent, "sent_at": referral.sent + minutes(1) }),
    );
}
