//! Rows of webhooks and of messages to them.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{
    DeliveryState, DisabledBecause, Endpoint, EndpointEdit, OVERLAP, WebhookEvent, WebhookView, secret_of,
};
use crate::auth::{Actor, Role};
use crate::ids::{AgencyId, ReferralId, StaffId, WebhookDeliveryId, WebhookId};
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::platform::outbound::Reply;
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::schema::{webhook_deliveries, webhooks};

/// An address that is told what happens to referrals.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = webhooks)]
#[allow(missing_docs)]
pub struct Webhook {
    pub id: WebhookId,
    pub agency_id: Option<AgencyId>,
    pub owner_id: StaffId,
    pub url: String,
    pub description: Option<String>,
    pub events: Vec<WebhookEvent>,
    pub secret: Vec<u8>,
    pub previous_secret: Option<Vec<u8>>,
    pub previous_until: Option<DateTime<Utc>>,
    pub failing_since: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub disabled_because: Option<DisabledBecause>,
    pub removed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub version: i32,
}

/// Those the actor may see: a partner its agency's, an administrator the installation's.
fn visible(actor: &Actor) -> webhooks::BoxedQuery<'static, Pg> {
    let query = webhooks::table.filter(webhooks::removed_at.is_null()).into_boxed();
    match (actor.role, actor.agency) {
        (Role::Partner, Some(agency)) => query.filter(webhooks::agency_id.eq(agency)),
        (Role::SystemAdmin, _) => query.filter(webhooks::agency_id.is_null()),
        _ => query.filter(diesel::dsl::sql::<diesel::sql_types::Bool>("FALSE")),
    }
}

/// A fresh secret, encrypted for a webhook.
fn new_secret(vault: &Vault, id: WebhookId) -> Result<Vec<u8>, Error> {
    Ok(vault.seal(id.0, &secret_of(&rand::random()))?)
}

impl Webhook {
    /// Writes a new one down, of the actor's agency or of the installation.
    ///
    /// # Errors
    /// `id_already_used`
    pub async fn insert(
        tx: &mut Conn,
        vault: &Vault,
        id: WebhookId,
        endpoint: &Endpoint,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Webhook, Error> {
        diesel::insert_into(webhooks::table)
            .values((
                webhooks::id.eq(id),
                webhooks::agency_id.eq(actor.agency),
                webhooks::owner_id.eq(actor.staff),
                webhooks::url.eq(&endpoint.url),
                webhooks::description.eq(&endpoint.description),
                webhooks::events.eq(&endpoint.events),
                webhooks::secret.eq(new_secret(vault, id)?),
                webhooks::created_at.eq(now),
                webhooks::updated_at.eq(now),
            ))
            .returning(Webhook::as_returning())
            .get_result(tx)
            .await
            .on_constraint("webhooks_pkey", || (&problems::ID_ALREADY_USED).into())
    }

    /// One the actor may see.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, actor: &Actor, id: WebhookId) -> Result<Webhook, Error> {
        Ok(visible(actor).filter(webhooks::id.eq(id)).select(Webhook::as_select()).first(conn).await?)
    }

    /// One the actor may see, locked for an edit.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, actor: &Actor, id: WebhookId) -> Result<Webhook, Error> {
        let locked: WebhookId = webhooks::table.find(id).for_update().select(webhooks::id).first(tx).await?;
        Webhook::find(tx, actor, locked).await
    }

    /// Any, locked. Ask as the system.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock_any(tx: &mut Conn, id: WebhookId) -> Result<Webhook, Error> {
        Ok(webhooks::table.find(id).for_update().select(Webhook::as_select()).first(tx).await?)
    }

    /// A page of those the actor may see, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        actor: &Actor,
        after: Option<Cursor<DateTime<Utc>>>,
        limit: i64,
    ) -> Result<Page<Webhook>, Error> {
        let mut query = visible(actor);
        if let Some(Cursor { key, id }) = after {
            let same = webhooks::created_at.eq(key).and(webhooks::id.gt(WebhookId(id)));
            query = query.filter(webhooks::created_at.gt(key).or(same));
        }
        let order = (webhooks::created_at, webhooks::id);
        let rows = query.order(order).limit(limit + 1).select(Webhook::as_select()).load(conn).await?;
        Ok(Page::cut(rows, limit, |row: &Webhook| (row.created_at, row.id.0)))
    }

    /// How many the actor may see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count(conn: &mut Conn, actor: &Actor) -> Result<i64, Error> {
        Ok(visible(actor).count().get_result(conn).await?)
    }

    /// Those that hear of an event of an agency's referral. Ask as the system.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn listening(
        conn: &mut Conn,
        agency: AgencyId,
        sealed: bool,
        event: WebhookEvent,
    ) -> Result<Vec<Webhook>, Error> {
        let on = webhooks::removed_at.is_null().and(webhooks::disabled_at.is_null());
        let mut query = webhooks::table
            .filter(on)
            .filter(
                webhooks::events.eq(Vec::<WebhookEvent>::new()).or(webhooks::events.contains(vec![event])),
            )
            .order(webhooks::id)
            .select(Webhook::as_select())
            .into_boxed();
        query = if sealed {
            query.filter(webhooks::agency_id.eq(agency))
        } else {
            query.filter(webhooks::agency_id.eq(agency).or(webhooks::agency_id.is_null()))
        };
        Ok(query.load(conn).await?)
    }

    /// Edits it. Switched on again, it starts afresh.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(
        &self,
        tx: &mut Conn,
        edit: &EndpointEdit,
        now: DateTime<Utc>,
    ) -> Result<Webhook, Error> {
        let (disabled_at, because, failing_since) = match edit.enabled {
            Some(true) => (None, None, None),
            Some(false) if self.disabled_at.is_none() => {
                (Some(now), Some(DisabledBecause::Asked), self.failing_since)
            }
            _ => (self.disabled_at, self.disabled_because, self.failing_since),
        };
        Ok(diesel::update(webhooks::table.find(self.id))
            .set((
                webhooks::url.eq(edit.url.as_ref().unwrap_or(&self.url)),
                webhooks::description.eq(edit.description.as_ref().unwrap_or(&self.description)),
                webhooks::events.eq(edit.events.as_ref().unwrap_or(&self.events)),
                webhooks::disabled_at.eq(disabled_at),
                webhooks::disabled_because.eq(because),
                webhooks::failing_since.eq(failing_since),
                webhooks::version.eq(self.version + 1),
                webhooks::updated_at.eq(now),
            ))
            .returning(Webhook::as_returning())
            .get_result(tx)
            .await?)
    }

    /// Gives it a new secret; the present one signs for a day beside it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rotate(&self, tx: &mut Conn, vault: &Vault, now: DateTime<Utc>) -> Result<Webhook, Error> {
        Ok(diesel::update(webhooks::table.find(self.id))
            .set((
                webhooks::secret.eq(new_secret(vault, self.id)?),
                webhooks::previous_secret.eq(Some(&self.secret)),
                webhooks::previous_until.eq(Some(now + OVERLAP)),
                webhooks::version.eq(self.version + 1),
                webhooks::updated_at.eq(now),
            ))
            .returning(Webhook::as_returning())
            .get_result(tx)
            .await?)
    }

    /// Takes it away, and its secrets with it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn remove(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<(), Error> {
        diesel::update(webhooks::table.find(self.id))
            .set((
                webhooks::removed_at.eq(now),
                webhooks::secret.eq(Vec::<u8>::new()),
                webhooks::previous_secret.eq(None::<Vec<u8>>),
                webhooks::previous_until.eq(None::<DateTime<Utc>>),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Notes whether the last message arrived, and switches it off when it is time.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note(
        &self,
        tx: &mut Conn,
        failing_since: Option<DateTime<Utc>>,
        off: Option<DisabledBecause>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        diesel::update(webhooks::table.find(self.id))
            .set((
                webhooks::failing_since.eq(failing_since),
                off.map(|because| (webhooks::disabled_at.eq(now), webhooks::disabled_because.eq(because))),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Whether messages go there.
    pub fn is_on(&self) -> bool {
        self.disabled_at.is_none() && self.removed_at.is_none()
    }

    /// The secrets that sign now, the newest first.
    ///
    /// # Errors
    /// When they were encrypted under another key.
    pub fn secrets(&self, vault: &Vault, now: DateTime<Utc>) -> Result<Vec<String>, Error> {
        let mut secrets = vec![vault.open(self.id.0, &self.secret)?];
        let previous =
            self.previous_secret.as_ref().filter(|_| self.previous_until.is_some_and(|end| now < end));
        // One that cannot be read any more must not keep a new one from signing.
        secrets.extend(previous.and_then(|sealed| vault.open(self.id.0, sealed).ok()));
        Ok(secrets)
    }

    /// What is told of it; the secret only when it was just made.
    pub fn view(&self, secret: Option<String>) -> WebhookView {
        WebhookView {
            id: self.id,
            agency_id: self.agency_id,
            url: self.url.clone(),
            description: self.description.clone(),
            events: self.events.clone(),
            enabled: self.disabled_at.is_none(),
            disabled_because: self.disabled_because,
            failing_since: self.failing_since,
            previous_secret_until: self.previous_until,
            secret,
            created_at: self.created_at,
            version: self.version,
        }
    }
}

/// A message to a webhook.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = webhook_deliveries)]
#[schema(as = WebhookDelivery)]
pub struct Delivery {
    /// Its id: the header `webhook-id`, the same at every try.
    pub id: WebhookDeliveryId,
    /// The webhook.
    pub webhook_id: WebhookId,
    /// What happened.
    pub event: WebhookEvent,
    /// To which referral; null for a ping.
    pub referral_id: Option<ReferralId>,
    /// What is sent, byte for byte.
    pub body: String,
    /// How far it got.
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: i32,
    /// The HTTP status of the last answer; null when there was none.
    pub last_status: Option<i16>,
    /// The beginning of the last answer, or why there was none.
    #[schema(example = "received")]
    pub last_answer: Option<String>,
    /// When it was last sent.
    pub last_tried_at: Option<DateTime<Utc>>,
    /// When it was taken.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
}

impl Delivery {
    /// Writes a new one down.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(
        tx: &mut Conn,
        id: WebhookDeliveryId,
        webhook: WebhookId,
        (event, referral): (WebhookEvent, Option<ReferralId>),
        body: String,
        now: DateTime<Utc>,
    ) -> Result<Delivery, Error> {
        Ok(diesel::insert_into(webhook_deliveries::table)
            .values((
                webhook_deliveries::id.eq(id),
                webhook_deliveries::webhook_id.eq(webhook),
                webhook_deliveries::event.eq(event),
                webhook_deliveries::referral_id.eq(referral),
                webhook_deliveries::body.eq(body),
                webhook_deliveries::created_at.eq(now),
            ))
            .returning(Delivery::as_returning())
            .get_result(tx)
            .await?)
    }

    /// One of a webhook, locked.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock_of(
        tx: &mut Conn,
        webhook: WebhookId,
        id: WebhookDeliveryId,
    ) -> Result<Delivery, Error> {
        let of = webhook_deliveries::table.find(id).filter(webhook_deliveries::webhook_id.eq(webhook));
        Ok(of.for_update().select(Delivery::as_select()).first(tx).await?)
    }

    /// Any that is still there, locked. Ask as the system.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lock(tx: &mut Conn, id: WebhookDeliveryId) -> Result<Option<Delivery>, Error> {
        let found = webhook_deliveries::table.find(id).for_update().select(Delivery::as_select());
        Ok(found.first(tx).await.optional()?)
    }

    /// A page of a webhook's messages, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        after: Option<Cursor<DateTime<Utc>>>,
        limit: i64,
    ) -> Result<Page<Delivery>, Error> {
        let mut query =
            webhook_deliveries::table.filter(webhook_deliveries::webhook_id.eq(webhook)).into_boxed();
        if let Some(state) = state {
            query = query.filter(webhook_deliveries::state.eq(state));
        }
        if let Some(Cursor { key, id }) = after {
            let same =
                webhook_deliveries::created_at.eq(key).and(webhook_deliveries::id.lt(WebhookDeliveryId(id)));
            query = query.filter(webhook_deliveries::created_at.lt(key).or(same));
        }
        let order = (webhook_deliveries::created_at.desc(), webhook_deliveries::id.desc());
        let rows = query.order(order).limit(limit + 1).select(Delivery::as_select()).load(conn).await?;
        Ok(Page::cut(rows, limit, |row: &Delivery| (row.created_at, row.id.0)))
    }

    /// Notes a try and what came of it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tried(
        &self,
        tx: &mut Conn,
        state: DeliveryState,
        reply: &Reply,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let delivered_at = (state == DeliveryState::Delivered).then_some(now);
        diesel::update(webhook_deliveries::table.find(self.id))
            .set((
                webhook_deliveries::state.eq(state),
                webhook_deliveries::attempts.eq(self.attempts + 1),
                webhook_deliveries::last_status
                    .eq(reply.status.and_then(|status| i16::try_from(status).ok())),
                webhook_deliveries::last_answer.eq(&reply.words),
                webhook_deliveries::last_tried_at.eq(now),
                webhook_deliveries::delivered_at.eq(delivered_at),
            ))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Puts it into another state.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_state(&self, tx: &mut Conn, state: DeliveryState) -> Result<Delivery, Error> {
        Ok(diesel::update(webhook_deliveries::table.find(self.id))
            .set(webhook_deliveries::state.eq(state))
            .returning(Delivery::as_returning())
            .get_result(tx)
            .await?)
    }
}
