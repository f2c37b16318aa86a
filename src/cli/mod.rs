//! The command line: what was typed, what is done, how it ends. Nothing imports this module.

mod command;
mod complete;
mod context;
mod environments;
mod error;
mod ui;
mod wall;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

pub use error::{CliError, ExitStatus};

use crate::config::{Color, SandboxMode};

/// Practise the Python that AI engineers use: solve exercises in your editor, see at once what differs.
#[derive(Debug, Parser)]
#[command(name = "practice", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 all passed, 1 something did not, 2 wrong usage or settings, 3 the exercise pack is \
                        wrong, 4 the machine failed, 5 a report could not be written, 130 interrupted."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<command::Command>,
}

/// Flags of every command.
#[derive(Debug, Clone, clap::Args)]
struct Global {
    /// When to colour
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<Color>,
    /// Folder of an exercise pack, instead of the shipped one
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pack: Option<String>,
    /// Python interpreter: a path or a command
    #[arg(long, global = true, value_name = "PYTHON")]
    python: Option<String>,
    /// What stands between a solution and this machine: auto (the strongest there is), full, user, bare, none
    #[arg(long, global = true, value_enum, value_name = "MODE", hide_possible_values = true)]
    sandbox: Option<SandboxMode>,
}

/// Runs the program with these arguments, the first being its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    // First of all, since every run starts one: no parsing, no settings, no threads.
    if args.get(1).is_some_and(|arg| arg == crate::sandbox::WARDEN_COMMAND) {
        return guard();
    }
    clap_complete::CompleteEnv::with_factory(Cli::command).complete();
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let status = if error.use_stderr() { ExitStatus::Usage } else { ExitStatus::Ok };
            // A closed pipe under `--help` is no failure.
            let _ = error.print();
            return status.code();
        }
    };
    let color = cli.global.color.unwrap_or_default();
    let done = match cli.command {
        Some(command) => command::run(command, cli.global),
        None => command::welcome(&cli.global),
    };
    match done {
        Ok(status) => status.code(),
        Err(error) => {
            ui::print_error(&error, color);
            error.status().code()
        }
    }
}

fn guard() -> ExitCode {
    match crate::sandbox::warden_main() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui::print_error(&CliError::machine(format!("warden: {error}")), Color::Never);
            ExitStatus::Machine.code()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
