//! Rows and queries of services.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::dsl::{not, today};
use diesel::helper_types::{InnerJoin, IntoBoxed};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::rules::{ANSWER_WITHIN_DAYS, ASKED_IN_VAIN, Capacity, CapacityFrom, Freshness, STALE_AFTER_DAYS};
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
    /// How many days a person waits there now, when it is limited and somebody said so.
    pub waiting_days: Option<i16>,
    /// When capacity was last told.
    pub capacity_at: Option<DateTime<Utc>>,
    /// When the entry was last confirmed to be true.
    pub last_confirmed_on: Option<NaiveDate>,
    /// The day it ceased to be offered.
    pub retired_on: Option<NaiveDate>,
    /// Counts edits.
    pub version: i32,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// Last edit.
    pub updated_at: DateTime<Utc>,
}

/// What of an agency is shown and weighed with its services.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = agencies)]
#[allow(missing_docs)]
pub struct Offerer {
    pub name: String,
    pub acronym: Option<String>,
    pub external_key: Option<String>,
    pub territory: Option<String>,
    pub confirm_asks: i16,
    pub confirm_asked_at: Option<DateTime<Utc>>,
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
#[derive(Debug, Default, PartialEq, AsChangeset)]
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
    pub waiting_days: Option<Option<i16>>,
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
    /// Only those whose entry is stale at this moment, or only the others.
    pub stale: Option<(bool, DateTime<Utc>)>,
}

type Offered = IntoBoxed<'static, InnerJoin<agency_services::table, agencies::table>, Pg>;

impl Wanted {
    async fn query(self, conn: &mut Conn) -> Result<Offered, Error> {
        let live = agency_services::retired_on.is_null();
        let partner = agencies::retired_on.is_null();
        let mut query = agency_services::table
            .inner_join(agencies::table)
            .into_boxed()
            .filter(live.or(agency_services::retired_on.gt(today.nullable())))
            .filter(partner.or(agencies::retired_on.gt(today.nullable())));
        if let Some(codes) = self.codes {
            query = query.filter(agency_services::codes.overlaps_with(codes));
        }
        if let Some(lineage) = self.territories {
            query = query.filter(agency_services::territories.overlaps_with(lineage));
        }
        if let Some(capacity) = self.capacity {
            query = query.filter(agency_services::capacity.eq(capacity));
        }
        if let Some(agency) = self.agency {
            query = query.filter(agency_services::agency_id.eq(agency));
        }
        if let Some(q) = self.q {
            query = query.filter(agency_services::id.eq_any(named_like(conn, &q).await?));
        }
        if let Some((wanted, now)) = self.stale {
            let (asks, asked_at) = (agencies::confirm_asks, agencies::confirm_asked_at);
            let old = now - TimeDelta::days(STALE_AFTER_DAYS);
            // The same as Freshness::is_stale.
            let unconfirmed = agency_services::last_confirmed_on
                .assume_not_null()
                .lt(old.date_naive())
                .and(agency_services::last_confirmed_on.is_not_null())
                .or(agency_services::last_confirmed_on.is_null().and(
                    agency_services::created_at
                        .lt(old.date_naive().and_time(chrono::NaiveTime::MIN).and_utc()),
                ));
            let waited = asked_at
                .is_null()
                .or(asked_at.assume_not_null().le(now - TimeDelta::days(ANSWER_WITHIN_DAYS)));
            let in_vain = asks.gt(ASKED_IN_VAIN).or(asks.eq(ASKED_IN_VAIN).and(waited));
            let stale = unconfirmed.or(in_vain);
            query = if wanted { query.filter(stale) } else { query.filter(not(stale)) };
        }
        Ok(query)
    }
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

    /// A page of services with their agencies, by name of the service.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn page(
        conn: &mut Conn,
        wanted: Wanted,
        after: Option<Cursor<String>>,
        limit: i64,
    ) -> Result<Page<(Service, Offerer)>, Error> {
        let mut query = wanted.query(conn).await?;
        if let Some(Cursor { key, id }) = after {
            let same_name = agency_services::name.eq(key.clone()).and(agency_services::id.gt(id));
            query = query.filter(agency_services::name.gt(key).or(same_name));
        }
        let rows = query
            .order((agency_services::name, agency_services::id))
            .select((Service::as_select(), Offerer::as_select()))
            .limit(limit + 1)
            .load(conn)
            .await?;
        Ok(Page::cut(rows, limit, |(service, _): &(Service, Offerer)| (service.name.clone(), service.id.0)))
    }

    /// All services with their agencies, by name of the service.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(conn: &mut Conn, wanted: Wanted) -> Result<Vec<(Service, Offerer)>, Error> {
        let query = wanted.query(conn).await?.order((agency_services::name, agency_services::id));
        Ok(query.select((Service::as_select(), Offerer::as_select())).load(conn).await?)
    }

    /// How many there are.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count(conn: &mut Conn, wanted: Wanted) -> Result<i64, Error> {
        Ok(wanted.query(conn).await?.count().get_result(conn).await?)
    }

    /// Marks it as full, as refusals say.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn conclude_full(&self, tx: &mut Conn, now: DateTime<Utc>) -> Result<Service, Error> {
        let changes = ServiceChanges {
            capacity: Some(Capacity::Full),
            capacity_from: Some(CapacityFrom::Declines),
            capacity_at: Some(now),
            waiting_days: Some(None),
            ..ServiceChanges::default()
        };
        self.update(tx, &changes, now).await
    }

    /// Takes back every full mark concluded from refusals before `before`. Gives the services.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lapse_full_marks(
        tx: &mut Conn,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Service>, Error> {
        let concluded = agency_services::table
            .filter(agency_services::capacity.eq(Capacity::Full))
            .filter(agency_services::capacity_from.eq(CapacityFrom::Declines))
            .filter(agency_services::capacity_at.le(before));
        Ok(diesel::update(concluded)
            .set((
                agency_services::capacity.eq(Capacity::Unknown),
                agency_services::version.eq(agency_services::version + 1),
                agency_services::updated_at.eq(now),
            ))
            .returning(Service::as_returning())
            .get_results(tx)
            .await?)
    }

    /// How far its entry can be trusted at `now`.
    pub fn freshness(&self, agency: &Offerer, now: DateTime<Utc>) -> Freshness {
        let asked = (agency.confirm_asks, agency.confirm_asked_at);
        Freshness::new(self.last_confirmed_on, self.created_at, asked, now)
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
