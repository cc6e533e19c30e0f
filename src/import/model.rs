//! Which case came from which row, and persons by the key of the spreadsheet they came from.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::auth::Actor;
use crate::ids::{CaseId, OfficeId};
use crate::platform::db::Conn;
use crate::platform::error::{Error, OnConstraint};
use crate::problems;
use crate::schema::{case_imports, cases};

/// What became of a row that was read before.
#[derive(Debug, Queryable)]
pub struct Known {
    /// What the row said then.
    pub fingerprint: String,
    /// The number of its case; none when the case is not for these eyes.
    pub number: Option<String>,
}

/// What became of the row `key` of an office before.
///
/// # Errors
/// Those of the database.
pub async fn known(conn: &mut Conn, office: OfficeId, key: &str) -> Result<Option<Known>, Error> {
    let row = case_imports::table.find((office, key)).left_join(cases::table);
    let columns = (case_imports::fingerprint, cases::number.nullable());
    Ok(row.select(columns).first(conn).await.optional()?)
}

/// Remembers that the row `key` became a case.
///
/// # Errors
/// `id_already_used` when somebody else read the row meanwhile.
pub async fn remember(
    tx: &mut Conn,
    actor: &Actor,
    (office, key): (OfficeId, &str),
    (case, fingerprint): (CaseId, &str),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::insert_into(case_imports::table)
        .values((
            case_imports::office_id.eq(office),
            case_imports::external_key.eq(key),
            case_imports::case_id.eq(case),
            case_imports::fingerprint.eq(fingerprint),
            case_imports::imported_at.eq(now),
            case_imports::imported_by.eq(actor.staff),
        ))
        .execute(tx)
        .await
        .on_constraint("case_imports_pkey", || (&problems::ID_ALREADY_USED).into())?;
    Ok(())
}
