//! The columns of agencies and services in a table, and how a cell holds what is no single text.

use crate::agencies::model::Agency;
use crate::agencies::services::model::Service;
use crate::offices::rules::DayHours;
use crate::platform::error::FieldErrors;

/// The columns of an agency; an import takes the same.
pub const AGENCY: &[&str] = &[
    "key",
    "name",
    "acronym",
    "type",
    "mailbox",
    "language",
    "phone",
    "website",
    "address",
    "territory",
    "time_zone",
    "hours",
    "notes",
];

/// The columns of a service.
pub const SERVICE: &[&str] = &[
    "agency_key",
    "agency",
    "name",
    "description",
    "codes",
    "territories",
    "sexes",
    "min_age",
    "max_age",
    "mobility",
    "languages",
    "hours",
    "required_documents",
    "cost",
    "capacity",
    "capacity_at",
    "last_confirmed_on",
    "stale",
];

/// An agency as a row. `whole` shows what only desk staff and its own partners see.
pub fn agency_row(agency: &Agency, whole: bool, notes: bool) -> Vec<String> {
    let seen = |text: &Option<String>| text.clone().filter(|_| whole).unwrap_or_default();
    vec![
        seen(&agency.external_key),
        agency.name.clone(),
        agency.acronym.clone().unwrap_or_default(),
        agency.type_.clone(),
        if whole { agency.mailbox.clone() } else { String::new() },
        agency.language.clone(),
        seen(&agency.phone),
        seen(&agency.website),
        seen(&agency.address),
        agency.territory.clone().unwrap_or_default(),
        agency.time_zone.clone(),
        hours_cell(&agency.hours),
        agency.notes.clone().filter(|_| notes).unwrap_or_default(),
    ]
}

/// A service as a row.
pub fn service_row(service: &Service, agency: &str, key: Option<&str>, stale: bool) -> Vec<String> {
    let number = |value: Option<i16>| value.map(|value| value.to_string()).unwrap_or_default();
    let sexes: Vec<String> = service.sexes.iter().map(i16::to_string).collect();
    vec![
        key.unwrap_or_default().to_owned(),
        agency.to_owned(),
        service.name.clone(),
        service.description.clone().unwrap_or_default(),
        service.codes.join(" "),
        service.territories.join(" "),
        sexes.join(" "),
        number(service.min_age),
        number(service.max_age),
        service.mobility.join(" "),
        service.languages.join(" "),
        hours_cell(&service.hours),
        service.required_documents.join(" "),
        service.cost.clone().unwrap_or_default(),
        service.capacity.to_string(),
        service.capacity_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        service.last_confirmed_on.map(|day| day.to_string()).unwrap_or_default(),
        stale.to_string(),
    ]
}

/// `1 08:00-12:00; 1 13:00-17:00`: the day of the week, 1 for Monday, and from when until when.
pub fn hours_cell(hours: &serde_json::Value) -> String {
    let days: Vec<DayHours> = serde_json::from_value(hours.clone()).unwrap_or_default();
    let cells: Vec<String> =
        days.iter().map(|day| format!("{} {}-{}", day.day, day.from, day.until)).collect();
    cells.join("; ")
}

/// Hours as [`hours_cell`] writes them.
pub fn read_hours(errors: &mut FieldErrors, cell: &str) -> Vec<DayHours> {
    let parts = cell.split(';').map(str::trim).filter(|part| !part.is_empty());
    let read = |part: &str| {
        let (day, span) = part.split_once(' ')?;
        let (from, until) = span.split_once('-')?;
        Some(DayHours { day: day.parse().ok()?, from: from.trim().into(), until: until.trim().into() })
    };
    let days: Option<Vec<DayHours>> = parts.map(read).collect();
    days.unwrap_or_else(|| {
        errors.add("hours", "invalid_hours", "Write 1 08:00-12:00; 1 13:00-17:00 with 1 for Monday.");
        vec![]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_come_back_as_they_went() {
        let cell = "1 08:00-12:00; 1 13:00-17:00; 5 09:00-12:30";
        let mut errors = FieldErrors::new();
        let days = read_hours(&mut errors, cell);
        assert_eq!((days.len(), errors.0.len()), (3, 0));
        assert_eq!(hours_cell(&serde_json::json!(days)), cell);
        assert_eq!(read_hours(&mut errors, ""), []);
        for wrong in ["Mon 08:00-12:00", "1 08:00", "1"] {
            read_hours(&mut errors, wrong);
        }
        assert_eq!(errors.0.len(), 3);
    }
}
