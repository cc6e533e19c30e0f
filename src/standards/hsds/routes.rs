//! `/hsds`: the open directory. Anybody may read; answers may be kept and asked for again.

use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::{Anybody, Words, directory, terms};
use super::rules::{Entry, HsdsPage, Offer, Paging, TAXONOMIES, Term, Wanted};
use super::{ids, views};
use crate::platform::app::App;
use crate::platform::crypto::sha256;
use crate::platform::error::Error;
use crate::platform::http::{Path, Query};
use crate::problems;
use crate::reference::rules::{LabelLanguage, negotiate};

/// How long an answer may be used without asking again, in seconds.
const KEPT_FOR: u32 = 300;
/// The version of the specification.
const VERSION: &str = "3.1";
/// The specification itself: no profile of ours changes it.
const PROFILE: &str = "https://docs.openreferral.org/en/3.1/";

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(hsds_metadata)
        .service(hsds_list_services)
        .service(hsds_show_service)
        .service(hsds_list_organizations)
        .service(hsds_show_organization)
        .service(hsds_list_service_at_locations)
        .service(hsds_show_service_at_location)
        .service(hsds_list_taxonomies)
        .service(hsds_show_taxonomy)
        .service(hsds_list_taxonomy_terms)
        .service(hsds_show_taxonomy_term);
}

/// What this API is.
#[derive(Debug, Serialize, ToSchema)]
struct HsdsApi {
    /// HSDS version of this API.
    #[schema(example = "3.1")]
    version: &'static str,
    /// Where its profile is described.
    #[schema(example = "https://docs.openreferral.org/")]
    profile: &'static str,
    /// Its OpenAPI description.
    #[schema(example = "https://desk.example/api/openapi.json")]
    openapi_url: String,
}

/// The version of HSDS that is answered, and where it is described.
#[utoipa::path(tag = "hsds", responses((status = 200, body = HsdsApi)))]
#[get("/hsds/")]
async fn hsds_metadata(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    let openapi_url = format!("{}/api/openapi.json", app.settings.public_url);
    unless_known(&request, &HsdsApi { version: VERSION, profile: PROFILE, openapi_url }, None)
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ServiceFilter {
    /// Words of the names of service and agency and of the description, however spelt; all of them.
    search: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Records on a page: 50, at most 500.
    per_page: Option<i64>,
    /// `json`, the only format there is.
    format: Option<String>,
    /// Covering this term: naming it, or a wider one.
    taxonomy_term_id: Option<Uuid>,
    /// Naming any term of this taxonomy.
    taxonomy_id: Option<Uuid>,
    /// Of this organization.
    organization_id: Option<Uuid>,
    /// Changed at or after this moment, together with its organization.
    modified_after: Option<DateTime<Utc>>,
    /// Ids and moments of change alone, all on one page unless per_page is told.
    minimal: Option<bool>,
    /// Each with everything that hangs on it.
    full: Option<bool>,
}

impl ServiceFilter {
    fn wanted(&self) -> Result<Wanted, Error> {
        require_json(self.format.as_deref())?;
        Ok(Wanted {
            search: self.search.clone(),
            term: self.taxonomy_term_id,
            taxonomy: self.taxonomy_id,
            organization: self.organization_id,
            modified_after: self.modified_after,
        })
    }
}

/// Services that published agencies offer now, by agency and name.
#[utoipa::path(tag = "hsds", params(ServiceFilter), responses((status = 200, body = HsdsPage)))]
#[get("/hsds/services")]
async fn hsds_list_services(
    app: web::Data<App>,
    request: HttpRequest,
    filter: Query<ServiceFilter>,
) -> Result<HttpResponse, Error> {
    let (wanted, minimal, full) =
        (filter.0.wanted()?, filter.0.minimal == Some(true), filter.0.full == Some(true));
    let paging = Paging::read(filter.0.page, filter.0.per_page, minimal)?;
    let (language, now) = (language_of(&request), app.now());
    let page = app
        .db
        .read(&Anybody, async |conn| {
            let entries = directory(conn, now).await?;
            let (offers, mut page) = paging.cut(wanted.offers(&entries, &terms(conn).await?));
            page.contents = if minimal {
                offers.into_iter().map(views::minimal).collect()
            } else {
                let named: Vec<&Entry> = offers.iter().map(|offer| offer.entry).collect();
                let words = Words::read(conn, &named, language).await?;
                let view = if full { views::service } else { views::service_row };
                offers.into_iter().map(|offer| view(offer, &words)).collect()
            };
            Ok(page)
        })
        .await?;
    Ok(unless_known(&request, &page, None))
}

/// A service with everything that hangs on it.
#[utoipa::path(tag = "hsds", params(("id" = Uuid, Path)), responses((status = 200, body = Object)))]
#[get("/hsds/services/{id}")]
async fn hsds_show_service(
    app: web::Data<App>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    show_offer(&app, &request, id.0, |offer, words| Some(views::service(offer, words))).await
}

async fn show_offer(
    app: &App,
    request: &HttpRequest,
    id: Uuid,
    view: impl Fn(Offer<'_>, &Words) -> Option<Value>,
) -> Result<HttpResponse, Error> {
    let (language, now) = (language_of(request), app.now());
    let (record, modified) = app
        .db
        .read(&Anybody, async |conn| {
            let entries = directory(conn, now).await?;
            let offers = Wanted::default().offers(&entries, &[]);
            let offer =
                offers.into_iter().find(|offer| offer.service.id.0 == id).ok_or(&problems::NOT_FOUND)?;
            let words = Words::read(conn, &[offer.entry], language).await?;
            let record = view(offer, &words).ok_or(&problems::NOT_FOUND)?;
            Ok((record, offer.entry.service_modified_at(offer.service)))
        })
        .await?;
    Ok(unless_known(request, &record, Some(modified)))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OrganizationFilter {
    /// Words of its name or acronym, however spelt; all of them.
    search: Option<String>,
    /// With a service that covers this term.
    taxonomy_term_id: Option<Uuid>,
    /// With a service that names any term of this taxonomy.
    taxonomy_id: Option<Uuid>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Records on a page: 50, at most 500.
    per_page: Option<i64>,
    /// `json`, the only format there is.
    format: Option<String>,
    /// Each with everything that hangs on it.
    full: Option<bool>,
    /// With `full`: its services whole, not by name alone.
    full_service: Option<bool>,
}

/// Published agencies, by name.
#[utoipa::path(tag = "hsds", params(OrganizationFilter), responses((status = 200, body = HsdsPage)))]
#[get("/hsds/organizations")]
async fn hsds_list_organizations(
    app: web::Data<App>,
    request: HttpRequest,
    filter: Query<OrganizationFilter>,
) -> Result<HttpResponse, Error> {
    let filter = filter.0;
    require_json(filter.format.as_deref())?;
    let paging = Paging::read(filter.page, filter.per_page, false)?;
    let whole_services = filter.full_service == Some(true);
    let full = filter.full == Some(true) || whole_services;
    let wanted = Wanted {
        search: filter.search,
        term: filter.taxonomy_term_id,
        taxonomy: filter.taxonomy_id,
        ..Wanted::default()
    };
    let (language, now) = (language_of(&request), app.now());
    let page = app
        .db
        .read(&Anybody, async |conn| {
            let all = directory(conn, now).await?;
            let (entries, mut page) = paging.cut(wanted.entries(&all, &terms(conn).await?));
            let words = Words::read(conn, &entries, language).await?;
            let view = |entry| match full {
                true => views::organization(entry, &words, whole_services),
                false => views::organization_row(entry, &words),
            };
            page.contents = entries.into_iter().map(view).collect();
            Ok(page)
        })
        .await?;
    Ok(unless_known(&request, &page, None))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WholeServices {
    /// Its services whole, not by name alone.
    full_service: Option<bool>,
}

/// An agency with everything that hangs on it.
#[utoipa::path(tag = "hsds", params(("id" = Uuid, Path), WholeServices), responses((status = 200, body = Object)))]
#[get("/hsds/organizations/{id}")]
async fn hsds_show_organization(
    app: web::Data<App>,
    request: HttpRequest,
    id: Path<Uuid>,
    filter: Query<WholeServices>,
) -> Result<HttpResponse, Error> {
    let (language, now) = (language_of(&request), app.now());
    let (record, modified) = app
        .db
        .read(&Anybody, async |conn| {
            let entries = directory(conn, now).await?;
            let entry = entries.iter().find(|entry| entry.agency.id.0 == id.0).ok_or(&problems::NOT_FOUND)?;
            let words = Words::read(conn, &[entry], language).await?;
            let record = views::organization(entry, &words, filter.0.full_service == Some(true));
            let changes = entry.services.iter().map(|service| entry.service_modified_at(service));
            Ok((record, changes.chain([entry.modified_at()]).max()))
        })
        .await?;
    Ok(unless_known(&request, &record, modified))
}

/// Services at the places of their agencies, where those are shown.
#[utoipa::path(tag = "hsds", params(ServiceFilter), responses((status = 200, body = HsdsPage)))]
#[get("/hsds/service_at_locations")]
async fn hsds_list_service_at_locations(
    app: web::Data<App>,
    request: HttpRequest,
    filter: Query<ServiceFilter>,
) -> Result<HttpResponse, Error> {
    let (wanted, full) = (filter.0.wanted()?, filter.0.full == Some(true));
    if filter.0.minimal.is_some() {
        return Err(problems::MALFORMED_QUERY.problem().with("parameter", "minimal").into());
    }
    let paging = Paging::read(filter.0.page, filter.0.per_page, false)?;
    let (language, now) = (language_of(&request), app.now());
    let page = app
        .db
        .read(&Anybody, async |conn| {
            let entries = directory(conn, now).await?;
            let mut offers = wanted.offers(&entries, &terms(conn).await?);
            offers.retain(|offer| offer.entry.place().is_some());
            let (offers, mut page) = paging.cut(offers);
            let named: Vec<&Entry> = offers.iter().map(|offer| offer.entry).collect();
            let words = Words::read(conn, &named, language).await?;
            page.contents = offers
                .into_iter()
                .filter_map(|offer| views::service_at_location(offer, &words, full))
                .collect();
            Ok(page)
        })
        .await?;
    Ok(unless_known(&request, &page, None))
}

/// A service at the place of its agency, with both.
#[utoipa::path(tag = "hsds", params(("id" = Uuid, Path)), responses((status = 200, body = Object)))]
#[get("/hsds/service_at_locations/{id}")]
async fn hsds_show_service_at_location(
    app: web::Data<App>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    show_offer(&app, &request, id.0, |offer, words| views::service_at_location(offer, words, true)).await
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TaxonomyFilter {
    /// Part of its name.
    search: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Records on a page: 50, at most 500.
    per_page: Option<i64>,
    /// `json`, the only format there is.
    format: Option<String>,
}

/// The code lists that the directory names.
#[utoipa::path(tag = "hsds", params(TaxonomyFilter), responses((status = 200, body = HsdsPage)))]
#[get("/hsds/taxonomies")]
async fn hsds_list_taxonomies(
    app: web::Data<App>,
    request: HttpRequest,
    filter: Query<TaxonomyFilter>,
) -> Result<HttpResponse, Error> {
    require_json(filter.0.format.as_deref())?;
    let paging = Paging::read(filter.0.page, filter.0.per_page, false)?;
    let mut all = views::taxonomies(language_of(&request), &app.settings.public_url);
    if let Some(search) = filter.0.search.map(|search| search.to_lowercase()) {
        all.retain(|taxonomy| taxonomy["name"].as_str().is_some_and(|name| name.contains(&search)));
    }
    let (contents, page) = paging.cut(all);
    Ok(unless_known(&request, &HsdsPage { contents, ..page }, None))
}

/// A code list.
#[utoipa::path(tag = "hsds", params(("id" = Uuid, Path)), responses((status = 200, body = Object)))]
#[get("/hsds/taxonomies/{id}")]
async fn hsds_show_taxonomy(
    app: web::Data<App>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let list = TAXONOMIES.into_iter().find(|list| ids::taxonomy(list) == id.0).ok_or(&problems::NOT_FOUND)?;
    let taxonomy = views::taxonomy_of(list, language_of(&request), &app.settings.public_url);
    Ok(unless_known(&request, &taxonomy, None))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TermFilter {
    /// Part of its name in the language of the answer, or its code.
    search: Option<String>,
    /// Which page, from 1.
    page: Option<i64>,
    /// Records on a page: 50, at most 500.
    per_page: Option<i64>,
    /// `json`, the only format there is.
    format: Option<String>,
    /// Of this taxonomy.
    taxonomy_id: Option<Uuid>,
    /// Only those without a wider term.
    top_only: Option<bool>,
    /// Directly below this term.
    parent_id: Option<Uuid>,
}

impl TermFilter {
    fn wants(&self, term: &Term, words: &Words) -> bool {
        let parent = term.parent.as_deref().map(|parent| ids::term(term.list, parent));
        let named = |search: &str| {
            term.code.eq_ignore_ascii_case(search)
                || words.label(&term.labels).to_lowercase().contains(&search.to_lowercase())
        };
        self.taxonomy_id.is_none_or(|wanted| ids::taxonomy(term.list) == wanted)
            && (self.top_only != Some(true) || parent.is_none())
            && self.parent_id.is_none_or(|wanted| parent == Some(wanted))
            && self.search.as_deref().is_none_or(named)
    }
}

/// Codes by which the directory says what is offered and for whom, in the language of `Accept-Language`.
#[utoipa::path(tag = "hsds", params(TermFilter), responses((status = 200, body = HsdsPage)))]
#[get("/hsds/taxonomy_terms")]
async fn hsds_list_taxonomy_terms(
    app: web::Data<App>,
    request: HttpRequest,
    filter: Query<TermFilter>,
) -> Result<HttpResponse, Error> {
    let filter = filter.0;
    require_json(filter.format.as_deref())?;
    let paging = Paging::read(filter.page, filter.per_page, false)?;
    let language = language_of(&request);
    let words = app.db.read(&Anybody, async |conn| Words::read(conn, &[], language).await).await?;
    let (cut, page) = paging.cut(words.terms.iter().filter(|term| filter.wants(term, &words)).collect());
    let contents = cut.into_iter().map(|term| views::term(term, &words)).collect();
    Ok(unless_known(&request, &HsdsPage { contents, ..page }, None))
}

/// A code, in the language of `Accept-Language`.
#[utoipa::path(tag = "hsds", params(("id" = Uuid, Path)), responses((status = 200, body = Object)))]
#[get("/hsds/taxonomy_terms/{id}")]
async fn hsds_show_taxonomy_term(
    app: web::Data<App>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let language = language_of(&request);
    let words = app.db.read(&Anybody, async |conn| Words::read(conn, &[], language).await).await?;
    let term = words.terms.iter().find(|term| term.id() == id.0).ok_or(&problems::NOT_FOUND)?;
    Ok(unless_known(&request, &views::term(term, &words), None))
}

fn language_of(request: &HttpRequest) -> LabelLanguage {
    let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    negotiate(None, accept, "en")
}

fn require_json(format: Option<&str>) -> Result<(), Error> {
    match format {
        None | Some("json") => Ok(()),
        Some(_) => Err((&problems::NOT_ACCEPTABLE).into()),
    }
}

/// Answers 200, or 304 when the client has the same answer already. Everybody may keep it for a while, caches on the way
/// too, and any site may show it.
fn unless_known(
    request: &HttpRequest,
    record: &impl Serialize,
    modified: Option<DateTime<Utc>>,
) -> HttpResponse {
    let body = serde_json::to_vec(record).unwrap_or_default();
    let hash: String = sha256(&body).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("W/\"{hash}\"");
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let known = known.is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, format!("public, max-age={KEPT_FOR}")))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"));
    if let Some(modified) = modified {
        let modified = modified.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        response.insert_header((header::LAST_MODIFIED, modified));
    }
    if known { response.finish() } else { response.content_type("application/json").body(body) }
}
