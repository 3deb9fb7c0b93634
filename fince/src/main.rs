//! The FinCe binary: one file per command, and nothing decided in it.

mod addresses;
mod arguments;
mod asker;
mod command;
mod data_directory;
mod dev;
mod environment;
mod failure;
mod findings;
mod governance_client;
mod mesh;
mod mesh_folder;
mod output;
mod progress;
mod service_errors;
mod setting;
mod signals;
mod table;
mod telemetry;
mod whole_file;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::Arguments;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::setting::Setting;

/// Stack of a worker thread: operators evaluate what users nest, up to the engine's caps, wherever they run.
const THREAD_STACK_BYTES: usize = 8 * 1024 * 1024;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come this way too, with an exit code of 0.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Ok };
            return if error.print().is_ok() { exit.into() } else { Exit::Ok.into() };
        }
    };
    let environment = Environment::read();
    let output = Output::new(arguments.global.color, environment.colour_refused);
    match run(arguments, environment, output.clone()) {
        Ok(()) => Exit::Ok.into(),
        Err(failure) => {
            if let Some(text) = failure.render(output.colour_on_stderr()) {
                output.note(&text);
            }
            failure.exit().into()
        }
    }
}

fn run(arguments: Arguments, environment: Environment, output: Output) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(THREAD_STACK_BYTES)
        .build()
        .map_err(|error| Failure::environment(failure::codes::RUNTIME, "cannot start the runtime").because(&error))?;
    runtime.block_on(async move {
        let Arguments { global, command } = arguments;
        let telemetry = telemetry::start(&global.logging, &environment.telemetry, &output)?;
        let setting = Setting { global, environment, output };
        let ended = command.run(&setting).await;
        // Also after a failure: the spans that explain it are the ones worth having.
        telemetry::flush(telemetry, &setting.output).await;
        ended
    })
}
