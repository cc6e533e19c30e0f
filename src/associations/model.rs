//! Rows and queries of associations and their members.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Actor;
use crate::ids::{AssociationId, MigrantId, OfficeId};
use crate::migrants::Migrant;
use crate::migrants::rules::MigrantStatus;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::reference::search_key::search_key;
use crate::schema::{association_members, associations, migrants};

diesel::define_sql_function! {
    /// The text in lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// An association.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = associations)]
pub struct Association {
    /// Its id.
    pub id: AssociationId,
    /// Said on the phone.
    #[schema(example = "A-SED-2026-000012")]
    pub number: String,
    /// The office that registered it.
    pub office_id: OfficeId,
    /// Its name.
    pub name: String,
    /// Where it sits, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The place it belongs to.
    pub territory: Option<String>,
    /// How many members it says it has.
    pub members: Option<i32>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// E.164.
    pub contact_phone: Option<String>,
    /// Their mailbox.
    pub contact_email: Option<String>,
    /// What it wants to do.
    pub purpose: Option<String>,
    /// Counts edits.
    pub version: i32,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// Last edit.
    pub updated_at: DateTime<Utc>,
    /// The day it ceased to exist.
    pub retired_on: Option<NaiveDate>,
}

/// A checked new association, without its number.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = associations)]
#[allow(missing_docs)]
pub struct NewAssociation {
    pub id: AssociationId,
    pub office_id: OfficeId,
    pub name: String,
    pub country: Option<String>,
    pub territory: Option<String>,
    pub members: Option<i32>,
    pub contact_name: Option<String>,
    pub contact_phone: Option<String>,
    pub contact_email: Option<String>,
    pub purpose: Option<String>,
}

/// A checked edit of an association.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = associations)]
#[allow(missing_docs)]
pub struct AssociationChanges {
    pub name: Option<String>,
    pub country: Option<Option<String>>,
    pub territory: Option<Option<String>>,
    pub members: Option<Option<i32>>,
    pub contact_name: Option<Option<String>>,
    pub contact_phone: Option<Option<String>>,
    pub contact_email: Option<Option<String>>,
    pub purpose: Option<Option<String>>,
    pub retired_on: Option<Option<NaiveDate>>,
}

impl NewAssociation {
    /// Writes it down under its number.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(
        &self,
        tx: &mut Conn,
        number: &str,
        now: DateTime<Utc>,
    ) -> Result<Association, Error> {
        diesel::insert_into(associations::table)
            .values((
                self,
                associations::number.eq(number),
                associations::registered_at.eq(now),
                associations::updated_at.eq(now),
            ))
            .returning(Association::as_returning())
            .get_result(tx)
            .await
            .on_constraint("associations_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

impl Association {
    /// One association of the actor's offices.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: AssociationId) -> Result<Association, Error> {
        Ok(associations::table
            .find(id)
            .filter(associations::office_id.eq_any(&actor.offices))
            .select(Association::as_select())
            .first(conn)
            .await?)
    }

    /// One association of the actor's offices, locked for an edit.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, actor: &Actor, id: AssociationId) -> Result<Association, Error> {
        Ok(associations::table
            .find(id)
            .filter(associations::office_id.eq_any(&actor.offices))
            .for_update()
            .select(Association::as_select())
            .first(tx)
            .await?)
    }

    /// A page of the associations of the actor's offices, by name; `q` is part of the name, however spelt, or the number.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        actor: &Actor,
        (q, office): (Option<&str>, Option<OfficeId>),
        after: Option<Cursor<String>>,
        limit: i64,
    ) -> Result<Page<Association>, Error> {
        let by_name = lower(associations::name);
        let mut query = associations::table
            .filter(associations::office_id.eq_any(&actor.offices))
            .order((by_name, associations::id))
            .select((Association::as_select(), by_name))
            .into_boxed();
        if let Some(office) = office {
            query = query.filter(associations::office_id.eq(office));
        }
        if let Some(q) = q {
            query = query.filter(associations::id.eq_any(called(conn, actor, q).await?));
        }
        if let Some(Cursor { key, id }) = after {
            query = query.filter(by_name.gt(key.clone()).or(by_name.eq(key).and(associations::id.gt(id))));
        }
        let rows: Vec<(Association, String)> = query.limit(limit + 1).load(conn).await?;
        Ok(Page::cut(rows, limit, |(association, key)| (key.clone(), association.id.0))
            .map(|(association, _)| association))
    }

    /// Edits it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(
        &self,
        tx: &mut Conn,
        changes: &AssociationChanges,
        now: DateTime<Utc>,
    ) -> Result<Association, Error> {
        Ok(diesel::update(associations::table.find(self.id))
            .set((changes, associations::version.eq(self.version + 1), associations::updated_at.eq(now)))
            .returning(Association::as_returning())
            .get_result(tx)
            .await?)
    }
}

/// Associations called like `q`. An office knows some hundreds at most, so their names are compared here by the key
/// that also finds people and places.
async fn called(conn: &mut Conn, actor: &Actor, q: &str) -> Result<Vec<AssociationId>, Error> {
    let key = search_key(q);
    let names: Vec<(AssociationId, String, String)> = associations::table
        .filter(associations::office_id.eq_any(&actor.offices))
        .select((associations::id, associations::name, associations::number))
        .load(conn)
        .await?;
    let like = |text: &str| search_key(text).contains(&key);
    Ok(names.into_iter().filter(|(_, name, number)| like(name) || like(number)).map(|(id, ..)| id).collect())
}

/// A person of an association who also has a file. The name stands in the file, whose reading is recorded.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
#[schema(as = AssociationMember)]
pub struct Member {
    /// The person.
    pub migrant_id: MigrantId,
    /// The number of the person's file.
    #[schema(example = "M-SED-2026-000003")]
    pub number: String,
    /// What they are in the association.
    pub office_held: Option<String>,
    /// Since.
    pub joined_on: Option<NaiveDate>,
    /// Until.
    pub left_on: Option<NaiveDate>,
}

impl Member {
    /// Members whose files the actor may see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(conn: &mut Conn, actor: &Actor, of: AssociationId) -> Result<Vec<Member>, Error> {
        let mut members: Vec<Member> = association_members::table
            .inner_join(migrants::table)
            .filter(association_members::association_id.eq(of))
            .order(migrants::number)
            .select((
                association_members::migrant_id,
                migrants::number,
                association_members::office_held,
                association_members::joined_on,
                association_members::left_on,
            ))
            .load(conn)
            .await?;
        let ids: Vec<MigrantId> = members.iter().map(|member| member.migrant_id).collect();
        let seen = Migrant::seen(conn, actor, &ids).await?;
        members.retain(|member| seen.contains(&member.migrant_id));
        Ok(members)
    }

    /// One member, if the actor may see the file.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(
        conn: &mut Conn,
        actor: &Actor,
        of: AssociationId,
        id: MigrantId,
    ) -> Result<Member, Error> {
        let members = Member::list(conn, actor, of).await?;
        members
            .into_iter()
            .find(|member| member.migrant_id == id)
            .ok_or_else(|| (&problems::NOT_FOUND).into())
    }

    /// Whether there is an active file of this person that the actor may see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn has_file(conn: &mut Conn, actor: &Actor, id: MigrantId) -> Result<bool, Error> {
        let files = Migrant::list(conn, actor, &[id]).await?;
        Ok(files.iter().any(|file| file.status == MigrantStatus::Active))
    }

    /// Lets a person join, or join again after leaving. `false` when the person is a member already.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn join(
        tx: &mut Conn,
        of: AssociationId,
        id: MigrantId,
        (office_held, joined_on): (Option<&str>, Option<NaiveDate>),
    ) -> Result<bool, Error> {
        let facts = (
            association_members::office_held.eq(office_held),
            association_members::joined_on.eq(joined_on),
            association_members::left_on.eq(None::<NaiveDate>),
        );
        let row = (association_members::association_id.eq(of), association_members::migrant_id.eq(id), facts);
        let added = diesel::insert_into(association_members::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(tx)
            .await?;
        if added == 1 {
            return Ok(true);
        }
        let again =
            association_members::table.find((of, id)).filter(association_members::left_on.is_not_null());
        Ok(diesel::update(again).set(facts).execute(tx).await? == 1)
    }

    /// Notes that a person left. `false` when that was noted before.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn leave(
        tx: &mut Conn,
        of: AssociationId,
        id: MigrantId,
        left_on: NaiveDate,
    ) -> Result<bool, Error> {
        let present =
            association_members::table.find((of, id)).filter(association_members::left_on.is_null());
        let left = association_members::left_on.eq(left_on);
        Ok(diesel::update(present).set(left).execute(tx).await? == 1)
    }
}
