//! Settings: what each is, which layer it came from.
//!
//! Layers, later ones win: built-in default, the user's file, the workspace's `runner.toml`, `PRACTICE_*` variables,
//! flags. Every value keeps its origin, so that `practice config` can tell.

mod layer;

use std::fmt;
use std::path::{Path, PathBuf};

pub use layer::{Color, Raw, SandboxMode};
use layer::{Layer, read_file, read_variables};

/// The name of the file that marks a workspace.
pub const FILE: &str = "runner.toml";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A settings file.
    File(PathBuf),
    /// An environment variable.
    Variable(&'static str),
    /// A flag of the command line.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path) => write!(f, "{}", path.display()),
            Origin::Variable(name) => f.write_str(name),
            Origin::Flag => f.write_str("flag"),
        }
    }
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Its origin.
    pub origin: Origin,
}

/// A settings file or variable is wrong.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{0}")]
    Read(#[from] std::io::Error),
    /// The file is not what it should be: place and reason.
    #[error("{file}:{line}:{column}: {message}")]
    File {
        /// The file.
        file: String,
        /// Its line, from 1.
        line: usize,
        /// Its column, from 1.
        column: usize,
        /// What is wrong, and the way out.
        message: String,
    },
    /// A value makes no sense.
    #[error("{key} = `{value}` (from {origin}): {message}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What it was set to.
        value: String,
        /// Where.
        origin: Origin,
        /// What it should be.
        message: String,
    },
}

/// All settings, resolved. Paths are absolute.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The workspace's folder, when there is a `runner.toml` in or above the current one.
    pub workspace: Option<PathBuf>,
    /// Folder of an exercise pack; `None` for the shipped one.
    pub exercises: Sourced<Option<PathBuf>>,
    /// Folder of the learner's solutions.
    pub solutions: Sourced<PathBuf>,
    /// How many cases run at once.
    pub jobs: Sourced<usize>,
    /// Interpreter: a path or a command; `None` to look for one.
    pub interpreter: Sourced<Option<String>>,
    /// Folder in which Python environments are kept, below `envs`.
    pub environments: Sourced<PathBuf>,
    /// URL of a package index with CPU builds of torch.
    pub torch_index: Sourced<Option<String>>,
    /// All time limits are multiplied with this.
    pub time_factor: Sourced<f64>,
    /// What stands between a solution and this machine.
    pub sandbox: Sourced<SandboxMode>,
    /// When to colour.
    pub color: Sourced<Color>,
    /// When graded work is due; `None` when nothing can be late.
    pub due: Sourced<Option<jiff::Timestamp>>,
    /// So much later is still in time.
    pub grace: Sourced<jiff::SignedDuration>,
    /// What each day costs that has begun, in percent.
    pub late_percent_per_day: Sourced<u32>,
    /// The most that is taken off for lateness, in percent.
    pub late_most_percent: Sourced<u32>,
}

/// The folders of the user, as the XDG specification has them.
#[derive(Debug, Clone)]
pub struct UserFolders {
    /// Settings.
    pub config: PathBuf,
    /// Progress.
    pub state: PathBuf,
    /// What can be made again.
    pub cache: PathBuf,
}

impl UserFolders {
    /// From `XDG_*_HOME`, else below `HOME`, else below the current folder. Relative `XDG_*` values do not count.
    pub fn find() -> UserFolders {
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_else(|| PathBuf::from("."));
        let folder = |variable: &str, default: &str| {
            let set = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
            set.unwrap_or_else(|| home.join(default)).join("practice")
        };
        UserFolders {
            config: folder("XDG_CONFIG_HOME", ".config"),
            state: folder("XDG_STATE_HOME", ".local/state"),
            cache: folder("XDG_CACHE_HOME", ".cache"),
        }
    }
}

/// The folder with a `runner.toml`, from `start` upwards.
pub fn workspace(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| folder.join(FILE).is_file()).map(Path::to_owned)
}

/// Resolves all settings. `flags` holds what was given on the command line.
pub fn load(current: &Path, folders: &UserFolders, flags: Raw) -> Result<Settings, ConfigError> {
    let workspace = workspace(current);
    let mut layers: Vec<Layer> = Vec::new();
    layers.extend(read_file(&folders.config.join("config.toml"))?);
    if let Some(folder) = &workspace {
        layers.extend(read_file(&folder.join(FILE))?);
    }
    layers.extend(read_variables(current)?);
    layers.push(Layer { raw: flags, origin: Origin::Flag, base: current.to_owned() });
    let root = workspace.clone().unwrap_or_else(|| current.to_owned());
    resolve(&layers, workspace, &root, &folders.cache)
}

/// The last layer that sets something, its value and its base folder for relative paths.
fn last<T>(layers: &[Layer], get: impl Fn(&Raw) -> Option<T>) -> Option<(T, &Layer)> {
    layers.iter().rev().find_map(|layer| get(&layer.raw).map(|value| (value, layer)))
}

fn or_default<T>(found: Option<(T, &Layer)>, default: impl FnOnce() -> T) -> Sourced<T> {
    match found {
        Some((value, layer)) => Sourced { value, origin: layer.origin.clone() },
        None => Sourced { value: default(), origin: Origin::Default },
    }
}

fn path(layers: &[Layer], get: impl Fn(&Raw) -> Option<String>, default: PathBuf) -> Sourced<PathBuf> {
    let found = last(layers, get).map(|(text, layer)| (layer.base.join(text), layer));
    or_default(found, || default)
}

fn resolve(layers: &[Layer], workspace: Option<PathBuf>, root: &Path, cache: &Path) -> Result<Settings, ConfigError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = or_default(last(layers, |raw| raw.jobs), || cores);
    if !(1..=256).contains(&jobs.value) {
        return Err(invalid("jobs", jobs.value.to_string(), jobs.origin, "write a number from 1 to 256"));
    }
    let time_factor = or_default(last(layers, |raw| raw.limits.time_factor), || 1.0);
    if !(0.1..=100.0).contains(&time_factor.value) {
        return Err(invalid(
            "limits.time-factor",
            time_factor.value.to_string(),
            time_factor.origin,
            "write a number from 0.1 to 100",
        ));
    }
    let percent = |key, get: fn(&Raw) -> Option<u32>, default| {
        let found = or_default(last(layers, get), || default);
        match found.value {
            0..=100 => Ok(found),
            value => Err(invalid(key, value.to_string(), found.origin, "write a number of percent from 0 to 100")),
        }
    };
    let optional =
        |found: Option<(String, &Layer)>| or_default(found.map(|(value, layer)| (Some(value), layer)), || None);
    let exercises = last(layers, |raw| raw.exercises.clone()).map(|(text, layer)| (Some(layer.base.join(text)), layer));
    Ok(Settings {
        workspace,
        exercises: or_default(exercises, || None),
        solutions: path(layers, |raw| raw.solutions.clone(), root.join("solutions")),
        jobs,
        interpreter: optional(last(layers, |raw| raw.python.interpreter.clone())),
        environments: path(layers, |raw| raw.python.environments.clone(), cache.to_owned()),
        torch_index: optional(last(layers, |raw| raw.python.torch_index.clone())),
        time_factor,
        sandbox: or_default(last(layers, |raw| raw.sandbox.mode), SandboxMode::default),
        color: or_default(last(layers, |raw| raw.report.color), Color::default),
        due: due(layers)?,
        grace: grace(layers)?,
        late_percent_per_day: percent("grade.late-percent-per-day", |raw| raw.grade.late_percent_per_day, 0)?,
        late_most_percent: percent("grade.late-most-percent", |raw| raw.grade.late_most_percent, 100)?,
    })
}

fn due(layers: &[Layer]) -> Result<Sourced<Option<jiff::Timestamp>>, ConfigError> {
    let found = last(layers, |raw| raw.grade.due.clone());
    let Some((text, layer)) = found else { return Ok(or_default(None, || None)) };
    let message = "write a time with its offset from UTC, such as \"2026-11-01T23:59:00+01:00\"";
    let due = text.parse().map_err(|_| invalid("grade.due", text, layer.origin.clone(), message))?;
    Ok(Sourced { value: Some(due), origin: layer.origin.clone() })
}

fn grace(layers: &[Layer]) -> Result<Sourced<jiff::SignedDuration>, ConfigError> {
    let found = last(layers, |raw| raw.grade.grace.clone());
    let Some((text, layer)) = found else { return Ok(or_default(None, || jiff::SignedDuration::ZERO)) };
    let parsed = text.parse::<crate::model::Time>().map_err(|error| error.to_string());
    let parsed = parsed.and_then(|time| time.0.try_into().map_err(|error: jiff::Error| error.to_string()));
    let value = parsed.map_err(|message| invalid("grade.grace", text, layer.origin.clone(), &message))?;
    Ok(Sourced { value, origin: layer.origin.clone() })
}

fn invalid(key: &'static str, value: String, origin: Origin, message: &str) -> ConfigError {
    ConfigError::Value { key, value, origin, message: message.to_owned() }
}

impl Settings {
    /// Every setting as text: key, value, origin. In the order of `runner.toml`.
    pub fn table(&self) -> Vec<(&'static str, String, &Origin)> {
        let or = |value: &Option<String>, default: &str| value.clone().unwrap_or_else(|| default.to_owned());
        let exercises = self.exercises.value.as_ref().map(|path| path.display().to_string());
        vec![
            ("exercises", or(&exercises, "(shipped)"), &self.exercises.origin),
            ("solutions", self.solutions.value.display().to_string(), &self.solutions.origin),
            ("jobs", self.jobs.value.to_string(), &self.jobs.origin),
            ("python.interpreter", or(&self.interpreter.value, "(looked for)"), &self.interpreter.origin),
            ("python.environments", self.environments.value.display().to_string(), &self.environments.origin),
            ("python.torch-index", or(&self.torch_index.value, "(none)"), &self.torch_index.origin),
            ("limits.time-factor", self.time_factor.value.to_string(), &self.time_factor.origin),
            ("sandbox.mode", self.sandbox.value.id().to_owned(), &self.sandbox.origin),
            ("report.color", self.color.value.id().to_owned(), &self.color.origin),
            ("grade.due", or(&self.due.value.map(|due| due.to_string()), "(never)"), &self.due.origin),
            ("grade.grace", format!("{:#}", self.grace.value), &self.grace.origin),
            (
                "grade.late-percent-per-day",
                self.late_percent_per_day.value.to_string(),
                &self.late_percent_per_day.origin,
            ),
            ("grade.late-most-percent", self.late_most_percent.value.to_string(), &self.late_most_percent.origin),
        ]
    }
}

#[cfg(test)]
mod tests;
