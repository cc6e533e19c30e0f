//! Moves as they were made: append-only rows, from which reports count.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{ReferralId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::referrals::rules::ReferralState;
use crate::schema::referral_moves;

/// A move, as it was made.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = referral_moves)]
#[schema(as = ReferralHistoryMove)]
pub struct Moved {
    /// 1 for the first move.
    pub ordinal: i16,
    /// The state before; null for its creation.
    pub from_state: Option<ReferralState>,
    /// The state after.
    pub to_state: ReferralState,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When it reached the service.
    pub recorded_at: DateTime<Utc>,
    /// The account; null for the system.
    pub actor_id: Option<StaffId>,
    /// staff, partner or system.
    #[schema(example = "partner")]
    pub actor_kind: String,
    /// On whose word staff wrote it down: partner or client.
    pub on_word_of: Option<String>,
    /// Who at the partner said so.
    pub word_given_by: Option<String>,
    /// How the word came.
    pub channel: Option<String>,
    /// A code of list referral_reason.
    pub reason: Option<String>,
    /// In words.
    pub reason_text: Option<String>,
    /// What else came with it: outcome, days, appointment.
    pub facts: Value,
}

impl Moved {
    /// All moves of a referral, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, referral: ReferralId) -> Result<Vec<Moved>, Error> {
        Ok(referral_moves::table
            .filter(referral_moves::referral_id.eq(referral))
            .order(referral_moves::ordinal)
            .select(Moved::as_select())
            .load(conn)
            .await?)
    }

    /// Appends it. The referral is locked, so its ordinals are given one by one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn append(&self, tx: &mut Conn, referral: ReferralId) -> Result<(), Error> {
        let last: Option<i16> = referral_moves::table
            .filter(referral_moves::referral_id.eq(referral))
            .select(diesel::dsl::max(referral_moves::ordinal))
            .first(tx)
            .await?;
        diesel::insert_into(referral_moves::table)
            .values((
                (
                    referral_moves::id.eq(Uuid::now_v7()),
                    referral_moves::referral_id.eq(referral),
                    referral_moves::ordinal.eq(last.unwrap_or(0) + 1),
                    referral_moves::from_state.eq(self.from_state),
                    referral_moves::to_state.eq(self.to_state),
                    referral_moves::at.eq(self.at),
                    referral_moves::recorded_at.eq(self.recorded_at),
                ),
                referral_moves::actor_id.eq(self.actor_id),
                referral_moves::actor_kind.eq(&self.actor_kind),
                referral_moves::on_word_of.eq(&self.on_word_of),
                referral_moves::word_given_by.eq(&self.word_given_by),
                referral_moves::channel.eq(&self.channel),
                referral_moves::reason.eq(&self.reason),
                referral_moves::reason_text.eq(&self.reason_text),
                referral_moves::facts.eq(&self.facts),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }
}
