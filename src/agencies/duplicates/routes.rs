//! `/agencies/duplicates` and `/agencies/{id}/merge`: who may, compare or decide, write, answer.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::merging;
use super::model::partners;
use super::rules::{self, Reason};
use crate::agencies::model::Agency;
use crate::agencies::views::{AgencyCard, AgencyView};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::AgencyId;
use crate::platform::app::App;
use crate::platform::db::{Conn, acting_as};
use crate::platform::error::{Error, field};
use crate::platform::http::{Body, IfMatch, Path, Query, ok, versioned};
use crate::platform::jobs::System;
use crate::platform::page;
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(propose_merges).service(merge_agency);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DuplicateFilter {
    /// Only pairs with this agency.
    agency: Option<AgencyId>,
    /// How many, at most 200.
    limit: Option<i64>,
}

/// Two agencies that may be one.
#[derive(Debug, Serialize, ToSchema)]
struct Duplicate {
    /// How much speaks for it, from 55 to 100.
    score: i32,
    /// What does.
    reasons: Vec<Reason>,
    /// The two.
    #[schema(max_items = 2, min_items = 2)]
    agencies: Vec<AgencyCard>,
}

/// Agencies that may have been entered twice.
#[derive(Debug, Serialize, ToSchema)]
struct Duplicates {
    /// The pairs, most alike first.
    items: Vec<Duplicate>,
    /// How many there are, shown or not.
    count: usize,
}

/// Into which agency another one goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeAgency {
    /// The one that stays.
    into: AgencyId,
}

/// Pairs of agencies that look like one, most alike first, each with what they have in common.
#[utoipa::path(tag = "agencies", params(DuplicateFilter), responses((status = 200, body = Duplicates)))]
#[get("/agencies/duplicates")]
async fn propose_merges(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<DuplicateFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let Query(DuplicateFilter { agency, limit }) = filter;
    let limit = usize::try_from(page::limit(limit)?).unwrap_or_default();
    let today = app.now().date_naive();
    let (profiles, mut cards) = app.db.read(&actor, async |conn| partners(conn, today).await).await?;
    // Hundreds of agencies are tens of thousands of pairs: not on a thread that answers others.
    let mut pairs = web::block(move || rules::pairs(&profiles)).await.map_err(anyhow::Error::from)?;
    pairs.retain(|pair| agency.is_none_or(|agency| [pair.one, pair.other].contains(&agency)));
    let count = pairs.len();
    let mut card = |id: AgencyId| {
        let (agency, services) = cards.get_mut(&id)?;
        Some(AgencyCard::new(&actor, agency.clone(), services.iter().cloned()))
    };
    let items = pairs
        .into_iter()
        .take(limit)
        .map(|pair| Duplicate {
            score: pair.score,
            reasons: pair.reasons,
            agencies: [pair.one, pair.other].into_iter().filter_map(&mut card).collect(),
        })
        .collect();
    Ok(ok(Duplicates { items, count }))
}

/// Makes one agency of two: services, contacts, accounts, referrals, consents and notices of this one go on at the other,
/// and this one is retired with a pointer to it. Cannot be taken back. The version is that of the one to go.
#[utoipa::path(tag = "agencies", params(("id" = AgencyId, Path), IfMatch), request_body = MergeAgency,
    responses((status = 200, body = AgencyView, description = "The agency that stays.")))]
#[post("/agencies/{id}/merge")]
async fn merge_agency(
    app: web::Data<App>,
    actor: Actor,
    id: Path<AgencyId>,
    if_match: IfMatch,
    body: Body<MergeAgency>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageAgencies)?;
    let (body, asked) = body.into_parts();
    if body.into == id.0 {
        return Err(field("into", "same", "An agency cannot go into itself."));
    }
    let now = app.now();
    let view = app
        .db
        .write(&actor, async |tx| {
            let receipt = receipts::claim(tx, actor.staff.0, "merge_agency", &asked, None, id.0.0).await?;
            if let Receipt::Again(_) = receipt {
                let stays = Agency::find(tx, body.into).await?;
                return AgencyView::read(tx, &actor, stays).await;
            }
            let (gone, into) = merging::lock(tx, id.0, body.into).await?;
            if_match.check(gone.version, AgencyView::read(tx, &actor, gone.clone()).await?)?;
            if gone.merged_into.is_some() || into.is_retired(now) {
                return Err((&problems::AGENCY_NOT_MERGEABLE).into());
            }
            let into = merge(tx, &actor, &gone, &into, now).await?;
            AgencyView::read(tx, &actor, into).await
        })
        .await?;
    Ok(versioned(view.version, view))
}

async fn merge(
    tx: &mut Conn,
    actor: &Actor,
    gone: &Agency,
    into: &Agency,
    now: DateTime<Utc>,
) -> Result<Agency, Error> {
    let (into, moved) =
        acting_as(tx, &System, actor, async |tx| merging::merge(tx, gone, into, now).await).await?;
    let facts = json!({ "into": into.id, "moved": moved });
    Event::new("agency.merged").about("agency", gone.id).facts(facts).record(tx, actor, now).await?;
    let facts = json!({ "from": gone.id });
    Event::new("agency.absorbed").about("agency", into.id).facts(facts).record(tx, actor, now).await?;
    Ok(into)
}
