//! Three small tables, two views, a function, and what can be done to a column.

use std::fmt;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Int64Array, ListArray, RecordBatch, StringArray, StructArray, new_null_array,
};
use arrow::compute::{interleave, take};
use arrow::datatypes::{DataType, Field, Fields, Int64Type, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{ColumnarValue, Expr, TableProviderFilterPushDown, TableType, Volatility, create_udf};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::{SessionConfig, SessionContext};
use parking_lot::RwLock;

use super::dice::Dice;

const VIEWS: [&str; 2] = [
    "CREATE VIEW v1 AS SELECT t.k, t.a + u.c AS total, s FROM t JOIN u ON t.k = u.k WHERE d > 0",
    "CREATE VIEW v2 AS SELECT x, count(y) AS n FROM w GROUP BY x",
];

/// The tables and a session that reads them.
pub(super) struct World {
    pub(super) session: SessionContext,
    pub(super) tables: Vec<Table>,
}

/// A table whose rows can be changed between two executions of one plan.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) rows: Arc<RwLock<RecordBatch>>,
}

/// What is done to a column.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    AllRedrawn,
    OneRedrawn,
    AllNull,
    Rotated,
    AllAlike,
}

impl Change {
    pub(super) const ALL: [Self; 5] =
        [Self::AllRedrawn, Self::OneRedrawn, Self::AllNull, Self::Rotated, Self::AllAlike];

    fn applied(self, column: &ArrayRef, dice: &mut Dice) -> ArrayRef {
        let rows = column.len();
        let redrawn = draw(column.data_type(), rows, dice);
        let one = dice.below(rows);
        let taken = |place: &dyn Fn(usize) -> usize| {
            let places = Int64Array::from_iter_values((0..rows).map(|row| i64::try_from(place(row)).expect("small")));
            take(column, &places, None).expect("rows that exist")
        };
        match self {
            Self::AllRedrawn => redrawn,
            Self::OneRedrawn => {
                let places: Vec<(usize, usize)> = (0..rows).map(|row| (usize::from(row == one), row)).collect();
                interleave(&[column, &redrawn], &places).expect("rows that exist")
            }
            Self::AllNull => new_null_array(column.data_type(), rows),
            Self::Rotated => taken(&|row| (row + 1) % rows),
            Self::AllAlike => taken(&|_| one),
        }
    }
}

impl Table {
    /// The table with one column changed.
    pub(super) fn changed(&self, column: usize, change: Change, dice: &mut Dice) -> RecordBatch {
        let batch = self.rows.read().clone();
        let mut columns = batch.columns().to_vec();
        columns[column] = change.applied(&columns[column], dice);
        RecordBatch::try_new(batch.schema(), columns).expect("the same types")
    }
}

impl World {
    pub(super) async fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        // One partition and no statistics: the rows never change the plan, and nothing runs beside anything else.
        let mut config = SessionConfig::new().with_target_partitions(1);
        config.options_mut().sql_parser.dialect = datafusion::config::Dialect::DuckDB;
        let session = SessionContext::new_with_config_rt(config, Arc::new(RuntimeEnv::default()));
        let mut tables = Vec::new();
        for (name, rows, schema) in schemas() {
            let columns = schema.fields().iter().map(|field| draw(field.data_type(), rows, &mut dice)).collect();
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns).expect("a table");
            let rows = Arc::new(RwLock::new(batch));
            let partition = Partition { schema: Arc::clone(&schema), rows: Arc::clone(&rows) };
            let inner = StreamingTable::try_new(schema, vec![Arc::new(partition)]).expect("a table");
            session.register_table(name, Arc::new(Changeable(inner))).expect("a new name");
            tables.push(Table { name, rows });
        }
        for view in VIEWS {
            session.sql(view).await.expect("a view");
        }
        let twice = |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
            let array = ColumnarValue::values_to_arrays(arguments)?.remove(0);
            let doubled = arrow::compute::kernels::numeric::add_wrapping(&array, &array)?;
            Ok(ColumnarValue::Array(doubled))
        };
        let int = DataType::Int64;
        session.register_udf(create_udf("twice", vec![int.clone()], int, Volatility::Immutable, Arc::new(twice)));
        Self { session, tables }
    }
}

fn schemas() -> Vec<(&'static str, usize, SchemaRef)> {
    let int = |name: &str| Field::new(name, DataType::Int64, true);
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let list = DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true)));
    let t = vec![
        int("k"),
        int("a"),
        int("b"),
        text("s"),
        Field::new("f", DataType::Boolean, true),
        Field::new("xs", list, true),
        Field::new("p", DataType::Struct(vec![int("q"), text("r")].into()), true),
    ];
    let u = vec![int("k"), int("c"), int("d"), text("e")];
    let w = vec![int("k"), int("x"), int("y")];
    [("t", 7, t), ("u", 6, u), ("w", 5, w)]
        .into_iter()
        .map(|(name, rows, fields)| (name, rows, Arc::new(Schema::new(fields))))
        .collect()
}

/// Values from so few that they meet, with a null now and then.
fn draw(data_type: &DataType, rows: usize, dice: &mut Dice) -> ArrayRef {
    let some = |dice: &mut Dice| (!dice.chance(12)).then(|| dice.below(5));
    match data_type {
        DataType::Int64 => Arc::new(Int64Array::from_iter((0..rows).map(|_| some(dice).map(int)))),
        DataType::Utf8 => {
            let words = ["x", "y", "xy", "zz", ""];
            Arc::new(StringArray::from_iter((0..rows).map(|_| some(dice).map(|word| words[word]))))
        }
        DataType::Boolean => Arc::new(BooleanArray::from_iter((0..rows).map(|_| some(dice).map(|n| n % 2 == 0)))),
        DataType::List(_) => {
            let lists =
                (0..rows).map(|_| some(dice).map(|n| (0..n % 4).map(|_| some(dice).map(int)).collect::<Vec<_>>()));
            let lists: Vec<_> = lists.collect();
            Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists))
        }
        DataType::Struct(fields) => members(fields, rows, dice),
        other => panic!("no values of {other}"),
    }
}

fn members(fields: &Fields, rows: usize, dice: &mut Dice) -> ArrayRef {
    let columns = fields.iter().map(|field| draw(field.data_type(), rows, dice)).collect();
    Arc::new(StructArray::new(fields.clone(), columns, None))
}

fn int(value: usize) -> i64 {
    i64::try_from(value).expect("a small number")
}

/// Gives the rows as they are when it is executed.
struct Partition {
    schema: SchemaRef,
    rows: Arc<RwLock<RecordBatch>>,
}

impl PartitionStream for Partition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = self.rows.read().clone();
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), futures::stream::iter([Ok(rows)])))
    }
}

impl fmt::Debug for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Partition")
    }
}

/// Takes filters into its scan, and leaves them to be applied above all the same.
#[derive(Debug)]
struct Changeable(StreamingTable);

#[async_trait]
impl TableProvider for Changeable {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.0.scan(state, projection, &[], None).await
    }
}
