//! A year at a desk: people come, needs are raised, something is done, cases end, some come back.

use anyhow::Context;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use serde_json::{Value, json};
use uuid::Uuid;

use super::directory::{Directory, Office};
use super::draw::Draw;
use super::people::{Names, Person};
use super::referral_story::{self, Sent};
use super::rows::Rows;
use super::{midnight, minutes};
use crate::migrants::search::rules::{normalised_number, phone_keys};

/// From when until when a case was open, and why it was closed.
type Span = (DateTime<Utc>, Option<(DateTime<Utc>, &'static str)>);

/// What the telling of stories needs at hand.
pub struct Telling<'a> {
    pub rows: &'a mut Rows,
    pub draw: &'a mut Draw,
    pub directory: &'a Directory,
    pub names: &'a Names,
}

/// A case as it is being told.
pub struct Case {
    pub id: Uuid,
    pub office: Uuid,
    pub number: String,
    pub opened: DateTime<Utc>,
    pub recorded: DateTime<Utc>,
    pub worker: Option<Uuid>,
    pub priority: String,
    pub place: String,
    pub people: Vec<(Uuid, Person)>,
    pub needs: Vec<Need>,
    pub last_action: DateTime<Utc>,
    pub waits_on_partner: bool,
    pub helped: bool,
    pub now: DateTime<Utc>,
}

/// A need as it is being told.
pub struct Need {
    pub id: Uuid,
    pub service: String,
    pub settled: Option<(DateTime<Utc>, &'static str)>,
}

impl Telling<'_> {
    /// A year of work at `office` that ends today and is met by about `people` persons.
    ///
    /// # Errors
    /// When an office has nobody who could own a case, or no places.
    pub fn year_of(&mut self, office: &Office, people: usize, today: NaiveDate) -> anyhow::Result<()> {
        anyhow::ensure!(!office.workers.is_empty(), "nobody works there");
        let end = midnight(today);
        let mut opened: Vec<DateTime<Utc>> = Vec::new();
        let mut met = 0;
        let mut cases = Vec::new();
        while met < people {
            let kind = self.draw.word(&office.mix.client_kinds);
            let size = match kind.as_str() {
                "HH" => self.draw.word(&office.mix.person_count).parse().unwrap_or(3),
                "GRP" => usize::try_from(self.draw.between(3, 11)).unwrap_or(3),
                _ => 1,
            };
            met += size;
            opened.push(self.moment_of_opening(office, today));
            cases.push((kind, size));
        }
        opened.sort();
        for ((kind, size), opened) in cases.into_iter().zip(opened) {
            self.case(office, &kind, size, opened, end)?;
        }
        Ok(())
    }

    /// A working day of the last year, a little more likely of late, at an hour the desk is open.
    fn moment_of_opening(&mut self, office: &Office, today: NaiveDate) -> DateTime<Utc> {
        let back = self.draw.between(0, 364).min(self.draw.between(0, 420));
        let mut day = today - TimeDelta::days(back);
        while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            day -= TimeDelta::days(1);
        }
        let clock = midnight(day).naive_utc() + minutes(8 * 60 + self.draw.between(0, 8 * 60));
        let local = clock.and_local_timezone(office.zone).earliest();
        local.map_or_else(|| midnight(day), |local| local.with_timezone(&Utc)) - TimeDelta::days(1)
    }

    fn case(
        &mut self,
        office: &Office,
        kind: &str,
        size: usize,
        opened: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let place = self.draw.one(&office.places).cloned().context("an office without places")?;
        // What a mobile unit writes down reaches the server days later.
        let late = if office.mobile { TimeDelta::hours(self.draw.between(3, 110)) } else { minutes(2) };
        let is_association = kind == "ASC";
        let people = if is_association { vec![] } else { self.people(office, size, opened, late, &place) };
        let association = is_association.then(|| self.association(office, opened, &place));
        let mut case = Case {
            id: self.draw.id(opened),
            office: office.id,
            number: self.directory.number("", office, opened),
            recorded: opened + late,
            worker: (!self.draw.chance(3)).then(|| self.draw.one(&office.workers).copied()).flatten(),
            priority: self.draw.word(&office.mix.priority),
            last_action: opened,
            waits_on_partner: false,
            helped: false,
            needs: vec![],
            opened,
            people,
            place,
            now,
        };
        self.needs(office, &mut case);
        let sent = referral_story::tell(self, office, &mut case);
        self.work(office, &mut case);
        let spans = self.spans(&mut case, &sent);
        self.write_case(office, kind, association, &case, &spans);
        Ok(())
    }

    fn people(
        &mut self,
        office: &Office,
        size: usize,
        opened: DateTime<Utc>,
        late: TimeDelta,
        place: &str,
    ) -> Vec<(Uuid, Person)> {
        let today = opened.date_naive();
        let mut people: Vec<(Uuid, Person)> = Vec::new();
        for _ in 0..size {
            let kin = people.first().map(|(_, first)| first.clone());
            let person = Person::draw(self.draw, self.names, &office.mix, kin.as_ref(), today);
            let id = self.draw.id(opened);
            self.write_person(office, id, &person, opened, late, place);
            if let Some((first, _)) = people.first() {
                self.write_relation(opened, id, *first);
            }
            people.push((id, person));
        }
        // Now and then somebody is registered a second time under another spelling.
        if size == 1 && self.draw.chance(2) {
            self.misspelt_twin(office, &people[0].1.clone(), opened, late, place);
        }
        people
    }

    fn misspelt_twin(
        &mut self,
        office: &Office,
        person: &Person,
        opened: DateTime<Utc>,
        late: TimeDelta,
        place: &str,
    ) {
        let mut twin = person.clone();
        twin.family_names = deunicode::deunicode(&twin.family_names).replace('z', "s").replace('v', "b");
        let again = (opened + TimeDelta::days(self.draw.between(5, 90)))
            .min(opened.max(midnight(opened.date_naive())));
        let id = self.draw.id(again);
        self.write_person(office, id, &twin, again, late, place);
    }

    fn write_person(
        &mut self,
        office: &Office,
        id: Uuid,
        person: &Person,
        met: DateTime<Utc>,
        late: TimeDelta,
        place: &str,
    ) {
        let number = self.directory.number("M", office, met);
        let by = self.draw.one(&office.workers).copied();
        let keys = crate::migrants::names::search_keys(
            Some(&person.given_names),
            Some(&person.family_names),
            person.name_suffix,
            &[],
            None,
        );
        let mut keys: Vec<(String, String)> =
            keys.into_iter().map(|(kind, key)| (kind.to_string(), key)).collect();
        keys.push(("number".into(), normalised_number(&number)));
        if let Some(phone) = &person.phone {
            keys.extend(phone_keys(phone).into_iter().map(|key| ("phone".into(), key)));
            self.rows.add(
                "contact_points",
                json!({ "id": self.draw.id(met), "migrant_id": id, "kind": "phone", "value": phone,
                        "safe": !self.draw.chance(8), "safe_channels": ["call", "messaging"], "position": 0 }),
            );
        }
        keys.sort();
        keys.dedup();
        for (kind, key) in keys {
            self.rows.add("migrant_search_keys", json!({ "migrant_id": id, "kind": kind, "key": key }));
        }
        self.rows.add(
            "migrants",
            json!({ "id": id, "number": number, "office_id": office.id, "office_ids": [office.id],
                    "given_names": person.given_names, "family_names": person.family_names,
                    "name_suffix": person.name_suffix, "sex": person.sex, "birth_on": person.birth_on,
                    "birth_precision": person.birth_precision, "nationality": person.nationality,
                    "languages": [person.language], "territory": place, "registered_at": met,
                    "recorded_at": met + late, "updated_at": met + late, "registered_by": by }),
        );
        self.rows.add(
            "migrant_events",
            json!({ "id": self.draw.id(met), "migrant_id": id, "kind": "migrant.registered", "at": met + late,
                    "staff_id": by, "version": 1, "changes": [] }),
        );
        self.rows.add(
            "mobility_periods",
            json!({ "id": self.draw.id(met), "migrant_id": id, "category": person.mobility,
                    "country": person.country_of_work, "from_on": met.date_naive(), "recorded_at": met + late,
                    "recorded_by": by }),
        );
    }

    fn write_relation(&mut self, at: DateTime<Utc>, one: Uuid, other: Uuid) {
        let relation = if self.draw.chance(60) { "child" } else { "spouse" };
        self.rows.add(
            "relations",
            json!({ "id": self.draw.id(at), "migrant_id": one, "other_id": other, "relation": relation,
                    "same_household": true, "recorded_at": at }),
        );
    }

    fn association(&mut self, office: &Office, at: DateTime<Utc>, place: &str) -> Uuid {
        let id = self.draw.id(at);
        let words = ["Unión", "Espoir", "Kapit-Bisig", "Amistad", "Solidarité", "Bayanihan"];
        let word = self.draw.one(&words).copied().unwrap_or("Unión");
        let number = self.directory.number("A", office, at);
        let name = format!("{word} {}", self.draw.between(1, 900));
        self.rows.add(
            "associations",
            json!({ "id": id, "number": number, "office_id": office.id, "name": name, "territory": place,
                    "members": self.draw.between(8, 120), "registered_at": at, "recorded_at": at }),
        );
        id
    }

    fn needs(&mut self, office: &Office, case: &mut Case) {
        let wanted: usize = self.draw.word(&office.mix.need_count).parse().unwrap_or(1);
        for _ in 0..wanted {
            let service = self.draw.word(&office.mix.services);
            if case.needs.iter().all(|need| need.service != service) {
                case.needs.push(Need { id: self.draw.id(case.opened), service, settled: None });
            }
        }
    }

    /// Assistance, notes and tasks in the days after.
    fn work(&mut self, office: &Office, case: &mut Case) {
        let by = case.worker;
        for index in 0..case.needs.len() {
            let at = case.opened + TimeDelta::hours(self.draw.between(1, 24 * 20));
            if at >= case.now || by.is_none() || !self.draw.chance(62) {
                continue;
            }
            let (need, service) = (case.needs[index].id, case.needs[index].service.clone());
            self.assist(office, case, need, &service, at);
            if case.needs[index].settled.is_none() && self.draw.chance(70) {
                let outcome = if self.draw.chance(80) { "met" } else { "partly_met" };
                case.needs[index].settled = Some((at + minutes(5), outcome));
            }
        }
        if let Some(by) = by {
            for _ in 0..self.draw.between(0, 3) {
                let at = (case.opened + TimeDelta::hours(self.draw.between(0, 500))).min(case.now);
                self.write_note(case, by, at);
            }
        }
        if self.draw.chance(45) {
            self.write_task(case);
        }
    }

    fn assist(&mut self, office: &Office, case: &mut Case, need: Uuid, service: &str, at: DateTime<Utc>) {
        let id = self.draw.id(at);
        let money = service.starts_with("WEL-CAS");
        let amount = money.then(|| self.draw.between(20, 200) * 100);
        self.rows.add(
            "assistance",
            json!({ "id": id, "case_id": case.id, "office_id": case.office, "need_id": need, "service": service,
                    "amount_minor": amount, "currency": amount.map(|_| office.currency.clone()), "given_at": at,
                    "given_by": case.worker, "recorded_at": at + minutes(3) }),
        );
        for (person, _) in &case.people {
            self.rows.add("assistance_people", json!({ "assistance_id": id, "migrant_id": person }));
        }
        self.event(case, "assistance.given", at, Some(id), json!({ "service": service }));
        case.helped = true;
    }

    fn write_note(&mut self, case: &mut Case, by: Uuid, at: DateTime<Utc>) {
        let words = [
            "Came back with the papers asked for.",
            "Llamó para preguntar por su trámite; se le explicó el siguiente paso.",
            "Rappelé: viendra mardi avec sa carte.",
            "Tumawag ang pamilya; pinaalalahanan sa petsa.",
        ];
        let id = self.draw.id(at);
        let body = self.draw.one(&words).copied().unwrap_or_default();
        let restricted = self.draw.chance(6);
        self.rows.add(
            "notes",
            json!({ "id": id, "case_id": case.id, "restricted": restricted, "body": body, "written_by": by,
                    "written_at": at, "recorded_at": at }),
        );
        self.event(case, "note.written", at, Some(id), json!({ "restricted": restricted }));
    }

    fn write_task(&mut self, case: &mut Case) {
        let at = case.opened + minutes(20);
        let due = (case.opened + TimeDelta::days(self.draw.between(3, 40))).date_naive();
        let done = due < case.now.date_naive() - TimeDelta::days(2) || self.draw.chance(30);
        let ended = done.then(|| (midnight(due) + TimeDelta::hours(9)).clamp(at, case.now));
        let id = self.draw.id(at);
        self.rows.add(
            "tasks",
            json!({ "id": id, "case_id": case.id, "kind": "other", "title": "Call back", "due_on": due,
                    "owner_id": case.worker, "referral_id": Value::Null,
                    "status": if done { "done" } else { "open" }, "ended_at": ended,
                    "ended_by": ended.and(case.worker), "created_by": case.worker, "created_at": at }),
        );
        self.event(case, "task.set", at, Some(id), json!({}));
        if let Some(ended) = ended {
            self.event(case, "task.done", ended, Some(id), json!({}));
        }
    }

    /// From when until when the case was open, and why it ended.
    fn spans(&mut self, case: &mut Case, sent: &[Sent]) -> Vec<Span> {
        let referral_open = sent.iter().any(|sent| sent.open);
        let age = (case.now - case.opened).num_days();
        let takes = self.draw.between(2, 70).max(self.draw.between(0, 30));
        let settles = case.worker.is_some() && !referral_open && age > takes && self.draw.chance(88);
        if !settles {
            return vec![(case.opened, None)];
        }
        let closed = (case.opened + TimeDelta::days(takes)).max(case.last_action + minutes(30)).min(case.now);
        let unmet = case.needs.iter().any(|need| need.settled.is_none());
        let closure = if unmet {
            self.draw
                .weighted(&[("UNA", 46), ("WDR", 16), ("LOS", 18), ("MOV", 10), ("INF", 10)])
                .unwrap_or("UNA")
        } else {
            self.draw.weighted(&[("MET", 80), ("PAR", 14), ("INF", 6)]).unwrap_or("MET")
        };
        let outcome = match closure {
            "UNA" => "unavailable",
            "WDR" | "MOV" => "withdrawn",
            "LOS" => "lost_contact",
            _ => "other",
        };
        for need in case.needs.iter_mut().filter(|need| need.settled.is_none()) {
            need.settled = Some((closed, outcome));
        }
        case.last_action = closed;
        let again = closed + TimeDelta::days(self.draw.between(10, 90));
        if again < case.now && self.draw.chance(6) {
            case.last_action = again;
            return vec![(case.opened, Some((closed, closure))), (again, None)];
        }
        vec![(case.opened, Some((closed, closure)))]
    }

    fn write_case(
        &mut self,
        office: &Office,
        kind: &str,
        association: Option<Uuid>,
        case: &Case,
        spans: &[Span],
    ) {
        let ended = spans.last().and_then(|(_, closed)| *closed);
        let due = case.opened + patience(&case.priority);
        let relation = self.draw.word(&office.mix.caller_relations);
        let other_caller = relation != "SELF" && association.is_none();
        let caller = other_caller
            .then(|| Person::draw(self.draw, self.names, &office.mix, None, case.now.date_naive()));
        let caller_name = caller.map(|caller| format!("{} {}", caller.given_names, caller.family_names));
        let stage = match ended {
            Some(_) => "closed",
            None if case.waits_on_partner => "waiting_on_partner",
            None if case.helped => "in_progress",
            None if case.worker.is_some() => "assessed",
            None => "new",
        };
        let work_country = case.people.first().and_then(|(_, person)| person.country_of_work.clone());
        self.rows.add(
            "cases",
            json!({ "id": case.id, "number": case.number, "office_id": case.office, "client_kind": kind,
                    "association_id": association, "status": if ended.is_some() { "closed" } else { "open" },
                    "stage": stage, "channel": self.draw.word(&office.mix.channels), "priority": case.priority,
                    "due_at": due, "assigned_to": case.worker, "territory": case.place,
                    "country_of_work": work_country, "caller_name": caller_name,
                    "caller_relation": other_caller.then_some(relation), "opened_at": case.opened,
                    "closed_at": ended.map(|(at, _)| at), "closure": ended.map(|(_, why)| why),
                    "recorded_at": case.recorded, "last_action_at": case.last_action, "opened_by": case.worker,
                    "updated_at": case.last_action.max(case.recorded) }),
        );
        for (index, (person, _)) in case.people.iter().enumerate() {
            let role = match (kind, index) {
                ("GRP", _) => "complainant",
                (_, 0) => "client",
                _ => "household",
            };
            self.rows.add(
                "case_people",
                json!({ "case_id": case.id, "migrant_id": person, "principal": index == 0, "role": role,
                        "added_at": case.opened }),
            );
        }
        self.write_history(case, spans, due);
    }

    fn write_history(&mut self, case: &Case, spans: &[Span], due: DateTime<Utc>) {
        for (ordinal, (opened, closed)) in spans.iter().enumerate() {
            let recorded = if ordinal == 0 { case.recorded } else { *opened };
            self.rows.add(
                "case_spans",
                json!({ "id": self.draw.id(*opened), "case_id": case.id, "ordinal": ordinal + 1, "opened_at": opened,
                        "closed_at": closed.map(|(at, _)| at), "closure": closed.map(|(_, why)| why),
                        "recorded_at": recorded, "close_recorded_at": closed.map(|(at, _)| at) }),
            );
            let kind = if ordinal == 0 { "case.opened" } else { "case.reopened" };
            self.event(case, kind, *opened, None, json!({}));
            if let Some((at, why)) = closed {
                self.event(case, "case.closed", *at, None, json!({ "closure": why }));
            }
        }
        self.rows.add(
            "case_holdings",
            json!({ "id": self.draw.id(case.opened), "case_id": case.id, "office_id": case.office,
                    "staff_id": case.worker, "from_at": case.opened }),
        );
        self.rows.add(
            "case_priorities",
            json!({ "id": self.draw.id(case.opened), "case_id": case.id, "priority": case.priority, "due_at": due,
                    "from_at": case.opened }),
        );
        for need in &case.needs {
            let restricted = matches!(need.service.as_str(), "PRT-GBV" | "PRT-TIP" | "PRT-SEX");
            self.rows.add(
                "needs",
                json!({ "id": need.id, "case_id": case.id, "migrant_id": case.people.first().map(|(id, _)| id),
                        "service": need.service, "restricted": restricted,
                        "status": if need.settled.is_some() { "settled" } else { "open" },
                        "outcome": need.settled.map(|(_, outcome)| outcome), "raised_at": case.opened,
                        "settled_at": need.settled.map(|(at, _)| at), "recorded_at": case.recorded }),
            );
            let facts = if restricted { json!({}) } else { json!({ "service": need.service }) };
            self.event(case, "need.raised", case.opened, Some(need.id), facts);
        }
    }

    /// A line of the case's history.
    pub fn event(&mut self, case: &Case, kind: &str, at: DateTime<Utc>, subject: Option<Uuid>, facts: Value) {
        self.rows.add(
            "case_events",
            json!({ "id": self.draw.id(at), "case_id": case.id, "kind": kind, "at": at,
                    "recorded_at": at.max(case.recorded), "staff_id": case.worker, "subject_id": subject,
                    "facts": facts }),
        );
    }
}

/// How long each priority may wait: `emergency` 24 h, `urgent` 72 h, `normal` 14 days (docs/GLOSSARY.md).
fn patience(priority: &str) -> TimeDelta {
    match priority {
        "emergency" => TimeDelta::hours(24),
        "urgent" => TimeDelta::hours(72),
        _ => TimeDelta::days(14),
    }
}
