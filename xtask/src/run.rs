//! Runs other programs, and ends them when this one is asked to end.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Runs programs one after the other. From the first one on, Ctrl-C and `kill` no longer end this program at once: the
/// running child ends first, and everything that was set up is taken down.
pub(crate) struct Runner {
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    interrupted: AtomicBool,
    /// Process id of the running child; 0 when there is none.
    child: AtomicU32,
}

impl Runner {
    /// A runner that listens for signals.
    pub(crate) fn new() -> Result<Self> {
        let state = Arc::<State>::default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (interrupt, terminate) = {
            let _context = runtime.enter();
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
        };
        let heard = Arc::clone(&state);
        thread::spawn(move || runtime.block_on(listen(interrupt, terminate, heard)));
        Ok(Self { state })
    }

    /// Whether the developer asked to end.
    pub(crate) fn interrupted(&self) -> bool {
        self.state.interrupted.load(Ordering::SeqCst)
    }

    /// Runs to the end, with this program's own input and output; true when it succeeded.
    pub(crate) fn run(&self, command: &mut Command) -> Result<bool> {
        if self.interrupted() {
            return Ok(false);
        }
        let mut child = command.spawn().with_context(|| format!("cannot run `{}`", shown(command)))?;
        self.state.child.store(child.id(), Ordering::SeqCst);
        let status = child.wait();
        self.state.child.store(0, Ordering::SeqCst);
        Ok(status.with_context(|| format!("cannot wait for `{}`", shown(command)))?.success())
    }
}

/// What a program prints on standard output; an error when it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run `{}`", shown(command)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", shown(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not print text", shown(command)))
}

/// Whether a program of this name can be run.
pub(crate) fn is_present(program: &str) -> bool {
    Command::new("sh")
        .args(["-c", "command -v \"$0\" >/dev/null", program])
        .status()
        .is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

async fn listen(mut interrupt: Signal, mut terminate: Signal, state: Arc<State>) {
    loop {
        // A terminal sends Ctrl-C to the children as well; `kill` reaches this program only and is passed on, as the
        // signal on which test runners still clean up.
        let pass_on = tokio::select! {
            _ = interrupt.recv() => false,
            _ = terminate.recv() => true,
        };
        state.interrupted.store(true, Ordering::SeqCst);
        let child = state.child.load(Ordering::SeqCst);
        if pass_on && child != 0 {
            drop(Command::new("kill").args(["-INT", &child.to_string()]).status());
        }
    }
}
