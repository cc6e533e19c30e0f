//! Rows and queries of persons' files and the keys they are found by.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Uuid as SqlUuid};
use diesel::{dsl::sql, sql_query};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::file::model as file;
use super::names::{display_name, search_keys};
use super::rules::{
    BirthPrecision, MigrantStatus, Named, Registration, StayStatus, normalised_number, phone_keys,
};
use crate::auth::{Actor, Role};
use crate::ids::{MigrantId, OfficeId, StaffId};
use crate::offices::model::Office;
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors, OnConstraint};
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::reference::model::{Country, Language, unknown_codes};
use crate::reference::territories::model::Territory;
use crate::schema::{case_people, cases, migrant_search_keys, migrants, staff};

/// A person's file, without what hangs on it. Never shown as it is: [`super::file`] masks what is restricted.
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

/// A checked new file.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = migrants)]
#[allow(missing_docs)]
pub struct NewMigrant {
    pub id: MigrantId,
    pub office_id: OfficeId,
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
    pub registered_at: DateTime<Utc>,
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

    /// Edits it and keeps its search keys in step.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(
        &self,
        tx: &mut Conn,
        changes: &MigrantChanges,
        now: DateTime<Utc>,
    ) -> Result<Migrant, Error> {
        let edited: Migrant = diesel::update(migrants::table.find(self.id))
            .set((changes, migrants::version.eq(self.version + 1), migrants::updated_at.eq(now)))
            .returning(Migrant::as_returning())
            .get_result(tx)
            .await?;
        edited.keep_name_keys(tx).await?;
        Ok(edited)
    }

    /// Counts an edit of something that hangs on the file; gives the new version.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn touch(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<i32, Error> {
        Ok(diesel::update(migrants::table.find(self.id))
            .set((migrants::version.eq(migrants::version + 1), migrants::updated_at.eq(now)))
            .returning(migrants::version)
            .get_result(tx)
            .await?)
    }

    async fn keep_name_keys(&self, tx: &mut Conn) -> Result<(), Error> {
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

/// Replaces the keys of these kinds a file is found by.
///
/// # Errors
/// Those of the database.
pub async fn replace_keys(
    tx: &mut Conn,
    id: MigrantId,
    kinds: &[&str],
    keys: &[(&'static str, String)],
) -> Result<(), Error> {
    let old = migrant_search_keys::table
        .filter(migrant_search_keys::migrant_id.eq(id))
        .filter(migrant_search_keys::kind.eq_any(kinds));
    diesel::delete(old).execute(tx).await?;
    let rows: Vec<_> = keys
        .iter()
        .map(|(kind, key)| {
            (
                migrant_search_keys::migrant_id.eq(id),
                migrant_search_keys::kind.eq(*kind),
                migrant_search_keys::key.eq(key),
            )
        })
        .collect();
    diesel::insert_into(migrant_search_keys::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(tx)
        .await?;
    Ok(())
}

/// Registers a person: number, row, all that hangs on it, and the keys to find them by. The caller has checked the
/// codes ([`complain_of_unknown`]) and records the audit event.
///
/// # Errors
/// `id_already_used`, or what the database refuses.
pub async fn register(
    tx: &mut Conn,
    vault: &Vault,
    office: &Office,
    registration: Registration,
    now: DateTime<Utc>,
) -> Result<Migrant, Error> {
    let number = office.next_number(tx, "M", now).await?;
    let new = &registration.migrant;
    let migrant: Migrant = diesel::insert_into(migrants::table)
        .values((
            new,
            migrants::number.eq(&number),
            migrants::office_ids.eq(vec![new.office_id.0]),
            migrants::recorded_at.eq(now),
            migrants::updated_at.eq(now),
        ))
        .returning(Migrant::as_returning())
        .get_result(tx)
        .await
        .on_constraint("migrants_pkey", || (&problems::ID_ALREADY_USED).into())?;
    migrant.keep_name_keys(tx).await?;
    replace_keys(tx, migrant.id, &["number"], &[("number", normalised_number(&number))]).await?;
    for point in &registration.contact_points {
        point.insert(tx).await?;
    }
    for paper in registration.papers {
        file::insert_paper(tx, vault, paper).await?;
    }
    for period in &registration.mobility {
        period.insert(tx).await?;
    }
    for need in &registration.specific_needs {
        need.insert(tx).await?;
    }
    for consent in &registration.consents {
        consent.insert(tx).await?;
    }
    file::keep_contact_keys(tx, migrant.id).await?;
    file::keep_document_keys(tx, vault, migrant.id).await?;
    Ok(migrant)
}

/// Adds a complaint for every code that is unknown or retired.
///
/// # Errors
/// Those of the database.
pub async fn complain_of_unknown(
    conn: &mut Conn,
    named: &Named,
    errors: &mut FieldErrors,
) -> Result<(), Error> {
    let mut complain = |pointer: &str| errors.add(pointer, "unknown_code", "Is not a code of its list.");
    let pairs: Vec<(&str, &str)> = named.codes.iter().map(|(_, list, code)| (*list, code.as_str())).collect();
    let unknown = unknown_codes(conn, &pairs).await?;
    for (pointer, list, code) in &named.codes {
        if unknown.iter().any(|(l, c)| l == list && c == code) {
            complain(pointer);
        }
    }
    let codes = |pairs: &'_ [(String, String)]| pairs.iter().map(|(_, c)| c.clone()).collect::<Vec<_>>();
    for (pairs, kind) in [(&named.countries, 0), (&named.languages, 1), (&named.territories, 2)] {
        if pairs.is_empty() {
            continue;
        }
        let held = codes(pairs);
        let wanted: Vec<&str> = held.iter().map(String::as_str).collect();
        let unknown = match kind {
            0 => Country::unknown(conn, &wanted).await?,
            1 => Language::unknown(conn, &wanted).await?,
            _ => Territory::unknown(conn, &wanted).await?,
        };
        for (pointer, _) in pairs.iter().filter(|(_, code)| unknown.contains(code)) {
            complain(pointer);
        }
    }
    Ok(())
}

/// Display names of persons, for lists of other features; only those the walls let through.
///
/// # Errors
/// Those of the database.
pub async fn names(conn: &mut Conn, ids: &[MigrantId]) -> Result<HashMap<MigrantId, String>, Error> {
    type Parts = (MigrantId, Option<String>, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Parts> = migrants::table
        .filter(migrants::id.eq_any(ids))
        .select((
            migrants::id,
            migrants::given_names,
            migrants::family_names,
            migrants::name_suffix,
            migrants::code_name,
        ))
        .load(conn)
        .await?;
    let name = |(id, given, family, suffix, code): Parts| {
        (id, display_name(given.as_deref(), family.as_deref(), suffix.as_deref(), code.as_deref()))
    };
    Ok(rows.into_iter().map(name).collect())
}

/// Whether the actor may read restricted facts of this person: by permission, or as the worker of an open case of theirs.
///
/// # Errors
/// Those of the database.
pub async fn reads_restricted(conn: &mut Conn, actor: &Actor, id: MigrantId) -> Result<bool, Error> {
    if actor.reads_restricted {
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

/// Names of accounts, for a history.
///
/// # Errors
/// Those of the database.
pub async fn staff_names(conn: &mut Conn, ids: &[StaffId]) -> Result<HashMap<StaffId, String>, Error> {
    let rows: Vec<(StaffId, String)> =
        staff::table.filter(staff::id.eq_any(ids)).select((staff::id, staff::name)).load(conn).await?;
    Ok(rows.into_iter().collect())
}

/// How far a key must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clue {
    /// The whole key of this kind.
    Whole(&'static str, String),
    /// A beginning of a key of this kind.
    Beginning(&'static str, String),
}

impl Clue {
    /// Kind, and the range of keys in byte order it covers. Keys hold letters, digits and `+` only.
    fn range(&self) -> (&'static str, String, String) {
        match self {
            Clue::Whole(kind, key) => (kind, key.clone(), format!("{key}\u{1}")),
            Clue::Beginning(kind, key) => (kind, key.clone(), format!("{key}\u{7f}")),
        }
    }
}

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Most candidates that are weighed in one search.
const MOST_CANDIDATES: i64 = 400;

/// Active files met by clues, those met by most groups of clues first. A group is what one word of a search gives.
/// Compares with operators PostgreSQL trusts before the walls, so that the index serves.
///
/// # Errors
/// Those of the database.
pub async fn candidates(conn: &mut Conn, groups: &[Vec<Clue>]) -> Result<Vec<MigrantId>, Error> {
    let (mut kinds, mut from, mut until, mut numbers) = (vec![], vec![], vec![], vec![]);
    for (number, clue) in groups.iter().enumerate().flat_map(|(n, group)| group.iter().map(move |c| (n, c))) {
        let (kind, low, high) = clue.range();
        kinds.push(kind);
        from.push(low);
        until.push(high);
        numbers.push(i32::try_from(number).unwrap_or(i32::MAX));
    }
    if kinds.is_empty() {
        return Ok(vec![]);
    }
    let found: Vec<Candidate> = sql_query(
        "SELECT k.migrant_id AS id FROM unnest($1, $2, $3, $4) AS w (kind, low, high, word)
         JOIN migrant_search_keys k ON k.kind = w.kind AND k.key ~>=~ w.low AND k.key ~<~ w.high
         JOIN migrants m ON m.id = k.migrant_id AND m.status = 'active'
         GROUP BY k.migrant_id ORDER BY count(DISTINCT w.word) DESC, k.migrant_id DESC LIMIT $5",
    )
    .bind::<Array<Text>, _>(kinds)
    .bind::<Array<Text>, _>(from)
    .bind::<Array<Text>, _>(until)
    .bind::<Array<diesel::sql_types::Integer>, _>(numbers)
    .bind::<diesel::sql_types::BigInt, _>(MOST_CANDIDATES)
    .load(conn)
    .await?;
    Ok(found.into_iter().map(|row| MigrantId(row.id)).collect())
}

/// Which of `ids` have one of these whole keys.
///
/// # Errors
/// Those of the database.
pub async fn having_key(
    conn: &mut Conn,
    ids: &[MigrantId],
    kind: &str,
    keys: &[String],
) -> Result<Vec<MigrantId>, Error> {
    Ok(migrant_search_keys::table
        .filter(migrant_search_keys::migrant_id.eq_any(ids))
        .filter(migrant_search_keys::kind.eq(kind))
        .filter(migrant_search_keys::key.eq_any(keys))
        .select(migrant_search_keys::migrant_id)
        .distinct()
        .load(conn)
        .await?)
}

/// Strong evidence to look for beyond the actor's own files.
#[derive(Debug, Clone, Default)]
pub struct StrongEvidence {
    /// Index keys of documents.
    pub documents: Vec<String>,
    /// Phones in E.164.
    pub phones: Vec<String>,
    /// All words of the name and the day of birth; two words at least.
    pub name_and_birth: Option<(Vec<String>, NaiveDate)>,
}

/// Ids and offices of files that strong evidence meets anywhere, asked as the system. Sealed files never count, and
/// nothing of a file but these two ids leaves this function.
///
/// # Errors
/// Those of the database.
pub async fn known_anywhere(
    conn: &mut Conn,
    evidence: &StrongEvidence,
) -> Result<Vec<(MigrantId, OfficeId)>, Error> {
    let phones: Vec<String> =
        evidence.phones.iter().filter_map(|phone| phone_keys(phone).into_iter().next()).collect();
    let keyed = migrant_search_keys::table
        .inner_join(migrants::table)
        .filter(migrants::sealed.eq(false))
        .filter(migrants::status.eq(MigrantStatus::Active));
    let mut found: Vec<(MigrantId, OfficeId)> = keyed
        .filter(
            migrant_search_keys::kind
                .eq("document")
                .and(migrant_search_keys::key.eq_any(&evidence.documents))
                .or(migrant_search_keys::kind.eq("phone").and(migrant_search_keys::key.eq_any(&phones))),
        )
        .select((migrants::id, migrants::office_id))
        .distinct()
        .load(conn)
        .await?;
    if let Some((words, birth)) = evidence.name_and_birth.as_ref().filter(|(words, _)| words.len() >= 2) {
        let born: Vec<(MigrantId, OfficeId, String)> = keyed
            .filter(migrant_search_keys::kind.eq("token"))
            .filter(migrant_search_keys::key.eq_any(words))
            .filter(migrants::birth_on.eq(*birth))
            .filter(migrants::birth_precision.eq(BirthPrecision::Day))
            .select((migrants::id, migrants::office_id, migrant_search_keys::key))
            .load(conn)
            .await?;
        for (id, office, _) in &born {
            let met = |word: &String| born.iter().any(|(other, _, key)| other == id && key == word);
            if words.iter().all(met) && !found.contains(&(*id, *office)) {
                found.push((*id, *office));
            }
        }
    }
    Ok(found)
}
