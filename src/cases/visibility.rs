//! What hangs on a case is seen with the case: the condition on cases, asked from another table.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use super::model::Predicate;

/// That the case of a row fulfils a condition, asked of each row a page looks at. `IN` or `EXISTS` would let PostgreSQL
/// read every case there is before it shows the first fifty rows.
pub struct OfCase {
    column: &'static str,
    condition: Predicate,
}

impl OfCase {
    /// `column` names the case, such as `referrals.case_id`.
    pub fn new(column: &'static str, condition: Predicate) -> OfCase {
        OfCase { column, condition }
    }
}

impl QueryFragment<Pg> for OfCase {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("COALESCE((SELECT true FROM cases WHERE cases.id = ");
        out.push_sql(self.column);
        out.push_sql(" AND ");
        self.condition.walk_ast(out.reborrow())?;
        out.push_sql("), false)");
        Ok(())
    }
}

impl QueryId for OfCase {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for OfCase {
    type SqlType = Bool;
}

impl<T> AppearsOnTable<T> for OfCase {}
impl<T> SelectableExpression<T> for OfCase {}

impl ValidGrouping<()> for OfCase {
    type IsAggregate = is_aggregate::Never;
}
