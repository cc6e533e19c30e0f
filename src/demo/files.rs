//! The files of `data/demo/`, as they are written.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

/// All of them.
pub struct Files {
    pub offices: Vec<Office>,
    pub holidays: BTreeMap<String, Vec<Holiday>>,
    pub agencies: Vec<Agency>,
    pub accounts: Vec<Account>,
    pub mixes: BTreeMap<String, Mix>,
    pub referrals: ReferralMix,
}

#[derive(Deserialize)]
struct OfficesFile {
    office: Vec<Office>,
    holidays: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct AgenciesFile {
    agency: Vec<Agency>,
}

#[derive(Deserialize)]
struct AccountsFile {
    account: Vec<Account>,
}

#[derive(Deserialize)]
pub struct Office {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub parent: Option<String>,
    pub time_zone: String,
    pub languages: Vec<String>,
    pub interface_language: String,
    pub currency: String,
    pub territory: String,
    pub catchment: Vec<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub hours: Value,
    pub holidays: Option<String>,
}

#[derive(Debug)]
pub struct Holiday {
    pub day_on: NaiveDate,
    pub name: String,
}

#[derive(Deserialize)]
pub struct Agency {
    pub key: String,
    pub name: String,
    pub acronym: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub mailbox: String,
    pub language: String,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub website: Option<String>,
    pub territory: Option<String>,
    pub time_zone: String,
    #[serde(default)]
    pub hours: Option<Value>,
    /// How long it takes for everything, in parts of what is usual.
    #[serde(default = "usual")]
    pub pace: f64,
    /// Joined lately: nobody has sent anybody there yet.
    #[serde(default)]
    pub new: bool,
    #[serde(default)]
    pub contact: Vec<Contact>,
    #[serde(default)]
    pub service: Vec<Service>,
}

fn usual() -> f64 {
    1.0
}

#[derive(Deserialize)]
pub struct Contact {
    pub name: String,
    pub title: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

#[derive(Deserialize)]
pub struct Service {
    pub name: String,
    pub description: Option<String>,
    pub codes: Vec<String>,
    pub territories: Vec<String>,
    #[serde(default)]
    pub sexes: Vec<i16>,
    pub min_age: Option<i16>,
    pub max_age: Option<i16>,
    #[serde(default)]
    pub mobility: Vec<String>,
    #[serde(default)]
    pub languages: Vec<String>,
    pub hours: Option<Value>,
    #[serde(default)]
    pub required_documents: Vec<String>,
    pub cost: Option<String>,
    pub capacity: String,
    pub confirmed_days_ago: i64,
}

#[derive(Deserialize)]
pub struct Account {
    pub email: String,
    pub name: String,
    pub role: String,
    pub language: String,
    #[serde(default)]
    pub offices: Vec<String>,
    pub agency: Option<String>,
    #[serde(default)]
    pub reads_restricted: bool,
    pub expires_in_days: Option<i64>,
}

/// Weights of what comes to a desk.
#[derive(Deserialize, Clone)]
pub struct Mix {
    pub services: BTreeMap<String, u32>,
    pub mobility: BTreeMap<String, u32>,
    pub client_kinds: BTreeMap<String, u32>,
    pub sex: BTreeMap<String, u32>,
    pub ages: Vec<(i64, i64, u32)>,
    pub birth_precision: BTreeMap<String, u32>,
    pub nationalities: BTreeMap<String, u32>,
    pub work_countries: BTreeMap<String, u32>,
    pub languages: BTreeMap<String, u32>,
    pub channels: BTreeMap<String, u32>,
    pub caller_relations: BTreeMap<String, u32>,
    pub priority: BTreeMap<String, u32>,
    pub need_count: BTreeMap<String, u32>,
    pub person_count: BTreeMap<String, u32>,
}

/// Weights of what partners do.
#[derive(Deserialize, Clone)]
pub struct ReferralMix {
    pub states: BTreeMap<String, u32>,
    pub declined: BTreeMap<String, u32>,
    pub failed: BTreeMap<String, u32>,
    pub on_hold: BTreeMap<String, u32>,
    pub outcomes: BTreeMap<String, u32>,
}

impl Files {
    /// Reads them.
    ///
    /// # Errors
    /// Names the file that is not of its form.
    pub fn read() -> anyhow::Result<Files> {
        let offices: OfficesFile =
            toml::from_str(include_str!("../../data/demo/offices.toml")).context("offices.toml")?;
        let agencies: AgenciesFile =
            toml::from_str(include_str!("../../data/demo/agencies.toml")).context("agencies.toml")?;
        let accounts: AccountsFile =
            toml::from_str(include_str!("../../data/demo/accounts.toml")).context("accounts.toml")?;
        let mixes: BTreeMap<String, toml::Value> =
            toml::from_str(include_str!("../../data/demo/mixes.toml")).context("mixes.toml")?;
        let referrals = mixes.get("referrals").context("mixes.toml has no referrals")?;
        Ok(Files {
            holidays: offices.holidays.iter().map(|(key, days)| (key.clone(), holidays(days))).collect(),
            offices: offices.office,
            agencies: agencies.agency,
            accounts: accounts.account,
            referrals: referrals.clone().try_into().context("mixes.toml, referrals")?,
            mixes: office_mixes(&mixes)?,
        })
    }
}

/// Days and their names, `"2026-01-01" = "Jour de l’an"`.
fn holidays(days: &toml::Value) -> Vec<Holiday> {
    let table = days.as_table().into_iter().flatten();
    let read = |(day, name): (&String, &toml::Value)| {
        Some(Holiday { day_on: day.parse().ok()?, name: name.as_str()?.to_owned() })
    };
    table.filter_map(read).collect()
}

/// The mix of each office; one that is `like` another changes only what it names.
fn office_mixes(all: &BTreeMap<String, toml::Value>) -> anyhow::Result<BTreeMap<String, Mix>> {
    let mut mixes = BTreeMap::new();
    for (code, mix) in all.iter().filter(|(code, _)| *code != "referrals") {
        let own = mix.as_table().with_context(|| format!("mixes.toml, {code}"))?;
        let mut whole = match own.get("like").and_then(toml::Value::as_str) {
            Some(other) => all.get(other).and_then(toml::Value::as_table).cloned().unwrap_or_default(),
            None => toml::Table::new(),
        };
        whole.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
        whole.remove("like");
        let mix: Mix = toml::Value::Table(whole).try_into().with_context(|| format!("mixes.toml, {code}"))?;
        mixes.insert(code.clone(), mix);
    }
    Ok(mixes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_world_is_whole() {
        let files = Files::read().expect("files");
        assert!(files.offices.iter().all(|office| files.mixes.contains_key(&office.code)));
        for office in &files.offices {
            let days = office.holidays.as_ref().and_then(|key| files.holidays.get(key));
            assert!(days.is_some_and(|days| days.len() > 5), "{} has no holidays", office.code);
        }
        for role in
            ["system_admin", "manager", "supervisor", "case_worker", "field_worker", "partner", "auditor"]
        {
            assert!(files.accounts.iter().any(|account| account.role == role), "{role}");
        }
    }

    #[test]
    fn banking_is_missing_where_the_desk_is_asked_for_it_most() {
        let files = Files::read().expect("files");
        let covers = |territory: &str, family: &str| {
            let services = files.agencies.iter().flat_map(|agency| &agency.service);
            services.into_iter().any(|s| {
                s.codes.iter().any(|code| code.starts_with(family))
                    && s.territories.iter().any(|t| t == territory)
            })
        };
        assert!(!covers("SN-R11", "FIN"));
        assert!(covers("SN-R11", "LEG") && covers("SN-R11", "PSY") && covers("SN-R11", "EMP"));
    }
}
