//! `/webhooks`: who may, validate, write, answer.

use actix_web::{HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::announce::{ping, promise};
use super::jobs::DeliverWebhook;
use super::model::{Delivery, Webhook};
use super::rules::{CreateWebhook, DeliveryState, MOST, UpdateWebhook, WebhookEvent, WebhookView};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::{WebhookDeliveryId, WebhookId};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Asked, Body, IfMatch, Path, Query, created, ok, versioned};
use crate::platform::jobs;
use crate::platform::page::{self, Cursor, Page};
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_webhook)
        .service(list_webhooks)
        .service(show_webhook)
        .service(update_webhook)
        .service(remove_webhook)
        .service(rotate_secret)
        .service(ping_webhook)
        .service(list_deliveries)
        .service(retry_delivery);
}

/// A request may be asked again for so long and still tells the secret.
const TOLD_AGAIN: TimeDelta = TimeDelta::hours(1);

/// The newest secret, when it is told.
fn told(app: &App, webhook: &Webhook, now: DateTime<Utc>) -> Result<Option<String>, Error> {
    Ok(webhook.secrets(&app.vault, now)?.into_iter().next())
}

/// Has messages sent somewhere about what happens to the referrals of the own agency; of an administrator to all referrals
/// but those of sealed cases. The answer tells the secret they are signed with, once.
#[utoipa::path(tag = "webhooks", request_body = CreateWebhook,
    responses((status = 201, body = WebhookView), (status = 200, body = WebhookView, description = "Made by an earlier try.")))]
#[post("/webhooks")]
async fn create_webhook(
    app: web::Data<App>,
    actor: Actor,
    body: Body<CreateWebhook>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageWebhooks)?;
    let (body, asked) = body.into_parts();
    let client_id = body.id;
    let endpoint = body.validate(&app.outbound)?;
    let (id, now) = (client_id.unwrap_or_else(WebhookId::new), app.now());
    let (first, webhook) = app
        .db
        .write(&actor, async |tx| {
            let client_id = client_id.map(|id| id.0);
            let receipt =
                receipts::claim(tx, actor.staff.0, "create_webhook", &asked, client_id, id.0).await?;
            if let Receipt::Again(id) = receipt {
                return Ok((false, Webhook::find(tx, &actor, WebhookId(id)).await?));
            }
            if Webhook::count(tx, &actor).await? >= MOST {
                return Err((&problems::WEBHOOKS_TOO_MANY).into());
            }
            let webhook = Webhook::insert(tx, &app.vault, id, &endpoint, &actor, now).await?;
            Event::new("webhook.registered").about("webhook", webhook.id).record(tx, &actor, now).await?;
            Ok((true, webhook))
        })
        .await?;
    let secret =
        if first || now - webhook.created_at < TOLD_AGAIN { told(&app, &webhook, now)? } else { None };
    Ok(created(first, &format!("/api/v1/webhooks/{}", webhook.id), webhook.version, webhook.view(secret)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WebhookFilter {
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// The webhooks of the own agency; for an administrator those of the installation. Oldest first.
#[utoipa::path(tag = "webhooks", params(WebhookFilter), responses((status = 200, body = Page<WebhookView>)))]
#[get("/webhooks")]
async fn list_webhooks(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<WebhookFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageWebhooks)?;
    let (limit, after) = (page::limit(filter.0.limit)?, Cursor::read(filter.0.after.as_deref())?);
    let page = app.db.read(&actor, async |conn| Webhook::page(conn, &actor, after, limit).await).await?;
    Ok(ok(page.map(|webhook| webhook.view(None))))
}

/// A webhook, without its secret.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path)), responses((status = 200, body = WebhookView)))]
#[get("/webhooks/{id}")]
async fn show_webhook(app: web::Data<App>, actor: Actor, id: Path<WebhookId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageWebhooks)?;
    let webhook = app.db.read(&actor, async |conn| Webhook::find(conn, &actor, id.0).await).await?;
    Ok(versioned(webhook.version, webhook.view(None)))
}

/// Edits a webhook, or switches it off or on again.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path), IfMatch), request_body = UpdateWebhook,
    responses((status = 200, body = WebhookView)))]
#[patch("/webhooks/{id}")]
async fn update_webhook(
    app: web::Data<App>,
    actor: Actor,
    id: Path<WebhookId>,
    if_match: IfMatch,
    body: Body<UpdateWebhook>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageWebhooks)?;
    let edit = body.into_inner().validate(&app.outbound)?;
    let now = app.now();
    let webhook = app
        .db
        .write(&actor, async |tx| {
            let webhook = Webhook::lock(tx, &actor, id.0).await?;
            if_match.check(webhook.version, webhook.view(None))?;
            let webhook = webhook.update(tx, &edit, now).await?;
            Event::new("webhook.edited").about("webhook", webhook.id).record(tx, &actor, now).await?;
            Ok(webhook)
        })
        .await?;
    Ok(versioned(webhook.version, webhook.view(None)))
}

/// Takes a webhook away, and its secrets with it. What was promised to it is dropped.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path)), responses((status = 204, description = "Taken away.")))]
#[delete("/webhooks/{id}")]
async fn remove_webhook(
    app: web::Data<App>,
    actor: Actor,
    id: Path<WebhookId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageWebhooks)?;
    let now = app.now();
    app.db
        .write(&actor, async |tx| {
            let webhook = Webhook::lock(tx, &actor, id.0).await?;
            webhook.remove(tx, now).await?;
            Event::new("webhook.removed").about("webhook", webhook.id).record(tx, &actor, now).await
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a new secret and tells it, once. For a day messages are signed with both.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path)), responses((status = 200, body = WebhookView)))]
#[post("/webhooks/{id}/secret")]
async fn rotate_secret(
    app: web::Data<App>,
    actor: Actor,
    id: Path<WebhookId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageWebhooks)?;
    let now = app.now();
    let webhook = app
        .db
        .write(&actor, async |tx| {
            let webhook = Webhook::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "rotate_secret", &asked, None, id.0.0).await?;
            if receipt != Receipt::First {
                return Ok(webhook);
            }
            let webhook = webhook.rotate(tx, &app.vault, now).await?;
            Event::new("webhook.secret_rotated").about("webhook", webhook.id).record(tx, &actor, now).await?;
            Ok(webhook)
        })
        .await?;
    let secret = told(&app, &webhook, now)?;
    Ok(versioned(webhook.version, webhook.view(secret)))
}

/// Has a message without content sent, to see whether it arrives: its ledger tells.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path)), responses((status = 200, body = Delivery)))]
#[post("/webhooks/{id}/ping")]
async fn ping_webhook(
    app: web::Data<App>,
    actor: Actor,
    id: Path<WebhookId>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageWebhooks)?;
    let now = app.now();
    let delivery = app
        .db
        .write(&actor, async |tx| {
            let webhook = Webhook::lock(tx, &actor, id.0).await?;
            if !webhook.is_on() {
                return Err((&problems::WEBHOOK_DISABLED).into());
            }
            let new = WebhookDeliveryId::new();
            let receipt = receipts::claim(tx, actor.staff.0, "ping_webhook", &asked, None, new.0).await?;
            if let Receipt::Again(earlier) = receipt {
                return Delivery::lock_of(tx, webhook.id, WebhookDeliveryId(earlier)).await;
            }
            let delivery =
                promise(tx, &webhook, new, (WebhookEvent::Ping, None), ping(&webhook, now), now).await?;
            Event::new("webhook.pinged").about("webhook", webhook.id).record(tx, &actor, now).await?;
            Ok(delivery)
        })
        .await?;
    Ok(ok(delivery))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeliveryFilter {
    /// Only those that got so far.
    #[param(inline)]
    state: Option<DeliveryState>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// The messages to a webhook with the last answer to each, newest first.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path), DeliveryFilter),
    responses((status = 200, body = Page<Delivery>)))]
#[get("/webhooks/{id}/deliveries")]
async fn list_deliveries(
    app: web::Data<App>,
    actor: Actor,
    id: Path<WebhookId>,
    filter: Query<DeliveryFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageWebhooks)?;
    let filter = filter.0;
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let page = app
        .db
        .read(&actor, async |conn| {
            let webhook = Webhook::find(conn, &actor, id.0).await?;
            Delivery::page(conn, webhook.id, filter.state, after, limit).await
        })
        .await?;
    Ok(ok(page))
}

/// Sends a message again, under the same id.
#[utoipa::path(tag = "webhooks", params(("id" = WebhookId, Path), ("did" = WebhookDeliveryId, Path)),
    responses((status = 200, body = Delivery)))]
#[post("/webhooks/{id}/deliveries/{did}/retry")]
async fn retry_delivery(
    app: web::Data<App>,
    actor: Actor,
    path: Path<(WebhookId, WebhookDeliveryId)>,
    asked: Asked,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageWebhooks)?;
    let ((id, did), now) = (path.0, app.now());
    let delivery = app
        .db
        .write(&actor, async |tx| {
            let webhook = Webhook::lock(tx, &actor, id).await?;
            let delivery = Delivery::lock_of(tx, webhook.id, did).await?;
            let receipt = receipts::claim(tx, actor.staff.0, "retry_delivery", &asked, None, did.0).await?;
            if receipt != Receipt::First {
                return Ok(delivery);
            }
            if !webhook.is_on() {
                return Err((&problems::WEBHOOK_DISABLED).into());
            }
            if matches!(delivery.state, DeliveryState::Queued | DeliveryState::Deferred) {
                return Err((&problems::WEBHOOK_DELIVERY_UNDER_WAY).into());
            }
            let delivery = delivery.set_state(tx, DeliveryState::Queued).await?;
            jobs::enqueue_at(tx, &DeliverWebhook { delivery: delivery.id }, now).await?;
            Event::new("webhook.redelivered").about("webhook", webhook.id).record(tx, &actor, now).await?;
            Ok(delivery)
        })
        .await?;
    Ok(ok(delivery))
}
