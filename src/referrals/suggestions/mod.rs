//! Who to send a need to: partner services ranked for this need, person and place, with every reason shown.
//!
//! It lives with referrals, because it weighs what became of earlier ones; the directory itself knows no referral. The
//! formula is [`rules`], the same in words and with worked cases in `docs/SUGGESTIONS.md`.

pub mod model;
pub mod reasons;
pub mod routes;
pub mod rules;
