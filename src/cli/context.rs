//! What most commands begin with: settings, pack, progress.

use std::path::PathBuf;
use std::sync::Arc;

use super::{CliError, Global};
use crate::catalog::{self, Exercise, Expectations, Pack, PackSource, Selector, State};
use crate::config::{self, Raw, Settings, UserFolders};
use crate::ledger::{Ledger, Progress};

/// Settings and where they apply.
pub struct Context {
    /// The settings.
    pub settings: Settings,
    /// The user's folders.
    pub folders: UserFolders,
    /// The current folder.
    pub current: PathBuf,
}

impl Context {
    /// Reads the settings; `flags` holds what the command's own flags set.
    pub fn load(global: &Global, mut flags: Raw) -> Result<Context, CliError> {
        let current =
            std::env::current_dir().map_err(|error| CliError::machine(format!("the current folder: {error}")))?;
        let folders = UserFolders::find();
        flags.exercises = global.pack.clone();
        flags.python.interpreter = global.python.clone();
        flags.report.color = global.color;
        flags.sandbox.mode = global.sandbox;
        let settings = config::load(&current, &folders, flags)?;
        Ok(Context { settings, folders, current })
    }

    /// Fails where there is nothing of a learner's: no workspace and no solutions.
    pub fn wants_workspace(&self) -> Result<(), CliError> {
        if self.settings.workspace.is_some() || self.settings.solutions.value.is_dir() {
            return Ok(());
        }
        let message = "this is no workspace: there is no runner.toml here or above, and no folder `solutions`";
        Err(CliError::usage(message).hint("`practice init my-practice` makes one, with the starters"))
    }

    /// Where the pack is.
    pub fn pack_source(&self) -> Result<PackSource, CliError> {
        match &self.settings.exercises.value {
            None => Ok(PackSource::Shipped),
            Some(folder) if folder.join("pack.toml").is_file() => Ok(PackSource::Folder(folder.clone())),
            Some(folder) => {
                let origin = &self.settings.exercises.origin;
                let message =
                    format!("there is no exercise pack in {} (from {origin}): no pack.toml there", folder.display());
                Err(CliError::usage(message).hint("leave `exercises` out to use the shipped exercises"))
            }
        }
    }

    /// Reads the pack.
    pub fn pack(&self) -> Result<Pack, CliError> {
        Ok(catalog::load(&self.pack_source()?, Expectations::Required)?)
    }

    /// The progress of this solutions folder.
    pub fn ledger(&self) -> Ledger {
        Ledger::of(&self.folders.state, &self.settings.solutions.value)
    }

    /// What a selection means; nothing given means `default`.
    pub fn select(&self, pack: &Pack, selectors: &[String], default: &str) -> Result<Vec<Arc<Exercise>>, CliError> {
        let default = [default.to_owned()];
        let texts = if selectors.is_empty() { &default[..] } else { selectors };
        let selectors: Vec<Selector> = texts.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        // Only `state:` asks for progress; where that cannot be read, the rest goes on without it.
        let asks = selectors.iter().any(|selector| matches!(selector, Selector::State(_)));
        let progress = if asks { self.ledger().read()? } else { Progress::default() };
        Ok(catalog::select(pack, &selectors, &|exercise| state(&progress, exercise))?)
    }

    /// The one exercise of this id.
    pub fn exercise(&self, pack: &Pack, id: &str) -> Result<Arc<Exercise>, CliError> {
        let mut found = self.select(pack, &[id.to_owned()], "all")?;
        match found.len() {
            1 => Ok(found.remove(0)),
            count => {
                Err(CliError::usage(format!("`{id}` means {count} exercises; name one, such as `{}`", found[0].id)))
            }
        }
    }
}

/// Where a learner stands with an exercise.
pub fn state(progress: &Progress, exercise: &Exercise) -> State {
    match progress.verdict(exercise.uid.as_str()) {
        Some("passed") => State::Passed,
        None | Some("not_attempted") => State::Todo,
        Some(_) => State::Failing,
    }
}
