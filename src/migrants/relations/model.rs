//! Rows and queries of relations, and how one is shown from either side.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{inverse, says_the_same};
use crate::auth::Actor;
use crate::ids::{MigrantId, RelationId};
use crate::migrants::model::Migrant;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::schema::relations;

/// A relation as stored: the migrant is the `relation` of the other.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = relations, treat_none_as_null = true)]
#[allow(missing_docs)]
pub struct Relation {
    pub id: RelationId,
    pub migrant_id: MigrantId,
    pub other_id: MigrantId,
    pub relation: String,
    pub same_household: bool,
    pub ended_on: Option<NaiveDate>,
}

/// What a relation says, seen from one of the two files.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationSide {
    /// The other.
    pub other_id: MigrantId,
    /// What this person is to the other; null where the list has no word.
    #[schema(example = "parent")]
    pub relation: Option<String>,
    /// What the other is to this person; null where the list has no word.
    #[schema(example = "child")]
    pub other_is: Option<String>,
    /// They live together.
    pub same_household: bool,
    /// The day it ceased to be true.
    pub ended_on: Option<NaiveDate>,
}

/// A relation seen from one of the two files.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationView {
    /// Its id.
    pub id: RelationId,
    /// The other’s name.
    #[schema(example = "Luz Inventada")]
    pub other_name: String,
    #[serde(flatten)]
    #[allow(missing_docs)]
    pub side: RelationSide,
}

impl Relation {
    /// The other of the two.
    pub fn other(&self, one: MigrantId) -> MigrantId {
        if self.migrant_id == one { self.other_id } else { self.migrant_id }
    }

    /// What it says in the file of `one`.
    pub fn side(&self, one: MigrantId) -> RelationSide {
        let (own, back) = (Some(self.relation.clone()), inverse(&self.relation).map(str::to_owned));
        let (relation, other_is) = if self.migrant_id == one { (own, back) } else { (back, own) };
        let (same_household, ended_on) = (self.same_household, self.ended_on);
        RelationSide { other_id: self.other(one), relation, other_is, same_household, ended_on }
    }

    /// As shown in the file of `one`.
    pub fn view(&self, one: MigrantId, other_name: String) -> RelationView {
        RelationView { id: self.id, other_name, side: self.side(one) }
    }

    /// Writes it down.
    ///
    /// # Errors
    /// `relation_already_exists`, `id_already_used`
    pub async fn insert(&self, tx: &mut Conn) -> Result<Relation, Error> {
        self.require_unsaid(tx).await?;
        diesel::insert_into(relations::table)
            .values(self)
            .returning(Relation::as_returning())
            .get_result(tx)
            .await
            .on_constraint("relations_pkey", || (&problems::ID_ALREADY_USED).into())
    }

    /// Writes it as it is now over what it was.
    ///
    /// # Errors
    /// `relation_already_exists` when another one that holds says the same.
    pub async fn update(&self, tx: &mut Conn) -> Result<Relation, Error> {
        self.require_unsaid(tx).await?;
        let row = diesel::update(relations::table.find(self.id)).set(self);
        Ok(row.returning(Relation::as_returning()).get_result(tx).await?)
    }

    /// The caller has locked both files, so nobody says it meanwhile.
    async fn require_unsaid(&self, tx: &mut Conn) -> Result<(), Error> {
        let rest = Relation::of(tx, self.migrant_id).await?;
        let said =
            |known: &Relation| known.id != self.id && known.ended_on.is_none() && says_the_same(known, self);
        if self.ended_on.is_none() && rest.iter().any(said) {
            return Err((&problems::RELATION_ALREADY_EXISTS).into());
        }
        Ok(())
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

    /// Those of a person whose other side the actor may see too, each with the other’s file.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn seen(
        conn: &mut Conn,
        actor: &Actor,
        migrant: MigrantId,
    ) -> Result<Vec<(Relation, Migrant)>, Error> {
        let all = Relation::of(conn, migrant).await?;
        let others: Vec<MigrantId> = all.iter().map(|relation| relation.other(migrant)).collect();
        let others = Migrant::list(conn, actor, &others).await?;
        let with_other = |relation: Relation| {
            let other = others.iter().find(|other| other.id == relation.other(migrant))?.clone();
            Some((relation, other))
        };
        Ok(all.into_iter().filter_map(with_other).collect())
    }

    /// Those of a person as shown in their file.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn views(
        conn: &mut Conn,
        actor: &Actor,
        migrant: MigrantId,
    ) -> Result<Vec<RelationView>, Error> {
        let seen = Relation::seen(conn, actor, migrant).await?;
        Ok(seen.iter().map(|(relation, other)| relation.view(migrant, other.name())).collect())
    }

    /// One relation of a person with both files, theirs first, both locked.
    ///
    /// # Errors
    /// `not_found`, also when the actor may not see the other.
    pub async fn lock(
        tx: &mut Conn,
        actor: &Actor,
        of: MigrantId,
        id: RelationId,
    ) -> Result<(Relation, [Migrant; 2]), Error> {
        let found = || {
            relations::table
                .find(id)
                .filter(relations::migrant_id.eq(of).or(relations::other_id.eq(of)))
                .select(Relation::as_select())
        };
        let other = found().first(tx).await?.other(of);
        let (migrant, other) = Migrant::lock_two(tx, actor, of, other).await?;
        let other = other.ok_or(&problems::NOT_FOUND)?;
        // Read again: until the files were locked it could still change.
        Ok((found().first(tx).await?, [migrant, other]))
    }
}
