//! What is on a case besides people: needs, tasks, assistance, referrals, and who held it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::hidden::Hidden;
use crate::ids::{AgencyId, AssistanceId, CaseId, MigrantId, NeedId, OfficeId, ReferralId, StaffId, TaskId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{assistance, case_holdings, needs, referrals, tasks};

/// A need on a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseNeed {
    /// Its id.
    pub id: NeedId,
    /// A code of list service; null when it is not for these eyes.
    #[schema(example = "HOU")]
    pub service: Option<String>,
    /// Whose; null for the whole client or when not for these eyes.
    pub migrant_id: Option<MigrantId>,
    /// What exactly.
    pub detail: Option<String>,
    /// It is a restricted fact.
    pub restricted: bool,
    /// open or settled.
    #[schema(example = "open")]
    pub status: String,
    /// A code of list need_outcome.
    pub outcome: Option<String>,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
    /// The need that this one is a part of.
    pub parent_id: Option<NeedId>,
}

/// A task on a case.
#[derive(Debug, Queryable, Serialize, ToSchema)]
pub struct CaseTask {
    /// Its id.
    pub id: TaskId,
    /// What is to be done.
    pub title: String,
    /// By which day.
    pub due_on: NaiveDate,
    /// By whom.
    pub owner_id: Option<StaffId>,
    /// open, done or dropped.
    #[schema(example = "open")]
    pub status: String,
}

/// A service the desk gave on a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseAssistance {
    /// Its id.
    pub id: AssistanceId,
    /// A code of list service; null when it is restricted, or for a restricted need, and not for these eyes.
    pub service: Option<String>,
    /// When.
    pub given_at: DateTime<Utc>,
    /// By whom.
    pub given_by: Option<StaffId>,
    /// Amount in the currency's minor unit.
    pub amount_minor: Option<i64>,
    /// ISO 4217.
    pub currency: Option<String>,
}

/// A referral of a case, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseReferral {
    /// Its id.
    pub id: ReferralId,
    /// Said on the phone.
    pub number: String,
    /// The agency asked; null when the need is restricted and not for these eyes.
    pub agency_id: Option<AgencyId>,
    /// A code of list service; null when the need is restricted and not for these eyes.
    pub service: Option<String>,
    /// Its state.
    #[schema(example = "sent")]
    pub state: String,
    /// By when the partner should have decided.
    pub decide_by: Option<DateTime<Utc>>,
}

/// Who held a case, and when.
#[derive(Debug, Queryable, Serialize, ToSchema)]
pub struct CaseHolding {
    /// The office.
    pub office_id: OfficeId,
    /// The worker; null while unassigned.
    pub staff_id: Option<StaffId>,
    /// From, inclusive.
    pub from_at: DateTime<Utc>,
    /// Until, exclusive; null for the present one.
    pub until_at: Option<DateTime<Utc>>,
}

#[derive(Queryable)]
pub(super) struct NeedRow {
    pub id: NeedId,
    migrant_id: Option<MigrantId>,
    service: String,
    pub restricted: bool,
    detail: Option<String>,
    status: String,
    outcome: Option<String>,
    raised_at: DateTime<Utc>,
    parent_id: Option<NeedId>,
}

type AssistanceRow =
    (AssistanceId, Option<NeedId>, String, DateTime<Utc>, Option<StaffId>, Option<i64>, Option<String>);
type ReferralRow = (ReferralId, String, NeedId, AgencyId, String, String, Option<DateTime<Utc>>);

pub(super) async fn needs_of(conn: &mut Conn, case: CaseId) -> Result<Vec<NeedRow>, Error> {
    Ok(needs::table
        .filter(needs::case_id.eq(case))
        .order((needs::raised_at, needs::id))
        .select((
            needs::id,
            needs::migrant_id,
            needs::service,
            needs::restricted,
            needs::detail,
            needs::status,
            needs::outcome,
            needs::raised_at,
            needs::parent_id,
        ))
        .load(conn)
        .await?)
}

pub(super) fn masked(need: NeedRow, hidden: &Hidden) -> CaseNeed {
    let shown = !hidden.is_need(need.id);
    CaseNeed {
        id: need.id,
        service: Some(need.service).filter(|_| shown),
        migrant_id: need.migrant_id.filter(|_| shown),
        detail: need.detail.filter(|_| shown),
        restricted: need.restricted,
        status: need.status,
        outcome: need.outcome.filter(|_| shown),
        raised_at: need.raised_at,
        parent_id: need.parent_id,
    }
}

pub(super) async fn tasks_of(conn: &mut Conn, case: CaseId) -> Result<Vec<CaseTask>, Error> {
    Ok(tasks::table
        .filter(tasks::case_id.eq(case))
        .order((tasks::due_on, tasks::id))
        .select((tasks::id, tasks::title, tasks::due_on, tasks::owner_id, tasks::status))
        .load(conn)
        .await?)
}

pub(super) async fn assistance_of(
    conn: &mut Conn,
    case: CaseId,
    hidden: &Hidden,
) -> Result<Vec<CaseAssistance>, Error> {
    let given: Vec<AssistanceRow> = assistance::table
        .filter(assistance::case_id.eq(case).and(assistance::withdrawn_at.is_null()))
        .order((assistance::given_at, assistance::id))
        .select((
            assistance::id,
            assistance::need_id,
            assistance::service,
            assistance::given_at,
            assistance::given_by,
            assistance::amount_minor,
            assistance::currency,
        ))
        .load(conn)
        .await?;
    let line = |(id, need, service, given_at, given_by, amount_minor, currency): AssistanceRow| {
        let service = Some(service).filter(|code| !hidden.is_assistance(need, code));
        CaseAssistance { id, service, given_at, given_by, amount_minor, currency }
    };
    Ok(given.into_iter().map(line).collect())
}

pub(super) async fn referrals_of(
    conn: &mut Conn,
    case: CaseId,
    hidden: &Hidden,
) -> Result<Vec<CaseReferral>, Error> {
    let sent: Vec<ReferralRow> = referrals::table
        .filter(referrals::case_id.eq(case))
        .order((referrals::created_at, referrals::id))
        .select((
            referrals::id,
            referrals::number,
            referrals::need_id,
            referrals::agency_id,
            referrals::service,
            referrals::state,
            referrals::decide_by,
        ))
        .load(conn)
        .await?;
    let line = |(id, number, need, agency, service, state, decide_by): ReferralRow| {
        let shown = !hidden.is_need(need);
        let (agency_id, service) = (Some(agency).filter(|_| shown), Some(service).filter(|_| shown));
        CaseReferral { id, number, agency_id, service, state, decide_by }
    };
    Ok(sent.into_iter().map(line).collect())
}

pub(super) async fn holdings_of(conn: &mut Conn, case: CaseId) -> Result<Vec<CaseHolding>, Error> {
    Ok(case_holdings::table
        .filter(case_holdings::case_id.eq(case))
        .order((case_holdings::from_at, case_holdings::id))
        .select((
            case_holdings::office_id,
            case_holdings::staff_id,
            case_holdings::from_at,
            case_holdings::until_at,
        ))
        .load(conn)
        .await?)
}
