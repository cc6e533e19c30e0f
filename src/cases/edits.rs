//! Edits of a case's own fields, and its priority with the due moment that comes with it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::Case;
use super::opening::CaseCaller;
use super::rules::{self, Priority};
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::patch::Patch;
use crate::platform::validate::{self, LINE};
use crate::schema::{case_priorities, cases};

/// An edit of a case's own fields: absent leaves, null clears.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCase {
    /// How soon something must happen; sets a new due moment.
    pub priority: Option<Priority>,
    /// A code of list channel.
    #[schema(example = "PHO")]
    pub channel: Option<String>,
    /// One plain line; no restricted facts.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub summary: Patch<String>,
    /// Where the client was when it opened.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub territory: Patch<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub country_of_work: Patch<String>,
    /// Agency, employer or vessel complained of.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub employer: Patch<String>,
    /// Who made contact; replaced as a whole.
    #[serde(default)]
    #[schema(value_type = Option<CaseCaller>)]
    pub caller: Patch<CaseCaller>,
}

impl UpdateCase {
    /// Codes to check: pointer, list, code.
    pub fn codes(&self) -> Vec<(String, &'static str, String)> {
        let channel = self.channel.clone().map(|code| ("channel".to_owned(), "channel", code));
        let relation = self.caller.as_set().and_then(|caller| caller.relation.clone());
        let relation = relation.map(|code| ("caller/relation".to_owned(), "caller_relation", code));
        channel.into_iter().chain(relation).collect()
    }

    /// Names of the fields it says something on.
    pub fn named(&self) -> Vec<&'static str> {
        [
            ("priority", self.priority.is_some()),
            ("channel", self.channel.is_some()),
            ("summary", self.summary.is_named()),
            ("territory", self.territory.is_named()),
            ("country_of_work", self.country_of_work.is_named()),
            ("employer", self.employer.is_named()),
            ("caller", self.caller.is_named()),
        ]
        .into_iter()
        .filter_map(|(name, named)| named.then_some(name))
        .collect()
    }

    /// The checked edit. `country` is where the office stands.
    pub fn changes(self, errors: &mut FieldErrors, country: &str) -> CaseChanges {
        let mut line = |pointer: &str, patch: Patch<String>| {
            patch.into_change().map(|value| validate::text(errors, pointer, value, LINE))
        };
        let mut changes = CaseChanges {
            channel: self.channel,
            territory: self.territory.into_change(),
            country_of_work: self.country_of_work.into_change(),
            employer: line("employer", self.employer),
            summary: line("summary", self.summary),
            ..CaseChanges::default()
        };
        if let Some(caller) = self.caller.into_change() {
            let caller = caller.unwrap_or_default();
            changes.caller_name = Some(validate::text(errors, "caller/name", caller.name, LINE));
            changes.caller_phone = Some(validate::phone(errors, "caller/phone", caller.phone, country));
            changes.caller_relation = Some(caller.relation);
            changes.caller_must_not_learn = Some(caller.must_not_learn);
        }
        changes
    }
}

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
}
