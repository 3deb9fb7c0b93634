//! The SQL that asks another system for columns and rows: only what every SQL says alike is left to it.

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::expr::{Between, InList};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown, cast, lit};
use datafusion::sql::unparser::Unparser;
use datafusion::sql::unparser::dialect::PostgreSqlDialect;

/// Values in an `IN` list that are sent along; a longer list is filtered here.
const LIST_MAX: usize = 1_000;

/// One query over one table.
pub(super) struct Select<'a> {
    /// The table as it stands in SQL.
    pub(super) table: &'a str,
    /// The columns wanted; with none, the rows are only counted.
    pub(super) schema: &'a SchemaRef,
    /// Conditions, each of a kind that [`Select::pushdown`] calls exact.
    pub(super) filters: &'a [Expr],
    pub(super) limit: Option<usize>,
}

impl Select<'_> {
    /// Whether a condition means the same over there.
    pub(super) fn pushdown(filter: &Expr) -> TableProviderFilterPushDown {
        if is_plain(filter) { TableProviderFilterPushDown::Exact } else { TableProviderFilterPushDown::Unsupported }
    }

    pub(super) fn to_sql(&self) -> Result<String, DataFusionError> {
        let columns = self.schema.fields().iter().map(|field| quoted(field.name())).collect::<Vec<_>>();
        let columns = if columns.is_empty() { "1".to_owned() } else { columns.join(", ") };
        let mut sql = format!("SELECT {columns} FROM {}", self.table);
        for (position, filter) in self.filters.iter().enumerate() {
            let condition = Unparser::new(&PostgreSqlDialect {}).expr_to_sql(&portable(filter.clone())?)?;
            sql.push_str(if position == 0 { " WHERE " } else { " AND " });
            sql.push_str(&format!("({condition})"));
        }
        if let Some(limit) = self.limit {
            sql.push_str(&format!(" LIMIT {limit}"));
        }
        Ok(sql)
    }
}

/// A name in double quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The condition as any system reads it: it knows one table, so a column needs no table before its name; and a decimal
/// is stated as one, because a bare `1.10` is a double to some.
fn portable(filter: Expr) -> Result<Expr, DataFusionError> {
    let plain = filter.transform(|expr| {
        Ok(match expr {
            Expr::Column(column) if column.relation.is_some() => {
                Transformed::yes(Expr::Column(Column::new_unqualified(column.name)))
            }
            Expr::Literal(value @ ScalarValue::Decimal128(Some(_), _, _), _) => {
                Transformed::new(cast(lit(value.to_string()), value.data_type()), true, TreeNodeRecursion::Jump)
            }
            other => Transformed::no(other),
        })
    })?;
    Ok(plain.data)
}

/// Comparisons of columns and values, and what is built of them. Arithmetic, casts, functions and text patterns stay
/// here: systems differ in how they round, overflow and fold case.
fn is_plain(filter: &Expr) -> bool {
    use Operator::{And, Eq, Gt, GtEq, Lt, LtEq, NotEq, Or};
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op: And | Or, right }) => is_plain(left) && is_plain(right),
        Expr::BinaryExpr(BinaryExpr { left, op: Eq | NotEq, right }) => is_value(left) && is_value(right),
        // Order of text is a matter of collation.
        Expr::BinaryExpr(BinaryExpr { left, op: Lt | LtEq | Gt | GtEq, right }) => is_ordered(left, right),
        Expr::Not(inner) => is_plain(inner),
        Expr::IsNull(inner) | Expr::IsNotNull(inner) => matches!(**inner, Expr::Column(_)),
        Expr::Between(Between { expr, low, high, .. }) => is_ordered(expr, low) && is_ordered(expr, high),
        Expr::InList(InList { expr, list, .. }) => {
            list.len() <= LIST_MAX && is_value(expr) && list.iter().all(is_value)
        }
        _ => false,
    }
}

fn is_value(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) => true,
        Expr::Literal(value, _) => is_portable(value),
        _ => false,
    }
}

/// A column beside a number, date or time: the column then is one too, since the planner gave both one type.
fn is_ordered(left: &Expr, right: &Expr) -> bool {
    let is_ordered_literal = |expr: &Expr| match expr {
        Expr::Literal(value, _) => is_portable(value) && !matches!(value, ScalarValue::Utf8(_)),
        _ => false,
    };
    match (left, right) {
        (Expr::Column(_), literal) | (literal, Expr::Column(_)) => is_ordered_literal(literal),
        _ => false,
    }
}

/// Values that are written and understood alike everywhere. Floats are not: what is printed may be read as a neighbour.
fn is_portable(value: &ScalarValue) -> bool {
    matches!(
        value,
        ScalarValue::Int8(Some(_))
            | ScalarValue::Int16(Some(_))
            | ScalarValue::Int32(Some(_))
            | ScalarValue::Int64(Some(_))
            | ScalarValue::Utf8(Some(_))
            | ScalarValue::Boolean(Some(_))
            | ScalarValue::Date32(Some(_))
            | ScalarValue::Decimal128(Some(_), _, _)
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    use datafusion::logical_expr::col;

    use super::*;

    fn sql(filters: &[Expr], limit: Option<usize>) -> String {
        assert!(filters.iter().all(|filter| Select::pushdown(filter) == TableProviderFilterPushDown::Exact));
        let schema = Arc::new(Schema::new(vec![
            Field::new("iban", DataType::Utf8, false),
            Field::new("odd \"name\"", DataType::Utf8, false),
        ]));
        Select { table: "\"deposits\".\"accounts_v1\"", schema: &schema, filters, limit }.to_sql().expect("sql")
    }

    #[test]
    fn columns_conditions_and_limits_travel() {
        let money = lit(ScalarValue::Decimal128(Some(-12_345), 18, 2));
        let filters = [
            col("accounts.kind").eq(lit("it's")).or(col("kind").is_null()),
            col("balance").gt_eq(money),
            col("opened").lt(lit(ScalarValue::Date32(Some(19_000)))),
            col("currency").in_list(vec![lit("EUR"), lit("CHF")], true),
        ];
        insta::assert_snapshot!(sql(&filters, Some(5)), @r#"SELECT "iban", "odd ""name""" FROM "deposits"."accounts_v1" WHERE ((("kind" = 'it''s') OR "kind" IS NULL)) AND (("balance" >= CAST('-123.45' AS DECIMAL(18,2)))) AND (("opened" < CAST('2022-01-08' AS DATE))) AND ("currency" NOT IN ('EUR', 'CHF')) LIMIT 5"#);
        insta::assert_snapshot!(sql(&[], None), @r#"SELECT "iban", "odd ""name""" FROM "deposits"."accounts_v1""#);
    }

    #[test]
    fn what_systems_do_differently_stays_here() {
        let stays = [
            col("name").gt(lit("m")),
            col("name").like(lit("A%")),
            (col("a") + lit(1)).eq(lit(2)),
            col("x").eq(lit(1.5)),
            col("x").eq(lit(ScalarValue::Int64(None))),
        ];
        for filter in stays {
            assert_eq!(Select::pushdown(&filter), TableProviderFilterPushDown::Unsupported, "{filter}");
        }
    }
}
