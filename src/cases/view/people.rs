//! Who is on a case, and what they are called.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Actor;
use crate::cases::model::Case;
use crate::cases::rules::PersonRole;
use crate::ids::{AssociationId, CaseId, MigrantId};
use crate::migrants::Migrant;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{associations, case_people, migrants};

/// A person on a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CasePerson {
    /// The person.
    pub migrant_id: MigrantId,
    /// What they are called at the desk.
    pub name: String,
    /// As what they are on it.
    pub role: PersonRole,
    /// The person the case is named after.
    pub principal: bool,
    /// Since when.
    pub added_at: DateTime<Utc>,
}

#[derive(Queryable)]
pub(super) struct OnCase {
    pub case_id: CaseId,
    pub migrant_id: MigrantId,
    pub principal: bool,
    pub role: PersonRole,
    pub added_at: DateTime<Utc>,
    given_names: Option<String>,
    family_names: Option<String>,
    name_suffix: Option<String>,
    code_name: Option<String>,
}

impl OnCase {
    pub fn name(&self) -> String {
        let parts = [&self.given_names, &self.family_names, &self.name_suffix];
        let name = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        match &self.code_name {
            Some(code_name) if name.is_empty() => code_name.clone(),
            _ => name,
        }
    }
}

/// Everybody on these cases now whose file the actor may see, the principal of each first.
pub(super) async fn on_cases(conn: &mut Conn, actor: &Actor, ids: &[CaseId]) -> Result<Vec<OnCase>, Error> {
    let mut people: Vec<OnCase> = case_people::table
        .inner_join(migrants::table)
        .filter(case_people::case_id.eq_any(ids.to_vec()))
        .filter(case_people::removed_at.is_null())
        .order((case_people::principal.desc(), case_people::added_at, case_people::migrant_id))
        .select((
            case_people::case_id,
            case_people::migrant_id,
            case_people::principal,
            case_people::role,
            case_people::added_at,
            migrants::given_names,
            migrants::family_names,
            migrants::name_suffix,
            migrants::code_name,
        ))
        .load(conn)
        .await?;
    let persons: Vec<MigrantId> = people.iter().map(|person| person.migrant_id).collect();
    let seen = Migrant::seen(conn, actor, &persons).await?;
    people.retain(|person| seen.contains(&person.migrant_id));
    Ok(people)
}

/// What the associations among the clients are called.
pub(super) async fn association_names(
    conn: &mut Conn,
    cases: &[Case],
) -> Result<HashMap<AssociationId, String>, Error> {
    let ids: Vec<AssociationId> = cases.iter().filter_map(|case| case.association_id).collect();
    let found = associations::table.filter(associations::id.eq_any(ids));
    let names: Vec<(AssociationId, String)> =
        found.select((associations::id, associations::name)).load(conn).await?;
    Ok(names.into_iter().collect())
}

/// The rows of a list, in six queries whatever its length.
///
impl From<&OnCase> for CasePerson {
    fn from(person: &OnCase) -> CasePerson {
        CasePerson {
            migrant_id: person.migrant_id,
            name: person.name(),
            role: person.role,
            principal: person.principal,
            added_at: person.added_at,
        }
    }
}
