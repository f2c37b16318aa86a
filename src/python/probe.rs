//! Asking an interpreter what it is, and remembering the answer.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde::{Deserialize, Serialize};

use super::child::ask;
use super::store::{digest, write_whole};
use super::{PythonError, Version};

/// An interpreter on this machine, outside any virtual environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpreter {
    /// The program itself, never a shim or the link of a virtual environment.
    pub python: PathBuf,
    /// What was found first and led to it: a setting, a name on PATH.
    pub found_as: PathBuf,
    /// Its version.
    pub version: Version,
    /// `cpython`, `pypy` ...
    pub implementation: String,
    /// System, processor and ABI, as in `linux-x86_64-cpython-311`: packages built for another one are of no use.
    pub platform: String,
    /// `sys.base_prefix`: the folder below which its standard library is; a sandbox has to let it be read.
    pub base_prefix: PathBuf,
    /// The version of its own pip, if it has one.
    pub pip: Option<String>,
    /// Whether it has the module `venv`.
    pub venv: bool,
    /// Whether it has the module `ensurepip`.
    pub ensurepip: bool,
}

/// Written so that interpreters too old to run exercises can tell so.
const QUESTION: &str = r#"
import json, sys, sysconfig
def has(name):
    try:
        from importlib.util import find_spec
        return find_spec(name) is not None
    except Exception:
        return False
def pip():
    try:
        from importlib.metadata import version
        return version("pip") if has("pip") else None
    except Exception:
        return None
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "executable": sys.executable,
    "base_executable": getattr(sys, "_base_executable", None) or sys.executable,
    "in_venv": sys.prefix != sys.base_prefix,
    "base_prefix": sys.base_prefix,
    "implementation": sys.implementation.name,
    "platform": "%s-%s%s" % (sysconfig.get_platform(), sys.implementation.cache_tag, getattr(sys, "abiflags", "")),
    "pip": pip(),
    "venv": has("venv"),
    "ensurepip": has("ensurepip"),
}))
"#;

#[derive(Deserialize)]
struct Told {
    version: [u32; 3],
    executable: Option<PathBuf>,
    base_executable: Option<PathBuf>,
    in_venv: bool,
    base_prefix: PathBuf,
    implementation: String,
    platform: String,
    pip: Option<String>,
    venv: bool,
    ensurepip: bool,
}

/// What the program at `candidate` is. A candidate in a virtual environment leads to the interpreter below it, whose
/// packages and modules are told instead.
pub(super) fn probe(candidate: &Path, cache: &Path) -> Result<Interpreter, PythonError> {
    let key = key(candidate);
    let file = cache.join("interpreters").join(format!("{}.json", digest([key.as_bytes()])));
    if let Some(known) = remembered(&file, &key) {
        return Ok(known);
    }
    let mut told = question(candidate)?;
    if told.in_venv
        && let Some(base) = told.base_executable.take()
        // A base that does not answer is no reason to refuse the environment that does.
        && let Ok(below) = question(&base)
    {
        told = below;
    }
    let [major, minor, micro] = told.version;
    let python = told.executable.filter(|path| path.is_absolute()).ok_or_else(|| PythonError::NoAnswer {
        path: candidate.to_owned(),
        why: "it does not know its own path".to_owned(),
    })?;
    let interpreter = Interpreter {
        python,
        found_as: candidate.to_owned(),
        version: Version { major, minor, micro },
        implementation: told.implementation,
        platform: told.platform,
        base_prefix: told.base_prefix,
        pip: told.pip,
        venv: told.venv,
        ensurepip: told.ensurepip,
    };
    // One that cannot build environments is asked again: people are told to install what it lacks.
    if interpreter.venv && (interpreter.pip.is_some() || interpreter.ensurepip) {
        remember(&file, key, &interpreter);
    }
    Ok(interpreter)
}

fn question(program: &Path) -> Result<Told, PythonError> {
    let no_answer = |why: String| PythonError::NoAnswer { path: program.to_owned(), why };
    let answer = ask(Command::new(program).args(["-I", "-c", QUESTION])).map_err(no_answer)?;
    if !answer.status.success() {
        let last = answer.stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        return Err(no_answer(format!("{}: {}", answer.status, last.trim())));
    }
    serde_json::from_str(answer.stdout.trim()).map_err(|_| no_answer("its answer is not JSON".to_owned()))
}

#[derive(Serialize, Deserialize)]
struct Memory {
    key: String,
    stamp: String,
    interpreter: Interpreter,
}

/// What a candidate was found to be before. Whatever is wrong with the memory, it is only asked again.
fn remembered(file: &Path, key: &str) -> Option<Interpreter> {
    let memory: Memory = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let same = memory.key == key && memory.stamp == stamp(&memory.interpreter.python)?;
    same.then_some(memory.interpreter)
}

fn remember(file: &Path, key: String, interpreter: &Interpreter) {
    if let Some(stamp) = stamp(&interpreter.python)
        && let Ok(bytes) = serde_json::to_vec(&Memory { key, stamp, interpreter: interpreter.clone() })
    {
        // Without a memory the next run asks again, which costs it some 50 ms.
        write_whole(file, &bytes).ok();
    }
}

/// Tells a file from any other that takes its place.
fn stamp(path: &Path) -> Option<String> {
    let meta = fs::metadata(path).ok()?;
    Some(format!("{}.{:09} {} {} {}", meta.mtime(), meta.mtime_nsec(), meta.size(), meta.dev(), meta.ino()))
}

/// All that the answer of `candidate` depends on.
///
/// A version manager's shim is always the same file, and what it starts is decided by the environment and by files in
/// the current folder and above; those are part of the key.
fn key(candidate: &Path) -> String {
    let mut key = format!("1\n{}\n{}\n", candidate.display(), stamp(candidate).unwrap_or_default());
    let mut variables: Vec<(OsString, OsString)> = env::vars_os().filter(|(name, _)| chooses_version(name)).collect();
    variables.sort();
    key.push_str(&format!("{variables:?}\n"));
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let pyenv = env::var_os("PYENV_ROOT").map_or_else(|| home.join(".pyenv"), PathBuf::from);
    let mut files = vec![pyenv.join("version"), home.join(".tool-versions"), home.join(".config/mise/config.toml")];
    for folder in env::current_dir().iter().flat_map(|folder| folder.ancestors()) {
        files.extend([".python-version", ".tool-versions", "mise.toml"].map(|name| folder.join(name)));
    }
    for file in files {
        if let Ok(bytes) = fs::read(&file) {
            key.push_str(&format!("{} {}\n", file.display(), digest([&bytes[..]])));
        }
    }
    key
}

fn chooses_version(name: &OsString) -> bool {
    let name = name.to_string_lossy();
    ["PYENV_", "ASDF_", "MISE_"].iter().any(|prefix| name.starts_with(prefix))
}
