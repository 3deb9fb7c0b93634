//! The one owner of stdout and stderr: results go to stdout, everything said about them to stderr.

use std::io::{self, IsTerminal as _, Write};

use clap::ValueEnum;
use indicatif::{MultiProgress, ProgressDrawTarget};

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where text goes, and what it may look like there. Cloned freely.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
    colour_on_stdout: bool,
    colour_on_stderr: bool,
    bars: MultiProgress,
}

impl Output {
    /// Looks at both streams.
    pub(crate) fn new(choice: ColorChoice, colour_refused: bool) -> Self {
        let (stdout_is_terminal, stderr_is_terminal) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let colour = |terminal: bool| match choice {
            ColorChoice::Auto => terminal && !colour_refused,
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        let target = if stderr_is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self {
            stdout_is_terminal,
            stderr_is_terminal,
            colour_on_stdout: colour(stdout_is_terminal),
            colour_on_stderr: colour(stderr_is_terminal),
            bars: MultiProgress::with_draw_target(target),
        }
    }

    /// Whether results are read by a person.
    pub(crate) fn stdout_is_terminal(&self) -> bool {
        self.stdout_is_terminal
    }

    /// Whether notes and progress are read by a person.
    pub(crate) fn stderr_is_terminal(&self) -> bool {
        self.stderr_is_terminal
    }

    /// Whether results may be coloured.
    pub(crate) fn colour_on_stdout(&self) -> bool {
        self.colour_on_stdout
    }

    /// Whether notes may be coloured.
    pub(crate) fn colour_on_stderr(&self) -> bool {
        self.colour_on_stderr
    }

    /// The progress bars on stderr; hidden when it is not a terminal.
    pub(crate) fn bars(&self) -> &MultiProgress {
        &self.bars
    }

    /// Writes one result and a line end to stdout.
    ///
    /// # Errors
    /// When stdout cannot be written; a closed pipe too.
    pub(crate) fn result(&self, text: &str) -> io::Result<()> {
        self.bars.suspend(|| {
            let mut stdout = io::stdout().lock();
            writeln!(stdout, "{text}")?;
            stdout.flush()
        })
    }

    /// Writes one note and a line end to stderr. That a note cannot be told is not worth failing for.
    pub(crate) fn note(&self, text: &str) {
        self.bars.suspend(|| {
            let _ = writeln!(io::stderr().lock(), "{text}");
        });
    }

    /// Writes bytes to stderr between the progress bars, for the log.
    pub(crate) fn log(&self, bytes: &[u8]) -> io::Result<()> {
        self.bars.suspend(|| io::stderr().lock().write_all(bytes))
    }
}

/// Colours for a stream that may have none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint(pub(crate) bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// What went wrong.
    pub(crate) fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }

    /// What to do.
    pub(crate) fn cyan(self, text: &str) -> String {
        self.with("36", text)
    }

    /// What to look at first.
    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// What deserves a look.
    pub(crate) fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }

    /// What may be skipped.
    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
}

/// Text of others made safe for a terminal: control and direction characters are written out, line ends and tabs stay.
pub(crate) fn printable(text: &str) -> String {
    escape(text, |c| c == '\n' || c == '\t')
}

/// As [`printable`], and on one line.
pub(crate) fn one_line(text: &str) -> String {
    escape(text, |_| false)
}

fn escape(text: &str, keep: impl Fn(char) -> bool) -> String {
    let hostile = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if hostile(c) && !keep(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\nc\u{202e}d"), "a\\u{1b}[31mb\nc\\u{202e}d");
        assert_eq!(one_line("a\nb\tc\r"), "a\\nb\\tc\\r");
        assert_eq!(one_line("größe €"), "größe €");
    }

    #[test]
    fn no_colour_means_no_escape() {
        assert_eq!(Paint(false).red("x"), "x");
        assert_eq!(Paint(true).red("x"), "\u{1b}[1;31mx\u{1b}[0m");
    }
}
