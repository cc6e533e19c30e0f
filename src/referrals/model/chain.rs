//! How one try follows another: referrals of a case and those they replace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::Referral;
use crate::ids::{AgencyId, CaseId, ReferralId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::referrals::rules::ReferralState;
use crate::schema::referrals;

/// One of several tries.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = referrals)]
#[schema(as = ReferralTry)]
pub struct Try {
    /// The referral.
    pub id: ReferralId,
    /// Said on the phone.
    pub number: String,
    /// The agency asked.
    pub agency_id: AgencyId,
    /// Where it stands.
    pub state: ReferralState,
    /// The one it replaces.
    pub replaces_id: Option<ReferralId>,
    /// When it was prepared.
    pub created_at: DateTime<Utc>,
}

impl Referral {
    /// The one that replaces it and was not taken back.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn live_successor(&self, conn: &mut Conn) -> Result<Option<ReferralId>, Error> {
        let gone = [ReferralState::Cancelled, ReferralState::EnteredInError];
        Ok(referrals::table
            .filter(referrals::replaces_id.eq(self.id).and(referrals::state.ne_all(gone)))
            .order(referrals::id)
            .select(referrals::id)
            .first(conn)
            .await
            .optional()?)
    }
}

impl Try {
    /// All that were tried before or after a referral of a case, in order; itself among them. Empty when it is the only one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn around(conn: &mut Conn, case: CaseId, id: ReferralId) -> Result<Vec<Try>, Error> {
        let all: Vec<Try> = referrals::table
            .filter(referrals::case_id.eq(case))
            .order((referrals::created_at, referrals::id))
            .select(Try::as_select())
            .load(conn)
            .await?;
        Ok(connected(all, id))
    }
}

/// Those of `all` that hang together with `id` by what replaces what.
fn connected(all: Vec<Try>, id: ReferralId) -> Vec<Try> {
    let mut found = vec![id];
    loop {
        let hangs = |one: &&Try| {
            let known = found.contains(&one.id);
            let touches = one.replaces_id.is_some_and(|old| found.contains(&old))
                || all.iter().any(|other| found.contains(&other.id) && other.replaces_id == Some(one.id));
            !known && touches
        };
        match all.iter().find(hangs) {
            Some(next) => found.push(next.id),
            None => break,
        }
    }
    if found.len() == 1 { vec![] } else { all.into_iter().filter(|one| found.contains(&one.id)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_hang_together_forwards_and_backwards_and_others_are_left_out() {
        let ids: Vec<ReferralId> = (0..5).map(|_| ReferralId::new()).collect();
        let one = |at: usize, replaces: Option<usize>| Try {
            id: ids[at],
            number: String::new(),
            agency_id: AgencyId::new(),
            state: ReferralState::Sent,
            replaces_id: replaces.map(|at| ids[at]),
            created_at: DateTime::UNIX_EPOCH,
        };
        let all = vec![one(0, None), one(1, Some(0)), one(2, None), one(3, Some(1)), one(4, Some(1))];
        let around = |at: usize| -> Vec<usize> {
            let found = connected(all.clone(), ids[at]);
            let place = |one: &Try| ids.iter().position(|id| *id == one.id).expect("known");
            found.iter().map(place).collect()
        };
        for at in [0, 1, 3, 4] {
            assert_eq!(around(at), [0, 1, 3, 4], "from {at}");
        }
        assert!(around(2).is_empty());
    }
}
