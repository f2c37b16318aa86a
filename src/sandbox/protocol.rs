//! What the runner and its warden tell each other, and what a slot answers.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Mode;
use crate::model::Facts;

/// An interpreter with its packages, as cases may use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runtime {
    /// The interpreter.
    pub python: PathBuf,
    /// Folders that it needs: its environment and its own prefix. A case may read them, and the system's libraries.
    pub folders: Vec<PathBuf>,
    /// Modules that a warm interpreter has loaded.
    pub preload: Arc<[String]>,
}

/// What a run needs of its wall.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Setup {
    /// How strong it is to be.
    pub mode: Mode,
    /// How many slots may be open at once.
    pub slots: u32,
    /// The interpreters of the run.
    pub runtimes: Vec<Runtime>,
    /// Files and folders that no case may see, wherever they are: this program, the exercises, the solutions.
    pub hidden: Vec<PathBuf>,
    /// A folder of this run alone, for modes without a root of their own.
    pub folder: PathBuf,
    /// Whether cases may run in forks of warm interpreters.
    pub warm: bool,
    /// Whether facts are to tell when each step of a case ended: for benchmarks.
    pub steps: bool,
}

/// Whether the wall stands.
#[derive(Debug, Serialize, Deserialize)]
pub enum Standing {
    /// Slots can be opened.
    Ready,
    /// It cannot be had on this machine: why, in a sentence.
    Refused(String),
}

/// What a slot answers to a job.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The job ran to its end.
    Done(Box<Facts>),
    /// The machine failed; the slot can take another job.
    Fault(String),
}
