//! What the codes of a breakdown are called in the reader's language.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::cases::counting::Dimension;
use crate::ids::StaffId;
use crate::offices::model::Office;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::text::Language;
use crate::reference::model::{Code, Country};
use crate::reference::territories::model::Territory;
use crate::schema::staff;

/// Names of codes, and their place in the order of the lists.
pub type Names = HashMap<(Dimension, String), (i32, String)>;

/// What codes are called in a language. Codes no table knows are left out.
///
/// # Errors
/// Those of the database.
pub async fn names(
    conn: &mut Conn,
    language: Language,
    codes: &BTreeSet<(Dimension, String)>,
    offices: &[Office],
) -> Result<Names, Error> {
    let mut names = Names::new();
    let dimensions: BTreeSet<Dimension> = codes.iter().map(|(dimension, _)| *dimension).collect();
    for dimension in dimensions {
        let wanted: Vec<&str> =
            codes.iter().filter(|(of, _)| *of == dimension).map(|(_, code)| code.as_str()).collect();
        for (place, code, name) in named(conn, language, dimension, &wanted, offices).await? {
            names.insert((dimension, code), (place, name));
        }
    }
    Ok(names)
}

async fn named(
    conn: &mut Conn,
    language: Language,
    dimension: Dimension,
    wanted: &[&str],
    offices: &[Office],
) -> Result<Vec<(i32, String, String)>, Error> {
    let list = match dimension {
        Dimension::Service | Dimension::ServiceTop | Dimension::ServiceWithin => "service",
        Dimension::Mobility => "mobility",
        Dimension::Channel => "channel",
        Dimension::ClientKind => "client_kind",
        Dimension::Office => {
            return Ok(offices.iter().map(|o| (0, o.id.to_string(), o.name.clone())).collect());
        }
        Dimension::Worker => return workers(conn, wanted).await,
        Dimension::Nationality => {
            let all = Country::all(conn).await?;
            let named = |c: Country| (0, c.labels.of(language.code()).to_owned(), c.code);
            return Ok(all.into_iter().map(named).map(|(place, name, code)| (place, code, name)).collect());
        }
        Dimension::Territory1
        | Dimension::Territory2
        | Dimension::Territory3
        | Dimension::TerritoryWithin => {
            let all = Territory::list(conn, wanted).await?;
            return Ok(all.into_iter().map(|place| (0, place.code, place.name)).collect());
        }
        Dimension::Sex | Dimension::AgeBand | Dimension::Priority => return Ok(vec![]),
    };
    let all = Code::of_list(conn, list, true).await?;
    let named = |code: Code| {
        let name = code.labels.of(language.code()).to_owned();
        (code.position, code.code, name)
    };
    Ok(all.into_iter().map(named).collect())
}

async fn workers(conn: &mut Conn, wanted: &[&str]) -> Result<Vec<(i32, String, String)>, Error> {
    let ids: Vec<StaffId> = wanted.iter().filter_map(|id| id.parse::<Uuid>().ok()).map(StaffId).collect();
    let named: Vec<(StaffId, String)> =
        staff::table.filter(staff::id.eq_any(ids)).select((staff::id, staff::name)).load(conn).await?;
    Ok(named.into_iter().map(|(id, name)| (0, id.to_string(), name)).collect())
}
