//! Reading the trail, and recording the refusals that no handler records.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::{self, Event, Recorded, Wanted};
use crate::auth::{Actor, Permission};
use crate::ids::StaffId;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Query, ok};
use crate::platform::page::{self, Cursor, Page};

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_audit_events);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditFilter {
    /// Of this account.
    staff: Option<StaffId>,
    /// About this record.
    subject: Option<Uuid>,
    /// Of this action.
    action: Option<String>,
    /// Not before this moment.
    from: Option<DateTime<Utc>>,
    /// Before this moment.
    until: Option<DateTime<Utc>>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// The audit trail, newest first.
#[utoipa::path(tag = "oversight", params(AuditFilter), responses((status = 200, body = Page<Recorded>)))]
#[get("/audit-events")]
async fn list_audit_events(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<AuditFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadAudit)?;
    let Query(filter) = filter;
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let wanted = Wanted {
        staff: filter.staff,
        subject: filter.subject,
        action: filter.action,
        from: filter.from,
        until: filter.until,
    };
    let now = app.now();
    let page = app
        .db
        .write(&actor, async |tx| {
            Event::new("audit_trail.read").record(tx, &actor, now).await?;
            model::page(tx, wanted, after, limit).await
        })
        .await?;
    Ok(ok(page))
}

/// Records that a known account was refused a verb, or looked for a record that is not there for it. Which of the two a
/// 404 was, the trail does not say either; many of them by one account say something.
///
/// # Errors
/// Passes on those of the services inside.
pub async fn record_denials(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?;
    let action = match response.status() {
        StatusCode::FORBIDDEN => "access.denied",
        StatusCode::NOT_FOUND => "record.not_found",
        _ => return Ok(response),
    };
    let request = response.request();
    let actor = request.extensions().get::<Actor>().cloned();
    let app = request.app_data::<web::Data<App>>().cloned();
    if let (Some(actor), Some(app), Some(pattern)) = (actor, app, request.match_pattern()) {
        let now = app.now();
        // Only what can be an id is kept of the path: nobody knows what else was typed there.
        let ids: Vec<Uuid> = request.path().split('/').filter_map(|part| part.parse().ok()).collect();
        let facts = json!({ "operation": format!("{} {pattern}", request.method()), "ids": ids });
        let event = Event::new(action).facts(facts);
        let recorded = app.db.write(&actor, async |tx| event.record(tx, &actor, now).await).await;
        if let Err(error) = recorded {
            tracing::error!(%error, "a denial was not recorded");
        }
    }
    Ok(response)
}
