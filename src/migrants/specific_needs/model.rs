//! Rows and queries of specific needs. The caller has found the file as the actor.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::known_to;
use crate::auth::Actor;
use crate::ids::{MigrantId, SpecificNeedId, StaffId};
use crate::migrants::ending::Ends;
use crate::migrants::model::reads_restricted;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::reference::model::Code;
use crate::schema::specific_needs;

/// A vulnerability and the days it was known, as stored.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = specific_needs)]
#[allow(missing_docs)]
pub struct SpecificNeed {
    pub id: SpecificNeedId,
    pub code: String,
    pub restricted: bool,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    pub recorded_by: Option<StaffId>,
}

/// A checked new vulnerability.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = specific_needs)]
#[allow(missing_docs)]
pub struct NewSpecificNeed {
    pub id: SpecificNeedId,
    pub migrant_id: MigrantId,
    pub code: String,
    pub restricted: bool,
    pub from_on: NaiveDate,
    pub recorded_by: Option<StaffId>,
}

/// A checked correction of a vulnerability.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = specific_needs)]
#[allow(missing_docs)]
pub struct SpecificNeedChanges {
    pub code: Option<String>,
    pub from_on: Option<NaiveDate>,
    pub until_on: Option<Option<NaiveDate>>,
    pub recorded_by: Option<Option<StaffId>>,
}

/// A vulnerability; `code` is null where it is hidden from the one who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecificNeedView {
    /// Its id.
    pub id: SpecificNeedId,
    /// Something that few may read.
    pub restricted: bool,
    /// A code of list specific_need.
    #[schema(example = "SP")]
    pub code: Option<String>,
    /// Known since.
    pub from_on: NaiveDate,
    /// No longer true from this day.
    pub until_on: Option<NaiveDate>,
}

impl SpecificNeedView {
    /// With its code where it is known to the one who asks.
    pub fn shown(need: SpecificNeed, known: bool) -> SpecificNeedView {
        let SpecificNeed { id, restricted, code, from_on, until_on, .. } = need;
        SpecificNeedView { id, restricted, code: known.then_some(code), from_on, until_on }
    }

    /// All of a person, newest first, as the actor sees them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(
        conn: &mut Conn,
        actor: &Actor,
        migrant: MigrantId,
    ) -> Result<Vec<SpecificNeedView>, Error> {
        let reads = reads_restricted(conn, actor, migrant).await?;
        let needs = SpecificNeed::of(conn, migrant).await?;
        let shown = |need: SpecificNeed| {
            let known = known_to(actor, reads, &need);
            SpecificNeedView::shown(need, known)
        };
        Ok(needs.into_iter().map(shown).collect())
    }
}

impl NewSpecificNeed {
    /// Writes it down, restricted when its code is.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn insert(&self, tx: &mut Conn) -> Result<SpecificNeed, Error> {
        let restricted = is_restricted(tx, &self.code).await?;
        diesel::insert_into(specific_needs::table)
            .values(&NewSpecificNeed { restricted, ..self.clone() })
            .returning(SpecificNeed::as_returning())
            .get_result(tx)
            .await
            .on_constraint("specific_needs_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

/// Whether knowing of it can endanger the person; an unknown code counts as such.
async fn is_restricted(conn: &mut Conn, code: &str) -> Result<bool, Error> {
    Ok(Code::find(conn, "specific_need", code).await?.is_none_or(|code| code.restricted))
}

impl SpecificNeed {
    /// All of a person, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, migrant: MigrantId) -> Result<Vec<SpecificNeed>, Error> {
        Ok(specific_needs::table
            .filter(specific_needs::migrant_id.eq(migrant))
            .order((specific_needs::from_on.desc(), specific_needs::id.desc()))
            .select(SpecificNeed::as_select())
            .load(conn)
            .await?)
    }

    /// Those of a person that the actor may read.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn readable(
        conn: &mut Conn,
        actor: &Actor,
        migrant: MigrantId,
    ) -> Result<Vec<SpecificNeed>, Error> {
        let reads = reads_restricted(conn, actor, migrant).await?;
        let mut needs = SpecificNeed::of(conn, migrant).await?;
        needs.retain(|need| known_to(actor, reads, need));
        Ok(needs)
    }

    /// As the actor sees it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn seen_by(
        self,
        conn: &mut Conn,
        actor: &Actor,
        migrant: MigrantId,
    ) -> Result<SpecificNeedView, Error> {
        let reads = reads_restricted(conn, actor, migrant).await?;
        let known = known_to(actor, reads, &self);
        Ok(SpecificNeedView::shown(self, known))
    }

    /// Writes what is right over what was wrong.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn correct(&self, tx: &mut Conn, changes: &SpecificNeedChanges) -> Result<SpecificNeed, Error> {
        let restricted = is_restricted(tx, changes.code.as_ref().unwrap_or(&self.code)).await?;
        let row = diesel::update(specific_needs::table.find(self.id))
            .set((changes, specific_needs::restricted.eq(restricted)));
        Ok(row.returning(SpecificNeed::as_returning()).get_result(tx).await?)
    }
}

impl Ends for SpecificNeed {
    type Id = SpecificNeedId;
    const ENDED: &'static str = "specific_need.ended";

    async fn find(conn: &mut Conn, of: MigrantId, id: SpecificNeedId) -> Result<SpecificNeed, Error> {
        let one = specific_needs::table.find(id).filter(specific_needs::migrant_id.eq(of));
        Ok(one.select(SpecificNeed::as_select()).first(conn).await?)
    }

    fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        (Some(self.from_on), self.until_on)
    }

    async fn end(&self, tx: &mut Conn, on: NaiveDate) -> Result<SpecificNeed, Error> {
        let row = diesel::update(specific_needs::table.find(self.id)).set(specific_needs::until_on.eq(on));
        Ok(row.returning(SpecificNeed::as_returning()).get_result(tx).await?)
    }

    /// Nobody corrects or ends what they may not read.
    async fn require_known(&self, conn: &mut Conn, actor: &Actor, of: MigrantId) -> Result<(), Error> {
        let reads = reads_restricted(conn, actor, of).await?;
        if known_to(actor, reads, self) { Ok(()) } else { Err((&problems::FORBIDDEN).into()) }
    }
}
