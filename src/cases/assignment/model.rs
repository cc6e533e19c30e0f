//! Who holds a case, and telling them.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use uuid::Uuid;

use crate::auth::{Actor, Role};
use crate::cases::model::{Case, CaseEvent};
use crate::cases::people::model::extend_offices;
use crate::cases::tasks::model::free_tasks;
use crate::ids::{OfficeId, StaffId};
use crate::notices::model::{NewNotice, NoticeKind};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{case_holdings, cases, staff, staff_offices};

/// Whether an account is a worker of an office, with access.
///
/// # Errors
/// Those of the database.
pub async fn is_colleague(conn: &mut Conn, id: StaffId, office: OfficeId) -> Result<bool, Error> {
    let member = staff::table
        .inner_join(staff_offices::table)
        .filter(staff::id.eq(id).and(staff_offices::office_id.eq(office)))
        .filter(staff::role.eq_any([Role::Supervisor, Role::CaseWorker, Role::FieldWorker]))
        .filter(staff::disabled_at.is_null());
    Ok(diesel::select(exists(member.select(staff::id))).get_result(conn).await?)
}

async fn members_of(conn: &mut Conn, office: OfficeId) -> Result<Vec<StaffId>, Error> {
    let members = staff_offices::table.filter(staff_offices::office_id.eq(office));
    Ok(members.select(staff_offices::staff_id).load(conn).await?)
}

impl Case {
    /// Hands it to an office and a worker, from `now` on, and tells the worker unless it is the actor.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn hand_over(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        (office, worker): (OfficeId, Option<StaffId>),
        now: DateTime<Utc>,
    ) -> Result<Case, Error> {
        let present = case_holdings::case_id.eq(self.id).and(case_holdings::until_at.is_null());
        diesel::update(case_holdings::table.filter(present))
            .set(case_holdings::until_at.eq(now))
            .execute(tx)
            .await?;
        diesel::insert_into(case_holdings::table)
            .values((
                case_holdings::id.eq(Uuid::now_v7()),
                case_holdings::case_id.eq(self.id),
                case_holdings::office_id.eq(office),
                case_holdings::staff_id.eq(worker),
                case_holdings::from_at.eq(now),
            ))
            .execute(tx)
            .await?;
        if office != self.office_id {
            let people = self.people_ids(tx).await?;
            extend_offices(tx, &people, office).await?;
        }
        // Who loses the case or leaves its office behind would see its tasks no more.
        let members: Vec<StaffId> = members_of(tx, office).await?;
        let stay = members.into_iter().filter(|member| Some(*member) != self.assigned_to);
        free_tasks(tx, self.id, stay.collect()).await?;
        let facts = json!({ "from": self.assigned_to, "to": worker, "from_office": self.office_id, "to_office": office });
        CaseEvent::new("case.assigned", self.id).facts(facts).record(tx, Some(actor.staff), now, now).await?;
        let case: Case = diesel::update(cases::table.find(self.id))
            .set((
                cases::office_id.eq(office),
                cases::assigned_to.eq(worker),
                cases::version.eq(self.version + 1),
                cases::updated_at.eq(now),
                cases::last_action_at.eq(now),
            ))
            .returning(Case::as_returning())
            .get_result(tx)
            .await?;
        case.tell_owner(tx, actor, NoticeKind::CaseAssigned, now).await?;
        Ok(case)
    }

    /// Tells its worker by mail, unless the worker is the actor.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tell_owner(
        &self,
        tx: &mut Conn,
        actor: &Actor,
        kind: NoticeKind,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        match self.assigned_to {
            Some(owner) if owner != actor.staff => {
                NewNotice::to_staff(kind, owner)
                    .about_case(self.id, self.office_id)
                    .fields(json!({ "priority": self.priority, "due_at": self.due_at }))
                    .send(tx, now)
                    .await
            }
            _ => Ok(()),
        }
    }
}
