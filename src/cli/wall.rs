//! The wall that the settings ask for.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use super::CliError;
use super::context::Context;
use super::environments::Environments;
use crate::config::SandboxMode;
use crate::engine::MakeSlot;
use crate::sandbox::{self, Mode, Runtime, SandboxError, Setup, Wall};
use crate::session;

/// A wall, and the folder that goes with it.
pub struct Raised {
    wall: Arc<Wall>,
    // After the wall, which still uses it when it is taken down.
    _folder: TempDir,
}

impl Raised {
    /// Puts up the wall for a run of so many cases. Never a weaker one than the settings ask for.
    pub fn new(context: &Context, environments: &Environments, cases: usize, cold: bool) -> Result<Raised, CliError> {
        Raised::with_slots(context, environments, context.settings.jobs.value.min(cases.max(1)), cold)
    }

    /// The same with so many slots, however many cases run at once by the settings.
    pub fn with_slots(
        context: &Context,
        environments: &Environments,
        slots: usize,
        cold: bool,
    ) -> Result<Raised, CliError> {
        let folder = folder()?;
        let setup = Setup {
            mode: Mode::None,
            slots: u32::try_from(slots).unwrap_or(u32::MAX),
            runtimes: environments.runtimes(),
            hidden: hidden(context),
            folder: folder.path().to_owned(),
            warm: !cold,
            steps: false,
        };
        let (wall, _) =
            Wall::strongest(wanted(context.settings.sandbox.value), &setup).map_err(|error| refused(context, error))?;
        Ok(Raised { wall: Arc::new(wall), _folder: folder })
    }

    /// Its mode.
    pub fn mode(&self) -> Mode {
        self.wall.mode()
    }

    /// A maker of its slots.
    pub fn slots(&self) -> Arc<MakeSlot> {
        session::slots(&self.wall)
    }
}

/// A folder for temporary files of this process, after those of runs that are gone have been swept.
fn folder() -> io::Result<TempDir> {
    // Without links on the way, as a program's own `os.getcwd()` has it.
    let temporary = fs_err::canonicalize(std::env::temp_dir())?;
    sandbox::sweep(&temporary);
    let name = format!("{}-", sandbox::folder_name()?);
    tempfile::Builder::new().prefix(&name).tempdir_in(temporary)
}

/// Tries whether this machine can have a wall of this mode.
pub fn attempt(context: &Context, mode: Mode) -> Result<(), SandboxError> {
    let folder = folder().map_err(SandboxError::Start)?;
    let nothing = Runtime { python: PathBuf::new(), folders: Vec::new(), preload: Arc::from([]) };
    let setup = Setup {
        mode,
        slots: 1,
        runtimes: vec![nothing],
        hidden: hidden(context),
        folder: folder.path().to_owned(),
        warm: false,
        steps: false,
    };
    Wall::start(&setup).map(drop)
}

/// The modes that will do, the strongest first.
pub fn wanted(mode: SandboxMode) -> &'static [Mode] {
    match mode {
        SandboxMode::Auto => &Mode::WALLS,
        SandboxMode::Full => &[Mode::Full],
        SandboxMode::User => &[Mode::User],
        SandboxMode::Bare => &[Mode::Bare],
        SandboxMode::None => &[Mode::None],
    }
}

/// What no case may see, wherever it is: this program, which holds exercises, their folder, solutions and progress.
pub fn hidden(context: &Context) -> Vec<PathBuf> {
    let mut all =
        vec![context.settings.solutions.value.clone(), context.folders.state.clone(), context.folders.config.clone()];
    all.extend(context.settings.exercises.value.clone());
    all.extend(std::env::current_exe());
    // By their real names: that is how they would be mounted.
    all.into_iter().filter_map(|path| path.canonicalize().ok()).collect()
}

fn refused(context: &Context, error: SandboxError) -> CliError {
    let SandboxError::Refused { mode, why } = &error else { return CliError::machine(error.to_string()) };
    let told = CliError::machine(format!("containment mode `{mode}` cannot be had here: {why}"));
    let told = told.hint("`practice doctor` tells what this machine can have, and what would give more");
    match context.settings.sandbox.value {
        SandboxMode::Auto => told.hint("`--sandbox none` runs without a wall: only for code that you trust"),
        _ => told.hint("`--sandbox auto` takes the strongest that there is"),
    }
}
