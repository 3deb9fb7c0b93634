//! Many groups at once: a state for each, and one pass over every batch.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, LargeBinaryBuilder};
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::aggregate::{Fold, state_at};
use super::returns::Returns;
use super::rows::Arguments;
use super::state::State;

pub(super) struct Groups<A: Arguments, S, R: Returns> {
    fold: Arc<Fold<A, S, R>>,
    states: Vec<S>,
    /// Kept up to date row by row: asking every group after every batch would cost more than the fold.
    heap_bytes: usize,
}

impl<A: Arguments, S: State, R: Returns> Groups<A, S, R> {
    pub(super) fn new(fold: Arc<Fold<A, S, R>>) -> Self {
        Self { fold, states: Vec::new(), heap_bytes: 0 }
    }

    fn grow(&mut self, groups: usize) {
        if self.states.len() < groups {
            self.states.resize_with(groups, S::default);
        }
    }

    fn emitted(&mut self, emit_to: EmitTo) -> Vec<S> {
        let emitted = emit_to.take_needed(&mut self.states);
        self.heap_bytes = self.heap_bytes.saturating_sub(emitted.iter().map(State::heap_bytes).sum());
        emitted
    }
}

impl<A: Arguments, S: State, R: Returns> GroupsAccumulator for Groups<A, S, R> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let (fold, states, heap_bytes) = (&self.fold, &mut self.states, &mut self.heap_bytes);
        fold.rows(values, group_indices.len(), |row, values| {
            let group = group_indices.get(row).filter(|_| passes(opt_filter, row));
            if let Some(state) = group.and_then(|group| states.get_mut(*group)) {
                changed(state, heap_bytes, |state| (fold.add)(state, values));
            }
        })
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let states = self.emitted(emit_to);
        self.fold.answers(states.iter())
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(column(self.emitted(emit_to).iter()))
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.grow(total_num_groups);
        for (row, group) in group_indices.iter().enumerate() {
            let other = state_at::<S>(values, row)?;
            if let Some(state) = self.states.get_mut(*group) {
                changed(state, &mut self.heap_bytes, |state| state.merge(other));
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, Array::len);
        let mut states = vec![S::default(); rows];
        self.fold.rows(values, rows, |row, values| {
            if let Some(state) = states.get_mut(row).filter(|_| passes(opt_filter, row)) {
                (self.fold.add)(state, values);
            }
        })?;
        Ok(column(states.iter()))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.states.capacity() * size_of::<S>() + self.heap_bytes
    }
}

fn changed<S: State>(state: &mut S, heap_bytes: &mut usize, change: impl FnOnce(&mut S)) {
    let before = state.heap_bytes();
    change(state);
    *heap_bytes = heap_bytes.saturating_add(state.heap_bytes()).saturating_sub(before);
}

fn passes(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

fn column<'s, S: State>(states: impl Iterator<Item = &'s S>) -> Vec<ArrayRef> {
    let mut builder = LargeBinaryBuilder::new();
    let mut bytes = Vec::new();
    for state in states {
        bytes.clear();
        state.write(&mut bytes);
        builder.append_value(&bytes);
    }
    vec![Arc::new(builder.finish())]
}
