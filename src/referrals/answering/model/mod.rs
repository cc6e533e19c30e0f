//! Rows and queries of links, and who holds one; codes and sessions stand beside.

pub mod codes;
pub mod sessions;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{self, Door, Way};
use crate::agencies::model::Agency;
use crate::ids::{AgencyId, AnswerLinkId, ReferralId, StaffId};
use crate::notices::NoticeKind;
use crate::notices::model::NoticeState;
use crate::offices::model::Office;
use crate::platform::crypto::sha256;
use crate::platform::db::{Asks, Conn, Guard};
use crate::platform::error::Error;
use crate::referrals::model::{Referral, Standing};
use crate::schema::{answer_links, answer_sessions, notices, referrals};

/// Whoever holds the link of one referral: somebody at its agency, without an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The link.
    pub link: AnswerLinkId,
    /// The one referral it leads to.
    pub referral: ReferralId,
    /// The agency it was sent to.
    pub agency: AgencyId,
}

impl Asks for Holder {
    fn guard(&self) -> Guard {
        Guard {
            kind: "link",
            role: "",
            agency: Some(self.agency.0),
            referral: Some(self.referral.0),
            ..Guard::default()
        }
    }
}

/// The link of one mail to one referral.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = answer_links)]
#[allow(missing_docs)]
pub struct AnswerLink {
    pub id: AnswerLinkId,
    pub referral_id: ReferralId,
    pub agency_id: AgencyId,
    pub made_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub opened_count: i32,
    pub last_opened_at: Option<DateTime<Utc>>,
    pub wrong_codes: i32,
    pub slowed_until: Option<DateTime<Utc>>,
}

impl AnswerLink {
    /// Whoever holds it.
    pub fn holder(&self) -> Holder {
        Holder { link: self.id, referral: self.referral_id, agency: self.agency_id }
    }

    /// Whether a newer mail about the same referral has gone out. A mail that came back took no link's place.
    async fn is_superseded(&self, conn: &mut Conn) -> Result<bool, Error> {
        let newer = answer_links::table
            .inner_join(notices::table)
            .filter(answer_links::referral_id.eq(self.referral_id))
            .filter(answer_links::made_at.gt(self.made_at).and(answer_links::id.ne(self.id)))
            .filter(notices::state.eq(NoticeState::Sent));
        Ok(diesel::select(diesel::dsl::exists(newer)).get_result(conn).await?)
    }

    /// The link of a holder, locked, so that codes are tried one after the other.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, holder: &Holder) -> Result<AnswerLink, Error> {
        let query = answer_links::table.find(holder.link).for_update().select(AnswerLink::as_select());
        Ok(query.first(tx).await?)
    }

    /// Notes wrong codes in a row, and until when none is tried.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note_wrong(
        &self,
        tx: &mut Conn,
        wrong: i32,
        slowed_until: Option<DateTime<Utc>>,
    ) -> Result<(), Error> {
        diesel::update(answer_links::table.find(self.id))
            .set((answer_links::wrong_codes.eq(wrong), answer_links::slowed_until.eq(slowed_until)))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Notes that a right code opened it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note_opened(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::update(answer_links::table.find(self.id))
            .set((
                answer_links::wrong_codes.eq(0),
                answer_links::slowed_until.eq(None::<DateTime<Utc>>),
                answer_links::opened_count.eq(answer_links::opened_count + 1),
                answer_links::last_opened_at.eq(now),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }
}

/// Where a token leads: the link and all that decides whether it still leads there.
pub struct Destination {
    /// The link.
    pub link: AnswerLink,
    /// Its referral.
    pub referral: Referral,
    /// Its agency.
    pub agency: Agency,
    /// The office that refers.
    pub office: Office,
    /// How far it leads.
    pub door: Door,
}

impl Destination {
    /// Where a token leads; `None` for one that was never made. Ask as the system: who holds the link is known only then.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, token: &str, now: DateTime<Utc>) -> Result<Option<Destination>, Error> {
        let link: Option<AnswerLink> = answer_links::table
            .filter(answer_links::token_hash.eq(sha256(token.as_bytes()).as_slice()))
            .select(AnswerLink::as_select())
            .first(conn)
            .await
            .optional()?;
        let Some(link) = link else { return Ok(None) };
        let referral = find_held(conn, &link.holder()).await?;
        let agency = Agency::find(conn, link.agency_id).await?;
        let office = Office::find(conn, referral.office_id).await?;
        let superseded = link.is_superseded(conn).await?;
        let door = link.door(superseded, &referral.standing, &agency, now);
        Ok(Some(Destination { link, referral, agency, office, door }))
    }
}

impl AnswerLink {
    fn door(&self, superseded: bool, standing: &Standing, agency: &Agency, now: DateTime<Utc>) -> Door {
        let agency_retired = agency.is_retired(now);
        rules::door(&Way { link: self, superseded, standing, agency_retired }, now)
    }
}

/// The referral of a holder.
///
/// # Errors
/// `not_found`
pub async fn find_held(conn: &mut Conn, holder: &Holder) -> Result<Referral, Error> {
    let query = referrals::table.find(holder.referral).filter(referrals::agency_id.eq(holder.agency));
    Ok(query.select(Referral::as_select()).first(conn).await?)
}

/// The referral of a holder, locked for a move.
///
/// # Errors
/// `not_found`
pub async fn lock_held(tx: &mut Conn, holder: &Holder) -> Result<Referral, Error> {
    let query = referrals::table.find(holder.referral).filter(referrals::agency_id.eq(holder.agency));
    Ok(query.for_update().select(Referral::as_select()).first(tx).await?)
}

/// What the desk knows of the link an agency answers by; never its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReferralAnswerLink)]
pub struct LinkState {
    /// When its mail was written.
    pub made_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// Whether it leads to the referral now.
    pub live: bool,
    /// When the desk took it back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// How often the agency opened it with a code. Visits without one are not counted: mail scanners make them.
    pub opened_count: i32,
    /// When it was last opened so.
    pub last_opened_at: Option<DateTime<Utc>>,
}

impl LinkState {
    /// The newest link of a referral; `None` while no mail with one has been written.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn newest(
        conn: &mut Conn,
        referral: &Referral,
        now: DateTime<Utc>,
    ) -> Result<Option<LinkState>, Error> {
        let link: Option<AnswerLink> = answer_links::table
            .filter(answer_links::referral_id.eq(referral.id))
            .order((answer_links::made_at.desc(), answer_links::id.desc()))
            .select(AnswerLink::as_select())
            .first(conn)
            .await
            .optional()?;
        let Some(link) = link else { return Ok(None) };
        let agency = Agency::find(conn, link.agency_id).await?;
        Ok(Some(LinkState {
            live: link.door(false, &referral.standing, &agency, now) == Door::Open,
            made_at: link.made_at,
            expires_at: link.expires_at,
            revoked_at: link.revoked_at,
            opened_count: link.opened_count,
            last_opened_at: link.last_opened_at,
        }))
    }
}

/// Takes back every link of a referral, and ends what they opened. Gives how many.
///
/// # Errors
/// Those of the database.
pub async fn revoke_links(
    tx: &mut Conn,
    referral: ReferralId,
    by: StaffId,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let links: Vec<AnswerLinkId> = diesel::update(answer_links::table)
        .filter(answer_links::referral_id.eq(referral).and(answer_links::revoked_at.is_null()))
        .set((answer_links::revoked_at.eq(now), answer_links::revoked_by.eq(by)))
        .returning(answer_links::id)
        .get_results(tx)
        .await?;
    diesel::update(answer_sessions::table)
        .filter(answer_sessions::link_id.eq_any(&links).and(answer_sessions::ended_at.is_null()))
        .set(answer_sessions::ended_at.eq(now))
        .execute(tx)
        .await?;
    Ok(links.len())
}

/// Whether a new link was promised to the agency after `since`.
///
/// # Errors
/// Those of the database.
pub async fn link_promised_since(
    conn: &mut Conn,
    referral: ReferralId,
    since: DateTime<Utc>,
) -> Result<bool, Error> {
    let promised = notices::table
        .filter(notices::referral_id.eq(referral).and(notices::kind.eq(NoticeKind::AnswerLink)))
        .filter(notices::created_at.gt(since));
    Ok(diesel::select(diesel::dsl::exists(promised)).get_result(conn).await?)
}
