//! `/referrals`: the desk prepares, previews, sends and follows; the move itself serves desk and agency alike.

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::clocks::winding::would_be_due;
use super::commands::{CreateReferral, Draft, DraftEdit, MakeMove, TellClient, UpdateReferral};
use super::disclosure::subject::Subject;
use super::lists::{self, ReferralFilter};
use super::model::{
    CaseFacts, Moved, NeedFacts, NewReferral, Referral, ReferralChanges, agency_of, visible_to_desk,
};
use super::moves::{self, By, note_in_case};
use super::restricted::Sights;
use super::rules::{self, ReferralMove, ReferralState, Who};
use super::views::{InboxReferral, MovedReferral, ReferralCount, ReferralPreview, ReferralRow, ReferralView};
use crate::audit::Event;
use crate::auth::{Actor, Permission, Role};
use crate::cases::model::Case;
use crate::ids::{CaseId, ReferralId};
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors, field};
use crate::platform::http::{Asked, Body, IfMatch, Path, Query, created, ok, versioned};
use crate::platform::page::{Cursor, Page, limit};
use crate::platform::receipts::{self, Receipt};
use crate::problems;
use crate::reference::model::unknown_codes;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_referral)
        .service(update_referral)
        .service(list_referrals)
        .service(count_referrals)
        .service(preview_referral)
        .service(move_referral)
        .service(read_answer)
        .service(tell_client)
        .service(show_referral);
    super::inbox::routes(config);
}

/// Refuses codes that may not be chosen, each by its pointer.
pub(super) async fn check_codes(
    conn: &mut Conn,
    codes: Vec<(&'static str, &str, String)>,
) -> Result<(), Error> {
    let pairs: Vec<(&str, &str)> = codes.iter().map(|(list, code, _)| (*list, *code)).collect();
    let unknown = unknown_codes(conn, &pairs).await?;
    let mut errors = FieldErrors::new();
    for (list, code, pointer) in &codes {
        if unknown.iter().any(|(l, c)| l == list && c == code) {
            errors.add(pointer, "unknown_code", format!("Is no code of list {list}."));
        }
    }
    errors.check()
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

async fn prepare(
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

/// Refuses a stale version, with the record as it is now.
async fn check_version(
    tx: &mut Conn,
    actor: &Actor,
    if_match: IfMatch,
    referral: &Referral,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if if_match.0 == referral.version {
        return Ok(());
    }
    let current = shown(tx, actor, referral.clone(), now).await?;
    if_match.check(referral.version, current)
}

async fn shown(
    conn: &mut Conn,
    actor: &Actor,
    referral: Referral,
    now: DateTime<Utc>,
) -> Result<MovedReferral, Error> {
    if actor.role != Role::Partner {
        return Ok(MovedReferral::Desk(Box::new(ReferralView::read(conn, actor, referral, now).await?)));
    }
    if !rules::is_seen_by_partner(&referral.standing, now) {
        return Err((&problems::NOT_FOUND).into());
    }
    Ok(MovedReferral::Inbox(Box::new(InboxReferral::read(conn, actor, &referral, now).await?)))
}

/// Referrals of the cases one may see, without personal facts.
#[utoipa::path(tag = "referrals", params(ReferralFilter), responses((status = 200, body = Page<ReferralRow>)))]
#[get("/referrals")]
async fn list_referrals(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<ReferralFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReferrals)?;
    let (filter, now) = (filter.0, app.now());
    let (limit, after) = (limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let page = app
        .db
        .read(&actor, async |conn| {
            let query = filter.narrow(visible_to_desk(&actor), &actor, now)?;
            let page = lists::page(conn, query, filter.sort.unwrap_or_default(), after, limit).await?;
            let sights = Sights::of(conn, &actor, &page.items).await?;
            Ok(page.map(|referral| {
                let sight = sights.to(&referral);
                ReferralRow::of(referral, sight, now)
            }))
        })
        .await?;
    Ok(ok(page))
}

/// How many referrals a list would show.
#[utoipa::path(tag = "referrals", params(ReferralFilter), responses((status = 200, body = ReferralCount)))]
#[get("/referrals/count")]
async fn count_referrals(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<ReferralFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReferrals)?;
    let (filter, now) = (filter.0, app.now());
    let count = app
        .db
        .read(&actor, async |conn| {
            lists::count(conn, filter.narrow(visible_to_desk(&actor), &actor, now)?).await
        })
        .await?;
    Ok(ok(ReferralCount { count }))
}

/// A referral with its moves, what was disclosed, and whether its mails arrived.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)), responses((status = 200, body = ReferralView)))]
#[get("/referrals/{id}")]
async fn show_referral(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReferrals)?;
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::find(tx, &actor, id.0).await?;
            let event = Event::new("referral.read").about("referral", referral.id).at(referral.office_id);
            event.record(tx, &actor, now).await?;
            ReferralView::read(tx, &actor, referral, now).await
        })
        .await?;
    Ok(versioned(view.row.version, view))
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

/// Who the account is to a referral, for this move.
fn who(actor: &Actor, by: ReferralMove) -> Result<Who, Error> {
    if actor.role == Role::Partner {
        actor.require(Permission::AnswerReferrals)?;
        Ok(Who::Partner)
    } else if by == ReferralMove::MarkInError {
        actor.require(Permission::MarkInError)?;
        Ok(Who::Manager)
    } else {
        actor.require(Permission::Refer)?;
        Ok(Who::Staff)
    }
}

/// Makes a move: the desk sends, cancels or writes down what somebody said; the agency answers. The same answer given
/// twice is told kindly; a move the present state does not know is refused with the moves allowed now.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path), IfMatch), request_body = MakeMove,
    responses((status = 200, body = MovedReferral)))]
#[post("/referrals/{id}/moves")]
async fn move_referral(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    if_match: IfMatch,
    body: Body<MakeMove>,
) -> Result<HttpResponse, Error> {
    let (body, asked) = body.into_parts();
    let who = who(&actor, body.by)?;
    let now = app.now();
    let (version, view) = app
        .db
        .write(&actor, async |tx| {
            let referral = moved(tx, &actor, id.0, if_match, (who, body, &asked), now).await?;
            Ok((referral.version, shown(tx, &actor, referral, now).await?))
        })
        .await?;
    Ok(versioned(version, view))
}

async fn moved(
    tx: &mut Conn,
    actor: &Actor,
    id: ReferralId,
    if_match: IfMatch,
    (who, body, asked): (Who, MakeMove, &Asked),
    now: DateTime<Utc>,
) -> Result<Referral, Error> {
    let referral = Referral::lock(tx, actor, id).await?;
    if let Receipt::Again(_) = receipts::claim(tx, actor.staff.0, "move_referral", asked, None, id.0).await? {
        return Ok(referral);
    }
    let today = Office::find(tx, referral.office_id).await?.today(now);
    let command = body.validate(who, now, today)?;
    let details = &command.details;
    let reason = details.reason.as_deref().map(|code| ("referral_reason", code, "reason".to_owned()));
    let channel = details.channel.as_deref().map(|code| ("channel", code, "channel".to_owned()));
    check_codes(tx, reason.into_iter().chain(channel).collect()).await?;
    // What a refusal of a stale version shows is read before the move, and only then.
    let stale = match if_match.0 == referral.version {
        true => None,
        false => Some(shown(tx, actor, referral.clone(), now).await?),
    };
    moves::make(tx, By::Account(actor), referral, &command, now, |referral| match stale {
        Some(current) => if_match.check(referral.version, current),
        None => Ok(()),
    })
    .await
}

/// Notes that the desk has read the partner's answer.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)), responses((status = 200, body = ReferralView)))]
#[post("/referrals/{id}/read")]
async fn read_answer(app: web::Data<App>, actor: Actor, id: Path<ReferralId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let mut referral = Referral::lock(tx, &actor, id.0).await?;
            if referral.standing.answer_read_at.is_none() && referral.standing.sent_at.is_some() {
                let changes =
                    ReferralChanges { answer_read_at: Some(Some(now)), ..ReferralChanges::default() };
                referral = referral.update(tx, &changes, now).await?;
            }
            let event =
                Event::new("referral.answer_read").about("referral", referral.id).at(referral.office_id);
            event.record(tx, &actor, now).await?;
            ReferralView::read(tx, &actor, referral, now).await
        })
        .await?;
    Ok(versioned(view.row.version, view))
}

/// Notes that the client was told how it ended: only that closes the loop.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)), request_body = TellClient,
    responses((status = 200, body = ReferralView)))]
#[post("/referrals/{id}/client-told")]
async fn tell_client(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    body: Body<TellClient>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let now = app.now();
    let (body, asked) = body.into_parts();
    let at = body.at.unwrap_or(now);
    if at > now {
        return Err(field("at", "in_the_future", "Has not happened yet."));
    }
    let view = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "tell_client", &asked, None, id.0.0).await?;
            let referral = match receipt {
                Receipt::First => told(tx, &actor, referral, (&body.channel, at), now).await?,
                Receipt::Again(_) => referral,
            };
            ReferralView::read(tx, &actor, referral, now).await
        })
        .await?;
    Ok(versioned(view.row.version, view))
}

async fn told(
    tx: &mut Conn,
    actor: &Actor,
    referral: Referral,
    (channel, at): (&str, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Referral, Error> {
    check_codes(tx, vec![("channel", channel, "channel".to_owned())]).await?;
    if !referral.standing.state.is_terminal() {
        let allowed = rules::words(&rules::allowed(&referral.standing, Who::Staff));
        return Err(problems::REFERRAL_MOVE_NOT_ALLOWED.problem().with("allowed", allowed).into());
    }
    let changes = ReferralChanges { client_told_at: Some(Some(at)), ..ReferralChanges::default() };
    let referral = referral.update(tx, &changes, now).await?;
    let event = Event::new("referral.client_told").about("referral", referral.id).at(referral.office_id);
    event.record(tx, actor, now).await?;
    let facts = json!({ "channel": channel, "number": referral.number });
    note_in_case(tx, &referral, "referral.client_told", Some(actor.staff), (at, now), facts).await?;
    Ok(referral)
}
