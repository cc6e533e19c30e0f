//! Drafts: a referral is prepared, edited and previewed before anything is disclosed.

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::clocks::winding::would_be_due;
use super::commands::{CreateReferral, Draft, DraftEdit, UpdateReferral};
use super::disclosure::subject::Subject;
use super::model::{CaseFacts, Moved, NeedFacts, NewReferral, Referral, ReferralChanges, agency_of};
use super::moves::note_in_case;
use super::routes::{check_codes, check_version};
use super::rules::ReferralState;
use super::views::{ReferralPreview, ReferralView};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::model::Case;
use crate::ids::{CaseId, ReferralId};
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, field};
use crate::platform::http::{Body, IfMatch, Path, created, ok, versioned};
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The operations on drafts.
pub fn routes(config: &mut ServiceConfig) {
    config.service(create_referral).service(update_referral).service(preview_referral);
}

async fn check_facts(conn: &mut Conn, facts: &[String]) -> Result<(), Error> {
    let named = facts.iter().enumerate();
    check_codes(
        conn,
        named.map(|(i, fact)| ("disclosure_fact", fact.as_str(), format!("facts/{i}"))).collect(),
    )
    .await
}

/// Prepares a referral of one need to one service. No partner sees it before it is sent.
#[utoipa::path(tag = "referrals", params(("id" = CaseId, Path)), request_body = CreateReferral,
    responses((status = 201, body = ReferralView), (status = 200, body = ReferralView, description = "Made by an earlier try.")))]
#[post("/cases/{id}/referrals")]
async fn create_referral(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    body: Body<CreateReferral>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let (body, asked) = body.into_parts();
    let client_id = body.id;
    let draft = body.validate()?;
    let new_id = client_id.unwrap_or_else(ReferralId::new);
    let now = app.now();
    let (first, view) = app
        .db
        .write(&actor, async |tx| {
            let client_id = client_id.map(|id| id.0);
            let receipt =
                receipts::claim(tx, actor.staff.0, "create_referral", &asked, client_id, new_id.0).await?;
            let (first, referral) = match receipt {
                Receipt::Again(id) => (false, Referral::find(tx, &actor, ReferralId(id)).await?),
                Receipt::First => (true, prepare(tx, &actor, id.0, new_id, &draft, now).await?),
            };
            Ok((first, ReferralView::read(tx, &actor, referral, now).await?))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/referrals/{}", view.row.id), view.row.version, view))
}

/// Writes a draft down.
pub(super) async fn prepare(
    tx: &mut Conn,
    actor: &Actor,
    case: CaseId,
    id: ReferralId,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<Referral, Error> {
    // Locked, so that nobody closes it meanwhile.
    Case::lock(tx, actor, case).await?.require_open()?;
    let case = CaseFacts::find(tx, case).await?;
    let no_such_need = || field("need_id", "unknown", "The case has no such need.");
    let need = NeedFacts::find(tx, draft.need).await.map_err(|_| no_such_need())?;
    if need.case_id != case.id || (need.restricted && !case.shows_restricted_to(actor)) {
        return Err(no_such_need());
    }
    if need.status != "open" {
        return Err((&problems::NEED_SETTLED).into());
    }
    check_facts(tx, &draft.facts).await?;
    if let Some(replaced) = draft.replaces {
        let known = Referral::find(tx, actor, replaced).await;
        known
            .ok()
            .filter(|replaced| replaced.case_id == case.id)
            .ok_or_else(|| field("replaces_id", "unknown", "The case has no such referral."))?;
    }
    let office = Office::find(tx, case.office_id).await?;
    let new = NewReferral {
        id,
        number: office.next_number(tx, "R", now).await?,
        case_id: case.id,
        need_id: need.id,
        office_id: case.office_id,
        agency_id: agency_of(tx, draft.service, office.today(now)).await?,
        service_id: draft.service,
        service: need.service,
        priority: draft.priority.unwrap_or(case.priority),
        message: draft.message.clone(),
        contact_how: draft.contact_how.clone(),
        facts: draft.facts.clone(),
        replaces_id: draft.replaces,
        created_by: Some(actor.staff),
        created_at: now,
    };
    let referral = new.insert(tx).await?;
    first_move(actor, now).append(tx, referral.id).await?;
    let event = Event::new("referral.prepared").about("referral", referral.id).at(referral.office_id);
    event.record(tx, actor, now).await?;
    let facts = json!({ "number": referral.number, "agency": referral.agency_id });
    note_in_case(tx, &referral, "referral.prepared", Some(actor.staff), (now, now), facts).await?;
    Case::refresh_stage(tx, referral.case_id, now).await?;
    Ok(referral)
}

/// The move that makes a draft.
fn first_move(actor: &Actor, now: DateTime<Utc>) -> Moved {
    Moved {
        ordinal: 0,
        from_state: None,
        to_state: ReferralState::Draft,
        at: now,
        recorded_at: now,
        actor_id: Some(actor.staff),
        actor_kind: actor.kind().into(),
        on_word_of: None,
        word_given_by: None,
        channel: None,
        reason: None,
        reason_text: None,
        facts: json!({}),
    }
}

/// Edits a draft. What was sent is not edited.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path), IfMatch), request_body = UpdateReferral,
    responses((status = 200, body = ReferralView)))]
#[patch("/referrals/{id}")]
async fn update_referral(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    if_match: IfMatch,
    body: Body<UpdateReferral>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let edit = body.into_inner().validate()?;
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::lock(tx, &actor, id.0).await?;
            check_version(tx, &actor, if_match, &referral, now).await?;
            if referral.standing.state != ReferralState::Draft {
                return Err((&problems::REFERRAL_NOT_A_DRAFT).into());
            }
            let changes = changes_of(tx, &referral, edit, now).await?;
            let referral = referral.update(tx, &changes, now).await?;
            let event = Event::new("referral.edited").about("referral", referral.id).at(referral.office_id);
            event.record(tx, &actor, now).await?;
            ReferralView::read(tx, &actor, referral, now).await
        })
        .await?;
    Ok(versioned(view.row.version, view))
}

async fn changes_of(
    tx: &mut Conn,
    referral: &Referral,
    edit: DraftEdit,
    now: DateTime<Utc>,
) -> Result<ReferralChanges, Error> {
    check_facts(tx, edit.facts.as_deref().unwrap_or_default()).await?;
    let agency_id = match edit.service {
        Some(service) => {
            let today = Office::find(tx, referral.office_id).await?.today(now);
            Some(agency_of(tx, service, today).await?)
        }
        None => None,
    };
    Ok(ReferralChanges {
        agency_id,
        service_id: edit.service,
        priority: edit.priority,
        message: edit.message,
        contact_how: edit.contact_how,
        facts: edit.facts,
        ..ReferralChanges::default()
    })
}

/// Exactly what the partner would be told if it were sent now.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)),
    responses((status = 200, body = ReferralPreview)))]
#[get("/referrals/{id}/preview")]
async fn preview_referral(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let now = app.now();
    let preview = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::find(tx, &actor, id.0).await?;
            if referral.standing.state != ReferralState::Draft {
                return Err((&problems::REFERRAL_NOT_A_DRAFT).into());
            }
            let event =
                Event::new("referral.previewed").about("referral", referral.id).at(referral.office_id);
            event.record(tx, &actor, now).await?;
            preview(tx, &actor, &referral, now).await
        })
        .await?;
    Ok(ok(preview))
}

async fn preview(
    conn: &mut Conn,
    actor: &Actor,
    referral: &Referral,
    now: DateTime<Utc>,
) -> Result<ReferralPreview, Error> {
    let office = Office::find(conn, referral.office_id).await?;
    let case = CaseFacts::find(conn, referral.case_id).await?;
    let need = NeedFacts::find(conn, referral.need_id).await?;
    if need.restricted && !case.shows_restricted_to(actor) {
        return Err((&problems::NOT_FOUND).into());
    }
    let subject = Subject::of(conn, referral, &case, &need, office.today(now)).await?;
    let consent_id = subject.consent(conn).await?;
    let (acknowledge_by, decide_by) = would_be_due(conn, referral, now).await?;
    Ok(ReferralPreview {
        message: referral.message.clone(),
        contact_how: referral.contact_how.clone(),
        service: referral.service.clone(),
        disclosed: subject.disclose(conn, consent_id.is_some()).await?,
        consent_id,
        acknowledge_by,
        decide_by,
    })
}
