//! `fince completions SHELL`

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince completions bash > ~/.local/share/bash-completion/completions/fince
  fince completions zsh > ~/.zfunc/_fince
  fince completions fish > ~/.config/fish/completions/fince.fish";

/// Print the completion script of a shell
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub(crate) fn run(&self, setting: &Setting) -> Result<(), Failure> {
        // Written to memory first: the generator panics when a pipe closes.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "fince", &mut script);
        Ok(setting.output.result(String::from_utf8_lossy(&script).trim_end())?)
    }
}
