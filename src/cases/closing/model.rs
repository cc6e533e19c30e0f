//! What is written when a case is closed, reopened or taken out of all counts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use uuid::Uuid;

use crate::auth::Actor;
use crate::cases::model::{Case, CaseEvent, WITH_PARTNER};
use crate::cases::rules::{CaseStatus, Settle, Stage};
use crate::cases::tasks::model::stop_waiting;
use crate::ids::{CaseId, NeedId, NoteId, ReferralId, TaskId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{case_spans, cases, needs, notes, referrals, tasks};

/// A need without an outcome.
#[derive(Debug, Clone, Queryable)]
pub struct OpenNeed {
    /// Its id.
    pub id: NeedId,
    /// It is a restricted fact.
    pub restricted: bool,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
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
                .select((needs::id, needs::restricted, needs::raised_at))
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
        let codes: BTreeSet<&String> = outcomes.iter().map(|(_, outcome)| outcome).collect();
        for code in codes {
            let these = outcomes.iter().filter(|(_, outcome)| outcome == code).map(|(need, _)| need.id);
            diesel::update(needs::table.filter(needs::id.eq_any(these.collect::<Vec<_>>())))
                .set((
                    needs::status.eq("settled"),
                    needs::outcome.eq(code),
                    needs::settled_at.eq(at),
                    needs::version.eq(needs::version + 1),
                ))
                .execute(tx)
                .await?;
        }
        let event = |(need, outcome): &(OpenNeed, String)| {
            let event = CaseEvent::new("need.settled", self.id).subject(need.id).restricted(need.restricted);
            event.facts(json!({ "outcome": outcome }))
        };
        let events: Vec<CaseEvent> = outcomes.iter().map(event).collect();
        CaseEvent::record_all(events, tx, Some(actor.staff), at, now).await
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
        let events = open.iter().map(|task| CaseEvent::new(kind, self.id).subject(*task)).collect();
        CaseEvent::record_all(events, tx, Some(actor.staff), at, now).await
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
