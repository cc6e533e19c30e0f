//! Which referrals an account may know of: the desk those of the cases it may know of, an agency those sent to it.

use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;

use super::rules::SEEN_AFTER_END_DAYS;
use crate::auth::Actor;
use crate::cases::model::visible;
use crate::cases::visibility::OfCase;
use crate::ids::AgencyId;
use crate::schema::referrals;

/// Referrals before a page is cut from them.
pub type ReferralQuery = referrals::BoxedQuery<'static, Pg>;

/// Those of cases the actor may know of.
pub fn visible_to_desk(actor: &Actor) -> ReferralQuery {
    referrals::table.into_boxed().filter(OfCase::new("referrals.case_id", visible(actor)))
}

/// Those sent to the agency, while open and for some days after their end.
pub fn visible_to_agency(agency: AgencyId) -> ReferralQuery {
    let seen_since = format!("app_now() - interval '{SEEN_AFTER_END_DAYS} days'");
    let lasts =
        referrals::ended_at.is_null().or(referrals::ended_at.gt(sql::<Timestamptz>(&seen_since).nullable()));
    referrals::table
        .into_boxed()
        .filter(referrals::agency_id.eq(agency).and(referrals::sent_at.is_not_null()))
        .filter(lasts)
}
