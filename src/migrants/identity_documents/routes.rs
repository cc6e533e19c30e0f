//! `/migrants/{id}/identity-documents`: papers a person has or lacks. Numbers are shown masked and read one by one.

use actix_web::{HttpResponse, get, patch, post, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{IdentityDocument, IdentityDocumentView, insert_paper, keep_document_keys};
use super::rules::{AddIdentityDocument, UpdateIdentityDocument};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::ids::{IdentityDocumentId, MigrantId};
use crate::migrants::acts::{self, Act};
use crate::migrants::ending::{self, EndPart, Ends};
use crate::migrants::model::Migrant;
use crate::migrants::reading::Reading;
use crate::migrants::view;
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Body, IfMatch, Path, created, ok, versioned};
use crate::platform::page::Page;
use crate::platform::receipts::{self, Receipt};
use crate::reference::choices::Choices;

/// The operations.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_identity_documents)
        .service(add_identity_document)
        .service(update_identity_document)
        .service(end_identity_document)
        .service(read_document_number);
}

/// Papers of a person, in order, withdrawn ones too.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)),
    responses((status = 200, body = Page<IdentityDocumentView>)))]
#[get("/migrants/{id}/identity-documents")]
async fn list_identity_documents(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadMigrants)?;
    let now = app.now();
    let (version, items) = app
        .db
        .write(&actor, async |tx| {
            let migrant = acts::read(tx, &actor, id.0, "identity_documents.read", now).await?;
            Ok((migrant.version, IdentityDocumentView::of(tx, &app.vault, migrant.id).await?))
        })
        .await?;
    Ok(versioned(version, Page { items, next: None }))
}

/// Adds a paper. Its number is encrypted at rest.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path)), request_body = AddIdentityDocument,
    responses((status = 201, body = IdentityDocumentView), (status = 200, body = IdentityDocumentView, description = "Made by an earlier try.")))]
#[post("/migrants/{id}/identity-documents")]
async fn add_identity_document(
    app: web::Data<App>,
    actor: Actor,
    id: Path<MigrantId>,
    body: Body<AddIdentityDocument>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (mut body, asked) = body.into_parts();
    let client_id = body.id.map(|id| id.0);
    let new_id = body.id.get_or_insert_with(IdentityDocumentId::new).0;
    let now = app.now();
    let (first, version, paper) = app
        .db
        .write(&actor, async |tx| {
            let mut migrant = Migrant::lock(tx, &actor, id.0).await?;
            let staff = actor.staff.0;
            let receipt = receipts::claim(tx, staff, "add_document", &asked, client_id, new_id).await?;
            if let Receipt::Again(known) = receipt {
                let paper = IdentityDocument::find(tx, migrant.id, IdentityDocumentId(known)).await?;
                return Ok((false, migrant.version, paper));
            }
            let setting = acts::setting(tx, &actor, &migrant, now).await?;
            let position = IdentityDocument::next_position(tx, migrant.id).await?;
            let mut choices = Choices::new();
            let new = body.validate(position, &mut Reading::of(migrant.id, &setting, &mut choices));
            choices.check(tx).await?;
            let paper = insert_paper(tx, &app.vault, new).await?;
            keep_document_keys(tx, &app.vault, migrant.id).await?;
            Act::new("identity_document.added")
                .on(paper.id)
                .changed((), &paper)
                .untold("number", paper.number_sealed.is_some())
                .record(tx, &actor, &mut migrant, now)
                .await?;
            Ok((true, migrant.version, paper))
        })
        .await?;
    let path = format!("/api/v1/migrants/{}/identity-documents/{}", id.0, paper.id);
    Ok(created(first, &path, version, IdentityDocumentView::masked(paper, &app.vault)?))
}

/// Edits a paper. `If-Match` is the file’s version.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("did" = IdentityDocumentId, Path), IfMatch),
    request_body = UpdateIdentityDocument, responses((status = 200, body = IdentityDocumentView)))]
#[patch("/migrants/{id}/identity-documents/{did}")]
async fn update_identity_document(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, IdentityDocumentId)>,
    if_match: IfMatch,
    body: Body<UpdateIdentityDocument>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::EditMigrants)?;
    let (id, document_id) = ids.0;
    let now = app.now();
    let (version, paper) = app
        .db
        .write(&actor, async |tx| {
            let mut migrant = Migrant::lock(tx, &actor, id).await?;
            let before = IdentityDocument::find(tx, migrant.id, document_id).await?;
            view::check_version(tx, &actor, &app.vault, &migrant, if_match).await?;
            let setting = acts::setting(tx, &actor, &migrant, now).await?;
            let mut choices = Choices::new();
            let mut reading = Reading::of(migrant.id, &setting, &mut choices);
            let (changes, number) = body.into_inner().validate(&before, &mut reading);
            choices.check(tx).await?;
            let renumbered =
                number.as_ref().is_some_and(|new| before.number(&app.vault).ok().as_ref() != Some(new));
            let paper = before.update(tx, &app.vault, changes, number).await?;
            keep_document_keys(tx, &app.vault, migrant.id).await?;
            Act::new("identity_document.edited")
                .on(paper.id)
                .changed(&before, &paper)
                .untold("number", renumbered)
                .record(tx, &actor, &mut migrant, now)
                .await?;
            Ok((migrant.version, paper))
        })
        .await?;
    Ok(versioned(version, IdentityDocumentView::masked(paper, &app.vault)?))
}

/// Notes that a paper was lost, given back or no longer counts. It still finds the person.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("did" = IdentityDocumentId, Path)),
    request_body = EndPart, responses((status = 200, body = IdentityDocumentView)))]
#[post("/migrants/{id}/identity-documents/{did}/end")]
async fn end_identity_document(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, IdentityDocumentId)>,
    body: Body<EndPart>,
) -> Result<HttpResponse, Error> {
    let (migrant, paper) = ending::end::<IdentityDocument>(&app, &actor, ids.0, body).await?;
    Ok(versioned(migrant.version, IdentityDocumentView::masked(paper, &app.vault)?))
}

/// The number of a paper.
#[derive(Debug, Serialize, ToSchema)]
struct DocumentNumber {
    /// As it was written down; null where none was.
    #[schema(example = "P0000000A")]
    number: Option<String>,
}

/// The number of one paper in clear, for those who may read it. Each reading leaves a trace of its own.
#[utoipa::path(tag = "migrants", params(("id" = MigrantId, Path), ("did" = IdentityDocumentId, Path)),
    responses((status = 200, body = DocumentNumber)))]
#[get("/migrants/{id}/identity-documents/{did}/number")]
async fn read_document_number(
    app: web::Data<App>,
    actor: Actor,
    ids: Path<(MigrantId, IdentityDocumentId)>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadDocumentNumbers)?;
    let (id, document_id) = ids.0;
    let now = app.now();
    let number = app
        .db
        .write(&actor, async |tx| {
            let migrant = Migrant::find(tx, &actor, id).await?;
            let paper = IdentityDocument::find(tx, migrant.id, document_id).await?;
            let event = Event::new("identity_document.number_read").about("migrant", migrant.id);
            let event = event.at(migrant.office_id).facts(json!({ "part": paper.id }));
            event.record(tx, &actor, now).await?;
            paper.number(&app.vault)
        })
        .await?;
    Ok(ok(DocumentNumber { number }))
}
