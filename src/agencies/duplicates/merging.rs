//! Making one agency of two: all that belongs to the one goes on at the other, and nothing is deleted.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;

use crate::agencies::confirmation::links;
use crate::agencies::model::Agency;
use crate::agencies::tasks::rules::{AgencyTaskKind, AgencyTaskStatus};
use crate::ids::{AgencyId, AnswerLinkId, CaseId, OfficeId, ReferralId};
use crate::notices::digest::SendDigest;
use crate::notices::model::NoticeState;
use crate::notices::{NewNotice, NoticeKind};
use crate::platform::db::Conn;
use crate::platform::error::{Error, field};
use crate::platform::jobs;
use crate::problems;
use crate::schema::{
    agencies, agency_contacts, agency_services, agency_tasks, answer_links, answer_sessions, consents,
    notices, referrals, staff,
};

/// How much went over, for the audit trail.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Moved {
    pub services: usize,
    pub contacts: usize,
    pub accounts: usize,
    pub referrals: usize,
    pub consents: usize,
    pub notices: usize,
}

/// Locks both, in the order of their ids so that two merges never wait for each other; the one to go first.
///
/// # Errors
/// `not_found` for the one to go, a field for the one to stay.
pub async fn lock(tx: &mut Conn, gone: AgencyId, into: AgencyId) -> Result<(Agency, Agency), Error> {
    let locked: Vec<Agency> = agencies::table
        .filter(agencies::id.eq_any([gone, into]))
        .order(agencies::id)
        .for_update()
        .select(Agency::as_select())
        .load(tx)
        .await?;
    let find = |id: AgencyId| locked.iter().find(|agency| agency.id == id).cloned();
    let gone = find(gone).ok_or_else(|| Error::from(&problems::NOT_FOUND))?;
    let into = find(into).ok_or_else(|| field("into", "unknown", "No such agency."))?;
    Ok((gone, into))
}

/// Lets `into` go on as both. Ask as the system: referrals and consents of every office are among what goes over.
///
/// # Errors
/// Those of the database.
pub async fn merge(
    tx: &mut Conn,
    gone: &Agency,
    into: &Agency,
    now: DateTime<Utc>,
) -> Result<(Agency, Moved), Error> {
    macro_rules! hand_over {
        ($table:ident, $column:ident) => {
            diesel::update($table::table.filter($table::$column.eq(gone.id)))
                .set($table::$column.eq(into.id))
                .execute(tx)
                .await?
        };
    }
    let open = open_referrals(tx, gone.id).await?;
    let moved = Moved {
        services: hand_over!(agency_services, agency_id),
        contacts: hand_over!(agency_contacts, agency_id),
        accounts: hand_over!(staff, agency_id),
        referrals: hand_over!(referrals, agency_id),
        consents: hand_over!(consents, agency_id),
        // Those that wait go to the mailbox of the one that stays, those that went are its history.
        notices: hand_over!(notices, to_agency_id),
    };
    hand_over_tasks(tx, gone, into, now).await?;
    // Nobody is left to confirm the entry of the one that goes.
    links::revoke(tx, gone.id, None, now).await?;
    end_answer_links(tx, gone, now).await?;
    readdress(tx, into, now).await?;
    send_new_links(tx, into, &open, now).await?;
    diesel::update(agencies::table.find(gone.id))
        .set((
            agencies::merged_into.eq(into.id),
            agencies::retired_on.eq(gone.retired_on.unwrap_or_else(|| gone.today(now))),
            agencies::version.eq(gone.version + 1),
            agencies::updated_at.eq(now),
        ))
        .execute(tx)
        .await?;
    Ok((into.touch(tx, now).await?, moved))
}

/// An open referral that was told of to the agency that goes.
#[derive(Queryable)]
struct Open {
    id: ReferralId,
    case: CaseId,
    office: OfficeId,
}

async fn open_referrals(conn: &mut Conn, gone: AgencyId) -> Result<Vec<Open>, Error> {
    let told = answer_links::table
        .filter(answer_links::agency_id.eq(gone).and(answer_links::revoked_at.is_null()))
        .select(answer_links::referral_id);
    Ok(referrals::table
        .filter(referrals::agency_id.eq(gone).and(referrals::ended_at.is_null()))
        .filter(referrals::id.eq_any(told))
        .order(referrals::id)
        .select((referrals::id, referrals::case_id, referrals::office_id))
        .load(conn)
        .await?)
}

/// Links that went to the mailbox of the one that goes lead nowhere any more, and open pages are closed.
async fn end_answer_links(tx: &mut Conn, gone: &Agency, now: DateTime<Utc>) -> Result<(), Error> {
    let links: Vec<AnswerLinkId> = diesel::update(answer_links::table)
        .filter(answer_links::agency_id.eq(gone.id).and(answer_links::revoked_at.is_null()))
        .set(answer_links::revoked_at.eq(now))
        .returning(answer_links::id)
        .get_results(tx)
        .await?;
    diesel::update(answer_sessions::table)
        .filter(answer_sessions::link_id.eq_any(links).and(answer_sessions::ended_at.is_null()))
        .set(answer_sessions::ended_at.eq(now))
        .execute(tx)
        .await?;
    Ok(())
}

/// Each open referral gets a link for the mailbox of the one that stays, so that nobody is left without an answer's way.
async fn send_new_links(
    tx: &mut Conn,
    into: &Agency,
    open: &[Open],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for referral in open {
        NewNotice::to_agency(NoticeKind::AnswerLink, into.id)
            .about_referral(referral.id, referral.case, referral.office)
            .send(tx, now)
            .await?;
    }
    Ok(())
}

/// What waits to be sent speaks the language of the one that stays; what was gathered is promised as its digest, for the
/// work promised before would look for it at the one that goes.
async fn readdress(tx: &mut Conn, into: &Agency, now: DateTime<Utc>) -> Result<(), Error> {
    let waiting = notices::table
        .filter(notices::to_agency_id.eq(into.id))
        .filter(notices::state.eq_any([NoticeState::Queued, NoticeState::Deferred]));
    diesel::update(waiting).set(notices::language.eq(&into.language)).execute(tx).await?;
    let gathered: Vec<Option<DateTime<Utc>>> = notices::table
        .filter(notices::to_agency_id.eq(into.id).and(notices::state.eq(NoticeState::Queued)))
        .filter(notices::digest_id.is_null().and(notices::gather_until.is_not_null()))
        .select(notices::gather_until)
        .distinct()
        .load(tx)
        .await?;
    for until in gathered.into_iter().flatten() {
        jobs::enqueue_at(tx, &SendDigest { agency: into.id }, until.max(now)).await?;
    }
    Ok(())
}

/// What is to be done about the one that goes is to be done about the one that stays; nobody is left to phone.
async fn hand_over_tasks(
    tx: &mut Conn,
    gone: &Agency,
    into: &Agency,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let open = || {
        agency_tasks::table
            .filter(agency_tasks::agency_id.eq(gone.id).and(agency_tasks::status.eq(AgencyTaskStatus::Open)))
    };
    diesel::update(open().filter(agency_tasks::kind.eq(AgencyTaskKind::PhoneAgency)))
        .set((
            agency_tasks::status.eq(AgencyTaskStatus::Dropped),
            agency_tasks::ended_at.eq(now),
            agency_tasks::version.eq(agency_tasks::version + 1),
        ))
        .execute(tx)
        .await?;
    diesel::update(open()).set(agency_tasks::agency_id.eq(into.id)).execute(tx).await?;
    Ok(())
}
