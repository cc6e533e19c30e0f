//! Closing and all that follows from it on the case, in one transaction.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::model::write_note;
use super::rules::{self, CloseCase, Closing};
use crate::audit::Event;
use crate::auth::Actor;
use crate::cases::checks;
use crate::cases::model::Case;
use crate::cases::rules::{CaseVerb, may};
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::validate::{self, PROSE};
use crate::problems;

/// Closes an open case the actor may close: settles tasks and needs as the body says, or refuses.
///
/// # Errors
/// Those of [`CloseCase::check`] and [`Closing::carry_out`].
pub async fn close(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    body: CloseCase,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    body.check(tx, actor, case, now).await?.carry_out(tx, actor, case, now).await
}

impl CloseCase {
    /// Checks it against an open case the actor may close; all complaints at once.
    ///
    /// # Errors
    /// `case_closed`, `case_entered_in_error`, `forbidden`, or all fields that need another value.
    pub async fn check(
        self,
        tx: &mut Conn,
        actor: &Actor,
        case: &Case,
        now: DateTime<Utc>,
    ) -> Result<Closing, Error> {
        case.require_open()?;
        if !may(actor, case, false, CaseVerb::Close) {
            return Err((&problems::FORBIDDEN).into());
        }
        let mut errors = FieldErrors::new();
        let at = checks::check_past(&mut errors, "closed_at", self.closed_at, now);
        let (_, began) = case.span_began(tx).await?;
        let open = case.unsettled(tx).await?.needs;
        rules::check_end(&mut errors, at, began, &open);
        checks::check_codes(tx, &mut errors, &self.codes()).await?;
        let outcomes = rules::outcomes(&mut errors, &open, &self.need_outcomes);
        rules::check_cancel_reason(&mut errors, self.settle_referrals.as_deref());
        let note = validate::text(&mut errors, "note", self.note, PROSE);
        errors.finish(Closing {
            closure: self.closure,
            at,
            outcomes,
            settle_tasks: self.settle_tasks,
            settle_referrals: self.settle_referrals,
            note,
        })
    }
}

impl Closing {
    /// Settles what is open, then closes. The case is locked, and referrals to be settled are settled already.
    ///
    /// # Errors
    /// `case_has_open_referrals`, `case_has_open_tasks` or `case_has_open_needs`
    pub async fn carry_out(
        self,
        tx: &mut Conn,
        actor: &Actor,
        case: &Case,
        now: DateTime<Utc>,
    ) -> Result<Case, Error> {
        let open = case.unsettled(tx).await?;
        if !open.referrals.is_empty() {
            return Err(problems::CASE_HAS_OPEN_REFERRALS.problem().with("referrals", open.referrals).into());
        }
        match self.settle_tasks {
            _ if open.tasks.is_empty() => {}
            Some(settle) => case.settle_tasks(tx, actor, (&open.tasks, settle), (self.at, now)).await?,
            None => return Err(problems::CASE_HAS_OPEN_TASKS.problem().with("tasks", open.tasks).into()),
        }
        let lacking = rules::lacking(&open.needs, &self.outcomes);
        if !lacking.is_empty() {
            return Err(problems::CASE_HAS_OPEN_NEEDS.problem().with("needs", lacking).into());
        }
        case.settle_needs(tx, actor, &self.outcomes, (self.at, now)).await?;
        if let Some(note) = &self.note {
            write_note(tx, actor, case.id, note, now).await?;
        }
        let closed = case.close(tx, actor, &self.closure, (self.at, now)).await?;
        let event = Event::new("case.closed").about("case", case.id).at(case.office_id);
        event.facts(json!({ "closure": self.closure })).record(tx, actor, now).await?;
        Ok(closed)
    }
}
