//! A case as a list shows it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::{is_overdue, people};
use crate::auth::Actor;
use crate::cases::model::{Case, WITH_PARTNER};
use crate::cases::rules::{self, CaseStatus, Priority, Stage};
use crate::ids::{AssociationId, CaseId, OfficeId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::problems;
use crate::schema::{needs, referrals, tasks};

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

/// What stands beside the rows of a list, by case.
#[derive(Default)]
struct Beside {
    associations: HashMap<AssociationId, String>,
    principals: HashMap<CaseId, String>,
    people: HashMap<CaseId, usize>,
    needs: HashMap<CaseId, Vec<(String, bool)>>,
    sent: HashMap<CaseId, usize>,
    next_task: HashMap<CaseId, NaiveDate>,
}

impl Beside {
    /// Six queries, whatever the length of the list.
    async fn read(conn: &mut Conn, actor: &Actor, found: &[Case]) -> Result<Beside, Error> {
        let ids: Vec<CaseId> = found.iter().map(|case| case.id).collect();
        let associations = people::association_names(conn, found).await?;
        let mut beside = Beside { associations, ..Beside::default() };
        for person in people::on_cases(conn, actor, &ids).await? {
            if person.principal {
                beside.principals.insert(person.case_id, person.name());
            }
            *beside.people.entry(person.case_id).or_default() += 1;
        }
        let wanted: Vec<(CaseId, String, bool)> = needs::table
            .filter(needs::case_id.eq_any(&ids))
            .order((needs::raised_at, needs::id))
            .select((needs::case_id, needs::service, needs::restricted))
            .load(conn)
            .await?;
        for (case, service, restricted) in wanted {
            beside.needs.entry(case).or_default().push((service, restricted));
        }
        let with_partner: Vec<CaseId> = referrals::table
            .filter(referrals::case_id.eq_any(&ids).and(referrals::state.eq_any(WITH_PARTNER)))
            .select(referrals::case_id)
            .load(conn)
            .await?;
        for case in with_partner {
            *beside.sent.entry(case).or_default() += 1;
        }
        let planned: Vec<(CaseId, Option<NaiveDate>)> = tasks::table
            .filter(tasks::case_id.eq_any(&ids).and(tasks::status.eq("open")))
            .group_by(tasks::case_id)
            .select((tasks::case_id, diesel::dsl::min(tasks::due_on)))
            .load(conn)
            .await?;
        beside.next_task = planned.into_iter().filter_map(|(case, day)| Some((case, day?))).collect();
        Ok(beside)
    }

    /// The association, or else the principal person.
    fn client_name(&self, case: &Case) -> Option<String> {
        let association = case.association_id.and_then(|id| self.associations.get(&id));
        association.or_else(|| self.principals.get(&case.id)).cloned()
    }

    fn needs(&mut self, case: &Case, readable: bool) -> Vec<CaseNeedCode> {
        let codes = self.needs.remove(&case.id).unwrap_or_default();
        let shown = |(service, restricted): (String, bool)| {
            let service = Some(service).filter(|_| readable || !restricted);
            CaseNeedCode { service, restricted }
        };
        codes.into_iter().map(shown).collect()
    }
}

/// One row.
///
/// # Errors
/// Those of the database.
pub async fn row(conn: &mut Conn, actor: &Actor, case: Case, now: DateTime<Utc>) -> Result<CaseRow, Error> {
    let mut rows = rows(conn, actor, vec![case], now).await?;
    rows.pop().ok_or((&problems::NOT_FOUND).into())
}

/// The rows of a list, in five queries whatever its length.
///
/// # Errors
/// Those of the database.
pub async fn rows(
    conn: &mut Conn,
    actor: &Actor,
    found: Vec<Case>,
    now: DateTime<Utc>,
) -> Result<Vec<CaseRow>, Error> {
    let mut beside = Beside::read(conn, actor, &found).await?;
    let row = |case: Case| CaseRow {
        client_name: beside.client_name(&case).filter(|_| rules::opens_without_grant(actor)),
        overdue: is_overdue(&case, now),
        needs: beside.needs(&case, rules::reads_restricted(actor, &case)),
        people: beside.people.get(&case.id).copied().unwrap_or_default(),
        open_referrals: beside.sent.get(&case.id).copied().unwrap_or_default(),
        next_task_on: beside.next_task.get(&case.id).copied(),
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
    };
    Ok(found.into_iter().map(row).collect())
}
