//! Rows and queries of relations.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::ids::{MigrantId, RelationId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::schema::relations;

/// A relation as stored: the migrant is the `relation` of the other.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = relations)]
#[allow(missing_docs)]
pub struct Relation {
    pub id: RelationId,
    pub migrant_id: MigrantId,
    pub other_id: MigrantId,
    pub relation: String,
    pub same_household: bool,
    pub ended_on: Option<NaiveDate>,
}

impl Relation {
    /// Writes it down.
    ///
    /// # Errors
    /// `relation_already_exists`
    pub async fn insert(&self, tx: &mut Conn) -> Result<Relation, Error> {
        diesel::insert_into(relations::table)
            .values(self)
            .returning(Relation::as_returning())
            .get_result(tx)
            .await
            .on_constraint("relations_pair_key", || (&problems::RELATION_ALREADY_EXISTS).into())
    }

    /// All of a person, from either side, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, migrant: MigrantId) -> Result<Vec<Relation>, Error> {
        Ok(relations::table
            .filter(relations::migrant_id.eq(migrant).or(relations::other_id.eq(migrant)))
            .order(relations::id)
            .select(Relation::as_select())
            .load(conn)
            .await?)
    }

    /// One of a person, from either side.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, of: MigrantId, id: RelationId) -> Result<Relation, Error> {
        let one =
            relations::table.find(id).filter(relations::migrant_id.eq(of).or(relations::other_id.eq(of)));
        Ok(one.select(Relation::as_select()).first(conn).await?)
    }

    /// Edits it.
    ///
    /// # Errors
    /// `relation_already_exists` when it holds again beside a newer one.
    pub async fn update(
        &self,
        tx: &mut Conn,
        same_household: bool,
        ended_on: Option<NaiveDate>,
    ) -> Result<Relation, Error> {
        diesel::update(relations::table.find(self.id))
            .set((relations::same_household.eq(same_household), relations::ended_on.eq(ended_on)))
            .returning(Relation::as_returning())
            .get_result(tx)
            .await
            .on_constraint("relations_pair_key", || (&problems::RELATION_ALREADY_EXISTS).into())
    }
}
