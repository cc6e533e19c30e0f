//! Lists of referrals: the desk's and the agency's, each a page in an order that ends in the id.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Timestamptz};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Priority;
use super::clocks::rules::ReferralClock;
use super::counting::rules::CohortQuery;
use super::counting::{Cohort, ReferralMeasure, ReferralScope, ReferralSet};
use super::messages::rules::Side;
use super::model::{Referral, ReferralQuery};
use super::restricted::known_need;
use super::rules::ReferralState;
use crate::auth::Actor;
use crate::ids::{AgencyId, CaseId, OfficeId, ReferralId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::schema::{cases, referral_messages, referrals};

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum ReferralSort {
    /// Soonest decision first. Drafts have no such moment and are left out.
    #[serde(rename = "decide_by")]
    DecideBy,
    /// Latest decision first, without drafts.
    #[serde(rename = "-decide_by")]
    DecideByLast,
    /// What is due soonest first. Where nothing is waited for there is no such moment; those are left out.
    #[serde(rename = "due_at")]
    DueAt,
    /// What is due last first, without those where nothing is waited for.
    #[serde(rename = "-due_at")]
    DueAtLast,
    /// Oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// Newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtLast,
}

/// Against the moment the running clock runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReferralDue {
    /// Past it.
    Overdue,
    /// On this day in the office's zone.
    Today,
}

/// Which referrals of the desk.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReferralFilter {
    /// Of this office.
    pub office: Option<OfficeId>,
    /// In this state.
    pub state: Option<ReferralState>,
    /// To this agency; restricted needs are found only by those who may read them.
    pub agency: Option<AgencyId>,
    /// Of this service code; restricted needs are found only by those who may read them.
    pub service: Option<String>,
    /// Of this priority.
    pub priority: Option<Priority>,
    /// Of this case.
    pub case: Option<CaseId>,
    /// true: only those with an answer nobody at the desk has read.
    pub unread: Option<bool>,
    /// true: only those of cases that I own.
    pub mine: Option<bool>,
    /// true: only those with messages of the agency nobody at the desk has read.
    pub unread_messages: Option<bool>,
    /// true: only those whose running clock has run out; false: only those where it has not, or none runs.
    pub overdue: Option<bool>,
    /// Overdue, or due today.
    #[param(inline)]
    pub due: Option<ReferralDue>,
    /// Waiting for this.
    #[param(inline)]
    pub clock: Option<ReferralClock>,
    /// Exactly the referrals behind a figure: what was counted. With `sent_from` and `sent_to`.
    #[param(inline)]
    pub measure: Option<ReferralMeasure>,
    /// First day of the figure's cohort.
    pub sent_from: Option<NaiveDate>,
    /// First day after the figure's cohort.
    pub sent_to: Option<NaiveDate>,
    /// The figure shows them as they stood before this day; `sent_to` when left out.
    pub as_of: Option<NaiveDate>,
    /// The clock by which the figure's days are cut; each office's own without one.
    pub zone: Option<String>,
    /// The figure's cell: `dimension:code`, separated by commas.
    pub cell: Option<String>,
    /// Order; -created_at when left out.
    #[param(inline)]
    pub sort: Option<ReferralSort>,
    /// How many, 1 to 200; 50 when left out.
    pub limit: Option<i64>,
    /// Where the page begins: `next` of the page before.
    pub after: Option<String>,
}

/// What of the inbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InboxView {
    /// Waits for something of us: to be seen, decided, begun, looked at again.
    #[default]
    Due,
    /// Should have been done by now.
    Overdue,
    /// Open, and nobody here looks after it.
    Unassigned,
    /// Open, and I look after it.
    Mine,
    /// Everything received, for as long as it is kept: 30 days after its end.
    All,
}

/// Which referrals of the inbox.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InboxFilter {
    /// due, overdue, unassigned, mine or all; due when left out, and all behind a figure.
    #[param(inline)]
    pub view: Option<InboxView>,
    /// true: only those with messages of the desk nobody here has read.
    pub unread_messages: Option<bool>,
    /// Exactly the referrals behind a figure of the scorecard: what was counted. With `sent_from` and `sent_to`.
    #[param(inline)]
    pub measure: Option<ReferralMeasure>,
    /// First day of the figure's cohort.
    pub sent_from: Option<NaiveDate>,
    /// First day after the figure's cohort.
    pub sent_to: Option<NaiveDate>,
    /// The figure shows them as they stood before this day; `sent_to` when left out.
    pub as_of: Option<NaiveDate>,
    /// The clock by which the figure's days are cut; each office's own without one.
    pub zone: Option<String>,
    /// The figure's cell: `dimension:code`, separated by commas.
    pub cell: Option<String>,
    /// How many, 1 to 200; 50 when left out.
    pub limit: Option<i64>,
    /// Where the page begins: `next` of the page before.
    pub after: Option<String>,
}

impl ReferralFilter {
    /// Narrows what the actor may see to what is asked for.
    ///
    /// # Errors
    /// `malformed_query` when the parameters of a figure do not go together.
    pub fn narrow(
        &self,
        mut query: ReferralQuery,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<ReferralQuery, Error> {
        if self.agency.is_some() || self.service.is_some() {
            query = query.filter(known_need(actor));
        }
        if let Some(office) = self.office {
            query = query.filter(referrals::office_id.eq(office));
        }
        if let Some(state) = self.state {
            query = query.filter(referrals::state.eq(state));
        }
        if let Some(agency) = self.agency {
            query = query.filter(referrals::agency_id.eq(agency));
        }
        if let Some(service) = self.service.clone() {
            query = query.filter(referrals::service.eq(service));
        }
        if let Some(priority) = self.priority {
            query = query.filter(referrals::priority.eq(priority));
        }
        if let Some(case) = self.case {
            query = query.filter(referrals::case_id.eq(case));
        }
        if self.unread == Some(true) {
            use ReferralState::{Acknowledged, Draft, EnteredInError, Sent};
            query = query.filter(referrals::answer_read_at.is_null()).filter(referrals::state.ne_all([
                Draft,
                Sent,
                Acknowledged,
                EnteredInError,
            ]));
        }
        if self.mine == Some(true) {
            let own = cases::table.filter(cases::assigned_to.eq(actor.staff)).select(cases::id);
            query = query.filter(referrals::case_id.eq_any(own));
        }
        if self.unread_messages == Some(true) {
            query = query.filter(referrals::id.eq_any(with_unread(Side::Agency)));
        }
        if let Some(clock) = self.clock {
            query = query.filter(referrals::due_clock.eq(clock));
        }
        query = match self.overdue {
            Some(true) => query.filter(referrals::due_at.lt(now)),
            Some(false) => query.filter(referrals::due_at.is_null().or(referrals::due_at.ge(now))),
            None => query,
        };
        query = match self.due {
            Some(ReferralDue::Overdue) => query.filter(referrals::due_at.lt(now)),
            Some(ReferralDue::Today) => query.filter(due_today(now)),
            None => query,
        };
        let cohort = Cohort::read(&CohortQuery {
            measure: self.measure,
            from: self.sent_from,
            to: self.sent_to,
            as_of: self.as_of,
            zone: self.zone.as_deref(),
            cell: self.cell.as_deref(),
        })?;
        behind(query, actor, cohort, now)
    }
}

/// Only those behind a figure.
fn behind(
    query: ReferralQuery,
    actor: &Actor,
    cohort: Option<Cohort>,
    now: DateTime<Utc>,
) -> Result<ReferralQuery, Error> {
    let Some(cohort) = cohort else { return Ok(query) };
    let scope = ReferralScope::of(actor)?;
    if matches!(scope, ReferralScope::Agency(_))
        && cohort.conditions.iter().any(|c| c.dimension.is_of_the_case())
    {
        return Err(problems::MALFORMED_QUERY.problem().with("parameter", "cell").into());
    }
    Ok(query.filter(ReferralSet::of(scope, &cohort, now)))
}

/// Referrals with messages of one side that the other has not read.
fn with_unread(from: Side) -> referral_messages::BoxedQuery<'static, Pg, diesel::sql_types::Uuid> {
    referral_messages::table
        .filter(referral_messages::from_side.eq(from).and(referral_messages::read_at.is_null()))
        .select(referral_messages::referral_id)
        .into_boxed()
}

fn due_today(
    now: DateTime<Utc>,
) -> Box<dyn BoxableExpression<referrals::table, Pg, SqlType = Nullable<Bool>>> {
    let same_day = sql::<Nullable<Bool>>(
        "EXISTS (SELECT FROM offices o WHERE o.id = referrals.office_id \
         AND (referrals.due_at AT TIME ZONE o.time_zone)::date = (",
    )
    .bind::<Timestamptz, _>(now)
    .sql(" AT TIME ZONE o.time_zone)::date)");
    Box::new(same_day)
}

impl InboxFilter {
    /// Narrows what was sent to the agency to what is asked for.
    ///
    /// # Errors
    /// `malformed_query` when the parameters of a figure do not go together.
    pub fn narrow(
        &self,
        query: ReferralQuery,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<ReferralQuery, Error> {
        let open = |query: ReferralQuery| query.filter(referrals::state.eq_any(ReferralState::open()));
        let query = match self.view() {
            InboxView::Due => open(query).filter(referrals::due_at.is_not_null()),
            InboxView::Overdue => open(query).filter(referrals::due_at.lt(now)),
            InboxView::Unassigned => open(query).filter(referrals::agency_assignee_id.is_null()),
            InboxView::Mine => open(query).filter(referrals::agency_assignee_id.eq(actor.staff)),
            InboxView::All => query,
        };
        let query = match self.unread_messages {
            Some(true) => query.filter(referrals::id.eq_any(with_unread(Side::Desk))),
            _ => query,
        };
        let cohort = Cohort::read(&CohortQuery {
            measure: self.measure,
            from: self.sent_from,
            to: self.sent_to,
            as_of: self.as_of,
            zone: self.zone.as_deref(),
            cell: self.cell.as_deref(),
        })?;
        behind(query, actor, cohort, now)
    }

    /// Behind a figure stands everything it counted.
    fn view(&self) -> InboxView {
        let whole = if self.measure.is_some() { InboxView::All } else { InboxView::Due };
        self.view.unwrap_or(whole)
    }

    /// What is waited for soonest first; elsewhere the soonest decision.
    pub fn sort(&self) -> ReferralSort {
        match self.view() {
            InboxView::Due | InboxView::Overdue => ReferralSort::DueAt,
            InboxView::Unassigned | InboxView::Mine | InboxView::All => ReferralSort::DecideBy,
        }
    }
}

/// A page in the order asked for.
///
/// # Errors
/// Those of the database.
pub async fn page(
    conn: &mut Conn,
    query: ReferralQuery,
    sort: ReferralSort,
    after: Option<Cursor<DateTime<Utc>>>,
    limit: i64,
) -> Result<Page<Referral>, Error> {
    let after = after.map(|cursor| (cursor.key, ReferralId(cursor.id)));
    macro_rules! forward {
        ($column:expr, $query:expr) => {{
            let mut query = $query;
            if let Some((key, id)) = after {
                query = query.filter($column.gt(key).or($column.eq(key).and(referrals::id.gt(id))));
            }
            query.order(($column.asc(), referrals::id.asc()))
        }};
    }
    macro_rules! backward {
        ($column:expr, $query:expr) => {{
            let mut query = $query;
            if let Some((key, id)) = after {
                query = query.filter($column.lt(key).or($column.eq(key).and(referrals::id.lt(id))));
            }
            query.order(($column.desc(), referrals::id.desc()))
        }};
    }
    let query = match sort {
        ReferralSort::DecideBy | ReferralSort::DecideByLast => {
            query.filter(referrals::decide_by.is_not_null())
        }
        ReferralSort::DueAt | ReferralSort::DueAtLast => query.filter(referrals::due_at.is_not_null()),
        ReferralSort::CreatedAt | ReferralSort::CreatedAtLast => query,
    };
    let query = match sort {
        ReferralSort::DueAt => forward!(referrals::due_at, query),
        ReferralSort::DueAtLast => backward!(referrals::due_at, query),
        ReferralSort::DecideBy => forward!(referrals::decide_by, query),
        ReferralSort::DecideByLast => backward!(referrals::decide_by, query),
        ReferralSort::CreatedAt => forward!(referrals::created_at, query),
        ReferralSort::CreatedAtLast => backward!(referrals::created_at, query),
    };
    let rows = query.limit(limit + 1).select(Referral::as_select()).load(conn).await?;
    Ok(Page::cut(rows, limit, |row: &Referral| {
        let key = match sort {
            ReferralSort::DecideBy | ReferralSort::DecideByLast => row.standing.decide_by,
            ReferralSort::DueAt | ReferralSort::DueAtLast => row.standing.due_at,
            ReferralSort::CreatedAt | ReferralSort::CreatedAtLast => None,
        };
        (key.unwrap_or(row.created_at), row.id.0)
    }))
}

/// How many there are.
///
/// # Errors
/// Those of the database.
pub async fn count(conn: &mut Conn, query: ReferralQuery) -> Result<i64, Error> {
    Ok(query.count().get_result(conn).await?)
}
