use clap_complete::env::Shells;

use crate::cli::{CliError, ExitStatus, Global, ui};

/// Print the completion script of a shell
///
/// For bash: practice completions bash > ~/.local/share/bash-completion/completions/practice
/// For zsh: practice completions zsh > a file `_practice` in a folder of $fpath
/// For fish: practice completions fish > ~/.config/fish/completions/practice.fish
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_parser = ["bash", "zsh", "fish", "elvish", "powershell"])]
    shell: String,
}

pub fn run(args: &Args, _: &Global) -> Result<ExitStatus, CliError> {
    let shells = Shells::builtins();
    let shell = shells.completer(&args.shell).ok_or_else(|| CliError::usage(format!("no shell `{}`", args.shell)))?;
    let mut script = Vec::new();
    shell.write_registration("COMPLETE", "practice", "practice", "practice", &mut script)?;
    ui::print(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Ok)
}
