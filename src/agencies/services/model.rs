//! Rows and queries of services.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::today;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::rules::{Capacity, CapacityFrom};
use crate::ids::{AgencyId, ServiceId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::platform::page::{Cursor, Page};
use crate::problems;
use crate::reference::model::Code;
use crate::reference::search_key::search_key;
use crate::reference::territories::model::Territory;
use crate::schema::{agencies, agency_services};

/// Something an agency offers.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = agency_services)]
#[schema(as = AgencyService)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Who offers it.
    pub agency_id: AgencyId,
    /// Its name in the agency's language.
    #[schema(example = "Asesoría legal")]
    pub name: String,
    /// What a person can expect.
    pub description: Option<String>,
    /// Codes of list `service`; a parent covers its children.
    #[schema(example = json!(["LEG", "DOC"]))]
    pub codes: Vec<String>,
    /// Codes of territories; a place covers all below it.
    #[schema(example = json!(["EC-17"]))]
    pub territories: Vec<String>,
    /// ISO 5218 sexes served; empty means all.
    pub sexes: Vec<i16>,
    /// Youngest age served, in years.
    pub min_age: Option<i16>,
    /// Oldest age served, in years.
    pub max_age: Option<i16>,
    /// Codes of list `mobility` served; empty means all.
    pub mobility: Vec<String>,
    /// ISO 639-3 codes it can work in.
    pub languages: Vec<String>,
    /// Weekly hours; empty means the agency's.
    #[schema(value_type = Vec<crate::offices::rules::DayHours>)]
    pub hours: Value,
    /// Codes of list `document` that the person must bring.
    pub required_documents: Vec<String>,
    /// What it costs the person; null means free.
    pub cost: Option<String>,
    /// How full it is.
    pub capacity: Capacity,
    /// Whether somebody said so, or refusals did.
    pub capacity_from: CapacityFrom,
    /// When capacity was last told.
    pub capacity_at: Option<DateTime<Utc>>,
    /// When the entry was last confirmed to be true.
    pub last_confirmed_on: Option<NaiveDate>,
    /// The day it ceased to be offered.
    pub retired_on: Option<NaiveDate>,
    /// Counts edits.
    pub version: i32,
    /// Last edit.
    pub updated_at: DateTime<Utc>,
}

/// A checked new service.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = agency_services)]
#[allow(missing_docs)]
pub struct NewService {
    pub id: ServiceId,
    pub agency_id: AgencyId,
    pub name: String,
    pub description: Option<String>,
    pub codes: Vec<String>,
    pub territories: Vec<String>,
    pub sexes: Vec<i16>,
    pub min_age: Option<i16>,
    pub max_age: Option<i16>,
    pub mobility: Vec<String>,
    pub languages: Vec<String>,
    pub hours: Value,
    pub required_documents: Vec<String>,
    pub cost: Option<String>,
}

/// A checked edit of a service.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = agency_services)]
#[allow(missing_docs)]
pub struct ServiceChanges {
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    pub codes: Option<Vec<String>>,
    pub territories: Option<Vec<String>>,
    pub sexes: Option<Vec<i16>>,
    pub min_age: Option<Option<i16>>,
    pub max_age: Option<Option<i16>>,
    pub mobility: Option<Vec<String>>,
    pub languages: Option<Vec<String>>,
    pub hours: Option<Value>,
    pub required_documents: Option<Vec<String>>,
    pub cost: Option<Option<String>>,
    pub capacity: Option<Capacity>,
    pub capacity_from: Option<CapacityFrom>,
    pub capacity_at: Option<DateTime<Utc>>,
    pub last_confirmed_on: Option<NaiveDate>,
    pub retired_on: Option<Option<NaiveDate>>,
}

/// Which services are wanted. Only those offered today, of agencies that are partners today.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Covering one of these codes: see [`code_and_wider`].
    pub codes: Option<Vec<String>>,
    /// Covering one of these places: see [`lineage`].
    pub territories: Option<Vec<String>>,
    /// Part of the name, however spelt.
    pub q: Option<String>,
    /// So full.
    pub capacity: Option<Capacity>,
    /// Of this agency.
    pub agency: Option<AgencyId>,
}

/// A service code and every wider code that covers it; only itself when it is unknown.
///
/// # Errors
/// Those of the database.
pub async fn code_and_wider(conn: &mut Conn, code: &str) -> Result<Vec<String>, Error> {
    let mut codes = vec![code.to_owned()];
    let mut parent = Code::find(conn, "service", code).await?.and_then(|code| code.parent);
    // A parent is never its own child, but a row changed by hand must not hold us up.
    while let Some(wider) = parent.filter(|wider| !codes.contains(wider)) {
        parent = Code::find(conn, "service", &wider).await?.and_then(|code| code.parent);
        codes.push(wider);
    }
    Ok(codes)
}

/// A place and every place it lies in; only itself when it is unknown.
///
/// # Errors
/// Those of the database.
pub async fn lineage(conn: &mut Conn, territory: &str) -> Result<Vec<String>, Error> {
    let found = Territory::find(conn, territory).await?;
    Ok(found.map_or_else(|| vec![territory.to_owned()], |territory| territory.lineage))
}

impl NewService {
    /// Writes it down.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn insert(&self, tx: &mut Conn) -> Result<Service, Error> {
        diesel::insert_into(agency_services::table)
            .values(self)
            .returning(Service::as_returning())
            .get_result(tx)
            .await
            .on_constraint("agency_services_pkey", || (&problems::ID_ALREADY_USED).into())
    }
}

impl Service {
    /// One service, retired or not.
    ///
    /// # Errors
    /// `not_found`
    pub async fn find(conn: &mut Conn, id: ServiceId) -> Result<Service, Error> {
        Ok(agency_services::table.find(id).select(Service::as_select()).first(conn).await?)
    }

    /// One service, locked for an edit.
    ///
    /// # Errors
    /// `not_found`
    pub async fn lock(tx: &mut Conn, id: ServiceId) -> Result<Service, Error> {
        Ok(agency_services::table.find(id).for_update().select(Service::as_select()).first(tx).await?)
    }

    /// Those of these agencies, by name; retired ones too when asked for.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_agencies(
        conn: &mut Conn,
        agencies: &[AgencyId],
        retired: bool,
    ) -> Result<Vec<Service>, Error> {
        let mut query = agency_services::table
            .filter(agency_services::agency_id.eq_any(agencies))
            .order((agency_services::name, agency_services::id))
            .select(Service::as_select())
            .into_boxed();
        if !retired {
            let live = agency_services::retired_on.is_null();
            query = query.filter(live.or(agency_services::retired_on.gt(today.nullable())));
        }
        Ok(query.load(conn).await?)
    }

    /// A page of services with their agencies' names, by name of the service.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        wanted: Wanted,
        after: Option<Cursor<String>>,
        limit: i64,
    ) -> Result<Page<(Service, String)>, Error> {
        let live = agency_services::retired_on.is_null();
        let partner = agencies::retired_on.is_null();
        let mut query = agency_services::table
            .inner_join(agencies::table)
            .filter(live.or(agency_services::retired_on.gt(today.nullable())))
            .filter(partner.or(agencies::retired_on.gt(today.nullable())))
            .order((agency_services::name, agency_services::id))
            .select((Service::as_select(), agencies::name))
            .into_boxed();
        if let Some(codes) = wanted.codes {
            query = query.filter(agency_services::codes.overlaps_with(codes));
        }
        if let Some(lineage) = wanted.territories {
            query = query.filter(agency_services::territories.overlaps_with(lineage));
        }
        if let Some(capacity) = wanted.capacity {
            query = query.filter(agency_services::capacity.eq(capacity));
        }
        if let Some(agency) = wanted.agency {
            query = query.filter(agency_services::agency_id.eq(agency));
        }
        if let Some(q) = wanted.q {
            query = query.filter(agency_services::id.eq_any(named_like(conn, &q).await?));
        }
        if let Some(Cursor { key, id }) = after {
            let same_name = agency_services::name.eq(key.clone()).and(agency_services::id.gt(id));
            query = query.filter(agency_services::name.gt(key).or(same_name));
        }
        let rows = query.limit(limit + 1).load(conn).await?;
        Ok(Page::cut(rows, limit, |(service, _): &(Service, String)| (service.name.clone(), service.id.0)))
    }

    /// Edits it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update(
        &self,
        tx: &mut Conn,
        changes: &ServiceChanges,
        now: DateTime<Utc>,
    ) -> Result<Service, Error> {
        Ok(diesel::update(agency_services::table.find(self.id))
            .set((
                changes,
                agency_services::version.eq(self.version + 1),
                agency_services::updated_at.eq(now),
            ))
            .returning(Service::as_returning())
            .get_result(tx)
            .await?)
    }

    /// Whether it is no longer offered on `day`, the agency's day.
    pub fn is_retired(&self, day: NaiveDate) -> bool {
        self.retired_on.is_some_and(|last| last <= day)
    }
}

/// Services with a name like `q`; see the same for agencies.
async fn named_like(conn: &mut Conn, q: &str) -> Result<Vec<ServiceId>, Error> {
    let key = search_key(q);
    let names: Vec<(ServiceId, String)> =
        agency_services::table.select((agency_services::id, agency_services::name)).load(conn).await?;
    Ok(names.into_iter().filter(|(_, name)| search_key(name).contains(&key)).map(|(id, _)| id).collect())
}
