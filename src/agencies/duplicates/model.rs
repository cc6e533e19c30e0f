//! What duplicates are found by, in three queries however many agencies there are.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::rules::Profile;
use crate::agencies::model::{Agency, Service};
use crate::ids::AgencyId;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::{agencies, territories};

/// Every agency that is a partner on `today`, with what it is compared by and what it offers.
///
/// # Errors
/// Those of the database.
pub async fn partners(
    conn: &mut Conn,
    today: NaiveDate,
) -> Result<(Vec<Profile>, BTreeMap<AgencyId, (Agency, Vec<Service>)>), Error> {
    let all: Vec<Agency> = agencies::table
        .filter(agencies::retired_on.is_null().or(agencies::retired_on.gt(today)))
        .order(agencies::id)
        .select(Agency::as_select())
        .load(conn)
        .await?;
    let ids: Vec<AgencyId> = all.iter().map(|agency| agency.id).collect();
    let mut offered: BTreeMap<AgencyId, Vec<Service>> = BTreeMap::new();
    for service in Service::of_agencies(conn, &ids, false).await? {
        offered.entry(service.agency_id).or_default().push(service);
    }
    let lineages = lineages(conn, &all, &offered).await?;
    let profile = |agency: &Agency| {
        let services = offered.get(&agency.id).map(Vec::as_slice).unwrap_or_default();
        let places = services.iter().flat_map(|service| &service.territories).chain(&agency.territory);
        let lineage = |code: &String| lineages.get(code).cloned().unwrap_or_else(|| vec![code.clone()]);
        Profile {
            id: agency.id,
            name: agency.name.clone(),
            acronym: agency.acronym.clone(),
            mailbox: agency.mailbox.clone(),
            phone: agency.phone.clone(),
            website: agency.website.clone(),
            territories: places.map(lineage).collect(),
        }
    };
    let profiles = all.iter().map(profile).collect();
    let by_id = all.into_iter().map(|agency| {
        let services = offered.remove(&agency.id).unwrap_or_default();
        (agency.id, (agency, services))
    });
    Ok((profiles, by_id.collect()))
}

async fn lineages(
    conn: &mut Conn,
    all: &[Agency],
    offered: &BTreeMap<AgencyId, Vec<Service>>,
) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let stands = all.iter().filter_map(|agency| agency.territory.as_ref());
    let works = offered.values().flatten().flat_map(|service| &service.territories);
    let codes: Vec<&String> = stands.chain(works).collect();
    let rows: Vec<(String, Vec<String>)> = territories::table
        .filter(territories::code.eq_any(codes))
        .select((territories::code, territories::lineage))
        .load(conn)
        .await?;
    Ok(rows.into_iter().collect())
}
