//! Opening a case: what the body must hold, what the database must know, and everything that is written at once.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::changes::{self, extend_offices, is_colleague};
use super::emergency;
use super::model::{Case, CaseEvent};
use super::rules::{self, CaseStatus, PersonRole, Priority, Stage};
use crate::audit::Event;
use crate::auth::{Actor, Role};
use crate::ids::{AssociationId, CaseId, MigrantId, NeedId, OfficeId, StaffId};
use crate::offices::model::Office;
use crate::offices::rules::country_of;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors, OnConstraint, field};
use crate::platform::validate::{self, LINE, PROSE};
use crate::problems;
use crate::reference::model::Code;
use crate::schema::{associations, case_holdings, case_people, case_priorities, case_spans, cases, needs};

/// Who made contact, when not the person concerned.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseCaller {
    /// As they gave it.
    #[schema(example = "Rosa Ficticia")]
    pub name: Option<String>,
    /// A code of list caller_relation.
    #[schema(example = "PAR")]
    pub relation: Option<String>,
    /// With the country's code, or as written in the office's country.
    pub phone: Option<String>,
    /// Contact only the client; tell the caller nothing.
    #[serde(default)]
    pub must_not_learn: bool,
}

/// A person to put on a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddCasePerson {
    /// The person.
    pub migrant_id: MigrantId,
    /// As what.
    pub role: PersonRole,
    /// The person the case is named after.
    #[serde(default)]
    pub principal: bool,
}

/// A need to raise with a new case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCaseNeed {
    /// Made by the client, or left out.
    pub id: Option<NeedId>,
    /// Whose; none for the whole client.
    pub migrant_id: Option<MigrantId>,
    /// A code of list service.
    #[schema(example = "HOU")]
    pub service: String,
    /// What exactly.
    pub detail: Option<String>,
    /// Locks it; what the code says, without.
    pub restricted: Option<bool>,
}

/// A new case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    /// Made by the client, or left out.
    pub id: Option<CaseId>,
    /// The desk.
    pub office_id: OfficeId,
    /// A code of list client_kind.
    #[schema(example = "HH")]
    pub client_kind: String,
    /// The client, when the kind is ASC.
    pub association_id: Option<AssociationId>,
    /// Who it concerns.
    #[serde(default)]
    pub people: Vec<AddCasePerson>,
    /// What is wanted; one at least.
    pub needs: Vec<OpenCaseNeed>,
    /// A code of list channel.
    #[schema(example = "WLK")]
    pub channel: String,
    /// How soon something must happen; normal without.
    pub priority: Option<Priority>,
    /// Who made contact, when not the person concerned.
    pub caller: Option<CaseCaller>,
    /// Where the client is.
    #[schema(example = "EC-170150")]
    pub territory: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "KW")]
    pub country_of_work: Option<String>,
    /// Agency, employer or vessel complained of.
    pub employer: Option<String>,
    /// One plain line; no restricted facts.
    pub summary: Option<String>,
    /// A worker of the office; oneself without, unless one is a supervisor.
    pub assigned_to: Option<StaffId>,
    /// When it was opened, for cases written down later; now without.
    pub opened_at: Option<DateTime<Utc>>,
}

/// A checked new case.
#[derive(Debug)]
pub struct Opening {
    /// Its id.
    pub id: CaseId,
    body: OpenCase,
    caller_phone: Option<String>,
    opened_at: DateTime<Utc>,
    priority: Priority,
    restricted: Vec<bool>,
}

/// Opens a case at one of the actor's offices: checked whole, written whole, left in the trail.
///
/// # Errors
/// `office_closed`, `id_already_used`, or all fields that need another value.
pub async fn open(
    tx: &mut Conn,
    actor: &Actor,
    body: OpenCase,
    id: CaseId,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    if !actor.offices.contains(&body.office_id) {
        return Err(field("office_id", "unknown", "No such office."));
    }
    let office = Office::find(tx, body.office_id).await?;
    office.require_open(now)?;
    let opening = body.check(tx, actor, &office, id, now).await?;
    let case = opening.write(tx, actor, &office, now).await?;
    Event::new("case.opened").about("case", case.id).at(case.office_id).record(tx, actor, now).await?;
    emergency::tell_supervisors(tx, actor, &case, now).await?;
    Ok(case)
}

impl OpenCase {
    /// Checks it against what stands in the database; all complaints at once.
    ///
    /// # Errors
    /// All fields that need another value.
    pub async fn check(
        mut self,
        tx: &mut Conn,
        actor: &Actor,
        office: &Office,
        id: CaseId,
        now: DateTime<Utc>,
    ) -> Result<Opening, Error> {
        let mut errors = FieldErrors::new();
        let opened_at = self.opened_at.unwrap_or(now);
        if opened_at > now + TimeDelta::seconds(5) {
            errors.add("opened_at", "in_future", "Cannot lie in the future.");
        }
        self.check_shape(&mut errors);
        let caller_phone = self.tidy(&mut errors, &country_of(&office.territory));
        changes::check_codes(tx, &mut errors, &self.codes()).await?;
        changes::check_places(tx, &mut errors, &self.territory, &self.country_of_work).await?;
        self.check_people(tx, &mut errors, actor).await?;
        self.check_association(tx, &mut errors, actor).await?;
        if self.assigned_to.is_none() && matches!(actor.role, Role::CaseWorker | Role::FieldWorker) {
            self.assigned_to = Some(actor.staff);
        }
        if let Some(staff) = self.assigned_to
            && !is_colleague(tx, staff, office.id).await?
        {
            errors.add("assigned_to", "not_of_office", "Is not a worker of this office.");
        }
        let services: Vec<Code> = Code::of_list(tx, "service", true).await?;
        let locks = |need: &OpenCaseNeed| {
            let by_code = services.iter().any(|code| code.code == need.service && code.restricted);
            need.restricted.unwrap_or(by_code)
        };
        let restricted = self.needs.iter().map(locks).collect();
        let priority = self.priority.unwrap_or(Priority::Normal);
        errors.finish(Opening {
            id,
            caller_phone,
            opened_at: opened_at.min(now),
            priority,
            restricted,
            body: self,
        })
    }

    fn check_shape(&self, errors: &mut FieldErrors) {
        let principals = self.people.iter().filter(|person| person.principal).count();
        let of_people = matches!(self.client_kind.as_str(), "IND" | "HH" | "GRP");
        if self.people.len() > 200 {
            errors.add("people", "too_many", "At most 200.");
        } else if of_people && self.people.is_empty() {
            errors.add("people", "required", "This kind of client has at least one person.");
        } else if principals > 1 || (of_people && principals == 0) {
            errors.add("people", "one_principal", "Exactly one person is the principal.");
        }
        for (index, person) in self.people.iter().enumerate() {
            if self.people[..index].iter().any(|other| other.migrant_id == person.migrant_id) {
                errors.add(format!("people/{index}/migrant_id"), "duplicate", "Is on the case already.");
            }
        }
        if (self.client_kind == "ASC") != self.association_id.is_some() {
            errors.add("association_id", "client_mismatch", "An association, and only it, is named here.");
        }
        if self.needs.is_empty() {
            errors.add("needs", "required", "A case has at least one need.");
        } else if self.needs.len() > 100 {
            errors.add("needs", "too_many", "At most 100.");
        }
        for (index, need) in self.needs.iter().enumerate() {
            let on_case = |id: MigrantId| self.people.iter().any(|person| person.migrant_id == id);
            if need.migrant_id.is_some_and(|id| !on_case(id)) {
                errors.add(format!("needs/{index}/migrant_id"), "not_on_case", "Is not on the case.");
            }
        }
    }

    /// Brings texts into their stored form; gives the caller's phone.
    fn tidy(&mut self, errors: &mut FieldErrors, country: &str) -> Option<String> {
        self.summary = validate::text(errors, "summary", self.summary.take(), LINE);
        self.employer = validate::text(errors, "employer", self.employer.take(), LINE);
        for (index, need) in self.needs.iter_mut().enumerate() {
            let pointer = format!("needs/{index}/detail");
            need.detail = validate::text(errors, &pointer, need.detail.take(), PROSE);
        }
        let caller = self.caller.as_mut()?;
        caller.name = validate::text(errors, "caller/name", caller.name.take(), LINE);
        validate::phone(errors, "caller/phone", caller.phone.take(), country)
    }

    fn codes(&self) -> Vec<(String, &'static str, String)> {
        let mut all = vec![
            ("client_kind".to_owned(), "client_kind", self.client_kind.clone()),
            ("channel".to_owned(), "channel", self.channel.clone()),
        ];
        if let Some(relation) = self.caller.as_ref().and_then(|caller| caller.relation.clone()) {
            all.push(("caller/relation".to_owned(), "caller_relation", relation));
        }
        for (index, need) in self.needs.iter().enumerate() {
            all.push((format!("needs/{index}/service"), "service", need.service.clone()));
        }
        all
    }

    async fn check_people(
        &self,
        tx: &mut Conn,
        errors: &mut FieldErrors,
        actor: &Actor,
    ) -> Result<(), Error> {
        let wanted: Vec<MigrantId> = self.people.iter().map(|person| person.migrant_id).collect();
        let known = changes::visible_people(tx, actor, &wanted).await?;
        for (index, id) in wanted.iter().enumerate() {
            if !known.contains(id) {
                errors.add(format!("people/{index}/migrant_id"), "unknown", "No such person.");
            }
        }
        Ok(())
    }

    async fn check_association(
        &self,
        tx: &mut Conn,
        errors: &mut FieldErrors,
        actor: &Actor,
    ) -> Result<(), Error> {
        let Some(id) = self.association_id else { return Ok(()) };
        let offices: Vec<Uuid> = actor.offices.iter().map(|office| office.0).collect();
        let known =
            associations::table.filter(associations::id.eq(id).and(associations::office_id.eq_any(offices)));
        if known.count().get_result::<i64>(tx).await? == 0 {
            errors.add("association_id", "unknown", "No such association.");
        }
        Ok(())
    }
}

impl Opening {
    /// Writes the case and everything that makes its first day: people, span, holding, priority, needs, events.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn write(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        office: &Office,
        now: DateTime<Utc>,
    ) -> Result<Case, Error> {
        let number = office.next_number(tx, "", self.opened_at).await?;
        let case = self.insert(tx, actor, number, now).await?;
        self.insert_dated(tx, now).await?;
        self.insert_people(tx, office).await?;
        let (staff, at) = (Some(actor.staff), self.opened_at);
        let facts = json!({ "channel": self.body.channel, "priority": self.priority });
        CaseEvent::new("case.opened", self.id).facts(facts).record(tx, staff, at, now).await?;
        self.insert_needs(tx, actor, now).await?;
        Ok(case)
    }

    async fn insert(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        number: String,
        now: DateTime<Utc>,
    ) -> Result<Case, Error> {
        let caller = self.body.caller.clone().unwrap_or_default();
        diesel::insert_into(cases::table)
            .values((
                (
                    cases::id.eq(self.id),
                    cases::number.eq(number),
                    cases::office_id.eq(self.body.office_id),
                    cases::client_kind.eq(&self.body.client_kind),
                    cases::association_id.eq(self.body.association_id),
                    cases::status.eq(CaseStatus::Open),
                    cases::stage.eq(Stage::New),
                    cases::channel.eq(&self.body.channel),
                    cases::priority.eq(self.priority),
                    cases::due_at.eq(rules::due(self.priority, self.opened_at)),
                    cases::assigned_to.eq(self.body.assigned_to),
                ),
                (
                    cases::territory.eq(&self.body.territory),
                    cases::country_of_work.eq(&self.body.country_of_work),
                    cases::employer.eq(&self.body.employer),
                    cases::summary.eq(&self.body.summary),
                    cases::caller_name.eq(caller.name),
                    cases::caller_relation.eq(caller.relation),
                    cases::caller_phone.eq(&self.caller_phone),
                    cases::caller_must_not_learn.eq(caller.must_not_learn),
                    cases::opened_at.eq(self.opened_at),
                    cases::recorded_at.eq(now),
                    cases::last_action_at.eq(self.opened_at),
                    cases::opened_by.eq(actor.staff),
                    cases::updated_at.eq(now),
                ),
            ))
            .returning(Case::as_returning())
            .get_result(tx)
            .await
            .on_constraint("cases_pkey", || (&problems::ID_ALREADY_USED).into())
    }

    async fn insert_dated(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::insert_into(case_spans::table)
            .values((
                case_spans::id.eq(Uuid::now_v7()),
                case_spans::case_id.eq(self.id),
                case_spans::ordinal.eq(1),
                case_spans::opened_at.eq(self.opened_at),
                case_spans::recorded_at.eq(now),
            ))
            .execute(tx)
            .await?;
        diesel::insert_into(case_holdings::table)
            .values((
                case_holdings::id.eq(Uuid::now_v7()),
                case_holdings::case_id.eq(self.id),
                case_holdings::office_id.eq(self.body.office_id),
                case_holdings::staff_id.eq(self.body.assigned_to),
                case_holdings::from_at.eq(self.opened_at),
            ))
            .execute(tx)
            .await?;
        diesel::insert_into(case_priorities::table)
            .values((
                case_priorities::id.eq(Uuid::now_v7()),
                case_priorities::case_id.eq(self.id),
                case_priorities::priority.eq(self.priority),
                case_priorities::due_at.eq(rules::due(self.priority, self.opened_at)),
                case_priorities::from_at.eq(self.opened_at),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }

    async fn insert_people(&self, tx: &mut Conn, office: &Office) -> Result<(), Error> {
        let rows: Vec<_> = self
            .body
            .people
            .iter()
            .map(|person| {
                (
                    case_people::case_id.eq(self.id),
                    case_people::migrant_id.eq(person.migrant_id),
                    case_people::principal.eq(person.principal),
                    case_people::role.eq(person.role),
                    case_people::added_at.eq(self.opened_at),
                )
            })
            .collect();
        diesel::insert_into(case_people::table).values(&rows).execute(tx).await?;
        let ids: Vec<MigrantId> = self.body.people.iter().map(|person| person.migrant_id).collect();
        extend_offices(tx, &ids, office.id).await
    }

    async fn insert_needs(&self, tx: &mut Conn, actor: &Actor, now: DateTime<Utc>) -> Result<(), Error> {
        for (need, restricted) in self.body.needs.iter().zip(&self.restricted) {
            let id = need.id.unwrap_or_else(NeedId::new);
            diesel::insert_into(needs::table)
                .values((
                    needs::id.eq(id),
                    needs::case_id.eq(self.id),
                    needs::migrant_id.eq(need.migrant_id),
                    needs::service.eq(&need.service),
                    needs::restricted.eq(*restricted),
                    needs::detail.eq(&need.detail),
                    needs::raised_at.eq(self.opened_at),
                    needs::recorded_at.eq(now),
                ))
                .execute(tx)
                .await
                .on_constraint("needs_pkey", || (&problems::ID_ALREADY_USED).into())?;
            CaseEvent::new("need.raised", self.id)
                .subject(id)
                .restricted(*restricted)
                .facts(json!({ "service": need.service }))
                .record(tx, Some(actor.staff), self.opened_at, now)
                .await?;
        }
        Ok(())
    }
}
