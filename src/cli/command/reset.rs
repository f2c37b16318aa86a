use std::path::{Path, PathBuf};

use clap_complete::ArgValueCompleter;

use crate::catalog::Exercise;
use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::Raw;
use crate::solution;

/// Put the starter of an exercise back; what you wrote is kept beside it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The exercise
    #[arg(value_name = "EXERCISE", add = ArgValueCompleter::new(complete::exercises))]
    exercise: String,
}

/// Where what was written before is kept, in the folder of the solution. Nothing there is ever run or handed in.
const KEPT: &str = ".kept";

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let exercise = context.exercise(&pack, &args.exercise)?;
    let folder = solution::folder(&context.settings.solutions.value, &exercise);
    let text = match reset(&folder, &exercise)? {
        Some(kept) => {
            let kept = kept.strip_prefix(&context.current).unwrap_or(&kept).display().to_string();
            format!("{} is the starter again; what you wrote is in {kept}\n", exercise.id)
        }
        None => format!("{} is the starter already\n", exercise.id),
    };
    ui::print(&text)?;
    Ok(ExitStatus::Ok)
}

/// Puts the starter back and tells where the learner's files are kept; `None` when nothing was changed in them.
///
/// Only files of the starter are replaced: others stay where they are.
pub fn reset(folder: &Path, exercise: &Exercise) -> Result<Option<PathBuf>, CliError> {
    let changed: Vec<_> = exercise
        .starter
        .iter()
        .filter(|file| fs_err::read(folder.join(&file.path)).is_ok_and(|bytes| bytes != *file.bytes))
        .collect();
    let mut kept = None;
    if !changed.is_empty() {
        // A name for each time, in the order of time; the folder must be new.
        let stamp = format!("{:.0}", jiff::Timestamp::now()).replace([':', 'Z'], "");
        let name = |number: usize| match number {
            0 => stamp.clone(),
            number => format!("{stamp}-{number}"),
        };
        fs_err::create_dir_all(folder.join(KEPT))?;
        for number in 0.. {
            let new = folder.join(KEPT).join(name(number));
            match fs_err::create_dir(&new) {
                Ok(()) => {
                    kept = Some(new);
                    break;
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error.into()),
            }
        }
        // All copies are on disk before the first file is replaced.
        for file in &changed {
            let Some(kept) = &kept else { continue };
            let to = kept.join(&file.path);
            fs_err::create_dir_all(to.parent().unwrap_or(kept))?;
            fs_err::copy(folder.join(&file.path), &to)?;
            fs_err::File::open(&to)?.sync_all()?;
        }
    }
    for file in &exercise.starter {
        let to = folder.join(&file.path);
        if fs_err::read(&to).is_ok_and(|bytes| bytes == *file.bytes) {
            continue;
        }
        let parent = to.parent().unwrap_or(folder);
        fs_err::create_dir_all(parent)?;
        let new = tempfile::Builder::new().prefix(".practice-").tempfile_in(parent)?;
        fs_err::write(new.path(), &file.bytes)?;
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        fs_err::set_permissions(new.path(), mode)?;
        new.persist(&to).map_err(|error| error.error)?;
    }
    Ok(kept)
}
