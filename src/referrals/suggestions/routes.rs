//! `/services/suggestions`: who may, what is wanted, weigh, answer.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model;
use super::reasons::{SuggestionPlace, Suggestions};
use super::rules::{self, Wish};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::model::Case;
use crate::cases::rules::reads_restricted;
use crate::ids::NeedId;
use crate::platform::app::App;
use crate::platform::db::{Conn, acting_as};
use crate::platform::error::Error;
use crate::platform::http::{Query, ok};
use crate::platform::jobs::System;
use crate::platform::page;
use crate::problems;
use crate::referrals::model::NeedFacts;

/// How many services each list shows when nothing is said.
const SHOWN: i64 = 20;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(suggest_services);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The need to find a service for.
    need: NeedId,
    /// How many of each list, 1 to 200; 20 when left out.
    limit: Option<i64>,
}

/// Partner services for a need, best first, each with the reasons for its place; below them those that cannot take it,
/// and why. See docs/SUGGESTIONS.md for the formula.
#[utoipa::path(tag = "referrals", params(Asked), responses((status = 200, body = Suggestions)))]
#[get("/services/suggestions")]
async fn suggest_services(
    app: web::Data<App>,
    actor: Actor,
    asked: Query<Asked>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::Refer)?;
    let Query(Asked { need, limit }) = asked;
    let limit = usize::try_from(page::limit(limit.or(Some(SHOWN)))?).unwrap_or_default();
    let now = app.now();
    let suggestions = app
        .db
        .write(&actor, async |tx| {
            let need = NeedFacts::find(tx, need).await?;
            let case = Case::find(tx, &actor, need.case_id).await?;
            if need.restricted && !reads_restricted(&actor, &case) {
                return Err((&problems::NOT_FOUND).into());
            }
            let wish = model::wish(tx, &case, &need, now).await?;
            let event = Event::new("need.services_suggested").about("need", need.id).at(case.office_id);
            event.facts(json!({ "case_id": case.id })).record(tx, &actor, now).await?;
            suggest(tx, &actor, wish, need.id, limit, now).await
        })
        .await?;
    Ok(ok(suggestions))
}

async fn suggest(
    tx: &mut Conn,
    actor: &Actor,
    wish: Wish,
    need: NeedId,
    limit: usize,
    now: DateTime<Utc>,
) -> Result<Suggestions, Error> {
    let mut candidates = model::candidates(tx, &wish, need).await?;
    acting_as(tx, &System, actor, async |tx| model::add_records(tx, &mut candidates, now).await).await?;
    let (network, mut items, mut others) = rules::rank(&wish, candidates);
    let (item_count, other_count) = (items.len(), others.len());
    items.truncate(limit);
    others.truncate(limit);
    let place = wish.place.and_then(|mut place| {
        Some(SuggestionPlace { territory: place.lineage.pop()?, known_from: place.known_from })
    });
    Ok(Suggestions {
        need_id: need,
        service: wish.code,
        place,
        as_of: now,
        network,
        items,
        item_count,
        others,
        other_count,
    })
}
