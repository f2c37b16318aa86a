use std::path::{Path, PathBuf};

use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, ui};
use crate::config::{self, Raw};
use crate::solution;

/// Make a workspace: runner.toml and the starters; never overwrites a file
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder
    #[arg(default_value = ".", value_hint = clap::ValueHint::DirPath)]
    dir: PathBuf,
}

/// The settings file of a new workspace: every key, explained, at its default.
const RUNNER_TOML: &str = include_str!("init/runner.toml");

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let folder = context.current.join(&args.dir);
    let solutions = folder.join("solutions");
    let mut made = 0;
    let mut kept = 0;
    let mut write = |path: &Path, bytes: &[u8]| -> Result<(), CliError> {
        match write_new(path, bytes)? {
            true => made += 1,
            false => kept += 1,
        }
        Ok(())
    };
    write(&folder.join(config::FILE), RUNNER_TOML.as_bytes())?;
    for exercise in &pack.exercises {
        let to = solution::folder(&solutions, exercise);
        write(&to.join("README.md"), exercise.statement.as_bytes())?;
        for file in &exercise.starter {
            write(&to.join(&file.path), &file.bytes)?;
        }
    }
    let kept = if kept > 0 { format!("; {kept} were there already and are as they were") } else { String::new() };
    let first = pack.exercises.first().map(|exercise| exercise.id.to_string()).unwrap_or_default();
    let enter = if args.dir == Path::new(".") { String::new() } else { format!("  cd {}\n", args.dir.display()) };
    ui::print(&format!(
        "{made} files written{kept}\n\nStart here:\n{enter}  practice watch\n\nOr step by step:\n  practice show {first}\n  (edit solutions/{first}/solution.py)\n  \
         practice run {first}\n"
    ))?;
    Ok(ExitStatus::Ok)
}

/// Writes a file that is not there yet; `false` when it is.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<bool, CliError> {
    use std::io::Write;
    if let Some(folder) = path.parent() {
        fs_err::create_dir_all(folder)?;
    }
    match fs_err::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(bytes)?;
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.into()),
    }
}
