//! Setting a task about an agency: it gets an owner, who is told, and the trail says so.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::model::{NewAgencyTask, candidates};
use super::rules::{self, AgencyTaskKind};
use crate::agencies::model::{Agency, Service};
use crate::audit::Event;
use crate::ids::{AgencyId, AgencyTaskId, ConfirmationLinkId};
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// What an agency says by its link that only the desk can write down.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    /// What is to be done.
    pub kind: AgencyTaskKind,
    /// The service it is about.
    pub service: &'a Service,
    /// In the agency's words.
    pub words: Option<String>,
    /// The link by which it was said.
    pub link: ConfirmationLinkId,
}

/// Sets the task that a wish comes to; false when it is to be done already. Ask as the system.
///
/// # Errors
/// Those of the database.
pub async fn set_wish(
    tx: &mut Conn,
    agency: &Agency,
    wish: Wish<'_>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let task = NewAgencyTask {
        service_id: Some(wish.service.id),
        words: wish.words,
        link_id: Some(wish.link),
        ..new(tx, agency, wish.kind, now).await?
    };
    if task.is_known(tx).await? {
        return Ok(false);
    }
    set(tx, agency, &task, Some(&wish.service.name), now).await
}

/// Has an agency phoned because mail about its entry does not arrive; once, however many mails come back. Nobody is
/// phoned who is no partner any more. Ask as the system.
///
/// # Errors
/// Those of the database.
pub async fn have_phoned(tx: &mut Conn, agency: AgencyId, now: DateTime<Utc>) -> Result<bool, Error> {
    let agency = Agency::lock(tx, agency).await?;
    if agency.is_retired(now) {
        return Ok(false);
    }
    let task = new(tx, &agency, AgencyTaskKind::PhoneAgency, now).await?;
    set(tx, &agency, &task, None, now).await
}

async fn new(
    tx: &mut Conn,
    agency: &Agency,
    kind: AgencyTaskKind,
    now: DateTime<Utc>,
) -> Result<NewAgencyTask, Error> {
    Ok(NewAgencyTask {
        id: AgencyTaskId::new(),
        agency_id: agency.id,
        service_id: None,
        kind,
        words: None,
        due_on: agency.today(now),
        owner_id: rules::owner(&candidates(tx, agency).await?),
        link_id: None,
        created_at: now,
    })
}

async fn set(
    tx: &mut Conn,
    agency: &Agency,
    task: &NewAgencyTask,
    service: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    if !task.insert(tx).await? {
        return Ok(false);
    }
    let facts = json!({ "task": task.id, "kind": task.kind, "owner": task.owner_id, "service_id": task.service_id,
                        "confirmation_link": task.link_id });
    let event = Event::new("agency.task_set").about("agency", agency.id).facts(facts);
    match task.link_id {
        Some(_) => event.record_by_link(tx, agency.id, now).await?,
        None => event.record_unknown(tx, now).await?,
    }
    if let Some(owner) = task.owner_id {
        // Of the entry only: what was written stays behind the sign-in.
        let fields = json!({ "agency": agency.id, "agency_name": agency.name, "service": service,
                             "task": task.kind });
        NewNotice::to_staff(NoticeKind::AgencyTask, owner).fields(fields).send(tx, now).await?;
    }
    Ok(true)
}
