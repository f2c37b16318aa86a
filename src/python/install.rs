//! Building an environment in an empty folder.

use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::child::{Logged, run_logged};
use super::failure::{Cause, classify, tail};
use super::index::{Installer, choose, prepare};
use super::lock::{self, Entry, Split};
use super::{Interpreter, Progress, PythonError, Settings, Spec};

/// An environment under construction.
pub(super) struct Site<'a> {
    pub interpreter: &'a Interpreter,
    pub spec: &'a Spec,
    pub settings: &'a Settings,
    /// Its folder: absolute, there, and empty.
    pub root: &'a Path,
    /// The file that takes the output of the programs.
    pub log: &'a Path,
    /// The lock of the folder, held.
    pub lock: &'a File,
}

impl Site<'_> {
    fn python(&self) -> PathBuf {
        self.root.join("bin/python")
    }
}

/// How many of the last lines of an installer are shown.
const TAIL: usize = 15;

/// Builds the environment: a virtual environment, the packages of the lock, their bytecode, a check.
pub(super) fn build(site: &Site, progress: &mut dyn FnMut(Progress)) -> Result<(), PythonError> {
    let bad_lock = |why| PythonError::BadLock { name: site.spec.name.to_string(), why };
    let entries = site.spec.lock.as_deref().map(lock::parse).transpose().map_err(bad_lock)?.unwrap_or_default();
    // What cannot end well is refused before anything is made.
    let installer = if entries.is_empty() { None } else { Some(installer(site)?) };
    if installer.is_some() {
        progress(Progress::Announce { name: site.spec.name.clone(), size: site.spec.size.clone() });
    }
    progress(Progress::Step("creating the environment".to_owned()));
    create(site)?;
    if let Some(installer) = installer {
        install(site, &installer, &entries, progress)?;
        progress(Progress::Step("compiling bytecode".to_owned()));
        compile(site)?;
    }
    check(site)
}

fn installer(site: &Site) -> Result<Installer, PythonError> {
    choose(site.interpreter, site.settings).ok_or_else(|| PythonError::NoInstaller {
        name: site.spec.name.to_string(),
        python: site.interpreter.python.clone(),
    })
}

/// A program with the environment of an installer.
fn program(site: &Site, path: &Path) -> Command {
    let mut command = Command::new(path);
    // Not in the learner's folder, whose pyproject.toml and uv.toml are none of the environment's business.
    command.current_dir(site.root);
    prepare(&mut command, site.settings);
    command
}

/// Creates a virtual environment without any package, pip included.
///
/// Python's own `venv` comes first even when there is uv: uv's environments have a `.pth` file that every start of the
/// interpreter would execute.
fn create(site: &Site) -> Result<(), PythonError> {
    let mut command;
    if site.interpreter.venv {
        command = program(site, &site.interpreter.python);
        command.args(["-I", "-m", "venv", "--without-pip"]);
    } else if let Some(uv) = &site.settings.uv {
        command = program(site, uv);
        command.args(["venv", "--no-project", "--clear", "--python"]).arg(&site.interpreter.python);
    } else {
        return Err(PythonError::NoVenv { python: site.interpreter.python.clone() });
    }
    run(site, command.arg(site.root))
}

/// Installs the packages of the lock.
fn install(
    site: &Site,
    installer: &Installer,
    entries: &[Entry],
    progress: &mut dyn FnMut(Progress),
) -> Result<(), PythonError> {
    if *installer == Installer::BundledPip {
        progress(Progress::Step("installing pip".to_owned()));
        run(site, program(site, &site.python()).args(["-I", "-m", "ensurepip"]))?;
    }
    let with = if matches!(installer, Installer::Uv(_)) { "uv" } else { "pip" };
    let index = site.settings.torch_index.as_deref().filter(|_| lock::has_torch(entries));
    let split = match index {
        Some(_) => lock::split_torch(entries),
        None => Split { locked: entries.iter().map(|entry| entry.text.as_str()).collect(), torch: String::new() },
    };
    if !split.locked.is_empty() {
        progress(Progress::Step(format!("installing packages with {with}")));
        let file = site.root.join("lock.txt");
        fs_err::write(&file, split.locked)?;
        run(site, installation(site, installer).arg("--require-hashes").arg("-r").arg(file))?;
    }
    if let Some(index) = index {
        progress(Progress::Notice(format!(
            "torch comes from {index} at the version of the lock; its files there have other hashes, so they are not checked"
        )));
        progress(Progress::Step(format!("installing torch with {with}")));
        let file = site.root.join("torch.txt");
        fs_err::write(&file, split.torch)?;
        let mut command = installation(site, installer);
        // Other indexes have builds for CUDA under the same version.
        for name in ["UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"] {
            command.env_remove(name);
        }
        command.arg(if with == "uv" { "--default-index" } else { "--index-url" }).arg(index);
        run(site, command.arg("-r").arg(file))?;
    }
    Ok(())
}

/// The command that installs wheels into the environment and nothing that they depend on: a lock is complete.
fn installation(site: &Site, installer: &Installer) -> Command {
    let mut command;
    match installer {
        Installer::Uv(uv) => {
            command = program(site, uv);
            command.args(["pip", "install", "--no-progress", "--python"]).arg(site.python());
        }
        Installer::Pip => {
            command = program(site, &site.interpreter.python);
            command.args(["-I", "-m", "pip", "--python"]).arg(site.python()).args(["install", "--no-compile"]);
        }
        Installer::BundledPip => {
            command = program(site, &site.python());
            command.args(["-I", "-m", "pip", "install", "--no-compile"]);
        }
    }
    command.args(["--no-deps", "--only-binary", ":all:"]);
    command
}

/// Compiles all modules at once, on all processors: nobody can write bytecode there later, and without it the first
/// import of pandas takes three times as long, in every run.
///
/// The tests inside packages are left out: they are half of pandas, and nobody imports them. Packages with files that
/// are no Python of this version make it fail; those files are never imported either.
fn compile(site: &Site) -> Result<(), PythonError> {
    let mut command = program(site, &site.python());
    command.args(["-I", "-m", "compileall", "-q", "-j", "0", "-x", "/site-packages/.*/tests/"]);
    command.arg(site.root.join("lib"));
    match logged(site, &mut command) {
        Err(PythonError::Install { cause: Cause::Other, .. }) => Ok(()),
        result => result.map(|_| ()),
    }
}

/// Looks for the modules without importing them: an import of torch takes seconds.
const FIND_MODULES: &str = "
import importlib.util, sys
missing = [name for name in sys.argv[1:] if importlib.util.find_spec(name.partition('.')[0]) is None]
print('missing:' + ', '.join(missing))
";

/// Checks that the environment's Python starts, and that what exercises import can be found.
fn check(site: &Site) -> Result<(), PythonError> {
    let mut command = program(site, &site.python());
    let logged = logged(site, command.args(["-I", "-c", FIND_MODULES]).args(&site.spec.imports))?;
    let missing = logged.output.lines().find_map(|line| line.strip_prefix("missing:")).unwrap_or_default();
    if missing.is_empty() {
        return Ok(());
    }
    Err(PythonError::Unimportable {
        name: site.spec.name.to_string(),
        root: site.root.to_owned(),
        missing: missing.to_owned(),
    })
}

fn run(site: &Site, command: &mut Command) -> Result<(), PythonError> {
    logged(site, command).map(|_| ())
}

/// Runs a program to its end; its failure is an error with its last lines.
fn logged(site: &Site, command: &mut Command) -> Result<Logged, PythonError> {
    const SIGINT: i32 = 2;
    let logged = run_logged(command, site.log, site.lock)?;
    if logged.status.success() {
        return Ok(logged);
    }
    let interrupted = logged.status.signal() == Some(SIGINT) || logged.status.code() == Some(128 + SIGINT);
    Err(PythonError::Install {
        name: site.spec.name.to_string(),
        cause: if interrupted { Cause::Interrupted } else { classify(&logged.output) },
        tail: tail(&logged.output, TAIL),
        log: site.log.to_owned(),
    })
}
