//! Rows and queries of identity documents. The caller has found the file as the actor.

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{Paper, masked};
use crate::ids::{IdentityDocumentId, MigrantId};
use crate::migrants::ending::Ends;
use crate::migrants::search::model::replace_keys;
use crate::migrants::search::rules::normalised_number;
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::schema::identity_documents;

/// A paper as stored, its number sealed. As JSON it is what the history may hold: without the number.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = identity_documents)]
#[allow(missing_docs)]
pub struct IdentityDocument {
    pub id: IdentityDocumentId,
    #[serde(rename = "type")]
    pub type_: String,
    pub country: Option<String>,
    #[serde(skip)]
    pub number_sealed: Option<Vec<u8>>,
    pub issued_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub held_by: Option<String>,
    pub position: i16,
    pub ended_on: Option<NaiveDate>,
}

/// A checked new paper.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = identity_documents)]
#[allow(missing_docs)]
pub struct NewIdentityDocument {
    pub id: IdentityDocumentId,
    pub migrant_id: MigrantId,
    pub type_: String,
    pub country: Option<String>,
    pub number_sealed: Option<Vec<u8>>,
    pub issued_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub held_by: Option<String>,
    pub position: i16,
}

/// A checked edit of a paper.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = identity_documents)]
#[allow(missing_docs)]
pub struct IdentityDocumentChanges {
    pub type_: Option<String>,
    pub country: Option<Option<String>>,
    pub number_sealed: Option<Option<Vec<u8>>>,
    pub issued_on: Option<Option<NaiveDate>>,
    pub expires_on: Option<Option<NaiveDate>>,
    pub held_by: Option<Option<String>>,
    pub ended_on: Option<Option<NaiveDate>>,
}

/// Seals a paper's number and writes it down; [`keep_document_keys`] follows.
///
/// # Errors
/// `id_already_used`, and those of the vault.
pub async fn insert_paper(tx: &mut Conn, vault: &Vault, paper: Paper) -> Result<IdentityDocument, Error> {
    let mut row = paper.row;
    row.number_sealed = paper.number.map(|number| vault.seal(row.id.0, &number)).transpose()?;
    diesel::insert_into(identity_documents::table)
        .values(&row)
        .returning(IdentityDocument::as_returning())
        .get_result(tx)
        .await
        .on_constraint("identity_documents_pkey", || (&problems::ID_ALREADY_USED).into())
}

impl IdentityDocument {
    /// All of a person, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, migrant: MigrantId) -> Result<Vec<IdentityDocument>, Error> {
        Ok(identity_documents::table
            .filter(identity_documents::migrant_id.eq(migrant))
            .order((identity_documents::position, identity_documents::id))
            .select(IdentityDocument::as_select())
            .load(conn)
            .await?)
    }

    /// The place after those there are.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_position(conn: &mut Conn, of: MigrantId) -> Result<i16, Error> {
        let of = identity_documents::table.filter(identity_documents::migrant_id.eq(of));
        let last: Option<i16> = of.select(max(identity_documents::position)).get_result(conn).await?;
        Ok(last.map_or(0, |last| last.saturating_add(1)))
    }

    /// Its number in clear.
    ///
    /// # Errors
    /// When it was sealed under another key.
    pub fn number(&self, vault: &Vault) -> Result<Option<String>, Error> {
        let open = |sealed: &Vec<u8>| vault.open(self.id.0, sealed);
        Ok(self.number_sealed.as_ref().map(open).transpose()?)
    }

    /// Edits it, with a new number in clear when one is given; [`keep_document_keys`] follows.
    ///
    /// # Errors
    /// Those of the database and of the vault.
    pub async fn update(
        &self,
        tx: &mut Conn,
        vault: &Vault,
        mut changes: IdentityDocumentChanges,
        number: Option<Option<String>>,
    ) -> Result<IdentityDocument, Error> {
        changes.number_sealed = match number {
            None => None,
            Some(None) => Some(None),
            Some(Some(number)) => Some(Some(vault.seal(self.id.0, &number)?)),
        };
        // A statement without a column to set is none.
        let row = diesel::update(identity_documents::table.find(self.id))
            .set((&changes, identity_documents::position.eq(self.position)));
        Ok(row.returning(IdentityDocument::as_returning()).get_result(tx).await?)
    }
}

impl Ends for IdentityDocument {
    type Id = IdentityDocumentId;
    const ENDED: &'static str = "identity_document.ended";

    async fn find(conn: &mut Conn, of: MigrantId, id: IdentityDocumentId) -> Result<IdentityDocument, Error> {
        let one = identity_documents::table.find(id).filter(identity_documents::migrant_id.eq(of));
        Ok(one.select(IdentityDocument::as_select()).first(conn).await?)
    }

    fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        (self.issued_on, self.ended_on)
    }

    async fn end(&self, tx: &mut Conn, on: NaiveDate) -> Result<IdentityDocument, Error> {
        let row =
            diesel::update(identity_documents::table.find(self.id)).set(identity_documents::ended_on.eq(on));
        Ok(row.returning(IdentityDocument::as_returning()).get_result(tx).await?)
    }
}

/// A paper as it is shown: its number masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityDocumentView {
    /// Its id.
    pub id: IdentityDocumentId,
    /// A code of list document.
    #[serde(rename = "type")]
    #[schema(example = "PPT")]
    pub type_: String,
    /// Who issued it.
    #[schema(example = "PH")]
    pub country: Option<String>,
    /// Its last characters, to tell it from others; null where there is no number.
    #[schema(example = "•••00A")]
    pub number_masked: Option<String>,
    /// Day of issue.
    pub issued_on: Option<NaiveDate>,
    /// Day it lapses.
    pub expires_on: Option<NaiveDate>,
    /// Who holds it when the person does not.
    #[schema(example = "the employer")]
    pub held_by: Option<String>,
    /// The day it was withdrawn from the file.
    pub ended_on: Option<NaiveDate>,
}

impl IdentityDocumentView {
    /// With its number masked.
    ///
    /// # Errors
    /// When it was sealed under another key.
    pub fn masked(paper: IdentityDocument, vault: &Vault) -> Result<IdentityDocumentView, Error> {
        Ok(IdentityDocumentView {
            number_masked: paper.number(vault)?.map(|number| masked(&number)),
            id: paper.id,
            type_: paper.type_,
            country: paper.country,
            issued_on: paper.issued_on,
            expires_on: paper.expires_on,
            held_by: paper.held_by,
            ended_on: paper.ended_on,
        })
    }

    /// All of a person, in order.
    ///
    /// # Errors
    /// Those of the database and of the vault.
    pub async fn of(
        conn: &mut Conn,
        vault: &Vault,
        migrant: MigrantId,
    ) -> Result<Vec<IdentityDocumentView>, Error> {
        let papers = IdentityDocument::of(conn, migrant).await?;
        papers.into_iter().map(|paper| IdentityDocumentView::masked(paper, vault)).collect()
    }
}

/// Rewrites the document keys of a file from its papers. Withdrawn ones still find the person.
///
/// # Errors
/// Those of the database and of the vault.
pub async fn keep_document_keys(tx: &mut Conn, vault: &Vault, migrant: MigrantId) -> Result<(), Error> {
    let mut keys = Vec::new();
    for paper in IdentityDocument::of(tx, migrant).await? {
        let number = paper.number(vault)?.map(|number| normalised_number(&number));
        keys.extend(number.filter(|n| !n.is_empty()).map(|number| ("document", vault.index(&number))));
    }
    replace_keys(tx, migrant, &["document"], &keys).await
}
