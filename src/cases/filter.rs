//! One filter behind the list of cases, its count, and the list behind a figure.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Timestamptz};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use utoipa::IntoParams;

use super::counting::fragment::{Bind, Condition, Fragment};
use super::counting::model::CaseSet;
use super::counting::rules::{Counted, Measure};
use super::model::{Case, Predicate, visible};
use super::rules::{CaseStatus, Priority, Stage};
use crate::auth::{Actor, Role};
use crate::ids::{AssociationId, CaseId, MigrantId, OfficeId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::page::{self, Cursor, Page};
use crate::problems;
use crate::schema::{case_people, cases, needs, territories};

crate::words! {
    /// Against the due moment.
    CaseDue {
        /// Past it, and open.
        Overdue = "overdue",
        /// On this day in the office's zone, and open.
        Today = "today",
    }

    /// The lists people work from.
    CaseListView {
        /// Open, owned by oneself.
        Mine = "mine",
        /// Open and past the due moment.
        Overdue = "overdue",
        /// Open and due on this day in the office's zone.
        DueToday = "due_today",
        /// A partner has a referral in hand.
        WaitingOnPartner = "waiting_on_partner",
        /// Open, owned by nobody.
        Unassigned = "unassigned",
    }

    /// The order of a list of cases; ends in the id.
    CaseSort {
        /// Newest first.
        OpenedDown = "-opened_at",
        /// Oldest first.
        OpenedUp = "opened_at",
        /// Due soonest first.
        DueUp = "due_at",
        /// Due last first.
        DueDown = "-due_at",
        /// Changed last first.
        UpdatedDown = "-updated_at",
        /// By number.
        Number = "number",
    }
}

/// Which cases are wanted, and in what order. All conditions hold together.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseFilter {
    /// Of this office.
    pub office: Option<OfficeId>,
    /// open or closed.
    pub status: Option<CaseStatus>,
    /// At this stage.
    pub stage: Option<Stage>,
    /// Of this priority.
    pub priority: Option<Priority>,
    /// With a need of this service code or of one under it.
    pub service: Option<String>,
    /// Owned by this worker.
    pub assigned_to: Option<StaffId>,
    /// With this person on it.
    pub migrant: Option<MigrantId>,
    /// Of this association.
    pub association: Option<AssociationId>,
    /// A code of list client_kind.
    pub client_kind: Option<String>,
    /// A code of list channel.
    pub channel: Option<String>,
    /// In this place or anywhere within it.
    pub territory: Option<String>,
    /// With a number that begins so.
    pub q: Option<String>,
    /// First opened at or after.
    pub opened_from: Option<DateTime<Utc>>,
    /// First opened before.
    pub opened_to: Option<DateTime<Utc>>,
    /// Overdue, or due today.
    #[param(inline)]
    pub due: Option<CaseDue>,
    /// One of the lists people work from.
    #[param(inline)]
    pub view: Option<CaseListView>,
    /// Exactly the cases behind a figure: what was counted. With `period_from` and `period_to`.
    pub measure: Option<Measure>,
    /// First day of the figure's period.
    pub period_from: Option<NaiveDate>,
    /// First day after the figure's period.
    pub period_to: Option<NaiveDate>,
    /// The clock by which the figure's days are cut; each office's own without one.
    pub zone: Option<String>,
    /// The figure's cell: `dimension:code`, separated by commas.
    pub cell: Option<String>,
    /// The order; `-opened_at` without one.
    #[param(inline)]
    pub sort: Option<CaseSort>,
    /// How many; 50 without, 200 at most.
    pub limit: Option<i64>,
    /// Where the page begins.
    pub after: Option<String>,
}

/// Cases the actor finds in lists: of those it may know of, the ones of the own offices.
fn listed(actor: &Actor) -> Vec<Predicate> {
    // Beside what `visible` says, so that the office bounds the scan.
    let office: Predicate = match actor.offices.as_slice() {
        [only] => Box::new(cases::office_id.eq(*only).nullable()),
        several => Box::new(cases::office_id.eq_any(several.to_vec()).nullable()),
    };
    let mut all: Vec<Predicate> =
        vec![office, visible(actor), Box::new(cases::entered_in_error.eq(false).nullable())];
    if actor.role == Role::FieldWorker {
        // Nothing that `visible` does not say, but said so that the few own cases are found by index.
        let granted =
            sql::<Nullable<Bool>>("cases.id = ANY (ARRAY(SELECT case_id FROM case_grants WHERE staff_id = ")
                .bind::<diesel::sql_types::Uuid, _>(actor.staff.0)
                .sql("))");
        all.push(Box::new(cases::assigned_to.eq(actor.staff).or(granted)));
    }
    all
}

fn is_open() -> Predicate {
    Box::new(cases::status.eq(CaseStatus::Open).nullable())
}

fn overdue(now: DateTime<Utc>) -> Predicate {
    Box::new(cases::due_at.lt(now).nullable())
}

fn due_today(now: DateTime<Utc>) -> Predicate {
    let same_day = sql::<Bool>(
        "EXISTS (SELECT FROM offices o WHERE o.id = cases.office_id \
         AND (cases.due_at AT TIME ZONE o.time_zone)::date = (",
    )
    .bind::<Timestamptz, _>(now)
    .sql(" AT TIME ZONE o.time_zone)::date)");
    Box::new(same_day.nullable())
}

impl CaseFilter {
    /// Every condition, visibility included.
    fn conditions(&self, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Predicate>, Error> {
        let mut all = listed(actor);
        macro_rules! equal {
            ($($field:ident = $column:expr),* $(,)?) => {
                $(if let Some(value) = self.$field.clone() { all.push(Box::new($column.eq(value).nullable())); })*
            };
        }
        equal!(
            office = cases::office_id,
            status = cases::status,
            stage = cases::stage,
            priority = cases::priority,
            client_kind = cases::client_kind,
            channel = cases::channel,
        );
        if let Some(staff) = self.assigned_to {
            all.push(Box::new(cases::assigned_to.eq(staff)));
        }
        if let Some(association) = self.association {
            all.push(Box::new(cases::association_id.eq(association)));
        }
        if let Some(from) = self.opened_from {
            all.push(Box::new(cases::opened_at.ge(from).nullable()));
        }
        if let Some(to) = self.opened_to {
            all.push(Box::new(cases::opened_at.lt(to).nullable()));
        }
        all.extend(self.related(actor));
        all.extend(self.moments(actor, now));
        let zone = self.zone.as_deref();
        let counted =
            Counted::read(self.measure, self.period_from, self.period_to, zone, self.cell.as_deref())?;
        if let Some(counted) = counted {
            all.push(Box::new(CaseSet::of(actor, &counted, now).nullable()));
        }
        Ok(all)
    }

    /// Which conditions are set, without their values: what a reading leaves in the trail.
    pub fn named(&self) -> Vec<&'static str> {
        let mut all = vec![];
        macro_rules! set {
            ($($field:ident),* $(,)?) => {
                $(if self.$field.is_some() { all.push(stringify!($field)); })*
            };
        }
        set!(
            office,
            status,
            stage,
            priority,
            service,
            assigned_to,
            migrant,
            association,
            client_kind,
            channel,
            territory,
            q,
            opened_from,
            opened_to,
            due,
            view,
            measure,
            cell,
        );
        all
    }

    fn related(&self, actor: &Actor) -> Vec<Predicate> {
        let mut all: Vec<Predicate> = vec![];
        if let Some(service) = &self.service {
            // A filter must not tell what the row itself would hide.
            let readable = needs::restricted
                .eq(false)
                .nullable()
                .or(cases::assigned_to.eq(actor.staff))
                .or(cases::office_id.eq_any(actor.restricted_offices().to_vec()));
            let wanted =
                needs::service.eq(service.clone()).or(begins("needs.service", format!("{service}-")));
            let of_case = needs::table.filter(needs::case_id.eq(cases::id)).filter(wanted).filter(readable);
            all.push(Box::new(exists(of_case).nullable()));
        }
        if let Some(migrant) = self.migrant {
            let on_case = case_people::table
                .filter(case_people::migrant_id.eq(migrant).and(case_people::removed_at.is_null()))
                .select(case_people::case_id);
            all.push(Box::new(cases::id.eq_any(on_case).nullable()));
        }
        if let Some(territory) = &self.territory {
            let within = territories::table
                .filter(territories::lineage.contains(vec![territory.clone()]))
                .select(territories::code.nullable());
            all.push(Box::new(cases::territory.eq_any(within)));
        }
        if let Some(q) = &self.q {
            let number = q.trim().to_uppercase();
            all.push(Box::new(begins("cases.number", number).nullable()));
        }
        all
    }

    fn moments(&self, actor: &Actor, now: DateTime<Utc>) -> Vec<Predicate> {
        let mut all: Vec<Predicate> = vec![];
        match self.due {
            Some(CaseDue::Overdue) => all.extend([is_open(), overdue(now)]),
            Some(CaseDue::Today) => all.extend([is_open(), due_today(now)]),
            None => {}
        }
        match self.view {
            Some(CaseListView::Mine) => {
                all.extend([is_open(), Box::new(cases::assigned_to.eq(actor.staff)) as Predicate]);
            }
            Some(CaseListView::Overdue) => all.extend([is_open(), overdue(now)]),
            Some(CaseListView::DueToday) => all.extend([is_open(), due_today(now)]),
            Some(CaseListView::WaitingOnPartner) => {
                all.push(Box::new(cases::stage.eq(Stage::WaitingOnPartner).nullable()));
            }
            Some(CaseListView::Unassigned) => {
                all.extend([is_open(), Box::new(cases::assigned_to.is_null().nullable()) as Predicate]);
            }
            None => {}
        }
        all
    }

    /// One page of the cases wanted.
    ///
    /// # Errors
    /// `malformed_query`
    pub async fn page(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Page<Case>, Error> {
        let limit = page::limit(self.limit)?;
        let (after, sort) = (self.after.as_deref(), self.sort.unwrap_or(CaseSort::OpenedDown));
        let mut query = cases::table.select(Case::as_select()).into_boxed();
        for condition in self.conditions(actor, now)? {
            query = query.filter(condition);
        }
        // The first comparison bounds the index scan, the second settles equal moments.
        macro_rules! paged {
            ($column:ident: $key:ty, $bound:ident, $beyond:ident, $order:ident) => {{
                if let Some(Cursor { key: (of, key), id }) = Cursor::<(CaseSort, $key)>::read(after)? {
                    if of != sort {
                        return Err(problems::MALFORMED_QUERY.problem().with("parameter", "after").into());
                    }
                    let beyond = cases::$column.$beyond(key.clone());
                    query = query
                        .filter(cases::$column.$bound(key))
                        .filter(beyond.or(cases::id.$beyond(CaseId(id))));
                }
                let order = (cases::$column.$order(), cases::id.$order());
                let rows = query.order(order).limit(limit + 1).load(conn).await?;
                Page::cut(rows, limit, |row: &Case| ((sort, row.$column.clone()), row.id.0))
            }};
        }
        Ok(match sort {
            CaseSort::OpenedDown => paged!(opened_at: DateTime<Utc>, le, lt, desc),
            CaseSort::OpenedUp => paged!(opened_at: DateTime<Utc>, ge, gt, asc),
            CaseSort::DueUp => paged!(due_at: DateTime<Utc>, ge, gt, asc),
            CaseSort::DueDown => paged!(due_at: DateTime<Utc>, le, lt, desc),
            CaseSort::UpdatedDown => paged!(updated_at: DateTime<Utc>, le, lt, desc),
            CaseSort::Number => paged!(number: String, ge, gt, asc),
        })
    }

    /// How many cases are wanted, whatever the page.
    ///
    /// # Errors
    /// `malformed_query`
    pub async fn count(&self, conn: &mut Conn, actor: &Actor, now: DateTime<Utc>) -> Result<i64, Error> {
        let mut query = cases::table.count().into_boxed();
        for condition in self.conditions(actor, now)? {
            query = query.filter(condition);
        }
        Ok(query.get_result(conn).await?)
    }
}

/// That a column's text begins with `start`. As a range, because a filter by LIKE, which could tell of hidden rows by
/// an error, comes after row-level security and never reaches the index.
fn begins(column: &'static str, start: String) -> Condition {
    let end = format!("{start}{}", char::MAX);
    let text = |text| Bind::Text(Some(text));
    let from = Fragment::new().sql(format!("({column} ~>=~ ")).bind(text(start));
    Condition(from.sql(format!(" AND {column} ~<~ ")).bind(text(end)).sql(")"))
}
