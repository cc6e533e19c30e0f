//! `/r/{token}`: the pages by which an agency answers without an account. A GET shows; a POST of a form that our own page
//! made asks for a code, opens, answers or closes, and then sends the browser on to a GET.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::super::moves::{self, By};
use super::super::rules::{ReferralMove, ReferralState};
use super::codes::{ask_for_code, open, show_code_entry};
use super::forms::complaints;
use super::model::{Holder, find_held, lock_held};
use super::rules;
use super::scenes;
use super::visitor::{Guest, Visitor};
use crate::audit::Event;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::html::{Complaint, Entered, Form, News, answer, see_other};
use crate::platform::text::{Value, texts};
use crate::problems;
use crate::reference::choices::Choices;

/// More than any form of ours fills.
const LARGEST_FORM: usize = 16 * 1024;

/// The pages of a link, outside the API.
pub fn pages(config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/r/{token}")
            .app_data(web::PayloadConfig::new(LARGEST_FORM))
            .service(
                web::resource("")
                    .route(web::get().to(show))
                    .route(web::head().to(show))
                    .default_service(web::to(no_such_method)),
            )
            .service(
                web::resource("/code")
                    .route(web::get().to(show_code_entry))
                    .route(web::head().to(show_code_entry))
                    .route(web::post().to(ask_for_code))
                    .default_service(web::to(no_such_method)),
            )
            .service(posted("/open").route(web::post().to(open)))
            .service(posted("/answer").route(web::post().to(take_answer)))
            .service(posted("/close").route(web::post().to(close)))
            .default_service(web::to(no_such_page)),
    );
}

/// A page that is only posted to; whoever loads its address again is shown the referral.
fn posted(path: &str) -> actix_web::Resource {
    web::resource(path)
        .route(web::get().to(show))
        .route(web::head().to(show))
        .default_service(web::to(no_such_method))
}

async fn no_such_page(visitor: Visitor) -> HttpResponse {
    visitor.told(visitor.dead_end().await).await
}

async fn no_such_method(visitor: Visitor) -> HttpResponse {
    let mut page = visitor.refused(StatusCode::METHOD_NOT_ALLOWED).await;
    page.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    page
}

pub(super) fn event(action: &'static str, guest: &Guest) -> Event {
    let event = Event::new(action).about("referral", guest.holder.referral).at(guest.to.office.id);
    event.facts(json!({ "answer_link": guest.holder.link }))
}

/// What waits; after the code, all of it.
async fn show(visitor: Visitor) -> HttpResponse {
    visitor.told(shown(&visitor).await).await
}

async fn shown(visitor: &Visitor) -> Result<HttpResponse, Error> {
    let Some(guest) = visitor.enter().await? else { return visitor.dead_end().await };
    if guest.session.is_some() {
        let news = thanks(visitor, &guest);
        return shown_open(visitor, guest, StatusCode::OK, (news, Entered::default())).await;
    }
    let news = (visitor.caller.said.as_deref() == Some("closed")).then(|| {
        let frame = &guest.frame;
        News::good(frame.say(texts::ANSWER_CLOSED_TITLE), vec![frame.say(texts::ANSWER_CLOSED)])
    });
    shown_minimum(visitor, &guest, StatusCode::OK, news).await
}

async fn shown_minimum(
    visitor: &Visitor,
    guest: &Guest,
    status: StatusCode,
    news: Option<News>,
) -> Result<HttpResponse, Error> {
    let page = visitor
        .caller
        .app
        .db
        .write(&guest.holder, async |tx| {
            let (agency, now) = (guest.holder.agency, visitor.caller.now);
            event("answer_link.visited", guest).record_by_link(tx, agency, now).await?;
            scenes::minimum(tx, visitor, guest, news).await
        })
        .await?;
    answer(status, &page)
}

/// Everything, as it is now. That it was read is on record.
async fn shown_open(
    visitor: &Visitor,
    mut guest: Guest,
    status: StatusCode,
    (news, entered): (Option<News>, Entered),
) -> Result<HttpResponse, Error> {
    let (holder, now) = (guest.holder, visitor.caller.now);
    let page = visitor
        .caller
        .app
        .db
        .write(&holder, async |tx| {
            if let Some(session) = &guest.session {
                session.touch(tx, now).await?;
            }
            guest.to.referral = find_held(tx, &holder).await?;
            if guest.to.referral.standing.state.shows_facts() {
                let facts = json!({ "answer_link": holder.link, "facts": guest.to.referral.facts });
                let read = event("disclosure.read", &guest).facts(facts);
                read.record_by_link(tx, holder.agency, now).await?;
            }
            scenes::open(tx, visitor, &guest, (news, entered)).await
        })
        .await?;
    answer(status, &page)
}

/// Thanks for an answer the address says was just given; none when the referral does not stand so.
fn thanks(visitor: &Visitor, guest: &Guest) -> Option<News> {
    let (frame, office) = (&guest.frame, Value::from(&guest.to.office.name));
    let state = guest.to.referral.standing.state;
    let (again, word) = match visitor.caller.said.as_deref()?.strip_prefix("again-") {
        Some(word) => (true, word),
        None => (false, visitor.caller.said.as_deref()?),
    };
    if word != state.word() {
        return None;
    }
    let (title, text) = if again {
        (texts::ANSWER_AGAIN_TITLE, texts::ANSWER_AGAIN)
    } else {
        (texts::ANSWER_THANKS_TITLE, texts::ANSWER_THANKS)
    };
    let values = [("office", office), ("state", guest.state_in_words(state).into())];
    Some(News::good(frame.say(title), vec![frame.tell(text, &values)]))
}

/// A form that no page of ours made, or made too long ago. Nothing was done; the page offers to do it now.
pub(super) async fn not_ours(visitor: &Visitor, guest: &Guest) -> Result<HttpResponse, Error> {
    let frame = &guest.frame;
    let news = News::bad(frame.say(texts::ANSWER_FORM_OLD_TITLE), vec![frame.say(texts::ANSWER_FORM_OLD)]);
    shown_minimum(visitor, guest, StatusCode::FORBIDDEN, Some(news)).await
}

/// Takes an answer.
async fn take_answer(visitor: Visitor, form: Form) -> HttpResponse {
    match form.0 {
        Err(status) => visitor.refused(status).await,
        Ok(form) => visitor.told(answered(&visitor, form).await).await,
    }
}

async fn answered(visitor: &Visitor, form: Entered) -> Result<HttpResponse, Error> {
    let Some(guest) = visitor.enter().await? else { return visitor.dead_end().await };
    let Some(session) = &guest.session else { return session_over(visitor, &guest).await };
    if !visitor.is_ours(&guest, &form) {
        return not_ours(visitor, &guest).await;
    }
    let Some(by) = form.by() else { return Ok(visitor.refused(StatusCode::BAD_REQUEST).await) };
    let moved = visitor
        .caller
        .app
        .db
        .write(&guest.holder, async |tx| {
            session.touch(tx, visitor.caller.now).await?;
            move_as(tx, &guest.holder, (by, &form), guest.to.agency.tz(), visitor.caller.now).await
        })
        .await;
    match moved {
        Ok((state, again)) => {
            let said = format!("{}{state}", if again { "again-" } else { "" });
            Ok(see_other(&format!("{}&said={said}#news", guest.frame.to(""))))
        }
        Err(error) => explain(visitor, guest, form, error).await,
    }
}

/// Makes the move, by the same rules as any account's. Gives the state it came to, and whether it stood so before.
async fn move_as(
    tx: &mut Conn,
    holder: &Holder,
    (by, form): (ReferralMove, &Entered),
    zone: chrono_tz::Tz,
    now: DateTime<Utc>,
) -> Result<(ReferralState, bool), Error> {
    let referral = lock_held(tx, holder).await?;
    let command = form.command(by, zone, now)?;
    let mut choices = Choices::new();
    if let Some(reason) = &command.details.reason {
        choices.code("reason", "referral_reason", reason);
    }
    choices.check(tx).await?;
    let (version, shown) = (referral.version, form.shown());
    let referral = moves::make(tx, By::Link(holder), referral, &command, now, |referral| {
        let stale = shown.is_none_or(|shown| rules::is_stale(shown, referral.standing.state));
        if stale { Err((&problems::STALE_VERSION).into()) } else { Ok(()) }
    })
    .await?;
    Ok((referral.standing.state, referral.version == version))
}

/// Half an hour has passed, or the desk took the link back. Nothing was done.
async fn session_over(visitor: &Visitor, guest: &Guest) -> Result<HttpResponse, Error> {
    let frame = &guest.frame;
    let news = News::bad(frame.say(texts::ANSWER_OVER_TITLE), vec![frame.say(texts::ANSWER_OVER)]);
    shown_minimum(visitor, guest, StatusCode::FORBIDDEN, Some(news)).await
}

/// Says kindly why an answer was not taken, above the referral as it is now.
async fn explain(
    visitor: &Visitor,
    mut guest: Guest,
    form: Entered,
    error: Error,
) -> Result<HttpResponse, Error> {
    let holder = guest.holder;
    let decided = visitor
        .caller
        .app
        .db
        .read(&holder, async |conn| {
            guest.to.referral = find_held(conn, &holder).await?;
            guest.decided(conn).await
        })
        .await?;
    let Some((status, news, entered)) = refusal(&guest, &error, decided, form) else { return Err(error) };
    shown_open(visitor, guest, status, (Some(news), entered)).await
}

/// What the page says of a refusal, and what of the form it shows again; `None` for what is no fault of the answer.
fn refusal(
    guest: &Guest,
    error: &Error,
    decided: Option<(String, String)>,
    form: Entered,
) -> Option<(StatusCode, News, Entered)> {
    let frame = &guest.frame;
    let state = guest.state_in_words(guest.to.referral.standing.state);
    let code = match error {
        Error::Invalid(errors) => {
            let mut news = News::bad(frame.say(texts::ANSWER_ERRORS_TITLE), vec![]);
            let by = form.get("move").unwrap_or_default();
            let placed = |told: Complaint| Complaint { field: format!("{by}-{}", told.field), ..told };
            news.complaints = complaints(frame.language, &errors.0).into_iter().map(placed).collect();
            return Some((StatusCode::UNPROCESSABLE_ENTITY, news, form));
        }
        Error::Problem(problem) => problem.kind().code,
        Error::Internal(_) => return None,
    };
    let news = if code == problems::REFERRAL_ALREADY_ANSWERED.code {
        let (state, at) = decided.unwrap_or((state, String::new()));
        let line = frame.tell(texts::ANSWER_DIFFERENT, &[("state", state.into()), ("at", at.into())]);
        News::bad(frame.say(texts::ANSWER_DIFFERENT_TITLE), vec![line, guest.whom_to_ask()])
    } else if [problems::REFERRAL_MOVE_NOT_ALLOWED.code, problems::STALE_VERSION.code].contains(&code) {
        let line = frame.tell(texts::ANSWER_STALE, &[("state", state.into())]);
        News::bad(frame.say(texts::ANSWER_STALE_TITLE), vec![line])
    } else {
        return None;
    };
    Some((StatusCode::CONFLICT, news, Entered::default()))
}

/// Forgets this browser.
async fn close(visitor: Visitor, form: Form) -> HttpResponse {
    match form.0 {
        Err(status) => visitor.refused(status).await,
        Ok(form) => visitor.told(closed(&visitor, &form).await).await,
    }
}

async fn closed(visitor: &Visitor, form: &Entered) -> Result<HttpResponse, Error> {
    let Some(guest) = visitor.enter().await? else { return visitor.dead_end().await };
    if let Some(session) = &guest.session {
        if !visitor.is_ours(&guest, form) {
            return not_ours(visitor, &guest).await;
        }
        visitor
            .caller
            .app
            .db
            .write(&guest.holder, async |tx| {
                session.end(tx, visitor.caller.now).await?;
                event("answer_link.closed", &guest)
                    .record_by_link(tx, guest.holder.agency, visitor.caller.now)
                    .await
            })
            .await?;
    }
    let mut onward = see_other(&format!("{}&said=closed#news", guest.frame.to("")));
    onward.add_cookie(&visitor.no_cookie()).map_err(anyhow::Error::from)?;
    Ok(onward)
}
