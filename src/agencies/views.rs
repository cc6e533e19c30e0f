//! What of an agency is shown to whom.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Agency, AgencyContact, Service};
use super::rules::{Capacity, Verb, allowed};
use crate::auth::Actor;
use crate::ids::{AgencyId, ServiceId};
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// What everybody may know of an agency.
#[derive(Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AgencyCard {
    pub id: AgencyId,
    pub name: String,
    /// How people call it.
    pub acronym: Option<String>,
    /// A code of list `partner_type`.
    #[serde(rename = "type")]
    pub type_: String,
    /// Where it stands.
    pub territory: Option<String>,
    /// The day it ceased to be a partner.
    pub retired_on: Option<NaiveDate>,
    /// What it offers now.
    pub services: Vec<ServiceCard>,
    pub allowed: Vec<Verb>,
}

/// What everybody may know of a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgencyServiceCard)]
#[allow(missing_docs)]
pub struct ServiceCard {
    pub id: ServiceId,
    pub name: String,
    /// Codes of list `service`.
    pub codes: Vec<String>,
    pub capacity: Capacity,
}

/// All of an agency, for desk staff and its own partners.
#[derive(Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AgencyView {
    pub id: AgencyId,
    pub name: String,
    /// How people call it.
    pub acronym: Option<String>,
    /// A code of list `partner_type`.
    #[serde(rename = "type")]
    pub type_: String,
    /// The one registered mailbox.
    pub mailbox: String,
    /// en, es, fr or fil: the language of its notices.
    pub language: String,
    /// E.164.
    pub phone: Option<String>,
    pub website: Option<String>,
    pub address: Option<String>,
    /// Where it stands.
    pub territory: Option<String>,
    /// IANA zone of its hours.
    pub time_zone: String,
    /// Weekly hours.
    #[schema(value_type = Vec<crate::offices::rules::DayHours>)]
    pub hours: serde_json::Value,
    /// What desks know about working with it; always null for a partner.
    pub notes: Option<String>,
    /// Hour in its zone of the one mail a day it wants; null when each goes at once.
    pub digest_hour: Option<i16>,
    /// The day it ceased to be a partner.
    pub retired_on: Option<NaiveDate>,
    /// The agency that this one turned out to be: it goes on there.
    pub merged_into: Option<AgencyId>,
    /// Its key in another register, by which an import finds it.
    pub external_key: Option<String>,
    /// How often it was asked whether its entry is true since it last said so.
    pub confirm_asks: i16,
    /// When it was last asked.
    pub confirm_asked_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
    pub contacts: Vec<AgencyContact>,
    /// All of them, retired ones too.
    pub services: Vec<Service>,
    pub allowed: Vec<Verb>,
}

/// All of an agency, or for a partner of another one its card.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum AgencyFile {
    Whole(Box<AgencyView>),
    Card(AgencyCard),
}

impl AgencyCard {
    /// The card of an agency with what it offers now.
    pub fn new(actor: &Actor, agency: Agency, services: impl Iterator<Item = Service>) -> AgencyCard {
        let card = |service: Service| ServiceCard {
            id: service.id,
            name: service.name,
            codes: service.codes,
            capacity: service.capacity,
        };
        AgencyCard {
            id: agency.id,
            name: agency.name,
            acronym: agency.acronym,
            type_: agency.type_,
            territory: agency.territory,
            retired_on: agency.retired_on,
            services: services.map(card).collect(),
            allowed: allowed(actor),
        }
    }
}

impl AgencyView {
    /// Reads all that belongs to an agency.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(conn: &mut Conn, actor: &Actor, agency: Agency) -> Result<AgencyView, Error> {
        let contacts = agency.contacts(conn).await?;
        let services = Service::of_agencies(conn, &[agency.id], true).await?;
        Ok(AgencyView {
            id: agency.id,
            name: agency.name,
            acronym: agency.acronym,
            type_: agency.type_,
            mailbox: agency.mailbox,
            language: agency.language,
            phone: agency.phone,
            website: agency.website,
            address: agency.address,
            territory: agency.territory,
            time_zone: agency.time_zone,
            hours: agency.hours,
            notes: agency.notes.filter(|_| actor.agency.is_none()),
            digest_hour: agency.digest_hour,
            retired_on: agency.retired_on,
            merged_into: agency.merged_into,
            external_key: agency.external_key,
            confirm_asks: agency.confirm_asks,
            confirm_asked_at: agency.confirm_asked_at,
            version: agency.version,
            updated_at: agency.updated_at,
            contacts,
            services,
            allowed: allowed(actor),
        })
    }
}
