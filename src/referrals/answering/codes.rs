//! The way through the door: asking for a code, and entering it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::super::disclosure::frozen::mark_seen;
use super::model::AnswerLink;
use super::model::codes::{SentCodes, live_codes, new_code, use_code, wear_codes};
use super::model::sessions::Session;
use super::routes::{event, not_ours};
use super::rules::{self, CodeWish};
use super::scenes;
use super::visitor::{Guest, Visitor};
use crate::ids::AnswerCodeId;
use crate::notices::links::digits;
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::crypto::same;
use crate::platform::db::{Conn, acting_as};
use crate::platform::error::Error;
use crate::platform::html::{Entered, Form, News, answer, see_other};
use crate::platform::jobs::System;
use crate::platform::text::{Value, texts};
use crate::problems;

/// Where the code is entered.
pub(super) async fn show_code_entry(visitor: Visitor) -> HttpResponse {
    visitor.told(code_entry(&visitor).await).await
}

async fn code_entry(visitor: &Visitor) -> Result<HttpResponse, Error> {
    match visitor.enter().await? {
        None => visitor.dead_end().await,
        Some(guest) if guest.session.is_some() => Ok(see_other(&guest.frame.to(""))),
        Some(guest) => answer(StatusCode::OK, &scenes::code_entry(visitor, &guest, None)),
    }
}

/// Mails a code to the agency's registered mailbox.
pub(super) async fn ask_for_code(visitor: Visitor, form: Form) -> HttpResponse {
    match form.0 {
        Err(status) => visitor.refused(status).await,
        Ok(form) => visitor.told(code_asked(&visitor, &form).await).await,
    }
}

async fn code_asked(visitor: &Visitor, form: &Entered) -> Result<HttpResponse, Error> {
    let Some(guest) = visitor.enter().await? else { return visitor.dead_end().await };
    if !visitor.is_ours(&guest, form) {
        return not_ours(visitor, &guest).await;
    }
    let wish = visitor
        .caller
        .app
        .db
        .write(&guest.holder, async |tx| send_code(tx, &guest, visitor.caller.now).await)
        .await?;
    match wish {
        CodeWish::Send | CodeWish::JustSent => Ok(see_other(&format!("{}#news", guest.frame.to("/code")))),
        CodeWish::TooMany(until) => {
            let frame = &guest.frame;
            let span = span(&guest, until - visitor.caller.now);
            let values = [("span", span.into()), ("office", Value::from(&guest.to.office.name))];
            let news = News::bad(
                frame.say(texts::ANSWER_CODE_MANY_TITLE),
                vec![frame.tell(texts::ANSWER_CODE_MANY, &values)],
            );
            let page =
                answer(StatusCode::TOO_MANY_REQUESTS, &scenes::code_entry(visitor, &guest, Some(news)))?;
            Ok(wait_until(page, until, visitor.caller.now))
        }
    }
}

/// Promises the mail with a code, unless one was just sent or too many were.
async fn send_code(tx: &mut Conn, guest: &Guest, now: DateTime<Utc>) -> Result<CodeWish, Error> {
    let holder = &guest.holder;
    // Two wishes at once are looked at one after the other.
    AnswerLink::lock(tx, holder).await?;
    let sent = acting_as(tx, &System, holder, async |tx| SentCodes::before(tx, holder, now).await).await?;
    let wish = rules::wish(&sent, now);
    if wish == CodeWish::Send && guest.to.referral.standing.state.shows_facts() {
        let referral = &guest.to.referral;
        let code = new_code(tx, holder.link, now).await?;
        NewNotice::to_agency(NoticeKind::AnswerCode, holder.agency)
            .about_referral(referral.id, referral.case_id, referral.office_id)
            .fields(json!({ "answer_code": code }))
            .send(tx, now)
            .await?;
        event("answer_code.sent", guest).record_by_link(tx, holder.agency, now).await?;
    }
    Ok(wish)
}

fn wait_until(mut page: HttpResponse, until: DateTime<Utc>, now: DateTime<Utc>) -> HttpResponse {
    let seconds = (until - now).num_seconds() + 1;
    page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    page
}

fn span(guest: &Guest, time: TimeDelta) -> String {
    let (text, count) = match time.num_seconds() {
        ..60 => (texts::ANSWER_SECONDS, time.num_seconds().max(1)),
        60..5400 => (texts::WORDS_MINUTES, (time.num_seconds() + 59) / 60),
        _ => (texts::WORDS_HOURS, (time.num_minutes() + 59) / 60),
    };
    guest.frame.tell(text, &[("count", count.into())])
}

/// What comes of a code.
enum Tried {
    /// It is right: the secret of a new session.
    Opened(String),
    /// It is not.
    Wrong,
    /// No code lives: used, worn out by wrong ones, or too old.
    NoneLives,
    /// Not before this moment.
    Slowed(DateTime<Utc>),
}

/// Opens the link with a code.
pub(super) async fn open(visitor: Visitor, form: Form) -> HttpResponse {
    match form.0 {
        Err(status) => visitor.refused(status).await,
        Ok(form) => visitor.told(opened(&visitor, &form).await).await,
    }
}

async fn opened(visitor: &Visitor, form: &Entered) -> Result<HttpResponse, Error> {
    let Some(guest) = visitor.enter().await? else { return visitor.dead_end().await };
    if !visitor.is_ours(&guest, form) {
        return not_ours(visitor, &guest).await;
    }
    let frame = &guest.frame;
    let refuse = |status, line: String| {
        let news = News::bad(frame.say(texts::ANSWER_CODE_WRONG_TITLE), vec![line]);
        answer(status, &scenes::code_entry(visitor, &guest, Some(news)))
    };
    let Some(typed) = rules::typed_code(form.get("code").unwrap_or_default()) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, frame.say(texts::ANSWER_CODE_SHAPE));
    };
    let tried = visitor
        .caller
        .app
        .db
        .write(&guest.holder, async |tx| try_code(tx, visitor, &guest, &typed).await)
        .await?;
    match tried {
        Tried::Opened(secret) => {
            let mut onward = see_other(&format!("{}#news", frame.to("")));
            onward.add_cookie(&visitor.cookie(secret)).map_err(anyhow::Error::from)?;
            Ok(onward)
        }
        Tried::Wrong => refuse(StatusCode::FORBIDDEN, frame.say(texts::ANSWER_CODE_WRONG)),
        Tried::NoneLives => refuse(StatusCode::FORBIDDEN, frame.say(texts::ANSWER_CODE_SPENT)),
        Tried::Slowed(until) => {
            let span = span(&guest, until - visitor.caller.now);
            let line = frame.tell(texts::ANSWER_CODE_SLOW, &[("span", span.into())]);
            Ok(wait_until(refuse(StatusCode::TOO_MANY_REQUESTS, line)?, until, visitor.caller.now))
        }
    }
}

/// Tries a code against every living one of the link. Wrong ones wear them all out, and make the next try wait.
async fn try_code(tx: &mut Conn, visitor: &Visitor, guest: &Guest, typed: &str) -> Result<Tried, Error> {
    let (holder, now) = (&guest.holder, visitor.caller.now);
    let link = AnswerLink::lock(tx, holder).await?;
    if link.revoked_at.is_some() {
        return Err((&problems::NOT_FOUND).into());
    }
    if let Some(until) = link.slowed_until.filter(|until| *until > now) {
        return Ok(Tried::Slowed(until));
    }
    let living = live_codes(tx, holder.link, now).await?;
    if let Some(code) = matching(visitor, &living, typed) {
        use_code(tx, code, now).await?;
        link.note_opened(tx, now).await?;
        mark_seen(tx, holder.referral, None, now).await?;
        event("answer_link.opened", guest).record_by_link(tx, holder.agency, now).await?;
        return Ok(Tried::Opened(Session::open(tx, holder.link, now).await?));
    }
    let wrong = link.wrong_codes + 1;
    link.note_wrong(tx, wrong, rules::slowed_until(wrong, now)).await?;
    wear_codes(tx, &living).await?;
    let facts = json!({ "answer_link": holder.link, "in_a_row": wrong });
    event("answer_code.refused", guest).facts(facts).record_by_link(tx, holder.agency, now).await?;
    Ok(if living.is_empty() { Tried::NoneLives } else { Tried::Wrong })
}

/// The code that was typed. Every one is compared to its end, so that the time says nothing.
fn matching(visitor: &Visitor, living: &[AnswerCodeId], typed: &str) -> Option<AnswerCodeId> {
    let is_typed =
        |code: &AnswerCodeId| same(digits(&visitor.caller.app.vault, *code).as_bytes(), typed.as_bytes());
    let typed: Vec<AnswerCodeId> = living.iter().copied().filter(is_typed).collect();
    typed.first().copied()
}
