//! Rows and queries of links: where one leads, who holds it, and how it ends.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::rules::{self, Way};
use crate::agencies::model::{Agency, Service};
use crate::ids::{AgencyId, ConfirmationLinkId, NoticeId, StaffId};
use crate::notices::model::NoticeState;
use crate::platform::crypto::sha256;
use crate::platform::db::{Asks, Conn, Guard};
use crate::platform::error::Error;
use crate::schema::{confirmation_links, notices};

/// Whoever holds the link to the entry of one agency: somebody there, without an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The link.
    pub link: ConfirmationLinkId,
    /// Whose entry.
    pub agency: AgencyId,
}

impl Asks for Holder {
    /// Of no referral: no person's file is within reach.
    fn guard(&self) -> Guard {
        Guard { kind: "link", role: "", agency: Some(self.agency.0), ..Guard::default() }
    }
}

/// The link of one mail to the entry of one agency.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = confirmation_links)]
#[allow(missing_docs)]
pub struct ConfirmationLink {
    pub id: ConfirmationLinkId,
    pub agency_id: AgencyId,
    pub notice_id: Option<NoticeId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub used_at: Option<DateTime<Utc>>,
}

/// Where a token leads: the link, the agency, and what it offers now.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The link.
    pub link: ConfirmationLink,
    /// The agency.
    pub agency: Agency,
    /// What it offers, by name.
    pub services: Vec<Service>,
}

impl ConfirmationLink {
    /// Whoever holds it.
    pub fn holder(&self) -> Holder {
        Holder { link: self.id, agency: self.agency_id }
    }

    /// Whether a newer mail with a link has gone out. A mail that came back took no link's place.
    async fn is_superseded(&self, conn: &mut Conn) -> Result<bool, Error> {
        let newer = confirmation_links::table
            .inner_join(notices::table)
            .filter(confirmation_links::agency_id.eq(self.agency_id).and(confirmation_links::id.ne(self.id)))
            .filter(confirmation_links::created_at.gt(self.created_at))
            .filter(notices::state.eq(NoticeState::Sent));
        Ok(diesel::select(diesel::dsl::exists(newer)).get_result(conn).await?)
    }

    /// Notes that an answer came; the first counts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note_used(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::update(confirmation_links::table.find(self.id).filter(confirmation_links::used_at.is_null()))
            .set(confirmation_links::used_at.eq(now))
            .execute(tx)
            .await?;
        Ok(())
    }
}

impl Entry {
    /// Where a token leads; `None` for one that leads nowhere, whether it once did or not. Ask as the system: who holds
    /// the link is known only then.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn behind(conn: &mut Conn, token: &str, now: DateTime<Utc>) -> Result<Option<Entry>, Error> {
        let link: Option<ConfirmationLink> = confirmation_links::table
            .filter(confirmation_links::token_hash.eq(sha256(token.as_bytes()).as_slice()))
            .select(ConfirmationLink::as_select())
            .first(conn)
            .await
            .optional()?;
        let Some(link) = link else { return Ok(None) };
        let agency = Agency::find(conn, link.agency_id).await?;
        let superseded = link.is_superseded(conn).await?;
        if !rules::leads(&Way { link: &link, superseded, agency_retired: agency.is_retired(now) }, now) {
            return Ok(None);
        }
        Ok(Some(Entry { services: offered(conn, &agency, now).await?, link, agency }))
    }

    /// The same entry as it is now, the agency locked, so that one answer is taken after the other.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lock(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<Entry, Error> {
        let agency = Agency::lock(tx, self.agency.id).await?;
        Ok(Entry { services: offered(tx, &agency, now).await?, agency, link: self.link.clone() })
    }
}

async fn offered(conn: &mut Conn, agency: &Agency, now: DateTime<Utc>) -> Result<Vec<Service>, Error> {
    let mut services = Service::of_agencies(conn, &[agency.id], false).await?;
    services.retain(|service| !service.is_retired(agency.today(now)));
    services.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    Ok(services)
}

/// Takes back every link of an agency that still leads somewhere, and says how many. `by` is nobody when the agency went
/// into another.
///
/// # Errors
/// Those of the database.
pub async fn revoke(
    tx: &mut Conn,
    agency: AgencyId,
    by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    Ok(diesel::update(confirmation_links::table.filter(confirmation_links::agency_id.eq(agency)))
        .filter(confirmation_links::revoked_at.is_null().and(confirmation_links::expires_at.gt(now)))
        .set((confirmation_links::revoked_at.eq(now), confirmation_links::revoked_by.eq(by)))
        .execute(tx)
        .await?)
}

/// Whether a link was promised to the agency after `since`.
///
/// # Errors
/// Those of the database.
pub async fn promised_since(conn: &mut Conn, agency: AgencyId, since: DateTime<Utc>) -> Result<bool, Error> {
    let promised = confirmation_links::table
        .filter(confirmation_links::agency_id.eq(agency).and(confirmation_links::created_at.gt(since)))
        .filter(confirmation_links::revoked_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(promised)).get_result(conn).await?)
}
