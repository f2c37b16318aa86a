//! Runs one program at a time behind a wall, and tells what it did.
//!
//! The runner (tokio, many threads) never forks a program itself. It starts one *supervisor* process a slot: this
//! binary again, single-threaded, which runs one [`Job`](crate::model::Job) after the other. A supervisor adopts
//! every orphan of its case, so a program that daemonises is found and killed; and when the runner goes away, by
//! whatever cause, the supervisor sees its standard input close, kills its case, removes its folder and ends.

mod collect;
mod frame;
mod pool;
mod processes;
mod run;
mod supervisor;
mod sys;

use std::future::Future;
use std::io;
use std::pin::Pin;

use crate::model::{Facts, Job};

pub use pool::Supervised;
pub use supervisor::{COMMAND as SUPERVISOR_COMMAND, main as supervisor_main};

/// The machine could not run a job. Never the learner's fault.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The supervisor process could not be started.
    #[error("could not start a supervisor process: {0}")]
    Start(#[source] io::Error),
    /// The supervisor went away during a job.
    #[error("a supervisor process ended unexpectedly: {0}")]
    Lost(#[source] io::Error),
    /// The supervisor could not prepare or finish the job.
    #[error("{0}")]
    Case(String),
}

/// What stands between a program and this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing: programs are limited and killed, but they see the machine as their user does.
    None,
}

impl Mode {
    /// The name in settings and reports.
    pub fn id(self) -> &'static str {
        match self {
            Mode::None => "none",
        }
    }

    /// What is in force, in plain words.
    pub fn in_force(self) -> &'static [&'static str] {
        match self {
            Mode::None => &[
                "a fresh temporary folder for each case",
                "a clean environment",
                "limits on time, memory, processes, output and files, watched from outside",
                "every process of a case is killed at its end",
            ],
        }
    }

    /// What is not in force, in plain words.
    pub fn not_in_force(self) -> &'static [&'static str] {
        match self {
            Mode::None => &[
                "a solution can read and write what you can, this machine's files and network included",
                "the memory limit is watched every few milliseconds, so a burst may pass it for a moment",
            ],
        }
    }
}

/// A boxed future, since the trait is used as an object.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Facts, SandboxError>> + Send + 'a>>;

/// As [`Running`], for the end.
pub type Closing<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Something that runs jobs. One job at a time; a pool has one a slot.
pub trait Sandbox: Send {
    /// What it walls in.
    fn mode(&self) -> Mode;

    /// Runs a job to its end. Dropping the future kills the job.
    fn run<'a>(&'a mut self, job: &'a Job) -> Running<'a>;

    /// Ends the slot, and waits until nothing of it is left.
    fn close<'a>(&'a mut self) -> Closing<'a>;
}
