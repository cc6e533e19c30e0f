//! What a new case must hold; all complaints at once.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{OpenCase, OpenCaseNeed, Opening};
use crate::auth::{Actor, Role};
use crate::cases::assignment::model::is_colleague;
use crate::cases::checks;
use crate::cases::people::model::visible_people;
use crate::cases::rules::Priority;
use crate::ids::{CaseId, MigrantId};
use crate::offices::model::Office;
use crate::offices::rules::country_of;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::validate::{self, LINE, PROSE};
use crate::problems;
use crate::reference::model::Code;
use crate::schema::associations;

impl OpenCase {
    /// Checks it against what stands in the database; all complaints at once. `office` is empty when there is none
    /// such for the actor.
    ///
    /// # Errors
    /// All fields that need another value.
    pub async fn check(
        mut self,
        tx: &mut Conn,
        actor: &Actor,
        office: Option<Office>,
        id: CaseId,
        now: DateTime<Utc>,
    ) -> Result<Opening, Error> {
        let mut errors = FieldErrors::new();
        let opened_at = checks::check_past(&mut errors, "opened_at", self.opened_at, now);
        self.check_shape(&mut errors);
        // Where there is no office, a phone is read with its country's code or not at all.
        let country = office.as_ref().map(|office| country_of(&office.territory)).unwrap_or_default();
        let caller_phone = self.tidy(&mut errors, &country);
        if office.is_none() {
            errors.add("office_id", "unknown", "No such office.");
        }
        checks::check_codes(tx, &mut errors, &self.codes()).await?;
        checks::check_places(tx, &mut errors, &self.territory, &self.country_of_work).await?;
        self.check_people(tx, &mut errors, actor).await?;
        self.check_association(tx, &mut errors, actor).await?;
        if self.assigned_to.is_none() && matches!(actor.role, Role::CaseWorker | Role::FieldWorker) {
            self.assigned_to = Some(actor.staff);
        }
        if let (Some(staff), Some(office)) = (self.assigned_to, &office)
            && !is_colleague(tx, staff, office.id).await?
        {
            errors.add("assigned_to", "not_of_office", "Is not a worker of this office.");
        }
        let locked = Code::restricted_services(tx).await?;
        let locks = |need: &OpenCaseNeed| need.restricted || locked.contains(&need.service);
        let restricted = self.needs.iter().map(locks).collect();
        let priority = self.priority.unwrap_or(Priority::Normal);
        errors.check()?;
        let office = office.ok_or(&problems::NOT_FOUND)?;
        Ok(Opening { id, office, caller_phone, opened_at, priority, restricted, body: self })
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
        let known = visible_people(tx, actor, &wanted).await?;
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
