//! One mail a day instead of many, for an agency that has chosen so.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::jobs::SendNotice;
use super::model::{Notice, NoticeKind, NoticeState, category};
use super::standing::Place;
use crate::ids::{AgencyId, NoticeId, OfficeId, ReferralId};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::jobs::{self, Job, Run, Verdict};
use crate::schema::{agencies, notices, offices, referrals};

/// Puts what an agency's notices have gathered into one mail. Each gathered notice promises this work for the moment of
/// its digest; the first finds them all and the others nothing.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendDigest {
    /// Whose.
    pub agency: AgencyId,
}

impl Job for SendDigest {
    const NAME: &'static str = "SendDigest";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        let (tx, now) = (run.tx, run.now);
        let gathered = lock_gathered(tx, self.agency, now).await?;
        let gathered = without_past(tx, gathered).await?;
        if gathered.is_empty() {
            return Ok(Verdict::Done);
        }
        let digest = insert(tx, self.agency, &gathered, now).await?;
        jobs::enqueue_at(tx, &SendNotice { notice: digest }, now).await?;
        Ok(Verdict::Done)
    }
}

/// A gathered notice, and where its referral stands.
#[derive(Queryable)]
struct Gathered {
    id: NoticeId,
    kind: NoticeKind,
    office: Option<OfficeId>,
    place: Place,
}

async fn lock_gathered(tx: &mut Conn, agency: AgencyId, now: DateTime<Utc>) -> Result<Vec<Gathered>, Error> {
    // Locked by themselves first: PostgreSQL locks no row of the nullable side of a join.
    let waiting: Vec<NoticeId> = notices::table
        .filter(notices::to_agency_id.eq(agency).and(notices::state.eq(NoticeState::Queued)))
        .filter(notices::digest_id.is_null().and(notices::gather_until.le(now)))
        .order(notices::id)
        .for_update()
        .select(notices::id)
        .load(tx)
        .await?;
    read(tx, waiting).await
}

async fn read(conn: &mut Conn, ids: Vec<NoticeId>) -> Result<Vec<Gathered>, Error> {
    Ok(notices::table
        .inner_join(referrals::table.on(notices::referral_id.eq(referrals::id.nullable())))
        .filter(notices::id.eq_any(ids))
        .order(notices::id)
        .select((notices::id, notices::kind, notices::office_id, (referrals::state, referrals::due_clock)))
        .load(conn)
        .await?)
}

/// Gives up what a digest gathered and whose moment has passed since.
///
/// # Errors
/// Those of the database.
pub async fn drop_past(tx: &mut Conn, digest: &Notice) -> Result<(), Error> {
    let members: Vec<NoticeId> =
        notices::table.filter(notices::digest_id.eq(digest.id)).select(notices::id).load(tx).await?;
    let gathered = read(tx, members).await?;
    without_past(tx, gathered).await?;
    Ok(())
}

/// Gives up those whose moment is past, and gives back the others.
async fn without_past(tx: &mut Conn, gathered: Vec<Gathered>) -> Result<Vec<Gathered>, Error> {
    let (past, present): (Vec<_>, Vec<_>) =
        gathered.into_iter().partition(|notice| !notice.place.holds(notice.kind));
    let past: Vec<NoticeId> = past.into_iter().map(|notice| notice.id).collect();
    diesel::update(notices::table.filter(notices::id.eq_any(past)))
        .set((notices::state.eq(NoticeState::Dropped), notices::digest_id.eq(None::<NoticeId>)))
        .execute(tx)
        .await?;
    Ok(present)
}

async fn insert(
    tx: &mut Conn,
    agency: AgencyId,
    gathered: &[Gathered],
    now: DateTime<Utc>,
) -> Result<NoticeId, Error> {
    let id = NoticeId::new();
    let language: String = agencies::table.find(agency).select(agencies::language).first(tx).await?;
    // It speaks for an office when it speaks for one only; the notices in it each have theirs.
    let office =
        gathered[0].office.filter(|office| gathered.iter().all(|notice| notice.office == Some(*office)));
    diesel::insert_into(notices::table)
        .values((
            notices::id.eq(id),
            notices::kind.eq(NoticeKind::ReferralDigest),
            notices::to_agency_id.eq(agency),
            notices::language.eq(language),
            notices::office_id.eq(office),
            notices::fields.eq(json!({})),
            notices::created_at.eq(now),
        ))
        .execute(tx)
        .await?;
    let members: Vec<NoticeId> = gathered.iter().map(|notice| notice.id).collect();
    diesel::update(notices::table.filter(notices::id.eq_any(members)))
        .set(notices::digest_id.eq(id))
        .execute(tx)
        .await?;
    Ok(id)
}

/// What a mail that lists several referrals says of one.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Item {
    pub referral: ReferralId,
    pub number: String,
    pub category: String,
    pub answer_by: Option<DateTime<Utc>>,
    /// It was told of before and waits for an answer.
    pub again: bool,
    /// Of the office that refers.
    pub office_code: String,
    /// Where it is answered without an account, once its mail is written.
    pub link: Option<String>,
}

/// What a digest says, the soonest deadline first and each referral once, and the offices it speaks for.
///
/// # Errors
/// Those of the database.
pub async fn items(conn: &mut Conn, digest: &Notice) -> Result<(Vec<Item>, Vec<String>), Error> {
    type Row = (NoticeKind, ReferralId, String, String, Option<DateTime<Utc>>, String, String);
    let rows: Vec<Row> = notices::table
        .inner_join(referrals::table.on(notices::referral_id.eq(referrals::id.nullable())))
        .inner_join(offices::table.on(referrals::office_id.eq(offices::id)))
        .filter(notices::digest_id.eq(digest.id))
        .order((referrals::decide_by.asc().nulls_last(), notices::id))
        .select((
            notices::kind,
            referrals::id,
            referrals::number,
            referrals::service,
            referrals::decide_by,
            offices::code,
            offices::name,
        ))
        .load(conn)
        .await?;
    let (mut items, mut offices): (Vec<Item>, Vec<String>) = (vec![], vec![]);
    for (kind, referral, number, service, answer_by, office_code, office) in rows {
        let again = kind != NoticeKind::ReferralSent;
        if !offices.contains(&office) {
            offices.push(office);
        }
        if let Some(known) = items.iter_mut().find(|item| item.referral == referral) {
            // New is the greater news.
            known.again &= again;
            continue;
        }
        let category = category(conn, &service, &digest.language).await?;
        items.push(Item { referral, number, category, answer_by, again, office_code, link: None });
    }
    Ok((items, offices))
}
