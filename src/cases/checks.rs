//! What is checked of any body about a case: codes, places, moments.

use chrono::{DateTime, TimeDelta, Utc};

use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::reference::model::{Country, unknown_codes};
use crate::reference::territories::model::Territory;

/// Clocks of tablets run ahead by no more than this.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

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

/// Complains about a moment that has not come yet.
pub fn check_past(
    errors: &mut FieldErrors,
    pointer: &str,
    at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    if at.is_some_and(|at| at > now + CLOCK_SKEW) {
        errors.add(pointer, "in_the_future", "Has not come yet.");
    }
    at.unwrap_or(now).min(now)
}
