//! Handing over, closing and reopening cases.

mod routes;

pub(super) use routes::routes;
