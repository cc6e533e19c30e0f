//! `/fhir`: a referral as `ServiceRequest` and `Task`, for those who may read it, each reading audited as the referral's own.

use actix_web::http::header::{ETAG, LAST_MODIFIED};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{self, Shown};
use super::rules::{Changed, states};
use super::views::{self, Home};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::ReferralId;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Path, Query};
use crate::platform::page::{self, Cursor};
use crate::problems;
use crate::referrals::disclosure::frozen::mark_seen;
use crate::referrals::model::Referral;
use crate::referrals::rules;

/// The media type of FHIR in JSON.
pub const FHIR_JSON: &str = "application/fhir+json";

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(show_metadata).service(show_service_request).service(search_tasks).service(show_task);
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Format {
    /// `json`, the only format there is.
    #[serde(rename = "_format")]
    #[param(rename = "_format")]
    format: Option<String>,
}

fn require_json(format: Option<&str>) -> Result<(), Error> {
    match format {
        // A plus sign in a query is a blank.
        None | Some("json" | "application/json" | FHIR_JSON | "application/fhir json") => Ok(()),
        Some(_) => Err((&problems::NOT_ACCEPTABLE).into()),
    }
}

/// What can be asked here: a CapabilityStatement of FHIR R4.
#[utoipa::path(tag = "fhir", params(Format),
    responses((status = 200, body = Object, content_type = "application/fhir+json")))]
#[get("/fhir/metadata")]
async fn show_metadata(app: web::Data<App>, format: Query<Format>) -> Result<HttpResponse, Error> {
    require_json(format.0.format.as_deref())?;
    let statement = views::capability_statement(Home(&app.settings.public_url));
    Ok(HttpResponse::Ok().content_type(FHIR_JSON).body(statement.to_string()))
}

/// What is asked for in a referral: a ServiceRequest of FHIR R4 with what was disclosed of the person.
#[utoipa::path(tag = "fhir", params(("id" = ReferralId, Path), Format),
    responses((status = 200, body = Object, content_type = "application/fhir+json")))]
#[get("/fhir/ServiceRequest/{id}")]
async fn show_service_request(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    format: Query<Format>,
) -> Result<HttpResponse, Error> {
    show(&app, &actor, id.0, &format.0, views::service_request).await
}

/// What the agency does about a referral: a Task of FHIR R4.
#[utoipa::path(tag = "fhir", params(("id" = ReferralId, Path), Format),
    responses((status = 200, body = Object, content_type = "application/fhir+json")))]
#[get("/fhir/Task/{id}")]
async fn show_task(
    app: web::Data<App>,
    actor: Actor,
    id: Path<ReferralId>,
    format: Query<Format>,
) -> Result<HttpResponse, Error> {
    show(&app, &actor, id.0, &format.0, views::task).await
}

async fn show(
    app: &App,
    actor: &Actor,
    id: ReferralId,
    format: &Format,
    view: fn(&Shown, Home<'_>) -> Value,
) -> Result<HttpResponse, Error> {
    let partner = actor.may(Permission::AnswerReferrals);
    if !partner {
        actor.require(Permission::ReadReferrals)?;
    }
    require_json(format.format.as_deref())?;
    let now = app.now();
    let shown = app
        .db
        .write(actor, async |tx| {
            let referral = Referral::find(tx, actor, id).await?;
            let about = |action| Event::new(action).about("referral", referral.id).at(referral.office_id);
            if partner {
                if !rules::is_seen_by_partner(&referral.standing, now) {
                    return Err((&problems::NOT_FOUND).into());
                }
                mark_seen(tx, referral.id, Some(actor.staff), now).await?;
            }
            let shown = Shown::read(tx, actor, referral.clone(), now).await?;
            if partner {
                // What was taken back is no more read.
                let read = if shown.inbox.disclosures.is_empty() { &[][..] } else { &referral.facts };
                about("disclosure.read").facts(json!({ "facts": read })).record(tx, actor, now).await?;
            }
            about("referral.read").facts(json!({ "as": "fhir" })).record(tx, actor, now).await?;
            Ok(shown)
        })
        .await?;
    let referral = &shown.referral;
    let modified = referral.updated_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    Ok(HttpResponse::Ok()
        .content_type(FHIR_JSON)
        .insert_header((ETAG, format!("W/\"{}\"", referral.version)))
        .insert_header((LAST_MODIFIED, modified))
        .body(view(&shown, Home(&app.settings.public_url)).to_string()))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TaskSearch {
    /// `Task.status`; several with commas.
    status: Option<String>,
    /// A day or moment after `ge`, `gt`, `le`, `lt`, `eq` or nothing.
    #[serde(rename = "_lastUpdated")]
    #[param(rename = "_lastUpdated")]
    last_updated: Option<String>,
    /// How many, 1 to 200; 50 when left out.
    #[serde(rename = "_count")]
    #[param(rename = "_count")]
    count: Option<i64>,
    /// Where the page begins; stands in the link `next`.
    #[serde(rename = "_after")]
    #[param(rename = "_after")]
    after: Option<String>,
    /// `json`, the only format there is.
    #[serde(rename = "_format")]
    #[param(rename = "_format")]
    format: Option<String>,
}

/// What was sent to the own agency, as Tasks without personal facts, the longest unchanged first: who asks again from the last
/// moment it has seen misses nothing.
#[utoipa::path(tag = "fhir", params(TaskSearch),
    responses((status = 200, body = Object, content_type = "application/fhir+json")))]
#[get("/fhir/Task")]
async fn search_tasks(
    app: web::Data<App>,
    actor: Actor,
    request: HttpRequest,
    search: Query<TaskSearch>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::AnswerReferrals)?;
    let (agency, search, now) = (actor.require_agency()?, search.0, app.now());
    require_json(search.format.as_deref())?;
    let (states, changed) =
        (states(search.status.as_deref())?, Changed::read(search.last_updated.as_deref())?);
    let count = page::limit(search.count)?;
    let after = Cursor::<DateTime<Utc>>::read(search.after.as_deref())?;
    let page = app
        .db
        .read(&actor, async |conn| model::tasks(conn, agency, (&states, changed), after, count, now).await)
        .await?;
    let home = Home(&app.settings.public_url);
    let address = format!("{}{}", app.settings.public_url, request.path());
    let own = format!("{address}?{}", request.query_string());
    let next = page.next.map(|after| {
        // The same question from there on.
        let asked =
            request.query_string().split('&').filter(|part| !part.is_empty() && !part.starts_with("_after="));
        let from = format!("_after={after}");
        format!("{address}?{}", asked.chain([from.as_str()]).collect::<Vec<_>>().join("&"))
    });
    let bundle = views::search_set(&page.items, home, own, next);
    Ok(HttpResponse::Ok().content_type(FHIR_JSON).body(bundle.to_string()))
}
