//! The command line: what was typed, what is done, how it ends. Nothing imports this module.

mod command;
mod complete;
mod context;
mod environments;
mod error;
mod ui;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

pub use error::{CliError, ExitStatus};

use crate::config::Color;

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
    command: command::Command,
}

/// Flags of every command.
#[derive(Debug, Clone, clap::Args)]
struct Global {
    /// When to colour
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<Color>,
    /// Folder of an exercise pack, instead of the shipped one
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    exercises: Option<String>,
    /// Python interpreter: a path or a command
    #[arg(long, global = true, value_name = "PYTHON")]
    python: Option<String>,
}

/// Runs the program with these arguments, the first being its name.
pub fn main(args: Vec<OsString>) -> ExitCode {
    // First of all, since a supervisor is started for every slot of every run: no parsing, no settings, no threads.
    if args.get(1).is_some_and(|arg| arg == crate::sandbox::SUPERVISOR_COMMAND) {
        return supervise(args.get(2));
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
    match command::run(cli.command, cli.global) {
        Ok(status) => status.code(),
        Err(error) => {
            ui::print_error(&error, color);
            error.status().code()
        }
    }
}

fn supervise(folder: Option<&OsString>) -> ExitCode {
    let Some(folder) = folder else { return ExitStatus::Usage.code() };
    match crate::sandbox::supervisor_main(folder.as_ref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui::print_error(&CliError::machine(format!("supervisor: {error}")), Color::Never);
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
