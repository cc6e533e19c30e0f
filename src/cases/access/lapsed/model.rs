//! Rows and queries of wishes to be let into a sealed case, and the case one of them means.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{SealDecision, WAITS};
use crate::auth::Actor;
use crate::cases::model::Case;
use crate::ids::{OfficeId, SealRequestId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{case_grants, cases, seal_requests, staff};

/// A wish to be let into a sealed case.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = seal_requests)]
pub struct SealRequest {
    /// Its id.
    pub id: SealRequestId,
    /// The office that is thought to hold the case.
    pub office_id: OfficeId,
    /// As it was typed.
    #[schema(example = "PIC-2026-000412")]
    pub case_number: String,
    /// Who is to be let in.
    pub staff_id: StaffId,
    /// Why.
    pub reason: String,
    /// For how many days.
    pub days: i32,
    /// Who asks.
    pub asked_by: StaffId,
    /// When; a week later it is gone.
    pub asked_at: DateTime<Utc>,
    /// granted or refused; null while nobody has decided.
    pub outcome: Option<SealDecision>,
    /// Who decided.
    pub decided_by: Option<StaffId>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
}

/// Those of the own offices of the last week.
fn waiting(actor: &Actor, now: DateTime<Utc>) -> seal_requests::BoxedQuery<'static, diesel::pg::Pg> {
    seal_requests::table
        .into_boxed()
        .filter(seal_requests::office_id.eq_any(actor.offices.clone()))
        .filter(seal_requests::asked_at.gt(now - WAITS))
}

impl SealRequest {
    /// Writes it down.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(&self, tx: &mut Conn) -> Result<(), Error> {
        diesel::insert_into(seal_requests::table).values(self).execute(tx).await?;
        Ok(())
    }

    /// Those of the own offices, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(conn: &mut Conn, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<SealRequest>, Error> {
        let order = (seal_requests::asked_at.desc(), seal_requests::id.desc());
        Ok(waiting(actor, now).order(order).select(SealRequest::as_select()).load(conn).await?)
    }

    /// One of the own offices.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(
        conn: &mut Conn,
        actor: &Actor,
        id: SealRequestId,
        now: DateTime<Utc>,
    ) -> Result<SealRequest, Error> {
        let found = waiting(actor, now).filter(seal_requests::id.eq(id));
        Ok(found.select(SealRequest::as_select()).first(conn).await?)
    }

    /// One of the own offices, locked for the decision.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(
        tx: &mut Conn,
        actor: &Actor,
        id: SealRequestId,
        now: DateTime<Utc>,
    ) -> Result<SealRequest, Error> {
        let _: SealRequestId =
            seal_requests::table.find(id).for_update().select(seal_requests::id).first(tx).await?;
        SealRequest::find(tx, actor, id, now).await
    }

    /// Writes down what was decided.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn decide(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        outcome: SealDecision,
        now: DateTime<Utc>,
    ) -> Result<SealRequest, Error> {
        Ok(diesel::update(seal_requests::table.find(self.id))
            .set((
                seal_requests::outcome.eq(outcome),
                seal_requests::decided_by.eq(actor.staff),
                seal_requests::decided_at.eq(now),
            ))
            .returning(SealRequest::as_returning())
            .get_result(tx)
            .await?)
    }

    /// The sealed case it means, locked, when nobody is let into it who could name others. Ask as the system.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lapsed_case(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<Option<Case>, Error> {
        let let_in = case_grants::table
            .inner_join(staff::table.on(staff::id.eq(case_grants::staff_id)))
            .filter(case_grants::case_id.eq(cases::id).and(case_grants::expires_at.gt(now)))
            .filter(staff::disabled_at.is_null());
        Ok(cases::table
            .filter(cases::number.eq(&self.case_number).and(cases::office_id.eq(self.office_id)))
            .filter(cases::sealed)
            .filter(not(exists(let_in)))
            .for_update()
            .select(Case::as_select())
            .first(tx)
            .await
            .optional()?)
    }
}
