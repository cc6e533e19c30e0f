//! `/migrants`: registration, search, the file, consents.

use actix_web::{HttpResponse, get, patch, post, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::consents::model::Consent;
use super::consents::rules::GiveConsent;
use super::intake::{self, setting};
use super::likely::{Description, MigrantMatch, name_clues};
use super::matching::likeness;
use super::model::{self, Clue, Migrant, Wanted};
use super::names::words;
use super::rules::{Named, Reading, RegisterMigrant, UpdateMigrant, normalised_number, phone_keys};
use super::view::{self, MigrantFile, MigrantSummary};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::{ConsentId, MigrantId, OfficeId};
use crate::offices::model::Office;
use crate::offices::rules::country_of;
use crate::platform::app::App;
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, IfMatch, Path, Query, created, ok, versioned};
use crate::platform::jobs::System;
use crate::platform::page::{self, Cursor, Page};
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate;

/// The operations of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_migrants)
        .service(register_migrant)
        .service(show_migrant)
        .service(update_migrant)
        .service(give_consent)
        .service(match_migrants);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MigrantFilter {
    /// A name however spelt, a number, a phone or a document number.
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
    let Some(q) = filter.q.filter(|q| !q.trim().is_empty()) else {
        let page = app
            .db
            .read(&actor, async |conn| Migrant::page(conn, &actor, &wanted, after, limit).await)
            .await?;
        return Ok(ok(page.map(MigrantSummary::from)));
    };
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let found = search(tx, &actor, &app.vault, &q, wanted).await?;
            let mut event = Event::new("migrants.searched").facts(json!({ "found": found.len() }));
            if let Some(office) = filter.office.or(actor.offices.first().copied()) {
                event = event.at(office);
            }
            event.record(tx, &actor, now).await?;
            Ok(found)
        })
        .await?;
    let most = usize::try_from(limit).unwrap_or(0);
    let items = items.into_iter().take(most).map(MigrantSummary::from).collect();
    Ok(ok(Page { items, next: None }))
}

/// Least likeness that is shown.
const LEAST_LIKENESS: f64 = 0.72;

/// Candidates by keys, then ranked by likeness. A number, phone or document met whole comes first.
async fn search(
    tx: &mut Conn,
    actor: &Actor,
    vault: &Vault,
    q: &str,
    wanted: Wanted,
) -> Result<Vec<Migrant>, Error> {
    let q: String = q.chars().take(200).collect();
    let terms = words(&q);
    let exact = exact_clues(tx, actor, vault, &q).await?;
    let sure = model::candidates(tx, &[exact]).await?;
    let by_name: Vec<Vec<Clue>> = terms.iter().map(|term| name_clues(term)).collect();
    let mut ids = model::candidates(tx, &by_name).await?;
    ids.extend(&sure);
    let mut ranked: Vec<(f64, Migrant)> = Vec::new();
    for migrant in Migrant::list(tx, actor, &ids).await? {
        let office = wanted.office.is_none_or(|office| migrant.office_ids.contains(&office.0));
        if !office || wanted.unverified.is_some_and(|unverified| unverified != migrant.unverified) {
            continue;
        }
        let spellings = std::iter::once(migrant.name()).chain(migrant.other_names.iter().cloned());
        let by_name = spellings.map(|name| likeness(&terms, &words(&name))).fold(0.0, f64::max);
        let score = if sure.contains(&migrant.id) { 2.0 } else { by_name };
        if score >= LEAST_LIKENESS {
            ranked.push((score, migrant));
        }
    }
    ranked.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(other.registered_at.cmp(&one.registered_at)));
    Ok(ranked.into_iter().map(|(_, migrant)| migrant).collect())
}

/// What `q` would be as a file number, a document number or a phone of one of the actor's countries.
async fn exact_clues(tx: &mut Conn, actor: &Actor, vault: &Vault, q: &str) -> Result<Vec<Clue>, Error> {
    let number = normalised_number(q);
    if !number.chars().any(|c| c.is_ascii_digit()) {
        return Ok(vec![]);
    }
    let mut clues = vec![Clue::Whole("document", vault.index(&number)), Clue::Whole("number", number)];
    for office in &actor.offices {
        let office = Office::find(tx, *office).await?;
        let mut unread = FieldErrors::new();
        let country = country_of(&office.territory);
        let phone = validate::phone(&mut unread, "q", Some(q.to_owned()), &country);
        clues.extend(phone.into_iter().flat_map(|p| phone_keys(&p)).map(|key| Clue::Whole("phone", key)));
    }
    Ok(clues)
}

/// Registers a person, with all that is known at intake, in one call.
#[utoipa::path(tag = "migrants", request_body = RegisterMigrant,
    responses((status = 201, body = MigrantFile), (status = 200, body = MigrantFile, description = "Made by an earlier try.")))]
#[post("/migrants")]
async fn register_migrant(
    app: web::Data<App>,
    actor: Actor,
    body: Body<RegisterMigrant>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (mut body, asked) = body.into_parts();
    actor.require_office(body.office_id)?;
    let client_id = body.id.map(|id| id.0);
    let id = *body.id.get_or_insert_with(MigrantId::new);
    let now = app.now();
    let (first, file) = app
        .db
        .write(&actor, async |tx| {
            let staff = actor.staff.0;
            let receipt = receipts::claim(tx, staff, "register_migrant", &asked, client_id, id.0).await?;
            if let Receipt::Again(id) = receipt {
                let migrant = Migrant::find(tx, &actor, MigrantId(id)).await?;
                return Ok((false, view::whole(tx, &actor, &app.vault, migrant).await?));
            }
            let office = Office::find(tx, body.office_id).await?;
            let migrant = intake::register(tx, (&actor, &app.vault), &office, body, None, now).await?;
            Ok((true, view::whole(tx, &actor, &app.vault, migrant).await?))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/migrants/{}", file.id), file.version, file))
}

/// A person's whole file. Reading it leaves a trace.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)), responses((status = 200, body = MigrantFile)))]
#[get("/migrants/{id}")]
async fn show_migrant(app: web::Data<App>, actor: Actor, id: Path<MigrantId>) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let now = app.now();
    let file = app
        .db
        .write(&actor, async |tx| {
            let migrant = Migrant::find(tx, &actor, id.0).await?;
            let event = Event::new("migrant.read").about("migrant", migrant.id).at(migrant.office_id);
            event.record(tx, &actor, now).await?;
            view::whole(tx, &actor, &app.vault, migrant).await
        })
        .await?;
    Ok(versioned(file.version, file))
}

/// Edits a person's file.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), IfMatch), request_body = UpdateMigrant,
    responses((status = 200, body = MigrantFile)))]
#[patch("/migrants/{id}")]
async fn update_migrant(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
    if_match: IfMatch,
    body: Body<UpdateMigrant>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let body = body.into_inner();
    let now = app.now();
    let file = app
        .db
        .write(&actor, async |tx| {
            let migrant = Migrant::lock(tx, &actor, id.0).await?;
            if if_match.0 != migrant.version {
                let version = migrant.version;
                if_match.check(version, view::whole(tx, &actor, &app.vault, migrant.clone()).await?)?;
            }
            let office = Office::find(tx, migrant.office_id).await?;
            let (mut errors, mut named) = (FieldErrors::new(), Named::default());
            let kept = [&migrant.given_names, &migrant.family_names, &migrant.code_name].map(Option::is_some);
            let fields = body.fields();
            let changes = body.validate(&setting(&office, &actor, now), kept, &mut errors, &mut named);
            model::complain_of_unknown(tx, &named, &mut errors).await?;
            errors.check()?;
            let migrant = migrant.update(tx, &changes, now).await?;
            let event = Event::new("migrant.edited").about("migrant", migrant.id).at(migrant.office_id);
            event.facts(json!({ "fields": fields })).record(tx, &actor, now).await?;
            view::whole(tx, &actor, &app.vault, migrant).await
        })
        .await?;
    Ok(versioned(file.version, file))
}

/// Writes down what a person agreed to.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)), request_body = GiveConsent,
    responses((status = 201, body = Consent), (status = 200, body = Consent, description = "Made by an earlier try.")))]
#[post("/migrants/{id}/consents")]
async fn give_consent(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
    body: Body<GiveConsent>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (mut body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let consent_id = *body.id.get_or_insert_with(ConsentId::new);
    let now = app.now();
    let (first, version, consent) = app
        .db
        .write(&actor, async |tx| {
            let staff = actor.staff.0;
            let migrant = Migrant::lock(tx, &actor, id.0).await?;
            let receipt = receipts::claim(tx, staff, "give_consent", &asked, client_id, consent_id.0).await?;
            if let Receipt::Again(known) = receipt {
                let consent = Consent::find(tx, migrant.id, ConsentId(known)).await?;
                return Ok((false, migrant.version, consent));
            }
            let office = Office::find(tx, migrant.office_id).await?;
            let (mut errors, mut named) = (FieldErrors::new(), Named::default());
            let setting = setting(&office, &actor, now);
            let mut reading =
                Reading { owner: migrant.id, setting: &setting, errors: &mut errors, named: &mut named };
            let new = body.validate("", 0, &mut reading);
            model::complain_of_unknown(tx, &named, &mut errors).await?;
            errors.check()?;
            let consent = new.insert(tx).await?;
            let version = migrant.touch(tx, now).await?;
            let event = Event::new("consent.given").about("migrant", migrant.id).at(migrant.office_id);
            let facts = json!({ "consent": consent.id, "purpose": consent.purpose });
            event.facts(facts).record(tx, &actor, now).await?;
            Ok((true, version, consent))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/migrants/{}", consent.migrant_id), version, consent))
}

/// Who this might be.
#[derive(Debug, Serialize, ToSchema)]
struct Matches {
    /// Files of the own offices, likeliest first. Nothing is merged.
    items: Vec<MigrantMatch>,
    /// Other offices that may know the person: ask them. Nothing of their file is told.
    known_elsewhere: Vec<OfficeId>,
}

/// Who might this be? Asked before a record is made; a person decides, nothing merges by itself.
#[utoipa::path(tag = "migrants", request_body = Description, responses((status = 200, body = Matches)))]
#[post("/migrants/matches")]
async fn match_migrants(
    app: web::Data<App>,
    actor: Actor,
    body: Body<Description>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let wanted = body.into_inner();
    let now = app.now();
    let items = app
        .db
        .write(&actor, async |tx| {
            let items = wanted.among_own(tx, &actor, &app.vault).await?;
            let event = Event::new("migrants.matched").facts(json!({ "found": items.len() }));
            event.record(tx, &actor, now).await?;
            Ok(items)
        })
        .await?;
    let evidence = wanted.evidence(&app.vault);
    // As the system, because the answer is about files the actor may not see; only their offices leave it.
    let anywhere = app.db.read(&System, async |conn| model::known_anywhere(conn, &evidence).await).await?;
    let mut known_elsewhere: Vec<OfficeId> = anywhere
        .into_iter()
        .map(|(_, office)| office)
        .filter(|office| !actor.offices.contains(office))
        .collect();
    known_elsewhere.sort_unstable();
    known_elsewhere.dedup();
    Ok(ok(Matches { items, known_elsewhere }))
}
