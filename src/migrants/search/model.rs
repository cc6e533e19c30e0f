//! Rows and queries of the keys files are found by.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::rules::Clue;
use crate::ids::MigrantId;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::schema::migrant_search_keys;

/// Replaces the keys of these kinds a file is found by.
///
/// # Errors
/// Those of the database.
pub async fn replace_keys(
    tx: &mut Conn,
    id: MigrantId,
    kinds: &[&str],
    keys: &[(&'static str, String)],
) -> Result<(), Error> {
    let old = migrant_search_keys::table
        .filter(migrant_search_keys::migrant_id.eq(id))
        .filter(migrant_search_keys::kind.eq_any(kinds));
    diesel::delete(old).execute(tx).await?;
    let rows: Vec<_> = keys
        .iter()
        .map(|(kind, key)| {
            (
                migrant_search_keys::migrant_id.eq(id),
                migrant_search_keys::kind.eq(*kind),
                migrant_search_keys::key.eq(key),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    diesel::insert_into(migrant_search_keys::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(tx)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Most candidates that are weighed in one search.
const MOST_CANDIDATES: i64 = 400;

/// Active files met by clues, those met by most groups of clues first. A group is what one word of a search gives.
/// Compares with operators PostgreSQL trusts before the walls, so that the index serves.
///
/// # Errors
/// Those of the database.
pub async fn candidates(conn: &mut Conn, groups: &[Vec<Clue>]) -> Result<Vec<MigrantId>, Error> {
    let (mut kinds, mut from, mut until, mut numbers) = (vec![], vec![], vec![], vec![]);
    for (number, clue) in groups.iter().enumerate().flat_map(|(n, group)| group.iter().map(move |c| (n, c))) {
        let (kind, low, high) = clue.range();
        kinds.push(kind);
        from.push(low);
        until.push(high);
        numbers.push(i32::try_from(number).unwrap_or(i32::MAX));
    }
    if kinds.is_empty() {
        return Ok(vec![]);
    }
    let found: Vec<Candidate> = sql_query(
        "SELECT k.migrant_id AS id FROM unnest($1, $2, $3, $4) AS w (kind, low, high, word)
         JOIN migrant_search_keys k ON k.kind = w.kind AND k.key ~>=~ w.low AND k.key ~<~ w.high
         JOIN migrants m ON m.id = k.migrant_id AND m.status = 'active'
         GROUP BY k.migrant_id ORDER BY count(DISTINCT w.word) DESC, k.migrant_id DESC LIMIT $5",
    )
    .bind::<Array<Text>, _>(kinds)
    .bind::<Array<Text>, _>(from)
    .bind::<Array<Text>, _>(until)
    .bind::<Array<diesel::sql_types::Integer>, _>(numbers)
    .bind::<diesel::sql_types::BigInt, _>(MOST_CANDIDATES)
    .load(conn)
    .await?;
    Ok(found.into_iter().map(|row| MigrantId(row.id)).collect())
}

/// Which of `ids` have one of these whole keys.
///
/// # Errors
/// Those of the database.
pub async fn having_key(
    conn: &mut Conn,
    ids: &[MigrantId],
    kind: &str,
    keys: &[String],
) -> Result<Vec<MigrantId>, Error> {
    Ok(migrant_search_keys::table
        .filter(migrant_search_keys::migrant_id.eq_any(ids))
        .filter(migrant_search_keys::kind.eq(kind))
        .filter(migrant_search_keys::key.eq_any(keys))
        .select(migrant_search_keys::migrant_id)
        .distinct()
        .load(conn)
        .await?)
}
