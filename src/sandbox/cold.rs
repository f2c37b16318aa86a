//! A program that is started from nothing: fork and exec.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::Command;

use rustix::process::{Pid, PidfdFlags, Signal};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::{frame, sys};

/// A cold program that runs, or has ended and not been waited for.
pub struct Cold {
    /// It, or the process that was made to start it.
    pid: Pid,
    handle: OwnedFd,
    report: Option<io::PipeReader>,
}

/// What a midwife tells.
#[derive(Serialize, Deserialize)]
enum Report {
    Ended(sys::Ended),
    Failed(String),
}

impl Cold {
    /// Starts `command`. The caller has one thread.
    pub fn start(mut command: Command, cell: Option<&Cell>) -> io::Result<Cold> {
        let (pid, report) = match cell {
            None => {
                let child = command.spawn()?;
                let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
                (pid.ok_or_else(|| io::Error::other("no process number"))?, None)
            }
            Some(cell) => {
                let (report, to) = io::pipe()?;
                let Some(pid) = sys::fork_into(0)? else { deliver(command, cell, to) };
                (pid, Some(report))
            }
        };
        let handle = rustix::process::pidfd_open(pid, PidfdFlags::empty())?;
        Ok(Cold { pid, handle, report })
    }

    /// Readable when the program has ended.
    pub fn ended(&self) -> BorrowedFd<'_> {
        self.handle.as_fd()
    }

    /// Kills it, where it has no namespaces that could be ended.
    pub fn kill(&self) -> io::Result<()> {
        if self.report.is_none() {
            rustix::process::kill_process(self.pid, Signal::KILL)?;
        }
        Ok(())
    }

    /// Waits for its end.
    pub fn finish(self) -> io::Result<sys::Ended> {
        let waited = sys::wait4(self.pid)?;
        let Some(mut report) = self.report else { return Ok(waited) };
        let mut bytes = Vec::new();
        report.read_to_end(&mut bytes)?;
        match frame::decode(&bytes)? {
            Report::Ended(ended) => Ok(ended),
            Report::Failed(why) => Err(io::Error::other(why)),
        }
    }
}

/// The midwife: lets the program be born into the namespace of processes of `cell`, and waits for it. A process of its
/// own, because whoever has done that cannot make another such namespace.
fn deliver(mut command: Command, cell: &Cell, mut to: io::PipeWriter) -> ! {
    let report = (|| {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        move_into_link_name_space(cell.birthplace(), Some(LinkNameSpaceType::ProcessID))?;
        let child = command.spawn()?;
        // Its streams are its own from here on: their ends show when it is gone.
        drop(command);
        sys::close_others(to.as_fd())?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        sys::wait4(pid.ok_or_else(|| io::Error::other("no process number"))?)
    })();
    let report = report.map_or_else(|error: io::Error| Report::Failed(error.to_string()), Report::Ended);
    let written = postcard::to_stdvec(&report).map_err(io::Error::other).and_then(|bytes| to.write_all(&bytes));
    sys::exit(i32::from(written.is_err()));
}
