//! What is checked of any body about a case: codes, places, moments.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::reference::model::{Country, unknown_codes};
use crate::reference::territories::model::Territory;

/// Clocks of tablets run ahead by no more than this.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);
/// No desk has files from before.
const EARLIEST_YEAR: i32 = 1970;
/// Nobody plans or remembers a day further away than this.
const MOST_YEARS_AWAY: i32 = 20;

/// Complains of codes that are unknown or retired: pointer, list, code.
///
/// # Errors
/// Those of the database.
pub async fn check_codes(
    conn: &mut Conn,
    errors: &mut FieldErrors,
    codes: &[(String, &'static str, String)],
) -> Result<(), Error> {
    let pairs: Vec<(&str, &str)> = codes.iter().map(|(_, list, code)| (*list, code.as_str())).collect();
    let unknown = unknown_codes(conn, &pairs).await?;
    for (pointer, list, code) in codes {
        if unknown.iter().any(|(known, missing)| known == list && missing == code) {
            errors.add(pointer, "unknown_code", format!("Is not a code of list {list}."));
        }
    }
    Ok(())
}

/// Complains about a code that may not be chosen.
///
/// # Errors
/// Those of the database.
pub async fn check_code(
    conn: &mut Conn,
    errors: &mut FieldErrors,
    pointer: &str,
    list: &str,
    code: &str,
) -> Result<(), Error> {
    if !unknown_codes(conn, &[(list, code)]).await?.is_empty() {
        errors.add(pointer, "unknown_code", format!("Is not a code of list {list}."));
    }
    Ok(())
}

/// Complains of a place or country that does not exist.
///
/// # Errors
/// Those of the database.
pub async fn check_places(
    conn: &mut Conn,
    errors: &mut FieldErrors,
    territory: &Option<String>,
    country: &Option<String>,
) -> Result<(), Error> {
    if let Some(code) = territory
        && !Territory::unknown(conn, &[code.as_str()]).await?.is_empty()
    {
        errors.add("territory", "unknown_code", "No such place.");
    }
    if let Some(code) = country
        && !Country::unknown(conn, &[code.as_str()]).await?.is_empty()
    {
        errors.add("country_of_work", "unknown_code", "No such country.");
    }
    Ok(())
}

/// Complains about a moment that has not come yet, or that lies before any desk kept files.
pub fn check_past(
    errors: &mut FieldErrors,
    pointer: &str,
    at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    if at.is_some_and(|at| at > now + CLOCK_SKEW) {
        errors.add(pointer, "in_the_future", "Has not come yet.");
    }
    if at.is_some_and(|at| at.year() < EARLIEST_YEAR) {
        errors.add(pointer, "too_early", "Lies too far back.");
    }
    at.unwrap_or(now).min(now)
}

/// Complains about a day so far from now that it can only be a slip of the hand.
pub fn check_day(errors: &mut FieldErrors, pointer: &str, day: NaiveDate, now: DateTime<Utc>) {
    if (day.year() - now.year()).abs() > MOST_YEARS_AWAY {
        errors.add(pointer, "out_of_range", "Lies too far away.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(check: impl FnOnce(&mut FieldErrors)) -> Vec<&'static str> {
        let mut errors = FieldErrors::new();
        check(&mut errors);
        errors.0.into_iter().map(|error| error.code).collect()
    }

    #[test]
    fn a_clock_that_runs_ahead_a_little_is_put_right_and_one_that_runs_ahead_much_is_refused() {
        let now = Utc::now();
        let mut errors = FieldErrors::new();
        assert_eq!(check_past(&mut errors, "at", Some(now + TimeDelta::minutes(4)), now), now);
        assert!(errors.0.is_empty());
        let told = |at| {
            complaints(|errors| {
                check_past(errors, "at", Some(at), now);
            })
        };
        assert_eq!(told(now + TimeDelta::minutes(6)), ["in_the_future"]);
        assert_eq!(told(DateTime::<Utc>::MIN_UTC), ["too_early"]);
        assert!(told(now - TimeDelta::days(365 * 20)).is_empty());
    }

    #[test]
    fn a_day_lies_within_some_years() {
        let now = Utc::now();
        let told = |day| complaints(|errors| check_day(errors, "due_on", day, now));
        assert!(told(now.date_naive() + TimeDelta::days(400)).is_empty());
        assert_eq!(
            (told(NaiveDate::MIN), told(NaiveDate::MAX)),
            (vec!["out_of_range"], vec!["out_of_range"])
        );
    }
}
