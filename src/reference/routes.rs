//! `/code-lists`, `/countries`, `/languages`, `/territories`: words and places for every screen.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::{Code, CodeList, Country, Labels, Language};
use super::rules::{CreateCode, LabelLanguage, UpdateCode, is_fixed, negotiate, require_open_list};
use super::territories::model::{Territory, TerritorySearch};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::platform::app::App;
use crate::platform::crypto::sha256;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint, field};
use crate::platform::http::{Body, IfMatch, Path, Query, created, versioned};
use crate::platform::page::{self, Page};
use crate::platform::receipts::{self, Receipt};
use crate::problems;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_code_lists)
        .service(show_code_list)
        .service(create_code)
        .service(update_code)
        .service(list_countries)
        .service(list_languages)
        .service(list_territories)
        .service(show_territory);
}

/// Labels in the four languages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Labels)]
struct LabelsView {
    en: String,
    es: String,
    fr: String,
    fil: String,
}

impl From<Labels> for LabelsView {
    fn from(labels: Labels) -> LabelsView {
        LabelsView { en: labels.en, es: labels.es, fr: labels.fr, fil: labels.fil }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct CodeListView {
    /// Its name.
    #[schema(example = "service")]
    list: String,
    /// Whether only its labels may change.
    fixed: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct CodeLists {
    items: Vec<CodeListView>,
}

/// One word of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Code)]
struct CodeView {
    #[schema(example = "service")]
    list: String,
    /// What records store.
    #[schema(example = "LAB-WAG")]
    code: String,
    /// The wider code of the same list.
    parent: Option<String>,
    /// Order on screen, ascending.
    position: i32,
    /// In the language asked for.
    label: String,
    labels: LabelsView,
    /// The external standard it stems from.
    standard: Option<String>,
    /// Knowing it of a person can endanger the person.
    restricted: bool,
    /// First day on which it may no longer be chosen.
    retired_on: Option<NaiveDate>,
    version: i32,
    /// `edit` for who may change it.
    allowed: Vec<&'static str>,
}

impl CodeView {
    fn new(actor: &Actor, code: Code, language: LabelLanguage) -> CodeView {
        CodeView {
            label: code.labels.of(language.word()).to_owned(),
            list: code.list,
            code: code.code,
            parent: code.parent,
            position: code.position,
            labels: code.labels.into(),
            standard: code.standard,
            restricted: code.restricted,
            retired_on: code.retired_on,
            version: code.version,
            allowed: if actor.may(Permission::ManageCodes) { vec!["edit"] } else { vec![] },
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Codes)]
struct CodesView {
    items: Vec<CodeView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Country)]
struct CountryView {
    /// ISO 3166-1 alpha-2.
    #[schema(example = "EC")]
    code: String,
    /// ISO 3166-1 alpha-3.
    #[schema(example = "ECU")]
    alpha3: String,
    /// In the language asked for.
    label: String,
    labels: LabelsView,
}

#[derive(Debug, Serialize, ToSchema)]
struct Countries {
    items: Vec<CountryView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Language)]
struct LanguageView {
    /// ISO 639-3.
    #[schema(example = "wol")]
    code: String,
    /// In the language asked for.
    label: String,
    labels: LabelsView,
}

#[derive(Debug, Serialize, ToSchema)]
struct Languages {
    items: Vec<LanguageView>,
}

/// An official place.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Territory)]
struct TerritoryView {
    /// Country and official code.
    #[schema(example = "EC-170150")]
    code: String,
    /// ISO 3166-1 alpha-2.
    country: String,
    /// The code of the source.
    official_code: String,
    /// What the country calls this kind of place.
    #[schema(example = "parroquia")]
    level: String,
    /// 1 at the top of the country.
    depth: i16,
    /// Official name.
    name: String,
    /// The territory it lies in.
    parent: Option<String>,
    /// Codes from the top of the country down to this one.
    lineage: Vec<String>,
    /// The names of the lineage, so that two places of one name can be told apart.
    lineage_names: Vec<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListFilter {
    /// Language of `label`; else that of Accept-Language, else the account's.
    #[param(inline)]
    lang: Option<LabelLanguage>,
    /// Retired codes too.
    retired: Option<bool>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LabelFilter {
    /// Language of `label`; else that of Accept-Language, else the account's.
    #[param(inline)]
    lang: Option<LabelLanguage>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TerritoryFilter {
    /// Of this country, ISO 3166-1 alpha-2.
    country: Option<String>,
    /// Lying directly in this territory.
    parent: Option<String>,
    /// Lying anywhere within this territory, itself included.
    within: Option<String>,
    /// With a word of the name beginning so, however spelt.
    q: Option<String>,
    /// How many, at most 200.
    limit: Option<i64>,
    /// Where the page before ended.
    after: Option<String>,
}

/// The lists of coded words.
#[utoipa::path(tag = "reference", responses((status = 200, body = CodeLists), (status = 304)))]
#[get("/code-lists")]
async fn list_code_lists(
    app: web::Data<App>,
    actor: Actor,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReference)?;
    let lists = app.db.read(&actor, async |conn| Ok(CodeList::all(conn).await?)).await?;
    let view = |list: CodeList| CodeListView { fixed: is_fixed(&list.list), list: list.list };
    Ok(unless_known(&request, &CodeLists { items: lists.into_iter().map(view).collect() }))
}

/// The codes of a list in the order of the screen.
#[utoipa::path(tag = "reference", params(("list" = String, Path), ListFilter),
    responses((status = 200, body = CodesView), (status = 304)))]
#[get("/code-lists/{list}")]
async fn show_code_list(
    app: web::Data<App>,
    actor: Actor,
    list: Path<String>,
    filter: Query<ListFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReference)?;
    let language = language_of(&request, &actor, filter.0.lang);
    let retired = filter.0.retired.unwrap_or(false);
    let codes = app
        .db
        .read(&actor, async |conn| {
            require_list(conn, &list.0).await?;
            Ok(Code::of_list(conn, &list.0, retired).await?)
        })
        .await?;
    let items = codes.into_iter().map(|code| CodeView::new(&actor, code, language)).collect();
    Ok(unless_known(&request, &CodesView { items }))
}

/// Adds a code to a list.
#[utoipa::path(tag = "reference", params(("list" = String, Path)), request_body = CreateCode,
    responses((status = 201, body = CodeView), (status = 200, body = CodeView, description = "Made by an earlier try.")))]
#[post("/code-lists/{list}/codes")]
async fn create_code(
    app: web::Data<App>,
    actor: Actor,
    list: Path<String>,
    body: Body<CreateCode>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageCodes)?;
    let language = language_of(&request, &actor, None);
    let (body, asked) = body.into_parts();
    let now = app.now();
    let (first, code) = app
        .db
        .write(&actor, async |tx| {
            require_list(tx, &list.0).await?;
            require_open_list(&list.0)?;
            let mut new = body.validate(&list.0, now)?;
            // A code has no id of its own; the receipt only has to be recognised.
            let receipt =
                receipts::claim(tx, actor.staff.0, "create_code", &asked, None, Uuid::now_v7()).await?;
            if let Receipt::Again(_) = receipt {
                return Ok((false, find_code(tx, &list.0, &new.code).await?));
            }
            if new.position == i32::MAX {
                let codes = Code::of_list(tx, &list.0, true).await?;
                new.position = codes.last().map_or(0, |last| last.position).saturating_add(10);
            }
            let code = new
                .insert(tx)
                .await
                .on_constraint("codes_pkey", || (&problems::CODE_ALREADY_EXISTS).into())
                .on_constraint("codes_parent_fkey", || {
                    field("parent", "unknown_code", "Is not a code of the same list.")
                })?;
            let event = Event::new("code.added").facts(json!({ "list": code.list, "code": code.code }));
            event.record(tx, &actor, now).await?;
            Ok((true, code))
        })
        .await?;
    let path = format!("/api/v1/code-lists/{}", code.list);
    Ok(created(first, &path, code.version, CodeView::new(&actor, code, language)))
}

/// Relabels a code, retires it or takes it back into use. Nothing is deleted.
#[utoipa::path(tag = "reference", params(("list" = String, Path), ("code" = String, Path), IfMatch),
    request_body = UpdateCode, responses((status = 200, body = CodeView)))]
#[patch("/code-lists/{list}/codes/{code}")]
async fn update_code(
    app: web::Data<App>,
    actor: Actor,
    names: Path<(String, String)>,
    if_match: IfMatch,
    body: Body<UpdateCode>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ManageCodes)?;
    let language = language_of(&request, &actor, None);
    let (list, name) = names.0;
    let body = body.into_inner();
    let now = app.now();
    let code = app
        .db
        .write(&actor, async |tx| {
            let code = find_code(tx, &list, &name).await?;
            let version = code.version;
            if_match.check(version, CodeView::new(&actor, code, language))?;
            let changes = body.validate(&list, now)?;
            let code = Code::update(tx, (&list, &name), version, &changes).await?;
            let code = code.ok_or_else(|| Error::from(&problems::STALE_VERSION))?;
            let event = Event::new("code.edited").facts(json!({ "list": list, "code": name }));
            event.record(tx, &actor, now).await?;
            Ok(code)
        })
        .await?;
    Ok(versioned(code.version, CodeView::new(&actor, code, language)))
}

/// All countries, by code.
#[utoipa::path(tag = "reference", params(LabelFilter), responses((status = 200, body = Countries), (status = 304)))]
#[get("/countries")]
async fn list_countries(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<LabelFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReference)?;
    let language = language_of(&request, &actor, filter.0.lang);
    let countries = app.db.read(&actor, async |conn| Ok(Country::all(conn).await?)).await?;
    let view = |country: Country| CountryView {
        label: country.labels.of(language.word()).to_owned(),
        code: country.code,
        alpha3: country.alpha3,
        labels: country.labels.into(),
    };
    Ok(unless_known(&request, &Countries { items: countries.into_iter().map(view).collect() }))
}

/// All languages, by code.
#[utoipa::path(tag = "reference", params(LabelFilter), responses((status = 200, body = Languages), (status = 304)))]
#[get("/languages")]
async fn list_languages(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<LabelFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReference)?;
    let language = language_of(&request, &actor, filter.0.lang);
    let languages = app.db.read(&actor, async |conn| Ok(Language::all(conn).await?)).await?;
    let view = |spoken: Language| LanguageView {
        label: spoken.labels.of(language.word()).to_owned(),
        code: spoken.code,
        labels: spoken.labels.into(),
    };
    Ok(unless_known(&request, &Languages { items: languages.into_iter().map(view).collect() }))
}

/// Official places: wider ones first, then by name.
#[utoipa::path(tag = "reference", params(TerritoryFilter),
    responses((status = 200, body = Page<TerritoryView>), (status = 304)))]
#[get("/territories")]
async fn list_territories(
    app: web::Data<App>,
    actor: Actor,
    filter: Query<TerritoryFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReference)?;
    let Query(filter) = filter;
    let limit = page::limit(filter.limit)?;
    let search = TerritorySearch {
        country: filter.country.as_deref(),
        parent: filter.parent.as_deref(),
        within: filter.within.as_deref(),
        prefix: filter.q.as_deref(),
        after: filter.after.as_deref(),
    };
    let page = app
        .db
        .read(&actor, async |conn| {
            let mut found = Territory::search(conn, search, limit + 1).await?;
            let more = found.len() > usize::try_from(limit).unwrap_or(0);
            found.truncate(usize::try_from(limit).unwrap_or(0));
            let next = found.last().filter(|_| more).map(|last| last.code.clone());
            Ok(Page { items: with_lineage(conn, found).await?, next })
        })
        .await?;
    Ok(unless_known(&request, &page))
}

/// One official place.
#[utoipa::path(tag = "reference", params(("code" = String, Path)),
    responses((status = 200, body = TerritoryView), (status = 304)))]
#[get("/territories/{code}")]
async fn show_territory(
    app: web::Data<App>,
    actor: Actor,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadReference)?;
    let found = app
        .db
        .read(&actor, async |conn| {
            let found = Territory::find(conn, &code.0).await?;
            with_lineage(conn, found.into_iter().collect()).await
        })
        .await?;
    let view = found.first().ok_or_else(|| Error::from(&problems::NOT_FOUND))?;
    Ok(unless_known(&request, view))
}

/// Adds the names of the places each lies in, read together.
async fn with_lineage(conn: &mut Conn, found: Vec<Territory>) -> Result<Vec<TerritoryView>, Error> {
    let codes: Vec<&str> = found.iter().flat_map(|place| place.lineage.iter().map(String::as_str)).collect();
    let above = Territory::list(conn, &codes).await?;
    let names: HashMap<&str, &str> =
        above.iter().map(|place| (place.code.as_str(), place.name.as_str())).collect();
    let view = |place: Territory| TerritoryView {
        lineage_names: place
            .lineage
            .iter()
            .filter_map(|code| names.get(code.as_str()).map(ToString::to_string))
            .collect(),
        code: place.code,
        country: place.country,
        official_code: place.official_code,
        level: place.level_name,
        depth: place.depth,
        name: place.name,
        parent: place.parent,
        lineage: place.lineage,
    };
    Ok(found.into_iter().map(view).collect())
}

async fn require_list(conn: &mut Conn, list: &str) -> Result<(), Error> {
    let known = CodeList::all(conn).await?.iter().any(|known| known.list == list);
    if known { Ok(()) } else { Err((&problems::NOT_FOUND).into()) }
}

async fn find_code(conn: &mut Conn, list: &str, code: &str) -> Result<Code, Error> {
    Code::find(conn, list, code).await?.ok_or_else(|| (&problems::NOT_FOUND).into())
}

fn language_of(request: &HttpRequest, actor: &Actor, asked: Option<LabelLanguage>) -> LabelLanguage {
    let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    negotiate(asked, accept, &actor.language)
}

/// Answers 200, or 304 when the client has the same answer already. Words and places are no personal data, so a client
/// may keep them, but asks each time whether they still hold.
fn unless_known(request: &HttpRequest, record: &impl Serialize) -> HttpResponse {
    let body = serde_json::to_vec(record).unwrap_or_default();
    let hash: String = sha256(&body).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("W/\"{hash}\"");
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let known = known.is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Accept-Language, Authorization"));
    if known { response.finish() } else { response.content_type("application/json").body(body) }
}
