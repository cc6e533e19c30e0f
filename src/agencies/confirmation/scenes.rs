//! What each page shows, gathered from the entry: labels of codes, names of languages and places, hours in words.

use std::collections::HashMap;

use serde::Deserialize;

use super::pages::{OneService, Shown as ShownService, WholeEntry};
use super::rules::{self, Answer};
use super::visitor::{Guest, Visitor};
use crate::agencies::model::{Agency, Service};
use crate::offices::rules::DayHours;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::html::{Entered, Frame, Line, News, Shown};
use crate::platform::text::{Text, Value, day, texts};
use crate::reference::model::{Code, Labels, Language as Tongue};
use crate::reference::territories::model::Territory;

/// The names of everything an entry holds as a code.
struct Names {
    codes: HashMap<(String, String), Labels>,
    tongues: HashMap<String, Labels>,
    places: HashMap<String, String>,
}

impl Names {
    async fn of(conn: &mut Conn, services: &[&Service]) -> Result<Names, Error> {
        let all = |of: fn(&Service) -> &Vec<String>| -> Vec<&str> {
            services.iter().flat_map(|service| of(service)).map(String::as_str).collect()
        };
        let mut codes: Vec<(&str, &str)> =
            all(|it| &it.codes).into_iter().map(|code| ("service", code)).collect();
        codes.extend(all(|it| &it.required_documents).into_iter().map(|code| ("document", code)));
        let tongues = Tongue::list(conn, &all(|it| &it.languages)).await?;
        let places = Territory::list(conn, &all(|it| &it.territories)).await?;
        Ok(Names {
            codes: Code::labels(conn, &codes).await?,
            tongues: tongues.into_iter().map(|tongue| (tongue.code, tongue.labels)).collect(),
            places: places.into_iter().map(|place| (place.code, place.name)).collect(),
        })
    }
}

/// One service in words.
fn lines(frame: &Frame, agency: &Agency, service: &Service, names: &Names) -> Vec<Line> {
    let language = frame.language.code();
    let label = |list: &str, code: &String| {
        let found = names.codes.get(&(list.to_owned(), code.clone()));
        found.map_or_else(|| code.clone(), |labels| labels.of(language).to_owned())
    };
    let tongue = |code: &String| {
        names.tongues.get(code).map_or_else(|| code.clone(), |labels| labels.of(language).to_owned())
    };
    let place = |code: &String| names.places.get(code).unwrap_or(code).clone();
    let codes: Vec<String> = service.codes.iter().map(|code| label("service", code)).collect();
    let papers: Vec<String> = service.required_documents.iter().map(|code| label("document", code)).collect();
    let languages: Vec<String> = service.languages.iter().map(tongue).collect();
    let places: Vec<String> = service.territories.iter().map(place).collect();
    let told = |text| frame.say(text);
    let or_none =
        |list: Vec<String>| if list.is_empty() { vec![told(texts::CONFIRM_NOT_SAID)] } else { list };
    let hours = hours(frame, &service.hours);
    let hours = if hours.is_empty() { self::hours(frame, &agency.hours) } else { hours };
    let mut all = vec![
        (texts::CONFIRM_HELPS_WITH, vec![codes.join(", ")]),
        (texts::CONFIRM_PLACES, vec![places.join(", ")]),
        (texts::CONFIRM_LANGUAGES, or_none(languages)),
        (texts::CONFIRM_HOURS, or_none(hours)),
        (texts::CONFIRM_CAPACITY, vec![capacity(frame, agency, service)]),
        (texts::CONFIRM_PAPERS, papers),
        (texts::CONFIRM_COST, vec![service.cost.clone().unwrap_or_else(|| told(texts::CONFIRM_FREE))]),
        (texts::CONFIRM_DESCRIPTION, service.description.iter().cloned().collect()),
    ];
    let confirmed = service.last_confirmed_on.map(|on| day(frame.language, on));
    all.push((texts::MAIL_FACT_CONFIRMED_ON, vec![confirmed.unwrap_or_else(|| told(texts::CONFIRM_NEVER))]));
    all.retain(|(_, values)| !values.is_empty());
    let plain = |words| Shown { words, dials: None };
    all.into_iter()
        .map(|(label, values)| Line { label: told(label), values: values.into_iter().map(plain).collect() })
        .collect()
}

/// How full it is, and since when that is said.
fn capacity(frame: &Frame, agency: &Agency, service: &Service) -> String {
    let mut words = match service.waiting_days {
        Some(days) => frame.tell(texts::CONFIRM_CAPACITY_WAITING, &[("count", i64::from(days).into())]),
        None => Text::of("confirm-capacity", service.capacity.word())
            .map_or_else(String::new, |text| frame.say(text)),
    };
    if let Some(at) = service.capacity_at {
        let on = at.with_timezone(&agency.tz()).date_naive();
        words = frame.tell(texts::CONFIRM_SINCE, &[("what", words.into()), ("day", on.into())]);
    }
    words
}

/// Opening hours, a line for each day of the week.
fn hours(frame: &Frame, hours: &serde_json::Value) -> Vec<String> {
    let spans: Vec<DayHours> = Vec::deserialize(hours).unwrap_or_default();
    let on = |day: u8| -> Option<String> {
        let open: Vec<String> = spans
            .iter()
            .filter(|span| span.day == day)
            .map(|span| format!("{}–{}", span.from, span.until))
            .collect();
        let name = Text::of("weekday", &day.to_string()).map(|text| frame.say(text))?;
        (!open.is_empty()).then(|| format!("{name} {}", open.join(", ")))
    };
    (1..=7).filter_map(on).collect()
}

/// How to reach the agency; its mailbox so that only its owner knows it.
fn contact(frame: &Frame, agency: &Agency) -> Vec<Line> {
    let plain = |words: &String| Shown { words: words.clone(), dials: None };
    let phone = agency.phone.iter().map(|phone| Shown { words: phone.clone(), dials: Some(phone.clone()) });
    let (name, host) = agency.mailbox.split_once('@').unwrap_or((&agency.mailbox, ""));
    let masked = format!("{}•••@{host}", name.chars().next().unwrap_or('•'));
    let mut lines = vec![
        (texts::CONFIRM_PHONE, phone.collect::<Vec<_>>()),
        (texts::CONFIRM_MAILBOX, vec![plain(&masked)]),
        (texts::CONFIRM_WEBSITE, agency.website.iter().map(plain).collect()),
        (texts::CONFIRM_ADDRESS, agency.address.iter().map(plain).collect()),
        (texts::CONFIRM_HOURS, hours(frame, &agency.hours).iter().map(plain).collect()),
    ];
    for (_, values) in lines.iter_mut().filter(|(_, values)| values.is_empty()) {
        values.push(Shown { words: frame.say(texts::CONFIRM_NOT_SAID), dials: None });
    }
    lines.into_iter().map(|(label, values)| Line { label: frame.say(label), values }).collect()
}

fn shown(guest: &Guest, service: &Service, names: &Names) -> ShownService {
    let frame = &guest.frame;
    ShownService {
        name: service.name.clone(),
        lines: lines(frame, &guest.entry.agency, service, names),
        address: frame.to(&format!("/service/{}", service.id)),
    }
}

/// The whole entry.
///
/// # Errors
/// Those of the database.
pub async fn entry(
    conn: &mut Conn,
    visitor: &Visitor,
    guest: &Guest,
    news: Option<News>,
) -> Result<WholeEntry, Error> {
    let (frame, entry) = (&guest.frame, &guest.entry);
    let names = Names::of(conn, &entry.services.iter().collect::<Vec<_>>()).await?;
    let agency = [("agency", Value::from(&entry.agency.name))];
    Ok(WholeEntry {
        intro: frame.tell(texts::CONFIRM_INTRO, &agency),
        lines: contact(frame, &entry.agency),
        services: entry.services.iter().map(|service| shown(guest, service, &names)).collect(),
        key: visitor.key(guest),
        shown: rules::fingerprint(&entry.services),
        unticked: news.as_ref().is_some_and(|news| !news.complaints.is_empty()),
        news,
        frame: frame.clone(),
    })
}

/// One service.
///
/// # Errors
/// Those of the database.
pub async fn service(
    conn: &mut Conn,
    visitor: &Visitor,
    guest: &Guest,
    service: &Service,
    (news, entered): (Option<News>, Entered),
) -> Result<OneService, Error> {
    let frame = &guest.frame;
    let names = Names::of(conn, &[service]).await?;
    let label = |answer: &Answer| {
        let text = Text::of("confirm-answer", answer.word());
        (answer.word(), text.map_or_else(String::new, |text| frame.say(text)))
    };
    Ok(OneService {
        service: shown(guest, service, &names),
        version: service.version,
        key: visitor.key(guest),
        answers: Answer::ALL.iter().map(label).collect(),
        entered,
        news,
        frame: frame.clone(),
    })
}
