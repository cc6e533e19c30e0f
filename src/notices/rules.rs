//! When a notice goes: at once, or with the one mail a day.

use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use super::model::NoticeKind;

/// Whether a notice may wait for the one mail a day an agency has chosen. What is urgent never waits.
fn can_wait(kind: NoticeKind, fields: &Value) -> bool {
    matches!(kind, NoticeKind::ReferralSent | NoticeKind::ReferralReminder) && fields["priority"] == "normal"
}

/// Until when a notice is gathered for the one mail a day at `hour` in `zone`; `None` when it goes at once, as does
/// what must be answered before that.
pub fn gather_until(
    kind: NoticeKind,
    fields: &Value,
    hour: Option<i16>,
    zone: Tz,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let hour = hour.filter(|_| can_wait(kind, fields))?;
    let next = next_at(u32::try_from(hour).ok()?, zone, now);
    let answer_by = fields["answer_by"].as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok());
    (answer_by.is_none_or(|due| due > next)).then_some(next)
}

/// The next full hour so called on the clock of `zone`. Where a day skips it, the hour after; where it comes twice, the
/// first.
fn next_at(hour: u32, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    let on = |day: NaiveDate| {
        let hours = (hour..24).chain(0..hour);
        let mut moments =
            hours.filter_map(|hour| zone.from_local_datetime(&day.and_hms_opt(hour, 0, 0)?).earliest());
        moments.next().map(|moment| moment.to_utc())
    };
    let today = now.with_timezone(&zone).date_naive();
    let days = (0..3).filter_map(|ahead| on(today + Days::new(ahead)));
    days.into_iter().find(|moment| *moment > now).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(moment: &str) -> DateTime<Utc> {
        moment.parse().expect("a moment")
    }

    #[test]
    fn the_next_hour_is_told_on_the_clock_of_the_place() {
        let table = [
            // 08:00 in Quito is 13:00 UTC.
            (8, "America/Guayaquil", "2026-11-24T12:59:59Z", "2026-11-24T13:00:00Z"),
            (8, "America/Guayaquil", "2026-11-24T13:00:00Z", "2026-11-25T13:00:00Z"),
            // The day there has begun before UTC's.
            (7, "Asia/Manila", "2026-11-24T20:00:00Z", "2026-11-24T23:00:00Z"),
            (0, "Asia/Manila", "2026-11-24T20:00:00Z", "2026-11-25T16:00:00Z"),
            // Clocks go forward over 02:00 and back over 02:00.
            (2, "Europe/Madrid", "2026-03-28T22:00:00Z", "2026-03-29T01:00:00Z"),
            (2, "Europe/Madrid", "2026-10-24T22:00:00Z", "2026-10-25T00:00:00Z"),
            // A day that never was.
            (9, "Pacific/Apia", "2011-12-30T05:00:00Z", "2011-12-30T19:00:00Z"),
        ];
        for (hour, zone, now, expected) in table {
            let zone: Tz = zone.parse().expect("a zone");
            assert_eq!(next_at(hour, zone, at(now)), at(expected), "{hour} {zone} {now}");
        }
    }

    #[test]
    fn only_what_is_not_urgent_waits() {
        let now = at("2026-11-24T14:00:00Z");
        let next = Some(at("2026-11-25T13:00:00Z"));
        let sent = |priority: &str, answer_by: &str| json!({ "priority": priority, "answer_by": answer_by });
        let late = "2026-12-08T14:00:00Z";
        let table = [
            (NoticeKind::ReferralSent, sent("normal", late), Some(8), next),
            (NoticeKind::ReferralSent, json!({ "priority": "normal", "answer_by": null }), Some(8), next),
            (NoticeKind::ReferralReminder, sent("normal", late), Some(8), next),
            (NoticeKind::ReferralReminder, sent("urgent", late), Some(8), None),
            (NoticeKind::ReferralReminder, sent("normal", "2026-11-25T12:00:00Z"), Some(8), None),
            (NoticeKind::ReferralSent, sent("normal", late), None, None),
            (NoticeKind::ReferralSent, sent("urgent", late), Some(8), None),
            (NoticeKind::ReferralSent, sent("emergency", late), Some(8), None),
            (NoticeKind::ReferralSent, json!({}), Some(8), None),
            // Too late, if it waited.
            (NoticeKind::ReferralSent, sent("normal", "2026-11-25T12:00:00Z"), Some(8), None),
            (NoticeKind::ReferralCancelled, sent("normal", late), Some(8), None),
            (NoticeKind::ConsentWithdrawn, json!({}), Some(8), None),
        ];
        for (kind, fields, hour, expected) in table {
            let zone = chrono_tz::America::Guayaquil;
            assert_eq!(gather_until(kind, &fields, hour, zone, now), expected, "{kind} {fields} {hour:?}");
        }
    }
}
