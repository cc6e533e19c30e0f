//! Sending a notice: the row becomes a letter, the letter is handed to the mail server once a try.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::letters::LONGEST_LIST;
use super::links::{answer_code, mint_answer_link, mint_confirmation_link, mint_invitation};
use super::model::{Notice, NoticeKind, NoticeState, Surroundings};
use super::wording::{field, words};
use super::{bounces, delivery, digest};
use crate::ids::{AgencyId, AnswerCodeId, ConfirmationLinkId, InvitationId, NoticeId, ReferralId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::jobs::{Job, Run, Verdict};
use crate::platform::mail::{Letter, Paragraphs, Sent};

/// Hands one notice to the mail server.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendNotice {
    /// Which.
    pub notice: NoticeId,
}

impl Job for SendNotice {
    const NAME: &'static str = "SendNotice";

    async fn run(self, run: Run<'_>) -> Result<Verdict, Error> {
        let Some(notice) = Notice::lock(run.tx, self.notice).await? else { return Ok(Verdict::Done) };
        if !matches!(notice.state, NoticeState::Queued | NoticeState::Deferred) {
            return Ok(Verdict::Done);
        }
        if notice.kind == NoticeKind::ReferralDigest {
            digest::drop_past(run.tx, &notice).await?;
        }
        let mut around = Surroundings::of(run.tx, &notice).await?;
        let Some(address) = around.address.clone() else {
            delivery::tried(run.tx, &notice, NoticeState::Dropped, None, run.now).await?;
            return Ok(Verdict::Done);
        };
        // A secret is made only for a mail that goes.
        let carried = match around.still_holds(&notice) {
            true => carried(run.app, run.tx, &notice, &mut around, run.now).await?,
            false => None,
        };
        let Some(carried) = carried else {
            notice.set_state(run.tx, NoticeState::Dropped, None, run.now).await?;
            return Ok(Verdict::Done);
        };
        let letter = letter(run.app, &notice, address, &words(&notice, &around, carried, run.now))?;
        let (state, reply) = match run.app.mailer.send(&letter).await {
            Sent::Accepted { reply } => (NoticeState::Sent, reply),
            Sent::Deferred { reply } if !run.is_last() => (NoticeState::Deferred, reply),
            Sent::Deferred { reply } | Sent::Refused { reply } => (NoticeState::Failed, reply),
        };
        delivery::tried(run.tx, &notice, state, Some(&reply), run.now).await?;
        Ok(if state == NoticeState::Deferred { Verdict::Later(reply) } else { Verdict::Done })
    }
}

fn letter(app: &App, notice: &Notice, address: String, words: &Paragraphs) -> Result<Letter, Error> {
    let language = notice.language.parse().unwrap_or_default();
    let mut letter = Letter::lay_out(message_id(notice, &app.settings.public_url), address, language, words)?;
    let way_back = app.settings.bounce_address.as_deref();
    letter.return_path = way_back.map(|setting| bounces::rules::return_path(setting, notice.id));
    Ok(letter)
}

/// The same at every try, so that a mail sent twice is known as one.
fn message_id(notice: &Notice, public_url: &str) -> String {
    let host = public_url.split("//").nth(1).unwrap_or_default();
    let host = host.split(['/', ':']).next().filter(|host| !host.is_empty()).unwrap_or("localhost");
    format!("{}@{host}", notice.id)
}

/// What the mail carries: the address behind its button, or the code in it; a list gets an address for each line. `None` when what it would lead to is over.
async fn carried(
    app: &App,
    tx: &mut Conn,
    notice: &Notice,
    around: &mut Surroundings,
    now: DateTime<Utc>,
) -> Result<Option<String>, Error> {
    let public_url = &app.settings.public_url;
    match notice.kind {
        NoticeKind::StaffInvitation => {
            let Some(invitation) = field::<InvitationId>(notice, "invitation") else { return Ok(None) };
            let minted = mint_invitation(tx, invitation, now).await?;
            // In the fragment, so that it reaches no server's log.
            Ok(minted.map(|(token, _)| format!("{public_url}/invitation#{token}")))
        }
        NoticeKind::AnswerCode => {
            let Some(code) = field::<AnswerCodeId>(notice, "answer_code") else { return Ok(None) };
            answer_code(tx, &app.vault, code, now).await
        }
        NoticeKind::DirectoryToConfirm | NoticeKind::ServiceMarkedFull => {
            let Some(link) = field::<ConfirmationLinkId>(notice, "confirmation") else { return Ok(None) };
            let token = mint_confirmation_link(tx, &app.vault, notice, link, now).await?;
            Ok(token.map(|token| format!("{public_url}/confirm/{token}?lang={}", notice.language)))
        }
        NoticeKind::ReferralDigest | NoticeKind::ReferralsWaiting if notice.to_agency_id.is_some() => {
            let of_digest = around.gathered.iter_mut().take(LONGEST_LIST);
            let waiting = around.waits.iter_mut().take(LONGEST_LIST).map(|waits| &mut waits.item);
            for item in of_digest.chain(waiting) {
                item.link = answer_address(app, tx, (notice, item.referral), &item.office_code, now).await?;
            }
            Ok(Some(plain_link(public_url, notice)))
        }
        _ => {
            let Some(referral) = notice.referral_id else { return Ok(Some(plain_link(public_url, notice))) };
            let address = answer_address(app, tx, (notice, referral), &around.office_code, now).await?;
            Ok(Some(address.unwrap_or_else(|| plain_link(public_url, notice))))
        }
    }
}

/// The address by which an agency answers one referral of a mail without an account; `None` for a mail to the desk. Language
/// and office stand in it, so that a link that is over can still say whom to phone.
async fn answer_address(
    app: &App,
    tx: &mut Conn,
    (notice, referral): (&Notice, ReferralId),
    office_code: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, Error> {
    let lifetime = TimeDelta::days(app.settings.answer_link_days.into());
    let token = mint_answer_link(tx, &app.vault, (notice, referral), lifetime, now).await?;
    let (public_url, language) = (&app.settings.public_url, &notice.language);
    Ok(token.map(|token| format!("{public_url}/r/{token}?lang={language}&office={office_code}")))
}

/// Where a recipient who signs in finds what the notice is about.
fn plain_link(public_url: &str, notice: &Notice) -> String {
    if notice.kind == NoticeKind::ReferralsWaiting {
        let list = if notice.to_agency_id.is_some() { "inbox" } else { "referrals?overdue=true" };
        return format!("{public_url}/{list}");
    }
    if let Some(agency) = field::<AgencyId>(notice, "agency") {
        return format!("{public_url}/agencies/{agency}");
    }
    match (notice.referral_id, notice.case_id, notice.to_agency_id) {
        (Some(referral), _, Some(_)) => format!("{public_url}/inbox/{referral}"),
        (Some(referral), _, None) => format!("{public_url}/referrals/{referral}"),
        (None, Some(case), _) => format!("{public_url}/cases/{case}"),
        (None, None, Some(_)) => format!("{public_url}/inbox"),
        (None, None, None) => format!("{public_url}/"),
    }
}

/// What a notice says, to one who may read it; the secret of a link or code is left out.
pub fn readable(notice: &Notice, around: &Surroundings, public_url: &str) -> Paragraphs {
    let carried = match notice.kind {
        NoticeKind::StaffInvitation => format!("{public_url}/invitation"),
        NoticeKind::AnswerCode => "••• •••".to_owned(),
        _ => plain_link(public_url, notice),
    };
    words(notice, around, carried, notice.created_at)
}
