//! Rows and queries of persons' files.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use uuid::Uuid;

use super::names::{display_name, generation, search_keys};
use super::rules::{BirthPrecision, MigrantStatus, StayStatus};
use super::search::model::replace_keys;
use crate::auth::{Actor, Role};
use crate::ids::{MigrantId, OfficeId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::schema::{case_people, cases, migrants};

/// A person's file, without what hangs on it. Never shown as it is: [`super::view`] masks what is restricted.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = migrants)]
#[allow(missing_docs)]
pub struct Migrant {
    pub id: MigrantId,
    pub number: String,
    pub office_id: OfficeId,
    pub office_ids: Vec<Uuid>,
    pub sealed: bool,
    pub status: MigrantStatus,
    pub merged_into: Option<MigrantId>,
    pub given_names: Option<String>,
    pub family_names: Option<String>,
    pub name_suffix: Option<String>,
    pub code_name: Option<String>,
    pub other_names: Vec<String>,
    pub sex: i16,
    pub gender_identity: Option<String>,
    pub birth_on: Option<NaiveDate>,
    pub birth_precision: Option<BirthPrecision>,
    pub nationality: Option<String>,
    pub second_nationality: Option<String>,
    pub birth_country: Option<String>,
    pub languages: Vec<String>,
    pub interpreter_needed: bool,
    pub territory: Option<String>,
    pub landmark: Option<String>,
    pub occupation: Option<String>,
    pub skills: Vec<String>,
    pub stay_status: Option<StayStatus>,
    pub unverified: bool,
    pub remarks: Option<String>,
    pub external_key: Option<String>,
    pub version: i32,
    pub registered_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub registered_by: Option<StaffId>,
}

/// A checked edit of a file.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = migrants)]
#[allow(missing_docs)]
pub struct MigrantChanges {
    pub given_names: Option<Option<String>>,
    pub family_names: Option<Option<String>>,
    pub name_suffix: Option<Option<String>>,
    pub code_name: Option<Option<String>>,
    pub other_names: Option<Vec<String>>,
    pub sex: Option<i16>,
    pub gender_identity: Option<Option<String>>,
    pub birth_on: Option<Option<NaiveDate>>,
    pub birth_precision: Option<Option<BirthPrecision>>,
    pub nationality: Option<Option<String>>,
    pub second_nationality: Option<Option<String>>,
    pub birth_country: Option<Option<String>>,
    pub languages: Option<Vec<String>>,
    pub interpreter_needed: Option<bool>,
    pub territory: Option<Option<String>>,
    pub landmark: Option<Option<String>>,
    pub occupation: Option<Option<String>>,
    pub skills: Option<Vec<String>>,
    pub stay_status: Option<Option<StayStatus>>,
    pub unverified: Option<bool>,
    pub remarks: Option<Option<String>>,
}

/// Whose files an actor may see.
struct Scope {
    /// Offices of which every file may be seen.
    whole: Vec<Uuid>,
    /// All offices; of those not in `whole` only the actor's own files.
    all: Vec<Uuid>,
    /// The account.
    staff: Uuid,
}

/// Field workers, and case workers of offices that say so, see those they registered and those of their own cases.
fn scope(actor: &Actor) -> Scope {
    let narrowed = |office: &OfficeId| match actor.role {
        Role::FieldWorker => true,
        Role::CaseWorker => actor.own_cases_only.contains(office),
        _ => false,
    };
    let whole = actor.offices.iter().filter(|office| !narrowed(office)).map(|office| office.0).collect();
    Scope { whole, all: actor.offices.iter().map(|office| office.0).collect(), staff: actor.staff.0 }
}

/// The predicate of a [`Scope`]: files of the offices while not sealed, and of cases the actor was let into.
/// A macro, because the type of such an expression has no name.
macro_rules! visible {
    ($actor:expr) => {{
        let Scope { whole, all, staff } = scope($actor);
        sql::<Bool>("(NOT migrants.sealed AND (migrants.office_ids && ")
            .bind::<Array<SqlUuid>, _>(whole)
            .sql(" OR migrants.office_ids && ")
            .bind::<Array<SqlUuid>, _>(all)
            .sql(" AND (migrants.registered_by = ")
            .bind::<SqlUuid, _>(staff)
            .sql(
                " OR EXISTS (SELECT 1 FROM case_people p JOIN cases c ON c.id = p.case_id
                   WHERE p.migrant_id = migrants.id AND p.removed_at IS NULL AND c.assigned_to = ",
            )
            .bind::<SqlUuid, _>(staff)
            .sql(
                "))) OR EXISTS (SELECT 1 FROM case_people p JOIN case_grants g ON g.case_id = p.case_id
                   WHERE p.migrant_id = migrants.id AND p.removed_at IS NULL AND g.expires_at > app_now()
                   AND (g.kind = 'sealed' OR NOT migrants.sealed) AND g.staff_id = ",
            )
            .bind::<SqlUuid, _>(staff)
            .sql("))")
    }};
}

/// Those a field worker may see at all, found by index: nothing that `visible!` does not say too.
fn met_by(actor: &Actor) -> Box<dyn BoxableExpression<migrants::table, Pg, SqlType = Bool>> {
    Box::new(
        sql::<Bool>("(migrants.registered_by = ")
            .bind::<SqlUuid, _>(actor.staff.0)
            .sql(
                " OR migrants.id = ANY (ARRAY(SELECT p.migrant_id FROM case_people p JOIN cases c ON c.id = p.case_id
                   WHERE c.assigned_to = ",
            )
            .bind::<SqlUuid, _>(actor.staff.0)
            .sql(
                ")) OR migrants.id = ANY (ARRAY(SELECT p.migrant_id FROM case_people p
                   JOIN case_grants g ON g.case_id = p.case_id WHERE g.staff_id = ",
            )
            .bind::<SqlUuid, _>(actor.staff.0)
            .sql(")))"),
    )
}

impl Migrant {
    /// One file the actor may see.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: MigrantId) -> Result<Migrant, Error> {
        Ok(migrants::table
            .filter(migrants::id.eq(id))
            .filter(visible!(actor))
            .select(Migrant::as_select())
            .first(conn)
            .await?)
    }

    /// One file the actor may see, locked for an edit.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, actor: &Actor, id: MigrantId) -> Result<Migrant, Error> {
        Ok(migrants::table
            .filter(migrants::id.eq(id))
            .filter(visible!(actor))
            .for_update()
            .select(Migrant::as_select())
            .first(tx)
            .await?)
    }

    /// Two files locked for one act, in an order that no other act crosses; the second only when the actor may see it and
    /// it is another.
    ///
    /// # Errors
    /// `not_found` for the first.
    pub async fn lock_two(
        tx: &mut Conn,
        actor: &Actor,
        one: MigrantId,
        other: MigrantId,
    ) -> Result<(Migrant, Option<Migrant>), Error> {
        let both: Vec<Migrant> = migrants::table
            .filter(migrants::id.eq_any([one, other]))
            .filter(visible!(actor))
            .order(migrants::id)
            .for_update()
            .select(Migrant::as_select())
            .load(tx)
            .await?;
        let (mut first, rest): (Vec<_>, Vec<_>) = both.into_iter().partition(|file| file.id == one);
        Ok((first.pop().ok_or(&problems::NOT_FOUND)?, rest.into_iter().next()))
    }

    /// Those of `ids` the actor may see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(conn: &mut Conn, actor: &Actor, ids: &[MigrantId]) -> Result<Vec<Migrant>, Error> {
        Ok(migrants::table
            .filter(migrants::id.eq_any(ids))
            .filter(visible!(actor))
            .select(Migrant::as_select())
            .load(conn)
            .await?)
    }

    /// Which of `ids` the actor may see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn seen(
        conn: &mut Conn,
        actor: &Actor,
        ids: &[MigrantId],
    ) -> Result<HashSet<MigrantId>, Error> {
        let found = migrants::table.filter(migrants::id.eq_any(ids)).filter(visible!(actor));
        let found: Vec<MigrantId> = found.select(migrants::id).load(conn).await?;
        Ok(found.into_iter().collect())
    }

    /// The file an office has of a person by the key of the spreadsheet they came from.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_key(
        conn: &mut Conn,
        actor: &Actor,
        office: OfficeId,
        key: &str,
    ) -> Result<Option<Migrant>, Error> {
        Ok(migrants::table
            .filter(migrants::office_id.eq(office).and(migrants::external_key.eq(key)))
            .filter(visible!(actor))
            .select(Migrant::as_select())
            .first(conn)
            .await
            .optional()?)
    }

    /// Active files, last met first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        actor: &Actor,
        wanted: &Wanted,
        after: Option<Cursor<DateTime<Utc>>>,
        limit: i64,
    ) -> Result<Page<Migrant>, Error> {
        let mut query = migrants::table
            .filter(migrants::status.eq(MigrantStatus::Active))
            .filter(visible!(actor))
            .select(Migrant::as_select())
            .into_boxed();
        if let Some(office) = wanted.office {
            query = query.filter(migrants::office_ids.contains(vec![office.0]));
        }
        if let Some(unverified) = wanted.unverified {
            query = query.filter(migrants::unverified.eq(unverified));
        }
        if actor.role == Role::FieldWorker {
            query = query.filter(met_by(actor));
        }
        if let Some(Cursor { key, id }) = after {
            let id = MigrantId(id);
            query = query.filter(
                migrants::registered_at.lt(key).or(migrants::registered_at.eq(key).and(migrants::id.lt(id))),
            );
        }
        let order = (migrants::registered_at.desc(), migrants::id.desc());
        let rows = query.order(order).limit(limit + 1).load(conn).await?;
        Ok(Page::cut(rows, limit, |row: &Migrant| (row.registered_at, row.id.0)))
    }

    /// The whole name for a screen.
    pub fn name(&self) -> String {
        display_name(
            self.given_names.as_deref(),
            self.family_names.as_deref(),
            self.name_suffix.as_deref(),
            self.code_name.as_deref(),
        )
    }

    /// The generation its suffix means.
    pub fn generation(&self) -> Option<&'static str> {
        self.name_suffix.as_deref().and_then(generation)
    }

    /// Whether it may be edited: it neither goes on in another file nor should not exist.
    pub fn is_in_use(&self) -> bool {
        self.status == MigrantStatus::Active
    }

    /// What it says of the person, for the history.
    pub fn facts(&self) -> Value {
        json!({
            "given_names": self.given_names,
            "family_names": self.family_names,
            "name_suffix": self.name_suffix,
            "code_name": self.code_name,
            "other_names": self.other_names,
            "sex": self.sex,
            "gender_identity": self.gender_identity,
            "birth_on": self.birth_on,
            "birth_precision": self.birth_precision,
            "nationality": self.nationality,
            "second_nationality": self.second_nationality,
            "birth_country": self.birth_country,
            "languages": self.languages,
            "interpreter_needed": self.interpreter_needed,
            "territory": self.territory,
            "landmark": self.landmark,
            "occupation": self.occupation,
            "skills": self.skills,
            "stay_status": self.stay_status,
            "unverified": self.unverified,
            "remarks": self.remarks,
        })
    }

    /// Edits it and keeps its search keys in step. The act that is then recorded counts the version.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(&self, tx: &mut Conn, changes: &MigrantChanges) -> Result<Migrant, Error> {
        // A statement without a column to set is none.
        let edited: Migrant = diesel::update(migrants::table.find(self.id))
            .set((changes, migrants::version.eq(self.version)))
            .returning(Migrant::as_returning())
            .get_result(tx)
            .await?;
        edited.keep_name_keys(tx).await?;
        Ok(edited)
    }

    /// Counts an edit of the file or of something that hangs on it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn touch(&mut self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        self.version = diesel::update(migrants::table.find(self.id))
            .set((migrants::version.eq(migrants::version + 1), migrants::updated_at.eq(now)))
            .returning(migrants::version)
            .get_result(tx)
            .await?;
        self.updated_at = now;
        Ok(())
    }

    /// Rewrites the keys its names are found by.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keep_name_keys(&self, tx: &mut Conn) -> Result<(), Error> {
        let keys = search_keys(
            self.given_names.as_deref(),
            self.family_names.as_deref(),
            self.name_suffix.as_deref(),
            &self.other_names,
            self.code_name.as_deref(),
        );
        replace_keys(tx, self.id, &["token", "sound"], &keys).await
    }
}

/// Which files are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// That this office sees.
    pub office: Option<OfficeId>,
    /// That were, or were not, checked.
    pub unverified: Option<bool>,
}

impl Wanted {
    /// Whether a file is one of those.
    pub fn takes(&self, migrant: &Migrant) -> bool {
        self.office.is_none_or(|office| migrant.office_ids.contains(&office.0))
            && self.unverified.is_none_or(|unverified| unverified == migrant.unverified)
    }
}

/// Whether the actor may read restricted facts of this person: by permission where an own office has the file, or as the
/// worker of an open case of theirs.
///
/// # Errors
/// Those of the database.
pub async fn reads_restricted(conn: &mut Conn, actor: &Actor, id: MigrantId) -> Result<bool, Error> {
    let offices: Vec<Uuid> = actor.restricted_offices().iter().map(|office| office.0).collect();
    let of_office = migrants::table.find(id).filter(migrants::office_ids.overlaps_with(offices));
    if diesel::select(diesel::dsl::exists(of_office)).get_result(conn).await? {
        return Ok(true);
    }
    let own = case_people::table
        .inner_join(cases::table)
        .filter(case_people::migrant_id.eq(id))
        .filter(case_people::removed_at.is_null())
        .filter(cases::status.eq("open"))
        .filter(cases::assigned_to.eq(actor.staff));
    Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn).await?)
}
