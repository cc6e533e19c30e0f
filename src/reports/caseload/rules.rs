//! What a report was asked for, how its period is cut, and how its lines become cells.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::cases::counting::model::{Line, Subject};
use crate::cases::counting::{Condition, Counted, Dimension, Measure};
use crate::ids::{OfficeId, StaffId};
use crate::platform::error::Error;
use crate::reports::period::{Bucket, BucketView, Period, WHOLE, malformed, plain};

/// What a caseload report is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseloadQuery {
    /// First day.
    #[param(example = "2026-01-01")]
    pub from: NaiveDate,
    /// First day that is no longer part.
    #[param(example = "2027-01-01")]
    pub to: NaiveDate,
    /// IANA zone whose days are meant; each office's own without it.
    #[param(example = "America/Guayaquil")]
    pub zone: Option<String>,
    /// How the period is cut; `none` when not given.
    pub bucket: Option<Bucket>,
    /// One or two of office, worker, service, service_top, mobility, nationality, sex, age_band, channel, priority,
    /// territory_1, territory_2, territory_3, with a comma between.
    #[param(example = "sex,age_band")]
    pub by: Option<String>,
    /// Only what this office held.
    pub office: Option<OfficeId>,
    /// Only what this worker held.
    pub assigned_to: Option<StaffId>,
    /// Only with a need of this service code or one below it; restricted needs do not count here.
    #[param(example = "LAB")]
    pub service: Option<String>,
    /// Only what came in this way.
    #[param(example = "WLK")]
    pub channel: Option<String>,
    /// Only of this priority.
    #[param(example = "urgent")]
    pub priority: Option<String>,
    /// Only in this place or within it.
    #[param(example = "EC-17")]
    pub territory: Option<String>,
    /// Only this kind of client.
    #[param(example = "HH")]
    pub client_kind: Option<String>,
    /// en, es, fr or fil; else Accept-Language, else the reader's own.
    pub lang: Option<String>,
}

/// A report asked for, checked.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Of which days.
    pub period: Period,
    /// The breakdown; at most two.
    pub by: Vec<Dimension>,
    /// Narrowings.
    pub conditions: Vec<Condition>,
}

impl CaseloadQuery {
    /// Checks everything that needs no database.
    ///
    /// # Errors
    /// `malformed_query` naming the parameter.
    pub fn validate(self) -> Result<Wanted, Error> {
        let period = Period::read(self.from, self.to, self.zone.as_deref(), self.bucket)?;
        let by = breakdown(self.by.as_deref())?;
        if self.priority.as_deref().is_some_and(|word| !["emergency", "urgent", "normal"].contains(&word)) {
            return Err(malformed("priority"));
        }
        let given = [
            (Dimension::Office, "office", self.office.map(|id| id.to_string())),
            (Dimension::Worker, "assigned_to", self.assigned_to.map(|id| id.to_string())),
            (Dimension::ServiceWithin, "service", self.service),
            (Dimension::Channel, "channel", self.channel),
            (Dimension::Priority, "priority", self.priority),
            (Dimension::TerritoryWithin, "territory", self.territory),
            (Dimension::ClientKind, "client_kind", self.client_kind),
        ];
        let mut conditions = vec![];
        for (dimension, name, code) in given {
            let Some(code) = code else { continue };
            conditions.push(Condition { dimension, code: plain(name, code)? });
        }
        Ok(Wanted { period, by, conditions })
    }
}

fn breakdown(by: Option<&str>) -> Result<Vec<Dimension>, Error> {
    let words = by.unwrap_or_default().split(',').filter(|word| !word.is_empty());
    let by: Vec<Dimension> =
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
        measure: Measure,
        (from, to): (NaiveDate, NaiveDate),
        keys: &[(Dimension, String)],
    ) -> String {
        let keys =
            keys.iter().map(|(dimension, code)| Condition { dimension: *dimension, code: code.clone() });
        let conditions = self.conditions.iter().cloned().chain(keys).collect();
        Counted { measure, from, to, zone: self.period.zone, conditions }.link()
    }
}

/// The numbers of a cell, in the order of [`Measure::ALL`].
pub type Numbers = [i64; 10];

/// One line of a report: which slot, which codes, which numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The slot.
    pub slot: i32,
    /// The codes of the breakdown.
    pub codes: Vec<String>,
    /// The numbers.
    pub numbers: Numbers,
}

/// Puts the tallies of all subjects together, line by line.
pub fn gather(tallies: Vec<(Subject, Vec<Line>)>) -> Vec<Figures> {
    let mut lines: BTreeMap<(i32, Vec<String>), Numbers> = BTreeMap::new();
    for (subject, tally) in tallies {
        for line in tally {
            let numbers = lines.entry((line.slot, line.codes)).or_default();
            match subject {
                Subject::Cases => numbers[..7].copy_from_slice(&line.numbers),
                Subject::Served => numbers[7] = line.numbers[0],
                Subject::Assistance => numbers[8] = line.numbers[0],
                Subject::Benefiting => numbers[9] = line.numbers[0],
            }
        }
    }
    lines.into_iter().map(|((slot, codes), numbers)| Figures { slot, codes, numbers }).collect()
}

/// The numbers of a slot in a tally without breakdown; zeros when nothing happened.
pub fn of_slot(lines: &[Figures], slot: i32) -> Numbers {
    lines.iter().find(|line| line.slot == slot).map(|line| line.numbers).unwrap_or_default()
}

/// The numbers of the whole period.
pub fn of_whole(lines: &[Figures]) -> Numbers {
    of_slot(lines, WHOLE)
}

/// A number and the list behind it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReportCell)]
pub struct Cell {
    /// The number.
    pub value: i64,
    /// The cases behind it.
    #[schema(
        example = "/api/v1/cases?measure=new&period_from=2026-01-01&period_to=2026-02-01&cell=sex:female"
    )]
    pub link: String,
}

/// The cells of a line. carried_over + new + reopened − closed = open_at_end.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CaseloadCells)]
#[allow(missing_docs)]
pub struct Cells {
    pub carried_over: Cell,
    pub new: Cell,
    pub reopened: Cell,
    pub closed: Cell,
    pub closed_cases: Cell,
    pub open_at_end: Cell,
    pub overdue: Cell,
    pub persons_served: Cell,
    pub assistance: Cell,
    pub people_benefiting: Cell,
}

impl Cells {
    /// Cells from their numbers.
    pub fn new(numbers: Numbers, link: impl Fn(Measure) -> String) -> Cells {
        let [a, b, c, d, e, f, g, h, i, j] = numbers;
        let cell = |value, measure| Cell { value, link: link(measure) };
        Cells {
            carried_over: cell(a, Measure::CarriedOver),
            new: cell(b, Measure::New),
            reopened: cell(c, Measure::Reopened),
            closed: cell(d, Measure::Closed),
            closed_cases: cell(e, Measure::ClosedCases),
            open_at_end: cell(f, Measure::OpenAtEnd),
            overdue: cell(g, Measure::Overdue),
            persons_served: cell(h, Measure::PersonsServed),
            assistance: cell(i, Measure::Assistance),
            people_benefiting: cell(j, Measure::PeopleBenefiting),
        }
    }

    /// The numbers, in the order of [`Measure::ALL`].
    pub fn numbers(&self) -> Numbers {
        [
            &self.carried_over,
            &self.new,
            &self.reopened,
            &self.closed,
            &self.closed_cases,
            &self.open_at_end,
            &self.overdue,
            &self.persons_served,
            &self.assistance,
            &self.people_benefiting,
        ]
        .map(|cell| cell.value)
    }
}

/// A code of the breakdown.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReportKey)]
pub struct Key {
    /// Of what.
    pub dimension: Dimension,
    /// The code.
    #[schema(example = "female")]
    pub code: String,
    /// In words.
    #[schema(example = "Female")]
    pub label: String,
}

/// A line of a report.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CaseloadRow)]
pub struct Row {
    /// The days.
    pub bucket: BucketView,
    /// The codes of the breakdown.
    pub keys: Vec<Key>,
    /// The numbers.
    pub cells: Cells,
}

/// What a measure counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MeasureDefinition)]
pub struct Definition {
    /// The measure.
    pub measure: Measure,
    /// Its name.
    pub label: String,
    /// What exactly is counted.
    pub definition: String,
}

/// Cases of the period that are in no count.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReportLeftOut)]
pub struct LeftOut {
    /// Entered in error.
    pub entered_in_error: i64,
    /// Sealed; told to managers only.
    pub sealed: Option<i64>,
}

/// A caseload report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Caseload {
    /// What each measure counts, in the reader's language.
    pub definitions: Vec<Definition>,
    /// The whole period.
    pub period: BucketView,
    /// The zone whose days are meant; null when each case's own office's zone is.
    pub zone: Option<String>,
    /// How the period is cut.
    pub bucket: Bucket,
    /// The breakdown.
    pub by: Vec<Dimension>,
    /// What it was narrowed to.
    pub filter: Vec<Key>,
    /// The lines.
    pub rows: Vec<Row>,
    /// Each bucket without breakdown; empty when the lines already are that.
    pub bucket_totals: Vec<Row>,
    /// The whole period; each case counted once.
    pub totals: Row,
    /// What a reader should know.
    pub footnotes: Vec<String>,
    /// Cases in no count.
    pub left_out: LeftOut,
    /// Records of the period that arrived after its end.
    pub late_arrivals: i64,
    /// When it was run.
    pub run_at: DateTime<Utc>,
    /// The moment it tells of: the period's end, or now while it lasts.
    pub as_of: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: &str, to: &str, bucket: Bucket) -> CaseloadQuery {
        CaseloadQuery {
            from: from.parse().expect("a day"),
            to: to.parse().expect("a day"),
            zone: None,
            bucket: Some(bucket),
            by: None,
            office: None,
            assigned_to: None,
            service: None,
            channel: None,
            priority: None,
            territory: None,
            client_kind: None,
            lang: None,
        }
    }

    #[test]
    fn what_makes_no_report_is_refused() {
        assert!(asked("2026-02-01", "2026-02-01", Bucket::None).validate().is_err());
        assert!(asked("2026-01-01", "2027-01-03", Bucket::Day).validate().is_err());
        let with = |change: fn(&mut CaseloadQuery)| {
            let mut query = asked("2026-01-01", "2026-02-01", Bucket::None);
            change(&mut query);
            query.validate().is_err()
        };
        assert!(!with(|q| q.by = Some("sex,age_band".into())));
        assert!(with(|q| q.by = Some("sex,sex".into())));
        assert!(with(|q| q.by = Some("sex,office,worker".into())));
        assert!(with(|q| q.by = Some("client_kind".into())));
        assert!(with(|q| q.by = Some("sex; DROP TABLE cases".into())));
        assert!(with(|q| q.zone = Some("Mars".into())));
        assert!(with(|q| q.priority = Some("soon".into())));
        assert!(with(|q| q.channel = Some("a,b:c".into())));
    }

    #[test]
    fn tallies_of_all_subjects_meet_in_one_line() {
        let line = |numbers| Line { slot: 0, codes: vec!["female".into()], numbers };
        let lines = gather(vec![
            (Subject::Cases, vec![line([1, 2, 0, 1, 1, 2, 0])]),
            (Subject::Served, vec![line([5, 0, 0, 0, 0, 0, 0])]),
            (Subject::Assistance, vec![line([7, 0, 0, 0, 0, 0, 0])]),
        ]);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].numbers, [1, 2, 0, 1, 1, 2, 0, 5, 7, 0]);
    }
}
