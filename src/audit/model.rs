//! Rows and queries of the audit trail.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::Actor;
use crate::ids::{AgencyId, AuditEventId, OfficeId, StaffId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::request_id;
use crate::platform::page::{Cursor, Page};
use crate::schema::audit_events;

/// An event about to be recorded: `Event::new("case.closed").about("case", id).at(office).record(tx, &actor, now)`.
#[derive(Debug, Clone)]
pub struct Event {
    action: &'static str,
    subject: Option<(&'static str, Uuid)>,
    office: Option<OfficeId>,
    facts: Value,
}

impl Event {
    /// `action` is noun.past, such as `case.closed`.
    pub fn new(action: &'static str) -> Event {
        Event { action, subject: None, office: None, facts: json!({}) }
    }

    /// What was acted on.
    pub fn about(mut self, kind: &'static str, id: impl Into<Uuid>) -> Event {
        self.subject = Some((kind, id.into()));
        self
    }

    /// The office whose file it is.
    pub fn at(mut self, office: OfficeId) -> Event {
        self.office = Some(office);
        self
    }

    /// Codes, ids and names of fields; never their personal values.
    pub fn facts(mut self, facts: Value) -> Event {
        self.facts = facts;
        self
    }

    /// Records it as done by `actor`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(self, tx: &mut Conn, actor: &Actor, now: DateTime<Utc>) -> Result<(), Error> {
        let who = (Some(actor.staff), Some(actor.role.word()), actor.agency);
        self.insert(tx, who, now).await
    }

    /// Records it as done for an agency by whoever holds the link of one referral; its `facts` name the link.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_by_link(
        self,
        tx: &mut Conn,
        agency: AgencyId,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.insert(tx, (None, Some("link"), Some(agency)), now).await
    }

    /// Records it as done by nobody known: the system, or a visitor who did not get in.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_unknown(self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        self.insert(tx, (None, None, None), now).await
    }

    async fn insert(
        self,
        tx: &mut Conn,
        (staff, role, agency): (Option<StaffId>, Option<&'static str>, Option<AgencyId>),
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let request = Some(request_id()).filter(|id| !id.is_nil());
        diesel::insert_into(audit_events::table)
            .values((
                audit_events::id.eq(AuditEventId::new()),
                audit_events::at.eq(now),
                audit_events::staff_id.eq(staff),
                audit_events::role.eq(role),
                audit_events::agency_id.eq(agency),
                audit_events::action.eq(self.action),
                audit_events::subject_kind.eq(self.subject.map(|(kind, _)| kind)),
                audit_events::subject_id.eq(self.subject.map(|(_, id)| id)),
                audit_events::office_id.eq(self.office),
                audit_events::request_id.eq(request),
                audit_events::facts.eq(self.facts),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }
}

/// A line of the trail.
#[derive(Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = audit_events)]
#[schema(as = AuditEvent)]
pub struct Recorded {
    /// Its id.
    pub id: AuditEventId,
    /// When.
    pub at: DateTime<Utc>,
    /// The account; null for the system and unknown visitors.
    pub staff_id: Option<StaffId>,
    /// Its role then; `link` for whoever answers without an account.
    pub role: Option<String>,
    /// Its agency.
    pub agency_id: Option<AgencyId>,
    /// noun.past, such as `case.closed`.
    #[schema(example = "case.closed")]
    pub action: String,
    /// What was acted on.
    #[schema(example = "case")]
    pub subject_kind: Option<String>,
    /// Which one.
    pub subject_id: Option<Uuid>,
    /// The office whose file it is.
    pub office_id: Option<OfficeId>,
    /// The request.
    pub request_id: Option<Uuid>,
    /// Codes, ids and names of fields.
    pub facts: Value,
}

/// Which lines are wanted.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Of this account.
    pub staff: Option<StaffId>,
    /// About this record.
    pub subject: Option<Uuid>,
    /// Of this action.
    pub action: Option<String>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// A page of the trail, newest first.
///
/// # Errors
/// Those of the database.
pub async fn page(
    conn: &mut Conn,
    wanted: Wanted,
    after: Option<Cursor<DateTime<Utc>>>,
    limit: i64,
) -> Result<Page<Recorded>, Error> {
    let mut query = audit_events::table.select(Recorded::as_select()).into_boxed();
    if let Some(staff) = wanted.staff {
        query = query.filter(audit_events::staff_id.eq(staff));
    }
    if let Some(subject) = wanted.subject {
        query = query.filter(audit_events::subject_id.eq(subject));
    }
    if let Some(action) = wanted.action {
        query = query.filter(audit_events::action.eq(action));
    }
    if let Some(from) = wanted.from {
        query = query.filter(audit_events::at.ge(from));
    }
    if let Some(until) = wanted.until {
        query = query.filter(audit_events::at.lt(until));
    }
    if let Some(cursor) = after {
        let id = AuditEventId(cursor.id);
        query = query.filter(
            audit_events::at.lt(cursor.key).or(audit_events::at.eq(cursor.key).and(audit_events::id.lt(id))),
        );
    }
    let rows =
        query.order((audit_events::at.desc(), audit_events::id.desc())).limit(limit + 1).load(conn).await?;
    Ok(Page::cut(rows, limit, |row| (row.at, row.id.0)))
}
