//! One layer of settings: a file, the environment, or the flags.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ConfigError, Origin};

/// Settings as they are written; what is absent is left to the layers below.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
#[schemars(title = "runner.toml")]
pub struct Raw {
    /// Folder of an exercise pack; without it, the exercises that are part of the program.
    pub exercises: Option<String>,
    /// Folder of the solutions.
    pub solutions: Option<String>,
    /// How many cases run at once; without it, one a core.
    #[schemars(range(min = 1, max = 256))]
    pub jobs: Option<usize>,
    /// Python.
    pub python: RawPython,
    /// Limits.
    pub limits: RawLimits,
    /// The sandbox.
    pub sandbox: RawSandbox,
    /// What is printed.
    pub report: RawReport,
    /// Grading.
    pub grade: RawGrade,
}

/// `[python]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct RawPython {
    /// Interpreter: a path or a command; without it, `python3` or what uv finds.
    pub interpreter: Option<String>,
    /// Folder in which Python environments are kept.
    pub environments: Option<String>,
    /// URL of a package index with CPU builds of torch, which are far smaller.
    pub torch_index: Option<String>,
}

/// `[limits]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct RawLimits {
    /// All time limits are multiplied with this: 2.0 on a slow machine.
    pub time_factor: Option<f64>,
}

/// `[sandbox]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct RawSandbox {
    /// What stands between a solution and this machine.
    pub mode: Option<SandboxMode>,
}

/// `[report]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct RawReport {
    /// When to colour.
    pub color: Option<Color>,
}

/// `[grade]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct RawGrade {
    /// When work is due: `2026-11-01T23:59:00+01:00`. Without it nothing is late.
    pub due: Option<String>,
    /// So much later is still in time: `"15min"`.
    pub grace: Option<String>,
    /// What each day costs that has begun, in percent of the points.
    #[schemars(range(max = 100))]
    pub late_percent_per_day: Option<u32>,
    /// The most that is taken off for lateness, in percent.
    #[schemars(range(max = 100))]
    pub late_most_percent: Option<u32>,
}

/// What stands between a solution and this machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum SandboxMode {
    /// The strongest wall that this machine can have.
    #[default]
    Auto,
    /// Namespaces, Landlock, seccomp and control groups.
    Full,
    /// Namespaces, Landlock and seccomp.
    User,
    /// Landlock, seccomp and resource limits.
    Bare,
    /// Limits and killing, but no wall: for code that you trust.
    None,
}

impl SandboxMode {
    /// The name in settings.
    pub fn id(self) -> &'static str {
        match self {
            SandboxMode::Auto => "auto",
            SandboxMode::Full => "full",
            SandboxMode::User => "user",
            SandboxMode::Bare => "bare",
            SandboxMode::None => "none",
        }
    }
}

/// When to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// The name in settings.
    pub fn id(self) -> &'static str {
        match self {
            Color::Auto => "auto",
            Color::Always => "always",
            Color::Never => "never",
        }
    }
}

/// One layer.
#[derive(Debug, Clone)]
pub struct Layer {
    /// What it sets.
    pub raw: Raw,
    /// What it is.
    pub origin: Origin,
    /// What its relative paths are relative to.
    pub base: PathBuf,
}

/// The layer of a file; none when there is no such file.
pub fn read_file(path: &Path) -> Result<Option<Layer>, ConfigError> {
    let text = match fs_err::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let raw = toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        ConfigError::File {
            file: path.display().to_string(),
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or("").chars().count() + 1,
            message: crate::model::did_you_mean(error.message()),
        }
    })?;
    let base = path.parent().unwrap_or(Path::new(".")).to_owned();
    Ok(Some(Layer { raw, origin: Origin::File(path.to_owned()), base }))
}

/// A layer for each `PRACTICE_*` variable that is set, so that each value names its own.
pub fn read_variables(current: &Path) -> Result<Vec<Layer>, ConfigError> {
    type Set = fn(&mut Raw, String) -> Result<(), String>;
    let variables: [(&'static str, &'static str, Set); 7] = [
        ("PRACTICE_EXERCISES", "exercises", |raw, text| {
            raw.exercises = Some(text);
            Ok(())
        }),
        ("PRACTICE_SOLUTIONS", "solutions", |raw, text| {
            raw.solutions = Some(text);
            Ok(())
        }),
        ("PRACTICE_JOBS", "jobs", |raw, text| {
            raw.jobs = Some(text.parse().map_err(|_| "write a number from 1 to 256".to_owned())?);
            Ok(())
        }),
        ("PRACTICE_PYTHON", "python.interpreter", |raw, text| {
            raw.python.interpreter = Some(text);
            Ok(())
        }),
        ("PRACTICE_ENVIRONMENTS", "python.environments", |raw, text| {
            raw.python.environments = Some(text);
            Ok(())
        }),
        ("PRACTICE_SANDBOX", "sandbox.mode", |raw, text| {
            let mode = <SandboxMode as clap::ValueEnum>::from_str(&text, false);
            raw.sandbox.mode = Some(mode.map_err(|_| "write auto, full, user, bare or none".to_owned())?);
            Ok(())
        }),
        ("PRACTICE_TIME_FACTOR", "limits.time-factor", |raw, text| {
            raw.limits.time_factor = Some(text.parse().map_err(|_| "write a number from 0.1 to 100".to_owned())?);
            Ok(())
        }),
    ];
    let mut layers = Vec::new();
    for (name, key, set) in variables {
        let Some(text) = std::env::var_os(name).filter(|text| !text.is_empty()) else { continue };
        let value = text.to_string_lossy().into_owned();
        let mut raw = Raw::default();
        let origin = Origin::Variable(name);
        set(&mut raw, value.clone()).map_err(|message| ConfigError::Value {
            key,
            value,
            origin: origin.clone(),
            message,
        })?;
        layers.push(Layer { raw, origin, base: current.to_owned() });
    }
    Ok(layers)
}
