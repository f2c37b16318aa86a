//! Finding an interpreter.

use std::env;
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::child::ask;
use super::probe::probe;
use super::{Interpreter, PythonError, Version};

/// Looked for on PATH, in this order. The numbered ones are for systems whose own `python3` is too old.
const NAMES: [&str; 6] = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];

/// Finds the interpreter that runs solutions, on the PATH of this process; see [`find_on`].
pub fn find(wanted: Option<&Path>, cache: &Path) -> Result<Interpreter, PythonError> {
    find_on(wanted, &env::var_os("PATH").unwrap_or_default(), cache)
}

/// Finds the interpreter that runs solutions: Python 3.11 or newer.
///
/// `wanted` is a path to it, to a folder with `bin/python` in it (a virtual environment), or a name on `path`; when it
/// is given, nothing else is tried. Otherwise the first of these that is new enough: every `python3` on `path`, every
/// `python`, what uv finds, every `python3.14` down to `python3.11`.
///
/// What was learnt about an interpreter is kept in the folder `cache`, so that the next call starts no process.
pub fn find_on(wanted: Option<&Path>, path: &OsStr, cache: &Path) -> Result<Interpreter, PythonError> {
    match wanted {
        Some(wanted) => new_enough(probe(&named(wanted, path)?, cache)?),
        None => search(path, cache),
    }
}

/// The uv on this PATH, if there is one. It is not started.
pub fn find_uv(path: &OsStr) -> Option<PathBuf> {
    on_path("uv", path).next()
}

fn search(path: &OsStr, cache: &Path) -> Result<Interpreter, PythonError> {
    let (usual, numbered) = NAMES.split_at(2);
    let of = |names: &'static [&str]| names.iter().flat_map(|name| on_path(name, path));
    // The rest of the chain runs only when what stands before it is of no use.
    let candidates = of(usual).chain([()].into_iter().filter_map(|()| ask_uv(path))).chain(of(numbered));
    let mut first_refusal = None;
    for candidate in candidates {
        match probe(&candidate, cache).and_then(new_enough) {
            Ok(interpreter) => return Ok(interpreter),
            // A Python that is too old tells more than a shim that leads nowhere.
            Err(refusal) => match (&first_refusal, &refusal) {
                (None, _) | (Some(PythonError::NoAnswer { .. }), PythonError::TooOld { .. }) => {
                    first_refusal = Some(refusal);
                }
                _ => {}
            },
        }
    }
    let looked = || format!("{} and uv on PATH", NAMES.join(", "));
    Err(first_refusal.unwrap_or_else(|| PythonError::NotFound { looked: looked() }))
}

fn new_enough(interpreter: Interpreter) -> Result<Interpreter, PythonError> {
    if interpreter.version < Version::OLDEST {
        return Err(PythonError::TooOld { path: interpreter.found_as, version: interpreter.version });
    }
    Ok(interpreter)
}

/// The program that a setting means.
fn named(wanted: &Path, path: &OsStr) -> Result<PathBuf, PythonError> {
    let no_such = || PythonError::NoSuch { wanted: wanted.display().to_string() };
    if wanted.components().count() == 1 && !wanted.has_root() && !wanted.starts_with(".") {
        return on_path(&wanted.to_string_lossy(), path).next().ok_or_else(no_such);
    }
    let absolute = std::path::absolute(wanted).map_err(|_| no_such())?;
    let program = if absolute.is_dir() { absolute.join("bin/python") } else { absolute };
    if is_program(&program) { Ok(program) } else { Err(no_such()) }
}

/// The interpreters that uv knows of besides those on PATH. It is told not to download one.
fn ask_uv(path: &OsStr) -> Option<PathBuf> {
    let uv = find_uv(path)?;
    let wanted = format!(">={}", Version::OLDEST);
    let mut command = Command::new(uv);
    command.args(["python", "find", "--no-project", &wanted]).env("UV_PYTHON_DOWNLOADS", "never").env("PATH", path);
    let answer = ask(&mut command).ok().filter(|answer| answer.status.success())?;
    let found = PathBuf::from(answer.stdout.trim());
    is_program(&found).then_some(found)
}

/// The programs of this name on `path`, in order.
fn on_path(name: &str, path: &OsStr) -> impl Iterator<Item = PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(path).filter(|folder| folder.is_absolute()).collect();
    let name = name.to_owned();
    folders.into_iter().map(move |folder| folder.join(&name)).filter(|program| is_program(program))
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
