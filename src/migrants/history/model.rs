//! Rows and queries of what changed in files.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::rules::Change;
use crate::auth::Actor;
use crate::ids::{MigrantId, StaffId};
use crate::migrants::model::{Migrant, reads_restricted};
use crate::migrants::relations::model::Relation;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::page::{Cursor, Page};
use crate::schema::{migrant_events, staff};

/// Something that changed in a file.
#[derive(Debug, Insertable)]
#[diesel(table_name = migrant_events)]
#[allow(missing_docs)]
pub struct NewEntry {
    pub id: Uuid,
    pub migrant_id: MigrantId,
    pub kind: &'static str,
    pub at: DateTime<Utc>,
    pub staff_id: Option<StaffId>,
    pub part_id: Option<Uuid>,
    pub version: i32,
    pub changes: Value,
}

impl NewEntry {
    /// The beginning of a file. What it said then is what it says now, less what changed since.
    pub fn registered(migrant: &Migrant, now: DateTime<Utc>) -> NewEntry {
        NewEntry {
            id: Uuid::now_v7(),
            migrant_id: migrant.id,
            kind: "migrant.registered",
            at: now,
            staff_id: migrant.registered_by,
            part_id: None,
            version: migrant.version,
            changes: Value::Array(vec![]),
        }
    }

    /// Writes it down.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(&self, tx: &mut Conn) -> Result<(), Error> {
        diesel::insert_into(migrant_events::table).values(self).execute(tx).await?;
        Ok(())
    }
}

#[derive(Queryable)]
struct Row {
    id: Uuid,
    kind: String,
    at: DateTime<Utc>,
    staff_id: Option<StaffId>,
    staff_name: Option<String>,
    part_id: Option<Uuid>,
    version: i32,
    changes: Value,
}

/// Something that changed in a file, as one actor may know it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MigrantHistoryEntry)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// noun.past.
    #[schema(example = "mobility.ended")]
    pub kind: String,
    /// When it was written down.
    pub at: DateTime<Utc>,
    /// Who wrote it down; null for the system and imports by command.
    pub staff_id: Option<StaffId>,
    /// Their name.
    #[schema(example = "Paola Simbaña")]
    pub staff_name: Option<String>,
    /// The contact point, document, category, need, relation or consent it is about.
    pub part_id: Option<Uuid>,
    /// The version of the file that it made.
    pub version: i32,
    /// The fields that changed.
    pub changes: Vec<Change>,
}

impl Row {
    /// Who wrote a restricted fact down may read it again.
    fn told_to(self, actor: &Actor, reads: bool) -> Entry {
        let reads = reads || self.staff_id == Some(actor.staff);
        let changes: Vec<Change> = serde_json::from_value(self.changes).unwrap_or_default();
        Entry {
            id: self.id,
            kind: self.kind,
            at: self.at,
            staff_id: self.staff_id,
            staff_name: self.staff_name,
            part_id: self.part_id,
            version: self.version,
            changes: changes.into_iter().map(|change| change.masked(reads)).collect(),
        }
    }
}

/// What changed in a file, newest first. Relations to persons the actor may not see are left out.
///
/// # Errors
/// Those of the database.
pub async fn page(
    conn: &mut Conn,
    actor: &Actor,
    migrant: &Migrant,
    after: Option<Cursor<DateTime<Utc>>>,
    limit: i64,
) -> Result<Page<Entry>, Error> {
    let reads = reads_restricted(conn, actor, migrant.id).await?;
    let relations = Relation::seen(conn, actor, migrant.id).await?;
    let mut query = migrant_events::table
        .left_join(staff::table)
        .filter(migrant_events::migrant_id.eq(migrant.id))
        .select((
            migrant_events::id,
            migrant_events::kind,
            migrant_events::at,
            migrant_events::staff_id,
            staff::name.nullable(),
            migrant_events::part_id,
            migrant_events::version,
            migrant_events::changes,
        ))
        .into_boxed();
    if let Some(Cursor { key, id }) = after {
        let earlier = migrant_events::at.lt(key);
        query = query.filter(earlier.or(migrant_events::at.eq(key).and(migrant_events::id.lt(id))));
    }
    let order = (migrant_events::at.desc(), migrant_events::id.desc());
    let rows: Vec<Row> = query.order(order).limit(limit + 1).load(conn).await?;
    let mut page = Page::cut(rows, limit, |row: &Row| (row.at, row.id));
    page.items.retain(|row| {
        !row.kind.starts_with("relation.") || relations.iter().any(|(seen, _)| Some(seen.id.0) == row.part_id)
    });
    Ok(page.map(|row| row.told_to(actor, reads)))
}
