//! Rows and queries of what hangs on a file. The caller has found the file as the actor.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{ContactKind, Paper};
use crate::ids::{ContactPointId, IdentityDocumentId, MigrantId, MobilityPeriodId, SpecificNeedId, StaffId};
use crate::migrants::model::replace_keys;
use crate::migrants::rules::{normalised_number, phone_keys};
use crate::platform::crypto::Vault;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::reference::model::Code;
use crate::schema::{contact_points, identity_documents, mobility_periods, specific_needs};

/// A way to reach a person, and how to do it safely.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = contact_points)]
pub struct ContactPoint {
    /// Its id.
    pub id: ContactPointId,
    /// What kind.
    pub kind: ContactKind,
    /// Phones in E.164.
    pub value: String,
    /// Whose it is when not the person’s own.
    pub belongs_to: Option<String>,
    /// Whether using it is safe; null when not asked.
    pub safe: Option<bool>,
    /// Which channels may be used.
    pub safe_channels: Vec<String>,
    /// When, in words.
    pub safe_hours: Option<String>,
    /// ISO 639-3 to speak there.
    pub language: Option<String>,
    /// Who must not learn of it.
    pub must_not_know: Option<String>,
    /// Order of preference, 0 first.
    pub position: i16,
    /// The day it ceased to work.
    pub ended_on: Option<NaiveDate>,
}

/// A checked new contact point.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = contact_points)]
#[allow(missing_docs)]
pub struct NewContactPoint {
    pub id: ContactPointId,
    pub migrant_id: MigrantId,
    pub kind: ContactKind,
    pub value: String,
    pub belongs_to: Option<String>,
    pub safe: Option<bool>,
    pub safe_channels: Vec<String>,
    pub safe_hours: Option<String>,
    pub language: Option<String>,
    pub must_not_know: Option<String>,
    pub position: i16,
}

/// A checked edit of a contact point.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = contact_points)]
#[allow(missing_docs)]
pub struct ContactPointChanges {
    pub value: Option<String>,
    pub belongs_to: Option<Option<String>>,
    pub safe: Option<Option<bool>>,
    pub safe_channels: Option<Vec<String>>,
    pub safe_hours: Option<Option<String>>,
    pub language: Option<Option<String>>,
    pub must_not_know: Option<Option<String>>,
    pub position: Option<i16>,
    pub ended_on: Option<Option<NaiveDate>>,
}

impl NewContactPoint {
    /// Writes it down; [`keep_contact_keys`] follows.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(&self, tx: &mut Conn) -> Result<ContactPoint, Error> {
        let insert = diesel::insert_into(contact_points::table).values(self);
        Ok(insert.returning(ContactPoint::as_returning()).get_result(tx).await?)
    }
}

impl ContactPoint {
    /// All of a person, preferred first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, migrant: MigrantId) -> Result<Vec<ContactPoint>, Error> {
        Ok(contact_points::table
            .filter(contact_points::migrant_id.eq(migrant))
            .order((contact_points::position, contact_points::id))
            .select(ContactPoint::as_select())
            .load(conn)
            .await?)
    }

    /// One of a person.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, of: MigrantId, id: ContactPointId) -> Result<ContactPoint, Error> {
        let one = contact_points::table.find(id).filter(contact_points::migrant_id.eq(of));
        Ok(one.select(ContactPoint::as_select()).first(conn).await?)
    }

    /// Edits it; [`keep_contact_keys`] follows.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(&self, tx: &mut Conn, changes: &ContactPointChanges) -> Result<ContactPoint, Error> {
        let same = contact_points::table.find(self.id);
        // A statement without a column to set is none.
        let row = diesel::update(same)
            .set((changes, contact_points::position.eq(changes.position.unwrap_or(self.position))));
        Ok(row.returning(ContactPoint::as_returning()).get_result(tx).await?)
    }
}

/// Rewrites the phone keys of a file from its phones. Ended ones still find the person.
///
/// # Errors
/// Those of the database.
pub async fn keep_contact_keys(tx: &mut Conn, migrant: MigrantId) -> Result<(), Error> {
    let points = ContactPoint::of(tx, migrant).await?;
    let phones = points.iter().filter(|point| point.kind == ContactKind::Phone);
    let keys: Vec<(&'static str, String)> =
        phones.flat_map(|point| phone_keys(&point.value)).map(|key| ("phone", key)).collect();
    replace_keys(tx, migrant, &["phone"], &keys).await
}

/// A paper as stored, its number sealed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = identity_documents)]
#[allow(missing_docs)]
pub struct IdentityDocument {
    pub id: IdentityDocumentId,
    pub type_: String,
    pub country: Option<String>,
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
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = identity_documents)]
#[allow(missing_docs)]
pub struct IdentityDocumentChanges {
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
/// Those of the database and of the vault.
pub async fn insert_paper(tx: &mut Conn, vault: &Vault, paper: Paper) -> Result<IdentityDocument, Error> {
    let mut row = paper.row;
    row.number_sealed = paper.number.map(|number| vault.seal(row.id.0, &number)).transpose()?;
    let insert = diesel::insert_into(identity_documents::table).values(&row);
    Ok(insert.returning(IdentityDocument::as_returning()).get_result(tx).await?)
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

    /// One of a person.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(
        conn: &mut Conn,
        of: MigrantId,
        id: IdentityDocumentId,
    ) -> Result<IdentityDocument, Error> {
        let one = identity_documents::table.find(id).filter(identity_documents::migrant_id.eq(of));
        Ok(one.select(IdentityDocument::as_select()).first(conn).await?)
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

/// A mobility category and the days it holds.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = mobility_periods)]
pub struct MobilityPeriod {
    /// Its id.
    pub id: MobilityPeriodId,
    /// A code of list mobility.
    pub category: String,
    /// Country of work or of stay.
    pub country: Option<String>,
    /// First day.
    pub from_on: NaiveDate,
    /// First day it no longer holds.
    pub until_on: Option<NaiveDate>,
    /// When it reached the server.
    pub recorded_at: DateTime<Utc>,
    /// Who wrote it down.
    pub recorded_by: Option<StaffId>,
}

/// A checked new mobility category.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = mobility_periods)]
#[allow(missing_docs)]
pub struct NewMobilityPeriod {
    pub id: MobilityPeriodId,
    pub migrant_id: MigrantId,
    pub category: String,
    pub country: Option<String>,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    pub recorded_by: Option<StaffId>,
}

impl NewMobilityPeriod {
    /// Writes it down.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(&self, tx: &mut Conn) -> Result<MobilityPeriod, Error> {
        let insert = diesel::insert_into(mobility_periods::table).values(self);
        Ok(insert.returning(MobilityPeriod::as_returning()).get_result(tx).await?)
    }
}

impl MobilityPeriod {
    /// All of a person, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, migrant: MigrantId) -> Result<Vec<MobilityPeriod>, Error> {
        Ok(mobility_periods::table
            .filter(mobility_periods::migrant_id.eq(migrant))
            .order((mobility_periods::from_on.desc(), mobility_periods::id.desc()))
            .select(MobilityPeriod::as_select())
            .load(conn)
            .await?)
    }

    /// One of a person.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, of: MigrantId, id: MobilityPeriodId) -> Result<MobilityPeriod, Error> {
        let one = mobility_periods::table.find(id).filter(mobility_periods::migrant_id.eq(of));
        Ok(one.select(MobilityPeriod::as_select()).first(conn).await?)
    }

    /// Sets the first day it no longer holds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end(&self, tx: &mut Conn, until_on: Option<NaiveDate>) -> Result<MobilityPeriod, Error> {
        let row = diesel::update(mobility_periods::table.find(self.id))
            .set(mobility_periods::until_on.eq(until_on));
        Ok(row.returning(MobilityPeriod::as_returning()).get_result(tx).await?)
    }
}

/// A vulnerability and the days it was known, as stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = specific_needs)]
#[allow(missing_docs)]
pub struct SpecificNeed {
    pub id: SpecificNeedId,
    pub code: String,
    pub restricted: bool,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    pub recorded_by: Option<StaffId>,
}

/// A checked new vulnerability.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = specific_needs)]
#[allow(missing_docs)]
pub struct NewSpecificNeed {
    pub id: SpecificNeedId,
    pub migrant_id: MigrantId,
    pub code: String,
    pub restricted: bool,
    pub from_on: NaiveDate,
    pub recorded_by: Option<StaffId>,
}

impl NewSpecificNeed {
    /// Writes it down, restricted when its code is; an unknown code counts as restricted.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(&self, tx: &mut Conn) -> Result<SpecificNeed, Error> {
        let code = Code::find(tx, "specific_need", &self.code).await?;
        let row = NewSpecificNeed { restricted: code.is_none_or(|code| code.restricted), ..self.clone() };
        let insert = diesel::insert_into(specific_needs::table).values(&row);
        Ok(insert.returning(SpecificNeed::as_returning()).get_result(tx).await?)
    }
}

impl SpecificNeed {
    /// All of a person, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(conn: &mut Conn, migrant: MigrantId) -> Result<Vec<SpecificNeed>, Error> {
        Ok(specific_needs::table
            .filter(specific_needs::migrant_id.eq(migrant))
            .order((specific_needs::from_on.desc(), specific_needs::id.desc()))
            .select(SpecificNeed::as_select())
            .load(conn)
            .await?)
    }

    /// One of a person.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, of: MigrantId, id: SpecificNeedId) -> Result<SpecificNeed, Error> {
        let one = specific_needs::table.find(id).filter(specific_needs::migrant_id.eq(of));
        Ok(one.select(SpecificNeed::as_select()).first(conn).await?)
    }

    /// Sets the first day it is no longer true.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end(&self, tx: &mut Conn, until_on: Option<NaiveDate>) -> Result<SpecificNeed, Error> {
        let row =
            diesel::update(specific_needs::table.find(self.id)).set(specific_needs::until_on.eq(until_on));
        Ok(row.returning(SpecificNeed::as_returning()).get_result(tx).await?)
    }
}
