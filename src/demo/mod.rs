//! Demo data: three desks with their mobile units and a year of work, drawn from a seed. All people are invented.
//!
//! The same seed, number of people and day give the same data. Rows are drawn here and written by `rows`; the world
//! they live in (offices, agencies, accounts, mixes) is described in `data/demo/`.

mod directory;
mod draw;
mod files;
mod people;
mod referral_story;
mod rows;
mod story;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::jobs::System;
use crate::schema::product_state;

use directory::Directory;
use draw::Draw;
use rows::Rows;

/// The password of every demo account.
pub const PASSWORD: &str = "migrant desk demo";
/// How many people when nothing is said.
pub const PEOPLE: usize = 2_000;
/// The seed when nothing is said.
pub const SEED: u64 = 20_260;

/// What to draw.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// About how many people.
    pub people: usize,
    /// Two runs with one seed give the same data.
    pub seed: u64,
    /// The last day of the year that is drawn.
    pub today: NaiveDate,
}

/// An account to try the product with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Signs in with it and [`PASSWORD`].
    pub email: String,
    /// What it may do.
    pub role: String,
    /// Where it works.
    pub at: String,
}

/// The demo accounts, one of each role and place first.
///
/// # Errors
/// When a file of `data/demo/` cannot be read, which is a mistake of ours.
pub fn accounts() -> anyhow::Result<Vec<Account>> {
    let files = files::Files::read()?;
    let at = |account: &files::Account| account.agency.clone().unwrap_or_else(|| account.offices.join(", "));
    Ok(files
        .accounts
        .iter()
        .map(|account| Account { email: account.email.clone(), role: account.role.clone(), at: at(account) })
        .collect())
}

/// Loads the demo data unless some was loaded before; says whether it did.
///
/// # Errors
/// When the database refuses; nothing is written then.
pub async fn load_once(app: &App, wanted: Wanted) -> anyhow::Result<bool> {
    let rows = draw_all(app, wanted).await?;
    let facts = json!({ "people": wanted.people, "seed": wanted.seed, "today": wanted.today });
    let loaded = app
        .db
        .write(&System, async |tx| {
            let first = diesel::insert_into(product_state::table)
                .values((product_state::name.eq("demo"), product_state::value.eq(facts)))
                .on_conflict_do_nothing()
                .execute(tx)
                .await?;
            if first == 1 {
                rows.insert(tx).await?;
            }
            Ok::<bool, Error>(first == 1)
        })
        .await
        .map_err(|error| match error {
            Error::Internal(cause) => cause,
            refusal => anyhow::anyhow!("{refusal}"),
        })?;
    Ok(loaded)
}

/// Whether demo data was loaded before.
///
/// # Errors
/// Those of the database.
pub async fn is_loaded(app: &App) -> Result<bool, Error> {
    app.db
        .unguarded(async |conn| {
            let found: Option<Value> = product_state::table
                .find("demo")
                .select(product_state::value)
                .first(conn)
                .await
                .optional()?;
            Ok(found.is_some())
        })
        .await
}

async fn draw_all(app: &App, wanted: Wanted) -> anyhow::Result<Rows> {
    let password = crate::staff::passwords::hash(PASSWORD.into())
        .await
        .map_err(|error| anyhow::anyhow!("cannot hash the demo password: {error}"))?;
    let lineages = app
        .db
        .unguarded(async |conn| directory::lineages(conn).await)
        .await
        .map_err(|error| anyhow::anyhow!("cannot read territories: {error}"))?;
    let mut rows = Rows::default();
    let mut draw = Draw::new(wanted.seed);
    let files = files::Files::read()?;
    let directory = Directory::write(&mut rows, &mut draw, &files, &lineages, &password, wanted.today)?;
    let names = people::Names::read()?;
    let mut telling =
        story::Telling { rows: &mut rows, draw: &mut draw, directory: &directory, names: &names };
    for (office, share) in directory.shares() {
        let people = wanted.people * share / 100;
        telling.year_of(office, people, wanted.today).with_context(|| format!("office {}", office.code))?;
    }
    directory.write_counters(&mut rows);
    Ok(rows)
}

/// Midnight UTC of a day.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// A span of minutes.
fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}
