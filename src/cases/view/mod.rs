//! What is shown of a case: a row of a list, the whole file, its history. Restricted facts are masked here.

mod hidden;
mod history;
mod parts;
mod people;
mod row;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

pub use self::hidden::Hidden;
pub use self::history::{CaseHistoryEvent, history};
pub use self::parts::{CaseAssistance, CaseHolding, CaseNeed, CaseReferral, CaseTask};
pub use self::people::CasePerson;
pub use self::row::{CaseNeedCode, CaseRow, row, rows};
use super::model::Case;
use super::rules::{self, CaseStatus, CaseVerb};
use crate::auth::Actor;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::IfMatch;
use crate::schema::notes;

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

fn is_overdue(case: &Case, now: DateTime<Utc>) -> bool {
    case.status == CaseStatus::Open && case.due_at < now
}

impl CaseView {
    /// Refuses an edit of an old version, and shows the present one.
    ///
    /// # Errors
    /// `stale_version`
    pub async fn require_current(
        conn: &mut Conn,
        actor: &Actor,
        if_match: IfMatch,
        case: &Case,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if if_match.0 == case.version {
            return Ok(());
        }
        let current = CaseView::of(conn, actor, case.clone(), now).await?;
        if_match.check(case.version, current)
    }

    /// The whole file, in twelve queries at most, whatever is on it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(
        conn: &mut Conn,
        actor: &Actor,
        case: Case,
        now: DateTime<Utc>,
    ) -> Result<CaseView, Error> {
        let granted = case.is_granted(conn, actor.staff).await?;
        let associations = people::association_names(conn, std::slice::from_ref(&case)).await?;
        let persons = people::on_cases(conn, actor, &[case.id]).await?;
        let client_name = case
            .association_id
            .and_then(|id| associations.get(&id).cloned())
            .or_else(|| persons.iter().find(|person| person.principal).map(people::OnCase::name));
        let wanted = parts::needs_of(conn, case.id).await?;
        let hidden = Hidden::of(conn, actor, &case).await?;
        Ok(CaseView {
            client_name,
            overdue: is_overdue(&case, now),
            people: persons.iter().map(CasePerson::from).collect(),
            needs: wanted.into_iter().map(|need| parts::masked(need, &hidden)).collect(),
            tasks: parts::tasks_of(conn, case.id).await?,
            assistance: parts::assistance_of(conn, case.id, &hidden).await?,
            referrals: parts::referrals_of(conn, case.id, &hidden).await?,
            notes: notes::table.filter(notes::case_id.eq(case.id)).count().get_result(conn).await?,
            holdings: parts::holdings_of(conn, case.id).await?,
            allowed: rules::allowed(actor, &case, granted),
            case,
        })
    }
}
