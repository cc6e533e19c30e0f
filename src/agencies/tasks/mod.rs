//! What the desk has to do about an agency, whoever's referrals go there: phone it, because mail about its entry does not
//! arrive; correct its entry, because it said what is wrong. Each has one owner, a manager, who is told by mail.

pub mod model;
pub mod routes;
pub mod rules;
pub mod setting;
