//! `/referrals`: the desk lists and follows what it sent, reads the answer and tells the client.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::commands::TellClient;
use super::lists::{self, ReferralFilter};
use super::model::{CaseFacts, Referral, ReferralChanges, visible_to_desk};
use super::moves::note_in_case;
use super::rules::{self, Who};
use super::views::{InboxReferral, MovedReferral, ReferralCount, ReferralRow, ReferralView};
use crate::audit::Event;
use crate::auth::{Actor, Permission, Role};
use crate::ids::ReferralId;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors, field};
use crate::platform::http::{Body, IfMatch, Path, Query, ok, versioned};
use crate::platform::page::{Cursor, Page, limit};
use crate::platform::receipts::{self, Receipt};
use crate::problems;
use crate::reference::model::unknown_codes;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_referrals)
        .service(count_referrals)
        .service(read_answer)
        .service(tell_client)
        .service(show_referral);
    super::drafting::routes(config);
    super::moving::routes(config);
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

/// Refuses a stale version, with the record as it is now.
pub(super) async fn check_version(
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

/// The referral as the one who asks may see it.
pub(super) async fn shown(
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
            ReferralRow::all(conn, &actor, page, now).await
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

/// Notes that the desk has read the partner's answer: the case's worker, or anybody who refers while nobody owns it. It
/// stays unread for whoever takes the case over.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)), responses((status = 200, body = ReferralView)))]
#[post("/referrals/{id}/read")]
async fn read_answer(app: web::Data<App>, actor: Actor, id: Path<ReferralId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let mut referral = Referral::lock(tx, &actor, id.0).await?;
            let case = CaseFacts::find(tx, referral.case_id).await?;
            if case.assigned_to.is_some_and(|worker| worker != actor.staff) {
                return Err((&problems::FORBIDDEN).into());
            }
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
