//! What a report on referrals was asked for, and how its lines become cells, shares and times.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ids::{AgencyId, OfficeId};
use crate::platform::error::Error;
use crate::referrals::Priority;
use crate::referrals::counting::model::{Line, Numbers};
use crate::referrals::counting::rules::Condition;
use crate::referrals::counting::{Cohort, ReferralDimension, ReferralMeasure};
use crate::reports::period::{Bucket, BucketView, Period, malformed, plain};

/// What a report on referrals is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReferralsQuery {
    /// First day of sending.
    #[param(example = "2026-01-01")]
    pub from: NaiveDate,
    /// First day after it.
    #[param(example = "2027-01-01")]
    pub to: NaiveDate,
    /// They are shown as they stood before this day began; `to` when left out.
    #[param(example = "2027-02-01")]
    pub as_of: Option<NaiveDate>,
    /// IANA zone whose days are meant; each office's own without it.
    #[param(example = "America/Guayaquil")]
    pub zone: Option<String>,
    /// How the period of sending is cut; `none` when not given.
    pub bucket: Option<Bucket>,
    /// One or two of agency, office, service, service_top, priority, reason, territory_1, territory_2, territory_3, with
    /// a comma between.
    #[param(example = "agency,priority")]
    pub by: Option<String>,
    /// Only from this office.
    pub office: Option<OfficeId>,
    /// Only to this agency.
    pub agency: Option<AgencyId>,
    /// Only for this service code or one below it; restricted needs do not count here.
    #[param(example = "LEG")]
    pub service: Option<String>,
    /// Only of this priority.
    #[param(example = "urgent")]
    pub priority: Option<Priority>,
    /// Only of cases in this place or within it.
    #[param(example = "EC-17")]
    pub territory: Option<String>,
    /// en, es, fr or fil; else Accept-Language, else the reader's own.
    pub lang: Option<String>,
}

/// A report asked for, checked.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Days of sending.
    pub period: Period,
    /// Seen as they stood before this day.
    pub as_of: NaiveDate,
    /// The breakdown; at most two.
    pub by: Vec<ReferralDimension>,
    /// Narrowings.
    pub conditions: Vec<Condition>,
}

impl ReferralsQuery {
    /// Checks everything that needs no database.
    ///
    /// # Errors
    /// `malformed_query` naming the parameter.
    pub fn validate(self) -> Result<Wanted, Error> {
        let period = Period::read(self.from, self.to, self.zone.as_deref(), self.bucket)?;
        let as_of = self.as_of.unwrap_or(self.to);
        if as_of < self.to {
            return Err(malformed("as_of"));
        }
        let given = [
            (ReferralDimension::Office, "office", self.office.map(|id| id.to_string())),
            (ReferralDimension::Agency, "agency", self.agency.map(|id| id.to_string())),
            (ReferralDimension::ServiceWithin, "service", self.service),
            (ReferralDimension::Priority, "priority", self.priority.map(|priority| priority.to_string())),
            (ReferralDimension::TerritoryWithin, "territory", self.territory),
        ];
        let mut conditions = vec![];
        for (dimension, name, code) in given {
            let Some(code) = code else { continue };
            conditions.push(Condition { dimension, code: plain(name, code)? });
        }
        Ok(Wanted { period, as_of, by: breakdown(self.by.as_deref())?, conditions })
    }
}

fn breakdown(by: Option<&str>) -> Result<Vec<ReferralDimension>, Error> {
    let words = by.unwrap_or_default().split(',').filter(|word| !word.is_empty());
    let by: Vec<ReferralDimension> =
        words.map(str::parse).collect::<Result<_, String>>().map_err(|_| malformed("by"))?;
    let twice = by.len() == 2 && by[0] == by[1];
    if by.len() > 2 || twice || by.iter().any(|dimension| !dimension.breaks_down()) {
        return Err(malformed("by"));
    }
    Ok(by)
}

impl Wanted {
    /// The list behind a figure.
    pub fn link(
        &self,
        list: &str,
        measure: ReferralMeasure,
        (from, to): (NaiveDate, NaiveDate),
        keys: &[(ReferralDimension, String)],
    ) -> String {
        let keys =
            keys.iter().map(|(dimension, code)| Condition { dimension: *dimension, code: code.clone() });
        let conditions = self.conditions.iter().cloned().chain(keys).collect();
        Cohort { measure, from, to, as_of: self.as_of, zone: self.period.zone, conditions }.link(list)
    }
}

/// The numbers of a slot in a tally without breakdown; zeros when nothing was sent.
pub fn of_slot(lines: &[Line], slot: i32) -> Numbers {
    lines.iter().find(|line| line.slot == slot).map(|line| line.numbers).unwrap_or_default()
}

/// A number and the list behind it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReferralReportCell)]
pub struct Cell {
    /// The number.
    #[schema(example = 12)]
    pub value: i64,
    /// The referrals behind it; null where the agency may no longer see all of them.
    #[schema(
        example = "/api/v1/referrals?measure=declined&sent_from=2026-01-01&sent_to=2026-02-01&as_of=2026-02-01&cell=priority:urgent"
    )]
    pub link: Option<String>,
}

/// The cells of a line. sent = accepted + declined + withdrawn + unanswered.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReferralReportCells)]
#[allow(missing_docs)]
pub struct Cells {
    pub sent: Cell,
    pub acknowledged: Cell,
    pub accepted: Cell,
    pub declined: Cell,
    pub withdrawn: Cell,
    pub unanswered: Cell,
    pub overdue: Cell,
    pub expired: Cell,
    pub completed: Cell,
    pub failed: Cell,
    pub need_met: Cell,
    pub loop_closed: Cell,
}

impl Cells {
    /// Cells from their numbers.
    pub fn new(numbers: &Numbers, link: impl Fn(ReferralMeasure) -> Option<String>) -> Cells {
        let cell = |measure| Cell { value: numbers.of(measure), link: link(measure) };
        Cells {
            sent: cell(ReferralMeasure::Sent),
            acknowledged: cell(ReferralMeasure::Acknowledged),
            accepted: cell(ReferralMeasure::Accepted),
            declined: cell(ReferralMeasure::Declined),
            withdrawn: cell(ReferralMeasure::Withdrawn),
            unanswered: cell(ReferralMeasure::Unanswered),
            overdue: cell(ReferralMeasure::Overdue),
            expired: cell(ReferralMeasure::Expired),
            completed: cell(ReferralMeasure::Completed),
            failed: cell(ReferralMeasure::Failed),
            need_met: cell(ReferralMeasure::NeedMet),
            loop_closed: cell(ReferralMeasure::LoopClosed),
        }
    }
}

/// Shares from 0 to 1; null where there is nothing to divide by. Formulas: docs/API.md and the definitions in the report.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ReferralRates)]
pub struct Rates {
    /// accepted ÷ (accepted + declined + unanswered past due).
    #[schema(example = 0.75)]
    pub acceptance: Option<f64>,
    /// completed ÷ accepted.
    pub completion: Option<f64>,
    /// need met ÷ sent.
    pub need_met: Option<f64>,
    /// loop closed ÷ sent.
    pub loop_closed: Option<f64>,
}

/// Times in hours; null where nothing was answered.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ReferralHours)]
pub struct Hours {
    /// Half of all were seen by then.
    #[schema(example = 3.5)]
    pub median_to_acknowledge: Option<f64>,
    /// Half of all decisions had come by then.
    pub median_to_answer: Option<f64>,
    /// Nine of ten decisions had come by then.
    pub ninetieth_to_answer: Option<f64>,
}

/// The shares of a cohort.
pub fn rates(numbers: &Numbers) -> Rates {
    use ReferralMeasure::{Accepted, Completed, Declined, LoopClosed, NeedMet, Overdue, Sent};
    #[expect(clippy::cast_precision_loss, reason = "counts of referrals are far below 2⁵³")]
    let share = |part: ReferralMeasure, of: i64| (of > 0).then(|| numbers.of(part) as f64 / of as f64);
    let (sent, accepted) = (numbers.of(Sent), numbers.of(Accepted));
    Rates {
        acceptance: share(Accepted, accepted + numbers.of(Declined) + numbers.of(Overdue)),
        completion: share(Completed, accepted),
        need_met: share(NeedMet, sent),
        loop_closed: share(LoopClosed, sent),
    }
}

/// A code of the breakdown.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReferralReportKey)]
pub struct Key {
    /// Of what.
    pub dimension: ReferralDimension,
    /// The code.
    #[schema(example = "urgent")]
    pub code: String,
    /// In words.
    #[schema(example = "Urgent")]
    pub label: String,
}

/// A line of a report.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReferralReportRow)]
pub struct Row {
    /// The days of sending.
    pub bucket: BucketView,
    /// The codes of the breakdown.
    pub keys: Vec<Key>,
    /// The counts.
    pub cells: Cells,
    /// The shares.
    pub rates: Rates,
    /// The times.
    pub hours: Hours,
}

/// What a measure, a share or a time tells.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReferralDefinition)]
pub struct Definition {
    /// Its word in cells, rates or hours.
    #[schema(example = "accepted")]
    pub name: String,
    /// Its name in the reader's language.
    pub label: String,
    /// What exactly is counted.
    pub definition: String,
}

/// A report on referrals.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReferralReport {
    /// What each figure tells, in the reader's language.
    pub definitions: Vec<Definition>,
    /// The whole period of sending.
    pub period: BucketView,
    /// The referrals are shown as they stood before this day.
    pub as_of_day: NaiveDate,
    /// The zone whose days are meant; null when each referral's own office's zone is.
    pub zone: Option<String>,
    /// How the period is cut.
    pub bucket: Bucket,
    /// The breakdown.
    pub by: Vec<ReferralDimension>,
    /// What it was narrowed to.
    pub filter: Vec<Key>,
    /// The lines.
    pub rows: Vec<Row>,
    /// Each bucket without breakdown; empty when the lines already are that.
    pub bucket_totals: Vec<Row>,
    /// The whole cohort.
    pub totals: Row,
    /// What a reader should know.
    pub footnotes: Vec<String>,
    /// When it was run.
    pub run_at: DateTime<Utc>,
    /// The moment it tells of: the end of the day before `as_of_day`, or now while that lies ahead.
    pub as_of: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(counts: &[(ReferralMeasure, i64)]) -> Numbers {
        let mut numbers = Numbers::default();
        for (measure, count) in counts {
            let at = ReferralMeasure::ALL.iter().position(|known| known == measure).expect("known");
            numbers.counts[at] = *count;
        }
        numbers
    }

    #[test]
    fn acceptance_is_not_help_and_silence_counts_against_it() {
        use ReferralMeasure::{
            Accepted, Completed, Declined, LoopClosed, NeedMet, Overdue, Sent, Unanswered,
        };
        let all = [(Sent, 20), (Accepted, 6), (Declined, 2), (Unanswered, 10), (Overdue, 4), (Completed, 3)];
        let told = rates(&numbers(&[&all[..], &[(NeedMet, 2), (LoopClosed, 5)]].concat()));
        assert_eq!(told.acceptance, Some(0.5), "6 of 6 + 2 + 4; the 6 whose time still runs do not count");
        assert_eq!((told.completion, told.need_met, told.loop_closed), (Some(0.5), Some(0.1), Some(0.25)));
    }

    #[test]
    fn nothing_sent_has_no_shares_rather_than_noughts() {
        let none = rates(&Numbers::default());
        assert_eq!(none, Rates { acceptance: None, completion: None, need_met: None, loop_closed: None });
    }

    #[test]
    fn what_makes_no_report_is_refused_by_name() {
        let asked = |change: fn(&mut ReferralsQuery)| {
            let mut query = ReferralsQuery {
                from: "2026-01-01".parse().expect("a day"),
                to: "2026-02-01".parse().expect("a day"),
                as_of: None,
                zone: None,
                bucket: None,
                by: None,
                office: None,
                agency: None,
                service: None,
                priority: None,
                territory: None,
                lang: None,
            };
            change(&mut query);
            query.validate()
        };
        assert!(asked(|_| ()).is_ok());
        assert!(asked(|q| q.by = Some("agency,reason".into())).is_ok());
        assert!(asked(|q| q.by = Some("agency,agency".into())).is_err());
        assert!(asked(|q| q.by = Some("service_within".into())).is_err());
        assert!(asked(|q| q.as_of = q.from.into()).is_err(), "before the cohort is complete");
        assert!(asked(|q| q.territory = Some("EC' OR true".into())).is_err());
    }
}
