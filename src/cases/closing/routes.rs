//! `/cases/{id}/reopen` and `/mark-in-error`. Closing may stop referrals, so its operation is theirs.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::write_note;
use super::rules::{MarkCaseInError, ReopenCase};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::emergency;
use crate::cases::model::Case;
use crate::cases::rules::{self, CaseStatus, CaseVerb};
use crate::cases::view::{self, CaseRow, CaseView};
use crate::ids::CaseId;
use crate::notices::model::NoticeKind;
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, IfMatch, Path, versioned};
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate::{self, PROSE};
use crate::problems;

/// The operations that take a case up again or out of all counts.
pub fn routes(config: &mut ServiceConfig) {
    config.service(reopen_case).service(mark_case_in_error);
}

/// Reopens a case: the same case, with a new span and a new due moment.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path), IfMatch), request_body = ReopenCase,
    responses((status = 200, body = CaseView)))]
#[post("/cases/{id}/reopen")]
async fn reopen_case(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    if_match: IfMatch,
    body: Body<ReopenCase>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::CloseCases)?;
    let (body, asked) = body.into_parts();
    let mut errors = FieldErrors::new();
    let reason = validate::required(&mut errors, "reason", Some(body.reason), PROSE);
    errors.check()?;
    let now = app.now();
    let case = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "reopen_case", &asked, None, case.id.0).await?;
            let case = match receipt {
                Receipt::First => {
                    CaseView::require_current(tx, &actor, if_match, &case, now).await?;
                    reopen(tx, &actor, &case, &reason, now).await?
                }
                Receipt::Again(_) => case,
            };
            CaseView::of(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(case.case.version, case))
}

async fn reopen(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    case.require_valid()?;
    if case.status == CaseStatus::Open {
        return Err((&problems::CASE_OPEN).into());
    }
    if !rules::may(actor, case, false, CaseVerb::Reopen) {
        return Err((&problems::FORBIDDEN).into());
    }
    write_note(tx, actor, case.id, reason, now).await?;
    let reopened = case.reopen(tx, actor, now).await?;
    emergency::tell_supervisors(tx, actor, &reopened, now).await?;
    Event::new("case.reopened").about("case", case.id).at(case.office_id).record(tx, actor, now).await?;
    reopened.tell_owner(tx, actor, NoticeKind::CaseReopened, now).await?;
    Ok(reopened)
}

/// Takes a case that should not exist out of all counts. Refused while a partner has a referral of it in hand.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path), IfMatch), request_body = MarkCaseInError,
    responses((status = 200, body = CaseRow)))]
#[post("/cases/{id}/mark-in-error")]
async fn mark_case_in_error(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    if_match: IfMatch,
    body: Body<MarkCaseInError>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::MarkInError)?;
    let (body, asked) = body.into_parts();
    let mut errors = FieldErrors::new();
    let reason = validate::required(&mut errors, "reason", Some(body.reason), PROSE);
    errors.check()?;
    let now = app.now();
    let row = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let receipt =
                receipts::claim(tx, actor.staff.0, "mark_in_error", &asked, None, case.id.0).await?;
            let case = match receipt {
                Receipt::First => {
                    if_match.check(case.version, view::row(tx, &actor, case.clone(), now).await?)?;
                    mark_in_error(tx, &actor, &case, &reason, now).await?
                }
                Receipt::Again(_) => case,
            };
            view::row(tx, &actor, case, now).await
        })
        .await?;
    Ok(versioned(row.version, row))
}

async fn mark_in_error(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    case.require_valid()?;
    let referrals = case.unsettled(tx).await?.referrals;
    if !referrals.is_empty() {
        return Err(problems::CASE_HAS_OPEN_REFERRALS.problem().with("referrals", referrals).into());
    }
    write_note(tx, actor, case.id, reason, now).await?;
    let marked = case.mark_in_error(tx, actor, now).await?;
    let event = Event::new("case.marked_in_error").about("case", case.id).at(case.office_id);
    event.record(tx, actor, now).await?;
    Ok(marked)
}
