//! Notes of a case: read and write. A closed case takes notes too.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Note, NoteView};
use super::rules::{self, WriteNote};
use crate::audit::Event;
use crate::auth::{Actor, Permission};
use crate::cases::acts::Act;
use crate::cases::checks;
use crate::cases::model::Case;
use crate::ids::{CaseId, NoteId};
use crate::platform::app::App;
use crate::platform::db::Conn;
use crate::platform::error::{Error, FieldErrors};
use crate::platform::http::{Body, Path, Query, created, ok};
use crate::platform::page::{self, Cursor, Page};
use crate::platform::receipts::{self, Receipt};
use crate::platform::validate::{self, PROSE};

/// The operations on notes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_notes).service(write_note);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct NotePage {
    /// How many; 50 without, 200 at most.
    limit: Option<i64>,
    /// Where the page begins.
    after: Option<String>,
}

/// The notes of a case, newest first.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path), NotePage),
    responses((status = 200, body = Page<NoteView>)))]
#[get("/cases/{id}/notes")]
async fn list_notes(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    query: Query<NotePage>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::ReadCases)?;
    let (limit, after) = (page::limit(query.0.limit)?, Cursor::read(query.0.after.as_deref())?);
    let now = app.now();
    let found = app
        .db
        .write(&actor, async |tx| {
            let case = Case::find(tx, &actor, id.0).await?;
            case.require_open_file(tx, &actor).await?;
            let found = Note::page(tx, case.id, after, limit).await?;
            let restricted: Vec<NoteId> = found
                .items
                .iter()
                .filter(|note| note.restricted && rules::readable(&actor, &case, note))
                .map(|note| note.id)
                .collect();
            let read = if restricted.is_empty() { "notes.read" } else { "notes.restricted_read" };
            Event::new(read)
                .about("case", case.id)
                .at(case.office_id)
                .facts(json!({ "restricted": restricted }))
                .record(tx, &actor, now)
                .await?;
            Ok(found.map(|note| NoteView::of(&actor, &case, note)))
        })
        .await?;
    Ok(ok(found))
}

/// Writes a note.
#[utoipa::path(tag = "cases", params(("id" = CaseId, Path)), request_body = WriteNote,
    responses((status = 201, body = NoteView), (status = 200, body = NoteView, description = "Made by an earlier try.")))]
#[post("/cases/{id}/notes")]
async fn write_note(
    app: web::Data<App>,
    actor: Actor,
    id: Path<CaseId>,
    body: Body<WriteNote>,
) -> Result<HttpResponse, Error> {
    actor.require(Permission::WorkCases)?;
    let (body, asked) = body.into_parts();
    let (client_id, note) = (body.id.map(|id| id.0), body.id.unwrap_or_else(NoteId::new));
    let now = app.now();
    let (first, view) = app
        .db
        .write(&actor, async |tx| {
            let case = Case::lock(tx, &actor, id.0).await?;
            let claimed = receipts::claim(tx, actor.staff.0, "write_note", &asked, client_id, note.0).await?;
            if let Receipt::Again(known) = claimed {
                let note = Note::find(tx, case.id, NoteId(known)).await?;
                return Ok((false, NoteView::of(&actor, &case, note)));
            }
            case.require_valid()?;
            let note = checked(tx, &actor, &case, note, body, now).await?;
            note.insert(tx).await?;
            Act::new("note.written", "note", note.id)
                .restricted(note.restricted)
                .facts(json!({ "corrects": note.corrects_id }))
                .at(note.written_at)
                .record(tx, &actor, &case, now)
                .await?;
            Ok((true, NoteView::of(&actor, &case, note)))
        })
        .await?;
    Ok(created(first, &format!("/api/v1/cases/{}/notes", id.0), 1, view))
}

async fn checked(
    tx: &mut Conn,
    actor: &Actor,
    case: &Case,
    id: NoteId,
    note: WriteNote,
    now: DateTime<Utc>,
) -> Result<Note, Error> {
    let mut errors = FieldErrors::new();
    let body = validate::required(&mut errors, "body", Some(note.body), PROSE);
    let written_at = checks::check_past(&mut errors, "written_at", note.written_at, now);
    if let Some(corrected) = note.corrects_id
        && !Note::exists_on(tx, case.id, corrected).await?
    {
        errors.add("corrects_id", "unknown", "Is no note of this case.");
    }
    let (case_id, restricted, corrects_id) = (case.id, note.restricted, note.corrects_id);
    let written_by = actor.staff;
    errors.finish(Note {
        id,
        case_id,
        restricted,
        body,
        corrects_id,
        written_by,
        written_at,
        recorded_at: now,
    })
}
