//! What every command is given.

use crate::arguments::Global;
use crate::environment::Environment;
use crate::output::Output;

/// The options, the environment and the terminal of one invocation.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// Options that every command takes.
    pub(crate) global: Global,
    /// Clock and variables.
    pub(crate) environment: Environment,
    /// Where results and notes go.
    pub(crate) output: Output,
}
