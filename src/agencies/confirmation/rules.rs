//! When an agency is asked.

use crate::agencies::services::rules::{CONFIRM_AFTER_DAYS, Freshness};

/// Asked once without an answer, it is asked again after so many days; later once a quarter, so that a mailbox nobody reads is
/// not filled.
const AGAIN_AFTER_DAYS: i64 = 30;
/// How long the link in the mail opens the page.
pub const LINK_DAYS: i64 = 45;

/// Whether to ask today. `freshness` is that of its oldest service.
pub fn is_to_be_asked(freshness: Freshness) -> bool {
    let Freshness { asked, asked_days, .. } = freshness;
    let pause = match asked {
        0 => 0,
        1 => AGAIN_AFTER_DAYS,
        _ => CONFIRM_AFTER_DAYS,
    };
    freshness.is_due() && asked_days.is_none_or(|days| asked == 0 || days >= pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agency_is_asked_once_a_quarter_and_reminded_once() {
        for (days, asked, asked_days, expected) in [
            (90, 0, None, false),
            (91, 0, None, true),
            // Confirmed after it was asked last.
            (91, 0, Some(91), true),
            (120, 1, Some(29), false),
            (121, 1, Some(30), true),
            (210, 2, Some(89), false),
            (211, 2, Some(90), true),
            (800, 7, Some(30), false),
        ] {
            let freshness = Freshness { days, asked, asked_days };
            assert_eq!(is_to_be_asked(freshness), expected, "{freshness:?}");
        }
    }
}
