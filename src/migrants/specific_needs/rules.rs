//! What may be said of a specific need.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{NewSpecificNeed, SpecificNeed, SpecificNeedChanges};
use crate::auth::Actor;
use crate::ids::SpecificNeedId;
use crate::migrants::reading::Reading;
use crate::platform::patch::Patch;

/// A vulnerability.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddSpecificNeed {
    /// Made by the client when it works offline.
    pub id: Option<SpecificNeedId>,
    /// A code of list specific_need.
    #[schema(example = "SP")]
    pub code: String,
    /// Known since; today when absent.
    pub from_on: Option<NaiveDate>,
}

impl AddSpecificNeed {
    /// Checks everything that needs no database.
    pub fn validate(self, ctx: &mut Reading<'_>) -> NewSpecificNeed {
        ctx.code("code", "specific_need", Some(&self.code));
        let from_on = self.from_on.unwrap_or(ctx.setting.today);
        ctx.in_a_life("from_on", from_on);
        NewSpecificNeed {
            id: self.id.unwrap_or_else(SpecificNeedId::new),
            migrant_id: ctx.owner,
            code: self.code,
            restricted: true,
            from_on,
            recorded_by: ctx.setting.by,
        }
    }
}

/// A correction of what was written down wrongly.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectSpecificNeed {
    /// A code of list specific_need.
    #[schema(example = "DS")]
    pub code: Option<String>,
    /// Known since.
    pub from_on: Option<NaiveDate>,
    /// No longer true from this day; null when it is true still.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub until_on: Patch<NaiveDate>,
}

impl CorrectSpecificNeed {
    /// Checks everything that needs no database, against the need as it is. Who corrects it stands for it from now on.
    pub fn validate(self, before: &SpecificNeed, ctx: &mut Reading<'_>) -> SpecificNeedChanges {
        ctx.code("code", "specific_need", self.code.as_ref());
        if let Some(day) = self.from_on {
            ctx.in_a_life("from_on", day);
        }
        let until_on = self.until_on.into_change();
        let from_on = self.from_on.unwrap_or(before.from_on);
        ctx.in_order("until_on", Some(from_on), until_on.unwrap_or(before.until_on));
        let recorded_by = Some(ctx.setting.by);
        SpecificNeedChanges { code: self.code, from_on: self.from_on, until_on, recorded_by }
    }
}

/// Whether an actor knows what a need is: it is not restricted, they may read restricted facts of the person, or they
/// wrote it down themselves.
pub fn known_to(actor: &Actor, reads: bool, need: &SpecificNeed) -> bool {
    !need.restricted || reads || need.recorded_by == Some(actor.staff)
}

/// Complains when one of `readable` that is true still says the same. Of what the actor may not read nothing is told.
pub fn known_once(readable: &[SpecificNeed], id: SpecificNeedId, code: &str, ctx: &mut Reading<'_>) {
    let today = ctx.setting.today;
    let holds = |need: &SpecificNeed| need.until_on.is_none_or(|until| until > today);
    if readable.iter().any(|need| need.id != id && need.code == code && holds(need)) {
        ctx.complain("code", "already_holds", "Is known already.");
    }
}
