//! Restricted needs in lists of referrals: which agency was asked, and for which service, tells what the need is.

use std::collections::HashMap;

use diesel::dsl::{exists, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;

use super::model::Referral;
use crate::auth::Actor;
use crate::cases::rules::reads_restricted_of;
use crate::ids::{NeedId, OfficeId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{cases, needs, referrals};

/// How much of a referral's need somebody sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NeedSight {
    /// It is a restricted fact.
    pub restricted: bool,
    /// And not for these eyes.
    pub hidden: bool,
}

impl NeedSight {
    /// Of a need that is restricted or not, to one who reads restricted facts of its case or not.
    pub fn of(restricted: bool, reads: bool) -> NeedSight {
        NeedSight { restricted, hidden: restricted && !reads }
    }

    /// What tells the need, where it is shown.
    pub fn shown<T>(self, telling: T) -> Option<T> {
        (!self.hidden).then_some(telling)
    }
}

/// The restricted needs of a page of referrals, in one query whatever its length.
pub struct Sights(HashMap<NeedId, NeedSight>);

impl Sights {
    /// What `actor` sees of the needs of these.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, actor: &Actor, referrals: &[Referral]) -> Result<Sights, Error> {
        let wanted: Vec<NeedId> = referrals.iter().map(|referral| referral.need_id).collect();
        let restricted: Vec<(NeedId, OfficeId, Option<StaffId>)> = needs::table
            .inner_join(cases::table)
            .filter(needs::id.eq_any(wanted).and(needs::restricted))
            .select((needs::id, cases::office_id, cases::assigned_to))
            .load(conn)
            .await?;
        let sight =
            |(need, office, worker)| (need, NeedSight::of(true, reads_restricted_of(actor, office, worker)));
        Ok(Sights(restricted.into_iter().map(sight).collect()))
    }

    /// Of one of them.
    pub fn to(&self, referral: &Referral) -> NeedSight {
        self.0.get(&referral.need_id).copied().unwrap_or_default()
    }
}

/// A condition on `referrals`: those whose need the actor may know. A search by agency or service must not find what the
/// row would not tell.
pub fn known_need(actor: &Actor) -> Box<dyn BoxableExpression<referrals::table, Pg, SqlType = Bool>> {
    let hidden = needs::table
        .inner_join(cases::table)
        .filter(needs::id.eq(referrals::need_id).and(needs::restricted))
        .filter(cases::assigned_to.is_distinct_from(actor.staff))
        .filter(cases::office_id.ne_all(actor.restricted_offices().to_vec()));
    Box::new(not(exists(hidden)))
}
