//! Disclosures as they were frozen, and whether the partner is still shown them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::model::Referral;
use super::Disclosed;
use crate::ids::{ReferralId, StaffId};
use crate::platform::db::{Asks, Conn, acting_as};
use crate::platform::error::Error;
use crate::platform::jobs::System;
use crate::schema::{consents, referral_disclosures};

/// A disclosure as it was frozen.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
#[schema(as = ReferralDisclosure)]
pub struct Frozen {
    /// The facts as they were.
    #[schema(value_type = Disclosed)]
    pub facts: serde_json::Value,
    /// When it was disclosed.
    pub disclosed_at: DateTime<Utc>,
    /// When the agency first opened it.
    pub first_seen_at: Option<DateTime<Utc>>,
}

impl Frozen {
    /// The disclosures of a referral, in order; none while it is a draft.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, referral: ReferralId) -> Result<Vec<Frozen>, Error> {
        Ok(referral_disclosures::table
            .filter(referral_disclosures::referral_id.eq(referral))
            .order((referral_disclosures::disclosed_at, referral_disclosures::id))
            .select((
                referral_disclosures::facts,
                referral_disclosures::disclosed_at,
                referral_disclosures::first_seen_at,
            ))
            .load(conn)
            .await?)
    }
}

/// Freezes what is disclosed.
///
/// # Errors
/// Those of the database.
pub async fn freeze(
    tx: &mut Conn,
    referral: ReferralId,
    facts: &Disclosed,
    by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let facts = serde_json::to_value(facts).map_err(anyhow::Error::from)?;
    diesel::insert_into(referral_disclosures::table)
        .values((
            referral_disclosures::id.eq(Uuid::now_v7()),
            referral_disclosures::referral_id.eq(referral),
            referral_disclosures::facts.eq(facts),
            referral_disclosures::disclosed_at.eq(now),
            referral_disclosures::disclosed_by.eq(by),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes that the agency has opened it, the first time; `by` an account, or nobody with one.
///
/// # Errors
/// Those of the database.
pub async fn mark_seen(
    tx: &mut Conn,
    referral: ReferralId,
    by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(referral_disclosures::table)
        .filter(
            referral_disclosures::referral_id.eq(referral).and(referral_disclosures::first_seen_at.is_null()),
        )
        .set((referral_disclosures::first_seen_at.eq(now), referral_disclosures::first_seen_by.eq(by)))
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether the partner is shown what was disclosed: no more once the desk has withdrawn the referral, or the person the
/// consent it was sent under, also after its end. `who` asks; the consent itself is not the partner's to see.
///
/// # Errors
/// Those of the database.
pub async fn is_shown(conn: &mut Conn, who: &impl Asks, referral: &Referral) -> Result<bool, Error> {
    let Some(consent) = referral.consent_id else { return Ok(referral.standing.state.shows_facts()) };
    let withdrawn = acting_as(conn, &System, who, async |conn| {
        let withdrawn = consents::table.find(consent).select(consents::withdrawn_at.is_not_null());
        Ok(withdrawn.first::<bool>(conn).await?)
    });
    Ok(referral.standing.state.shows_facts() && !withdrawn.await?)
}
