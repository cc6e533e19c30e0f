//! Receipts: a creation or an act asked again is recognised and not done twice.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::db::Conn;
use super::error::Error;
use super::http::Asked;
use crate::problems;
use crate::schema::receipts;

/// Whether this was asked before.
#[derive(Debug, PartialEq, Eq)]
pub enum Receipt {
    /// Not that we know: do it.
    First,
    /// Yes, and this came of it: show it.
    Again(Uuid),
}

#[derive(Queryable)]
struct Known {
    operation: String,
    body_hash: Vec<u8>,
    resource_id: Uuid,
}

/// Claims a request for `actor`. `client_id` is an id the client made for the new record; without one the
/// Idempotency-Key counts, and without either every request is the first. Waits for a twin still under way.
///
/// # Errors
/// `id_already_used` or `idempotency_key_already_used` when the key stands for another request.
pub async fn claim(
    tx: &mut Conn,
    actor: Uuid,
    operation: &'static str,
    asked: &Asked,
    client_id: Option<Uuid>,
    resource: Uuid,
) -> Result<Receipt, Error> {
    let (key, clash) = match (client_id, &asked.key) {
        (Some(id), _) => (format!("id:{id}"), &problems::ID_ALREADY_USED),
        (None, Some(key)) => (key.clone(), &problems::KEY_ALREADY_USED),
        (None, None) => return Ok(Receipt::First),
    };
    let written = diesel::insert_into(receipts::table)
        .values((
            receipts::actor_id.eq(actor),
            receipts::key.eq(&key),
            receipts::operation.eq(operation),
            receipts::body_hash.eq(asked.hash.as_slice()),
            receipts::resource_id.eq(resource),
        ))
        .on_conflict_do_nothing()
        .execute(tx)
        .await?;
    if written == 1 {
        return Ok(Receipt::First);
    }
    let known: Known = receipts::table
        .find((actor, &key))
        .select((receipts::operation, receipts::body_hash, receipts::resource_id))
        .first(tx)
        .await?;
    if known.operation == operation && known.body_hash == asked.hash {
        Ok(Receipt::Again(known.resource_id))
    } else {
        Err(clash.into())
    }
}
