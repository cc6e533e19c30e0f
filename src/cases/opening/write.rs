//! A new case and everything that makes its first day: people, span, holding, priority, needs, events.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use uuid::Uuid;

use super::Opening;
use crate::auth::Actor;
use crate::cases::model::{Case, CaseEvent};
use crate::cases::people::model::extend_offices;
use crate::cases::rules::{self, CaseStatus, Stage};
use crate::ids::{MigrantId, NeedId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::schema::{case_holdings, case_people, case_priorities, case_spans, cases, needs};

impl Opening {
    /// Writes the case and everything that makes its first day: people, span, holding, priority, needs, events.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn write(&self, tx: &mut Conn, actor: &Actor, now: DateTime<Utc>) -> Result<Case, Error> {
        let number = self.office.next_number(tx, "", self.opened_at).await?;
        let case = self.insert(tx, actor, number, now).await?;
        self.insert_dated(tx, now).await?;
        self.insert_people(tx).await?;
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

    async fn insert_people(&self, tx: &mut Conn) -> Result<(), Error> {
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
        extend_offices(tx, &ids, self.office.id).await
    }

    async fn insert_needs(&self, tx: &mut Conn, actor: &Actor, now: DateTime<Utc>) -> Result<(), Error> {
        let (mut rows, mut events) = (vec![], vec![]);
        for (need, restricted) in self.body.needs.iter().zip(&self.restricted) {
            let id = need.id.unwrap_or_else(NeedId::new);
            rows.push((
                needs::id.eq(id),
                needs::case_id.eq(self.id),
                needs::migrant_id.eq(need.migrant_id),
                needs::service.eq(&need.service),
                needs::restricted.eq(*restricted),
                needs::detail.eq(&need.detail),
                needs::raised_at.eq(self.opened_at),
                needs::recorded_at.eq(now),
            ));
            let event = CaseEvent::new("need.raised", self.id).subject(id).restricted(*restricted);
            events.push(event.facts(json!({ "service": need.service })));
        }
        diesel::insert_into(needs::table)
            .values(rows)
            .execute(tx)
            .await
            .on_constraint("needs_pkey", || (&problems::ID_ALREADY_USED).into())?;
        CaseEvent::record_all(events, tx, Some(actor.staff), self.opened_at, now).await
    }
}
