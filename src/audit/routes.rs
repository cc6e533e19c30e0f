//! Reading the trail, and recording the refusals that no handler records.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
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

/// Records that a known account was refused a verb.
///
/// # Errors
/// Passes on those of the services inside.
pub async fn record_denials(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?;
    if response.status() == actix_web::http::StatusCode::FORBIDDEN {
        let request = response.request();
        let actor = request.extensions().get::<Actor>().cloned();
        let app = request.app_data::<web::Data<App>>().cloned();
        let operation = format!("{} {}", request.method(), request.match_pattern().unwrap_or_default());
        if let (Some(actor), Some(app)) = (actor, app) {
            let now = app.now();
            let event = Event::new("access.denied").facts(json!({ "operation": operation }));
            let recorded = app.db.write(&actor, async |tx| event.record(tx, &actor, now).await).await;
            if let Err(error) = recorded {
                tracing::error!(%error, "a denial was not recorded");
            }
        }
    }
    Ok(response)
}
