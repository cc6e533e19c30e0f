//! What is written when a case is edited, handed over, closed or reopened. History is added to, never rewritten.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use uuid::Uuid;

use super::model::{Case, CaseEvent, WITH_PARTNER};
use super::rules::{self, CaseStatus, PersonRole, Priority, Settle, Stage};
use super::tasks::model::stop_waiting;
use crate::auth::{Actor, Role};
use crate::ids::{CaseId, MigrantId, NeedId, NoteId, OfficeId, ReferralId, StaffId, TaskId};
use crate::notices::model::{NewNotice, NoticeKind};
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::reference::model::{Country, unknown_codes};
use crate::reference::territories::model::Territory;
use crate::schema::{
    case_holdings, case_people, case_priorities, case_spans, cases, migrants, needs, notes, referrals, staff,
    staff_offices, tasks,
};

/// A checked edit of a case's own fields.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = cases)]
#[allow(missing_docs)]
pub struct CaseChanges {
    pub channel: Option<String>,
    pub territory: Option<Option<String>>,
    pub country_of_work: Option<Option<String>>,
    pub employer: Option<Option<String>>,
    pub summary: Option<Option<String>>,
    pub caller_name: Option<Option<String>>,
    pub caller_relation: Option<Option<String>>,
    pub caller_phone: Option<Option<String>>,
    pub caller_must_not_learn: Option<bool>,
}

/// Complains of codes that are unknown or retired: pointer, list, code.
///
/// # Errors
/// Those of the database.
pub async fn check_codes(
    conn: &mut Conn,
    errors: &mut FieldErrors,
    codes: &[(String, &'static str, String)],
) -> Result<(), Error> {
    let pairs: Vec<(&str, &str)> = codes.iter().map(|(_, list, code)| (*list, code.as_str())).collect();
    let unknown = unknown_codes(conn, &pairs).await?;
    for (pointer, list, code) in codes {
        if unknown.iter().any(|(known, missing)| known == list && missing == code) {
            errors.add(pointer, "unknown_code", format!("Is not a code of list {list}."));
        }
    }
    Ok(())
}

/// Complains of a place or country that does not exist.
///
/// # Errors
/// Those of the database.
pub async fn check_places(
    conn: &mut Conn,
    errors: &mut FieldErrors,
    territory: &Option<String>,
    country: &Option<String>,
) -> Result<(), Error> {
    if let Some(code) = territory
        && !Territory::unknown(conn, &[code.as_str()]).await?.is_empty()
    {
        errors.add("territory", "unknown_code", "No such place.");
    }
    if let Some(code) = country
        && !Country::unknown(conn, &[code.as_str()]).await?.is_empty()
    {
        errors.add("country_of_work", "unknown_code", "No such country.");
    }
    Ok(())
}

/// Which of these persons the actor may put on a case: active files of the own offices.
///
/// # Errors
/// Those of the database.
pub async fn visible_people(
    conn: &mut Conn,
    actor: &Actor,
    wanted: &[MigrantId],
) -> Result<HashSet<MigrantId>, Error> {
    let offices: Vec<Uuid> = actor.offices.iter().map(|office| office.0).collect();
    let known: Vec<MigrantId> = migrants::table
        .filter(migrants::id.eq_any(wanted.to_vec()))
        .filter(migrants::office_ids.overlaps_with(offices))
        .filter(migrants::status.eq("active"))
        .select(migrants::id)
        .load(conn)
        .await?;
    Ok(known.into_iter().collect())
}

/// Whether an account is a worker of an office, with access.
///
/// # Errors
/// Those of the database.
pub async fn is_colleague(conn: &mut Conn, id: StaffId, office: OfficeId) -> Result<bool, Error> {
    let member = staff::table
        .inner_join(staff_offices::table)
        .filter(staff::id.eq(id).and(staff_offices::office_id.eq(office)))
        .filter(staff::role.eq_any([Role::Supervisor, Role::CaseWorker, Role::FieldWorker]))
        .filter(staff::disabled_at.is_null());
    Ok(diesel::select(exists(member.select(staff::id))).get_result(conn).await?)
}

/// Lets an office see the files of these persons too.
///
/// # Errors
/// Those of the database.
pub async fn extend_offices(tx: &mut Conn, people: &[MigrantId], office: OfficeId) -> Result<(), Error> {
    let lacking = migrants::table
        .filter(migrants::id.eq_any(people.to_vec()))
        .filter(diesel::dsl::not(migrants::office_ids.contains(vec![office.0])));
    diesel::update(lacking)
        .set(migrants::office_ids.eq(migrants::office_ids.concat(vec![office.0])))
        .execute(tx)
        .await?;
    Ok(())
}

/// A need without an outcome.
#[derive(Debug, Clone, Queryable)]
pub struct OpenNeed {
    /// Its id.
    pub id: NeedId,
    /// It is a restricted fact.
    pub restricted: bool,
}

/// What stands in the way of closing.
#[derive(Debug, Default)]
pub struct Unsettled {
    /// Needs without an outcome.
    pub needs: Vec<OpenNeed>,
    /// Open tasks.
    pub tasks: Vec<TaskId>,
    /// Referrals that are drafts or that a partner has in hand.
    pub referrals: Vec<ReferralId>,
}

impl Case {
    /// Edits its own fields.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(
        &self,
        tx: &mut Conn,
        changes: &CaseChanges,
        now: DateTime<Utc>,
    ) -> Result<Case, Error> {
        let bumped =
            (cases::version.eq(self.version + 1), cases::updated_at.eq(now), cases::last_action_at.eq(now));
        Ok(diesel::update(cases::table.find(self.id))
            .set((changes, bumped))
            .returning(Case::as_returning())
            .get_result(tx)
            .await?)
    }

    /// Gives it a priority and the due moment that comes with it, from `now` on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_priority(
        &self,
        tx: &mut Conn,
        priority: Priority,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let due_at = rules::due(priority, now);
        let present = case_priorities::case_id.eq(self.id).and(case_priorities::until_at.is_null());
        diesel::update(case_priorities::table.filter(present))
            .set(case_priorities::until_at.eq(now))
            .execute(tx)
            .await?;
        diesel::insert_into(case_priorities::table)
            .values((
                case_priorities::id.eq(Uuid::now_v7()),
                case_priorities::case_id.eq(self.id),
                case_priorities::priority.eq(priority),
                case_priorities::due_at.eq(due_at),
                case_priorities::from_at.eq(now),
            ))
            .execute(tx)
            .await?;
        diesel::update(cases::table.find(self.id))
            .set((cases::priority.eq(priority), cases::due_at.eq(due_at)))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Hands it to an office and a worker, from `now` on, and tells the worker unless it is the actor.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn hand_over(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        (office, worker): (OfficeId, Option<StaffId>),
        now: DateTime<Utc>,
    ) -> Result<Case, Error> {
        let present = case_holdings::case_id.eq(self.id).and(case_holdings::until_at.is_null());
        diesel::update(case_holdings::table.filter(present))
            .set(case_holdings::until_at.eq(now))
            .execute(tx)
            .await?;
        diesel::insert_into(case_holdings::table)
            .values((
                case_holdings::id.eq(Uuid::now_v7()),
                case_holdings::case_id.eq(self.id),
                case_holdings::office_id.eq(office),
                case_holdings::staff_id.eq(worker),
                case_holdings::from_at.eq(now),
            ))
            .execute(tx)
            .await?;
        if office != self.office_id {
            let people = self.people_ids(tx).await?;
            extend_offices(tx, &people, office).await?;
        }
        let facts = json!({ "from": self.assigned_to, "to": worker, "from_office": self.office_id, "to_office": office });
        CaseEvent::new("case.assigned", self.id).facts(facts).record(tx, Some(actor.staff), now, now).await?;
        let case: Case = diesel::update(cases::table.find(self.id))
            .set((
                cases::office_id.eq(office),
                cases::assigned_to.eq(worker),
                cases::version.eq(self.version + 1),
                cases::updated_at.eq(now),
                cases::last_action_at.eq(now),
            ))
            .returning(Case::as_returning())
            .get_result(tx)
            .await?;
        case.tell_owner(tx, actor, NoticeKind::CaseAssigned, now).await?;
        Ok(case)
    }

    /// Tells its worker by mail, unless the worker is the actor.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tell_owner(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        kind: NoticeKind,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        match self.assigned_to {
            Some(owner) if owner != actor.staff => {
                NewNotice::to_staff(kind, owner)
                    .about_case(self.id, self.office_id)
                    .fields(json!({ "priority": self.priority, "due_at": self.due_at }))
                    .send(tx, now)
                    .await
            }
            _ => Ok(()),
        }
    }

    /// Who is on it now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn people_ids(&self, conn: &mut Conn) -> Result<Vec<MigrantId>, Error> {
        let present = case_people::case_id.eq(self.id).and(case_people::removed_at.is_null());
        Ok(case_people::table.filter(present).select(case_people::migrant_id).load(conn).await?)
    }

    /// Puts a person on it; one taken off before comes back. `false` when the person is on it already.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_person(
        &self,
        tx: &mut Conn,
        person: MigrantId,
        role: PersonRole,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        if self.people_ids(tx).await?.contains(&person) {
            return Ok(false);
        }
        let cleared: Option<DateTime<Utc>> = None;
        diesel::insert_into(case_people::table)
            .values((
                case_people::case_id.eq(self.id),
                case_people::migrant_id.eq(person),
                case_people::role.eq(role),
                case_people::added_at.eq(now),
            ))
            .on_conflict((case_people::case_id, case_people::migrant_id))
            .do_update()
            .set((case_people::role.eq(role), case_people::removed_at.eq(cleared)))
            .execute(tx)
            .await?;
        extend_offices(tx, &[person], self.office_id).await?;
        Ok(true)
    }

    /// Whether a person on it is the principal; `None` when the person is not on it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_principal(&self, conn: &mut Conn, person: MigrantId) -> Result<Option<bool>, Error> {
        let present = case_people::table
            .find((self.id, person))
            .filter(case_people::removed_at.is_null())
            .select(case_people::principal);
        Ok(present.first(conn).await.optional()?)
    }

    /// Takes a person off it; the row stays.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn remove_person(
        &self,
        tx: &mut Conn,
        person: MigrantId,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        diesel::update(case_people::table.find((self.id, person)))
            .set(case_people::removed_at.eq(now))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// What stands in the way of closing it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unsettled(&self, conn: &mut Conn) -> Result<Unsettled, Error> {
        let open_needs = needs::case_id.eq(self.id).and(needs::status.eq("open"));
        let open_tasks = tasks::case_id.eq(self.id).and(tasks::status.eq("open"));
        let mut states = WITH_PARTNER.to_vec();
        states.push("draft");
        let in_hand = referrals::case_id.eq(self.id).and(referrals::state.eq_any(states));
        Ok(Unsettled {
            needs: needs::table
                .filter(open_needs)
                .order(needs::id)
                .select((needs::id, needs::restricted))
                .load(conn)
                .await?,
            tasks: tasks::table.filter(open_tasks).order(tasks::id).select(tasks::id).load(conn).await?,
            referrals: referrals::table
                .filter(in_hand)
                .order(referrals::id)
                .select(referrals::id)
                .load(conn)
                .await?,
        })
    }

    /// When its present or last span began.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn span_began(&self, conn: &mut Conn) -> Result<(i16, DateTime<Utc>), Error> {
        Ok(case_spans::table
            .filter(case_spans::case_id.eq(self.id))
            .order(case_spans::ordinal.desc())
            .select((case_spans::ordinal, case_spans::opened_at))
            .first(conn)
            .await?)
    }

    /// Gives needs their outcomes.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn settle_needs(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        outcomes: &[(OpenNeed, String)],
        (at, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<(), Error> {
        for (need, outcome) in outcomes {
            diesel::update(needs::table.find(need.id))
                .set((
                    needs::status.eq("settled"),
                    needs::outcome.eq(outcome),
                    needs::settled_at.eq(at),
                    needs::version.eq(needs::version + 1),
                ))
                .execute(tx)
                .await?;
            CaseEvent::new("need.settled", self.id)
                .subject(need.id)
                .restricted(need.restricted)
                .facts(json!({ "outcome": outcome }))
                .record(tx, Some(actor.staff), at, now)
                .await?;
        }
        Ok(())
    }

    /// Ends its open tasks.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn settle_tasks(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        (open, settle): (&[TaskId], Settle),
        (at, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<(), Error> {
        diesel::update(tasks::table.filter(tasks::id.eq_any(open.to_vec())))
            .set((
                tasks::status.eq(settle),
                tasks::ended_at.eq(at),
                tasks::ended_by.eq(actor.staff),
                tasks::version.eq(tasks::version + 1),
            ))
            .execute(tx)
            .await?;
        stop_waiting(tx, open).await?;
        let kind = if settle == Settle::Done { "task.done" } else { "task.dropped" };
        for task in open {
            CaseEvent::new(kind, self.id).subject(*task).record(tx, Some(actor.staff), at, now).await?;
        }
        Ok(())
    }

    /// Closes it and its present span.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn close(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        closure: &str,
        (at, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Case, Error> {
        let present = case_spans::case_id.eq(self.id).and(case_spans::closed_at.is_null());
        diesel::update(case_spans::table.filter(present))
            .set((
                case_spans::closed_at.eq(at),
                case_spans::closure.eq(closure),
                case_spans::close_recorded_at.eq(now),
            ))
            .execute(tx)
            .await?;
        let facts = json!({ "closure": closure });
        CaseEvent::new("case.closed", self.id).facts(facts).record(tx, Some(actor.staff), at, now).await?;
        Ok(diesel::update(cases::table.find(self.id))
            .set((
                cases::status.eq(CaseStatus::Closed),
                cases::stage.eq(Stage::Closed),
                cases::closed_at.eq(at),
                cases::closure.eq(closure),
                cases::version.eq(self.version + 1),
                cases::updated_at.eq(now),
                cases::last_action_at.eq(now),
            ))
            .returning(Case::as_returning())
            .get_result(tx)
            .await?)
    }

    /// Reopens it: a new span, and a new due moment of its priority. Its identity and its old spans stay.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn reopen(&self, tx: &mut Conn, actor: &Actor, now: DateTime<Utc>) -> Result<Case, Error> {
        let (ordinal, _) = self.span_began(tx).await?;
        diesel::insert_into(case_spans::table)
            .values((
                case_spans::id.eq(Uuid::now_v7()),
                case_spans::case_id.eq(self.id),
                case_spans::ordinal.eq(ordinal + 1),
                case_spans::opened_at.eq(now),
                case_spans::recorded_at.eq(now),
            ))
            .execute(tx)
            .await?;
        let (never, nothing): (Option<DateTime<Utc>>, Option<String>) = (None, None);
        diesel::update(cases::table.find(self.id))
            .set((
                cases::status.eq(CaseStatus::Open),
                cases::stage.eq(Stage::New),
                cases::closed_at.eq(never),
                cases::closure.eq(nothing),
                cases::version.eq(self.version + 1),
            ))
            .execute(tx)
            .await?;
        self.set_priority(tx, self.priority, now).await?;
        Case::refresh_stage(tx, self.id, now).await?;
        CaseEvent::new("case.reopened", self.id).record(tx, Some(actor.staff), now, now).await?;
        Ok(cases::table.find(self.id).select(Case::as_select()).first(tx).await?)
    }

    /// Takes it out of all counts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_in_error(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Case, Error> {
        CaseEvent::new("case.marked_in_error", self.id).record(tx, Some(actor.staff), now, now).await?;
        Ok(diesel::update(cases::table.find(self.id))
            .set((
                cases::entered_in_error.eq(true),
                cases::version.eq(self.version + 1),
                cases::updated_at.eq(now),
            ))
            .returning(Case::as_returning())
            .get_result(tx)
            .await?)
    }
}

/// Writes a note that comes with another act: why it was closed or reopened.
///
/// # Errors
/// Those of the database.
pub async fn write_note(
    tx: &mut Conn,
    actor: &Actor,
    case: CaseId,
    body: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let id = NoteId::new();
    diesel::insert_into(notes::table)
        .values((
            notes::id.eq(id),
            notes::case_id.eq(case),
            notes::body.eq(body),
            notes::written_by.eq(actor.staff),
            notes::written_at.eq(now),
            notes::recorded_at.eq(now),
        ))
        .execute(tx)
        .await?;
    CaseEvent::new("note.written", case).subject(id).record(tx, Some(actor.staff), now, now).await
}
