//! How a command fails: one message, one code with a page, one line of help, one exit code. The only renderer of errors.

pub(crate) mod codes;

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;

use mesh_contract::Code;

use crate::output::{Paint, printable};

/// The exit codes, as `fince --help` documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Ok = 0,
    /// What was asked for failed: contracts with errors, failed checks, a refused query.
    Failed = 1,
    /// The command line cannot be understood.
    Usage = 2,
    /// A service cannot be reached.
    Unreachable = 3,
    /// The data directory, a file or an address of this machine cannot be used.
    Environment = 4,
    /// Ended by Ctrl-C or SIGTERM.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    code: Option<Code>,
    message: Option<String>,
    help: Option<String>,
}

impl Failure {
    fn new(exit: Exit, code: Code, message: impl Into<String>) -> Self {
        Self { exit, code: Some(code), message: Some(message.into()), help: None }
    }

    /// What was asked for failed.
    pub(crate) fn failed(code: Code, message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, code, message)
    }

    /// The command line asks for something that makes no sense.
    pub(crate) fn usage(code: Code, message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, code, message)
    }

    /// A service cannot be reached.
    pub(crate) fn unreachable(code: Code, message: impl Into<String>) -> Self {
        Self::new(Exit::Unreachable, code, message)
    }

    /// This machine does not let us: files, folders, addresses.
    pub(crate) fn environment(code: Code, message: impl Into<String>) -> Self {
        Self::new(Exit::Environment, code, message)
    }

    /// Ended with `exit`, and everything worth saying has been said.
    pub(crate) fn silent(exit: Exit) -> Self {
        Self { exit, code: None, message: None, help: None }
    }

    /// Adds what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the cause, and the causes below it, to the message; an empty message becomes the cause's own.
    pub(crate) fn because(mut self, cause: &dyn Error) -> Self {
        let mut text = self.message.take().unwrap_or_default();
        let mut next = Some(cause);
        while let Some(error) = next {
            let own = error.to_string();
            // Many errors repeat their source in their own text.
            if !text.contains(&own) {
                let gap = if text.is_empty() { "" } else { ": " };
                let _ = write!(text, "{gap}{own}");
            }
            next = error.source();
        }
        self.message = Some(text);
        self
    }

    /// How the process ends.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The text for people; `None` when there is nothing to say.
    pub(crate) fn render(&self, colour: bool) -> Option<String> {
        let message = printable(self.message.as_deref()?);
        let paint = Paint(colour);
        let title = self.code.map_or_else(|| "error".to_owned(), |code| format!("error[{code}]"));
        let mut text = format!("{}: {message}", paint.red(&title));
        if let Some(help) = &self.help {
            let _ = write!(text, "\n{}: {}", paint.cyan("help"), printable(help));
        }
        if let Some(code) = self.code {
            let _ = write!(text, "\n{}", paint.dim(&format!("see docs/errors/{code}.md")));
        }
        Some(text)
    }
}

/// Writing to a pipe whose reader has left is an ordinary end; any other failed write is not.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::silent(Exit::Ok);
        }
        Self::environment(codes::OUTPUT, "cannot write the result").because(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_reads_code_help_and_page() {
        let failure =
            Failure::environment(codes::ADDRESS_IN_USE, "`127.0.0.1:8460` is in use").help("use another port");
        insta::assert_snapshot!(failure.render(false).expect("text"), @r"
        error[FC-5005]: `127.0.0.1:8460` is in use
        help: use another port
        see docs/errors/FC-5005.md
        ");
        assert_eq!(failure.exit(), Exit::Environment);
    }

    #[test]
    fn a_cause_is_told_once_and_control_characters_never_reach_the_terminal() {
        let cause = std::io::Error::other("disk\u{1b}[2J full");
        let failure = Failure::failed(codes::OUTPUT, "cannot write").because(&cause);
        insta::assert_snapshot!(failure.render(false).expect("text"), @r"
        error[FC-5012]: cannot write: disk\u{1b}[2J full
        see docs/errors/FC-5012.md
        ");
    }

    #[test]
    fn a_reader_that_left_is_no_failure() {
        let failure = Failure::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe));
        assert_eq!((failure.exit(), failure.render(false)), (Exit::Ok, None));
    }
}
