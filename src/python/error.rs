//! Why there is no Python to run with.

use std::path::PathBuf;

use super::{Cause, Version};

/// What can keep an interpreter or an environment from being there.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    /// Nothing that answers was found.
    #[error(
        "no python found: looked for {looked}; install Python 3.11 or newer, or set `interpreter` under [python] in runner.toml, or PRACTICE_PYTHON"
    )]
    NotFound {
        /// The names and places that were tried.
        looked: String,
    },
    /// The interpreter that was asked for is not there.
    #[error(
        "there is no interpreter `{wanted}`; set `interpreter` under [python] in runner.toml, or PRACTICE_PYTHON, to the path or the name of Python 3.11 or newer"
    )]
    NoSuch {
        /// As it was asked for.
        wanted: String,
    },
    /// It is there, and is no Python that tells about itself.
    #[error(
        "`{}` does not answer as Python does ({why}); set `interpreter` under [python] in runner.toml, or PRACTICE_PYTHON, to another one",
        path.display()
    )]
    NoAnswer {
        /// The program that was asked.
        path: PathBuf,
        /// What it did instead.
        why: String,
    },
    /// It is too old.
    #[error(
        "`{}` is Python {version}, and {oldest} or newer is needed; set `interpreter` under [python] in runner.toml, or PRACTICE_PYTHON, to a newer one",
        path.display(), oldest = format!("{}.{}", Version::OLDEST.major, Version::OLDEST.minor)
    )]
    TooOld {
        /// The interpreter.
        path: PathBuf,
        /// Its version.
        version: Version,
    },
    /// Nothing can create an environment.
    #[error(
        "`{}` has no module `venv`: install it (on Debian and Ubuntu the package python3-venv), or install uv",
        python.display()
    )]
    NoVenv {
        /// The interpreter.
        python: PathBuf,
    },
    /// Nothing can install packages.
    #[error(
        "`{}` has neither pip 22.3 or newer nor `ensurepip`, so the environment {name} cannot be installed: install one (on Debian and Ubuntu the packages python3-pip and python3-venv), or install uv",
        python.display()
    )]
    NoInstaller {
        /// The environment.
        name: String,
        /// The interpreter.
        python: PathBuf,
    },
    /// A pack's lock file cannot be used.
    #[error("the lock of the environment {name} {why}; write it anew in pip's format, with hashes")]
    BadLock {
        /// The environment.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A program that builds an environment failed.
    #[error("could not install the environment {name}: {cause}\n{tail}\nall of it is in {}", log.display())]
    Install {
        /// The environment.
        name: String,
        /// What it failed of, as far as its output tells.
        cause: Cause,
        /// The last lines of its output.
        tail: String,
        /// The file with all of its output.
        log: PathBuf,
    },
    /// The packages are installed, and what exercises import is not among them.
    #[error(
        "the environment {name} is installed in {}, but `{missing}` cannot be imported from it: the lock lacks a package, or `imports` in pack.toml names one too many",
        root.display()
    )]
    Unimportable {
        /// The environment.
        name: String,
        /// Its folder.
        root: PathBuf,
        /// The modules that were not found, separated by commas.
        missing: String,
    },
    /// An environment is being built by another run.
    #[error("{} is in use by another run that builds it: wait for it, then try again", path.display())]
    Busy {
        /// The folder of the environment.
        path: PathBuf,
    },
    /// A program could not be started.
    #[error("could not start {}: {source}; check that it can be executed", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file or folder of the cache cannot be read or written; the text names its path.
    #[error("{0}; check the space and the permissions there, or set another cache folder")]
    Files(#[from] std::io::Error),
}
