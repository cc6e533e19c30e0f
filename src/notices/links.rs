//! The secrets mails carry for answering without an account: the link of one referral, and the one-time code that opens
//! it. Both are made while the mail is written, so that they are in no row, no job and no list of notices.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::model::Notice;
use crate::ids::{AnswerCodeId, AnswerLinkId, ConfirmationLinkId, InvitationId, ReferralId};
use crate::platform::crypto::{Vault, random_token, sha256};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{answer_codes, answer_links, confirmation_links, invitations};

/// A code opens its link this long after it was asked for.
pub const CODE_LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// The token in the link that a notice carries for a referral. It is the same at every try of one mail.
fn token(vault: &Vault, notice: &Notice, referral: ReferralId) -> String {
    URL_SAFE_NO_PAD.encode(vault.secret("answer link", &[notice.id.0, referral.0]))
}

/// Makes the link of a mail to one referral that it is about, alone or with others. Once the mail has gone out, links of
/// earlier mails lead nowhere; while the mail server puts it off, they still do. `None` when the desk has taken back the
/// link of this very mail, or it goes to no agency.
///
/// # Errors
/// Those of the database.
pub async fn mint_answer_link(
    tx: &mut Conn,
    vault: &Vault,
    (notice, referral): (&Notice, ReferralId),
    lifetime: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<String>, Error> {
    let Some(agency) = notice.to_agency_id else { return Ok(None) };
    let token = token(vault, notice, referral);
    let hash = sha256(token.as_bytes());
    // The hash too: another key makes another token.
    let lives = (
        answer_links::token_hash.eq(hash.as_slice()),
        answer_links::made_at.eq(now),
        answer_links::expires_at.eq(now + lifetime),
    );
    let insert = diesel::insert_into(answer_links::table)
        .values((
            answer_links::id.eq(AnswerLinkId::new()),
            answer_links::referral_id.eq(referral),
            answer_links::agency_id.eq(agency),
            answer_links::notice_id.eq(notice.id),
            lives,
        ))
        .on_conflict((answer_links::notice_id, answer_links::referral_id))
        .do_update()
        .set(lives);
    let insert = diesel::query_dsl::methods::FilterDsl::filter(insert, answer_links::revoked_at.is_null());
    Ok((insert.execute(tx).await? == 1).then_some(token))
}

/// Makes the secret of the link by which an agency confirms its entry; the same at every try of one mail. `None` when the
/// link is over or is another agency's.
///
/// # Errors
/// Those of the database.
pub async fn mint_confirmation_link(
    tx: &mut Conn,
    vault: &Vault,
    notice: &Notice,
    link: ConfirmationLinkId,
    now: DateTime<Utc>,
) -> Result<Option<String>, Error> {
    let Some(agency) = notice.to_agency_id else { return Ok(None) };
    let token = URL_SAFE_NO_PAD.encode(vault.secret("confirmation link", &[notice.id.0, link.0]));
    let made = diesel::update(confirmation_links::table.find(link))
        .filter(confirmation_links::agency_id.eq(agency).and(confirmation_links::revoked_at.is_null()))
        .filter(confirmation_links::expires_at.gt(now))
        .set((
            confirmation_links::token_hash.eq(sha256(token.as_bytes()).as_slice()),
            confirmation_links::notice_id.eq(notice.id),
        ))
        .execute(tx)
        .await?;
    Ok((made == 1).then_some(token))
}

/// The six digits of a code, as they are typed.
pub fn digits(vault: &Vault, code: AnswerCodeId) -> String {
    let secret = vault.secret("answer code", &[code.0]);
    let number = secret.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// The digits of a code whose mail is being written, as they are read out: `482 913`. `None` when it was used or is about
/// to expire: a late mail would only confuse.
///
/// # Errors
/// Those of the database.
pub async fn answer_code(
    conn: &mut Conn,
    vault: &Vault,
    code: AnswerCodeId,
    now: DateTime<Utc>,
) -> Result<Option<String>, Error> {
    let live: Option<AnswerCodeId> = answer_codes::table
        .find(code)
        .filter(answer_codes::used_at.is_null().and(answer_codes::expires_at.gt(now + TimeDelta::minutes(1))))
        .select(answer_codes::id)
        .first(conn)
        .await
        .optional()?;
    Ok(live.map(|code| {
        let digits = digits(vault, code);
        let (first, last) = digits.split_at(3);
        format!("{first} {last}")
    }))
}

/// Makes the secret of an invitation's link, at the moment its mail is written: the secret is in no row and no job.
///
/// # Errors
/// Those of the database.
pub async fn mint_invitation(
    tx: &mut Conn,
    id: InvitationId,
    now: DateTime<Utc>,
) -> Result<Option<(String, DateTime<Utc>)>, Error> {
    let (token, hash) = random_token();
    let expires: Option<DateTime<Utc>> = diesel::update(invitations::table.find(id))
        .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
        .filter(invitations::expires_at.gt(now))
        .set(invitations::token_hash.eq(hash.as_slice()))
        .returning(invitations::expires_at)
        .get_result(tx)
        .await
        .optional()?;
    Ok(expires.map(|expires| (token, expires)))
}
