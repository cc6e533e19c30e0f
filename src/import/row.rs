//! One row: who its persons are, its case, and how it ended; written as the API writes it, or told as the API tells it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map as Json, Value, json};

use super::map::Likely;
use super::model;
use super::rules::{Draft, DraftPerson, Fault};
use super::run::Import;
use crate::audit::Event;
use crate::auth::Actor;
use crate::cases::closing::model::write_note;
use crate::cases::closing::rules::CloseCase;
use crate::cases::{closing, opening};
use crate::ids::{CaseId, MigrantId, NeedId, StaffId};
use crate::migrants::Migrant;
use crate::migrants::intake;
use crate::migrants::intake::rules::RegisterMigrant;
use crate::migrants::likely::Description;
use crate::migrants::search::model::candidates;
use crate::migrants::search::rules::{Clue, normalised_number};
use crate::offices::model::Office;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors, OnConstraint};
use crate::platform::http::pointer;
use crate::platform::validate::{self, PROSE};
use crate::problems;
use crate::staff::model::Credentials;

/// From this score on a person is likely the one of a file: a name that is said alike with nothing against it.
const LIKELY: u8 = 40;

/// A person of a row, once it is settled who it is.
pub struct Settled {
    /// The file.
    pub id: MigrantId,
    /// Registered by this row: what is known of them, and whether the spreadsheet has a key for them.
    pub new: Option<(Description, bool)>,
}

impl Import<'_> {
    /// A row as a case, or as all that is wrong with it.
    ///
    /// # Errors
    /// What takes the row back; what the row itself is to be blamed for stands in the draft.
    pub async fn case(
        &mut self,
        tx: &mut Conn,
        draft: &mut Draft,
        office: &Office,
        fingerprint: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, Error> {
        let opened_at = draft.opened.as_deref().map(|day| instant(office, day, false, now));
        let settled = self.people(tx, draft, office, opened_at.filter(|at| *at <= now), now).await?;
        let needs = name_needs(draft);
        let mut body = std::mem::take(&mut draft.case);
        body.insert("office_id".into(), json!(office.id));
        body.insert("opened_at".into(), json!(opened_at));
        body.insert("people".into(), on_case(draft, &settled));
        if let Some(email) = draft.assigned_to.clone() {
            match self.worker(tx, &email).await? {
                Some(worker) => drop(body.insert("assigned_to".into(), json!(worker))),
                None => draft.complain(vec![Fault::new("/assigned_to", "unknown_worker")]),
            }
        }
        let note = note(draft);
        let case = match read(body, "", draft) {
            Some(body) => {
                let opened = opening::open(tx, self.actor, body, CaseId::new(), now).await;
                settle(opened, "", draft)?
            }
            None => None,
        };
        let (Some(case), Some(settled)) = (case, settled.into_iter().collect::<Option<Vec<_>>>()) else {
            return Err(taken_back());
        };
        if let Some(note) = note {
            write_note(tx, self.actor, case.id, &note, now).await?;
        }
        if let Some(day) = draft.closed.clone() {
            let at = instant(office, &day, true, now);
            let body = closing_body(draft, &needs, at);
            let closed = closing::close(tx, self.actor, &case, body, now).await;
            settle(named_by_place(closed, &needs), "", draft)?;
        }
        if !draft.faults.is_empty() {
            return Err(taken_back());
        }
        model::remember(tx, self.actor, (office.id, &draft.key), (case.id, fingerprint), now).await?;
        let event = Event::new("case.imported").about("case", case.id).at(office.id);
        event.record(tx, self.actor, now).await?;
        Ok(settled)
    }

    async fn worker(&mut self, tx: &mut Conn, email: &str) -> Result<Option<StaffId>, Error> {
        let email = email.to_lowercase();
        if let Some(known) = self.workers.get(&email) {
            return Ok(*known);
        }
        let found = Credentials::by_email(tx, &email).await?.map(|account| account.id);
        self.workers.insert(email, found);
        Ok(found)
    }

    /// The persons of a row; nothing for one that is not settled.
    async fn people(
        &mut self,
        tx: &mut Conn,
        draft: &mut Draft,
        office: &Office,
        met_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Option<Settled>>, Error> {
        let mut settled = vec![];
        for index in 0..draft.people.len() {
            let at = format!("/people/{index}");
            settled.push(match known_person(tx, self.actor, draft, (index, &at), office).await? {
                Some(known) => known.map(|id| Settled { id, new: None }),
                None => self.register(tx, draft, (index, &at), office, met_at, now).await?,
            });
        }
        Ok(settled)
    }

    /// Registers a person, unless they may be on file.
    async fn register(
        &mut self,
        tx: &mut Conn,
        draft: &mut Draft,
        (index, at): (usize, &str),
        office: &Office,
        met_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Option<Settled>, Error> {
        let DraftPerson { key, body, .. } = &mut draft.people[index];
        let (key, mut body) = (key.clone(), std::mem::take(body));
        body.insert("office_id".into(), json!(office.id));
        body.insert("registered_at".into(), json!(met_at));
        let description = describe(&body);
        let has_key = key.is_some();
        match (self.likely(tx, (&description, has_key), at, office, now).await?, self.plan.likely) {
            (None, _) => {}
            (Some(fault), Likely::Register) => draft.remarks.push(fault),
            (Some(fault), Likely::Hold) => {
                draft.complain(vec![fault]);
                return Ok(None);
            }
        }
        let Some(body) = read::<RegisterMigrant>(body, at, draft) else { return Ok(None) };
        let who = (self.actor, &self.app.vault);
        let registered = intake::register(tx, who, office, body, key, now).await;
        let taken = || Error::from(&problems::ID_ALREADY_USED);
        let registered = match registered.on_constraint("migrants_external_key_key", taken) {
            Err(Error::Problem(problem)) if problem.kind().code == problems::ID_ALREADY_USED.code => {
                draft.complain(vec![Fault::new(format!("{at}/key"), "person_key_used")]);
                return Err(taken_back());
            }
            other => other,
        };
        let person = settle(registered, at, draft)?;
        Ok(person.map(|person| Settled { id: person.id, new: Some((description, has_key)) }))
    }

    /// Who this likely is: the person of an earlier row, or of a file.
    async fn likely(
        &self,
        tx: &mut Conn,
        (person, has_key): (&Description, bool),
        at: &str,
        office: &Office,
        now: DateTime<Utc>,
    ) -> Result<Option<Fault>, Error> {
        if let Some(line) = self.seen.likely(person, has_key, LIKELY) {
            return Ok(Some(Fault::new(at, "likely_same_row").about(line)));
        }
        // What cannot be read is complained of when the person is registered.
        let Ok(sought) = person.clone().validate(std::slice::from_ref(office), now) else { return Ok(None) };
        let files = sought.among_own(tx, self.actor, &self.app.vault).await?;
        let likely: Vec<_> = files.into_iter().filter(|file| file.score >= LIKELY).collect();
        let ids: Vec<MigrantId> = likely.iter().map(|file| file.migrant.id).collect();
        // Two keys are two persons.
        let mut files = if has_key { Migrant::list(tx, self.actor, &ids).await? } else { vec![] };
        files.retain(|file| file.external_key.is_some());
        let first = likely.into_iter().find(|file| files.iter().all(|keyed| keyed.id != file.migrant.id));
        Ok(first.map(|file| Fault::new(at, "likely_known").about(file.migrant.number)))
    }
}

/// Nothing of the row stays; what is wrong stands in its draft.
fn taken_back() -> Error {
    Error::Invalid(FieldErrors::new())
}

/// What was done, or nothing and the API's complaints in the draft.
fn settle<T>(result: Result<T, Error>, at: &str, draft: &mut Draft) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Invalid(errors)) => {
            draft.complain(errors.0.into_iter().map(|error| Fault::of(at, error)).collect());
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The file a person is known by, when the row names one: by its number, or by the spreadsheet's key. `Some(None)` when
/// it names one that is not there.
async fn known_person(
    tx: &mut Conn,
    actor: &Actor,
    draft: &mut Draft,
    (index, at): (usize, &str),
    office: &Office,
) -> Result<Option<Option<MigrantId>>, Error> {
    let DraftPerson { number, key, .. } = &draft.people[index];
    if let Some(number) = number {
        let clue = Clue::Whole("number", normalised_number(number));
        let ids = candidates(tx, &[vec![clue]]).await?;
        let found = Migrant::list(tx, actor, &ids).await?.first().map(|migrant| migrant.id);
        if found.is_none() {
            draft.complain(vec![Fault::new(format!("{at}/number"), "unknown_file")]);
        }
        return Ok(Some(found));
    }
    let Some(key) = key else { return Ok(None) };
    let known = Migrant::of_key(tx, actor, office.id, key).await?;
    Ok(known.map(|known| Some(known.merged_into.unwrap_or(known.id))))
}

/// What the person is compared by.
fn describe(body: &Json<String, Value>) -> Description {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let of = |list: &str, kind: Option<&str>, name: &str| -> Option<String> {
        let all = body.get(list)?.as_array()?;
        let one =
            all.iter().find(|part| kind.is_none_or(|kind| part["kind"] == kind) && part[name].is_string())?;
        one[name].as_str().map(str::to_owned)
    };
    let whole = format!("{} {}", text("given_names"), text("family_names"));
    let name = if whole.trim().is_empty() { text("code_name").to_owned() } else { whole };
    Description {
        name,
        name_suffix: body.get("name_suffix").and_then(Value::as_str).map(str::to_owned),
        birth_on: text("birth_on").parse().ok(),
        birth_precision: text("birth_precision").parse().ok(),
        age: None,
        sex: body.get("sex").and_then(Value::as_i64).and_then(|sex| i16::try_from(sex).ok()),
        phone: of("contact_points", Some("phone"), "value"),
        document_number: of("identity_documents", None, "number"),
    }
}

/// The body the API takes, or a complaint about what is not of its shape.
fn read<T: DeserializeOwned>(body: Json<String, Value>, at: &str, draft: &mut Draft) -> Option<T> {
    match serde_path_to_error::deserialize(Value::Object(body)) {
        Ok(body) => Some(body),
        Err(error) => {
            let words = error.inner().to_string();
            let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
            let path = pointer(error.path());
            let fault = match missing {
                Some(name) => Fault::new(format!("{at}{path}/{name}"), "required"),
                None => Fault::new(format!("{at}{path}"), "unreadable_word"),
            };
            draft.complain(vec![fault]);
            None
        }
    }
}

/// Gives every need its id; complains of outcomes without a closed case and of a closed case without them.
fn name_needs(draft: &mut Draft) -> Vec<(NeedId, Option<String>)> {
    let closed = draft.closed.is_some();
    let needs = draft.case.get_mut("needs").and_then(Value::as_array_mut);
    let mut named = vec![];
    let mut faults = vec![];
    for (index, (need, outcome)) in needs.into_iter().flatten().zip(&draft.outcomes).enumerate() {
        let id = NeedId::new();
        need["id"] = json!(id);
        let pointer = format!("/needs/{index}/outcome");
        match outcome {
            Some(_) if !closed => faults.push(Fault::new(pointer, "outcome_of_open_need")),
            None if closed => faults.push(Fault::new(pointer, "required")),
            _ => {}
        }
        named.push((id, outcome.clone()));
    }
    draft.complain(faults);
    named
}

fn closing_body(draft: &Draft, needs: &[(NeedId, Option<String>)], at: DateTime<Utc>) -> CloseCase {
    let outcomes = needs.iter().filter_map(|(id, outcome)| Some((id.0, outcome.clone()?)));
    CloseCase {
        closure: draft.closure.clone().unwrap_or_default(),
        closed_at: Some(at),
        need_outcomes: outcomes.collect(),
        settle_tasks: None,
        settle_referrals: None,
        note: None,
    }
}

/// Complaints about the outcome of a need, at the need's place in the row instead of its id.
fn named_by_place<T>(closed: Result<T, Error>, needs: &[(NeedId, Option<String>)]) -> Result<T, Error> {
    let place = |pointer: &str| {
        let id = pointer.strip_prefix("/need_outcomes/")?;
        needs.iter().position(|(need, _)| need.0.to_string() == id)
    };
    closed.map_err(|error| match error {
        Error::Invalid(mut errors) => {
            for error in &mut errors.0 {
                if let Some(index) = place(&error.pointer) {
                    error.pointer = format!("/needs/{index}/outcome");
                }
            }
            Error::Invalid(errors)
        }
        other => other,
    })
}

fn note(draft: &mut Draft) -> Option<String> {
    let mut errors = FieldErrors::new();
    let note = validate::text(&mut errors, "note", draft.note.take(), PROSE);
    draft.complain(errors.0.into_iter().map(|error| Fault::of("", error)).collect());
    note
}

fn on_case(draft: &Draft, settled: &[Option<Settled>]) -> Value {
    let people = settled.iter().zip(&draft.people).enumerate().filter_map(|(index, (settled, person))| {
        Some(json!({ "migrant_id": settled.as_ref()?.id, "role": person.role, "principal": index == 0 }))
    });
    people.collect()
}

/// A day or moment on the office's clock. A day alone is its beginning, or, for an end, its last minute or now.
fn instant(office: &Office, text: &str, end: bool, now: DateTime<Utc>) -> DateTime<Utc> {
    let here = |at: NaiveDateTime| {
        let later = || office.tz().from_local_datetime(&(at + TimeDelta::hours(1))).earliest();
        // Clocks put forward leave out an hour.
        let at = office.tz().from_local_datetime(&at).earliest().or_else(later);
        at.map_or(now, |at| at.with_timezone(&Utc))
    };
    let Ok(day) = text.parse::<NaiveDate>() else {
        return text.parse().map(here).unwrap_or(now);
    };
    let begins = here(day.and_time(NaiveTime::MIN));
    if !end || begins > now {
        return begins;
    }
    here(day.and_hms_opt(23, 59, 0).unwrap_or_default()).min(now)
}
