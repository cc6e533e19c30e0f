//! Rows and queries of agencies and the people to phone there.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::dsl::today;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub use super::services::model::{Offerer, Service};
use crate::ids::{AgencyContactId, AgencyId};
use crate::offices::rules::country_of;
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint, field};
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::reference::search_key::search_key;
use crate::schema::{agencies, agency_contacts, agency_services};

diesel::define_sql_function! {
    /// The text in lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// A partner organisation.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = agencies)]
pub struct Agency {
    /// Its id.
    pub id: AgencyId,
    /// Full name.
    pub name: String,
    /// How people call it.
    pub acronym: Option<String>,
    /// A code of list `partner_type`.
    pub type_: String,
    /// The one registered mailbox, lower case.
    pub mailbox: String,
    /// en, es, fr or fil: the language of its notices.
    pub language: String,
    /// E.164.
    pub phone: Option<String>,
    /// Public address.
    pub website: Option<String>,
    /// One line for people.
    pub address: Option<String>,
    /// Where it stands.
    pub territory: Option<String>,
    /// IANA zone of its hours.
    pub time_zone: String,
    /// Weekly hours, as [`crate::offices::rules::DayHours`].
    pub hours: Value,
    /// What desks know about working with it; never shown to a partner.
    pub notes: Option<String>,
    /// Hour in its zone of the one mail a day it wants; `None` when each goes at once.
    pub digest_hour: Option<i16>,
    /// The day it ceased to be a partner.
    pub retired_on: Option<NaiveDate>,
    /// Its key in another register; an import finds it by this.
    pub external_key: Option<String>,
    /// How often it was asked to confirm its entry since it last did.
    pub confirm_asks: i16,
    /// When it was last asked.
    pub confirm_asked_at: Option<DateTime<Utc>>,
    /// The agency that this one turned out to be.
    pub merged_into: Option<AgencyId>,
    /// Counts edits.
    pub version: i32,
    /// Last edit.
    pub updated_at: DateTime<Utc>,
}

/// A checked new agency.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = agencies)]
#[allow(missing_docs)]
pub struct NewAgency {
    pub id: AgencyId,
    pub name: String,
    pub acronym: Option<String>,
    pub type_: String,
    pub mailbox: String,
    pub language: String,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub address: Option<String>,
    pub territory: Option<String>,
    pub time_zone: String,
    pub hours: Value,
    pub notes: Option<String>,
    pub external_key: Option<String>,
}

/// A checked edit of an agency.
#[derive(Debug, Default, PartialEq, AsChangeset)]
#[diesel(table_name = agencies)]
#[allow(missing_docs)]
pub struct AgencyChanges {
    pub name: Option<String>,
    pub acronym: Option<Option<String>>,
    pub type_: Option<String>,
    pub mailbox: Option<String>,
    pub language: Option<String>,
    pub phone: Option<Option<String>>,
    pub website: Option<Option<String>>,
    pub address: Option<Option<String>>,
    pub territory: Option<Option<String>>,
    pub time_zone: Option<String>,
    pub hours: Option<Value>,
    pub notes: Option<Option<String>>,
    pub retired_on: Option<Option<NaiveDate>>,
    pub external_key: Option<Option<String>>,
}

/// Which agencies are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Part of the name or acronym, however spelt.
    pub q: Option<String>,
    /// A code of list `partner_type`.
    pub type_: Option<String>,
    /// With a live service for one of these codes: the code wanted and those above it.
    pub service: Option<Vec<String>>,
    /// With a live service for one of these places: the lineage of the place wanted.
    pub territory: Option<Vec<String>>,
    /// Retired ones too.
    pub retired: bool,
}

impl Wanted {
    async fn query(self, conn: &mut Conn) -> Result<agencies::BoxedQuery<'static, Pg>, Error> {
        let mut query = agencies::table.into_boxed();
        if !self.retired {
            query =
                query.filter(agencies::retired_on.is_null().or(agencies::retired_on.gt(today.nullable())));
        }
        if let Some(type_) = self.type_ {
            query = query.filter(agencies::type_.eq(type_));
        }
        if let Some(q) = self.q {
            query = query.filter(agencies::id.eq_any(named_like(conn, &q).await?));
        }
        if self.service.is_some() || self.territory.is_some() {
            let mut offering = agency_services::table
                .filter(
                    agency_services::retired_on
                        .is_null()
                        .or(agency_services::retired_on.gt(today.nullable())),
                )
                .select(agency_services::agency_id)
                .into_boxed();
            if let Some(codes) = self.service {
                offering = offering.filter(agency_services::codes.overlaps_with(codes));
            }
            if let Some(lineage) = self.territory {
                offering = offering.filter(agency_services::territories.overlaps_with(lineage));
            }
            query = query.filter(agencies::id.eq_any(offering));
        }
        Ok(query)
    }
}

fn key_taken() -> Error {
    field("key", "already_used", "Another agency has this key.")
}

fn mailbox_taken() -> Error {
    field("mailbox", "already_used", "Another agency receives its mail there.")
}

impl NewAgency {
    /// Writes it down.
    ///
    /// # Errors
    /// A mailbox that is taken.
    pub async fn insert(&self, tx: &mut Conn) -> Result<Agency, Error> {
        diesel::insert_into(agencies::table)
            .values(self)
            .returning(Agency::as_returning())
            .get_result(tx)
            .await
            .on_constraint("agencies_mailbox_key", mailbox_taken)
            .on_constraint("agencies_external_key_key", key_taken)
            .on_constraint("agencies_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

impl Agency {
    /// One agency, retired or not. Agencies are no secret to anybody who signs in; what a partner is shown of another
    /// agency is the routes' concern.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, id: AgencyId) -> Result<Agency, Error> {
        Ok(agencies::table.find(id).select(Agency::as_select()).first(conn).await?)
    }

    /// One agency, locked for an edit.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, id: AgencyId) -> Result<Agency, Error> {
        Ok(agencies::table.find(id).for_update().select(Agency::as_select()).first(tx).await?)
    }

    /// Those of these ids that exist, in no order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(conn: &mut Conn, ids: &[AgencyId]) -> Result<Vec<Agency>, Error> {
        Ok(agencies::table.filter(agencies::id.eq_any(ids)).select(Agency::as_select()).load(conn).await?)
    }

    /// A page of agencies, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        wanted: Wanted,
        after: Option<Cursor<String>>,
        limit: i64,
    ) -> Result<Page<Agency>, Error> {
        let by_name = lower(agencies::name);
        let mut query = wanted.query(conn).await?;
        if let Some(Cursor { key, id }) = after {
            query = query.filter(by_name.gt(key.clone()).or(by_name.eq(key).and(agencies::id.gt(id))));
        }
        let rows: Vec<(Agency, String)> = query
            .order((by_name, agencies::id))
            .select((Agency::as_select(), by_name))
            .limit(limit + 1)
            .load(conn)
            .await?;
        Ok(Page::cut(rows, limit, |(agency, key)| (key.clone(), agency.id.0)).map(|(agency, _)| agency))
    }

    /// All of them, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn all(conn: &mut Conn, wanted: Wanted) -> Result<Vec<Agency>, Error> {
        let query = wanted.query(conn).await?.order((lower(agencies::name), agencies::id));
        Ok(query.select(Agency::as_select()).load(conn).await?)
    }

    /// Edits it.
    ///
    /// # Errors
    /// A mailbox that is taken.
    pub async fn update(
        &self,
        tx: &mut Conn,
        changes: &AgencyChanges,
        now: DateTime<Utc>,
    ) -> Result<Agency, Error> {
        diesel::update(agencies::table.find(self.id))
            .set((changes, agencies::version.eq(self.version + 1), agencies::updated_at.eq(now)))
            .returning(Agency::as_returning())
            .get_result(tx)
            .await
            .on_constraint("agencies_mailbox_key", mailbox_taken)
            .on_constraint("agencies_external_key_key", key_taken)
            .on_constraint("agencies_merged_check", || {
                field("retired_on", "merged", "It went into another agency and goes on there.")
            })
    }

    /// Has its mail gathered until this hour, or sent at once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_digest_hour(
        &self,
        tx: &mut Conn,
        hour: Option<i16>,
        now: DateTime<Utc>,
    ) -> Result<Agency, Error> {
        let counted = (agencies::version.eq(self.version + 1), agencies::updated_at.eq(now));
        Ok(diesel::update(agencies::table.find(self.id))
            .set((agencies::digest_hour.eq(hour), counted))
            .returning(Agency::as_returning())
            .get_result(tx)
            .await?)
    }

    /// Counts an edit of what belongs to it, such as a contact.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn touch(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<Agency, Error> {
        Ok(diesel::update(agencies::table.find(self.id))
            .set((agencies::version.eq(self.version + 1), agencies::updated_at.eq(now)))
            .returning(Agency::as_returning())
            .get_result(tx)
            .await?)
    }

    /// What of it is shown and weighed with its services.
    pub fn offerer(&self) -> Offerer {
        Offerer {
            name: self.name.clone(),
            acronym: self.acronym.clone(),
            external_key: self.external_key.clone(),
            territory: self.territory.clone(),
            confirm_asks: self.confirm_asks,
            confirm_asked_at: self.confirm_asked_at,
        }
    }

    /// Its zone; UTC when the name is no longer known.
    pub fn tz(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }

    /// The day it is there at `now`.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.tz()).date_naive()
    }

    /// Whether it is a partner no more on its own day.
    pub fn is_retired(&self, now: DateTime<Utc>) -> bool {
        self.retired_on.is_some_and(|day| day <= self.today(now))
    }

    /// ISO 3166-1 alpha-2 of where it stands; empty when that is not known.
    pub fn country(&self) -> String {
        self.territory.as_deref().map(country_of).unwrap_or_default()
    }

    /// Whom to phone there, the present ones first, then by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contacts(&self, conn: &mut Conn) -> Result<Vec<AgencyContact>, Error> {
        Ok(agency_contacts::table
            .filter(agency_contacts::agency_id.eq(self.id))
            .order((
                agency_contacts::ended_on.desc().nulls_first(),
                agency_contacts::name,
                agency_contacts::id,
            ))
            .select(AgencyContact::as_select())
            .load(conn)
            .await?)
    }
}

/// Agencies with a name or acronym like `q`. A network has some hundreds, so their names are compared here by the key
/// that also finds people and places, instead of keeping a second copy of it.
async fn named_like(conn: &mut Conn, q: &str) -> Result<Vec<AgencyId>, Error> {
    let key = search_key(q);
    let names: Vec<(AgencyId, String, Option<String>)> =
        agencies::table.select((agencies::id, agencies::name, agencies::acronym)).load(conn).await?;
    let like = |name: &str| search_key(name).contains(&key);
    let found =
        names.into_iter().filter(|(_, name, acronym)| like(name) || acronym.as_deref().is_some_and(like));
    Ok(found.map(|(id, ..)| id).collect())
}

/// A person to phone at an agency.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = agency_contacts)]
pub struct AgencyContact {
    /// Its id.
    pub id: AgencyContactId,
    /// The agency.
    pub agency_id: AgencyId,
    /// Whom to ask for.
    #[schema(example = "Lucía Ejemplo")]
    pub name: String,
    /// What they do there.
    pub title: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Their own mailbox; notices never go there.
    pub email: Option<String>,
    /// The day they ceased to be a contact.
    pub ended_on: Option<NaiveDate>,
}

/// A checked new contact.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = agency_contacts)]
#[allow(missing_docs)]
pub struct NewContact {
    pub id: AgencyContactId,
    pub agency_id: AgencyId,
    pub name: String,
    pub title: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// A checked edit of a contact.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct ContactChanges {
    pub name: Option<String>,
    pub title: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub ended_on: Option<Option<NaiveDate>>,
}

impl NewContact {
    /// Writes it down.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(&self, tx: &mut Conn) -> Result<AgencyContact, Error> {
        diesel::insert_into(agency_contacts::table)
            .values(self)
            .returning(AgencyContact::as_returning())
            .get_result(tx)
            .await
            .on_constraint("agency_contacts_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

impl AgencyContact {
    /// A contact of this agency.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(
        conn: &mut Conn,
        agency: AgencyId,
        id: AgencyContactId,
    ) -> Result<AgencyContact, Error> {
        Ok(agency_contacts::table
            .find(id)
            .filter(agency_contacts::agency_id.eq(agency))
            .select(AgencyContact::as_select())
            .first(conn)
            .await?)
    }

    /// Edits it; its agency counts the edit, see [`Agency::touch`].
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(&self, tx: &mut Conn, changes: ContactChanges) -> Result<AgencyContact, Error> {
        let ContactChanges { name, title, phone, email, ended_on } = changes;
        Ok(diesel::update(agency_contacts::table.find(self.id))
            .set((
                agency_contacts::name.eq(name.unwrap_or_else(|| self.name.clone())),
                agency_contacts::title.eq(title.unwrap_or_else(|| self.title.clone())),
                agency_contacts::phone.eq(phone.unwrap_or_else(|| self.phone.clone())),
                agency_contacts::email.eq(email.unwrap_or_else(|| self.email.clone())),
                agency_contacts::ended_on.eq(ended_on.unwrap_or(self.ended_on)),
            ))
            .returning(AgencyContact::as_returning())
            .get_result(tx)
            .await?)
    }
}
