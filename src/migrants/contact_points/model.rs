//! Rows and queries of contact points. The caller has found the file as the actor.

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::ContactKind;
use crate::ids::{ContactPointId, MigrantId};
use crate::migrants::ending::Ends;
use crate::migrants::search::model::replace_keys;
use crate::migrants::search::rules::phone_keys;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::schema::contact_points;

/// A way to reach a person, and how to do it safely.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = contact_points)]
pub struct ContactPoint {
    /// Its id.
    pub id: ContactPointId,
    /// What kind.
    pub kind: ContactKind,
    /// Phones in E.164.
    #[schema(example = "+639175550123")]
    pub value: String,
    /// Whose it is when not the person’s own; a code of list caller_relation.
    #[schema(example = "PAR")]
    pub belongs_to: Option<String>,
    /// Whether using it is safe; null when not asked.
    pub safe: Option<bool>,
    /// Which channels may be used.
    #[schema(example = json!(["call", "messaging"]))]
    pub safe_channels: Vec<String>,
    /// When, in words.
    #[schema(example = "after 18:00")]
    pub safe_hours: Option<String>,
    /// ISO 639-3 to speak there.
    pub language: Option<String>,
    /// Who must not learn of it.
    #[schema(example = "the employer")]
    pub must_not_know: Option<String>,
    /// Order of preference, 0 first.
    pub position: i16,
    /// The day it ceased to work.
    pub ended_on: Option<NaiveDate>,
}

/// A checked new contact point.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = contact_points)]
#[allow(missing_docs)]
pub struct NewContactPoint {
    pub id: ContactPointId,
    pub migrant_id: MigrantId,
    pub kind: ContactKind,
    pub value: String,
    pub belongs_to: Option<String>,
    pub safe: Option<bool>,
    pub safe_channels: Vec<String>,
    pub safe_hours: Option<String>,
    pub language: Option<String>,
    pub must_not_know: Option<String>,
    pub position: i16,
}

/// A checked edit of a contact point.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = contact_points)]
#[allow(missing_docs)]
pub struct ContactPointChanges {
    pub value: Option<String>,
    pub belongs_to: Option<Option<String>>,
    pub safe: Option<Option<bool>>,
    pub safe_channels: Option<Vec<String>>,
    pub safe_hours: Option<Option<String>>,
    pub language: Option<Option<String>>,
    pub must_not_know: Option<Option<String>>,
    pub position: Option<i16>,
    pub ended_on: Option<Option<NaiveDate>>,
}

impl NewContactPoint {
    /// Writes it down; [`keep_contact_keys`] follows.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn insert(&self, tx: &mut Conn) -> Result<ContactPoint, Error> {
        diesel::insert_into(contact_points::table)
            .values(self)
            .returning(ContactPoint::as_returning())
            .get_result(tx)
            .await
            .on_constraint("contact_points_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

impl ContactPoint {
    /// All of a person, preferred first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, migrant: MigrantId) -> Result<Vec<ContactPoint>, Error> {
        Ok(contact_points::table
            .filter(contact_points::migrant_id.eq(migrant))
            .order((contact_points::position, contact_points::id))
            .select(ContactPoint::as_select())
            .load(conn)
            .await?)
    }

    /// The place after those there are.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_position(conn: &mut Conn, of: MigrantId) -> Result<i16, Error> {
        let of = contact_points::table.filter(contact_points::migrant_id.eq(of));
        let last: Option<i16> = of.select(max(contact_points::position)).get_result(conn).await?;
        Ok(last.map_or(0, |last| last.saturating_add(1)))
    }

    /// Edits it; [`keep_contact_keys`] follows when its value changed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(&self, tx: &mut Conn, changes: &ContactPointChanges) -> Result<ContactPoint, Error> {
        // A statement without a column to set is none.
        let position = Some(changes.position.unwrap_or(self.position));
        let changes = ContactPointChanges { position, ..changes.clone() };
        let row = diesel::update(contact_points::table.find(self.id)).set(changes);
        Ok(row.returning(ContactPoint::as_returning()).get_result(tx).await?)
    }
}

impl Ends for ContactPoint {
    type Id = ContactPointId;
    const ENDED: &'static str = "contact_point.ended";

    async fn find(conn: &mut Conn, of: MigrantId, id: ContactPointId) -> Result<ContactPoint, Error> {
        let one = contact_points::table.find(id).filter(contact_points::migrant_id.eq(of));
        Ok(one.select(ContactPoint::as_select()).first(conn).await?)
    }

    fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        (None, self.ended_on)
    }

    async fn end(&self, tx: &mut Conn, on: NaiveDate) -> Result<ContactPoint, Error> {
        self.update(tx, &ContactPointChanges { ended_on: Some(Some(on)), ..Default::default() }).await
    }
}

/// Rewrites the phone keys of a file from its phones. Ended ones still find the person.
///
/// # Errors
/// Those of the database.
pub async fn keep_contact_keys(tx: &mut Conn, migrant: MigrantId) -> Result<(), Error> {
    let points = ContactPoint::of(tx, migrant).await?;
    let phones = points.iter().filter(|point| point.kind == ContactKind::Phone);
    let keys: Vec<(&'static str, String)> =
        phones.flat_map(|point| phone_keys(&point.value)).map(|key| ("phone", key)).collect();
    replace_keys(tx, migrant, &["phone"], &keys).await
}
