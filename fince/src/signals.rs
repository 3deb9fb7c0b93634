//! Ctrl-C and SIGTERM as a cancellation token.

use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, codes};

/// The two stages of being told to stop.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    /// Told once: finish what is in flight, and end.
    pub(crate) gentle: CancellationToken,
    /// Told again: end now.
    pub(crate) now: CancellationToken,
}

impl Stop {
    /// Listens for the rest of the process's life. From then on neither signal ends the process by itself.
    ///
    /// # Errors
    /// When the system does not let us listen.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let stop = Self { gentle: CancellationToken::new(), now: CancellationToken::new() };
        let mut signals = Signals::new()
            .map_err(|error| Failure::environment(codes::RUNTIME, "cannot listen for signals").because(&error))?;
        let listening = stop.clone();
        tokio::spawn(async move {
            signals.next().await;
            listening.gentle.cancel();
            signals.next().await;
            listening.now.cancel();
        });
        Ok(stop)
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => (),
            _ = self.terminate.recv() => (),
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
