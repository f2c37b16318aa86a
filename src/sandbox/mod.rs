//! Runs one program at a time behind a wall, and tells what it did.
//!
//! The runner (tokio, many threads) never forks a program itself. It starts a *warden*: this binary again, with one
//! thread, which makes what all slots share and forks a process for each slot; that runs one
//! [`Job`](crate::model::Job) after the other, each in namespaces of its own, as a fork of a warm interpreter or a cold
//! start. When the runner goes away, by whatever cause, the warden sees its socket close, and all of it goes.

mod advice;
mod cell;
mod cgroup;
mod cold;
mod collect;
mod confine;
mod fds;
mod frame;
mod landlock;
mod mode;
mod network;
mod pool;
mod processes;
mod processor;
mod protocol;
mod root;
mod run;
mod seccomp;
mod slot;
mod stale;
mod steps;
mod streams;
mod sys;
mod warden;
mod warm;

use std::future::Future;
use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;

use tokio_util::sync::CancellationToken;

use crate::model::{Facts, Job};

pub use advice::advice;
pub use mode::Mode;
pub use pool::{Slot, Wall};
pub use protocol::{Runtime, Setup};
pub use run::{DRIVER_FILES, full_environment};
pub use stale::name as folder_name;
pub use warden::{COMMAND as WARDEN_COMMAND, main as warden_main, sweep};

/// The machine could not run a job. Never the learner's fault.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A wall of this mode cannot be had on this machine.
    #[error("{why}")]
    Refused {
        /// The mode.
        mode: Mode,
        /// What is missing.
        why: String,
    },
    /// The process could not be started.
    #[error("could not start a slot: {0}")]
    Start(#[source] io::Error),
    /// The slot went away during a job.
    #[error("a slot ended unexpectedly: {0}")]
    Lost(#[source] io::Error),
    /// The slot could not prepare or finish the job.
    #[error("{0}")]
    Case(String),
}

/// A boxed future, since the trait is used as an object.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Facts, SandboxError>> + Send + 'a>>;

/// As [`Running`], for the end.
pub type Closing<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Who is on the runner's side of a job.
#[derive(Clone)]
pub struct Outside<'a> {
    /// Called with the [`Sockets`](crate::model::Sockets) of a job that has some, before its program starts.
    pub take: &'a (dyn Fn(Vec<OwnedFd>) -> io::Result<()> + Sync),
    /// When it fires, the program of such a job is asked to end, with SIGTERM.
    pub stop: CancellationToken,
}

impl Outside<'_> {
    /// Nobody.
    pub fn nobody() -> Outside<'static> {
        Outside { take: &|_| Ok(()), stop: CancellationToken::new() }
    }
}

/// Something that runs jobs. One job at a time; a pool has one a slot.
pub trait Sandbox: Send {
    /// Runs a job to its end. Dropping the future kills the job.
    fn run<'a>(&'a mut self, job: &'a Job, outside: Outside<'a>) -> Running<'a>;

    /// Ends the slot, and waits until nothing of it is left.
    fn close<'a>(&'a mut self) -> Closing<'a>;
}
