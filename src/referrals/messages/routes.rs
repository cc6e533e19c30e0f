//! `/referrals/{id}/messages`: desk and agency write to each other.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{self, Message, MessageView, NewMessage};
use super::rules::{self, MarkMessages, Side, WriteMessage};
use crate::audit::Event;
use crate::auth::{Actor, Permission, Role};
use crate::ids::{ReferralId, ReferralMessageId};
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::app::App;
use crate::platform::db::{Conn, acting_as};
use crate::platform::error::Error;
use crate::platform::http::{Body, Path, Query, created, ok};
use crate::platform::jobs::System;
use crate::platform::page::{self, Cursor, Page};
use crate::platform::receipts::{self, Receipt};
use crate::problems;
use crate::referrals::model::{CaseFacts, NeedFacts, Referral};
use crate::referrals::moves::note_in_case;
use crate::referrals::rules::is_seen_by_partner;

/// The operations on messages.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_messages).service(write_message).service(mark_messages_read);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MessagePage {
    /// How many; 50 without, 200 at most.
    limit: Option<i64>,
    /// Where the page begins.
    after: Option<String>,
}

/// What is left to read.
#[derive(Debug, Serialize, ToSchema)]
struct MessagesRead {
    /// Messages of the other side that nobody here has marked as read.
    unread: i64,
}

/// On which side the account stands; `desk` is what its role must have there.
fn side_of(actor: &Actor, desk: Permission) -> Result<Side, Error> {
    if actor.role == Role::Partner {
        actor.require(Permission::AnswerReferrals)?;
        Ok(Side::Agency)
    } else {
        actor.require(desk)?;
        Ok(Side::Desk)
    }
}

/// Refuses the agency what it sees no more, as if there were no such referral.
fn require_sight(side: Side, referral: &Referral, now: DateTime<Utc>) -> Result<(), Error> {
    let sees = side == Side::Desk || is_seen_by_partner(&referral.standing, now);
    if sees { Ok(()) } else { Err((&problems::NOT_FOUND).into()) }
}

/// Whether the account is shown the words.
async fn shows_words(conn: &mut Conn, actor: &Actor, side: Side, referral: &Referral) -> Result<bool, Error> {
    let hidden = match side {
        Side::Agency => false,
        Side::Desk => {
            let restricted = NeedFacts::find(conn, referral.need_id).await?.restricted;
            let case = CaseFacts::find(conn, referral.case_id).await?;
            actor.role == Role::Manager || (restricted && !case.shows_restricted_to(actor))
        }
    };
    Ok(rules::shows_words(side, &referral.standing, hidden))
}

/// What desk and agency wrote to each other, newest first. Reading marks nothing as read.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path), MessagePage),
    responses((status = 200, body = Page<MessageView>)))]
#[get("/referrals/{id}/messages")]
async fn list_messages(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    query: Query<MessagePage>,
) -> Result<HttpResponse, Error> {
    let side = side_of(&actor, Permission::ReadReferrals)?;
    let (limit, after) = (page::limit(query.0.limit)?, Cursor::read(query.0.after.as_deref())?);
    let now = app.now();
    let found = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::find(tx, &actor, id.0).await?;
            require_sight(side, &referral, now)?;
            let shown = shows_words(tx, &actor, side, &referral).await?;
            let found = Message::page(tx, referral.id, after, limit).await?;
            let event = Event::new("messages.read").about("referral", referral.id).at(referral.office_id);
            event.facts(json!({ "words": shown })).record(tx, &actor, now).await?;
            Ok(found.map(|message| MessageView::of(message, side, shown)))
        })
        .await?;
    Ok(ok(found))
}

/// Writes to the other side: the desk to the agency, or the agency to the desk. A mail tells that there is something to
/// read, and not what.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)), request_body = WriteMessage,
    responses((status = 201, body = MessageView), (status = 200, body = MessageView, description = "Made by an earlier try.")))]
#[post("/referrals/{id}/messages")]
async fn write_message(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    body: Body<WriteMessage>,
) -> Result<HttpResponse, Error> {
    let side = side_of(&actor, Permission::Refer)?;
    let (body, asked) = body.into_parts();
    let (client_id, new_id) = (body.id.map(|id| id.0), body.id.unwrap_or_else(ReferralMessageId::new));
    let words = body.validate()?;
    let now = app.now();
    let (first, message) = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::lock(tx, &actor, id.0).await?;
            require_sight(side, &referral, now)?;
            let receipt =
                receipts::claim(tx, actor.staff.0, "write_message", &asked, client_id, new_id.0).await?;
            if let Receipt::Again(known) = receipt {
                return Ok((false, Message::find(tx, referral.id, ReferralMessageId(known)).await?));
            }
            if !rules::takes_messages(&referral.standing, now) {
                return Err((&problems::REFERRAL_NOT_WITH_PARTNER).into());
            }
            // Who may not read what was said so far does not go on with it.
            if !shows_words(tx, &actor, side, &referral).await? {
                return Err((&problems::FORBIDDEN).into());
            }
            let message = NewMessage {
                id: new_id,
                referral_id: referral.id,
                from_side: side,
                written_by: actor.staff,
                body: words,
                written_at: now,
            };
            Ok((true, write(tx, &actor, &referral, &message).await?))
        })
        .await?;
    let place = format!("/api/v1/referrals/{}/messages", id.0);
    Ok(created(first, &place, 1, MessageView::of(message, side, true)))
}

async fn write(
    tx: &mut Conn,
    actor: &Actor,
    referral: &Referral,
    message: &NewMessage,
) -> Result<Message, Error> {
    let (from, now) = (message.from_side, message.written_at);
    let unread_before = Message::unread_of(tx, referral.id, from).await? > 0;
    let written = message.insert(tx).await?;
    let event = Event::new("message.written").about("referral", referral.id).at(referral.office_id);
    event.facts(json!({ "message": message.id, "from": from })).record(tx, actor, now).await?;
    // The desk's own records and people are not the partner's to see, but its words must reach them.
    acting_as(tx, &System, actor, async |tx| {
        let facts = json!({ "number": referral.number, "from": from });
        let by = Some(actor.staff);
        note_in_case(tx, referral, "referral.message_written", by, (now, now), facts).await?;
        let last_mail = model::last_mail(tx, referral.id, from.other()).await?;
        match rules::is_mailed(unread_before, last_mail, now) {
            true => tell(tx, referral, from.other(), now).await,
            false => Ok(()),
        }
    })
    .await?;
    Ok(written)
}

/// Promises the mail that there is a message.
async fn tell(tx: &mut Conn, referral: &Referral, to: Side, now: DateTime<Utc>) -> Result<(), Error> {
    let kind = NoticeKind::ReferralMessage;
    let about = |notice: NewNotice| notice.about_referral(referral.id, referral.case_id, referral.office_id);
    if to == Side::Agency {
        return about(NewNotice::to_agency(kind, referral.agency_id)).send(tx, now).await;
    }
    let case = CaseFacts::find(tx, referral.case_id).await?;
    for person in case.whom_to_tell(tx).await? {
        about(NewNotice::to_staff(kind, person)).send(tx, now).await?;
    }
    Ok(())
}

/// Marks what the other side wrote as read, for everybody here: up to a message, or all of it.
#[utoipa::path(tag = "referrals", params(("id" = ReferralId, Path)), request_body = MarkMessages,
    responses((status = 200, body = MessagesRead)))]
#[post("/referrals/{id}/messages/read")]
async fn mark_messages_read(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    body: Body<MarkMessages>,
) -> Result<HttpResponse, Error> {
    let side = side_of(&actor, Permission::Refer)?;
    let now = app.now();
    let unread = app
        .db
        .write(&actor, async |tx| {
            let referral = Referral::find(tx, &actor, id.0).await?;
            require_sight(side, &referral, now)?;
            if !shows_words(tx, &actor, side, &referral).await? {
                return Err((&problems::FORBIDDEN).into());
            }
            let what = (side.other(), body.up_to);
            let marked = Message::mark_read(tx, referral.id, what, actor.staff, now).await?;
            let event =
                Event::new("messages.marked_read").about("referral", referral.id).at(referral.office_id);
            event.facts(json!({ "messages": marked })).record(tx, &actor, now).await?;
            Message::unread_of(tx, referral.id, side.other()).await
        })
        .await?;
    Ok(ok(MessagesRead { unread }))
}
