//! A query put together from fixed pieces of SQL and bound values. Input never becomes SQL.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// A value that is bound, not written.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum Bind {
    Uuid(Uuid),
    Uuids(Vec<Uuid>),
    Text(Option<String>),
    Days(Vec<NaiveDate>),
    Numbers(Vec<i32>),
    Moment(DateTime<Utc>),
}

#[derive(Debug, Clone)]
enum Piece {
    Sql(String),
    Bind(Bind),
}

/// Pieces in order.
#[derive(Debug, Clone, Default)]
pub struct Fragment(Vec<Piece>);

impl Fragment {
    /// Nothing yet.
    pub fn new() -> Fragment {
        Fragment::default()
    }

    /// Adds SQL of ours; never input.
    pub fn sql(mut self, sql: impl Into<String>) -> Fragment {
        self.0.push(Piece::Sql(sql.into()));
        self
    }

    /// Adds a value.
    pub fn bind(mut self, bind: Bind) -> Fragment {
        self.0.push(Piece::Bind(bind));
        self
    }

    /// Adds all of another.
    pub fn append(mut self, other: Fragment) -> Fragment {
        self.0.extend(other.0);
        self
    }
}

impl QueryFragment<Pg> for Fragment {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for piece in &self.0 {
            match piece {
                Piece::Sql(sql) => out.push_sql(sql),
                Piece::Bind(Bind::Uuid(id)) => out.push_bind_param::<SqlUuid, _>(id)?,
                Piece::Bind(Bind::Uuids(ids)) => out.push_bind_param::<Array<SqlUuid>, _>(ids)?,
                Piece::Bind(Bind::Text(text)) => out.push_bind_param::<Nullable<Text>, _>(text)?,
                Piece::Bind(Bind::Days(days)) => out.push_bind_param::<Array<Date>, _>(days)?,
                Piece::Bind(Bind::Numbers(numbers)) => out.push_bind_param::<Array<Integer>, _>(numbers)?,
                Piece::Bind(Bind::Moment(moment)) => out.push_bind_param::<Timestamptz, _>(moment)?,
            }
        }
        Ok(())
    }
}

/// A fragment that is true or false of a row.
#[derive(Debug, Clone)]
pub struct Condition(pub Fragment);

impl QueryFragment<Pg> for Condition {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl QueryId for Condition {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for Condition {
    type SqlType = Bool;
}

impl<T> AppearsOnTable<T> for Condition {}
impl<T> SelectableExpression<T> for Condition {}

impl ValidGrouping<()> for Condition {
    type IsAggregate = is_aggregate::Never;
}

/// A line of a tally: bucket, two codes, seven numbers.
pub type TallyType =
    (Integer, Nullable<Text>, Nullable<Text>, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt);

/// A fragment that gives lines of a tally.
#[derive(Debug, Clone)]
pub struct Tally(pub Fragment);

impl QueryFragment<Pg> for Tally {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl QueryId for Tally {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Tally {
    type SqlType = TallyType;
}

impl<Conn> diesel::RunQueryDsl<Conn> for Tally {}
