//! Rows and queries of consents.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{ConsentForm, ConsentGiver, ConsentPurpose};
use crate::ids::{AgencyId, ConsentId, MigrantId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint, field};
use crate::problems;
use crate::schema::consents;

/// What a person agreed may be done.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = consents)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// Who agreed.
    pub migrant_id: MigrantId,
    /// What may be done.
    pub purpose: ConsentPurpose,
    /// Codes of list disclosure_fact that may be shared.
    pub facts: Vec<String>,
    /// With which agency; null for any partner.
    pub agency_id: Option<AgencyId>,
    /// Who said yes.
    pub given_by: ConsentGiver,
    /// How.
    pub how: ConsentForm,
    /// ISO 639-3 in which it was explained.
    pub language: Option<String>,
    /// When.
    pub given_at: DateTime<Utc>,
    /// Last day it holds; null until withdrawn.
    pub valid_until: Option<NaiveDate>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// When it reached the server.
    pub recorded_at: DateTime<Utc>,
    /// Who wrote it down.
    pub recorded_by: Option<StaffId>,
}

/// A checked new consent.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = consents)]
#[allow(missing_docs)]
pub struct NewConsent {
    pub id: ConsentId,
    pub migrant_id: MigrantId,
    pub purpose: ConsentPurpose,
    pub facts: Vec<String>,
    pub agency_id: Option<AgencyId>,
    pub given_by: ConsentGiver,
    pub how: ConsentForm,
    pub language: Option<String>,
    pub given_at: DateTime<Utc>,
    pub valid_until: Option<NaiveDate>,
    pub recorded_by: Option<StaffId>,
}

impl NewConsent {
    /// Writes it down.
    ///
    /// # Errors
    /// An unknown agency, or an id that is taken.
    pub async fn insert(&self, tx: &mut Conn) -> Result<Consent, Error> {
        diesel::insert_into(consents::table)
            .values(self)
            .returning(Consent::as_returning())
            .get_result(tx)
            .await
            .on_constraint("consents_agency_id_fkey", || field("agency_id", "unknown", "No such agency."))
            .on_constraint("consents_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

impl Consent {
    /// One consent of a person whose file the caller has found as the actor.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, migrant: MigrantId, id: ConsentId) -> Result<Consent, Error> {
        Ok(consents::table
            .find(id)
            .filter(consents::migrant_id.eq(migrant))
            .select(Consent::as_select())
            .first(conn)
            .await?)
    }

    /// All consents of a person, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, migrant: MigrantId) -> Result<Vec<Consent>, Error> {
        Ok(consents::table
            .filter(consents::migrant_id.eq(migrant))
            .order((consents::given_at.desc(), consents::id.desc()))
            .select(Consent::as_select())
            .load(conn)
            .await?)
    }

    /// The newest consent, live on `today`, that lets these facts be shared with this agency.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn live_covering(
        conn: &mut Conn,
        migrant: MigrantId,
        agency: AgencyId,
        facts: &[String],
        today: NaiveDate,
    ) -> Result<Option<Consent>, Error> {
        Ok(consents::table
            .filter(consents::migrant_id.eq(migrant))
            .filter(consents::purpose.eq(ConsentPurpose::ShareWithAgency))
            .filter(consents::withdrawn_at.is_null())
            .filter(consents::valid_until.is_null().or(consents::valid_until.ge(today)))
            .filter(consents::agency_id.is_null().or(consents::agency_id.eq(agency)))
            .filter(consents::facts.contains(facts.to_vec()))
            .order((consents::given_at.desc(), consents::id.desc()))
            .select(Consent::as_select())
            .first(conn)
            .await
            .optional()?)
    }
}

/// Withdraws a consent. What was told before stays told; from now on nothing more is.
///
/// # Errors
/// `not_found`, `consent_already_withdrawn`
pub async fn withdraw(
    tx: &mut Conn,
    migrant: MigrantId,
    id: ConsentId,
    now: DateTime<Utc>,
) -> Result<Consent, Error> {
    let live = consents::table
        .find(id)
        .filter(consents::migrant_id.eq(migrant))
        .filter(consents::withdrawn_at.is_null());
    let withdrawn = diesel::update(live)
        .set(consents::withdrawn_at.eq(now))
        .returning(Consent::as_returning())
        .get_result(tx)
        .await
        .optional()?;
    match withdrawn {
        Some(consent) => Ok(consent),
        None => {
            Consent::find(tx, migrant, id).await?;
            Err((&problems::CONSENT_ALREADY_WITHDRAWN).into())
        }
    }
}
