//! A domain's function of the rows of a group, among SQL's aggregates.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature};

use super::about::About;
use super::coercion::{coerced, signature};
use super::groups::Groups;
use super::returns::Returns;
use super::rows::{Arguments, Given, nulls};
use super::state::State;

type Add<A, S> = Box<dyn for<'a> Fn(&mut S, <A as Arguments>::Row<'a>) + Send + Sync>;
type Finish<S, R> = Box<dyn Fn(&S) -> Option<<R as Returns>::Value> + Send + Sync>;

/// The fold itself, shared by all groups of all queries.
pub(super) struct Fold<A: Arguments, S, R: Returns> {
    arguments: A,
    returns: R,
    pub(super) add: Add<A, S>,
    finish: Finish<S, R>,
}

impl<A: Arguments, S: State, R: Returns> Fold<A, S, R> {
    /// Gives `each` the rows without nulls.
    pub(super) fn rows(
        &self,
        values: &[ArrayRef],
        rows: usize,
        mut each: impl for<'a> FnMut(usize, A::Row<'a>),
    ) -> Result<()> {
        let given: Vec<Given> = values.iter().map(Given::column).collect();
        let columns = self.arguments.open(&given)?;
        let nulls = nulls(&given, rows);
        for row in 0..rows {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                continue;
            }
            if let Some(values) = A::row(&columns, row) {
                each(row, values);
            }
        }
        Ok(())
    }

    pub(super) fn answers<'s>(&self, states: impl ExactSizeIterator<Item = &'s S>) -> Result<ArrayRef> {
        let mut builder = self.returns.builder(states.len());
        for state in states {
            self.returns.write(&mut builder, (self.finish)(state))?;
        }
        self.returns.finish(builder)
    }
}

/// The state in a row of a column of states.
pub(super) fn state_at<S: State>(states: &[ArrayRef], row: usize) -> Result<S> {
    let column = states.first().and_then(|column| column.as_binary_opt::<i64>());
    let bytes = column.filter(|column| column.is_valid(row)).map(|column| column.value(row));
    let state = bytes.and_then(|mut bytes| S::read(&mut bytes));
    state.ok_or_else(|| DataFusionError::Internal("the state of a domain's aggregate cannot be read".to_owned()))
}

pub(super) struct DomainAggregate<A: Arguments, S, R: Returns> {
    about: About,
    usage: String,
    documentation: Documentation,
    signature: Signature,
    fold: Arc<Fold<A, S, R>>,
}

impl<A: Arguments, S: State, R: Returns> DomainAggregate<A, S, R> {
    pub(super) fn new(
        about: About,
        arguments: A,
        returns: R,
        add: impl for<'a> Fn(&mut S, A::Row<'a>) + Send + Sync + 'static,
        finish: impl Fn(&S) -> Option<R::Value> + Send + Sync + 'static,
    ) -> Self {
        let parameters = arguments.parameters();
        let (usage, documentation) = (about.usage(&parameters), about.documentation(&parameters));
        let signature = signature(&parameters);
        let fold = Arc::new(Fold { arguments, returns, add: Box::new(add), finish: Box::new(finish) });
        Self { about, usage, documentation, signature, fold }
    }
}

impl<A: Arguments, S: State, R: Returns> AggregateUDFImpl for DomainAggregate<A, S, R> {
    fn name(&self) -> &str {
        self.about.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        coerced(&self.usage, &self.fold.arguments.parameters(), given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.fold.returns.data_type())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(args.name, "state"), DataType::LargeBinary, false))])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if args.is_distinct {
            return Err(DataFusionError::Plan(format!("`{}` takes no DISTINCT", self.usage)));
        }
        Ok(Box::new(Single { fold: Arc::clone(&self.fold), state: S::default() }))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(Arc::clone(&self.fold))))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

impl<A: Arguments, S, R: Returns> fmt::Debug for DomainAggregate<A, S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.usage)
    }
}

// A session has one function of a name, so the name is its identity.
impl<A: Arguments, S, R: Returns> PartialEq for DomainAggregate<A, S, R> {
    fn eq(&self, other: &Self) -> bool {
        self.about.name == other.about.name
    }
}

impl<A: Arguments, S, R: Returns> Eq for DomainAggregate<A, S, R> {}

impl<A: Arguments, S, R: Returns> Hash for DomainAggregate<A, S, R> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.about.name.hash(state);
    }
}

/// One group: the whole input, or a window's frame.
struct Single<A: Arguments, S, R: Returns> {
    fold: Arc<Fold<A, S, R>>,
    state: S,
}

impl<A: Arguments, S: State, R: Returns> Accumulator for Single<A, S, R> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, Array::len);
        let (fold, state) = (&self.fold, &mut self.state);
        fold.rows(values, rows, |_, row| (fold.add)(state, row))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.fold.answers(std::iter::once(&self.state))?, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.state.heap_bytes()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut bytes = Vec::new();
        self.state.write(&mut bytes);
        Ok(vec![ScalarValue::LargeBinary(Some(bytes))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for row in 0..states.first().map_or(0, Array::len) {
            self.state.merge(state_at(states, row)?);
        }
        Ok(())
    }
}

impl<A: Arguments, S, R: Returns> fmt::Debug for Single<A, S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a domain's aggregate")
    }
}
