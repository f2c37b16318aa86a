//! The Python environments of the selected exercises, made ready before anything runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::Context;
use super::{CliError, ui};
use crate::catalog::{Exercise, Pack, PythonVersion};
use crate::event::PythonUsed;
use crate::model::{EnvironmentName, ExerciseId};
use crate::python::{self, Environment, Interpreter, Progress, Settings, Spec};
use crate::sandbox::Runtime;

/// Modules of the standard library that every warm interpreter has loaded: what exercises import most. Each costs every
/// run's start a little, and every case that uses it nothing.
const PRELOAD: [&str; 20] = [
    "argparse",
    "collections",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "hashlib",
    "heapq",
    "io",
    "itertools",
    "json",
    "math",
    "pathlib",
    "queue",
    "random",
    "re",
    "statistics",
    "typing",
];

/// Modules of the standard library that are slow to load, and that the warm interpreters of those exercises have whose
/// starter or reference imports them.
const PRELOAD_IF_USED: [&str; 2] = ["asyncio", "concurrent.futures"];

/// What a warm interpreter for this exercise has loaded.
fn preload(exercise: &Exercise) -> Vec<String> {
    let files = || exercise.starter.iter().chain(&exercise.reference);
    let used = PRELOAD_IF_USED.into_iter().filter(|module| files().any(|file| imports(&file.bytes, module)));
    PRELOAD.into_iter().chain(used).map(str::to_owned).chain(exercise.preload.iter().cloned()).collect()
}

/// Whether a line of this source imports `module`, or something from it.
fn imports(source: &[u8], module: &str) -> bool {
    let source = String::from_utf8_lossy(source);
    source.lines().any(|line| {
        let mut words = line.split([' ', '\t', ',', ';']).filter(|word| !word.is_empty());
        match words.next() {
            Some("import") => words.any(|word| word == module),
            Some("from") => words.next() == Some(module),
            _ => false,
        }
    })
}

/// Environments that are ready.
#[derive(Default)]
pub struct Environments {
    ready: BTreeMap<EnvironmentName, Environment>,
    /// By exercise: its environment, and what a warm interpreter for it has loaded.
    warm: BTreeMap<ExerciseId, (EnvironmentName, Arc<[String]>)>,
    /// The prefix of the interpreter below all of them.
    prefix: Option<PathBuf>,
}

impl Environments {
    /// Makes ready what `exercises` need; says on standard error what takes time.
    pub fn prepare<'a>(
        context: &Context,
        pack: &Pack,
        exercises: impl Iterator<Item = &'a Exercise>,
    ) -> Result<Environments, CliError> {
        let mut wanted: BTreeMap<&EnvironmentName, &Exercise> = BTreeMap::new();
        let mut newest: Option<&Exercise> = None;
        let mut warm = BTreeMap::new();
        for exercise in exercises {
            warm.insert(exercise.id.clone(), (exercise.environment.clone(), preload(exercise).into()));
            wanted.entry(&exercise.environment).or_insert(exercise);
            if newest.is_none_or(|other| exercise.requires > other.requires) {
                newest = Some(exercise);
            }
        }
        if wanted.is_empty() {
            return Ok(Environments::default());
        }
        let interpreter = interpreter(context)?;
        if let Some(exercise) = newest {
            let have = PythonVersion(interpreter.version.major, interpreter.version.minor);
            if have < exercise.requires {
                let PythonVersion(major, minor) = exercise.requires;
                return Err(CliError::machine(format!(
                    "{} needs Python {major}.{minor} or newer; {} is {}",
                    exercise.id,
                    interpreter.python.display(),
                    interpreter.version
                ))
                .hint("set `interpreter` under [python] in runner.toml"));
            }
        }
        let mut ready = BTreeMap::new();
        for (name, exercise) in wanted {
            let spec = spec(pack, name);
            let made = provision(context, &interpreter, &spec).map_err(|error| {
                if name.is_stdlib() {
                    return error;
                }
                error.hint(format!("{} needs it; `practice list` shows exercises that need no packages", exercise.id))
            })?;
            ready.insert(name.clone(), made);
        }
        Ok(Environments { ready, warm, prefix: Some(interpreter.base_prefix) })
    }

    /// Whether what an exercise needs is installed, so that [`Environments::prepare`] says nothing and takes no time.
    pub fn is_ready(context: &Context, pack: &Pack, exercise: &Exercise) -> bool {
        let spec = spec(pack, &exercise.environment);
        interpreter(context).is_ok_and(|interpreter| python::ready(&interpreter, &spec, &settings(context)).is_some())
    }

    /// The interpreter of an exercise, and the modules that a warm one has loaded. An empty path for an exercise that was
    /// not asked for.
    pub fn runtime(&self, exercise: &Exercise) -> (PathBuf, Arc<[String]>) {
        let warm = self.warm.get(&exercise.id);
        match warm.and_then(|(name, preload)| Some((self.ready.get(name)?, preload))) {
            Some((environment, preload)) => (environment.python.clone(), preload.clone()),
            None => (PathBuf::new(), Arc::from([])),
        }
    }

    /// What an exercise's solutions run on, as a text that is another one when the Python or a package is: the
    /// environment's folder is named after all that it was made from.
    pub fn fingerprint(&self, exercise: &Exercise) -> String {
        let environment = self.ready.get(&exercise.environment);
        let name =
            |environment: &Environment| environment.root.file_name().map(|name| name.to_string_lossy().into_owned());
        let of_it = environment.and_then(|environment| Some(format!("{} {}", environment.version, name(environment)?)));
        of_it.unwrap_or_default()
    }

    /// All interpreters, as a wall lets cases have them.
    pub fn runtimes(&self) -> Vec<Runtime> {
        let one = |(name, preload): &(EnvironmentName, Arc<[String]>)| {
            let environment = self.ready.get(name)?;
            // What is in /usr every case has: its libraries and tools, without what else is there.
            let prefix = self.prefix.clone().filter(|prefix| prefix != Path::new("/usr"));
            let mut folders = vec![environment.root.clone()];
            // A package of Nix consists of links to others.
            folders.extend(prefix.map(|prefix| match prefix.starts_with("/nix/store") {
                true => PathBuf::from("/nix/store"),
                false => prefix,
            }));
            Some(Runtime { python: environment.python.clone(), folders, preload: preload.clone() })
        };
        let distinct: BTreeSet<_> = self.warm.values().collect();
        distinct.into_iter().filter_map(one).collect()
    }

    /// What is in use, for the stream.
    pub fn used(&self) -> Vec<PythonUsed> {
        let one = |(name, environment): (&EnvironmentName, &Environment)| PythonUsed {
            environment: name.to_string(),
            version: environment.version.clone(),
        };
        self.ready.iter().map(one).collect()
    }
}

/// The interpreter of this machine that the settings mean.
pub fn interpreter(context: &Context) -> Result<Interpreter, CliError> {
    let wanted = context.settings.interpreter.value.as_ref().map(PathBuf::from);
    Ok(python::find(wanted.as_deref(), &context.settings.environments.value)?)
}

/// How an environment of a pack is made.
pub fn spec(pack: &Pack, name: &EnvironmentName) -> Spec {
    match pack.environments.get(name) {
        None => Spec::stdlib(),
        Some(environment) => Spec {
            name: name.clone(),
            lock: Some(environment.lock.clone()),
            size: environment.size.clone(),
            imports: environment.imports.clone(),
        },
    }
}

/// The settings of the installer.
pub fn settings(context: &Context) -> Settings {
    Settings {
        torch_index: context.settings.torch_index.value.clone(),
        ..Settings::new(&context.settings.environments.value)
    }
}

/// Makes an environment ready, saying what takes time.
pub fn provision(context: &Context, interpreter: &Interpreter, spec: &Spec) -> Result<Environment, CliError> {
    let mut telling = |progress: Progress| match progress {
        Progress::Announce { name, size } => {
            let size = size.map(|size| format!(" ({size} on disk)")).unwrap_or_default();
            ui::say(&format!("installing the Python environment `{name}`{size}, once; Ctrl-C is safe"));
        }
        Progress::Waiting => ui::say("another practice is installing this environment; waiting for it"),
        Progress::Step(text) if spec.lock.is_some() => ui::say(&format!("  {text}")),
        Progress::Notice(text) => ui::say(&format!("note: {text}")),
        // An environment without packages is made in a moment, and not worth a line.
        Progress::Done { seconds } if spec.lock.is_some() => ui::say(&format!("  done in {seconds:.0} s")),
        Progress::Step(_) | Progress::Done { .. } => {}
    };
    Ok(python::provision(interpreter, spec, &settings(context), &mut telling)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_source_imports() {
        let source = b"import json, asyncio\n  from concurrent.futures import wait\n# import ssl\nx = 'import csv'\n";
        for (module, expected) in [
            ("asyncio", true),
            ("json", true),
            ("concurrent.futures", true),
            ("concurrent", false),
            ("ssl", false),
            ("csv", false),
        ] {
            assert_eq!(imports(source, module), expected, "{module}");
        }
        assert!(!imports(b"import asyncio_extras\nfrom . import asyncio\n", "asyncio"));
    }
}
