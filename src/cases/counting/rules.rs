//! The words of a count: what is counted, by what it is broken down, and how a link says so.

use std::str::FromStr;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::platform::error::Error;
use crate::problems;

crate::words! {
    /// What is counted.
    Measure {
        /// Cases open when the period began.
        CarriedOver = "carried_over",
        /// Cases first opened in the period.
        New = "new",
        /// Reopenings in the period.
        Reopened = "reopened",
        /// Closings in the period.
        Closed = "closed",
        /// Different cases closed in the period.
        ClosedCases = "closed_cases",
        /// Cases open when the period ended.
        OpenAtEnd = "open_at_end",
        /// Of those, the ones past their due moment.
        Overdue = "overdue",
        /// Different persons with assistance, or with something that happened on their case.
        PersonsServed = "persons_served",
        /// Services the desk itself gave.
        Assistance = "assistance",
        /// Different persons named in those.
        PeopleBenefiting = "people_benefiting",
    }

    /// By what a figure is broken down. Office, worker and priority are those of the end of the period, or of the
    /// last moment the case was open in it; persons' facts are those of the case's opening day.
    Dimension {
        /// The office that held the case.
        Office = "office",
        /// The worker who held it.
        Worker = "worker",
        /// What was wanted; a case counts under each. Restricted needs are all `restricted`.
        Service = "service",
        /// The widest code of what was wanted.
        ServiceTop = "service_top",
        /// Mobility category; a person counts under each.
        Mobility = "mobility",
        /// ISO 3166-1 alpha-2.
        Nationality = "nationality",
        /// female, male, not_known.
        Sex = "sex",
        /// 0-4, 5-11, 12-17, 18-59, 60-plus, unknown.
        AgeBand = "age_band",
        /// How the case came in.
        Channel = "channel",
        /// Its priority.
        Priority = "priority",
        /// Region or province.
        Territory1 = "territory_1",
        /// What lies in it.
        Territory2 = "territory_2",
        /// What lies in that.
        Territory3 = "territory_3",
        /// What kind of client; only a condition.
        ClientKind = "client_kind",
        /// A service code or any below it; only a condition.
        ServiceWithin = "service_within",
        /// A place or any within it; only a condition.
        TerritoryWithin = "territory_within",
    }
}

impl Measure {
    /// Whether it is counted on cases, and so is part of the sum that must come out.
    pub fn is_of_cases(self) -> bool {
        !matches!(self, Measure::PersonsServed | Measure::Assistance | Measure::PeopleBenefiting)
    }
}

impl Dimension {
    /// Whether a report may be broken down by it; the others only narrow.
    pub fn breaks_down(self) -> bool {
        !matches!(self, Dimension::ClientKind | Dimension::ServiceWithin | Dimension::TerritoryWithin)
    }
}

/// One narrowing of a count: only what has this code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Of which dimension.
    pub dimension: Dimension,
    /// The code, or `none`, `unknown`, `restricted`, `not_applicable`.
    pub code: String,
}

impl FromStr for Condition {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        let (dimension, code) = word.split_once(':').ok_or_else(|| malformed("cell"))?;
        let dimension = dimension.parse().map_err(|_| malformed("cell"))?;
        if code.is_empty() || code.len() > 60 {
            return Err(malformed("cell"));
        }
        Ok(Condition { dimension, code: code.to_owned() })
    }
}

/// Exactly the cases behind one figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// What was counted.
    pub measure: Measure,
    /// First day.
    pub from: NaiveDate,
    /// First day that is no longer part.
    pub to: NaiveDate,
    /// By which clock the days are cut; each office's own without one.
    pub zone: Option<Tz>,
    /// Narrowings; all of them hold.
    pub conditions: Vec<Condition>,
}

impl Counted {
    /// Reads the parameters of a list that stands behind a figure; `None` when the list is for no figure.
    ///
    /// # Errors
    /// `malformed_query` when one is missing or unreadable.
    pub fn read(
        measure: Option<Measure>,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        zone: Option<&str>,
        cell: Option<&str>,
    ) -> Result<Option<Counted>, Error> {
        let Some(measure) = measure else {
            let stray = [("period_from", from.is_some()), ("period_to", to.is_some())];
            let stray = stray.into_iter().chain([("zone", zone.is_some()), ("cell", cell.is_some())]);
            return match stray.into_iter().find(|(_, given)| *given) {
                Some((name, _)) => Err(malformed(name)),
                None => Ok(None),
            };
        };
        let from = from.ok_or_else(|| malformed("period_from"))?;
        let to = to.filter(|to| *to > from).ok_or_else(|| malformed("period_to"))?;
        let zone = zone.map(|zone| zone.parse().map_err(|_| malformed("zone"))).transpose()?;
        let words = cell.unwrap_or_default().split(',').filter(|word| !word.is_empty());
        let conditions = words.map(str::parse).collect::<Result<Vec<Condition>, Error>>()?;
        if conditions.len() > 12 {
            return Err(malformed("cell"));
        }
        Ok(Some(Counted { measure, from, to, zone, conditions }))
    }

    /// The address of the list.
    pub fn link(&self) -> String {
        let mut link =
            format!("/api/v1/cases?measure={}&period_from={}&period_to={}", self.measure, self.from, self.to);
        if let Some(zone) = self.zone {
            link += &format!("&zone={}", encoded(zone.name()));
        }
        if !self.conditions.is_empty() {
            let words: Vec<String> = self
                .conditions
                .iter()
                .map(|condition| format!("{}:{}", condition.dimension, encoded(&condition.code)))
                .collect();
            link += &format!("&cell={}", words.join(","));
        }
        link
    }
}

fn malformed(parameter: &str) -> Error {
    problems::MALFORMED_QUERY.problem().with("parameter", parameter).into()
}

/// A value as it stands in an address.
pub fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn a_link_reads_back_as_the_count_it_was_made_from() {
        let read =
            |zone, cell| Counted::read(Some(Measure::New), day("2026-01-01"), day("2026-02-01"), zone, cell);
        let counted =
            read(Some("Etc/GMT+5"), Some("sex:female,office:0192")).expect("readable").expect("asked");
        assert_eq!(
            counted.link(),
            "/api/v1/cases?measure=new&period_from=2026-01-01&period_to=2026-02-01&zone=Etc/GMT%2B5&cell=sex:female,office:0192"
        );
        assert_eq!(counted.conditions[0].dimension, Dimension::Sex);
    }

    #[test]
    fn a_list_for_no_figure_has_none_of_the_parameters() {
        assert_eq!(Counted::read(None, None, None, None, None).expect("readable"), None);
        assert!(Counted::read(None, day("2026-01-01"), None, None, None).is_err());
        assert!(Counted::read(None, None, None, None, Some("sex:female")).is_err());
    }

    #[test]
    fn what_is_missing_or_unreadable_is_refused() {
        let read =
            |from, to, zone, cell| Counted::read(Some(Measure::New), day(from), day(to), zone, cell).is_err();
        assert!(!read("2026-01-01", "2026-01-02", None, None));
        assert!(read("2026-01-01", "", None, None));
        assert!(read("2026-01-02", "2026-01-02", None, None));
        assert!(read("2026-01-01", "2026-01-02", Some("Mars/Olympus"), None));
        assert!(read("2026-01-01", "2026-01-02", None, Some("sex")));
        assert!(read("2026-01-01", "2026-01-02", None, Some("salary:9")));
    }
}
