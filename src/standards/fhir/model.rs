//! Reading what a resource is made of: a referral and what of it the one who asks may know.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value};

use super::rules::Changed;
use crate::auth::{Actor, Role};
use crate::ids::{AgencyId, ReferralId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::referrals::model::{Referral, visible_to_agency};
use crate::referrals::rules::{ReferralState, SEEN_AFTER_END_DAYS};
use crate::referrals::views::{InboxReferral, ReferralView};
use crate::schema::referrals;

/// A referral as resources are made of it.
pub struct Shown {
    /// The referral.
    pub referral: Referral,
    /// Names of who asks and who is asked, and what the agency was told.
    pub inbox: InboxReferral,
    /// What was disclosed, by code of list disclosure_fact; empty for a draft, and for those who may not know.
    pub disclosed: Map<String, Value>,
    /// The one who asks may know no more than the category.
    pub hidden: bool,
    /// To the desk also what only it knows.
    pub to_desk: bool,
}

impl Shown {
    /// Reads what `actor` may know of a referral it may see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(
        conn: &mut Conn,
        actor: &Actor,
        referral: Referral,
        now: DateTime<Utc>,
    ) -> Result<Shown, Error> {
        let to_desk = actor.role != Role::Partner;
        let mut hidden = false;
        if to_desk {
            let view = ReferralView::read(conn, actor, referral.clone(), now).await?;
            // Which agency and service were asked tells a restricted need, and FHIR has nothing to say without them.
            view.row.agency_id.ok_or(&problems::NOT_FOUND)?;
            hidden = view.hidden;
        }
        let inbox = InboxReferral::read(conn, actor, &referral, now).await?;
        let mut disclosed = Map::new();
        // What was amended later holds.
        for frozen in inbox.disclosures.iter().filter(|_| !hidden) {
            disclosed.extend(frozen.facts.as_object().cloned().unwrap_or_default());
        }
        Ok(Shown { referral, inbox, disclosed, hidden, to_desk })
    }
}

/// What was sent to the agency and can be read there now, the longest unchanged first.
///
/// # Errors
/// Those of the database.
pub async fn tasks(
    conn: &mut Conn,
    agency: AgencyId,
    (states, changed): (&[ReferralState], Changed),
    after: Option<Cursor<DateTime<Utc>>>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Page<Referral>, Error> {
    let mut query = visible_to_agency(agency).filter(referrals::state.eq_any(states.to_vec())).filter(
        // The same as `is_seen_by_partner`.
        referrals::ended_at
            .is_null()
            .or(referrals::ended_at.assume_not_null().gt(now - TimeDelta::days(SEEN_AFTER_END_DAYS))),
    );
    if let Some(from) = changed.from {
        query = query.filter(referrals::updated_at.ge(from));
    }
    if let Some(until) = changed.until {
        query = query.filter(referrals::updated_at.lt(until));
    }
    if let Some(Cursor { key, id }) = after {
        let later = referrals::updated_at.eq(key).and(referrals::id.gt(ReferralId(id)));
        query = query.filter(referrals::updated_at.gt(key).or(later));
    }
    let rows = query
        .order((referrals::updated_at, referrals::id))
        .limit(limit + 1)
        .select(Referral::as_select())
        .load(conn)
        .await?;
    Ok(Page::cut(rows, limit, |row: &Referral| (row.updated_at, row.id.0)))
}
