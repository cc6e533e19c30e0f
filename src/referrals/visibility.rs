//! Which referrals an account may know of: the desk those of the cases it may know of, an agency those sent to it.

use diesel::pg::Pg;
use diesel::prelude::*;

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

/// Those sent to the agency.
pub fn visible_to_agency(agency: AgencyId) -> ReferralQuery {
    referrals::table
        .into_boxed()
        .filter(referrals::agency_id.eq(agency).and(referrals::sent_at.is_not_null()))
}
