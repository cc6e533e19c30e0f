//! Rows and queries of needs.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{self, NeedStatus, NeedVerb};
use crate::auth::Actor;
use crate::cases::model::Case;
use crate::ids::{CaseId, MigrantId, NeedId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::schema::needs;

/// A need.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = needs)]
#[schema(as = NeedRecord)]
pub struct Need {
    /// Its id.
    pub id: NeedId,
    /// The case.
    pub case_id: CaseId,
    /// Whose need it is; null for the whole client.
    pub migrant_id: Option<MigrantId>,
    /// A code of list service.
    #[schema(example = "HOU")]
    pub service: String,
    /// Seen only by the case's worker and those who may read restricted facts.
    pub restricted: bool,
    /// What exactly.
    pub detail: Option<String>,
    /// Whether its outcome is known.
    pub status: NeedStatus,
    /// A code of list need_outcome.
    #[schema(example = "met")]
    pub outcome: Option<String>,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
    /// When its outcome was known.
    pub settled_at: Option<DateTime<Utc>>,
    /// When it reached the server.
    pub recorded_at: DateTime<Utc>,
    /// Counts edits.
    pub version: i32,
    /// The need of the case that this one is a part of.
    pub parent_id: Option<NeedId>,
}

/// A need as one actor sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum NeedView {
    /// With all it says.
    Whole {
        /// The need.
        #[serde(flatten)]
        need: Box<Need>,
        /// What the actor may do with it now.
        allowed: Vec<NeedVerb>,
    },
    /// Restricted, and not for these eyes.
    Masked {
        /// Its id.
        id: NeedId,
        /// Always true.
        restricted: bool,
        /// Whether its outcome is known.
        status: NeedStatus,
    },
}

impl NeedView {
    /// What `actor` sees of a need.
    pub fn of(actor: &Actor, case: &Case, need: Need) -> NeedView {
        if rules::readable(actor, case, need.restricted) {
            let allowed = rules::allowed(actor, case, &need);
            NeedView::Whole { need: Box::new(need), allowed }
        } else {
            NeedView::Masked { id: need.id, restricted: true, status: need.status }
        }
    }
}

/// A checked new need.
#[derive(Debug, Insertable)]
#[diesel(table_name = needs)]
#[allow(missing_docs)]
pub struct NewNeed {
    pub id: NeedId,
    pub case_id: CaseId,
    pub migrant_id: Option<MigrantId>,
    pub service: String,
    pub restricted: bool,
    pub detail: Option<String>,
    pub raised_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub parent_id: Option<NeedId>,
}

/// A checked edit of a need.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = needs)]
#[allow(missing_docs)]
pub struct NeedChanges {
    pub service: Option<String>,
    pub migrant_id: Option<Option<MigrantId>>,
    pub restricted: Option<bool>,
    pub detail: Option<Option<String>>,
    pub status: Option<NeedStatus>,
    pub outcome: Option<Option<String>>,
    pub settled_at: Option<Option<DateTime<Utc>>>,
}

impl NewNeed {
    /// Writes it down.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn insert(&self, tx: &mut Conn) -> Result<Need, Error> {
        diesel::insert_into(needs::table)
            .values(self)
            .returning(Need::as_returning())
            .get_result(tx)
            .await
            .on_constraint("needs_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

impl Need {
    /// One need and its case, when the actor may know of the case.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: NeedId) -> Result<(Case, Need), Error> {
        let need: Need = needs::table.find(id).select(Need::as_select()).first(conn).await?;
        Ok((Case::find(conn, actor, need.case_id).await?, need))
    }

    /// One need and its case, both locked; the case first, as everywhere.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, actor: &Actor, id: NeedId) -> Result<(Case, Need), Error> {
        let case: CaseId = needs::table.find(id).select(needs::case_id).first(tx).await?;
        let case = Case::lock(tx, actor, case).await?;
        Ok((case, needs::table.find(id).for_update().select(Need::as_select()).first(tx).await?))
    }

    /// The needs of a case, in the order they were raised.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_case(conn: &mut Conn, case: CaseId) -> Result<Vec<Need>, Error> {
        let of_case = needs::table.filter(needs::case_id.eq(case)).order((needs::raised_at, needs::id));
        Ok(of_case.select(Need::as_select()).load(conn).await?)
    }

    /// One of a case, kept as it is until the transaction ends.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn held(tx: &mut Conn, case: CaseId, id: NeedId) -> Result<Option<Need>, Error> {
        let found = needs::table.find(id).filter(needs::case_id.eq(case)).for_update();
        Ok(found.select(Need::as_select()).first(tx).await.optional()?)
    }

    /// Its parts that have no outcome yet.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open_parts(&self, conn: &mut Conn) -> Result<Vec<NeedId>, Error> {
        let parts = needs::table.filter(needs::case_id.eq(self.case_id).and(needs::parent_id.eq(self.id)));
        let open = parts.filter(needs::status.eq(NeedStatus::Open)).order(needs::id);
        Ok(open.select(needs::id).load(conn).await?)
    }

    /// Restricts its parts too: they tell what it is about.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn restrict_parts(&self, tx: &mut Conn) -> Result<(), Error> {
        let parts = needs::table.filter(needs::case_id.eq(self.case_id).and(needs::parent_id.eq(self.id)));
        diesel::update(parts.filter(needs::restricted.eq(false)))
            .set((needs::restricted.eq(true), needs::version.eq(needs::version + 1)))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Edits it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(&self, tx: &mut Conn, changes: &NeedChanges) -> Result<Need, Error> {
        Ok(diesel::update(needs::table.find(self.id))
            .set((changes, needs::version.eq(self.version + 1)))
            .returning(Need::as_returning())
            .get_result(tx)
            .await?)
    }
}
