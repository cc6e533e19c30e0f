//! What is shown of a case: a row of a list, and the whole file. Restricted facts are masked here.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Case, WITH_PARTNER};
use super::rules::{self, CaseStatus, CaseVerb, PersonRole, Priority, Stage};
use crate::auth::Actor;
use crate::ids::{
    AgencyId, AssistanceId, AssociationId, CaseId, MigrantId, NeedId, OfficeId, ReferralId, StaffId, TaskId,
};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{
    assistance, associations, case_events, case_holdings, case_people, migrants, needs, notes, referrals,
    tasks,
};

/// A need as a list shows it: its code, or only that something restricted exists.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseNeedCode {
    /// A code of list service; null when restricted and not for these eyes.
    #[schema(example = "HOU")]
    pub service: Option<String>,
    /// It is a restricted fact.
    pub restricted: bool,
}

/// A case as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseRow {
    /// Its id.
    pub id: CaseId,
    /// Said on the phone.
    #[schema(example = "PIC-2026-000412")]
    pub number: String,
    /// The principal person or the association; null for managers.
    pub client_name: Option<String>,
    /// A code of list client_kind.
    #[schema(example = "HH")]
    pub client_kind: String,
    /// The office that holds it.
    pub office_id: OfficeId,
    /// open or closed.
    pub status: CaseStatus,
    /// How far work has come.
    pub stage: Stage,
    /// How soon something must happen.
    pub priority: Priority,
    /// By when.
    pub due_at: DateTime<Utc>,
    /// Open and past the due moment.
    pub overdue: bool,
    /// The worker who owns it.
    pub assigned_to: Option<StaffId>,
    /// What is wanted.
    pub needs: Vec<CaseNeedCode>,
    /// How many persons are on it.
    pub people: usize,
    /// How many referrals a partner has in hand.
    pub open_referrals: usize,
    /// The day of the next open task.
    pub next_task_on: Option<NaiveDate>,
    /// First opened.
    pub opened_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Counts edits.
    pub version: i32,
}

/// A person on a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CasePerson {
    /// The person.
    pub migrant_id: MigrantId,
    /// What they are called at the desk.
    pub name: String,
    /// As what they are on it.
    pub role: PersonRole,
    /// The person the case is named after.
    pub principal: bool,
    /// Since when.
    pub added_at: DateTime<Utc>,
}

/// A need on a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseNeed {
    /// Its id; null when it is not for these eyes.
    pub id: Option<NeedId>,
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
    /// A code of list service; null when it helped with a restricted need that is not for these eyes.
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

/// The whole file of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseView {
    /// The case itself.
    #[serde(flatten)]
    pub case: Case,
    /// The principal person or the association.
    pub client_name: Option<String>,
    /// Open and past the due moment.
    pub overdue: bool,
    /// Who is on it.
    pub people: Vec<CasePerson>,
    /// What is wanted.
    pub needs: Vec<CaseNeed>,
    /// What is to be done and was done.
    pub tasks: Vec<CaseTask>,
    /// What the desk gave.
    pub assistance: Vec<CaseAssistance>,
    /// What was sent to partners.
    pub referrals: Vec<CaseReferral>,
    /// How many notes there are, restricted ones too.
    pub notes: i64,
    /// Who held it, and when.
    pub holdings: Vec<CaseHolding>,
    /// What the actor may do now.
    pub allowed: Vec<CaseVerb>,
}

/// An event in the history of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseHistoryEvent {
    /// noun.past; null for something restricted that is not for these eyes.
    #[schema(example = "need.raised")]
    pub kind: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// When it reached the server.
    pub recorded_at: DateTime<Utc>,
    /// Who; null for the system.
    pub staff_id: Option<StaffId>,
    /// What it is about.
    pub subject_id: Option<Uuid>,
    /// It is about a restricted fact.
    pub restricted: bool,
    /// Codes and ids.
    pub facts: Value,
}

#[derive(Queryable)]
struct OnCase {
    case_id: CaseId,
    migrant_id: MigrantId,
    principal: bool,
    role: PersonRole,
    added_at: DateTime<Utc>,
    given_names: Option<String>,
    family_names: Option<String>,
    name_suffix: Option<String>,
    code_name: Option<String>,
}

impl OnCase {
    fn name(&self) -> String {
        let parts = [&self.given_names, &self.family_names, &self.name_suffix];
        let name = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        match &self.code_name {
            Some(code_name) if name.is_empty() => code_name.clone(),
            _ => name,
        }
    }
}

async fn people(conn: &mut Conn, ids: &[CaseId]) -> Result<Vec<OnCase>, Error> {
    Ok(case_people::table
        .inner_join(migrants::table)
        .filter(case_people::case_id.eq_any(ids.to_vec()))
        .filter(case_people::removed_at.is_null())
        .order((case_people::principal.desc(), case_people::added_at, case_people::migrant_id))
        .select((
            case_people::case_id,
            case_people::migrant_id,
            case_people::principal,
            case_people::role,
            case_people::added_at,
            migrants::given_names,
            migrants::family_names,
            migrants::name_suffix,
            migrants::code_name,
        ))
        .load(conn)
        .await?)
}

async fn association_names(conn: &mut Conn, cases: &[Case]) -> Result<HashMap<AssociationId, String>, Error> {
    let ids: Vec<AssociationId> = cases.iter().filter_map(|case| case.association_id).collect();
    let found = associations::table.filter(associations::id.eq_any(ids));
    let names: Vec<(AssociationId, String)> =
        found.select((associations::id, associations::name)).load(conn).await?;
    Ok(names.into_iter().collect())
}

/// The rows of a list, in six queries whatever its length.
///
/// # Errors
/// Those of the database.
pub async fn rows(
    conn: &mut Conn,
    actor: &Actor,
    found: Vec<Case>,
    now: DateTime<Utc>,
) -> Result<Vec<CaseRow>, Error> {
    let ids: Vec<CaseId> = found.iter().map(|case| case.id).collect();
    let associations = association_names(conn, &found).await?;
    let mut names: HashMap<CaseId, String> = HashMap::new();
    let mut counts: HashMap<CaseId, usize> = HashMap::new();
    for person in people(conn, &ids).await? {
        if person.principal {
            names.insert(person.case_id, person.name());
        }
        *counts.entry(person.case_id).or_default() += 1;
    }
    let wanted: Vec<(CaseId, String, bool)> = needs::table
        .filter(needs::case_id.eq_any(ids.clone()))
        .order((needs::raised_at, needs::id))
        .select((needs::case_id, needs::service, needs::restricted))
        .load(conn)
        .await?;
    let mut by_case: HashMap<CaseId, Vec<(String, bool)>> = HashMap::new();
    for (case, service, restricted) in wanted {
        by_case.entry(case).or_default().push((service, restricted));
    }
    let mut sent: HashMap<CaseId, usize> = HashMap::new();
    let with_partner: Vec<CaseId> = referrals::table
        .filter(referrals::case_id.eq_any(ids.clone()).and(referrals::state.eq_any(WITH_PARTNER)))
        .select(referrals::case_id)
        .load(conn)
        .await?;
    for case in with_partner {
        *sent.entry(case).or_default() += 1;
    }
    let planned: Vec<(CaseId, Option<NaiveDate>)> = tasks::table
        .filter(tasks::case_id.eq_any(ids).and(tasks::status.eq("open")))
        .group_by(tasks::case_id)
        .select((tasks::case_id, diesel::dsl::min(tasks::due_on)))
        .load(conn)
        .await?;
    let next: HashMap<CaseId, Option<NaiveDate>> = planned.into_iter().collect();
    let row = |case: Case| {
        let readable = rules::reads_restricted(actor, &case);
        let named = case
            .association_id
            .and_then(|id| associations.get(&id).cloned())
            .or_else(|| names.get(&case.id).cloned());
        let codes = by_case.remove(&case.id).unwrap_or_default();
        CaseRow {
            client_name: named.filter(|_| rules::opens_without_grant(actor)),
            overdue: is_overdue(&case, now),
            needs: codes
                .into_iter()
                .map(|(service, restricted)| CaseNeedCode {
                    service: Some(service).filter(|_| readable || !restricted),
                    restricted,
                })
                .collect(),
            people: counts.get(&case.id).copied().unwrap_or_default(),
            open_referrals: sent.get(&case.id).copied().unwrap_or_default(),
            next_task_on: next.get(&case.id).copied().flatten(),
            id: case.id,
            number: case.number,
            client_kind: case.client_kind,
            office_id: case.office_id,
            status: case.status,
            stage: case.stage,
            priority: case.priority,
            due_at: case.due_at,
            assigned_to: case.assigned_to,
            opened_at: case.opened_at,
            updated_at: case.updated_at,
            version: case.version,
        }
    };
    Ok(found.into_iter().map(row).collect())
}

fn is_overdue(case: &Case, now: DateTime<Utc>) -> bool {
    case.status == CaseStatus::Open && case.due_at < now
}

#[derive(Queryable)]
struct NeedRow {
    id: NeedId,
    migrant_id: Option<MigrantId>,
    service: String,
    restricted: bool,
    detail: Option<String>,
    status: String,
    outcome: Option<String>,
    raised_at: DateTime<Utc>,
}

type AssistanceRow =
    (AssistanceId, Option<NeedId>, String, DateTime<Utc>, Option<StaffId>, Option<i64>, Option<String>);
type ReferralRow = (ReferralId, String, NeedId, AgencyId, String, String, Option<DateTime<Utc>>);

impl CaseView {
    /// The whole file, in nine queries whatever is on it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(
        conn: &mut Conn,
        actor: &Actor,
        case: Case,
        now: DateTime<Utc>,
    ) -> Result<CaseView, Error> {
        let granted = case.is_granted(conn, actor).await?;
        let associations = association_names(conn, std::slice::from_ref(&case)).await?;
        let persons = people(conn, &[case.id]).await?;
        let client_name = case
            .association_id
            .and_then(|id| associations.get(&id).cloned())
            .or_else(|| persons.iter().find(|person| person.principal).map(OnCase::name));
        let wanted: Vec<NeedRow> = needs::table
            .filter(needs::case_id.eq(case.id))
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
            ))
            .load(conn)
            .await?;
        let readable = rules::reads_restricted(actor, &case);
        let hidden: Vec<NeedId> =
            wanted.iter().filter(|need| need.restricted && !readable).map(|need| need.id).collect();
        Ok(CaseView {
            client_name,
            overdue: is_overdue(&case, now),
            people: persons.iter().map(CasePerson::from).collect(),
            needs: wanted.into_iter().map(|need| masked(need, &hidden)).collect(),
            tasks: task_lines(conn, case.id).await?,
            assistance: assistance_lines(conn, case.id, &hidden).await?,
            referrals: referral_lines(conn, case.id, &hidden).await?,
            notes: notes::table.filter(notes::case_id.eq(case.id)).count().get_result(conn).await?,
            holdings: holdings(conn, case.id).await?,
            allowed: rules::allowed(actor, &case, granted),
            case,
        })
    }
}

impl From<&OnCase> for CasePerson {
    fn from(person: &OnCase) -> CasePerson {
        CasePerson {
            migrant_id: person.migrant_id,
            name: person.name(),
            role: person.role,
            principal: person.principal,
            added_at: person.added_at,
        }
    }
}

fn masked(need: NeedRow, hidden: &[NeedId]) -> CaseNeed {
    let shown = !hidden.contains(&need.id);
    CaseNeed {
        id: Some(need.id).filter(|_| shown),
        service: Some(need.service).filter(|_| shown),
        migrant_id: need.migrant_id.filter(|_| shown),
        detail: need.detail.filter(|_| shown),
        restricted: need.restricted,
        status: need.status,
        outcome: need.outcome.filter(|_| shown),
        raised_at: need.raised_at,
    }
}

async fn task_lines(conn: &mut Conn, case: CaseId) -> Result<Vec<CaseTask>, Error> {
    Ok(tasks::table
        .filter(tasks::case_id.eq(case))
        .order((tasks::due_on, tasks::id))
        .select((tasks::id, tasks::title, tasks::due_on, tasks::owner_id, tasks::status))
        .load(conn)
        .await?)
}

async fn assistance_lines(
    conn: &mut Conn,
    case: CaseId,
    hidden: &[NeedId],
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
        let shown = need.is_none_or(|need| !hidden.contains(&need));
        let service = Some(service).filter(|_| shown);
        CaseAssistance { id, service, given_at, given_by, amount_minor, currency }
    };
    Ok(given.into_iter().map(line).collect())
}

async fn referral_lines(
    conn: &mut Conn,
    case: CaseId,
    hidden: &[NeedId],
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
        let shown = !hidden.contains(&need);
        let (agency_id, service) = (Some(agency).filter(|_| shown), Some(service).filter(|_| shown));
        CaseReferral { id, number, agency_id, service, state, decide_by }
    };
    Ok(sent.into_iter().map(line).collect())
}

async fn holdings(conn: &mut Conn, case: CaseId) -> Result<Vec<CaseHolding>, Error> {
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

type EventRow = (String, DateTime<Utc>, DateTime<Utc>, Option<StaffId>, Option<Uuid>, bool, Value);

/// Everything that happened on a case, in order.
///
/// # Errors
/// Those of the database.
pub async fn history(conn: &mut Conn, actor: &Actor, case: &Case) -> Result<Vec<CaseHistoryEvent>, Error> {
    let readable = rules::reads_restricted(actor, case);
    let events: Vec<EventRow> = case_events::table
        .filter(case_events::case_id.eq(case.id))
        .order((case_events::at, case_events::id))
        .select((
            case_events::kind,
            case_events::at,
            case_events::recorded_at,
            case_events::staff_id,
            case_events::subject_id,
            case_events::restricted,
            case_events::facts,
        ))
        .load(conn)
        .await?;
    let line = |(kind, at, recorded_at, staff_id, subject_id, restricted, facts): EventRow| {
        let shown = readable || !restricted;
        CaseHistoryEvent {
            kind: Some(kind).filter(|_| shown),
            at,
            recorded_at,
            staff_id,
            subject_id: subject_id.filter(|_| shown),
            restricted,
            facts: if shown { facts } else { serde_json::json!({}) },
        }
    };
    Ok(events.into_iter().map(line).collect())
}
