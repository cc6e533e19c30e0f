//! Rows and queries of the official places.

use diesel::HasQuery;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::reference::model::missing;
use crate::reference::search_key::search_key;
use crate::schema::territories;

/// An official place, from region or province down to parish, commune or barangay.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = territories)]
pub struct Territory {
    /// Country and official code, as in `EC-170150`.
    pub code: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The code of the source.
    pub official_code: String,
    /// What the country calls this kind of place.
    pub level_name: String,
    /// 1 at the top of the country.
    pub depth: i16,
    /// Official name.
    pub name: String,
    /// The territory it lies in.
    pub parent: Option<String>,
    /// Codes from the top of the country down to this one, itself included.
    pub lineage: Vec<String>,
    /// See [`search_key`].
    pub search_key: String,
}

/// Which territories a search is for; an empty search is for all of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct TerritorySearch<'a> {
    /// Only those of this country, ISO 3166-1 alpha-2.
    pub country: Option<&'a str>,
    /// Only those lying directly in this territory.
    pub parent: Option<&'a str>,
    /// Only those lying anywhere within this territory, itself included.
    pub within: Option<&'a str>,
    /// Only those with a word of the name beginning so, however spelt: `naga` finds the City of Naga.
    pub prefix: Option<&'a str>,
    /// Only those after this code in the order of the answer: the last one of the page before.
    pub after: Option<&'a str>,
}

impl Territory {
    /// Searches territories: wider ones first, then by name, then by code; at most `limit`.
    pub async fn search(
        conn: &mut AsyncPgConnection,
        search: TerritorySearch<'_>,
        limit: i64,
    ) -> QueryResult<Vec<Territory>> {
        let mut query = Territory::query()
            .order((territories::depth, territories::search_key, territories::code))
            .limit(limit)
            .into_boxed();
        if let Some(country) = search.country {
            query = query.filter(territories::country.eq(country));
        }
        if let Some(parent) = search.parent {
            query = query.filter(territories::parent.eq(parent));
        }
        if let Some(within) = search.within {
            query = query.filter(territories::lineage.contains(vec![within]));
        }
        // A key has neither % nor _, so it can stand in a pattern as it is.
        if let Some(key) = search.prefix.map(search_key).filter(|key| !key.is_empty()) {
            let at_start = territories::search_key.like(format!("{key}%"));
            query = query.filter(at_start.or(territories::search_key.like(format!("% {key}%"))));
        }
        if let Some(after) = search.after {
            let Some(last) = Territory::find(conn, after).await? else {
                return Ok(Vec::new());
            };
            let same_depth = territories::depth.eq(last.depth);
            let same_name = territories::search_key.eq(last.search_key.clone());
            query = query.filter(
                territories::depth.gt(last.depth).or(same_depth.and(
                    territories::search_key
                        .gt(last.search_key)
                        .or(same_name.and(territories::code.gt(last.code))),
                )),
            );
        }
        query.load(conn).await
    }

    /// One territory.
    pub async fn find(conn: &mut AsyncPgConnection, code: &str) -> QueryResult<Option<Territory>> {
        Territory::query().filter(territories::code.eq(code)).first(conn).await.optional()
    }

    /// Those of these codes that exist, in no order.
    pub async fn list(conn: &mut AsyncPgConnection, codes: &[&str]) -> QueryResult<Vec<Territory>> {
        Territory::query().filter(territories::code.eq_any(codes)).load(conn).await
    }

    /// Which of these codes are no territory.
    pub async fn unknown(conn: &mut AsyncPgConnection, wanted: &[&str]) -> QueryResult<Vec<String>> {
        let known = territories::table.filter(territories::code.eq_any(wanted)).select(territories::code);
        Ok(missing(wanted, known.load(conn).await?))
    }
}
