//! `/confirm/{token}`: the pages by which an agency confirms its entry without an account. A GET shows; a POST of a form
//! that our own page made, and a person has filled in, writes down and sends the browser on to a GET.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::answers::{self, Outcome};
use super::links::Holder;
use super::rules;
use super::scenes;
use super::visitor::{Guest, Visitor};
use crate::agencies::model::Service;
use crate::audit::Event;
use crate::ids::ServiceId;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::html::{Complaint, Entered, Form, News, answer, see_other};
use crate::platform::text::texts;
use crate::problems;

/// More than any form of ours fills.
const LARGEST_FORM: usize = 16 * 1024;

/// The pages of a link, outside the API.
pub fn pages(config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/confirm/{token}")
            .app_data(web::PayloadConfig::new(LARGEST_FORM))
            .service(shown_at("").default_service(web::to(no_such_method)))
            .service(
                shown_at("/all").route(web::post().to(confirm_all)).default_service(web::to(no_such_method)),
            )
            .service(
                web::resource("/service/{service}")
                    .route(web::get().to(show_service))
                    .route(web::head().to(show_service))
                    .route(web::post().to(tell_service))
                    .default_service(web::to(no_such_method)),
            )
            .default_service(web::to(no_such_page)),
    );
}

/// Whoever loads the address of a form again is shown the entry.
fn shown_at(path: &str) -> actix_web::Resource {
    web::resource(path).route(web::get().to(show)).route(web::head().to(show))
}

async fn no_such_page(visitor: Visitor) -> HttpResponse {
    visitor.told(visitor.dead_end()).await
}

async fn no_such_method(visitor: Visitor) -> HttpResponse {
    let mut page = visitor.refused(StatusCode::METHOD_NOT_ALLOWED).await;
    page.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    page
}

/// The whole entry.
async fn show(visitor: Visitor) -> HttpResponse {
    let page = async {
        let Some(guest) = visitor.enter().await? else { return visitor.dead_end() };
        let news = thanks(&visitor, &guest);
        whole(&visitor, &guest, StatusCode::OK, news).await
    };
    let page = page.await;
    visitor.told(page).await
}

async fn whole(
    visitor: &Visitor,
    guest: &Guest,
    status: StatusCode,
    news: Option<News>,
) -> Result<HttpResponse, Error> {
    let (holder, now) = (guest.entry.link.holder(), visitor.caller.now);
    let page = visitor
        .caller
        .app
        .db
        .write(&holder, async |tx| {
            visited(tx, &holder, now).await?;
            scenes::entry(tx, visitor, guest, news).await
        })
        .await?;
    answer(status, &page)
}

/// That somebody looked is on record.
async fn visited(tx: &mut Conn, holder: &Holder, now: DateTime<Utc>) -> Result<(), Error> {
    let event = Event::new("confirmation_link.visited").about("agency", holder.agency);
    event.facts(json!({ "confirmation_link": holder.link })).record_by_link(tx, holder.agency, now).await
}

/// Thanks for what the address says was just answered; none when nobody has.
fn thanks(visitor: &Visitor, guest: &Guest) -> Option<News> {
    guest.entry.link.used_at?;
    let (title, text) = match visitor.caller.said.as_deref()? {
        "all" => (texts::CONFIRM_THANKS_TITLE, texts::CONFIRM_THANKS_ALL),
        "service" => (texts::CONFIRM_THANKS_TITLE, texts::CONFIRM_THANKS_SERVICE),
        "again" => (texts::CONFIRM_AGAIN_TITLE, texts::CONFIRM_AGAIN),
        _ => return None,
    };
    Some(News::good(guest.frame.say(title), vec![guest.frame.say(text)]))
}

/// A form that no page of ours made, or made too long ago. Nothing was done; the page offers to do it now.
fn not_ours(guest: &Guest) -> News {
    let frame = &guest.frame;
    News::bad(frame.say(texts::ANSWER_FORM_OLD_TITLE), vec![frame.say(texts::ANSWER_FORM_OLD)])
}

/// Somebody else has changed what was shown. Nothing was done.
fn moved_on(guest: &Guest) -> News {
    let frame = &guest.frame;
    News::bad(frame.say(texts::ANSWER_STALE_TITLE), vec![frame.say(texts::CONFIRM_STALE)])
}

fn onward(guest: &Guest, said: &str) -> HttpResponse {
    see_other(&format!("{}&said={said}#news", guest.frame.to("")))
}

/// Says that all of it is true.
async fn confirm_all(visitor: Visitor, form: Form) -> HttpResponse {
    match form.0 {
        Err(status) => visitor.refused(status).await,
        Ok(form) => visitor.told(confirmed(&visitor, &form).await).await,
    }
}

async fn confirmed(visitor: &Visitor, form: &Entered) -> Result<HttpResponse, Error> {
    let Some(guest) = visitor.enter().await? else { return visitor.dead_end() };
    if !visitor.is_ours(&guest, form) {
        return whole(visitor, &guest, StatusCode::FORBIDDEN, Some(not_ours(&guest))).await;
    }
    // A machine that sends the forms it finds leaves the box as it is.
    if form.get("read") != Some("yes") {
        let mut news = News::bad(guest.frame.say(texts::ANSWER_ERRORS_TITLE), vec![]);
        news.complaints =
            vec![Complaint { field: "read".into(), words: guest.frame.say(texts::CONFIRM_TICK) }];
        return whole(visitor, &guest, StatusCode::UNPROCESSABLE_ENTITY, Some(news)).await;
    }
    let (holder, now) = (guest.entry.link.holder(), visitor.caller.now);
    let shown = form.get("shown").unwrap_or_default();
    let taken = visitor
        .caller
        .app
        .db
        .write(&holder, async |tx| answers::confirm_all(tx, &guest.entry, shown, now).await)
        .await;
    match taken {
        Ok(Outcome::Taken) => Ok(onward(&guest, "all")),
        Ok(Outcome::Again) => Ok(onward(&guest, "again")),
        Err(Error::Problem(problem)) if problem.kind().code == problems::STALE_VERSION.code => {
            let Some(guest) = visitor.enter().await? else { return visitor.dead_end() };
            whole(visitor, &guest, StatusCode::CONFLICT, Some(moved_on(&guest))).await
        }
        Err(error) => Err(error),
    }
}

/// One service.
async fn show_service(visitor: Visitor, id: web::Path<(String, String)>) -> HttpResponse {
    let page = async {
        let Some((guest, service)) = at_service(&visitor, &id.1).await? else { return visitor.dead_end() };
        one(&visitor, &guest, &service, (StatusCode::OK, None, Entered::default())).await
    };
    let page = page.await;
    visitor.told(page).await
}

/// The guest, and the service of the entry that the path names.
async fn at_service(visitor: &Visitor, id: &str) -> Result<Option<(Guest, Service)>, Error> {
    let Some(guest) = visitor.enter().await? else { return Ok(None) };
    let found = guest.entry.services.iter().find(|service| service.id.to_string() == id).cloned();
    Ok(found.map(|service| (guest, service)))
}

async fn one(
    visitor: &Visitor,
    guest: &Guest,
    service: &Service,
    (status, news, entered): (StatusCode, Option<News>, Entered),
) -> Result<HttpResponse, Error> {
    let (holder, now) = (guest.entry.link.holder(), visitor.caller.now);
    let page = visitor
        .caller
        .app
        .db
        .write(&holder, async |tx| {
            visited(tx, &holder, now).await?;
            scenes::service(tx, visitor, guest, service, (news, entered)).await
        })
        .await?;
    answer(status, &page)
}

/// Says how one service stands.
async fn tell_service(visitor: Visitor, id: web::Path<(String, String)>, form: Form) -> HttpResponse {
    match form.0 {
        Err(status) => visitor.refused(status).await,
        Ok(form) => visitor.told(told(&visitor, &id.1, form).await).await,
    }
}

async fn told(visitor: &Visitor, id: &str, form: Entered) -> Result<HttpResponse, Error> {
    let Some((guest, service)) = at_service(visitor, id).await? else { return visitor.dead_end() };
    if !visitor.is_ours(&guest, &form) {
        return one(visitor, &guest, &service, (StatusCode::FORBIDDEN, Some(not_ours(&guest)), form)).await;
    }
    let said = match rules::read(&form) {
        Ok(said) => said,
        Err(Error::Invalid(errors)) => {
            let news = complaint(&guest, &errors);
            return one(visitor, &guest, &service, (StatusCode::UNPROCESSABLE_ENTITY, Some(news), form))
                .await;
        }
        Err(error) => return Err(error),
    };
    let shown = form.get("version").and_then(|version| version.parse().ok());
    let (holder, now) = (guest.entry.link.holder(), visitor.caller.now);
    let taken = visitor
        .caller
        .app
        .db
        .write(&holder, async |tx| {
            let which: (ServiceId, Option<i32>) = (service.id, shown);
            answers::tell(tx, &guest.entry, which, &said, now).await
        })
        .await;
    match taken {
        Ok(Outcome::Taken) => Ok(onward(&guest, "service")),
        Ok(Outcome::Again) => Ok(onward(&guest, "again")),
        Err(Error::Problem(problem)) if problem.kind().code == problems::STALE_VERSION.code => {
            let Some((guest, service)) = at_service(visitor, id).await? else { return visitor.dead_end() };
            one(visitor, &guest, &service, (StatusCode::CONFLICT, Some(moved_on(&guest)), form)).await
        }
        Err(error) => Err(error),
    }
}

fn complaint(guest: &Guest, errors: &FieldErrors) -> News {
    let mut news = News::bad(guest.frame.say(texts::ANSWER_ERRORS_TITLE), vec![]);
    let words = |field: &str, code: &str| match (field, code) {
        ("answer", _) => texts::CONFIRM_ERROR_ANSWER,
        ("days", _) => texts::CONFIRM_ERROR_DAYS,
        (_, "too_long") => texts::ANSWER_ERROR_TOO_LONG,
        _ => texts::CONFIRM_ERROR_WORDS,
    };
    let told = errors.0.iter().map(|error| {
        let field = error.pointer.trim_start_matches('/').to_owned();
        Complaint { words: guest.frame.say(words(&field, error.code)), field }
    });
    news.complaints = told.collect();
    news
}
