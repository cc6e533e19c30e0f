//! Taking a consent back: here, because it stops referrals.

use actix_web::{HttpResponse, post, web};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::moves::withdraw_consent;
use crate::auth::{Actor, Permission};
use crate::ids::{ConsentId, MigrantId};
use crate::migrants::Migrant;
use crate::migrants::acts::Act;
use crate::migrants::consents::model::{self as consents, Consent};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Path, versioned};

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(take_consent_back);
}

/// Withdraws a consent: nothing more is shared on it, open referrals under it are cancelled and each partner is told.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("cid" = ConsentId, Path)),
    responses((status = 200, body = Consent)))]
#[post("/migrants/{id}/consents/{cid}/withdraw")]
async fn take_consent_back(
    app: web::Data<App>,
    actor: Actor,
    path: Path<(MigrantId, ConsentId)>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (id, cid) = path.0;
    let now = app.now();
    let (version, consent) = app
        .db
        .write(&actor, async |tx| {
            let mut migrant = Migrant::lock(tx, &actor, id).await?;
            let consent = consents::withdraw(tx, migrant.id, cid, now).await?;
            let stopped = withdraw_consent(tx, &actor, cid, now).await?;
            Act::new("consent.withdrawn")
                .on(consent.id)
                .changed((), json!({ "withdrawn_at": consent.withdrawn_at }))
                .facts(json!({ "referrals_stopped": stopped }))
                .record(tx, &actor, &mut migrant, now)
                .await?;
            Ok((migrant.version, consent))
        })
        .await?;
    Ok(versioned(version, consent))
}
