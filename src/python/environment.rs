//! Environments: what a pack asks for, where it is kept, and how it comes to be there.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use std::{env, fs};

use serde::{Deserialize, Serialize};

use super::install::{Site, build};
use super::lock;
use super::store::{digest, named, write_whole};
use super::{Interpreter, PythonError, find_uv};
use crate::model::EnvironmentName;

/// Raised when environments are built in another way, so that those of older versions are not taken for new ones.
const LAYOUT: &str = "1";
/// The file that is written last: a folder without it is not finished.
pub(super) const MARKER: &str = "complete.json";

/// An environment that a pack names.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Its name in the pack.
    pub name: EnvironmentName,
    /// Its lock in pip's format, every entry with hashes; `None` for an environment without packages.
    pub lock: Option<Arc<[u8]>>,
    /// How large it is when installed, as the pack says.
    pub size: Option<String>,
    /// Modules that have to be importable from it.
    pub imports: Vec<String>,
}

impl Spec {
    /// The environment with the standard library only.
    pub fn stdlib() -> Spec {
        Spec { name: EnvironmentName::stdlib(), lock: None, size: None, imports: Vec::new() }
    }
}

/// Where environments are kept and how packages get there.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The cache folder; environments are in `envs` below it, the output of installers in `logs`.
    pub cache: PathBuf,
    /// An index of CPU builds (`torch-index` under `[python]` in runner.toml): torch is taken from there, at the
    /// version of the lock and without its hashes, and the CUDA libraries are left out.
    pub torch_index: Option<String>,
    /// The uv that installs packages; without it pip does. pip also does when an index is configured for pip and none
    /// for uv, because uv does not read that.
    pub uv: Option<PathBuf>,
    /// Environment variables for the installers, besides those of this process, which they have too: that is where
    /// people configure mirrors and proxies.
    pub env: Vec<(String, String)>,
}

impl Settings {
    /// The settings without any configuration: uv if it is on PATH.
    pub fn new(cache: &Path) -> Settings {
        let uv = env::var_os("PATH").and_then(|path| find_uv(&path));
        Settings { cache: cache.to_owned(), torch_index: None, uv, env: Vec::new() }
    }
}

/// An environment that is ready to be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its name in the pack.
    pub name: EnvironmentName,
    /// Its interpreter.
    pub python: PathBuf,
    /// Its folder, which is only read from now on.
    pub root: PathBuf,
    /// The version of its Python, as in `3.11.7`.
    pub version: String,
}

/// What happens while an environment is made ready. Nothing is reported for one that is ready already.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Packages are about to be downloaded.
    Announce {
        /// The environment.
        name: EnvironmentName,
        /// How large it will be, if the pack says.
        size: Option<String>,
    },
    /// Another run builds this environment; this one waits for it.
    Waiting,
    /// What is done next, as in `installing 14 packages with pip`.
    Step(String),
    /// Something that people should know even after all is done.
    Notice(String),
    /// The environment is ready.
    Done {
        /// How long it took.
        seconds: f64,
    },
}

/// The contents of the marker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Marker {
    pub name: String,
    pub version: String,
    pub interpreter: PathBuf,
    pub created: String,
}

/// The folder of this environment: its name, and a hash of all that it is made from.
pub fn folder(interpreter: &Interpreter, spec: &Spec, settings: &Settings) -> PathBuf {
    let real = fs::canonicalize(&interpreter.python).unwrap_or_else(|_| interpreter.python.clone());
    let lock = spec.lock.as_deref();
    // The index matters only to what has torch: another one must not make everybody install `data` again.
    let index = settings
        .torch_index
        .as_deref()
        .filter(|_| lock.and_then(|lock| lock::parse(lock).ok()).is_some_and(|entries| lock::has_torch(&entries)));
    let version = interpreter.version.to_string();
    let hash = digest([
        LAYOUT.as_bytes(),
        if lock.is_some() { b"lock" } else { b"stdlib" },
        lock.unwrap_or_default(),
        real.as_os_str().as_encoded_bytes(),
        version.as_bytes(),
        interpreter.implementation.as_bytes(),
        interpreter.platform.as_bytes(),
        index.unwrap_or_default().as_bytes(),
    ]);
    settings.cache.join("envs").join(format!("{}-{hash}", spec.name))
}

/// The environment, if it is ready: [`provision`] would return at once. No process is started, nothing is written.
pub fn ready(interpreter: &Interpreter, spec: &Spec, settings: &Settings) -> Option<Environment> {
    ready_at(&folder(interpreter, spec, settings), spec)
}

fn ready_at(root: &Path, spec: &Spec) -> Option<Environment> {
    let root = std::path::absolute(root).ok()?;
    let marker = read_marker(&root)?;
    let python = root.join("bin/python");
    python.exists().then(|| Environment { name: spec.name.clone(), python, root, version: marker.version })
}

pub(super) fn read_marker(root: &Path) -> Option<Marker> {
    serde_json::from_slice(&fs::read(root.join(MARKER)).ok()?).ok()
}

/// Makes an environment ready, downloading and installing its packages unless that was done before.
///
/// Whoever calls it has asked people for their consent where packages are downloaded: see [`ready`]. Two runs may call it
/// at once: one builds, the other waits for it. A build that was stopped half-way is removed and begun anew.
///
/// Errors: the lock is unusable, packages cannot be had ([`PythonError::Install`], with the last lines of the
/// installer), a module of [`Spec::imports`] is not among them, or the cache folder cannot be written.
pub fn provision(
    interpreter: &Interpreter,
    spec: &Spec,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Result<Environment, PythonError> {
    let root = folder(interpreter, spec, settings);
    if let Some(environment) = ready_at(&root, spec) {
        return Ok(environment);
    }
    let start = Instant::now();
    // A virtual environment holds its own path, so it is built where it will be, and not renamed when it is finished.
    let root = std::path::absolute(&root).map_err(|error| named(error, &root))?;
    let lock = locked(&root, progress)?;
    if let Some(environment) = ready_at(&root, spec) {
        return Ok(environment);
    }
    remove_folder(&root)?;
    fs_err::create_dir_all(&root)?;
    let built = log_file(&root)
        .and_then(|log| build(&Site { interpreter, spec, settings, root: &root, log: &log, lock: &lock }, progress))
        .and_then(|()| finish(interpreter, spec, &root));
    if let Err(error) = built {
        // Half an environment helps nobody, and the disk may be full of it. If it stays, the next run removes it.
        remove_folder(&root).ok();
        return Err(error);
    }
    progress(Progress::Done { seconds: start.elapsed().as_secs_f64() });
    let version = interpreter.version.to_string();
    Ok(Environment { name: spec.name.clone(), python: root.join("bin/python"), root, version })
}

/// Writes the marker.
fn finish(interpreter: &Interpreter, spec: &Spec, root: &Path) -> Result<(), PythonError> {
    let marker = Marker {
        name: spec.name.to_string(),
        version: interpreter.version.to_string(),
        interpreter: interpreter.python.clone(),
        created: jiff::Timestamp::now().to_string(),
    };
    let bytes = serde_json::to_vec(&marker).map_err(io::Error::from)?;
    Ok(write_whole(&root.join(MARKER), &bytes)?)
}

/// An empty file for the output of this environment's installers.
fn log_file(root: &Path) -> Result<PathBuf, PythonError> {
    let name = root.file_name().unwrap_or_default().to_string_lossy();
    let cache = root.ancestors().nth(2).unwrap_or(root);
    let log = cache.join("logs").join(format!("{name}.log"));
    fs_err::create_dir_all(cache.join("logs"))?;
    fs_err::write(&log, b"")?;
    Ok(log)
}

/// The file whose lock whoever builds or removes this environment holds. It is never removed: somebody may be waiting
/// on it.
pub(super) fn lock_file(root: &Path) -> Result<File, PythonError> {
    let mut path = root.as_os_str().to_owned();
    path.push(".lock");
    if let Some(parent) = root.parent() {
        fs_err::create_dir_all(parent)?;
    }
    let file = fs_err::OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
    Ok(file.into_parts().0)
}

/// Takes the lock of an environment, waiting for it if need be.
fn locked(root: &Path, progress: &mut dyn FnMut(Progress)) -> Result<File, PythonError> {
    let file = lock_file(root)?;
    let taken = match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            progress(Progress::Waiting);
            file.lock()
        }
        Err(TryLockError::Error(error)) => Err(error),
        Ok(()) => Ok(()),
    };
    match taken {
        // Some network file systems have no locks. One run at a time is the rule there.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(error) => Err(named(error, root).into()),
        Ok(()) => Ok(file),
    }
}

/// Removes a folder if it is there, its marker first: what is left of it is never taken for an environment.
pub(super) fn remove_folder(root: &Path) -> Result<(), PythonError> {
    for result in [fs_err::remove_file(root.join(MARKER)), fs_err::remove_dir_all(root)] {
        match result {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "environment_tests.rs"]
mod tests;
