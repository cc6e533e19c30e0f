//! The desks, partners and accounts of the demo world, and what the stories look up in them.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use uuid::Uuid;

use super::draw::Draw;
use super::files::{self, Files, Mix, ReferralMix};
use super::midnight;
use super::rows::Rows;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::territories;

/// A territory and everything above it, itself last.
pub type Lineages = BTreeMap<String, Vec<String>>;

/// A desk as the stories need it.
pub struct Office {
    pub id: Uuid,
    pub code: String,
    pub zone: Tz,
    pub mix: Mix,
    pub mobile: bool,
    pub currency: String,
    /// Places people come from: the lowest ones of the catchment.
    pub places: Vec<String>,
    /// Accounts that own cases.
    pub workers: Vec<Uuid>,
}

/// A service of a partner.
pub struct Service {
    pub id: Uuid,
    pub agency: Uuid,
    pub codes: Vec<String>,
    pub territories: Vec<String>,
    /// How long its agency takes, in parts of what is usual.
    pub pace: f64,
    /// Its agency joined lately.
    pub new: bool,
}

/// The demo world.
pub struct Directory {
    pub offices: Vec<Office>,
    pub services: Vec<Service>,
    /// A partner account of each agency that has one.
    pub partners: BTreeMap<Uuid, Uuid>,
    pub mix: ReferralMix,
    pub lineages: Lineages,
    counters: std::cell::RefCell<BTreeMap<(String, i32), i32>>,
}

/// Reads every territory's lineage.
///
/// # Errors
/// Those of the database.
pub async fn lineages(conn: &mut Conn) -> Result<Lineages, Error> {
    let rows: Vec<(String, Vec<String>)> =
        territories::table.select((territories::code, territories::lineage)).load(conn).await?;
    Ok(rows.into_iter().collect())
}

impl Directory {
    /// Draws ids and writes the rows of offices, agencies and accounts.
    ///
    /// # Errors
    /// When the files of the demo world name each other wrongly.
    pub fn write(
        rows: &mut Rows,
        draw: &mut Draw,
        files: &Files,
        lineages: &Lineages,
        password: &str,
        today: NaiveDate,
    ) -> anyhow::Result<Directory> {
        let began = midnight(today) - TimeDelta::days(400);
        let agencies: BTreeMap<&str, Uuid> =
            files.agencies.iter().map(|agency| (agency.key.as_str(), draw.id(began))).collect();
        let mut services = Vec::new();
        for agency in &files.agencies {
            write_agency(rows, draw, &mut services, agency, agencies[agency.key.as_str()], today);
        }
        let ids: BTreeMap<&str, Uuid> =
            files.offices.iter().map(|office| (office.code.as_str(), draw.id(began))).collect();
        let mut offices = Vec::new();
        for office in &files.offices {
            offices.push(write_office(rows, files, office, &ids, lineages)?);
        }
        let mut directory = Directory {
            offices,
            services,
            partners: BTreeMap::new(),
            mix: files.referrals.clone(),
            lineages: lineages.clone(),
            counters: std::cell::RefCell::default(),
        };
        for account in &files.accounts {
            directory.write_account(rows, draw.id(began), account, &agencies, password, today)?;
        }
        Ok(directory)
    }

    fn write_account(
        &mut self,
        rows: &mut Rows,
        id: Uuid,
        account: &files::Account,
        agencies: &BTreeMap<&str, Uuid>,
        password: &str,
        today: NaiveDate,
    ) -> anyhow::Result<()> {
        let agency = match &account.agency {
            Some(key) => Some(*agencies.get(key.as_str()).with_context(|| format!("no agency {key}"))?),
            None => None,
        };
        if let Some(agency) = agency {
            self.partners.entry(agency).or_insert(id);
        }
        rows.add(
            "staff",
            json!({ "id": id, "email": account.email, "name": account.name, "role": account.role, "agency_id": agency,
                    "language": account.language, "reads_restricted": account.reads_restricted, "password_hash": password,
                    "expires_on": account.expires_in_days.map(|days| today + TimeDelta::days(days)) }),
        );
        for code in &account.offices {
            let office = self.offices.iter_mut().find(|office| office.code == *code);
            let office = office.with_context(|| format!("no office {code}"))?;
            rows.add("staff_offices", json!({ "staff_id": id, "office_id": office.id }));
            if matches!(account.role.as_str(), "case_worker" | "field_worker" | "supervisor") {
                office.workers.push(id);
            }
        }
        Ok(())
    }

    /// How many in a hundred people come to each office.
    pub fn shares(&self) -> Vec<(&Office, usize)> {
        let share = |code: &str| match code {
            "PIC" => 38,
            "PIM" => 10,
            "LEG" => 18,
            "NAG" => 12,
            "BIC" | "SEM" => 5,
            "SED" => 12,
            _ => 0,
        };
        self.offices.iter().map(|office| (office, share(&office.code))).collect()
    }

    /// The next number of a series at `at`, as the product itself gives them.
    pub fn number(&self, prefix: &str, office: &Office, at: DateTime<Utc>) -> String {
        let series =
            if prefix.is_empty() { office.code.clone() } else { format!("{prefix}-{}", office.code) };
        let year = at.with_timezone(&office.zone).year();
        let mut counters = self.counters.borrow_mut();
        let last = counters.entry((series.clone(), year)).or_default();
        *last += 1;
        format!("{series}-{year}-{last:06}")
    }

    /// Lets the product go on numbering where the demo ends.
    pub fn write_counters(&self, rows: &mut Rows) {
        for ((series, year), last) in self.counters.borrow().iter() {
            rows.add("number_counters", json!({ "series": series, "year": year, "last": last }));
        }
    }

    /// Services that cover a need in a place: a parent covers its children, a place all below it.
    pub fn covering(&self, service: &str, place: &str) -> Vec<&Service> {
        let top = service.split('-').next().unwrap_or(service);
        let lineage = self.lineages.get(place).map(Vec::as_slice).unwrap_or_default();
        let covers = |s: &&Service| {
            !s.new
                && s.codes.iter().any(|code| code == service || code == top)
                && s.territories.iter().any(|territory| lineage.contains(territory))
        };
        self.services.iter().filter(covers).collect()
    }
}

fn write_agency(
    rows: &mut Rows,
    draw: &mut Draw,
    services: &mut Vec<Service>,
    agency: &files::Agency,
    id: Uuid,
    today: NaiveDate,
) {
    let began = midnight(today) - TimeDelta::days(400);
    rows.add(
        "agencies",
        json!({ "id": id, "name": agency.name, "acronym": agency.acronym, "type": agency.kind, "mailbox": agency.mailbox,
                "language": agency.language, "phone": e164(agency.phone.as_deref()), "website": agency.website,
                "address": agency.address, "territory": agency.territory, "time_zone": agency.time_zone,
                "hours": agency.hours.clone().unwrap_or_else(|| json!([])) }),
    );
    for contact in &agency.contact {
        rows.add(
            "agency_contacts",
            json!({ "id": draw.id(began), "agency_id": id, "name": contact.name, "title": contact.title,
                    "phone": e164(contact.phone.as_deref()), "email": contact.email }),
        );
    }
    for service in &agency.service {
        let service_id = draw.id(began);
        let confirmed = today - TimeDelta::days(service.confirmed_days_ago);
        rows.add(
            "agency_services",
            json!({ "id": service_id, "agency_id": id, "name": service.name, "description": service.description,
                    "codes": service.codes, "territories": service.territories, "sexes": service.sexes,
                    "min_age": service.min_age, "max_age": service.max_age, "mobility": service.mobility,
                    "languages": service.languages, "hours": service.hours.clone().unwrap_or_else(|| json!([])),
                    "required_documents": service.required_documents, "cost": service.cost,
                    "capacity": service.capacity, "capacity_at": midnight(confirmed), "last_confirmed_on": confirmed }),
        );
        services.push(Service {
            id: service_id,
            agency: id,
            codes: service.codes.clone(),
            territories: service.territories.clone(),
            pace: agency.pace,
            new: agency.new,
        });
    }
}

fn write_office(
    rows: &mut Rows,
    files: &Files,
    office: &files::Office,
    ids: &BTreeMap<&str, Uuid>,
    lineages: &Lineages,
) -> anyhow::Result<Office> {
    let id = ids[office.code.as_str()];
    let parent = office.parent.as_ref().and_then(|code| ids.get(code.as_str()));
    rows.add(
        "offices",
        json!({ "id": id, "code": office.code, "name": office.name, "kind": office.kind, "parent_id": parent,
                "time_zone": office.time_zone, "languages": office.languages,
                "interface_language": office.interface_language, "currency": office.currency,
                "territory": office.territory, "address": office.address, "phone": e164(office.phone.as_deref()),
                "email": office.email, "hours": office.hours }),
    );
    let holidays = office.holidays.as_ref().and_then(|key| files.holidays.get(key));
    for day in holidays.into_iter().flatten() {
        rows.add("office_holidays", json!({ "office_id": id, "day_on": day.day_on, "name": day.name }));
    }
    Ok(Office {
        id,
        code: office.code.clone(),
        zone: office.time_zone.parse().map_err(|_| anyhow::anyhow!("zone of {}", office.code))?,
        mix: files.mixes.get(&office.code).cloned().with_context(|| format!("no mix for {}", office.code))?,
        mobile: office.kind == "mobile_unit",
        currency: office.currency.clone(),
        places: lowest_places(&office.catchment, lineages),
        workers: vec![],
    })
}

/// The places within the catchment that have none below them.
fn lowest_places(catchment: &[String], lineages: &Lineages) -> Vec<String> {
    let deepest = lineages
        .values()
        .filter(|lineage| lineage.iter().any(|code| catchment.contains(code)))
        .map(Vec::len)
        .max()
        .unwrap_or(0);
    let within = |lineage: &Vec<String>| {
        lineage.len() == deepest && lineage.iter().any(|code| catchment.contains(code))
    };
    lineages.iter().filter(|(_, lineage)| within(lineage)).map(|(code, _)| code.clone()).collect()
}

fn e164(phone: Option<&str>) -> Option<String> {
    phone.map(|phone| phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect())
}
