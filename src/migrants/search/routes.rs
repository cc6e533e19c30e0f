//! `GET /migrants`: files found by what a person says of themselves, or the last met.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::candidates;
use super::rules::{Clue, exact_clues, typed_clues};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::OfficeId;
use crate::migrants::likely::rules::{likeness, readings};
use crate::migrants::model::{Migrant, Wanted};
use crate::migrants::names::{generation_in, words};
use crate::migrants::view::MigrantSummary;
use crate::offices::model::Office;
use crate::platform::app::App;
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::http::{Query, ok};
use crate::platform::page::{self, Cursor, Page};

/// The operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_migrants);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MigrantFilter {
    /// A name however spelt, a number, a phone or a document number.
    #[param(example = "gusman ma. luz")]
    q: Option<String>,
    /// That this office sees.
    office: Option<OfficeId>,
    /// Not checked yet, or checked.
    unverified: Option<bool>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended; not with `q`, which is ranked.
    after: Option<String>,
}

/// Files: the best matches of `q` first, else the last met first.
#[utoipa::path(tag = "migrants", params(MigrantFilter), responses((status = 200, body = Page<MigrantSummary>)))]
#[get("/migrants")]
async fn list_migrants(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<MigrantFilter>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let Query(filter) = filter;
    let (limit, after) = (page::limit(filter.limit)?, Cursor::read(filter.after.as_deref())?);
    let wanted = Wanted { office: filter.office, unverified: filter.unverified };
    let now = app.now();
    let Some(q) = filter.q.filter(|q| !q.trim().is_empty()) else {
        let page = app
            .db
            .write(&actor, async |tx| {
                let page = Migrant::page(tx, &actor, &wanted, after, limit).await?;
                let facts = json!({ "found": page.items.len() });
                seen_at(&actor, filter.office, Event::new("migrants.listed").facts(facts))
                    .record(tx, &actor, now)
                    .await?;
                Ok(page)
            })
            .await?;
        return Ok(ok(page.map(MigrantSummary::from)));
    };
    let items = app
        .db
        .write(&actor, async |tx| {
            let found = search(tx, &actor, &app.vault, &q, wanted).await?;
            let facts = json!({ "found": found.len() });
            seen_at(&actor, filter.office, Event::new("migrants.searched").facts(facts))
                .record(tx, &actor, now)
                .await?;
            Ok(found)
        })
        .await?;
    let most = usize::try_from(limit).unwrap_or(0);
    let items = items.into_iter().take(most).map(MigrantSummary::from).collect();
    Ok(ok(Page { items, next: None }))
}

/// The office at which a list was looked at: the one asked for, or the first of one's own.
fn seen_at(actor: &Actor, asked: Option<OfficeId>, event: Event) -> Event {
    match asked.or(actor.offices.first().copied()) {
        Some(office) => event.at(office),
        None => event,
    }
}

/// Least likeness that is shown.
const LEAST_LIKENESS: f64 = 0.72;
/// Most characters of a search that are looked at.
const MOST_CHARACTERS: usize = 200;

/// Candidates by keys, then ranked by likeness. A number, phone or document met whole comes first.
async fn search(
    tx: &mut Conn,
    actor: &Actor,
    vault: &Vault,
    q: &str,
    wanted: Wanted,
) -> Result<Vec<Migrant>, Error> {
    let q: String = q.chars().take(MOST_CHARACTERS).collect();
    let terms = words(&q);
    let offices = Office::among(tx, &actor.offices).await?;
    let exact = exact_clues(&q, &readings(&q, &offices), |number| vault.index(number));
    let sure = candidates(tx, &[exact]).await?;
    let by_name: Vec<Vec<Clue>> = terms.iter().map(|term| typed_clues(term)).collect();
    let mut ids = candidates(tx, &by_name).await?;
    ids.extend(&sure);
    let mut ranked: Vec<(f64, Migrant)> = Vec::new();
    for migrant in Migrant::list(tx, actor, &ids).await?.into_iter().filter(|migrant| wanted.takes(migrant)) {
        let score = if sure.contains(&migrant.id) { 2.0 } else { rank(&q, &terms, &migrant) };
        if score >= LEAST_LIKENESS {
            ranked.push((score, migrant));
        }
    }
    ranked.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(other.registered_at.cmp(&one.registered_at)));
    Ok(ranked.into_iter().map(|(_, migrant)| migrant).collect())
}

/// How well the best spelling of a name meets the search. Of two namesakes the one with the generation asked for comes
/// first, and the other is still shown.
fn rank(q: &str, terms: &[String], migrant: &Migrant) -> f64 {
    let spellings = std::iter::once(migrant.name()).chain(migrant.other_names.iter().cloned());
    let likeness = spellings.map(|name| likeness(terms, &words(&name))).fold(0.0, f64::max);
    match generation_in(q) {
        Some(asked) if migrant.generation() == Some(asked) => likeness + 0.01,
        _ => likeness,
    }
}
