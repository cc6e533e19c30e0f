//! `/notices`: what was mailed to whom, and whether it arrived.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::jobs::readable;
use super::model::{Notice, NoticeKind, NoticeState, Surroundings, Wanted};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::{CaseId, NoticeId, ReferralId};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Path, Query, ok};
use crate::platform::jobs::System;
use crate::platform::page::{self, Cursor, Page};
use crate::problems;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_notices).service(show_notice).service(retry_notice).service(read_notice);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NoticeFilter {
    /// Only those to me.
    mine: Option<bool>,
    /// How far they got.
    state: Option<NoticeState>,
    /// Which mail.
    kind: Option<NoticeKind>,
    /// About this referral.
    referral: Option<ReferralId>,
    /// About this case.
    case: Option<CaseId>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// A notice with its words.
#[derive(Debug, Serialize, ToSchema)]
struct NoticeView {
    #[serde(flatten)]
    notice: Notice,
    /// Subject of the mail.
    subject: String,
    /// What it says, a paragraph each; the secret of a link is left out.
    lines: Vec<String>,
    /// Labels and values it shows.
    facts: Vec<(String, String)>,
}

/// Notices, newest first: one's own, one's agency's, one's offices' for a supervisor, all for an administrator.
#[utoipa::path(tag = "oversight", params(NoticeFilter), responses((status = 200, body = Page<Notice>)))]
#[get("/notices")]
async fn list_notices(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<NoticeFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadOwnNotices)?;
    let Query(filter) = filter;
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let wanted = Wanted {
        mine: filter.mine.unwrap_or(false),
        state: filter.state,
        kind: filter.kind,
        referral: filter.referral,
        case: filter.case,
    };
    let page =
        app.db.read(&actor, async |conn| Notice::page(conn, &actor, wanted, after, limit).await).await?;
    Ok(ok(page))
}

/// One notice with its words.
#[utoipa::path(tag = "oversight", params(("id" = NoticeId, Path)), responses((status = 200, body = NoticeView)))]
#[get("/notices/{id}")]
async fn show_notice(app: web::Data<App>, actor: Actor, id: Path<NoticeId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadOwnNotices)?;
    let notice = app.db.read(&actor, async |conn| Notice::find(conn, &actor, id.0).await).await?;
    // Numbers and names of offices and agencies only; the notice itself was found as the actor.
    let around = app.db.read(&System, async |conn| Surroundings::of(conn, &notice).await).await?;
    let words = readable(&notice, &around, &app.settings.public_url);
    let listed = words.listed.into_iter().map(|(line, _)| line);
    let lines = words.lines.into_iter().chain(listed).collect();
    Ok(ok(NoticeView { notice, subject: words.subject, lines, facts: words.facts }))
}

/// Sends again what did not arrive.
#[utoipa::path(tag = "oversight", params(("id" = NoticeId, Path)), responses((status = 202)))]
#[post("/notices/{id}/retry")]
async fn retry_notice(app: web::Data<App>, actor: Actor, id: Path<NoticeId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::RetryNotices)?;
    let now = app.now();
    app.db
        .write(&actor, async |tx| {
            let notice = Notice::find(tx, &actor, id.0).await?;
            if !matches!(notice.state, NoticeState::Failed | NoticeState::Bounced) {
                return Err((&problems::NOTICE_NOT_FAILED).into());
            }
            notice.queue_again(tx, now).await?;
            Event::new("notice.retried").about("notice", notice.id).record(tx, &actor, now).await
        })
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Marks a notice to oneself as read.
#[utoipa::path(tag = "oversight", params(("id" = NoticeId, Path)), responses((status = 204)))]
#[post("/notices/{id}/read")]
async fn read_notice(app: web::Data<App>, actor: Actor, id: Path<NoticeId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadOwnNotices)?;
    let now = app.now();
    app.db
        .write(&actor, async |tx| {
            let notice = Notice::find(tx, &actor, id.0).await?;
            if notice.to_staff_id != Some(actor.staff) {
                return Err((&problems::NOT_FOUND).into());
            }
            notice.mark_read(tx, now).await?;
            Event::new("notice.read").about("notice", notice.id).record(tx, &actor, now).await
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
