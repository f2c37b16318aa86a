use std::path::{Path, PathBuf};

use crate::catalog::Exercise;
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
        for (path, bytes) in starter(&solutions, exercise) {
            write(&path, bytes)?;
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

/// The files that a learner starts from, the statement among them.
fn starter<'a>(solutions: &Path, exercise: &'a Exercise) -> Vec<(PathBuf, &'a [u8])> {
    let to = solution::folder(solutions, exercise);
    let files = exercise.starter.iter().map(|file| (to.join(&file.path), &*file.bytes));
    files.chain([(to.join("README.md"), exercise.statement.as_bytes())]).collect()
}

/// Writes the starter of an exercise that has no folder yet: one that is new in the pack. What is there stays as it is.
pub fn begin(solutions: &Path, exercise: &Exercise) -> Result<(), CliError> {
    if !solution::folder(solutions, exercise).exists() {
        for (path, bytes) in starter(solutions, exercise) {
            write_new(&path, bytes)?;
        }
    }
    Ok(())
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
