//! Calls of functions: scalar, aggregate, window.

use datafusion::logical_expr::expr::{AggregateFunction, ScalarFunction, WindowFunction};
use datafusion::logical_expr::{Expr, WindowFunctionDefinition};
use mesh_lineage::{Kind, Sources, Transformation};

use super::relation::Scope;
use super::walk::Walk;

/// Functions whose result does not show what it was made of.
const DIGESTS: [&str; 6] = ["digest", "md5", "sha224", "sha256", "sha384", "sha512"];

/// Aggregates that count values rather than show any.
const COUNTS: [&str; 3] = ["approx_distinct", "count", "regr_count"];

impl Walk<'_> {
    pub(super) fn scalar_function(&mut self, call: &ScalarFunction, scope: &Scope) -> Sources {
        let arguments = self.expressions(&call.args, scope);
        let mut all = Sources::default();
        for (place, argument) in arguments.into_iter().enumerate() {
            for way in ways(call.func.name(), place) {
                all.add(&argument.clone().through(*way));
            }
        }
        all
    }

    pub(super) fn aggregate_function(&mut self, call: &AggregateFunction, scope: &Scope) -> Sources {
        let measured = self.measured(call.func.name(), &call.params.args, scope);
        let filter = self.optional(call.params.filter.as_deref(), scope);
        let order = self.sort_keys(&call.params.order_by, scope);
        measured.and(&filter.by(Kind::Filter)).and(&order.by(Kind::Sort))
    }

    pub(super) fn window_function(&mut self, call: &WindowFunction, scope: &Scope) -> Sources {
        let params = &call.params;
        let measured = match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) => self.measured(function.name(), &params.args, scope),
            WindowFunctionDefinition::WindowUDF(_) => {
                let arguments: Sources = self.expressions(&params.args, scope).into_iter().collect();
                arguments.by(Kind::Transformation)
            }
        };
        let mut window: Sources = self.expressions(&params.partition_by, scope).into_iter().collect();
        window.add(&self.sort_keys(&params.order_by, scope));
        let filter = self.optional(params.filter.as_deref(), scope);
        measured.and(&window.by(Kind::Window)).and(&filter.by(Kind::Filter))
    }

    fn measured(&mut self, function: &str, arguments: &[Expr], scope: &Scope) -> Sources {
        let masking = COUNTS.contains(&function);
        let arguments: Sources = self.expressions(arguments, scope).into_iter().collect();
        arguments.through(Transformation { kind: Kind::Aggregation, masking })
    }
}

/// How a function's result depends on the argument at `place`.
fn ways(function: &str, place: usize) -> &'static [Transformation] {
    const COMPUTED: Transformation = Transformation::plain(Kind::Transformation);
    const DECIDED: Transformation = Transformation::plain(Kind::Conditional);
    const HIDDEN: Transformation = Transformation::masking(Kind::Transformation);
    match (function, place) {
        ("coalesce" | "nvl", _) | ("nullif", 0) => &[COMPUTED, DECIDED],
        ("nullif", 1) | ("nvl2", 0) => &[DECIDED],
        (digest, _) if DIGESTS.contains(&digest) => &[HIDDEN],
        _ => &[COMPUTED],
    }
}
