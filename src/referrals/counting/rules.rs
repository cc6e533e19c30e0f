//! The words of a count of referrals: what is counted, by what it is broken down, and how a link says so.
//!
//! Counted is a cohort: what was sent in the period, and where it stood at the end. Every referral of it is exactly one
//! of accepted, declined, withdrawn and unanswered.

use std::str::FromStr;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::cases::counting::rules::encoded;
use crate::platform::error::Error;
use crate::problems;

crate::words! {
    /// What is counted of the referrals sent in a period. Source: the measures of docs/API.md.
    ReferralMeasure {
        /// All of them.
        Sent = "sent",
        /// A person at the partner has seen them.
        Acknowledged = "acknowledged",
        /// The partner agreed to act, whatever came of it.
        Accepted = "accepted",
        /// The partner would not act.
        Declined = "declined",
        /// Taken back before the partner decided.
        Withdrawn = "withdrawn",
        /// Without a decision; those that expired included.
        Unanswered = "unanswered",
        /// Of the unanswered, those past the moment a decision was due.
        Overdue = "overdue",
        /// Of the unanswered, those that reached the hard limit.
        Expired = "expired",
        /// The partner's work is over.
        Completed = "completed",
        /// Tried, not delivered.
        Failed = "failed",
        /// Completed, and the need was met.
        NeedMet = "need_met",
        /// Ended with an outcome or a reason, and the client was told.
        LoopClosed = "loop_closed",
    }

    /// By what figures of referrals are broken down.
    ReferralDimension {
        /// The agency asked; restricted needs are all `restricted` to the desk.
        Agency = "agency",
        /// The office that refers.
        Office = "office",
        /// The service code of the need; restricted needs are all `restricted` to the desk.
        Service = "service",
        /// The widest code of it.
        ServiceTop = "service_top",
        /// How soon an answer was needed.
        Priority = "priority",
        /// The coded reason of the state it ended in.
        Reason = "reason",
        /// Region or province of the case.
        Territory1 = "territory_1",
        /// What lies in it.
        Territory2 = "territory_2",
        /// What lies in that.
        Territory3 = "territory_3",
        /// A service code or any below it; only a condition.
        ServiceWithin = "service_within",
        /// A place or any within it; only a condition.
        TerritoryWithin = "territory_within",
    }
}

impl ReferralDimension {
    /// Whether a report may be broken down by it; the others only narrow.
    pub fn breaks_down(self) -> bool {
        !matches!(self, ReferralDimension::ServiceWithin | ReferralDimension::TerritoryWithin)
    }

    /// Whether it is a fact of the case, which a partner does not learn.
    pub fn is_of_the_case(self) -> bool {
        matches!(
            self,
            ReferralDimension::Territory1
                | ReferralDimension::Territory2
                | ReferralDimension::Territory3
                | ReferralDimension::TerritoryWithin
        )
    }
}

/// One narrowing of a count: only what has this code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Of which dimension.
    pub dimension: ReferralDimension,
    /// The code, or `none`, `restricted`.
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

/// Exactly the referrals behind one figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    /// What was counted.
    pub measure: ReferralMeasure,
    /// First day of sending.
    pub from: NaiveDate,
    /// First day after it.
    pub to: NaiveDate,
    /// They are seen as they stood before this day began.
    pub as_of: NaiveDate,
    /// By which clock the days are cut; each office's own without one.
    pub zone: Option<Tz>,
    /// Narrowings; all of them hold.
    pub conditions: Vec<Condition>,
}

/// The parameters of a list that stands behind a figure, as they came.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct CohortQuery<'a> {
    pub measure: Option<ReferralMeasure>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub as_of: Option<NaiveDate>,
    pub zone: Option<&'a str>,
    pub cell: Option<&'a str>,
}

impl Cohort {
    /// Reads the parameters; `None` when the list is for no figure.
    ///
    /// # Errors
    /// `malformed_query` naming the one that is missing or unreadable.
    pub fn read(query: &CohortQuery<'_>) -> Result<Option<Cohort>, Error> {
        let Some(measure) = query.measure else {
            let stray = [
                ("sent_from", query.from.is_some()),
                ("sent_to", query.to.is_some()),
                ("as_of", query.as_of.is_some()),
                ("zone", query.zone.is_some()),
                ("cell", query.cell.is_some()),
            ];
            return match stray.into_iter().find(|(_, given)| *given) {
                Some((name, _)) => Err(malformed(name)),
                None => Ok(None),
            };
        };
        let from = query.from.ok_or_else(|| malformed("sent_from"))?;
        let to = query.to.filter(|to| *to > from).ok_or_else(|| malformed("sent_to"))?;
        let as_of = query.as_of.unwrap_or(to);
        if as_of < to {
            return Err(malformed("as_of"));
        }
        let zone = query.zone.map(|zone| zone.parse().map_err(|_| malformed("zone"))).transpose()?;
        let words = query.cell.unwrap_or_default().split(',').filter(|word| !word.is_empty());
        let conditions = words.map(str::parse).collect::<Result<Vec<Condition>, Error>>()?;
        if conditions.len() > 12 {
            return Err(malformed("cell"));
        }
        Ok(Some(Cohort { measure, from, to, as_of, zone, conditions }))
    }

    /// The address of the list. `list` is the desk's or the agency's.
    pub fn link(&self, list: &str) -> String {
        let Cohort { measure, from, to, as_of, .. } = self;
        let mut link = format!("{list}?measure={measure}&sent_from={from}&sent_to={to}&as_of={as_of}");
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

#[cfg(test)]
mod tests {
    use super::*;

    fn asked<'a>(from: &str, to: &str, as_of: &str, cell: Option<&'a str>) -> CohortQuery<'a> {
        let day = |text: &str| text.parse().ok();
        CohortQuery {
            measure: Some(ReferralMeasure::Declined),
            from: day(from),
            to: day(to),
            as_of: day(as_of),
            zone: None,
            cell,
        }
    }

    #[test]
    fn a_link_reads_back_as_the_count_it_was_made_from() {
        let mut query =
            asked("2026-01-01", "2026-02-01", "2026-04-01", Some("reason:no_capacity,priority:urgent"));
        query.zone = Some("America/Guayaquil");
        let cohort = Cohort::read(&query).expect("readable").expect("a figure");
        assert_eq!(
            cohort.link("/api/v1/referrals"),
            "/api/v1/referrals?measure=declined&sent_from=2026-01-01&sent_to=2026-02-01&as_of=2026-04-01\
             &zone=America/Guayaquil&cell=reason:no_capacity,priority:urgent"
        );
    }

    #[test]
    fn what_is_missing_or_unreadable_is_refused_by_name() {
        let refused = |query: CohortQuery<'_>| Cohort::read(&query).is_err();
        assert!(!refused(asked("2026-01-01", "2026-02-01", "", None)), "as_of may be left out");
        assert!(refused(asked("", "2026-02-01", "", None)));
        assert!(refused(asked("2026-02-01", "2026-02-01", "", None)));
        assert!(refused(asked("2026-01-01", "2026-02-01", "2026-01-15", None)), "seen before it was sent");
        assert!(refused(asked("2026-01-01", "2026-02-01", "", Some("salary:9"))));
        let stray = CohortQuery { cell: Some("priority:urgent"), ..CohortQuery::default() };
        assert!(refused(stray));
        assert_eq!(Cohort::read(&CohortQuery::default()).expect("no figure"), None);
    }
}
