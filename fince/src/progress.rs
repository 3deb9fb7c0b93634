//! How a publish shows: bars on a terminal, one line a step in a pipe.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use mesh_sdk::{Outcome, PortRun, RunEvent, RunEvents};

use crate::output::Output;

/// A publish on the user's terminal.
#[derive(Clone)]
pub(crate) struct Progress {
    output: Output,
    bars: Arc<Mutex<HashMap<String, ProgressBar>>>,
}

impl Progress {
    pub(crate) fn new(output: &Output) -> Self {
        Self { output: output.clone(), bars: Arc::default() }
    }

    /// The listener to hand to a run of `domain`.
    pub(crate) fn events(&self, domain: &str) -> RunEvents {
        let (progress, domain) = (self.clone(), domain.to_owned());
        RunEvents::new(move |event| progress.show(&domain, &event))
    }

    fn show(&self, domain: &str, event: &RunEvent<'_>) {
        match event {
            RunEvent::Started { port } => self.start(domain, port),
            RunEvent::Rows { port, rows } => self.with_bar(port, |bar| bar.set_message(format!("{rows} rows"))),
            RunEvent::Checked { port, checks } => {
                self.with_bar(port, |bar| {
                    bar.set_message(format!("{} rows, {} rules checked", checks.rows, checks.rules.len()))
                });
            }
            RunEvent::Ended(port) => self.end(domain, port),
            _ => {}
        }
    }

    fn start(&self, domain: &str, port: &str) {
        if !self.output.stderr_is_terminal() {
            self.output.note(&format!("publishing {domain}.{port}"));
            return;
        }
        let style = ProgressStyle::with_template("{spinner} {prefix} {wide_msg} {elapsed}");
        let bar = self.output.bars().add(ProgressBar::new_spinner());
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_prefix(format!("{domain}.{port}"));
        bar.enable_steady_tick(Duration::from_millis(120));
        self.bars.lock().unwrap_or_else(PoisonError::into_inner).insert(port.to_owned(), bar);
    }

    fn end(&self, domain: &str, port: &PortRun) {
        if let Some(bar) = self.bars.lock().unwrap_or_else(PoisonError::into_inner).remove(&port.port) {
            bar.finish_and_clear();
        }
        let rules = port.checks.as_ref().map_or(0, |checks| checks.rules.len());
        let seconds = Duration::from_millis(port.duration_ms).as_secs_f64();
        let (name, rows) = (format!("{domain}.{}", port.port), port.rows);
        match port.outcome {
            Outcome::Committed { version } => self
                .output
                .note(&format!("published {name}: {rows} rows, {rules} rules hold, version {version}, {seconds:.1} s")),
            Outcome::Unchanged { version } => {
                self.output.note(&format!("nothing is new for {name} since version {version}"));
            }
            Outcome::Rehearsed => self.output.note(&format!(
                "would publish {name}: {rows} rows, {rules} rules hold, {seconds:.1} s; nothing was committed"
            )),
            Outcome::Failed { .. } | Outcome::Skipped { .. } => {}
        }
    }

    fn with_bar(&self, port: &str, show: impl FnOnce(&ProgressBar)) {
        if let Some(bar) = self.bars.lock().unwrap_or_else(PoisonError::into_inner).get(port) {
            show(bar);
        }
    }
}
