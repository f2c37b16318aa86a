use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::cli::{Cli, CliError, ExitStatus, Global, ui};

/// Write the manual: one page on standard output, or a page for each command into a folder
///
/// To read: practice man | man -l -
/// To install: practice man ~/.local/share/man/man1
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder for the pages
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

pub fn run(args: &Args, _: &Global) -> Result<ExitStatus, CliError> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    match &args.dir {
        Some(dir) => {
            fs_err::create_dir_all(dir)?;
            let mut count = 0;
            for (name, page) in pages(&command)? {
                fs_err::write(dir.join(format!("{name}.1")), page)?;
                count += 1;
            }
            ui::print(&format!("{count} pages written to {}\n", dir.display()))?;
        }
        None => ui::print(&String::from_utf8_lossy(&page(&command)?))?,
    }
    Ok(ExitStatus::Ok)
}

/// The page of a command and those of its commands, by name.
fn pages(command: &clap::Command) -> Result<Vec<(String, Vec<u8>)>, CliError> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut all = vec![(name, page(command)?)];
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        all.extend(pages(inner)?);
    }
    Ok(all)
}

fn page(command: &clap::Command) -> Result<Vec<u8>, CliError> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}
