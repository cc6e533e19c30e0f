//! Rows and queries of notes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules;
use crate::auth::Actor;
use crate::cases::model::Case;
use crate::ids::{CaseId, NoteId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::schema::notes;

/// A note.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = notes)]
#[schema(as = NoteRecord)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The case.
    pub case_id: CaseId,
    /// Seen only by its author, the case's worker and those who may read restricted facts.
    pub restricted: bool,
    /// The note.
    pub body: String,
    /// The earlier note it corrects.
    pub corrects_id: Option<NoteId>,
    /// The author.
    pub written_by: StaffId,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// When it reached the server.
    pub recorded_at: DateTime<Utc>,
}

/// A note as one actor sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum NoteView {
    /// With all it says.
    Whole(Box<Note>),
    /// Restricted, and not for these eyes.
    Masked {
        /// Always true.
        restricted: bool,
        /// When it was written.
        written_at: DateTime<Utc>,
        /// The author.
        written_by: StaffId,
    },
}

impl NoteView {
    /// What `actor` sees of a note.
    pub fn of(actor: &Actor, case: &Case, note: Note) -> NoteView {
        if rules::readable(actor, case, &note) {
            NoteView::Whole(Box::new(note))
        } else {
            let (written_at, written_by) = (note.written_at, note.written_by);
            NoteView::Masked { restricted: true, written_at, written_by }
        }
    }
}

impl Note {
    /// Writes it down.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn insert(&self, tx: &mut Conn) -> Result<(), Error> {
        diesel::insert_into(notes::table)
            .values(self)
            .execute(tx)
            .await
            .on_constraint("notes_pkey", || (&problems::ID_ALREADY_USED).into())?;
        Ok(())
    }

    /// One note of a case.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, case: CaseId, id: NoteId) -> Result<Note, Error> {
        let found = notes::table.filter(notes::id.eq(id).and(notes::case_id.eq(case)));
        Ok(found.select(Note::as_select()).first(conn).await?)
    }

    /// Whether a note belongs to a case.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn exists_on(conn: &mut Conn, case: CaseId, id: NoteId) -> Result<bool, Error> {
        let found = notes::table.filter(notes::id.eq(id).and(notes::case_id.eq(case)));
        Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn).await?)
    }

    /// A page of the notes of a case, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        case: CaseId,
        after: Option<Cursor<DateTime<Utc>>>,
        limit: i64,
    ) -> Result<Page<Note>, Error> {
        let mut query = notes::table.filter(notes::case_id.eq(case)).select(Note::as_select()).into_boxed();
        if let Some(cursor) = after {
            let id = NoteId(cursor.id);
            let older = notes::written_at.lt(cursor.key);
            query = query.filter(older.or(notes::written_at.eq(cursor.key).and(notes::id.lt(id))));
        }
        let order = (notes::written_at.desc(), notes::id.desc());
        let rows = query.order(order).limit(limit + 1).load(conn).await?;
        Ok(Page::cut(rows, limit, |note: &Note| (note.written_at, note.id.0)))
    }
}
